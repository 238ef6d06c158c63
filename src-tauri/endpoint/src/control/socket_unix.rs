//! The control socket on Unix: a socket file in a folder that only its owner may enter.

use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use super::ControlError;

/// A listening socket; its file goes with it.
pub(super) struct Listener {
    socket: UnixListener,
    path: PathBuf,
    /// The user who may connect: the owner of the socket, that is of this process.
    uid: u32,
}

impl Listener {
    pub(super) async fn bind(path: &Path) -> Result<Self, ControlError> {
        if let Some(folder) = path.parent() {
            private_folder(folder).map_err(ControlError::io("making its folder private"))?;
        }
        match UnixStream::connect(path).await {
            Ok(_) => return Err(ControlError::InUse),
            // A process that was killed left its socket: nobody answers there any more.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                std::fs::remove_file(path).map_err(ControlError::io("removing an old socket"))?;
            }
            Err(_) => {}
        }
        let listening = ControlError::io("listening");
        let socket = UnixListener::bind(path).map_err(listening)?;
        let uid = owned_by(path).map_err(ControlError::io("reading its own socket"))?;
        Ok(Self {
            socket,
            path: path.to_owned(),
            uid,
        })
    }

    pub(super) async fn accept(&mut self) -> std::io::Result<UnixStream> {
        loop {
            let (stream, _) = self.socket.accept().await?;
            // The folder keeps others out already; this holds where a file system ignores modes.
            if stream.peer_cred()?.uid() == self.uid {
                return Ok(stream);
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A socket file that stays is taken over by the next process.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Makes the folder, or closes an existing one to others; fails where it belongs to someone else.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

fn owned_by(path: &Path) -> std::io::Result<u32> {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(std::fs::metadata(path)?.uid())
}

pub(super) async fn connect(path: &Path) -> Result<UnixStream, ControlError> {
    UnixStream::connect(path)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::ConnectionRefused => ControlError::NotRunning,
            _ => ControlError::io("connecting")(error),
        })
}
