//! The changes of a bucket's counters, made in the transaction that changes its versions.

use rusqlite::named_params;
use stave_model::VersionKind;

use crate::column::size_to_sql;
use crate::{Error, Result, WriteTx};

const APPLY: &str = "UPDATE buckets SET
        objects = objects + :objects,
        size_bytes = size_bytes + :size_bytes,
        versions = versions + :versions,
        all_versions_size_bytes = all_versions_size_bytes + :all_versions_size_bytes
    WHERE id = :id";

/// What is to be added to the counters of a bucket.
#[derive(Debug, Default)]
pub(crate) struct Delta {
    objects: i64,
    size_bytes: i64,
    versions: i64,
    all_versions_size_bytes: i64,
}

impl Delta {
    /// A version came to be.
    pub(crate) fn version_added(&mut self, size_bytes: u64) -> Result<()> {
        self.versions += 1;
        self.all_versions_size_bytes += size_to_sql(size_bytes)?;
        Ok(())
    }

    /// A version went.
    pub(crate) fn version_removed(&mut self, size_bytes: u64) -> Result<()> {
        self.versions -= 1;
        self.all_versions_size_bytes -= size_to_sql(size_bytes)?;
        Ok(())
    }

    /// A version became the latest of its key.
    pub(crate) fn became_latest(&mut self, kind: VersionKind, size_bytes: u64) -> Result<()> {
        if kind == VersionKind::Object {
            self.objects += 1;
            self.size_bytes += size_to_sql(size_bytes)?;
        }
        Ok(())
    }

    /// A version is no longer the latest of its key.
    pub(crate) fn was_latest(&mut self, kind: VersionKind, size_bytes: u64) -> Result<()> {
        if kind == VersionKind::Object {
            self.objects -= 1;
            self.size_bytes -= size_to_sql(size_bytes)?;
        }
        Ok(())
    }

    /// Adds all to the counters of the bucket.
    pub(crate) fn apply(&self, tx: &WriteTx<'_>, bucket_id: i64) -> Result<()> {
        let changed = tx.statement(APPLY)?.execute(named_params! {
            ":id": bucket_id,
            ":objects": self.objects,
            ":size_bytes": self.size_bytes,
            ":versions": self.versions,
            ":all_versions_size_bytes": self.all_versions_size_bytes,
        })?;
        match changed {
            1 => Ok(()),
            _ => Err(Error::NoSuchRow { table: "buckets" }),
        }
    }
}
