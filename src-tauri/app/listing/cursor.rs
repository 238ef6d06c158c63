//! One open listing: the walk that counts it, the rows that are asked for, and what changes do to
//! it.

mod changes;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::stream::{self, StreamExt as _};
use stave_model::{Bucket, Change, ObjectKey, Versioning};
use stave_store::{GetObject, ObjectRef, Result};

use super::cache::Cache;
use super::counts;
use super::known::{Direction, Known, Light, Mark, Order, Slice, Stretch};
use super::source::{Deleted, Entry, Source};
use super::{Around, OnProgress, SORTABLE_ROWS};
use crate::errors::Answer;
use crate::views::{ListingProgress, ListingRequest, ListingRows, RowKind, RowView, SortColumn};

/// How often a walk tells how far it is.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// Past so many changed names since the last look, the listing is walked again instead.
const STALE_NAMES_MAX: usize = 4_096;

/// Past so many pages that changed, the listing is walked again behind instead of read again at
/// once.
const REPAIR_PAGES_MAX: usize = 32;

/// Listings of so few pages are walked again while the window waits: it takes some milliseconds.
const QUICK_PAGES: usize = 4;

/// Rows of a sorted listing are looked up one by one, so many at a time.
const LOOKUPS: usize = 8;

/// An open listing.
pub struct Cursor {
    id: u64,
    pub(super) source: Source,
    order: Order,
    /// The bucket's own count, before any walk.
    estimate: Option<u64>,
    versioning: Versioning,
    on_progress: OnProgress,
    state: Mutex<State>,
}

struct State {
    known: Known,
    cache: Cache,
    stale: Stale,
    walking: bool,
    sorted: bool,
    told: Option<Instant>,
}

/// What changed since the last look.
#[derive(Debug, Default)]
enum Stale {
    #[default]
    Nothing,
    Names(BTreeSet<String>),
    All,
}

/// Whether a walk has more to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Walk {
    GoesOn,
    IsDone,
}

impl Cursor {
    /// Opens a listing and reads its first page.
    pub async fn open(
        id: u64,
        bucket: Bucket,
        request: &ListingRequest,
        around: &Around,
    ) -> Answer<Arc<Self>> {
        let order = order_of(request);
        let source = Source {
            store: Arc::clone(&around.store),
            bucket: bucket.name,
            prefix: request.prefix.clone(),
            filter: request.filter.trim().to_lowercase(),
            deleted: if request.show_deleted {
                Deleted::Shown
            } else {
                Deleted::Hidden
            },
            page_keys: around.page_keys,
        };
        let cursor = Arc::new(Self {
            id,
            source,
            order,
            estimate: bucket.usage.map(|usage| usage.objects),
            versioning: bucket.versioning,
            on_progress: Arc::clone(&around.on_progress),
            state: Mutex::new(State::new(order)),
        });
        cursor.walk_step().await?;
        cursor.walk_on();
        Ok(cursor)
    }

    /// Returns the listing's number.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Returns how far the listing is known.
    pub fn progress(&self) -> ListingProgress {
        let state = self.lock();
        ListingProgress {
            cursor: self.id,
            known: state.known.rows() as u64,
            complete: state.known.is_complete(),
            sortable: self.is_sortable(&state.known),
        }
    }

    /// Notes a change; the next look reads again what it touches.
    pub fn note(&self, change: &Change) {
        match change {
            Change::Object(bucket, key) if *bucket == self.source.bucket => self.note_key(key),
            Change::Bucket(bucket) if *bucket == self.source.bucket => self.note_all(),
            Change::Everything => self.note_all(),
            Change::Object(..)
            | Change::Bucket(_)
            | Change::Uploads(_)
            | Change::AccessKeys
            | Change::Identities
            | Change::Links
            | Change::Keys
            | Change::Audit => {}
        }
    }

    /// Returns the rows from `start` on.
    pub async fn rows(self: &Arc<Self>, start: u64, len: u64) -> Answer<ListingRows> {
        self.refresh().await?;
        self.walk_on();
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let light = self.light_slice(start, len);
        let rows = match light {
            Some(light) => self.look_up(light).await,
            None => self.read_rows(start, len).await?,
        };
        let progress = self.progress();
        Ok(ListingRows {
            rows,
            known: progress.known,
            complete: progress.complete,
        })
    }

    /// Returns the light rows of a sorted listing in their order.
    pub(super) fn sorted(&self) -> Option<Vec<Light>> {
        self.light_slice(0, usize::MAX)
    }

