//! Where the digests of a body are computed: on the thread that seals it, or beside it on one of
//! its own. MD5 is slower than the cipher, so a large body gains a second core.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use bytes::Bytes;

use crate::digests::{Digester, Digests};

/// A body of more than this many bytes is digested beside its sealing; for less, a thread costs
/// more than it gains.
const BESIDE_ABOVE_BYTES: u64 = 1024 * 1024;

/// How many chunks may wait for the digests: bounds the memory of one body.
const CHUNKS_WAITING: usize = 4;

/// The digests of a body in progress.
pub struct Digesting {
    taken_bytes: u64,
    place: Place,
}

enum Place {
    Here(Box<Digester>),
    Beside {
        chunks: SyncSender<Bytes>,
        worker: JoinHandle<Digester>,
    },
    /// Only while the place changes, or after a worker died.
    Nowhere,
}

/// The thread that digests has died. It has no reason to; the body is not kept.
#[derive(Debug, thiserror::Error)]
#[error("the digests of the body were lost")]
pub struct DigestsLost;

impl Digesting {
    /// Begins on this thread.
    pub fn new(digester: Digester) -> Self {
        Self {
            taken_bytes: 0,
            place: Place::Here(Box::new(digester)),
        }
    }

    /// Takes the next bytes; waits while too many are waiting.
    pub fn update(&mut self, bytes: &Bytes) -> Result<(), DigestsLost> {
        self.taken_bytes += bytes.len() as u64;
        if self.taken_bytes > BESIDE_ABOVE_BYTES {
            self.move_beside()?;
        }
        match &mut self.place {
            Place::Here(digester) => {
                digester.update(bytes);
                Ok(())
            }
            Place::Beside { chunks, .. } => chunks.send(bytes.clone()).map_err(|_| DigestsLost),
            Place::Nowhere => Err(DigestsLost),
        }
    }

    /// Waits for the last byte's digest.
    pub fn finish(self) -> Result<Digests, DigestsLost> {
        match self.place {
            Place::Here(digester) => Ok(digester.finish()),
            Place::Beside { chunks, worker } => {
                drop(chunks);
                worker.join().map(Digester::finish).map_err(|_| DigestsLost)
            }
            Place::Nowhere => Err(DigestsLost),
        }
    }

    /// Moves the digests to a thread of their own, where a second core is there to run it.
    fn move_beside(&mut self) -> Result<(), DigestsLost> {
        if !matches!(self.place, Place::Here(_)) || !has_second_core() {
            return Ok(());
        }
        let Place::Here(mut digester) = std::mem::replace(&mut self.place, Place::Nowhere) else {
            return Ok(());
        };
        let (chunks, waiting) = sync_channel::<Bytes>(CHUNKS_WAITING);
        let worker = thread::Builder::new()
            .name("stave-digests".to_owned())
            .spawn(move || {
                for bytes in waiting {
                    digester.update(&bytes);
                }
                *digester
            })
            .map_err(|_| DigestsLost)?;
        self.place = Place::Beside { chunks, worker };
        Ok(())
    }
}

fn has_second_core() -> bool {
    thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
}

#[cfg(test)]
mod tests {
    use stave_model::ChecksumAlgorithm;

    use super::*;

    #[test]
    fn a_large_body_digests_beside_as_it_would_here() {
        let chunk = Bytes::from(vec![7_u8; 300_000]);
        let mut here = Digester::of(ChecksumAlgorithm::Crc32);
        let mut beside = Digesting::new(Digester::of(ChecksumAlgorithm::Crc32));
        for _ in 0..9 {
            here.update(&chunk);
            beside.update(&chunk).unwrap();
        }
        assert_eq!(beside.finish().unwrap(), here.finish());
    }
}
