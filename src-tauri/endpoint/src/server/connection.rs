//! Accepting connections and serving each.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;
use tokio_util::task::TaskTracker;

use super::connections::{Connections, Place};
use super::front::Front;
use super::notes::Way;
use super::pace::{Pace, PacedStream};
use crate::endpoint::Stop;
use crate::options::Limits;
use crate::tls::Acceptor;

/// How much beyond our own limits HTTP itself reads: within, a refusal is S3's XML; beyond, it is bare.
const HTTP_SLACK: usize = 4;

/// The smallest buffer that hyper takes.
const HTTP_BUFFER_LEAST: usize = 8 * 1_024;

/// How long accepting rests when the system has no descriptors left.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// The first byte of a TLS connection: the type of its first record is `handshake`.
const TLS_HANDSHAKE: u8 = 0x16;

/// By which way connections come in.
#[derive(Clone)]
pub(crate) enum Door {
    /// The loopback interface: plain HTTP, and TLS where there is a certificate.
    Loopback(Arc<RwLock<Option<Acceptor>>>),
    /// The network, for links alone: TLS.
    Network(Acceptor),
}

/// What serves the connections of a listener.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) front: Arc<Front>,
    pub(crate) connections: Arc<Connections>,
    pub(crate) door: Door,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: Stop,
}

impl Server {
    /// Accepts until told to stop. A connection is served when there is room for it; until then it waits, and
    /// those behind it wait in the system's queue.
    pub(crate) async fn accept(self, socket: TcpListener) {
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
                let place = self.connections.place().await;
                self.tasks.spawn(self.clone().serve(stream, place));
            }
        };
        tokio::select! {
            () = accepting => {}
            () = self.stop.gently.cancelled() => {}
            () = self.stop.now.cancelled() => {}
        }
    }

    async fn serve(self, stream: TcpStream, place: Place) {
        // Without it the kernel holds back the end of an answer until the peer acknowledges its beginning.
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let Ok(remote) = stream.peer_addr() else {
            return;
        };
        let way = Way {
            remote: remote.ip(),
            secure: false,
            links_only: matches!(self.door, Door::Network(_)),
        };
        let shaken = tokio::select! {
            shaken = self.shake_hands(stream, &place.pace) => shaken,
            () = place.make_room.cancelled() => return,
            () = place.give_up.cancelled() => return,
            () = self.stop.gently.cancelled() => return,
            () = self.stop.now.cancelled() => return,
        };
        match shaken {
            Ok(Shaken::Plain(stream)) => self.speak(stream, &place, way).await,
            Ok(Shaken::Secure(stream)) => {
                let secure = Way {
                    secure: true,
                    ..way
                };
                self.speak(*stream, &place, secure).await;
            }
            Err(error) => tracing::debug!(%error, "a connection was not begun"),
        }
    }

    /// Finds out whether a connection begins with TLS, and begins it.
    async fn shake_hands(&self, stream: TcpStream, pace: &Pace) -> io::Result<Shaken> {
        let acceptor = match &self.door {
            Door::Network(acceptor) => acceptor.clone(),
            Door::Loopback(acceptor) => {
                let acceptor = acceptor.read().unwrap_or_else(PoisonError::into_inner);
                match acceptor.clone() {
                    Some(acceptor) => acceptor,
                    None => return Ok(Shaken::Plain(stream)),
                }
            }
        };
        let limits = self.front.limits();
        let mut first = [0];
        let peeked = tokio::time::timeout(limits.idle_time, stream.peek(&mut first)).await;
        if peeked.is_err() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if first != [TLS_HANDSHAKE] {
            return match &self.door {
                Door::Loopback(_) => Ok(Shaken::Plain(stream)),
                Door::Network(_) => Err(io::ErrorKind::InvalidData.into()),
            };
        }
        pace.head();
        let handshake = tokio::time::timeout(limits.handshake_time, acceptor.accept(stream)).await;
        let stream = handshake.map_err(|_| io::ErrorKind::TimedOut)??;
        pace.shaken();
        Ok(Shaken::Secure(Box::new(stream)))
    }

    /// Speaks HTTP until the connection ends.
    async fn speak<S>(&self, stream: S, place: &Place, way: Way)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let limits = self.front.limits();
        let io = TokioIo::new(PacedStream::new(stream, Arc::clone(&place.pace), limits));
        let builder = http1_builder(limits);
        let service = service_fn(|request| {
            let answer = Arc::clone(&self.front).answer(request, Arc::clone(&place.pace), way);
            async { Ok::<_, Infallible>(answer.await) }
        });
        let mut connection = pin!(builder.serve_connection(io, service));
        let asked_to_end = async {
            tokio::select! {
                () = place.make_room.cancelled() => {}
                () = self.stop.gently.cancelled() => {}
            }
        };
        let told_to_end = async {
            tokio::select! {
                () = place.give_up.cancelled() => {}
                () = self.stop.now.cancelled() => {}
            }
        };
        let mut told_to_end = pin!(told_to_end);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = told_to_end.as_mut() => return,
            () = asked_to_end => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection.as_mut() => ended,
                    () = told_to_end => return,
                }
            }
        };
        if let Err(error) = ended {
            // A peer that goes away or stands still is everyday life.
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// A connection that has begun.
enum Shaken {
    Plain(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
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
