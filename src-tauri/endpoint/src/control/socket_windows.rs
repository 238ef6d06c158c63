//! The control socket on Windows: a named pipe. Its default access list lets only this user, the
//! administrators and the system write to it, so nobody else can ask; clients of other machines are
//! refused.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use tokio::net::windows::named_pipe::{
    ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
};

use super::ControlError;

/// `ERROR_PIPE_BUSY`: all instances of the pipe are in use; another one comes at once.
const PIPE_BUSY: i32 = 231;

/// How often a busy pipe is asked again, and how long between.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// A listening pipe.
pub(super) struct Listener {
    name: OsString,
    next: NamedPipeServer,
}

impl Listener {
    pub(super) async fn bind(path: &Path) -> Result<Self, ControlError> {
        let name = pipe_name(path);
        let first = ServerOptions::new()
            .first_pipe_instance(true)
            .reject_remote_clients(true)
            .create(&name)
            .map_err(|error| match error.kind() {
                ErrorKind::PermissionDenied => ControlError::InUse,
                _ => ControlError::io("listening")(error),
            })?;
        Ok(Self { name, next: first })
    }

    pub(super) async fn accept(&mut self) -> std::io::Result<NamedPipeServer> {
        self.next.connect().await?;
        let next = ServerOptions::new()
            .reject_remote_clients(true)
            .create(&self.name)?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}

pub(super) async fn connect(path: &Path) -> Result<NamedPipeClient, ControlError> {
    let name = pipe_name(path);
    for _ in 0..ATTEMPTS {
        match ClientOptions::new().open(&name) {
            Ok(pipe) => return Ok(pipe),
            Err(error) if error.raw_os_error() == Some(PIPE_BUSY) => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(ControlError::NotRunning);
            }
            Err(error) => return Err(ControlError::io("connecting")(error)),
        }
    }
    Err(ControlError::TimedOut)
}

/// Pipes have a namespace of their own: the file name of the path, which holds the vault's id, is kept.
fn pipe_name(path: &Path) -> OsString {
    let mut name = OsString::from(r"\\.\pipe\");
    name.push(path.file_name().unwrap_or(path.as_os_str()));
    name
}
