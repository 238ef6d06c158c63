//! How key material travels to its import: wrapped by an RSA key that is made for it.
//!
//! RSA is AWS-LC's, for ring opens nothing by RSA; this file alone knows it. The private key is kept by
//! nobody: it travels sealed in the token that the client sends back.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey,
    OaepPublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::KeyMaterial;

/// Why an import did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ImportError {
    /// No RSA key was made, or what should be one is none.
    #[error("the key for an import could not be made or read")]
    Key,
    /// The material was not wrapped for this key in this way.
    #[error("the key material was not wrapped by the key of its import")]
    Unwrap,
    /// The material is longer than the key can wrap.
    #[error("the key material is too long to be wrapped")]
    Wrap,
}

/// The length of the RSA key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKeySize {
    /// 2,048 bits
    Rsa2048,
    /// 3,072 bits
    Rsa3072,
    /// 4,096 bits
    Rsa4096,
}

/// How material is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportWrapping {
    /// RSAES-OAEP with SHA-1.
    OaepSha1,
    /// RSAES-OAEP with SHA-256.
    OaepSha256,
}

/// An RSA key for one import.
pub struct ImportKey {
    /// The public key as DER (`SubjectPublicKeyInfo`).
    pub public: Vec<u8>,
    /// The private key as PKCS #8.
    pub private: Zeroizing<Vec<u8>>,
}

impl ImportKey {
    /// Makes a key.
    pub fn generate(size: ImportKeySize) -> Result<Self, ImportError> {
        let size = match size {
            ImportKeySize::Rsa2048 => KeySize::Rsa2048,
            ImportKeySize::Rsa3072 => KeySize::Rsa3072,
            ImportKeySize::Rsa4096 => KeySize::Rsa4096,
        };
        let key = PrivateDecryptingKey::generate(size).map_err(|_| ImportError::Key)?;
        let public: PublicKeyX509Der<'_> =
            key.public_key().as_der().map_err(|_| ImportError::Key)?;
        let private: Pkcs8V1Der<'_> = key.as_der().map_err(|_| ImportError::Key)?;
        Ok(Self {
            public: public.as_ref().to_vec(),
            private: Zeroizing::new(private.as_ref().to_vec()),
        })
    }
}

/// Unwraps material, or answers [`ImportError::Unwrap`] when it was not wrapped for this key in this way.
pub fn unwrap_import(
    private: &[u8],
    wrapping: ImportWrapping,
    wrapped: &[u8],
) -> Result<KeyMaterial, ImportError> {
    let key = PrivateDecryptingKey::from_pkcs8(private).map_err(|_| ImportError::Key)?;
    let key = OaepPrivateDecryptingKey::new(key).map_err(|_| ImportError::Key)?;
    let mut opened = Zeroizing::new(vec![0; key.min_output_size()]);
    let material = key
        .decrypt(wrapping.algorithm(), wrapped, &mut opened, None)
        .map_err(|_| ImportError::Unwrap)?;
    Ok(KeyMaterial::new(Zeroizing::new(material.to_vec())))
}

/// Wraps material for an import, by the public key that the key service gave (`SubjectPublicKeyInfo`).
pub fn wrap_for_import(
    public: &[u8],
    wrapping: ImportWrapping,
    material: &[u8],
) -> Result<Vec<u8>, ImportError> {
    let key = PublicEncryptingKey::from_der(public).map_err(|_| ImportError::Key)?;
    let key = OaepPublicEncryptingKey::new(key).map_err(|_| ImportError::Key)?;
    let mut wrapped = vec![0; key.ciphertext_size()];
    let made = key
        .encrypt(wrapping.algorithm(), material, &mut wrapped, None)
        .map_err(|_| ImportError::Wrap)?;
    Ok(made.to_vec())
}

impl ImportWrapping {
    fn algorithm(self) -> &'static OaepAlgorithm {
        match self {
            Self::OaepSha1 => &OAEP_SHA1_MGF1SHA1,
            Self::OaepSha256 => &OAEP_SHA256_MGF1SHA256,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn material_arrives_as_it_was_wrapped_and_in_no_other_way() {
        use ImportWrapping::{OaepSha1, OaepSha256};
        let key = ImportKey::generate(ImportKeySize::Rsa2048).unwrap();
        for (wrapping, other) in [(OaepSha1, OaepSha256), (OaepSha256, OaepSha1)] {
            let wrapped = wrap_for_import(&key.public, wrapping, &[7; 32]).unwrap();
            let opened = unwrap_import(&key.private, wrapping, &wrapped).unwrap();
            assert_eq!(opened.expose(), [7; 32]);
            let refused = unwrap_import(&key.private, other, &wrapped);
            assert!(matches!(refused, Err(ImportError::Unwrap)), "{wrapping:?}");
            let cut = unwrap_import(&key.private, wrapping, &wrapped[1..]);
            assert!(matches!(cut, Err(ImportError::Unwrap)), "{wrapping:?}");
        }
    }
}
