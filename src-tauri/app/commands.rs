//! What the window may ask, one function for each name in `build.rs`. They check their arguments, ask the session, and
//! hold no rules of their own.

pub mod about;
pub mod buckets;
pub mod developer;
pub mod listing;
pub mod objects;
pub mod sharing;
pub mod transfers;
pub mod vault;
