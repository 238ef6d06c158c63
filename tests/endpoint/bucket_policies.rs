//! Bucket policies, and what is blocked of the public.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketCannedAcl, Delete, ObjectCannedAcl, ObjectIdentifier, PublicAccessBlockConfiguration,
};
use serde_json::{Value, json};

use crate::kit::{Served, read, refused, refused_head};
use crate::raw::Raw;

const SHARED: &str = "shared";

/// Serves ann's bucket `shared` with her objects in it. Nothing is blocked of the public where lists count.
async fn served() -> (Served, Client, Client) {
    let lists = |options: &mut stave_endpoint::EndpointOptions| {
        options.object_ownership = stave_model::ObjectOwnership::ObjectWriter;
    };
    let served = Served::with(lists).await;
    let (ann, bob) = (served.user("ann").await, served.user("bob").await);
    ann.create_bucket().bucket(SHARED).send().await.unwrap();
    for key in ["public/k", "private/k"] {
        put(&ann, key).await;
    }
    (served, ann, bob)
}

async fn put(s3: &Client, key: &str) {
    let body = ByteStream::from(key.as_bytes().to_vec());
    let put = s3.put_object().bucket(SHARED).key(key).body(body);
    put.send().await.unwrap();
}

fn statement(effect: &str, principal: &Value, actions: &[&str], resource: &str) -> Value {
    json!({
        "Effect": effect,
        "Principal": principal,
        "Action": actions,
        "Resource": format!("arn:aws:s3:::{SHARED}{resource}"),
    })
}

fn under(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
    statement
}

async fn set(s3: &Client, statements: &[Value]) {
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    let set = s3.put_bucket_policy().bucket(SHARED);
    set.policy(policy.to_string()).send().await.unwrap();
}

fn bob() -> Value {
    json!({ "AWS": "arn:aws:iam::000000000000:user/bob" })
}

#[tokio::test]
async fn a_policy_gives_what_it_names_to_whom_it_names() {
    let (served, ann, bobs) = served().await;
    let cat = served.user("cat").await;
    set(
        &ann,
        &[statement("Allow", &bob(), &["s3:GetObject"], "/public/*")],
    )
    .await;
    let get = |s3: &Client, key: &str| s3.get_object().bucket(SHARED).key(key).send();
    let got = get(&bobs, "public/k").await.unwrap();
    assert_eq!(read(got.body).await, b"public/k");
    refused(get(&bobs, "private/k").await, 403, "AccessDenied");
    refused(get(&cat, "public/k").await, 403, "AccessDenied");
    let unsigned = Raw::new(&served, "GET", "/shared/public/k");
    unsigned.send(&served).await.is_error(403, "AccessDenied");
    // Who may not list is not told either what is missing.
    refused(get(&bobs, "public/missing").await, 403, "AccessDenied");
    let put = bobs.put_object().bucket(SHARED).key("public/new").send();
    refused(put.await, 403, "AccessDenied");
    let version = bobs.get_object().bucket(SHARED).key("public/k");
    refused(version.version_id("null").send().await, 403, "AccessDenied");
    let list = || bobs.list_objects_v2().bucket(SHARED);
    refused(list().send().await, 403, "AccessDenied");
    let listing = under(
        statement("Allow", &bob(), &["s3:ListBucket"], ""),
        json!({ "StringLike": { "s3:prefix": "public/*" } }),
    );
    set(&ann, &[listing]).await;
    let page = list().prefix("public/").send().await.unwrap();
    assert_eq!(page.contents()[0].key(), Some("public/k"));
    refused(list().prefix("private/").send().await, 403, "AccessDenied");
    let head = |key: &str| bobs.head_object().bucket(SHARED).key(key).send();
    refused_head(head("public/missing").await, 404);
    refused_head(head("private/missing").await, 403);
}

#[tokio::test]
async fn what_it_denies_nobody_may_but_the_owner_can_mend_it() {
    let (_served, ann, _bobs) = served().await;
    let everyone = json!("*");
    set(
        &ann,
        &[
            statement("Allow", &everyone, &["s3:*"], "/*"),
            statement("Deny", &everyone, &["s3:GetObject"], "/private/*"),
            statement("Deny", &everyone, &["s3:*"], ""),
        ],
    )
    .await;
    let get = |key: &str| ann.get_object().bucket(SHARED).key(key).send();
    get("public/k").await.unwrap();
    refused(get("private/k").await, 403, "AccessDenied");
    let list = || ann.list_objects_v2().bucket(SHARED).send();
    refused(list().await, 403, "AccessDenied");
    let versioning = ann.get_bucket_versioning().bucket(SHARED).send();
    refused(versioning.await, 403, "AccessDenied");
    let told = ann.get_bucket_policy().bucket(SHARED).send().await.unwrap();
    assert!(told.policy().unwrap().contains("Deny"));
    let delete = ann.delete_bucket_policy().bucket(SHARED);
    delete.send().await.unwrap();
    list().await.unwrap();
    let none = ann.get_bucket_policy().bucket(SHARED).send().await;
    refused(none, 404, "NoSuchBucketPolicy");
}

