//! `vault.json`: the format, the id of the vault and the ways in, authenticated by a MAC once the
//! vault is open.

use std::io;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use stave_model::Timestamp;

use crate::blob_id::ID_BYTES;
use crate::fields::Fields;
use crate::keys::RootKey;
use crate::next_root::NextRoot;
use crate::slots::{self, Slot, SlotKind};
use crate::{Disk, Error, Result, VaultDir, VaultId};

/// The format that is written.
const FORMAT: u32 = 1;

/// The format that names another root key besides, while that takes the place of the present one. An older
/// release would not know what to do with it.
const FORMAT_OF_ROTATION: u32 = 2;

/// No `vault.json` of ours is longer; one that is, is not read into memory.
const MOST_BYTES: u64 = 64 * 1_024;

/// The length of the MAC.
pub(crate) const MAC_BYTES: usize = 32;

/// What `vault.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    format: u32,
    #[serde(with = "hex::serde")]
    vault_id: [u8; ID_BYTES],
    created_ms: i64,
    #[serde(with = "hex::serde")]
    key_id: [u8; ID_BYTES],
    slots: Vec<Slot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<NextRoot>,
    #[serde(with = "hex::serde")]
    mac: [u8; MAC_BYTES],
}

/// What every format, past and to come, says first.
#[derive(Deserialize)]
struct AnyFormat {
    format: u32,
}

impl Manifest {
    /// Writes down a vault and its ways in, authenticated by the root key.
    pub(crate) fn new(
        vault: VaultId,
        created: Timestamp,
        root: &RootKey,
        slots: Vec<Slot>,
    ) -> Self {
        let manifest = Self {
            format: FORMAT,
            vault_id: *vault.as_bytes(),
            created_ms: created.as_millis(),
            key_id: root.key_id(vault),
            slots,
            next: None,
            mac: [0; MAC_BYTES],
        };
        manifest.signed(root)
    }

    fn signed(mut self, root: &RootKey) -> Self {
        self.mac = self.mac_state(root).finalize().into_bytes().into();
        self
    }

    /// Returns the same vault with a slot added, in the place of one of its kind if there is one.
    pub(crate) fn with_slot(&self, root: &RootKey, slot: Slot) -> Self {
        let mut slots = self.slots.clone();
        slots.retain(|other| other.kind() != slot.kind());
        slots.push(slot);
        Self::new(self.vault_id(), self.created(), root, slots)
    }

    /// Returns the same vault without the slot of a kind.
    pub(crate) fn without_slot(&self, root: &RootKey, kind: SlotKind) -> Self {
        let mut slots = self.slots.clone();
        slots.retain(|slot| slot.kind() != kind);
        Self::new(self.vault_id(), self.created(), root, slots)
    }

    /// Returns the same vault with a root key that is to come, whose `vault.json` will be `to_come`.
    pub(crate) fn with_next(&self, root: &RootKey, next: &RootKey, to_come: &Self) -> Result<Self> {
        let (vault, slots) = (self.vault_id(), to_come.slots.clone());
        let both = Self {
            format: FORMAT_OF_ROTATION,
            next: Some(NextRoot::new(vault, root, next, slots, to_come.mac)?),
            ..self.clone()
        };
        Ok(both.signed(root))
    }

    /// Returns the same vault without a root key to come.
    pub(crate) fn without_next(&self, root: &RootKey) -> Self {
        Self::new(self.vault_id(), self.created(), root, self.slots.clone())
    }

    /// Returns the `vault.json` of the root key to come.
    pub(crate) fn to_come(&self) -> Option<Self> {
        let next = self.next.as_ref()?;
        Some(Self {
            format: FORMAT,
            key_id: next.key_id,
            slots: next.slots.clone(),
            next: None,
            mac: next.mac,
            ..self.clone()
        })
    }

    /// Returns the root key to come.
    pub(crate) fn next_root(&self, root: &RootKey) -> Result<Option<RootKey>> {
        let next = self.next.as_ref();
        let opened = next.map(|next| next.open(self.vault_id(), root));
        opened.transpose().map_err(|_| Error::ManifestDamaged)
    }

    /// Returns the root key of this `vault.json` by the one to come.
    pub(crate) fn former_root(&self, next_root: &RootKey) -> Result<RootKey> {
        let next = self.next.as_ref().ok_or(Error::ManifestDamaged)?;
        next.open_present(self.vault_id(), next_root, &self.key_id)
            .map_err(|_| Error::ManifestDamaged)
    }

    /// Reads `vault.json`. `None` when there is none. Nothing in it is authenticated yet.
    pub(crate) fn read(disk: &dyn Disk, dir: &VaultDir) -> Result<Option<Self>> {
        let doing = "reading vault.json";
        let file = match disk.open(&dir.manifest()) {
            Ok(file) => file,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(Error::io(doing)(error)),
        };
        let size_bytes = file.size_bytes().map_err(Error::io(doing))?;
        if size_bytes > MOST_BYTES {
            return Err(Error::ManifestDamaged);
        }
        let size = usize::try_from(size_bytes).map_err(|_| Error::ManifestDamaged)?;
        let mut json = vec![0; size];
        file.read_exact_at(&mut json, 0).map_err(Error::io(doing))?;
        Self::parse(&json).map(Some)
    }

