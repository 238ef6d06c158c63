//! What is written is read again, and what was altered behind our back is an error.

use stave_model::{
    CannedAcl, Checksum, ChecksumAlgorithm, ChecksumKind, ETag, ObjectHeaders, Sse, StorageClass,
    Tags, UploadId, UserMetadata,
};

use crate::encryption::RowSse;
use crate::parts::PartRow;
use crate::testkit::{
    Kit, add_bucket, add_delete_marker, add_file, add_object, delete_marker, in_memory, key,
    object, part, user, version_id,
};
use crate::versions::{self, NewVersion, ObjectQuery};
use crate::{Error, parts};

fn tags(pairs: &[(&str, &str)]) -> Tags {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    Tags::of_object(pairs.iter().map(owned)).unwrap()
}

fn rich(key_text: &str) -> NewVersion {
    let mut version = object(key_text, "0af7651916cd43dd8448eb211c80319c", 30);
    version.headers = ObjectHeaders {
        content_type: Some("text/plain; charset=\"utf-8\"".to_owned()),
        cache_control: Some("no-store".to_owned()),
        content_disposition: Some("attachment; filename=\"\u{1F600}\"".to_owned()),
        content_encoding: Some("gzip".to_owned()),
        content_language: Some("de".to_owned()),
        expires: Some("never".to_owned()),
        website_redirect: Some("/elsewhere".to_owned()),
        storage_class: StorageClass("GLACIER".to_owned()),
    };
    version.user_metadata = UserMetadata::from([
        ("empty".to_owned(), String::new()),
        ("name".to_owned(), "M\u{FC}ller\0\"".to_owned()),
    ]);
    version.checksum = Some(Checksum {
        algorithm: ChecksumAlgorithm::Sha256,
        kind: ChecksumKind::Composite,
        value: (0..32).collect(),
        parts: 3,
    });
    version.etag = ETag::parse("9b2cf535f27731c974343645a3985328-3");
    version.parts = 3;
    version.tags = tags(&[("project", "blue"), ("\u{FC}ber", "")]);
    let acl = CannedAcl::PublicRead.written_out(&user("admin"), &user("admin"));
    version.acl = Some(acl);
    let third = PartRow {
        checksum: Some(vec![9; 32]),
        etag_md5: None,
        kek_version: u32::MAX,
        ..part(10_000, 3, 10)
    };
    NewVersion {
        upload_id: None,
        bucket_id: 1,
        version,
        parts: vec![part(1, 1, 10), part(2, 2, 10), third],
        encryption: RowSse::S3,
    }
}

#[test]
fn a_version_and_its_parts_are_read_as_they_were_written() {
    in_memory(|tx| {
        add_bucket(tx, "photos");
        (1..=3).for_each(|n| add_file(tx, n));
        let new = rich("a\0\n\u{10FFFF}/");
        let row_id = versions::insert(tx, &new).unwrap();
        let found = versions::latest(tx, 1, &new.version.key).unwrap().unwrap();
        assert_eq!((found.id, found.bucket_id), (row_id, 1));
        assert_eq!(found.version, new.version);
        let by_id = versions::find(tx, 1, &new.version.key, &new.version.id).unwrap();
        assert_eq!(by_id.as_ref(), Some(&found));
        assert_eq!(versions::by_row(tx, row_id).unwrap(), Some(found));
        assert_eq!(parts::of_version(tx, row_id).unwrap(), new.parts);
        assert_eq!(
            parts::versions_naming(tx, &new.parts[1].blob).unwrap(),
            [row_id]
        );
    });
}

#[test]
fn tags_and_lists_are_replaced_and_nothing_else() {
    in_memory(|tx| {
        add_bucket(tx, "photos");
        (1..=3).for_each(|n| add_file(tx, n));
        let mut new = rich("a");
        let row_id = versions::insert(tx, &new).unwrap();
        new.version.tags = tags(&[("other", "1")]);
        versions::set_tags(tx, row_id, &new.version.tags).unwrap();
        new.version.acl = Some(stave_model::Acl { grants: Vec::new() });
        versions::set_acl(tx, row_id, new.version.acl.as_ref()).unwrap();
        let found = versions::by_row(tx, row_id).unwrap().unwrap();
        assert_eq!(found.version, new.version);
        versions::set_tags(tx, row_id, &Tags::default()).unwrap();
        versions::set_acl(tx, row_id, None).unwrap();
        let found = versions::by_row(tx, row_id).unwrap().unwrap();
        assert_eq!(
            (found.version.tags, found.version.acl),
            (Tags::default(), None)
        );
        let missing = versions::set_tags(tx, 99, &Tags::default());
        assert!(matches!(
            missing,
            Err(Error::NoSuchRow { table: "versions" })
        ));
        let missing = versions::set_acl(tx, 99, None);
        assert!(matches!(
            missing,
            Err(Error::NoSuchRow { table: "versions" })
        ));
    });
}

