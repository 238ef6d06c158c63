//! Rows that were changed in the database behind the store's back: what they name is not read, and
//! the refusal says which item it is.

use stave_catalog::encryption::RowSse;
use stave_catalog::parts::{self, PartRow};
use stave_catalog::versions::{self, NewVersion, VersionRow};
use stave_catalog::{Catalog, CatalogOptions, Error as CatalogError, WriteTx, buckets};
use stave_model::{BucketName, EncryptionContext, KeyId, UploadId, VersionId};
use stave_store::{Error, ListObjects, Store};

use super::{Kind, by_customer, by_key, every_kind, reading, vault_and_bucket};
use crate::kit::{Vault, key, latest, pattern};

/// A version as its rows keep it.
struct Found {
    row: VersionRow,
    parts: Vec<PartRow>,
}

fn find(tx: &WriteTx<'_>, bucket: &BucketName, text: &str) -> Found {
    let bucket = buckets::find(tx, bucket).unwrap().unwrap();
    let row = versions::latest(tx, bucket.id, &key(text))
        .unwrap()
        .unwrap();
    let parts = parts::of_version(tx, row.id).unwrap();
    Found { row, parts }
}

/// Closes the vault, changes rows of its catalog, and opens it again.
fn alter(
    vault: &mut Vault,
    bucket: &BucketName,
    change: impl FnOnce(&WriteTx<'_>, &BucketName) -> Result<(), CatalogError> + Send + 'static,
) {
    vault.engine.close();
    let path = vault.dir().join("catalog.db");
    let catalog = Catalog::open(&path, &CatalogOptions::default()).unwrap();
    let bucket = bucket.clone();
    catalog.write(move |tx| change(tx, &bucket)).unwrap();
    catalog.close();
    drop(catalog);
    vault.reopen();
}

/// Changes how the latest version of `k` says that it is encrypted.
fn alter_encryption(
    vault: &mut Vault,
    bucket: &BucketName,
    change: impl FnOnce(RowSse) -> RowSse + Send + 'static,
) {
    alter(vault, bucket, |tx, bucket| {
        let found = find(tx, bucket, "k");
        let changed = change(found.row.encryption);
        versions::set_encryption(tx, found.row.id, &changed, &[])
    });
}

#[tokio::test]
async fn a_listing_names_the_version_whose_encryption_is_none() {
    let (mut vault, bucket) = vault_and_bucket().await;
    vault.put(&bucket, "j", "bytes").await;
    vault.put_as(&bucket, "k", b"bytes", &by_customer(1)).await;
    vault.engine.close();
    let path = vault.dir().join("catalog.db");
    let bytes = std::fs::read(&path).unwrap();
    let written = b"\"salt\":\"";
    let places: Vec<usize> = bytes
        .windows(written.len())
        .enumerate()
        .filter(|(_, window)| window == written)
        .map(|(place, _)| place)
        .collect();
    let mut changed = bytes;
    for place in places {
        changed[place + 1] = b'S';
    }
    std::fs::write(&path, changed).unwrap();
    vault.reopen();
    assert_names(vault.get_as(&bucket, "k", &by_customer(1)).await, "k");
    let list = ListObjects {
        bucket: bucket.clone(),
        prefix: String::new(),
        delimiter: String::new(),
        after: None,
        max_keys: 10,
    };
    assert_names(vault.store.list_objects(list).await, "k");
    assert_eq!(vault.get(&bucket, "j").await.unwrap(), b"bytes");
}

async fn assert_damaged(vault: &Vault, bucket: &BucketName, text: &str, kind: &Kind) {
    let refused = vault.get_as(bucket, text, kind).await;
    assert_names(refused, text);
    let other = by_customer(9);
    let copied = vault.copy_as(bucket, (text, kind), ("copied", &other));
    assert_names(copied.await, text);
    let object = latest(bucket, text);
    assert_names(vault.reencrypt(object, kind, &other).await, text);
}

#[track_caller]
fn assert_names<T>(outcome: Result<T, Error>, text: &str) {
    match outcome {
        Err(Error::Damaged { key, version }) => {
            assert_eq!((key.as_str(), version), (text, VersionId::Null));
        }
        Err(other) => panic!("not told as damage: {other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

#[tokio::test]
async fn swapped_wraps_are_refused() {
    let (mut vault, bucket) = vault_and_bucket().await;
    for kind in every_kind(&vault).await {
        vault.put_as(&bucket, "a", b"bytes of one", &kind).await;
        vault.put_as(&bucket, "b", b"bytes of two", &kind).await;
        alter(&mut vault, &bucket, |tx, bucket| {
            let (a, b) = (find(tx, bucket, "a"), find(tx, bucket, "b"));
            let wrapped_by = |to: &Found, of: &Found| PartRow {
                wrapped_key: of.parts[0].wrapped_key.clone(),
                ..to.parts[0].clone()
            };
            versions::set_encryption(tx, a.row.id, &a.row.encryption, &[wrapped_by(&a, &b)])?;
            versions::set_encryption(tx, b.row.id, &b.row.encryption, &[wrapped_by(&b, &a)])
        });
        assert_damaged(&vault, &bucket, "a", &kind).await;
        assert_damaged(&vault, &bucket, "b", &kind).await;
    }
}

#[tokio::test]
async fn another_size_or_version_of_a_key_is_refused() {
    let (mut vault, bucket) = vault_and_bucket().await;
    for kind in every_kind(&vault).await {
        vault.put_as(&bucket, "k", &pattern(20_000, 1), &kind).await;
        alter(&mut vault, &bucket, |tx, bucket| {
            let Found { row, mut parts } = find(tx, bucket, "k");
            parts[0].size_bytes -= 1;
            let mut version = row.version;
            version.size_bytes -= 1;
            let shorter = NewVersion {
                bucket_id: row.bucket_id,
                version,
                encryption: row.encryption,
                upload_id: None,
                parts,
            };
            versions::replace(tx, row.id, &shorter).map(|_| ())
        });
        assert_damaged(&vault, &bucket, "k", &kind).await;
        vault.put_as(&bucket, "k", b"bytes", &kind).await;
        alter(&mut vault, &bucket, |tx, bucket| {
            let Found { row, mut parts } = find(tx, bucket, "k");
            parts[0].kek_version += 1;
            versions::set_encryption(tx, row.id, &row.encryption, &parts)
        });
        assert_damaged(&vault, &bucket, "k", &kind).await;
    }
}

#[tokio::test]
async fn another_kind_is_refused() {
    let (mut vault, bucket) = vault_and_bucket().await;
    let customer = by_customer(1);
    let own = vault.new_key().await;
    let of_customer = |byte: u8| RowSse::Customer {
        salt: [byte; 32],
        check: stave_vault::customer_key_check(&[1; 32], &[byte; 32]),
        upload: None,
    };
    for kind in every_kind(&vault).await {
        if kind.told != "AES256" {
            vault.put_as(&bucket, "k", b"bytes", &kind).await;
            alter_encryption(&mut vault, &bucket, |_| RowSse::S3);
            assert_damaged(&vault, &bucket, "k", &super::by_s3()).await;
        }
        if kind.told != "aws:kms" {
            vault.put_as(&bucket, "k", b"bytes", &kind).await;
            let key = own.clone();
            alter_encryption(&mut vault, &bucket, move |_| RowSse::Kms {
                key,
                context: EncryptionContext::new(),
                bucket_key: false,
            });
            assert_damaged(&vault, &bucket, "k", &super::by_s3()).await;
        }
        vault.put_as(&bucket, "k", b"bytes", &kind).await;
        alter_encryption(&mut vault, &bucket, move |_| of_customer(7));
        assert_damaged(&vault, &bucket, "k", &customer).await;
    }
}

#[tokio::test]
async fn the_row_of_an_object_under_a_key_takes_no_other_context_or_key() {
    let (mut vault, bucket) = vault_and_bucket().await;
    let (own, other) = (vault.new_key().await, vault.new_key().await);
    let kind = by_key(Some(&own), &[("team", "blue")], false);
    let row = |key: &KeyId, pairs: &[(&str, &str)], bucket_key| {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        RowSse::Kms {
            key: key.clone(),
            context: pairs.iter().map(owned).collect(),
            bucket_key,
        }
    };
    for changed in [
        row(&other, &[("team", "blue")], false),
        row(&own, &[("team", "red")], false),
        row(&own, &[("team", "blue"), ("more", "")], false),
        row(&own, &[], false),
        row(&own, &[("team", "blue")], true),
    ] {
        vault.put_as(&bucket, "k", b"bytes", &kind).await;
        alter_encryption(&mut vault, &bucket, move |_| changed);
        assert_damaged(&vault, &bucket, "k", &kind).await;
    }
}

#[tokio::test]
async fn the_row_of_a_customers_object_takes_no_other_check_or_upload() {
    let (mut vault, bucket) = vault_and_bucket().await;
    let (own, other) = (by_customer(1), by_customer(2));
    vault.put_as(&bucket, "k", b"bytes", &own).await;
    alter_encryption(&mut vault, &bucket, |encryption| {
        let RowSse::Customer { salt, upload, .. } = encryption else {
            panic!("not a customer's");
        };
        let check = stave_vault::customer_key_check(&[2; 32], &salt);
        RowSse::Customer {
            salt,
            check,
            upload,
        }
    });
    assert_damaged(&vault, &bucket, "k", &other).await;
    let refused = vault
        .store
        .get_object(reading(latest(&bucket, "k"), &own))
        .await;
    assert!(matches!(refused, Err(Error::CustomerKeyWrong)));
    vault.put_as(&bucket, "k", b"bytes", &own).await;
    alter_encryption(&mut vault, &bucket, |encryption| {
        let RowSse::Customer { salt, check, .. } = encryption else {
            panic!("not a customer's");
        };
        let upload = UploadId::parse("0af7651916cd43dd8448eb211c80319c").ok();
        RowSse::Customer {
            salt,
            check,
            upload,
        }
    });
    assert_damaged(&vault, &bucket, "k", &own).await;
}
