//! Multipart uploads: one file for each step.

mod begin;
mod complete;
mod list;
mod part;
mod part_copy;
