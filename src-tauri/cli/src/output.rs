//! What is printed: text for people or one JSON object on each line, and a quiet end where nobody
//! reads on.

use std::fmt;
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Stdout, Write as _};

use serde::Serialize;

use crate::failure::{Failure, Outcome, Stop};
use crate::transfer::Progress;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Lines for people.
    Text,
    /// One JSON object on each line.
    Json,
}

/// Standard output, and remarks on standard error.
pub struct Output {
    format: Format,
    quiet: bool,
    to: BufWriter<Stdout>,
}

impl Output {
    /// Makes the output that the command line asks for.
    pub fn new(format: Format, quiet: bool) -> Self {
        Self {
            format,
            quiet,
            to: BufWriter::new(io::stdout()),
        }
    }

    /// Returns whether results are JSON.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Shows how many items are done, to a person who watches.
    pub fn progress_of_items(&self) -> Progress {
        if self.is_watched() {
            Progress::of_items()
        } else {
            Progress::hidden()
        }
    }

    /// Returns whether a person watches standard error, and wants to see more than results.
    pub fn is_watched(&self) -> bool {
        self.format == Format::Text && !self.quiet && io::stderr().is_terminal()
    }

    /// Writes one result: `entry` as a line of JSON, or `text`.
    pub fn result<E: Serialize>(&mut self, entry: &E, text: impl fmt::Display) -> Outcome {
        match self.format {
            Format::Json => {
                let line = serde_json::to_string(entry).map_err(|e| unwritable(&e))?;
                self.line(line)
            }
            Format::Text => self.line(text),
        }
    }

    /// Writes one result that `--quiet` leaves out of the text.
    pub fn report<E: Serialize>(&mut self, entry: &E, text: impl fmt::Display) -> Outcome {
        if self.quiet && self.format == Format::Text {
            return Ok(());
        }
        self.result(entry, text)
    }

    /// Writes a line.
    pub fn line(&mut self, text: impl fmt::Display) -> Outcome {
        let written = writeln!(self.to, "{text}");
        written.map_err(|e| stopped(&e))
    }

    /// Writes bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Outcome {
        self.to.write_all(bytes).map_err(|e| stopped(&e))
    }

    /// Writes out what is held back.
    pub fn flush(&mut self) -> Outcome {
        self.to.flush().map_err(|e| stopped(&e))
    }

    /// Says something beside the result on standard error, to people alone.
    pub fn remark(&self, text: impl fmt::Display) {
        if self.format == Format::Text && !self.quiet {
            say(text);
        }
    }

    /// Says what went wrong without ending the command, on standard error.
    pub fn warn(&self, text: impl fmt::Display) {
        match self.format {
            Format::Text => say(format_args!("stave: {text}")),
            Format::Json => say(serde_json::json!({ "warning": text.to_string() })),
        }
    }
}

/// Writes a line to standard error. Where nobody reads it there is nobody to tell.
pub fn say(text: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A reader that went away has what it wanted; any other failure is one.
fn stopped(error: &io::Error) -> Stop {
    if error.kind() == ErrorKind::BrokenPipe {
        return Stop::PipeClosed;
    }
    unwritable(error)
}

fn unwritable(error: &dyn std::error::Error) -> Stop {
    Failure::failed("Cannot write to standard output.")
        .because(error)
        .cure("Check where the output goes, and that its disk has room.")
        .into()
}
