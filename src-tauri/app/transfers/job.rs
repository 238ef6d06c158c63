//! One job: what it is, how far it is, and what is left of it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use stave_engine::BodyFault;
use stave_model::{Clock as _, ObjectKey, SystemClock};
use stave_store::{Error, ObjectRef};
use thiserror::Error as ThisError;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::meter::{Amount, ItemMeter, Meter};
use crate::errors::Failure;
use crate::views::{TransferFailure, TransferKind, TransferState, TransferView};

/// The most failures that the window is given; all are tried again by a retry.
const FAILURES_SHOWN: usize = 100;

/// What a job is called.
#[derive(Debug, Clone)]
pub struct Title {
    pub kind: TransferKind,
    pub name: String,
    pub bucket: String,
    pub target: String,
}

/// One step of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub name: String,
    pub size_bytes: u64,
    pub step: Step,
}

/// What is done to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Puts a file.
    Put { path: PathBuf, key: ObjectKey },
    /// Puts the marker of an empty folder.
    PutFolder { key: ObjectKey },
    /// Writes a file.
    Get { object: ObjectRef, to: PathBuf },
    /// Makes a folder.
    MakeFolder { to: PathBuf },
    /// Copies, then deletes the source.
    Move { from: ObjectRef, to: ObjectKey },
    /// Encrypts a version otherwise, in its place.
    Reencrypt { object: ObjectRef },
    /// Fails: planning found why it cannot be done.
    Refuse { why: Refusal },
}

/// Why an item is not even tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ThisError)]
pub enum Refusal {
    #[error("its name is not valid Unicode")]
    NotUnicode,
    #[error("its name would make a key of more than 1024 bytes")]
    KeyTooLong,
    #[error("it is a link to something else; links are not followed")]
    Link,
    #[error("it could not be read: permission denied")]
    Forbidden,
    #[error("it could not be read")]
    Unreadable,
    #[error("it is gone")]
    Gone,
    #[error("it is neither a file nor a folder")]
    Special,
}

impl Refusal {
    /// Returns why a file or folder could not be looked at.
    pub fn of(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::PermissionDenied => Self::Forbidden,
            std::io::ErrorKind::NotFound => Self::Gone,
            _ => Self::Unreadable,
        }
    }
}

/// Why an item failed.
#[derive(Debug, ThisError)]
pub enum ItemError {
    #[error(transparent)]
    Store(#[from] Error),
    #[error("{doing} failed: {source}")]
    File {
        doing: &'static str,
        source: std::io::Error,
    },
    #[error(transparent)]
    Refused(Refusal),
    #[error("an object of that name is already there")]
    NameTaken,
    #[error("the file changed while it was read")]
    Changed,
    #[error("{0}")]
    Body(BodyFault),
    #[error("cancelled")]
    Cancelled,
}

impl ItemError {
    /// Wraps a failure of this computer's own files.
    pub fn file(doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { doing, source }
    }

    fn hint(self) -> String {
        match self {
            Self::Store(error) => Failure::from(error).hint,
            Self::File { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                "Free some space, then try again.".to_owned()
            }
            Self::File { .. } => "Check the file and its folder, then try again.".to_owned(),
            Self::Refused(Refusal::Link) => "Choose the file that it points to.".to_owned(),
            Self::Refused(_) => "Check the name and the permissions, then try again.".to_owned(),
            Self::Changed => "Try again when nothing writes to the file.".to_owned(),
            Self::NameTaken => "Choose another name, or move the other one away.".to_owned(),
            Self::Body(_) => {
                "Restore an older version of it, or bring the vault folder back from a backup."
                    .to_owned()
            }
            Self::Cancelled => String::new(),
        }
    }
}

/// What a plan found.
#[derive(Debug, Default)]
pub struct Plan {
    pub items: Vec<Item>,
    /// Something to tell that is no failure, such as links that were left out.
    pub note: String,
}

/// What a job does.
#[async_trait]
pub trait Work: Send + Sync {
    /// Finds out what there is to do.
    async fn plan(&self, shared: &Shared, cancel: &CancellationToken) -> Result<Plan, ItemError>;

    /// Does one item; ends soon after `cancel`.
    async fn run(
        &self,
        item: &Item,
        shared: &Shared,
        meter: &Arc<ItemMeter>,
        cancel: &CancellationToken,
    ) -> Result<(), ItemError>;
}

/// A job.
pub struct Job {
    id: u64,
    title: Title,
    pub(super) work: Option<Box<dyn Work>>,
    pub(super) meter: Arc<Meter>,
    now: Mutex<Now>,
}

struct Now {
    state: TransferState,
    cancel: CancellationToken,
    /// What is left: `None` before the plan.
    left: Option<Vec<Item>>,
    failures: Vec<TransferFailure>,
    failed: u64,
    message: String,
    hint: String,
    note: String,
    started: Option<i64>,
    ended: Option<i64>,
}

impl Job {
    /// Makes a job that waits.
    pub fn new(id: u64, title: Title, work: Option<Box<dyn Work>>) -> Self {
        Self {
            id,
            title,
            work,
            meter: Arc::default(),
            now: Mutex::new(Now {
                state: TransferState::Waiting,
                cancel: CancellationToken::new(),
                left: None,
                failures: Vec::new(),
                failed: 0,
                message: String::new(),
                hint: String::new(),
                note: String::new(),
                started: None,
                ended: None,
            }),
        }
    }

