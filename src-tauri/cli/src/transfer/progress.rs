//! A line that moves while a person waits.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How often the line is drawn where nothing moves.
const TICK: Duration = Duration::from_millis(200);

/// How far a copy is, for a person who watches; nothing otherwise.
#[derive(Debug, Clone)]
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// Shows nothing.
    pub fn hidden() -> Self {
        Self(None)
    }

    /// Shows how much of a known length is done.
    pub fn of_length(size_bytes: u64) -> Self {
        let style = "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
        Self::shown(ProgressBar::new(size_bytes), style)
    }

    /// Shows how much is done of what has no known length.
    pub fn of_many() -> Self {
        let style = "{spinner} {bytes}, {bytes_per_sec}, {elapsed}  {wide_msg}";
        Self::shown(ProgressBar::no_length(), style)
    }

    /// Shows how many items are done.
    pub fn of_items() -> Self {
        let style = "{spinner} {pos} of {len}, {elapsed}  {wide_msg}";
        Self::shown(ProgressBar::no_length(), style)
    }

    fn shown(bar: ProgressBar, style: &str) -> Self {
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TICK);
        Self(Some(bar))
    }

    /// Counts bytes that moved.
    pub fn add(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(bytes);
        }
    }

    /// Tells how many items are done, and of how many where that is known.
    pub fn reach(&self, done: u64, total: Option<u64>) {
        if let Some(bar) = &self.0 {
            bar.set_position(done);
            if let Some(total) = total {
                bar.set_length(total);
            }
        }
    }

    /// Names what moves.
    pub fn name(&self, name: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(name.to_owned());
        }
    }

    /// Does something that prints, with the line out of the way.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the line away.
    pub fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
