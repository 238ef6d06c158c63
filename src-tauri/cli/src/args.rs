//! The words of the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use stave_endpoint::Dialect;
use stave_model::{AccessKeyId, BucketName, ByteRange, ObjectOwnership, UserName, VersionId};

use crate::durations::parse_duration;
use crate::location::{Location, S3Place};

mod access;
mod audit;
mod encryption;
mod keys;
mod pages;
mod settings;
mod simulate;
mod vault;

pub use access::{
    IdentityPolicyCommand, LinksCommand, MakeLink, RolesCommand, SessionsCommand, UsersCommand,
};
pub use audit::{AuditCommand, ExportAudit, ListAudit};
pub use encryption::{ReadKey, Reencrypt, SecretPlace, SourceKey, SseOptions, SseWord, Stat};
pub use keys::{
    AddGrant, AliasCommand, CreateKey, DeleteKey, GrantsCommand, ImportMaterial, KeyTagsCommand,
    KeysCommand, Open, PolicyCommand, Rotation, Seal,
};
pub use pages::{CorsCommand, Lab, LinkCommand};
pub use settings::{
    AbortUploads, BucketConfigCommand, ConfigKind, EncryptionArgs, GetTags, ListUploads, Owner,
    PayerWord, PublicAccessArgs, RemoveTags, SetTags, Setting, Switch, TagsCommand, UploadsCommand,
    WebsiteArgs,
};
pub use simulate::Simulate;
pub use vault::{RecoveryCommand, VaultCommand};

/// What stands below the help of the whole.
const AFTER_HELP: &str = "\
Places are s3://bucket/key, - for standard input or output, or else a path on this computer.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 access denied, 5 conflict or
condition not met, 6 the vault needs attention (missing, locked, in use, keychain, recovery),
130 interrupted.";

/// Amazon S3 on your own computer, from a terminal.
#[derive(Debug, Parser)]
#[command(name = "stave", version, after_help = AFTER_HELP, propagate_version = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Print one JSON object on each line, and errors as JSON on standard error
    #[arg(long, global = true)]
    pub json: bool,
    /// Print nothing but results and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// The vault's folder, instead of the default one
    #[arg(long, global = true, env = "STAVE_VAULT", value_name = "DIR")]
    pub vault: Option<PathBuf>,
    /// Open the vault by this key file
    #[arg(long, global = true, env = "STAVE_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Open the vault by the recovery words in this file; `serve` writes those of a new vault to it
    #[arg(long, global = true, value_name = "FILE")]
    pub recovery_words_file: Option<PathBuf>,
    /// Work on this S3 endpoint instead of a vault, by `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`
    /// and `AWS_SESSION_TOKEN`
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// The region that requests to --endpoint-url are signed for
    #[arg(
        long,
        global = true,
        env = "AWS_REGION",
        value_name = "NAME",
        default_value = "us-east-1",
        hide_env_values = true
    )]
    pub region: String,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the vault and serve it as an S3 endpoint until interrupted; makes the vault if there is
    /// none
    Serve(Serve),
    /// List buckets, or what is in one
    Ls(Ls),
    /// Copy files and objects: up, down, or within S3
    Cp(Cp),
    /// Move files and objects: copy, then delete the source
    Mv(Mv),
    /// Delete objects
    Rm(Rm),
    /// Make a bucket
    Mb(Mb),
    /// Remove a bucket
    Rb(Rb),
    /// List the versions of objects
    Versions(Versions),
    /// Show, turn on or suspend the versioning of a bucket
    Versioning(VersioningArgs),
    /// Make an older version the latest again
    Restore(Restore),
    /// Bring back a deleted object by removing the mark of its deletion
    Undelete(Undelete),
    /// Show, set and remove the tags of an object or a bucket
    #[command(subcommand)]
    Tags(TagsCommand),
    /// Show, set and remove what is set for a bucket
    #[command(subcommand)]
    BucketConfig(BucketConfigCommand),
    /// List and abort uploads that were begun and not finished
    #[command(subcommand)]
    Uploads(UploadsCommand),
    /// Make a link that works without a key until its end
    Presign(Presign),
    /// Print an object
    Cat(Cat),
    /// Manage the access keys that sign requests
    #[command(subcommand)]
    AccessKeys(AccessKeysCommand),
    /// Manage users, and what they may do
    #[command(subcommand)]
    Users(UsersCommand),
    /// Manage roles, which others become for a while
    #[command(subcommand)]
    Roles(RolesCommand),
    /// List and end the temporary credentials of users and roles
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// Make links with keys of their own, see who came by them, and revoke them
    #[command(subcommand)]
    Links(LinksCommand),
    /// Manage the keys that encrypt: the key service
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Look at the record of each use of a key, and check that it is whole
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Lock, unlock and prove the vault; change what opens it
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Encrypt objects otherwise, in their place; in a vault no bytes move
    Reencrypt(Reencrypt),
    /// Tell whether somebody may do something, and which statement of which policy decides
    Simulate(Simulate),
    /// Show an object: its size, its headers, how it is encrypted
    Stat(Stat),
    /// Try out which web pages of other origins come in
    #[command(subcommand)]
    Cors(CorsCommand),
    /// Find out why a link does not work
    #[command(subcommand)]
    Link(LinkCommand),
    /// Look for what is wrong, and say the cure
    Doctor(Doctor),
    /// Print the completions for a shell
    Completions(Completions),
}

