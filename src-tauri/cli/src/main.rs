//! The terminal face of Stave: `stave serve` without a window, and every action from a shell.

mod args;
mod commands;
mod connect;
mod context;
mod doctor;
mod durations;
mod failure;
mod location;
mod names;
mod output;
mod prompt;
mod run;
mod shown;
mod signals;
mod transfer;
mod vault;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    run::run(args::Cli::parse())
}