    pub fn id(&self) -> u64 {
        self.id
    }

    pub fn kind(&self) -> TransferKind {
        self.title.kind
    }

    pub fn has_ended(&self) -> bool {
        self.lock().ended.is_some()
    }

    pub fn cancel(&self) {
        self.lock().cancel.cancel();
    }

    /// Returns the token of the present run.
    pub fn token(&self) -> CancellationToken {
        self.lock().cancel.clone()
    }

    /// Marks the begin of work.
    pub fn begin(&self) {
        let mut state = self.lock();
        state.state = TransferState::Active;
        state.started.get_or_insert_with(now);
    }

    /// Puts an ended job back in line; false where it is at work or nothing is left of it.
    pub fn begin_again(&self) -> bool {
        let mut state = self.lock();
        let something_left = state.left.as_ref().is_none_or(|left| !left.is_empty());
        if state.ended.is_none() || !something_left || self.work.is_none() {
            return false;
        }
        state.cancel = CancellationToken::new();
        state.state = TransferState::Waiting;
        state.ended = None;
        state.failures.clear();
        state.failed = 0;
        state.message.clear();
        state.hint.clear();
        true
    }

    /// Takes what is left to do; `None` where it is not planned yet.
    pub fn take_left(&self) -> Option<Vec<Item>> {
        self.lock().left.take()
    }

    /// Keeps what a plan told.
    pub fn note(&self, note: String) {
        self.lock().note = note;
    }

    /// Notes an item that failed.
    pub fn fail(&self, name: &str, error: ItemError) {
        let mut state = self.lock();
        state.failed += 1;
        let message = error.to_string();
        if state.message.is_empty() {
            state.message = format!("{name}: {message}");
            state.hint = error.hint();
        }
        if state.failures.len() < FAILURES_SHOWN {
            state.failures.push(TransferFailure {
                name: name.to_owned(),
                message,
            });
        }
    }

    /// Marks the end; `left` is what a retry would do.
    pub fn end(&self, left: Option<Vec<Item>>) {
        let mut state = self.lock();
        state.state = if state.cancel.is_cancelled() {
            TransferState::Cancelled
        } else if state.failed > 0 {
            TransferState::Failed
        } else {
            TransferState::Done
        };
        state.left = left;
        state.ended = Some(now());
    }

    /// Returns what the window shows.
    pub fn view(&self) -> TransferView {
        let amounts = self.meter.amounts();
        let state = self.lock();
        let message = match (state.failed, state.message.is_empty()) {
            (0, _) => state.note.clone(),
            (1, _) => state.message.clone(),
            (failed, _) => format!("{failed} failed. {}", state.message),
        };
        TransferView {
            id: self.id,
            kind: self.title.kind,
            name: self.title.name.clone(),
            bucket: self.title.bucket.clone(),
            target: self.title.target.clone(),
            state: state.state,
            done_bytes: amounts.done_bytes,
            total_bytes: amounts.total_bytes,
            done_items: amounts.done_items,
            total_items: amounts.total_items,
            current: if state.ended.is_none() {
                amounts.current
            } else {
                String::new()
            },
            bytes_per_second: if state.ended.is_none() {
                amounts.bytes_per_second
            } else {
                0
            },
            message,
            hint: state.hint.clone(),
            started: state.started,
            ended: state.ended,
            failures: state.failures.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job whose work is done elsewhere. Dropping it ends the job.
pub struct JobHandle {
    job: Arc<Job>,
    shared: Arc<Shared>,
}

impl JobHandle {
    /// Begins the job.
    pub(super) fn new(job: Arc<Job>, shared: Arc<Shared>) -> Self {
        job.begin();
        shared.moved.notify_one();
        Self { job, shared }
    }

    /// Returns whether the person stopped it.
    pub fn is_cancelled(&self) -> bool {
        self.job.token().is_cancelled()
    }

    /// Tells that `items` more were done, and that there are at least that many.
    pub fn advance(&self, items: u64) {
        self.job.meter.expect(items, 0);
        self.job.meter.items_done(items);
        self.shared.moved.notify_one();
    }

    /// Returns the job's id.
    pub fn id(&self) -> u64 {
        self.job.id()
    }

    /// Tells how far the work is.
    pub fn reach(&self, amount: &Amount) {
        self.job.meter.reach(amount);
        self.shared.moved.notify_one();
    }

    /// Tells something that is no failure.
    pub fn note(&self, note: String) {
        self.job.note(note);
    }

    /// Tells of items that failed.
    pub fn fail(&self, name: &str, error: Error) {
        self.job.fail(name, error.into());
    }

    /// Tells of a damaged body.
    pub fn fail_body(&self, name: &str, fault: BodyFault) {
        self.job.fail(name, ItemError::Body(fault));
    }
}

impl Drop for JobHandle {
    fn drop(&mut self) {
        self.job.end(Some(Vec::new()));
        self.shared.moved.notify_one();
    }
}

fn now() -> i64 {
    SystemClock.now().as_millis()
}