/// Serves a vault.
#[derive(Debug, Args)]
pub struct Serve {
    /// Listen on this port, or fail; 0 takes any. Without it: 9000, or the next free one
    #[arg(long, env = "STAVE_PORT", value_name = "N")]
    pub port: Option<u16>,
    /// A name beside localhost by which clients may reach the endpoint; may be repeated
    #[arg(long = "host", value_name = "NAME")]
    pub hosts: Vec<String>,
    /// Take browser forms signed by the retired version 2 too, for old programs; nothing else changes
    #[arg(
        long,
        env = "STAVE_LEGACY_FORM_SIGNATURES",
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub legacy_form_signatures: bool,
    /// Who owns what others write into a new bucket whose maker does not say; access control lists count
    /// in buckets of the latter two
    #[arg(
        long,
        value_name = "WHO",
        default_value = "BucketOwnerEnforced",
        value_parser = object_ownership()
    )]
    pub object_ownership: ObjectOwnership,
    /// Whose answers to give where S3 servers differ: docs/S3_SUPPORT.md has the list
    #[arg(long, env = "STAVE_DIALECT", value_name = "WHOSE", default_value = "aws", value_parser = dialect())]
    pub dialect: Dialect,
}

fn dialect() -> impl TypedValueParser<Value = Dialect> {
    PossibleValuesParser::new(Dialect::ALL.map(Dialect::as_str))
        .map(|name| Dialect::parse(&name).expect("only these names pass"))
}

fn object_ownership() -> impl TypedValueParser<Value = ObjectOwnership> {
    PossibleValuesParser::new(ObjectOwnership::ALL.map(ObjectOwnership::as_str))
        .map(|name| ObjectOwnership::parse(&name).expect("only these names pass"))
}

/// Lists.
#[derive(Debug, Args)]
pub struct Ls {
    /// s3://bucket or s3://bucket/prefix; without it, the buckets
    pub place: Option<S3Place>,
    /// List everything below, not one level
    #[arg(long, short)]
    pub recursive: bool,
    /// Stop after so many entries
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Sizes as people read them
    #[arg(long)]
    pub human: bool,
}

