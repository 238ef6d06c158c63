//! Objects: written, read, told of, deleted.

use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{
    Delete, MetadataDirective, ObjectCannedAcl, ObjectIdentifier, ServerSideEncryption,
    StorageClass,
};

use crate::kit::{BUCKET, Served, bytes, read, refused, refused_head};
use crate::raw::Raw;

#[tokio::test]
async fn what_was_written_is_read() {
    let served = Served::new().await;
    let s3 = served.client();
    for size in [0, 1, 4_096, 70_000, 3_000_000] {
        let body = bytes(size);
        let put = s3
            .put_object()
            .bucket(BUCKET)
            .key("k")
            .body(body.clone().into());
        let put = put.send().await.unwrap();
        let got = s3
            .get_object()
            .bucket(BUCKET)
            .key("k")
            .send()
            .await
            .unwrap();
        assert_eq!(got.content_length(), i64::try_from(size).ok());
        assert_eq!(got.e_tag(), put.e_tag());
        assert!(read(got.body).await == body, "{size} bytes");
    }
}

#[tokio::test]
async fn the_entity_tag_is_the_md5_of_the_body() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(ByteStream::from_static(b"hello"));
    let put = put.send().await.unwrap();
    assert_eq!(put.e_tag(), Some("\"5d41402abc4b2a76b9719d911017c592\""));
}

#[tokio::test]
async fn headers_and_metadata_come_back_as_they_went() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(ByteStream::from_static(b"hello"));
    put.content_type("text/plain; charset=utf-8")
        .cache_control("max-age=60")
        .content_disposition("attachment; filename=\"a b.txt\"")
        .content_encoding("gzip")
        .content_language("de")
        .expires(DateTime::from_secs(1_800_000_000))
        .metadata("colour", "blue")
        .website_redirect_location("/elsewhere")
        .storage_class(StorageClass::StandardIa)
        .send()
        .await
        .unwrap();
    let head = s3
        .head_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_type(), Some("text/plain; charset=utf-8"));
    assert_eq!(head.cache_control(), Some("max-age=60"));
    assert_eq!(
        head.content_disposition(),
        Some("attachment; filename=\"a b.txt\"")
    );
    assert_eq!(head.content_encoding(), Some("gzip"));
    assert_eq!(head.content_language(), Some("de"));
    assert_eq!(head.expires_string(), Some("Fri, 15 Jan 2027 08:00:00 GMT"));
    assert_eq!(head.website_redirect_location(), Some("/elsewhere"));
    assert_eq!(head.storage_class(), Some(&StorageClass::StandardIa));
    assert_eq!(head.accept_ranges(), Some("bytes"));
    assert!(head.last_modified().is_some());
    let metadata = head.metadata().unwrap();
    assert_eq!(metadata.len(), 1);
    assert_eq!(metadata["colour"], "blue");
}

#[tokio::test]
async fn metadata_beyond_ascii_is_kept_and_told_as_s3_tells_it() {
    let served = Served::new().await;
    let request = Raw::new(&served, "PUT", "/photos/k").with("x-amz-meta-dish", "Käse");
    let put = request.body("x").signed().send(&served).await;
    assert_eq!(put.status, 200, "{put:?}");
    let head = served
        .client()
        .head_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(head.metadata().unwrap()["dish"], "=?UTF-8?B?S8Okc2U=?=");
}

#[tokio::test]
async fn a_date_that_is_none_is_kept_as_it_came() {
    let served = Served::new().await;
    let request = Raw::new(&served, "PUT", "/photos/k").with("expires", "some day");
    assert_eq!(request.body("x").signed().send(&served).await.status, 200);
    let get = Raw::new(&served, "GET", "/photos/k")
        .signed()
        .send(&served)
        .await;
    assert_eq!(get.header("expires"), Some("some day"));
}

#[tokio::test]
async fn an_object_without_a_type_is_a_stream_of_octets() {
    let served = Served::new().await;
    let put = Raw::new(&served, "PUT", "/photos/k").body("x").signed();
    assert_eq!(put.send(&served).await.status, 200);
    let get = Raw::new(&served, "GET", "/photos/k")
        .signed()
        .send(&served)
        .await;
    assert_eq!(get.header("content-type"), Some("binary/octet-stream"));
}

#[tokio::test]
async fn how_a_body_travels_is_not_how_it_is_encoded() {
    let served = Served::new().await;
    let put = |encoding| {
        let request = Raw::new(&served, "PUT", "/photos/k").with("content-encoding", encoding);
        request.body("x").signed()
    };
    let encoding = || async {
        let head = served
            .client()
            .head_object()
            .bucket(BUCKET)
            .key("k")
            .send()
            .await
            .unwrap();
        head.content_encoding().map(str::to_owned)
    };
    assert_eq!(put("aws-chunked,gzip").send(&served).await.status, 200);
    assert_eq!(encoding().await.as_deref(), Some("gzip"));
    assert_eq!(put("aws-chunked").send(&served).await.status, 200);
    assert_eq!(encoding().await, None);
}

