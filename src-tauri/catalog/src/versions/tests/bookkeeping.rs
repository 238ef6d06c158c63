//! The latest mark, the counters and the queue of files, by hand and against a naive model.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::{prop_assert_eq, proptest};
use stave_model::{BucketName, BucketUsage, Timestamp, Version, VersionId, VersionKind};

use crate::blobs::{self, BlobPlace};
use crate::testkit::{
    add_bucket, add_delete_marker, add_file, add_object, add_row_blob, blob, delete_marker,
    in_memory, key, new_upload, object, part, version_id,
};
use crate::upload_parts::{self, UploadPartRow};
use crate::versions::{self, NewVersion};
use crate::{ReadTx, WriteTx, buckets, gc, uploads};

fn usage(tx: &ReadTx<'_>, name: &str) -> BucketUsage {
    let name = BucketName::parse(name).unwrap();
    let row = buckets::find(tx, &name).unwrap().unwrap();
    row.bucket.usage.unwrap()
}

fn counters(objects: u64, size_bytes: u64, versions: u64, all_bytes: u64) -> BucketUsage {
    BucketUsage {
        objects,
        size_bytes,
        versions,
        all_versions_size_bytes: all_bytes,
    }
}

fn latest_id(tx: &ReadTx<'_>, bucket_id: i64, key_text: &str) -> Option<String> {
    let latest = versions::latest(tx, bucket_id, &key(key_text)).unwrap();
    latest.map(|row| {
        assert!(row.version.is_latest);
        row.version.id.to_string()
    })
}

fn waiting(tx: &ReadTx<'_>) -> Vec<[u8; 16]> {
    gc::pending(tx, 1_000).unwrap()
}

#[test]
fn the_newest_that_remains_becomes_the_latest() {
    in_memory(|tx| {
        let bucket = add_bucket(tx, "photos");
        (1..=3).for_each(|n| add_file(tx, n));
        let first = add_object(tx, bucket, object("a", "v1", 10), 1);
        let second = add_object(tx, bucket, object("a", "v2", 20), 2);
        let marker = add_delete_marker(tx, bucket, delete_marker("a", "m3"));
        assert_eq!(latest_id(tx, bucket, "a").as_deref(), Some("m3"));
        assert_eq!(usage(tx, "photos"), counters(0, 0, 3, 30));
        versions::remove(tx, marker).unwrap();
        assert_eq!(latest_id(tx, bucket, "a").as_deref(), Some("v2"));
        assert_eq!(usage(tx, "photos"), counters(1, 20, 2, 30));
        versions::remove(tx, first).unwrap();
        assert_eq!(latest_id(tx, bucket, "a").as_deref(), Some("v2"));
        assert_eq!(usage(tx, "photos"), counters(1, 20, 1, 20));
        versions::remove(tx, second).unwrap();
        assert_eq!(latest_id(tx, bucket, "a"), None);
        assert_eq!(usage(tx, "photos"), counters(0, 0, 0, 0));
        assert_eq!(waiting(tx), [blob(1), blob(2)]);
    });
}

#[test]
fn a_null_version_that_is_replaced_makes_room_below_newer_ones() {
    in_memory(|tx| {
        let bucket = add_bucket(tx, "photos");
        (1..=3).for_each(|n| add_file(tx, n));
        add_object(tx, bucket, object("a", "null", 10), 1);
        let newer = add_object(tx, bucket, object("a", "v1", 20), 2);
        // As a write does while versioning is suspended.
        let null = versions::find(tx, bucket, &key("a"), &VersionId::Null).unwrap();
        let new = NewVersion {
            upload_id: None,
            bucket_id: bucket,
            version: object("a", "null", 30),
            parts: vec![part(0, 3, 30)],
            encryption: crate::encryption::RowSse::S3,
        };
        versions::replace(tx, null.unwrap().id, &new).unwrap();
        assert_eq!(latest_id(tx, bucket, "a").as_deref(), Some("null"));
        assert_eq!(usage(tx, "photos"), counters(1, 30, 2, 50));
        assert_eq!(waiting(tx), [blob(1)]);
        let old = versions::by_row(tx, newer).unwrap().unwrap();
        assert!(!old.version.is_latest);
    });
}

