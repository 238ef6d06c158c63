//! The pumps that carry bodies between async callers and blocking workers, through bounded
//! channels.

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use stave_store::{Body, BodyError, ByteStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::spawn_blocking;

use crate::incoming::{Incoming, TrailerChecksum};
use crate::objects::{OpenBody, Reading};

/// How many chunks of a body may wait in its channel: bounds the memory of one body.
const CHUNKS_WAITING: usize = 4;

/// What travels to a worker. A channel that closes without `End` means that the sender has gone.
pub(super) enum Piece {
    Chunk(Bytes),
    End(TrailerChecksum),
    Broken(BodyError),
}

/// A body that is pumped to a worker.
pub(super) struct Pumped {
    arriving: Receiver<Piece>,
    trailer: TrailerChecksum,
}

impl Pumped {
    pub(super) fn channel() -> (Sender<Piece>, Self) {
        let (sender, arriving) = channel(CHUNKS_WAITING);
        let trailer = None;
        (sender, Self { arriving, trailer })
    }
}

impl Incoming for Pumped {
    fn next_chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        match self.arriving.blocking_recv() {
            Some(Piece::Chunk(bytes)) => Ok(Some(bytes)),
            Some(Piece::End(trailer)) => {
                self.trailer = trailer;
                Ok(None)
            }
            Some(Piece::Broken(error)) => Err(error),
            None => Err(BodyError::Aborted("the request was dropped".to_owned())),
        }
    }

    fn trailer(&mut self) -> Result<TrailerChecksum, BodyError> {
        Ok(self.trailer.take())
    }
}

/// Carries `body` to the worker until its end, or until the worker wants no more.
pub(super) async fn pump(mut body: Body, worker: Sender<Piece>) {
    while let Some(chunk) = body.stream.next().await {
        let (piece, broken) = match chunk {
            Ok(bytes) => (Piece::Chunk(bytes), false),
            Err(error) => (Piece::Broken(error), true),
        };
        if worker.send(piece).await.is_err() || broken {
            return;
        }
    }
    let last = match body.trailer.take().map_or(Ok(None), |trailer| trailer()) {
        Ok(trailer) => Piece::End(trailer),
        Err(error) => Piece::Broken(error),
    };
    // A worker that has refused the body already does not listen any more.
    drop(worker.send(last).await);
}

/// Makes a stream of an open body; a dropped stream stops the worker.
pub(super) fn outgoing(body: OpenBody, permit: OwnedSemaphorePermit) -> ByteStream {
    let OpenBody { first, rest } = body;
    let first = stream::iter(first.map(Ok));
    let Some(mut rest) = rest else {
        drop(permit);
        return Box::pin(first);
    };
    let (to_reader, mut arriving) = channel(CHUNKS_WAITING);
    spawn_blocking(move || {
        send_all(&mut rest, &to_reader);
        // The blobs and the place are let go before the reader is told of the end.
        drop((rest, permit));
        drop(to_reader);
    });
    let rest = stream::poll_fn(move |context| arriving.poll_recv(context));
    Box::pin(first.chain(rest))
}

/// Sends all chunks, up to one that is broken, or until the reader has gone.
fn send_all(rest: &mut Reading, to_reader: &Sender<Result<Bytes, BodyError>>) {
    while let Some(chunk) = rest.next_chunk().transpose() {
        let broken = chunk.is_err();
        if to_reader.blocking_send(chunk).is_err() || broken {
            return;
        }
    }
}