/// How things are copied.
#[derive(Debug, Clone, Args)]
pub struct CopyOptions {
    /// Copy everything below
    #[arg(long, short)]
    pub recursive: bool,
    /// Follow symbolic links while uploading; without it they are left out and reported
    #[arg(long)]
    pub follow: bool,
    /// Leave alone what is there already
    #[arg(long)]
    pub no_overwrite: bool,
    /// How many files are on their way at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = jobs())]
    pub jobs: u8,
    /// The media type of what is uploaded, instead of the one that the name suggests
    #[arg(long, value_name = "TYPE")]
    pub content_type: Option<String>,
    /// User metadata of what is uploaded; may be repeated
    #[arg(long = "metadata", value_name = "NAME=VALUE", value_parser = parse_metadata)]
    pub metadata: Vec<(String, String)>,
    /// How what is written is encrypted
    #[command(flatten)]
    pub sse: SseOptions,
    /// The key of the source
    #[command(flatten)]
    pub source_key: SourceKey,
}

/// Copies.
#[derive(Debug, Args)]
pub struct Cp {
    /// From where
    pub source: Location,
    /// To where
    pub target: Location,
    /// Copy this version of the source
    #[arg(long, value_name = "ID", value_parser = VersionId::parse, conflicts_with = "recursive")]
    pub version_id: Option<VersionId>,
    /// How
    #[command(flatten)]
    pub options: CopyOptions,
}

/// Moves.
#[derive(Debug, Args)]
pub struct Mv {
    /// From where
    pub source: Location,
    /// To where
    pub target: Location,
    /// How
    #[command(flatten)]
    pub options: CopyOptions,
}

/// Deletes objects.
#[derive(Debug, Args)]
pub struct Rm {
    /// s3://bucket/key, or with --recursive a prefix
    pub place: S3Place,
    /// Delete everything below
    #[arg(long, short)]
    pub recursive: bool,
    /// Delete this version for ever
    #[arg(long, value_name = "ID", value_parser = VersionId::parse, conflicts_with = "recursive")]
    pub version_id: Option<VersionId>,
    /// Delete every version for ever, not only hide the latest
    #[arg(long, conflicts_with = "version_id")]
    pub all_versions: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

/// Makes a bucket.
#[derive(Debug, Args)]
pub struct Mb {
    /// s3://name, or the name
    #[arg(value_parser = crate::location::parse_bucket)]
    pub bucket: BucketName,
    /// Turn versioning on at once
    #[arg(long)]
    pub versioning: bool,
}

/// Removes a bucket.
#[derive(Debug, Args)]
pub struct Rb {
    /// s3://name, or the name
    #[arg(value_parser = crate::location::parse_bucket)]
    pub bucket: BucketName,
    /// Delete everything in it first, every version, for ever
    #[arg(long)]
    pub force: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

/// Lists versions.
#[derive(Debug, Args)]
pub struct Versions {
    /// s3://bucket/key, or with --recursive a bucket or prefix
    pub place: S3Place,
    /// List the versions of everything below
    #[arg(long, short)]
    pub recursive: bool,
    /// Stop after so many entries
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}

/// Shows or sets the versioning of a bucket.
#[derive(Debug, Args)]
pub struct VersioningArgs {
    /// s3://name, or the name
    #[arg(value_parser = crate::location::parse_bucket)]
    pub bucket: BucketName,
    /// What to set; without it, show
    pub state: Option<VersioningState>,
}

/// What versioning is set to; S3 knows no way back to off.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum VersioningState {
    /// Every write adds a version
    Enable,
    /// Writes replace the newest, older versions stay
    Suspend,
}

/// Restores a version.
#[derive(Debug, Args)]
pub struct Restore {
    /// s3://bucket/key
    pub place: S3Place,
    /// The version that becomes the latest again
    #[arg(long, value_name = "ID", value_parser = VersionId::parse)]
    pub version_id: VersionId,
}

/// Undeletes.
#[derive(Debug, Args)]
pub struct Undelete {
    /// s3://bucket/key, or with --recursive a bucket or prefix
    pub place: S3Place,
    /// Bring back everything below
    #[arg(long, short)]
    pub recursive: bool,
}

/// Makes a link.
#[derive(Debug, Args)]
pub struct Presign {
    /// s3://bucket/key
    pub place: S3Place,
    /// How long it works: 1s to 7d, as 90s, 15m, 12h or 7d
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = parse_duration)]
    pub expires: Duration,
    /// Make a link that uploads instead of one that downloads
    #[arg(long)]
    pub put: bool,
    /// Link to this version
    #[arg(long, value_name = "ID", value_parser = VersionId::parse, conflicts_with = "put")]
    pub version_id: Option<VersionId>,
    /// The name under which a browser saves it
    #[arg(long, value_name = "NAME", conflicts_with = "put")]
    pub save_as: Option<String>,
    /// The media type that an upload must have
    #[arg(long, value_name = "TYPE", requires = "put")]
    pub content_type: Option<String>,
}

