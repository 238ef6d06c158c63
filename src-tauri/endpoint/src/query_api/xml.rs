//! Elements of an answer, in the order in which they are told.

use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use stave_model::Timestamp;

use crate::server::push_element;

/// What IAM leaves as it is in a policy that it tells: the unreserved characters of an address.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Elements beside each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Xml(String);

impl Xml {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds an element of text.
    #[must_use]
    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        push_element(&mut self.0, name, value);
        self
    }

    /// Adds an element of text where there is one.
    #[must_use]
    pub(super) fn text_of(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// Adds a number.
    #[must_use]
    pub(super) fn number(self, name: &str, value: impl Into<u64>) -> Self {
        self.text(name, &value.into().to_string())
    }

    /// Adds a moment, to the second, as these services tell it.
    #[must_use]
    pub(super) fn moment(self, name: &str, at: Timestamp) -> Self {
        self.text(name, &moment(at))
    }

    /// Adds a policy as IAM tells it: encoded as for an address.
    #[must_use]
    pub(super) fn policy(self, name: &str, document: &str) -> Self {
        let encoded = utf8_percent_encode(document, &UNRESERVED);
        self.text(name, &encoded.to_string())
    }

    /// Adds an element of elements.
    #[must_use]
    pub(super) fn nested(mut self, name: &str, inner: &Self) -> Self {
        self.0
            .extend(["<", name, ">", inner.0.as_str(), "</", name, ">"]);
        self
    }

    /// Adds a list; each of `members` is one of its members.
    #[must_use]
    pub(super) fn list(self, name: &str, members: impl IntoIterator<Item = Self>) -> Self {
        let members = members.into_iter();
        let members = members.fold(Self::new(), |list, member| list.nested("member", &member));
        self.nested(name, &members)
    }

    /// Adds a list of texts.
    #[must_use]
    pub(super) fn texts<'t>(self, name: &str, members: impl IntoIterator<Item = &'t str>) -> Self {
        let members = members.into_iter();
        let members = members.fold(Self::new(), |list, member| list.text("member", member));
        self.nested(name, &members)
    }

    /// Writes the document whose root is `name`.
    pub(super) fn document(self, name: &str, namespace: Option<&str>) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.extend(["<", name]);
        if let Some(namespace) = namespace {
            xml.extend([" xmlns=\"", namespace, "\""]);
        }
        xml.extend([">", self.0.as_str(), "</", name, ">"]);
        xml
    }
}

fn moment(at: Timestamp) -> String {
    let at = DateTime::<Utc>::from_timestamp_millis(at.as_millis()).unwrap_or_default();
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_follow_one_another() {
        let xml = Xml::new()
            .text("A", "x & y")
            .text_of("None", None)
            .number("N", 7_u32)
            .moment("At", Timestamp::from_millis(1_700_000_000_999))
            .policy("P", "{\"a b\"}")
            .list("L", [Xml::new().text("B", "1"), Xml::new()])
            .texts("T", ["one", "two"]);
        assert_eq!(
            xml.0,
            "<A>x &amp; y</A><N>7</N><At>2023-11-14T22:13:20Z</At><P>%7B%22a%20b%22%7D</P>\
             <L><member><B>1</B></member><member></member></L>\
             <T><member>one</member><member>two</member></T>"
        );
    }
}
