//! What `vault.json` says of a root key that is to take the place of the present one, from before
//! anything is wrapped by it until it is the present one.

use serde::{Deserialize, Serialize};

use crate::blob_id::ID_BYTES;
use crate::fields::Fields;
use crate::keys::RootKey;
use crate::manifest::MAC_BYTES;
use crate::slots::Slot;
use crate::{Result, VaultId, wrap};

/// A root key to come. Its `vault.json` is all there but for what both have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NextRoot {
    #[serde(with = "hex::serde")]
    pub(crate) key_id: [u8; ID_BYTES],
    /// The ways to it.
    pub(crate) slots: Vec<Slot>,
    /// It, wrapped by the present root key.
    #[serde(with = "hex::serde")]
    wrapped_root: Vec<u8>,
    /// The present root key, wrapped by it.
    #[serde(with = "hex::serde")]
    wrapped_present: Vec<u8>,
    /// The MAC of the `vault.json` to come.
    #[serde(with = "hex::serde")]
    pub(crate) mac: [u8; MAC_BYTES],
}

impl NextRoot {
    /// Wraps each of two root keys by the other.
    pub(crate) fn new(
        vault: VaultId,
        present: &RootKey,
        next: &RootKey,
        slots: Vec<Slot>,
        mac: [u8; MAC_BYTES],
    ) -> Result<Self> {
        let wrap = |by: &RootKey, other: &RootKey| {
            let place = place(vault, &by.key_id(vault), &other.key_id(vault));
            wrap::wrap(&by.rotation_key(vault), other.as_bytes(), &place)
        };
        Ok(Self {
            key_id: next.key_id(vault),
            slots,
            wrapped_root: wrap(present, next)?,
            wrapped_present: wrap(next, present)?,
            mac,
        })
    }

    /// Opens it by the present root key.
    pub(crate) fn open(&self, vault: VaultId, present: &RootKey) -> Result<RootKey> {
        unwrap(vault, present, &self.key_id, &self.wrapped_root)
    }

    /// Opens the present root key, which has this id, by it.
    pub(crate) fn open_present(
        &self,
        vault: VaultId,
        next: &RootKey,
        present: &[u8; ID_BYTES],
    ) -> Result<RootKey> {
        unwrap(vault, next, present, &self.wrapped_present)
    }

    /// Appends all that it says to what the MAC of the present `vault.json` covers.
    pub(crate) fn append_to(&self, fields: Fields) -> Fields {
        let count = u32::try_from(self.slots.len()).expect("there is one slot of a kind");
        let fields = fields.bytes(&self.key_id).u32(count);
        let slots = self.slots.iter();
        slots
            .fold(fields, |fields, slot| slot.append_to(fields))
            .bytes(&self.wrapped_root)
            .bytes(&self.wrapped_present)
            .bytes(&self.mac)
    }
}

fn unwrap(vault: VaultId, by: &RootKey, other: &[u8; ID_BYTES], wrapped: &[u8]) -> Result<RootKey> {
    let place = place(vault, &by.key_id(vault), other);
    let root = wrap::unwrap_key(&by.rotation_key(vault), wrapped, &place)?;
    Ok(RootKey::from_bytes(root.as_bytes()))
}

fn place(vault: VaultId, by: &[u8; ID_BYTES], other: &[u8; ID_BYTES]) -> Vec<u8> {
    Fields::new("stave/root/v1")
        .bytes(vault.as_bytes())
        .bytes(by)
        .bytes(other)
        .finish()
}
