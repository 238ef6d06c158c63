//! The keys that sign users' requests.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use stave_catalog::access_keys::{self, AccessKeyRow};
use stave_catalog::{ReadTx, WriteTx, users};
use stave_model::{
    AccessKey, AccessKeyId, AccessKeyStatus, Change, Identity, IdentityKind, UserName,
};
use stave_store::{Error as StoreError, NewAccessKey, Rights};
use stave_vault::MacKey;

use super::mint;
use super::rows::{Sealed, check_key, identity_row, key_mac, label, rights};
use crate::core::Core;
use crate::error::{Error, Result};

/// What minted ids begin with, as AWS's long-term keys do.
const ID_PREFIX: &str = "AKIA";

impl Core {
    pub(crate) fn list_access_keys(&self) -> Result<Vec<AccessKey>> {
        let rows = self
            .catalog
            .read(|tx| Ok::<_, Error>(access_keys::list(tx)?))?;
        Ok(rows.into_iter().map(|row| row.key).collect())
    }

    pub(crate) fn add_access_key(&self, new: NewAccessKey) -> Result<(AccessKey, SecretString)> {
        self.writable()?;
        let id = match new.id {
            Some(id) => id,
            None => mint::id(ID_PREFIX, self.ids.as_ref())?,
        };
        let secret = match new.secret {
            Some(secret) => secret,
            None => mint::secret()?,
        };
        // The root key stays what it is until the row is committed.
        let _wrapping = self.vault.wrapping();
        let sealed_secret = self.vault.seal_secret(
            &label(Sealed::AccessKey, &id),
            secret.expose_secret().as_bytes(),
        )?;
        let key = AccessKey {
            id,
            user: new.user,
            status: AccessKeyStatus::Active,
            created: self.clock.now(),
            last_used: None,
        };
        let row = AccessKeyRow {
            key: key.clone(),
            sealed_secret,
            mac: Some(key_mac(&key, &self.kms.mac).to_vec()),
        };
        let kms = Arc::clone(&self.kms);
        let new_user = self.catalog.write(move |tx| {
            if access_keys::find(tx, &row.key.id)?.is_some() {
                return Err(StoreError::AccessKeyExists(row.key.id).into());
            }
            let new_user = ensure_user(tx, &row.key, &kms.mac)?;
            access_keys::insert(tx, &row)?;
            Ok::<_, Error>(new_user)
        })?;
        self.publish(&Change::AccessKeys);
        if new_user {
            self.publish(&Change::Identities);
        }
        Ok((key, secret))
    }

    pub(crate) fn set_access_key_status(
        &self,
        id: &AccessKeyId,
        status: AccessKeyStatus,
    ) -> Result<()> {
        self.writable()?;
        let (wanted, kms) = (id.clone(), Arc::clone(&self.kms));
        self.catalog.write(move |tx| {
            let row = find(tx, &wanted)?;
            check_key(&row, &kms.mac)?;
            let key = AccessKey { status, ..row.key };
            let mac = key_mac(&key, &kms.mac);
            access_keys::set_status(tx, &key.id, status, &mac)?;
            Ok::<_, Error>(())
        })?;
        self.publish(&Change::AccessKeys);
        Ok(())
    }

    pub(crate) fn delete_access_key(&self, id: &AccessKeyId) -> Result<()> {
        self.writable()?;
        let wanted = id.clone();
        let found = self
            .catalog
            .write(move |tx| Ok::<_, Error>(access_keys::delete(tx, &wanted)?))?;
        if !found {
            return Err(StoreError::NoSuchAccessKey(id.clone()).into());
        }
        self.publish(&Change::AccessKeys);
        Ok(())
    }

    pub(crate) fn access_key_secret(&self, id: &AccessKeyId) -> Result<(AccessKey, SecretString)> {
        let row = self.catalog.read(|tx| find(tx, id))?;
        check_key(&row, &self.kms.mac)?;
        let secret = self.open_text(&label(Sealed::AccessKey, id), &row.sealed_secret)?;
        Ok((row.key, secret))
    }

    /// Opens a sealed secret that is a text.
    pub(super) fn open_text(&self, label: &str, sealed: &[u8]) -> Result<SecretString> {
        let secret = self.vault.open_secret(label, sealed)?;
        let text = std::str::from_utf8(&secret).map_err(|_| Error::Contradiction {
            what: "a sealed secret is no text",
        })?;
        Ok(SecretString::from(text))
    }
}

fn find(tx: &ReadTx<'_>, id: &AccessKeyId) -> Result<AccessKeyRow> {
    let row = access_keys::find(tx, id)?;
    row.ok_or_else(|| StoreError::NoSuchAccessKey(id.clone()).into())
}

/// Makes the user of a new key unless there is one; returns whether it was made.
fn ensure_user(tx: &WriteTx<'_>, key: &AccessKey, mac: &MacKey) -> Result<bool> {
    match rights(tx, &key.user, mac) {
        Ok(present) if present.identity.kind == IdentityKind::Role => Err(
            StoreError::InvalidRequest("a role has no access keys; make a session of it").into(),
        ),
        Ok(_) => Ok(false),
        Err(Error::Refused(StoreError::NoSuchIdentity(name))) => {
            users::insert(tx, &identity_row(&plain_user(name, key), mac))?;
            Ok(true)
        }
        Err(other) => Err(other),
    }
}

fn plain_user(name: UserName, key: &AccessKey) -> Rights {
    Rights {
        identity: Identity {
            name,
            kind: IdentityKind::User,
            created: key.created,
            description: String::new(),
            trust: None,
            session_secs: None,
        },
        policies: Vec::new(),
    }
}
