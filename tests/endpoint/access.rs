//! Who may do what.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::put_object::{PutObjectError, PutObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use stave_model::{AccessKeyId, AccessKeyStatus};
use stave_store::AccessKeys as _;

use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served, refused, refused_head};
use crate::raw::Raw;

#[tokio::test]
async fn without_a_signature_nothing_is_told() {
    let served = Served::new().await;
    for target in ["/", "/photos", "/photos/k", "/photos?versioning"] {
        let answer = Raw::new(&served, "GET", target).send(&served).await;
        answer.is_error(403, "AccessDenied");
    }
    // Whether a bucket is there S3 tells everyone: its name is taken for all.
    let nowhere = Raw::new(&served, "GET", "/missing").send(&served).await;
    nowhere.is_error(404, "NoSuchBucket");
    for (method, target) in [
        ("PUT", "/photos/k"),
        ("PUT", "/new-bucket"),
        ("POST", "/photos?delete"),
    ] {
        let answer = Raw::new(&served, method, target)
            .with("content-md5", "ndTkYSaMgDT1yFZOFVxnpg==")
            .body("x")
            .send(&served)
            .await;
        answer.is_error(403, "AccessDenied");
    }
    let answer = Raw::new(&served, "DELETE", "/photos").send(&served).await;
    answer.is_error(403, "AccessDenied");
}

#[tokio::test]
async fn an_unknown_key_or_a_wrong_secret_is_refused() {
    let served = Served::new().await;
    let unknown = served.client_of("NOBODYSKEY", SECRET);
    refused(
        unknown.list_buckets().send().await,
        403,
        "InvalidAccessKeyId",
    );
    let odd = served.client_of("not/a key", SECRET);
    assert!(odd.list_buckets().send().await.is_err());
    let wrong = served.client_of(ADMIN_KEY, "some other secret");
    refused(
        wrong.list_buckets().send().await,
        403,
        "SignatureDoesNotMatch",
    );
}

#[tokio::test]
async fn a_key_that_is_turned_off_signs_nothing_from_then_on() {
    let served = Served::new().await;
    let s3 = served.client();
    s3.list_buckets().send().await.unwrap();
    let id = AccessKeyId::parse(ADMIN_KEY).unwrap();
    let set = |status| served.store.set_access_key_status(&id, status);
    set(AccessKeyStatus::Inactive).await.unwrap();
    refused(s3.list_buckets().send().await, 403, "InvalidAccessKeyId");
    set(AccessKeyStatus::Active).await.unwrap();
    s3.list_buckets().send().await.unwrap();
    served.store.delete_access_key(&id).await.unwrap();
    refused(s3.list_buckets().send().await, 403, "InvalidAccessKeyId");
}

async fn put(s3: &Client, bucket: &str) -> Result<PutObjectOutput, SdkError<PutObjectError>> {
    let put = s3.put_object().bucket(bucket).key("k");
    put.body(ByteStream::from_static(b"x")).send().await
}

#[tokio::test]
async fn a_bucket_is_its_owners_alone() {
    let served = Served::new().await;
    put(&served.client(), BUCKET).await.unwrap();
    let bea = served.user("bea").await;
    refused_head(bea.head_bucket().bucket(BUCKET).send().await, 403);
    let get = bea.get_object().bucket(BUCKET).key("k").send().await;
    refused(get, 403, "AccessDenied");
    refused(put(&bea, BUCKET).await, 403, "AccessDenied");
    let list = bea.list_objects_v2().bucket(BUCKET).send().await;
    refused(list, 403, "AccessDenied");
    let delete = bea.delete_bucket().bucket(BUCKET).send().await;
    refused(delete, 403, "AccessDenied");
    let create = bea.create_multipart_upload().bucket(BUCKET).key("k");
    refused(create.send().await, 403, "AccessDenied");
    bea.create_bucket().bucket("beas-own").send().await.unwrap();
    put(&bea, "beas-own").await.unwrap();
    put(&served.client(), "beas-own").await.unwrap();
}

#[tokio::test]
async fn a_copy_needs_both_its_ends() {
    let served = Served::new().await;
    let (admin, bea) = (served.client(), served.user("bea").await);
    put(&admin, BUCKET).await.unwrap();
    bea.create_bucket().bucket("beas-own").send().await.unwrap();
    put(&bea, "beas-own").await.unwrap();
    let copy = |client: &Client, to: &str, from: &str| {
        let copy = client.copy_object().bucket(to).key("copy");
        copy.copy_source(from).send()
    };
    let from_ours = copy(&bea, "beas-own", "photos/k").await;
    refused(from_ours, 403, "AccessDenied");
    let to_ours = copy(&bea, BUCKET, "beas-own/k").await;
    refused(to_ours, 403, "AccessDenied");
    copy(&bea, "beas-own", "beas-own/k").await.unwrap();
    copy(&admin, BUCKET, "beas-own/k").await.unwrap();
    let create = bea.create_multipart_upload().bucket("beas-own").key("m");
    let begun = create.send().await.unwrap();
    let part = bea.upload_part_copy().bucket("beas-own").key("m");
    let part = part.upload_id(begun.upload_id().unwrap()).part_number(1);
    let part = part.copy_source("photos/k").send().await;
    refused(part, 403, "AccessDenied");
}

#[tokio::test]
async fn whoever_may_list_buckets_sees_all_of_the_account() {
    let served = Served::new().await;
    let bea = served.user("bea").await;
    bea.create_bucket().bucket("beas-own").send().await.unwrap();
    let names = |client: Client| async move {
        let listed = client.list_buckets().send().await.unwrap();
        let names = listed.buckets().iter().filter_map(|b| b.name());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(bea).await, ["beas-own", "photos"]);
    let ann = served.powerless("ann").await;
    refused(ann.list_buckets().send().await, 403, "AccessDenied");
    assert_eq!(names(served.client()).await, ["beas-own", "photos"]);
}

#[tokio::test]
async fn a_credential_in_memory_is_as_good_as_its_user() {
    let served = Served::new().await;
    served
        .session("admin")
        .head_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    let bea = served.session("bea");
    refused_head(bea.head_bucket().bucket(BUCKET).send().await, 403);
    let create = || bea.create_bucket().bucket("beas-own").send();
    refused(create().await, 403, "AccessDenied");
    served.user("bea").await;
    create().await.unwrap();
}

#[tokio::test]
async fn a_bucket_of_someone_else_than_expected_is_left_alone() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = |owner: &str| {
        s3.put_object()
            .bucket(BUCKET)
            .key("k")
            .expected_bucket_owner(owner)
            .send()
    };
    put("admin").await.unwrap();
    refused(put("bea").await, 403, "AccessDenied");
    let copy = |owner: &str| {
        let copy = s3
            .copy_object()
            .bucket(BUCKET)
            .key("l")
            .copy_source("photos/k");
        copy.expected_source_bucket_owner(owner).send()
    };
    copy("admin").await.unwrap();
    refused(copy("bea").await, 403, "AccessDenied");
}
