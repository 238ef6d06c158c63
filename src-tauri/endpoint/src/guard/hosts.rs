//! The names that the endpoint answers to. Any web page may give its own name our address; a request that
//! carries such a name is not for us.

use std::net::{Ipv6Addr, SocketAddr};

use percent_encoding::percent_decode_str;
use stave_model::BucketName;

use crate::options::StartError;

/// Before this name a bucket stands as a web site.
const WEBSITES: &str = ".s3-website.localhost";

/// What a `Host` header names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    /// The endpoint: the bucket, if any, stands in the path.
    Endpoint,
    /// A bucket: the path is the key.
    Bucket(BucketName),
}

impl Host {
    /// Returns the bucket that a request names, the path of its target given as it came.
    pub(crate) fn bucket(&self, path: &str) -> Option<BucketName> {
        match self {
            Self::Bucket(bucket) => Some(bucket.clone()),
            Self::Endpoint => {
                let path = path.trim_start_matches('/');
                let first = path.split_once('/').map_or(path, |(first, _)| first);
                let name = percent_decode_str(first).decode_utf8().ok()?;
                BucketName::parse(&name).ok()
            }
        }
    }
}

/// The names and the port.
#[derive(Debug)]
pub(crate) struct Hosts {
    port: u16,
    /// Names before which a bucket may stand, the longest first, so that `s3.localhost` is tried before
    /// `localhost`.
    bases: Vec<String>,
    /// The one name of a listener on the network.
    exactly: Option<String>,
}

impl Hosts {
    pub(crate) fn new(port: u16, further: &[String]) -> Result<Self, StartError> {
        let mut bases = vec!["localhost".to_owned(), "s3.localhost".to_owned()];
        for name in further {
            let name = name.to_ascii_lowercase();
            if !is_host_name(&name) {
                return Err(StartError::HostName(name));
            }
            bases.push(name);
        }
        bases.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Ok(Self {
            port,
            bases,
            exactly: None,
        })
    }

    /// Makes the names of a listener on the network: its address with its port, and nothing else.
    pub(crate) fn exactly(address: SocketAddr) -> Self {
        Self {
            port: address.port(),
            bases: Vec::new(),
            exactly: Some(address.to_string()),
        }
    }

    /// Returns the port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Returns the bucket whose web site a `Host` header names.
    pub(crate) fn website(&self, header: &str) -> Option<BucketName> {
        if self.exactly.is_some() {
            return None;
        }
        let header = header.to_ascii_lowercase();
        let bucket = self.without_port(&header)?.strip_suffix(WEBSITES)?;
        BucketName::parse(bucket).ok()
    }

    /// Returns what a `Host` header names; `None` where it names another machine or port.
    pub(crate) fn parse(&self, header: &str) -> Option<Host> {
        let header = header.to_ascii_lowercase();
        if let Some(exactly) = &self.exactly {
            return (header == *exactly).then_some(Host::Endpoint);
        }
        let name = self.without_port(&header)?;
        if name == "127.0.0.1" || name.parse() == Ok(BracketedLoopback) {
            return Some(Host::Endpoint);
        }
        if name.ends_with(WEBSITES) {
            return None;
        }
        self.bases.iter().find_map(|base| {
            let rest = name.strip_suffix(base.as_str())?;
            match rest.strip_suffix('.') {
                None => rest.is_empty().then_some(Host::Endpoint),
                Some(bucket) => BucketName::parse(bucket).ok().map(Host::Bucket),
            }
        })
    }

    fn without_port<'h>(&self, header: &'h str) -> Option<&'h str> {
        let bracket = header.rfind(']').unwrap_or(0);
        match header[bracket..].rfind(':') {
            Some(at) => {
                let (name, port) = header.split_at(bracket + at);
                (port[1..] == self.port.to_string()).then_some(name)
            }
            // Some programs leave the port out. A browser never does, so no page gains by it.
            None => Some(header),
        }
    }
}

/// `[::1]` in any of its spellings.
#[derive(PartialEq)]
struct BracketedLoopback;

impl std::str::FromStr for BracketedLoopback {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
        let address: Ipv6Addr = inner.ok_or(())?.parse().map_err(|_| ())?;
        address.is_loopback().then_some(Self).ok_or(())
    }
}

