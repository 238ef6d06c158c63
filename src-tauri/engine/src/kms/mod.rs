//! The key service: its keys, who may use them, and the record of each use.

mod objects;

pub(crate) use objects::{ObjectUse, SealingKey};