#[test]
fn a_version_is_encrypted_otherwise_with_its_parts_and_nothing_else_of_it_changes() {
    in_memory(|tx| {
        add_bucket(tx, "photos");
        (1..=3).for_each(|n| add_file(tx, n));
        let mut new = rich("a");
        let row_id = versions::insert(tx, &new).unwrap();
        for part in &mut new.parts {
            part.wrapped_key = vec![0x77; 80];
            part.kek_version = 9;
        }
        let customer = RowSse::Customer {
            salt: [1; 32],
            check: [2; 32],
            upload: None,
        };
        versions::set_encryption(tx, row_id, &customer, &new.parts).unwrap();
        let found = versions::by_row(tx, row_id).unwrap().unwrap();
        assert_eq!(found.encryption, customer);
        new.version.sse = Sse::Customer;
        assert_eq!(found.version, new.version);
        assert_eq!(parts::of_version(tx, row_id).unwrap(), new.parts);
        let of_another = versions::set_encryption(tx, row_id, &customer, &[part(4, 1, 10)]);
        assert!(matches!(
            of_another,
            Err(Error::NoSuchRow { table: "parts" })
        ));
        let missing = versions::set_encryption(tx, 99, &customer, &[]);
        assert!(matches!(
            missing,
            Err(Error::NoSuchRow { table: "versions" })
        ));
    });
}

#[test]
fn a_version_is_found_by_the_upload_that_made_it() {
    in_memory(|tx| {
        let bucket = add_bucket(tx, "photos");
        let other = add_bucket(tx, "other");
        (1..=3).for_each(|n| add_file(tx, n));
        let upload = UploadId::parse("u1").unwrap();
        let new = NewVersion {
            upload_id: Some(upload.clone()),
            ..rich("a")
        };
        let row_id = versions::insert(tx, &new).unwrap();
        let find = |bucket, text, id: &str| {
            let id = UploadId::parse(id).unwrap();
            let found = versions::completed_from(tx, bucket, &key(text), &id).unwrap();
            found.map(|row| row.id)
        };
        assert_eq!(find(bucket, "a", "u1"), Some(row_id));
        assert_eq!(find(bucket, "a", "u2"), None);
        assert_eq!(find(bucket, "b", "u1"), None);
        assert_eq!(find(other, "a", "u1"), None);
        versions::remove(tx, row_id).unwrap();
        assert_eq!(find(bucket, "a", "u1"), None);
    });
}

#[test]
fn parts_are_told_in_pages() {
    in_memory(|tx| {
        add_bucket(tx, "photos");
        (1..=3).for_each(|n| add_file(tx, n));
        let row_id = versions::insert(tx, &rich("a")).unwrap();
        let page = |after, limit| {
            let rows = parts::page(tx, row_id, after, limit).unwrap();
            rows.iter().map(|row| row.number).collect::<Vec<_>>()
        };
        assert_eq!(page(0, 2), [1, 2]);
        assert_eq!(page(2, 9), [10_000]);
        assert_eq!(page(10_000, 9), [0; 0]);
    });
}

#[test]
fn a_delete_marker_is_the_latest_and_has_no_parts() {
    in_memory(|tx| {
        let bucket = add_bucket(tx, "photos");
        let marker = delete_marker("a", "m1");
        let row_id = add_delete_marker(tx, bucket, marker.clone());
        let latest = versions::latest(tx, bucket, &key("a")).unwrap().unwrap();
        assert_eq!(latest.version, marker);
        assert!(parts::of_version(tx, row_id).unwrap().is_empty());
    });
}

#[test]
fn what_is_not_there_is_none_and_not_removed() {
    in_memory(|tx| {
        let bucket = add_bucket(tx, "photos");
        add_file(tx, 1);
        add_object(tx, bucket, object("a", "v1", 1), 1);
        let other = add_bucket(tx, "other");
        assert_eq!(versions::latest(tx, bucket, &key("A")).unwrap(), None);
        assert_eq!(versions::latest(tx, other, &key("a")).unwrap(), None);
        let missing = versions::find(tx, bucket, &key("a"), &version_id("v2"));
        assert_eq!(missing.unwrap(), None);
        assert!(matches!(
            versions::remove(tx, 99),
            Err(Error::NoSuchRow { table: "versions" })
        ));
    });
}

#[test]
fn a_version_whose_parts_do_not_make_up_its_body_is_refused() {
    in_memory(|tx| {
        let bucket_id = add_bucket(tx, "photos");
        (1..=3).for_each(|n| add_file(tx, n));
        let refused = |version, parts| {
            let new = NewVersion {
                upload_id: None,
                bucket_id,
                version,
                parts,
                encryption: RowSse::S3,
            };
            let refused = versions::insert(tx, &new);
            assert!(matches!(refused, Err(Error::PartsDoNotFit)), "{new:?}");
        };
        let two = |version| stave_model::Version {
            parts: 2,
            ..version
        };
        refused(object("a", "v", 5), vec![]);
        refused(object("a", "v", 5), vec![part(0, 1, 4)]);
        refused(object("a", "v", 5), vec![part(1, 1, 5)]);
        refused(object("a", "v", 5), vec![part(0, 1, 2), part(1, 2, 3)]);
        refused(two(object("a", "v", 5)), vec![part(1, 1, 5)]);
        refused(
            two(object("a", "v", 5)),
            vec![part(1, 1, u64::MAX), part(2, 2, 6)],
        );
        refused(delete_marker("a", "v"), vec![part(0, 1, 0)]);
        assert_eq!(versions::latest(tx, bucket_id, &key("a")).unwrap(), None);
    });
}

