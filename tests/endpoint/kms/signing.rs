//! Whom the JSON services let in.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::json;
use stave_model::{AccessKeyId, AccessKeyStatus, UserName};
use stave_store::AccessKeys as _;

use super::{Signer, document, kms, kms_as, lookup, refused, unsigned};
use crate::kit::{ADMIN_KEY, Served};
use crate::raw::Raw;

const INVALID: &str = "InvalidSignatureException";
const INCOMPLETE: &str = "IncompleteSignatureException";

fn signed(served: &Served) -> Raw {
    let call = unsigned(served, "TrentService.ListKeys", "{}");
    Signer::owner().sign(call)
}

fn authorization(request: &Raw) -> String {
    let mut headers = request.headers.iter();
    let (_, value) = headers.find(|(n, _)| n == "authorization").unwrap();
    value.clone()
}

#[tokio::test]
async fn the_owner_and_a_session_are_let_in() {
    let served = Served::empty().await;
    document(&signed(&served).send(&served).await);
    let user = UserName::parse("admin").unwrap();
    let (id, secret) = served.endpoint.add_session(user);
    let session = Signer::of(id.as_str(), secret.expose_secret());
    document(&kms_as(&served, &session, "ListKeys", json!({})).await);
    document(&lookup(&served, json!({})).await);
}

