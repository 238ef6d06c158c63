//! The endpoint of an open vault: on or off, on which port, and why not on the one that was asked
//! for.

#[cfg(test)]
#[path = "gate_test.rs"]
mod gate_test;

mod network;
mod tls;

use std::sync::Arc;

use stave_endpoint::control::LocalControl;
use stave_endpoint::{
    DEFAULT_REGION, Endpoint, EndpointOptions, Inspector, PortChoice, StartError, TakenPort,
    TlsIdentity,
};
use stave_engine::{Engine, LocalStore};
use stave_store::{AccessKeys, Store};
use tokio::sync::Mutex;

use crate::certificates::Certificates;
use crate::errors::{Answer, Failure};
use crate::events::{Event, Events};
use crate::links::Doors;
use crate::port_events;
use crate::settings::SettingsFile;
use crate::views::{EndpointState, EndpointStatus};
use network::Shared;

/// The endpoint of an open vault.
pub struct Gate {
    local: LocalStore,
    engine: Arc<Engine>,
    control: Arc<LocalControl>,
    settings: Arc<SettingsFile>,
    /// From the environment; outranks the settings.
    forced_port: Option<u16>,
    events: Events,
    certificates: Certificates,
    /// Outlives the endpoint, so that a restart forgets nothing.
    inspector: Arc<Inspector>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    endpoint: Option<Arc<Endpoint>>,
    failure: Option<StartError>,
    /// The certificate of the port, where one was made.
    identity: Option<TlsIdentity>,
    /// The share on the network, while there is one.
    shared: Option<Shared>,
}

/// What a gate stands on.
pub struct GateOptions {
    pub local: LocalStore,
    pub engine: Arc<Engine>,
    pub control: Arc<LocalControl>,
    pub settings: Arc<SettingsFile>,
    pub forced_port: Option<u16>,
    pub events: Events,
}

impl Gate {
    /// Makes a gate that is off.
    pub fn new(options: GateOptions) -> Self {
        let inspector = Arc::new(Inspector::default());
        inspector.turn_on();
        Self {
            certificates: Certificates::new(options.local.clone(), options.engine.dir()),
            inspector,
            local: options.local,
            engine: options.engine,
            control: options.control,
            settings: options.settings,
            forced_port: options.forced_port,
            events: options.events,
            state: Mutex::default(),
        }
    }

    /// Starts the endpoint unless the person left it off. A failure is told by the status.
    pub async fn start_if_wanted(&self) {
        self.remember_identity().await;
        if self.forced_port.is_some() || self.settings.get().endpoint_on {
            self.start_on(self.usual_port()).await;
        }
    }

    /// Starts the endpoint: on `port` and no other, or on the usual one or the next free one.
    pub async fn start(&self, port: Option<u16>) -> Answer<EndpointStatus> {
        if port == Some(0) {
            return Err(Failure::refused(
                "invalid_port",
                "a port is a number from 1 to 65535",
                "Ports from 1024 on need no special rights.",
            ));
        }
        let choice = port.map_or_else(|| self.usual_port(), PortChoice::Exactly);
        self.stop_endpoint().await;
        self.start_on(choice).await;
        self.settings.change(|remembered| {
            remembered.endpoint_on = true;
            remembered.endpoint_port = port.unwrap_or(remembered.endpoint_port);
        })?;
        Ok(self.status().await)
    }

    /// Stops the endpoint and leaves it off.
    pub async fn stop(&self) -> Answer<EndpointStatus> {
        self.stop_endpoint().await;
        self.settings
            .change(|remembered| remembered.endpoint_on = false)?;
        Ok(self.status().await)
    }

    /// Stops the endpoint: the vault is about to close.
    pub async fn stop_endpoint(&self) {
        self.stop_sharing().await;
        let endpoint = {
            let mut state = self.state.lock().await;
            state.failure = None;
            state.endpoint.take()
        };
        self.control.set_endpoint(None);
        if let Some(endpoint) = endpoint {
            endpoint.shutdown().await;
            self.events.tell(Event::Endpoint);
        }
    }

    /// Returns the running endpoint, or says that it is off.
    pub async fn endpoint(&self) -> Answer<Arc<Endpoint>> {
        let endpoint = self.state.lock().await.endpoint.clone();
        endpoint.ok_or_else(|| {
            Failure::refused(
                "endpoint_off",
                "the endpoint is off",
                "Turn it on: a link or a tool needs it to reach the vault.",
            )
        })
    }

    /// Returns what was asked of the endpoint.
    pub fn inspector(&self) -> &Arc<Inspector> {
        &self.inspector
    }

