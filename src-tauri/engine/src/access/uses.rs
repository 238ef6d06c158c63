//! When each access key was used last, written at most once a minute for each.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use stave_catalog::access_keys;
use stave_model::{AccessKeyId, Change, KeyUse, Timestamp};

use crate::core::Core;
use crate::error::Error;

/// How long a use that was written stands for further ones.
const WRITE_EVERY_MS: u64 = 60_000;

/// The most keys whose last write is remembered; beyond that all are forgotten, which costs a write each.
const REMEMBERED_MAX: usize = 10_000;

/// The longest service or region that is kept.
const WORD_CHARS_MAX: usize = 64;

/// When the last use of each key was written.
#[derive(Debug, Default)]
pub(crate) struct KeyUses {
    written: Mutex<HashMap<AccessKeyId, Timestamp>>,
}

impl KeyUses {
    /// Returns whether a use is to be written, and remembers that it is.
    fn is_due(&self, id: &AccessKeyId, at: Timestamp) -> bool {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        // Requests that run side by side are noted in any order; a clock that was set back is not waited for.
        let apart = |last: &Timestamp| at.as_millis().abs_diff(last.as_millis());
        let recent = written
            .get(id)
            .is_some_and(|last| apart(last) < WRITE_EVERY_MS);
        if recent {
            return false;
        }
        if written.len() >= REMEMBERED_MAX {
            written.clear();
        }
        written.insert(id.clone(), at);
        true
    }
}

impl Core {
    /// Keeps that an access key was used. A failure keeps nobody from working: it is logged and passed over.
    pub(super) fn note_key_use(&self, id: &AccessKeyId, used: &KeyUse) {
        if self.writable().is_err() || !self.key_uses.is_due(id, used.at) {
            return;
        }
        let cut = |text: &str| text.chars().take(WORD_CHARS_MAX).collect();
        let used = KeyUse {
            service: cut(&used.service),
            region: cut(&used.region),
            at: used.at,
        };
        let wanted = id.clone();
        let kept = self
            .catalog
            .write(move |tx| Ok::<_, Error>(access_keys::set_used(tx, &wanted, &used)?));
        match kept {
            Ok(true) => self.publish(&Change::AccessKeys),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the last use of an access key was not kept"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_due_once_a_minute_for_each_key() {
        let uses = KeyUses::default();
        let [one, other] = ["ONE", "OTHER"].map(|id| AccessKeyId::parse(id).unwrap());
        let due = |id, ms| uses.is_due(id, Timestamp::from_millis(ms));
        assert!(due(&one, 1_000));
        assert!(!due(&one, 60_999));
        assert!(due(&other, 60_999));
        assert!(due(&one, 61_000));
        assert!(!due(&one, 60_999), "a request that ran beside");
        assert!(due(&one, 500), "the clock was set back");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let uses = KeyUses::default();
        for number in 0..=REMEMBERED_MAX {
            let id = AccessKeyId::parse(&format!("KEY{number}")).unwrap();
            assert!(uses.is_due(&id, Timestamp::from_millis(0)));
        }
        assert_eq!(uses.written.lock().unwrap().len(), 1);
    }
}
