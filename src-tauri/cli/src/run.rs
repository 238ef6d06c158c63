//! One command from its start to its exit code.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use tracing_subscriber::EnvFilter;

use crate::args::{Cli, Command};
use crate::commands;
use crate::context::{Context, OpenUploads};
use crate::failure::{Exit, Failure, Outcome, Stop};
use crate::output::{Format, Output};

/// How long an interrupted command takes to abort its uploads.
const CLEAN_UP_TIME: Duration = Duration::from_secs(5);

/// Runs a command and returns its exit code.
pub fn run(cli: Cli) -> ExitCode {
    log_to_stderr(&cli.command);
    let format = if cli.global.json {
        Format::Json
    } else {
        Format::Text
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::failed("Cannot start.").because(&error);
            failure.tell(format);
            return ExitCode::from(Exit::Failed as u8);
        }
    };
    let code = runtime.block_on(one_command(cli, format));
    // A read of the terminal that nobody waits for any more must not hold the process.
    runtime.shutdown_background();
    code
}

async fn one_command(cli: Cli, format: Format) -> ExitCode {
    let mut context = Context {
        output: Output::new(format, cli.global.quiet),
        global: cli.global,
        uploads: OpenUploads::default(),
    };
    let uploads = context.uploads.clone();
    let outcome = tokio::select! {
        outcome = to_the_end(&mut context, cli.command) => outcome,
        () = interrupted(&uploads) => {
            let _ = tokio::time::timeout(CLEAN_UP_TIME, uploads.abort_all()).await;
            return ExitCode::from(Exit::Interrupted as u8);
        }
    };
    match outcome {
        Ok(()) | Err(Stop::PipeClosed) => ExitCode::SUCCESS,
        Err(Stop::Failed(failure)) => {
            failure.tell(format);
            ExitCode::from(failure.exit as u8)
        }
    }
}

/// Runs the command, and writes out what it printed even where it failed.
async fn to_the_end(context: &mut Context, command: Command) -> Outcome {
    let outcome = commands::run(context, command).await;
    let flushed = context.output.flush();
    outcome.and(flushed)
}

/// Waits for an interrupt of a copy. Other commands leave nothing half done, and a server has signals
/// of its own.
async fn interrupted(uploads: &OpenUploads) {
    uploads.begun().await;
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system ends the process by itself.
        std::future::pending::<()>().await;
    }
}

/// Logs go to standard error: all of them for a server, warnings for a command. `STAVE_LOG` has the
/// last word.
fn log_to_stderr(command: &Command) {
    let default = match command {
        Command::Serve(_) => "info",
        _ => "error",
    };
    let filter = EnvFilter::try_from_env("STAVE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
        .init();
}
