//! Recovery words that were shown, and not yet typed back.

use stave_engine::RecoveryWords;

use crate::errors::{Answer, Failure};
use crate::views::VaultCreated;

/// The words that a person types back are one from each half of the sheet.
const HALF: usize = 12;

/// Words that were shown, and the two that are to be typed back.
pub struct Unproven {
    words: RecoveryWords,
    asked: [usize; 2],
}

impl Unproven {
    /// Takes the words of a vault.
    pub fn new(words: RecoveryWords, vault_id: &[u8; 16]) -> Self {
        Self {
            words,
            asked: positions(vault_id),
        }
    }

    /// Returns what the sheet shows.
    pub fn shown(&self) -> VaultCreated {
        let words = self.words.expose();
        VaultCreated {
            recovery_words: words.into_iter().map(str::to_owned).collect(),
            check: self.asked.to_vec(),
        }
    }

    /// Checks the words that were typed back.
    pub fn check(&self, typed: &[String]) -> Answer<()> {
        let words = self.words.expose();
        let asked = self.asked.map(|at| words[at]);
        let same = |(typed, word): (&String, &str)| typed.trim().eq_ignore_ascii_case(word);
        if typed.len() == asked.len() && typed.iter().zip(asked).all(same) {
            return Ok(());
        }
        Err(Failure::refused(
            "words_differ",
            "these are not the words asked for",
            "Look at your sheet again: the numbers count from 1.",
        ))
    }
}

/// Returns which words are asked for: by the vault's id, so that they stay the same if the window
/// is loaded again.
fn positions(vault_id: &[u8; 16]) -> [usize; 2] {
    let pick = |byte: u8| usize::from(byte) % HALF;
    [pick(vault_id[0]), HALF + pick(vault_id[1])]
}
