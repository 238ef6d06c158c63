//! What the tests of this crate share.

use std::path::PathBuf;

use rusqlite::Connection;
use stave_model::{
    AccessKeyId, Bucket, BucketName, ETag, Identity, IdentityKind, Link, LinkAudience, LinkTarget,
    ObjectHeaders, ObjectKey, Sse, Timestamp, UploadId, UserMetadata, UserName, Version, VersionId,
    VersionKind, Versioning,
};
use tempfile::TempDir;

use crate::blobs::{self, BlobPlace};
use crate::links::LinkRow;
use crate::parts::PartRow;
use crate::uploads::NewUpload;
use crate::users::{self, UserRow};
use crate::versions::{self, NewVersion};
use crate::{BlobId, Catalog, CatalogOptions, ReadTx, Result, WriteTx, buckets, open};

/// A catalog in a folder of its own.
pub(crate) struct Kit {
    folder: TempDir,
    pub(crate) catalog: Catalog,
}

impl Kit {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let catalog = open_in(&folder).unwrap();
        Self { folder, catalog }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("catalog.db")
    }

    pub(crate) fn reopened(self) -> Self {
        drop(self.catalog);
        let catalog = open_in(&self.folder).unwrap();
        Self {
            folder: self.folder,
            catalog,
        }
    }

    /// Closes the catalog, lets `alter` change the file behind its back, and opens it again.
    pub(crate) fn altered(self, alter: impl FnOnce(&Connection)) -> Result<Self> {
        drop(self.catalog);
        let connection = Connection::open(self.folder.path().join("catalog.db")).unwrap();
        alter(&connection);
        drop(connection);
        let catalog = open_in(&self.folder)?;
        Ok(Self {
            folder: self.folder,
            catalog,
        })
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.catalog.write(write).unwrap()
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&ReadTx<'_>) -> Result<T>) -> T {
        self.catalog.read(read).unwrap()
    }
}

fn open_in(folder: &TempDir) -> Result<Catalog> {
    Catalog::open(
        &folder.path().join("catalog.db"),
        &CatalogOptions::default(),
    )
}

/// Runs `work` in one transaction over an empty catalog in memory.
pub(crate) fn in_memory<T>(work: impl FnOnce(&WriteTx<'_>) -> T) -> T {
    let mut connection = Connection::open_in_memory().unwrap();
    connection
        .pragma_update(None, "foreign_keys", true)
        .unwrap();
    connection.set_prepared_statement_cache_capacity(128);
    open::migrate(&mut connection).unwrap();
    connection.execute_batch("BEGIN").unwrap();
    work(&WriteTx::new(&connection))
}

pub(crate) fn add_bucket(tx: &WriteTx<'_>, name: &str) -> i64 {
    let bucket = Bucket {
        name: BucketName::parse(name).unwrap(),
        created: Timestamp::from_millis(1_000),
        owner: user("admin"),
        versioning: Versioning::Off,
        usage: None,
    };
    buckets::insert(tx, &bucket).unwrap()
}

/// Makes a user without a MAC.
pub(crate) fn user_row(name: &str) -> UserRow {
    UserRow {
        identity: Identity {
            name: user(name),
            kind: IdentityKind::User,
            created: Timestamp::from_millis(1),
            description: String::new(),
            trust: None,
            session_secs: None,
        },
        mac: None,
    }
}

pub(crate) fn add_user(tx: &WriteTx<'_>, name: &str) {
    users::insert(tx, &user_row(name)).unwrap();
}

/// Makes a link that may be used twice in its first ten seconds.
pub(crate) fn link(id: &str) -> LinkRow {
    LinkRow {
        link: Link {
            id: AccessKeyId::parse(id).unwrap(),
            user: user("admin"),
            title: "a title".to_owned(),
            target: LinkTarget::Get {
                bucket: BucketName::parse("photos").unwrap(),
                key: key("a.jpg"),
                version: None,
            },
            audience: LinkAudience::Computer,
            created: Timestamp::from_millis(0),
            expires: Timestamp::from_millis(10_000),
            max_uses: Some(2),
            uses: 0,
            last_used: None,
            revoked: None,
        },
        sealed_secret: vec![7; 60],
        mac: vec![0; 32],
    }
}

pub(crate) fn user(name: &str) -> UserName {
    UserName::parse(name).unwrap()
}

pub(crate) fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

pub(crate) fn version_id(text: &str) -> VersionId {
    VersionId::parse(text).unwrap()
}

/// Makes an object version; `null` is the null version.
pub(crate) fn object(key_text: &str, id: &str, size_bytes: u64) -> Version {
    Version {
        key: key(key_text),
        id: version_id(id),
        kind: VersionKind::Object,
        is_latest: true,
        size_bytes,
        etag: ETag::parse("d41d8cd98f00b204e9800998ecf8427e"),
        modified: Timestamp::from_millis(1_700_000_000_123),
        owner: user("admin"),
        headers: ObjectHeaders::default(),
        user_metadata: UserMetadata::new(),
        checksum: None,
        sse: Sse::S3,
        parts: 0,
        tags: stave_model::Tags::default(),
        acl: None,
    }
}

pub(crate) fn delete_marker(key_text: &str, id: &str) -> Version {
    Version {
        kind: VersionKind::DeleteMarker,
        etag: ETag::parse(""),
        ..object(key_text, id, 0)
    }
}

/// Returns the id of the n-th blob of a test.
pub(crate) fn blob(n: u8) -> BlobId {
    [n; 16]
}

/// Makes a part that names the n-th blob.
pub(crate) fn part(number: u16, n: u8, size_bytes: u64) -> PartRow {
    PartRow {
        number,
        blob: blob(n),
        size_bytes,
        wrapped_key: vec![n; 80],
        kek_version: 1,
        checksum: None,
        etag_md5: Some([n; 16]),
    }
}

pub(crate) fn add_file(tx: &WriteTx<'_>, n: u8) {
    blobs::insert(tx, &blob(n), &BlobPlace::File, 104).unwrap();
}

pub(crate) fn add_row_blob(tx: &WriteTx<'_>, n: u8) {
    blobs::insert(tx, &blob(n), &BlobPlace::Row(vec![n; 120]), 120).unwrap();
}

/// Adds an object whose one part names the n-th blob, which is there already.
pub(crate) fn add_object(tx: &WriteTx<'_>, bucket_id: i64, version: Version, n: u8) -> i64 {
    let new = NewVersion {
        upload_id: None,
        bucket_id,
        parts: vec![part(0, n, version.size_bytes)],
        version,
        encryption: crate::encryption::RowSse::S3,
    };
    versions::insert(tx, &new).unwrap()
}

pub(crate) fn add_delete_marker(tx: &WriteTx<'_>, bucket_id: i64, version: Version) -> i64 {
    let new = NewVersion {
        upload_id: None,
        bucket_id,
        parts: Vec::new(),
        version,
        encryption: crate::encryption::RowSse::S3,
    };
    versions::insert(tx, &new).unwrap()
}

pub(crate) fn new_upload(bucket_id: i64, key_text: &str, id: &str) -> NewUpload {
    NewUpload {
        bucket_id,
        id: UploadId::parse(id).unwrap(),
        key: key(key_text),
        initiated: Timestamp::from_millis(2_000),
        owner: user("admin"),
        headers: ObjectHeaders::default(),
        user_metadata: UserMetadata::new(),
        checksum: None,
        tags: stave_model::Tags::default(),
        acl: None,
        encryption: crate::encryption::RowSse::S3,
    }
}
