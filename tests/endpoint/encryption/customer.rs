//! SSE-C: the customer's key comes with each request and is kept nowhere.

use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use stave_endpoint::Dialect;

use super::{ALGORITHM, ANN, BEN, ask, copy, done, put, refused, tells_customer};
use crate::form::Form;
use crate::kit::{BUCKET, Served};

#[tokio::test]
async fn an_object_is_read_with_the_key_that_it_was_written_with() {
    let served = Served::new().await;
    let written = done(&served, ANN.on(put(&served, "/photos/k", "hello"))).await;
    tells_customer(&written, &ANN);
    let read = done(&served, ANN.on(ask(&served, "GET", "/photos/k"))).await;
    assert_eq!(read.body, "hello");
    tells_customer(&read, &ANN);
    let head = done(&served, ANN.on(ask(&served, "HEAD", "/photos/k"))).await;
    tells_customer(&head, &ANN);
    assert_eq!(head.header("content-length"), Some("5"));
    let part = ask(&served, "GET", "/photos/k").with("range", "bytes=1-3");
    let part = done(&served, ANN.on(part)).await;
    assert_eq!((part.status, part.body.as_str()), (206, "ell"));
    let attributes = ask(&served, "GET", "/photos/k?attributes")
        .with("x-amz-object-attributes", "ObjectSize,ETag");
    let told = done(&served, ANN.on(attributes)).await;
    assert!(told.body.contains("<ObjectSize>5</ObjectSize>"), "{told:?}");
}

#[tokio::test]
async fn without_its_key_an_object_is_not_read() {
    let served = Served::new().await;
    done(&served, ANN.on(put(&served, "/photos/k", "hello"))).await;
    let get = || ask(&served, "GET", "/photos/k");
    let says = "The object was stored using a form of Server Side Encryption.";
    refused(&served, get(), 400, "InvalidRequest", says).await;
    let says = "must provide the correct secret key.";
    refused(&served, BEN.on(get()), 403, "AccessDenied", says).await;
    let attributes =
        ask(&served, "GET", "/photos/k?attributes").with("x-amz-object-attributes", "ETag");
    refused(&served, attributes, 400, "InvalidRequest", "").await;
    let head = ask(&served, "HEAD", "/photos/k");
    for (request, status) in [(head.clone(), 400), (BEN.on(head), 403)] {
        let answer = request.signed().send(&served).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, ""));
    }
    let copied = copy(&served, "/photos/k", "/photos/l");
    refused(&served, copied, 400, "InvalidRequest", "").await;
}

#[tokio::test]
async fn a_key_fits_no_object_that_is_under_none() {
    let served = Served::new().await;
    done(&served, put(&served, "/photos/k", "hello")).await;
    let says = "The encryption parameters are not applicable to this object.";
    let get = ANN.on(ask(&served, "GET", "/photos/k"));
    refused(&served, get, 400, "InvalidRequest", says).await;
    let copied = ANN.on_source(copy(&served, "/photos/k", "/photos/l"));
    refused(&served, copied, 400, "InvalidRequest", says).await;
}

#[tokio::test]
async fn a_copy_takes_one_key_and_gives_another() {
    let served = Served::new().await;
    done(&served, ANN.on(put(&served, "/photos/a", "hello"))).await;
    let to_ben = BEN.on(ANN.on_source(copy(&served, "/photos/a", "/photos/b")));
    let copied = done(&served, to_ben).await;
    tells_customer(&copied, &BEN);
    let to_vault = BEN.on_source(copy(&served, "/photos/b", "/photos/c"));
    let copied = done(&served, to_vault).await;
    assert_eq!(copied.header(ALGORITHM), Some("aes256"));
    let read = done(&served, BEN.on(ask(&served, "GET", "/photos/b"))).await;
    assert_eq!(read.body, "hello");
    let read = done(&served, ask(&served, "GET", "/photos/c")).await;
    assert_eq!(read.body, "hello");
}

#[tokio::test]
async fn an_object_changes_its_key_by_a_copy_onto_itself() {
    let served = Served::new().await;
    done(&served, ANN.on(put(&served, "/photos/k", "hello"))).await;
    let changed = BEN.on(ANN.on_source(copy(&served, "/photos/k", "/photos/k")));
    done(&served, changed).await;
    let read = done(&served, BEN.on(ask(&served, "GET", "/photos/k"))).await;
    assert_eq!(read.body, "hello");
    let former = ANN.on(ask(&served, "GET", "/photos/k"));
    refused(&served, former, 403, "AccessDenied", "").await;
}

#[tokio::test]
async fn a_write_on_condition_needs_no_key_of_what_is_there() {
    let served = Served::new().await;
    done(&served, ANN.on(put(&served, "/photos/k", "hello"))).await;
    let again = put(&served, "/photos/k", "other")
        .with("if-none-match", "*")
        .with("expect", "100-continue");
    let answer = again.signed().send(&served).await;
    answer.is_error(412, "PreconditionFailed");
}

#[tokio::test]
async fn a_link_is_followed_with_the_key_that_it_was_made_with() {
    let served = Served::new().await;
    done(&served, ANN.on(put(&served, "/photos/k", "hello"))).await;
    let minute = PresigningConfig::expires_in(Duration::from_mins(1)).unwrap();
    let link = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .sse_customer_algorithm("AES256")
        .sse_customer_key(ANN.key)
        .sse_customer_key_md5(ANN.md5)
        .presigned(minute)
        .await
        .unwrap();
    assert!(!link.uri().contains("AAEC"), "{}", link.uri());
    let target = link.uri().replace(&served.endpoint.url(), "");
    let read = ANN.on(ask(&served, "GET", &target)).send(&served).await;
    assert_eq!(
        (read.status, read.body.as_str()),
        (200, "hello"),
        "{read:?}"
    );
    let keyless = ask(&served, "GET", &target).send(&served).await;
    assert_ne!(keyless.status, 200);
    let other = BEN.on(ask(&served, "GET", &target)).send(&served).await;
    other.is_error(403, "SignatureDoesNotMatch");
}

#[tokio::test]
async fn a_form_brings_its_key() {
    let served = Served::new().await;
    let name = |end: &str| format!("x-amz-server-side-encryption-customer-{end}");
    let form = Form::new()
        .allowed(&name("algorithm"), "AES256")
        .allowed(&name("key"), ANN.key)
        .allowed(&name("key-MD5"), ANN.md5)
        .signed();
    let answer = form.post(&served).send(&served).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    tells_customer(&answer, &ANN);
    let read = done(&served, ANN.on(ask(&served, "GET", "/photos/k"))).await;
    assert_eq!(read.body, "hello");
    let keyless = Form::new()
        .allowed(&name("algorithm"), "AES256")
        .replaced("key", "l")
        .signed();
    let answer = keyless.post(&served).send(&served).await;
    answer.is_error(400, "InvalidArgument");
}

#[tokio::test]
async fn ceph_says_of_a_wrong_key_that_the_request_is_invalid() {
    let served = Served::with(|options| options.dialect = Dialect::Ceph).await;
    let create = served.client().create_bucket().bucket(BUCKET);
    create.send().await.unwrap();
    done(&served, ANN.on(put(&served, "/photos/k", "hello"))).await;
    let other = BEN.on(ask(&served, "GET", "/photos/k"));
    refused(&served, other, 400, "InvalidRequest", "correct secret key").await;
}
