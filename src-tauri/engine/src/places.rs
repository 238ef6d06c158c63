//! Where things are on this computer: the default vault folder, and the socket of a running
//! process.

use std::path::PathBuf;

use directories::ProjectDirs;
use stave_vault::VaultId;

/// The first part of a vault id that names its socket, in bytes: enough to tell vaults apart, short
/// enough for the 104 bytes that macOS allows the path of a socket.
const SOCKET_ID_BYTES: usize = 8;

/// Returns the default vault folder, `stave/vault` in the user's data folder; `None` where the user
/// has no home.
pub fn default_vault_dir() -> Option<PathBuf> {
    ProjectDirs::from("", "", "stave").map(|dirs| dirs.data_local_dir().join("vault"))
}

/// Returns the folder of the control sockets; private to the user, made by whoever serves.
#[cfg(unix)]
pub fn control_dir() -> PathBuf {
    // XDG_RUNTIME_DIR is the user's own and mode 0700 by its specification; without it, a folder
    // named for the user in the temporary folder, which the one who serves makes with mode 0700 and
    // checks.
    match std::env::var_os("XDG_RUNTIME_DIR").filter(|dir| !dir.is_empty()) {
        Some(dir) => PathBuf::from(dir).join("stave"),
        None => std::env::temp_dir().join(format!("stave-{}", user_name())),
    }
}

/// Returns the path of the control socket of the vault of this id.
#[cfg(unix)]
pub fn control_socket_path(vault_id: &VaultId) -> PathBuf {
    control_dir().join(format!("{}.sock", socket_stem(vault_id)))
}

/// Returns the name of the control pipe of the vault of this id.
#[cfg(windows)]
pub fn control_socket_path(vault_id: &VaultId) -> PathBuf {
    // Pipes have one flat namespace for the whole computer, so that the user is part of the name.
    let (user, stem) = (user_name(), socket_stem(vault_id));
    PathBuf::from(format!(r"\\.\pipe\stave-{user}-{stem}"))
}

fn socket_stem(vault_id: &VaultId) -> String {
    hex::encode(&vault_id.as_bytes()[..SOCKET_ID_BYTES])
}

/// Returns the user's name, reduced to what any file name takes.
fn user_name() -> String {
    let name = ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(|variable| std::env::var(variable).ok())
        .unwrap_or_default();
    let safe: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    if safe.is_empty() {
        "user".to_owned()
    } else {
        safe
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_named_for_its_vault() {
        let path = control_socket_path(&VaultId::from_bytes([0xab; 16]));
        let name = path.file_name().and_then(|name| name.to_str());
        assert_eq!(name, Some("abababababababab.sock"));
        assert!(control_dir().is_absolute());
    }

    #[test]
    fn vaults_have_different_sockets() {
        let path = |byte| control_socket_path(&VaultId::from_bytes([byte; 16]));
        assert_ne!(path(1), path(2));
    }
}
