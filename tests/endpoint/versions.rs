//! Versions: kept, listed, restored, removed.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketVersioningStatus, Delete, ObjectIdentifier, VersioningConfiguration,
};

use crate::kit::{BUCKET, Served, read, refused, refused_head};

async fn set(s3: &Client, status: BucketVersioningStatus) {
    let configuration = VersioningConfiguration::builder().status(status).build();
    let put = s3.put_bucket_versioning().bucket(BUCKET);
    put.versioning_configuration(configuration)
        .send()
        .await
        .unwrap();
}

async fn versioned() -> (Served, Client) {
    let served = Served::new().await;
    let s3 = served.client();
    set(&s3, BucketVersioningStatus::Enabled).await;
    (served, s3)
}

async fn put(s3: &Client, key: &str, body: &'static [u8]) -> Option<String> {
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key(key)
        .body(ByteStream::from_static(body));
    put.send().await.unwrap().version_id().map(str::to_owned)
}

async fn get(s3: &Client, key: &str, version: Option<&str>) -> Vec<u8> {
    let get = s3.get_object().bucket(BUCKET).key(key);
    let got = get
        .set_version_id(version.map(str::to_owned))
        .send()
        .await
        .unwrap();
    if let Some(version) = version {
        assert_eq!(got.version_id(), Some(version));
    }
    read(got.body).await
}

/// Lists versions as `key version latest`, markers with a `!`.
async fn versions(s3: &Client, page: i32) -> Vec<String> {
    let mut found = Vec::new();
    let (mut key, mut id) = (None, None);
    loop {
        let list = s3.list_object_versions().bucket(BUCKET).max_keys(page);
        let list = list.set_key_marker(key).set_version_id_marker(id);
        let listed = list.send().await.unwrap();
        for version in listed.versions() {
            let (key, id) = (version.key().unwrap(), version.version_id().unwrap());
            found.push(format!("{key} {id} {}", version.is_latest().unwrap()));
        }
        for marker in listed.delete_markers() {
            let (key, id) = (marker.key().unwrap(), marker.version_id().unwrap());
            found.push(format!("{key} {id} {} !", marker.is_latest().unwrap()));
        }
        if listed.is_truncated() != Some(true) {
            return found;
        }
        key = listed.next_key_marker().map(str::to_owned);
        id = listed.next_version_id_marker().map(str::to_owned);
    }
}

#[tokio::test]
async fn without_versioning_a_write_replaces_and_no_version_is_told() {
    let served = Served::new().await;
    let s3 = served.client();
    assert_eq!(put(&s3, "k", b"one").await, None);
    assert_eq!(put(&s3, "k", b"two").await, None);
    let got = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(got.version_id(), None);
    assert_eq!(versions(&s3, 1_000).await, ["k null true"]);
    assert_eq!(get_null(&s3).await, b"two");
}

async fn get_null(s3: &Client) -> Vec<u8> {
    let got = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .version_id("null")
        .send()
        .await;
    read(got.unwrap().body).await
}

#[tokio::test]
async fn each_write_is_a_version_and_each_is_read() {
    let (_served, s3) = versioned().await;
    let one = put(&s3, "k", b"one").await.unwrap();
    let two = put(&s3, "k", b"two").await.unwrap();
    assert_ne!(one, two);
    assert_eq!(get(&s3, "k", None).await, b"two");
    assert_eq!(get(&s3, "k", Some(&one)).await, b"one");
    assert_eq!(get(&s3, "k", Some(&two)).await, b"two");
    let head = s3
        .head_object()
        .bucket(BUCKET)
        .key("k")
        .version_id(&one)
        .send()
        .await
        .unwrap();
    assert_eq!(head.version_id(), Some(one.as_str()));
    for page in [1, 2, 1_000] {
        let expected = [format!("k {two} true"), format!("k {one} false")];
        assert_eq!(versions(&s3, page).await, expected);
    }
}

