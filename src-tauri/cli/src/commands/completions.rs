//! `stave completions`.

use clap::CommandFactory as _;

use crate::args::{Cli, Completions};
use crate::context::Context;
use crate::failure::Outcome;

/// Prints the completions of a shell.
pub fn completions(context: &mut Context, args: &Completions) -> Outcome {
    // Into memory first: the generator panics where its output cannot be written.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "stave", &mut script);
    context.output.bytes(&script)
}
