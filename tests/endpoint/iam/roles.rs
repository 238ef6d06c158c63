//! Roles.

use super::{done, element, elements, iam, refused};
use crate::kit::Served;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"sts:AssumeRole"}}"#;

#[tokio::test]
async fn a_role_is_made_changed_listed_and_deleted() {
    let served = Served::empty().await;
    let create = [
        ("RoleName", "reader"),
        ("AssumeRolePolicyDocument", TRUST),
        ("Description", "reads & <tells>"),
        ("MaxSessionDuration", "7200"),
    ];
    let made = iam(&served, "CreateRole", &create).await;
    done(&made);
    assert_eq!(
        element(&made, "Arn"),
        "arn:aws:iam::000000000000:role/reader"
    );
    assert!(element(&made, "RoleId").starts_with("AROA"));
    assert_eq!(element(&made, "Description"), "reads &amp; &lt;tells&gt;");
    assert_eq!(element(&made, "MaxSessionDuration"), "7200");
    let trust = element(&made, "AssumeRolePolicyDocument");
    assert!(trust.starts_with("%7B%22Version%22"), "{trust}");
    let update = [
        ("RoleName", "reader"),
        ("Description", "reads"),
        ("MaxSessionDuration", "3600"),
    ];
    done(&iam(&served, "UpdateRole", &update).await);
    let other = TRUST.replace("root", "user/bea");
    let update = [("RoleName", "reader"), ("PolicyDocument", other.as_str())];
    done(&iam(&served, "UpdateAssumeRolePolicy", &update).await);
    let got = iam(&served, "GetRole", &[("RoleName", "reader")]).await;
    assert_eq!(element(&got, "Description"), "reads");
    assert_eq!(element(&got, "MaxSessionDuration"), "3600");
    assert!(element(&got, "AssumeRolePolicyDocument").contains("user%2Fbea"));
    let listed = iam(&served, "ListRoles", &[]).await;
    assert_eq!(elements(&listed, "RoleName"), ["reader"]);
    let users = iam(&served, "ListUsers", &[]).await;
    assert_eq!(elements(&users, "UserName"), ["admin"]);
    done(&iam(&served, "DeleteRole", &[("RoleName", "reader")]).await);
    let gone = iam(&served, "GetRole", &[("RoleName", "reader")]).await;
    let message = refused(&gone, 404, "NoSuchEntity");
    assert_eq!(message, "The role with name reader cannot be found.");
}

#[tokio::test]
async fn a_role_needs_a_policy_of_trust_and_has_bounds() {
    let served = Served::empty().await;
    let create = |changed: (&'static str, &'static str)| {
        let served = &served;
        async move {
            let params = [("RoleName", "r"), ("AssumeRolePolicyDocument", TRUST)];
            let kept = params.into_iter().filter(|(name, _)| *name != changed.0);
            let params: Vec<_> = kept.chain([changed]).collect();
            iam(served, "CreateRole", &params).await
        }
    };
    for document in ["", "{}", super::EVERYTHING] {
        let made = create(("AssumeRolePolicyDocument", document)).await;
        refused(&made, 400, "MalformedPolicyDocument");
    }
    for seconds in ["3599", "43201", "long"] {
        let made = create(("MaxSessionDuration", seconds)).await;
        refused(&made, 400, "ValidationError");
    }
    refused(
        &create(("Path", "/team/")).await,
        400,
        "UnsupportedOperation",
    );
    let long: &'static str = "d".repeat(1_001).leak();
    refused(&create(("Description", long)).await, 400, "ValidationError");
    let bare = iam(&served, "CreateRole", &[("RoleName", "r")]).await;
    refused(&bare, 400, "ValidationError");
    let listed = iam(&served, "ListRoles", &[]).await;
    assert!(elements(&listed, "RoleName").is_empty());
}

#[tokio::test]
async fn a_role_has_no_keys_and_is_no_user() {
    let served = Served::empty().await;
    let create = [("RoleName", "reader"), ("AssumeRolePolicyDocument", TRUST)];
    done(&iam(&served, "CreateRole", &create).await);
    for action in [
        "GetUser",
        "DeleteUser",
        "CreateAccessKey",
        "ListUserPolicies",
    ] {
        let answer = iam(&served, action, &[("UserName", "reader")]).await;
        refused(&answer, 404, "NoSuchEntity");
    }
    for (action, list) in [
        ("ListAttachedRolePolicies", "AttachedPolicies"),
        ("ListInstanceProfilesForRole", "InstanceProfiles"),
        ("ListRoleTags", "Tags"),
    ] {
        let answer = iam(&served, action, &[("RoleName", "reader")]).await;
        done(&answer);
        assert_eq!(element(&answer, list), "");
    }
}
