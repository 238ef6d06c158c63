//! The packages of the operating system that building and testing need.

use std::process::Command;

use crate::command::{Outcome, command, exists, output, run};

/// What is going to be done, which decides what is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Building the terminal program: a C compiler for SQLite.
    Terminal,
    /// Running the public S3 suite against the terminal program.
    Suite,
    /// Building the window.
    Window,
    /// Running every test: a virtual display, a keychain, a browser and S3 clients.
    Tests,
}

const TERMINAL: &[&str] = &["build-essential", "pkg-config"];

const WINDOW: &[&str] = &[
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "libsoup-3.0-dev",
    "libjavascriptcoregtk-4.1-dev",
    "file",
    "libxdo-dev",
    "libssl-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libdbus-1-dev",
    "patchelf",
];

const PYTHON: &[&str] = &["python3-venv", "python3-pip"];

const TESTS: &[&str] = &[
    "xvfb",
    "xauth",
    "xdotool",
    "x11-utils",
    "imagemagick",
    "webkit2gtk-driver",
    "gnome-keyring",
    "libsecret-tools",
    "dbus",
    "dbus-x11",
    "at-spi2-core",
    "python3-gi",
    "gir1.2-gtk-3.0",
    "openbox",
    "fonts-dejavu-core",
    "adwaita-icon-theme",
    "xdg-utils",
    "chromium",
    "curl",
    "restic",
    "fuse3",
    "s3fs",
];

/// Not every release of every system has these: their tests say aloud where they did not run.
const WHERE_OFFERED: &[&str] = &["awscli"];

/// Installs what is missing for `need`, or says what to install by hand.
pub fn ensure(need: Need) -> Outcome {
    if cfg!(target_os = "linux") {
        ensure_debian(need)
    } else if cfg!(target_os = "macos") {
        ensure_macos()
    } else {
        ensure_windows()
    }
}

fn ensure_debian(need: Need) -> Outcome {
    let sets: &[&[&str]] = match need {
        Need::Terminal => &[TERMINAL],
        Need::Suite => &[TERMINAL, PYTHON],
        Need::Window => &[TERMINAL, WINDOW, PYTHON],
        Need::Tests => &[TERMINAL, WINDOW, PYTHON, TESTS],
    };
    let wanted: Vec<&str> = sets.concat();
    if !exists("apt-get") {
        if need == Need::Terminal && exists("cc") {
            return Ok(());
        }
        return Err(format!(
            "this system has no apt-get, so install the counterparts of these Debian packages and set STAVE_SKIP_PACKAGES=1: {}",
            wanted.join(" ")
        ));
    }
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|name| !is_installed(name))
        .collect();
    if std::env::var_os("STAVE_SKIP_PACKAGES").is_some() {
        return Ok(());
    }
    if !missing.is_empty() {
        eprintln!("Installing system packages: {}", missing.join(" "));
        run(&mut as_root("apt-get update -q"))?;
        install(&missing)?;
    }
    if need != Need::Tests {
        return Ok(());
    }
    let more: Vec<&str> = WHERE_OFFERED
        .iter()
        .copied()
        .filter(|name| !is_installed(name) && is_offered(name))
        .collect();
    if more.is_empty() {
        return Ok(());
    }
    install(&more)
}

fn install(packages: &[&str]) -> Outcome {
    let mut install = as_root("apt-get install -y -q --no-install-recommends");
    run(install
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_offered(package: &str) -> bool {
    let line = "apt-cache show --quiet=0 --no-all-versions";
    output(command(line).arg(package)).is_some_and(|shown| shown.starts_with("Package:"))
}

fn is_installed(package: &str) -> bool {
    let query = "dpkg-query -W -f=${Status}";
    output(command(query).arg(package)).is_some_and(|status| status == "install ok installed")
}

fn as_root(line: &str) -> Command {
    let root = output(&mut command("id -u")).is_some_and(|id| id == "0");
    if root {
        return command(line);
    }
    eprintln!("This needs administrator rights: sudo may ask for your password.");
    command(&format!("sudo {line}"))
}

fn ensure_macos() -> Outcome {
    if output(&mut command("xcode-select -p")).is_none() {
        return Err("the Xcode command line tools are missing: run `xcode-select --install`, then this again".into());
    }
    if !exists("node") {
        if !exists("brew") {
            return Err(
                "Node.js 20.19 or newer is missing: install it, or Homebrew, then run this again"
                    .into(),
            );
        }
        run(&mut command("brew install node"))?;
    }
    Ok(())
}

fn ensure_windows() -> Outcome {
    if exists("node") {
        return Ok(());
    }
    run(&mut command("winget install --exact --id OpenJS.NodeJS.LTS --accept-package-agreements --accept-source-agreements"))
        .map_err(|why| format!("{why}; install Node.js 20.19 or newer by hand, open a new terminal and run this again"))
}
