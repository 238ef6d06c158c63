//! Buckets: made, found, listed, removed.

use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration,
    VersioningConfiguration,
};

use crate::kit::{BUCKET, Served, refused, refused_head};

#[tokio::test]
async fn a_bucket_is_made_found_listed_and_removed() {
    let served = Served::empty().await;
    let s3 = served.client();
    let made = s3.create_bucket().bucket(BUCKET).send().await.unwrap();
    assert_eq!(made.location(), Some("/photos"));
    let head = s3.head_bucket().bucket(BUCKET).send().await.unwrap();
    assert_eq!(head.bucket_region(), Some("us-east-1"));
    s3.create_bucket().bucket("archive").send().await.unwrap();
    let listed = s3.list_buckets().send().await.unwrap();
    let names: Vec<_> = listed.buckets().iter().filter_map(|b| b.name()).collect();
    assert_eq!(names, ["archive", "photos"]);
    assert!(listed.buckets().iter().all(|b| b.creation_date().is_some()));
    assert_eq!(listed.owner().and_then(|o| o.id()), Some("admin"));
    s3.delete_bucket().bucket(BUCKET).send().await.unwrap();
    refused_head(s3.head_bucket().bucket(BUCKET).send().await, 404);
}

#[tokio::test]
async fn buckets_are_listed_in_pages_and_by_prefix() {
    let served = Served::empty().await;
    let s3 = served.client();
    for name in ["alpha", "beta-1", "beta-2", "beta-3", "gamma"] {
        s3.create_bucket().bucket(name).send().await.unwrap();
    }
    let list = || s3.list_buckets().prefix("beta").max_buckets(2);
    let first = list().send().await.unwrap();
    let names = |page: &aws_sdk_s3::operation::list_buckets::ListBucketsOutput| {
        let names = page.buckets().iter().filter_map(|b| b.name());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(&first), ["beta-1", "beta-2"]);
    let token = first.continuation_token().unwrap();
    let second = list().continuation_token(token).send().await.unwrap();
    assert_eq!(names(&second), ["beta-3"]);
    assert_eq!(second.continuation_token(), None);
    refused(
        list().continuation_token("?").send().await,
        400,
        "InvalidArgument",
    );
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3.put_object().bucket(BUCKET).key("k").send();
    put.await.unwrap();
    // In its first region S3 says to the owner that it is done, and changes nothing.
    let again = s3.create_bucket().bucket(BUCKET).send().await.unwrap();
    assert_eq!(again.location(), Some("/photos"));
    let get = s3.get_object().bucket(BUCKET).key("k").send();
    get.await.unwrap();
    let other = served.user("bea").await;
    let theirs = other.create_bucket().bucket(BUCKET).send().await;
    refused(theirs, 409, "BucketAlreadyExists");
}

#[tokio::test]
async fn a_name_follows_the_rules() {
    let served = Served::empty().await;
    let s3 = served.client();
    for name in [
        "Photos",
        "ab",
        "a..b",
        "192.168.5.4",
        "xn--abc",
        "a_b",
        "-abc",
        "abc-s3alias",
    ] {
        let made = s3.create_bucket().bucket(name).send().await;
        refused(made, 400, "InvalidBucketName");
    }
}

#[tokio::test]
async fn any_region_is_this_computer() {
    let served = Served::empty().await;
    let s3 = served.client();
    let constraint = BucketLocationConstraint::EuCentral1;
    let configuration = CreateBucketConfiguration::builder().location_constraint(constraint);
    let create = s3.create_bucket().bucket(BUCKET);
    let create = create.create_bucket_configuration(configuration.build());
    create.send().await.unwrap();
    let location = s3
        .get_bucket_location()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert_eq!(
        location.location_constraint().map_or("", |l| l.as_str()),
        ""
    );
    let nowhere = BucketLocationConstraint::from("no such place!");
    let configuration = CreateBucketConfiguration::builder().location_constraint(nowhere);
    let create = s3.create_bucket().bucket("nowhere");
    let create = create.create_bucket_configuration(configuration.build());
    refused(create.send().await, 400, "InvalidLocationConstraint");
}

#[tokio::test]
async fn a_bucket_that_holds_something_stays() {
    let served = Served::new().await;
    let s3 = served.client();
    s3.put_object()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    refused(
        s3.delete_bucket().bucket(BUCKET).send().await,
        409,
        "BucketNotEmpty",
    );
}

#[tokio::test]
async fn what_does_not_exist_is_said_to_be_missing() {
    let served = Served::empty().await;
    let s3 = served.client();
    refused_head(s3.head_bucket().bucket("missing").send().await, 404);
    refused(
        s3.delete_bucket().bucket("missing").send().await,
        404,
        "NoSuchBucket",
    );
    refused(
        s3.get_bucket_location().bucket("missing").send().await,
        404,
        "NoSuchBucket",
    );
    refused(
        s3.list_objects_v2().bucket("missing").send().await,
        404,
        "NoSuchBucket",
    );
    let put = s3.put_object().bucket("missing").key("k").send().await;
    refused(put, 404, "NoSuchBucket");
}

#[tokio::test]
async fn versioning_is_turned_on_and_suspended_and_never_off() {
    let served = Served::new().await;
    let s3 = served.client();
    let set = |status: Option<BucketVersioningStatus>| {
        let configuration = VersioningConfiguration::builder()
            .set_status(status)
            .build();
        let put = s3.put_bucket_versioning().bucket(BUCKET);
        put.versioning_configuration(configuration).send()
    };
    let status = || async {
        let get = s3
            .get_bucket_versioning()
            .bucket(BUCKET)
            .send()
            .await
            .unwrap();
        get.status().cloned()
    };
    assert_eq!(status().await, None);
    set(Some(BucketVersioningStatus::Enabled)).await.unwrap();
    assert_eq!(status().await, Some(BucketVersioningStatus::Enabled));
    set(Some(BucketVersioningStatus::Suspended)).await.unwrap();
    assert_eq!(status().await, Some(BucketVersioningStatus::Suspended));
    let off = set(Some(BucketVersioningStatus::from("Off"))).await;
    refused(off, 400, "IllegalVersioningConfigurationException");
    refused(
        set(None).await,
        400,
        "IllegalVersioningConfigurationException",
    );
}
