//! The remote store: the trait `Store` over `aws-sdk-s3`, for any S3 endpoint: AWS, another
//! cluster, or the endpoint of a running Stave. The words and rules are the trait's; where S3 does
//! not tell what the trait asks for, each method says what stands in for it.

mod acls;
mod attributes;
mod bodies;
mod bucket_configs;
mod buckets;
mod checksums;
mod connect;
mod copies;
mod deletes;
mod encryption;
mod errors;
mod listings;
mod logging;
mod metadata;
mod objects;
mod openings;
mod store;
mod tags;
mod uploads;
mod website;
mod words;

pub use connect::{Addressing, ConnectError, RemoteOptions, RemoteStore};
pub use errors::{Refused, Unreachable};
