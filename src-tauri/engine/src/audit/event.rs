//! An event as CloudTrail's JSON. It never holds key material, plaintext, ciphertext, tokens or a
//! customer's key: what is put into it is named field by field.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use stave_model::{ACCOUNT, Actor, ActorSession, IdentityKind, KeyId, Timestamp, UserName};

/// The version of CloudTrail's event format.
const EVENT_VERSION: &str = "1.11";

/// Through which service a key was used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Via {
    /// Through the key service itself.
    #[default]
    Direct,
    /// Through S3.
    S3,
}

/// What an operation was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Resource {
    /// A key, by its ARN.
    Key(String),
    /// An object, by its ARN.
    Object(String),
}

/// What is known of an event while its operation runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    /// `requestParameters`
    pub request: Map<String, Value>,
    /// `responseElements`: of management alone.
    pub response: Map<String, Value>,
    /// `additionalEventData`
    pub extra: Map<String, Value>,
    /// `resources`
    pub resources: Vec<Resource>,
    /// Through which service.
    pub via: Via,
}

/// An event that is ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct Event<'a> {
    /// Who asked.
    pub by: &'a Actor,
    /// `eventSource`
    pub source: &'static str,
    /// `eventName`
    pub name: &'static str,
    /// `readOnly`
    pub read_only: bool,
    /// What it was about.
    pub draft: &'a Draft,
    /// `errorCode` and `errorMessage`, where it was refused.
    pub refused: Option<(&'static str, String)>,
}

/// Returns the event as JSON.
pub(crate) fn event_json(event: &Event<'_>, id: [u8; 16], at: Timestamp, region: &str) -> String {
    let by = event.by;
    // A key's id is a UUID of random bytes, as the id of an event is.
    let event_id = KeyId::from_random(id);
    let request_id = by.request_id.clone();
    let source_ip = by.source_ip.map(|ip| ip.to_string());
    let mut json = json!({
        "eventVersion": EVENT_VERSION,
        "userIdentity": user_identity(by, event.draft.via),
        "eventTime": time(at),
        "eventSource": event.source,
        "eventName": event.name,
        "awsRegion": region,
        "sourceIPAddress": source_ip.unwrap_or_else(|| by.via.as_str().to_owned()),
        "userAgent": by.user_agent.clone().unwrap_or_else(|| "stave".to_owned()),
        "requestParameters": or_null(&event.draft.request),
        "responseElements": or_null(&event.draft.response),
        "requestID": request_id.unwrap_or_else(|| event_id.to_string()),
        "eventID": event_id.to_string(),
        "readOnly": event.read_only,
        "resources": event.draft.resources.iter().map(resource).collect::<Vec<_>>(),
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    });
    if !event.draft.extra.is_empty() {
        json["additionalEventData"] = Value::Object(event.draft.extra.clone());
    }
    if let Some((code, message)) = &event.refused {
        json["errorCode"] = (*code).into();
        json["errorMessage"] = message.as_str().into();
    }
    json.to_string()
}

fn user_identity(by: &Actor, via: Via) -> Value {
    let Some(user) = &by.user else {
        return json!({ "type": "AWSAccount", "principalId": "", "accountId": "anonymous" });
    };
    let mut identity = match &by.session {
        Some(session) if session.kind == IdentityKind::Role => of_role(user, session),
        _ => json!({
            "type": "IAMUser",
            "principalId": user.as_str(),
            "arn": stave_model::user_arn(user),
            "accountId": ACCOUNT,
            "userName": user.as_str(),
        }),
    };
    if let Some(key) = &by.access_key {
        identity["accessKeyId"] = key.as_str().into();
    }
    if via == Via::S3 {
        identity["invokedBy"] = "s3.amazonaws.com".into();
    }
    identity
}

/// Who a role's session is.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>
fn of_role(role: &UserName, session: &ActorSession) -> Value {
    json!({
        "type": "AssumedRole",
        "principalId": format!("{role}:{}", session.name),
        "arn": stave_model::session_arn(role, &session.name),
        "accountId": ACCOUNT,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role.as_str(),
                "arn": stave_model::role_arn(role),
                "accountId": ACCOUNT,
                "userName": role.as_str(),
            },
            "attributes": {
                "creationDate": time(session.issued),
                "mfaAuthenticated": "false",
            },
        },
    })
}

fn resource(resource: &Resource) -> Value {
    match resource {
        Resource::Key(arn) => {
            json!({ "accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": arn })
        }
        Resource::Object(arn) => json!({ "type": "AWS::S3::Object", "ARN": arn }),
    }
}

fn or_null(object: &Map<String, Value>) -> Value {
    if object.is_empty() {
        Value::Null
    } else {
        Value::Object(object.clone())
    }
}

/// Returns a time as CloudTrail writes it.
pub(crate) fn time(at: Timestamp) -> String {
    let at: DateTime<Utc> = DateTime::from_timestamp_millis(at.as_millis()).unwrap_or_default();
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
