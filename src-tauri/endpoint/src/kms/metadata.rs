//! A key as `KeyMetadata` tells it.
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html>

use serde::Serialize;
use stave_model::{ACCOUNT, Key, KeyOrigin, KeySpec, KeyState};

use crate::json::EpochSeconds;

/// What is told of a key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KeyMetadata {
    #[serde(rename = "AWSAccountId")]
    account: &'static str,
    key_id: String,
    arn: String,
    creation_date: EpochSeconds,
    enabled: bool,
    description: String,
    key_usage: &'static str,
    key_state: &'static str,
    origin: &'static str,
    key_manager: &'static str,
    customer_master_key_spec: &'static str,
    key_spec: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_algorithms: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac_algorithms: Option<[&'static str; 1]>,
    multi_region: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_date: Option<EpochSeconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<EpochSeconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_model: Option<&'static str>,
}

impl KeyMetadata {
    pub(super) fn of(key: Key) -> Self {
        let mac_algorithm = mac_algorithm(key.spec);
        Self {
            account: ACCOUNT,
            expiration_model: expiration_model(&key),
            key_id: key.id.as_str().to_owned(),
            arn: key.arn,
            creation_date: EpochSeconds(key.created),
            enabled: key.state == KeyState::Enabled,
            description: key.description,
            key_usage: key.spec.usage(),
            key_state: key.state.as_str(),
            origin: key.origin.as_str(),
            key_manager: if key.managed { "AWS" } else { "CUSTOMER" },
            customer_master_key_spec: key.spec.as_str(),
            key_spec: key.spec.as_str(),
            encryption_algorithms: mac_algorithm
                .is_none()
                .then_some([KeySpec::Symmetric.as_str()]),
            mac_algorithms: mac_algorithm.map(|name| [name]),
            multi_region: false,
            deletion_date: key.deletion.map(EpochSeconds),
            valid_to: key.material_expires.map(EpochSeconds),
        }
    }
}

/// Returns the name of the MAC that a key makes.
fn mac_algorithm(spec: KeySpec) -> Option<&'static str> {
    match spec {
        KeySpec::Symmetric => None,
        KeySpec::Hmac256 => Some("HMAC_SHA_256"),
        KeySpec::Hmac384 => Some("HMAC_SHA_384"),
        KeySpec::Hmac512 => Some("HMAC_SHA_512"),
    }
}

/// Returns whether imported material expires; of material that is not there nothing is told.
fn expiration_model(key: &Key) -> Option<&'static str> {
    if key.origin != KeyOrigin::External || key.state == KeyState::PendingImport {
        return None;
    }
    Some(match key.material_expires {
        Some(_) => "KEY_MATERIAL_EXPIRES",
        None => "KEY_MATERIAL_DOES_NOT_EXPIRE",
    })
}
