//! Accepting connections and serving each.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use super::connections::{Connections, Place};
use super::front::Front;
use super::pace::PacedStream;
use crate::endpoint::Stop;
use crate::options::Limits;

/// How much beyond our own limits HTTP itself reads: within, a refusal is S3's XML; beyond, it is bare.
const HTTP_SLACK: usize = 4;

/// The smallest buffer that hyper takes.
const HTTP_BUFFER_LEAST: usize = 8 * 1_024;

/// How long accepting rests when the system has no descriptors left.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// Accepts until told to stop. A connection is served when there is room for it; until then it waits, and
/// those behind it wait in the system's queue.
pub(crate) async fn accept(
    socket: TcpListener,
    front: Arc<Front>,
    connections: Arc<Connections>,
    tasks: TaskTracker,
    stop: Stop,
) {
    let accepting = async {
        loop {
            let stream = match socket.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(ACCEPT_REST).await;
                    continue;
                }
            };
            let place = connections.place().await;
            tasks.spawn(serve(stream, Arc::clone(&front), place, stop.clone()));
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stop.gently.cancelled() => {}
        () = stop.now.cancelled() => {}
    }
}

async fn serve(stream: TcpStream, front: Arc<Front>, place: Place, stop: Stop) {
    // Without it the kernel holds back the end of an answer until the peer acknowledges its beginning.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let limits = front.limits();
    let Ok(remote) = stream.peer_addr() else {
        return;
    };
    let io = TokioIo::new(PacedStream::new(stream, Arc::clone(&place.pace), limits));
    let builder = http1_builder(limits);
    let service = service_fn(|request| {
        let answer = Arc::clone(&front).answer(request, Arc::clone(&place.pace), remote.ip());
        async { Ok::<_, Infallible>(answer.await) }
    });
    let mut connection = pin!(builder.serve_connection(io, service));
    let asked_to_end = async {
        tokio::select! {
            () = place.make_room.cancelled() => {}
            () = stop.gently.cancelled() => {}
        }
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.now.cancelled() => return,
        () = asked_to_end => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection.as_mut() => ended,
                () = stop.now.cancelled() => return,
            }
        }
    };
    if let Err(error) = ended {
        // A peer that goes away or stands still is everyday life.
        tracing::debug!(%error, "a connection ended early");
    }
}

fn http1_builder(limits: &Limits) -> http1::Builder {
    let head_bytes = (limits.header_bytes + limits.uri_bytes) * HTTP_SLACK;
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // Counts from the end of the former request, so this is the idle limit; the limit for a head that
        // has begun to arrive is kept by the socket.
        .header_read_timeout(limits.idle_time)
        .max_headers(limits.headers * HTTP_SLACK)
        .max_buf_size(head_bytes.max(HTTP_BUFFER_LEAST))
        .keep_alive(true);
    builder
}