#[test]
fn a_shared_blob_goes_with_the_last_that_names_it() {
    in_memory(|tx| {
        let bucket = add_bucket(tx, "photos");
        add_file(tx, 1);
        add_row_blob(tx, 2);
        let original = add_object(tx, bucket, object("a", "null", 10), 1);
        let copy = add_object(tx, bucket, object("b", "null", 10), 1);
        let small = add_object(tx, bucket, object("c", "null", 10), 2);
        let small_copy = add_object(tx, bucket, object("d", "null", 10), 2);
        versions::remove(tx, original).unwrap();
        versions::remove(tx, small).unwrap();
        assert_eq!(waiting(tx), [[0; 16]; 0]);
        assert!(blobs::is_named(tx, &blob(1)).unwrap());
        assert_eq!(
            blobs::sealed_in_row(tx, &blob(2)).unwrap(),
            Some(vec![2; 120])
        );
        versions::remove(tx, copy).unwrap();
        versions::remove(tx, small_copy).unwrap();
        assert_eq!(waiting(tx), [blob(1)], "a body in a row just goes");
        assert!(!blobs::is_named(tx, &blob(1)).unwrap());
        assert_eq!(blobs::place(tx, &blob(1)).unwrap(), None);
        assert_eq!(blobs::place(tx, &blob(2)).unwrap(), None);
        assert!(
            blobs::is_known(tx, &blob(1)).unwrap(),
            "until it is unlinked"
        );
        assert!(!blobs::is_known(tx, &blob(2)).unwrap());
        assert!(gc::done(tx, &blob(1)).unwrap());
        assert!(!gc::done(tx, &blob(1)).unwrap());
        assert!(!blobs::is_known(tx, &blob(1)).unwrap());
    });
}

#[test]
fn a_version_that_is_replaced_by_a_copy_of_itself_keeps_its_blob() {
    in_memory(|tx| {
        let bucket_id = add_bucket(tx, "photos");
        add_file(tx, 1);
        let former = add_object(tx, bucket_id, object("a", "null", 10), 1);
        let new = NewVersion {
            upload_id: None,
            bucket_id,
            version: object("a", "null", 10),
            parts: vec![part(0, 1, 10)],
            encryption: crate::encryption::RowSse::S3,
        };
        versions::replace(tx, former, &new).unwrap();
        assert_eq!(blobs::place(tx, &blob(1)).unwrap(), Some(BlobPlace::File));
        assert_eq!(waiting(tx), [[0; 16]; 0]);
        assert_eq!(usage(tx, "photos"), counters(1, 10, 1, 10));
    });
}

#[test]
fn a_blob_that_is_several_parts_of_one_version_goes_once() {
    in_memory(|tx| {
        let bucket_id = add_bucket(tx, "photos");
        add_file(tx, 1);
        let mut version = object("a", "null", 20);
        version.parts = 2;
        let new = NewVersion {
            upload_id: None,
            bucket_id,
            version,
            parts: vec![part(1, 1, 10), part(2, 1, 10)],
            encryption: crate::encryption::RowSse::S3,
        };
        let row_id = versions::insert(tx, &new).unwrap();
        versions::remove(tx, row_id).unwrap();
        assert_eq!(waiting(tx), [blob(1)]);
    });
}

#[derive(Debug, Clone)]
enum Step {
    /// Writes a version: replaces the null one, or adds one.
    Put {
        key: u8,
        null: bool,
        size: u16,
        in_row: bool,
    },
    /// Writes a version that shares the blob of another.
    Copy { key: u8, from: usize },
    /// Adds a delete marker.
    Mark { key: u8 },
    /// Removes a version.
    Remove { which: usize },
    /// Uploads two parts, one of them twice, then completes with the first or aborts.
    Upload { key: u8, size: u16, completes: bool },
}