#[tokio::test]
async fn every_answer_says_how_the_object_is_encrypted() {
    let served = Served::new().await;
    let s3 = served.client();
    let aes = Some(&ServerSideEncryption::Aes256);
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(ByteStream::from_static(b"x"));
    let put = put
        .server_side_encryption(ServerSideEncryption::Aes256)
        .send()
        .await
        .unwrap();
    assert_eq!(put.server_side_encryption(), aes);
    let get = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(get.server_side_encryption(), aes);
    let head = s3
        .head_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(head.server_side_encryption(), aes);
    let copy = s3
        .copy_object()
        .bucket(BUCKET)
        .key("l")
        .copy_source("photos/k");
    let copy = copy
        .metadata_directive(MetadataDirective::Copy)
        .send()
        .await
        .unwrap();
    assert_eq!(copy.server_side_encryption(), aes);
}

#[tokio::test]
async fn what_would_not_happen_is_not_said_to_have_happened() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = || {
        s3.put_object()
            .bucket(BUCKET)
            .key("k")
            .body(ByteStream::from_static(b"x"))
    };
    let twice = put()
        .server_side_encryption(ServerSideEncryption::AwsKmsDsse)
        .send()
        .await;
    refused(twice, 501, "NotImplemented");
    let public = put().acl(ObjectCannedAcl::PublicRead).send().await;
    refused(public, 400, "AccessControlListNotSupported");
    put()
        .acl(ObjectCannedAcl::BucketOwnerFullControl)
        .send()
        .await
        .unwrap();
    let locked = put().object_lock_mode(aws_sdk_s3::types::ObjectLockMode::Governance);
    refused(locked.send().await, 501, "NotImplemented");
    let class = put().storage_class(StorageClass::from("GOLD")).send().await;
    refused(class, 400, "InvalidStorageClass");
    let half_a_key = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .sse_customer_algorithm("AES256");
    refused(half_a_key.send().await, 400, "InvalidArgument");
}

#[tokio::test]
async fn an_answer_can_be_told_otherwise() {
    let served = Served::new().await;
    let s3 = served.client();
    s3.put_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    let get = s3.get_object().bucket(BUCKET).key("k");
    let get = get
        .response_content_type("text/x-test")
        .response_content_disposition("attachment; filename=x")
        .response_cache_control("no-store")
        .response_content_language("fr")
        .response_content_encoding("identity")
        .response_expires(DateTime::from_secs(1_800_000_000))
        .send()
        .await
        .unwrap();
    assert_eq!(get.content_type(), Some("text/x-test"));
    assert_eq!(get.content_disposition(), Some("attachment; filename=x"));
    assert_eq!(get.cache_control(), Some("no-store"));
    assert_eq!(get.content_language(), Some("fr"));
    assert_eq!(get.content_encoding(), Some("identity"));
    assert_eq!(get.expires_string(), Some("Fri, 15 Jan 2027 08:00:00 GMT"));
}

#[tokio::test]
async fn what_a_browser_opens_is_harmless() {
    let served = Served::new().await;
    let put = Raw::new(&served, "PUT", "/photos/page.html").with("content-type", "text/html");
    assert_eq!(
        put.body("<script>1</script>")
            .signed()
            .send(&served)
            .await
            .status,
        200
    );
    let get = Raw::new(&served, "GET", "/photos/page.html")
        .signed()
        .send(&served)
        .await;
    assert_eq!(get.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        get.header("cross-origin-resource-policy"),
        Some("same-origin")
    );
    let policy = get.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("sandbox; default-src 'none'"),
        "{policy}"
    );
    assert_eq!(get.header("access-control-allow-origin"), None);
    assert_eq!(get.header("server"), None);
}

#[tokio::test]
async fn a_deleted_object_is_gone_and_deleting_nothing_is_no_error() {
    let served = Served::new().await;
    let s3 = served.client();
    s3.put_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    let delete = || s3.delete_object().bucket(BUCKET).key("k").send();
    let deleted = delete().await.unwrap();
    assert_eq!(
        (deleted.version_id(), deleted.delete_marker()),
        (None, None)
    );
    refused(
        s3.get_object().bucket(BUCKET).key("k").send().await,
        404,
        "NoSuchKey",
    );
    refused_head(s3.head_object().bucket(BUCKET).key("k").send().await, 404);
    delete().await.unwrap();
}

fn doomed(keys: &[&str], quiet: bool) -> Delete {
    let ids = keys
        .iter()
        .map(|key| ObjectIdentifier::builder().key(*key).build().unwrap());
    Delete::builder()
        .set_objects(Some(ids.collect()))
        .quiet(quiet)
        .build()
        .unwrap()
}

