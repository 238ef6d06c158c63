//! The connections of an endpoint. When there is no room for another, the one that has been idle longest
//! makes room: clients keep connections that they may never use again.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::pace::Pace;

/// How long a new connection waits before an idle one is asked for its place.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// All connections.
pub(crate) struct Connections {
    room: Arc<Semaphore>,
    open: Mutex<HashMap<u64, Held>>,
    next_id: AtomicU64,
}

struct Held {
    pace: Arc<Pace>,
    make_room: CancellationToken,
}

/// One connection's place; it is free again when this is dropped.
pub(super) struct Place {
    pub(super) pace: Arc<Pace>,
    /// Told to close once there is nothing to answer.
    pub(super) make_room: CancellationToken,
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
        let (pace, make_room) = (Arc::new(Pace::default()), CancellationToken::new());
        let held = Held {
            pace: Arc::clone(&pace),
            make_room: make_room.clone(),
        };
        self.open().insert(id, held);
        Place {
            pace,
            make_room,
            all: Arc::clone(self),
            id,
            _room: room,
        }
    }

    async fn room(&self) -> OwnedSemaphorePermit {
        let mut waiting = pin!(Arc::clone(&self.room).acquire_owned());
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
