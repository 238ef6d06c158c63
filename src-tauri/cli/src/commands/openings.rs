//! What lets others into a bucket, as files hold it: CORS rules and policies in S3's JSON.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use stave_model::{Cors, CorsMethod, CorsRule, PublicAccessBlock};
use stave_policy::{Kind, Policy};

use crate::args::PublicAccessArgs;
use crate::failure::{Exit, Failure, Outcome, sentence};
use crate::secrets::text_of;

/// The document that `aws s3api put-bucket-cors` takes; its list alone will do.
#[derive(Deserialize)]
#[serde(untagged)]
enum CorsFile {
    Whole {
        #[serde(rename = "CORSRules")]
        rules: Vec<RuleJson>,
    },
    Rules(Vec<RuleJson>),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RuleJson {
    #[serde(rename = "ID")]
    id: Option<String>,
    allowed_origins: Vec<String>,
    allowed_methods: Vec<String>,
    #[serde(default)]
    allowed_headers: Vec<String>,
    #[serde(default)]
    expose_headers: Vec<String>,
    max_age_seconds: Option<u32>,
}

/// Reads CORS rules from a file.
pub(super) fn cors(file: &Path) -> Outcome<Cors> {
    let parsed: CorsFile = serde_json::from_str(&text_of(file)?).map_err(|error| {
        let cure = "Write {\"CORSRules\": [{\"AllowedOrigins\": […], \"AllowedMethods\": […]}]}.";
        not_taken("CORS rules", &error.to_string()).cure(cure)
    })?;
    let rules = match parsed {
        CorsFile::Whole { rules } | CorsFile::Rules(rules) => rules,
    };
    let rules = rules.into_iter().map(rule).collect::<Outcome<_>>()?;
    Ok(Cors::new(rules).map_err(|error| not_taken("CORS rules", &error.to_string()))?)
}

fn rule(rule: RuleJson) -> Outcome<CorsRule> {
    let method = |name: &String| {
        let why = || format!("{name:?} is none of GET, PUT, POST, DELETE and HEAD.");
        CorsMethod::parse(name).ok_or_else(|| not_taken("CORS rules", &why()).into())
    };
    Ok(CorsRule {
        id: rule.id,
        origins: rule.allowed_origins,
        methods: rule
            .allowed_methods
            .iter()
            .map(method)
            .collect::<Outcome<_>>()?,
        headers: rule.allowed_headers,
        exposed: rule.expose_headers,
        max_age_secs: rule.max_age_seconds,
    })
}

/// Writes a CORS rule in the words of S3's JSON.
pub(super) fn told(rule: &CorsRule) -> Value {
    let methods: Vec<_> = rule.methods.iter().map(|m| m.as_str()).collect();
    json!({
        "ID": rule.id,
        "AllowedOrigins": rule.origins,
        "AllowedMethods": methods,
        "AllowedHeaders": rule.headers,
        "ExposeHeaders": rule.exposed,
        "MaxAgeSeconds": rule.max_age_secs,
    })
}

/// Reads a policy from a file, and keeps it as its author wrote it.
pub(super) fn policy(file: &Path) -> Outcome<String> {
    let text = text_of(file)?;
    Policy::parse(&text, Kind::Resource)
        .map_err(|error| not_taken("a policy", &error.to_string()))?;
    Ok(text)
}

/// Returns what is to be blocked of the public.
pub(super) fn public_access(args: &PublicAccessArgs) -> PublicAccessBlock {
    PublicAccessBlock {
        block_acls: args.all || args.block_acls,
        ignore_acls: args.all || args.ignore_acls,
        block_policy: args.all || args.block_policy,
        restrict_buckets: args.all || args.restrict_buckets,
    }
}

fn not_taken(what: &str, why: &str) -> Failure {
    Failure::new(
        Exit::Usage,
        format!("The file does not hold {what} that S3 takes."),
    )
    .why(sentence(why))
    .cure("Correct the file, then try again.")
}
