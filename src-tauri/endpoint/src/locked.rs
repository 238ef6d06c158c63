//! What is answered while the vault is locked: that it is, and how it is unlocked. The endpoint stays, so that
//! clients go on where they were.

use std::sync::Arc;

use hyper::StatusCode;

use crate::server::Refusal;

/// Tells whether the vault is locked; asked at each request.
pub type LockProbe = Arc<dyn Fn() -> bool + Send + Sync>;

/// What a client is told.
pub(crate) const MESSAGE: &str = "The vault of this endpoint is locked. Unlock it in the window of \
     Stave or with `stave vault unlock`; then requests are answered again.";

/// When a client may ask again, in seconds.
pub(crate) const RETRY_SECS: u32 = 5;

/// Returns the refusal of everything that comes meanwhile.
pub(crate) fn refusal() -> Refusal {
    Refusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "ServiceUnavailable",
        MESSAGE,
    )
}
