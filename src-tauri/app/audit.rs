//! The audit, put together for its page: CloudTrail's events read into lines of a list.

use serde_json::Value;
use stave_model::{BucketName, Timestamp};
use stave_store::{Audit, AuditQuery, AuditRecord};

use crate::encryption::window_actor;
use crate::errors::{Answer, Failure};
use crate::json::indented;
use crate::views::{
    AuditAsked, AuditExported, AuditFaultView, AuditRecords, AuditVerified, AuditView,
};

/// The most records of one page.
const PAGE_MAX: u16 = 1_000;

/// What the ARN of an object begins with.
const OBJECT_ARN: &str = "arn:aws:s3:::";

/// Looks records up.
pub async fn records(audit: &dyn Audit, asked: AuditAsked) -> Answer<AuditRecords> {
    let query = AuditQuery {
        from: asked.from.map(Timestamp::from_millis),
        to: asked.to.map(Timestamp::from_millis),
        event_name: filled(asked.event_name),
        user: filled(asked.user),
        resource: filled(asked.resource).map(resource),
        denied: asked.denied,
        before: asked.before,
        limit: asked.limit.clamp(1, PAGE_MAX),
        ..AuditQuery::default()
    };
    let page = audit.look_up(&window_actor(), query).await?;
    Ok(AuditRecords {
        records: page.records.iter().map(view).collect(),
        next_before: page.next_before,
    })
}

/// A field that is left empty asks for nothing.
fn filled(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// An object may be written as `s3://bucket/key` or `bucket/key`: only objects have a slash before
/// any colon.
fn resource(text: String) -> String {
    let plain = text.strip_prefix("s3://").unwrap_or(&text);
    let is_object =
        plain.contains('/') && !plain.starts_with("arn:") && !plain.starts_with("alias/");
    if is_object {
        format!("{OBJECT_ARN}{plain}")
    } else {
        text
    }
}

/// Checks the chain.
pub async fn verify(audit: &dyn Audit) -> Answer<AuditVerified> {
    let verdict = audit.verify(&window_actor()).await?;
    Ok(AuditVerified {
        checked: verdict.checked,
        from: verdict.span.map(|(first, _)| first.as_millis()),
        to: verdict.span.map(|(_, last)| last.as_millis()),
        faults: verdict.faults.iter().map(AuditFaultView::from).collect(),
    })
}

/// Writes records into a bucket as CloudTrail's log files.
pub async fn export(
    audit: &dyn Audit,
    bucket: BucketName,
    prefix: String,
    (from, to): (Option<i64>, Option<i64>),
) -> Answer<AuditExported> {
    if !prefix.is_empty() && !prefix.ends_with('/') {
        return Err(Failure::refused(
            "invalid_prefix",
            "a folder's prefix ends with a slash",
            "Add a slash, or leave it empty.",
        ));
    }
    let (from, to) = (
        from.map(Timestamp::from_millis),
        to.map(Timestamp::from_millis),
    );
    let by = window_actor();
    let exported = audit.export(&by, bucket, prefix, from, to).await?;
    Ok(AuditExported {
        keys: exported.keys,
        records: exported.records,
    })
}

/// Reads a record. What an event does not tell stays empty: it is the chain that proves it.
fn view(record: &AuditRecord) -> AuditView {
    let event: Value = serde_json::from_str(&record.event).unwrap_or_default();
    let text = |pointer: &str| {
        let found = event.pointer(pointer).and_then(Value::as_str);
        found.map(str::to_owned)
    };
    let key_arn = key_arn(&event);
    let error = text("/errorCode");
    AuditView {
        sequence: record.sequence,
        at: record.at.as_millis(),
        event_name: text("/eventName").unwrap_or_default(),
        user: text("/userIdentity/userName")
            .or_else(|| text("/userIdentity/arn"))
            .unwrap_or_default(),
        source: text("/sourceIPAddress").unwrap_or_default(),
        key: key_arn.as_deref().and_then(key_id),
        key_arn,
        object: object(&event),
        key_version: event
            .pointer("/additionalEventData/keyVersion")
            .and_then(Value::as_u64)
            .and_then(|version| u32::try_from(version).ok()),
        denied: error.is_some(),
        error,
        json: indented(&record.event),
    }
}

fn resource_arns(event: &Value) -> impl Iterator<Item = &str> {
    let resources = event.get("resources").and_then(Value::as_array);
    resources.into_iter().flatten().filter_map(arn)
}

fn arn(resource: &Value) -> Option<&str> {
    resource.get("ARN")?.as_str()
}

fn key_arn(event: &Value) -> Option<String> {
    let is_key = |arn: &&str| arn.starts_with("arn:aws:kms:") && arn.contains(":key/");
    resource_arns(event).find(is_key).map(str::to_owned)
}

fn key_id(arn: &str) -> Option<String> {
    arn.rsplit_once(":key/").map(|(_, id)| id.to_owned())
}

/// The object that a key was used for: a resource of its own, or else named by the encryption
/// context.
fn object(event: &Value) -> Option<String> {
    let context = event.pointer("/requestParameters/encryptionContext/aws:s3:arn");
    let named = resource_arns(event)
        .chain(context.and_then(Value::as_str))
        .find_map(|arn| arn.strip_prefix(OBJECT_ARN));
    named.map(str::to_owned)
}
