//! `cargo xtask test`: installs what the tests need and runs them all.

use std::path::Path;
use std::process::Command;

use crate::clients::install;
use crate::command::{Outcome, run};
use crate::lint;
use crate::packages::{Need, ensure};
use crate::steps::{Step, run_all};
use crate::ui;
use crate::workspace::{cargo, program, root};

const STEPS: &[Step] = &[
    Step {
        name: "packages",
        long: false,
        action: packages,
    },
    Step {
        name: "rustfmt",
        long: false,
        action: lint::rust_format,
    },
    Step {
        name: "screens-build",
        long: false,
        action: ui::build,
    },
    Step {
        name: "build",
        long: false,
        action: build,
    },
    Step {
        name: "rust-tests",
        long: false,
        action: rust_tests,
    },
    Step {
        name: "keychain",
        long: false,
        action: keychain,
    },
    Step {
        name: "clients",
        long: false,
        action: clients,
    },
    Step {
        name: "browser",
        long: false,
        action: browser,
    },
    Step {
        name: "screens-lint",
        long: false,
        action: lint::screens,
    },
    Step {
        name: "screens-unit",
        long: false,
        action: screens_unit,
    },
    Step {
        name: "screens-e2e",
        long: false,
        action: screens_e2e,
    },
    Step {
        name: "desktop",
        long: false,
        action: desktop,
    },
    Step {
        name: "clippy",
        long: false,
        action: lint::clippy,
    },
    Step {
        name: "deny",
        long: false,
        action: lint::deny,
    },
    Step {
        name: "long",
        long: true,
        action: long,
    },
    Step {
        name: "clients-long",
        long: true,
        action: clients_long,
    },
];

/// Runs the steps that `arguments` choose: `--all` adds the long ones, `--only STEP` picks, `--list` tells their names.
pub fn test(arguments: &[String]) -> Outcome {
    let mut only = Vec::new();
    let mut all = false;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--all" => all = true,
            "--list" => {
                for step in STEPS {
                    println!(
                        "{}{}",
                        step.name,
                        if step.long { "  (with --all)" } else { "" }
                    );
                }
                return Ok(());
            }
            "--only" => only.push(
                rest.next()
                    .ok_or("--only takes the name of a step; see --list")?
                    .clone(),
            ),
            other => {
                return Err(format!(
                    "test does not know {other:?}; it takes --all, --only STEP and --list"
                ));
            }
        }
    }
    if let Some(unknown) = only
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        return Err(format!("there is no step {unknown:?}; see --list"));
    }
    let chosen = |step: &&Step| {
        if only.is_empty() {
            all || !step.long
        } else {
            only.iter().any(|name| name == step.name)
        }
    };
    run_all(&STEPS.iter().filter(chosen).collect::<Vec<_>>())
}

fn packages() -> Outcome {
    ensure(Need::Tests)
}

/// Builds the programs. Here and below always the whole workspace: a choice of packages would choose other features of
/// the libraries, and build them again.
fn build() -> Outcome {
    run(&mut cargo("build --quiet --workspace --bins"))
}

fn rust_tests() -> Outcome {
    run(&mut with_programs(cargo(
        "test --quiet --workspace --no-fail-fast",
    )))
}

/// Runs the tests of the keychain inside a session bus of their own with a real Secret Service.
fn keychain() -> Outcome {
    if !cfg!(target_os = "linux") {
        return run(
            cargo("test --quiet --workspace --test keychain").env("STAVE_TEST_KEYRING", "1")
        );
    }
    let inner = cargo("test --quiet --workspace --test keychain");
    run(in_session(&inner, false).env("STAVE_TEST_KEYRING", "1"))
}

/// Drives the real clients against the built program.
fn clients() -> Outcome {
    let mut tests = with_programs(cargo("test --quiet --workspace --test clients"));
    run(install()?.told_to(&mut tests))
}

/// Lets pages loose on the built program in a real Chromium.
fn browser() -> Outcome {
    if !cfg!(target_os = "linux") {
        eprintln!("Not run: pages are opened in the Chromium of Linux only.");
        return Ok(());
    }
    ui::install()?;
    let inner = cargo("test --quiet --workspace --test browser -- --nocapture");
    run(with_programs(inner).env("STAVE_TEST_BROWSER", "1"))
}

/// Drives those as well that take long.
fn clients_long() -> Outcome {
    let mut tests = with_programs(cargo("test --quiet --workspace --test clients"));
    run(install()?.told_to(tests.env("STAVE_TEST_LONG", "1")))
}

fn screens_unit() -> Outcome {
    ui::install()?;
    run(&mut ui::npm("run test")?)
}

fn screens_e2e() -> Outcome {
    ui::build()?;
    run(&mut ui::npm("run e2e")?)
}

/// Drives the real window on a virtual display, with a keychain of its own.
fn desktop() -> Outcome {
    if !cfg!(target_os = "linux") {
        eprintln!("Not run: the window is driven on Linux only.");
        return Ok(());
    }
    ui::build()?;
    let inner = cargo("test --quiet --workspace --test desktop -- --test-threads 1 --nocapture");
    run(with_programs(in_session(&inner, true)).env("STAVE_TEST_DESKTOP", "1"))
}

/// Runs the suites that take long: many kills, many keys, large bodies.
fn long() -> Outcome {
    run(with_programs(cargo("test --release --quiet -p stave-tests")).env("STAVE_TEST_LONG", "1"))
}

/// Tells the suites where the built programs are.
fn with_programs(mut command: Command) -> Command {
    command
        .env("STAVE_BIN", program("debug", "stave"))
        .env("STAVE_APP_BIN", program("debug", "stave-app"));
    command
}

/// Wraps a command in a session bus with an unlocked keychain, and for the window in a virtual display.
fn in_session(inner: &Command, display: bool) -> Command {
    let script = root().join("tests/session.sh");
    let mut outer = if display {
        let mut outer = Command::new("xvfb-run");
        outer.args([
            "-a",
            "-s",
            "-screen 0 1280x900x24",
            "dbus-run-session",
            "--",
        ]);
        outer
    } else {
        let mut outer = Command::new("dbus-run-session");
        outer.arg("--");
        outer
    };
    outer
        .arg("bash")
        .arg(Path::new(&script))
        .arg(inner.get_program())
        .args(inner.get_args());
    for (name, value) in inner.get_envs() {
        if let Some(value) = value {
            outer.env(name, value);
        }
    }
    outer.current_dir(root());
    outer
}
