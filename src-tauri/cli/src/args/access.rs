//! The words for users, roles, sessions and links.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand};
use stave_model::{AccessKeyId, PolicyName, UserName, VersionId};

use crate::durations::parse_duration;
use crate::location::S3Place;

/// Works on users.
#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// List users and roles
    List,
    /// Make a user, who may do nothing yet; `access-keys add --user` gives a key
    Add {
        /// The name
        #[arg(value_parser = UserName::parse)]
        name: UserName,
        /// What to say about it
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
    },
    /// Show a user or a role: keys, policies, sessions
    Show(OneIdentity),
    /// Remove a user who has no keys, policies and buckets; sessions end, links are revoked
    Delete(OneIdentity),
    /// Set, show and remove the policies of a user or a role
    #[command(subcommand)]
    Policy(IdentityPolicyCommand),
}

/// Works on roles.
#[derive(Debug, Subcommand)]
pub enum RolesCommand {
    /// List the roles
    List,
    /// Make a role, which others become for a while by `sts assume-role`
    Add {
        /// The name; no user has it
        #[arg(value_parser = UserName::parse)]
        name: UserName,
        /// A file with the trust policy as JSON, which says who may become it, or - for standard input
        #[arg(long, value_name = "FILE")]
        trust: PathBuf,
        /// What to say about it
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
        /// How long a session of it may be: 1h to 12h
        #[arg(long, value_name = "TIME", value_parser = parse_duration)]
        session: Option<Duration>,
    },
    /// Change a role
    #[command(group = ArgGroup::new("change").required(true).multiple(true)
        .args(["trust", "description", "session"]))]
    Set {
        /// The name
        #[arg(value_parser = UserName::parse)]
        name: UserName,
        /// A file with another trust policy as JSON, or - for standard input
        #[arg(long, value_name = "FILE")]
        trust: Option<PathBuf>,
        /// What to say about it
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        /// How long a session of it may be: 1h to 12h
        #[arg(long, value_name = "TIME", value_parser = parse_duration)]
        session: Option<Duration>,
    },
    /// Show a role
    Show(OneIdentity),
    /// Remove a role that has no policies; its sessions end
    Delete(OneIdentity),
    /// Set, show and remove the policies of a role
    #[command(subcommand)]
    Policy(IdentityPolicyCommand),
}

/// Works on the policies of an identity.
#[derive(Debug, Subcommand)]
pub enum IdentityPolicyCommand {
    /// Set a policy
    Set {
        /// Whose
        #[arg(value_parser = UserName::parse)]
        name: UserName,
        /// The name of the policy
        #[arg(value_parser = PolicyName::parse)]
        policy: PolicyName,
        /// A file with the policy as JSON, or - for standard input
        file: PathBuf,
    },
    /// Print a policy
    Show(OnePolicy),
    /// Remove a policy
    Remove(OnePolicy),
}

/// Names a policy of an identity.
#[derive(Debug, Args)]
pub struct OnePolicy {
    /// Whose
    #[arg(value_parser = UserName::parse)]
    pub name: UserName,
    /// The name of the policy
    #[arg(value_parser = PolicyName::parse)]
    pub policy: PolicyName,
}

/// Names a user or a role.
#[derive(Debug, Args)]
pub struct OneIdentity {
    /// The name
    #[arg(value_parser = UserName::parse)]
    pub name: UserName,
}

/// Works on sessions.
#[derive(Debug, Subcommand)]
pub enum SessionsCommand {
    /// List the sessions of a user or a role that have not ended
    List(OneIdentity),
    /// End all sessions of a user or a role at once
    End(OneIdentity),
}

/// Works on links.
#[derive(Debug, Subcommand)]
pub enum LinksCommand {
    /// Make a link with a key of its own: it is counted, and can be revoked
    Make(MakeLink),
    /// List the links, newest first
    List,
    /// Show a link and its address
    Show(OneLink),
    /// Show who came by a link, and what became of it
    Log(OneLink),
    /// Revoke a link for ever: its next request is refused
    Revoke(OneLink),
    /// Remove a link that does not open any more, with its log
    Forget(OneLink),
}

/// Makes a link.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").args(["get", "put", "post"]))]
pub struct MakeLink {
    /// s3://bucket/key; with --post what the keys begin with
    pub place: S3Place,
    /// Let the holder read the object; so without a word
    #[arg(long)]
    pub get: bool,
    /// Let the holder write the object
    #[arg(long)]
    pub put: bool,
    /// Let the holder write objects that begin so, by a form
    #[arg(long)]
    pub post: bool,
    /// How long it works: 1s to 7d
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = parse_duration)]
    pub expires: Duration,
    /// How often it may be used; without it, as often as one likes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub uses: Option<u32>,
    /// What you call it
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub title: String,
    /// In whose name it acts: what they may not do, it may not either
    #[arg(long, value_name = "NAME", default_value = "admin", value_parser = UserName::parse)]
    pub user: UserName,
    /// Link to this version
    #[arg(long, value_name = "ID", value_parser = VersionId::parse, conflicts_with_all = ["put", "post"])]
    pub version_id: Option<VersionId>,
    /// The media type that an upload must have; with --post what it begins with, `image/` say
    #[arg(long, value_name = "TYPE", conflicts_with = "get")]
    pub content_type: Option<String>,
    /// The most bytes of an upload, as 512, 20k, 5m or 1g
    #[arg(long, value_name = "SIZE", value_parser = parse_size, conflicts_with = "get")]
    pub max_size: Option<u64>,
    /// The least bytes of an upload
    #[arg(long, value_name = "SIZE", value_parser = parse_size, conflicts_with_all = ["get", "put"])]
    pub min_size: Option<u64>,
}

/// Names a link.
#[derive(Debug, Args)]
pub struct OneLink {
    /// The id of the link
    #[arg(value_parser = AccessKeyId::parse)]
    pub id: AccessKeyId,
}

/// Parses a size: bytes, or KiB, MiB and GiB.
fn parse_size(text: &str) -> Result<u64, &'static str> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let each: u64 = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return Err("the unit is k, m or g"),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("write a whole number and a unit, such as 512, 20k, 5m or 1g");
    }
    let number: u64 = digits.parse().map_err(|_| "write a number of bytes")?;
    number.checked_mul(each).ok_or("that is too much")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_a_number_and_a_unit() {
        for (text, bytes) in [
            ("0", 0),
            ("512", 512),
            ("20k", 20_480),
            ("5M", 5_242_880),
            ("1g", 1_073_741_824),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for text in ["", "k", "1t", "-1", "+1", "1.5m", "18446744073709551615k"] {
            assert!(parse_size(text).is_err(), "{text:?}");
        }
    }
}
