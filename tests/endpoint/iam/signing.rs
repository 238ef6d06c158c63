//! Whom IAM and STS let in.

use std::time::{Duration, SystemTime};

use super::{FORM, Key, done, refused, unsigned};
use crate::kit::Served;
use crate::raw::Raw;

const IAM: &str = "2010-05-08";
const STS: &str = "2011-06-15";

fn sign(request: Raw, service: &str) -> Raw {
    Key::owner().sign(request, service, "us-east-1", SystemTime::now())
}

#[tokio::test]
async fn both_services_are_the_same_in_every_region() {
    let served = Served::empty().await;
    for (service, version, action) in [("iam", IAM, "ListUsers"), ("sts", STS, "GetCallerIdentity")]
    {
        for region in ["us-east-1", "eu-central-1", "nowhere"] {
            let call = unsigned(&served, version, action, &[]);
            let signed = Key::owner().sign(call, service, region, SystemTime::now());
            done(&signed.send(&served).await);
        }
    }
}

#[tokio::test]
async fn who_does_not_sign_or_signs_wrongly_is_refused() {
    let served = Served::empty().await;
    let call = || unsigned(&served, STS, "GetCallerIdentity", &[]);
    refused(
        &call().send(&served).await,
        403,
        "MissingAuthenticationToken",
    );
    let mut other = Key::owner();
    other.secret.push('x');
    let signed = other.sign(call(), "sts", "us-east-1", SystemTime::now());
    refused(&signed.send(&served).await, 403, "SignatureDoesNotMatch");
    let mut nobody = Key::owner();
    nobody.id = "AKIANOBODY".to_owned();
    let signed = nobody.sign(call(), "sts", "us-east-1", SystemTime::now());
    refused(&signed.send(&served).await, 403, "InvalidClientTokenId");
    let mut tokened = Key::owner();
    tokened.token = Some("a token that no session has".to_owned());
    let signed = tokened.sign(call(), "sts", "us-east-1", SystemTime::now());
    refused(&signed.send(&served).await, 403, "InvalidClientTokenId");
    for minutes in [-16, 16_i64] {
        let at = Duration::from_secs(minutes.unsigned_abs() * 60);
        let at = if minutes < 0 {
            SystemTime::now() - at
        } else {
            SystemTime::now() + at
        };
        let signed = Key::owner().sign(call(), "sts", "us-east-1", at);
        refused(&signed.send(&served).await, 403, "SignatureDoesNotMatch");
    }
}

#[tokio::test]
async fn what_is_signed_is_what_is_done() {
    let served = Served::empty().await;
    let right = sign(unsigned(&served, IAM, "ListUsers", &[]), "iam");
    done(&right.send(&served).await);
    let body = Raw {
        body: b"Action=ListRoles&Version=2010-05-08".to_vec(),
        ..right.clone()
    };
    assert_eq!(body.body.len(), right.body.len());
    refused(&body.send(&served).await, 403, "SignatureDoesNotMatch");
    let typed = right
        .clone()
        .replaced("content-type", FORM.trim_end_matches("; charset=utf-8"));
    refused(&typed.send(&served).await, 403, "SignatureDoesNotMatch");
    let queried = Raw {
        target: "/?Action=ListUsers".to_owned(),
        ..right.clone()
    };
    refused(&queried.send(&served).await, 403, "IncompleteSignature");
    let packed = right.with("content-encoding", "gzip");
    refused(&packed.send(&served).await, 400, "UnsupportedOperation");
}

#[tokio::test]
async fn a_signature_for_one_service_is_none_for_another() {
    let served = Served::empty().await;
    let for_s3 = sign(unsigned(&served, IAM, "ListUsers", &[]), "s3");
    refused(&for_s3.send(&served).await, 403, "SignatureDoesNotMatch");
    let to_sts = sign(unsigned(&served, IAM, "ListUsers", &[]), "sts");
    refused(&to_sts.send(&served).await, 400, "InvalidAction");
    let of_sts = sign(unsigned(&served, IAM, "GetCallerIdentity", &[]), "iam");
    refused(&of_sts.send(&served).await, 400, "InvalidAction");
}

#[tokio::test]
async fn a_form_that_reads_in_two_ways_is_refused() {
    let served = Served::empty().await;
    for form in [
        "Version=2010-05-08",
        "Action=ListUsers",
        "Action=ListUsers&Action=CreateUser&Version=2010-05-08",
        "Action=ListUsers&Version=2010-05-08&UserName=%FF",
    ] {
        let call = Raw::new(&served, "POST", "/")
            .with("content-type", FORM)
            .body(form);
        let answer = sign(call, "iam").send(&served).await;
        assert_eq!(answer.status, 400, "{form}: {answer:?}");
        let code = super::element(&answer, "Code");
        let expected = ["MissingAction", "InvalidAction", "MalformedInput"];
        assert!(expected.contains(&code), "{form}: {code}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_is_refused_as_everywhere() {
    let served = Served::empty().await;
    let call = unsigned(&served, IAM, "ListUsers", &[]).with("origin", "http://evil.example");
    let answer = sign(call, "iam").send(&served).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(answer.body.contains("<ErrorResponse"), "{}", answer.body);
    assert_eq!(answer.header("access-control-allow-origin"), None);
    let rebound = unsigned(&served, IAM, "ListUsers", &[]).replaced("host", "evil.example");
    let answer = sign(rebound, "iam").send(&served).await;
    assert_eq!(answer.status, 403, "{answer:?}");
}
