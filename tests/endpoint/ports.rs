//! Ports: exactly one, the next free one, or any; both addresses; nobody else on it.

use std::net::{Ipv6Addr, TcpListener};
use std::sync::Arc;

use stave_endpoint::{Endpoint, EndpointOptions, PortChoice, StartError};
use tokio::net::TcpStream;

use crate::kit::Served;

async fn start(served: &Served, port: PortChoice) -> Result<Endpoint, StartError> {
    let store = Arc::new(served.store.clone());
    Endpoint::start(EndpointOptions::new(store.clone(), store, port)).await
}

#[tokio::test]
async fn a_taken_port_is_said_to_be_taken_and_by_whom() {
    let served = Served::empty().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = start(&served, PortChoice::Exactly(port)).await.unwrap_err();
    let StartError::PortTaken(taken_port) = error else {
        panic!("not {error:?}");
    };
    assert_eq!(taken_port.port, port);
    if cfg!(target_os = "linux") {
        assert_eq!(taken_port.holder.map(|h| h.pid), Some(std::process::id()));
    }
}

#[tokio::test]
async fn the_next_free_port_is_taken_in_its_place() {
    let served = Served::empty().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    match start(&served, PortChoice::PreferredOrNext(port)).await {
        Ok(endpoint) => {
            assert!((port + 1..=port + 20).contains(&endpoint.port()));
            assert_eq!(endpoint.instead_of().map(|t| t.port), Some(port));
            TcpStream::connect(("127.0.0.1", endpoint.port()))
                .await
                .unwrap();
        }
        // Twenty neighbours may be busy on a busy machine; then that is what is said.
        Err(error) => assert!(matches!(error, StartError::NoFreePort { tried: 20, .. })),
    }
}

#[tokio::test]
async fn a_port_that_is_half_free_is_taken() {
    let served = Served::empty().await;
    let Ok(taken) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else {
        // A machine without IPv6 has no half to be taken.
        return;
    };
    let port = taken.local_addr().unwrap().port();
    let error = start(&served, PortChoice::Exactly(port)).await.unwrap_err();
    assert!(matches!(error, StartError::PortTaken(_)), "{error:?}");
}

#[tokio::test]
async fn a_port_is_free_again_after_a_shutdown() {
    let served = Served::empty().await;
    let port = served.endpoint.port();
    served.client().list_buckets().send().await.unwrap();
    served.endpoint.shutdown().await;
    let again = start(&served, PortChoice::Exactly(port)).await.unwrap();
    assert_eq!((again.port(), again.instead_of()), (port, None));
}

#[tokio::test]
async fn both_addresses_of_the_loopback_answer_and_no_other() {
    let served = Served::empty().await;
    let port = served.endpoint.port();
    TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok() {
        TcpStream::connect((Ipv6Addr::LOCALHOST, port))
            .await
            .unwrap();
    }
    // Another address of the loopback network is free for someone else.
    if cfg!(target_os = "linux") {
        assert!(TcpStream::connect(("127.0.0.2", port)).await.is_err());
    }
}

#[tokio::test]
async fn a_further_name_that_is_none_is_refused() {
    let served = Served::empty().await;
    let store = Arc::new(served.store.clone());
    let mut options = EndpointOptions::new(store.clone(), store, PortChoice::Any);
    options.hosts = vec!["http://nas".to_owned()];
    let error = Endpoint::start(options).await.unwrap_err();
    assert!(matches!(error, StartError::HostName(_)), "{error:?}");
}
