//! The words for the encryption of objects.

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgGroup, Args, ValueEnum};
use stave_model::VersionId;

use crate::location::S3Place;

/// How what is written is encrypted.
#[derive(Debug, Clone, Default, Args)]
pub struct SseOptions {
    /// Encrypt what is written under a key of the store (AES256) or of the key service (aws:kms),
    /// instead of as the bucket's default says
    #[arg(long, value_enum, value_name = "HOW", conflicts_with = "sse_c_key")]
    pub sse: Option<SseWord>,
    /// The key for --sse aws:kms, by id, ARN or alias; without it the one that the store manages
    #[arg(long, value_name = "KEY", requires = "sse")]
    pub sse_kms_key_id: Option<String>,
    /// A pair of the encryption context for --sse aws:kms; may be repeated
    #[arg(long, value_name = "NAME=VALUE", requires = "sse", value_parser = super::settings::parse_tag)]
    pub sse_kms_context: Vec<(String, String)>,
    /// Let objects share a bucket key, for --sse aws:kms
    #[arg(long, requires = "sse")]
    pub bucket_key: bool,
    /// Encrypt, or read, under a key of your own (SSE-C) from this place: a file, - for standard
    /// input, env:NAME or keychain:NAME; never the key itself
    #[arg(long, value_name = "PLACE")]
    pub sse_c_key: Option<SecretPlace>,
}

/// The key of a source of a copy.
#[derive(Debug, Clone, Default, Args)]
pub struct SourceKey {
    /// The key of your own that the source of a copy within S3 is under, from such a place
    #[arg(long, value_name = "PLACE")]
    pub sse_c_copy_source_key: Option<SecretPlace>,
}

/// The key of what is read.
#[derive(Debug, Clone, Default, Args)]
pub struct ReadKey {
    /// The key of your own that it is under (SSE-C), from this place: a file, - for standard input,
    /// env:NAME or keychain:NAME; never the key itself
    #[arg(long, value_name = "PLACE")]
    pub sse_c_key: Option<SecretPlace>,
}

/// How the store encrypts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SseWord {
    /// By a key that the store holds (SSE-S3)
    #[value(name = "AES256")]
    S3,
    /// By a key of the key service (SSE-KMS)
    #[value(name = "aws:kms")]
    Kms,
}

/// Where a key is read from. It is never shown: a person may have written the key itself.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// Standard input.
    Standard,
    /// A variable of the environment.
    Variable(String),
    /// An entry of the keychain.
    Keychain(String),
    /// A file.
    File(PathBuf),
}

impl std::fmt::Debug for SecretPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretPlace(…)")
    }
}

impl FromStr for SecretPlace {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let after = |prefix| text.strip_prefix(prefix).map(str::to_owned);
        Ok(match (text, after("env:"), after("keychain:")) {
            ("-", ..) => Self::Standard,
            (_, Some(name), _) => Self::Variable(name),
            (_, _, Some(name)) => Self::Keychain(name),
            _ => Self::File(PathBuf::from(text)),
        })
    }
}

/// Encrypts objects otherwise.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("how").required(true).args(["sse"])))]
pub struct Reencrypt {
    /// s3://bucket/key, s3://bucket or with --recursive a prefix
    pub place: S3Place,
    /// Encrypt everything below
    #[arg(long, short)]
    pub recursive: bool,
    /// Every version, not only the latest
    #[arg(long)]
    pub all_versions: bool,
    /// By a key of the store (AES256) or of the key service (aws:kms)
    #[arg(long, value_enum, value_name = "HOW")]
    pub sse: Option<SseWord>,
    /// The key for --sse aws:kms, by id, ARN or alias; without it the one that the store manages
    #[arg(long, value_name = "KEY")]
    pub sse_kms_key_id: Option<String>,
    /// Let objects share a bucket key, for --sse aws:kms
    #[arg(long)]
    pub bucket_key: bool,
    /// The key of your own that the objects are under now, from a file, -, env:NAME or
    /// keychain:NAME
    #[arg(long, value_name = "PLACE")]
    pub sse_c_key: Option<SecretPlace>,
}

/// Shows an object.
#[derive(Debug, Args)]
pub struct Stat {
    /// s3://bucket/key
    pub place: S3Place,
    /// This version
    #[arg(long, value_name = "ID", value_parser = VersionId::parse)]
    pub version_id: Option<VersionId>,
    /// Its key, where it is under one of your own
    #[command(flatten)]
    pub key: ReadKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_from_a_place_that_is_never_shown() {
        let parse = |text: &str| text.parse::<SecretPlace>().unwrap();
        assert_eq!(parse("-"), SecretPlace::Standard);
        assert_eq!(parse("env:KEY"), SecretPlace::Variable("KEY".to_owned()));
        assert_eq!(
            parse("keychain:tax"),
            SecretPlace::Keychain("tax".to_owned())
        );
        assert_eq!(parse("a:b"), SecretPlace::File("a:b".into()));
        assert_eq!(format!("{:?}", parse("sesame")), "SecretPlace(…)");
    }
}
