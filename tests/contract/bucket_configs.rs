//! What is set for a bucket, but for its list.

use stave_model::{
    Acceleration, BucketConfig, BucketConfigKind, BucketEncryption, BucketName, LogKeyFormat,
    Logging, ObjectOwnership, Payer, PublicAccessBlock, RoutingRule, SseAlgorithm, Tags, Website,
};

use crate::kit::{Kit, bucket, named};

crate::over_every_store!(
    nothing_is_set_at_first,
    each_kind_is_set_and_replaced,
    each_kind_is_removed,
    a_missing_bucket_has_nothing_set,
);

fn tagging(value: &str) -> BucketConfig {
    let tags = [("team".to_owned(), value.to_owned())];
    BucketConfig::Tagging(Tags::of_bucket(tags).unwrap())
}

fn logging(prefix: &str, key_format: LogKeyFormat) -> BucketConfig {
    BucketConfig::Logging(Logging {
        target_bucket: bucket("logs"),
        target_prefix: prefix.to_owned(),
        grants: Vec::new(),
        key_format,
    })
}

fn pages() -> BucketConfig {
    let not_found = RoutingRule {
        if_error: Some(404),
        replace_key: Some("missing.html".to_owned()),
        status: Some(302),
        ..RoutingRule::default()
    };
    let moved = RoutingRule {
        if_key_prefix: Some("old/".to_owned()),
        host: Some("example.org".to_owned()),
        protocol: Some("https".to_owned()),
        replace_key_prefix: Some("new/".to_owned()),
        ..RoutingRule::default()
    };
    BucketConfig::Website(Website::Pages {
        index_suffix: "index.html".to_owned(),
        error_key: Some("error.html".to_owned()),
        rules: vec![not_found, moved],
    })
}

fn elsewhere() -> BucketConfig {
    BucketConfig::Website(Website::RedirectAll {
        host: "example.org".to_owned(),
        protocol: Some("http".to_owned()),
    })
}

fn by_kms(key: Option<&str>) -> BucketConfig {
    BucketConfig::Encryption(BucketEncryption {
        algorithm: SseAlgorithm::Kms,
        kms_key: key.map(str::to_owned),
        bucket_key: key.is_some(),
    })
}

/// Two values of each kind.
fn every_config() -> [[BucketConfig; 2]; 7] {
    [
        [tagging("blue"), tagging("")],
        [
            BucketConfig::Ownership(ObjectOwnership::ObjectWriter),
            BucketConfig::Ownership(ObjectOwnership::BucketOwnerEnforced),
        ],
        [
            BucketConfig::RequestPayment(Payer::Requester),
            BucketConfig::RequestPayment(Payer::Requester),
        ],
        [
            BucketConfig::Accelerate(Acceleration::Enabled),
            BucketConfig::Accelerate(Acceleration::Suspended),
        ],
        [
            logging("", LogKeyFormat::Simple),
            logging("of/", LogKeyFormat::PartitionedByEvent),
        ],
        [elsewhere(), pages()],
        [by_kms(None), by_kms(Some("alias/photos"))],
    ]
}

async fn config(kit: &Kit, bucket: &BucketName, kind: BucketConfigKind) -> Option<BucketConfig> {
    kit.store.bucket_config(bucket, kind).await.unwrap()
}

async fn nothing_is_set_at_first(kit: &Kit) {
    let photos = kit.bucket("photos").await;
    for kind in BucketConfigKind::ALL {
        // A bucket that is made over the wire owns everything and is closed to the public, as on AWS.
        let enforced = BucketConfig::Ownership(ObjectOwnership::BucketOwnerEnforced);
        let closed = BucketConfig::PublicAccess(PublicAccessBlock {
            block_acls: true,
            ignore_acls: true,
            block_policy: true,
            restrict_buckets: true,
        });
        let found = config(kit, &photos, kind).await;
        let found = found.filter(|found| *found != enforced && *found != closed);
        assert_eq!(found, None, "{kind:?}");
    }
}

async fn each_kind_is_set_and_replaced(kit: &Kit) {
    kit.bucket("logs").await;
    let photos = kit.bucket("photos").await;
    for wanted in every_config().into_iter().flatten() {
        let put = kit.store.put_bucket_config(&photos, wanted.clone());
        put.await.unwrap();
        let found = config(kit, &photos, wanted.kind()).await;
        assert_eq!(found, Some(wanted));
    }
}

async fn each_kind_is_removed(kit: &Kit) {
    kit.bucket("logs").await;
    let photos = kit.bucket("photos").await;
    for [wanted, _] in every_config() {
        // S3 can suspend acceleration, and not forget it.
        let kind = wanted.kind();
        if kind == BucketConfigKind::Accelerate {
            continue;
        }
        kit.store.put_bucket_config(&photos, wanted).await.unwrap();
        for _ in 0..2 {
            let remove = kit.store.delete_bucket_config(&photos, kind);
            remove.await.unwrap();
            assert_eq!(config(kit, &photos, kind).await, None, "{kind:?}");
        }
    }
}

async fn a_missing_bucket_has_nothing_set(kit: &Kit) {
    let missing = bucket("missing");
    for [wanted, _] in every_config() {
        let kind = wanted.kind();
        let read = kit.store.bucket_config(&missing, kind).await;
        assert_eq!(named(read), "NoSuchBucket", "{kind:?}");
        let set = kit.store.put_bucket_config(&missing, wanted).await;
        assert_eq!(named(set), "NoSuchBucket", "{kind:?}");
        let removed = kit.store.delete_bucket_config(&missing, kind).await;
        assert_eq!(named(removed), "NoSuchBucket", "{kind:?}");
    }
}
