//! A vault in a folder of its own, for the tests beside this file.
#![allow(
    dead_code,
    reason = "each suite is a crate of its own and uses a part of this"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use stave_vault::testing::FaultyDisk;
use stave_vault::{
    BlobId, BlobReader, DataKey, Holder, PassphraseCost, RealDisk, RecoveryWords, Result, Vault,
    VaultOptions,
};
use tempfile::TempDir;

pub const PASSPHRASE: &str = "correct horse battery staple";

/// A folder with a vault in it, opened by a passphrase that is cheap to stretch, over a disk that
/// can be told to fail.
pub struct Scene {
    pub folder: TempDir,
    pub disk: FaultyDisk,
    pub words: RecoveryWords,
    vault: Option<Vault>,
}

impl Scene {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let disk = FaultyDisk::new(Arc::new(RealDisk));
        let created = Vault::create(&folder.path().join("vault"), &passphrase(), options(&disk));
        let (vault, words) = created.unwrap();
        Self {
            folder,
            disk,
            words,
            vault: Some(vault),
        }
    }

    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    pub fn vault(&self) -> &Vault {
        self.vault.as_ref().unwrap()
    }

    pub fn close(&mut self) {
        self.vault = None;
    }

    pub fn open_by(&self, holder: &Holder) -> Result<Vault> {
        Vault::open(&self.dir(), holder, options(&self.disk))
    }

    pub fn reopen(&mut self) {
        self.close();
        self.vault = Some(self.open_by(&passphrase()).unwrap());
    }

    /// Seals a body into a kept blob.
    pub fn keep(&self, body: &[u8]) -> (DataKey, BlobId) {
        let (key, blob) = (DataKey::random().unwrap(), BlobId::random().unwrap());
        put(self.vault(), &key, blob, body).unwrap();
        (key, blob)
    }

    pub fn tmp_is_empty(&self) -> bool {
        fs::read_dir(self.dir().join("tmp")).unwrap().count() == 0
    }
}

pub fn passphrase() -> Holder {
    Holder::Passphrase(SecretString::from(PASSPHRASE))
}

pub fn words(words: &RecoveryWords) -> Holder {
    Holder::RecoveryWords(SecretString::from(words.expose().join(" ")))
}

pub fn options(disk: &FaultyDisk) -> VaultOptions {
    VaultOptions {
        disk: Arc::new(disk.clone()),
        passphrase_cost: PassphraseCost::cheap_for_tests(),
        ..VaultOptions::default()
    }
}

/// The whole path of a body to the disk.
pub fn put(vault: &Vault, key: &DataKey, blob: BlobId, body: &[u8]) -> Result<()> {
    let mut staging = vault.stage(key, blob)?;
    for piece in body.chunks(10_000) {
        staging.write_all(piece)?;
    }
    let kept = staging.finish()?.keep()?;
    assert_eq!(kept.blob, blob);
    assert_eq!(kept.sealed_len, stave_vault::sealed_len(body.len() as u64));
    Ok(())
}

pub fn get(vault: &Vault, key: &DataKey, blob: BlobId, length: usize) -> Result<Vec<u8>> {
    read(&vault.open_file(key, blob, length as u64)?)
}

pub fn read(reader: &BlobReader) -> Result<Vec<u8>> {
    let mut chunks = reader.read_range(0, reader.plaintext_len())?;
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next_chunk()? {
        body.extend(chunk);
    }
    Ok(body)
}

pub fn body(length: usize) -> Vec<u8> {
    (0..251).cycle().take(length).collect()
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

/// Tells whether some file below a folder holds these bytes.
pub fn some_file_holds(folder: &Path, needle: &[u8]) -> bool {
    files_below(folder).iter().any(|path| {
        let content = fs::read(path).unwrap();
        content.windows(needle.len()).any(|window| window == needle)
    })
}