/// Letters, digits and hyphens between dots; an address is no name and would be no use before a bucket.
fn is_host_name(name: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let numeric = name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    name.len() <= 253 && name.split('.').all(label) && !numeric
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        Hosts::new(9_000, &["Nas.home".to_owned()]).unwrap()
    }

    #[track_caller]
    fn is_endpoint(header: &str) {
        assert_eq!(hosts().parse(header), Some(Host::Endpoint), "{header:?}");
    }

    #[track_caller]
    fn is_bucket(header: &str, bucket: &str) {
        let bucket = BucketName::parse(bucket).unwrap();
        assert_eq!(
            hosts().parse(header),
            Some(Host::Bucket(bucket)),
            "{header:?}"
        );
    }

    #[track_caller]
    fn is_refused(header: &str) {
        assert_eq!(hosts().parse(header), None, "{header:?}");
    }

    #[test]
    fn our_names_with_our_port_are_ours() {
        is_endpoint("127.0.0.1:9000");
        is_endpoint("localhost:9000");
        is_endpoint("LocalHost:9000");
        is_endpoint("s3.localhost:9000");
        is_endpoint("[::1]:9000");
        is_endpoint("[0:0:0:0:0:0:0:1]:9000");
        is_endpoint("nas.home:9000");
        is_endpoint("localhost");
        is_endpoint("127.0.0.1");
    }

    #[test]
    fn a_bucket_may_stand_before_a_name() {
        is_bucket("photos.s3.localhost:9000", "photos");
        is_bucket("photos.localhost:9000", "photos");
        is_bucket("my.photos.s3.localhost:9000", "my.photos");
        is_bucket("photos.nas.home:9000", "photos");
    }

    #[test]
    fn a_web_site_has_a_host_of_its_own() {
        let photos = BucketName::parse("photos").unwrap();
        let of = |header: &str| hosts().website(header);
        assert_eq!(of("photos.s3-website.localhost:9000"), Some(photos));
        assert_eq!(of("photos.s3-website.localhost:9001"), None);
        assert_eq!(of("s3-website.localhost:9000"), None);
        assert_eq!(of("photos.s3.localhost:9000"), None);
        is_refused("photos.s3-website.localhost:9000");
    }

    #[test]
    fn other_names_and_ports_are_not() {
        is_refused("evil.example:9000");
        is_refused("127.0.0.1.evil.example:9000");
        is_refused("127.0.0.1:9001");
        is_refused("evil.example");
        is_refused("evillocalhost:9000");
        is_refused("ab.localhost:9000");
        is_refused("photos.127.0.0.1:9000");
        is_refused("[::2]:9000");
        is_refused("localhost.:9000");
        is_refused("");
        is_refused(":9000");
    }

    #[test]
    fn a_listener_on_the_network_has_one_name() {
        let hosts = Hosts::exactly("192.168.1.20:9443".parse().unwrap());
        assert_eq!(hosts.parse("192.168.1.20:9443"), Some(Host::Endpoint));
        for other in [
            "192.168.1.20",
            "192.168.1.20:9444",
            "127.0.0.1:9443",
            "localhost:9443",
            "photos.s3-website.localhost:9443",
        ] {
            assert_eq!(hosts.parse(other), None, "{other:?}");
            assert_eq!(hosts.website(other), None, "{other:?}");
        }
    }

    #[test]
    fn the_port_may_be_left_out() {
        let hosts = Hosts::new(80, &[]).unwrap();
        assert_eq!(hosts.parse("localhost"), Some(Host::Endpoint));
        assert_eq!(hosts.parse("[::1]"), Some(Host::Endpoint));
        assert_eq!(hosts.parse("localhost:80"), Some(Host::Endpoint));
        is_bucket("photos.s3.localhost", "photos");
        is_refused("[::2]");
    }

    #[test]
    fn a_further_name_is_a_host_name() {
        for name in ["", "a b", "http://nas", "nas:9000", "10.0.0.1", "a..b"] {
            assert!(Hosts::new(9_000, &[name.to_owned()]).is_err(), "{name:?}");
        }
    }
}
