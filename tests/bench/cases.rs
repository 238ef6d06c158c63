//! What is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use stave_tests::client::causes;
use stave_tests::files::bytes;

use crate::report::Report;
use crate::target::Target;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// Size of a body, and how many operations are measured alone and by sixteen at once.
const SIZES: [(&str, usize, usize, usize); 4] = [
    ("4 KiB", 4 * KIB, 500, 4_000),
    ("64 KiB", 64 * KIB, 400, 2_000),
    ("1 MiB", MIB, 100, 400),
    ("64 MiB", 64 * MIB, 6, 16),
];
const LIST_PAGES: usize = 100;
const PART: usize = 16 * MIB;

type Failure = String;

/// What is measured, and how much of it.
pub struct Extent {
    /// Only cases whose name contains one of these; all where it is empty.
    pub only: Vec<String>,
    /// A tenth of the operations.
    pub quick: bool,
    /// How many keys the listed prefix holds.
    pub keys: usize,
    /// How many parts the multipart upload has.
    pub parts: i32,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            only: Vec::new(),
            quick: false,
            keys: 100_000,
            parts: 64,
        }
    }
}

impl Extent {
    fn wants(&self, case: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| case.contains(word.as_str()))
    }

    /// Returns how many of `count` operations are run.
    fn of(&self, count: usize) -> usize {
        if self.quick {
            (count / 10).max(2)
        } else {
            count
        }
    }
}

/// Runs the cases in a bucket of its own and adds them to the report.
pub async fn run(target: &Target, extent: &Extent, report: &mut Report) -> Result<(), Failure> {
    let bucket = format!("bench-{}", std::process::id());
    let create = target.client.create_bucket().bucket(&bucket);
    create
        .send()
        .await
        .map_err(|why| said("CreateBucket", &why))?;
    for (label, size, alone, together) in SIZES {
        for (at_once, count) in [(1, extent.of(alone)), (16, extent.of(together))] {
            let case = format!("{label} x{at_once}");
            if extent.wants(&format!("PUT {case}")) || extent.wants(&format!("GET {case}")) {
                let load = Load {
                    prefix: format!("{size}/{at_once}/"),
                    size,
                    count,
                    at_once,
                };
                bodies(target, &bucket, &case, &load, report).await?;
            }
        }
    }
    if extent.wants("LIST") {
        listing(target, &bucket, extent.of(extent.keys), report).await?;
    }
    if extent.wants("multipart") {
        let parts = extent.parts / if extent.quick { 8 } else { 1 };
        upload(target, &bucket, parts, report).await?;
    }
    Ok(())
}

/// Bodies to be written: how large, how many, and how many at once.
struct Load {
    prefix: String,
    size: usize,
    count: usize,
    at_once: usize,
}

async fn bodies(
    target: &Target,
    bucket: &str,
    case: &str,
    load: &Load,
    report: &mut Report,
) -> Result<(), Failure> {
    let (name, size) = (&target.name, load.size as u64);
    let (each, all) = puts(target, bucket, load).await?;
    report.add(name, &format!("PUT {case}"), each, all, size);
    let (each, all) = gets(target, bucket, load).await?;
    report.add(name, &format!("GET {case}"), each, all, size);
    Ok(())
}

/// Fills a prefix and lists it.
async fn listing(
    target: &Target,
    bucket: &str,
    keys: usize,
    report: &mut Report,
) -> Result<(), Failure> {
    let load = Load {
        prefix: "list/".to_owned(),
        size: 16,
        count: keys,
        at_once: 32,
    };
    puts(target, bucket, &load).await?;
    let (each, all) = lists(target, bucket, keys).await?;
    report.add(&target.name, &format!("LIST 1000 of {keys}"), each, all, 0);
    Ok(())
}

async fn upload(
    target: &Target,
    bucket: &str,
    parts: i32,
    report: &mut Report,
) -> Result<(), Failure> {
    let took = multipart(target, bucket, parts).await?;
    let bytes = PART as u64 * u64::from(parts.unsigned_abs());
    let case = format!("multipart {parts} x 16 MiB");
    report.add(&target.name, &case, vec![took], took, bytes);
    Ok(())
}

/// Runs `count` operations, `at_once` at a time; returns the time of each and of all.
async fn many<F, Fut>(
    count: usize,
    at_once: usize,
    operation: F,
) -> Result<(Vec<Duration>, Duration), Failure>
where
    F: Fn(usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<(), Failure>> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let workers = (0..at_once).map(|_| {
        let (next, operation) = (next.clone(), operation.clone());
        tokio::spawn(async move {
            let mut each = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok::<_, Failure>(each);
                }
                let began = Instant::now();
                operation(number).await?;
                each.push(began.elapsed());
            }
        })
    });
    let mut each = Vec::with_capacity(count);
    for worker in workers.collect::<Vec<_>>() {
        each.extend(
            worker
                .await
                .map_err(|why| format!("a worker ended early: {why}"))??,
        );
    }
    Ok((each, began.elapsed()))
}

