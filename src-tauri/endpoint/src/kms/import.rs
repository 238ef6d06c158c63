//! Key material of one's own.

use serde::{Deserialize, Serialize};
use stave_model::Timestamp;
use stave_store::{ImportKeyMaterial, WrappingAlgorithm};

use super::Call;
use super::errors::from_store;
use super::keys::OfKey;
use crate::json::{Blob, EpochSeconds, JsonError, Outcome};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetParameters {
    key_id: String,
    wrapping_algorithm: String,
    wrapping_key_spec: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Wrapping {
    key_id: String,
    import_token: Blob,
    public_key: Blob,
    parameters_valid_to: EpochSeconds,
}

pub(super) async fn parameters(call: &Call<'_>, input: GetParameters) -> Outcome<Wrapping> {
    let algorithm = match input.wrapping_algorithm.as_str() {
        "RSAES_OAEP_SHA_1" => WrappingAlgorithm::OaepSha1,
        "RSAES_OAEP_SHA_256" => WrappingAlgorithm::OaepSha256,
        name @ ("RSAES_PKCS1_V1_5"
        | "RSA_AES_KEY_WRAP_SHA_1"
        | "RSA_AES_KEY_WRAP_SHA_256"
        | "SM2PKE") => return Err(JsonError::unsupported(format_args!("Wrapping by {name}"))),
        _ => {
            return Err(JsonError::invalid(
                "WrappingAlgorithm is none that AWS KMS knows.",
            ));
        }
    };
    let bits = match input.wrapping_key_spec.as_str() {
        "RSA_2048" => 2_048,
        "RSA_3072" => 3_072,
        "RSA_4096" => 4_096,
        "SM2" => return Err(JsonError::unsupported("A wrapping key of the spec SM2")),
        _ => {
            return Err(JsonError::invalid(
                "WrappingKeySpec is none that AWS KMS knows.",
            ));
        }
    };
    let service = call.service;
    let parameters = service.import_parameters(call.by, &input.key_id, algorithm, bits);
    let parameters = parameters.await.map_err(from_store)?;
    Ok(Wrapping {
        key_id: parameters.arn,
        import_token: Blob(parameters.token),
        public_key: Blob(parameters.public_key),
        parameters_valid_to: EpochSeconds(parameters.valid_to),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Brought {
    key_id: String,
    import_token: Blob,
    encrypted_key_material: Blob,
    valid_to: Option<EpochSeconds>,
    expiration_model: Option<String>,
    import_type: Option<String>,
}

pub(super) async fn import(call: &Call<'_>, input: Brought) -> Outcome<()> {
    let import = ImportKeyMaterial {
        expires: expires(&input)?,
        key: input.key_id,
        token: input.import_token.0,
        wrapped: input.encrypted_key_material.0,
    };
    let imported = call.service.import_key_material(call.by, import);
    imported.await.map_err(from_store)
}

/// Reads when the material expires: at `ValidTo`, unless it is said that it never does.
fn expires(input: &Brought) -> Outcome<Option<Timestamp>> {
    if input.import_type.as_deref() == Some("NEW_KEY_MATERIAL") {
        return Err(JsonError::unsupported(
            "Rotation by import of new key material",
        ));
    }
    match (input.expiration_model.as_deref(), input.valid_to) {
        (Some("KEY_MATERIAL_DOES_NOT_EXPIRE"), None) => Ok(None),
        (Some("KEY_MATERIAL_DOES_NOT_EXPIRE"), Some(_)) => Err(JsonError::invalid(
            "ValidTo must not be given where ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE.",
        )),
        (None | Some("KEY_MATERIAL_EXPIRES"), Some(at)) => Ok(Some(at.0)),
        (None | Some("KEY_MATERIAL_EXPIRES"), None) => Err(JsonError::invalid(
            "A ValidTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES.",
        )),
        (Some(_), _) => Err(JsonError::invalid(
            "ExpirationModel is none that AWS KMS knows.",
        )),
    }
}

pub(super) async fn delete(call: &Call<'_>, input: OfKey) -> Outcome<()> {
    let deleted = call
        .service
        .delete_imported_material(call.by, &input.key_id);
    deleted.await.map_err(from_store)
}
