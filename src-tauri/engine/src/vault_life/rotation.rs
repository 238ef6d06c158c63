//! Another root key. `vault.json` and the catalog cannot change in one step; the order of the steps, and why each
//! state between two of them opens, stands in the vault's `rotation`. Here is the step of the catalog: one
//! transaction wraps anew all that the root key wraps, and writes down which root key that is.

use stave_catalog::{Catalog, WriteTx, access_keys, keks, links, sessions, settings};
use stave_model::Timestamp;
use stave_vault::{Holder, RecoveryWords, Rewrap, RootKeyId, Rotation, Vault};

use crate::access::{self, Sealed};
use crate::core::Core;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::open_error::OpenError;

/// The setting that names the root key by which the rows are wrapped; missing until the first rotation.
const ROOT_KEY: &str = "root_key";

/// The settings that tell when a root key was made, by its id; missing for the first.
const ROOT_KEY_CREATED: &str = "root_key_created/";

impl Engine {
    /// Gives the vault a new root key, and returns the new recovery words; the former ones open the vault no more.
    /// `holders` are the ways in whose secrets the vault does not know, the passphrase and the key file where there
    /// are such; they open it as before. Reads and writes go on meanwhile.
    ///
    /// Either all of it happens or nothing, also where the process is killed. After an error the former ways in
    /// count. Where the disk failed so that nobody knows what it holds, the vault is locked, and the next unlock
    /// finds out.
    pub fn rotate_root(&self, holders: &[Holder]) -> Result<RecoveryWords, OpenError> {
        let _turn = self.turn();
        let core = self.unlocked()?;
        core.writable()?;
        let rotation = core.vault.begin_rotation(holders)?;
        let failure = match core.wrap_by_next_root(&rotation) {
            Ok(words) => return Ok(words),
            Err(failure) => failure,
        };
        let undone = core.undo(&rotation);
        drop(rotation);
        if let Err(error) = undone {
            tracing::error!(%error, "a rotation of the root key is not undone; the vault is locked");
            self.lock_in_turn();
        }
        Err(failure.into())
    }
}

impl Core {
    fn wrap_by_next_root(&self, rotation: &Rotation<'_>) -> Result<RecoveryWords> {
        let made = Some(self.clock.now());
        rewrap(&self.catalog, rotation.rewrap()?, rotation.id(), made)?;
        Ok(rotation.switch()?)
    }

    /// Undoes what a rotation did before it failed.
    fn undo(&self, rotation: &Rotation<'_>) -> Result<()> {
        // After a failed commit the disk may hold it all the same. What wraps the rows is then known only once
        // they were read anew, and until then `vault.json` must name both root keys.
        self.writable()?;
        rotation.take_back()?;
        settle(&self.vault, &self.catalog)
    }
}

/// Undoes what an interrupted rotation left, when a vault is opened: until `vault.json` names the new root key
/// alone, nobody has seen the words that come with it, so the former ways in count.
pub(crate) fn settle(vault: &Vault, catalog: &Catalog) -> Result<()> {
    let recorded = catalog.read(|tx| Ok::<_, Error>(settings::get(tx, ROOT_KEY)?))?;
    let Some(interrupted) = vault.interrupted()? else {
        let present = vault.root_key_id()?.to_string();
        return match recorded {
            Some(recorded) if recorded != present => Err(Error::Contradiction {
                what: "vault.json is of another root key than the catalog",
            }),
            Some(_) | None => Ok(()),
        };
    };
    if recorded == Some(interrupted.id.to_string()) {
        rewrap(catalog, interrupted.back, interrupted.present_id, None)?;
    }
    Ok(vault.forget_next_root()?)
}

/// Returns when a root key was made; `None` for the first of the vault.
pub(super) fn created(catalog: &Catalog, id: RootKeyId) -> Result<Option<Timestamp>> {
    let name = format!("{ROOT_KEY_CREATED}{id}");
    let made = catalog.read(|tx| Ok::<_, Error>(settings::get(tx, &name)?))?;
    let made = made.map(|ms| ms.parse().map(Timestamp::from_millis));
    made.transpose().map_err(|_| Error::Contradiction {
        what: "the time of the root key is none",
    })
}

/// Wraps anew all that the root key wraps, and writes down which root key it is now, and when it was made where
/// it is new.
fn rewrap(
    catalog: &Catalog,
    by: Rewrap,
    root_key: RootKeyId,
    made: Option<Timestamp>,
) -> Result<()> {
    catalog.write(move |tx| {
        for kek in keks::list(tx)? {
            let wrapped = by.kek(&kek.name, kek.version, &kek.wrapped)?;
            keks::set_wrapped(tx, &kek.name, kek.version, &wrapped)?;
        }
        reseal(tx, &by)?;
        settings::set(tx, ROOT_KEY, &root_key.to_string())?;
        if let Some(made) = made {
            let name = format!("{ROOT_KEY_CREATED}{root_key}");
            settings::set(tx, &name, &made.as_millis().to_string())?;
        }
        Ok::<_, Error>(())
    })
}

/// Seals anew the secrets of access keys, sessions, links and settings.
fn reseal(tx: &WriteTx<'_>, by: &Rewrap) -> Result<()> {
    for row in access_keys::list(tx)? {
        let label = access::label(Sealed::AccessKey, &row.key.id);
        let sealed = by.secret(&label, &row.sealed_secret)?;
        access_keys::set_sealed_secret(tx, &row.key.id, &sealed)?;
    }
    for (id, sealed) in sessions::sealed(tx)? {
        let sealed = by.secret(&access::label(Sealed::Session, &id), &sealed)?;
        sessions::set_sealed_secret(tx, &id, &sealed)?;
    }
    for row in links::list(tx)? {
        let label = access::label(Sealed::Link, &row.link.id);
        let sealed = by.secret(&label, &row.sealed_secret)?;
        links::set_sealed_secret(tx, &row.link.id, &sealed)?;
    }
    for (name, value) in access::sealed_settings(tx)? {
        let sealed = by.secret(&access::setting_label(&name), &value)?;
        access::set_sealed_setting(tx, &name, &sealed)?;
    }
    Ok(())
}
