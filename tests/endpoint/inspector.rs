//! What the inspector tells of requests, and what it must not tell.

use std::sync::Arc;

use aws_sdk_s3::primitives::ByteStream;
use stave_endpoint::{Inspector, RequestRecord, SignedHow};
use stave_model::UserName;

use crate::form::Form;
use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served};
use crate::mutants::message::{Line, Message};
use crate::mutants::sign::{Signer, TRAILER};
use crate::mutants::valid;
use crate::raw::Raw;

async fn inspected() -> (Served, Arc<Inspector>) {
    let served = Served::new().await;
    let inspector = served.endpoint.inspector();
    inspector.turn_on();
    (served, inspector)
}

/// Waits until so many records are there; each comes when its answer has left.
async fn records(inspector: &Inspector, count: usize) -> Vec<Arc<RequestRecord>> {
    let mut told = inspector.subscribe();
    let found = told.wait_for(|_| inspector.records(None, count).len() == count);
    drop(found.await.unwrap());
    inspector.records(None, count)
}

#[tokio::test]
async fn a_request_is_told_with_what_decided_it() {
    let (served, inspector) = inspected().await;
    let put = Raw::new(&served, "PUT", "/photos/a%20b.txt")
        .with("user-agent", "test/1")
        .body("hello")
        .signed();
    assert_eq!(put.send(&served).await.status, 200);
    let record = &records(&inspector, 1).await[0];
    assert_eq!(
        (record.id, record.method.as_str(), record.status),
        (1, "PUT", 200)
    );
    assert_eq!(record.target, "/photos/a%20b.txt");
    assert_eq!(record.host, served.host());
    assert_eq!(record.user.as_ref().map(UserName::as_str), Some("admin"));
    assert_eq!(record.access_key.as_deref(), Some(ADMIN_KEY));
    assert_eq!(record.signature, Some(SignedHow::Header));
    assert_eq!(record.bucket.as_deref(), Some(BUCKET));
    assert_eq!(record.key.as_deref(), Some("a b.txt"));
    assert_eq!((record.bytes_in, record.bytes_out), (5, 0));
    assert_eq!(record.source_ip.to_string(), "127.0.0.1");
    assert_eq!(record.user_agent.as_deref(), Some("test/1"));
    assert_eq!((record.code.as_ref(), record.secure), (None, false));
    assert!(record.operation.is_some(), "{record:?}");
    assert!(record.decision.is_some(), "{record:?}");
    let canonical = record.canonical_request.as_deref().unwrap();
    assert!(
        canonical.starts_with("PUT\n/photos/a%20b.txt\n\ncontent-length:5\nhost:"),
        "{canonical}"
    );
}

#[tokio::test]
async fn what_the_guard_refuses_is_told_too() {
    let (served, inspector) = inspected().await;
    let foreign = Raw::new(&served, "GET", "/photos").replaced("host", "evil.example");
    assert_eq!(foreign.send(&served).await.status, 403);
    let page = Raw::new(&served, "GET", "/photos").with("origin", "http://evil.example");
    assert_eq!(page.send(&served).await.status, 403);
    let found = records(&inspector, 2).await;
    let told: Vec<_> = found
        .iter()
        .map(|r| (r.id, r.status, r.code.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (2, 403, Some("AccessForbidden")),
            (1, 403, Some("AccessDenied"))
        ]
    );
    assert_eq!(
        found[1].decision.as_deref(),
        Some("This endpoint does not answer to that host name.")
    );
    assert!(
        found
            .iter()
            .all(|r| r.user.is_none() && r.signature.is_none())
    );
    assert!(found[0].cors.is_some(), "{:?}", found[0]);
}

/// What is told to be signed is what was: the signature of it is the one that the client sent.
#[tokio::test]
async fn the_string_to_sign_is_the_one_that_is_verified() {
    let (served, inspector) = inspected().await;
    let signer = Signer::new(&served.host(), ADMIN_KEY, SECRET);
    let s3 = served.client();
    s3.put_object()
        .bucket(BUCKET)
        .key("there")
        .body(ByteStream::from_static(b"hello"))
        .send()
        .await
        .unwrap();
    inspector.clear();
    let all = [
        (SignedHow::Header, valid::heads(&signer)),
        (SignedHow::Query, valid::queries(&signer)),
        (SignedHow::Chunked, valid::chunks(&signer)),
        (SignedHow::Chunked, valid::trailers(&signer)),
    ];
    let mut line = Line::new(&served.host());
    for (how, requests) in all {
        for request in requests.iter().take(8) {
            inspector.clear();
            assert!(line.ask(&request.message).await.status < 300);
            let record = &records(&inspector, 1).await[0];
            assert_eq!(record.signature, Some(how));
            let expected = signer.over(record.string_to_sign.as_deref().unwrap());
            assert!(
                sent_signature(&request.message).ends_with(&expected),
                "{record:?}"
            );
        }
    }
}

