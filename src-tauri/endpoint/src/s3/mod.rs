//! S3: s3s twice. The outer one verifies who signed and that the bytes are what was signed; what it lets
//! through is one type of verified request. The inner one parses that into an operation's input and writes
//! its output. Between them is decided what the caller may do.

mod access;
mod acls;
mod bodies;
mod checksums;
mod convert;
mod documents;
mod encryption;
mod errors;
mod features;
mod form;
mod headers;
mod keys;
mod links;
mod ops;
mod query;
mod reencrypt;
mod references;
mod tagging;
mod verified;
mod website;

pub use access::{
    Access, AccessOf, Decided, DecidedBy, SimulateError, Simulated, Simulation, Simulator, Step,
    known_operations, simulate_actions,
};
pub(crate) use form::Forms;
pub(crate) use website::Websites;

use std::sync::Arc;

use hyper::{Request, Response};
use s3s::config::{S3Config, S3ConfigProvider, StaticConfigProvider};
use s3s::host::{S3Host, VirtualHost};
use s3s::s3_error;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpError, S3, S3Result};

use crate::guard::{Host, Hosts};
use crate::options::EndpointOptions;
use crate::sessions::Sessions;

/// How far the clock of a signer may be off, in seconds.
const SKEW_SECS: u32 = 15 * 60;

/// Makes the service behind the guard.
pub(crate) fn service(
    options: EndpointOptions,
    hosts: Arc<Hosts>,
    sessions: Arc<Sessions>,
) -> Service {
    let config = config(&options);
    let rights = access::Rights::new(&options);
    let dialect = options.dialect;
    let operations = ops::Operations::new(&options, rights.clone());
    let reencryption = reencrypt::Reencryption::new(Arc::clone(&options.store), rights.clone());
    let mut inner = S3ServiceBuilder::new(operations);
    inner.set_config(Arc::clone(&config));
    inner.set_host(VirtualHosts(Arc::clone(&hosts)));
    // s3s asks for access only where it has keys; these know none, for a verified request needs none.
    inner.set_auth(keys::NoKeys);
    inner.set_access(access::Authority::new(rights, dialect));

    let mut outer = S3ServiceBuilder::new(Nothing);
    outer.set_config(config);
    outer.set_host(VirtualHosts(Arc::clone(&hosts)));
    let keys = keys::Keys::new(&options, sessions);
    outer.set_auth(keys.clone());
    let xml_bytes = options.limits.xml_bytes;
    let links = links::LinkGate::new(options.links);
    let inner = inner.build();
    outer.set_route(verified::Verified::new(
        inner,
        reencryption,
        verified::Door { hosts, keys, links },
        xml_bytes,
    ));
    Service(outer.build())
}

/// S3, as it is called.
#[derive(Clone)]
pub(crate) struct Service(S3Service);

impl Service {
    /// Answers a request that the guard let through.
    pub(crate) async fn call(&self, request: Request<Body>) -> Result<Response<Body>, HttpError> {
        let token = keys::token_of(request.headers(), request.uri().query());
        // On the heap: it is far larger than what stands around it.
        let called = Box::pin(self.0.call(request));
        keys::with_token(token, called).await
    }
}

fn config(options: &EndpointOptions) -> Arc<dyn S3ConfigProvider> {
    let mut config = S3Config::default();
    config.xml_max_body_size = options.limits.xml_bytes;
    // Forms are refused by the guard; s3s would hold their files in memory.
    config.post_object_max_file_size = 0;
    config.presigned_url_max_skew_time_secs = SKEW_SECS;
    Arc::new(StaticConfigProvider::new(Arc::new(config)))
}

/// The outer service has no operations of its own: every request takes the route to the inner one.
struct Nothing;

impl S3 for Nothing {}

/// Tells s3s whether a bucket stands in the host name.
struct VirtualHosts(Arc<Hosts>);

impl S3Host for VirtualHosts {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let named = self.0.parse(host);
        match named.ok_or_else(|| s3_error!(InvalidRequest, "not a host of this endpoint"))? {
            Host::Endpoint => Ok(VirtualHost::new(host)),
            Host::Bucket(bucket) => {
                Ok(VirtualHost::new(host).with_bucket(bucket.as_str().to_owned()))
            }
        }
    }
}
