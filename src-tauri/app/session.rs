//! Everything that lives as long as a vault is open.

use std::sync::{Arc, Mutex, PoisonError};

use stave_endpoint::control::{self, ControlServer, LocalControl};
use stave_engine::{Engine, LocalStore, places};
use stave_store::{AccessKeys, Store};
use tokio::task::JoinHandle;

use crate::events::{Event, Events};
use crate::feed;
use crate::gate::{Gate, GateOptions};
use crate::listing::Listings;
use crate::preview::Previews;
use crate::settings::SettingsFile;
use crate::transfers::Transfers;
use crate::undo::Undos;

/// An open vault.
pub struct Session {
    pub store: Arc<dyn Store>,
    pub access_keys: Arc<dyn AccessKeys>,
    pub listings: Arc<Listings>,
    pub transfers: Transfers,
    pub undos: Undos,
    pub previews: Previews,
    pub gate: Gate,
    engine: Arc<Engine>,
    feed: Option<JoinHandle<()>>,
    /// Serves until taken; `None` also where the socket could not be had.
    control: Mutex<Option<ControlServer>>,
}

/// What a session stands on besides its engine.
pub struct Surroundings {
    pub settings: Arc<SettingsFile>,
    pub forced_port: Option<u16>,
    pub events: Events,
}

impl Session {
    /// Makes a session of an open engine; its endpoint is off.
    pub async fn begin(engine: Arc<Engine>, around: Surroundings) -> Arc<Self> {
        let local = LocalStore::new(Arc::clone(&engine));
        let store: Arc<dyn Store> = Arc::new(local.clone());
        let access_keys: Arc<dyn AccessKeys> = Arc::new(local);
        let control = Arc::new(LocalControl::new(
            Arc::clone(&access_keys),
            engine.vault_id().to_string(),
            engine.dir().display().to_string(),
        ));
        let events = around.events;
        let telling = events.clone();
        let listings = Arc::new(Listings::new(
            Arc::clone(&store),
            Arc::new(move |progress| telling.tell(Event::Listing(progress))),
        ));
        let telling = events.clone();
        let transfers = Transfers::new(Arc::clone(&store), move || {
            telling.tell(Event::Transfers);
        });
        let gate = Gate::new(GateOptions {
            store: Arc::clone(&store),
            access_keys: Arc::clone(&access_keys),
            control: Arc::clone(&control),
            settings: around.settings,
            forced_port: around.forced_port,
            events: events.clone(),
        });
        Arc::new(Self {
            feed: follow(&*store, &listings, events),
            store,
            access_keys,
            listings,
            transfers,
            undos: Undos::default(),
            previews: Previews::default(),
            gate,
            control: Mutex::new(serve(&engine, control).await),
            engine,
        })
    }

    /// Closes the vault: transfers stop, the endpoint ends, the keys are forgotten.
    pub async fn close(&self) {
        self.transfers.stop();
        // First of all: an unlock that follows makes the socket anew.
        drop(
            self.control
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        self.gate.stop_endpoint().await;
        if let Some(feed) = &self.feed {
            feed.abort();
        }
        let engine = Arc::clone(&self.engine);
        if let Err(error) = tokio::task::spawn_blocking(move || engine.close()).await {
            tracing::error!(%error, "closing the vault failed");
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