    /// Returns the number of the row of `key`, if it is known and listed.
    pub(super) async fn number_of(&self, key: &str) -> Result<Option<u64>> {
        let found = {
            let state = self.lock();
            let found = state.known.page_of(key);
            found.map(|(at, first)| (state.known.stretch(at), first))
        };
        let Some((stretch, first)) = found else {
            return Ok(None);
        };
        let entries = self.page(&stretch).await?;
        let at = entries.iter().position(|entry| entry.key == key);
        Ok(at.map(|at| (first + at) as u64))
    }

    fn light_slice(&self, start: usize, len: usize) -> Option<Vec<Light>> {
        let mut state = self.lock();
        if let (Order::Sorted(column, direction), false) = (self.order, state.sorted) {
            state.known.sort(column, direction);
            state.sorted = true;
        }
        let light = state.known.light()?;
        Some(light.iter().skip(start).take(len).cloned().collect())
    }

    async fn read_rows(&self, start: usize, len: usize) -> Result<Vec<RowView>> {
        let slices = self.lock().known.slices(start, len);
        let mut shown = Vec::new();
        for Slice { stretch, from, to } in &slices {
            let entries = self.page(stretch).await?;
            let to = (*to).min(entries.len());
            shown.extend(entries.get(*from..to).unwrap_or_default().iter().cloned());
        }
        let counts = match self.versioning {
            Versioning::Enabled | Versioning::Suspended => counts::of(&self.source, &shown).await?,
            Versioning::Off => counts::Counts::default(),
        };
        let view = |entry: &Entry| {
            let name = self.source.name(&entry.key);
            entry.view(name, counts.get(entry.key.as_str()).copied())
        };
        Ok(shown.iter().map(view).collect())
    }

    /// Fills light rows from the store; a row that is gone meanwhile is shown as far as it is
    /// known.
    async fn look_up(&self, light: Vec<Light>) -> Vec<RowView> {
        stream::iter(light)
            .map(|light| async move {
                let entry = match light.kind {
                    RowKind::Object => self.head(&light).await,
                    RowKind::Folder | RowKind::Deleted => None,
                };
                let entry = entry.unwrap_or_else(|| Entry::known_of(&light));
                entry.view(self.source.name(&entry.key), None)
            })
            .buffered(LOOKUPS)
            .collect()
            .await
    }

    async fn head(&self, light: &Light) -> Option<Entry> {
        let object = ObjectRef {
            bucket: self.source.bucket.clone(),
            key: ObjectKey::parse(&light.key).ok()?,
            version: None,
        };
        let head = self
            .source
            .store
            .head_object(GetObject::whole(object))
            .await;
        head.ok().map(|head| Entry::of(head.version))
    }

    async fn page(&self, stretch: &Stretch) -> Result<Arc<Vec<Entry>>> {
        if let Some(entries) = self.lock().cache.get(stretch) {
            return Ok(entries);
        }
        let pages = self.read(stretch).await?;
        let entries: Vec<_> = pages.into_iter().flat_map(|(_, entries)| entries).collect();
        let entries = Arc::new(entries);
        self.lock().cache.put(stretch.clone(), Arc::clone(&entries));
        Ok(entries)
    }

