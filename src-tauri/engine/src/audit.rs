//! The audit: one record of each use and each management of a key, in CloudTrail's shape, in a chain of
//! MACs.

mod chain;
mod event;
mod export;
mod look_up;
mod record;
mod service;

pub(crate) use chain::{append, begin};
pub(crate) use event::{Draft, Event, Resource, Via, event_json, time};
