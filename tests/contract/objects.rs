//! Writing, reading and deleting objects.

use bytes::Bytes;
use futures::stream;
use stave_model::{
    ByteRange, ChecksumAlgorithm, Checksums, ETag, ObjectHeaders, StorageClass, UserMetadata,
    VersionKind,
};
use stave_store::{Body, BodyError, Error, GetObject, PutObject, read_to_end};

use crate::kit::{Kit, bucket, delete, key, latest, named, owner, write};
use crate::over_every_store;

over_every_store!(
    what_is_written_is_read,
    headers_and_metadata_come_back,
    metadata_beyond_ascii_comes_back,
    odd_keys_are_opaque,
    a_long_stream_arrives_whole,
    a_body_that_ends_early_leaves_nothing,
    a_body_that_fails_leaves_nothing,
    ranges_are_cut_out,
    a_range_outside_is_refused,
    what_is_missing_is_named,
    a_wrong_digest_is_refused,
    a_right_checksum_is_kept_and_told,
    a_checksum_is_computed_where_asked,
    deleting_what_is_not_there_is_no_error,
    a_batch_is_deleted_each_on_its_own,
);

async fn what_is_written_is_read(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let stored = kit.put(&photos, "a.txt", b"hello").await;
    assert_eq!(stored.size_bytes, 5);
    assert_eq!(stored.etag, ETag::parse("5d41402abc4b2a76b9719d911017c592"));
    assert_eq!(kit.get(&photos, "a.txt").await.unwrap(), b"hello");
    kit.put(&photos, "a.txt", b"").await;
    assert_eq!(kit.get(&photos, "a.txt").await.unwrap(), b"");
    let head = kit
        .store
        .head_object(GetObject::whole(latest(&photos, "a.txt")));
    let told = head.await.unwrap().version;
    assert_eq!(told.key, key("a.txt"));
    assert_eq!(told.size_bytes, 0);
    assert_eq!(told.etag, ETag::parse("d41d8cd98f00b204e9800998ecf8427e"));
    assert_eq!(told.kind, VersionKind::Object);
    assert!(told.is_latest);
    assert_eq!(told.parts, 0);
}

async fn headers_and_metadata_come_back(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let headers = ObjectHeaders {
        content_type: Some("text/plain; charset=utf-8".to_owned()),
        cache_control: Some("max-age=60".to_owned()),
        content_disposition: Some("attachment; filename=\"a b.txt\"".to_owned()),
        content_encoding: Some("gzip".to_owned()),
        content_language: Some("de, en".to_owned()),
        expires: Some("Wed, 21 Oct 2015 07:28:00 GMT".to_owned()),
        website_redirect: Some("/elsewhere".to_owned()),
        storage_class: StorageClass::default(),
    };
    let user_metadata = UserMetadata::from([
        ("color".to_owned(), "dark red".to_owned()),
        ("empty".to_owned(), String::new()),
    ]);
    let put = PutObject {
        headers: headers.clone(),
        user_metadata: user_metadata.clone(),
        ..write(&photos, "a.txt", b"hello")
    };
    kit.store.put_object(put).await.unwrap();
    let get = GetObject::whole(latest(&photos, "a.txt"));
    let head = kit.store.head_object(get.clone()).await.unwrap().version;
    assert_eq!(
        (head.headers, head.user_metadata),
        (headers.clone(), user_metadata.clone())
    );
    let got = kit.store.get_object(get).await.unwrap().version;
    assert_eq!((got.headers, got.user_metadata), (headers, user_metadata));
}

async fn metadata_beyond_ascii_comes_back(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let user_metadata =
        UserMetadata::from([("town".to_owned(), "Z\u{fc}rich \u{1f3d4}".to_owned())]);
    let put = PutObject {
        user_metadata: user_metadata.clone(),
        ..write(&photos, "a", b"1")
    };
    kit.store.put_object(put).await.unwrap();
    let head = kit
        .store
        .head_object(GetObject::whole(latest(&photos, "a")));
    assert_eq!(head.await.unwrap().version.user_metadata, user_metadata);
}

