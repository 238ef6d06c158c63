//! The desktop shell: a window over one vault. Commands check what the window asks and pass it to
//! the store; transfers, listings and previews live here because they serve the window alone.

mod access;
mod args;
mod bucket_settings;
mod commands;
mod deleting;
mod drops;
mod errors;
mod events;
mod feed;
mod gate;
mod keeper;
mod listing;
mod moving;
mod offered;
mod opening;
mod preview;
mod session;
mod settings;
mod sharing;
mod shell;
mod snippets;
mod transfers;
mod tray;
mod undo;
mod uploads;
mod versions;
mod views;

#[cfg(test)]
mod testing;

pub use shell::run;
