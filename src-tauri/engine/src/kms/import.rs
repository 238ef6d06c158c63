//! Import of key material: parameters, the import, its end.

use secrecy::zeroize::Zeroizing;
use stave_catalog::keks;
use stave_model::{Actor, KeyOrigin, KeyState, Timestamp, VersionOrigin};
use stave_store::{ImportKeyMaterial, ImportParameters, KeyError, WrappingAlgorithm};
use stave_vault::{
    ImportError, ImportKey, ImportKeySize, ImportWrapping, KeyMaterial, unwrap_import,
};

use super::access::Asked;
use super::call::Call;
use super::material::insert_version;
use super::operation::{DELETE_MATERIAL, IMPORT_MATERIAL, IMPORT_PARAMETERS};
use super::rows::StoredKey;
use super::{invalid, refused};
use crate::audit::time;
use crate::core::Core;
use crate::error::{Error, Result};

/// How long parameters are good, as AWS KMS has it.
const GOOD_FOR_MS: i64 = 24 * 60 * 60 * 1_000;

/// The latest expiry: a year, as AWS KMS has it.
const EXPIRES_MAX_MS: i64 = 365 * 24 * 60 * 60 * 1_000;

/// The longest token that is looked at.
const TOKEN_BYTES_MAX: usize = 6_144;

/// The label of the check that tells imported material from other.
const CHECK_LABEL: &str = "stave/kms-material/v1";

/// What stands in a token before the private key: the wrapping and the end of its life.
const TOKEN_HEAD_BYTES: usize = 9;

impl Core {
    /// Returns what material is wrapped with for its import.
    pub(crate) fn import_parameters(
        &self,
        by: &Actor,
        named: String,
        algorithm: WrappingAlgorithm,
        bits: u16,
    ) -> Result<ImportParameters> {
        let size = key_size(bits)?;
        let desk = self.desk();
        // Making an RSA key takes long: not while the writer waits for it.
        let made = ImportKey::generate(size).map_err(of_import)?;
        self.key_call(by, IMPORT_PARAMETERS, move |call| {
            call.note("wrappingAlgorithm", algorithm_name(algorithm));
            call.note("wrappingKeySpec", format!("RSA_{bits}"));
            let wrapping = (
                "kms:WrappingAlgorithm",
                algorithm_name(algorithm).to_owned(),
            );
            let asked = Asked {
                extra: vec![wrapping],
                ..Asked::default()
            };
            let key = call.open(&named, asked)?;
            is_external(&key)?;
            let valid_to = Timestamp::from_millis(call.now.as_millis() + GOOD_FOR_MS);
            let mut token = Zeroizing::new(vec![wrapping_byte(algorithm)]);
            token.extend_from_slice(&valid_to.as_millis().to_be_bytes());
            token.extend_from_slice(&made.private);
            Ok(ImportParameters {
                key: key.id.clone(),
                arn: key.id.arn(&desk.region),
                token: desk.vault.seal_secret(&token_label(&key), &token)?,
                public_key: made.public,
                valid_to,
            })
        })
    }

    /// Imports material.
    pub(crate) fn import_key_material(&self, by: &Actor, import: ImportKeyMaterial) -> Result<()> {
        self.has_room()?;
        self.key_call(by, IMPORT_MATERIAL, move |call| {
            let model = match import.expires {
                Some(_) => "KEY_MATERIAL_EXPIRES",
                None => "KEY_MATERIAL_DOES_NOT_EXPIRE",
            };
            call.note("expirationModel", model);
            call.note("validTo", import.expires.map(time));
            let expiry = import.expires.map(|at| ("kms:ValidTo", time(at)));
            let model = ("kms:ExpirationModel", model.to_owned());
            let asked = Asked {
                extra: expiry.into_iter().chain([model]).collect(),
                ..Asked::default()
            };
            let mut key = call.open(&import.key, asked)?;
            is_external(&key)?;
            call.check_expiry(import.expires)?;
            let material = call.unwrap_material(&key, &import)?;
            call.keep_material(&mut key, &material, import.expires)
        })
    }

    /// Deletes imported material; the same can be imported again.
    pub(crate) fn delete_imported_material(&self, by: &Actor, named: String) -> Result<()> {
        self.change_key(by, DELETE_MATERIAL, named, |call, key| {
            is_external(key)?;
            keks::delete_all(call.tx, key.id.as_str())?;
            key.is.state = KeyState::PendingImport;
            key.is.material_expires_ms = None;
            Ok(())
        })
    }
}

