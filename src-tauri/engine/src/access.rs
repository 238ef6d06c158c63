//! The users and the keys that sign their requests. Secrets are sealed by the vault.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use stave_catalog::access_keys::{self, AccessKeyRow};
use stave_catalog::users::{self, UserRow};
use stave_model::{AccessKey, AccessKeyId, AccessKeyStatus, Change, Ids};
use stave_store::{Error as StoreError, NewAccessKey};
use zeroize::Zeroizing;

use crate::core::Core;
use crate::error::{Error, Result};

/// The random bytes of a minted secret: 40 characters of base64, as AWS's have.
const SECRET_BYTES: usize = 30;

/// What minted ids begin with, as AWS's long-term keys do.
const ID_PREFIX: &str = "AKIA";

/// The alphabet of minted ids, 32 characters: five bits each, none of them by chance likelier.
const ID_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

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
            None => mint_id(self.ids.as_ref())?,
        };
        let secret = match new.secret {
            Some(secret) => secret,
            None => mint_secret()?,
        };
        // The root key stays what it is until the row is committed.
        let _wrapping = self.vault.wrapping();
        let sealed_secret = self
            .vault
            .seal_secret(&label(&id), secret.expose_secret().as_bytes())?;
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
        };
        self.catalog.write(move |tx| {
            if access_keys::find(tx, &row.key.id)?.is_some() {
                return Err(StoreError::AccessKeyExists(row.key.id).into());
            }
            let user = UserRow {
                name: row.key.user.clone(),
                created: row.key.created,
            };
            users::ensure(tx, &user)?;
            Ok::<_, Error>(access_keys::insert(tx, &row)?)
        })?;
        self.publish(&Change::AccessKeys);
        Ok((key, secret))
    }

    pub(crate) fn set_access_key_status(
        &self,
        id: &AccessKeyId,
        status: AccessKeyStatus,
    ) -> Result<()> {
        self.writable()?;
        let wanted = id.clone();
        let found = self
            .catalog
            .write(move |tx| Ok::<_, Error>(access_keys::set_status(tx, &wanted, status)?))?;
        self.changed_key(id, found)
    }

    pub(crate) fn delete_access_key(&self, id: &AccessKeyId) -> Result<()> {
        self.writable()?;
        let wanted = id.clone();
        let found = self
            .catalog
            .write(move |tx| Ok::<_, Error>(access_keys::delete(tx, &wanted)?))?;
        self.changed_key(id, found)
    }

    pub(crate) fn access_key_secret(&self, id: &AccessKeyId) -> Result<(AccessKey, SecretString)> {
        let row = self
            .catalog
            .read(|tx| Ok::<_, Error>(access_keys::find(tx, id)?))?;
        let row = row.ok_or_else(|| StoreError::NoSuchAccessKey(id.clone()))?;
        let secret = self.vault.open_secret(&label(id), &row.sealed_secret)?;
        let text = std::str::from_utf8(&secret).map_err(|_| Error::Contradiction {
            what: "the secret of an access key is no text",
        })?;
        Ok((row.key, SecretString::from(text)))
    }

    fn changed_key(&self, id: &AccessKeyId, found: bool) -> Result<()> {
        if !found {
            return Err(StoreError::NoSuchAccessKey(id.clone()).into());
        }
        self.publish(&Change::AccessKeys);
        Ok(())
    }
}

/// What a sealed secret belongs to: it opens for no other key.
pub(crate) fn label(id: &AccessKeyId) -> String {
    format!("access-key/{id}")
}

/// Mints an id like AWS's: `AKIA` and 16 capitals and digits.
fn mint_id(ids: &dyn Ids) -> Result<AccessKeyId> {
    let letters = ids
        .random_16()
        .map(|byte| char::from(ID_ALPHABET[usize::from(byte % 32)]));
    let text: String = ID_PREFIX.chars().chain(letters).collect();
    AccessKeyId::parse(&text).map_err(|_| Error::Contradiction {
        what: "a minted access key id is none",
    })
}

fn mint_secret() -> Result<SecretString> {
    let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
    getrandom::fill(bytes.as_mut())?;
    Ok(SecretString::from(STANDARD.encode(bytes.as_slice())))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl Ids for Counting {
        fn random_16(&self) -> [u8; 16] {
            [
                0, 1, 2, 3, 31, 32, 33, 63, 64, 95, 128, 159, 200, 223, 254, 255,
            ]
        }
    }

    #[test]
    fn a_minted_id_looks_like_that_of_aws() {
        assert_eq!(mint_id(&Counting).unwrap().as_str(), "AKIAABCD7AB7A7A7I767");
    }

    #[test]
    fn minted_secrets_have_40_characters_and_differ() {
        let (one, other) = (mint_secret().unwrap(), mint_secret().unwrap());
        assert_eq!(one.expose_secret().len(), 40);
        assert_ne!(one.expose_secret(), other.expose_secret());
    }
}
