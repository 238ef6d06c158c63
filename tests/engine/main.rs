//! The use cases of the local store, through the trait that every face uses.

mod kit;

mod access_keys;
mod bucket_configs;
mod buckets;
mod copies;
mod damage;
mod encryption;
mod faults;
mod feed;
mod identities;
mod integrity;
mod kms;
mod kms_load;
mod large_copies;
mod lists;
mod model;
mod object_parts;
mod objects;
mod planted;
mod streams;
mod sweeping;
mod tags;
mod tampered_keys;
mod uploads;
mod versions;
