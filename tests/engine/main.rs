//! The use cases of the local store, through the trait that every face uses.

mod kit;

mod access_keys;
mod buckets;
mod copies;
mod damage;
mod faults;
mod feed;
mod integrity;
mod model;
mod objects;
mod streams;
mod sweeping;
mod uploads;
mod versions;
