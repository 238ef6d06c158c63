//! What is known of a listing: where each page begins, how many rows it has, and the light rows of
//! a sorted one.

use std::cmp::Ordering;

use super::SORTABLE_ROWS;
use super::source::Entry;
use crate::views::{RowKind, SortColumn};

/// A page: the rows after `after`, up to where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub after: Option<String>,
    pub rows: usize,
}

/// A stretch of rows: those after `after`, up to and with `until`; no `until` is to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    pub after: Option<String>,
    pub until: Option<String>,
}

/// The rows of a page that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    pub stretch: Stretch,
    pub from: usize,
    pub to: usize,
}

/// How rows are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As the store lists them; needs no memory.
    Keys,
    /// As the person asked; needs all rows.
    Sorted(SortColumn, Direction),
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// What sorting needs of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Light {
    pub kind: RowKind,
    pub key: Box<str>,
    pub size_bytes: u64,
    pub modified: i64,
}

/// What is known of a listing.
#[derive(Debug)]
pub struct Known {
    pages: Vec<Mark>,
    /// Where the walk goes on; `None` where it is at the end.
    frontier: Option<String>,
    begun: bool,
    light: Option<Vec<Light>>,
}

impl Known {
    /// Knows nothing yet.
    pub fn new(order: Order) -> Self {
        Self {
            pages: Vec::new(),
            frontier: None,
            begun: false,
            light: matches!(order, Order::Sorted(..)).then(Vec::new),
        }
    }

    /// Returns where the walk goes on; `None` at its beginning.
    pub fn frontier(&self) -> Option<&str> {
        self.frontier.as_deref()
    }

    /// Returns whether all rows are counted.
    pub fn is_complete(&self) -> bool {
        self.begun && self.frontier.is_none()
    }

    /// Returns the number of rows counted.
    pub fn rows(&self) -> usize {
        match &self.light {
            Some(light) => light.len(),
            None => self.pages.iter().map(|page| page.rows).sum(),
        }
    }

    /// Returns the light rows, unless there are too many to sort.
    pub fn light(&self) -> Option<&[Light]> {
        self.light.as_deref()
    }

    /// Adds the page at the frontier.
    pub fn push(&mut self, entries: &[Entry], next: Option<String>) {
        self.pages.push(Mark {
            after: self.frontier.take(),
            rows: entries.len(),
        });
        self.begun = true;
        self.frontier = next;
        if let Some(light) = &mut self.light {
            light.extend(entries.iter().map(Light::of));
            if light.len() > SORTABLE_ROWS {
                self.light = None;
            }
        }
    }

    /// Sorts the light rows.
    pub fn sort(&mut self, column: SortColumn, direction: Direction) {
        if let Some(light) = &mut self.light {
            light.sort_by(|a, b| compare(a, b, column, direction));
        }
    }

    /// Says which pages hold the rows from `start` on, and which rows of each.
    pub fn slices(&self, start: usize, len: usize) -> Vec<Slice> {
        let end = start.saturating_add(len);
        let mut first = 0;
        let mut slices = Vec::new();
        for (at, page) in self.pages.iter().enumerate() {
            let (from, to) = (start.max(first), end.min(first + page.rows));
            if from < to {
                slices.push(Slice {
                    stretch: self.stretch(at),
                    from: from - first,
                    to: to - first,
                });
            }
            first += page.rows;
        }
        slices
    }

    /// Returns the page in which a row of this key stands or would stand, and the number of the
    /// page's first row. `None` where the walk has not come so far.
    pub fn page_of(&self, key: &str) -> Option<(usize, usize)> {
        if self.frontier.as_deref().is_some_and(|at| key > at) || self.pages.is_empty() {
            return None;
        }
        let begins_before = |page: &Mark| page.after.as_deref().is_none_or(|after| after < key);
        let at = self.pages.partition_point(begins_before).checked_sub(1)?;
        let first = self.pages[..at].iter().map(|page| page.rows).sum();
        Some((at, first))
    }

    /// Returns where a page begins and ends.
    pub fn stretch(&self, at: usize) -> Stretch {
        let next = self.pages.get(at + 1);
        Stretch {
            after: self.pages[at].after.clone(),
            until: next.map_or_else(|| self.frontier.clone(), |page| page.after.clone()),
        }
    }

    /// Returns where the last page known begins and ends.
    pub fn last_stretch(&self) -> Option<Stretch> {
        let last = self.pages.len().checked_sub(1)?;
        Some(self.stretch(last))
    }

    /// Returns whether a page is the last one known.
    pub fn is_last(&self, at: usize) -> bool {
        at + 1 == self.pages.len()
    }

