//! Requests that read differently to two readers. Each gets 400 and a closed connection, and what hides
//! behind it is not done, however well it is signed.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::SignableBody;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::kit::{BUCKET, Served};
use crate::raw::Raw;

/// The longest that a connection may stay open which has to be closed: far less than an idle one stays.
const CLOSED_WITHIN: Duration = Duration::from_secs(20);

/// Sends bytes, leaves our side open, and returns all that comes until the other side closes.
async fn until_closed(served: &Served, name: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(served.host()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let read = tokio::time::timeout(CLOSED_WITHIN, read).await;
    read.unwrap_or_else(|_| panic!("{name}: the connection stays open"))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    String::from_utf8_lossy(&answer).into_owned()
}

/// A signed PUT that would pass by itself, written out: what is smuggled.
fn hidden(served: &Served) -> Vec<u8> {
    let put = Raw::new(served, "PUT", "/photos/smuggled").body("x");
    put.signed().bytes()
}

async fn keys(served: &Served) -> Vec<String> {
    let listed = served.client().list_objects_v2().bucket(BUCKET).send();
    let listed = listed.await.unwrap();
    let keys = listed.contents().iter();
    keys.map(|object| object.key().unwrap().to_owned())
        .collect()
}

/// Returns the status of each answer that a connection brought.
fn statuses(answers: &str) -> Vec<&str> {
    let lines = ["HTTP/1.0 ", "HTTP/1.1 "].map(|version| answers.match_indices(version));
    let mut found: Vec<(usize, &str)> = lines
        .into_iter()
        .flatten()
        .map(|(at, version)| (at, &answers[at + version.len()..][..3]))
        .filter(|(_, status)| status.bytes().all(|b| b.is_ascii_digit()))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, status)| status).collect()
}

