//! Keychain.

/// What the keychain of this computer answers. Found by writing, reading and deleting an entry of no worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeychainState {
    /// It keeps secrets.
    Ready,
    /// It is locked, or the person declined to unlock it.
    Locked,
    /// There is none, or it cannot be reached. It is not asked again in this process.
    Absent,
    /// It answers, and does not do what it should.
    Failing,
}

/// Tries the keychain. May wait for a person who is asked to unlock it.
pub fn keychain_state() -> KeychainState {
    todo!()
}