fn sent_signature(message: &Message) -> &str {
    match message.header("authorization") {
        "" => &message.target,
        authorization => authorization,
    }
}

#[tokio::test]
async fn nothing_that_opens_anything_is_told() {
    let (served, inspector) = inspected().await;
    let signer = Signer::new(&served.host(), ADMIN_KEY, SECRET);
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let put = Raw::new(&served, "PUT", "/photos/sealed")
        .with("x-amz-server-side-encryption-customer-algorithm", "AES256")
        .with("x-amz-server-side-encryption-customer-key", key)
        .with(
            "x-amz-server-side-encryption-customer-key-md5",
            "tP/LI3N87DFaSk0aoqYgzg==",
        )
        .with("cookie", "session=c00kie")
        .body("hello")
        .signed();
    assert_eq!(put.send(&served).await.status, 200);
    let token = Raw::new(&served, "GET", "/photos")
        .with("x-amz-security-token", "t0ken")
        .with("referer", "http://127.0.0.1/k?X-Amz-Signature=f00d")
        .signed();
    token.send(&served).await;
    let link = &valid::queries(&signer)[2].message;
    Line::new(&served.host()).ask(link).await;
    let form = Form::new().signed();
    form.post(&served).send(&served).await;
    let basic = Raw::new(&served, "GET", "/photos").with("authorization", "Basic cGFzc3dvcmQ=");
    basic.send(&served).await;
    let found = records(&inspector, 5).await;
    let told = format!("{found:?}");
    let form_signature = &form
        .fields
        .iter()
        .find(|(n, _)| n == "x-amz-signature")
        .unwrap()
        .1;
    for secret in [
        SECRET,
        key,
        "tP/LI3N87DFaSk0aoqYgzg==",
        "c00kie",
        "t0ken",
        "f00d",
        "cGFzc3dvcmQ",
        put.signature().as_str(),
        token.signature().as_str(),
        link.target.rsplit('=').next().unwrap(),
        form_signature,
    ] {
        assert!(!told.contains(secret), "{secret} is told");
    }
    let form = &found[1];
    assert_eq!(form.signature, Some(SignedHow::Form), "{form:?}");
    assert_eq!(form.access_key.as_deref(), Some(ADMIN_KEY));
}

#[tokio::test]
async fn a_page_of_records_goes_backwards_and_the_oldest_give_way() {
    let (served, inspector) = inspected().await;
    let signer = Signer::new(&served.host(), ADMIN_KEY, SECRET);
    let message = Message {
        method: "GET".to_owned(),
        target: format!("/photos?prefix={TRAILER}"),
        headers: Vec::new(),
        body: Vec::new(),
    };
    let (get, _) = signer.head(message, "UNSIGNED-PAYLOAD");
    let mut line = Line::new(&served.host());
    for _ in 0..510 {
        assert_eq!(line.ask(&get).await.status, 200);
    }
    let mut told = inspector.subscribe();
    told.wait_for(|newest| *newest == 510).await.unwrap();
    let ids = |before, limit| {
        let records = inspector.records(before, limit);
        records.iter().map(|record| record.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, 3), [510, 509, 508]);
    assert_eq!(ids(Some(508), 2), [507, 506]);
    assert_eq!(ids(None, 1_000).len(), 500);
    assert_eq!(ids(Some(12), 9), [11]);
    inspector.clear();
    assert_eq!(ids(None, 9), Vec::<u64>::new());
    inspector.turn_off();
    assert_eq!(line.ask(&get).await.status, 200);
    assert_eq!(ids(None, 9), Vec::<u64>::new());
}

#[tokio::test]
async fn a_long_request_leaves_a_short_record() {
    let (served, inspector) = inspected().await;
    let long = "x".repeat(7_000);
    let mut get = Raw::new(&served, "GET", &format!("/photos?prefix={long}"));
    for n in 0..3 {
        get = get.with(&format!("x-amz-meta-{n}"), &"y".repeat(4_000));
    }
    get.signed().send(&served).await;
    let record = &records(&inspector, 1).await[0];
    assert!(record.target.len() < 4_200);
    assert!(record.canonical_request.as_ref().unwrap().len() < 8_300);
    let headers: usize = record.headers.iter().map(|(n, v)| n.len() + v.len()).sum();
    assert!(headers <= 8_192, "{headers}");
}
