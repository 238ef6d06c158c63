//! What a session of a role may: what its policies and the policy of the session allow, in S3, the key service and
//! IAM alike.

use std::time::SystemTime;

use aws_sdk_s3::primitives::ByteStream;
use serde_json::json;

use super::{ROOT, allow_role, assume, role, s3};
use crate::iam::{Key, done, iam_as, refused};
use crate::kit::{self, Served};
use crate::kms::{make_key, unsigned};
use crate::raw::Answer;

/// Calls the key service with a session.
async fn kms(served: &Served, key: &Key, operation: &str, input: serde_json::Value) -> Answer {
    let call = unsigned(
        served,
        &format!("TrentService.{operation}"),
        input.to_string(),
    );
    let signed = key.sign(call, "kms", "us-east-1", SystemTime::now());
    signed.send(served).await
}

#[tokio::test]
async fn a_session_uses_s3_within_its_bounds() {
    let served = Served::new().await;
    role(&served, "editor", ROOT, "{}").await;
    let edits = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::photos/team/*"},
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::photos"}]}"#;
    allow_role(&served, "editor", edits).await;
    let session = Key::of(&assume(&served, &Key::owner(), "editor", &[]).await);
    let client = s3(&served, &session);
    let put = |key: &'static str| {
        let put = client.put_object().bucket("photos").key(key);
        put.body(ByteStream::from_static(b"by a session")).send()
    };
    put("team/a").await.unwrap();
    kit::refused(put("other/a").await, 403, "AccessDenied");
    let got = client
        .get_object()
        .bucket("photos")
        .key("team/a")
        .send()
        .await
        .unwrap();
    assert_eq!(kit::read(got.body).await, b"by a session");
    let deleted = client
        .delete_object()
        .bucket("photos")
        .key("team/a")
        .send()
        .await;
    kit::refused(deleted, 403, "AccessDenied");
    client
        .list_objects_v2()
        .bucket("photos")
        .send()
        .await
        .unwrap();
    let made = client.create_bucket().bucket("another").send().await;
    kit::refused(made, 403, "AccessDenied");
}

#[tokio::test]
async fn the_policy_of_a_session_bounds_it_further_and_gives_nothing() {
    let served = Served::new().await;
    role(&served, "editor", ROOT, "{}").await;
    let edits = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::photos/*"}}"#;
    allow_role(&served, "editor", edits).await;
    let bounds = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject","s3:DeleteObject"],"Resource":"*"}}"#;
    let session = assume(&served, &Key::owner(), "editor", &[("Policy", bounds)]).await;
    let client = s3(&served, &Key::of(&session));
    let put = served.client().put_object().bucket("photos").key("a");
    put.send().await.unwrap();
    client
        .get_object()
        .bucket("photos")
        .key("a")
        .send()
        .await
        .unwrap();
    let put = client.put_object().bucket("photos").key("a").send().await;
    kit::refused(put, 403, "AccessDenied");
    let deleted = client
        .delete_object()
        .bucket("photos")
        .key("a")
        .send()
        .await;
    kit::refused(deleted, 403, "AccessDenied");
}

#[tokio::test]
async fn a_session_uses_keys_within_its_bounds() {
    let served = Served::empty().await;
    let (own, other) = (make_key(&served).await, make_key(&served).await);
    role(&served, "sealer", ROOT, "{}").await;
    let seals = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"kms:GenerateDataKey","Resource":"arn:aws:kms:us-east-1:000000000000:key/{own}"}}}}"#
    );
    allow_role(&served, "sealer", &seals).await;
    let session = Key::of(&assume(&served, &Key::owner(), "sealer", &[]).await);
    let data_key = |key: &str| json!({"KeyId": key, "KeySpec": "AES_256"});
    let made = kms(&served, &session, "GenerateDataKey", data_key(&own)).await;
    assert_eq!(made.status, 200, "{made:?}");
    let refusal = kms(&served, &session, "GenerateDataKey", data_key(&other)).await;
    assert_eq!(refusal.status, 400, "{refusal:?}");
    assert!(
        refusal.body.contains("AccessDeniedException"),
        "{}",
        refusal.body
    );
    let listed = kms(
        &served,
        &session,
        "ScheduleKeyDeletion",
        json!({"KeyId": own}),
    )
    .await;
    assert!(
        listed.body.contains("AccessDeniedException"),
        "{}",
        listed.body
    );
}

#[tokio::test]
async fn a_session_asks_iam_for_what_its_role_may() {
    let served = Served::empty().await;
    role(&served, "auditor", ROOT, "{}").await;
    let reads = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:List*","iam:GetUser"],"Resource":"*"}}"#;
    allow_role(&served, "auditor", reads).await;
    let session = Key::of(&assume(&served, &Key::owner(), "auditor", &[]).await);
    done(&iam_as(&served, &session, "ListUsers", &[]).await);
    let made = iam_as(&served, &session, "CreateUser", &[("UserName", "cy")]).await;
    let message = refused(&made, 403, "AccessDenied");
    assert!(
        message.contains("assumed-role/auditor/test is not authorized"),
        "{message}"
    );
    let nameless = iam_as(&served, &session, "GetUser", &[]).await;
    refused(&nameless, 400, "ValidationError");
}
