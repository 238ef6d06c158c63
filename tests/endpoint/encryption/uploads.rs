//! Multipart uploads under each kind of encryption.

use stave_endpoint::Dialect;

use super::{
    ALGORITHM, ANN, BEN, KMS_KEY, ask, done, key, put, refused, tells_customer, tells_kms,
};
use crate::kit::{BUCKET, PART, Served};
use crate::raw::{Answer, Raw};

/// Returns what stands in an element.
fn element<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let (_, rest) = answer.body.split_once(&format!("<{name}>")).unwrap();
    rest.split_once('<').unwrap().0
}

async fn begin(served: &Served, request: Raw) -> (String, Answer) {
    let begun = done(served, request).await;
    (element(&begun, "UploadId").to_owned(), begun)
}

fn creation(served: &Served) -> Raw {
    Raw::new(served, "POST", "/photos/m?uploads").body("")
}

fn part(served: &Served, upload: &str, number: u8, body: &str) -> Raw {
    let target = format!("/photos/m?partNumber={number}&uploadId={upload}");
    put(served, &target, body)
}

fn completion(served: &Served, upload: &str, tags: &[String]) -> Raw {
    let part = |(at, tag): (usize, &String)| {
        let number = at + 1;
        format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>")
    };
    let parts: Vec<String> = tags.iter().enumerate().map(part).collect();
    let parts = parts.concat();
    let xml = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    Raw::new(served, "POST", &format!("/photos/m?uploadId={upload}")).body(xml)
}

fn tag(answer: &Answer) -> String {
    answer.header("etag").unwrap().to_owned()
}

#[tokio::test]
async fn each_part_of_an_upload_brings_the_customers_key() {
    let served = Served::new().await;
    let (upload, begun) = begin(&served, ANN.on(creation(&served))).await;
    tells_customer(&begun, &ANN);
    let first = "a".repeat(PART);
    let says = "Subsequent part requests must include the appropriate encryption parameters.";
    let bare = part(&served, &upload, 1, "x");
    refused(&served, bare, 400, "InvalidRequest", says).await;
    let other = BEN.on(part(&served, &upload, 1, "x"));
    let says = "did not match the ones used originally.";
    refused(&served, other, 400, "InvalidRequest", says).await;
    let one = done(&served, ANN.on(part(&served, &upload, 1, &first))).await;
    tells_customer(&one, &ANN);
    done(&served, put(&served, "/photos/source", "tail")).await;
    let two = part(&served, &upload, 2, "").with("x-amz-copy-source", "/photos/source");
    let two = done(&served, ANN.on(two)).await;
    tells_customer(&two, &ANN);
    let tags = [tag(&one), element(&two, "ETag").replace("&quot;", "\"")];
    let whole = done(&served, ANN.on(completion(&served, &upload, &tags))).await;
    tells_customer(&whole, &ANN);
    let tail = ask(&served, "GET", "/photos/m").with("range", "bytes=-6");
    let tail = done(&served, ANN.on(tail)).await;
    assert_eq!(tail.body, "aatail");
    let second = done(
        &served,
        ANN.on(ask(&served, "GET", "/photos/m?partNumber=2")),
    )
    .await;
    assert_eq!(second.body, "tail");
    let keyless = ask(&served, "GET", "/photos/m");
    refused(&served, keyless, 400, "InvalidRequest", "").await;
}

#[tokio::test]
async fn ceph_demands_the_customers_key_at_the_end_too() {
    let served = Served::with(|options| options.dialect = Dialect::Ceph).await;
    let create = served.client().create_bucket().bucket(BUCKET);
    create.send().await.unwrap();
    let (upload, _) = begin(&served, ANN.on(creation(&served))).await;
    let one = done(&served, ANN.on(part(&served, &upload, 1, "hello"))).await;
    let end = || completion(&served, &upload, &[tag(&one)]);
    refused(
        &served,
        end(),
        400,
        "InvalidRequest",
        "encryption parameters",
    )
    .await;
    refused(
        &served,
        BEN.on(end()),
        400,
        "InvalidRequest",
        "did not match",
    )
    .await;
    done(&served, ANN.on(end())).await;
    let (upload, _) = begin(&served, creation(&served)).await;
    let one = done(&served, part(&served, &upload, 1, "hello")).await;
    done(&served, completion(&served, &upload, &[tag(&one)])).await;
    let read = done(&served, ask(&served, "GET", "/photos/m")).await;
    assert_eq!(read.body, "hello");
}

#[tokio::test]
async fn aws_takes_the_end_of_an_upload_without_the_customers_key() {
    let served = Served::new().await;
    let (upload, _) = begin(&served, ANN.on(creation(&served))).await;
    let one = done(&served, ANN.on(part(&served, &upload, 1, "hello"))).await;
    done(&served, completion(&served, &upload, &[tag(&one)])).await;
    let read = done(&served, ANN.on(ask(&served, "GET", "/photos/m"))).await;
    assert_eq!(read.body, "hello");
}

#[tokio::test]
async fn an_upload_without_a_customers_key_takes_none() {
    let served = Served::new().await;
    let (upload, _) = begin(&served, creation(&served)).await;
    let with_key = ANN.on(part(&served, &upload, 1, "x"));
    let says = "The multipart upload initiate did not request encryption.";
    refused(&served, with_key, 400, "InvalidRequest", says).await;
}

#[tokio::test]
async fn an_upload_under_a_kms_key_says_so_once_and_is_told_so_each_time() {
    let served = Served::new().await;
    let arn = key(&served).await;
    let create = creation(&served)
        .with(ALGORITHM, "aws:kms")
        .with(KMS_KEY, &arn);
    let (upload, begun) = begin(&served, create).await;
    tells_kms(&begun, &arn);
    let again = part(&served, &upload, 1, "x").with(ALGORITHM, "aws:kms");
    let says = "x-amz-server-side-encryption header is not supported for this operation.";
    refused(&served, again, 400, "InvalidArgument", says).await;
    let one = done(&served, part(&served, &upload, 1, "hello")).await;
    tells_kms(&one, &arn);
    let whole = done(&served, completion(&served, &upload, &[tag(&one)])).await;
    tells_kms(&whole, &arn);
    let read = done(&served, ask(&served, "GET", "/photos/m")).await;
    tells_kms(&read, &arn);
    assert_eq!(read.body, "hello");
}
