//! The words for the keys of the key service.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

/// Works on keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// List the keys
    List,
    /// Show a key
    Show(OneKey),
    /// Make a key
    Create(CreateKey),
    /// Give names to keys
    #[command(subcommand)]
    Alias(AliasCommand),
    /// Change what is said of a key
    Describe {
        /// Its id, ARN or alias
        key: String,
        /// What to say
        text: String,
    },
    /// Let a key be used again
    Enable(OneKey),
    /// Let a key not be used; what it guards cannot be read until it is enabled
    Disable(OneKey),
    /// Make a new version of a key now; what the older ones guard stays readable
    Rotate(OneKey),
    /// Show or choose how often a key rotates by itself
    Rotation(Rotation),
    /// List the versions of a key
    Versions(OneKey),
    /// Show what a key guards: what is lost with it
    Usage(OneKey),
    /// Show, set or check the policy of a key
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// List, make and revoke grants
    #[command(subcommand)]
    Grants(GrantsCommand),
    /// Show, set and remove the tags of a key
    #[command(subcommand)]
    Tags(KeyTagsCommand),
    /// Delete a key after some days; what it guards is lost then
    Delete(DeleteKey),
    /// Take a scheduled deletion back; the key is disabled then
    CancelDeletion(OneKey),
    /// Import the material of a key of origin EXTERNAL
    Import(ImportMaterial),
    /// Seal up to 4096 bytes; prints base64
    Encrypt(Seal),
    /// Open what `encrypt` or a data key's maker sealed; prints the bytes
    Decrypt(Open),
}

/// Names a key.
#[derive(Debug, Args)]
pub struct OneKey {
    /// Its id, ARN or alias (alias/name)
    pub key: String,
}

/// Makes a key.
#[derive(Debug, Args)]
pub struct CreateKey {
    /// A name for it, with or without alias/ before it
    #[arg(long, value_name = "NAME")]
    pub alias: Option<String>,
    /// What to say of it
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub description: String,
    /// What it is
    #[arg(long, value_enum, default_value_t = Spec::Symmetric)]
    pub spec: Spec,
    /// Import its material instead of making it
    #[arg(long)]
    pub external: bool,
    /// A file with its policy; without it the account has all rights
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A tag; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = super::settings::parse_tag)]
    pub tags: Vec<(String, String)>,
}

/// What a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Spec {
    /// Encrypts and decrypts, by AES-256-GCM
    #[value(name = "SYMMETRIC_DEFAULT", alias = "symmetric")]
    Symmetric,
    /// Makes and checks MACs, by HMAC with SHA-256
    #[value(name = "HMAC_256")]
    Hmac256,
    /// The same with SHA-384
    #[value(name = "HMAC_384")]
    Hmac384,
    /// The same with SHA-512
    #[value(name = "HMAC_512")]
    Hmac512,
}

impl Spec {
    /// Returns AWS KMS' name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Symmetric => "SYMMETRIC_DEFAULT",
            Self::Hmac256 => "HMAC_256",
            Self::Hmac384 => "HMAC_384",
            Self::Hmac512 => "HMAC_512",
        }
    }

    /// Returns what AWS KMS calls its use.
    pub fn usage(self) -> &'static str {
        match self {
            Self::Symmetric => "ENCRYPT_DECRYPT",
            Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => "GENERATE_VERIFY_MAC",
        }
    }
}

/// Works on names.
#[derive(Debug, Subcommand)]
pub enum AliasCommand {
    /// List the names
    List,
    /// Give a key a name, or let a name name another key
    Set {
        /// The name, with or without alias/ before it
        alias: String,
        /// The key's id, ARN or other alias
        key: String,
    },
    /// Remove a name; the key stays
    Rm {
        /// The name, with or without alias/ before it
        alias: String,
    },
}

