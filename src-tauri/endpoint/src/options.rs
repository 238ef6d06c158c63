//! What an endpoint is started with, and why it may not start.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use stave_model::ObjectOwnership;
use stave_store::{AccessKeys, Audit, Identities, KeyService, Links, Store};
use thiserror::Error;

use crate::dialect::Dialect;
use crate::inspector::Inspector;
use crate::locked::LockProbe;
use crate::tls::{TlsError, TlsIdentity};

pub use stave_model::DEFAULT_REGION;

/// Which port to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortChoice {
    /// This one, or fail.
    Exactly(u16),
    /// This one, or the next free one of the twenty above it.
    PreferredOrNext(u16),
    /// One that the system chooses.
    Any,
}

/// What an endpoint is started with.
#[derive(Clone)]
pub struct EndpointOptions {
    /// Where objects are.
    pub store: Arc<dyn Store>,
    /// Who may sign.
    pub access_keys: Arc<dyn AccessKeys>,
    /// Users, roles and sessions; `None` knows nobody but those who have access keys, and no policies of theirs.
    pub identities: Option<Arc<dyn Identities>>,
    /// Links with keys of their own; `None` knows none.
    pub links: Option<Arc<dyn Links>>,
    /// The key service, which is spoken to as AWS KMS is; `None` offers none.
    pub key_service: Option<Arc<dyn KeyService>>,
    /// The audit, which is looked up as CloudTrail is; `None` offers none.
    pub audit: Option<Arc<dyn Audit>>,
    /// Tells whether the vault is locked, so that everything is refused meanwhile; `None` where it never is.
    pub is_locked: Option<LockProbe>,
    /// Where to listen.
    pub port: PortChoice,
    /// The region of credential scopes.
    pub region: String,
    /// Names beside the loopback ones that a `Host` header may carry, without port; each also with
    /// `<bucket>.` before it.
    pub hosts: Vec<String>,
    /// Whether forms signed by version 2 (`AWSAccessKeyId` and `signature`) are taken. AWS has retired that
    /// version; programs older than that sign nothing better. It opens nothing but forms.
    pub legacy_form_signatures: bool,
    /// Who owns what others write into a bucket that is made without a word about it.
    pub object_ownership: ObjectOwnership,
    /// Whose answers are given where S3 servers differ.
    pub dialect: Dialect,
    /// Where requests are told to whoever inspects them.
    pub inspector: Arc<Inspector>,
    /// With what the port speaks TLS beside plain HTTP; `None` speaks plain HTTP alone.
    pub tls: Option<TlsIdentity>,
    /// What is too much or too slow.
    pub limits: Limits,
}

impl EndpointOptions {
    /// Makes options with the default region, no further names and the default limits.
    pub fn new(store: Arc<dyn Store>, access_keys: Arc<dyn AccessKeys>, port: PortChoice) -> Self {
        Self {
            store,
            access_keys,
            identities: None,
            links: None,
            key_service: None,
            audit: None,
            is_locked: None,
            port,
            region: DEFAULT_REGION.to_owned(),
            hosts: Vec::new(),
            object_ownership: ObjectOwnership::default(),
            legacy_form_signatures: false,
            dialect: Dialect::default(),
            inspector: Arc::default(),
            tls: None,
            limits: Limits::default(),
        }
    }
}

impl fmt::Debug for EndpointOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointOptions")
            .field("port", &self.port)
            .field("region", &self.region)
            .field("hosts", &self.hosts)
            .field("object_ownership", &self.object_ownership)
            .field("legacy_form_signatures", &self.legacy_form_signatures)
            .field("dialect", &self.dialect)
            .field("tls", &self.tls)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// What is too much or too slow. Tests shrink these; people have no reason to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections at one time; more wait in the system's queue.
    pub connections: usize,
    /// Header lines of a request.
    pub headers: usize,
    /// Bytes of all header lines together.
    pub header_bytes: usize,
    /// Bytes of the request's target.
    pub uri_bytes: usize,
    /// Bytes of an XML body: a Complete of 10,000 parts or a delete of 1,000 long keys fits.
    pub xml_bytes: usize,
    /// From the first byte of a request's head to its last.
    pub head_time: Duration,
    /// From the first byte of a TLS connection to the end of its handshake.
    pub handshake_time: Duration,
    /// How long a connection, or a body that is read or written, may stand still.
    pub idle_time: Duration,
    /// How much of a body must arrive in each `idle_time` that is spent waiting for it.
    pub least_body_bytes: u64,
    /// How long a shutdown waits for requests in progress.
    pub shutdown_time: Duration,
    /// How often access logs are written into the buckets that take them.
    pub access_log_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            headers: 100,
            header_bytes: 16 * 1024,
            uri_bytes: 8 * 1024,
            xml_bytes: 2 * 1024 * 1024,
            head_time: Duration::from_secs(10),
            handshake_time: Duration::from_secs(10),
            idle_time: Duration::from_mins(1),
            least_body_bytes: 16 * 1024,
            shutdown_time: Duration::from_secs(10),
            access_log_interval: Duration::from_mins(1),
        }
    }
}

/// The process that listens on a port, as far as the system tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortHolder {
    /// Its process id.
    pub pid: u32,
    /// The name of its program.
    pub name: String,
}

impl fmt::Display for PortHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.name, self.pid)
    }
}

/// A port that could not be had, and who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenPort {
    /// The port.
    pub port: u16,
    /// Who listens there; `None` where the system does not tell.
    pub holder: Option<PortHolder>,
}

impl fmt::Display for TakenPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.holder {
            Some(holder) => write!(f, "port {} is taken by {holder}", self.port),
            None => write!(f, "port {} is taken by another program", self.port),
        }
    }
}

/// Why an endpoint did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The port asked for is taken.
    #[error("{0}")]
    PortTaken(TakenPort),
    /// The preferred port and the twenty above it are taken.
    #[error("{first}, and so are the {tried} ports above it")]
    NoFreePort {
        /// The preferred port.
        first: TakenPort,
        /// How many more were tried.
        tried: u16,
    },
    /// The system does not let this user listen there: ports below 1,024 are often kept for root.
    #[error("the system does not let this user listen on port {port}")]
    PortForbidden {
        /// The port.
        port: u16,
    },
    /// Listening failed.
    #[error("listening on the loopback interface failed")]
    Listen(#[source] std::io::Error),
    /// The certificate cannot be used.
    #[error("the certificate of the endpoint cannot be used")]
    Tls(#[from] TlsError),
    /// A name in `hosts` is no host name.
    #[error("{0:?} is not a host name")]
    HostName(String),
}
