//! The endpoint over a real socket and a real vault: by the AWS SDK where a client would do it, by bytes on
//! a socket where no client would.

mod access;
mod access_logs;
mod acls;
mod bad_requests;
mod broken_off;
mod buckets;
mod checksums;
mod chunked;
mod conditional;
mod configs;
mod control;
mod copies;
mod dialect;
mod encryption;
mod form;
mod forms;
mod guard;
mod hosts;
mod kit;
mod kms;
mod listing;
mod logs;
mod multipart;
mod objects;
mod odd_keys;
mod pace;
mod ports;
mod presigned;
mod ranges;
mod raw;
mod settings;
mod support;
mod tags;
mod versions;
mod websites;
