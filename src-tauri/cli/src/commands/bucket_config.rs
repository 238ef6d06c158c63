//! `bucket-config`: what is set for a bucket beside its versioning.

use serde::Serialize;
use serde_json::{Value, json};
use stave_endpoint::cors::rule_json;
use stave_model::{
    Acceleration, Acl, BucketConfig, BucketConfigKind, BucketEncryption, BucketName, Grant,
    Grantee, LogKeyFormat, Logging, ObjectOwnership, Payer, RoutingRule, SseAlgorithm, UserName,
    Website,
};
use stave_store::Error as StoreError;

use super::openings;
use crate::args::{
    BucketConfigCommand, ConfigKind, EncryptionArgs, Owner, PayerWord, Setting, SseWord, Switch,
    WebsiteArgs,
};
use crate::connect::{Reached, reach};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::location::S3Place;
use crate::output::Output;
use crate::shown::shown;

/// Something that is set, in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "bucket-config")]
struct ConfigLine<'a> {
    bucket: &'a str,
    setting: &'static str,
    value: Value,
}

/// Something that was removed, in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "bucket-config-removed")]
struct RemovedLine<'a> {
    bucket: &'a str,
    setting: &'static str,
}

/// Shows, sets or removes something.
pub async fn bucket_config(context: &mut Context, command: BucketConfigCommand) -> Outcome {
    let reached = reach(&context.global).await?;
    let output = &mut context.output;
    let outcome = match command {
        BucketConfigCommand::Get { bucket, setting } => {
            get(output, &reached, &bucket, setting).await
        }
        BucketConfigCommand::Set { bucket, setting } => {
            set(output, &reached, &bucket, setting).await
        }
        BucketConfigCommand::Rm { bucket, setting } => {
            remove(output, &reached, &bucket, setting).await
        }
    };
    reached.close().await;
    outcome
}

async fn get(
    output: &mut Output,
    reached: &Reached,
    bucket: &BucketName,
    only: Option<ConfigKind>,
) -> Outcome {
    let doing = format!("read the settings of s3://{bucket}");
    // Asked first, so that a bucket that is not there is told as such.
    let there = reached.store.head_bucket(bucket).await;
    let owner = there.map_err(cannot(&doing))?.owner;
    let mut found = false;
    for kind in BucketConfigKind::ALL {
        if only.is_some_and(|only| kind_of(only) != kind) {
            continue;
        }
        let config = reached.store.bucket_config(bucket, kind).await;
        let config = config.map_err(cannot(&doing))?;
        if let Some(config) = config.or_else(|| default_of(kind, &owner)) {
            found = true;
            show(output, bucket, &config)?;
        }
    }
    match only {
        Some(only) if !found => Err(nothing_set(bucket, word(kind_of(only))).into()),
        _ => Ok(()),
    }
}

/// Returns what holds where nothing was set, for what always has a value.
fn default_of(kind: BucketConfigKind, owner: &UserName) -> Option<BucketConfig> {
    match kind {
        BucketConfigKind::Acl => Some(BucketConfig::Acl(Acl::private(owner))),
        BucketConfigKind::Ownership => Some(BucketConfig::Ownership(ObjectOwnership::default())),
        BucketConfigKind::RequestPayment => Some(BucketConfig::RequestPayment(Payer::default())),
        BucketConfigKind::Tagging
        | BucketConfigKind::Accelerate
        | BucketConfigKind::Logging
        | BucketConfigKind::Website
        | BucketConfigKind::Encryption
        | BucketConfigKind::Cors
        | BucketConfigKind::Policy
        | BucketConfigKind::PublicAccess => None,
    }
}

fn show(output: &mut Output, bucket: &BucketName, config: &BucketConfig) -> Outcome {
    let value = value_of(config);
    let setting = word(config.kind());
    let text = format!("{setting:15}{}", in_words(&value));
    let entry = ConfigLine {
        bucket: bucket.as_str(),
        setting,
        value,
    };
    output.result(&entry, text)
}

fn nothing_set(bucket: &BucketName, setting: &str) -> Failure {
    let what = format!("There is no {setting} set for s3://{bucket}.");
    Failure::new(Exit::NotFound, what)
        .why("It is as S3 has it where nothing was set.")
        .cure(format!(
            "Set it with `stave bucket-config set {bucket} {setting}`."
        ))
}