#[tokio::test]
async fn conditions_ask_for_headers_tags_and_addresses() {
    let (_served, ann, bobs) = served().await;
    let encrypted = under(
        statement("Deny", &json!("*"), &["s3:PutObject"], "/*"),
        json!({ "Null": { "s3:x-amz-server-side-encryption": "true" } }),
    );
    let tagged = under(
        statement("Allow", &bob(), &["s3:GetObject"], "/*"),
        json!({ "StringEquals": { "s3:ExistingObjectTag/for": "bob" } }),
    );
    let here = under(
        statement("Allow", &bob(), &["s3:DeleteObject"], "/*"),
        json!({ "IpAddress": { "aws:SourceIp": "127.0.0.0/8" } }),
    );
    let elsewhere = under(
        statement("Allow", &bob(), &["s3:PutObjectTagging"], "/*"),
        json!({ "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } }),
    );
    set(&ann, &[encrypted, tagged, here, elsewhere]).await;
    let put = || ann.put_object().bucket(SHARED).key("new");
    refused(put().send().await, 403, "AccessDenied");
    let aes = aws_sdk_s3::types::ServerSideEncryption::Aes256;
    let put = put().server_side_encryption(aes).tagging("for=bob");
    put.send().await.unwrap();
    let get = |key: &str| bobs.get_object().bucket(SHARED).key(key).send();
    get("new").await.unwrap();
    refused(get("public/k").await, 403, "AccessDenied");
    let tags = aws_sdk_s3::types::Tagging::builder().set_tag_set(Some(Vec::new()));
    let tags = bobs
        .put_object_tagging()
        .bucket(SHARED)
        .key("new")
        .tagging(tags.build().unwrap());
    refused(tags.send().await, 403, "AccessDenied");
    let delete = bobs.delete_object().bucket(SHARED).key("public/k");
    delete.send().await.unwrap();
}

#[tokio::test]
async fn many_deletes_are_decided_one_by_one() {
    let (_served, ann, bobs) = served().await;
    set(
        &ann,
        &[statement(
            "Allow",
            &bob(),
            &["s3:DeleteObject"],
            "/public/*",
        )],
    )
    .await;
    let one = |key: &str| ObjectIdentifier::builder().key(key).build().unwrap();
    let delete = Delete::builder()
        .objects(one("public/k"))
        .objects(one("private/k"));
    let done = bobs.delete_objects().bucket(SHARED);
    let done = done.delete(delete.build().unwrap()).send().await.unwrap();
    assert_eq!(done.deleted()[0].key(), Some("public/k"));
    assert_eq!(done.errors()[0].key(), Some("private/k"));
    assert_eq!(done.errors()[0].code(), Some("AccessDenied"));
    let left = ann.list_objects_v2().bucket(SHARED).send().await.unwrap();
    assert_eq!(left.contents().len(), 1);
}

#[tokio::test]
async fn a_text_that_is_no_policy_of_the_bucket_is_refused_and_says_why() {
    let (_served, ann, _bobs) = served().await;
    let own = format!("arn:aws:s3:::{SHARED}/*");
    for (policy, why) in [
        ("{".to_owned(), "line 1"),
        ("{}".to_owned(), "Statement"),
        (
            json!({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "ec2:Run", "Resource": own}})
                .to_string(),
            "action",
        ),
        (
            json!({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*",
                "Resource": "arn:aws:s3:::shared-not/*"}})
            .to_string(),
            "resource",
        ),
        (
            json!({"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "000000000000"},
                "Action": "s3:*", "Resource": own}})
            .to_string(),
            "NotPrincipal",
        ),
        (format!("{:>21000}", "{}"), "20480"),
    ] {
        let set = ann.put_bucket_policy().bucket(SHARED).policy(&policy);
        let error = set.send().await.unwrap_err().into_service_error();
        let meta = error.meta();
        assert_eq!(meta.code(), Some("MalformedPolicy"), "{policy}");
        let message = meta.message().unwrap_or_default();
        assert!(message.contains(why), "{why}: {message}");
    }
}

