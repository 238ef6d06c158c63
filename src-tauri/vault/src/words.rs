//! Recovery words.
use thiserror::Error;
use zeroize::Zeroizing;

/// Why a text is not a set of recovery words. It names places, never words: a mistyped word is nearly a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WordsError {
    /// There are 24 words.
    #[error("there are 24 recovery words, not {found}")]
    Count {
        /// How many words the text has.
        found: usize,
    },
    /// A word is not in the list.
    #[error("word {position} is not in the list of words")]
    Unknown {
        /// Which word, counted from 1.
        position: usize,
    },
    /// Each word is in the list, and they do not belong together.
    #[error("the words do not belong together: one is another word, or two changed places")]
    Checksum,
}

/// The 24 words that open a vault when all else is lost. Nothing shows them but [`RecoveryWords::expose`].
pub struct RecoveryWords {
    entropy: Zeroizing<[u8; 32]>,
}

impl RecoveryWords {
    /// Reads 24 English words of BIP 39, in any case, with any white space between them.
    pub fn parse(text: &str) -> Result<Self, WordsError> {
        let _ = text;
        todo!()
    }

    /// Returns the words, in order.
    pub fn expose(&self) -> Vec<&'static str> {
        let _ = &self.entropy;
        todo!()
    }
}