fn step() -> impl Strategy<Value = Step> {
    let key = || 0_u8..3;
    prop_oneof![
        4 => (key(), any::<bool>(), any::<u16>(), any::<bool>())
            .prop_map(|(key, null, size, in_row)| Step::Put { key, null, size, in_row }),
        2 => (key(), any::<usize>()).prop_map(|(key, from)| Step::Copy { key, from }),
        2 => key().prop_map(|key| Step::Mark { key }),
        4 => any::<usize>().prop_map(|which| Step::Remove { which }),
        1 => (key(), any::<u16>(), any::<bool>())
            .prop_map(|(key, size, completes)| Step::Upload { key, size, completes }),
    ]
}

/// One version as the model knows it, in the order of writing.
#[derive(Debug, Clone)]
struct Known {
    row_id: i64,
    key: String,
    id: String,
    size: u64,
    blob: Option<u8>,
}

#[derive(Default)]
struct Model {
    versions: Vec<Known>,
    /// Whether each blob that lives is in a file.
    blobs: BTreeMap<u8, bool>,
    queued: Vec<[u8; 16]>,
    made: u8,
}

impl Model {
    fn new_blob(&mut self, tx: &WriteTx<'_>, in_row: bool) -> u8 {
        self.made += 1;
        if in_row {
            add_row_blob(tx, self.made);
        } else {
            add_file(tx, self.made);
        }
        self.blobs.insert(self.made, !in_row);
        self.made
    }

    fn added(&mut self, row_id: i64, version: &Version, blob: Option<u8>) {
        self.versions.push(Known {
            row_id,
            key: version.key.to_string(),
            id: version.id.to_string(),
            size: version.size_bytes,
            blob,
        });
    }

    fn forget(&mut self, row_id: i64) {
        let at = self
            .versions
            .iter()
            .position(|v| v.row_id == row_id)
            .unwrap();
        if let Some(n) = self.versions.remove(at).blob {
            self.let_go(n);
        }
    }

    fn let_go(&mut self, n: u8) {
        let named = self.versions.iter().any(|v| v.blob == Some(n));
        if !named && self.blobs.remove(&n) == Some(true) {
            self.queued.push(blob(n));
        }
    }

    fn latest(&self, key: &str) -> Option<&Known> {
        self.versions.iter().rev().find(|v| v.key == key)
    }

    fn usage(&self) -> BucketUsage {
        let latest = ["k0", "k1", "k2"].map(|key| self.latest(key));
        let objects = latest.iter().flatten().filter(|v| v.blob.is_some());
        counters(
            objects.clone().count() as u64,
            objects.map(|v| v.size).sum(),
            self.versions.len() as u64,
            self.versions.iter().map(|v| v.size).sum(),
        )
    }
}

/// Takes one step, in the catalog and in the model; `n` makes its ids its own.
fn take(tx: &WriteTx<'_>, bucket: i64, step: &Step, n: usize, model: &mut Model) {
    let key_text = |key: &u8| format!("k{key}");
    let id = format!("v{n}");
    match step {
        Step::Put {
            key,
            null: true,
            size,
            in_row,
        } => {
            let version = object(&key_text(key), "null", u64::from(*size));
            overwrite(tx, bucket, version, *in_row, model);
        }
        Step::Put {
            key,
            null: false,
            size,
            in_row,
        } => {
            let version = object(&key_text(key), &id, u64::from(*size));
            let made = model.new_blob(tx, *in_row);
            let row_id = add_object(tx, bucket, version.clone(), made);
            model.added(row_id, &version, Some(made));
        }
        Step::Copy { key, from } => {
            let sources = model.versions.iter().filter(|v| v.blob.is_some());
            let sources: Vec<_> = sources.cloned().collect();
            if let Some(source) = sources.get(from % sources.len().max(1)) {
                let version = object(&key_text(key), &id, source.size);
                let row_id = add_object(tx, bucket, version.clone(), source.blob.unwrap());
                model.added(row_id, &version, source.blob);
            }
        }
        Step::Mark { key } => {
            let marker = delete_marker(&key_text(key), &id);
            let row_id = add_delete_marker(tx, bucket, marker.clone());
            model.added(row_id, &marker, None);
        }
        Step::Remove { which } => {
            let at = which % model.versions.len().max(1);
            if let Some(row_id) = model.versions.get(at).map(|v| v.row_id) {
                versions::remove(tx, row_id).unwrap();
                model.forget(row_id);
            }
        }
        Step::Upload {
            key,
            size,
            completes,
        } => {
            let mut version = object(&key_text(key), &id, u64::from(*size));
            version.parts = 1;
            upload(tx, bucket, &version, *completes, model);
        }
    }
}

