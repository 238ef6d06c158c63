//! `multipart/form-data` as a stream: parts one after another, a value in memory only as far as it is
//! allowed to be, the file piece by piece as it arrives.

use bytes::{Buf as _, Bytes, BytesMut};
use futures::StreamExt as _;
use memchr::memmem;
use s3s::Body;
use stave_store::BodyError;

use crate::s3::bodies::body_error;

/// A boundary has at most so many characters (RFC 2046).
const BOUNDARY_MAX: usize = 70;

/// Everything that is not the file may be so large; before it S3 takes 20 KB, behind it we take no more.
pub(super) const ASIDE_MAX_BYTES: usize = 20 * 1_024;

/// What is wrong with a form as such.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is no multipart/form-data, or it ended before its last boundary.
    Malformed,
    /// There is too much beside the file.
    TooLarge,
    /// Its bytes did not arrive.
    Body(BodyError),
}

/// The head of a part.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PartHead {
    /// The name of the field.
    pub(super) name: String,
    /// The name of the file, where one is told.
    pub(super) file_name: Option<String>,
}

/// A form that arrives. Between two calls the buffer begins with the delimiter of the next part.
pub(super) struct Multipart {
    body: Body,
    buffer: BytesMut,
    /// The end of a line, two hyphens and the boundary.
    delimiter: Vec<u8>,
    /// How much was read that is not the file.
    aside_bytes: usize,
}

impl Multipart {
    /// Begins to read a body; `None` where the type names no boundary.
    pub(super) fn new(content_type: &str, body: Body) -> Option<Self> {
        let media_type: mime::Mime = content_type.parse().ok()?;
        let boundary = media_type.get_param(mime::BOUNDARY)?.as_str();
        if boundary.is_empty() || boundary.len() > BOUNDARY_MAX {
            return None;
        }
        Some(Self {
            body,
            // The first delimiter needs no line before it.
            buffer: BytesMut::from(&b"\r\n"[..]),
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            aside_bytes: 0,
        })
    }

    /// Goes on to the next part; `None` behind the last.
    pub(super) async fn next_part(&mut self) -> Result<Option<PartHead>, Fault> {
        // Before the first part there may be words for readers that know no forms.
        self.value().await?;
        self.take_aside(self.delimiter.len())?;
        self.at_least(2).await?;
        if self.buffer.starts_with(b"--") {
            return Ok(None);
        }
        let end = self.find_aside(b"\r\n\r\n").await?;
        let head = self.take_aside(end)?;
        self.take_aside(4)?;
        parse_head(&head).map(Some)
    }

    /// Reads the value of the present part whole.
    pub(super) async fn value(&mut self) -> Result<Bytes, Fault> {
        let delimiter = std::mem::take(&mut self.delimiter);
        let end = self.find_aside(&delimiter).await;
        self.delimiter = delimiter;
        self.take_aside(end?)
    }

    /// Reads the next piece of the present part; `None` at its end. The piece counts as the file's.
    pub(super) async fn piece(&mut self) -> Result<Option<Bytes>, Fault> {
        loop {
            match memmem::find(&self.buffer, &self.delimiter) {
                Some(0) => return Ok(None),
                Some(end) => return Ok(Some(self.buffer.split_to(end).freeze())),
                None => {}
            }
            // The end of the buffer may be the beginning of the delimiter.
            let safe = self.buffer.len().saturating_sub(self.delimiter.len() - 1);
            if safe > 0 {
                return Ok(Some(self.buffer.split_to(safe).freeze()));
            }
            self.fill().await?;
        }
    }

    /// Reads what stands behind the file to the end of the body: S3 ignores it, but without the last
    /// boundary the form was broken off.
    pub(super) async fn finish(mut self) -> Result<(), Fault> {
        self.aside_bytes = 0;
        while self.next_part().await?.is_some() {}
        loop {
            self.take_aside(self.buffer.len())?;
            match self.body.next().await {
                None => return Ok(()),
                Some(Ok(bytes)) => self.buffer.extend_from_slice(&bytes),
                Some(Err(error)) => return Err(Fault::Body(body_error(error.as_ref()))),
            }
        }
    }

