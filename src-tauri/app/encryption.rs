//! How objects are encrypted: told for the inspector, and set as the default of a bucket.

use stave_model::{
    Actor, BucketConfig, BucketConfigKind, BucketEncryption, BucketName, Sse, SseAlgorithm, Via,
};
use stave_store::{KeyService, SseRequest, Store};

use crate::args::window_user;
use crate::errors::Answer;
use crate::views::{
    BucketAlgorithm, BucketEncryptionView, EncryptionKind, EncryptionView, ReencryptTo,
};

/// Returns as whom the window uses keys: the owner of the vault.
pub fn window_actor() -> Actor {
    Actor::local(window_user(), Via::Window)
}

/// Tells how a version is encrypted. Of a key that nobody may describe, or that is gone, only its id
/// is told.
pub async fn of_version(keys: &dyn KeyService, sse: &Sse) -> EncryptionView {
    let sse = match sse {
        Sse::S3 => return EncryptionView::without_key(EncryptionKind::S3),
        Sse::Customer => return EncryptionView::without_key(EncryptionKind::Customer),
        Sse::Kms(sse) => sse,
    };
    let by = window_actor();
    let described = keys.describe_key(&by, &sse.key).await.ok();
    let aliases = keys.list_aliases(&by, Some(&sse.key)).await;
    let alias = aliases.unwrap_or_default().into_iter().next();
    EncryptionView {
        key: Some(sse.key.clone()),
        key_alias: alias.map(|alias| alias.name.to_string()),
        key_arn: Some(sse.key_arn(keys.region())),
        key_state: described.map(|key| key.state.into()),
        bucket_key: sse.bucket_key,
        context: sse.context.clone(),
        ..EncryptionView::without_key(EncryptionKind::Kms)
    }
}

/// Returns how what is written into a bucket without a word about it is encrypted.
pub async fn of_bucket(store: &dyn Store, bucket: &BucketName) -> Answer<BucketEncryptionView> {
    // Asked first, so that a bucket that is gone is told as such.
    store.head_bucket(bucket).await?;
    let kind = BucketConfigKind::Encryption;
    Ok(match store.bucket_config(bucket, kind).await? {
        Some(BucketConfig::Encryption(encryption)) => encryption.into(),
        _ => BucketEncryptionView {
            algorithm: BucketAlgorithm::S3,
            key: None,
            bucket_key: false,
        },
    })
}

/// Sets it. A key that is not there is refused here, and not at the next write.
pub async fn set_of_bucket(
    store: &dyn Store,
    keys: &dyn KeyService,
    bucket: &BucketName,
    encryption: BucketEncryptionView,
) -> Answer<()> {
    let config = match encryption.algorithm {
        BucketAlgorithm::S3 => BucketEncryption {
            algorithm: SseAlgorithm::S3,
            kms_key: None,
            bucket_key: false,
        },
        BucketAlgorithm::Kms => {
            if let Some(key) = &encryption.key {
                keys.describe_key(&window_actor(), key).await?;
            }
            BucketEncryption {
                algorithm: SseAlgorithm::Kms,
                kms_key: encryption.key,
                bucket_key: encryption.bucket_key,
            }
        }
    };
    let config = BucketConfig::Encryption(config);
    Ok(store.put_bucket_config(bucket, config).await?)
}

/// Returns how objects are to be encrypted from now on, as the store takes it.
pub fn request(to: ReencryptTo) -> SseRequest {
    match to {
        ReencryptTo::S3 => SseRequest::S3,
        ReencryptTo::Kms { key, bucket_key } => SseRequest::Kms {
            key: Some(key),
            context: stave_model::EncryptionContext::new(),
            bucket_key: Some(bucket_key),
        },
    }
}

/// Refuses a key that is not there before anything is begun.
pub async fn check_target(keys: &dyn KeyService, to: &ReencryptTo) -> Answer<()> {
    if let ReencryptTo::Kms { key, .. } = to {
        keys.describe_key(&window_actor(), key).await?;
    }
    Ok(())
}
