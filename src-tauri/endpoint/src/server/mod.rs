//! HTTP: connections, their limits, and what every answer has in common.

mod answer;
mod body;
mod connection;
mod front;
mod log;
mod notes;
mod pace;
mod raw_head;

pub(crate) use answer::Refusal;
pub(crate) use body::BodyFault;
pub(crate) use connection::accept;
pub(crate) use front::Front;
pub(crate) use notes::{note_caller, note_failure, noted_caller};
