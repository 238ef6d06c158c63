//! `cargo xtask run`: build and open the app, or serve without a window.

use std::path::PathBuf;

use crate::command::{Outcome, run as execute};
use crate::packages::{Need, ensure};
use crate::ui;
use crate::workspace::cargo;

/// Builds and opens the app; with `--headless`, serves the endpoint without a window.
pub fn run(arguments: &[String]) -> Outcome {
    let (own, passed) = split(arguments);
    let has = |name: &str| own.iter().any(|argument| argument == name);
    if let Some(unknown) = own
        .iter()
        .find(|a| !["--headless", "--release"].contains(&a.as_str()))
    {
        return Err(format!(
            "run does not know {unknown:?}; it takes --headless, --release, and after `--` what goes to the program"
        ));
    }
    let profile: &[&str] = if has("--release") {
        &["--release"]
    } else {
        &[]
    };
    if has("--headless") {
        headless(profile, &passed)
    } else {
        window(profile, &passed)
    }
}

fn split(arguments: &[String]) -> (Vec<String>, Vec<String>) {
    match arguments.iter().position(|argument| argument == "--") {
        Some(at) => (arguments[..at].to_vec(), arguments[at + 1..].to_vec()),
        None => (arguments.to_vec(), Vec::new()),
    }
}

fn headless(profile: &[&str], passed: &[String]) -> Outcome {
    ensure(Need::Terminal)?;
    let mut serve = cargo("run --quiet -p stave-cli --bin stave");
    serve.args(profile).args(["--", "serve"]).args(passed);
    if needs_key_file(passed) {
        let file = key_file();
        eprintln!(
            "No keychain is running here, so the vault's root key is kept in {}: whoever can read that file can open the vault.",
            file.display()
        );
        serve.arg("--key-file").arg(file);
    }
    execute(&mut serve)
}

/// Returns whether nothing else holds the root key: no choice of the user's, and no session bus for a keychain.
fn needs_key_file(passed: &[String]) -> bool {
    let chosen = passed
        .iter()
        .any(|a| a.starts_with("--key-file") || a.starts_with("--recovery"))
        || ["STAVE_KEY_FILE", "STAVE_PASSPHRASE"]
            .iter()
            .any(|name| std::env::var_os(name).is_some());
    cfg!(target_os = "linux") && !chosen && std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none()
}

fn key_file() -> PathBuf {
    let home = std::env::home_dir().unwrap_or_default();
    let data =
        std::env::var_os("XDG_DATA_HOME").map_or_else(|| home.join(".local/share"), PathBuf::from);
    data.join("stave").join("headless.key")
}

fn window(profile: &[&str], passed: &[String]) -> Outcome {
    let display = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    ensure(Need::Window)?;
    ui::build()?;
    if cfg!(target_os = "linux") && !display {
        return Err(
            "there is no display to open a window on; use `cargo xtask run --headless`, \
                    or a virtual one: `xvfb-run -a dbus-run-session -- cargo xtask run`"
                .into(),
        );
    }
    execute(
        cargo("run --quiet -p stave-app --features custom-protocol")
            .args(profile)
            .arg("--")
            .args(passed),
    )
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn what_follows_two_hyphens_goes_to_the_program() {
        let given = ["--headless", "--", "--port", "9100"].map(str::to_owned);
        let (own, passed) = split(&given);
        assert_eq!(own, ["--headless"]);
        assert_eq!(passed, ["--port", "9100"]);
    }
}
