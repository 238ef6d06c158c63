//! Reads an error document, with the request that the server says it got.

use crate::doctor::pasted::{Answer, Pasted, Shape, parameters};

/// Elements that are told to nobody: they are of the server's own records.
const ELEMENTS: [&str; 14] = [
    "AWSAccessKeyId",
    "StringToSign",
    "SignatureProvided",
    "CanonicalRequest",
    "Expires",
    "ServerTime",
    "RequestTime",
    "MaxAllowedSkewMilliseconds",
    "X-Amz-Expires",
    "Region",
    "BucketName",
    "Key",
    "HeadersNotSigned",
    "Condition",
];

/// Reads the document.
pub(super) fn read(text: &str) -> Option<Pasted> {
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        let (value, _) = rest.split_once(&format!("</{name}>"))?;
        Some(unescaped(value))
    };
    let known = |name: &&str| element(name).map(|value| ((*name).to_owned(), value));
    let answer = Answer {
        code: element("Code")?,
        message: element("Message").unwrap_or_default(),
        elements: ELEMENTS.iter().filter_map(known).collect(),
    };
    let mut pasted = Pasted::empty(Shape::Answer);
    if let Some(canonical) = answer.element("CanonicalRequest") {
        take_canonical(&mut pasted, &canonical.replace("\r\n", "\n"));
    }
    pasted.answer = Some(answer);
    Some(pasted)
}

/// Reads a canonical request: the lines that a signature is over.
fn take_canonical(pasted: &mut Pasted, canonical: &str) {
    let mut lines = canonical.trim().lines();
    pasted.method = lines.next().map(str::to_owned);
    lines.next().unwrap_or("/").clone_into(&mut pasted.path);
    pasted.query = parameters(lines.next().unwrap_or_default());
    for line in lines.by_ref() {
        match line.split_once(':') {
            Some((name, value)) => super::http::take_header(pasted, name, value),
            None => break,
        }
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#13;", "")
        .replace("&amp;", "&")
}
