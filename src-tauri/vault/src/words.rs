//! The recovery words: 256 random bits as 24 words of BIP 39's English list, the last of which
//! carries a checksum.

use std::fmt;

use bip39::{Language, Mnemonic};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::keys::{KEY_BYTES, SecretKey};

/// How many words there are.
const WORDS: usize = 24;

/// Why a text is not a set of recovery words. It names places, never words: a mistyped word is
/// nearly a secret.
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

/// The 24 words that open a vault when all else is lost. Nothing shows them but
/// [`RecoveryWords::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryWords {
    entropy: SecretKey,
}

impl RecoveryWords {
    pub(crate) fn random() -> crate::Result<Self> {
        let entropy = SecretKey::random()?;
        Ok(Self { entropy })
    }

    /// Reads 24 English words of BIP 39, in any case, with any white space around them.
    pub fn parse(text: &str) -> Result<Self, WordsError> {
        let text = Zeroizing::new(text.to_lowercase());
        let found = text.split_whitespace().count();
        if found != WORDS {
            return Err(WordsError::Count { found });
        }
        let unknown = text
            .split_whitespace()
            .position(|word| Language::English.find_word(word).is_none());
        if let Some(index) = unknown {
            let position = index + 1;
            return Err(WordsError::Unknown { position });
        }
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &text)
            .map_err(|_| WordsError::Checksum)?;
        let (entropy, _) = mnemonic.to_entropy_array();
        let entropy = Zeroizing::new(entropy);
        let bytes = entropy
            .first_chunk::<KEY_BYTES>()
            .ok_or(WordsError::Checksum)?;
        let entropy = SecretKey::from_bytes(bytes);
        Ok(Self { entropy })
    }

    /// Returns the words, in order, to be shown to the person and to nobody else.
    #[expect(clippy::missing_panics_doc, reason = "32 bytes are always 24 words")]
    pub fn expose(&self) -> Vec<&'static str> {
        Mnemonic::from_entropy_in(Language::English, self.entropy.as_bytes())
            .expect("32 bytes are 24 words")
            .words()
            .collect()
    }

    pub(crate) fn entropy(&self) -> &[u8; KEY_BYTES] {
        self.entropy.as_bytes()
    }
}

impl fmt::Debug for RecoveryWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryWords(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// BIP 39's own vector for 32 bytes of 0x7f.
    const VECTOR: &str = "legal winner thank year wave sausage worth useful \
                          legal winner thank year wave sausage worth useful \
                          legal winner thank year wave sausage worth title";

    fn words_of(byte: u8) -> RecoveryWords {
        let entropy = SecretKey::from_bytes(&[byte; KEY_BYTES]);
        RecoveryWords { entropy }
    }

    #[test]
    fn the_words_are_those_of_bip_39() {
        assert_eq!(words_of(0x7f).expose().join(" "), VECTOR);
        assert_eq!(RecoveryWords::parse(VECTOR).unwrap().entropy(), &[0x7f; 32]);
    }

    #[test]
    fn case_and_white_space_do_not_matter() {
        let typed = format!("\n  {}\t ", VECTOR.to_uppercase().replace(' ', " \r\n "));
        assert_eq!(RecoveryWords::parse(&typed), Ok(words_of(0x7f)));
    }

    #[test]
    fn an_unknown_word_is_named_by_its_place() {
        let typed = VECTOR.replacen("thank", "thanx", 1);
        assert_eq!(
            RecoveryWords::parse(&typed),
            Err(WordsError::Unknown { position: 3 })
        );
    }

    #[test]
    fn too_few_and_too_many_words_are_counted() {
        assert_eq!(
            RecoveryWords::parse(""),
            Err(WordsError::Count { found: 0 })
        );
        let (fewer, _) = VECTOR.rsplit_once(' ').unwrap();
        assert_eq!(
            RecoveryWords::parse(fewer),
            Err(WordsError::Count { found: 23 })
        );
        let more = format!("{VECTOR} title");
        assert_eq!(
            RecoveryWords::parse(&more),
            Err(WordsError::Count { found: 25 })
        );
    }

    #[test]
    fn a_wrong_word_of_the_list_is_found_by_the_checksum() {
        let typed = VECTOR.replacen("title", "legal", 1);
        assert_eq!(RecoveryWords::parse(&typed), Err(WordsError::Checksum));
    }

    #[test]
    fn random_words_read_back() {
        let words = RecoveryWords::random().unwrap();
        assert_eq!(words.expose().len(), WORDS);
        assert_eq!(RecoveryWords::parse(&words.expose().join(" ")), Ok(words));
    }

    #[test]
    fn debug_shows_no_word() {
        assert_eq!(format!("{:?}", words_of(1)), "RecoveryWords(…)");
    }
}
