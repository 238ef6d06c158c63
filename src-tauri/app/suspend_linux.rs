//! Locks the vault before this computer goes to sleep. logind tells, and waits a moment for those
//! that asked it to; a system without it goes without.
//! <https://www.freedesktop.org/wiki/Software/systemd/inhibit/>

use zbus::blocking::Connection;
use zbus::zvariant::OwnedFd;

use crate::keeper::Keeper;

/// Watches on a thread of its own, for as long as the app runs.
pub fn watch(keeper: Keeper) {
    let watching = std::thread::Builder::new().name("suspend".to_owned());
    let runtime = tauri::async_runtime::handle();
    let started = watching.spawn(move || {
        let lock = || {
            if keeper.locks_on_suspend() && keeper.session().is_ok() {
                tracing::info!("this computer goes to sleep: the vault is locked");
                runtime.block_on(keeper.lock());
            }
        };
        if let Err(error) = follow(lock) {
            tracing::info!(%error, "the sleep of this computer is not heard of");
        }
    });
    if let Err(error) = started {
        tracing::warn!(%error, "the sleep of this computer is not heard of");
    }
}

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1",
    gen_async = false,
    blocking_name = "Logind"
)]
trait Manager {
    /// Asks to be waited for, for as long as the descriptor is open.
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;

    /// Tells that sleep begins, or has ended.
    #[zbus(signal)]
    fn prepare_for_sleep(&self, begins: bool) -> zbus::Result<()>;
}

fn follow(lock: impl Fn()) -> zbus::Result<()> {
    let bus = Connection::system()?;
    let logind = Logind::new(&bus)?;
    let wait = || {
        logind
            .inhibit("sleep", "Stave", "The vault is locked first", "delay")
            .ok()
    };
    let mut signals = logind.receive_prepare_for_sleep()?;
    let mut waited_for = wait();
    for signal in &mut signals {
        if *signal.args()?.begins() {
            lock();
            // Let go: sleep need not be waited with any longer.
            waited_for = None;
        } else if waited_for.is_none() {
            waited_for = wait();
        }
    }
    Ok(())
}
