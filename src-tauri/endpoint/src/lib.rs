//! The endpoint of Stave: HTTP on the loopback interface alone. [`Endpoint`] listens, a guard refuses what a
//! web page or a broken client may send. S3: s3s parses and verifies, one operation each turns a request into
//! the words of `store::Store`. [`kms`] and [`cloudtrail`]: JSON on the same port, and in process. [`presign`]
//! makes links, [`control`] is the socket by which a second `stave` command finds the running process.

pub mod cloudtrail;
pub mod control;
pub mod cors;
pub mod doctor;
pub mod kms;
pub mod presign;

mod access_logs;
mod dialect;
mod endpoint;
mod guard;
#[cfg_attr(target_os = "linux", path = "holder_linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "holder_other.rs")]
mod holder;
mod inspector;
mod json;
mod listen;
mod locked;
mod network;
mod options;
mod query_api;
mod s3;
mod server;
mod sessions;
mod signers;
mod tls;

pub use dialect::Dialect;
pub use endpoint::Endpoint;
pub use inspector::{Inspector, RequestRecord, SignedHow};
pub use json::JsonAnswer;
pub use locked::LockProbe;
pub use network::{NetworkShare, ShareError};
pub use options::{
    DEFAULT_REGION, EndpointOptions, Limits, PortChoice, PortHolder, StartError, TakenPort,
};
pub use s3::{
    Access, AccessOf, Decided, DecidedBy, SimulateError, Simulated, Simulation, Simulator, Step,
    known_operations, simulate_actions,
};
pub use tls::{TlsError, TlsIdentity};