#[tokio::test]
async fn a_call_that_is_changed_after_it_was_signed_is_refused() {
    let served = Served::empty().await;
    let right = signed(&served);
    let port = served.endpoint.port();
    for (name, value) in [
        ("content-type", "application/x-amz-json-1.1; charset=utf-8"),
        ("x-amz-target", "TrentService.CreateKey"),
        ("host", &format!("localhost:{port}")),
    ] {
        refused(
            &right.clone().replaced(name, value).send(&served).await,
            400,
            INVALID,
        );
    }
    let body = Raw {
        body: b"[]".to_vec(),
        ..right.clone()
    };
    refused(&body.send(&served).await, 400, INVALID);
    let longer = right.clone().replaced("content-length", "3");
    let longer = Raw {
        body: b"{ }".to_vec(),
        ..longer
    };
    refused(&longer.send(&served).await, 400, INVALID);
    let hash = right.with("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    refused(&hash.send(&served).await, 400, INVALID);
}

#[tokio::test]
async fn each_field_of_a_signature_counts() {
    let served = Served::empty().await;
    let right = signed(&served);
    let authorization = authorization(&right);
    let (rest, signature) = authorization.rsplit_once('=').unwrap();
    let last = if signature.ends_with('0') { "1" } else { "0" };
    let wrong = format!("{rest}={}{last}", &signature[..63]);
    let date = authorization.split('/').nth(1).unwrap();
    for (value, code) in [
        (wrong, INVALID),
        (format!("{rest}="), INVALID),
        (authorization.replace("/kms/", "/s3/"), INVALID),
        (authorization.replace("/kms/", "/cloudtrail/"), INVALID),
        (authorization.replace("us-east-1", "eu-west-1"), INVALID),
        (authorization.replace(date, "20200101"), INVALID),
        (
            authorization.replace("aws4_request", "aws5_request"),
            INVALID,
        ),
        (authorization.replace("host;", ""), INVALID),
        (authorization.replace(";x-amz-target", ""), INVALID),
        (
            authorization.replace("content-type;", "content-length;"),
            INCOMPLETE,
        ),
        (
            authorization.replace(ADMIN_KEY, "NOBODY"),
            "UnrecognizedClientException",
        ),
        (
            authorization.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
            INCOMPLETE,
        ),
        (authorization.replace("Signature=", "Sign="), INCOMPLETE),
        (format!("{authorization}, Signature=f00"), INCOMPLETE),
        ("AWS ADMINKEY:f00".to_owned(), INCOMPLETE),
        (String::new(), INCOMPLETE),
    ] {
        let mutant = right.clone().replaced("authorization", &value);
        let answer = mutant.send(&served).await;
        assert_eq!(answer.status, 400, "{value}");
        refused(&answer, 400, code);
    }
}

#[tokio::test]
async fn the_date_of_a_signature_counts() {
    let served = Served::empty().await;
    let right = signed(&served);
    refused(
        &right
            .clone()
            .replaced("x-amz-date", "20200101T000000Z")
            .send(&served)
            .await,
        400,
        INVALID,
    );
    let text = right.clone().replaced("x-amz-date", "yesterday");
    refused(&text.send(&served).await, 400, INCOMPLETE);
    for minutes in [14, 16] {
        let apart = Duration::from_secs(minutes * 60);
        let now = Signer::owner().at;
        for at in [now - apart, now + apart] {
            let signer = Signer {
                at,
                ..Signer::owner()
            };
            let answer = kms_as(&served, &signer, "ListKeys", json!({})).await;
            if minutes == 14 {
                document(&answer);
            } else {
                refused(&answer, 400, INVALID);
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_signed_in_the_head_is_refused() {
    let served = Served::empty().await;
    let call = unsigned(&served, "TrentService.ListKeys", "{}");
    let answer = call.clone().send(&served).await;
    refused(&answer, 400, "MissingAuthenticationTokenException");
    let more = signed(&served).with("x-amz-other", "1");
    refused(&more.send(&served).await, 400, INVALID);
    let token = signed(&served).with("x-amz-security-token", "t");
    refused(&token.send(&served).await, 400, INVALID);
    let query = Raw {
        target: "/?X-Amz-Signature=f00".to_owned(),
        ..signed(&served)
    };
    refused(&query.send(&served).await, 400, INCOMPLETE);
    for name in ["x-amz-target", "authorization", "host", "x-amz-date"] {
        let right = signed(&served);
        let mut headers = right.headers.iter();
        let (_, value) = headers.find(|(n, _)| n == name).unwrap().clone();
        let doubled = right.clone().with(name, &value);
        refused(&doubled.send(&served).await, 400, "ValidationException");
    }
}

#[tokio::test]
async fn a_key_that_is_turned_off_opens_nothing() {
    let served = Served::empty().await;
    served.user("bea").await;
    let bea = Signer::of("BEAKEY", crate::kit::SECRET);
    // Let in, and then refused for want of rights.
    let answer = kms_as(&served, &bea, "GenerateRandom", json!({"NumberOfBytes": 1})).await;
    refused(&answer, 400, "AccessDeniedException");
    let id = AccessKeyId::parse("BEAKEY").unwrap();
    let off = AccessKeyStatus::Inactive;
    served.store.set_access_key_status(&id, off).await.unwrap();
    let answer = kms_as(&served, &bea, "GenerateRandom", json!({"NumberOfBytes": 1})).await;
    refused(&answer, 400, "UnrecognizedClientException");
}

#[tokio::test]
async fn a_signature_for_one_service_opens_no_other() {
    let served = Served::new().await;
    let call = unsigned(&served, "TrentService.ListKeys", "{}");
    for service in ["s3", "cloudtrail", "dynamodb"] {
        let answer = Signer::owner()
            .to(service)
            .sign(call.clone())
            .send(&served)
            .await;
        refused(&answer, 400, INVALID);
    }
    let events = unsigned(&served, "CloudTrail_20131101.LookupEvents", "{}");
    refused(
        &Signer::owner().sign(events).send(&served).await,
        400,
        INVALID,
    );
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let list = Raw::new(&served, "GET", "/photos").with("x-amz-content-sha256", hash);
    let answer = Signer::owner().sign(list).send(&served).await;
    answer.is_error(400, "AuthorizationHeaderMalformed");
}

#[tokio::test]
async fn a_web_page_is_refused_before_anyone_is_asked_who_they_are() {
    let served = Served::empty().await;
    for (name, value) in [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let page = signed(&served).with(name, value);
        refused(&page.send(&served).await, 403, "AccessDeniedException");
    }
    let rebound = signed(&served).replaced("host", "evil.example");
    assert_eq!(rebound.send(&served).await.status, 403);
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let served = Served::empty().await;
    let fits = format!("{{\"Pad\":\"{}\"}}", "x".repeat(1_024 * 1_024 - 10));
    assert_eq!(fits.len(), 1_024 * 1_024);
    let call = unsigned(&served, "TrentService.ListKeys", fits.clone());
    document(&Signer::owner().sign(call).send(&served).await);
    let call = unsigned(&served, "TrentService.ListKeys", format!("{fits} "));
    let head = Signer::owner().sign(call);
    // Announced and refused: the body is not waited for.
    let head = Raw {
        body: Vec::new(),
        ..head
    };
    refused(
        &head.send(&served).await,
        413,
        "RequestEntityTooLargeException",
    );
}

#[tokio::test]
async fn a_document_is_json_of_the_operation() {
    let served = Served::empty().await;
    let call = async |target: &str, body: &str| {
        let call = unsigned(&served, target, body);
        Signer::owner().sign(call).send(&served).await
    };
    let malformed = "SerializationException";
    for body in ["{", "[]", "<CreateKey/>", "{\"KeyId\":7}", "\u{1F980}"] {
        refused(
            &call("TrentService.DescribeKey", body).await,
            400,
            malformed,
        );
    }
    refused(
        &call("TrentService.DescribeKey", "{}").await,
        400,
        "ValidationException",
    );
    let unknown = "UnknownOperationException";
    for target in [
        "TrentService.Open",
        "DynamoDB_20120810.ListTables",
        "x",
        "TrentService.",
    ] {
        let answer = call(target, "{}").await;
        refused(&answer, 400, unknown);
    }
    let unsupported = "UnsupportedOperationException";
    refused(&call("TrentService.Sign", "{}").await, 400, unsupported);
    refused(
        &call("TrentService.CreateKey", "{\"MultiRegion\":true}").await,
        400,
        unsupported,
    );
    refused(
        &call("TrentService.CreateKey", "{\"KeySpec\":\"RSA_2048\"}").await,
        400,
        unsupported,
    );
    refused(
        &kms(
            &served,
            "GenerateRandom",
            json!({"NumberOfBytes": 1, "DryRun": true}),
        )
        .await,
        400,
        unsupported,
    );
    let xml = unsigned(&served, "TrentService.ListKeys", "{}").replaced("content-type", "text/xml");
    refused(&Signer::owner().sign(xml).send(&served).await, 400, unknown);
}
