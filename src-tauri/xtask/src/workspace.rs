//! Where things are: the checkout, the build output and the folder of downloaded tools.

use std::path::PathBuf;
use std::process::Command;

/// Returns the root of the checkout.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map(PathBuf::from).unwrap_or(here)
}

/// Returns the folder for tools and for CI's build output: outside the checkout, so that a second run finds it again.
pub fn cache() -> PathBuf {
    let home = || std::env::home_dir().unwrap_or_else(std::env::temp_dir);
    let base = match std::env::var_os("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None if cfg!(windows) => std::env::var_os("LOCALAPPDATA").map_or_else(home, PathBuf::from),
        None if cfg!(target_os = "macos") => home().join("Library/Caches"),
        None => home().join(".cache"),
    };
    base.join("stave-dev")
}

/// Returns whether an automatic build runs this.
pub fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

/// Returns the folder of cargo's output.
pub fn target() -> PathBuf {
    if let Some(folder) = std::env::var_os("CARGO_TARGET_DIR") {
        return PathBuf::from(folder);
    }
    if is_ci() {
        cache().join("target")
    } else {
        root().join("target")
    }
}

/// Makes a cargo command at the root, with that output folder; `line` is split at spaces.
pub fn cargo(line: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(line.split(' '))
        .current_dir(root())
        .env("CARGO_TARGET_DIR", target());
    command
}

/// Returns the path of a built program.
pub fn program(profile: &str, name: &str) -> PathBuf {
    target()
        .join(profile)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
