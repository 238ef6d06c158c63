//! Sockets on the loopback interface: both addresses, one port, nobody else on it.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

use crate::holder::port_holder;
use crate::options::{PortChoice, StartError, TakenPort};

/// How many ports above a taken one are tried.
const NEXT_PORTS: u16 = 20;

/// How often a port that the system chose on one address is tried on the other.
const ANY_ATTEMPTS: u32 = 32;

/// Connections that the system holds until they are accepted.
const BACKLOG: i32 = 1_024;

/// Listening sockets on one port.
pub(crate) struct Listeners {
    /// On 127.0.0.1.
    pub(crate) v4: TcpListener,
    /// On ::1; `None` on a machine without IPv6.
    pub(crate) v6: Option<TcpListener>,
    /// The port of both.
    pub(crate) port: u16,
    /// The preferred port, where it was taken and another was chosen.
    pub(crate) instead_of: Option<TakenPort>,
}

/// Listens as `choice` asks.
pub(crate) fn listen(choice: PortChoice) -> Result<Listeners, StartError> {
    match choice {
        PortChoice::Exactly(port) => both(port).map_err(|error| refused(port, error)),
        PortChoice::PreferredOrNext(port) => preferred_or_next(port),
        PortChoice::Any => any(),
    }
}

fn preferred_or_next(preferred: u16) -> Result<Listeners, StartError> {
    let first = match both(preferred) {
        Ok(listeners) => return Ok(listeners),
        Err(error) if error.kind() == ErrorKind::AddrInUse => taken(preferred),
        Err(error) => return Err(refused(preferred, error)),
    };
    let last = preferred.saturating_add(NEXT_PORTS);
    for port in preferred.saturating_add(1)..=last {
        match both(port) {
            Ok(listeners) => {
                return Ok(Listeners {
                    instead_of: Some(first),
                    ..listeners
                });
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(refused(port, error)),
        }
    }
    let tried = last - preferred;
    Err(StartError::NoFreePort { first, tried })
}

fn any() -> Result<Listeners, StartError> {
    let mut last = io::Error::from(ErrorKind::AddrInUse);
    for _ in 0..ANY_ATTEMPTS {
        match both(0) {
            Ok(listeners) => return Ok(listeners),
            // Free on one address, taken on the other: let the system choose again.
            Err(error) if error.kind() == ErrorKind::AddrInUse => last = error,
            Err(error) => return Err(StartError::Listen(error)),
        }
    }
    Err(StartError::Listen(last))
}

/// Listens on both addresses or on none: a half-open endpoint answers `localhost` on some machines only.
fn both(port: u16) -> io::Result<Listeners> {
    let v4 = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    let port = v4.local_addr()?.port();
    let v6 = match bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))) {
        Ok(listener) => Some(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => return Err(error),
        // No IPv6 on this machine: then nobody can reach ::1 either.
        Err(_) => None,
    };
    Ok(Listeners {
        v4,
        v6,
        port,
        instead_of: None,
    })
}

/// Listens on one address, nobody else beside.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // On Unix this only passes over connections of a former process that linger in TIME_WAIT; a listener
    // still excludes us. On Windows it would let two processes share the port, so there it stays off.
    if cfg!(unix) {
        socket.set_reuse_address(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

fn refused(port: u16, error: io::Error) -> StartError {
    match error.kind() {
        ErrorKind::AddrInUse => StartError::PortTaken(taken(port)),
        ErrorKind::PermissionDenied => StartError::PortForbidden { port },
        _ => StartError::Listen(error),
    }
}

fn taken(port: u16) -> TakenPort {
    TakenPort {
        port,
        holder: port_holder(port),
    }
}
