//! Who may ask IAM for what.

use serde_json::json;

use super::{EVERYTHING, Key, allow, done, element, iam, iam_as, refused, user};
use crate::kit::Served;
use crate::kms::{document, lookup};

#[tokio::test]
async fn a_user_without_policies_may_nothing() {
    let served = Served::empty().await;
    let bea = user(&served, "bea").await;
    for (action, params) in [
        ("ListUsers", vec![]),
        ("GetUser", vec![]),
        ("GetUser", vec![("UserName", "admin")]),
        ("CreateUser", vec![("UserName", "cy")]),
        ("CreateAccessKey", vec![]),
        ("CreateAccessKey", vec![("UserName", "admin")]),
        (
            "PutUserPolicy",
            vec![
                ("UserName", "bea"),
                ("PolicyName", "p"),
                ("PolicyDocument", EVERYTHING),
            ],
        ),
        (
            "CreateRole",
            vec![("RoleName", "r"), ("AssumeRolePolicyDocument", "{}")],
        ),
        ("ListRoles", vec![]),
        ("GetAccountSummary", vec![]),
        ("SimulateCustomPolicy", vec![]),
    ] {
        let answer = iam_as(&served, &bea, action, &params).await;
        refused(&answer, 403, "AccessDenied");
    }
    let refusal = iam_as(&served, &bea, "CreateUser", &[("UserName", "cy")]).await;
    assert_eq!(
        refused(&refusal, 403, "AccessDenied"),
        "User: arn:aws:iam::000000000000:user/bea is not authorized to perform: iam:CreateUser on \
         resource: arn:aws:iam::000000000000:user/cy because no identity-based policy allows the \
         iam:CreateUser action"
    );
}

#[tokio::test]
async fn a_policy_allows_what_it_names_and_a_denial_wins() {
    let served = Served::empty().await;
    let bea = user(&served, "bea").await;
    let own = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["iam:GetUser","iam:CreateUser"],"Resource":[
            "arn:aws:iam::000000000000:user/${aws:username}","arn:aws:iam::000000000000:user/team-*"]},
        {"Effect":"Deny","Action":"iam:CreateUser","Resource":"arn:aws:iam::000000000000:user/team-lead"}]}"#;
    allow(&served, "bea", own).await;
    let own = iam_as(&served, &bea, "GetUser", &[]).await;
    done(&own);
    assert_eq!(element(&own, "UserName"), "bea");
    let make = |name: &'static str| {
        let (served, bea) = (&served, &bea);
        async move { iam_as(served, bea, "CreateUser", &[("UserName", name)]).await }
    };
    done(&make("team-a").await);
    refused(&make("other").await, 403, "AccessDenied");
    let lead = make("team-lead").await;
    let message = refused(&lead, 403, "AccessDenied");
    let why = "with an explicit deny in an identity-based policy (given, Statement[1])";
    assert!(message.ends_with(why), "{message}");
}

#[tokio::test]
async fn conditions_hold_for_iam_as_everywhere() {
    let served = Served::empty().await;
    let bea = user(&served, "bea").await;
    for (condition, may) in [
        (r#"{"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}}"#, true),
        (r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, false),
        (r#"{"Bool":{"aws:SecureTransport":"true"}}"#, false),
        (r#"{"StringEquals":{"aws:PrincipalType":"User"}}"#, true),
        (
            r#"{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}"#,
            false,
        ),
    ] {
        let document = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"iam:ListUsers",
                "Resource":"*","Condition":{condition}}}}}"#
        );
        allow(&served, "bea", &document).await;
        let answer = iam_as(&served, &bea, "ListUsers", &[]).await;
        assert_eq!(answer.status == 200, may, "{condition}: {answer:?}");
    }
}

#[tokio::test]
async fn who_may_everything_is_still_not_the_owner() {
    let served = Served::empty().await;
    let bea = user(&served, "bea").await;
    allow(&served, "bea", EVERYTHING).await;
    done(&iam_as(&served, &bea, "CreateUser", &[("UserName", "cy")]).await);
    done(&iam_as(&served, &bea, "CreateAccessKey", &[("UserName", "cy")]).await);
    let key = Key::owner().id;
    for (action, params) in [
        ("CreateAccessKey", vec![("UserName", "admin")]),
        (
            "DeleteAccessKey",
            vec![("UserName", "admin"), ("AccessKeyId", key.as_str())],
        ),
        (
            "UpdateAccessKey",
            vec![
                ("UserName", "admin"),
                ("AccessKeyId", key.as_str()),
                ("Status", "Inactive"),
            ],
        ),
    ] {
        let answer = iam_as(&served, &bea, action, &params).await;
        refused(&answer, 403, "AccessDenied");
    }
    let delete = iam_as(&served, &bea, "DeleteUser", &[("UserName", "admin")]).await;
    refused(&delete, 409, "DeleteConflict");
    done(&iam(&served, "ListUsers", &[]).await);
}

#[tokio::test]
async fn the_audit_names_who_did_it() {
    let served = Served::empty().await;
    let bea = user(&served, "bea").await;
    allow(&served, "bea", EVERYTHING).await;
    done(&iam_as(&served, &bea, "CreateUser", &[("UserName", "cy")]).await);
    let by_bea =
        json!({"LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "bea"}]});
    let found = document(&lookup(&served, by_bea).await);
    let event = &found["Events"][0];
    assert_eq!(event["EventName"], "CreateUser", "{found}");
    let record = event["CloudTrailEvent"].as_str().unwrap();
    assert!(record.contains(r#""userName":"cy""#), "{record}");
    assert!(record.contains(&bea.id), "{record}");
}

#[tokio::test]
async fn an_endpoint_without_users_says_so() {
    let served = Served::with(|options| options.identities = None).await;
    let answer = iam(&served, "ListUsers", &[]).await;
    refused(&answer, 400, "UnsupportedOperation");
}