/// Prints an object.
#[derive(Debug, Args)]
pub struct Cat {
    /// s3://bucket/key
    pub place: S3Place,
    /// This version
    #[arg(long, value_name = "ID", value_parser = VersionId::parse)]
    pub version_id: Option<VersionId>,
    /// Only these bytes, as 0-99, 100- or -50
    #[arg(long, value_name = "RANGE", value_parser = parse_range, allow_hyphen_values = true)]
    pub range: Option<ByteRange>,
    /// Its key, where it is under one of your own
    #[command(flatten)]
    pub key: ReadKey,
}

/// Manages access keys.
#[derive(Debug, Subcommand)]
pub enum AccessKeysCommand {
    /// List the keys
    List,
    /// Add a key; what is not given is minted
    Add(AddAccessKey),
    /// Let requests signed with a key pass again
    Enable(OneAccessKey),
    /// Refuse requests and links signed with a key, at once
    Disable(OneAccessKey),
    /// Remove a key; links signed with it die
    Rm(OneAccessKey),
    /// Show a key with its secret
    Show(OneAccessKey),
}

/// Adds an access key.
#[derive(Debug, Args)]
pub struct AddAccessKey {
    /// Whose it is; the user is made if there is none of that name
    #[arg(long, value_name = "NAME", default_value = "admin", value_parser = UserName::parse)]
    pub user: UserName,
    /// Its id
    #[arg(long, value_name = "ID", value_parser = AccessKeyId::parse)]
    pub access_key_id: Option<AccessKeyId>,
    /// Its secret; where other users may see the command line, leave it to be minted
    #[arg(long, value_name = "SECRET", requires = "access_key_id")]
    pub secret_access_key: Option<String>,
}

/// Names an access key.
#[derive(Debug, Args)]
pub struct OneAccessKey {
    /// The id of the key
    #[arg(value_parser = AccessKeyId::parse)]
    pub access_key_id: AccessKeyId,
}

/// Looks for what is wrong.
#[derive(Debug, Args)]
pub struct Doctor {
    /// The port that `stave serve` would take
    #[arg(long, env = "STAVE_PORT", value_name = "N", default_value_t = 9000)]
    pub port: u16,
}

/// Prints completions.
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell
    pub shell: clap_complete::Shell,
}

/// Bounds how many files are open and on their way.
fn jobs() -> clap::builder::RangedI64ValueParser<u8> {
    clap::value_parser!(u8).range(1..=64)
}

fn parse_metadata(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    let token = |b: u8| b.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&b);
    if name.is_empty() || !name.bytes().all(token) {
        return Err("a name has letters, digits and hyphens");
    }
    Ok((name.to_ascii_lowercase(), value.to_owned()))
}

fn parse_range(text: &str) -> Result<ByteRange, &'static str> {
    ByteRange::parse(&format!("bytes={text}")).ok_or("write it as 0-99, 100- or -50")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_of_the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn metadata_has_a_name_and_a_value() {
        assert_eq!(
            parse_metadata("Color=dark=red"),
            Ok(("color".to_owned(), "dark=red".to_owned()))
        );
        for text in ["", "color", "=red", "a b=c"] {
            assert!(parse_metadata(text).is_err(), "{text:?}");
        }
    }
}
