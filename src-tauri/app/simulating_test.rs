//! The simulator and the access that counts, over a real vault.

use std::sync::Arc;

use stave_endpoint::Simulator;
use stave_model::{UserName, Versioning};
use stave_store::Identities;

use super::{effective, simulate, simulator};
use crate::identities::{create_user, put_policy};
use crate::testing::{Kit, bucket, object};
use crate::views::{HeaderView, SimulateRequest, SimulationDecision};
use crate::{public_access, views};

const ADA_READS: &str = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "AdaReads", "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::000000000000:user/ada"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}]}"#;

const NEVER_DELETE: &str = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Never", "Effect": "Deny",
    "Action": "s3:DeleteObject", "Resource": "*"}, {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::photos/in/*",
    "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}]}"#;

async fn with_ada(kit: &Kit) -> Simulator {
    let ada = UserName::parse("ada").unwrap();
    create_user(&kit.local, ada.clone()).await.unwrap();
    put_policy(&kit.local, &ada, "careful", NEVER_DELETE.to_owned())
        .await
        .unwrap();
    public_access::put_policy(&*kit.store, &bucket(), ADA_READS.to_owned())
        .await
        .unwrap();
    let identities: Arc<dyn Identities> = Arc::new(kit.local.clone());
    simulator(&kit.store, &identities)
}

fn asked(identity: Option<&str>, action: &str, key: Option<&str>) -> SimulateRequest {
    SimulateRequest {
        identity: identity.map(str::to_owned),
        action: action.to_owned(),
        bucket: "photos".to_owned(),
        key: key.map(str::to_owned),
        context: Vec::new(),
        session_policy: None,
    }
}

#[tokio::test]
async fn what_decides_is_named() {
    let kit = Kit::new(Versioning::Off).await;
    let simulator = with_ada(&kit).await;
    kit.put("a.txt", b"hello").await;
    let ask = |asked| simulate(&simulator, asked);
    let reads = ask(asked(Some("ada"), "s3:GetObject", Some("a.txt"))).await;
    let reads = reads.unwrap();
    assert!(reads.allowed, "{}", reads.sentence);
    let by = reads.by.unwrap();
    assert_eq!(by.source, "bucket policy of photos");
    assert_eq!(by.sid.as_deref(), Some("AdaReads"));
    assert!(by.statement.contains("s3:GetObject"), "{}", by.statement);
    let deletes = ask(asked(Some("ada"), "s3:DeleteObject", Some("a.txt"))).await;
    let deletes = deletes.unwrap();
    assert_eq!(deletes.decision, SimulationDecision::ExplicitDeny);
    assert_eq!(deletes.by.unwrap().source, "policy careful of ada");
    let nobody = ask(asked(None, "s3:GetObject", Some("a.txt")))
        .await
        .unwrap();
    assert_eq!(nobody.decision, SimulationDecision::ImplicitDeny);
    assert!(!nobody.steps.is_empty());
}

#[tokio::test]
async fn circumstances_and_a_policy_of_the_session_count() {
    let kit = Kit::new(Versioning::Off).await;
    let simulator = with_ada(&kit).await;
    let from = |address: &str| SimulateRequest {
        context: vec![HeaderView {
            name: "aws:SourceIp".to_owned(),
            value: address.to_owned(),
        }],
        ..asked(Some("ada"), "s3:PutObject", Some("in/a.txt"))
    };
    assert!(
        simulate(&simulator, from("10.1.2.3"))
            .await
            .unwrap()
            .allowed
    );
    assert!(
        !simulate(&simulator, from("192.168.1.1"))
            .await
            .unwrap()
            .allowed
    );
    let bounded = SimulateRequest {
        session_policy: Some(
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}}"#
                .to_owned(),
        ),
        ..from("10.1.2.3")
    };
    assert!(!simulate(&simulator, bounded).await.unwrap().allowed);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let kit = Kit::new(Versioning::Off).await;
    let simulator = with_ada(&kit).await;
    let elsewhere = |bucket: &str| SimulateRequest {
        bucket: bucket.to_owned(),
        ..asked(None, "s3:ListBucket", None)
    };
    let wordy = SimulateRequest {
        session_policy: Some("{".repeat(30_000)),
        ..asked(None, "s3:ListBucket", None)
    };
    let broken = SimulateRequest {
        session_policy: Some("{".to_owned()),
        ..asked(Some("ada"), "s3:ListBucket", None)
    };
    for (asked, code) in [
        (asked(None, "s3:Dance", None), "invalid_action"),
        (asked(None, "s3:GetObject", None), "key_needed"),
        (asked(Some("a b"), "s3:ListBucket", None), "invalid_name"),
        (
            asked(Some("nobody"), "s3:ListBucket", None),
            "no_such_identity",
        ),
        (elsewhere(""), "bucket_needed"),
        (elsewhere("nowhere"), "no_such_bucket"),
        (elsewhere("A B"), "invalid_name"),
        (wordy, "invalid_argument"),
        (broken, "invalid_policy"),
    ] {
        let refused = simulate(&simulator, asked).await.unwrap_err();
        assert_eq!(refused.code, code, "{refused:?}");
    }
}

#[tokio::test]
async fn the_access_that_counts_is_told_of_everyone() {
    let kit = Kit::new(Versioning::Off).await;
    let simulator = with_ada(&kit).await;
    kit.put("a.txt", b"hello").await;
    let access = effective(&simulator, &object("a.txt")).await.unwrap();
    assert!(!access.public.allowed);
    let told: Vec<_> = access
        .who
        .iter()
        .map(|one| (one.identity.as_str(), one.read, one.write, one.remove))
        .collect();
    assert_eq!(
        told,
        [("ada", true, false, false), ("admin", true, true, true)]
    );
    assert!(
        access
            .who
            .iter()
            .all(|one| one.kind == views::IdentityKindView::User)
    );
    assert!(!access.who[0].why.is_empty());
}
