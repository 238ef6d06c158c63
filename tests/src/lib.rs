//! The testkit: the built program as a server, a signing client for it, and small trees of files.
//! The suites of this crate import every other crate; none imports this one.

#![expect(
    clippy::missing_panics_doc,
    reason = "a testkit fails a test by a panic, everywhere"
)]

pub mod client;
pub mod files;
pub mod server;
