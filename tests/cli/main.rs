//! The built `stave` as a person and a script use it: what it prints, what it leaves, how it ends.
//! The program is the one that `STAVE_BIN` names, or the `stave` beside these tests: build it first
//! by `cargo build -p stave-cli`.

mod access_keys;
mod audit;
mod copies;
mod cors;
mod diagnose;
mod doctor;
mod encryption;
mod exits;
mod interrupts;
mod json;
mod keys;
mod kit;
mod links;
mod moves;
mod openings;
mod pipes;
mod serve;
mod settings;
mod signed_links;
mod simulate;
mod storage;
mod trees;
mod uploads;
mod users;
mod vault;

/// Makes two tests of each scenario: on a vault that the command opens itself, and on one that
/// another process serves.
macro_rules! served_or_not {
    ($($case:ident),* $(,)?) => {
        mod opened {
            $(#[test] fn $case() { super::$case(&crate::kit::Shell::opened()); })*
        }

        mod served {
            $(#[test] fn $case() { super::$case(&crate::kit::Shell::served()); })*
        }
    };
}
pub(crate) use served_or_not;
