//! The audit through the control socket.

use std::sync::Arc;

use serde_json::json;
use stave_endpoint::control::{
    AuditFilter, AuditRequest, FailureCode, LocalControl, Request, Response, call, serve,
};

use super::{document, kms, make_key};
use crate::kit::{BUCKET, Served};

#[tokio::test]
async fn the_audit_is_read_checked_and_exported() {
    let served = Served::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("private/control");
    let store = Arc::new(served.store.clone());
    let control = LocalControl::new(store.clone(), "00ff".to_owned(), "/vault".to_owned());
    let control = Arc::new(control.with_audit(store));
    let _listening = serve(&path, control).await.unwrap();
    let ask = async |request| call(&path, &Request::Audit(request)).await.unwrap();

    let key = make_key(&served).await;
    document(&kms(&served, "DisableKey", json!({"KeyId": key})).await);
    let query = AuditFilter {
        resource: Some(key),
        limit: 1,
        ..AuditFilter::default()
    };
    let first = ask(AuditRequest::LookUp {
        query: query.clone(),
    });
    let Response::AuditRecords {
        records,
        next_before,
    } = first.await
    else {
        panic!("other than records");
    };
    assert_eq!(records.len(), 1);
    assert!(records[0].event.contains("DisableKey"));
    let before = next_before;
    let next = ask(AuditRequest::LookUp {
        query: AuditFilter { before, ..query },
    });
    let Response::AuditRecords { records, .. } = next.await else {
        panic!("other than records");
    };
    assert!(records[0].event.contains("CreateKey"));

    let Response::AuditChecked(check) = ask(AuditRequest::Verify).await else {
        panic!("other than a check");
    };
    assert!(check.faults.is_empty() && check.checked >= 2, "{check:?}");

    let export = |bucket: &str| AuditRequest::Export {
        bucket: bucket.to_owned(),
        prefix: "logs/".to_owned(),
        from_ms: None,
        to_ms: None,
    };
    let Response::AuditExported { keys, records } = ask(export(BUCKET)).await else {
        panic!("other than an export");
    };
    assert!(records >= 2);
    assert!(
        keys[0].starts_with("logs/AWSLogs/000000000000/CloudTrail/us-east-1/"),
        "{keys:?}"
    );
    let Response::Failed(failure) = ask(export("No Bucket")).await else {
        panic!("not refused");
    };
    assert_eq!(failure.code, FailureCode::Invalid);
}

#[tokio::test]
async fn a_process_that_does_not_do_it_says_so() {
    let served = Served::empty().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("private/control");
    let store = Arc::new(served.store.clone());
    let control = LocalControl::new(store, "00ff".to_owned(), "/vault".to_owned());
    let _listening = serve(&path, Arc::new(control)).await.unwrap();
    let answer = call(&path, &Request::Audit(AuditRequest::Verify))
        .await
        .unwrap();
    let Response::Failed(failure) = answer else {
        panic!("not refused");
    };
    assert_eq!(failure.code, FailureCode::NotOffered);
}