#[tokio::test]
async fn a_delete_marker_hides_and_its_removal_shows_again() {
    let (_served, s3) = versioned().await;
    let one = put(&s3, "k", b"one").await.unwrap();
    let deleted = s3
        .delete_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.delete_marker(), Some(true));
    let marker = deleted.version_id().unwrap().to_owned();
    let hidden = s3.get_object().bucket(BUCKET).key("k").send().await;
    let headers = hidden
        .as_ref()
        .unwrap_err()
        .raw_response()
        .unwrap()
        .headers();
    assert_eq!(headers.get("x-amz-delete-marker"), Some("true"));
    assert_eq!(headers.get("x-amz-version-id"), Some(marker.as_str()));
    refused(hidden, 404, "NoSuchKey");
    let asked = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .version_id(&marker)
        .send()
        .await;
    let headers = asked
        .as_ref()
        .unwrap_err()
        .raw_response()
        .unwrap()
        .headers();
    assert_eq!(headers.get("allow"), Some("DELETE"));
    refused(asked, 405, "MethodNotAllowed");
    refused_head(
        s3.head_object()
            .bucket(BUCKET)
            .key("k")
            .version_id(&marker)
            .send()
            .await,
        405,
    );
    assert_eq!(get(&s3, "k", Some(&one)).await, b"one");
    let listed = versions(&s3, 1_000).await;
    assert_eq!(
        listed,
        [format!("k {one} false"), format!("k {marker} true !")]
    );
    let undelete = s3
        .delete_object()
        .bucket(BUCKET)
        .key("k")
        .version_id(&marker);
    let undeleted = undelete.send().await.unwrap();
    assert_eq!(undeleted.delete_marker(), Some(true));
    assert_eq!(undeleted.version_id(), Some(marker.as_str()));
    assert_eq!(get(&s3, "k", None).await, b"one");
}

#[tokio::test]
async fn a_version_is_removed_for_ever() {
    let (_served, s3) = versioned().await;
    let one = put(&s3, "k", b"one").await.unwrap();
    let two = put(&s3, "k", b"two").await.unwrap();
    let delete = s3.delete_object().bucket(BUCKET).key("k").version_id(&two);
    let deleted = delete.send().await.unwrap();
    assert_eq!(
        (deleted.version_id(), deleted.delete_marker()),
        (Some(two.as_str()), None)
    );
    assert_eq!(get(&s3, "k", None).await, b"one");
    let gone = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .version_id(&two)
        .send()
        .await;
    refused(gone, 404, "NoSuchVersion");
    assert_eq!(versions(&s3, 1_000).await, [format!("k {one} true")]);
}

#[tokio::test]
async fn suspended_versioning_writes_the_null_version() {
    let (_served, s3) = versioned().await;
    let one = put(&s3, "k", b"one").await.unwrap();
    set(&s3, BucketVersioningStatus::Suspended).await;
    // Such a write adds no version that could be told.
    assert_eq!(put(&s3, "k", b"two").await, None);
    assert_eq!(put(&s3, "k", b"three").await, None);
    assert_eq!(get_null(&s3).await, b"three");
    let listed = versions(&s3, 1_000).await;
    assert_eq!(listed, ["k null true".to_owned(), format!("k {one} false")]);
    let deleted = s3
        .delete_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (deleted.delete_marker(), deleted.version_id()),
        (Some(true), Some("null"))
    );
}

#[tokio::test]
async fn many_versions_and_markers_go_at_once() {
    let (_served, s3) = versioned().await;
    let one = put(&s3, "k", b"one").await.unwrap();
    put(&s3, "l", b"two").await.unwrap();
    let id = |key: &str, version: Option<&str>| {
        let id = ObjectIdentifier::builder().key(key);
        id.set_version_id(version.map(str::to_owned))
            .build()
            .unwrap()
    };
    let delete = |ids: Vec<ObjectIdentifier>| {
        let delete = Delete::builder().set_objects(Some(ids)).build().unwrap();
        s3.delete_objects().bucket(BUCKET).delete(delete).send()
    };
    let first = delete(vec![id("k", Some(&one)), id("l", None)])
        .await
        .unwrap();
    let [removed, hidden] = first.deleted() else {
        panic!("two outcomes, not {first:?}");
    };
    assert_eq!(removed.version_id(), Some(one.as_str()));
    assert_eq!(removed.delete_marker(), None);
    assert_eq!(
        (hidden.version_id(), hidden.delete_marker()),
        (None, Some(true))
    );
    let marker = hidden.delete_marker_version_id().unwrap();
    let second = delete(vec![id("l", Some(marker))]).await.unwrap();
    let shown = &second.deleted()[0];
    assert_eq!(shown.delete_marker(), Some(true));
    assert_eq!(shown.delete_marker_version_id(), Some(marker));
    assert_eq!(shown.version_id(), Some(marker));
    assert_eq!(get(&s3, "l", None).await, b"two");
}

#[tokio::test]
async fn a_version_that_never_was_is_not_found() {
    let (_served, s3) = versioned().await;
    put(&s3, "k", b"one").await;
    let get = |version: &str| {
        s3.get_object()
            .bucket(BUCKET)
            .key("k")
            .version_id(version)
            .send()
    };
    refused(
        get("3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f").await,
        404,
        "NoSuchVersion",
    );
    refused(get("a b").await, 400, "InvalidArgument");
    let list = s3
        .list_object_versions()
        .bucket(BUCKET)
        .version_id_marker("x")
        .send()
        .await;
    refused(list, 400, "InvalidArgument");
}