/// Blocks new lists, lists, new policies, policies.
fn block([acls, ignore, policy, restrict]: [bool; 4]) -> PublicAccessBlockConfiguration {
    PublicAccessBlockConfiguration::builder()
        .block_public_acls(acls)
        .ignore_public_acls(ignore)
        .block_public_policy(policy)
        .restrict_public_buckets(restrict)
        .build()
}

#[tokio::test]
async fn what_is_blocked_of_the_public_it_does_not_get() {
    let (served, ann, bobs) = served().await;
    let set_block = |block| {
        let set = ann.put_public_access_block().bucket(SHARED);
        set.public_access_block_configuration(block).send()
    };
    let unsigned = async || {
        let get = Raw::new(&served, "GET", "/shared/public/k");
        get.send(&served).await
    };
    let public = [statement(
        "Allow",
        &json!("*"),
        &["s3:GetObject"],
        "/public/*",
    )];
    set(&ann, &public).await;
    assert_eq!(unsigned().await.status, 200);
    set_block(block([false, false, false, true])).await.unwrap();
    unsigned().await.is_error(403, "AccessDenied");
    set_block(block([false, false, true, false])).await.unwrap();
    let json = json!({ "Version": "2012-10-17", "Statement": public });
    let again = ann.put_bucket_policy().bucket(SHARED);
    refused(
        again.policy(json.to_string()).send().await,
        403,
        "AccessDenied",
    );
    let status = ann.get_bucket_policy_status().bucket(SHARED);
    let status = status.send().await.unwrap();
    assert_eq!(status.policy_status().unwrap().is_public(), Some(true));
    ann.delete_bucket_policy()
        .bucket(SHARED)
        .send()
        .await
        .unwrap();

    let acl = ann.put_object_acl().bucket(SHARED).key("public/k");
    let acl = acl.acl(ObjectCannedAcl::PublicRead);
    acl.clone().send().await.unwrap();
    assert_eq!(unsigned().await.status, 200);
    set_block(block([false, true, false, false])).await.unwrap();
    unsigned().await.is_error(403, "AccessDenied");
    let get = bobs.get_object().bucket(SHARED).key("public/k").send();
    refused(get.await, 403, "AccessDenied");
    set_block(block([true, false, false, false])).await.unwrap();
    refused(acl.send().await, 403, "AccessDenied");
    let bucket = ann.put_bucket_acl().bucket(SHARED);
    let bucket = bucket.acl(BucketCannedAcl::PublicRead).send();
    refused(bucket.await, 403, "AccessDenied");
    let put = ann.put_object().bucket(SHARED).key("new");
    let put = put.acl(ObjectCannedAcl::AuthenticatedRead).send();
    refused(put.await, 403, "AccessDenied");
    let told = || ann.get_public_access_block().bucket(SHARED).send();
    let block = told().await.unwrap();
    let block = block.public_access_block_configuration().unwrap();
    assert_eq!(block.block_public_acls(), Some(true));
    assert_eq!(block.ignore_public_acls(), Some(false));
    let delete = ann.delete_public_access_block().bucket(SHARED);
    delete.send().await.unwrap();
    refused(told().await, 404, "NoSuchPublicAccessBlockConfiguration");
}

#[tokio::test]
async fn a_new_bucket_blocks_the_public_until_its_owner_says_otherwise() {
    let served = Served::new().await;
    let s3 = served.client();
    let told = s3.get_public_access_block().bucket("photos").send();
    let told = told.await.unwrap();
    let told = told.public_access_block_configuration().unwrap();
    assert_eq!(told.block_public_policy(), Some(true));
    let policy = json!({ "Statement": { "Effect": "Allow", "Principal": "*",
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*" } });
    let set = || {
        let set = s3.put_bucket_policy().bucket("photos");
        set.policy(policy.to_string()).send()
    };
    refused(set().await, 403, "AccessDenied");
    let delete = s3.delete_public_access_block().bucket("photos");
    delete.send().await.unwrap();
    set().await.unwrap();
    let put = s3.put_object().bucket("photos").key("k");
    let put = put.body(ByteStream::from_static(b"seen"));
    put.send().await.unwrap();
    let seen = Raw::new(&served, "GET", "/photos/k").send(&served).await;
    assert_eq!((seen.status, seen.body.as_str()), (200, "seen"));
}
