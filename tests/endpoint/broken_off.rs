//! Bodies that break off, that are too short or too long, or that are not what their sender says: nothing of
//! them is seen, and nothing of them stays on the disk. Each body here is long enough to be staged there.

use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::SignableBody;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::chunked::{Chunks, SIGNED, SIGNED_TRAILER};
use crate::form::{END, Form, post_of};
use crate::kit::{BUCKET, Served, bytes};
use crate::raw::Raw;

/// Long enough to be a file of its own.
const LONG: usize = 1_024 * 1_024;

/// How long a request that lost its client may take to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goes {
    ToAnObject,
    ToAPart,
}

/// What comes of a request.
#[derive(Debug, Clone, Copy)]
enum Ends {
    /// The client goes away in the middle.
    Cut,
    /// It is told this code.
    Told(u16, &'static str),
}

/// A vault with a bucket and an upload in progress.
struct Place {
    served: Served,
    upload: String,
}

impl Place {
    async fn new() -> Self {
        let served = Served::new().await;
        let create = served.client().create_multipart_upload();
        let created = create.bucket(BUCKET).key("k").send().await.unwrap();
        let upload = created.upload_id().unwrap().to_owned();
        Self { served, upload }
    }

    fn put(&self, goes: Goes) -> Raw {
        let target = match goes {
            Goes::ToAnObject => "/photos/k".to_owned(),
            Goes::ToAPart => format!("/photos/k?partNumber=1&uploadId={}", self.upload),
        };
        Raw::new(&self.served, "PUT", &target)
    }

    /// Returns how many versions and parts there are.
    async fn rows(&self) -> (usize, usize) {
        let s3 = self.served.client();
        let versions = s3
            .list_object_versions()
            .bucket(BUCKET)
            .send()
            .await
            .unwrap();
        let parts = s3
            .list_parts()
            .bucket(BUCKET)
            .key("k")
            .upload_id(&self.upload);
        let parts = parts.send().await.unwrap();
        (versions.versions().len(), parts.parts().len())
    }

    /// Returns how many files there are beside the catalog after a sweep.
    fn files(&self) -> usize {
        self.served.engine.sweep().unwrap();
        let vault = self.served.engine.dir();
        files_in(&vault.join("tmp")) + files_in(&vault.join("blobs"))
    }

    /// Sends a request and sees that nothing comes of it.
    async fn breaks(&self, name: &str, request: &[u8], ends: Ends) {
        let mut stream = TcpStream::connect(self.served.host()).await.unwrap();
        match ends {
            Ends::Cut => {
                stream.write_all(request).await.unwrap();
                stream.flush().await.unwrap();
                drop(stream);
            }
            Ends::Told(status, code) => {
                drop(stream);
                let answer = crate::raw::send(&self.served, request).await;
                assert_eq!(answer.status, status, "{name}: {answer:?}");
                answer.is_error(status, code);
            }
        }
        let emptied = async {
            while self.files() > 0 {
                tokio::task::yield_now().await;
            }
        };
        let emptied = tokio::time::timeout(PATIENCE, emptied).await;
        assert!(emptied.is_ok(), "{name}: files are left");
        assert_eq!(self.rows().await, (0, 0), "{name}");
    }
}

fn files_in(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let entries = entries.map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { files_in(&path) } else { 1 })
        .sum()
}

/// Cuts a request in the middle of its body.
fn half(request: &Raw) -> Vec<u8> {
    let all = request.bytes();
    all[..all.len() - request.body.len() / 2].to_vec()
}

#[tokio::test]
async fn what_arrives_whole_is_kept() {
    let place = Place::new().await;
    assert_eq!((place.rows().await, place.files()), ((0, 0), 0));
    for (goes, rows, files) in [(Goes::ToAnObject, (1, 0), 1), (Goes::ToAPart, (1, 1), 2)] {
        let put = place.put(goes).body(bytes(LONG)).signed();
        assert_eq!(put.send(&place.served).await.status, 200);
        assert_eq!((place.rows().await, place.files()), (rows, files));
    }
}

