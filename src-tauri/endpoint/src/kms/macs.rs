//! MACs of messages.

use serde::{Deserialize, Serialize};
use stave_model::KeyRef;
use stave_store::GenerateMac;

use super::Call;
use super::errors::from_store;
use super::sealing::sized;
use crate::json::{Blob, Outcome};

/// The longest message.
const MESSAGE_MAX_BYTES: usize = 4_096;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GenerateInput {
    key_id: String,
    message: Blob,
    mac_algorithm: String,
    #[serde(default)]
    grant_tokens: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Generated {
    mac: Blob,
    mac_algorithm: String,
    key_id: String,
}

pub(super) async fn generate(call: &Call<'_>, input: GenerateInput) -> Outcome<Generated> {
    let key_id = told_key(call, &input.key_id);
    let generate = GenerateMac {
        key: input.key_id,
        message: sized("message", input.message, MESSAGE_MAX_BYTES)?,
        algorithm: input.mac_algorithm.clone(),
        grant_tokens: input.grant_tokens,
    };
    let mac = call.service.generate_mac(call.by, generate).await;
    Ok(Generated {
        mac: Blob(mac.map_err(from_store)?),
        mac_algorithm: input.mac_algorithm,
        key_id,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VerifyInput {
    key_id: String,
    message: Blob,
    mac: Blob,
    mac_algorithm: String,
    #[serde(default)]
    grant_tokens: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Verified {
    mac_valid: bool,
    mac_algorithm: String,
    key_id: String,
}

pub(super) async fn verify(call: &Call<'_>, input: VerifyInput) -> Outcome<Verified> {
    let key_id = told_key(call, &input.key_id);
    let generate = GenerateMac {
        key: input.key_id,
        message: sized("message", input.message, MESSAGE_MAX_BYTES)?,
        algorithm: input.mac_algorithm.clone(),
        grant_tokens: input.grant_tokens,
    };
    let mac = sized("mac", input.mac, MESSAGE_MAX_BYTES)?;
    let verified = call.service.verify_mac(call.by, generate, mac).await;
    verified.map_err(from_store)?;
    Ok(Verified {
        mac_valid: true,
        mac_algorithm: input.mac_algorithm,
        key_id,
    })
}

/// Returns the key's ARN; that of its alias, where it was named by one.
fn told_key(call: &Call<'_>, key: &str) -> String {
    let region = call.service.region();
    match KeyRef::parse(key, region) {
        Some(KeyRef::Id(id)) => id.arn(region),
        Some(KeyRef::Alias(alias)) => alias.arn(region),
        None => key.to_owned(),
    }
}
