//! Policies of users, beside those of buckets; what is refused says by what; what is tried out is decided as at the door.

use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use futures::StreamExt as _;
use serde_json::json;
use stave_endpoint::{Decided, SimulateError, Simulation, Simulator};
use stave_model::{AccessKeyId, BucketName, ObjectKey, ObjectOwnership, PolicyName, UserName};
use stave_store::{AccessKeys as _, Identities as _, Store as _};

use crate::kit::{BUCKET, Served, refused, refused_head};

fn policy(effect: &str, actions: &[&str], resource: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Sid": "Only", "Effect": effect, "Action": actions, "Resource": resource }],
    })
    .to_string()
}

/// Serves ada, who has no policy yet, and the object `k` of the owner of the vault.
async fn served() -> (Served, Client) {
    let served = Served::new().await;
    let put = served.client().put_object().bucket(BUCKET).key("k");
    put.send().await.unwrap();
    let ada = served.powerless("ada").await;
    (served, ada)
}

async fn unset(served: &Served, name: &str) {
    let ada = UserName::parse("ada").unwrap();
    let name = PolicyName::parse(name).unwrap();
    let unset = served.store.delete_identity_policy(&ada, &name);
    unset.await.unwrap();
}

#[tokio::test]
async fn a_policy_gives_what_it_names_from_the_next_request_on() {
    let (served, ada) = served().await;
    let get = |key: &str| ada.get_object().bucket(BUCKET).key(key).send();
    refused(get("k").await, 403, "AccessDenied");
    let objects = "arn:aws:s3:::photos/*";
    let reads = policy("Allow", &["s3:GetObject"], objects);
    served.allow("ada", "reads", &reads).await;
    get("k").await.unwrap();
    // Who may not list is not told what is missing.
    refused(get("missing").await, 403, "AccessDenied");
    let lists = policy("Allow", &["s3:ListBucket"], "arn:aws:s3:::photos");
    served.allow("ada", "lists", &lists).await;
    refused(get("missing").await, 404, "NoSuchKey");
    let put = ada.put_object().bucket(BUCKET).key("new").send();
    refused(put.await, 403, "AccessDenied");
    let version = ada.get_object().bucket(BUCKET).key("k").version_id("null");
    refused(version.send().await, 403, "AccessDenied");
    unset(&served, "reads").await;
    refused(get("k").await, 403, "AccessDenied");
    ada.list_objects_v2().bucket(BUCKET).send().await.unwrap();
}

#[tokio::test]
async fn what_it_denies_nothing_else_gives_back() {
    let (served, ada) = served().await;
    served
        .allow("ada", "all", &policy("Allow", &["s3:*"], "*"))
        .await;
    ada.create_bucket().bucket("adas").send().await.unwrap();
    let put = |bucket: &str| ada.put_object().bucket(bucket).key("k").send();
    put("adas").await.unwrap();
    put(BUCKET).await.unwrap();
    served
        .allow("ada", "not", &policy("Deny", &["s3:PutObject"], "*"))
        .await;
    // Neither what she owns nor the policy of a bucket.
    refused(put("adas").await, 403, "AccessDenied");
    let everyone = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::000000000000:user/ada" },
            "Action": "s3:PutObject", "Resource": "arn:aws:s3:::photos/*",
        }],
    });
    let set = served.client().put_bucket_policy().bucket(BUCKET);
    set.policy(everyone.to_string()).send().await.unwrap();
    let error = put(BUCKET).await.unwrap_err().into_service_error();
    assert_eq!(
        error.message(),
        Some(
            "User: arn:aws:iam::000000000000:user/ada is not authorized to perform: s3:PutObject on \
             resource: \"arn:aws:s3:::photos/k\" with an explicit deny in an identity-based policy"
        )
    );
    // One of her own bucket she can mend; what her own policy denies she cannot.
    let mends = policy("Deny", &["s3:*BucketPolicy"], "*");
    served.allow("ada", "mends", &mends).await;
    let told = ada.get_bucket_policy().bucket("adas").send().await;
    refused(told, 403, "AccessDenied");
}

