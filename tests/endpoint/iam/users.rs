//! Users.

use super::{done, element, elements, iam, refused, user};
use crate::kit::Served;

#[tokio::test]
async fn a_user_is_made_found_listed_and_deleted() {
    let served = Served::empty().await;
    let made = iam(&served, "CreateUser", &[("UserName", "bea"), ("Path", "/")]).await;
    done(&made);
    assert_eq!(element(&made, "UserName"), "bea");
    assert_eq!(element(&made, "Path"), "/");
    assert_eq!(element(&made, "Arn"), "arn:aws:iam::000000000000:user/bea");
    let id = element(&made, "UserId");
    assert!(id.starts_with("AIDA") && id.len() == 21, "{id}");
    assert!(element(&made, "CreateDate").ends_with('Z'));
    let got = iam(&served, "GetUser", &[("UserName", "bea")]).await;
    assert_eq!(element(&got, "UserId"), id);
    let listed = iam(&served, "ListUsers", &[]).await;
    done(&listed);
    assert_eq!(elements(&listed, "UserName"), ["admin", "bea"]);
    assert_eq!(element(&listed, "IsTruncated"), "false");
    done(&iam(&served, "DeleteUser", &[("UserName", "bea")]).await);
    let gone = iam(&served, "GetUser", &[("UserName", "bea")]).await;
    let message = refused(&gone, 404, "NoSuchEntity");
    assert_eq!(message, "The user with name bea cannot be found.");
    let again = iam(&served, "DeleteUser", &[("UserName", "bea")]).await;
    refused(&again, 404, "NoSuchEntity");
}

#[tokio::test]
async fn a_name_belongs_to_one_user_or_role() {
    let served = Served::empty().await;
    user(&served, "bea").await;
    let again = iam(&served, "CreateUser", &[("UserName", "bea")]).await;
    refused(&again, 409, "EntityAlreadyExists");
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#;
    let role = [("RoleName", "bea"), ("AssumeRolePolicyDocument", trust)];
    refused(
        &iam(&served, "CreateRole", &role).await,
        409,
        "EntityAlreadyExists",
    );
    for name in ["", "b/c", "ä", &"x".repeat(65)] {
        let made = iam(&served, "CreateUser", &[("UserName", name)]).await;
        refused(&made, 400, "ValidationError");
    }
    let nameless = iam(&served, "CreateUser", &[]).await;
    let message = refused(&nameless, 400, "ValidationError");
    assert!(
        message.contains("Value null at &apos;userName&apos;") || message.contains("'userName'")
    );
}

#[tokio::test]
async fn a_user_that_still_has_something_is_not_deleted() {
    let served = Served::empty().await;
    let key = user(&served, "bea").await;
    let delete = || iam(&served, "DeleteUser", &[("UserName", "bea")]);
    let message = refused(&delete().await, 409, "DeleteConflict").to_owned();
    assert!(message.contains("access keys"), "{message}");
    let named = [("UserName", "bea"), ("AccessKeyId", key.id.as_str())];
    done(&iam(&served, "DeleteAccessKey", &named).await);
    done(&delete().await);
    let owner = iam(&served, "DeleteUser", &[("UserName", "admin")]).await;
    refused(&owner, 409, "DeleteConflict");
}

#[tokio::test]
async fn lists_have_pages() {
    let served = Served::empty().await;
    for name in ["cy", "bea", "dan"] {
        done(&iam(&served, "CreateUser", &[("UserName", name)]).await);
    }
    let first = iam(&served, "ListUsers", &[("MaxItems", "2")]).await;
    assert_eq!(elements(&first, "UserName"), ["admin", "bea"]);
    assert_eq!(element(&first, "IsTruncated"), "true");
    let marker = element(&first, "Marker");
    let second = [("MaxItems", "2"), ("Marker", marker)];
    let second = iam(&served, "ListUsers", &second).await;
    assert_eq!(elements(&second, "UserName"), ["cy", "dan"]);
    assert_eq!(element(&second, "IsTruncated"), "false");
    let below = iam(&served, "ListUsers", &[("PathPrefix", "/team/")]).await;
    assert!(elements(&below, "UserName").is_empty());
    let none = iam(&served, "ListUsers", &[("MaxItems", "0")]).await;
    refused(&none, 400, "ValidationError");
}

#[tokio::test]
async fn what_is_not_offered_is_not_said_to_be_done() {
    let served = Served::empty().await;
    user(&served, "bea").await;
    for (action, params) in [
        ("CreateUser", vec![("UserName", "x"), ("Path", "/team/")]),
        (
            "CreateUser",
            vec![("UserName", "x"), ("Tags.member.1.Key", "a")],
        ),
        ("CreateGroup", vec![("GroupName", "x")]),
        (
            "AddUserToGroup",
            vec![("GroupName", "x"), ("UserName", "bea")],
        ),
        ("CreatePolicy", vec![("PolicyName", "x")]),
        ("AttachUserPolicy", vec![("UserName", "bea")]),
        (
            "CreateVirtualMFADevice",
            vec![("VirtualMFADeviceName", "x")],
        ),
        ("CreateLoginProfile", vec![("UserName", "bea")]),
        ("TagUser", vec![("UserName", "bea")]),
    ] {
        let answer = iam(&served, action, &params).await;
        refused(&answer, 400, "UnsupportedOperation");
    }
    refused(&iam(&served, "GetWeather", &[]).await, 400, "InvalidAction");
    for (action, list) in [
        ("ListAttachedUserPolicies", "AttachedPolicies"),
        ("ListGroupsForUser", "Groups"),
        ("ListMFADevices", "MFADevices"),
        ("ListUserTags", "Tags"),
    ] {
        let answer = iam(&served, action, &[("UserName", "bea")]).await;
        done(&answer);
        assert_eq!(element(&answer, list), "", "{action}");
        let missing = iam(&served, action, &[("UserName", "cy")]).await;
        refused(&missing, 404, "NoSuchEntity");
    }
    let summary = iam(&served, "GetAccountSummary", &[]).await;
    done(&summary);
    let users = "<entry><key>Users</key><value>2</value></entry>";
    assert!(summary.body.contains(users), "{}", summary.body);
}