    async fn find_aside(&mut self, pattern: &[u8]) -> Result<usize, Fault> {
        let mut from = 0;
        loop {
            if let Some(at) = memmem::find(&self.buffer[from..], pattern) {
                return Ok(from + at);
            }
            from = self.buffer.len().saturating_sub(pattern.len() - 1);
            if self.aside_bytes + from > ASIDE_MAX_BYTES {
                return Err(Fault::TooLarge);
            }
            self.fill().await?;
        }
    }

    fn take_aside(&mut self, length: usize) -> Result<Bytes, Fault> {
        self.aside_bytes += length;
        if self.aside_bytes > ASIDE_MAX_BYTES {
            return Err(Fault::TooLarge);
        }
        let taken = self.buffer.copy_to_bytes(length);
        Ok(taken)
    }

    async fn at_least(&mut self, length: usize) -> Result<(), Fault> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Ok(())
    }

    async fn fill(&mut self) -> Result<(), Fault> {
        match self.body.next().await {
            None => Err(Fault::Malformed),
            Some(Ok(bytes)) => {
                self.buffer.extend_from_slice(&bytes);
                Ok(())
            }
            Some(Err(error)) => Err(Fault::Body(body_error(error.as_ref()))),
        }
    }
}

fn parse_head(head: &[u8]) -> Result<PartHead, Fault> {
    let head = std::str::from_utf8(head).map_err(|_| Fault::Malformed)?;
    let mut lines = head.split("\r\n");
    // The rest of the delimiter's line.
    if !lines.next().unwrap_or_default().trim().is_empty() {
        return Err(Fault::Malformed);
    }
    let disposition = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    });
    let (kind, parameters) = disposition
        .ok_or(Fault::Malformed)?
        .split_once(';')
        .ok_or(Fault::Malformed)?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return Err(Fault::Malformed);
    }
    let (mut name, mut file_name) = (None, None);
    for (parameter, value) in parse_parameters(parameters)? {
        match parameter.to_ascii_lowercase().as_str() {
            "name" => name = Some(value),
            "filename" => file_name = Some(value),
            _ => {}
        }
    }
    let name = name.ok_or(Fault::Malformed)?;
    Ok(PartHead { name, file_name })
}

/// Parses `a="b"; c=d`.
fn parse_parameters(mut text: &str) -> Result<Vec<(&str, String)>, Fault> {
    let mut parameters = Vec::new();
    loop {
        text = text.trim_start_matches([' ', '\t', ';']);
        if text.is_empty() {
            return Ok(parameters);
        }
        let (name, rest) = text.split_once('=').ok_or(Fault::Malformed)?;
        let (value, rest) = if let Some(quoted) = rest.strip_prefix('"') {
            quoted_value(quoted).ok_or(Fault::Malformed)?
        } else {
            let end = rest.find(';').unwrap_or(rest.len());
            (rest[..end].trim().to_owned(), &rest[end..])
        };
        parameters.push((name.trim(), value));
        text = rest;
    }
}

