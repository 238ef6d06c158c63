//! Core dumps: once a vault was open, this process leaves none, for its keys would be in it.

/// Lets the system write no core dump of this process. Where it cannot be told so, nothing is lost but
/// that.
#[cfg(unix)]
pub(crate) fn refuse() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
}

/// Windows writes none unless an administrator asked for them.
#[cfg(not(unix))]
pub(crate) fn refuse() {}
