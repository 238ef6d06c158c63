//! The audit as a service: the hops to a blocking thread.

use async_trait::async_trait;
use stave_model::{Actor, BucketName, ObjectHeaders, ObjectKey, Timestamp, UserName};
use stave_store::{
    Audit, AuditExport, AuditPage, AuditQuery, AuditVerdict, Body, Error, PutObject, Result, Store,
};

use super::export::Place;
use crate::engine::ADMIN;
use crate::handle::LocalStore;

#[async_trait]
impl Audit for LocalStore {
    async fn look_up(&self, by: &Actor, query: AuditQuery) -> Result<AuditPage> {
        let by = by.clone();
        self.run(move |core| core.look_up_audit(&by, query)).await
    }

    async fn verify(&self, by: &Actor) -> Result<AuditVerdict> {
        let by = by.clone();
        self.run(move |core| core.verify_audit(&by)).await
    }

    async fn export(
        &self,
        by: &Actor,
        bucket: BucketName,
        prefix: String,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<AuditExport> {
        let store = self.acting_for(by.clone());
        let mut place = Place::default();
        let mut export = AuditExport {
            keys: Vec::new(),
            records: 0,
        };
        // Records that the export itself leaves, where the bucket is under a key, are of the next one.
        let to = to.or(Some(self.run(|core| Ok(core.clock.now())).await?));
        loop {
            let (by, prefix) = (by.clone(), prefix.clone());
            let (files, next) = self
                .run(move |core| {
                    let files = core.next_log_files(&by, &mut place, &prefix, (from, to))?;
                    Ok((files, place))
                })
                .await?;
            place = next;
            if files.is_empty() {
                return Ok(export);
            }
            for file in files {
                let put = log_file(&bucket, &file.key, file.bytes)?;
                store.put_object(put).await?;
                export.keys.push(file.key);
                export.records += file.records;
            }
        }
    }
}

fn log_file(bucket: &BucketName, key: &str, bytes: Vec<u8>) -> Result<PutObject> {
    let invalid = |_| Error::InvalidArgument("the prefix of an export is too long");
    let key = ObjectKey::parse(key).map_err(invalid)?;
    let owner = UserName::parse(ADMIN)
        .map_err(|_| Error::InvalidArgument("the name of the owner is none"))?;
    let headers = ObjectHeaders {
        content_type: Some("application/json".to_owned()),
        content_encoding: Some("gzip".to_owned()),
        ..ObjectHeaders::default()
    };
    Ok(PutObject {
        headers,
        ..PutObject::new(bucket.clone(), key, owner, Body::from_bytes(bytes))
    })
}
