//! What lets others into a bucket, as files hold it: CORS rules and policies in S3's JSON.

use std::path::Path;

use stave_endpoint::cors::read_cors;
use stave_model::{Cors, PublicAccessBlock};
use stave_policy::{Kind, Policy};

use crate::args::PublicAccessArgs;
use crate::failure::{Exit, Failure, Outcome, sentence};
use crate::secrets::text_of;

/// Reads CORS rules from a file.
pub(super) fn cors(file: &Path) -> Outcome<Cors> {
    let cors = read_cors(&text_of(file)?).map_err(|problem| {
        let cure = "Write {\"CORSRules\": [{\"AllowedOrigins\": […], \"AllowedMethods\": […]}]}.";
        not_taken("CORS rules", &problem.to_string()).cure(cure)
    })?;
    Ok(cors)
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