/// Expects each request, with a hidden one behind it, to be refused by 400 and the connection to be closed.
async fn all_are_refused(served: &Served, cases: Vec<(&str, Vec<u8>)>) {
    let hidden = hidden(served);
    let mut wrong = Vec::new();
    for (name, bytes) in cases {
        let answer = until_closed(served, name, &[bytes, hidden.clone()].concat()).await;
        if statuses(&answer) != ["400"] {
            wrong.push(format!("{name}: {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(keys(served).await, Vec::<String>::new());
    // By itself it passes: what kept it out above is what stood before it.
    let alone = until_closed(served, "alone", &hidden).await;
    assert!(alone.starts_with("HTTP/1.1 200 "), "{alone}");
}

/// A signed PUT of `hello` whose head takes further lines.
fn put_with(served: &Served, lines: &str) -> Vec<u8> {
    let mut put = Raw::new(served, "PUT", "/photos/k")
        .signed_over(&SignableBody::Bytes(b"hello"), SystemTime::now());
    put.headers.retain(|(name, _)| name != "connection");
    let head = String::from_utf8(put.bytes()).unwrap();
    let head = head.strip_suffix("\r\n").unwrap();
    format!("{head}{lines}\r\nhello").into_bytes()
}

/// A signed GET whose head, as text, is changed.
fn get_with(served: &Served, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut get = Raw::new(served, "GET", "/photos").signed();
    get.headers.retain(|(name, _)| name != "connection");
    change(String::from_utf8(get.bytes()).unwrap()).into_bytes()
}

/// A signed GET with further lines behind its first.
fn get_and(served: &Served, lines: &str) -> Vec<u8> {
    get_with(served, |get| {
        get.replacen("HTTP/1.1\r\n", &format!("HTTP/1.1\r\n{lines}"), 1)
    })
}

#[tokio::test]
async fn a_body_has_one_length_and_one_only() {
    let served = Served::new().await;
    let put = |lines: &str| put_with(&served, lines);
    all_are_refused(
        &served,
        vec![
            ("equal", put("Content-Length: 5\r\nContent-Length: 5\r\n")),
            ("other", put("Content-Length: 5\r\nContent-Length: 0\r\n")),
            ("list", put("Content-Length: 5, 5\r\n")),
            ("plus", put("Content-Length: +5\r\n")),
            ("minus", put("Content-Length: -5\r\n")),
            ("hex", put("Content-Length: 0x5\r\n")),
            ("words", put("Content-Length: 5 5\r\n")),
            ("nothing", put("Content-Length:\r\n")),
            ("huge", put("Content-Length: 18446744073709551621\r\n")),
            ("underscore", put("Content_Length: 5\r\n")),
            ("space", put("Content-Length : 5\r\n")),
            ("tab", put("Content-Length\t: 5\r\n")),
            ("folded", put("Content-Length:\r\n 5\r\n")),
            ("null", put("Content-Length: 5\0\r\n")),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_body_has_one_framing_and_one_only() {
    let served = Served::new().await;
    let put = |lines: &str| put_with(&served, lines);
    all_are_refused(
        &served,
        vec![
            (
                "length, then chunks",
                put("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            ),
            (
                "chunks, then length",
                put("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
            ),
            ("twice", put("Transfer-Encoding: chunked, chunked\r\n")),
            (
                "two lines",
                put("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            ),
            ("nearly", put("Transfer-Encoding: xchunked\r\n")),
            ("nearly too", put("Transfer-Encoding: chunkedx\r\n")),
            ("identity", put("Transfer-Encoding: identity\r\n")),
            ("gzip", put("Transfer-Encoding: gzip, chunked\r\n")),
            ("not last", put("Transfer-Encoding: chunked, identity\r\n")),
            ("quoted", put("Transfer-Encoding: \"chunked\"\r\n")),
            ("parameter", put("Transfer-Encoding: chunked;q=1\r\n")),
            ("vertical tab", put("Transfer-Encoding: \x0bchunked\r\n")),
            ("nothing", put("Transfer-Encoding:\r\n")),
            ("underscore", put("Transfer_Encoding: chunked\r\n")),
            ("space", put("Transfer-Encoding : chunked\r\n")),
            ("folded", put("Transfer-Encoding:\r\n chunked\r\n")),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_header_that_decides_stands_once() {
    let served = Served::new().await;
    let host = served.host();
    let twice = |name: &str| {
        get_with(&served, |get| {
            let line = get.lines().find(|line| line.starts_with(name)).unwrap();
            get.replacen(line, &format!("{line}\r\n{line}"), 1)
        })
    };
    let and = |lines: &str| get_and(&served, lines);
    let a_and_b = |name: &str| and(&format!("{name}: a\r\n{name}: b\r\n"));
    all_are_refused(
        &served,
        vec![
            ("host", twice("host")),
            (
                "another host",
                and(&format!("Host: evil.example\r\nHost: {host}\r\n")),
            ),
            ("authorization", twice("authorization")),
            ("x-amz-date", twice("x-amz-date")),
            ("content hash", twice("x-amz-content-sha256")),
            ("date", a_and_b("Date")),
            ("content-type", a_and_b("Content-Type")),
            ("content-encoding", a_and_b("Content-Encoding")),
            ("content-md5", a_and_b("Content-MD5")),
            ("copy source", a_and_b("x-amz-copy-source")),
            ("decoded length", a_and_b("x-amz-decoded-content-length")),
            ("target", a_and_b("x-amz-target")),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_head_is_made_of_whole_lines() {
    let served = Served::new().await;
    let with = |change: fn(String) -> String| get_with(&served, change);
    let and = |lines: &str| get_and(&served, lines);
    all_are_refused(
        &served,
        vec![
            ("folded line", and("X-Test: a\r\n b\r\n")),
            ("folded by a tab", and("X-Test: a\r\n\tb\r\n")),
            ("first line indented", and(" X-Test: a\r\n")),
            ("bare CR in a value", and("X-Test: a\rb\r\n")),
            ("bare CR before a name", and("\rX-Test: a\r\n")),
            ("bare CR as an end", and("X-Test: a\rX-Other: b\r\n")),
            ("bare LF as an end", and("X-Test: a\nX-Other: b\r\n")),
            (
                "bare LF behind the request line",
                with(|get| get.replacen("\r\n", "\n", 1)),
            ),
            (
                "bare LF behind the head",
                with(|get| get.replace("\r\n\r\n", "\r\n\n")),
            ),
            ("bare LF everywhere", with(|get| get.replace("\r\n", "\n"))),
            ("null in a value", and("X-Test: a\0b\r\n")),
            ("null in a name", and("X-Te\0st: a\r\n")),
            ("delete in a value", and("X-Test: a\x7fb\r\n")),
            ("space in a name", and("X Test: a\r\n")),
            ("space behind a name", and("X-Test : a\r\n")),
            ("no name", and(": a\r\n")),
            ("no colon", and("X-Test\r\n")),
            ("a name of other letters", and("X-T\u{e9}st: a\r\n")),
            ("a name in brackets", and("(X-Test): a\r\n")),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_request_line_says_one_thing() {
    let served = Served::new().await;
    let port = served.endpoint.port();
    let line = |line: &str| {
        let line = line.to_owned();
        get_with(&served, move |get| {
            get.replacen("GET /photos HTTP/1.1", &line, 1)
        })
    };
    let absolute = |host: &str| line(&format!("GET http://{host}:{port}/photos HTTP/1.1"));
    all_are_refused(
        &served,
        vec![
            ("another host", absolute("evil.example")),
            ("our own host", absolute("127.0.0.1")),
            ("null", line("GET /photos\0 HTTP/1.1")),
            ("bare CR", line("GET /photos\rx HTTP/1.1")),
            ("two targets", line("GET /photos /other HTTP/1.1")),
            ("a tab for a space", line("GET\t/photos HTTP/1.1")),
            ("no version", line("GET /photos")),
            ("HTTP/0.9", line("GET /photos HTTP/0.9")),
            ("HTTP/2.0", line("GET /photos HTTP/2.0")),
            ("HTTP/1.10", line("GET /photos HTTP/1.10")),
            ("lower case", line("GET /photos http/1.1")),
            ("a method that is no token", line("G(T /photos HTTP/1.1")),
        ],
    )
    .await;
}

#[tokio::test]
async fn http_1_0_has_one_request_and_no_chunks() {
    let served = Served::new().await;
    let old = |lines: &str| {
        let first = format!("HTTP/1.0\r\n{lines}");
        get_with(&served, move |get| get.replacen("HTTP/1.1\r\n", &first, 1))
    };
    all_are_refused(
        &served,
        vec![
            ("keep-alive", old("Connection: keep-alive\r\n")),
            ("among others", old("Connection: x, Keep-Alive\r\n")),
            ("chunks", old("Transfer-Encoding: chunked\r\n")),
        ],
    )
    .await;
    // One request is answered, and then the connection ends.
    let one = until_closed(&served, "one request", &old("")).await;
    assert!(one.starts_with("HTTP/1.0 200 "), "{one}");
}

/// A PUT in HTTP's own chunks whose length is told in its head, as S3 wants it.
fn chunked(served: &Served, chunks: &str) -> Vec<u8> {
    let put = Raw::new(served, "PUT", "/photos/k")
        .with("transfer-encoding", "chunked")
        .with("content-encoding", "aws-chunked")
        .with("x-amz-decoded-content-length", "5")
        .with("x-amz-trailer", "x-amz-checksum-crc32");
    let form = SignableBody::StreamingUnsignedPayloadTrailer;
    let mut put = put.signed_over(&form, SystemTime::now());
    put.headers.retain(|(name, _)| name != "connection");
    [put.bytes().as_slice(), chunks.as_bytes()].concat()
}

/// `hello` in the unsigned form of S3's chunks, 46 bytes long.
const INNER: &str = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";

#[tokio::test]
async fn chunks_are_as_long_as_they_say() {
    let served = Served::new().await;
    assert_eq!(INNER.len(), 0x2E);
    let chunks = |text: &str| chunked(&served, text);
    let one = |size: &str| chunks(&format!("{size}\r\n{INNER}\r\n0\r\n\r\n"));
    all_are_refused(
        &served,
        vec![
            ("hex mark", one("0x2E")),
            ("plus", one("+2E")),
            ("minus", one("-2E")),
            ("space before", one(" 2E")),
            ("two sizes", one("2E 2E")),
            ("no size", one("")),
            ("no digits", one("zz")),
            ("overflow", one("1000000000000002E")),
            ("one too long", one("2F")),
            ("one too short", one("2D")),
            ("null", one("2E\0")),
            ("bare CR in an extension", one("2E;a\rb")),
            (
                "bare LF behind the size",
                chunks(&format!("2E\n{INNER}\r\n0\r\n\r\n")),
            ),
            (
                "bare LF in an extension",
                chunks(&format!("2E;a\n{INNER}\r\n0\r\n\r\n")),
            ),
            (
                "bare LF behind the chunk",
                chunks(&format!("2E\r\n{INNER}\n0\r\n\r\n")),
            ),
            (
                "nothing behind the chunk",
                chunks(&format!("2E\r\n{INNER}0\r\n\r\n")),
            ),
        ],
    )
    .await;
    let mut right = one("2E");
    let close = b"connection: close\r\n";
    let at = right.windows(2).position(|pair| pair == b"\r\n").unwrap() + 2;
    right.splice(at..at, close.iter().copied());
    let right = until_closed(&served, "right", &right).await;
    assert!(right.starts_with("HTTP/1.1 200 "), "{right}");
}

#[tokio::test]
async fn a_body_that_lies_hides_nothing() {
    let served = Served::new().await;
    let put = |body: &SignableBody<'_>, length: usize, decoded: Option<&str>| {
        let mut put = Raw::new(&served, "PUT", "/photos/k");
        if let Some(decoded) = decoded {
            put = put
                .with("x-amz-decoded-content-length", decoded)
                .with("x-amz-trailer", "x-amz-checksum-crc32");
        }
        let mut put = put.signed_over(body, SystemTime::now());
        put.headers.retain(|(name, _)| name != "connection");
        put.with("content-length", &length.to_string())
    };
    let with_body = |mut put: Raw, body: &str| {
        put.body = body.into();
        put.bytes()
    };
    let hello = SignableBody::Bytes(b"hello");
    let chunks = SignableBody::StreamingUnsignedPayloadTrailer;
    all_are_refused(
        &served,
        vec![
            (
                "the head says less than was signed",
                with_body(put(&hello, 3, None), "hello"),
            ),
            (
                "the head says more than was signed, so that the body takes in what is behind",
                with_body(put(&hello, 25, None), "hello"),
            ),
            (
                "the decoded length is less",
                with_body(put(&chunks, INNER.len(), Some("4")), INNER),
            ),
            (
                "the decoded length is more",
                with_body(put(&chunks, INNER.len(), Some("6")), INNER),
            ),
            (
                "the head ends within the last chunk",
                with_body(put(&chunks, INNER.len() - 9, Some("5")), INNER),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_body_that_nobody_reads_is_no_request() {
    let served = Served::new().await;
    let hidden = hidden(&served);
    let get = Raw::new(&served, "GET", "/photos").signed();
    let mut get = get.with("content-length", &hidden.len().to_string());
    get.headers.retain(|(name, _)| name != "connection");
    let answer = until_closed(&served, "GET", &[get.bytes(), hidden].concat()).await;
    assert_eq!(statuses(&answer), ["400"], "{answer}");
    assert_eq!(keys(&served).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_stands_behind_a_whole_request_is_one_of_its_own() {
    let served = Served::new().await;
    let mut first = Raw::new(&served, "PUT", "/photos/first")
        .body("hello")
        .signed();
    first.headers.retain(|(name, _)| name != "connection");
    let both = [first.bytes(), hidden(&served)].concat();
    let answers = until_closed(&served, "both", &both).await;
    assert_eq!(statuses(&answers), ["200", "200"], "{answers}");
    assert_eq!(keys(&served).await, ["first", "smuggled"]);
}
