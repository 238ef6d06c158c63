//! The S3 clients that the tests drive: programs, Python packages and npm packages.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::command::{Outcome, path_with};
use crate::python::{clients_folder, node_folder};
use crate::ui;
use crate::workspace::root;

/// The clients, installed.
pub struct Clients {
    folder: PathBuf,
    path: OsString,
}

/// Installs them.
pub fn install() -> Outcome<Clients> {
    let folder = clients_folder()?;
    ui::install_in(&root().join("tests/endpoint/clients/js"))?;
    let mut path = path_with(&folder);
    if let Some(node) = node_folder()? {
        let folders = std::iter::once(node).chain(std::env::split_paths(&path));
        path = std::env::join_paths(folders).map_err(|why| format!("no PATH: {why}"))?;
    }
    Ok(Clients { folder, path })
}

impl Clients {
    /// Tells the suites where they are.
    pub fn told_to<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("STAVE_TEST_CLIENTS", &self.folder)
            .env("PATH", &self.path)
    }
}
