//! The endpoint as the window and the terminal hold it: started, told where it is, shut down.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use stave_model::{AccessKeyId, UserName};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access_logs::AccessLogs;
use crate::cors::Refusals;
use crate::listen::listen;
use crate::options::{EndpointOptions, Limits, StartError, TakenPort};
use crate::server::{Connections, Front, accept};
use crate::sessions::Sessions;

/// A listening endpoint. Dropping it closes every connection at once; [`Endpoint::shutdown`] lets requests
/// in progress end.
pub struct Endpoint {
    port: u16,
    region: String,
    instead_of: Option<TakenPort>,
    sessions: Arc<Sessions>,
    limits: Limits,
    access_logs: Arc<AccessLogs>,
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

impl Endpoint {
    /// Listens on 127.0.0.1 and `[::1]` and serves until shut down. Call it within a tokio runtime.
    pub async fn start(options: EndpointOptions) -> Result<Self, StartError> {
        let port = options.port;
        // Naming the holder of a taken port reads the tables of the system.
        let listening = tokio::task::spawn_blocking(move || listen(port)).await;
        let listeners = listening.map_err(|e| StartError::Listen(e.into()))??;
        let sessions = Arc::new(Sessions::default());
        let mut endpoint = Self {
            port: listeners.port,
            region: options.region.clone(),
            instead_of: listeners.instead_of,
            sessions: Arc::clone(&sessions),
            limits: options.limits.clone(),
            access_logs: Arc::new(AccessLogs::new(&options)),
            cors_refusals: Arc::default(),
            tasks: TaskTracker::new(),
            stop: Stop::default(),
        };
        let connections = Connections::new(options.limits.connections);
        let access_logs = Arc::clone(&endpoint.access_logs);
        let front = Front::new(options, listeners.port, sessions, access_logs)?;
        endpoint.cors_refusals = front.cors_refusals();
        let front = Arc::new(front);
        let sockets: Vec<TcpListener> = [Some(listeners.v4), listeners.v6]
            .into_iter()
            .flatten()
            .collect();
        for socket in sockets {
            endpoint.tasks.spawn(accept(
                socket,
                Arc::clone(&front),
                Arc::clone(&connections),
                endpoint.tasks.clone(),
                endpoint.stop.clone(),
            ));
        }
        let access_logs = Arc::clone(&endpoint.access_logs);
        endpoint.tasks.spawn(access_logs.run(endpoint.stop.clone()));
        Ok(endpoint)
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
        &self.region
    }

    /// Returns the preferred port and who has it, where another was chosen in its place.
    pub fn instead_of(&self) -> Option<&TakenPort> {
        self.instead_of.as_ref()
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
        let ended = tokio::time::timeout(self.limits.shutdown_time, self.tasks.wait()).await;
        self.stop.now.cancel();
        if ended.is_err() {
            self.tasks.wait().await;
        }
        let delivered = self.access_logs.deliver();
        if tokio::time::timeout(self.limits.shutdown_time, delivered)
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
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
