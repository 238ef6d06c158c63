//! What the window is told of the port while it is looked at: pages that were refused, and that requests came.

use std::time::Duration;

use stave_endpoint::{Endpoint, Inspector};
use tokio::sync::broadcast::error::RecvError;

use crate::events::{Event, Events};

/// The window is told at most four times a second, however much comes.
const BREATH: Duration = Duration::from_millis(250);

/// Tells of each page that an endpoint refuses, until the endpoint is gone.
pub fn tell_refusals(endpoint: &Endpoint, events: Events) {
    let mut refusals = endpoint.watch_cors_refusals();
    tokio::spawn(async move {
        loop {
            match refusals.recv().await {
                Ok(refusal) => {
                    events.tell(Event::CorsRefused(refusal.into()));
                    // However often a page tries, the window keeps its breath.
                    tokio::time::sleep(BREATH).await;
                }
                // Some were missed; the list has them.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// Tells that requests came, until nobody keeps them any more.
pub fn tell_requests(inspector: &Inspector, events: Events) {
    let mut newest = inspector.subscribe();
    tokio::spawn(async move {
        while newest.changed().await.is_ok() {
            events.tell(Event::Request);
            tokio::time::sleep(BREATH).await;
        }
    });
}