    /// Reads a stretch, which may have grown to several pages since it was counted.
    async fn read(&self, stretch: &Stretch) -> Result<Vec<(Mark, Vec<Entry>)>> {
        let until = stretch.until.as_deref();
        let mut after = stretch.after.clone();
        let mut pages = Vec::new();
        loop {
            let mut step = self.source.step(after.as_deref()).await?;
            if let Some(until) = until {
                step.entries.retain(|entry| entry.key.as_str() <= until);
            }
            let mark = Mark {
                after: after.take(),
                rows: step.entries.len(),
            };
            pages.push((mark, step.entries));
            match step.next {
                Some(next) if until.is_none_or(|until| next.as_str() < until) => after = Some(next),
                _ => return Ok(pages),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The walk.
impl Cursor {
    /// Goes on walking behind, unless a walk is under way or done. It ends with the listing.
    fn walk_on(self: &Arc<Self>) {
        {
            let mut state = self.lock();
            if state.walking || state.known.is_complete() {
                return;
            }
            state.walking = true;
        }
        let listing = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(cursor) = listing.upgrade() {
                match cursor.walk_step().await {
                    Ok(Walk::GoesOn) => {}
                    Ok(Walk::IsDone) => return cursor.walk_ended(),
                    Err(error) => {
                        tracing::warn!(%error, "a listing could not be walked to its end");
                        return cursor.walk_ended();
                    }
                }
            }
        });
    }

    fn walk_ended(&self) {
        self.lock().walking = false;
        (self.on_progress)(self.progress());
    }

    /// Walks as far as the window may wait for; the rest is counted behind.
    async fn walk_some(&self) -> Result<()> {
        for _ in 0..QUICK_PAGES {
            if self.walk_step().await? == Walk::IsDone {
                break;
            }
        }
        Ok(())
    }

    /// Counts the page at the frontier.
    async fn walk_step(&self) -> Result<Walk> {
        let (from, begun) = {
            let state = self.lock();
            let from = state.known.frontier().map(str::to_owned);
            (from, state.known.is_complete())
        };
        if begun {
            return Ok(Walk::IsDone);
        }
        let step = self.source.step(from.as_deref()).await?;
        let tell = {
            let mut state = self.lock();
            // A page that was taken away meanwhile is counted again from its own beginning.
            if state.known.frontier() == from.as_deref() {
                state.push(step.entries, step.next);
            }
            state.is_time_to_tell()
        };
        if tell {
            (self.on_progress)(self.progress());
        }
        Ok(if self.lock().known.is_complete() {
            Walk::IsDone
        } else {
            Walk::GoesOn
        })
    }

    /// Walks the whole again and puts the new count in the place of the old one at its end.
    async fn walk_again(&self) -> Result<()> {
        let mut fresh = Known::new(self.order);
        while !fresh.is_complete() {
            let step = self.source.step(fresh.frontier()).await?;
            fresh.push(&step.entries, step.next);
        }
        let mut state = self.lock();
        state.known = fresh;
        state.cache.clear();
        state.sorted = false;
        Ok(())
    }
}

impl Cursor {
    fn is_sortable(&self, known: &Known) -> bool {
        if known.is_complete() {
            return known.rows() <= SORTABLE_ROWS;
        }
        self.estimate
            .is_some_and(|objects| objects <= SORTABLE_ROWS as u64)
    }
}

impl State {
    fn new(order: Order) -> Self {
        Self {
            known: Known::new(order),
            cache: Cache::default(),
            stale: Stale::default(),
            walking: false,
            sorted: false,
            told: None,
        }
    }

    fn push(&mut self, entries: Vec<Entry>, next: Option<String>) {
        self.known.push(&entries, next);
        self.sorted = false;
        let at = self.known.last_stretch();
        if let Some(stretch) = at {
            self.cache.offer(stretch, entries);
        }
    }

    fn is_time_to_tell(&mut self) -> bool {
        let due = self
            .told
            .is_none_or(|told| told.elapsed() >= PROGRESS_EVERY);
        if due {
            self.told = Some(Instant::now());
        }
        due
    }

    /// Returns the pages in which these rows stand, and whether the last page of a finished walk is
    /// among them.
    fn touched(&self, names: &BTreeSet<String>) -> (Vec<Stretch>, bool) {
        let pages: BTreeSet<_> = names
            .iter()
            .filter_map(|name| self.known.page_of(name))
            .map(|(at, _)| at)
            .collect();
        let open_end = |at: &usize| self.known.is_complete() && self.known.is_last(*at);
        let last = pages.iter().any(open_end);
        let others = pages.iter().filter(|at| !open_end(at));
        (others.map(|at| self.known.stretch(*at)).collect(), last)
    }

    fn replace(&mut self, stretch: &Stretch, pages: Vec<(Mark, Vec<Entry>)>) {
        self.cache.remove(stretch);
        let marks = pages.into_iter().map(|(mark, _)| mark).collect();
        self.known.replace(stretch, marks);
    }

    fn reopen_last(&mut self) {
        if let Some(stretch) = self.known.last_stretch() {
            self.cache.remove(&stretch);
        }
        self.known.reopen_last();
    }
}

impl Stale {
    fn add(&mut self, name: &str) {
        match self {
            Self::Nothing => *self = Self::Names(BTreeSet::from([name.to_owned()])),
            Self::Names(names) if names.len() >= STALE_NAMES_MAX => *self = Self::All,
            Self::Names(names) => {
                names.insert(name.to_owned());
            }
            Self::All => {}
        }
    }
}

fn order_of(request: &ListingRequest) -> Order {
    match (request.sort, request.descending) {
        (SortColumn::Name, false) => Order::Keys,
        (column, false) => Order::Sorted(column, Direction::Ascending),
        (column, true) => Order::Sorted(column, Direction::Descending),
    }
}
