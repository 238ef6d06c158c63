//! Buckets: make, find, set, remove.

use stave_catalog::buckets::{self, BucketRow};
use stave_catalog::{ReadTx, WriteTx, bucket_configs, uploads};
use stave_model::{
    Acl, Bucket, BucketConfig, BucketName, BucketUsage, Change, ObjectOwnership, Versioning,
};
use stave_store::{Buckets, CreateBucket, Error as StoreError};

use crate::core::Core;
use crate::error::{Error, Result};

/// Returns the row of a bucket, or `NoSuchBucket`.
pub(crate) fn find(tx: &ReadTx<'_>, name: &BucketName) -> Result<BucketRow> {
    buckets::find(tx, name)?.ok_or_else(|| StoreError::NoSuchBucket(name.clone()).into())
}

impl Core {
    pub(crate) fn list_buckets(&self) -> Result<Buckets> {
        let rows = self.catalog.read(|tx| Ok::<_, Error>(buckets::list(tx)?))?;
        Ok(rows.into_iter().map(|row| row.bucket).collect())
    }

    pub(crate) fn head_bucket(&self, name: &BucketName) -> Result<Bucket> {
        Ok(self.catalog.read(|tx| find(tx, name))?.bucket)
    }

    pub(crate) fn create_bucket(&self, create: CreateBucket) -> Result<Bucket> {
        self.has_room()?;
        let bucket = Bucket {
            name: create.bucket,
            created: self.clock.now(),
            owner: create.owner,
            versioning: Versioning::Off,
            usage: Some(BucketUsage::default()),
        };
        let (acl, ownership) = (create.acl, create.ownership);
        let made = self.catalog.write(move |tx| {
            if let Some(present) = buckets::find(tx, &bucket.name)? {
                return Err(already_there(present.bucket, &bucket));
            }
            let id = buckets::insert(tx, &bucket)?;
            set_first(tx, id, acl, ownership)?;
            Ok(bucket)
        })?;
        self.publish(&Change::Bucket(made.name.clone()));
        Ok(made)
    }

    pub(crate) fn delete_bucket(&self, name: &BucketName) -> Result<()> {
        self.writable()?;
        self.write_freeing(|| {
            let wanted = name.clone();
            move |tx: &WriteTx<'_>| {
                let row = find(tx, &wanted)?;
                let holds_versions = row.bucket.usage.is_some_and(|usage| usage.versions > 0);
                if holds_versions {
                    return Err(StoreError::BucketNotEmpty(wanted).into());
                }
                // As with S3, uploads in progress go with their bucket.
                uploads::remove_all(tx, row.id)?;
                Ok(buckets::delete(tx, row.id)?)
            }
        })?;
        self.sweeper.wake();
        self.publish(&Change::Bucket(name.clone()));
        Ok(())
    }

    pub(crate) fn put_bucket_versioning(
        &self,
        name: &BucketName,
        versioning: Versioning,
    ) -> Result<()> {
        self.writable()?;
        if versioning == Versioning::Off {
            let refused = "versioning can be suspended, and never turned off again";
            return Err(StoreError::InvalidArgument(refused).into());
        }
        let wanted = name.clone();
        self.catalog.write(move |tx| {
            let row = find(tx, &wanted)?;
            Ok::<_, Error>(buckets::set_versioning(tx, row.id, versioning)?)
        })?;
        self.publish(&Change::Bucket(name.clone()));
        Ok(())
    }
}

/// Sets what a bucket is made with.
fn set_first(
    tx: &WriteTx<'_>,
    bucket_id: i64,
    acl: Option<Acl>,
    ownership: Option<ObjectOwnership>,
) -> Result<()> {
    let acl = acl.map(BucketConfig::Acl);
    let ownership = ownership.map(BucketConfig::Ownership);
    for config in acl.iter().chain(&ownership) {
        bucket_configs::put(tx, bucket_id, config)?;
    }
    Ok(())
}

fn already_there(present: Bucket, asked: &Bucket) -> Error {
    if present.owner == asked.owner {
        StoreError::BucketAlreadyOwnedByYou(present.name).into()
    } else {
        StoreError::BucketAlreadyExists(present.name).into()
    }
}