    fn parse(json: &[u8]) -> Result<Self> {
        let any: AnyFormat = serde_json::from_slice(json).map_err(|_| Error::ManifestDamaged)?;
        if any.format > FORMAT_OF_ROTATION {
            return Err(Error::NewerFormat {
                found: any.format,
                known: FORMAT_OF_ROTATION,
            });
        }
        let manifest: Self = serde_json::from_slice(json).map_err(|_| Error::ManifestDamaged)?;
        if manifest.is_sound() {
            Ok(manifest)
        } else {
            Err(Error::ManifestDamaged)
        }
    }

    fn is_sound(&self) -> bool {
        let format = match self.next {
            None => FORMAT,
            Some(_) => FORMAT_OF_ROTATION,
        };
        let next = self.next.as_ref().map_or(&[][..], |next| &next.slots);
        self.format == format && are_sound(&self.slots) && are_sound(next)
    }

    /// Writes to `place`, the name of a `vault.json`, durably and in one step. After an error the
    /// former one is still there, or, if the last sync failed, either of the two; both open the
    /// vault.
    pub(crate) fn write(&self, disk: &dyn Disk, dir: &VaultDir, place: &Path) -> Result<()> {
        let mut json = serde_json::to_vec_pretty(self).expect("numbers and hex are JSON");
        json.push(b'\n');
        let next = dir.root().join("vault.json.next");
        let written = write_file(disk, &next, &json).and_then(|()| {
            disk.rename(&next, place)?;
            disk.sync_dir(dir.root())
        });
        written.map_err(|error| {
            // Gone already if the rename was done; otherwise the next write removes it.
            let _ = disk.remove(&next);
            Error::io("writing vault.json")(error)
        })
    }

    /// Checks the MAC under the root key that a slot gave.
    pub(crate) fn verify(&self, root: &RootKey) -> Result<()> {
        self.mac_state(root)
            .verify_slice(&self.mac)
            .map_err(|_| Error::ManifestDamaged)
    }

    fn mac_state(&self, root: &RootKey) -> Hmac<Sha256> {
        let count = u32::try_from(self.slots.len()).expect("there is one slot of a kind");
        let head = Fields::new("stave/vault.json/v1")
            .u32(self.format)
            .bytes(&self.vault_id)
            .i64(self.created_ms)
            .bytes(&self.key_id)
            .u32(count);
        let fields = self
            .slots
            .iter()
            .fold(head, |fields, slot| slot.append_to(fields));
        let fields = match &self.next {
            Some(next) => next.append_to(fields),
            None => fields,
        };
        let key = root.mac_key(self.vault_id());
        let mut mac =
            Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
        mac.update(&fields.finish());
        mac
    }

    pub(crate) fn vault_id(&self) -> VaultId {
        VaultId::from_bytes(self.vault_id)
    }

    pub(crate) fn created(&self) -> Timestamp {
        Timestamp::from_millis(self.created_ms)
    }

    /// Returns what tells the root key of this vault from others.
    pub(crate) fn key_id(&self) -> [u8; ID_BYTES] {
        self.key_id
    }

