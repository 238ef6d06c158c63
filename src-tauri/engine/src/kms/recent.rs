//! What was recorded lately: under a bucket key each use is decided and not each is recorded, as S3 then
//! asks AWS KMS less often.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use stave_model::{BucketName, KeyId, Timestamp, UserName};

/// How long one record stands for further uses.
const STANDS_FOR_MS: i64 = 5 * 60 * 1_000;

/// How many are remembered: some hundred bytes each. Beyond that, uses are recorded more often.
const REMEMBERED_MAX: usize = 10_000;

/// Whose use of what is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct BucketUse {
    /// Who; `None` is somebody who did not sign.
    pub user: Option<UserName>,
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: KeyId,
    /// Its newest version.
    pub version: u32,
    /// What was done.
    pub event: &'static str,
}

/// The uses that were recorded lately, with when.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<HashMap<BucketUse, Timestamp>>);

impl Recent {
    /// Returns whether a record of this use still stands for further ones.
    pub(crate) fn stands(&self, of: &BucketUse, now: Timestamp) -> bool {
        let recorded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recorded.get(of).is_some_and(|at| is_fresh(*at, now))
    }

    /// Remembers a use that was recorded.
    pub(crate) fn remember(&self, of: BucketUse, now: Timestamp) {
        let mut recorded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if recorded.len() >= REMEMBERED_MAX {
            recorded.retain(|_, at| is_fresh(*at, now));
        }
        if recorded.len() >= REMEMBERED_MAX {
            recorded.clear();
        }
        recorded.insert(of, now);
    }
}

fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    (0..STANDS_FOR_MS).contains(&(now.as_millis() - at.as_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(version: u32) -> BucketUse {
        BucketUse {
            user: None,
            bucket: BucketName::parse("photos").unwrap(),
            key: KeyId::from_random([1; 16]),
            version,
            event: "Decrypt",
        }
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    #[test]
    fn a_record_stands_for_five_minutes_and_for_its_own_use() {
        let recent = Recent::default();
        assert!(!recent.stands(&of(1), at(0)));
        recent.remember(of(1), at(1_000));
        assert!(recent.stands(&of(1), at(300_999)));
        assert!(!recent.stands(&of(1), at(301_000)));
        assert!(!recent.stands(&of(1), at(999)), "the clock was set back");
        assert!(!recent.stands(&of(2), at(1_000)));
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let recent = Recent::default();
        for version in 0..25_000 {
            recent.remember(of(version), at(0));
        }
        assert!(recent.0.lock().unwrap().len() <= REMEMBERED_MAX);
        assert!(recent.stands(&of(24_999), at(0)));
    }
}
