//! AWS' JSON 1.1 over HTTP, signed: how a key service is spoken to that this process does not hold.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_http_client::{Connector, proxy::ProxyConfig, tls};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use secrecy::ExposeSecret as _;
use thiserror::Error;
use tracing::subscriber::{NoSubscriber, with_default};

use crate::connect::Credential;

/// How long a connection may take to stand, and an answer to come.
const CONNECT_TIME: Duration = Duration::from_secs(10);
const ANSWER_TIME: Duration = Duration::from_mins(1);

/// Why a call has no answer. None carries what was sent.
#[derive(Debug, Error)]
pub enum CallError {
    /// The address is none.
    #[error("the address is not one of an endpoint")]
    Address,
    /// The request could not be signed.
    #[error("the request could not be signed")]
    Signing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nothing answers there, or it broke off.
    #[error("the endpoint does not answer")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// An answer.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The document; it may be empty.
    pub body: Vec<u8>,
}

/// A service behind an endpoint.
pub struct SignedJson {
    credential: Credential,
    connector: Connector,
    service: &'static str,
    target: &'static str,
}

impl SignedJson {
    /// Speaks to the key service.
    pub fn of_kms(credential: Credential) -> Self {
        let loopback = ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|host| credential.endpoint_url.contains(host));
        let proxy = if loopback {
            ProxyConfig::disabled()
        } else {
            ProxyConfig::from_env()
        };
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT_TIME)
            .read_timeout(ANSWER_TIME)
            .build();
        let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
        Self {
            credential,
            connector: Connector::builder()
                .proxy_config(proxy)
                .connector_settings(settings)
                .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
                .tls_provider(ring)
                .build(),
            service: "kms",
            target: "TrentService",
        }
    }

    /// Calls an operation.
    pub async fn call(&self, operation: &str, body: Vec<u8>) -> Result<Answer, CallError> {
        let request = self.request(operation, body)?;
        let response = self.connector.call(request).await;
        let response = response.map_err(|error| CallError::Unreachable(error.into()))?;
        let status = response.status().as_u16();
        let body = ByteStream::new(response.into_body()).collect().await;
        let body = body.map_err(|error| CallError::Unreachable(error.into()))?;
        Ok(Answer {
            status,
            body: body.to_vec(),
        })
    }

    fn request(&self, operation: &str, body: Vec<u8>) -> Result<HttpRequest, CallError> {
        let url = format!("{}/", self.credential.endpoint_url.trim_end_matches('/'));
        let target = format!("{}.{operation}", self.target);
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", target.as_str()),
        ];
        let signed = self.sign(&url, &headers, &body)?;
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").map_err(|_| CallError::Address)?;
        request.set_uri(url).map_err(|_| CallError::Address)?;
        for (name, value) in headers {
            request.headers_mut().insert(name, value.to_owned());
        }
        for (name, value) in signed {
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }

    fn sign(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Vec<(String, String)>, CallError> {
        let token = self.credential.session_token.as_ref();
        let identity = Credentials::new(
            self.credential.access_key_id.clone(),
            self.credential.secret_access_key.expose_secret(),
            token.map(|token| token.expose_secret().to_owned()),
            None,
            "stave",
        )
        .into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.credential.region)
            .name(self.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| CallError::Signing(error.into()))?
            .into();
        let body = SignableBody::Bytes(body);
        let signable = SignableRequest::new("POST", url, headers.iter().copied(), body)
            .map_err(|error| CallError::Signing(error.into()))?;
        // The signer prints what it signs at its trace level: none of it may reach a log.
        let signed = with_default(NoSubscriber::default(), || sign(signable, &params));
        let signed = signed.map_err(|error| CallError::Signing(error.into()))?;
        let (instructions, _signature) = signed.into_parts();
        let (headers, _query) = instructions.into_parts();
        Ok(headers
            .into_iter()
            .map(|header| (header.name().to_owned(), header.value().to_owned()))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _};
    use std::sync::Arc;

    use tracing_subscriber::filter::LevelFilter;

    use super::*;

    /// Runs something with a log of every level, and returns the log.
    fn logged(work: impl FnOnce()) -> String {
        let file = Arc::new(tempfile::tempfile().unwrap());
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_writer(Arc::clone(&file))
            .finish();
        with_default(subscriber, work);
        let mut log = String::new();
        (&*file).rewind().unwrap();
        (&*file).read_to_string(&mut log).unwrap();
        log
    }

    #[test]
    fn what_is_signed_reaches_no_log() {
        let service = SignedJson::of_kms(Credential {
            endpoint_url: "http://127.0.0.1:9000".to_owned(),
            region: "us-east-1".to_owned(),
            access_key_id: "TESTTESTTESTTESTTEST".to_owned(),
            secret_access_key: "a-secret".into(),
            session_token: Some("a-token".into()),
        });
        let log = logged(|| {
            let request = service.request("Encrypt", b"{\"Plaintext\":\"bWluZQ==\"}".to_vec());
            let request = request.unwrap();
            assert!(request.headers().get("authorization").is_some());
            assert_eq!(
                request.headers().get("x-amz-target"),
                Some("TrentService.Encrypt")
            );
            tracing::trace!("signed");
        });
        // The log was on, and has nothing else.
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(log.contains("signed"), "{log}");
    }
}
