//! `PutObject`.

use stave_model::{Change, Checksum, ChecksumKind, ETag};
use stave_store::{PutObject, Stored};

use super::record::{Draft, check_conditions};
use crate::buckets;
use crate::core::Core;
use crate::error::Result;
use crate::expected::chosen_algorithm;
use crate::incoming::Incoming;
use crate::receive::Expected;

impl Core {
    /// Writes an object. The bytes come from `body`; `put.body` only tells their declared length.
    pub(crate) fn put_object(&self, put: PutObject, body: &mut dyn Incoming) -> Result<Stored> {
        self.has_room()?;
        // Asked again at the commit: here only so that a refusal does not wait for the body.
        self.catalog.read(|tx| {
            let bucket = buckets::find(tx, &put.bucket)?;
            check_conditions(tx, bucket.id, &put.key, &put.conditions)
        })?;
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
