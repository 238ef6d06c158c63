//! What the layers of a request tell of it while it is answered.

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::redact::cut;

/// How many decisions of one request are kept: a delete of many objects is decided for each.
const DECISIONS_MAX: usize = 8;

/// The longest sentence.
const SENTENCE_MAX: usize = 512;

/// The longest string to sign: that of a form is its policy.
const STRING_TO_SIGN_MAX: usize = 4 * 1_024;

/// What has been told so far.
#[derive(Debug, Default)]
pub(crate) struct Story(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    decisions: Vec<String>,
    cors: Option<String>,
    operation: Option<Cow<'static, str>>,
    string_to_sign: Option<String>,
}

impl Story {
    pub(crate) fn decided(&self, sentence: impl FnOnce() -> String) {
        let mut told = self.told();
        if told.decisions.len() < DECISIONS_MAX {
            told.decisions.push(cut(sentence(), SENTENCE_MAX));
        }
    }

    pub(crate) fn page(&self, sentence: impl FnOnce() -> String) {
        self.told().cors = Some(cut(sentence(), SENTENCE_MAX));
    }

    pub(crate) fn operation(&self, name: Cow<'static, str>) {
        self.told().operation = Some(name);
    }

    pub(crate) fn signs(&self, text: impl FnOnce() -> String) {
        self.told().string_to_sign = Some(cut(text(), STRING_TO_SIGN_MAX));
    }

    /// Returns what decided, one sentence a line.
    pub(super) fn decision(&self) -> Option<String> {
        let told = self.told();
        (!told.decisions.is_empty()).then(|| told.decisions.join("\n"))
    }

    pub(super) fn cors(&self) -> Option<String> {
        self.told().cors.clone()
    }

    pub(super) fn named_operation(&self) -> Option<String> {
        self.told().operation.as_deref().map(str::to_owned)
    }

    pub(super) fn string_to_sign(&self) -> Option<String> {
        self.told().string_to_sign.clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
