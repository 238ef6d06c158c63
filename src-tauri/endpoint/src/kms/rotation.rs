//! Entry: by a schedule, on demand, and what happened so far.

use serde::{Deserialize, Serialize};
use stave_model::{KeyVersion, VersionOrigin};

use super::Call;
use super::errors::from_store;
use super::keys::OfKey;
use super::paging::{PageEnd, PageWish};
use crate::json::{EpochSeconds, Outcome};

/// How often a key rotates by itself unless told, in days.
const PERIOD_DAYS: u16 = 365;

/// How many rotations a page has unless told.
const PAGE: usize = 100;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Enable {
    key_id: String,
    rotation_period_in_days: Option<u16>,
}

pub(super) async fn enable(call: &Call<'_>, input: Enable) -> Outcome<()> {
    let days = input.rotation_period_in_days.unwrap_or(PERIOD_DAYS);
    let set = call
        .service
        .set_key_rotation(call.by, &input.key_id, Some(days));
    set.await.map_err(from_store)
}

pub(super) async fn disable(call: &Call<'_>, input: OfKey) -> Outcome<()> {
    let set = call.service.set_key_rotation(call.by, &input.key_id, None);
    set.await.map_err(from_store)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Status {
    key_id: String,
    key_rotation_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotation_period_in_days: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_rotation_date: Option<EpochSeconds>,
}

pub(super) async fn status(call: &Call<'_>, input: OfKey) -> Outcome<Status> {
    let key = call.service.describe_key(call.by, &input.key_id).await;
    let key = key.map_err(from_store)?;
    Ok(Status {
        key_id: key.id.as_str().to_owned(),
        key_rotation_enabled: key.rotation.is_some(),
        rotation_period_in_days: key.rotation.map(|schedule| schedule.period_days),
        next_rotation_date: key.rotation.map(|schedule| EpochSeconds(schedule.next)),
    })
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Rotated {
    key_id: String,
}

pub(super) async fn rotate(call: &Call<'_>, input: OfKey) -> Outcome<Rotated> {
    let key = call.service.rotate_key(call.by, &input.key_id).await;
    let key = key.map_err(from_store)?;
    Ok(Rotated {
        key_id: key.id.as_str().to_owned(),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    key_id: String,
    #[serde(flatten)]
    page: PageWish,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    rotations: Vec<Entry>,
    #[serde(flatten)]
    end: PageEnd,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    key_id: String,
    rotation_date: EpochSeconds,
    rotation_type: &'static str,
}

pub(super) async fn list(call: &Call<'_>, input: List) -> Outcome<Listed> {
    let versions = call.service.key_versions(call.by, &input.key_id).await;
    let mut versions = versions.map_err(from_store)?;
    // A key's first material came by no rotation.
    versions.retain(|version| {
        matches!(
            version.origin,
            VersionOrigin::Automatic | VersionOrigin::OnDemand
        )
    });
    let name = |version: &KeyVersion| format!("{:010}", version.version);
    let (versions, end) = input.page.cut(PAGE, versions, name)?;
    let rotation = |version: KeyVersion| Entry {
        key_id: input.key_id.clone(),
        rotation_date: EpochSeconds(version.created),
        rotation_type: version.origin.as_str(),
    };
    Ok(Listed {
        rotations: versions.into_iter().map(rotation).collect(),
        end,
    })
}
