//! `stave cors`: which web pages of other origins come in, tried out by the code that answers real ones.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};
use stave_endpoint::control::{Request, Response};
use stave_endpoint::cors::{Lab as Found, Question, lab};
use stave_model::{BucketConfig, BucketConfigKind, Cors};

use super::openings;
use crate::args::{CorsCommand, Global, Lab};
use crate::connect::{Reached, ask, named_endpoint, reach};
use crate::context::Context;
use crate::failure::{Outcome, cannot};
use crate::output::Output;
use crate::vault::find_or_fail;

/// The address that a lab is for where nothing serves the vault.
const USUAL_ENDPOINT: &str = "http://127.0.0.1:9000";

/// What stays as it is in the path of a URL.
const KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// What the lab says, in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "cors-lab")]
struct LabLine<'a> {
    allowed: bool,
    /// From 0, as in the list of rules.
    rule: Option<usize>,
    sentence: &'a str,
    browser: &'a str,
    asks_beforehand: bool,
    preflight_status: u16,
    preflight_headers: Value,
    headers: Value,
    misses: Value,
    curl: &'a str,
}

/// Tries rules out.
pub async fn cors(context: &mut Context, command: CorsCommand) -> Outcome {
    let CorsCommand::Lab(args) = command;
    let address = address(&context.global).await?;
    let reached = reach(&context.global).await?;
    let rules = rules(&reached, &args).await;
    reached.close().await;
    let key = utf8_percent_encode(&args.key, KEY);
    let url = format!("{address}/{}/{key}", args.bucket);
    let question = Question {
        origin: &args.origin,
        method: &args.method,
        headers: &args.headers,
        url: &url,
    };
    print(&mut context.output, &lab(rules?.as_ref(), &question))
}

/// Returns where the vault is served, or would be.
async fn address(global: &Global) -> Outcome<String> {
    if let Some(credential) = named_endpoint(global)? {
        return Ok(credential.endpoint_url.trim_end_matches('/').to_owned());
    }
    let served = match ask(&find_or_fail(global)?, &Request::Status).await {
        Ok(Response::Status(status)) => status.endpoint,
        Ok(_) | Err(_) => None,
    };
    Ok(served.unwrap_or_else(|| USUAL_ENDPOINT.to_owned()))
}

async fn rules(reached: &Reached, args: &Lab) -> Outcome<Option<Cors>> {
    if let Some(file) = &args.rules {
        return openings::cors(file).map(Some);
    }
    let doing = format!("read the CORS rules of s3://{}", args.bucket);
    let kind = BucketConfigKind::Cors;
    let found = reached.store.bucket_config(&args.bucket, kind).await;
    match found.map_err(cannot(&doing))? {
        Some(BucketConfig::Cors(cors)) => Ok(Some(cors)),
        _ => Ok(None),
    }
}

fn print(output: &mut Output, found: &Found) -> Outcome {
    let object = |headers: &[(String, String)]| -> Value {
        let pairs = headers.iter();
        pairs.map(|(n, v)| (n.clone(), json!(v))).collect()
    };
    let misses = found.misses.iter();
    let misses = misses.map(|miss| json!({ "rule": miss.rule, "reason": miss.reason }));
    let entry = LabLine {
        allowed: found.allowed,
        rule: found.rule,
        sentence: &found.sentence,
        browser: &found.browser,
        asks_beforehand: found.asks_beforehand,
        preflight_status: found.preflight.status,
        preflight_headers: object(&found.preflight.headers),
        headers: object(&found.actual),
        misses: misses.collect(),
        curl: &found.curl,
    };
    output.result(&entry, in_words(found))
}

/// Writes what the lab says for people.
fn in_words(found: &Found) -> String {
    let verdict = if found.allowed { "allowed" } else { "refused" };
    let mut lines = vec![format!("{verdict}: {}", found.sentence)];
    if !found.allowed {
        let misses = found.misses.iter();
        lines.extend(misses.map(|miss| format!("  rule {}: {}", miss.rule + 1, miss.reason)));
        lines.push(format!("The browser says: {}", found.browser));
    }
    if found.asks_beforehand {
        lines.push(format!("Asked beforehand: {}", found.preflight.status));
        let told = found.preflight.headers.iter();
        lines.extend(told.map(|(name, value)| format!("  {name}: {value}")));
    }
    if found.allowed {
        lines.push("On the answer:".to_owned());
        let told = found.actual.iter();
        lines.extend(told.map(|(name, value)| format!("  {name}: {value}")));
    }
    lines.push(found.curl.clone());
    lines.join("\n")
}
