//! What the app tells the window by itself, kept apart from the window so that it can be heard in
//! tests.

use std::sync::Arc;

use crate::views::{ChangeView, CorsRefusalView, DropEvent, ListingProgress};

/// Something to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Data changed.
    Change(ChangeView),
    /// Transfers moved: read them again.
    Transfers,
    /// A listing is known further.
    Listing(ListingProgress),
    /// The endpoint went on or off: read its status again.
    Endpoint,
    /// The vault opened or closed: read its status again.
    Vault,
    /// Links changed, or their share on the network: read them again.
    Links,
    /// A page was refused.
    CorsRefused(CorsRefusalView),
    /// Requests came: read them again.
    Request,
    /// A drag from outside.
    Drop(DropEvent),
}

impl Event {
    /// Returns the name that the window listens to.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Change(_) => "change",
            Self::Transfers => "transfers",
            Self::Listing(_) => "listing",
            Self::Endpoint => "endpoint",
            Self::Vault => "vault",
            Self::Links => "links",
            Self::CorsRefused(_) => "cors-refused",
            Self::Request => "request",
            Self::Drop(_) => "drop",
        }
    }
}

/// Tells events.
#[derive(Clone)]
pub struct Events(Arc<dyn Fn(Event) + Send + Sync>);

impl Events {
    /// Makes a teller of whoever hears.
    pub fn new(hear: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }

    /// Tells an event.
    pub fn tell(&self, event: Event) {
        (self.0)(event);
    }
}
