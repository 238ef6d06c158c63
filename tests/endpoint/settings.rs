//! What clients ask when they begin: answers that hold, and refusals of what is not offered.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ObjectOwnership, Payer, Permission, ServerSideEncryption};

use crate::kit::{BUCKET, Served, refused};
use crate::raw::Raw;

#[tokio::test]
async fn a_bucket_and_its_objects_are_their_owners_alone() {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3.put_object().bucket(BUCKET).key("k");
    put.body(ByteStream::from_static(b"x"))
        .send()
        .await
        .unwrap();
    let acl = s3.get_bucket_acl().bucket(BUCKET).send().await.unwrap();
    assert_eq!(acl.owner().and_then(|o| o.id()), Some("admin"));
    assert_eq!(acl.grants().len(), 1);
    let permission = acl.grants()[0].permission();
    assert_eq!(permission, Some(&Permission::FullControl));
    let acl = s3.get_object_acl().bucket(BUCKET).key("k");
    assert_eq!(acl.send().await.unwrap().grants().len(), 1);
    let tags = s3.get_object_tagging().bucket(BUCKET).key("k");
    assert!(tags.send().await.unwrap().tag_set().is_empty());
    let controls = s3.get_bucket_ownership_controls().bucket(BUCKET);
    let controls = controls.send().await.unwrap();
    let rule = &controls.ownership_controls().unwrap().rules()[0];
    let ownership = rule.object_ownership();
    assert_eq!(ownership, &ObjectOwnership::BucketOwnerEnforced);
    let block = s3.get_public_access_block().bucket(BUCKET);
    let block = block.send().await.unwrap();
    let block = block.public_access_block_configuration().unwrap();
    assert_eq!(block.restrict_public_buckets(), Some(true));
}

#[tokio::test]
async fn what_holds_is_told() {
    let served = Served::new().await;
    let s3 = served.client();
    let encryption = s3.get_bucket_encryption().bucket(BUCKET);
    let encryption = encryption.send().await.unwrap();
    let encryption = encryption.server_side_encryption_configuration();
    let rule = &encryption.unwrap().rules()[0];
    let rule = rule.apply_server_side_encryption_by_default().unwrap();
    assert_eq!(rule.sse_algorithm(), &ServerSideEncryption::Aes256);
    let payment = s3.get_bucket_request_payment().bucket(BUCKET);
    let payment = payment.send().await.unwrap();
    assert_eq!(payment.payer(), Some(&Payer::BucketOwner));
    let logging = s3.get_bucket_logging().bucket(BUCKET);
    assert!(logging.send().await.unwrap().logging_enabled().is_none());
    let events = s3.get_bucket_notification_configuration();
    events.bucket(BUCKET).send().await.unwrap();
    let speed = s3.get_bucket_accelerate_configuration();
    speed.bucket(BUCKET).send().await.unwrap();
}

#[tokio::test]
async fn what_is_not_set_is_said_not_to_be() {
    let served = Served::new().await;
    let s3 = served.client();
    refused(
        s3.get_bucket_policy().bucket(BUCKET).send().await,
        404,
        "NoSuchBucketPolicy",
    );
    refused(
        s3.get_bucket_cors().bucket(BUCKET).send().await,
        404,
        "NoSuchCORSConfiguration",
    );
    let lifecycle = s3
        .get_bucket_lifecycle_configuration()
        .bucket(BUCKET)
        .send()
        .await;
    refused(lifecycle, 404, "NoSuchLifecycleConfiguration");
    refused(
        s3.get_bucket_tagging().bucket(BUCKET).send().await,
        404,
        "NoSuchTagSet",
    );
    refused(
        s3.get_bucket_website().bucket(BUCKET).send().await,
        404,
        "NoSuchWebsiteConfiguration",
    );
    let replication = s3.get_bucket_replication().bucket(BUCKET).send().await;
    refused(replication, 404, "ReplicationConfigurationNotFoundError");
    let lock = s3
        .get_object_lock_configuration()
        .bucket(BUCKET)
        .send()
        .await;
    refused(lock, 404, "ObjectLockConfigurationNotFoundError");
    refused(
        s3.get_bucket_policy().bucket("missing").send().await,
        404,
        "NoSuchBucket",
    );
    let acl = s3
        .get_object_acl()
        .bucket(BUCKET)
        .key("missing")
        .send()
        .await;
    refused(acl, 404, "NoSuchKey");
}

#[tokio::test]
async fn what_is_not_offered_changes_nothing() {
    let served = Served::new().await;
    for target in [
        "/photos?cors",
        "/photos?policy",
        "/photos?lifecycle",
        "/photos?acl",
        "/photos?metadataConfiguration",
        "/photos/k?tagging",
        "/photos/k?acl",
        "/photos/k?renameObject",
        "/photos/k?legal-hold",
        "/photos/k?retention",
    ] {
        let put = Raw::new(&served, "PUT", target)
            .body("")
            .signed()
            .send(&served)
            .await;
        assert!((400..=501).contains(&put.status), "{target}: {put:?}");
    }
    let bad = Raw::new(&served, "DELETE", "/photos?metadataConfiguration").signed();
    bad.send(&served).await.is_error(501, "NotImplemented");
    let s3 = served.client();
    s3.head_bucket().bucket(BUCKET).send().await.unwrap();
    let listed = s3.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    assert_eq!(listed.key_count(), Some(0));
}