#[tokio::test]
async fn whoever_has_no_policy_makes_and_lists_nothing() {
    let (served, ada) = served().await;
    refused(ada.list_buckets().send().await, 403, "AccessDenied");
    let create = |name: &str| ada.create_bucket().bucket(name).send();
    let error = create("adas").await.unwrap_err().into_service_error();
    assert_eq!(
        error.message(),
        Some(
            "User: arn:aws:iam::000000000000:user/ada is not authorized to perform: s3:CreateBucket on \
             resource: \"arn:aws:s3:::adas\" because no identity-based policy allows the \
             s3:CreateBucket action"
        )
    );
    let makes = policy("Allow", &["s3:CreateBucket"], "arn:aws:s3:::ada-*");
    served.allow("ada", "makes", &makes).await;
    refused(create("adas").await, 403, "AccessDenied");
    create("ada-1").await.unwrap();
    refused_head(ada.head_bucket().bucket(BUCKET).send().await, 403);
    ada.head_bucket().bucket("ada-1").send().await.unwrap();
}

#[tokio::test]
async fn variables_and_tags_bind_a_policy() {
    let (served, ada) = served().await;
    let home = policy(
        "Allow",
        &["s3:PutObject"],
        "arn:aws:s3:::photos/${aws:username}/*",
    );
    served.allow("ada", "home", &home).await;
    let put = |key: &str| ada.put_object().bucket(BUCKET).key(key).send();
    put("ada/k").await.unwrap();
    refused(put("bob/k").await, 403, "AccessDenied");
    let tagged = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
            "Condition": { "StringEquals": { "s3:ExistingObjectTag/for": "ada" } },
        }],
    });
    served.allow("ada", "tagged", &tagged.to_string()).await;
    let get = |key: &str| ada.get_object().bucket(BUCKET).key(key).send();
    refused(get("k").await, 403, "AccessDenied");
    let put = served.client().put_object().bucket(BUCKET).key("t");
    put.tagging("for=ada").send().await.unwrap();
    get("t").await.unwrap();
}

#[tokio::test]
async fn the_last_use_of_a_key_is_kept() {
    let (served, ada) = served().await;
    let id = AccessKeyId::parse("ADAKEY").unwrap();
    let mut changes = served.store.changes().unwrap();
    assert!(ada.list_buckets().send().await.is_err());
    // It is kept beside the request: the change tells when.
    let used = loop {
        let key = served.store.access_key_secret(&id).await.unwrap().0;
        if let Some(used) = key.last_used {
            break used;
        }
        changes.next().await.unwrap();
    };
    assert_eq!(
        (used.service.as_str(), used.region.as_str()),
        ("s3", "us-east-1")
    );
}

fn simulation(identity: Option<&str>, action: &str, key: Option<&str>) -> Simulation {
    Simulation {
        identity: identity.map(|name| UserName::parse(name).unwrap()),
        action: action.to_owned(),
        bucket: Some(BucketName::parse(BUCKET).unwrap()),
        key: key.map(|key| ObjectKey::parse(key).unwrap()),
        version: None,
        context: Vec::new(),
        session_policy: None,
    }
}

fn simulator(served: &Served) -> Simulator {
    let store = Arc::new(served.store.clone());
    Simulator::new(store.clone(), Some(store), ObjectOwnership::default())
}

