//! The listening side of the control socket.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::messages::{Failure, FailureCode, Request, Response};
use super::socket::Listener;
use super::{ControlError, LINE_MAX_BYTES};

/// Connections at one time; a terminal needs one.
const CONNECTIONS: usize = 32;

/// How long a connection may say nothing.
const IDLE: Duration = Duration::from_secs(30);

/// Answers what comes over the socket.
#[async_trait]
pub trait ControlHandler: Send + Sync + 'static {
    /// Answers one request.
    async fn handle(&self, request: Request) -> Response;
}

/// A control socket that is being served; dropping it stops it and removes the socket.
#[derive(Debug)]
pub struct ControlServer {
    accepting: JoinHandle<()>,
}

impl Drop for ControlServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Listens on `path`, whose folder is made private to this user, and answers with `handler`. A socket
/// that a dead process left behind is taken over; one that answers is `InUse`.
pub async fn serve(
    path: &Path,
    handler: Arc<dyn ControlHandler>,
) -> Result<ControlServer, ControlError> {
    let listener = Listener::bind(path).await?;
    let accepting = tokio::spawn(accept(listener, handler));
    Ok(ControlServer { accepting })
}

async fn accept(mut listener: Listener, handler: Arc<dyn ControlHandler>) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
        match listener.accept().await {
            Ok(stream) => {
                let handler = Arc::clone(&handler);
                tokio::spawn(async move {
                    // A peer that goes away mid-sentence concerns nobody else.
                    let _ = converse(stream, handler.as_ref()).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the control socket could not accept");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse<S>(stream: S, handler: &dyn ControlHandler) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = String::new();
        let mut limited = (&mut stream).take(LINE_MAX_BYTES);
        let read = tokio::time::timeout(IDLE, limited.read_line(&mut line)).await??;
        if read == 0 {
            return Ok(());
        }
        let response = match serde_json::from_str(&line) {
            Ok(request) => handler.handle(request).await,
            Err(error) => Response::Failed(Failure {
                code: FailureCode::Invalid,
                message: format!("not a request: {error}"),
            }),
        };
        let mut answer = serde_json::to_vec(&response)?;
        answer.push(b'\n');
        stream.write_all(&answer).await?;
        stream.flush().await?;
    }
}