async fn set(
    output: &mut Output,
    reached: &Reached,
    bucket: &BucketName,
    setting: Setting,
) -> Outcome {
    let config = match setting {
        Setting::Ownership { owner } => BucketConfig::Ownership(ownership(owner)),
        Setting::Payer { payer } => BucketConfig::RequestPayment(payer_of(payer)),
        Setting::Accelerate { state } => BucketConfig::Accelerate(acceleration(state)),
        Setting::Logging { to } => {
            let doing = format!("log into s3://{}", to.bucket);
            let target = reached.store.head_bucket(&to.bucket).await;
            target.map_err(cannot(&doing))?;
            logging(known(reached, bucket, BucketConfigKind::Logging).await?, to)
        }
        Setting::Cors { file } => BucketConfig::Cors(openings::cors(&file)?),
        Setting::Policy { file } => BucketConfig::Policy(openings::policy(&file)?),
        Setting::PublicAccess(args) => BucketConfig::PublicAccess(openings::public_access(&args)),
        Setting::Encryption(args) => BucketConfig::Encryption(encryption(args)?),
        Setting::Website(args) => {
            let known = known(reached, bucket, BucketConfigKind::Website).await?;
            BucketConfig::Website(website(args, known)?)
        }
    };
    let doing = format!("set the {} of s3://{bucket}", word(config.kind()));
    let put = reached
        .store
        .put_bucket_config(bucket, config.clone())
        .await;
    put.map_err(|error| match (&config, error) {
        (BucketConfig::Policy(_), StoreError::AccessDenied) => public_policy(&doing, bucket).into(),
        (_, error) => cannot(&doing)(error),
    })?;
    let value = value_of(&config);
    let setting = word(config.kind());
    let text = format!("s3://{bucket}: {setting} is now {}.", in_words(&value));
    let entry = ConfigLine {
        bucket: bucket.as_str(),
        setting,
        value,
    };
    output.report(&entry, text)
}

/// A new bucket refuses a policy that gives the public something, as with AWS.
fn public_policy(doing: &str, bucket: &BucketName) -> Failure {
    Failure::new(Exit::Denied, format!("Cannot {doing}."))
        .why("You are not its owner, or it gives the public something, which is blocked.")
        .cure(format!(
            "See what is blocked with `stave bucket-config get {bucket} public-access`."
        ))
}

async fn known(
    reached: &Reached,
    bucket: &BucketName,
    kind: BucketConfigKind,
) -> Outcome<Option<BucketConfig>> {
    let doing = format!("read the settings of s3://{bucket}");
    let found = reached.store.bucket_config(bucket, kind).await;
    found.map_err(cannot(&doing))
}

async fn remove(
    output: &mut Output,
    reached: &Reached,
    bucket: &BucketName,
    setting: ConfigKind,
) -> Outcome {
    let kind = kind_of(setting);
    let doing = format!("remove the {} of s3://{bucket}", word(kind));
    let removed = reached.store.delete_bucket_config(bucket, kind).await;
    removed.map_err(cannot(&doing))?;
    let entry = RemovedLine {
        bucket: bucket.as_str(),
        setting: word(kind),
    };
    let text = format!("s3://{bucket}: {} is no longer set.", word(kind));
    output.report(&entry, text)
}

fn kind_of(word: ConfigKind) -> BucketConfigKind {
    match word {
        ConfigKind::Acl => BucketConfigKind::Acl,
        ConfigKind::Tags => BucketConfigKind::Tagging,
        ConfigKind::Ownership => BucketConfigKind::Ownership,
        ConfigKind::Payer => BucketConfigKind::RequestPayment,
        ConfigKind::Accelerate => BucketConfigKind::Accelerate,
        ConfigKind::Logging => BucketConfigKind::Logging,
        ConfigKind::Website => BucketConfigKind::Website,
        ConfigKind::Encryption => BucketConfigKind::Encryption,
        ConfigKind::Cors => BucketConfigKind::Cors,
        ConfigKind::Policy => BucketConfigKind::Policy,
        ConfigKind::PublicAccess => BucketConfigKind::PublicAccess,
    }
}

fn word(kind: BucketConfigKind) -> &'static str {
    match kind {
        BucketConfigKind::Acl => "acl",
        BucketConfigKind::Tagging => "tags",
        BucketConfigKind::Ownership => "ownership",
        BucketConfigKind::RequestPayment => "payer",
        BucketConfigKind::Accelerate => "accelerate",
        BucketConfigKind::Logging => "logging",
        BucketConfigKind::Website => "website",
        BucketConfigKind::Encryption => "encryption",
        BucketConfigKind::Cors => "cors",
        BucketConfigKind::Policy => "policy",
        BucketConfigKind::PublicAccess => "public-access",
    }
}

fn ownership(word: Owner) -> ObjectOwnership {
    match word {
        Owner::BucketOwnerEnforced => ObjectOwnership::BucketOwnerEnforced,
        Owner::BucketOwnerPreferred => ObjectOwnership::BucketOwnerPreferred,
        Owner::ObjectWriter => ObjectOwnership::ObjectWriter,
    }
}

fn payer_of(word: PayerWord) -> Payer {
    match word {
        PayerWord::BucketOwner => Payer::BucketOwner,
        PayerWord::Requester => Payer::Requester,
    }
}

fn acceleration(word: Switch) -> Acceleration {
    match word {
        Switch::Enable => Acceleration::Enabled,
        Switch::Suspend => Acceleration::Suspended,
    }
}

