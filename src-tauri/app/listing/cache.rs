//! The pages that were read last.

use std::collections::VecDeque;
use std::sync::Arc;

use super::known::Stretch;
use super::source::Entry;

/// The most rows that are kept, some 8 MB; a page without rows counts as one.
const ROWS_MAX: usize = 20_000;

/// Pages by their stretch, the one used last at the end.
#[derive(Default)]
pub struct Cache {
    pages: VecDeque<(Stretch, Arc<Vec<Entry>>)>,
    rows: usize,
}

impl Cache {
    /// Returns a page and marks it as used.
    pub fn get(&mut self, stretch: &Stretch) -> Option<Arc<Vec<Entry>>> {
        let at = self.pages.iter().position(|(kept, _)| kept == stretch)?;
        let page = self.pages.remove(at)?;
        let entries = Arc::clone(&page.1);
        self.pages.push_back(page);
        Some(entries)
    }

    /// Keeps a page; those that were not used for longest go.
    pub fn put(&mut self, stretch: Stretch, entries: Arc<Vec<Entry>>) {
        self.remove(&stretch);
        self.rows += weight(&entries);
        self.pages.push_back((stretch, entries));
        while self.rows > ROWS_MAX {
            let Some((_, oldest)) = self.pages.pop_front() else {
                break;
            };
            self.rows -= weight(&oldest);
        }
    }

    /// Keeps a page if that costs no other its place.
    pub fn offer(&mut self, stretch: Stretch, entries: Vec<Entry>) {
        if self.rows + weight(&entries) <= ROWS_MAX {
            self.put(stretch, Arc::new(entries));
        }
    }

    /// Forgets a page.
    pub fn remove(&mut self, stretch: &Stretch) {
        if let Some(at) = self.pages.iter().position(|(kept, _)| kept == stretch)
            && let Some((_, entries)) = self.pages.remove(at)
        {
            self.rows -= weight(&entries);
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

fn weight(entries: &[Entry]) -> usize {
    entries.len().max(1)
}
