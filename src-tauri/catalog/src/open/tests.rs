use std::fs;

use rusqlite::Connection;
use rusqlite_migration::Migrations;
use stave_model::{
    AccessKeyStatus, BucketConfigKind, BucketName, Sse, Tags, Timestamp, UploadId, VersionOrigin,
};
use tempfile::TempDir;

use crate::encryption::RowSse;
use crate::testkit::{Kit, add_bucket, key, part, user, user_row};
use crate::{
    Catalog, CatalogOptions, Error, Missing, ReadTx, access_keys, bucket_configs, buckets,
    identity_policies, keks, parts, uploads, users, versions,
};

const EVERY_SQL: &str = "SELECT sql FROM sqlite_schema
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name";

fn names_of_buckets(kit: &Kit) -> Vec<String> {
    let rows = kit.read(buckets::list);
    rows.iter().map(|r| r.bucket.name.to_string()).collect()
}

fn pragma(tx: &ReadTx<'_>, name: &str) -> String {
    let mut statement = tx.statement(&format!("PRAGMA {name}")).unwrap();
    let value = statement.query_row([], |row| row.get::<_, rusqlite::types::Value>(0));
    match value.unwrap() {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => panic!("{name} is {other:?}"),
    }
}

#[track_caller]
fn settings_are(tx: &ReadTx<'_>, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(pragma(tx, name), *value, "{name}");
    }
}

const DURABLE: [(&str, &str); 9] = [
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("fullfsync", "1"),
    ("checkpoint_fullfsync", "1"),
    ("foreign_keys", "1"),
    ("trusted_schema", "0"),
    ("cell_size_check", "1"),
    ("secure_delete", "1"),
    ("application_id", "1398036037"),
];

#[test]
fn every_connection_has_the_settings_that_keep_rows_safe() {
    let kit = Kit::new();
    kit.read(|tx| {
        settings_are(tx, &DURABLE);
        settings_are(tx, &[("query_only", "1"), ("user_version", "4")]);
        Ok(())
    });
    kit.write(|tx| {
        settings_are(tx, &DURABLE);
        settings_are(tx, &[("query_only", "0"), ("wal_autocheckpoint", "0")]);
        Ok(())
    });
}

#[test]
fn the_schema_is_the_one_that_is_written_down() {
    let kit = Kit::new();
    let found: Vec<String> = kit.read(|tx| {
        let mut statement = tx.statement(EVERY_SQL)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    });
    let found = found.join(";\n\n") + ";\n";
    assert_eq!(
        found,
        include_str!("../../schema.sql"),
        "the migrations make another schema than schema.sql shows:\n{found}"
    );
}

#[test]
fn what_was_written_is_there_after_a_reopening() {
    let kit = Kit::new();
    kit.write(|tx| Ok(add_bucket(tx, "photos")));
    assert_eq!(names_of_buckets(&kit.reopened()), ["photos"]);
}

/// A bucket with an object and an upload, as the first format kept them.
const OF_FORMAT_1: &str = r#"
    INSERT INTO buckets (id, name, created_ms, owner, versioning, objects, size_bytes, versions,
        all_versions_size_bytes)
    VALUES (3, 'photos', 1000, 'admin', 'enabled', 1, 10, 1, 10);
    INSERT INTO versions (id, bucket_id, key, version_id, kind, is_latest, size_bytes, etag,
        modified_ms, owner, sse, part_count, headers, user_metadata, checksum)
    VALUES (7, 3, CAST('a' AS BLOB), 'v1', 'object', 1, 10, 'd41d8cd98f00b204e9800998ecf8427e',
        2000, 'admin', 'AES256', 0, '{"storage_class":"STANDARD"}', '{"name":"value"}', NULL);
    INSERT INTO blobs (id, sealed_size, sealed)
    VALUES (x'04040404040404040404040404040404', 104, NULL);
    INSERT INTO parts (version, number, blob, size_bytes, wrapped_key, kek_version, etag_md5)
    VALUES (7, 0, x'04040404040404040404040404040404', 10, CAST(replace(hex(zeroblob(40)), '0',
        char(4)) AS BLOB), 1, x'04040404040404040404040404040404');
    INSERT INTO uploads (id, upload_id, bucket_id, key, initiated_ms, owner, headers,
        user_metadata)
    VALUES (5, 'u1', 3, CAST('b' AS BLOB), 3000, 'admin', '{"storage_class":"GLACIER"}', '{}');
    INSERT INTO keks (name, version, wrapped, created_ms) VALUES ('s3', 1, zeroblob(80), 500);
