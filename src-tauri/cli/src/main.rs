//! The terminal face of Stave: `stave serve` without a window, and every action from a shell.

mod access;
mod args;
mod commands;
mod connect;
mod context;
mod doctor;
mod durations;
mod encryption;
mod engine_control;
mod failure;
mod key_service;
mod location;
mod names;
mod output;
mod prompt;
mod run;
mod secrets;
mod shown;
mod signals;
mod signed_json;
mod transfer;
mod vault;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    run::run(args::Cli::parse())
}
