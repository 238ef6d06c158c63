//! Encrypt, Decrypt, ReEncrypt, data keys and random bytes.

use secrecy::{ExposeSecret as _, SecretSlice};
use serde_json::json;
use stave_model::{Actor, EncryptionContext, KeySpec};
use stave_store::{
    Decrypt, Decrypted, Encrypt, Encrypted, GenerateDataKey, GeneratedDataKey, KeyError, ReEncrypt,
    ReEncrypted,
};
use stave_vault::{KeyMaterial, SealedBytes};

use super::access::Asked;
use super::call::Call;
use super::operation::{
    DECRYPT, ENCRYPT, GENERATE_DATA_KEY, GENERATE_DATA_KEY_WITHOUT, GENERATE_RANDOM, Operation,
    RE_ENCRYPT_FROM, RE_ENCRYPT_TO,
};
use super::rows::StoredKey;
use super::{invalid, refused};
use crate::core::Core;
use crate::error::Result;

/// What `Encrypt` takes.
const PLAINTEXT_BYTES: std::ops::RangeInclusive<usize> = 1..=4_096;

/// How long a data key and random bytes can be.
const RANDOM_BYTES: std::ops::RangeInclusive<usize> = 1..=1_024;

/// The longest ciphertext that is looked at.
const CIPHERTEXT_BYTES_MAX: usize = 6_144;

/// The longest encryption context: names and values together.
const CONTEXT_BYTES_MAX: usize = 8_192;

/// The only algorithm.
const ALGORITHM: &str = "SYMMETRIC_DEFAULT";

impl Core {
    /// Seals a few bytes.
    pub(crate) fn encrypt(&self, by: &Actor, encrypt: Encrypt) -> Result<Encrypted> {
        self.key_call(by, ENCRYPT, move |call| {
            call.note("encryptionAlgorithm", ALGORITHM);
            let (context, tokens) = (&encrypt.context, &encrypt.grant_tokens);
            let mut key = call.open_symmetric(&encrypt.key, ENCRYPT, context, tokens)?;
            let plaintext = encrypt.plaintext.expose_secret();
            if !PLAINTEXT_BYTES.contains(&plaintext.len()) {
                return Err(invalid("a plaintext has 1 to 4,096 bytes"));
            }
            call.seal(&mut key, plaintext, context)
        })
    }

    /// Opens sealed bytes.
    pub(crate) fn decrypt(&self, by: &Actor, decrypt: Decrypt) -> Result<Decrypted> {
        self.key_call(by, DECRYPT, move |call| {
            call.note("encryptionAlgorithm", ALGORITHM);
            call.unseal(DECRYPT, &decrypt)
        })
    }

    /// Opens sealed bytes and seals them under another key.
    pub(crate) fn re_encrypt(&self, by: &Actor, re_encrypt: ReEncrypt) -> Result<ReEncrypted> {
        self.key_call(by, RE_ENCRYPT_FROM, move |call| {
            call.note("sourceEncryptionAlgorithm", ALGORITHM);
            call.note("destinationEncryptionAlgorithm", ALGORITHM);
            let opened = call.unseal(RE_ENCRYPT_FROM, &re_encrypt.source)?;
            call.rename_note("keyId", "sourceKeyId");
            call.rename_note("encryptionContext", "sourceEncryptionContext");
            let (context, tokens) = (&re_encrypt.context, &re_encrypt.source.grant_tokens);
            let mut key = call.open_symmetric(&re_encrypt.key, RE_ENCRYPT_TO, context, tokens)?;
            call.rename_note("keyId", "destinationKeyId");
            call.rename_note("encryptionContext", "destinationEncryptionContext");
            let encrypted = call.seal(&mut key, opened.plaintext.expose_secret(), context)?;
            Ok(ReEncrypted {
                source_arn: opened.arn,
                encrypted,
            })
        })
    }

    /// Mints a data key.
    pub(crate) fn generate_data_key(
        &self,
        by: &Actor,
        generate: GenerateDataKey,
    ) -> Result<GeneratedDataKey> {
        let operation = if generate.plaintext {
            GENERATE_DATA_KEY
        } else {
            GENERATE_DATA_KEY_WITHOUT
        };
        self.key_call(by, operation, move |call| {
            match generate.bytes {
                32 => call.note("keySpec", "AES_256"),
                16 => call.note("keySpec", "AES_128"),
                bytes => call.note("numberOfBytes", bytes),
            }
            let (context, tokens) = (&generate.context, &generate.grant_tokens);
            let mut key = call.open_symmetric(&generate.key, operation, context, tokens)?;
            if !RANDOM_BYTES.contains(&generate.bytes) {
                return Err(invalid("a data key has 1 to 1,024 bytes"));
            }
            let data_key = KeyMaterial::random(generate.bytes)?;
            let encrypted = call.seal(&mut key, data_key.expose(), context)?;
            let plaintext = generate
                .plaintext
                .then(|| data_key.expose().to_vec().into());
            Ok(GeneratedDataKey {
                encrypted,
                plaintext,
            })
        })
    }