/// Writes the null version, as a bucket without versioning does.
fn overwrite(tx: &WriteTx<'_>, bucket_id: i64, version: Version, in_row: bool, model: &mut Model) {
    let former = versions::find(tx, bucket_id, &version.key, &VersionId::Null).unwrap();
    let made = model.new_blob(tx, in_row);
    let new = NewVersion {
        upload_id: None,
        bucket_id,
        parts: vec![part(0, made, version.size_bytes)],
        version,
        encryption: crate::encryption::RowSse::S3,
    };
    let row_id = match &former {
        Some(former) => versions::replace(tx, former.id, &new).unwrap(),
        None => versions::insert(tx, &new).unwrap(),
    };
    model.added(row_id, &new.version, Some(made));
    if let Some(former) = former {
        model.forget(former.id);
    }
}

fn upload(tx: &WriteTx<'_>, bucket_id: i64, version: &Version, completes: bool, model: &mut Model) {
    let new = new_upload(bucket_id, version.key.as_str(), version.id.as_str());
    let upload = uploads::insert(tx, &new).unwrap();
    let blobs = [false, true, false].map(|in_row| model.new_blob(tx, in_row));
    for (number, n) in [(1, blobs[0]), (2, blobs[1]), (2, blobs[2])] {
        put_part(tx, upload, number, n, version.size_bytes);
    }
    model.let_go(blobs[1]);
    if completes {
        let new = NewVersion {
            upload_id: None,
            bucket_id,
            version: version.clone(),
            parts: vec![part(1, blobs[0], version.size_bytes)],
            encryption: crate::encryption::RowSse::S3,
        };
        let row_id = versions::insert(tx, &new).unwrap();
        model.added(row_id, version, Some(blobs[0]));
    }
    uploads::remove(tx, upload).unwrap();
    model.let_go(blobs[0]);
    model.let_go(blobs[2]);
}

fn put_part(tx: &WriteTx<'_>, upload: i64, number: u16, n: u8, size: u64) {
    let row = UploadPartRow {
        part: part(number, n, size),
        modified: Timestamp::from_millis(3_000),
    };
    upload_parts::put(tx, upload, &row).unwrap();
}

proptest! {
    #[test]
    fn any_sequence_of_writes_leaves_what_the_model_says(steps in vec(step(), 0..40)) {
        in_memory(|tx| {
            let bucket = add_bucket(tx, "photos");
            let mut model = Model::default();
            for (n, step) in steps.iter().enumerate() {
                take(tx, bucket, step, n, &mut model);
                prop_assert_eq!(usage(tx, "photos"), model.usage());
            }
            for key in ["k0", "k1", "k2"] {
                let expected = model.latest(key).map(|v| v.id.clone());
                prop_assert_eq!(latest_id(tx, bucket, key), expected);
            }
            for known in &model.versions {
                let id = version_id(&known.id);
                let row = versions::find(tx, bucket, &key(&known.key), &id).unwrap().unwrap();
                prop_assert_eq!(row.id, known.row_id);
                let is_latest = model.latest(&known.key).map(|v| v.row_id) == Some(row.id);
                prop_assert_eq!(row.version.is_latest, is_latest);
                let is_object = row.version.kind == VersionKind::Object;
                prop_assert_eq!(is_object, known.blob.is_some());
            }
            for n in 1..=model.made {
                let place = blobs::place(tx, &blob(n)).unwrap();
                let in_file = place.map(|place| place == BlobPlace::File);
                prop_assert_eq!(in_file, model.blobs.get(&n).copied(), "blob {}", n);
            }
            prop_assert_eq!(waiting(tx), model.queued);
            Ok(())
        })?;
    }
}
