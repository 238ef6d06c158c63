//! Keys: made, told of, listed, turned on and off, and deleted after a while.

use serde::{Deserialize, Serialize};
use stave_model::{KeyOrigin, KeySpec};
use stave_store::CreateKey;

use super::Call;
use super::errors::from_store;
use super::metadata::KeyMetadata;
use super::paging::{PageEnd, PageWish};
use super::tags::{Tag, key_tags};
use crate::json::{EpochSeconds, JsonError, Outcome};

/// How many keys a page has unless told.
const PAGE: usize = 100;

/// How many days pass before a key is deleted, unless told.
const DELETION_DAYS: u16 = 30;

/// Specs that AWS KMS has and that are not offered here.
const SPECS_NOT_OFFERED: [&str; 5] = ["RSA_", "ECC_", "ML_DSA_", "SM2", "HMAC_224"];

/// A request that names a key and nothing else that matters here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OfKey {
    pub(super) key_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    policy: Option<String>,
    #[serde(default)]
    description: String,
    key_usage: Option<String>,
    key_spec: Option<String>,
    customer_master_key_spec: Option<String>,
    origin: Option<String>,
    #[serde(default)]
    bypass_policy_lockout_safety_check: bool,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// A key, told in full.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    key_metadata: KeyMetadata,
}

pub(super) async fn create(call: &Call<'_>, input: Create) -> Outcome<Described> {
    let create = CreateKey {
        spec: spec(&input)?,
        origin: origin(input.origin.as_deref())?,
        description: input.description,
        policy: input.policy,
        bypass_lockout_check: input.bypass_policy_lockout_safety_check,
        tags: key_tags(input.tags)?,
    };
    let key = call.service.create_key(call.by, create).await;
    Ok(Described {
        key_metadata: KeyMetadata::of(key.map_err(from_store)?),
    })
}

/// Reads spec and usage, which have to fit each other.
fn spec(input: &Create) -> Outcome<KeySpec> {
    let named = input.key_spec.as_deref();
    let named = named.or(input.customer_master_key_spec.as_deref());
    let named = named.unwrap_or(KeySpec::Symmetric.as_str());
    let usage = input.key_usage.as_deref();
    let usage = usage.unwrap_or(KeySpec::Symmetric.usage());
    let Some(spec) = KeySpec::parse(named) else {
        let known = SPECS_NOT_OFFERED
            .iter()
            .any(|start| named.starts_with(start));
        return Err(if known {
            JsonError::unsupported(format_args!("The key spec {named}"))
        } else {
            JsonError::invalid("KeySpec is none that AWS KMS knows.")
        });
    };
    if spec.usage() == usage {
        return Ok(spec);
    }
    let message = format!("KeyUsage {usage} is not compatible with KeySpec {named}.");
    Err(JsonError::invalid(message))
}

fn origin(text: Option<&str>) -> Outcome<KeyOrigin> {
    match text {
        None => Ok(KeyOrigin::Made),
        Some(text @ ("AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE")) => {
            Err(JsonError::unsupported(format_args!("The origin {text}")))
        }
        Some(text) => KeyOrigin::parse(text)
            .ok_or_else(|| JsonError::invalid("Origin is none that AWS KMS knows.")),
    }
}

pub(super) async fn describe(call: &Call<'_>, input: OfKey) -> Outcome<Described> {
    let key = call.service.describe_key(call.by, &input.key_id).await;
    Ok(Described {
        key_metadata: KeyMetadata::of(key.map_err(from_store)?),
    })
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    keys: Vec<Entry>,
    #[serde(flatten)]
    end: PageEnd,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    key_id: String,
    key_arn: String,
}

pub(super) async fn list(call: &Call<'_>, input: PageWish) -> Outcome<Listed> {
    let keys = call.service.list_keys(call.by).await.map_err(from_store)?;
    let (keys, end) = input.cut(PAGE, keys, |key| key.id.as_str().to_owned())?;
    let entry = |key: stave_model::Key| Entry {
        key_id: key.id.as_str().to_owned(),
        key_arn: key.arn,
    };
    Ok(Listed {
        keys: keys.into_iter().map(entry).collect(),
        end,
    })
}

pub(super) async fn enable(call: &Call<'_>, input: OfKey) -> Outcome<()> {
    let enabled = call.service.set_key_enabled(call.by, &input.key_id, true);
    enabled.await.map_err(from_store)
}

pub(super) async fn disable(call: &Call<'_>, input: OfKey) -> Outcome<()> {
    let disabled = call.service.set_key_enabled(call.by, &input.key_id, false);
    disabled.await.map_err(from_store)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateDescription {
    key_id: String,
    description: String,
}

pub(super) async fn update_description(call: &Call<'_>, input: UpdateDescription) -> Outcome<()> {
    let service = call.service;
    let updated = service.update_key_description(call.by, &input.key_id, &input.description);
    updated.await.map_err(from_store)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ScheduleDeletion {
    key_id: String,
    pending_window_in_days: Option<u16>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Scheduled {
    key_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_date: Option<EpochSeconds>,
    key_state: &'static str,
    pending_window_in_days: u16,
}

pub(super) async fn schedule_deletion(
    call: &Call<'_>,
    input: ScheduleDeletion,
) -> Outcome<Scheduled> {
    let days = input.pending_window_in_days.unwrap_or(DELETION_DAYS);
    let scheduled = call
        .service
        .schedule_key_deletion(call.by, &input.key_id, days);
    let key = scheduled.await.map_err(from_store)?;
    Ok(Scheduled {
        key_id: key.arn,
        deletion_date: key.deletion.map(EpochSeconds),
        key_state: key.state.as_str(),
        pending_window_in_days: days,
    })
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Cancelled {
    key_id: String,
}

pub(super) async fn cancel_deletion(call: &Call<'_>, input: OfKey) -> Outcome<Cancelled> {
    let cancelled = call.service.cancel_key_deletion(call.by, &input.key_id);
    let key = cancelled.await.map_err(from_store)?;
    Ok(Cancelled { key_id: key.arn })
}