"#;

#[test]
fn a_file_of_the_first_format_is_brought_to_the_newest_and_keeps_everything() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("catalog.db");
    let mut connection = Connection::open(&path).unwrap();
    let first = Migrations::from_slice(&super::MIGRATIONS[..1]);
    first.to_latest(&mut connection).unwrap();
    connection.execute_batch(OF_FORMAT_1).unwrap();
    drop(connection);
    let catalog = Catalog::open(&path, &CatalogOptions::default()).unwrap();
    let read = catalog.read(|tx| {
        let bucket = buckets::find(tx, &BucketName::parse("photos").unwrap())?.unwrap();
        assert_eq!((bucket.id, bucket.bucket.usage.unwrap().objects), (3, 1));
        let row = versions::latest(tx, bucket.id, &key("a"))?.unwrap();
        assert_eq!(
            (row.id, row.version.user_metadata["name"].as_str()),
            (7, "value")
        );
        assert_eq!((row.version.tags, row.version.acl), (Tags::default(), None));
        assert_eq!((row.version.sse, row.encryption), (Sse::S3, RowSse::S3));
        assert_eq!(parts::of_version(tx, row.id)?, [part(0, 4, 10)]);
        let id = UploadId::parse("u1").unwrap();
        let upload = uploads::find(tx, bucket.id, &key("b"), &id)?.unwrap();
        assert_eq!(upload.upload.storage_class.0, "GLACIER");
        assert_eq!((upload.tags, upload.acl), (Tags::default(), None));
        assert_eq!(upload.encryption, RowSse::S3);
        let kek = keks::newest(tx, "s3")?.unwrap();
        assert_eq!((kek.version, kek.origin), (1, VersionOrigin::Created));
        for kind in BucketConfigKind::ALL {
            assert_eq!(bucket_configs::find(tx, bucket.id, kind)?, None);
        }
        Ok::<_, Error>(pragma(tx, "user_version"))
    });
    assert_eq!(read.unwrap(), "4");
}

/// Users and a key, as the third format kept them.
const OF_FORMAT_3: &str = r"
    INSERT INTO users (name, created_ms) VALUES ('admin', 500), ('bob', 600);
    INSERT INTO access_keys (seq, id, user, status, created_ms, sealed_secret)
    VALUES (4, 'AKIAOLD', 'bob', 'inactive', 700, x'0102');
";

#[test]
fn users_of_the_third_format_may_still_make_buckets_and_the_owner_needs_no_policy() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("catalog.db");
    let mut connection = Connection::open(&path).unwrap();
    let third = Migrations::from_slice(&super::MIGRATIONS[..3]);
    third.to_latest(&mut connection).unwrap();
    connection.execute_batch(OF_FORMAT_3).unwrap();
    drop(connection);
    let catalog = Catalog::open(&path, &CatalogOptions::default()).unwrap();
    let read = catalog.read(|tx| {
        let found = users::list(tx)?;
        let expected = [("admin", 500), ("bob", 600)].map(|(name, created_ms)| {
            let mut row = user_row(name);
            row.identity.created = Timestamp::from_millis(created_ms);
            row
        });
        assert_eq!(found, expected);
        assert_eq!(identity_policies::of_identity(tx, &user("admin"))?, []);
        let of_bob = identity_policies::of_identity(tx, &user("bob"))?;
        let told = of_bob
            .iter()
            .map(|one| (one.name.as_str(), one.document.as_str()));
        let own_buckets = concat!(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"#,
            r#"["s3:CreateBucket","s3:ListAllMyBuckets"],"Resource":"*"}]}"#
        );
        assert_eq!(told.collect::<Vec<_>>(), [("own-buckets", own_buckets)]);
        let keys = access_keys::list(tx)?;
        assert_eq!(
            (keys.len(), keys[0].key.status),
            (1, AccessKeyStatus::Inactive)
        );
        assert_eq!((&keys[0].mac, &keys[0].key.last_used), (&None, &None));
        Ok::<_, Error>(())
    });
    read.unwrap();
}