    pub(crate) fn slot_kinds(&self) -> Vec<SlotKind> {
        self.slots.iter().map(Slot::kind).collect()
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Returns the slot of a kind.
    pub(crate) fn slot(&self, kind: SlotKind) -> Result<&Slot> {
        slots::of_kind(&self.slots, kind)
    }
}

/// There is one slot of a kind at most, and none asks for too much.
fn are_sound(slots: &[Slot]) -> bool {
    let mut kinds: Vec<SlotKind> = slots.iter().map(Slot::kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.len() == slots.len() && slots.iter().all(Slot::is_bounded)
}

/// A path that names nothing, or leads through a file.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Writes a file anew and syncs it.
fn write_file(disk: &dyn Disk, path: &Path, content: &[u8]) -> io::Result<()> {
    match disk.remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = disk.create_new(path)?;
    file.write_all(content)?;
    file.sync()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PassphraseCost, RealDisk};

    const VAULT: VaultId = VaultId::from_bytes([1; 16]);

    fn root() -> RootKey {
        RootKey::from_bytes(&[7; 32])
    }

    fn manifest() -> Manifest {
        let slots = vec![
            Slot::Keychain {},
            Slot::Passphrase {
                argon2id: PassphraseCost::default(),
                salt: [2; 32],
                wrapped_root: vec![3; 80],
            },
            Slot::KeyFile {
                salt: [4; 32],
                wrapped_root: vec![5; 80],
            },
        ];
        Manifest::new(VAULT, Timestamp::from_millis(1_000), &root(), slots)
    }

    fn json(manifest: &Manifest) -> serde_json::Value {
        serde_json::to_value(manifest).unwrap()
    }

    fn parsed(value: &serde_json::Value) -> Result<Manifest> {
        Manifest::parse(&serde_json::to_vec(value).unwrap())
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let dir = VaultDir::new(folder.path());
        assert_eq!(Manifest::read(&RealDisk, &dir).unwrap(), None);
        manifest().write(&RealDisk, &dir, &dir.manifest()).unwrap();
        let read = Manifest::read(&RealDisk, &dir).unwrap().unwrap();
        assert_eq!(read, manifest());
        read.verify(&root()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_manifest_replaces_a_former_one_and_what_a_crash_left() {
        let folder = tempfile::tempdir().unwrap();
        let dir = VaultDir::new(folder.path());
        manifest().write(&RealDisk, &dir, &dir.manifest()).unwrap();
        std::fs::write(folder.path().join("vault.json.next"), "half").unwrap();
        let next = manifest().with_slot(
            &root(),
            Slot::KeyFile {
                salt: [8; 32],
                wrapped_root: vec![9; 80],
            },
        );
        next.write(&RealDisk, &dir, &dir.manifest()).unwrap();
        assert_eq!(Manifest::read(&RealDisk, &dir).unwrap(), Some(next));
    }

    #[test]
    fn every_changed_value_is_found_by_the_mac() {
        let mut recovery_slot = json(&manifest())["slots"][2].clone();
        recovery_slot["kind"] = "recovery-words".into();
        let changes: [(&str, serde_json::Value); 12] = [
            ("/vault_id", "02020202020202020202020202020202".into()),
            ("/created_ms", 1_001.into()),
            ("/key_id", "02020202020202020202020202020202".into()),
            ("/slots/0", recovery_slot),
            ("/slots/1/argon2id/memory_kib", 8.into()),
            ("/slots/1/argon2id/passes", 1.into()),
            ("/slots/1/argon2id/lanes", 2.into()),
            ("/slots/1/salt", "03".repeat(32).into()),
            ("/slots/1/wrapped_root", "04".repeat(80).into()),
            ("/slots/2/salt", "03".repeat(32).into()),
            ("/slots/2/wrapped_root", "05".repeat(79).into()),
            ("/mac", "00".repeat(32).into()),
        ];
        for (pointer, value) in changes {
            let mut altered = json(&manifest());
            *altered.pointer_mut(pointer).unwrap() = value;
            let read = parsed(&altered).unwrap();
            assert!(read.verify(&root()).is_err(), "{pointer}");
        }
        let mut fewer = json(&manifest());
        fewer["slots"].as_array_mut().unwrap().pop();
        assert!(parsed(&fewer).unwrap().verify(&root()).is_err());
        parsed(&json(&manifest())).unwrap().verify(&root()).unwrap();
    }

    #[test]
    fn another_root_key_does_not_verify() {
        let other = RootKey::from_bytes(&[8; 32]);
        assert!(matches!(
            manifest().verify(&other),
            Err(Error::ManifestDamaged)
        ));
    }

    #[test]
    fn a_newer_format_is_told_from_a_damaged_file() {
        let newer = br#"{"format": 3, "of": ["another", "shape"]}"#;
        assert!(matches!(
            Manifest::parse(newer),
            Err(Error::NewerFormat { found: 3, known: 2 })
        ));
        for damaged in [
            "",
            "{",
            "[]",
            "{\"format\": 1}",
            "{\"format\": 0}",
            "{\"format\": \"1\"}",
        ] {
            let read = Manifest::parse(damaged.as_bytes());
            assert!(matches!(read, Err(Error::ManifestDamaged)), "{damaged:?}");
        }
    }

    #[test]
    fn a_manifest_that_asks_for_too_much_or_repeats_itself_is_damaged() {
        let mut huge = json(&manifest());
        huge["slots"][1]["argon2id"]["memory_kib"] = u32::MAX.into();
        assert!(matches!(parsed(&huge), Err(Error::ManifestDamaged)));

        let mut twice = json(&manifest());
        let slot = twice["slots"][2].clone();
        twice["slots"].as_array_mut().unwrap().push(slot);
        assert!(matches!(parsed(&twice), Err(Error::ManifestDamaged)));

        let mut stranger = json(&manifest());
        stranger["slots"][0]["note"] = "x".into();
        assert!(matches!(parsed(&stranger), Err(Error::ManifestDamaged)));
    }

    #[test]
    fn a_file_too_long_to_be_ours_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let dir = VaultDir::new(folder.path());
        std::fs::write(dir.manifest(), vec![b' '; 65_537]).unwrap();
        let read = Manifest::read(&RealDisk, &dir);
        assert!(matches!(read, Err(Error::ManifestDamaged)));
    }
}
