//! Which operation of which service a request names.

use hyper::HeaderMap;
use hyper::header::{CONTENT_TYPE, HeaderName};

use super::answer::JsonError;
use super::signed::Service;

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// The one form of a body.
const JSON: &str = "application/x-amz-json-1.1";

/// A service that speaks JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonService {
    Kms,
    CloudTrail,
}

impl JsonService {
    /// Returns it as the verifier knows it.
    pub(super) fn to_verify(self, region: &str) -> Service<'_> {
        Service {
            scope: match self {
                Self::Kms => "kms",
                Self::CloudTrail => "cloudtrail",
            },
            region: Some(region),
            unavailable: self.unavailable(),
        }
    }

    /// Returns what it says where it cannot answer now.
    pub(super) fn unavailable(self) -> &'static str {
        match self {
            Self::Kms => "KMSInternalException",
            Self::CloudTrail => "ServiceUnavailable",
        }
    }

    /// Returns how its targets begin; CloudTrail's in two ways, by the age of the client.
    fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::Kms => &["TrentService"],
            Self::CloudTrail => &[
                "CloudTrail_20131101",
                "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
            ],
        }
    }
}

/// What a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) service: JsonService,
    pub(super) operation: String,
}

impl Target {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, JsonError> {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let target = text(TARGET).and_then(Self::parse).ok_or_else(unknown)?;
        let content_type = text(CONTENT_TYPE).unwrap_or_default();
        let content_type = content_type.split(';').next().unwrap_or_default();
        if content_type.trim().eq_ignore_ascii_case(JSON) {
            return Ok(target);
        }
        Err(unknown())
    }

    fn parse(target: &str) -> Option<Self> {
        let (prefix, operation) = target.rsplit_once('.')?;
        let services = [JsonService::Kms, JsonService::CloudTrail];
        let service = services
            .into_iter()
            .find(|service| service.prefixes().contains(&prefix))?;
        Some(Self {
            service,
            operation: operation.to_owned(),
        })
    }
}

fn unknown() -> JsonError {
    JsonError::new(
        "UnknownOperationException",
        "The target or the content type of the request is none of this endpoint.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_names_service_and_operation() {
        let parse = |text| Target::parse(text).map(|t| (t.service, t.operation));
        let kms = Some((JsonService::Kms, "CreateKey".to_owned()));
        assert_eq!(parse("TrentService.CreateKey"), kms);
        let trail = Some((JsonService::CloudTrail, "LookupEvents".to_owned()));
        assert_eq!(parse("CloudTrail_20131101.LookupEvents"), trail);
        assert_eq!(
            parse("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"),
            trail
        );
        for text in [
            "",
            "CreateKey",
            "DynamoDB_20120810.ListTables",
            "trentservice.CreateKey",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
