//! Passphrases, stretched.

/// What stretching a passphrase costs. It is stored in the slot, so it can be raised later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassphraseCost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Default for PassphraseCost {
    /// 64 MiB, three passes, one lane: RFC 9106's second choice with one lane.
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1_024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl PassphraseCost {
    /// The least cost that Argon2id knows. For tests: it protects nobody.
    pub const fn cheap_for_tests() -> Self {
        Self {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        }
    }
}
