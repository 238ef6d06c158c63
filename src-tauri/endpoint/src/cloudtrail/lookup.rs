//! `LookupEvents`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::StatusCode;
use serde::{Deserialize, Serialize};
use stave_model::Actor;
use stave_store::{Audit, AuditQuery, AuditRecord, Error};

use crate::json::{EpochSeconds, JsonError, Outcome};
use crate::locked;
use crate::server::note_failure;

/// CloudTrail's longest page, which is also the one that it gives unless told.
const PAGE_MAX: u16 = 50;

/// The one source of events.
const SOURCE: &str = "kms.amazonaws.com";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(default)]
    lookup_attributes: Vec<Attribute>,
    start_time: Option<EpochSeconds>,
    end_time: Option<EpochSeconds>,
    event_category: Option<String>,
    max_results: Option<u16>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    attribute_key: String,
    attribute_value: String,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Found {
    events: Vec<FoundEvent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// An event, with what stands out of it beside the whole.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FoundEvent {
    event_id: String,
    event_name: String,
    /// In quotes, as CloudTrail has it.
    read_only: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_id: Option<String>,
    event_time: EpochSeconds,
    event_source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    resources: Vec<Resource>,
    cloud_trail_event: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    resource_type: String,
    resource_name: String,
}

pub(super) async fn lookup(audit: &dyn Audit, by: &Actor, input: Input) -> Outcome<Found> {
    let Some(query) = query(input)? else {
        return Ok(Found::default());
    };
    let page = audit
        .look_up(by, query)
        .await
        .map_err(|error| from_store(&error))?;
    Ok(Found {
        events: page.records.into_iter().map(event).collect(),
        next_token: page.next_before.map(token),
    })
}

/// Reads what is asked for; `None` for what no event here can be.
fn query(input: Input) -> Outcome<Option<AuditQuery>> {
    let limit = input.max_results.unwrap_or(PAGE_MAX);
    if !(1..=PAGE_MAX).contains(&limit) {
        let message = format!("MaxResults must be 1 to {PAGE_MAX}.");
        return Err(JsonError::new("InvalidMaxResultsException", message));
    }
    let (from, to) = (input.start_time.map(|t| t.0), input.end_time.map(|t| t.0));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        let message = "StartTime is after EndTime.";
        return Err(JsonError::new("InvalidTimeRangeException", message));
    }
    if input.event_category.is_some() {
        let message = "The only category of events is that of management.";
        return Err(JsonError::new("InvalidEventCategoryException", message));
    }
    let query = AuditQuery {
        from,
        to,
        limit,
        before: input.next_token.as_deref().map(before).transpose()?,
        ..AuditQuery::default()
    };
    let mut attributes = input.lookup_attributes.into_iter();
    match (attributes.next(), attributes.next()) {
        (None, _) => Ok(Some(query)),
        (Some(attribute), None) => narrowed(query, attribute),
        (Some(_), Some(_)) => Err(invalid_attribute("Only one attribute can be looked up.")),
    }
}

fn narrowed(mut query: AuditQuery, attribute: Attribute) -> Outcome<Option<AuditQuery>> {
    let value = attribute.attribute_value;
    match attribute.attribute_key.as_str() {
        "EventId" => query.event_id = Some(value),
        "EventName" => query.event_name = Some(value),
        "Username" => query.user = Some(value),
        "AccessKeyId" => query.access_key = Some(value),
        "ResourceName" => query.resource = Some(value),
        "ReadOnly" => {
            let read_only = value.parse();
            let unread = |_| invalid_attribute("ReadOnly is true or false.");
            query.read_only = Some(read_only.map_err(unread)?);
        }
        "EventSource" if value == SOURCE => {}
        "EventSource" => return Ok(None),
        "ResourceType" => {
            return Err(invalid_attribute(
                "Events are not found by ResourceType here.",
            ));
        }
        _ => return Err(invalid_attribute("There is no attribute of that name.")),
    }
    Ok(Some(query))
}

fn invalid_attribute(message: &'static str) -> JsonError {
    JsonError::new("InvalidLookupAttributesException", message)
}

fn token(before: u64) -> String {
    URL_SAFE_NO_PAD.encode(before.to_string())
}

fn before(token: &str) -> Outcome<u64> {
    let text = URL_SAFE_NO_PAD.decode(token).ok();
    let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
    let before = text.and_then(|text| text.parse().ok());
    before.ok_or_else(|| {
        let message = "The token is none that this operation gave.";
        JsonError::new("InvalidNextTokenException", message)
    })
}

