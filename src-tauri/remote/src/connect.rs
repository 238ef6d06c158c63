//! How an endpoint is reached: address, credentials, retries and time-outs.

use std::fmt;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{
    BehaviorVersion, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    StalledStreamProtectionConfig,
};
use aws_smithy_http_client::{Connector, proxy::ProxyConfig, tls};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a body may stand still before its request fails.
const STALL_GRACE: Duration = Duration::from_mins(1);
/// How often a request is tried whose body can be sent again.
const ATTEMPTS_MAX: u32 = 3;

/// Where the name of a bucket stands in the address of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressing {
    /// In the path: `http://host/bucket/key`. Works with every endpoint.
    Path,
    /// In the host: `http://bucket.host/key`. What AWS asks for.
    VirtualHost,
}

/// An endpoint and the credentials for it.
#[derive(Clone)]
pub struct RemoteOptions {
    /// The address; `None` is AWS.
    pub endpoint_url: Option<String>,
    /// The region that requests are signed for.
    pub region: String,
    /// The id of the access key. Other stores have alphabets of their own, so it is plain text.
    pub access_key_id: String,
    /// The secret of the access key.
    pub secret_access_key: SecretString,
    /// The token of temporary credentials.
    pub session_token: Option<SecretString>,
    /// Where bucket names stand.
    pub addressing: Addressing,
}

impl RemoteOptions {
    /// Makes options for an endpoint of one's own, with bucket names in the path.
    pub fn new(endpoint_url: &str, access_key_id: &str, secret_access_key: SecretString) -> Self {
        Self {
            endpoint_url: Some(endpoint_url.to_owned()),
            region: "us-east-1".to_owned(),
            access_key_id: access_key_id.to_owned(),
            secret_access_key,
            session_token: None,
            addressing: Addressing::Path,
        }
    }
}

impl fmt::Debug for RemoteOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteOptions")
            .field("endpoint_url", &self.endpoint_url)
            .field("region", &self.region)
            .field("access_key_id", &self.access_key_id)
            .field("addressing", &self.addressing)
            .finish_non_exhaustive()
    }
}

/// Why no connection can be made of the options.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConnectError {
    /// The address is no `http://` or `https://` address of a host alone.
    #[error("{0:?} is not the address of an endpoint, such as http://127.0.0.1:9000")]
    EndpointUrl(String),
}

/// A store behind an S3 endpoint.
#[derive(Clone)]
pub struct RemoteStore {
    pub(crate) client: Client,
    endpoint_url: Option<String>,
}

impl fmt::Debug for RemoteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteStore")
            .field("endpoint_url", &self.endpoint_url)
            .finish_non_exhaustive()
    }
}

impl RemoteStore {
    /// Prepares a client; the network is not touched before the first request.
    pub fn connect(options: &RemoteOptions) -> Result<Self, ConnectError> {
        if let Some(url) = &options.endpoint_url {
            check_endpoint_url(url)?;
        }
        let credentials = Credentials::new(
            &options.access_key_id,
            options.secret_access_key.expose_secret(),
            options
                .session_token
                .as_ref()
                .map(|token| token.expose_secret().to_owned()),
            None,
            "stave",
        );
        let mut config = aws_sdk_s3::Config::builder();
        config.set_endpoint_url(options.endpoint_url.clone());
        let config = config
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(options.region.clone()))
            .credentials_provider(credentials)
            .force_path_style(options.addressing == Addressing::Path)
            // Many stores refuse the SDK's checksums by default; a checksum that the caller
            // declares is sent.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
                    .build(),
            )
            .stalled_stream_protection(
                StalledStreamProtectionConfig::enabled()
                    .grace_period(STALL_GRACE)
                    .build(),
            )
            .http_client(http_client(options.endpoint_url.as_deref()))
            .build();
        Ok(Self {
            client: Client::from_conf(config),
            endpoint_url: options.endpoint_url.clone(),
        })
    }

    /// Returns the address that requests go to; `None` is AWS.
    pub fn endpoint_url(&self) -> Option<&str> {
        self.endpoint_url.as_deref()
    }
}

/// Makes the HTTP client: plain HTTP and TLS in one. A proxy of the environment is never asked for
/// loopback, which it could not reach and whose requests are none of its business.
fn http_client(endpoint_url: Option<&str>) -> aws_sdk_s3::config::SharedHttpClient {
    let loopback = endpoint_url.is_some_and(|url| is_loopback(host_of(url)));
    aws_smithy_http_client::Builder::new().build_with_connector_fn(move |settings, components| {
        let proxy = if loopback {
            ProxyConfig::disabled()
        } else {
            ProxyConfig::from_env()
        };
        let mut connector = Connector::builder().proxy_config(proxy);
        if let Some(settings) = settings {
            connector = connector.connector_settings(settings.clone());
        }
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector
            .tls_provider(tls::Provider::Rustls(
                tls::rustls_provider::CryptoMode::Ring,
            ))
            .build()
    })
}

fn check_endpoint_url(url: &str) -> Result<(), ConnectError> {
    let refused = || ConnectError::EndpointUrl(url.to_owned());
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"))
        .ok_or_else(refused)?;
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let plain = authority
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b));
    if authority.is_empty() || !plain {
        return Err(refused());
    }
    Ok(())
}

/// Returns the host of an address, without port and brackets.
fn host_of(url: &str) -> &str {
    let authority = url.split("://").nth(1).unwrap_or(url);
    let authority = authority.split('/').next().unwrap_or(authority);
    match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => authority.split(':').next().unwrap_or(authority),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_host_and_nothing_more() {
        for url in [
            "http://127.0.0.1:9000",
            "http://[::1]:9000/",
            "https://s3.example.com",
        ] {
            assert_eq!(check_endpoint_url(url), Ok(()), "{url}");
        }
        for url in [
            "",
            "127.0.0.1:9000",
            "ftp://host",
            "http://",
            "http://host/path",
            "http://user@host",
            "http://host?x=1",
        ] {
            assert_eq!(
                check_endpoint_url(url),
                Err(ConnectError::EndpointUrl(url.to_owned())),
                "{url}"
            );
        }
    }

    #[test]
    fn loopback_is_known_in_each_of_its_forms() {
        for (url, expected) in [
            ("http://127.0.0.1:9000", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:9000/", true),
            ("http://localhost:9000", true),
            ("http://s3.localhost:9000", true),
            ("https://s3.example.com", false),
            ("http://10.0.0.1:9000", false),
            ("http://localhost.example.com", false),
        ] {
            assert_eq!(is_loopback(host_of(url)), expected, "{url}");
        }
    }

    #[test]
    fn options_never_show_a_secret() {
        let mut options = RemoteOptions::new("http://localhost:9000", "AKID", "hidden-one".into());
        options.session_token = Some("hidden-two".into());
        let shown = format!("{options:?}");
        assert!(
            shown.contains("AKID") && !shown.contains("hidden"),
            "{shown}"
        );
    }
}