    /// Returns where links lead now.
    pub async fn doors(&self) -> Doors {
        let network = self.network_share().await;
        let endpoint = self.endpoint().await.ok();
        let region = endpoint.as_ref().map_or(DEFAULT_REGION, |one| one.region());
        Doors {
            region: region.to_owned(),
            computer: endpoint.as_ref().map(|endpoint| endpoint.url()),
            network: network.map(|share| share.address),
        }
    }

    /// Returns what the window shows.
    pub async fn status(&self) -> EndpointStatus {
        let state = self.state.lock().await;
        let status = EndpointStatus {
            state: EndpointState::Off,
            url: String::new(),
            port: 0,
            preferred_port: self.preferred_port(),
            port_taken_by: None,
            message: String::new(),
            hint: String::new(),
            region: DEFAULT_REGION.to_owned(),
            tls: self.tls_view(state.identity.as_ref()),
        };
        if let Some(endpoint) = &state.endpoint {
            return EndpointStatus {
                state: self.state_of_running(),
                url: endpoint.url(),
                port: endpoint.port(),
                preferred_port: match self.forced_port {
                    // Any port was asked for: the one it has is the one.
                    Some(0) => endpoint.port(),
                    Some(_) | None => status.preferred_port,
                },
                port_taken_by: endpoint.instead_of().map(holder),
                region: endpoint.region().to_owned(),
                ..status
            };
        }
        match &state.failure {
            Some(error) => failed(error, status),
            None => status,
        }
    }

    async fn start_on(&self, port: PortChoice) {
        let tls = self.wanted_tls().await;
        let started = Endpoint::start(EndpointOptions {
            tls,
            ..self.options(port)
        });
        let started = started.await;
        {
            let mut state = self.state.lock().await;
            match started {
                Ok(endpoint) => {
                    let endpoint = Arc::new(endpoint);
                    self.control.set_endpoint(Some(Arc::clone(&endpoint)));
                    port_events::tell_refusals(&endpoint, self.events.clone());
                    state.endpoint = Some(endpoint);
                    state.failure = None;
                }
                Err(error) => {
                    tracing::warn!(%error, "the endpoint did not start");
                    state.failure = Some(error);
                }
            }
        }
        self.events.tell(Event::Endpoint);
    }

    fn options(&self, port: PortChoice) -> EndpointOptions {
        let store: Arc<dyn Store> = Arc::new(self.local.clone());
        let access_keys: Arc<dyn AccessKeys> = Arc::new(self.local.clone());
        let engine = Arc::clone(&self.engine);
        EndpointOptions {
            identities: Some(Arc::new(self.local.clone())),
            links: Some(Arc::new(self.local.clone())),
            inspector: Arc::clone(&self.inspector),
            key_service: Some(Arc::new(self.local.clone())),
            audit: Some(Arc::new(self.local.clone())),
            is_locked: Some(Arc::new(move || engine.is_locked())),
            ..EndpointOptions::new(store, access_keys, port)
        }
    }

    /// While the vault is locked the endpoint keeps its port and answers that it is.
    fn state_of_running(&self) -> EndpointState {
        if self.engine.is_locked() {
            EndpointState::Locked
        } else {
            EndpointState::On
        }
    }

    fn usual_port(&self) -> PortChoice {
        match self.forced_port {
            Some(0) => PortChoice::Any,
            Some(port) => PortChoice::Exactly(port),
            None => PortChoice::PreferredOrNext(self.settings.get().endpoint_port),
        }
    }

    fn preferred_port(&self) -> u16 {
        self.forced_port
            .unwrap_or_else(|| self.settings.get().endpoint_port)
    }
}

fn failed(error: &StartError, status: EndpointStatus) -> EndpointStatus {
    let (taken, hint) = match error {
        StartError::PortTaken(taken) => (Some(taken), "Choose another port, or end that program."),
        StartError::NoFreePort { first, .. } => (Some(first), "Choose another port."),
        StartError::PortForbidden { .. } => (None, "Choose a port from 1024 on."),
        StartError::Listen(_) => (None, "Check the network settings of this computer."),
        StartError::HostName(_) => (None, "Correct the host name."),
        StartError::Tls(_) => (None, "Make a new certificate."),
    };
    let message = Failure::new("", error.to_string(), "", "").message;
    EndpointStatus {
        state: EndpointState::Failed,
        port_taken_by: taken.map(holder),
        message,
        hint: hint.to_owned(),
        ..status
    }
}

fn holder(taken: &TakenPort) -> String {
    match &taken.holder {
        Some(holder) => holder.to_string(),
        None => "another program".to_owned(),
    }
}
