//! TLS: the certificate of an endpoint and the key to it. Who starts the endpoint keeps both; here they are
//! made, read and used. On this computer nobody vouches for a loopback name, so the certificate vouches for
//! itself and programs are given it to trust.

mod der;
mod generate;
mod serve;

pub(crate) use serve::{Acceptor, sees_certificate};

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::{Digest as _, Sha256};
use stave_model::Timestamp;
use thiserror::Error;

/// Letters in a line of PEM, as RFC 7468 has it.
const PEM_LINE: usize = 64;

/// Why a certificate was not made, read or used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A name is neither a host name nor an address.
    #[error("{0:?} is neither a host name nor an address")]
    Name(String),
    /// Making the certificate failed.
    #[error("the certificate could not be made")]
    Generate(#[source] rcgen::Error),
    /// A text is no certificate in PEM.
    #[error("that is no certificate in PEM")]
    NoCertificate,
    /// A text is no private key in PEM.
    #[error("that is no private key in PKCS #8 PEM")]
    NoKey,
    /// The certificate is none that can be read.
    #[error("the certificate cannot be read")]
    Malformed,
    /// The key does not belong to the certificate, or is of a kind that is not known.
    #[error("the key cannot be used with the certificate")]
    Key(#[source] rustls::Error),
}

/// A certificate and its key.
#[derive(Clone)]
pub struct TlsIdentity {
    /// The leaf first.
    chain: Vec<CertificateDer<'static>>,
    /// PKCS #8.
    key: SecretSlice<u8>,
    /// Read from the leaf.
    expires: Timestamp,
}

impl TlsIdentity {
    /// Makes a certificate for the loopback names and `names`, host names or addresses, good for a year.
    pub fn generate(names: &[String]) -> Result<Self, TlsError> {
        let (certificate, key) = generate::generate(names)?;
        Self::new(vec![certificate], key)
    }

    /// Reads certificates, the leaf first, and the key of the leaf.
    pub fn from_pem(certificates: &str, key: &SecretString) -> Result<Self, TlsError> {
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(certificates.as_bytes()).collect();
        let chain = chain.map_err(|_| TlsError::NoCertificate)?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(key.expose_secret().as_bytes());
        let key = key.map_err(|_| TlsError::NoKey)?;
        Self::new(chain, SecretSlice::from(key.secret_pkcs8_der().to_vec()))
    }

    fn new(chain: Vec<CertificateDer<'static>>, key: SecretSlice<u8>) -> Result<Self, TlsError> {
        let leaf = chain.first().ok_or(TlsError::NoCertificate)?;
        let expires = der::not_after(leaf).ok_or(TlsError::Malformed)?;
        let identity = Self {
            chain,
            key,
            expires,
        };
        // What cannot be served is refused here and not at the first connection.
        Acceptor::new(&identity)?;
        Ok(identity)
    }

    /// Returns the certificates in PEM, the leaf first.
    pub fn certificate_pem(&self) -> String {
        let pems = self.chain.iter().map(|der| pem("CERTIFICATE", der));
        pems.collect()
    }

    /// Returns the key in PEM.
    pub fn key_pem(&self) -> SecretString {
        SecretString::from(pem("PRIVATE KEY", self.key.expose_secret()))
    }

    /// Returns the SHA-256 of the leaf in lower-case hex, by which people compare certificates.
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.chain[0]))
    }

    /// Returns the moment after which the leaf is good for nothing.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.expose_secret().to_vec()).into()
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsIdentity")
            .field("sha256", &self.sha256())
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(PEM_LINE) {
        pem.extend(line.iter().copied().map(char::from));
        pem.push('\n');
    }
    pem.extend(["-----END ", label, "-----\n"]);
    pem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_survives_its_text() {
        let made = TlsIdentity::generate(&["nas.home".to_owned()]).unwrap();
        let read = TlsIdentity::from_pem(&made.certificate_pem(), &made.key_pem()).unwrap();
        assert_eq!(read.sha256(), made.sha256());
        assert_eq!(read.expires(), made.expires());
        assert_eq!(made.sha256().len(), 64);
        assert_eq!(
            read.key_pem().expose_secret(),
            made.key_pem().expose_secret()
        );
    }

    #[test]
    fn a_key_opens_its_own_certificate_alone() {
        let (one, other) = (
            TlsIdentity::generate(&[]).unwrap(),
            TlsIdentity::generate(&[]).unwrap(),
        );
        assert_ne!(one.sha256(), other.sha256());
        let mixed = TlsIdentity::from_pem(&one.certificate_pem(), &other.key_pem());
        assert!(matches!(mixed, Err(TlsError::Key(_))), "{mixed:?}");
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        let made = TlsIdentity::generate(&[]).unwrap();
        for certificate in [
            "",
            "not PEM",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        ] {
            assert!(TlsIdentity::from_pem(certificate, &made.key_pem()).is_err());
        }
        let garbage = pem("CERTIFICATE", b"no DER at all");
        assert!(matches!(
            TlsIdentity::from_pem(&garbage, &made.key_pem()),
            Err(TlsError::Malformed)
        ));
        let no_key = SecretString::from("");
        assert!(matches!(
            TlsIdentity::from_pem(&made.certificate_pem(), &no_key),
            Err(TlsError::NoKey)
        ));
    }

    #[test]
    fn the_key_is_not_printed() {
        let made = TlsIdentity::generate(&[]).unwrap();
        let printed = format!("{made:?}");
        assert!(printed.contains(&made.sha256()), "{printed}");
        assert!(!printed.to_ascii_lowercase().contains("key"), "{printed}");
    }
}
