//! What people do that S3 spells as several operations.

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use stave_model::{BucketName, Conditions, ObjectKey, Sse, UserName};

use crate::requests::{Copied, CopyObject, DeleteObject, GetObject, ObjectRef};
use crate::{ByteStream, Error, Result, SseRequest, Store};

/// Copies the latest version of a key within or between buckets, metadata and all.
pub async fn copy_within(
    store: &dyn Store,
    source: ObjectRef,
    bucket: BucketName,
    key: ObjectKey,
    owner: UserName,
) -> Result<Copied> {
    let encryption = encryption_of(store, &source).await?;
    store
        .copy_object(CopyObject {
            source,
            source_conditions: Conditions::default(),
            bucket,
            key,
            owner,
            replace: None,
            tags: None,
            acl: None,
            conditions: Conditions::default(),
            checksum: None,
            encryption,
            source_customer_key: None,
        })
        .await
}

/// Returns how a copy is encrypted as its source is: under the key that its owner chose for it, and else as its
/// bucket says.
async fn encryption_of(store: &dyn Store, source: &ObjectRef) -> Result<SseRequest> {
    let head = store.head_object(GetObject::whole(source.clone())).await?;
    Ok(match head.version.sse {
        Sse::Kms(kms) => SseRequest::Kms {
            key: Some(kms.key),
            context: kms.context,
            bucket_key: Some(kms.bucket_key),
        },
        Sse::S3 | Sse::Customer => SseRequest::BucketDefault,
    })
}

/// Makes an older version the latest again by copying it over its own key: history only grows.
pub async fn restore_version(
    store: &dyn Store,
    version: ObjectRef,
    owner: UserName,
) -> Result<Copied> {
    let (bucket, key) = (version.bucket.clone(), version.key.clone());
    copy_within(store, version, bucket, key, owner).await
}

/// Renames a key: a copy, then a delete of the source. The source stays where the copy fails.
pub async fn rename_object(
    store: &dyn Store,
    source: ObjectRef,
    bucket: BucketName,
    key: ObjectKey,
    owner: UserName,
) -> Result<Copied> {
    if source.bucket == bucket && source.key == key {
        return Err(Error::CopyOntoItself);
    }
    let copied = copy_within(store, source.clone(), bucket, key, owner.clone()).await?;
    let object = ObjectRef {
        version: None,
        ..source
    };
    store
        .delete_object(DeleteObject {
            object,
            owner,
            conditions: Conditions::default(),
        })
        .await?;
    Ok(copied)
}

/// Reads a body into memory, or fails with `EntityTooLarge` past `maximum_bytes`.
pub async fn read_to_end(mut body: ByteStream, maximum_bytes: u64) -> Result<Bytes> {
    let mut all = BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(Error::Body)?;
        if (all.len() + chunk.len()) as u64 > maximum_bytes {
            return Err(Error::EntityTooLarge { maximum_bytes });
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all.freeze())
}
