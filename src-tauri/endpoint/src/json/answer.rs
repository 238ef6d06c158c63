//! Answers in AWS' JSON: a document, or the name of an exception and why.

use std::borrow::Cow;
use std::fmt;

use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use s3s::Body;
use serde::Serialize;

use super::target::JsonService;
use crate::locked::RETRY_SECS;
use crate::server::{Refusal, note_failure};

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// What an operation of a JSON service answers.
#[derive(Clone, PartialEq, Eq)]
pub struct JsonAnswer {
    /// The status of HTTP.
    pub status: u16,
    /// The name of the exception; `None` where it went well.
    pub error: Option<Cow<'static, str>>,
    /// The document: empty where the operation tells nothing.
    pub body: Vec<u8>,
}

impl fmt::Debug for JsonAnswer {
    /// A document may hold plaintext and data keys, so that it is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonAnswer")
            .field("status", &self.status)
            .field("error", &self.error)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Why an operation did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError {
    status: StatusCode,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
}

/// What an operation returns before it is written.
pub(crate) type Outcome<T> = Result<T, JsonError>;

impl JsonError {
    /// Makes an error of the status 400, which nearly all of these services' are.
    pub(crate) fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::with_status(StatusCode::BAD_REQUEST, code, message)
    }

    pub(crate) fn with_status(
        status: StatusCode,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
        }
    }

    /// Says that a value does not fit.
    pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("ValidationException", message)
    }

    /// Says that something of AWS' is not offered here.
    pub(crate) fn unsupported(what: impl fmt::Display) -> Self {
        let message = format!("{what} is not offered by this endpoint.");
        Self::new("UnsupportedOperationException", message)
    }

    /// Says what the guard refused in a JSON service's words.
    pub(super) fn of_refusal(refusal: Refusal, service: Option<JsonService>) -> Self {
        let code = match (refusal.code.as_ref(), service) {
            ("ServiceUnavailable", Some(service)) => service.unavailable().into(),
            ("AccessDenied" | "AccessForbidden", _) => "AccessDeniedException".into(),
            ("InvalidRequest", _) => "ValidationException".into(),
            _ => refusal.code,
        };
        Self {
            status: refusal.status,
            code,
            message: refusal.message,
        }
    }

    /// Takes it apart, for a service that says it in another form: status, code, message.
    pub(crate) fn into_parts(self) -> (StatusCode, Cow<'static, str>, Cow<'static, str>) {
        (self.status, self.code, self.message)
    }

    pub(crate) fn into_answer(self) -> JsonAnswer {
        let document = serde_json::json!({ "__type": self.code, "message": self.message });
        JsonAnswer {
            status: self.status.as_u16(),
            body: document.to_string().into_bytes(),
            error: Some(self.code),
        }
    }
}

/// Makes the answer of what an operation returned, or of why it did not happen.
pub(crate) fn told(outcome: Outcome<Vec<u8>>) -> JsonAnswer {
    match outcome {
        Ok(body) => JsonAnswer {
            status: StatusCode::OK.as_u16(),
            error: None,
            body,
        },
        Err(error) => error.into_answer(),
    }
}

/// Writes what an operation returned; of nothing, `()`, there is no document.
pub(crate) fn write<T: Serialize>(output: &T) -> Outcome<Vec<u8>> {
    let document = serde_json::to_vec(output).map_err(|error| {
        note_failure(&error);
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        JsonError::with_status(
            status,
            "InternalFailure",
            "The answer could not be written.",
        )
    })?;
    Ok(if document == b"null" {
        Vec::new()
    } else {
        document
    })
}

/// Makes the answer of HTTP.
pub(super) fn respond(answer: JsonAnswer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    let unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/x-amz-json-1.1");
    headers.insert(CONTENT_TYPE, json);
    let error = answer
        .error
        .map(|error| HeaderValue::try_from(error.as_ref()));
    if let Some(Ok(error)) = error {
        headers.insert(ERROR_TYPE, error);
    }
    if unavailable {
        headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_SECS));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_shows_no_document() {
        let answer = told(write(&serde_json::json!({ "Plaintext": "c2VjcmV0" })));
        assert_eq!(
            format!("{answer:?}"),
            "JsonAnswer { status: 200, error: None, body_bytes: 24 }"
        );
    }

    #[test]
    fn an_error_tells_its_name_and_its_reason() {
        let answer = JsonError::new("NotFoundException", "not <here>").into_answer();
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.body,
            br#"{"__type":"NotFoundException","message":"not <here>"}"#
        );
    }

    #[test]
    fn of_nothing_there_is_no_document() {
        assert_eq!(write(&()), Ok(Vec::new()));
    }
}
