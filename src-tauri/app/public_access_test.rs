//! Policies and the public over a real vault.

use stave_model::{
    BucketConfig, BucketConfigKind, BucketName, CannedAcl, ObjectOwnership, Versioning,
};

use super::{put_block, put_policy, read};
use crate::args::window_user;
use crate::testing::{Kit, bucket};
use crate::views::{BucketAccess, OwnershipView, PublicBlock, PublicBlockView};

const PUBLIC: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}]}"#;

const ALL: PublicBlock = PublicBlock {
    block_acls: true,
    ignore_acls: true,
    block_policy: true,
    restrict_buckets: true,
};

const NONE: PublicBlock = PublicBlock {
    block_acls: false,
    ignore_acls: false,
    block_policy: false,
    restrict_buckets: false,
};

async fn access(kit: &Kit) -> BucketAccess {
    read(&*kit.store, &bucket()).await.unwrap()
}

#[tokio::test]
async fn a_new_bucket_keeps_the_public_out() {
    let kit = Kit::new(Versioning::Off).await;
    let expected = BucketAccess {
        policy: String::new(),
        public_access: PublicBlockView {
            block: ALL,
            set: false,
        },
        ownership: OwnershipView::BucketOwnerEnforced,
        is_public: false,
        sentence: "Nothing of the bucket's own lets the public in.".to_owned(),
        reading: Vec::new(),
        policy_arn: "arn:aws:s3:::photos".to_owned(),
    };
    assert_eq!(access(&kit).await, expected);
    let nowhere = BucketName::parse("nowhere").unwrap();
    assert!(read(&*kit.store, &nowhere).await.is_err());
}

#[tokio::test]
async fn a_public_policy_is_refused_until_its_block_is_let_go_of() {
    let kit = Kit::new(Versioning::Off).await;
    let name = bucket();
    let put = |policy: &str| put_policy(&*kit.store, &name, policy.to_owned());
    let refused = put(PUBLIC).await.unwrap_err();
    assert_eq!(refused.code, "public_policy_blocked");
    put_block(&*kit.store, &bucket(), NONE).await.unwrap();
    put(PUBLIC).await.unwrap();
    let open = access(&kit).await;
    assert!(open.is_public && open.public_access.set);
    assert_eq!(open.sentence, "The bucket's policy lets the public in.");
    assert!(open.policy.contains("\n  \"Statement\""), "{}", open.policy);
    assert_eq!(open.reading[0].who, "everyone");
    put_block(&*kit.store, &bucket(), ALL).await.unwrap();
    let kept_out = access(&kit).await;
    assert!(!kept_out.is_public);
    assert!(
        kept_out
            .sentence
            .ends_with("Block Public Access keeps it out.")
    );
    put("").await.unwrap();
    assert_eq!(access(&kit).await.policy, "");
}

#[tokio::test]
async fn what_is_no_policy_of_this_bucket_changes_nothing() {
    let kit = Kit::new(Versioning::Off).await;
    for wrong in ["{", &PUBLIC.replace("photos", "other")] {
        let refused = put_policy(&*kit.store, &bucket(), wrong.to_owned()).await;
        assert_eq!(refused.unwrap_err().code, "invalid_policy", "{wrong}");
    }
    let kind = BucketConfigKind::Policy;
    let set = kit.store.bucket_config(&bucket(), kind).await.unwrap();
    assert_eq!(set, None);
}

#[tokio::test]
async fn a_public_list_counts_where_lists_do() {
    let kit = Kit::new(Versioning::Off).await;
    let acl = CannedAcl::PublicRead.written_out(&window_user(), &window_user());
    let name = bucket();
    let put = |config| kit.store.put_bucket_config(&name, config);
    put(BucketConfig::Acl(acl)).await.unwrap();
    let enforced = access(&kit).await;
    assert!(!enforced.is_public);
    assert!(enforced.sentence.ends_with("lists do not count here."));
    let writer = BucketConfig::Ownership(ObjectOwnership::ObjectWriter);
    put(writer).await.unwrap();
    let counted = access(&kit).await;
    assert!(counted.is_public, "{}", counted.sentence);
    assert_eq!(counted.public_access.block, NONE);
}
