//! What is signed cannot be changed. Two hundred requests of all the ways to sign pass; every change to one of
//! them, more than twenty thousand in all, is refused and leaves nothing.

mod change;
pub mod message;
pub mod sign;
pub mod valid;

use std::collections::BTreeMap;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};

use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served};
use change::mutants;
use message::{Line, Reply};
use sign::Signer;
use valid::{OF_EACH, Valid};

/// How many are sent at one time.
const LINES: usize = 8;

/// Codes of refusals that a request meets before anything is done for it, or while its body is read.
const REFUSALS: [&str; 25] = [
    "AccessDenied",
    "AuthorizationHeaderMalformed",
    "AuthorizationQueryParametersError",
    "BadDigest",
    "EntityTooLarge",
    "EntityTooSmall",
    "IncompleteBody",
    "InvalidAccessKeyId",
    "InvalidArgument",
    "InvalidBucketName",
    "InvalidPolicyDocument",
    "InvalidRequest",
    "InvalidToken",
    "InvalidURI",
    "MalformedPOSTRequest",
    "MalformedTrailerError",
    "MethodNotAllowed",
    "MissingContentLength",
    "NoSuchBucket",
    "NotImplemented",
    "PreconditionFailed",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UserKeyMustBeSpecified",
    "XAmzContentSHA256Mismatch",
];

/// Serves a bucket that keeps every version, so that nothing is written unseen.
async fn scene() -> (Served, Signer) {
    let served = Served::new().await;
    let s3 = served.client();
    let versions = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled);
    let versioning = s3.put_bucket_versioning().bucket(BUCKET);
    let versioning = versioning.versioning_configuration(versions.build());
    versioning.send().await.unwrap();
    let body = ByteStream::from_static(b"hello");
    let there = s3.put_object().bucket(BUCKET).key("there").body(body);
    there.send().await.unwrap();
    let signer = Signer::new(&served.host(), ADMIN_KEY, SECRET);
    (served, signer)
}

/// Everything that could have changed: each version with what is known of it, and what is set for `there`.
async fn state(served: &Served) -> Vec<String> {
    let s3 = served.client();
    let listed = s3
        .list_object_versions()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.is_truncated(), Some(false));
    let versions = listed
        .versions()
        .iter()
        .map(|version| format!("{version:?}"));
    let markers = listed
        .delete_markers()
        .iter()
        .map(|marker| format!("{marker:?}"));
    let buckets = s3.list_buckets().send().await.unwrap();
    let buckets = buckets.buckets().iter().map(|bucket| format!("{bucket:?}"));
    let tags = s3.get_object_tagging().bucket(BUCKET).key("there");
    let tags = format!("{:?}", tags.send().await.unwrap().tag_set());
    versions
        .chain(markers)
        .chain(buckets)
        .chain([tags])
        .collect()
}

/// Sends requests one after the other; returns each answer.
async fn ask_all(served: &Served, valid: &[Valid]) -> Vec<Reply> {
    let mut line = Line::new(&served.host());
    let mut replies = Vec::new();
    for request in valid {
        replies.push(line.ask(&request.message).await);
    }
    replies
}

/// Sends every mutant of some requests; returns how many there were, and those that were not refused.
async fn ask_mutants(host: String, valid: Vec<Valid>, other_key: String) -> (usize, Vec<String>) {
    let mut line = Line::new(&host);
    let (mut asked, mut wrong) = (0, Vec::new());
    for request in valid {
        for mutant in mutants(&request, &other_key) {
            let reply = line.ask(&mutant.message).await;
            let told = reply.code.is_empty() || REFUSALS.contains(&reply.code.as_str());
            if !(400..500).contains(&reply.status) && reply.status != 501 || !told {
                let message = &mutant.message;
                wrong.push(format!(
                    "{} {}: {}: {reply:?}",
                    message.method, message.target, mutant.what
                ));
            }
            asked += 1;
        }
    }
    (asked, wrong)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_can_be_changed_once_it_is_signed() {
    let (served, signer) = scene().await;
    // Somebody else, who has a key and no rights here.
    served.user("eve").await;
    let forms = [
        ("head", valid::heads(&signer), 5_000),
        ("query", valid::queries(&signer), 5_500),
        ("chunks", valid::chunks(&signer), 4_000),
        ("trailers", valid::trailers(&signer), 6_500),
        ("forms", valid::forms(&signer), 5_500),
    ];
    for (form, valid, _) in &forms {
        let replies = ask_all(&served, valid).await;
        let passed = replies
            .iter()
            .filter(|r| matches!(r.status, 200..=206))
            .count();
        assert_eq!(passed, OF_EACH, "{form}: {replies:?}");
    }
    let before = state(&served).await;
    let mut counted = BTreeMap::new();
    for (form, valid, at_least) in forms {
        let lines = valid.chunks(OF_EACH.div_ceil(LINES)).map(|some| {
            let (host, some) = (served.host(), some.to_vec());
            tokio::spawn(ask_mutants(host, some, "EVEKEY".to_owned()))
        });
        let (mut asked, mut wrong) = (0, Vec::new());
        for line in lines.collect::<Vec<_>>() {
            let (some, passed) = line.await.unwrap();
            asked += some;
            wrong.extend(passed);
        }
        wrong.truncate(20);
        assert_eq!(wrong, Vec::<String>::new(), "{form}");
        assert!(asked >= at_least, "{form}: {asked}");
        counted.insert(form, asked);
    }
    let all: usize = counted.values().sum();
    assert!(all >= 20_000, "{counted:?}");
    assert_eq!(state(&served).await, before);
    println!("{counted:?}");
}
