//! A user's own credentials for a while.

use super::{s3, sts};
use crate::iam::{EVERYTHING, Key, allow, done, element, iam_as, refused, user};
use crate::kit::{self, Served};

#[tokio::test]
async fn a_session_of_a_user_may_what_the_user_may_in_s3() {
    let served = Served::new().await;
    let bea = user(&served, "bea").await;
    let read = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::photos"}}"#;
    allow(&served, "bea", read).await;
    let answer = sts(
        &served,
        &bea,
        "GetSessionToken",
        &[("DurationSeconds", "900")],
    )
    .await;
    done(&answer);
    let session = Key::of(&answer);
    assert!(session.id.starts_with("ASIA"), "{}", session.id);
    assert!(element(&answer, "Expiration").ends_with('Z'));
    let client = s3(&served, &session);
    client
        .list_objects_v2()
        .bucket("photos")
        .send()
        .await
        .unwrap();
    let put = client.put_object().bucket("photos").key("k").send().await;
    kit::refused(put, 403, "AccessDenied");
    let owner = Key::of(&sts(&served, &Key::owner(), "GetSessionToken", &[]).await);
    let put = s3(&served, &owner).put_object().bucket("photos").key("k");
    put.send().await.unwrap();
}

#[tokio::test]
async fn a_session_makes_no_session_and_asks_nothing_of_iam() {
    let served = Served::empty().await;
    let bea = user(&served, "bea").await;
    allow(&served, "bea", EVERYTHING).await;
    let session = Key::of(&sts(&served, &bea, "GetSessionToken", &[]).await);
    let again = sts(&served, &session, "GetSessionToken", &[]).await;
    refused(&again, 403, "AccessDenied");
    let listed = iam_as(&served, &session, "ListUsers", &[]).await;
    refused(&listed, 403, "InvalidClientTokenId");
}

#[tokio::test]
async fn a_session_lasts_a_quarter_of_an_hour_to_a_day_and_a_half() {
    let served = Served::empty().await;
    for (seconds, made) in [
        ("899", false),
        ("900", true),
        ("129600", true),
        ("129601", false),
    ] {
        let asked = [("DurationSeconds", seconds)];
        let answer = sts(&served, &Key::owner(), "GetSessionToken", &asked).await;
        if made {
            done(&answer);
        } else {
            refused(&answer, 400, "ValidationError");
        }
    }
    let coded = [("SerialNumber", "GAHT12345678"), ("TokenCode", "123456")];
    let answer = sts(&served, &Key::owner(), "GetSessionToken", &coded).await;
    refused(&answer, 400, "UnsupportedOperation");
}

#[tokio::test]
async fn a_session_needs_its_own_token() {
    let served = Served::new().await;
    let one = Key::of(&sts(&served, &Key::owner(), "GetSessionToken", &[]).await);
    let other = Key::of(&sts(&served, &Key::owner(), "GetSessionToken", &[]).await);
    let of_another = Key {
        token: other.token.clone(),
        ..one.clone()
    };
    let without = Key {
        token: None,
        ..one.clone()
    };
    for wrong in [&of_another, &without] {
        let answer = sts(&served, wrong, "GetCallerIdentity", &[]).await;
        refused(&answer, 403, "InvalidClientTokenId");
        let listed = s3(&served, wrong)
            .list_objects_v2()
            .bucket("photos")
            .send()
            .await;
        assert!(listed.is_err());
    }
    done(&sts(&served, &one, "GetCallerIdentity", &[]).await);
}