async fn odd_keys_are_opaque(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let longest = "k".repeat(1_024);
    let keys = [
        "a//b",
        "./x",
        "..",
        "../up",
        "/lead",
        "trail/",
        "a b",
        "a+b",
        "a%20b",
        "a?b#c&d=e",
        "\u{fc}",
        "\u{1f980}",
        "a:b*\"c\"",
        "back\\slash",
        "~tilde",
        &longest,
    ];
    for name in keys {
        let body = Body::from_bytes(name.as_bytes().to_vec());
        let put = PutObject::new(photos.clone(), key(name), owner(), body);
        kit.store.put_object(put).await.unwrap();
    }
    for name in keys {
        let read = kit.get(&photos, name).await.unwrap();
        assert_eq!(String::from_utf8(read).unwrap(), name);
    }
    for name in keys {
        kit.delete(latest(&photos, name)).await.unwrap();
        assert_eq!(named(kit.get(&photos, name).await), "NoSuchKey", "{name:?}");
    }
}

/// A body of `chunks` pieces of 64 KiB, which cannot be sent a second time.
fn stream_of(chunks: u64, then: Option<BodyError>, declared: u64) -> Body {
    let piece = Bytes::from(vec![0x5a; 64 * 1024]);
    let pieces: Vec<Result<Bytes, BodyError>> = (0..chunks)
        .map(|_| Ok(piece.clone()))
        .chain(then.map(Err))
        .collect();
    Body::from_stream(Box::pin(stream::iter(pieces)), Some(declared))
}

async fn a_long_stream_arrives_whole(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let size = 10 * 1024 * 1024;
    let body = stream_of(size / 65_536, None, size);
    let put = PutObject::new(photos.clone(), key("long"), owner(), body);
    let stored = kit.store.put_object(put).await.unwrap();
    assert_eq!(stored.size_bytes, size);
    let got = kit
        .store
        .get_object(GetObject::whole(latest(&photos, "long")));
    let got = got.await.unwrap();
    assert_eq!(got.version.size_bytes, size);
    let read = read_to_end(got.body, size).await.unwrap();
    assert!(read.len() as u64 == size && read.iter().all(|b| *b == 0x5a));
}

async fn a_body_that_ends_early_leaves_nothing(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    for (chunks, declared) in [(1, 65_537), (32, 3 * 1024 * 1024)] {
        let body = stream_of(chunks, None, declared);
        let put = PutObject::new(photos.clone(), key("short"), owner(), body);
        match kit.store.put_object(put).await {
            Err(Error::IncompleteBody {
                got_bytes,
                declared_bytes,
            }) => assert_eq!((got_bytes, declared_bytes), (chunks * 65_536, declared)),
            other => panic!("{other:?}"),
        }
        assert_eq!(named(kit.get(&photos, "short").await), "NoSuchKey");
    }
}

async fn a_body_that_fails_leaves_nothing(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    for chunks in [1, 40] {
        let body = stream_of(chunks, Some(BodyError::Damaged), 4 * 1024 * 1024);
        let put = PutObject::new(photos.clone(), key("broken"), owner(), body);
        let outcome = kit.store.put_object(put).await;
        assert!(
            matches!(outcome, Err(Error::Body(BodyError::Damaged))),
            "{outcome:?}"
        );
        assert_eq!(named(kit.get(&photos, "broken").await), "NoSuchKey");
    }
}

async fn ranges_are_cut_out(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    kit.put(&photos, "digits", b"0123456789").await;
    for (header, expected, shown) in [
        ("bytes=0-0", "0", "bytes 0-0/10"),
        ("bytes=2-5", "2345", "bytes 2-5/10"),
        ("bytes=8-", "89", "bytes 8-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=5-500", "56789", "bytes 5-9/10"),
    ] {
        let get = GetObject {
            range: ByteRange::parse(header),
            ..GetObject::whole(latest(&photos, "digits"))
        };
        let got = kit.store.get_object(get.clone()).await.unwrap();
        assert_eq!(got.version.size_bytes, 10, "{header}");
        assert_eq!(got.range.unwrap().content_range(10), shown);
        let read = read_to_end(got.body, 10).await.unwrap();
        assert_eq!(read, expected, "{header}");
        let head = kit.store.head_object(get).await.unwrap();
        assert_eq!(head.range.unwrap().content_range(10), shown);
        assert_eq!(head.version.size_bytes, 10, "{header}");
    }
}

