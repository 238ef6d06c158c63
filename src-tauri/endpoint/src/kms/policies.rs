//! Policies of keys. Each key has one, by the name `default`.

use serde::{Deserialize, Serialize};
use stave_store::PutKeyPolicy;

use super::Call;
use super::errors::from_store;
use super::keys::OfKey;
use crate::json::{JsonError, Outcome};

/// The only name that AWS KMS has for a policy.
const NAME: &str = "default";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Get {
    key_id: String,
    policy_name: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Got {
    policy: String,
    policy_name: &'static str,
}

pub(super) async fn get(call: &Call<'_>, input: Get) -> Outcome<Got> {
    refuse_other(input.policy_name.as_deref())?;
    let policy = call.service.key_policy(call.by, &input.key_id).await;
    Ok(Got {
        policy: policy.map_err(from_store)?,
        policy_name: NAME,
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Put {
    key_id: String,
    policy_name: Option<String>,
    policy: String,
    #[serde(default)]
    bypass_policy_lockout_safety_check: bool,
}

pub(super) async fn put(call: &Call<'_>, input: Put) -> Outcome<()> {
    refuse_other(input.policy_name.as_deref())?;
    let put = PutKeyPolicy {
        key: input.key_id,
        policy: input.policy,
        bypass_lockout_check: input.bypass_policy_lockout_safety_check,
    };
    let put = call.service.put_key_policy(call.by, put);
    put.await.map_err(from_store)
}

fn refuse_other(name: Option<&str>) -> Outcome<()> {
    match name {
        None | Some(NAME) => Ok(()),
        Some(_) => Err(JsonError::new(
            "NotFoundException",
            "No such policy exists: the only name is default.",
        )),
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    policy_names: [&'static str; 1],
    truncated: bool,
}

pub(super) async fn list(call: &Call<'_>, input: OfKey) -> Outcome<Listed> {
    let key = call.service.describe_key(call.by, &input.key_id).await;
    key.map_err(from_store)?;
    Ok(Listed {
        policy_names: [NAME],
        truncated: false,
    })
}
