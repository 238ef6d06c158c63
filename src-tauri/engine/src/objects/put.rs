//! `PutObject`.

use stave_model::{Actor, Change, Checksum, ChecksumKind, ETag};
use stave_store::{PutObject, Stored};

use super::record::{Draft, check_conditions};
use crate::bucket_configs::default_encryption;
use crate::buckets;
use crate::core::Core;
use crate::encryption::KeyUse;
use crate::error::Result;
use crate::expected::chosen_algorithm;
use crate::incoming::Incoming;
use crate::receive::Expected;

impl Core {
    /// Writes an object. The bytes come from `body`; `put.body` only tells their declared length.
    pub(crate) fn put_object(
        &self,
        by: &Actor,
        put: PutObject,
        body: &mut dyn Incoming,
    ) -> Result<Stored> {
        self.has_room()?;
        // The conditions are asked again at the commit: here only so that a refusal does not wait
        // for the body.
        let default = self.catalog.read(|tx| {
            let bucket = buckets::find(tx, &put.bucket)?;
            check_conditions(tx, bucket.id, &put.key, &put.conditions)?;
            default_encryption(tx, bucket.id)
        })?;
        let of = KeyUse {
            by,
            operation: "PutObject",
            bucket: &put.bucket,
            key: &put.key,
        };
        let sealing = self.seal_as_asked(&put.encryption, default.as_ref(), of)?;
        let algorithm = chosen_algorithm(&put.checksums);
        let received = self.receive(
            body,
            Expected {
                size_bytes: put.body.size_bytes,
                checksums: &put.checksums,
                stored: algorithm,
            },
        )?;
        let checksum = Checksum {
            algorithm,
            kind: ChecksumKind::FullObject,
            value: received.checksum.clone(),
            parts: 0,
        };
        let draft = Draft {
            key: put.key.clone(),
            owner: put.owner,
            headers: put.headers,
            user_metadata: put.user_metadata,
            etag: ETag::of_md5(&received.digests.md5),
            checksum: Some(checksum),
            part_count: 0,
            tags: put.tags,
            acl: put.acl,
            upload_id: None,
            sealing,
            parts: vec![received.keep(0)?],
        };
        let (recorder, conditions) = (self.recorder(), put.conditions);
        let bucket = put.bucket.clone();
        let new_files = draft.new_files();
        let stored = self.commit(new_files, move |tx| {
            let bucket = buckets::find(tx, &bucket)?;
            check_conditions(tx, bucket.id, &draft.key, &conditions)?;
            recorder.record(tx, &bucket, draft)
        })?;
        self.publish(&Change::Object(put.bucket, put.key));
        Ok(stored)
    }
}