#[tokio::test]
async fn many_are_deleted_at_once() {
    let served = Served::new().await;
    let s3 = served.client();
    for key in ["a", "b", "c d", " e ", "f&g"] {
        s3.put_object()
            .bucket(BUCKET)
            .key(key)
            .send()
            .await
            .unwrap();
    }
    let delete = s3.delete_objects().bucket(BUCKET);
    let delete = delete.delete(doomed(&["a", "c d", " e ", "f&g", "missing"], false));
    let deleted = delete.send().await.unwrap();
    let keys: Vec<_> = deleted.deleted().iter().filter_map(|d| d.key()).collect();
    assert_eq!(keys, ["a", "c d", " e ", "f&g", "missing"]);
    assert!(deleted.errors().is_empty());
    let left = s3.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    let left: Vec<_> = left.contents().iter().filter_map(|o| o.key()).collect();
    assert_eq!(left, ["b"]);
    let quiet = s3
        .delete_objects()
        .bucket(BUCKET)
        .delete(doomed(&["b"], true));
    assert!(quiet.send().await.unwrap().deleted().is_empty());
}

#[tokio::test]
async fn one_delete_that_fails_does_not_stop_the_others() {
    let served = Served::new().await;
    let s3 = served.client();
    s3.put_object()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    let long = "k".repeat(1_025);
    let delete = s3
        .delete_objects()
        .bucket(BUCKET)
        .delete(doomed(&[&long, "a"], false));
    let deleted = delete.send().await.unwrap();
    assert_eq!(deleted.deleted().len(), 1);
    assert_eq!(deleted.errors()[0].code(), Some("KeyTooLongError"));
}

#[tokio::test]
async fn a_list_of_deletions_comes_with_its_digest() {
    let served = Served::new().await;
    let xml = "<Delete><Object><Key>a</Key></Object></Delete>";
    let delete = || Raw::new(&served, "POST", "/photos?delete");
    let without = delete().body(xml).signed().send(&served).await;
    without.is_error(400, "InvalidRequest");
    let wrong = delete().with("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==");
    wrong
        .body(xml)
        .signed()
        .send(&served)
        .await
        .is_error(400, "BadDigest");
    let nonsense = delete().with("content-md5", "nonsense").body(xml).signed();
    nonsense.send(&served).await.is_error(400, "InvalidDigest");
    let crc = delete()
        .with("x-amz-checksum-crc32", "AAAAAA==")
        .body(xml)
        .signed();
    crc.send(&served).await.is_error(400, "BadDigest");
    let right = delete()
        .with("content-md5", "aFPqFnlCon58cZ4Qt7zwvQ==")
        .body(xml)
        .signed();
    assert_eq!(right.send(&served).await.status, 200);
}

#[tokio::test]
async fn a_list_of_deletions_is_not_too_long_nor_empty_nor_broken() {
    let served = Served::new().await;
    let s3 = served.client();
    let keys: Vec<String> = (0..1_001).map(|n| format!("k{n}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let many = s3
        .delete_objects()
        .bucket(BUCKET)
        .delete(doomed(&keys, true))
        .send()
        .await;
    refused(many, 400, "MalformedXML");
    let enough = s3
        .delete_objects()
        .bucket(BUCKET)
        .delete(doomed(&keys[..1_000], true));
    enough.send().await.unwrap();
    // The MD5 of each body, in base64.
    for (xml, md5) in [
        ("<Delete></Delete>", "R2cEG0GhQVRNiyXR3QnSyw=="),
        ("<Delete>", "/EnmkgKQhMNPFS6ZsryUag=="),
    ] {
        let delete = Raw::new(&served, "POST", "/photos?delete").with("content-md5", md5);
        let answer = delete.body(xml).signed().send(&served).await;
        answer.is_error(400, "MalformedXML");
    }
}

#[tokio::test]
async fn metadata_has_a_limit() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = |size: usize| {
        let put = s3.put_object().bucket(BUCKET).key("k");
        put.metadata("a", "x".repeat(size)).send()
    };
    put(2_047).await.unwrap();
    refused(put(2_048).await, 400, "MetadataTooLarge");
}

#[tokio::test]
async fn a_body_without_a_length_is_refused() {
    let served = Served::new().await;
    let put = Raw::new(&served, "PUT", "/photos/k").with("transfer-encoding", "chunked");
    let unsigned = aws_sigv4::http_request::SignableBody::UnsignedPayload;
    let mut put = put.signed_over(&unsigned, std::time::SystemTime::now());
    put.body = b"1\r\nx\r\n0\r\n\r\n".to_vec();
    put.send(&served)
        .await
        .is_error(411, "MissingContentLength");
}

#[tokio::test]
async fn a_file_name_beyond_ascii_comes_back_as_it_went() {
    let served = Served::new().await;
    let disposition = "attachment; filename=\"Größe.txt\"";
    let put = Raw::new(&served, "PUT", "/photos/k").with("content-disposition", disposition);
    let put = put.body("x").signed().send(&served).await;
    assert_eq!(put.status, 200, "{put:?}");
    let get = Raw::new(&served, "GET", "/photos/k").signed();
    let get = get.send(&served).await;
    assert!(get.head.contains("filename=\"größe.txt\""), "{get:?}");
}
