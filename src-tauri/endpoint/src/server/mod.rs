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
pub(crate) use connection::{Door, Server};
pub(crate) use connections::Connections;
pub(crate) use front::Front;
pub(crate) use notes::{
    Way, actor, is_link, links_only, note_claim, note_cors, note_decision, note_failure,
    note_operation, note_session, note_string_to_sign, note_verified, secure,
};
pub(crate) use page::{Fault, NestedFault};
