//! Keys that make message authentication codes.

use stave_model::{Actor, KeySpec};
use stave_store::{GenerateMac, KeyError};
use stave_vault::{KeyMaterial, MacHash};

use super::access::Asked;
use super::call::Call;
use super::operation::{GENERATE_MAC, VERIFY_MAC};
use super::{invalid, refused};
use crate::core::Core;
use crate::error::Result;

/// The longest message.
const MESSAGE_BYTES: std::ops::RangeInclusive<usize> = 1..=4_096;

impl Core {
    /// Makes a MAC.
    pub(crate) fn generate_mac(&self, by: &Actor, generate: GenerateMac) -> Result<Vec<u8>> {
        self.key_call(by, GENERATE_MAC, move |call| {
            let (material, hash) = call.open_for_mac(&generate)?;
            Ok(material.mac(hash, &generate.message))
        })
    }

    /// Checks a MAC.
    pub(crate) fn verify_mac(&self, by: &Actor, generate: GenerateMac, mac: Vec<u8>) -> Result<()> {
        self.key_call(by, VERIFY_MAC, move |call| {
            let (material, hash) = call.open_for_mac(&generate)?;
            if material.verifies(hash, &generate.message, &mac) {
                Ok(())
            } else {
                Err(refused(KeyError::InvalidMac))
            }
        })
    }
}

impl Call<'_, '_> {
    fn open_for_mac(&mut self, generate: &GenerateMac) -> Result<(KeyMaterial, MacHash)> {
        let algorithm = generate.algorithm.chars().take(32).collect::<String>();
        self.note("macAlgorithm", algorithm.as_str());
        let asked = Asked {
            tokens: &generate.grant_tokens,
            extra: vec![("kms:MacAlgorithm", algorithm.clone())],
            ..Asked::default()
        };
        let key = self.open(&generate.key, asked)?;
        let (own, hash) = match key.is.spec {
            KeySpec::Symmetric => return Err(self.wrong_usage(&key)),
            KeySpec::Hmac256 => ("HMAC_SHA_256", MacHash::Sha256),
            KeySpec::Hmac384 => ("HMAC_SHA_384", MacHash::Sha384),
            KeySpec::Hmac512 => ("HMAC_SHA_512", MacHash::Sha512),
        };
        if algorithm != own {
            return Err(self.wrong_usage(&key));
        }
        if !MESSAGE_BYTES.contains(&generate.message.len()) {
            return Err(invalid("a message has 1 to 4,096 bytes"));
        }
        let version = key.is.version;
        self.draft
            .extra
            .insert("keyVersion".to_owned(), version.into());
        Ok((self.desk.newest_material(self.tx, &key)?, hash))
    }
}
