//! Who signs: users and roles with their policies, access keys, sessions and links. Secrets are sealed by the
//! vault, and a MAC stands beside each row, so that rights which another hand gave count for nothing.

mod adopt;
mod identities;
mod keys;
mod links;
mod manage;
mod mint;
mod policies;
mod rows;
mod service;
mod sessions;
mod settings;
mod uses;

pub(crate) use adopt::adopt;
pub(crate) use rows::{Sealed, label, rights};
pub(crate) use sessions::end_old as end_old_sessions;
pub(crate) use settings::{label as setting_label, sealed_settings, set_sealed_setting};
pub(crate) use uses::KeyUses;
