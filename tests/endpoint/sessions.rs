//! Sessions: credentials for a while, with a token, bounded by a policy.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::presigning::PresigningConfig;
use secrecy::ExposeSecret as _;
use stave_model::{IdentityKind, UserName};
use stave_store::{Identities as _, NewIdentity, NewSession, SessionCredentials};

use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served, read, refused};
use crate::raw::Raw;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
    "Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}}"#;

const READ: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
    "Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::photos/*"}}"#;

const ONLY_GET: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
    "Action":"s3:GetObject","Resource":"*"}}"#;

async fn served() -> Served {
    let served = Served::new().await;
    let put = served.client().put_object().bucket(BUCKET).key("k");
    put.body(b"hello".to_vec().into()).send().await.unwrap();
    let new = NewIdentity {
        name: UserName::parse("reader").unwrap(),
        kind: IdentityKind::Role,
        description: String::new(),
        trust: Some(TRUST.to_owned()),
        session_secs: None,
    };
    served.store.create_identity(new).await.unwrap();
    served.allow("reader", "read", READ).await;
    served
}

async fn begin(served: &Served, identity: &str, policy: Option<&str>) -> SessionCredentials {
    let new = NewSession {
        identity: UserName::parse(identity).unwrap(),
        name: "desk".to_owned(),
        issued_by: UserName::parse("admin").unwrap(),
        seconds: 900,
        policy: policy.map(str::to_owned),
    };
    served.store.begin_session(new).await.unwrap()
}

fn client(served: &Served, session: &SessionCredentials, token: Option<&str>) -> Client {
    let id = session.session.id.as_str();
    let secret = session.secret.expose_secret();
    let credentials = Credentials::new(id, secret, token.map(str::to_owned), None, "test");
    let config = served.config(id, secret).credentials_provider(credentials);
    Client::from_conf(config.force_path_style(true).build())
}

#[tokio::test]
async fn a_session_does_what_its_role_may_and_its_policy_leaves() {
    let served = served().await;
    let open = begin(&served, "reader", None).await;
    let s3 = client(&served, &open, Some(open.token.expose_secret()));
    let got = s3.get_object().bucket(BUCKET).key("k").send().await;
    assert_eq!(read(got.unwrap().body).await, b"hello");
    s3.put_object()
        .bucket(BUCKET)
        .key("new")
        .send()
        .await
        .unwrap();
    let list = s3.list_objects_v2().bucket(BUCKET).send().await;
    refused(list, 403, "AccessDenied");

    let bound = begin(&served, "reader", Some(ONLY_GET)).await;
    let s3 = client(&served, &bound, Some(bound.token.expose_secret()));
    s3.get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    let put = s3.put_object().bucket(BUCKET).key("new").send().await;
    let error = put.unwrap_err().into_service_error();
    assert_eq!(
        error.meta().message(),
        Some(
            "User: arn:aws:sts::000000000000:assumed-role/reader/desk is not authorized to perform: \
             s3:PutObject on resource: \"arn:aws:s3:::photos/new\" because no session policy allows \
             the s3:PutObject action"
        )
    );
}

#[tokio::test]
async fn even_the_owner_of_the_vault_is_bounded_in_a_session() {
    let served = served().await;
    let bound = begin(&served, "admin", Some(ONLY_GET)).await;
    let s3 = client(&served, &bound, Some(bound.token.expose_secret()));
    s3.get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    refused(s3.list_buckets().send().await, 403, "AccessDenied");
    let list = s3.list_objects_v2().bucket(BUCKET).send().await;
    refused(list, 403, "AccessDenied");
    let delete = s3.delete_bucket().bucket(BUCKET).send().await;
    refused(delete, 403, "AccessDenied");
    let many = aws_sdk_s3::types::ObjectIdentifier::builder().key("k");
    let many = aws_sdk_s3::types::Delete::builder().objects(many.build().unwrap());
    let many = s3
        .delete_objects()
        .bucket(BUCKET)
        .delete(many.build().unwrap());
    let answer = many.send().await.unwrap();
    assert_eq!(answer.errors()[0].code(), Some("AccessDenied"));
}

#[tokio::test]
async fn a_session_needs_its_own_token() {
    let served = served().await;
    let one = begin(&served, "reader", None).await;
    let other = begin(&served, "reader", None).await;
    let get = |s3: Client| s3.get_object().bucket(BUCKET).key("k").send();
    let without = get(client(&served, &one, None)).await;
    refused(without, 403, "InvalidAccessKeyId");
    for wrong in ["nonsense", other.token.expose_secret()] {
        refused(
            get(client(&served, &one, Some(wrong))).await,
            400,
            "InvalidToken",
        );
    }
    // A stored key has none.
    let credentials = Credentials::new(
        ADMIN_KEY,
        SECRET,
        Some(one.token.expose_secret().to_owned()),
        None,
        "test",
    );
    let config = served.config(ADMIN_KEY, SECRET);
    let config = config
        .credentials_provider(credentials)
        .force_path_style(true);
    let admin = Client::from_conf(config.build());
    refused(get(admin).await, 400, "InvalidToken");
    // A token without a signature is nobody's.
    let unsigned = Raw::new(&served, "GET", "/photos/k")
        .with("x-amz-security-token", one.token.expose_secret());
    unsigned.send(&served).await.is_error(400, "InvalidToken");
}

#[tokio::test]
async fn a_session_signs_links_too_and_they_end_with_it() {
    let served = served().await;
    let session = begin(&served, "reader", None).await;
    let s3 = client(&served, &session, Some(session.token.expose_secret()));
    let config = PresigningConfig::expires_in(std::time::Duration::from_mins(5)).unwrap();
    let link = s3.get_object().bucket(BUCKET).key("k").presigned(config);
    let link = link.await.unwrap();
    assert!(link.uri().contains("X-Amz-Security-Token="));
    let rest = link.uri().strip_prefix("http://").unwrap();
    let (_, target) = rest.split_once('/').unwrap();
    let follow = Raw::new(&served, "GET", &format!("/{target}"));
    let answer = follow.send(&served).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello"));
    let reader = UserName::parse("reader").unwrap();
    assert_eq!(served.store.end_sessions(&reader).await.unwrap(), 1);
    follow.send(&served).await.is_error(400, "InvalidToken");
}

#[tokio::test]
async fn a_bucket_policy_names_a_role_and_its_sessions() {
    let served = served().await;
    let session = begin(&served, "reader", None).await;
    let s3 = client(&served, &session, Some(session.token.expose_secret()));
    let list = || s3.list_objects_v2().bucket(BUCKET).send();
    for principal in [
        "arn:aws:iam::000000000000:role/reader",
        "arn:aws:sts::000000000000:assumed-role/reader/desk",
    ] {
        refused(list().await, 403, "AccessDenied");
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},
                "Action":"s3:ListBucket","Resource":"arn:aws:s3:::photos",
                "Condition":{{"StringEquals":{{"aws:PrincipalArn":"arn:aws:iam::000000000000:role/reader"}}}}}}}}"#
        );
        let admin = served.client();
        let set = admin.put_bucket_policy().bucket(BUCKET).policy(policy);
        set.send().await.unwrap();
        list().await.unwrap();
        let unset = admin.delete_bucket_policy().bucket(BUCKET);
        unset.send().await.unwrap();
    }
}