#[tokio::test]
async fn a_plain_body_leaves_nothing() {
    let place = Place::new().await;
    for goes in [Goes::ToAnObject, Goes::ToAPart] {
        let put = || place.put(goes);
        let whole = put().body(bytes(LONG)).signed();
        place
            .breaks("cut in the middle", &half(&whole), Ends::Cut)
            .await;
        let all = whole.bytes();
        place
            .breaks("cut before its last byte", &all[..all.len() - 1], Ends::Cut)
            .await;
        let md5 = put().with("content-md5", "XUFAKrxLKna5cZ2REBfFkg==");
        let md5 = md5.body(bytes(LONG)).signed();
        place
            .breaks("wrong MD5", &md5.bytes(), Ends::Told(400, "BadDigest"))
            .await;
        for (header, value) in [
            ("x-amz-checksum-crc32", "AAAAAA=="),
            ("x-amz-checksum-crc32c", "AAAAAA=="),
            ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA="),
            ("x-amz-checksum-sha1", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            (
                "x-amz-checksum-sha256",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            ),
        ] {
            let wrong = put().with(header, value).body(bytes(LONG)).signed();
            place
                .breaks(header, &wrong.bytes(), Ends::Told(400, "BadDigest"))
                .await;
        }
        let other = put().with("content-length", &LONG.to_string());
        let mut other = other.signed_over(&SignableBody::Bytes(b"other"), SystemTime::now());
        other.body = bytes(LONG);
        let told = Ends::Told(400, "XAmzContentSHA256Mismatch");
        place
            .breaks("other bytes than were signed", &other.bytes(), told)
            .await;
    }
}

/// A PUT whose chunks nobody signed, with a body of `LONG` bytes that says to have `decoded` of them.
fn unsigned(place: &Place, goes: Goes, decoded: usize, trailer: &str) -> Raw {
    let head = format!("{LONG:x}\r\n");
    let end = format!("\r\n0\r\n{trailer}\r\n");
    let body = [head.as_bytes(), &bytes(LONG), end.as_bytes()].concat();
    place
        .put(goes)
        .with("content-encoding", "aws-chunked")
        .with("x-amz-decoded-content-length", &decoded.to_string())
        .with("x-amz-trailer", "x-amz-checksum-crc32")
        .body(body)
        .signed_over(
            &SignableBody::StreamingUnsignedPayloadTrailer,
            SystemTime::now(),
        )
}

#[tokio::test]
async fn a_body_in_chunks_that_nobody_signed_leaves_nothing() {
    let place = Place::new().await;
    let crc = "x-amz-checksum-crc32:AAAAAA==\r\n";
    for goes in [Goes::ToAnObject, Goes::ToAPart] {
        let wrong = unsigned(&place, goes, LONG, crc);
        place
            .breaks(
                "wrong trailer",
                &wrong.bytes(),
                Ends::Told(400, "BadDigest"),
            )
            .await;
        place
            .breaks("cut in the middle", &half(&wrong), Ends::Cut)
            .await;
        let all = wrong.bytes();
        place
            .breaks("cut in the trailer", &all[..all.len() - 9], Ends::Cut)
            .await;
        let none = unsigned(&place, goes, LONG, "");
        place
            .breaks(
                "no trailer",
                &none.bytes(),
                Ends::Told(400, "InvalidRequest"),
            )
            .await;
        let less = unsigned(&place, goes, LONG + 1, crc);
        place
            .breaks(
                "too little",
                &less.bytes(),
                Ends::Told(400, "IncompleteBody"),
            )
            .await;
        let more = unsigned(&place, goes, LONG - 1, crc);
        place
            .breaks("too much", &more.bytes(), Ends::Told(400, "IncompleteBody"))
            .await;
    }
}

/// A PUT of two signed chunks of `LONG` bytes each, with the trailer `crc` where its form has one.
fn signed(place: &Place, goes: Goes, form: &str, decoded: usize, crc: &str) -> Raw {
    let at = SystemTime::now();
    let head = place
        .put(goes)
        .with("content-encoding", "aws-chunked")
        .with("x-amz-decoded-content-length", &decoded.to_string());
    let head = if form == SIGNED_TRAILER {
        head.with("x-amz-trailer", "x-amz-checksum-crc32")
    } else {
        head
    };
    let head = head.signed_over(&SignableBody::Precomputed(form.to_owned()), at);
    let chunks = Chunks::after(&head, at)
        .chunk(&bytes(LONG))
        .chunk(&bytes(LONG));
    let chunks = chunks.chunk(b"");
    let body = if form == SIGNED_TRAILER {
        chunks.trailer("x-amz-checksum-crc32", crc).body
    } else {
        chunks.end()
    };
    head.body(body)
}

#[tokio::test]
async fn a_body_in_signed_chunks_leaves_nothing() {
    let place = Place::new().await;
    for goes in [Goes::ToAnObject, Goes::ToAPart] {
        for form in [SIGNED, SIGNED_TRAILER] {
            let whole = signed(&place, goes, form, 2 * LONG, "AAAAAA==");
            place
                .breaks("cut between two chunks", &half(&whole), Ends::Cut)
                .await;
            let all = whole.bytes();
            place
                .breaks("cut in its last chunk", &all[..all.len() - 20], Ends::Cut)
                .await;
            let mut changed = whole.clone();
            let last = changed.body.len() - LONG / 2;
            changed.body[last] ^= 1;
            let told = Ends::Told(403, "SignatureDoesNotMatch");
            place
                .breaks("a changed chunk", &changed.bytes(), told)
                .await;
            let told = Ends::Told(400, "IncompleteBody");
            let less = signed(&place, goes, form, 2 * LONG + 1, "AAAAAA==");
            place.breaks("too little", &less.bytes(), told).await;
            let more = signed(&place, goes, form, 2 * LONG - 1, "AAAAAA==");
            place.breaks("too much", &more.bytes(), told).await;
        }
        let wrong = signed(&place, goes, SIGNED_TRAILER, 2 * LONG, "AAAAAA==");
        let told = Ends::Told(400, "BadDigest");
        place.breaks("wrong trailer", &wrong.bytes(), told).await;
    }
}

#[tokio::test]
async fn a_form_leaves_nothing() {
    let place = Place::new().await;
    let form = || Form::new().file(bytes(LONG));
    let whole = form().signed().post(&place.served);
    place
        .breaks("cut in its file", &half(&whole), Ends::Cut)
        .await;
    let all = whole.bytes();
    place
        .breaks("cut in its last line", &all[..all.len() - 6], Ends::Cut)
        .await;
    let fields = &all[..all.len() - LONG - 300];
    place.breaks("cut in its fields", fields, Ends::Cut).await;
    let body = [form().signed().beginning(), bytes(LONG)].concat();
    let open = post_of(&place.served, "/photos").body(body);
    let told = Ends::Told(400, "MalformedPOSTRequest");
    place
        .breaks("without a last line", &open.bytes(), told)
        .await;
    let after = [form().signed().body(), bytes(LONG)].concat();
    let after = post_of(&place.served, "/photos").body(after);
    let told = Ends::Told(400, "MaxPostPreDataLengthExceededError");
    place
        .breaks("too much behind it", &after.bytes(), told)
        .await;
    let nested = [
        form().signed().beginning(),
        bytes(LONG),
        b"\r\n--boundary".to_vec(),
        END.to_vec(),
    ];
    let nested = post_of(&place.served, "/photos").body(nested.concat());
    let told = Ends::Told(400, "MalformedPOSTRequest");
    place
        .breaks("a part that is none behind it", &nested.bytes(), told)
        .await;
}

#[tokio::test]
async fn a_form_whose_file_is_another_leaves_nothing() {
    let place = Place::new().await;
    let form = || Form::new().file(bytes(LONG));
    for (condition, code) in [
        (
            json!(["content-length-range", 0, LONG - 1]),
            "EntityTooLarge",
        ),
        (
            json!(["content-length-range", LONG + 1, 2 * LONG]),
            "EntityTooSmall",
        ),
    ] {
        let post = form().condition(condition).signed().post(&place.served);
        place
            .breaks(code, &post.bytes(), Ends::Told(400, code))
            .await;
    }
    let wrong = form().allowed("x-amz-checksum-crc32c", "AAAAAA==").signed();
    let wrong = wrong.post(&place.served).bytes();
    place
        .breaks("a wrong checksum", &wrong, Ends::Told(400, "BadDigest"))
        .await;
    let wrong = form()
        .allowed("Content-MD5", "XUFAKrxLKna5cZ2REBfFkg==")
        .signed();
    let wrong = wrong.post(&place.served).bytes();
    place
        .breaks("a wrong MD5", &wrong, Ends::Told(400, "BadDigest"))
        .await;
}
