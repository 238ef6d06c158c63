//! The words for tags, for what is set for a bucket, and for unfinished uploads.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use stave_model::{BucketName, UploadId, VersionId};

use crate::durations::parse_duration;
use crate::location::{S3Place, parse_bucket};

/// Works on tags.
#[derive(Debug, Subcommand)]
pub enum TagsCommand {
    /// Show the tags
    Get(GetTags),
    /// Add tags, or change their values; others stay
    Set(SetTags),
    /// Remove tags; without a key, all of them
    Rm(RemoveTags),
}

/// Shows tags.
#[derive(Debug, Args)]
pub struct GetTags {
    /// s3://bucket/key, or s3://bucket for the bucket's own
    pub place: S3Place,
    /// Those of this version
    #[arg(long, value_name = "ID", value_parser = VersionId::parse)]
    pub version_id: Option<VersionId>,
}

/// Sets tags.
#[derive(Debug, Args)]
pub struct SetTags {
    /// s3://bucket/key, or s3://bucket for the bucket's own
    pub place: S3Place,
    /// The tags
    #[arg(value_name = "KEY=VALUE", required = true, value_parser = parse_tag)]
    pub tags: Vec<(String, String)>,
    /// Remove all others
    #[arg(long)]
    pub only: bool,
    /// Those of this version
    #[arg(long, value_name = "ID", value_parser = VersionId::parse)]
    pub version_id: Option<VersionId>,
}

/// Removes tags.
#[derive(Debug, Args)]
pub struct RemoveTags {
    /// s3://bucket/key, or s3://bucket for the bucket's own
    pub place: S3Place,
    /// The keys of the tags; without one, all of them
    #[arg(value_name = "KEY")]
    pub keys: Vec<String>,
    /// Those of this version
    #[arg(long, value_name = "ID", value_parser = VersionId::parse)]
    pub version_id: Option<VersionId>,
}

/// Works on what is set for a bucket.
#[derive(Debug, Subcommand)]
pub enum BucketConfigCommand {
    /// Show what is set
    Get {
        /// s3://name, or the name
        #[arg(value_parser = parse_bucket)]
        bucket: BucketName,
        /// Only this
        setting: Option<ConfigKind>,
    },
    /// Set something
    Set {
        /// s3://name, or the name
        #[arg(value_parser = parse_bucket)]
        bucket: BucketName,
        /// What
        #[command(subcommand)]
        setting: Setting,
    },
    /// Remove what is set
    Rm {
        /// s3://name, or the name
        #[arg(value_parser = parse_bucket)]
        bucket: BucketName,
        /// What
        setting: ConfigKind,
    },
}

/// What can be set for a bucket beside its versioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConfigKind {
    /// Who may do what, by the bucket's access control list
    Acl,
    /// The bucket's own tags
    Tags,
    /// Who owns what others write
    Ownership,
    /// Who pays for requests
    Payer,
    /// Transfer acceleration
    Accelerate,
    /// Where access logs go
    Logging,
    /// How the bucket is a web site
    Website,
    /// How objects are encrypted that are written without a word about it
    Encryption,
    /// Which web pages of other origins may reach the bucket
    Cors,
    /// Who may do what, by the bucket's policy
    Policy,
    /// What is blocked of the public
    PublicAccess,
}

/// Something to set for a bucket.
#[derive(Debug, Subcommand)]
pub enum Setting {
    /// Say who owns what others write, and whether access control lists count
    Ownership {
        /// Who
        owner: Owner,
    },
    /// Say who pays for requests
    Payer {
        /// Who
        payer: PayerWord,
    },
    /// Turn transfer acceleration on or off; kept and told, without effect on one machine
    Accelerate {
        /// On or off
        state: Switch,
    },
    /// Write a line for each request into log objects
    Logging {
        /// Where to: s3://bucket/prefix; without a slash at its end the prefix is part of the names
        #[arg(long, value_name = "PLACE")]
        to: S3Place,
    },
    /// Serve the bucket as a web site
    Website(WebsiteArgs),
    /// Say how objects are encrypted that are written without a word about it
    Encryption(EncryptionArgs),
    /// Let web pages of other origins reach the bucket
    Cors {
        /// A file with the rules, as `aws s3api put-bucket-cors` takes them, or - for standard input
        file: PathBuf,
    },
    /// Say who may do what, in AWS' language of policies
    Policy {
        /// A file with the policy as JSON, or - for standard input
        file: PathBuf,
    },
    /// Say what is blocked of the public whatever lists and policies give it
    PublicAccess(PublicAccessArgs),
}

