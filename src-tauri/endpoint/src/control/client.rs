//! The asking side of the control socket.

use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use super::messages::{Request, Response};
use super::{ControlError, LINE_MAX_BYTES, socket};

/// How long an answer may take: a passphrase is stretched, and a long audit verified.
const PATIENCE: Duration = Duration::from_mins(2);

/// Asks the process that listens on `path`; `NotRunning` where nobody does.
pub async fn call(path: &Path, request: &Request) -> Result<Response, ControlError> {
    let asked = tokio::time::timeout(PATIENCE, ask(path, request));
    asked.await.unwrap_or(Err(ControlError::TimedOut))
}

async fn ask(path: &Path, request: &Request) -> Result<Response, ControlError> {
    let mut stream = BufReader::new(socket::connect(path).await?);
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    let sending = ControlError::io("sending a request");
    stream.write_all(&line).await.map_err(sending)?;
    let mut answer = String::new();
    let receiving = ControlError::io("receiving the answer");
    let mut limited = stream.take(LINE_MAX_BYTES);
    let read = limited.read_line(&mut answer).await.map_err(receiving)?;
    if read == 0 {
        return Err(ControlError::Closed);
    }
    Ok(serde_json::from_str(&answer)?)
}
