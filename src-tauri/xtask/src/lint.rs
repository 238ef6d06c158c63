//! What a machine can check of the code's form.

use std::process::Command;

use crate::command::{Outcome, output, run};
use crate::packages::{Need, ensure};
use crate::ui;
use crate::workspace::{cache, cargo, root};

const DENY_VERSION: &str = "0.20.2";

/// Checks form and licences, of Rust and of the screens.
pub fn lint() -> Outcome {
    ensure(Need::Window)?;
    rust_format()?;
    clippy()?;
    deny()?;
    screens()
}

/// Checks rustfmt's opinion.
pub fn rust_format() -> Outcome {
    run(&mut cargo("fmt --all --check"))
}

/// Runs clippy over everything; each warning is an error.
pub fn clippy() -> Outcome {
    run(&mut cargo(
        "clippy --workspace --all-targets --quiet -- -D warnings",
    ))
}

/// Checks licences, bans and sources of all dependencies.
pub fn deny() -> Outcome {
    let tools = cache().join("tools");
    let deny = tools
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    let found = output(Command::new(&deny).arg("--version"));
    if found.as_deref() != Some(&format!("cargo-deny {DENY_VERSION}")) {
        // A debug build: it reads a lock file, and building it well takes longer than it ever saves.
        let mut install =
            cargo("install --quiet --locked --debug --no-default-features cargo-deny");
        install
            .args(["--version", DENY_VERSION, "--root"])
            .arg(&tools);
        run(install.env("CARGO_TARGET_DIR", cache().join("tools-target")))?;
    }
    let mut check = Command::new(deny);
    check.args([
        "--offline",
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ]);
    run(check.current_dir(root()))
}

/// Runs the screens' linters and type checks.
pub fn screens() -> Outcome {
    ui::install()?;
    run(&mut ui::npm("run lint")?)?;
    run(&mut ui::npm("run check")?)
}

/// Formats everything.
pub fn format() -> Outcome {
    run(&mut cargo("fmt --all"))?;
    ui::install()?;
    run(&mut ui::npm("run format")?)
}