impl Call<'_, '_> {
    fn check_expiry(&self, expires: Option<Timestamp>) -> Result<()> {
        let now = self.now.as_millis();
        let range = now + 1..=now + EXPIRES_MAX_MS;
        if expires.is_none_or(|at| range.contains(&at.as_millis())) {
            Ok(())
        } else {
            Err(invalid("imported material expires within a year from now"))
        }
    }

    fn unwrap_material(&self, key: &StoredKey, import: &ImportKeyMaterial) -> Result<KeyMaterial> {
        let unknown = || refused(KeyError::InvalidImportToken);
        if import.token.len() > TOKEN_BYTES_MAX {
            return Err(unknown());
        }
        let opened = self
            .desk
            .vault
            .open_secret(&token_label(key), &import.token);
        let token = match opened {
            Ok(token) => token,
            Err(stave_vault::Error::Unwrap) => return Err(unknown()),
            Err(other) => return Err(other.into()),
        };
        let (head, private) = token
            .split_first_chunk::<TOKEN_HEAD_BYTES>()
            .ok_or_else(unknown)?;
        let [wrapping, until @ ..] = *head;
        if i64::from_be_bytes(until) <= self.now.as_millis() {
            return Err(refused(KeyError::ExpiredImportToken));
        }
        let wrapping = match wrapping {
            1 => ImportWrapping::OaepSha1,
            _ => ImportWrapping::OaepSha256,
        };
        let material = match unwrap_import(private, wrapping, &import.wrapped) {
            Err(ImportError::Unwrap) => return Err(refused(KeyError::InvalidCiphertext)),
            unwrapped => unwrapped.map_err(of_import)?,
        };
        if material.expose().len() == key.is.spec.material_bytes() {
            Ok(material)
        } else {
            // So does AWS KMS answer material of another length.
            Err(refused(KeyError::IncorrectKeyMaterial))
        }
    }

    fn keep_material(
        &mut self,
        key: &mut StoredKey,
        material: &KeyMaterial,
        expires: Option<Timestamp>,
    ) -> Result<()> {
        let desk = self.desk;
        let fields = [key.id.as_str().as_bytes(), material.expose()];
        let check = hex::encode(desk.kms.mac.mac(CHECK_LABEL, &fields));
        if key
            .is
            .material_check
            .as_ref()
            .is_some_and(|own| *own != check)
        {
            return Err(refused(KeyError::IncorrectKeyMaterial));
        }
        key.is.material_check = Some(check);
        if keks::newest(self.tx, key.id.as_str())?.is_none() {
            key.is.version = 0;
            let wrapped = desk.vault.wrap_key_material(key.id.as_str(), 1, material)?;
            let origin = VersionOrigin::Imported;
            insert_version(self.tx, key, wrapped, origin, self.now)?;
        }
        if key.is.state == KeyState::PendingImport || key.has_expired(self.now) {
            key.is.state = KeyState::Enabled;
        }
        key.is.material_expires_ms = expires.map(Timestamp::as_millis);
        self.save(key)
    }
}

fn is_external(key: &StoredKey) -> Result<()> {
    match key.is.origin {
        KeyOrigin::External => Ok(()),
        KeyOrigin::Made => {
            let what = "import into a key whose material was made here";
            Err(refused(KeyError::Unsupported(what)))
        }
    }
}

fn key_size(bits: u16) -> Result<ImportKeySize> {
    match bits {
        2_048 => Ok(ImportKeySize::Rsa2048),
        3_072 => Ok(ImportKeySize::Rsa3072),
        4_096 => Ok(ImportKeySize::Rsa4096),
        _ => Err(invalid("a wrapping key has 2,048, 3,072 or 4,096 bits")),
    }
}

fn wrapping_byte(algorithm: WrappingAlgorithm) -> u8 {
    match algorithm {
        WrappingAlgorithm::OaepSha1 => 1,
        WrappingAlgorithm::OaepSha256 => 2,
    }
}

fn algorithm_name(algorithm: WrappingAlgorithm) -> &'static str {
    match algorithm {
        WrappingAlgorithm::OaepSha1 => "RSAES_OAEP_SHA_1",
        WrappingAlgorithm::OaepSha256 => "RSAES_OAEP_SHA_256",
    }
}

/// What a token belongs to: it opens for no other key.
fn token_label(key: &StoredKey) -> String {
    format!("kms-import/{}", key.id)
}

fn of_import(source: ImportError) -> Error {
    stave_store::Error::Failed {
        doing: "making or reading the key of an import",
        source: Box::new(source),
    }
    .into()
}