/// Reads to the closing quote. Only a quote is escaped: a backslash may part the folders of a path.
fn quoted_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' if chars.peek().is_some_and(|(_, next)| *next == '"') => {
                value.push('"');
                chars.next();
            }
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use futures::stream;

    /// Reads a form that arrives in pieces of some size, as `name[@file]=value` for each part.
    fn read(body: &[u8], piece: usize) -> Result<Vec<String>, Fault> {
        let pieces: Vec<_> = body.chunks(piece).map(Bytes::copy_from_slice).collect();
        let pieces = stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
        let frames = pieces.map(|bytes| bytes.map(http_body::Frame::data));
        let body = Body::http_body(http_body_util::StreamBody::new(frames));
        let mut form = Multipart::new("multipart/form-data; boundary=XX", body).unwrap();
        block_on(async {
            let mut parts = Vec::new();
            while let Some(head) = form.next_part().await? {
                let file_name = head.file_name.map(|name| format!("@{name}"));
                let value = if head.name == "file" {
                    let mut value = Vec::new();
                    while let Some(piece) = form.piece().await? {
                        value.extend_from_slice(&piece);
                    }
                    value
                } else {
                    form.value().await?.to_vec()
                };
                let value = String::from_utf8(value).unwrap();
                let file_name = file_name.unwrap_or_default();
                parts.push(format!("{}{file_name}={value}", head.name));
            }
            Ok(parts)
        })
    }

    const FORM: &str = "--XX\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na\r\n--X\r\nb\r\n\
        --XX  \r\ncontent-type: text/plain\r\ncontent-disposition: form-data; name=file; \
        filename=\"C:\\dir\\\"f\\\".txt\"\r\n\r\nhel\rlo\r\n-\r\n--XX--\r\n";

    #[test]
    fn parts_are_read_wherever_the_network_cuts() {
        for piece in 1..FORM.len() {
            let parts = read(FORM.as_bytes(), piece).unwrap();
            assert_eq!(
                parts,
                ["key=a\r\n--X\r\nb", "file@C:\\dir\"f\".txt=hel\rlo\r\n-"],
                "in pieces of {piece}"
            );
        }
    }

    #[test]
    fn words_before_the_first_part_are_passed_over() {
        let form = format!("This is a form.\r\n{FORM}");
        assert_eq!(read(form.as_bytes(), 7).unwrap().len(), 2);
    }

    #[test]
    fn a_form_that_ends_anywhere_before_its_end_is_malformed() {
        let end = FORM.len() - "--\r\n".len();
        for length in 0..=end {
            let broken = read(&FORM.as_bytes()[..length], 11);
            assert!(matches!(broken, Err(Fault::Malformed)), "{length}");
        }
    }

    #[test]
    fn what_is_no_part_is_malformed() {
        for head in [
            "Content-Type: text/plain",
            "Content-Disposition: attachment; name=a",
            "Content-Disposition: form-data",
            "Content-Disposition: form-data; filename=a",
            "Content-Disposition: form-data; name=\"a",
            "Content-Disposition: form-data; name",
        ] {
            let form = format!("--XX\r\n{head}\r\n\r\nv\r\n--XX--\r\n");
            let read = read(form.as_bytes(), 100);
            assert!(matches!(read, Err(Fault::Malformed)), "{head}");
        }
    }

    #[test]
    fn fields_have_a_limit_and_the_file_has_none() {
        let form = |name: &str, length: usize| {
            let value = "v".repeat(length);
            let head = format!("Content-Disposition: form-data; name={name}");
            format!("--XX\r\n{head}\r\n\r\n{value}\r\n--XX--\r\n")
        };
        let small = form("a", 20_000);
        assert!(read(small.as_bytes(), 1_000).is_ok());
        let large = form("a", 20_480);
        assert!(matches!(
            read(large.as_bytes(), 1_000),
            Err(Fault::TooLarge)
        ));
        assert!(matches!(
            read(large.as_bytes(), 100_000),
            Err(Fault::TooLarge)
        ));
        let file = form("file", 100_000);
        assert!(read(file.as_bytes(), 1_000).is_ok());
    }

    #[test]
    fn a_type_without_a_boundary_is_no_form() {
        for content_type in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary",
            "no type",
        ] {
            assert!(Multipart::new(content_type, Body::empty()).is_none());
        }
        let long = format!("multipart/form-data; boundary={}", "x".repeat(71));
        assert!(Multipart::new(&long, Body::empty()).is_none());
    }
}