    /// Returns random bytes.
    pub(crate) fn generate_random(&self, by: &Actor, bytes: usize) -> Result<SecretSlice<u8>> {
        self.key_call(by, GENERATE_RANDOM, move |call| {
            call.note("numberOfBytes", bytes);
            call.allow_without_key()?;
            if !RANDOM_BYTES.contains(&bytes) {
                return Err(invalid("random bytes are 1 to 1,024"));
            }
            Ok(KeyMaterial::random(bytes)?.expose().to_vec().into())
        })
    }
}

impl Call<'_, '_> {
    /// Opens a key that encrypts, for an operation with an encryption context.
    fn open_symmetric(
        &mut self,
        named: &str,
        operation: Operation,
        context: &EncryptionContext,
        tokens: &[String],
    ) -> Result<StoredKey> {
        if !context.is_empty() {
            self.note("encryptionContext", json!(context));
        }
        let bytes = context.iter().map(|(name, value)| name.len() + value.len());
        if bytes.sum::<usize>() > CONTEXT_BYTES_MAX {
            self.draft.request.remove("encryptionContext");
            return Err(invalid("an encryption context has at most 8,192 bytes"));
        }
        let (key, alias) = self.find(named)?;
        let asked = Asked {
            context: Some(context),
            alias,
            tokens,
            extra: vec![("kms:EncryptionAlgorithm", ALGORITHM.to_owned())],
            ..Asked::default()
        };
        self.allow(&key, operation, &asked)?;
        self.takes_state(&key, operation)?;
        match key.is.spec {
            KeySpec::Symmetric => Ok(key),
            KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => Err(self.wrong_usage(&key)),
        }
    }

    /// Returns the refusal of a key that is for something else.
    pub(crate) fn wrong_usage(&self, key: &StoredKey) -> crate::error::Error {
        refused(KeyError::InvalidKeyUsage {
            arn: key.id.arn(&self.desk.region),
            usage: key.is.spec.usage(),
        })
    }

    fn seal(
        &mut self,
        key: &mut StoredKey,
        plaintext: &[u8],
        context: &EncryptionContext,
    ) -> Result<Encrypted> {
        self.rotate_if_due(key)?;
        self.note_version(key.is.version);
        let kek = self.desk.newest_kek(self.tx, key)?;
        Ok(Encrypted {
            arn: key.id.arn(&self.desk.region),
            ciphertext: kek.seal(plaintext, context)?,
        })
    }

    fn unseal(&mut self, operation: Operation, decrypt: &Decrypt) -> Result<Decrypted> {
        let unreadable = || refused(KeyError::InvalidCiphertext);
        if decrypt.ciphertext.len() > CIPHERTEXT_BYTES_MAX {
            return Err(unreadable());
        }
        let sealed = SealedBytes::parse(&decrypt.ciphertext).ok_or_else(unreadable)?;
        let (context, tokens) = (&decrypt.context, &decrypt.grant_tokens);
        let named = decrypt.key.as_deref().unwrap_or(sealed.key.as_str());
        let key = self.open_symmetric(named, operation, context, tokens)?;
        if key.id != sealed.key {
            return Err(refused(KeyError::IncorrectKey));
        }
        let kek = self.desk.kek(self.tx, &key, sealed.version)?;
        let kek = kek.ok_or_else(unreadable)?;
        self.note_version(sealed.version);
        let plaintext = match kek.unseal(&sealed, context) {
            Ok(plaintext) => plaintext,
            Err(stave_vault::Error::Unwrap) => return Err(unreadable()),
            Err(other) => return Err(other.into()),
        };
        Ok(Decrypted {
            arn: key.id.arn(&self.desk.region),
            plaintext: plaintext.to_vec().into(),
        })
    }

    fn note_version(&mut self, version: u32) {
        self.draft
            .extra
            .insert("keyVersion".to_owned(), version.into());
    }

    fn rename_note(&mut self, from: &str, to: &str) {
        if let Some(value) = self.draft.request.remove(from) {
            self.note(to, value);
        }
    }
}
