//! The words for web pages of other origins, and for links that do not work.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use stave_model::BucketName;

/// Works on web pages of other origins.
#[derive(Debug, Subcommand)]
pub enum CorsCommand {
    /// Say whether a page may send a request and read the answer, by which rule, or why not
    Lab(Lab),
}

/// Tries a request of a page out.
#[derive(Debug, Args)]
pub struct Lab {
    /// s3://name, or the name
    #[arg(value_parser = crate::location::parse_bucket)]
    pub bucket: BucketName,
    /// The origin of the page, as http://localhost:5173
    #[arg(long, value_name = "ORIGIN")]
    pub origin: String,
    /// The method
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    pub method: String,
    /// A header that the page sets, as NAME or "NAME: VALUE"; may be repeated
    #[arg(long = "header", value_name = "HEADER")]
    pub headers: Vec<String>,
    /// The key
    #[arg(long, value_name = "KEY", default_value = "")]
    pub key: String,
    /// Try the rules of this file instead of those that are set
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
}

/// Works on a link.
#[derive(Debug, Subcommand)]
pub enum LinkCommand {
    /// Say which part of a link, a curl line, a request or an error document does not match
    Diagnose(Diagnose),
}

/// Names what is to be looked at.
#[derive(Debug, Args)]
pub struct Diagnose {
    /// The link, curl line, request or error document; - reads it from standard input
    pub text: String,
}
