//! The frame of what is done to identities, sessions and links: one transaction that changes and leaves a
//! record in the audit. What is refused is rolled back, and its record is written by itself.

use std::sync::Arc;

use serde_json::{Map, Value};
use stave_catalog::WriteTx;
use stave_model::{Actor, Change};
use stave_store::Error as StoreError;

use crate::audit::{self, Draft, Event, event_json};
use crate::core::Core;
use crate::error::{Error, Result};

/// Something that is done, as the audit names it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed {
    /// `eventSource`
    pub source: &'static str,
    /// `eventName`
    pub name: &'static str,
}

impl Deed {
    /// Names a deed of AWS' IAM.
    pub(super) const fn iam(name: &'static str) -> Self {
        let source = "iam.amazonaws.com";
        Self { source, name }
    }

    /// Names a deed of AWS' STS.
    pub(super) const fn sts(name: &'static str) -> Self {
        let source = "sts.amazonaws.com";
        Self { source, name }
    }

    /// Names a deed that AWS does not have, about objects.
    pub(super) const fn s3(name: &'static str) -> Self {
        let source = "s3.amazonaws.com";
        Self { source, name }
    }
}

/// What a record tells of a request and of its answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes(Draft);

impl Notes {
    /// Begins with the parameters of a request; what is `null` is left out.
    pub(super) fn of(request: Value) -> Self {
        let mut draft = Draft::default();
        if let Value::Object(request) = request {
            draft.request = request;
            draft.request.retain(|_, value| !value.is_null());
        }
        Self(draft)
    }

    /// Writes down what is answered.
    pub(super) fn answer(&mut self, name: &str, value: impl Into<Value>) {
        self.0.response.insert(name.to_owned(), value.into());
    }
}

impl Core {
    /// Does something, and records it as done by somebody.
    pub(super) fn manage<T, F>(
        &self,
        by: &Actor,
        deed: Deed,
        notes: Notes,
        change: &Change,
        job: F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&WriteTx<'_>, &mut Notes) -> Result<T> + Clone + Send + 'static,
    {
        self.writable()?;
        // On a full disk rights can still be taken away: in the room that is held back for deletes.
        let outcome = self.write_freeing(|| {
            let (job, mut kept) = (job.clone(), notes.clone());
            let recorder = self.record_of(by, deed);
            move |tx: &WriteTx<'_>| {
                let done = job(tx, &mut kept)?;
                recorder(tx, &kept.0, None)?;
                Ok(done)
            }
        });
        match outcome {
            Ok(done) => {
                self.publish(change);
                self.publish(&Change::Audit);
                Ok(done)
            }
            Err(Error::Refused(why)) => {
                self.record_refused_deed(by, deed, notes, &why)?;
                Err(why.into())
            }
            Err(other) => Err(other),
        }
    }

    fn record_refused_deed(
        &self,
        by: &Actor,
        deed: Deed,
        notes: Notes,
        why: &StoreError,
    ) -> Result<()> {
        let Some(code) = error_code(why) else {
            return Ok(());
        };
        let refusal = (code, why.to_string());
        let recorder = self.record_of(by, deed);
        self.catalog
            .write(move |tx| recorder(tx, &notes.0, Some(refusal)))?;
        self.publish(&Change::Audit);
        Ok(())
    }

    /// Returns what writes a record of a deed.
    fn record_of(
        &self,
        by: &Actor,
        deed: Deed,
    ) -> impl FnOnce(&WriteTx<'_>, &Draft, Option<(&'static str, String)>) -> Result<()> + Send + use<>
    {
        let (by, kms, ids) = (by.clone(), Arc::clone(&self.kms), Arc::clone(&self.ids));
        let (at, region) = (self.clock.now(), self.region.clone());
        move |tx, draft, refused| {
            let event = Event {
                by: &by,
                source: deed.source,
                name: deed.name,
                read_only: false,
                draft,
                refused,
            };
            let json = event_json(&event, ids.random_16(), at, &region);
            audit::append(tx, &kms.audit, at, json)?;
            Ok(())
        }
    }
}

/// Returns the `errorCode` of a refusal, as CloudTrail has it for IAM; `None` where nothing was refused, but
/// something failed.
fn error_code(why: &StoreError) -> Option<&'static str> {
    match why {
        StoreError::NoSuchIdentity(_)
        | StoreError::NoSuchIdentityPolicy { .. }
        | StoreError::NoSuchLink(_) => Some("NoSuchEntityException"),
        StoreError::IdentityExists(_) => Some("EntityAlreadyExistsException"),
        StoreError::IdentityInUse { .. } => Some("DeleteConflictException"),
        StoreError::InvalidPolicy(_) => Some("MalformedPolicyDocumentException"),
        StoreError::InvalidRequest(_) | StoreError::InvalidArgument(_) => {
            Some("ValidationException")
        }
        StoreError::AccessDenied => Some("AccessDenied"),
        _ => None,
    }
}

/// Returns a list of names for a record.
pub(super) fn request(pairs: &[(&str, Value)]) -> Notes {
    let pairs = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    Notes::of(Value::Object(pairs.collect::<Map<_, _>>()))
}
