//! The screens: their packages, their build, and what is generated for them.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::command::{Outcome, path_with, run};
use crate::packages::{Need, ensure};
use crate::python::node_folder;
use crate::workspace::{cargo, is_ci, root};

/// Makes an npm command in `ui/`; `line` is split at spaces.
pub fn npm(line: &str) -> Outcome<Command> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(program);
    if let Some(folder) = node_folder()? {
        // The program must be named by its path: the search for it uses this process's PATH.
        command = Command::new(folder.join(program));
        command.env("PATH", path_with(&folder));
    }
    command.args(line.split(' ')).current_dir(root().join("ui"));
    Ok(command)
}

/// Installs the screens' packages, unless they are those of the lock file already.
pub fn install() -> Outcome {
    install_in(&root().join("ui"))
}

/// Installs the packages of the lock file in `folder`, unless they are there already.
pub fn install_in(folder: &Path) -> Outcome {
    let wanted = read(&folder.join("package-lock.json"))?;
    let marker = folder.join("node_modules/.stave-installed");
    if std::fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    run(npm("ci --no-audit --no-fund")?.current_dir(folder))?;
    std::fs::write(&marker, wanted)
        .map_err(|why| format!("{} cannot be written: {why}", marker.display()))
}

/// Builds the screens, unless the build is newer than every source.
pub fn build() -> Outcome {
    install()?;
    let ui = root().join("ui");
    let built = modified(&ui.join("dist/assets"));
    let sources = [
        ui.join("src"),
        ui.join("index.html"),
        ui.join("package-lock.json"),
        ui.join("vite.config.ts"),
    ];
    let newest = sources.iter().filter_map(|path| modified(path)).max();
    if !is_ci() && built.is_some() && built >= newest {
        return Ok(());
    }
    run(&mut npm("run build")?)
}

/// Makes the TypeScript bindings again: ts-rs writes them while the app's tests run.
pub fn bindings() -> Outcome {
    ensure(Need::Window)?;
    run(cargo("test -p stave-app --lib export_bindings").env("STAVE_WRITE_BINDINGS", "1"))
}

/// Makes the icon files of `icons/stave.svg` again.
pub fn icons() -> Outcome {
    install()?;
    run(&mut npm(
        "exec -- tauri icon ../icons/stave.svg --output ../icons",
    )?)
}

/// Builds the installable package for this system.
pub fn dist() -> Outcome {
    ensure(Need::Window)?;
    build()?;
    let mut tauri = npm("exec -- tauri build")?;
    run(tauri
        .current_dir(root())
        .env("CARGO_TARGET_DIR", crate::workspace::target()))
}

/// Returns the time of the newest file at or below `path`.
fn modified(path: &Path) -> Option<SystemTime> {
    let own = std::fs::metadata(path).ok()?;
    if own.is_file() {
        return own.modified().ok();
    }
    let entries = std::fs::read_dir(path).ok()?;
    entries
        .filter_map(|entry| modified(&entry.ok()?.path()))
        .max()
}

fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|why| format!("{} cannot be read: {why}", path.display()))
}
