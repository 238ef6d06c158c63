//! A new root key in the place of the present one.
//!
//! What the root key wraps lies in two places that no one step changes together: `vault.json` and the
//! rows of the catalog. So there is an order, and each state between two steps opens:
//!
//! ```text
//! 1  the keychain's entry of the next root key, beside the present one
//! 2  vault.json also names the next root key: wrapped by the present one, and the present one by it
//! 3  one transaction of the catalog wraps all anew                      (the caller's)
//! 4  vault.json names the next root key alone: from here on it is the present one
//! 5  the keychain's entry of the next root key takes the place of the other
//! ```
//!
//! Until 4 the former ways in are those that count: who opens such a vault has 3 undone, for nobody has
//! seen the words that would come with 4.

use std::fmt;
use std::sync::{PoisonError, RwLockWriteGuard};

use super::held::{Held, RootKeys};
use super::secrets::secret_place;
use super::ways_in;
use crate::blob_id::ID_BYTES;
use crate::keys::RootKey;
use crate::manifest::Manifest;
use crate::slots::Slot;
use crate::{Error, Holder, RecoveryWords, Result, SlotKind, Vault, VaultId, kek, keychain, wrap};

/// What tells a root key from others. Not secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RootKeyId(pub(crate) [u8; ID_BYTES]);

impl fmt::Display for RootKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// Wraps anew what one root key wrapped, by another. Its Debug shows no key.
#[derive(Debug)]
pub struct Rewrap {
    vault: VaultId,
    from: RootKeys,
    to: RootKeys,
}

impl Rewrap {
    fn new(vault: VaultId, from: &RootKey, to: &RootKey) -> Self {
        Self {
            vault,
            from: RootKeys::of(from, vault),
            to: RootKeys::of(to, vault),
        }
    }

    /// Wraps the bytes of a key-encryption key anew, of whatever length they are.
    pub fn kek(&self, name: &str, version: u32, wrapped: &[u8]) -> Result<Vec<u8>> {
        let place = kek::kek_place(self.vault, name, version);
        let bytes = wrap::unwrap(&self.from.kms, wrapped, &place)?;
        wrap::wrap(&self.to.kms, &bytes, &place)
    }

    /// Seals a small secret anew.
    pub fn secret(&self, label: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let place = secret_place(self.vault, label);
        let bytes = wrap::unwrap(&self.from.cred, sealed, &place)?;
        wrap::wrap(&self.to.cred, &bytes, &place)
    }
}

/// A rotation of the root key that was begun. Nothing is wrapped for a row until it is dropped.
#[derive(Debug)]
pub struct Rotation<'v> {
    vault: &'v Vault,
    id: RootKeyId,
    words: RecoveryWords,
    former: Manifest,
    to_come: Manifest,
    _alone: RwLockWriteGuard<'v, ()>,
}

impl Vault {
    /// Returns what tells the present root key from others.
    pub fn root_key_id(&self) -> Result<RootKeyId> {
        self.with_held(|held| Ok(RootKeyId(held.manifest.key_id())))
    }

