//! The certificates of the port and of the share on the network. Their keys are sealed in the vault; the certificate
//! of the port lies beside the vault too, for programs that are to trust it.

use std::path::{Path, PathBuf};
use std::{fs, io};

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use stave_endpoint::{TlsError, TlsIdentity};
use stave_engine::LocalStore;
use stave_model::Timestamp;
use tokio::task::spawn_blocking;

use crate::errors::{Answer, Failure};

/// Whose certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The port on loopback.
    Port,
    /// The share on the network: its names change with the network, and nobody is told to trust it for good.
    Share,
}

impl Holder {
    fn setting(self) -> &'static str {
        match self {
            Self::Port => "tls-port",
            Self::Share => "tls-share",
        }
    }
}

/// What is kept of a certificate. No `Debug`: the key is in it.
#[derive(Serialize, Deserialize)]
struct Kept {
    certificate: String,
    key: String,
    names: Vec<String>,
}

/// The certificates of a vault.
#[derive(Clone)]
pub struct Certificates {
    local: LocalStore,
    file: PathBuf,
}

impl Certificates {
    /// Returns those of the vault in a folder.
    pub fn new(local: LocalStore, vault: &Path) -> Self {
        let name = vault.file_name().unwrap_or_default().to_string_lossy();
        Self {
            local,
            file: vault.with_file_name(format!("{name}-certificate.pem")),
        }
    }

    /// Returns where the certificate of the port lies.
    pub fn path(&self) -> String {
        self.file.display().to_string()
    }

    /// Returns the certificate of the port, where one was made.
    pub async fn of_port(&self) -> Answer<Option<TlsIdentity>> {
        let Some(kept) = self.kept(Holder::Port).await? else {
            return Ok(None);
        };
        let identity = identity(kept)?;
        if !self.file.exists() {
            self.lay_out(&identity).await?;
        }
        Ok(Some(identity))
    }

    /// Makes a certificate of the port, in the place of the one that there is.
    pub async fn new_of_port(&self) -> Answer<TlsIdentity> {
        let identity = self.make(Holder::Port, Vec::new()).await?;
        self.lay_out(&identity).await?;
        Ok(identity)
    }

    /// Returns a certificate of the share that names these addresses and lives until then.
    pub async fn of_share(&self, names: Vec<String>, until: Timestamp) -> Answer<TlsIdentity> {
        if let Some(kept) = self.kept(Holder::Share).await? {
            let fits = names.iter().all(|name| kept.names.contains(name));
            let identity = identity(kept)?;
            if fits && identity.expires() > until {
                return Ok(identity);
            }
        }
        self.make(Holder::Share, names).await
    }

    async fn kept(&self, holder: Holder) -> Answer<Option<Kept>> {
        let Some(text) = self.local.sealed_setting(holder.setting()).await? else {
            return Ok(None);
        };
        // One that cannot be read any more is made anew.
        Ok(serde_json::from_str(text.expose_secret()).ok())
    }

    async fn make(&self, holder: Holder, names: Vec<String>) -> Answer<TlsIdentity> {
        let wanted = names.clone();
        let made = spawn_blocking(move || TlsIdentity::generate(&wanted)).await;
        let made = made.map_err(|error| Failure::new("failed", error.to_string(), "", ""))?;
        let identity = made.map_err(|error| refused(&error))?;
        let kept = Kept {
            certificate: identity.certificate_pem(),
            key: identity.key_pem().expose_secret().to_owned(),
            names,
        };
        let text = SecretString::from(serde_json::to_string(&kept).unwrap_or_default());
        let name = holder.setting();
        self.local.put_sealed_setting(name, Some(text)).await?;
        Ok(identity)
    }

    /// Writes the certificate, without its key, where other programs find it.
    async fn lay_out(&self, identity: &TlsIdentity) -> Answer<()> {
        let (file, pem) = (self.file.clone(), identity.certificate_pem());
        let written = spawn_blocking(move || write(&file, &pem)).await;
        let written = written.unwrap_or_else(|error| Err(io::Error::other(error)));
        written.map_err(|error| {
            Failure::new(
                "certificate_not_written",
                "the certificate could not be written beside the vault",
                error.to_string(),
                "Check the permissions of the folder that holds the vault.",
            )
        })
    }
}

fn identity(kept: Kept) -> Answer<TlsIdentity> {
    let key = SecretString::from(kept.key);
    TlsIdentity::from_pem(&kept.certificate, &key).map_err(|error| refused(&error))
}

fn refused(error: &TlsError) -> Failure {
    let hint = "Make a new certificate.";
    Failure::new("certificate_refused", error.to_string(), "", hint)
}

/// Writes a file that everyone may read, and gives it its name when it is whole.
fn write(file: &Path, pem: &str) -> io::Result<()> {
    let fresh = file.with_extension("pem.new");
    fs::write(&fresh, pem)?;
    readable(&fresh)?;
    fs::rename(&fresh, file)
}

#[cfg(unix)]
fn readable(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(0o644))
}

/// Elsewhere the folder decides who may read what is in it.
#[cfg(not(unix))]
fn readable(_file: &Path) -> io::Result<()> {
    Ok(())
}