async fn a_range_outside_is_refused(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    kit.put(&photos, "digits", b"0123456789").await;
    let get = GetObject {
        range: ByteRange::parse("bytes=10-"),
        ..GetObject::whole(latest(&photos, "digits"))
    };
    match kit.store.get_object(get.clone()).await {
        Err(Error::InvalidRange(outside)) => assert_eq!(outside.size_bytes, 10),
        other => panic!("{other:?}"),
    }
    assert_eq!(named(kit.store.head_object(get).await), "InvalidRange");
}

async fn what_is_missing_is_named(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let nowhere = bucket("nowhere");
    for (bucket, expected) in [(&photos, "NoSuchKey"), (&nowhere, "NoSuchBucket")] {
        let get = GetObject::whole(latest(bucket, "a"));
        assert_eq!(named(kit.store.get_object(get.clone()).await), expected);
        assert_eq!(named(kit.store.head_object(get).await), expected);
    }
    let put = kit.store.put_object(write(&nowhere, "a", b"1")).await;
    assert_eq!(named(put), "NoSuchBucket");
    let deleted = kit.delete(latest(&nowhere, "a")).await;
    assert_eq!(named(deleted), "NoSuchBucket");
}

async fn a_wrong_digest_is_refused(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let wrong = [
        Checksums {
            md5: Some([7; 16]),
            ..Checksums::default()
        },
        Checksums {
            additional: Some((ChecksumAlgorithm::Crc32, vec![0, 0, 0, 7])),
            ..Checksums::default()
        },
        Checksums {
            sha256: Some([7; 32]),
            ..Checksums::default()
        },
    ];
    for checksums in wrong {
        let put = PutObject {
            checksums: checksums.clone(),
            ..write(&photos, "a", b"hello")
        };
        let outcome = named(kit.store.put_object(put).await);
        assert_eq!(outcome, "BadDigest", "{checksums:?}");
    }
    assert_eq!(named(kit.get(&photos, "a").await), "NoSuchKey");
}

async fn a_right_checksum_is_kept_and_told(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    // CRC-32 of `hello`.
    let value = vec![0x36, 0x10, 0xa6, 0x86];
    let put = PutObject {
        checksums: Checksums {
            additional: Some((ChecksumAlgorithm::Crc32, value.clone())),
            ..Checksums::default()
        },
        ..write(&photos, "a", b"hello")
    };
    let stored = kit.store.put_object(put).await.unwrap();
    assert_eq!(stored.checksum.unwrap().value, value);
    let head = kit
        .store
        .head_object(GetObject::whole(latest(&photos, "a")));
    let told = head.await.unwrap().version.checksum.unwrap();
    assert_eq!(
        (told.algorithm, told.value),
        (ChecksumAlgorithm::Crc32, value)
    );
}

async fn a_checksum_is_computed_where_asked(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let put = PutObject {
        checksums: Checksums {
            computed: Some(ChecksumAlgorithm::Crc32),
            ..Checksums::default()
        },
        ..write(&photos, "a", b"hello")
    };
    kit.store.put_object(put).await.unwrap();
    let head = kit
        .store
        .head_object(GetObject::whole(latest(&photos, "a")));
    let told = head.await.unwrap().version.checksum.unwrap();
    assert_eq!(told.value, [0x36, 0x10, 0xa6, 0x86]);
    assert_eq!(kit.get(&photos, "a").await.unwrap(), b"hello");
}

async fn deleting_what_is_not_there_is_no_error(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let deleted = kit.delete(latest(&photos, "missing")).await.unwrap();
    assert_eq!(deleted.key, key("missing"));
    assert!(!deleted.delete_marker);
    assert_eq!(deleted.version, None);
}

async fn a_batch_is_deleted_each_on_its_own(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    let names: Vec<String> = (0..20).map(|n| format!("dir/{n:02} +&.txt")).collect();
    for name in &names {
        kit.put(&photos, name, b"1").await;
    }
    let mut deletes: Vec<_> = names.iter().map(|n| delete(latest(&photos, n))).collect();
    deletes.push(delete(latest(&photos, "missing")));
    let outcomes = kit.store.delete_objects(&photos, deletes).await.unwrap();
    assert_eq!(outcomes.len(), 21);
    for ((object, outcome), name) in outcomes.iter().zip(&names) {
        assert_eq!(object.key.as_str(), name);
        assert_eq!(&outcome.as_ref().unwrap().key, &object.key);
    }
    for name in &names {
        assert_eq!(named(kit.get(&photos, name).await), "NoSuchKey");
    }
    kit.store.delete_bucket(&photos).await.unwrap();
}
