//! The S3 endpoint of Stave: HTTP on the loopback interface alone. [`Endpoint`] listens, a guard refuses
//! what a web page or a broken client may send, s3s parses and verifies, one operation each turns a request
//! into the words of `store::Store`. [`presign`] makes links, [`control`] is the socket by which a second
//! `stave` command finds the running process.

pub mod control;
pub mod presign;

mod access_logs;
mod dialect;
mod endpoint;
mod guard;
#[cfg_attr(target_os = "linux", path = "holder_linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "holder_other.rs")]
mod holder;
mod listen;
mod options;
mod s3;
mod server;
mod sessions;

pub use dialect::Dialect;
pub use endpoint::Endpoint;
pub use options::{
    DEFAULT_REGION, EndpointOptions, Limits, PortChoice, PortHolder, StartError, TakenPort,
};
