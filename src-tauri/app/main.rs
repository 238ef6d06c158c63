//! The desktop program.

// Windows opens a console beside a program unless it says that it needs none.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    stave_app::run()
}
