//! The control socket of a running process: how a second `stave` command, or a script of the same user,
//! finds the endpoint, manages access keys, and locks, unlocks and checks the vault that is open elsewhere. One JSON object a line,
//! one answer a request. It is no way round authorisation: it hands out credentials, and S3 is spoken with
//! those.

mod access;
mod audit;
mod client;
mod handler;
mod messages;
mod server;
mod simulate;
#[cfg_attr(unix, path = "socket_unix.rs")]
#[cfg_attr(windows, path = "socket_windows.rs")]
mod socket;
mod vault;

pub use access::{
    AccessAnswer, AccessDesk, AccessRequest, IdentityInfo, LinkAddress, LinkInfo, LinkTargetInfo,
    LinkWish, SessionInfo, VisitInfo, answer_access,
};
pub use audit::{AuditCheck, AuditEntry, AuditFaultInfo, AuditFilter, AuditRequest};
pub use client::call;
pub use handler::LocalControl;
pub use messages::{
    BucketUsageInfo, Failure, FailureCode, KeyInfo, KeyStatus, KeyUsageInfo, KeyUseInfo, Request,
    Response, Secret, StatusInfo, VersionUsageInfo,
};
pub use server::{ControlHandler, ControlServer, serve};
pub use simulate::{SimulatedInfo, SimulationInfo, StepInfo, answer_simulation};
pub use vault::{ScrubInfo, UnlockBy, VaultControl, VaultInfo, VaultRequest};

use thiserror::Error;

/// The address that links are told for while nothing serves the vault: the one that is tried first.
pub const USUAL_ENDPOINT: &str = "http://127.0.0.1:9000";

/// The longest line that either side reads.
pub(crate) const LINE_MAX_BYTES: u64 = 1024 * 1024;

/// Why the control socket did not work.
#[derive(Debug, Error)]
pub enum ControlError {
    /// Nobody listens: no process has the vault open.
    #[error("no running process listens on the control socket")]
    NotRunning,
    /// Another process listens on the socket already.
    #[error("another process listens on the control socket already")]
    InUse,
    /// The system failed.
    #[error("the control socket failed while {doing}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The other side does not speak this protocol.
    #[error("the other side of the control socket sent something else than an answer")]
    Malformed(#[from] serde_json::Error),
    /// The other side closed before it answered.
    #[error("the other side of the control socket closed before it answered")]
    Closed,
    /// The other side did not answer in time.
    #[error("the other side of the control socket did not answer in time")]
    TimedOut,
}

impl ControlError {
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}
