//! The frame of every operation: one transaction that decides, changes and records. What is refused is
//! rolled back, and its record is written in a transaction of its own. The answer comes after the record is
//! durable, so a use whose record cannot be written is refused.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use stave_catalog::{ReadTx, WriteTx, kms_aliases, kms_keys};
use stave_model::{Actor, AliasName, Change, Clock, Ids, KeyId, KeyRef, Timestamp, Via};
use stave_store::{Error as StoreError, KeyError};
use stave_vault::Vault;

use super::operation::Operation;
use super::refusal::error_code;
use super::rows::{StoredKey, alias_of_row};
use super::{Kms, invalid, refused};
use crate::audit::{self, Draft, Event, Resource, event_json};
use crate::core::Core;
use crate::error::{Error, Result};

/// The `eventSource` of the key service.
const SOURCE: &str = "kms.amazonaws.com";

/// The longest name of a key, as AWS KMS takes it.
const NAME_BYTES_MAX: usize = 2_048;

/// The longest parameter that a record tells, as JSON: more than a policy or an encryption context can have.
const NOTE_BYTES_MAX: usize = 49_152;

/// What operations stand on: the parts of the core that may go to the writer's thread.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) vault: Arc<Vault>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) kms: Arc<Kms>,
    pub(crate) region: String,
}

/// An operation in progress.
pub(crate) struct Call<'t, 'c> {
    /// The transaction.
    pub tx: &'t WriteTx<'c>,
    /// What it stands on.
    pub desk: &'t Desk,
    /// Who asks.
    pub by: &'t Actor,
    /// What is asked for.
    pub operation: Operation,
    /// When.
    pub now: Timestamp,
    /// What its record will say.
    pub draft: Draft,
    /// Whether a key, an alias or a grant was changed.
    pub changed: bool,
}

impl Core {
    /// Returns what operations stand on.
    pub(crate) fn desk(&self) -> Desk {
        Desk {
            vault: Arc::clone(&self.vault),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            kms: Arc::clone(&self.kms),
            region: self.region.clone(),
        }
    }

    /// Runs an operation: what it changes and its record are one transaction. A look by the owner's own window, which
    /// looks again whenever something changes, leaves no record; every refusal does.
    pub(crate) fn key_call<T, F>(&self, by: &Actor, operation: Operation, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Call<'_, '_>) -> Result<T> + Send + 'static,
    {
        self.writable()?;
        let _wrapping = self.vault.wrapping();
        let look = by.via == Via::Window && operation.is_look();
        let (desk, asking) = (self.desk(), by.clone());
        // What was drafted outlives the transaction, for the record of a refusal.
        let drafted = Arc::new(Mutex::new(Draft::default()));
        let kept = Arc::clone(&drafted);
        let outcome = self.catalog.write(move |tx| {
            let mut call = Call::new(tx, &desk, &asking, operation);
            let done = job(&mut call);
            if done.is_err() {
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = call.draft;
                return done.map(|done| (done, false));
            }
            if !look {
                call.record(None)?;
            }
            done.map(|done| (done, call.changed))
        });
        match outcome {
            Ok((done, changed)) => {
                if !look {
                    self.recorded(changed);
                }
                Ok(done)
            }
            Err(Error::Refused(StoreError::Key(why))) => {
                let draft = drafted
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone();
                self.record_refusal(by, operation, draft, &why)?;
                Err(refused(why))
            }
            Err(other) => Err(other),
        }
    }

    fn record_refusal(
        &self,
        by: &Actor,
        operation: Operation,
        draft: Draft,
        why: &KeyError,
    ) -> Result<()> {
        let (desk, asking) = (self.desk(), by.clone());
        let refusal = (error_code(why), why.to_string());
        self.catalog.write(move |tx| {
            let mut call = Call::new(tx, &desk, &asking, operation);
            call.draft = Draft {
                response: serde_json::Map::new(),
                ..draft
            };
            call.record(Some(refusal))
        })?;
        self.recorded(false);
        Ok(())
    }

    fn recorded(&self, changed: bool) {
        if changed {
            self.publish(&Change::Keys);
        }
        self.publish(&Change::Audit);
    }
}

impl<'t, 'c> Call<'t, 'c> {
    /// Begins an operation.
    pub(crate) fn new(
        tx: &'t WriteTx<'c>,
        desk: &'t Desk,
        by: &'t Actor,
        operation: Operation,
    ) -> Self {
        Self {
            tx,
            desk,
            by,
            operation,
            now: desk.clock.now(),
            draft: Draft::default(),
            changed: false,
        }
    }

