//! The endpoint on the network, for links alone: a listener of its own that somebody asked for, with TLS and
//! an end. What is on loopback stays on loopback.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use stave_model::{Clock as _, SystemClock, Timestamp};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use crate::endpoint::Stop;
use crate::listen::bind;
use crate::server::Server;
use crate::tls::{TlsError, sees_certificate};

/// How long requests in progress may go on when the end has come: a download that has begun is worth more
/// than the minute, and an open body must not hold the share open for ever.
const GRACE: Duration = Duration::from_mins(1);

/// Why nothing was shared.
#[derive(Debug, Error)]
pub enum ShareError {
    /// The address stands for all of them, and no link could name it.
    #[error("{0} is not one address of this computer")]
    Unspecified(SocketAddr),
    /// The end has come already.
    #[error("the end of the share has come already")]
    Over,
    /// The address is not one of this computer's.
    #[error("{0} is not an address of this computer")]
    NotOurs(SocketAddr),
    /// Another program listens there.
    #[error("{0} is taken by another program")]
    Taken(SocketAddr),
    /// Listening failed.
    #[error("listening on the network failed")]
    Listen(#[source] io::Error),
    /// The certificate cannot be used.
    #[error("the certificate of the share cannot be used")]
    Tls(#[from] TlsError),
}

/// A share on the network. It ends by itself, when it is stopped, or when it is dropped.
pub struct NetworkShare {
    address: SocketAddr,
    until: Timestamp,
    sha256: String,
    tasks: TaskTracker,
    stop: Stop,
}

impl NetworkShare {
    /// Connections at one time: those of the network take none of the loopback's.
    pub(crate) const CONNECTIONS: usize = 64;

    /// Listens on one address.
    pub(crate) fn bind(address: SocketAddr) -> Result<TcpListener, ShareError> {
        if address.ip().is_unspecified() {
            return Err(ShareError::Unspecified(address));
        }
        bind(address).map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => ShareError::Taken(address),
            ErrorKind::AddrNotAvailable => ShareError::NotOurs(address),
            _ => ShareError::Listen(error),
        })
    }

    /// Serves until the end.
    pub(crate) fn start(
        socket: TcpListener,
        server: Server,
        until: Timestamp,
        sha256: &str,
    ) -> Result<Self, ShareError> {
        let left_ms = until.as_millis() - SystemClock.now().as_millis();
        let left_ms = u64::try_from(left_ms).map_err(|_| ShareError::Over)?;
        let share = Self {
            address: socket.local_addr().map_err(ShareError::Listen)?,
            until,
            sha256: sha256.to_owned(),
            tasks: server.tasks.clone(),
            stop: server.stop.clone(),
        };
        let stop = server.stop.clone();
        let end = async move {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(left_ms)) => {}
                () = stop.gently.cancelled() => {}
                () = stop.now.cancelled() => return,
            }
            stop.gently.cancel();
            tokio::select! {
                () = tokio::time::sleep(GRACE) => stop.now.cancel(),
                () = stop.now.cancelled() => {}
            }
        };
        tokio::spawn(end);
        share.tasks.spawn(server.accept(socket));
        share.tasks.close();
        Ok(share)
    }

    /// Returns the address that links name.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what links to the share begin with.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Returns when it ends by itself.
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// Returns the SHA-256 of its certificate in lower-case hex.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Returns whether it takes connections.
    pub fn is_running(&self) -> bool {
        !self.stop.gently.is_cancelled() && !self.stop.now.is_cancelled()
    }

    /// Returns whether a connection from this computer to the address meets this share: a firewall of this
    /// computer, or another program, stands between in no other way. Takes three seconds at most.
    pub async fn reachable(&self) -> bool {
        self.is_running() && sees_certificate(self.address, &self.sha256).await
    }

    /// Ends it, and every connection to it, at once.
    pub async fn stop(&self) {
        self.stop.gently.cancel();
        self.stop.now.cancel();
        self.tasks.wait().await;
    }
}

impl Drop for NetworkShare {
    fn drop(&mut self) {
        self.stop.now.cancel();
    }
}

impl fmt::Debug for NetworkShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetworkShare")
            .field("address", &self.address)
            .field("until", &self.until)
            .field("sha256", &self.sha256)
            .finish_non_exhaustive()
    }
}