/// What stands out of an event, as its JSON has it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Written {
    #[serde(rename = "eventID")]
    event_id: String,
    event_name: String,
    event_source: String,
    read_only: bool,
    user_identity: Identity,
    resources: Vec<WrittenResource>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Identity {
    user_name: Option<String>,
    access_key_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WrittenResource {
    #[serde(rename = "ARN")]
    arn: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Tells a record. One that cannot be read is told whole all the same: somebody changed it, and that is what a
/// reader of an audit looks for.
fn event(record: AuditRecord) -> FoundEvent {
    let written: Written = serde_json::from_str(&record.event).unwrap_or_default();
    let resource = |resource: WrittenResource| Resource {
        resource_type: resource.kind,
        resource_name: resource.arn,
    };
    FoundEvent {
        event_id: written.event_id,
        event_name: written.event_name,
        read_only: written.read_only.to_string(),
        access_key_id: written.user_identity.access_key_id,
        event_time: EpochSeconds(record.at),
        event_source: written.event_source,
        username: written.user_identity.user_name,
        resources: written.resources.into_iter().map(resource).collect(),
        cloud_trail_event: record.event,
    }
}

fn from_store(error: &Error) -> JsonError {
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    match error {
        Error::Locked => JsonError::with_status(unavailable, "ServiceUnavailable", locked::MESSAGE),
        Error::AccessDenied | Error::Key(stave_store::KeyError::AccessDenied { .. }) => {
            JsonError::new("AccessDeniedException", error.to_string())
        }
        // The rest are failures of the vault, whichever they are: none has a remedy of its own here.
        _ => {
            note_failure(error);
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            JsonError::with_status(status, "InternalFailure", "The audit cannot be read.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stave_model::Timestamp;

    fn asked(body: &str) -> Outcome<Option<AuditQuery>> {
        query(serde_json::from_str(body).unwrap())
    }

    #[track_caller]
    fn refused(body: &str, code: &str) {
        let answer = asked(body).unwrap_err().into_answer();
        assert_eq!(answer.error.as_deref(), Some(code), "{body}");
    }

    #[test]
    fn a_lookup_is_a_query() {
        let all = asked("{}").unwrap().unwrap();
        assert_eq!((all.limit, all.before), (50, None));
        let denied = r#"{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"Decrypt"}],
            "StartTime":1700000000,"EndTime":1700000001.5,"MaxResults":7,"NextToken":"MTI"}"#;
        let expected = AuditQuery {
            from: Some(Timestamp::from_millis(1_700_000_000_000)),
            to: Some(Timestamp::from_millis(1_700_000_001_500)),
            event_name: Some("Decrypt".to_owned()),
            before: Some(12),
            limit: 7,
            ..AuditQuery::default()
        };
        assert_eq!(asked(denied), Ok(Some(expected)));
        let of = |source| {
            let attribute =
                format!(r#"{{"AttributeKey":"EventSource","AttributeValue":"{source}"}}"#);
            asked(&format!(r#"{{"LookupAttributes":[{attribute}]}}"#)).unwrap()
        };
        assert!(of("kms.amazonaws.com").is_some());
        assert!(of("s3.amazonaws.com").is_none());
    }

    #[test]
    fn what_cannot_be_asked_is_refused() {
        refused(r#"{"MaxResults":51}"#, "InvalidMaxResultsException");
        refused(r#"{"MaxResults":0}"#, "InvalidMaxResultsException");
        refused(
            r#"{"StartTime":2,"EndTime":1}"#,
            "InvalidTimeRangeException",
        );
        refused(r#"{"NextToken":"?"}"#, "InvalidNextTokenException");
        refused(
            r#"{"EventCategory":"insight"}"#,
            "InvalidEventCategoryException",
        );
        let attribute = r#"{"AttributeKey":"ReadOnly","AttributeValue":"maybe"}"#;
        for list in [attribute.to_owned(), format!("{attribute},{attribute}")] {
            let body = format!(r#"{{"LookupAttributes":[{list}]}}"#);
            refused(&body, "InvalidLookupAttributesException");
        }
    }

    #[test]
    fn an_event_stands_out_of_its_record() {
        let record = AuditRecord {
            sequence: 3,
            at: Timestamp::from_millis(1_500),
            event: r#"{"eventID":"e","eventName":"Decrypt","eventSource":"kms.amazonaws.com","readOnly":true,
                "userIdentity":{"userName":"bea","accessKeyId":"AK"},
                "resources":[{"ARN":"arn:x","type":"AWS::KMS::Key"}]}"#
                .to_owned(),
        };
        let told = serde_json::to_value(event(record.clone())).unwrap();
        assert_eq!(
            told,
            serde_json::json!({
                "EventId": "e", "EventName": "Decrypt", "ReadOnly": "true", "AccessKeyId": "AK",
                "EventTime": 1.5, "EventSource": "kms.amazonaws.com", "Username": "bea",
                "Resources": [{"ResourceType": "AWS::KMS::Key", "ResourceName": "arn:x"}],
                "CloudTrailEvent": record.event,
            })
        );
    }
}