fn encryption(args: EncryptionArgs) -> Outcome<BucketEncryption> {
    if args.sse == SseWord::S3 && (args.sse_kms_key_id.is_some() || args.bucket_key) {
        return Err(Failure::new(Exit::Usage, "Cannot set the encryption.")
            .why("A key and a bucket key are for --sse aws:kms.")
            .cure("Write --sse aws:kms, or leave them out.")
            .into());
    }
    Ok(BucketEncryption {
        algorithm: match args.sse {
            SseWord::S3 => SseAlgorithm::S3,
            SseWord::Kms => SseAlgorithm::Kms,
        },
        kms_key: args.sse_kms_key_id,
        bucket_key: args.bucket_key,
    })
}

/// Whom logs are given to and how their keys are made is set elsewhere, and kept.
fn logging(known: Option<BucketConfig>, to: S3Place) -> BucketConfig {
    let (grants, key_format) = match known {
        Some(BucketConfig::Logging(known)) => (known.grants, known.key_format),
        _ => (Vec::new(), LogKeyFormat::default()),
    };
    BucketConfig::Logging(Logging {
        target_bucket: to.bucket,
        target_prefix: to.path,
        grants,
        key_format,
    })
}

/// Redirect rules are set elsewhere, and kept as long as objects are pages.
fn website(args: WebsiteArgs, known: Option<BucketConfig>) -> Outcome<Website> {
    if let Some(target) = args.redirect_to {
        let (protocol, host) = match target.split_once("://") {
            Some((protocol, host)) => (Some(protocol.to_owned()), host.to_owned()),
            None => (None, target.clone()),
        };
        let good = protocol
            .as_deref()
            .is_none_or(|it| it == "http" || it == "https");
        let host_is_name = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
        if !good || !host_is_name {
            return Err(refused(format!("{target:?} is not the name of a host."))
                .cure("Write it as www.example.org or https://www.example.org.")
                .into());
        }
        return Ok(Website::RedirectAll { host, protocol });
    }
    if args.index.is_empty() || args.index.contains('/') {
        return Err(
            refused("The name of an index page has at least one character and no slash.")
                .cure("index.html is usual.")
                .into(),
        );
    }
    let rules = match known {
        Some(BucketConfig::Website(Website::Pages { rules, .. })) => rules,
        _ => Vec::new(),
    };
    Ok(Website::Pages {
        index_suffix: args.index,
        error_key: args.error,
        rules,
    })
}

fn refused(why: impl Into<String>) -> Failure {
    Failure::new(Exit::Usage, "Cannot set the web site.").why(why)
}

/// Writes a setting as JSON, in the words of this command line.
fn value_of(config: &BucketConfig) -> Value {
    match config {
        BucketConfig::Acl(acl) => acl.grants.iter().map(grant).collect(),
        BucketConfig::Tagging(tags) => tags
            .iter()
            .map(|(key, value)| (key.to_owned(), json!(value)))
            .collect(),
        BucketConfig::Ownership(ownership) => json!(ownership.as_str()),
        BucketConfig::RequestPayment(payer) => json!(payer.as_str()),
        BucketConfig::Accelerate(acceleration) => json!(acceleration.as_str()),
        BucketConfig::Cors(cors) => cors.rules().iter().map(rule_json).collect(),
        BucketConfig::Policy(policy) => {
            serde_json::from_str(policy).unwrap_or_else(|_| json!(policy))
        }
        BucketConfig::PublicAccess(block) => json!({
            "block_acls": block.block_acls,
            "ignore_acls": block.ignore_acls,
            "block_policy": block.block_policy,
            "restrict_buckets": block.restrict_buckets,
        }),
        BucketConfig::Encryption(encryption) => json!({
            "algorithm": encryption.algorithm.as_str(),
            "kms_key": encryption.kms_key,
            "bucket_key": encryption.bucket_key,
        }),
        BucketConfig::Logging(logging) => json!({
            "target_bucket": logging.target_bucket.as_str(),
            "target_prefix": logging.target_prefix,
        }),
        BucketConfig::Website(Website::RedirectAll { host, protocol }) => json!({
            "redirect_to": host,
            "protocol": protocol,
        }),
        BucketConfig::Website(Website::Pages {
            index_suffix,
            error_key,
            rules,
        }) => json!({
            "index": index_suffix,
            "error": error_key,
            "rules": rules.iter().map(rule).collect::<Value>(),
        }),
    }
}

fn grant(grant: &Grant) -> Value {
    let grantee = match &grant.grantee {
        Grantee::User(user) => user.as_str().to_owned(),
        group => group.uri().unwrap_or_default().to_owned(),
    };
    json!({ "grantee": grantee, "permission": grant.permission.as_str() })
}

fn rule(rule: &RoutingRule) -> Value {
    json!({
        "if_key_prefix": rule.if_key_prefix,
        "if_error": rule.if_error,
        "host": rule.host,
        "protocol": rule.protocol,
        "replace_key_prefix": rule.replace_key_prefix,
        "replace_key": rule.replace_key,
        "status": rule.status,
    })
}

/// Writes a setting on one line for people.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => shown(text),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => values.iter().map(in_words).collect::<Vec<_>>().join("; "),
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| format!("{}={}", shown(name), in_words(value)))
            .collect::<Vec<_>>()
            .join(" "),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