    /// Takes the last page away, so that the walk goes on with it.
    pub fn reopen_last(&mut self) {
        if let Some(page) = self.pages.pop() {
            self.frontier = page.after;
            self.begun = !self.pages.is_empty();
        }
    }

    /// Puts newly counted pages in the place of the one that covered `stretch`; nothing where it is
    /// gone.
    pub fn replace(&mut self, stretch: &Stretch, pages: Vec<Mark>) {
        let found = (0..self.pages.len()).find(|at| self.stretch(*at) == *stretch);
        if let Some(at) = found {
            self.pages.splice(at..=at, pages);
        }
    }
}

impl Light {
    fn of(entry: &Entry) -> Self {
        Self {
            kind: entry.kind,
            key: entry.key.as_str().into(),
            size_bytes: entry.size_bytes,
            modified: entry.modified,
        }
    }
}

/// Folders stand first, whatever the direction: they have neither size nor time.
fn compare(a: &Light, b: &Light, column: SortColumn, direction: Direction) -> Ordering {
    let by_key = || a.key.cmp(&b.key);
    let folder = |light: &Light| light.kind != RowKind::Folder;
    let turn = |ordering: Ordering| match direction {
        Direction::Ascending => ordering,
        Direction::Descending => ordering.reverse(),
    };
    match column {
        SortColumn::Name => turn(by_key()),
        SortColumn::Size => folder(a)
            .cmp(&folder(b))
            .then_with(|| turn(a.size_bytes.cmp(&b.size_bytes)))
            .then_with(by_key),
        SortColumn::Modified => folder(a)
            .cmp(&folder(b))
            .then_with(|| turn(a.modified.cmp(&b.modified)))
            .then_with(by_key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, kind: RowKind, size_bytes: u64) -> Entry {
        Entry {
            kind,
            key: key.to_owned(),
            size_bytes,
            modified: 0,
            storage_class: String::new(),
            content_type: String::new(),
            version_id: String::new(),
            etag: String::new(),
        }
    }

    fn entries(keys: &[&str]) -> Vec<Entry> {
        keys.iter()
            .map(|key| entry(key, RowKind::Object, 1))
            .collect()
    }

    /// Two pages: `a b` and `c d e`.
    fn two_pages() -> Known {
        let mut known = Known::new(Order::Keys);
        known.push(&entries(&["a", "b"]), Some("b".to_owned()));
        known.push(&entries(&["c", "d", "e"]), None);
        known
    }

    #[test]
    fn rows_are_found_across_pages() {
        let known = two_pages();
        let slices = known.slices(1, 3);
        let shown: Vec<_> = slices.iter().map(|s| (s.from, s.to)).collect();
        assert_eq!(shown, [(1, 2), (0, 2)]);
        assert_eq!(slices[0].stretch.until.as_deref(), Some("b"));
        assert_eq!(slices[1].stretch.after.as_deref(), Some("b"));
        assert_eq!(known.slices(5, 10), []);
    }

    #[test]
    fn a_key_is_in_the_page_that_ends_with_or_after_it() {
        let known = two_pages();
        assert_eq!(known.page_of("a"), Some((0, 0)));
        assert_eq!(known.page_of("b"), Some((0, 0)));
        assert_eq!(known.page_of("bb"), Some((1, 2)));
        assert_eq!(known.page_of("z"), Some((1, 2)));
    }

    #[test]
    fn a_key_beyond_the_walk_is_nowhere_yet() {
        let mut known = Known::new(Order::Keys);
        known.push(&entries(&["a", "b"]), Some("b".to_owned()));
        assert_eq!(known.page_of("c"), None);
        assert!(!known.is_complete());
    }

    #[test]
    fn the_walk_goes_on_with_a_last_page_that_was_taken_away() {
        let mut known = two_pages();
        known.reopen_last();
        assert_eq!((known.rows(), known.frontier()), (2, Some("b")));
        known.push(&entries(&["c"]), None);
        assert_eq!((known.rows(), known.is_complete()), (3, true));
    }

    #[test]
    fn folders_stay_first_when_sorted_by_size() {
        let order = Order::Sorted(SortColumn::Size, Direction::Descending);
        let mut known = Known::new(order);
        let rows = [
            entry("a", RowKind::Object, 1),
            entry("b/", RowKind::Folder, 0),
            entry("c", RowKind::Object, 9),
        ];
        known.push(&rows, None);
        known.sort(SortColumn::Size, Direction::Descending);
        let keys: Vec<_> = known.light().unwrap().iter().map(|l| &*l.key).collect();
        assert_eq!(keys, ["b/", "c", "a"]);
    }
}
