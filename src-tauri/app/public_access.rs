//! Who gets into a bucket as far as the bucket says it: its policy, its lists, and what is kept of the
//! public.

#[cfg(test)]
#[path = "public_access_test.rs"]
mod public_access_test;

use stave_model::{BucketConfig, BucketConfigKind, BucketName, ObjectOwnership, PublicAccessBlock};
use stave_policy::{Kind, Policy};
use stave_store::{Result, Store};

use crate::bucket_policy::{arn, check};
use crate::errors::{Answer, Failure};
use crate::json::indented;
use crate::policy_text::{About, reading};
use crate::views::{BucketAccess, PublicBlock, PublicBlockView};

/// Reads what a bucket says of who gets in.
pub async fn read(store: &dyn Store, bucket: &BucketName) -> Result<BucketAccess> {
    // Asked first, so that a bucket that is gone is told as such.
    store.head_bucket(bucket).await?;
    let ownership = ownership(store, bucket).await?;
    let public_access = block(store, bucket, ownership).await?;
    let text = policy_text(store, bucket).await?;
    let openings = Openings {
        policy: is_public(&text),
        lists: lists_are_public(store, bucket).await?,
        ownership,
        block: public_access.block,
    };
    let (is_public, sentence) = openings.told();
    Ok(BucketAccess {
        reading: reading(&text, About::Bucket),
        policy: indented(&text),
        public_access,
        ownership: ownership.into(),
        is_public,
        sentence: sentence.to_owned(),
        policy_arn: arn(bucket),
    })
}

/// What could let the public in.
struct Openings {
    policy: bool,
    lists: bool,
    ownership: ObjectOwnership,
    block: PublicBlock,
}

impl Openings {
    /// Tells whether the public gets in, and why.
    fn told(&self) -> (bool, &'static str) {
        let lists_count = self.ownership != ObjectOwnership::BucketOwnerEnforced;
        if self.policy && !self.block.restrict_buckets {
            return (true, "The bucket's policy lets the public in.");
        }
        if self.lists && lists_count && !self.block.ignore_acls {
            return (true, "The bucket's access control list lets the public in.");
        }
        let sentence = if self.policy {
            "The bucket's policy would let the public in, but Block Public Access keeps it out."
        } else if self.lists && lists_count {
            "The bucket's access control list would let the public in, but Block Public Access keeps it out."
        } else if self.lists {
            "The bucket's access control list names the public, but lists do not count here."
        } else {
            "Nothing of the bucket's own lets the public in."
        };
        (false, sentence)
    }
}

async fn ownership(store: &dyn Store, bucket: &BucketName) -> Result<ObjectOwnership> {
    let found = store.bucket_config(bucket, BucketConfigKind::Ownership);
    Ok(match found.await? {
        Some(BucketConfig::Ownership(ownership)) => ownership,
        _ => ObjectOwnership::default(),
    })
}

/// Where nobody set it, everything of the public is kept out, as at AWS, unless lists count.
async fn block(
    store: &dyn Store,
    bucket: &BucketName,
    ownership: ObjectOwnership,
) -> Result<PublicBlockView> {
    let found = store.bucket_config(bucket, BucketConfigKind::PublicAccess);
    let all = ownership == ObjectOwnership::BucketOwnerEnforced;
    Ok(match found.await? {
        Some(BucketConfig::PublicAccess(block)) => PublicBlockView {
            block: block.into(),
            set: true,
        },
        _ => PublicBlockView {
            block: PublicBlock {
                block_acls: all,
                ignore_acls: all,
                block_policy: all,
                restrict_buckets: all,
            },
            set: false,
        },
    })
}

async fn policy_text(store: &dyn Store, bucket: &BucketName) -> Result<String> {
    let found = store.bucket_config(bucket, BucketConfigKind::Policy);
    Ok(match found.await? {
        Some(BucketConfig::Policy(text)) => text,
        _ => String::new(),
    })
}

fn is_public(text: &str) -> bool {
    Policy::parse(text, Kind::Resource).is_ok_and(|policy| policy.is_public())
}

async fn lists_are_public(store: &dyn Store, bucket: &BucketName) -> Result<bool> {
    let found = store.bucket_config(bucket, BucketConfigKind::Acl);
    Ok(match found.await? {
        Some(BucketConfig::Acl(acl)) => acl.is_public(),
        _ => false,
    })
}

/// Sets the policy of a bucket; none at all removes it.
pub async fn put_policy(store: &dyn Store, bucket: &BucketName, policy: String) -> Answer<()> {
    if policy.trim().is_empty() {
        let kind = BucketConfigKind::Policy;
        return Ok(store.delete_bucket_config(bucket, kind).await?);
    }
    let checked = check(&policy, bucket);
    if !checked.valid {
        let why = checked.problems.first().map(|one| one.message.clone());
        return Err(Failure::new(
            "invalid_policy",
            "this policy cannot be set",
            why.unwrap_or_default(),
            "Correct the marked line.",
        ));
    }
    store.head_bucket(bucket).await?;
    let ownership = ownership(store, bucket).await?;
    let blocked = block(store, bucket, ownership).await?.block.block_policy;
    if checked.is_public && blocked {
        return Err(Failure::new(
            "public_policy_blocked",
            "a policy that lets the public in is refused here",
            "Block Public Access of this bucket refuses such policies",
            "Name who may come in, or let go of that block first.",
        ));
    }
    let config = BucketConfig::Policy(policy);
    Ok(store.put_bucket_config(bucket, config).await?)
}

/// Sets what of the public is kept out of a bucket.
pub async fn put_block(store: &dyn Store, bucket: &BucketName, block: PublicBlock) -> Answer<()> {
    let config = BucketConfig::PublicAccess(PublicAccessBlock::from(block));
    Ok(store.put_bucket_config(bucket, config).await?)
}
