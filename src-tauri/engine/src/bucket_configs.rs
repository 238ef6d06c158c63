//! What is set for a bucket: read, set, removed.

use stave_catalog::{WriteTx, bucket_configs};
use stave_model::{BucketConfig, BucketConfigKind, BucketName, Change};

use crate::buckets;
use crate::core::Core;
use crate::error::Result;

impl Core {
    pub(crate) fn bucket_config(
        &self,
        name: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<Option<BucketConfig>> {
        self.catalog.read(|tx| {
            let row = buckets::find(tx, name)?;
            Ok(bucket_configs::find(tx, row.id, kind)?)
        })
    }

    pub(crate) fn put_bucket_config(&self, name: &BucketName, config: BucketConfig) -> Result<()> {
        self.has_room()?;
        let wanted = name.clone();
        self.catalog.write(move |tx| {
            let row = buckets::find(tx, &wanted)?;
            Ok::<_, crate::error::Error>(bucket_configs::put(tx, row.id, &config)?)
        })?;
        self.publish(&Change::Bucket(name.clone()));
        Ok(())
    }

    pub(crate) fn delete_bucket_config(
        &self,
        name: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<()> {
        self.writable()?;
        let removed = self.write_freeing(|| {
            let wanted = name.clone();
            move |tx: &WriteTx<'_>| {
                let row = buckets::find(tx, &wanted)?;
                Ok(bucket_configs::remove(tx, row.id, kind)?)
            }
        })?;
        if removed {
            self.publish(&Change::Bucket(name.clone()));
        }
        Ok(())
    }
}