    /// Writes down a parameter of the request; one that is too long is only said to have been there, for
    /// whoever is refused writes a record too.
    pub(crate) fn note(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        let kept = if value.to_string().len() > NOTE_BYTES_MAX {
            "omitted: too long".into()
        } else {
            value
        };
        self.draft.request.insert(name.to_owned(), kept);
    }

    /// Writes down what a management call answers.
    pub(crate) fn answer(&mut self, name: &str, value: impl Into<Value>) {
        self.draft.response.insert(name.to_owned(), value.into());
    }

    /// Finds a key as a request names it, and writes it down.
    pub(crate) fn find(&mut self, named: &str) -> Result<(StoredKey, Option<AliasName>)> {
        let cut = named.chars().take(NAME_BYTES_MAX).collect::<String>();
        self.note("keyId", cut);
        let found = self.desk.find(self.tx, named, self.now)?;
        let arn = found.0.id.arn(&self.desk.region);
        self.draft.resources.push(Resource::Key(arn));
        Ok(found)
    }

    /// Writes a key that was changed.
    pub(crate) fn save(&mut self, key: &StoredKey) -> Result<()> {
        self.changed = true;
        Ok(kms_keys::update(self.tx, &key.to_row(&self.desk.kms.mac)?)?)
    }

    /// Refuses an operation that the state of a key does not take.
    pub(crate) fn takes_state(&self, key: &StoredKey, operation: Operation) -> Result<()> {
        self.desk.takes_state(key, operation, self.now)
    }

    /// Appends the record of the operation.
    pub(crate) fn record(&self, refusal: Option<(&'static str, String)>) -> Result<()> {
        let event = Event {
            by: self.by,
            source: SOURCE,
            name: self.operation.event,
            read_only: self.operation.read_only,
            draft: &self.draft,
            refused: refusal,
        };
        let id = self.desk.ids.random_16();
        let json = event_json(&event, id, self.now, &self.desk.region);
        audit::append(self.tx, &self.desk.kms.audit, self.now, json)?;
        Ok(())
    }
}

impl Desk {
    /// Finds a key as a request names it, and the alias that named it.
    pub(crate) fn find(
        &self,
        tx: &ReadTx<'_>,
        named: &str,
        now: Timestamp,
    ) -> Result<(StoredKey, Option<AliasName>)> {
        if named.is_empty() || named.len() > NAME_BYTES_MAX {
            return Err(invalid("a key is named by 1 to 2,048 bytes"));
        }
        let reference = KeyRef::parse(named, &self.region);
        match reference.ok_or_else(|| refused(KeyError::InvalidArn(named.to_owned())))? {
            KeyRef::Id(id) => Ok((self.key(tx, &id, now)?, None)),
            KeyRef::Alias(name) => {
                let row = kms_aliases::find(tx, &name)?;
                let row = row.ok_or_else(|| {
                    let arn = name.arn(&self.region);
                    refused(KeyError::NotFound(format!("alias {arn}")))
                })?;
                let alias = alias_of_row(&row, &self.kms.mac, &self.region)?;
                Ok((self.key(tx, &alias.key, now)?, Some(name)))
            }
        }
    }

    /// Returns the key of an id, or answers `NotFound`.
    pub(crate) fn key(&self, tx: &ReadTx<'_>, id: &KeyId, now: Timestamp) -> Result<StoredKey> {
        let absent = || refused(KeyError::NotFound(format!("key {}", id.arn(&self.region))));
        let row = kms_keys::find(tx, id)?.ok_or_else(absent)?;
        let key = StoredKey::of_row(&row, &self.kms.mac, &self.region)?;
        if key.is_gone(now) {
            Err(absent())
        } else {
            Ok(key)
        }
    }

    /// Refuses an operation that the state of a key does not take.
    pub(crate) fn takes_state(
        &self,
        key: &StoredKey,
        operation: Operation,
        now: Timestamp,
    ) -> Result<()> {
        use stave_model::KeyState as S;
        let state = key.state(now);
        if operation.states.take(state) {
            return Ok(());
        }
        let arn = key.id.arn(&self.region);
        let way_out = match state {
            S::Disabled if operation.states.take(S::Enabled) => {
                return Err(refused(KeyError::Disabled { arn }));
            }
            S::Enabled | S::Disabled => "its deletion is not scheduled",
            S::PendingDeletion => "cancel its deletion first",
            S::PendingImport => "import its key material first",
        };
        Err(refused(KeyError::InvalidState {
            arn,
            state: state.as_str(),
            way_out,
        }))
    }
}
