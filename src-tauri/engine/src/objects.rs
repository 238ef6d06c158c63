//! Objects: one file for each thing that is done with them.

mod acl;
mod copy;
mod delete;
mod find;
mod get;
mod list;
mod parts;
mod put;
mod reading;
mod record;
mod reencrypt;
mod source;
mod tags;

pub(crate) use get::{OpenBody, Opened};
pub(crate) use list::PAGE_MAX;
pub(crate) use reading::Reading;
pub(crate) use record::{Draft, DraftPart, NewBlob, PartKey, Recorder, check_conditions, told};
pub(crate) use source::Source;