/// Blocks the public; what is not named is not blocked.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("blocked").required(true).multiple(true)
    .args(["all", "block_acls", "ignore_acls", "block_policy", "restrict_buckets"])))]
#[allow(clippy::struct_excessive_bools)] // S3's four switches, by S3's names.
pub struct PublicAccessArgs {
    /// Block everything
    #[arg(long)]
    pub all: bool,
    /// Refuse to set lists that give the public something
    #[arg(long)]
    pub block_acls: bool,
    /// Do not look at what lists give the public
    #[arg(long)]
    pub ignore_acls: bool,
    /// Refuse to set a policy that gives the public something
    #[arg(long)]
    pub block_policy: bool,
    /// Let what a policy gives the public count for signed users alone
    #[arg(long)]
    pub restrict_buckets: bool,
}

/// Encrypts by default.
#[derive(Debug, Args)]
pub struct EncryptionArgs {
    /// By a key of the store (AES256) or of the key service (aws:kms)
    #[arg(long, value_enum, value_name = "HOW")]
    pub sse: super::SseWord,
    /// The key for aws:kms, by id, ARN or alias; without it the one that the store manages
    #[arg(long, value_name = "KEY")]
    pub sse_kms_key_id: Option<String>,
    /// Let objects share a bucket key, for aws:kms
    #[arg(long)]
    pub bucket_key: bool,
}

/// Serves a bucket as a web site.
#[derive(Debug, Args)]
pub struct WebsiteArgs {
    /// The name of the page that answers for a folder
    #[arg(
        long,
        value_name = "NAME",
        default_value = "index.html",
        conflicts_with = "redirect_to"
    )]
    pub index: String,
    /// The key of the page that is shown for an error
    #[arg(long, value_name = "KEY", conflicts_with = "redirect_to")]
    pub error: Option<String>,
    /// Send all requests to this host instead, as www.example.org or https://www.example.org
    #[arg(long, value_name = "HOST")]
    pub redirect_to: Option<String>,
}

/// Who owns what others write into a bucket.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Owner {
    /// The bucket's owner; access control lists are off
    BucketOwnerEnforced,
    /// The bucket's owner, where the writer gives it away
    BucketOwnerPreferred,
    /// Who writes
    ObjectWriter,
}

/// Who pays.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum PayerWord {
    /// The bucket's owner
    BucketOwner,
    /// Who asks
    Requester,
}

/// On or off.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Switch {
    /// On
    Enable,
    /// Off
    Suspend,
}

/// Works on unfinished uploads.
#[derive(Debug, Subcommand)]
pub enum UploadsCommand {
    /// List uploads that were begun and not finished
    Ls(ListUploads),
    /// Abort uploads, and free what their parts take
    Abort(AbortUploads),
}

/// Lists uploads.
#[derive(Debug, Args)]
pub struct ListUploads {
    /// s3://bucket, or s3://bucket/prefix
    pub place: S3Place,
    /// Sizes as people read them
    #[arg(long)]
    pub human: bool,
}

/// Aborts uploads.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).args(["upload_id", "older_than", "all"])))]
pub struct AbortUploads {
    /// s3://bucket/key with --upload-id; else s3://bucket or s3://bucket/prefix
    pub place: S3Place,
    /// Abort this one
    #[arg(long, value_name = "ID", value_parser = UploadId::parse)]
    pub upload_id: Option<UploadId>,
    /// Abort those that were begun longer ago than this, as 12h or 7d
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub older_than: Option<Duration>,
    /// Abort all
    #[arg(long)]
    pub all: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

/// Parses a name and a value.
pub fn parse_tag(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_a_key_and_a_value() {
        let tag = ("a".to_owned(), "b=c".to_owned());
        assert_eq!(parse_tag("a=b=c"), Ok(tag));
        assert!(parse_tag("a").is_err());
    }
}
