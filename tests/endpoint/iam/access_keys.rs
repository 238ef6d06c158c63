//! Access keys of users.

use super::{EVERYTHING, allow, done, element, elements, iam, iam_as, refused, user};
use crate::kit::Served;

#[tokio::test]
async fn a_key_is_made_turned_off_on_and_deleted() {
    let served = Served::empty().await;
    let key = user(&served, "bea").await;
    allow(&served, "bea", EVERYTHING).await;
    assert!(key.id.starts_with("AKIA"), "{}", key.id);
    assert_eq!(key.secret.len(), 40);
    done(&iam_as(&served, &key, "ListUsers", &[]).await);
    for (status, signs) in [("Inactive", false), ("Active", true)] {
        let params = [
            ("UserName", "bea"),
            ("AccessKeyId", key.id.as_str()),
            ("Status", status),
        ];
        done(&iam(&served, "UpdateAccessKey", &params).await);
        let listed = iam(&served, "ListAccessKeys", &[("UserName", "bea")]).await;
        assert_eq!(elements(&listed, "Status"), [status]);
        assert_eq!(elements(&listed, "AccessKeyId"), [key.id.as_str()]);
        assert!(!listed.body.contains("Secret"), "{}", listed.body);
        let used = iam_as(&served, &key, "ListUsers", &[]).await;
        if signs {
            done(&used);
        } else {
            refused(&used, 403, "InvalidClientTokenId");
        }
    }
    let named = [("UserName", "bea"), ("AccessKeyId", key.id.as_str())];
    done(&iam(&served, "DeleteAccessKey", &named).await);
    refused(
        &iam(&served, "DeleteAccessKey", &named).await,
        404,
        "NoSuchEntity",
    );
    refused(
        &iam_as(&served, &key, "ListUsers", &[]).await,
        403,
        "InvalidClientTokenId",
    );
}

#[tokio::test]
async fn a_key_is_rotated_by_its_own_user() {
    let served = Served::empty().await;
    let old = user(&served, "bea").await;
    let own = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*AccessKey*",
        "Resource":"arn:aws:iam::000000000000:user/${aws:username}"}}"#;
    allow(&served, "bea", own).await;
    let made = iam_as(&served, &old, "CreateAccessKey", &[]).await;
    done(&made);
    assert_eq!(element(&made, "UserName"), "bea");
    let new = super::Key::of(&made);
    let off = [("AccessKeyId", old.id.as_str()), ("Status", "Inactive")];
    done(&iam_as(&served, &new, "UpdateAccessKey", &off).await);
    done(&iam_as(&served, &new, "DeleteAccessKey", &off[..1]).await);
    let listed = iam_as(&served, &new, "ListAccessKeys", &[]).await;
    assert_eq!(elements(&listed, "AccessKeyId"), [new.id.as_str()]);
    let others = iam_as(&served, &new, "ListAccessKeys", &[("UserName", "admin")]).await;
    refused(&others, 403, "AccessDenied");
}

#[tokio::test]
async fn keys_are_of_users_that_are_there() {
    let served = Served::empty().await;
    let made = iam(&served, "CreateAccessKey", &[("UserName", "nobody")]).await;
    refused(&made, 404, "NoSuchEntity");
    let listed = iam(&served, "ListUsers", &[]).await;
    assert_eq!(elements(&listed, "UserName"), ["admin"]);
    let key = user(&served, "bea").await;
    let of_another = [("UserName", "admin"), ("AccessKeyId", key.id.as_str())];
    refused(
        &iam(&served, "DeleteAccessKey", &of_another).await,
        404,
        "NoSuchEntity",
    );
    let status = [
        ("UserName", "bea"),
        ("AccessKeyId", key.id.as_str()),
        ("Status", "Broken"),
    ];
    refused(
        &iam(&served, "UpdateAccessKey", &status).await,
        400,
        "ValidationError",
    );
}

#[tokio::test]
async fn the_last_use_of_a_key_is_told() {
    let served = Served::empty().await;
    let key = user(&served, "bea").await;
    let asked = [("AccessKeyId", key.id.as_str())];
    let unused = iam(&served, "GetAccessKeyLastUsed", &asked).await;
    done(&unused);
    assert_eq!(element(&unused, "UserName"), "bea");
    assert_eq!(element(&unused, "ServiceName"), "N/A");
    refused(
        &iam_as(&served, &key, "ListUsers", &[]).await,
        403,
        "AccessDenied",
    );
    // The use is kept beside the request, so that it may take a moment.
    let used = loop {
        let used = iam(&served, "GetAccessKeyLastUsed", &asked).await;
        if element(&used, "ServiceName") != "N/A" {
            break used;
        }
    };
    assert_eq!(element(&used, "ServiceName"), "iam");
    assert_eq!(element(&used, "Region"), "us-east-1");
    assert!(element(&used, "LastUsedDate").ends_with('Z'));
    let missing = iam(
        &served,
        "GetAccessKeyLastUsed",
        &[("AccessKeyId", "AKIANONE")],
    )
    .await;
    refused(&missing, 404, "NoSuchEntity");
}