    /// Begins a rotation of the root key: takes steps 1 and 2. `holders` are the present ways in whose
    /// secrets the vault does not know, a passphrase and a key file; each is checked, and opens the vault
    /// also under the next root key.
    ///
    /// After an error nothing has changed but, at most, that `vault.json` names a root key that wraps
    /// nothing; [`interrupted`](Self::interrupted) tells of it.
    pub fn begin_rotation(&self, holders: &[Holder]) -> Result<Rotation<'_>> {
        let alone = self
            .wrapping
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let (present, former) =
            self.with_held(|held| Ok((held.root.clone(), held.manifest.clone())))?;
        let (next, words) = (RootKey::random()?, RecoveryWords::random()?);
        let slots = self.slots_of(&next, &words, &former, holders)?;
        let to_come = Manifest::new(self.id, self.created, &next, slots);
        if to_come.slot(SlotKind::Keychain).is_ok() {
            // The entry may still be that of the root key before, where step 5 never came.
            keychain::store(self.id, &present)?;
            keychain::store_beside(self.id, &next)?;
        }
        let both = former.with_next(&present, &next, &to_come)?;
        self.change_held(|held| {
            self.write_manifest(&both)?;
            *held = Held::with_next(both, present, Some(next));
            Ok(())
        })?;
        Ok(Rotation {
            vault: self,
            id: RootKeyId(to_come.key_id()),
            words,
            former,
            to_come,
            _alone: alone,
        })
    }

    /// Returns the ways to the next root key: those that there are to the present one.
    fn slots_of(
        &self,
        next: &RootKey,
        words: &RecoveryWords,
        present: &Manifest,
        holders: &[Holder],
    ) -> Result<Vec<Slot>> {
        let disk = &**self.folder.disk();
        let of_kind = |kind| match kind {
            SlotKind::Keychain => Ok(Slot::Keychain {}),
            SlotKind::RecoveryWords => Slot::for_words(self.id, next, words),
            SlotKind::Passphrase | SlotKind::KeyFile => {
                let mut given = holders.iter();
                let holder = given.find(|holder| holder.slot_kind() == kind);
                let holder = holder.ok_or(Error::HolderNeeded(kind))?;
                ways_in::unlock(holder, present, disk)?;
                ways_in::hold(holder, self.id, next, self.passphrase_cost, disk)
            }
        };
        present.slot_kinds().into_iter().map(of_kind).collect()
    }

    /// Returns the rotation that was begun and not ended, by this process or a former one.
    pub fn interrupted(&self) -> Result<Option<Interrupted>> {
        self.with_held(|held| {
            Ok(held.next.as_ref().map(|next| Interrupted {
                id: RootKeyId(next.key_id(self.id)),
                present_id: RootKeyId(held.manifest.key_id()),
                back: Rewrap::new(self.id, next, &held.root),
            }))
        })
    }

    /// Ends a rotation that was interrupted as if it had never begun; the rows are wrapped by the present
    /// root key again. The keychain's entry beside is removed where that can be done; it opens nothing.
    pub fn forget_next_root(&self) -> Result<()> {
        self.change_held(|held| {
            let alone = held.manifest.without_next(&held.root);
            self.write_manifest(&alone)?;
            held.manifest = alone;
            held.next = None;
            Ok(())
        })?;
        if self.slots().contains(&SlotKind::Keychain) {
            let _ = keychain::remove_beside(self.id);
        }
        Ok(())
    }

    pub(super) fn write_manifest(&self, manifest: &Manifest) -> Result<()> {
        let dir = self.folder.dir();
        manifest.write(&**self.folder.disk(), dir, &dir.manifest())
    }
}

/// A rotation that was begun and not ended.
#[derive(Debug)]
pub struct Interrupted {
    /// The root key that was to come.
    pub id: RootKeyId,
    /// The root key that counts.
    pub present_id: RootKeyId,
    /// Wraps anew by the one that counts what the other wrapped.
    pub back: Rewrap,
}

impl Rotation<'_> {
    /// Returns the root key that is to come.
    pub fn id(&self) -> RootKeyId {
        self.id
    }

    /// Returns what step 3 wraps the rows anew with.
    pub fn rewrap(&self) -> Result<Rewrap> {
        self.vault.with_held(|held| {
            let next = held.next.as_ref().ok_or(Error::Locked)?;
            Ok(Rewrap::new(self.vault.id, &held.root, next))
        })
    }

    /// Takes steps 4 and 5, once step 3 is durable, and returns the new recovery words.
    ///
    /// After an error `vault.json` is either of the two, and the vault opens by either; then
    /// [`take_back`](Self::take_back).
    pub fn switch(&self) -> Result<RecoveryWords> {
        self.vault.change_held(|held| {
            self.vault.write_manifest(&self.to_come)?;
            let next = held.next.take().ok_or(Error::Locked)?;
            let mut switched = Held::new(self.to_come.clone(), next);
            switched.others = Some(RootKeys::of(&held.root, self.vault.id));
            *held = switched;
            Ok(())
        })?;
        if self.to_come.slot(SlotKind::Keychain).is_ok() {
            self.settle_keychain();
        }
        Ok(self.words.clone())
    }

    /// Makes `vault.json` name both root keys again, whatever a failed [`switch`](Self::switch) left, so
    /// that step 3 can be undone and the rotation forgotten.
    pub fn take_back(&self) -> Result<()> {
        self.vault.change_held(|held| {
            let next = held.next.as_ref().ok_or(Error::Locked)?;
            let both = self.former.with_next(&held.root, next, &self.to_come)?;
            self.vault.write_manifest(&both)?;
            held.manifest = both;
            Ok(())
        })
    }

    /// Step 5. A failure costs nothing: the entry beside opens the vault until the next rotation.
    fn settle_keychain(&self) {
        let stored = self
            .vault
            .with_held(|held| keychain::store(self.vault.id, &held.root));
        if stored.is_ok() {
            let _ = keychain::remove_beside(self.vault.id);
        }
    }
}
