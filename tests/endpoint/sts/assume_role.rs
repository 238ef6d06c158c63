//! Who may become a role.

use super::{ROOT, allow_role, assume, role};
use crate::iam::{Key, allow, done, element, iam, refused, user};
use crate::kit::Served;

const BEA: &str = "arn:aws:iam::000000000000:user/bea";
const ASSUME: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::000000000000:role/*"}}"#;

#[tokio::test]
async fn a_user_that_is_named_needs_no_policy_of_its_own() {
    let served = Served::empty().await;
    let (bea, cy) = (user(&served, "bea").await, user(&served, "cy").await);
    role(&served, "reader", BEA, "{}").await;
    let answer = assume(&served, &bea, "reader", &[]).await;
    done(&answer);
    assert!(Key::of(&answer).id.starts_with("ASIA"));
    let arn = "arn:aws:sts::000000000000:assumed-role/reader/test";
    assert_eq!(element(&answer, "Arn"), arn);
    let id = element(&answer, "AssumedRoleId");
    assert!(id.starts_with("AROA") && id.ends_with(":test"), "{id}");
    refused(
        &assume(&served, &cy, "reader", &[]).await,
        403,
        "AccessDenied",
    );
    allow(&served, "cy", ASSUME).await;
    refused(
        &assume(&served, &cy, "reader", &[]).await,
        403,
        "AccessDenied",
    );
    let deny = ASSUME.replace("Allow", "Deny");
    allow(&served, "bea", &deny).await;
    let denied = assume(&served, &bea, "reader", &[]).await;
    let message = refused(&denied, 403, "AccessDenied");
    assert!(
        message.contains("explicit deny in an identity-based policy"),
        "{message}"
    );
}

#[tokio::test]
async fn where_the_account_is_named_a_user_needs_a_policy_and_the_owner_none() {
    let served = Served::empty().await;
    let bea = user(&served, "bea").await;
    role(&served, "reader", ROOT, "{}").await;
    done(&assume(&served, &Key::owner(), "reader", &[]).await);
    refused(
        &assume(&served, &bea, "reader", &[]).await,
        403,
        "AccessDenied",
    );
    allow(&served, "bea", ASSUME).await;
    done(&assume(&served, &bea, "reader", &[]).await);
    let elsewhere = ASSUME.replace("role/*", "role/writer");
    allow(&served, "bea", &elsewhere).await;
    refused(
        &assume(&served, &bea, "reader", &[]).await,
        403,
        "AccessDenied",
    );
}

#[tokio::test]
async fn the_owner_becomes_no_role_that_trusts_somebody_else() {
    let served = Served::empty().await;
    user(&served, "bea").await;
    role(&served, "reader", BEA, "{}").await;
    let answer = assume(&served, &Key::owner(), "reader", &[]).await;
    refused(&answer, 403, "AccessDenied");
    let arn = "arn:aws:iam::000000000000:user/admin";
    role(&served, "own", arn, "{}").await;
    done(&assume(&served, &Key::owner(), "own", &[]).await);
}

#[tokio::test]
async fn a_role_that_is_not_there_is_refused_as_one_that_may_not_be_assumed() {
    let served = Served::empty().await;
    user(&served, "bea").await;
    for arn in [
        "arn:aws:iam::000000000000:role/none",
        "arn:aws:iam::111111111111:role/reader",
        "arn:aws:iam::000000000000:user/bea",
        "arn:aws:iam::000000000000:role/bea",
        "reader-reader-reader",
    ] {
        let answer = assume(&served, &Key::owner(), "", &[("RoleArn", arn)]).await;
        refused(&answer, 403, "AccessDenied");
    }
}

#[tokio::test]
async fn an_external_id_and_the_name_of_the_session_are_conditions() {
    let served = Served::empty().await;
    let condition = r#"{"StringEquals":{"sts:ExternalId":"room 7"},"StringLike":{"sts:RoleSessionName":"ci-*"}}"#;
    role(&served, "reader", ROOT, condition).await;
    let right = [("ExternalId", "room 7"), ("RoleSessionName", "ci-1")];
    done(&assume(&served, &Key::owner(), "reader", &right).await);
    for wrong in [
        vec![("RoleSessionName", "ci-1")],
        vec![("ExternalId", "room 8"), ("RoleSessionName", "ci-1")],
        vec![("ExternalId", "room 7")],
    ] {
        let answer = assume(&served, &Key::owner(), "reader", &wrong).await;
        refused(&answer, 403, "AccessDenied");
    }
}

#[tokio::test]
async fn a_session_has_the_bounds_of_its_role() {
    let served = Served::empty().await;
    role(&served, "reader", ROOT, "{}").await;
    let ask = |more: Vec<(&'static str, &'static str)>| {
        let served = &served;
        async move { assume(served, &Key::owner(), "reader", &more).await }
    };
    done(&ask(vec![("DurationSeconds", "900")]).await);
    done(&ask(vec![("DurationSeconds", "7200")]).await);
    for seconds in ["899", "7201", "43201", "soon"] {
        let answer = ask(vec![("DurationSeconds", seconds)]).await;
        refused(&answer, 400, "ValidationError");
    }
    for name in ["", "x", "a b", "ä.b"] {
        let answer = ask(vec![("RoleSessionName", name)]).await;
        refused(&answer, 400, "ValidationError");
    }
    let long: &'static str = "x".repeat(65).leak();
    refused(
        &ask(vec![("RoleSessionName", long)]).await,
        400,
        "ValidationError",
    );
    refused(
        &ask(vec![("Policy", "{}")]).await,
        400,
        "MalformedPolicyDocument",
    );
    let large: &'static str = " ".repeat(2_049).leak();
    refused(
        &ask(vec![("Policy", large)]).await,
        400,
        "PackedPolicyTooLarge",
    );
    for name in [
        "Tags.member.1.Key",
        "SourceIdentity",
        "PolicyArns.member.1.arn",
        "TokenCode",
    ] {
        refused(&ask(vec![(name, "x")]).await, 400, "UnsupportedOperation");
    }
    let bounded = ask(vec![("Policy", crate::iam::EVERYTHING)]).await;
    done(&bounded);
    assert_eq!(element(&bounded, "PackedPolicySize"), "5");
}

#[tokio::test]
async fn from_role_to_role_a_session_lasts_an_hour() {
    let served = Served::empty().await;
    role(&served, "first", ROOT, "{}").await;
    role(
        &served,
        "second",
        "arn:aws:iam::000000000000:role/first",
        "{}",
    )
    .await;
    allow_role(&served, "first", ASSUME).await;
    let first = Key::of(&assume(&served, &Key::owner(), "first", &[]).await);
    let second = assume(&served, &first, "second", &[]).await;
    done(&second);
    let arn = "arn:aws:sts::000000000000:assumed-role/second/test";
    assert_eq!(element(&second, "Arn"), arn);
    let longer = [("DurationSeconds", "3601")];
    refused(
        &assume(&served, &first, "second", &longer).await,
        400,
        "ValidationError",
    );
    let back = assume(&served, &Key::of(&second), "first", &[]).await;
    refused(&back, 403, "AccessDenied");
}

#[tokio::test]
async fn a_role_that_is_deleted_takes_its_sessions_along() {
    let served = Served::empty().await;
    role(&served, "reader", ROOT, "{}").await;
    let session = Key::of(&assume(&served, &Key::owner(), "reader", &[]).await);
    done(&super::sts(&served, &session, "GetCallerIdentity", &[]).await);
    done(&iam(&served, "DeleteRole", &[("RoleName", "reader")]).await);
    let answer = super::sts(&served, &session, "GetCallerIdentity", &[]).await;
    refused(&answer, 403, "InvalidClientTokenId");
}
