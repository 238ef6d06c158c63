//! Policies of users and roles.

use super::{EVERYTHING, done, element, elements, iam, refused, user};
use crate::kit::Served;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}"#;

#[tokio::test]
async fn policies_are_put_read_listed_and_deleted() {
    let served = Served::empty().await;
    user(&served, "bea").await;
    let role = [("RoleName", "reader"), ("AssumeRolePolicyDocument", TRUST)];
    done(&iam(&served, "CreateRole", &role).await);
    for (kind, bearer) in [("User", "bea"), ("Role", "reader")] {
        let name = format!("{kind}Name");
        let named = [(name.as_str(), bearer), ("PolicyName", "all")];
        let put = [named[0], named[1], ("PolicyDocument", EVERYTHING)];
        let act = |verb: &str| format!("{verb}{kind}Policy");
        done(&iam(&served, &act("Put"), &put).await);
        done(&iam(&served, &act("Put"), &put).await);
        let got = iam(&served, &act("Get"), &named).await;
        done(&got);
        assert_eq!(element(&got, "PolicyName"), "all");
        assert_eq!(
            element(&got, "PolicyDocument"),
            "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22\
             %2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D"
        );
        let list = format!("List{kind}Policies");
        let listed = iam(&served, &list, &named[..1]).await;
        let told = element(&listed, "PolicyNames");
        assert_eq!(told, "<member>all</member>");
        let delete = format!("Delete{kind}");
        let held = iam(&served, &delete, &named[..1]).await;
        refused(&held, 409, "DeleteConflict");
        done(&iam(&served, &act("Delete"), &named).await);
        refused(
            &iam(&served, &act("Delete"), &named).await,
            404,
            "NoSuchEntity",
        );
        refused(
            &iam(&served, &act("Get"), &named).await,
            404,
            "NoSuchEntity",
        );
        let listed = iam(&served, &list, &named[..1]).await;
        assert!(elements(&listed, "member").is_empty());
    }
}

#[tokio::test]
async fn what_is_no_policy_of_an_identity_is_refused() {
    let served = Served::empty().await;
    user(&served, "bea").await;
    for document in [
        "",
        "{}",
        "not json",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*"}}"#,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#,
    ] {
        let put = [
            ("UserName", "bea"),
            ("PolicyName", "none"),
            ("PolicyDocument", document),
        ];
        let answer = iam(&served, "PutUserPolicy", &put).await;
        refused(&answer, 400, "MalformedPolicyDocument");
    }
    let put = [
        ("UserName", "admin"),
        ("PolicyName", "none"),
        ("PolicyDocument", EVERYTHING),
    ];
    let owner = iam(&served, "PutUserPolicy", &put).await;
    refused(&owner, 400, "UnmodifiableEntity");
}

#[tokio::test]
async fn the_policies_of_a_user_have_2048_bytes_together_without_spaces() {
    let served = Served::empty().await;
    user(&served, "bea").await;
    let of_size = |size: usize| {
        let frame = EVERYTHING.replace(r#""Effect""#, r#""Sid":"","Effect""#);
        let sid = format!(r#""Sid":"{}""#, "a".repeat(size - frame.len()));
        frame.replace(r#""Sid":"""#, &sid)
    };
    let put = |name: &'static str, document: String| {
        let served = &served;
        async move {
            let put = [
                ("UserName", "bea"),
                ("PolicyName", name),
                ("PolicyDocument", document.as_str()),
            ];
            iam(served, "PutUserPolicy", &put).await
        }
    };
    done(&put("one", of_size(1_000)).await);
    done(&put("two", of_size(1_048).replace("{\"V", "{ \n \"V")).await);
    done(&put("two", of_size(1_048)).await);
    refused(&put("two", of_size(1_049)).await, 409, "LimitExceeded");
    refused(&put("three", of_size(150)).await, 409, "LimitExceeded");
}
