//! Everything that lives as long as a vault is unlocked, and the house around it, which outlives a
//! lock: the engine, the endpoint and the control socket.

use std::sync::{Arc, Mutex, PoisonError};

use stave_endpoint::control::{self, ControlServer, LocalControl, VaultControl};
use stave_engine::{Engine, LocalStore, places};
use stave_store::{AccessKeys, Audit, Identities, KeyService, Links, Store};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::events::{Event, Events};
use crate::feed;
use crate::gate::{Gate, GateOptions};
use crate::listing::Listings;
use crate::port_events;
use crate::preview::Previews;
use crate::settings::SettingsFile;
use crate::transfers::Transfers;
use crate::undo::Undos;

/// A vault that this process holds, open or locked.
pub struct House {
    pub engine: Arc<Engine>,
    pub gate: Arc<Gate>,
    local: LocalStore,
    events: Events,
    /// Serves until taken; `None` also where the socket could not be had.
    control: Mutex<Option<ControlServer>>,
}

/// What a house stands on besides its engine.
pub struct Surroundings {
    pub settings: Arc<SettingsFile>,
    pub forced_port: Option<u16>,
    pub events: Events,
    /// What the terminal may ask of the vault.
    pub vault: Arc<dyn VaultControl>,
}

impl House {
    /// Makes a house of an open engine; its endpoint is off.
    pub async fn begin(engine: Arc<Engine>, around: Surroundings) -> Arc<Self> {
        let local = LocalStore::new(Arc::clone(&engine));
        let control = LocalControl::new(
            Arc::new(local.clone()),
            engine.vault_id().to_string(),
            engine.dir().display().to_string(),
        );
        let control = control
            .with_vault(around.vault)
            .with_audit(Arc::new(local.clone()))
            .with_key_service(Arc::new(local.clone()))
            .with_people(Arc::new(local.clone()), Arc::new(local.clone()));
        let control = Arc::new(control);
        let gate = Gate::new(GateOptions {
            local: local.clone(),
            engine: Arc::clone(&engine),
            control: Arc::clone(&control),
            settings: around.settings,
            forced_port: around.forced_port,
            events: around.events.clone(),
        });
        port_events::tell_requests(gate.inspector(), around.events.clone());
        Arc::new(Self {
            gate: Arc::new(gate),
            control: Mutex::new(serve(&engine, control).await),
            local,
            events: around.events,
            engine,
        })
    }

    /// Lets go of the vault: the endpoint ends, the keys are forgotten.
    pub async fn close(&self) {
        // First of all: whoever opens the vault next makes the socket anew.
        drop(
            self.control
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        self.gate.stop_endpoint().await;
        let engine = Arc::clone(&self.engine);
        if let Err(error) = spawn_blocking(move || engine.close()).await {
            tracing::error!(%error, "closing the vault failed");
        }
    }
}

/// An unlocked vault.
pub struct Session {
    pub store: Arc<dyn Store>,
    pub access_keys: Arc<dyn AccessKeys>,
    pub identities: Arc<dyn Identities>,
    pub links: Arc<dyn Links>,
    pub keys: Arc<dyn KeyService>,
    pub audit: Arc<dyn Audit>,
    pub listings: Arc<Listings>,
    pub transfers: Transfers,
    pub undos: Undos,
    pub previews: Previews,
    pub gate: Arc<Gate>,
    pub house: Arc<House>,
    feed: Option<JoinHandle<()>>,
}

impl Session {
    /// Makes a session of a house whose engine is unlocked.
    pub fn begin(house: Arc<House>) -> Arc<Self> {
        let store: Arc<dyn Store> = Arc::new(house.local.clone());
        let telling = house.events.clone();
        let listings = Arc::new(Listings::new(
            Arc::clone(&store),
            Arc::new(move |progress| telling.tell(Event::Listing(progress))),
        ));
        let telling = house.events.clone();
        let transfers = Transfers::new(Arc::clone(&store), move || {
            telling.tell(Event::Transfers);
        });
        Arc::new(Self {
            feed: follow(&*store, &listings, house.events.clone()),
            store,
            access_keys: Arc::new(house.local.clone()),
            identities: Arc::new(house.local.clone()),
            links: Arc::new(house.local.clone()),
            keys: Arc::new(house.local.clone()),
            audit: Arc::new(house.local.clone()),
            listings,
            transfers,
            undos: Undos::default(),
            previews: Previews::default(),
            gate: Arc::clone(&house.gate),
            house,
        })
    }

    /// Ends what a lock ends: transfers stop, and nobody is told of changes any more.
    pub fn end(&self) {
        self.transfers.stop();
        if let Some(feed) = &self.feed {
            feed.abort();
        }
    }
}

fn follow(store: &dyn Store, listings: &Arc<Listings>, events: Events) -> Option<JoinHandle<()>> {
    // A store without a feed is read again by hand.
    let changes = store.changes().ok()?;
    let listings = Arc::downgrade(listings);
    Some(tokio::spawn(feed::forward(changes, listings, events)))
}

/// Lets the terminal find this process. The window works without it.
async fn serve(engine: &Engine, control: Arc<LocalControl>) -> Option<ControlServer> {
    let path = places::control_socket_path(&engine.vault_id());
    match control::serve(&path, control).await {
        Ok(server) => Some(server),
        Err(error) => {
            tracing::warn!(%error, "the terminal cannot find this window");
            None
        }
    }
}