/// Shows or chooses the rotation.
#[derive(Debug, Args)]
pub struct Rotation {
    /// Its id, ARN or alias
    pub key: String,
    /// Rotate every so many days, 90 to 2560
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(90..=2560))]
    pub every: Option<u16>,
    /// Rotate no more by itself
    #[arg(long, conflicts_with = "every")]
    pub off: bool,
}

/// Works on policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Print the policy
    Show(OneKey),
    /// Set the policy
    Set {
        /// The key's id, ARN or alias
        key: String,
        /// A file with the policy as JSON, or - for standard input
        file: PathBuf,
    },
    /// Look whether a file is a policy, without setting it
    Check {
        /// A file with the policy as JSON, or - for standard input
        file: PathBuf,
    },
}

/// Works on grants.
#[derive(Debug, Subcommand)]
pub enum GrantsCommand {
    /// List the grants of a key
    List(OneKey),
    /// Let somebody use a key beside its policy
    Add(AddGrant),
    /// Take a grant back
    Revoke {
        /// The key's id, ARN or alias
        key: String,
        /// The grant's id
        grant: String,
    },
}

/// Makes a grant.
#[derive(Debug, Args)]
pub struct AddGrant {
    /// The key's id, ARN or alias
    pub key: String,
    /// Who: a user's name or an ARN
    #[arg(long, value_name = "WHO")]
    pub to: String,
    /// What: an operation of AWS KMS, Decrypt say; may be repeated
    #[arg(long = "operation", value_name = "NAME", required = true)]
    pub operations: Vec<String>,
    /// The encryption context must have this; may be repeated
    #[arg(long = "context", value_name = "NAME=VALUE", value_parser = super::settings::parse_tag)]
    pub context: Vec<(String, String)>,
    /// A name: a grant of the same name and content is made once
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// Works on the tags of a key.
#[derive(Debug, Subcommand)]
pub enum KeyTagsCommand {
    /// Show the tags
    Get(OneKey),
    /// Add tags, or change their values; others stay
    Set {
        /// The key's id, ARN or alias
        key: String,
        /// The tags
        #[arg(value_name = "KEY=VALUE", required = true, value_parser = super::settings::parse_tag)]
        tags: Vec<(String, String)>,
    },
    /// Remove tags
    Rm {
        /// The key's id, ARN or alias
        key: String,
        /// The keys of the tags
        #[arg(value_name = "TAG", required = true)]
        tags: Vec<String>,
    },
}

/// Deletes a key.
#[derive(Debug, Args)]
pub struct DeleteKey {
    /// Its id, ARN or alias
    pub key: String,
    /// After so many days, 7 to 30
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(7..=30))]
    pub days: u16,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

/// Imports material.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["material", "delete"])))]
pub struct ImportMaterial {
    /// The key's id, ARN or alias
    pub key: String,
    /// A file with the bytes of the material (32 for a symmetric key), or - for standard input
    #[arg(long, value_name = "FILE")]
    pub material: Option<PathBuf>,
    /// Let the material expire after this time, as 30d
    #[arg(long, value_name = "TIME", value_parser = crate::durations::parse_duration, requires = "material")]
    pub expires: Option<std::time::Duration>,
    /// Delete the imported material; the same can be imported again
    #[arg(long)]
    pub delete: bool,
}

/// Seals.
#[derive(Debug, Args)]
pub struct Seal {
    /// The key's id, ARN or alias
    pub key: String,
    /// A file with the bytes, or - for standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// A pair of the encryption context; may be repeated
    #[arg(long = "context", value_name = "NAME=VALUE", value_parser = super::settings::parse_tag)]
    pub context: Vec<(String, String)>,
}

/// Opens.
#[derive(Debug, Args)]
pub struct Open {
    /// A file with what `encrypt` printed, or - for standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// The key that must have sealed it
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// A pair of the encryption context; may be repeated
    #[arg(long = "context", value_name = "NAME=VALUE", value_parser = super::settings::parse_tag)]
    pub context: Vec<(String, String)>,
}
