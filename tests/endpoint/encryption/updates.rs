//! Another encryption of an object in its place.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ObjectEncryption, SsekmsEncryption};

use super::{ALGORITHM, ANN, BUCKET_KEY, ask, done, key, put, refused, tells_kms};
use crate::kit::{BUCKET, Served, refused as sdk_refused};
use crate::raw::Raw;

fn to(arn: &str) -> ObjectEncryption {
    let kms = SsekmsEncryption::builder()
        .kms_key_arn(arn)
        .bucket_key_enabled(true);
    ObjectEncryption::Ssekms(kms.build().unwrap())
}

fn update(served: &Served, body: &str) -> Raw {
    // The MD5 of a document is asked for; a wrong one would be told first.
    let digest = aws_sdk_digest(body.as_bytes());
    put(served, "/photos/k?encryption", body).with("x-amz-checksum-sha256", &digest)
}

fn aws_sdk_digest(bytes: &[u8]) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(bytes))
}

#[tokio::test]
async fn an_object_changes_its_encryption_and_nothing_else() {
    let served = Served::new().await;
    let s3 = served.client();
    let arn = key(&served).await;
    let put = s3.put_object().bucket(BUCKET).key("k").metadata("a", "b");
    let body = ByteStream::from_static(b"hello");
    let written = put.body(body).send().await.unwrap();
    let before = done(&served, ask(&served, "HEAD", "/photos/k")).await;
    let updated = s3
        .update_object_encryption()
        .bucket(BUCKET)
        .key("k")
        .object_encryption(to(&arn));
    updated.send().await.unwrap();
    let read = done(&served, ask(&served, "GET", "/photos/k")).await;
    tells_kms(&read, &arn);
    assert_eq!(read.header(BUCKET_KEY), Some("true"));
    assert_eq!(read.body, "hello");
    assert_eq!(read.header("etag"), written.e_tag());
    assert_eq!(read.header("x-amz-meta-a"), Some("b"));
    assert_eq!(read.header("last-modified"), before.header("last-modified"));
}

#[tokio::test]
async fn who_does_not_own_the_bucket_changes_nothing() {
    let served = Served::new().await;
    let arn = key(&served).await;
    let bob = served.user("bob").await;
    done(&served, put(&served, "/photos/k", "hello")).await;
    let update = bob
        .update_object_encryption()
        .bucket(BUCKET)
        .key("k")
        .object_encryption(to(&arn));
    sdk_refused(update.send().await, 403, "AccessDenied");
    let read = done(&served, ask(&served, "GET", "/photos/k")).await;
    assert_eq!(read.header(ALGORITHM), Some("aes256"));
}

#[tokio::test]
async fn what_s3_does_not_change_is_refused() {
    let served = Served::new().await;
    let arn = key(&served).await;
    let kms = |key: &str| {
        format!(
            "<ObjectEncryption><SSE-KMS><KMSKeyArn>{key}</KMSKeyArn></SSE-KMS></ObjectEncryption>"
        )
    };
    let invalid = "InvalidRequest";
    done(&served, ANN.on(put(&served, "/photos/k", "hello"))).await;
    let of_customer = update(&served, &kms(&arn));
    refused(&served, of_customer, 400, invalid, "SSE-C").await;
    done(&served, put(&served, "/photos/k", "hello")).await;
    let nothing = update(&served, "<ObjectEncryption></ObjectEncryption>");
    refused(
        &served,
        nothing,
        400,
        invalid,
        "a valid new encryption type",
    )
    .await;
    let alias = update(&served, &kms("alias/a"));
    refused(&served, alias, 400, invalid, "Resource Name (ARN)").await;
    let odd = update(&served, "<ObjectEncryption><SSE-S3/></ObjectEncryption>");
    refused(&served, odd, 400, "MalformedXML", "").await;
    let undigested = put(&served, "/photos/k?encryption", &kms(&arn));
    refused(&served, undigested, 400, invalid, "Content-MD5").await;
    let missing =
        kms("arn:aws:kms:us-east-1:000000000000:key/12345678-90ab-4def-8123-4567890abcde");
    let missing = update(&served, &missing);
    refused(&served, missing, 400, "KMS.NotFoundException", "").await;
    let read = done(&served, ask(&served, "GET", "/photos/k")).await;
    assert_eq!(
        (read.body.as_str(), read.header(ALGORITHM)),
        ("hello", Some("aes256"))
    );
}
