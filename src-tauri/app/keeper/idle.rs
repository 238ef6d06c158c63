//! The lock of a vault that nobody works with: after some minutes without a command from the
//! window. What clients do over the endpoint does not count, and neither does a transfer: while one
//! is at work the vault stays open.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Keeper;
use crate::errors::{Answer, Failure};

/// The longest time that can be chosen: a day.
const MINUTES_MAX: u32 = 24 * 60;

/// How often it is looked whether the time is over.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// When the window last asked for something.
pub struct IdleClock(Mutex<Instant>);

impl Default for IdleClock {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}

impl IdleClock {
    /// Begins to count anew.
    pub fn touch(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Returns for how long nothing was asked.
    fn elapsed(&self, now: Instant) -> Duration {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        now.saturating_duration_since(last)
    }
}

impl Keeper {
    /// Notes that the window asked for something.
    pub fn touch(&self) {
        self.0.idle.touch();
    }

    /// Chooses after how many minutes the vault locks itself; 0 is never.
    pub fn set_idle_lock(&self, minutes: u32) -> Answer<()> {
        if minutes > MINUTES_MAX {
            return Err(Failure::refused(
                "invalid_idle_lock",
                "a vault locks itself after at most a day",
                "Choose up to 1440 minutes, or 0 for never.",
            ));
        }
        self.0
            .settings
            .change(|remembered| remembered.idle_minutes = minutes)
    }

    /// Chooses whether the vault locks when this computer goes to sleep.
    pub fn set_lock_on_suspend(&self, on: bool) -> Answer<()> {
        self.0
            .settings
            .change(|remembered| remembered.lock_on_suspend = on)
    }

    /// Returns whether the vault is to be locked before this computer sleeps.
    pub fn locks_on_suspend(&self) -> bool {
        self.0.settings.get().lock_on_suspend
    }

    /// Locks the vault as often as it was left alone for too long; never returns.
    pub async fn watch_idle(&self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.lock_if_idle(Instant::now()).await;
        }
    }

    pub(super) async fn lock_if_idle(&self, now: Instant) {
        let minutes = self.0.settings.get().idle_minutes;
        let limit = Duration::from_secs(60 * u64::from(minutes));
        if minutes == 0 || self.0.idle.elapsed(now) < limit {
            return;
        }
        if self
            .session()
            .is_ok_and(|session| !session.transfers.are_at_work())
        {
            tracing::info!(minutes, "nobody worked with the vault: it is locked");
            self.lock().await;
        }
    }
}