#[test]
fn ids_and_blobs_are_checked_by_the_database() {
    in_memory(|tx| {
        let bucket_id = add_bucket(tx, "photos");
        add_file(tx, 1);
        add_object(tx, bucket_id, object("a", "v1", 1), 1);
        let insert = |bucket_id, id, n| {
            let new = NewVersion {
                upload_id: None,
                bucket_id,
                version: object("a", id, 1),
                parts: vec![part(0, n, 1)],
                encryption: RowSse::S3,
            };
            versions::insert(tx, &new)
        };
        assert!(matches!(insert(bucket_id, "v1", 1), Err(Error::Exists)));
        assert!(matches!(insert(bucket_id, "v2", 2), Err(Error::Tied)));
        assert!(matches!(insert(99, "v3", 1), Err(Error::Tied)));
    });
}

#[track_caller]
fn altered_is_damage(alteration: &str, what: &str) {
    let kit = Kit::new();
    kit.write(|tx| {
        add_bucket(tx, "photos");
        (1..=3).for_each(|n| add_file(tx, n));
        versions::insert(tx, &rich("a")).map(|_| ())
    });
    let kit = kit.altered(|connection| {
        connection
            .pragma_update(None, "ignore_check_constraints", true)
            .unwrap();
        connection.execute_batch(alteration).unwrap();
    });
    let found = kit.unwrap().catalog.read(|tx| {
        let query = ObjectQuery {
            bucket_id: 1,
            max: 10,
            ..ObjectQuery::default()
        };
        versions::list_objects(tx, &query)
    });
    assert!(
        matches!(
            found,
            Err(Error::Damaged { what: told } | Error::DamagedVersion { what: told, .. })
                if told == what
        ),
        "{alteration}: {found:?}"
    );
}

#[test]
fn damage_of_a_version_that_is_asked_for_names_it() {
    let kit = Kit::new();
    kit.write(|tx| {
        add_bucket(tx, "photos");
        (1..=3).for_each(|n| add_file(tx, n));
        versions::insert(tx, &rich("a")).map(|_| ())
    });
    let kit = kit.altered(|connection| {
        let alteration = "UPDATE versions SET sse = 'aws:kms'";
        connection.execute_batch(alteration).unwrap();
    });
    let found = kit
        .unwrap()
        .catalog
        .read(|tx| versions::latest(tx, 1, &key("a")));
    let Err(Error::DamagedVersion { key, version, what }) = found else {
        panic!("not told as damage: {found:?}");
    };
    assert_eq!((key.as_str(), what), ("a", "encryption"));
    assert_eq!(version.as_str(), "0af7651916cd43dd8448eb211c80319c");
}

#[test]
fn an_altered_column_is_damage_and_no_panic() {
    altered_is_damage("UPDATE versions SET headers = '{'", "headers");
    altered_is_damage("UPDATE versions SET headers = 'null'", "headers");
    altered_is_damage("UPDATE versions SET user_metadata = '[1]'", "user_metadata");
    altered_is_damage("UPDATE versions SET checksum = '{}'", "checksum");
    altered_is_damage(
        "UPDATE versions SET checksum = replace(checksum, 'SHA256', 'SHA1')",
        "checksum",
    );
    altered_is_damage("UPDATE versions SET tags = '[]'", "tags");
    altered_is_damage("UPDATE versions SET acl = '{}'", "acl");
    altered_is_damage("UPDATE versions SET key = x'FE'", "key");
    altered_is_damage("UPDATE versions SET key = zeroblob(2000)", "key");
    altered_is_damage("UPDATE versions SET version_id = ''", "version_id");
    altered_is_damage("UPDATE versions SET owner = 'no one'", "owner");
    for encryption in [
        "sse = 'none'",
        "sse = 'aws:kms'",
        "sse = 'SSE-C'",
        "encryption = '{}'",
        "sse = 'aws:kms', encryption = '{\"context\":{},\"bucket_key\":false}'",
        "sse = 'SSE-C', encryption = '{\"salt\":\"00\",\"check\":\"00\"}'",
    ] {
        altered_is_damage(&format!("UPDATE versions SET {encryption}"), "encryption");
    }
    altered_is_damage("UPDATE versions SET size_bytes = -1", "size_bytes");
    altered_is_damage("UPDATE versions SET part_count = 70000", "value");
    altered_is_damage(
        "UPDATE versions SET is_latest = 1, etag = CAST(x'FF' AS TEXT)",
        "etag",
    );
}
