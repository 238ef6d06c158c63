//! Reads a request as it is sent.

use crate::doctor::pasted::{FormFields, Pasted, Shape};

const METHODS: [&str; 7] = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"];

/// Reads a request line, headers and a body.
pub(super) fn read(text: &str) -> Option<Pasted> {
    let text = text.replace("\r\n", "\n");
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines().map(|line| line.trim_start_matches("> "));
    let mut words = lines.next()?.split_whitespace();
    let method = words.next().filter(|word| METHODS.contains(word))?;
    let target = words.next()?;
    if !words
        .next()
        .is_none_or(|version| version.starts_with("HTTP/"))
    {
        return None;
    }
    let mut pasted = Pasted::empty(Shape::Request);
    pasted.method = Some(method.to_owned());
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        take_header(&mut pasted, name, value);
    }
    if target.contains("://") {
        super::link::take_url(&mut pasted, target)?;
    } else {
        pasted.take_target(target);
    }
    if !body.is_empty() {
        pasted.form = form_of(&pasted, body);
        pasted.body = Some(body.as_bytes().to_vec());
    }
    Some(pasted)
}

/// Takes a header; the host has a place of its own.
pub(super) fn take_header(pasted: &mut Pasted, name: &str, value: &str) {
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
    if name == "host" {
        pasted.host = value.to_ascii_lowercase();
    } else {
        pasted.headers.push((name, value.to_owned()));
    }
}

/// Reads the fields of a multipart body.
fn form_of(pasted: &Pasted, body: &str) -> Option<FormFields> {
    let content_type = pasted.header("content-type")?;
    let (_, boundary) = content_type.split_once("boundary=")?;
    if !content_type
        .to_ascii_lowercase()
        .starts_with("multipart/form-data")
    {
        return None;
    }
    let boundary = format!("--{}", boundary.split(';').next()?.trim().trim_matches('"'));
    let mut form = FormFields::default();
    for part in body.split(boundary.as_str()).skip(1) {
        let Some((head, value)) = part.trim_start_matches('\n').split_once("\n\n") else {
            continue;
        };
        let value = value.strip_suffix('\n').unwrap_or(value);
        let name = head
            .split("name=\"")
            .nth(1)
            .and_then(|n| n.split('"').next());
        match name {
            Some("file") => form.file_bytes = u64::try_from(value.len()).ok(),
            Some(name) => form.fields.push((name.to_owned(), value.to_owned())),
            None => {}
        }
    }
    Some(form)
}
