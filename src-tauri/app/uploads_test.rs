//! Unfinished uploads over a real vault.

use std::time::Duration;

use stave_model::{
    Checksums, Clock as _, ObjectHeaders, PartNumber, SystemClock, Tags, Timestamp, UserMetadata,
    Versioning,
};
use stave_store::{Body, CreateUpload, UploadPart, UploadRef};

use super::{abort_older, of_bucket};
use crate::args::window_user;
use crate::testing::{Kit, bucket, object_key};
use crate::views::UploadsAborted;

const DAY: Duration = Duration::from_hours(24);

/// Begins an upload and sends parts of these sizes.
async fn begin(kit: &Kit, key: &str, parts: &[usize]) {
    let create = CreateUpload {
        bucket: bucket(),
        key: object_key(key),
        owner: window_user(),
        headers: ObjectHeaders::default(),
        user_metadata: UserMetadata::new(),
        checksum: None,
        tags: Tags::default(),
        acl: None,
        encryption: stave_store::SseRequest::BucketDefault,
    };
    let upload = UploadRef {
        bucket: bucket(),
        key: object_key(key),
        upload: kit.store.create_upload(create).await.unwrap().upload,
    };
    for (number, size) in (1..).zip(parts) {
        let part = UploadPart {
            upload: upload.clone(),
            number: PartNumber::new(number).unwrap(),
            checksums: Checksums::default(),
            body: Body::from_bytes(vec![7; *size]),
            customer_key: None,
        };
        kit.store.upload_part(part).await.unwrap();
    }
}

#[tokio::test]
async fn uploads_are_told_with_what_they_cost() {
    let kit = Kit::new(Versioning::Off).await;
    begin(&kit, "b", &[100]).await;
    begin(&kit, "a", &[1_000, 2_000]).await;
    let found = of_bucket(&*kit.store, &bucket()).await.unwrap();
    let told: Vec<_> = found
        .uploads
        .iter()
        .map(|upload| (upload.key.as_str(), upload.parts, upload.size_bytes))
        .collect();
    assert_eq!(told, [("a", 2, 3_000), ("b", 1, 100)]);
    assert_eq!((found.size_bytes, found.more), (3_100, false));
}

#[tokio::test]
async fn only_uploads_older_than_asked_are_aborted() {
    let kit = Kit::new(Versioning::Off).await;
    begin(&kit, "a", &[100, 50]).await;
    let week = 7 * DAY;
    let now = SystemClock.now();
    let none = abort_older(&*kit.store, &bucket(), week, now)
        .await
        .unwrap();
    assert_eq!(none, UploadsAborted::default());
    let next_week = Timestamp::from_millis(now.as_millis() + 8 * 24 * 60 * 60 * 1_000);
    let done = abort_older(&*kit.store, &bucket(), week, next_week)
        .await
        .unwrap();
    assert_eq!((done.aborted, done.size_bytes), (1, 150));
    assert_eq!(kit.uploads().await, 0);
}
