//! What the key service holds while a vault is open: the keys that authenticate its rows and its audit, what
//! was recorded lately, and the thread that settles what is due.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use stave_catalog::keks::KekRow;
use stave_catalog::{Catalog, WriteTx, keks};
use stave_model::{Clock, VersionOrigin};
use stave_vault::{MacKey, Vault, WrappedKek};

use super::recent::Recent;
use crate::audit;
use crate::core::Core;
use crate::error::{Error, Result};

/// The name of the key that authenticates rows.
const MAC_NAME: &str = "mac";

/// The name of the key that chains the audit.
const AUDIT_NAME: &str = "audit";

/// The only version of both: they wrap nothing, so nothing is gained by another.
const VERSION: u32 = 1;

/// How often what is due is looked for, besides each use of a key.
const SETTLE_EVERY: Duration = Duration::from_hours(1);

/// What is held while the vault is open.
pub(crate) struct Kms {
    /// Authenticates the rows of keys, aliases and grants.
    pub(crate) mac: MacKey,
    /// Chains the audit.
    pub(crate) audit: MacKey,
    /// What was recorded lately under bucket keys.
    pub(crate) recent: Recent,
    ended: Arc<Ended>,
}

/// Whether the vault was closed.
#[derive(Default)]
struct Ended {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Kms {
    /// Opens what authenticates rows and audit; makes it in a vault that has neither key nor record.
    pub(crate) fn open_or_create(
        vault: &Vault,
        catalog: &Catalog,
        clock: &dyn Clock,
    ) -> Result<Self> {
        let find = |name: &'static str| {
            catalog.read(move |tx| Ok::<_, Error>(keks::find(tx, name, VERSION)?))
        };
        let (mac, audit) = match (find(MAC_NAME)?, find(AUDIT_NAME)?) {
            (Some(mac), Some(audit)) => (mac, audit),
            (None, None) => Self::create(vault, catalog, clock)?,
            _ => return Err(lost()),
        };
        let open = |row: KekRow| {
            let kek = vault.open_kek(&WrappedKek(row.wrapped), &row.name, row.version)?;
            Ok::<_, Error>(MacKey::of(&kek))
        };
        Ok(Self {
            mac: open(mac)?,
            audit: open(audit)?,
            recent: Recent::default(),
            ended: Arc::default(),
        })
    }

    fn create(vault: &Vault, catalog: &Catalog, clock: &dyn Clock) -> Result<(KekRow, KekRow)> {
        let _wrapping = vault.wrapping();
        let new = |name: &str| {
            Ok::<_, Error>(KekRow {
                name: name.to_owned(),
                version: VERSION,
                wrapped: vault.new_kek(name, VERSION)?.0,
                created: clock.now(),
                origin: VersionOrigin::Created,
            })
        };
        let (mac, audit) = (new(MAC_NAME)?, new(AUDIT_NAME)?);
        let chain =
            MacKey::of(&vault.open_kek(&WrappedKek(audit.wrapped.clone()), AUDIT_NAME, VERSION)?);
        catalog.write(move |tx: &WriteTx<'_>| {
            if !stave_catalog::kms_keys::list(tx)?.is_empty() {
                return Err(lost());
            }
            keks::insert(tx, &mac)?;
            keks::insert(tx, &audit)?;
            audit::begin(tx, &chain)?;
            Ok((mac, audit))
        })
    }

    /// Settles what is due now, and each hour on a thread of its own, which ends with the core.
    pub(crate) fn keep(core: &Arc<Core>) -> std::io::Result<()> {
        settle(core);
        let (weak, ended) = (Arc::downgrade(core), Arc::clone(&core.kms.ended));
        let work = move || keep_settled(&weak, &ended);
        let thread = thread::Builder::new().name("stave-keys".to_owned());
        thread.spawn(work).map(drop)
    }
}

impl Drop for Kms {
    fn drop(&mut self) {
        let mut flag = self
            .ended
            .flag
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *flag = true;
        self.ended.changed.notify_all();
    }
}

fn keep_settled(core: &Weak<Core>, ended: &Ended) {
    loop {
        let flag = ended.flag.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = ended
            .changed
            .wait_timeout_while(flag, SETTLE_EVERY, |ended| !*ended);
        let (flag, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if *flag {
            return;
        }
        drop(flag);
        let Some(core) = core.upgrade() else {
            return;
        };
        settle(&core);
    }
}

/// A failure keeps nobody from working: what is due is also settled at the next use of a key.
fn settle(core: &Core) {
    if let Err(error) = core.settle_keys() {
        tracing::warn!(%error, "what is due of keys was not settled");
    }
}

fn lost() -> Error {
    Error::Contradiction {
        what: "there are keys or records, and what authenticates them is lost",
    }
}

impl fmt::Debug for Kms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kms").finish_non_exhaustive()
    }
}
