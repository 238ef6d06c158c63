//! The signals that end a server, which each system names in its own way.

/// The signals that end a server in good order.
#[cfg(unix)]
pub struct StopSignals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl StopSignals {
    /// Takes the signals from the system.
    pub fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [
            SignalKind::terminate(),
            SignalKind::interrupt(),
            SignalKind::hangup(),
        ];
        Self(
            kinds
                .into_iter()
                .filter_map(|kind| signal(kind).ok())
                .collect(),
        )
    }

    /// Waits for the first of them.
    pub async fn first(&mut self) {
        if self.0.is_empty() {
            // The system then ends the process by itself.
            std::future::pending::<()>().await;
        }
        let waiting = self.0.iter_mut().map(|signal| Box::pin(signal.recv()));
        futures::future::select_all(waiting).await;
    }
}

/// The signals that end a server in good order.
#[cfg(windows)]
pub struct StopSignals {
    c: Option<tokio::signal::windows::CtrlC>,
    pause: Option<tokio::signal::windows::CtrlBreak>,
    close: Option<tokio::signal::windows::CtrlClose>,
    shutdown: Option<tokio::signal::windows::CtrlShutdown>,
}

#[cfg(windows)]
impl StopSignals {
    /// Takes the signals from the system.
    pub fn listen() -> Self {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
        Self {
            c: ctrl_c().ok(),
            pause: ctrl_break().ok(),
            close: ctrl_close().ok(),
            shutdown: ctrl_shutdown().ok(),
        }
    }

    /// Waits for the first of them. One that could not be taken never comes.
    pub async fn first(&mut self) {
        tokio::select! {
            Some(()) = next(self.c.as_mut().map(|signal| signal.recv())) => {}
            Some(()) = next(self.pause.as_mut().map(|signal| signal.recv())) => {}
            Some(()) = next(self.close.as_mut().map(|signal| signal.recv())) => {}
            Some(()) = next(self.shutdown.as_mut().map(|signal| signal.recv())) => {}
            else => {}
        }
    }
}

#[cfg(windows)]
async fn next(signal: Option<impl Future<Output = Option<()>>>) -> Option<()> {
    match signal {
        Some(signal) => signal.await,
        None => std::future::pending().await,
    }
}
