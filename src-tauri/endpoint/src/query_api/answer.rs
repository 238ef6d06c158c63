//! Answers of the Query protocol: a document of what was done, or one of why it was not.

use std::borrow::Cow;
use std::fmt;

use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use s3s::Body;

use super::service::QueryService;
use super::xml::Xml;
use crate::json::JsonError;
use crate::locked::RETRY_SECS;
use crate::server::{Refusal, actor};

/// What an operation returns before it is written.
pub(super) type Outcome<T> = Result<T, Fault>;

/// Why an operation did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    status: StatusCode,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
}

impl Fault {
    /// Makes one of the status 400.
    pub(super) fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::with_status(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn with_status(
        status: StatusCode,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: Cow::Borrowed(code),
            message: message.into(),
        }
    }

    /// Says that a value does not fit.
    pub(super) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("ValidationError", message)
    }

    /// Says that there is no such action.
    pub(super) fn invalid_action(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("InvalidAction", message)
    }

    /// Says that something of AWS' is not offered here.
    pub(super) fn unsupported(what: impl fmt::Display) -> Self {
        let message = format!("{what} is not offered by this endpoint.");
        Self::new("UnsupportedOperation", message)
    }

    /// Says that the caller may not.
    pub(super) fn denied(message: impl Into<Cow<'static, str>>) -> Self {
        Self::with_status(StatusCode::FORBIDDEN, "AccessDenied", message)
    }

    /// Says that something is not there.
    pub(super) fn no_such_entity(message: impl Into<Cow<'static, str>>) -> Self {
        Self::with_status(StatusCode::NOT_FOUND, "NoSuchEntity", message)
    }

    /// Says that what is there is in the way.
    pub(super) fn conflict(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::with_status(StatusCode::CONFLICT, code, message)
    }

    /// Writes it as the service does; `None` where none is named.
    pub(super) fn into_document(self, service: Option<QueryService>) -> Document {
        let at = if self.status.is_server_error() {
            "Receiver"
        } else {
            "Sender"
        };
        let error = Xml::new()
            .text("Type", at)
            .text("Code", &self.code)
            .text("Message", &self.message);
        let inner = Xml::new()
            .nested("Error", &error)
            .text("RequestId", &request_id());
        Document {
            status: self.status,
            xml: inner.document("ErrorResponse", service.map(QueryService::namespace)),
        }
    }
}

impl From<JsonError> for Fault {
    /// Says what the verifier refused by the names and the statuses that the Query protocol has.
    fn from(error: JsonError) -> Self {
        let (status, code, message) = error.into_parts();
        let (status, code): (_, Cow<'static, str>) = match code.as_ref() {
            "InvalidSignatureException" => (StatusCode::FORBIDDEN, "SignatureDoesNotMatch".into()),
            "UnrecognizedClientException" => (StatusCode::FORBIDDEN, "InvalidClientTokenId".into()),
            "MissingAuthenticationTokenException" => {
                (StatusCode::FORBIDDEN, "MissingAuthenticationToken".into())
            }
            "IncompleteSignatureException" => (StatusCode::FORBIDDEN, "IncompleteSignature".into()),
            "ExpiredTokenException" => (StatusCode::FORBIDDEN, "ExpiredToken".into()),
            "AccessDeniedException" => (StatusCode::FORBIDDEN, "AccessDenied".into()),
            "SerializationException" => (status, "MalformedInput".into()),
            "UnsupportedOperationException" => (status, "UnsupportedOperation".into()),
            _ => (status, code),
        };
        Self {
            status,
            code,
            message,
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self {
            status: refusal.status,
            code: refusal.code,
            message: refusal.message,
        }
    }
}

/// What an operation answers: nothing, or what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is done.
    Done,
    /// This.
    Result(Xml),
}

/// A document, and the status that goes with it.
pub(super) struct Document {
    status: StatusCode,
    xml: String,
}

/// Writes what an operation returned.
pub(super) fn told(service: QueryService, action: &str, answer: Answer) -> Document {
    let metadata = Xml::new().text("RequestId", &request_id());
    let inner = match answer {
        Answer::Done => Xml::new(),
        Answer::Result(result) => Xml::new().nested(&format!("{action}Result"), &result),
    };
    let inner = inner.nested("ResponseMetadata", &metadata);
    let namespace = Some(service.namespace());
    Document {
        status: StatusCode::OK,
        xml: inner.document(&format!("{action}Response"), namespace),
    }
}

/// Makes the answer of HTTP.
pub(super) fn respond(document: Document) -> Response<Body> {
    let mut response = Response::new(Body::from(document.xml));
    *response.status_mut() = document.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    if document.status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_SECS));
    }
    response
}

fn request_id() -> String {
    actor().request_id.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_written_as_iam_writes_it() {
        let fault = Fault::no_such_entity("not <here>").into_document(Some(QueryService::Iam));
        assert_eq!(fault.status, StatusCode::NOT_FOUND);
        assert_eq!(
            fault.xml,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error>\
             <Type>Sender</Type><Code>NoSuchEntity</Code><Message>not &lt;here&gt;</Message>\
             </Error><RequestId></RequestId></ErrorResponse>"
        );
    }

    #[test]
    fn an_answer_names_its_operation() {
        let found = Answer::Result(Xml::new().text("Account", "1"));
        let document = told(QueryService::Sts, "GetCallerIdentity", found);
        assert_eq!(
            document.xml,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GetCallerIdentityResponse \
             xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Account>1</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>\
             </RequestId></ResponseMetadata></GetCallerIdentityResponse>"
        );
        let done = told(QueryService::Iam, "DeleteUser", Answer::Done);
        assert!(!done.xml.contains("Result"), "{}", done.xml);
    }

    #[test]
    fn what_the_verifier_refuses_has_the_names_of_the_query_protocol() {
        for (told, status, code) in [
            ("InvalidSignatureException", 403, "SignatureDoesNotMatch"),
            ("UnrecognizedClientException", 403, "InvalidClientTokenId"),
            ("ExpiredTokenException", 403, "ExpiredToken"),
            ("SerializationException", 400, "MalformedInput"),
            ("ServiceUnavailable", 400, "ServiceUnavailable"),
        ] {
            let fault = Fault::from(JsonError::new(told, "why"));
            assert_eq!((fault.status.as_u16(), fault.code.as_ref()), (status, code));
        }
    }
}
