//! The endpoint as the window and the terminal hold it: started, told where it is, shut down.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use secrecy::SecretString;
use stave_model::{AccessKeyId, Timestamp, UserName};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access_logs::AccessLogs;
use crate::cors::Refusals;
use crate::guard::Hosts;
use crate::inspector::Inspector;
use crate::listen::listen;
use crate::network::{NetworkShare, ShareError};
use crate::options::{EndpointOptions, StartError, TakenPort};
use crate::s3::Simulator;
use crate::server::{Connections, Door, Front, Server};
use crate::sessions::Sessions;
use crate::tls::{Acceptor, TlsError, TlsIdentity};

/// A listening endpoint. Dropping it closes every connection at once; [`Endpoint::shutdown`] lets requests
/// in progress end.
pub struct Endpoint {
    port: u16,
    options: EndpointOptions,
    instead_of: Option<TakenPort>,
    sessions: Arc<Sessions>,
    access_logs: Arc<AccessLogs>,
    tls: Arc<RwLock<Option<Acceptor>>>,
    cors_refusals: Arc<Refusals>,
    tasks: TaskTracker,
    stop: Stop,
}

/// The two ways to stop: after the requests in progress, or now.
#[derive(Clone, Default)]
pub(crate) struct Stop {
    pub(crate) gently: CancellationToken,
    pub(crate) now: CancellationToken,
}

impl Stop {
    /// Makes the two ways to stop a part: with the whole, or alone.
    fn of_child(&self) -> Self {
        Self {
            gently: self.gently.child_token(),
            now: self.now.child_token(),
        }
    }
}

impl Endpoint {
    /// Listens on 127.0.0.1 and `[::1]` and serves until shut down. Call it within a tokio runtime.
    pub async fn start(options: EndpointOptions) -> Result<Self, StartError> {
        let port = options.port;
        // Naming the holder of a taken port reads the tables of the system.
        let listening = tokio::task::spawn_blocking(move || listen(port)).await;
        let listeners = listening.map_err(|e| StartError::Listen(e.into()))??;
        let hosts = Hosts::new(listeners.port, &options.hosts)?;
        let acceptor = options.tls.as_ref().map(Acceptor::new).transpose()?;
        let mut endpoint = Self {
            port: listeners.port,
            instead_of: listeners.instead_of,
            sessions: Arc::new(Sessions::default()),
            access_logs: Arc::new(AccessLogs::new(&options)),
            tls: Arc::new(RwLock::new(acceptor)),
            cors_refusals: Arc::default(),
            tasks: TaskTracker::new(),
            stop: Stop::default(),
            options,
        };
        let front = endpoint.front(hosts);
        endpoint.cors_refusals = front.cors_refusals();
        let server = Server {
            front,
            connections: Connections::new(endpoint.options.limits.connections),
            door: Door::Loopback(Arc::clone(&endpoint.tls)),
            tasks: endpoint.tasks.clone(),
            stop: endpoint.stop.clone(),
        };
        let sockets: Vec<TcpListener> = [Some(listeners.v4), listeners.v6]
            .into_iter()
            .flatten()
            .collect();
        for socket in sockets {
            endpoint.tasks.spawn(server.clone().accept(socket));
        }
        let access_logs = Arc::clone(&endpoint.access_logs);
        endpoint.tasks.spawn(access_logs.run(endpoint.stop.clone()));
        Ok(endpoint)
    }

    fn front(&self, hosts: Hosts) -> Arc<Front> {
        let (sessions, logs) = (Arc::clone(&self.sessions), Arc::clone(&self.access_logs));
        Arc::new(Front::new(self.options.clone(), hosts, sessions, logs))
    }

    /// Returns the URL that clients take as `endpoint_url`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the region of credential scopes.
    pub fn region(&self) -> &str {
        &self.options.region
    }

    /// Returns what tells who may do what, as this endpoint decides it.
    pub fn simulator(&self) -> Simulator {
        Simulator::of(&self.options)
    }

    /// Returns where requests are told to whoever inspects them.
    pub fn inspector(&self) -> Arc<Inspector> {
        Arc::clone(&self.options.inspector)
    }

    /// Speaks TLS with this certificate from the next connection on, beside plain HTTP; `None` ends that.
    pub fn set_tls(&self, identity: Option<&TlsIdentity>) -> Result<(), TlsError> {
        let acceptor = identity.map(Acceptor::new).transpose()?;
        *self.tls.write().unwrap_or_else(PoisonError::into_inner) = acceptor;
        Ok(())
    }

    /// Returns the SHA-256 of the certificate in use, in lower-case hex.
    pub fn tls_sha256(&self) -> Option<String> {
        let acceptor = self.tls.read().unwrap_or_else(PoisonError::into_inner);
        acceptor
            .as_ref()
            .map(|acceptor| acceptor.sha256().to_owned())
    }

    /// Answers to links, and to nothing else, on an address of this machine that others reach, by TLS, until
    /// `until`. It ends with this endpoint at the latest.
    pub async fn share_on_network(
        &self,
        address: SocketAddr,
        until: Timestamp,
        identity: &TlsIdentity,
    ) -> Result<NetworkShare, ShareError> {
        let acceptor = Acceptor::new(identity)?;
        // As on loopback: the system may take its time to say whether an address is ours.
        let binding = tokio::task::spawn_blocking(move || NetworkShare::bind(address)).await;
        let socket = binding.map_err(|error| ShareError::Listen(error.into()))??;
        let address = socket.local_addr().map_err(ShareError::Listen)?;
        let stop = self.stop.of_child();
        let server = Server {
            front: self.front(Hosts::exactly(address)),
            connections: Connections::new(NetworkShare::CONNECTIONS),
            door: Door::Network(acceptor.clone()),
            tasks: TaskTracker::new(),
            stop,
        };
        NetworkShare::start(socket, server, until, acceptor.sha256())
    }

    /// Returns the preferred port and who has it, where another was chosen in its place.
    pub fn instead_of(&self) -> Option<&TakenPort> {
        self.instead_of.as_ref()
    }

    /// Returns what it was started with.
    pub(crate) fn options(&self) -> &EndpointOptions {
        &self.options
    }

    /// Returns the credentials of this process.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Returns what CORS rules kept out.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.cors_refusals
    }

    /// Mints a credential for `user` that lives in memory, as long as this endpoint.
    pub fn add_session(&self, user: UserName) -> (AccessKeyId, SecretString) {
        self.sessions.add(user)
    }

    /// Stops accepting, lets the requests in progress end, and closes what is left after the limit. Then what
    /// is left of the access logs is delivered, within the same limit.
    pub async fn shutdown(&self) {
        self.stop.gently.cancel();
        self.tasks.close();
        let ended =
            tokio::time::timeout(self.options.limits.shutdown_time, self.tasks.wait()).await;
        self.stop.now.cancel();
        if ended.is_err() {
            self.tasks.wait().await;
        }
        let delivered = self.access_logs.deliver();
        if tokio::time::timeout(self.options.limits.shutdown_time, delivered)
            .await
            .is_err()
        {
            tracing::warn!("the last access logs could not be delivered in time");
        }
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.stop.now.cancel();
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("port", &self.port)
            .field("region", &self.options.region)
            .finish_non_exhaustive()
    }
}