#[test]
fn several_connections_read_at_once_while_one_writes() {
    let kit = Kit::new();
    kit.write(|tx| Ok(add_bucket(tx, "first")));
    kit.read(|outer| {
        assert_eq!(buckets::list(outer)?.len(), 1);
        kit.write(|tx| Ok(add_bucket(tx, "second")));
        let beside =
            std::thread::scope(|scope| scope.spawn(|| names_of_buckets(&kit)).join().unwrap());
        assert_eq!(beside, ["first", "second"]);
        assert_eq!(buckets::list(outer)?.len(), 1, "a snapshot does not move");
        Ok(())
    });
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files_and_the_index_of_the_log_is_no_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let kit = Kit::new();
    kit.write(|tx| Ok(add_bucket(tx, "photos")));
    let folder = kit.path().parent().unwrap().to_owned();
    let mut files: Vec<(String, u32)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            (entry.file_name().into_string().unwrap(), mode)
        })
        .collect();
    files.sort();
    let expected = [("catalog.db", 0o600), ("catalog.db-wal", 0o600)];
    assert_eq!(
        files,
        expected.map(|(name, mode)| (name.to_owned(), mode)),
        "modes are decimal here: 384 is 0600"
    );
}

#[test]
fn a_file_that_a_newer_release_wrote_is_refused_and_left_alone() {
    let refused = Kit::new().altered(|connection| {
        connection.pragma_update(None, "user_version", 7).unwrap();
    });
    assert!(matches!(
        refused.map(|_| ()),
        Err(Error::NewerFormat { found: 7, known: 4 })
    ));
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "milk, bread\n".repeat(400)).unwrap();
    let other = folder.path().join("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE notes (text)")
        .unwrap();
    for path in [&text, &other] {
        let before = fs::read(path).unwrap();
        let refused = Catalog::open(path, &CatalogOptions::default());
        assert!(matches!(refused, Err(Error::NotACatalog)), "{path:?}");
        assert_eq!(fs::read(path).unwrap(), before, "{path:?}");
    }
}

#[test]
fn a_missing_file_is_made_only_where_that_is_wanted() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("catalog.db");
    let refuse = CatalogOptions {
        missing: Missing::Refuse,
        ..CatalogOptions::default()
    };
    assert!(matches!(Catalog::open(&path, &refuse), Err(Error::Missing)));
    assert!(!path.exists());
    drop(Catalog::open(&path, &CatalogOptions::default()).unwrap());
    assert!(Catalog::open(&path, &refuse).is_ok());
}

#[test]
fn a_creation_that_was_cut_off_is_taken_up_again() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("catalog.db");
    fs::write(&path, "").unwrap();
    let catalog = Catalog::open(&path, &CatalogOptions::default()).unwrap();
    assert!(catalog.read(buckets::list).unwrap().is_empty());
}

#[test]
fn a_damaged_page_is_an_error() {
    let kit = Kit::new();
    kit.write(|tx| {
        for n in 0..200 {
            add_bucket(tx, &format!("bucket-{n}"));
        }
        Ok(())
    });
    let path = kit.path();
    kit.catalog.close();
    let mut bytes = fs::read(&path).unwrap();
    // All but the first page, which has the schema's root and the header.
    bytes[4_096..].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let found = Catalog::open(&path, &CatalogOptions::default()).and_then(|catalog| {
        let name = BucketName::parse("bucket-7").expect("a bucket name");
        catalog.read(|tx| buckets::find(tx, &name))
    });
    assert!(
        matches!(found, Err(Error::Damaged { what: "page" })),
        "{found:?}"
    );
}
