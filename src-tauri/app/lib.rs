//! The desktop shell: a window over one vault. Commands check what the window asks and pass it to
//! the store; transfers, listings and previews live here because they serve the window alone.

mod access;
mod args;
mod audit;
mod bucket_policy;
mod bucket_settings;
mod certificates;
mod commands;
mod cors;
mod customer_keys;
mod deleting;
mod drops;
mod encryption;
mod errors;
mod events;
mod feed;
mod gate;
mod identities;
mod json;
mod keeper;
mod key_policy;
mod keys;
mod link_urls;
mod links;
mod listing;
mod moving;
mod offered;
mod opening;
mod policy_templates;
mod policy_text;
mod port_events;
mod preview;
mod public_access;
mod scrub;
mod session;
mod settings;
mod sharing;
mod sheet;
mod shell;
mod simulating;
mod snippets;
#[cfg_attr(target_os = "linux", path = "suspend_linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "suspend_other.rs")]
mod suspend;
mod transfers;
mod tray;
mod undo;
mod uploads;
mod versions;
mod views;

#[cfg(test)]
mod testing;

pub use shell::run;
