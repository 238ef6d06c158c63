//! The query of a verified request.

use std::borrow::Cow;

use hyper::header::{HeaderName, HeaderValue};
use hyper::http::uri::InvalidUri;
use hyper::{HeaderMap, Uri};
use percent_encoding::percent_decode;
use s3s::{S3Error, S3Result, s3_error};

/// Parameters that authenticate; the rest of `x-amz-*` stands for headers.
const AUTHENTICATES: [&str; 8] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "x-amz-signature",
    "x-amz-security-token",
    "x-amz-content-sha256",
];

/// A query: as it came, and its names decoded.
pub(super) struct Query<'q> {
    pairs: Vec<Pair<'q>>,
}

struct Pair<'q> {
    raw: &'q str,
    name: String,
    value: Vec<u8>,
}

impl<'q> Query<'q> {
    pub(super) fn parse(query: &'q str) -> Self {
        let pairs = query.split('&').filter(|raw| !raw.is_empty());
        Self {
            pairs: pairs.map(Pair::parse).collect(),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|pair| pair.name == name)
    }

    pub(super) fn value(&self, name: &str) -> Option<&[u8]> {
        let pair = self.pairs.iter().find(|pair| pair.name == name)?;
        Some(&pair.value)
    }

    /// Returns a value that is text; one that is none names nothing that exists.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.value(name)
            .map(|value| std::str::from_utf8(value).unwrap_or_default())
    }

    /// Returns the names, decoded, in their order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|pair| pair.name.as_str())
    }

    /// Returns the names of the headers that a signer put into the query in their place.
    pub(super) fn hoisted(&self) -> Vec<String> {
        let stand = self.pairs.iter().filter(|pair| pair.stands_for_a_header());
        stand.map(|pair| pair.name.to_ascii_lowercase()).collect()
    }

    /// Returns whether the signature stands in the query.
    pub(super) fn is_signed(&self) -> bool {
        self.has("X-Amz-Signature")
    }

    /// Makes headers of what a signer put into the query in their place.
    pub(super) fn hoist(&self, headers: &mut HeaderMap) -> S3Result<()> {
        for pair in self.pairs.iter().filter(|pair| pair.stands_for_a_header()) {
            let name =
                HeaderName::from_bytes(pair.name.as_bytes()).map_err(|e| invalid(e, pair))?;
            let value = HeaderValue::from_bytes(&pair.value).map_err(|e| invalid(e, pair))?;
            if headers.get(&name).is_some_and(|present| *present != value) {
                return Err(s3_error!(
                    InvalidRequest,
                    "{} differs between header and query",
                    pair.name
                ));
            }
            headers.insert(name, value);
        }
        Ok(())
    }

    /// Returns the target without what signs and without what was hoisted.
    pub(super) fn without_signature(&self, uri: &Uri) -> S3Result<Uri> {
        if !self.is_signed() {
            return Ok(uri.clone());
        }
        let kept = self.pairs.iter().filter(|pair| !pair.is_amazons());
        let kept: Vec<&str> = kept.map(|pair| pair.raw).collect();
        let target = format!("{}?{}", uri.path(), kept.join("&"));
        target
            .parse()
            .map_err(|e: InvalidUri| S3Error::internal_error(e))
    }
}

impl<'q> Pair<'q> {
    fn parse(raw: &'q str) -> Self {
        let (name, value) = raw.split_once('=').unwrap_or((raw, ""));
        Self {
            raw,
            name: String::from_utf8_lossy(&decode(name)).into_owned(),
            value: decode(value).into_owned(),
        }
    }

    fn is_amazons(&self) -> bool {
        self.name.to_ascii_lowercase().starts_with("x-amz-")
    }

    fn stands_for_a_header(&self) -> bool {
        self.is_amazons() && !AUTHENTICATES.contains(&self.name.to_ascii_lowercase().as_str())
    }
}

/// Decodes as forms do: a plus is a space.
fn decode(text: &str) -> Cow<'_, [u8]> {
    let spaced: Vec<u8> = text
        .bytes()
        .map(|b| if b == b'+' { b' ' } else { b })
        .collect();
    Cow::Owned(percent_decode(&spaced).collect())
}

fn invalid<E>(error: E, pair: &Pair<'_>) -> S3Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    s3_error!(error, InvalidArgument, "{} is not valid", pair.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str =
        "versionId=7&X-Amz-Signature=f00&X-Amz-Date=1&x-amz-meta-a=1%2B+2&x-id=Put";

    #[test]
    fn what_a_signer_put_into_the_query_becomes_a_header() {
        let mut headers = HeaderMap::new();
        Query::parse(SIGNED).hoist(&mut headers).unwrap();
        assert_eq!(headers.len(), 1);
        assert_eq!(headers["x-amz-meta-a"], "1+ 2");
    }

    #[test]
    fn a_header_and_a_parameter_that_differ_are_refused() {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-meta-a", HeaderValue::from_static("other"));
        assert!(Query::parse(SIGNED).hoist(&mut headers).is_err());
    }

    #[test]
    fn operations_see_the_query_without_what_signs() {
        let uri: Uri = format!("/b/a%2Fb?{SIGNED}").parse().unwrap();
        let query = Query::parse(uri.query().unwrap());
        let seen = query.without_signature(&uri).unwrap();
        assert_eq!(seen.to_string(), "/b/a%2Fb?versionId=7&x-id=Put");
    }

    #[test]
    fn a_query_that_does_not_sign_stays_as_it_is() {
        let uri: Uri = "/b?x-amz-acl=1&list-type=2".parse().unwrap();
        let query = Query::parse(uri.query().unwrap());
        assert_eq!(query.without_signature(&uri).unwrap(), uri);
    }
}
