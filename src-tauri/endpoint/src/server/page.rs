//! What the answers of web sites have in common: a browser reads them, so errors are pages.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use s3s::Body;

use super::answer::{escaped, identify};
use crate::sessions::random;

/// An error that becomes a page once the ids of the request are known.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    status: StatusCode,
    told: NestedFault,
    /// Why the site's own error page is not shown.
    nested: Option<NestedFault>,
}

/// What is told of an error.
#[derive(Debug, Clone, Default)]
pub(crate) struct NestedFault(Vec<(&'static str, String)>);

impl NestedFault {
    /// Reads what an error of S3 tells.
    pub(crate) fn of_document(response: &Response<Body>) -> Self {
        let bytes = response.body().bytes().unwrap_or_default();
        let xml = String::from_utf8_lossy(&bytes).into_owned();
        let element = |name: &str| {
            let (open, close) = (format!("<{name}>"), format!("</{name}>"));
            let inner = xml
                .split_once(&open)
                .and_then(|(_, rest)| rest.split_once(&close));
            inner.map(|(text, _)| text.to_owned())
        };
        // The answer to a HEAD has no document; its status says what is known.
        let (code, message) = match response.status() {
            StatusCode::NOT_FOUND => ("NoSuchKey", "The specified key does not exist."),
            StatusCode::FORBIDDEN => ("AccessDenied", "Access Denied"),
            _ => ("InternalError", "The page could not be read."),
        };
        let code = element("Code").unwrap_or_else(|| code.to_owned());
        let message = element("Message").unwrap_or_else(|| message.to_owned());
        Self(vec![("Code", code), ("Message", message)])
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, value.to_owned()));
        self
    }

    fn write(&self, page: &mut String) {
        page.push_str("<ul>\n");
        for (name, value) in &self.0 {
            // Writing into a String cannot fail.
            let _ = writeln!(page, "<li>{name}: {}</li>", escaped(value));
        }
        page.push_str("</ul>\n");
    }
}

impl Fault {
    pub(crate) fn new(status: StatusCode, code: &str, message: &str) -> Self {
        let told = NestedFault(Vec::new());
        Self {
            status,
            told: told.with("Code", code).with("Message", message),
            nested: None,
        }
    }

    /// Makes a page of an error of S3.
    pub(crate) fn of_document(response: &Response<Body>) -> Self {
        Self {
            status: response.status(),
            told: NestedFault::of_document(response),
            nested: None,
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.told = self.told.with(name, value);
        self
    }

    pub(crate) fn nesting(mut self, nested: NestedFault) -> Self {
        self.nested = Some(nested);
        self
    }

    /// Returns the code of the error.
    pub(super) fn code(&self) -> Option<&str> {
        let mut told = self.told.0.iter();
        let (_, code) = told.find(|(name, _)| *name == "Code")?;
        Some(code)
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Makes an answer that becomes the page when it is finished.
    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self);
        response
    }

    fn page(mut self, request_id: &str, host_id: &str) -> String {
        self.told = self
            .told
            .with("RequestId", request_id)
            .with("HostId", host_id);
        let status = self.status;
        let mut page =
            format!("<html>\n<head><title>{status}</title></head>\n<body>\n<h1>{status}</h1>\n");
        self.told.write(&mut page);
        if let Some(nested) = self.nested {
            page.push_str(
                "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n",
            );
            nested.write(&mut page);
        }
        page.push_str("<hr/>\n</body>\n</html>\n");
        page
    }
}

/// Puts the ids on an answer of a web site, and writes the page of an error. A site has a host name of its
/// own, so its scripts may run: they reach nothing of the endpoint.
pub(super) fn finish_page(mut response: Response<Body>, request_id: &str) -> Response<Body> {
    let host_id = STANDARD.encode(random::<48>());
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        let page = fault.page(request_id, &host_id);
        *response.body_mut() = Body::from(Bytes::from(page));
        let headers = response.headers_mut();
        headers.remove(CONTENT_LENGTH);
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        headers.insert(CONTENT_TYPE, html);
    } else if response.status() == StatusCode::NOT_MODIFIED {
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().remove(CONTENT_TYPE);
    }
    identify(&mut response, request_id, &host_id);
    let nosniff = HeaderValue::from_static("nosniff");
    let headers = response.headers_mut();
    headers.insert("x-content-type-options", nosniff);
    response
}
