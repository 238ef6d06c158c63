//! Crashes: a disk that fails at each step of a write in turn, power cuts, and `kill -9`.
//!
//! The program under test is the built `stave`. Where a fault must be exact, a small library (`shim.c`) stands between it
//! and the C library, so that SQLite's writes and our own are met alike.

#![cfg(target_os = "linux")]

mod faults;
mod kills;
mod kms;
mod kms_planted;
mod ledger;
mod power;
mod replay;
mod root_keys;
mod shim;
