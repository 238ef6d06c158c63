//! Settings that are secrets: sealed as those of access keys are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use stave_catalog::{ReadTx, WriteTx, settings};
use stave_store::Error as StoreError;

use crate::core::Core;
use crate::error::{Error, Result};

/// What the names of sealed settings begin with in the table, where no other does.
const PREFIX: &str = "sealed/";

/// The longest value of a sealed setting: several certificates and their key.
const VALUE_BYTES_MAX: usize = 65_536;

/// What the seal of a setting belongs to: it opens for no other.
pub(crate) fn label(name: &str) -> String {
    format!("setting/{name}")
}

/// Lists the sealed settings, with their seals.
pub(crate) fn sealed_settings(tx: &ReadTx<'_>) -> Result<Vec<(String, Vec<u8>)>> {
    let rows = settings::below(tx, PREFIX)?.into_iter();
    let read = |(name, value): (String, String)| {
        let name = name.trim_start_matches(PREFIX).to_owned();
        Ok((name, sealed_bytes(&value)?))
    };
    rows.map(read).collect()
}

/// Writes the seal of a setting.
pub(crate) fn set_sealed_setting(tx: &WriteTx<'_>, name: &str, sealed: &[u8]) -> Result<()> {
    let row = format!("{PREFIX}{name}");
    Ok(settings::set(tx, &row, &STANDARD.encode(sealed))?)
}

impl Core {
    /// Returns a setting that is kept sealed.
    pub(crate) fn sealed_setting(&self, name: &str) -> Result<Option<SecretString>> {
        let row = format!("{PREFIX}{name}");
        let value = self
            .catalog
            .read(|tx| Ok::<_, Error>(settings::get(tx, &row)?))?;
        let open = |value: String| self.open_text(&label(name), &sealed_bytes(&value)?);
        value.map(open).transpose()
    }

    /// Keeps a setting sealed; `None` removes it.
    pub(crate) fn put_sealed_setting(
        &self,
        name: String,
        value: Option<&SecretString>,
    ) -> Result<()> {
        self.writable()?;
        let Some(value) = value else {
            let row = format!("{PREFIX}{name}");
            let removed = move |tx: &WriteTx<'_>| Ok::<_, Error>(settings::remove(tx, &row)?);
            self.catalog.write(removed)?;
            return Ok(());
        };
        if value.expose_secret().len() > VALUE_BYTES_MAX {
            let refused = "a sealed setting has at most 65,536 bytes";
            return Err(StoreError::InvalidArgument(refused).into());
        }
        // The root key stays what it is until the row is committed.
        let _wrapping = self.vault.wrapping();
        let sealed = self
            .vault
            .seal_secret(&label(&name), value.expose_secret().as_bytes())?;
        self.catalog
            .write(move |tx| set_sealed_setting(tx, &name, &sealed))
    }
}

fn sealed_bytes(value: &str) -> Result<Vec<u8>> {
    STANDARD.decode(value).map_err(|_| Error::Contradiction {
        what: "a sealed setting is none",
    })
}
