//! Who one is.

use super::{ROOT, assume, role, sts};
use crate::iam::{Key, allow, done, element, iam, refused, user};
use crate::kit::Served;

#[tokio::test]
async fn each_kind_of_credential_is_told_whose_it_is() {
    let served = Served::empty().await;
    let bea = user(&served, "bea").await;
    let who = sts(&served, &bea, "GetCallerIdentity", &[]).await;
    done(&who);
    assert_eq!(element(&who, "Account"), "000000000000");
    assert_eq!(element(&who, "Arn"), "arn:aws:iam::000000000000:user/bea");
    let kept = iam(&served, "GetUser", &[("UserName", "bea")]).await;
    assert_eq!(element(&who, "UserId"), element(&kept, "UserId"));

    let session = Key::of(&sts(&served, &bea, "GetSessionToken", &[]).await);
    let same = sts(&served, &session, "GetCallerIdentity", &[]).await;
    assert_eq!(element(&same, "Arn"), element(&who, "Arn"));

    role(&served, "reader", ROOT, "{}").await;
    let assumed = assume(&served, &Key::owner(), "reader", &[]).await;
    let assumed_who = sts(&served, &Key::of(&assumed), "GetCallerIdentity", &[]).await;
    let arn = "arn:aws:sts::000000000000:assumed-role/reader/test";
    assert_eq!(element(&assumed_who, "Arn"), arn);
    assert_eq!(
        element(&assumed_who, "UserId"),
        element(&assumed, "AssumedRoleId")
    );

    let owner = sts(&served, &Key::owner(), "GetCallerIdentity", &[]).await;
    assert_eq!(
        element(&owner, "Arn"),
        "arn:aws:iam::000000000000:user/admin"
    );
}

#[tokio::test]
async fn nobody_can_be_denied_to_know_who_one_is() {
    let served = Served::empty().await;
    let bea = user(&served, "bea").await;
    let deny =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
    allow(&served, "bea", deny).await;
    done(&sts(&served, &bea, "GetCallerIdentity", &[]).await);
    let info = [("AccessKeyId", bea.id.as_str())];
    let asked = sts(&served, &bea, "GetAccessKeyInfo", &info).await;
    refused(&asked, 403, "AccessDenied");
}

#[tokio::test]
async fn a_key_is_of_the_account() {
    let served = Served::empty().await;
    let owner = Key::owner();
    let info = sts(
        &served,
        &owner,
        "GetAccessKeyInfo",
        &[("AccessKeyId", &owner.id)],
    )
    .await;
    done(&info);
    assert_eq!(element(&info, "Account"), "000000000000");
    let unknown = [("AccessKeyId", "AKIANONE")];
    let info = sts(&served, &owner, "GetAccessKeyInfo", &unknown).await;
    refused(&info, 400, "ValidationError");
}

#[tokio::test]
async fn what_is_not_offered_is_not_said_to_be_done() {
    let served = Served::empty().await;
    for action in [
        "AssumeRoleWithWebIdentity",
        "AssumeRoleWithSAML",
        "DecodeAuthorizationMessage",
        "GetFederationToken",
    ] {
        let answer = sts(&served, &Key::owner(), action, &[]).await;
        refused(&answer, 400, "UnsupportedOperation");
    }
    let answer = sts(&served, &Key::owner(), "GetWeather", &[]).await;
    refused(&answer, 400, "InvalidAction");
}
