//! The words for trying policies out.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use stave_model::{UserName, VersionId};

use crate::location::S3Place;

/// What may somebody do?
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("who").required(true).args(["identity", "anonymous"]))]
pub struct Simulate {
    /// The user or role that would ask
    #[arg(long = "as", value_name = "NAME", value_parser = UserName::parse)]
    pub identity: Option<UserName>,
    /// Somebody who does not sign would ask
    #[arg(long)]
    pub anonymous: bool,
    /// What for, as policies name it: s3:GetObject say
    pub action: String,
    /// s3://bucket or s3://bucket/key; nothing for what is done to no bucket
    pub place: Option<S3Place>,
    /// This version of the object
    #[arg(long, value_name = "ID", value_parser = VersionId::parse)]
    pub version_id: Option<VersionId>,
    /// A circumstance by its condition key, in the place of what is; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = super::settings::parse_tag)]
    pub context: Vec<(String, String)>,
    /// A policy that bounds the session of who asks
    #[arg(long, value_name = "FILE")]
    pub session_policy: Option<PathBuf>,
}
