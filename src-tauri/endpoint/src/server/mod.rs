//! HTTP: connections, their limits, and what every answer has in common.

mod answer;
mod body;
mod chunks;
mod connection;
mod connections;
mod front;
mod log;
mod notes;
mod pace;
mod page;
mod raw_head;

pub(crate) use answer::{Refusal, push_element};
pub(crate) use body::BodyFault;
pub(crate) use connection::accept;
pub(crate) use connections::Connections;
pub(crate) use front::Front;
pub(crate) use notes::{actor, note_claim, note_failure, note_verified};
pub(crate) use page::{Fault, NestedFault};
