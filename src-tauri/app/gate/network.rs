//! The share of links on the network: made by a person alone, by TLS, until its end.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use stave_endpoint::{Endpoint, NetworkShare, ShareError, TlsIdentity};
use stave_model::{Clock as _, SystemClock, Timestamp};

use super::Gate;
use crate::errors::{Answer, Failure};
use crate::events::Event;
use crate::views::NetworkShareView;

/// The longest share in minutes: a day.
const MINUTES_MAX: u32 = 24 * 60;

/// The port that is tried first, so that a firewall can be told once.
const PORT: u16 = 9_443;

/// A share, on each address of this computer.
pub(super) struct Shared {
    shares: Vec<NetworkShare>,
    reachable: bool,
}

impl Shared {
    fn first(&self) -> Option<&NetworkShare> {
        self.shares.first().filter(|share| share.is_running())
    }

    fn view(&self) -> Option<NetworkShareView> {
        let share = self.first()?;
        let running = self.shares.iter().filter(|share| share.is_running());
        Some(NetworkShareView {
            address: share.url(),
            addresses: running.map(NetworkShare::url).collect(),
            until: share.until().as_millis(),
            certificate_sha256: share.sha256().to_owned(),
            reachable: Some(self.reachable),
            sentence: sentence(share.address(), self.reachable),
        })
    }
}

fn sentence(address: SocketAddr, reachable: bool) -> String {
    if reachable {
        return format!("A trial from this computer to {address} was answered.");
    }
    let port = address.port();
    format!(
        "A trial from this computer to {address} was not answered. A firewall may block port {port}: allow it for this \
         program."
    )
}

impl Gate {
    /// Shares links on the network for so many minutes, in the place of a share that there is.
    pub async fn share_on_network(&self, minutes: u32) -> Answer<NetworkShareView> {
        if !(1..=MINUTES_MAX).contains(&minutes) {
            return Err(Failure::refused(
                "invalid_minutes",
                "a share lasts a minute at least, and a day at most",
                "Choose another end.",
            ));
        }
        self.share_on(&addresses(), minutes).await
    }

    /// Shares links on these addresses of this computer.
    pub(super) async fn share_on(
        &self,
        addresses: &[IpAddr],
        minutes: u32,
    ) -> Answer<NetworkShareView> {
        let endpoint = self.endpoint().await?;
        if addresses.is_empty() {
            return Err(Failure::refused(
                "no_network",
                "this computer is in no network",
                "Connect it to one first.",
            ));
        }
        self.stop_sharing().await;
        let now = SystemClock.now().as_millis();
        let until = Timestamp::from_millis(now + i64::from(minutes) * 60_000);
        let names = addresses.iter().map(IpAddr::to_string).collect();
        let tls = self.certificates.of_share(names, until).await?;
        let shares = share(&endpoint, addresses, until, &tls).await?;
        self.shared(shares).await
    }

    /// Returns the share that there is.
    pub async fn network_share(&self) -> Option<NetworkShareView> {
        let mut state = self.state.lock().await;
        // One whose end has come is let go of.
        state.shared.take_if(|shared| shared.first().is_none());
        state.shared.as_ref().and_then(Shared::view)
    }

    /// Ends the share.
    pub async fn stop_sharing(&self) {
        let shared = self.state.lock().await.shared.take();
        let Some(shared) = shared else {
            return;
        };
        for share in &shared.shares {
            share.stop().await;
        }
        self.events.tell(Event::Links);
    }

    async fn shared(&self, shares: Vec<NetworkShare>) -> Answer<NetworkShareView> {
        let reachable = match shares.first() {
            Some(share) => share.reachable().await,
            None => false,
        };
        let open = Shared { shares, reachable };
        let view = open.view();
        self.state.lock().await.shared = Some(open);
        self.events.tell(Event::Links);
        view.ok_or_else(|| {
            let hint = "Open it again.";
            Failure::refused("not_shared", "the share has ended already", hint)
        })
    }
}

/// Listens on each address, all on one port. That of the way out of this computer must do; others may fail.
async fn share(
    endpoint: &Endpoint,
    addresses: &[IpAddr],
    until: Timestamp,
    tls: &TlsIdentity,
) -> Answer<Vec<NetworkShare>> {
    let on = |address: IpAddr, port| {
        endpoint.share_on_network(SocketAddr::new(address, port), until, tls)
    };
    let (first, others) = addresses.split_first().ok_or_else(Failure::locked)?;
    let usual = match on(*first, PORT).await {
        Err(ShareError::Taken(_)) => on(*first, 0).await,
        answer => answer,
    };
    let usual = usual.map_err(|error| refused(&error))?;
    let port = usual.address().port();
    let mut shares = vec![usual];
    for other in others {
        match on(*other, port).await {
            Ok(share) => shares.push(share),
            Err(error) => tracing::warn!(%error, "an address of this computer is not shared on"),
        }
    }
    Ok(shares)
}

fn refused(error: &ShareError) -> Failure {
    let hint = match error {
        ShareError::NotOurs(_) | ShareError::Unspecified(_) => {
            "The network may have changed: try again."
        }
        ShareError::Over => "Choose a later end.",
        ShareError::Taken(_) => "End the program that listens there.",
        ShareError::Listen(_) => "Check the network settings of this computer.",
        ShareError::Tls(_) => "Try again.",
    };
    Failure::new("not_shared", error.to_string(), "", hint)
}

/// Places in usual networks. Asking the way there sends nothing: only the system's table of ways is looked at.
const PLACES: [Ipv4Addr; 4] = [
    Ipv4Addr::new(192, 0, 2, 1),
    Ipv4Addr::new(192, 168, 255, 254),
    Ipv4Addr::new(10, 255, 255, 254),
    Ipv4Addr::new(172, 31, 255, 254),
];

/// Returns the addresses by which others in its networks reach this computer, that of the usual way out first.
fn addresses() -> Vec<IpAddr> {
    let mut found = Vec::new();
    for place in PLACES {
        let Ok(address) = way_to(place) else {
            continue;
        };
        let usable = !address.is_loopback() && !address.is_unspecified();
        if usable && !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

fn way_to(place: Ipv4Addr) -> std::io::Result<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    socket.connect((place, 9))?;
    Ok(socket.local_addr()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_nobody_reaches_names_its_port() {
        let address = "192.168.1.20:9443".parse().unwrap();
        assert_eq!(
            sentence(address, true),
            "A trial from this computer to 192.168.1.20:9443 was answered."
        );
        assert!(sentence(address, false).contains("block port 9443"));
    }

    #[test]
    fn no_address_is_of_this_computer_alone() {
        assert!(addresses().iter().all(|address| !address.is_loopback()));
    }
}