#[tokio::test]
async fn what_is_tried_out_is_decided_as_at_the_door() {
    let (served, ada) = served().await;
    let simulator = simulator(&served);
    let read = simulation(Some("ada"), "s3:GetObject", Some("k"));
    let told = simulator.simulate(&read).await.unwrap();
    assert_eq!(told.decided, Decided::ImplicitDeny);
    assert_eq!(told.by, None);
    assert_eq!(
        told.sentence,
        "no identity policy of ada and no policy or list of the bucket allows s3:GetObject on arn:aws:s3:::photos/k"
    );
    let writes = policy("Allow", &["s3:PutObject"], "arn:aws:s3:::photos/*");
    served.allow("ada", "writes", &writes).await;
    let told = simulator.simulate(&read).await.unwrap();
    assert_eq!(
        told.sentence,
        "no identity policy of ada and no policy or list of the bucket allows s3:GetObject on \
         arn:aws:s3:::photos/k; nearest: Statement[0] (\"Only\") of the policy writes of ada is about other actions"
    );
    let reads = policy("Allow", &["s3:GetObject"], "arn:aws:s3:::photos/*");
    served.allow("ada", "reads", &reads).await;
    let told = simulator.simulate(&read).await.unwrap();
    assert_eq!(told.decided, Decided::Allowed);
    let by = told.by.unwrap();
    assert_eq!(
        (by.source.as_str(), by.sid.as_deref()),
        ("policy reads of ada", Some("Only"))
    );
    assert!(
        by.statement.contains("\"s3:GetObject\""),
        "{}",
        by.statement
    );
    assert!(
        ada.get_object()
            .bucket(BUCKET)
            .key("k")
            .send()
            .await
            .is_ok()
    );
    // A session may be bounded beside.
    let mut bounded = read.clone();
    bounded.session_policy = Some(writes);
    let told = simulator.simulate(&bounded).await.unwrap();
    assert_eq!(told.decided, Decided::ImplicitDeny);
    assert_eq!(told.steps[0].verdict, "denies");
    assert_eq!(told.by.unwrap().source, "policy of the session simulation");
    served
        .allow("ada", "never", &policy("Deny", &["s3:Get*"], "*"))
        .await;
    let told = simulator.simulate(&read).await.unwrap();
    assert_eq!(told.decided, Decided::ExplicitDeny);
    assert_eq!(told.by.unwrap().source, "policy never of ada");
    let owner = simulation(Some("admin"), "s3:GetObject", Some("k"));
    let told = simulator.simulate(&owner).await.unwrap();
    assert_eq!(
        (told.decided, told.by.unwrap().source.as_str()),
        (Decided::Allowed, "owner")
    );
}

#[tokio::test]
async fn circumstances_may_be_supposed() {
    let (served, _ada) = served().await;
    let simulator = simulator(&served);
    let at_home = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*",
            "Condition": { "IpAddress": { "aws:SourceIp": "192.168.0.0/16" } },
        }],
    });
    let set = served.client().put_bucket_policy().bucket(BUCKET);
    set.policy(at_home.to_string()).send().await.unwrap();
    let mut anyone = simulation(None, "s3:GetObject", Some("k"));
    let told = simulator.simulate(&anyone).await.unwrap();
    assert_eq!(told.decided, Decided::ImplicitDeny);
    anyone.context = vec![("aws:SourceIp".to_owned(), "192.168.1.7".to_owned())];
    let told = simulator.simulate(&anyone).await.unwrap();
    assert_eq!(told.decided, Decided::Allowed);
    assert_eq!(told.by.unwrap().source, "bucket policy of photos");
}

#[tokio::test]
async fn what_cannot_be_tried_out_is_told() {
    let (served, _ada) = served().await;
    let simulator = simulator(&served);
    let simulate = |asked: Simulation| {
        let simulator = simulator.clone();
        async move { simulator.simulate(&asked).await.unwrap_err() }
    };
    let error = simulate(simulation(None, "s3:Nonsense", None)).await;
    assert!(matches!(error, SimulateError::Action(_)));
    let error = simulate(simulation(None, "s3:GetObject", None)).await;
    assert!(matches!(error, SimulateError::NoKey(_)));
    let error = simulate(simulation(Some("nobody"), "s3:ListBucket", None)).await;
    assert!(matches!(error, SimulateError::Store { code, .. } if code == "NoSuchEntity"));
    let mut bounded = simulation(None, "s3:ListBucket", None);
    bounded.session_policy = Some("{}".to_owned());
    assert!(matches!(simulate(bounded).await, SimulateError::Policy(_)));
}

#[tokio::test]
async fn who_may_do_what_with_an_object_is_told_of_everyone() {
    let (served, _ada) = served().await;
    let reads = policy(
        "Allow",
        &["s3:GetObject", "s3:DeleteObject"],
        "arn:aws:s3:::photos/*",
    );
    served.allow("ada", "reads", &reads).await;
    let bucket = BucketName::parse(BUCKET).unwrap();
    let key = ObjectKey::parse("k").unwrap();
    let simulator = simulator(&served);
    let access = simulator.effective_access(&bucket, &key, None).await;
    let access = access.unwrap();
    assert!(!access.public);
    let rights: Vec<_> = access
        .who
        .iter()
        .map(|one| (one.identity.as_str(), one.read, one.write, one.remove))
        .collect();
    assert_eq!(
        rights,
        [("ada", true, false, true), ("admin", true, true, true)]
    );
}
