//! What somebody pasted, read as the request that it is.

use percent_encoding::percent_decode_str;

use super::surroundings::Scheme;
use super::words::{Cause, Finding};

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A link: its method and headers are those of whoever opens it.
    Link,
    /// A `curl` line, or a request as it is sent.
    Request,
    /// What a server says that it got.
    Answer,
}

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Pasted {
    pub(super) shape: Shape,
    pub(super) method: Option<String>,
    pub(super) scheme: Option<Scheme>,
    /// As it is sent, with its port.
    pub(super) host: String,
    /// As it is sent, percent-encoded.
    pub(super) path: String,
    /// The parameters, decoded.
    pub(super) query: Vec<(String, String)>,
    /// The headers, their names in lower case, without the host.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
    /// The fields of a form.
    pub(super) form: Option<FormFields>,
    /// What had to be mended before it could be read.
    pub(super) mended: Vec<(Cause, Finding)>,
    /// What a server said of it.
    pub(super) answer: Option<Answer>,
}

/// The fields of a form, and the size of its file.
#[derive(Debug, Clone, Default)]
pub(super) struct FormFields {
    pub(super) fields: Vec<(String, String)>,
    pub(super) file_bytes: Option<u64>,
}

/// An error document.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) elements: Vec<(String, String)>,
}

impl Answer {
    pub(super) fn element(&self, name: &str) -> Option<&str> {
        let found = self.elements.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl Pasted {
    /// Begins a request that says nothing yet.
    pub(super) fn empty(shape: Shape) -> Self {
        Self {
            shape,
            method: None,
            scheme: None,
            host: String::new(),
            path: "/".to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            form: None,
            mended: Vec::new(),
            answer: None,
        }
    }

    /// Takes the parts of a URL, or of a target.
    pub(super) fn take_target(&mut self, target: &str) {
        let target = target.split('#').next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        path.clone_into(&mut self.path);
        if self.path.is_empty() {
            "/".clone_into(&mut self.path);
        }
        self.query = parameters(query);
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Reads the parameters of a query. A plus stays one: S3 takes it for what it is.
pub(super) fn parameters(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}
