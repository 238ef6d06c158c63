//! SSE-KMS: by keys of the key service.

use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{PublicAccessBlockConfiguration, ServerSideEncryption};
use stave_endpoint::EndpointOptions;
use stave_model::{KeySpec, ObjectOwnership};
use stave_store::{KeyService as _, PutKeyPolicy};

use super::{
    ALGORITHM, BUCKET_KEY, CONTEXT, KMS_KEY, ask, copy, done, key, key_of, owner, put, refused,
    tells_kms,
};
use crate::form::Form;
use crate::kit::{BUCKET, Served, read, refused as sdk_refused};
use crate::raw::Raw;

/// `{"place":"sea"}`
const SEA: &str = "eyJwbGFjZSI6InNlYSJ9";

fn under(request: Raw, key: &str) -> Raw {
    request.with(ALGORITHM, "aws:kms").with(KMS_KEY, key)
}

#[tokio::test]
async fn an_object_is_under_the_key_that_its_writer_names() {
    let served = Served::new().await;
    let arn = key(&served).await;
    let id = arn.rsplit('/').next().unwrap();
    let created = served
        .store
        .create_alias(&owner(), "alias/photos", id)
        .await;
    created.unwrap();
    let by_alias = "arn:aws:kms:us-east-1:000000000000:alias/photos";
    for named in [arn.as_str(), id, "alias/photos", by_alias] {
        let written = done(&served, under(put(&served, "/photos/k", "hello"), named)).await;
        tells_kms(&written, &arn);
        assert_eq!(written.header(CONTEXT), None);
        assert_eq!(written.header(BUCKET_KEY), None);
        for method in ["GET", "HEAD"] {
            let read = done(&served, ask(&served, method, "/photos/k")).await;
            tells_kms(&read, &arn);
        }
    }
    let tail = ask(&served, "GET", "/photos/k").with("range", "bytes=-2");
    assert_eq!(done(&served, tail).await.body, "lo");
}

#[tokio::test]
async fn context_and_bucket_key_are_told() {
    let served = Served::new().await;
    let arn = key(&served).await;
    let write = under(put(&served, "/photos/k", "hello"), &arn)
        .with(CONTEXT, SEA)
        .with(BUCKET_KEY, "true");
    let written = done(&served, write).await;
    assert_eq!(
        written.header(CONTEXT),
        Some(SEA.to_ascii_lowercase().as_str())
    );
    assert_eq!(written.header(BUCKET_KEY), Some("true"));
    let read = done(&served, ask(&served, "GET", "/photos/k")).await;
    assert_eq!((read.body.as_str(), read.header(CONTEXT)), ("hello", None));
    assert_eq!(read.header(BUCKET_KEY), Some("true"));
}

#[tokio::test]
async fn without_a_key_it_is_the_one_that_the_store_manages() {
    let served = Served::new().await;
    let write = put(&served, "/photos/k", "hello").with(ALGORITHM, "aws:kms");
    let written = done(&served, write).await;
    let arn = written.header(KMS_KEY).unwrap().to_owned();
    let managed = served.store.describe_key(&owner(), "alias/aws/s3").await;
    assert_eq!(managed.unwrap().arn, arn);
    let read = done(&served, ask(&served, "GET", "/photos/k")).await;
    assert_eq!(read.body, "hello");
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_told_as_aws_tells_it() {
    let served = Served::new().await;
    let write = |named: &str| under(put(&served, "/photos/k", "hello"), named);
    let missing = "12345678-90ab-4def-8123-4567890abcde";
    let not_found = "KMS.NotFoundException";
    refused(&served, write(missing), 400, not_found, missing).await;
    refused(&served, write("alias/none"), 400, not_found, "alias/none").await;
    refused(&served, write("no key"), 400, not_found, "Invalid keyId").await;
    let mac = key_of(&served, KeySpec::Hmac256).await;
    let wrong = "KMS.InvalidKeyUsageException";
    refused(&served, write(&mac), 400, wrong, &mac).await;
    let listed = served
        .client()
        .list_objects_v2()
        .bucket(BUCKET)
        .send()
        .await;
    assert_eq!(listed.unwrap().key_count(), Some(0));
}

#[tokio::test]
async fn a_disabled_key_stops_reads_until_it_is_enabled() {
    let served = Served::new().await;
    let arn = key(&served).await;
    done(&served, under(put(&served, "/photos/k", "hello"), &arn)).await;
    let admin = owner();
    let set = |enabled| served.store.set_key_enabled(&admin, &arn, enabled);
    set(false).await.unwrap();
    let get = || ask(&served, "GET", "/photos/k");
    let disabled = "KMS.DisabledException";
    refused(&served, get(), 400, disabled, &arn).await;
    let again = under(put(&served, "/photos/l", "hello"), &arn);
    refused(&served, again, 400, disabled, &arn).await;
    let copied = copy(&served, "/photos/k", "/photos/l");
    refused(&served, copied, 400, disabled, &arn).await;
    set(true).await.unwrap();
    assert_eq!(done(&served, get()).await.body, "hello");
    served
        .store
        .schedule_key_deletion(&owner(), &arn, 7)
        .await
        .unwrap();
    refused(&served, get(), 400, "KMS.KMSInvalidStateException", &arn).await;
    served
        .store
        .cancel_key_deletion(&owner(), &arn)
        .await
        .unwrap();
    set(true).await.unwrap();
    assert_eq!(done(&served, get()).await.body, "hello");
}

#[tokio::test]
async fn who_may_write_into_a_bucket_still_needs_the_key() {
    let served = Served::new().await;
    let arn = key(&served).await;
    let bob = served.user("bob").await;
    bob.create_bucket().bucket("bobs").send().await.unwrap();
    let put = || {
        bob.put_object()
            .bucket("bobs")
            .key("k")
            .server_side_encryption(ServerSideEncryption::AwsKms)
            .ssekms_key_id(&arn)
            .body(ByteStream::from_static(b"hello"))
    };
    let denied = put().send().await;
    let told = format!("{:?}", denied.as_ref().err());
    sdk_refused(denied, 403, "AccessDenied");
    let says = "User: arn:aws:iam::000000000000:user/bob is not authorized to perform: \
                kms:GenerateDataKey on resource: ";
    assert!(told.contains(says), "{told}");
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":
        {"AWS":["arn:aws:iam::000000000000:root","arn:aws:iam::000000000000:user/bob"]},
        "Action":"kms:*","Resource":"*"}]}"#;
    let allow = PutKeyPolicy {
        key: arn.clone(),
        policy: policy.to_owned(),
        bypass_lockout_check: false,
    };
    served.store.put_key_policy(&owner(), allow).await.unwrap();
    put().send().await.unwrap();
    let got = bob
        .get_object()
        .bucket("bobs")
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(got.ssekms_key_id(), Some(arn.as_str()));
    assert_eq!(read(got.body).await, b"hello");
}

