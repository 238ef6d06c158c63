//! The audit, looked up as AWS CloudTrail is.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>

mod lookup;

use stave_model::Actor;
use stave_store::Audit;

use crate::json::{JsonAnswer, JsonError, Outcome, read, told, write};

/// Operations of CloudTrail that a client may well try: there is one trail here, and nothing to set for it.
const NOT_OFFERED: [&str; 12] = [
    "CreateTrail",
    "DeleteTrail",
    "DescribeTrails",
    "GetEventSelectors",
    "GetTrail",
    "GetTrailStatus",
    "ListPublicKeys",
    "ListTags",
    "ListTrails",
    "StartLogging",
    "StopLogging",
    "UpdateTrail",
];

/// Answers a call of CloudTrail: `operation` by its bare name, `body` as its JSON document.
pub async fn dispatch(
    audit: &dyn Audit,
    actor: &Actor,
    operation: &str,
    body: &[u8],
) -> JsonAnswer {
    told(perform(audit, actor, operation, body).await)
}

async fn perform(audit: &dyn Audit, by: &Actor, operation: &str, body: &[u8]) -> Outcome<Vec<u8>> {
    match operation {
        "LookupEvents" => write(&lookup::lookup(audit, by, read(body)?).await?),
        name if NOT_OFFERED.contains(&name) => Err(JsonError::unsupported(name)),
        _ => Err(JsonError::new(
            "UnknownOperationException",
            "The audit has no operation of that name.",
        )),
    }
}
