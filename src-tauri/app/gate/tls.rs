//! TLS on the port: on or off, and by which certificate.

use stave_endpoint::{Endpoint, TlsIdentity};

use super::Gate;
use crate::errors::{Answer, Failure};
use crate::events::Event;
use crate::views::{EndpointStatus, TlsView};

impl Gate {
    /// Turns TLS on or off, from the next connection on. The first time a certificate is made.
    pub async fn set_tls(&self, enabled: bool) -> Answer<EndpointStatus> {
        if enabled && self.identity().await.is_none() {
            self.make_identity().await?;
        }
        self.settings
            .change(|remembered| remembered.tls_on = enabled)?;
        self.offer_tls().await?;
        self.events.tell(Event::Endpoint);
        Ok(self.status().await)
    }

    /// Makes a certificate in the place of the one that there is: who trusted that trusts this one no more.
    pub async fn new_certificate(&self) -> Answer<EndpointStatus> {
        self.make_identity().await?;
        self.offer_tls().await?;
        self.events.tell(Event::Endpoint);
        Ok(self.status().await)
    }

    /// Reads the certificate that there is: what a locked vault could not tell.
    pub(super) async fn remember_identity(&self) {
        match self.certificates.of_port().await {
            Ok(identity) => self.state.lock().await.identity = identity,
            Err(failure) => {
                tracing::warn!(why = failure.why, "the certificate could not be read");
            }
        }
    }

    /// Returns what a starting endpoint offers.
    pub(super) async fn wanted_tls(&self) -> Option<TlsIdentity> {
        let wanted = self.settings.get().tls_on;
        self.identity().await.filter(|_| wanted)
    }

    async fn identity(&self) -> Option<TlsIdentity> {
        self.state.lock().await.identity.clone()
    }

    async fn make_identity(&self) -> Answer<()> {
        let identity = self.certificates.new_of_port().await?;
        self.state.lock().await.identity = Some(identity);
        Ok(())
    }

    async fn offer_tls(&self) -> Answer<()> {
        let wanted = self.wanted_tls().await;
        // One that is off offers it when it starts.
        match self.endpoint().await {
            Ok(endpoint) => offer(&endpoint, wanted.as_ref()),
            Err(_) => Ok(()),
        }
    }

    pub(super) fn tls_view(&self, identity: Option<&TlsIdentity>) -> Option<TlsView> {
        let enabled = self.settings.get().tls_on;
        identity.map(|identity| TlsView::of(identity, enabled, self.certificates.path()))
    }
}

fn offer(endpoint: &Endpoint, identity: Option<&TlsIdentity>) -> Answer<()> {
    endpoint.set_tls(identity).map_err(|error| {
        let hint = "Make a new certificate.";
        Failure::new("certificate_refused", error.to_string(), "", hint)
    })
}
