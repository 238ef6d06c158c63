//! Bad requests, a table of them: each is refused with S3's status and code, names its resource and its id,
//! and changes nothing.

mod documents;
mod encryption;
mod signing;
mod values;

use aws_sdk_s3::primitives::ByteStream;

use crate::kit::{BUCKET, Served};
use crate::raw::{Answer, Raw};

/// A request and how it is refused.
struct Row {
    name: &'static str,
    request: Raw,
    status: u16,
    code: &'static str,
    resource: String,
}

/// A vault with the bucket `photos`, in it the object `k` of five bytes, and an upload of `k` in progress.
struct Ground {
    served: Served,
    upload: String,
}

impl Ground {
    async fn new() -> Self {
        let served = Served::new().await;
        served.user("bob").await;
        let s3 = served.client();
        let body = ByteStream::from_static(b"hello");
        s3.put_object()
            .bucket(BUCKET)
            .key("k")
            .body(body)
            .send()
            .await
            .unwrap();
        let create = s3.create_multipart_upload().bucket(BUCKET).key("k");
        let upload = create.send().await.unwrap().upload_id().unwrap().to_owned();
        Self { served, upload }
    }

    fn raw(&self, method: &'static str, target: &str) -> Raw {
        Raw::new(
            &self.served,
            method,
            &target.replace("UPLOAD", &self.upload),
        )
    }
}

/// A row whose request is written out by what is special in it.
struct Plain {
    name: &'static str,
    method: &'static str,
    /// `UPLOAD` stands for the id of the upload in progress.
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    /// `None` is a request without a body and without a length.
    body: Option<&'static str>,
    status: u16,
    code: &'static str,
}

impl Plain {
    fn row(&self, ground: &Ground) -> Row {
        let mut request = ground.raw(self.method, self.target);
        for (name, value) in self.headers {
            request = request.with(name, value);
        }
        if let Some(body) = self.body {
            request = request.body(body);
        }
        Row {
            name: self.name,
            request: request.signed(),
            status: self.status,
            code: self.code,
            resource: self.target.split('?').next().unwrap().to_owned(),
        }
    }
}

/// Makes a table of plain rows: `name: METHOD target [headers] body => status Code`.
macro_rules! plain {
    ($($name:literal: $method:ident $target:literal [$($h:literal = $v:literal),*] $body:expr
        => $status:literal $code:ident;)*) => {
        &[$(crate::bad_requests::Plain {
            name: $name,
            method: stringify!($method),
            target: $target,
            headers: &[$(($h, $v)),*],
            body: $body,
            status: $status,
            code: stringify!($code),
        }),*]
    };
}
use plain;

/// Returns the text of an element.
fn element<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let inner = answer
        .body
        .split_once(&open)
        .and_then(|(_, rest)| rest.split_once(&close));
    inner.map_or("", |(text, _)| text)
}

/// Says what is wrong with a refusal; nothing where it is S3's.
fn fault(row: &Row, answer: &Answer) -> Option<String> {
    let said = (answer.status, element(answer, "Code"));
    let mut faults = Vec::new();
    if said != (row.status, row.code) {
        faults.push(format!("{said:?} instead of {:?}", (row.status, row.code)));
    }
    if element(answer, "Message").is_empty() {
        faults.push("no message".to_owned());
    }
    if element(answer, "Resource") != row.resource {
        faults.push(format!("resource {:?}", element(answer, "Resource")));
    }
    // The head was lowered by the one who read it.
    let same = |name: &str, header: &str| {
        let told = element(answer, name).to_lowercase();
        !told.is_empty() && answer.header(header) == Some(told.as_str())
    };
    if !same("RequestId", "x-amz-request-id") || !same("HostId", "x-amz-id-2") {
        faults.push("ids that differ between head and document".to_owned());
    }
    if answer.header("content-type") != Some("application/xml") {
        faults.push(format!("type {:?}", answer.header("content-type")));
    }
    (!faults.is_empty()).then(|| format!("{}: {}", row.name, faults.join(", ")))
}

#[tokio::test]
async fn each_bad_request_is_refused_in_s3s_words() {
    let ground = Ground::new().await;
    let mut rows = signing::headers(&ground);
    rows.extend(signing::links(&ground));
    rows.extend(signing::scopes(&ground));
    for table in [
        signing::CLAIMS,
        values::PLACES,
        values::NAMES,
        values::QUERIES,
        values::HEADERS,
        values::CONDITIONS,
        values::COPIES,
        values::BODIES,
        encryption::WRITES,
        encryption::READS,
        encryption::DEFAULTS,
        documents::DOCUMENTS,
        documents::MISSING,
    ] {
        rows.extend(table.iter().map(|plain| plain.row(&ground)));
    }
    rows.extend(documents::large(&ground));
    rows.extend(values::long(&ground));
    assert!(rows.len() >= 120, "{} rows", rows.len());
    let mut faults = Vec::new();
    for row in &rows {
        let answer = row.request.send(&ground.served).await;
        faults.extend(fault(row, &answer));
    }
    assert!(
        faults.is_empty(),
        "{} of {}:\n{}",
        faults.len(),
        rows.len(),
        faults.join("\n")
    );
    changed_nothing(&ground).await;
}

async fn changed_nothing(ground: &Ground) {
    let s3 = ground.served.client();
    let buckets = s3.list_buckets().send().await.unwrap();
    assert_eq!(buckets.buckets().len(), 1);
    let versions = s3
        .list_object_versions()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (versions.versions().len(), versions.delete_markers().len()),
        (1, 0)
    );
    assert_eq!(versions.versions()[0].size(), Some(5));
    let uploads = s3
        .list_multipart_uploads()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert_eq!(uploads.uploads().len(), 1);
    let parts = s3
        .list_parts()
        .bucket(BUCKET)
        .key("k")
        .upload_id(&ground.upload);
    assert_eq!(parts.send().await.unwrap().parts().len(), 0);
}

/// The answer to a HEAD has no document: its status and its ids say all.
#[tokio::test]
async fn a_bad_head_is_refused_in_silence() {
    let ground = Ground::new().await;
    for (target, status) in [
        ("/photos/none", 404),
        ("/nowhere", 404),
        ("/photos/k?partNumber=0", 400),
        ("/photos/k?versionId=%20", 400),
        ("/photos/k?versionId=nonsense", 404),
    ] {
        let answer = ground
            .raw("HEAD", target)
            .signed()
            .send(&ground.served)
            .await;
        assert_eq!(answer.status, status, "{target}: {answer:?}");
        assert_eq!(answer.body, "", "{target}");
        assert!(answer.header("x-amz-request-id").is_some(), "{target}");
        assert!(answer.header("x-amz-id-2").is_some(), "{target}");
    }
}
