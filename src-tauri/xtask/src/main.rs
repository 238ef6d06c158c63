//! The task runner of Stave: `cargo xtask run`, `cargo xtask test` and the tasks that they are made of.
//! It installs what a task needs, says aloud what it installs, and is quick the second time.

mod bench;
mod clients;
mod command;
mod conformance;
mod lint;
mod packages;
mod python;
mod run;
mod steps;
mod test;
mod ui;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask TASK

  run [--headless] [--release] [-- ARGS]   open the app; --headless serves the endpoint without a window
  test [--all] [--only STEP]... [--list]   install what the tests need and run them; --all adds the long ones
  lint                                     rustfmt, clippy, licences and bans, the screens' linters
  fmt                                      format everything
  bindings                                 make the TypeScript bindings of the commands again
  icons                                    make the icon files of icons/stave.svg again
  bench [ARGS]                             measure this build, or any S3 endpoint (see bench --help)
  conformance --suite DIR [ARGS]           run the public S3 suite ceph/s3-tests against this build (see docs/CONFORMANCE.md)
  dist                                     build the installable package for this system
";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = if arguments.is_empty() {
        String::new()
    } else {
        arguments.remove(0)
    };
    let outcome = match task.as_str() {
        "run" => run::run(&arguments),
        "test" => test::test(&arguments),
        "lint" => lint::lint(),
        "fmt" => lint::format(),
        "bindings" => ui::bindings(),
        "icons" => ui::icons(),
        "bench" => bench::bench(&arguments),
        "conformance" => conformance::conformance(&arguments),
        "dist" => ui::dist(),
        "" | "help" | "-h" | "--help" => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        other => Err(format!("there is no task {other:?}\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