#[tokio::test]
async fn what_everyone_may_read_is_still_under_its_key() {
    let lists = |options: &mut EndpointOptions| {
        options.object_ownership = ObjectOwnership::ObjectWriter;
    };
    let served = Served::with(lists).await;
    let s3 = served.client();
    s3.create_bucket().bucket(BUCKET).send().await.unwrap();
    let unblocked = s3.put_public_access_block().bucket(BUCKET);
    let nothing = PublicAccessBlockConfiguration::builder().build();
    let unblocked = unblocked.public_access_block_configuration(nothing);
    unblocked.send().await.unwrap();
    let arn = key(&served).await;
    let public = |request: Raw| request.with("x-amz-acl", "public-read");
    done(&served, public(put(&served, "/photos/open", "hello"))).await;
    let sealed = under(public(put(&served, "/photos/sealed", "hello")), &arn);
    done(&served, sealed).await;
    let open = ask(&served, "GET", "/photos/open").send(&served).await;
    assert_eq!(
        (open.status, open.body.as_str()),
        (200, "hello"),
        "{open:?}"
    );
    let sealed = ask(&served, "GET", "/photos/sealed").send(&served).await;
    sealed.is_error(403, "AccessDenied");
    assert!(sealed.body.contains("kms:Decrypt"), "{}", sealed.body);
}

#[tokio::test]
async fn a_copy_goes_from_key_to_key_and_takes_no_key_along() {
    let served = Served::new().await;
    let (one, two) = (key(&served).await, key(&served).await);
    done(&served, under(put(&served, "/photos/a", "hello"), &one)).await;
    let copied = done(
        &served,
        under(copy(&served, "/photos/a", "/photos/b"), &two),
    )
    .await;
    tells_kms(&copied, &two);
    let plain = done(&served, copy(&served, "/photos/b", "/photos/c")).await;
    assert_eq!(plain.header(ALGORITHM), Some("aes256"));
    for target in ["/photos/b", "/photos/c"] {
        let read = done(&served, ask(&served, "GET", target)).await;
        assert_eq!(read.body, "hello");
    }
}

#[tokio::test]
async fn a_link_and_a_form_write_under_a_key() {
    let served = Served::new().await;
    let arn = key(&served).await;
    let minute = PresigningConfig::expires_in(Duration::from_mins(1)).unwrap();
    let link = served
        .client()
        .put_object()
        .bucket(BUCKET)
        .key("linked")
        .server_side_encryption(ServerSideEncryption::AwsKms)
        .ssekms_key_id(&arn)
        .presigned(minute)
        .await
        .unwrap();
    let target = link.uri().replace(&served.endpoint.url(), "");
    let mut follow = put(&served, &target, "hello");
    for (name, value) in link.headers() {
        if name != "content-length" && name != "host" {
            follow = follow.with(name, value);
        }
    }
    let answer = follow.send(&served).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    tells_kms(&answer, &arn);
    let form = Form::new()
        .allowed(ALGORITHM, "aws:kms")
        .allowed(KMS_KEY, &arn)
        .signed();
    let answer = form.post(&served).send(&served).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    tells_kms(&answer, &arn);
    for target in ["/photos/linked", "/photos/k"] {
        assert_eq!(
            done(&served, ask(&served, "GET", target)).await.body,
            "hello"
        );
    }
}
