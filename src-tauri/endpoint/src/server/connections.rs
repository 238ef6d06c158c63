//! The connections of an endpoint. When there is no room for another, the one that has been idle longest
//! makes room: clients keep connections that they may never use again. Where none is idle, the one goes that
//! has sent the beginning of a request and has not come to the end of its head for too long.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::pace::Pace;

/// How long a new connection waits before another one is asked for its place as well: the first may have
/// become busy in the meantime.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// A head comes in one piece, or nearly so; who takes longer gives way to who waits.
const HEAD_PATIENCE: Duration = Duration::from_secs(1);

/// All connections.
pub(crate) struct Connections {
    room: Arc<Semaphore>,
    open: Mutex<HashMap<u64, Held>>,
    next_id: AtomicU64,
}

struct Held {
    pace: Arc<Pace>,
    make_room: CancellationToken,
    give_up: CancellationToken,
}

/// One connection's place; it is free again when this is dropped.
pub(super) struct Place {
    pub(super) pace: Arc<Pace>,
    /// Told to close once there is nothing to answer.
    pub(super) make_room: CancellationToken,
    /// Told to close at once.
    pub(super) give_up: CancellationToken,
    all: Arc<Connections>,
    id: u64,
    _room: OwnedSemaphorePermit,
}

impl Connections {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            room: Arc::new(Semaphore::new(most)),
            open: Mutex::default(),
            next_id: AtomicU64::new(0),
        })
    }

    /// Waits for a place; an idle connection gives up its own.
    pub(super) async fn place(self: &Arc<Self>) -> Place {
        let room = self.room().await;
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let pace = Arc::new(Pace::default());
        let (make_room, give_up) = (CancellationToken::new(), CancellationToken::new());
        let held = Held {
            pace: Arc::clone(&pace),
            make_room: make_room.clone(),
            give_up: give_up.clone(),
        };
        self.open().insert(id, held);
        Place {
            pace,
            make_room,
            give_up,
            all: Arc::clone(self),
            id,
            _room: room,
        }
    }

    async fn room(&self) -> OwnedSemaphorePermit {
        if let Ok(room) = Arc::clone(&self.room).try_acquire_owned() {
            return room;
        }
        let mut waiting = pin!(Arc::clone(&self.room).acquire_owned());
        self.ask_for_room();
        loop {
            // Asked again and again: a connection that is busy now may be idle in a moment.
            let room = tokio::time::timeout(ASK_AGAIN, waiting.as_mut()).await;
            match room {
                Ok(room) => return room.expect("nobody closes the semaphore"),
                Err(_) => self.ask_for_room(),
            }
        }
    }

    fn ask_for_room(&self) {
        let open = self.open();
        let idle = open.values().filter(|held| !held.make_room.is_cancelled());
        let idle = idle.filter_map(|held| Some((held.pace.idle_since()?, held)));
        if let Some((_, longest)) = idle.min_by_key(|(since, _)| *since) {
            longest.make_room.cancel();
            return;
        }
        let slow = open.values().filter(|held| !held.give_up.is_cancelled());
        let slow = slow.filter_map(|held| Some((held.pace.head_since()?, held)));
        if let Some((since, slowest)) = slow.min_by_key(|(since, _)| *since)
            && since.elapsed() >= HEAD_PATIENCE
        {
            slowest.give_up.cancel();
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Held>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.all.open().remove(&self.id);
    }
}
