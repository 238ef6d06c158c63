//! Processes that end with everything they started, also when the user interrupts the run.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::command::{Outcome, output};

/// The groups that run now, by the id of their first process.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The exit code of a program that was interrupted.
const INTERRUPTED_CODE: i32 = 130;

/// From now on an interruption ends the groups, so that the run ends in order; a second one ends the run at once.
pub fn watch_for_interruption() -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .map_err(|why| format!("signals cannot be watched: {why}"))?;
    std::thread::spawn(move || {
        while runtime.block_on(interruption()).is_ok() {
            let again = INTERRUPTED.swap(true, Ordering::SeqCst);
            let groups = running().clone();
            for group in &groups {
                signal(*group);
            }
            if again || groups.is_empty() {
                std::process::exit(INTERRUPTED_CODE);
            }
        }
    });
    Ok(())
}

/// Fails where the user interrupted the run.
pub fn check_interruption() -> Outcome {
    if INTERRUPTED.load(Ordering::SeqCst) {
        return Err("interrupted".into());
    }
    Ok(())
}

/// A process and what it started; they are ended when this is dropped.
pub struct Group {
    /// The first process of the group.
    pub child: Child,
}

impl Group {
    /// Starts `command` as the first of a group of its own.
    pub fn spawn(command: &mut Command) -> Outcome<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .map_err(|why| format!("{name} could not be started: {why}"))?;
        running().push(child.id());
        Ok(Self { child })
    }

    /// Waits for the end of the first process.
    pub fn wait(mut self) -> Outcome<ExitStatus> {
        let status = self.child.wait().map_err(|why| why.to_string())?;
        check_interruption()?;
        Ok(status)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            signal(self.child.id());
            if cfg!(not(unix)) {
                // There is no group to be told, so the process itself is ended; a failure means that it has ended.
                drop(self.child.kill());
            }
            drop(self.child.wait());
        }
        running().retain(|id| *id != self.child.id());
    }
}

fn running() -> std::sync::MutexGuard<'static, Vec<u32>> {
    // A list of numbers is whole even where its holder panicked.
    RUNNING
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Asks a group to end, by the program of that purpose: the standard library has no call for it.
fn signal(group: u32) {
    if cfg!(unix) {
        output(Command::new("kill").args(["-TERM", "--", &format!("-{group}")]));
    }
}

#[cfg(unix)]
async fn interruption() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn interruption() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[cfg(all(test, unix))]
mod tests {
    use super::Group;
    use crate::command::command;

    #[test]
    fn a_dropped_group_ends_with_what_it_started() {
        let mut shell = command("sh -c");
        shell
            .arg("sleep 600 & echo $!; wait")
            .stdout(std::process::Stdio::piped());
        let mut group = Group::spawn(&mut shell).unwrap();
        let mut line = String::new();
        let said = group.child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(said), &mut line).unwrap();
        let sleeper = line.trim().to_owned();
        let lives = || crate::command::output(command("kill -0").arg(&sleeper)).is_some();
        assert!(lives());
        drop(group);
        let patience = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while lives() && std::time::Instant::now() < patience {
            std::thread::yield_now();
        }
        assert!(!lives());
    }
}