async fn puts(
    target: &Target,
    bucket: &str,
    load: &Load,
) -> Result<(Vec<Duration>, Duration), Failure> {
    let body = Bytes::from(bytes(0, load.size));
    let (client, bucket, prefix) = (
        target.client.clone(),
        bucket.to_owned(),
        load.prefix.clone(),
    );
    many(load.count, load.at_once, move |number| {
        put(
            client.clone(),
            bucket.clone(),
            format!("{prefix}{number:08}"),
            body.clone(),
        )
    })
    .await
}

async fn put(client: Client, bucket: String, key: String, body: Bytes) -> Result<(), Failure> {
    let sent = client
        .put_object()
        .bucket(bucket)
        .key(key)
        .body(ByteStream::from(body))
        .send()
        .await;
    sent.map(drop).map_err(|why| said("PutObject", &why))
}

async fn gets(
    target: &Target,
    bucket: &str,
    load: &Load,
) -> Result<(Vec<Duration>, Duration), Failure> {
    let (client, bucket, prefix) = (
        target.client.clone(),
        bucket.to_owned(),
        load.prefix.clone(),
    );
    many(load.count, load.at_once, move |number| {
        get(
            client.clone(),
            bucket.clone(),
            format!("{prefix}{number:08}"),
        )
    })
    .await
}

async fn get(client: Client, bucket: String, key: String) -> Result<(), Failure> {
    let mut got = client
        .get_object()
        .bucket(bucket)
        .key(key)
        .send()
        .await
        .map_err(|why| said("GetObject", &why))?;
    while got
        .body
        .try_next()
        .await
        .map_err(|why| said("the body", &why))?
        .is_some()
    {}
    Ok(())
}

/// Lists pages of a thousand from places spread over the keys.
async fn lists(
    target: &Target,
    bucket: &str,
    keys: usize,
) -> Result<(Vec<Duration>, Duration), Failure> {
    let (client, bucket) = (target.client.clone(), bucket.to_owned());
    many(LIST_PAGES, 1, move |page| {
        list(
            client.clone(),
            bucket.clone(),
            format!("list/{:08}", page * keys / LIST_PAGES),
        )
    })
    .await
}

async fn list(client: Client, bucket: String, after: String) -> Result<(), Failure> {
    let listing = client
        .list_objects_v2()
        .bucket(bucket)
        .prefix("list/")
        .start_after(after);
    listing
        .send()
        .await
        .map(drop)
        .map_err(|why| said("ListObjectsV2", &why))
}

async fn multipart(target: &Target, bucket: &str, parts: i32) -> Result<Duration, Failure> {
    let (client, bytes) = (target.client.clone(), Bytes::from(bytes(0, PART)));
    let began = Instant::now();
    let upload = client
        .create_multipart_upload()
        .bucket(bucket)
        .key("large")
        .send()
        .await;
    let upload = upload
        .map_err(|why| said("CreateMultipartUpload", &why))?
        .upload_id
        .unwrap_or_default();
    let mut done = Vec::new();
    for four in (1..=parts).collect::<Vec<_>>().chunks(4) {
        let sends = four.iter().map(|number| {
            let part = client
                .upload_part()
                .bucket(bucket)
                .key("large")
                .upload_id(&upload)
                .part_number(*number);
            let send = part.body(ByteStream::from(bytes.clone())).send();
            async move {
                send.await
                    .map(|sent| (*number, sent.e_tag))
                    .map_err(|why| said("UploadPart", &why))
            }
        });
        for sent in futures::future::join_all(sends).await {
            let (number, tag) = sent?;
            done.push(
                CompletedPart::builder()
                    .part_number(number)
                    .set_e_tag(tag)
                    .build(),
            );
        }
    }
    let parts = CompletedMultipartUpload::builder()
        .set_parts(Some(done))
        .build();
    let complete = client
        .complete_multipart_upload()
        .bucket(bucket)
        .key("large")
        .upload_id(upload);
    complete
        .multipart_upload(parts)
        .send()
        .await
        .map_err(|why| said("CompleteMultipartUpload", &why))?;
    Ok(began.elapsed())
}

fn said(what: &str, why: &(dyn std::error::Error + 'static)) -> Failure {
    format!("{what}: {}", causes(why))
}
