//! Sealing and opening a few bytes, data keys, and random bytes.

use secrecy::{ExposeSecret as _, SecretSlice};
use serde::{Deserialize, Serialize};
use stave_model::EncryptionContext;
use stave_store::{Decrypt, Encrypt, GenerateDataKey, GeneratedDataKey, ReEncrypt};

use super::Call;
use super::errors::from_store;
use crate::json::{Blob, JsonError, Outcome};

/// The most that is sealed at once.
const PLAINTEXT_MAX_BYTES: usize = 4_096;

/// The longest that anything sealed can be.
const CIPHERTEXT_MAX_BYTES: usize = 6_144;

/// The longest data key, and the most random bytes.
const RANDOM_MAX_BYTES: usize = 1_024;

/// The only algorithm of the keys that seal here.
const ALGORITHM: &str = "SYMMETRIC_DEFAULT";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EncryptInput {
    key_id: String,
    plaintext: Blob,
    #[serde(default)]
    encryption_context: EncryptionContext,
    #[serde(default)]
    grant_tokens: Vec<String>,
    encryption_algorithm: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EncryptOutput {
    ciphertext_blob: Blob,
    key_id: String,
    encryption_algorithm: &'static str,
}

pub(super) async fn encrypt(call: &Call<'_>, input: EncryptInput) -> Outcome<EncryptOutput> {
    refuse_other(input.encryption_algorithm.as_deref())?;
    let encrypt = Encrypt {
        key: input.key_id,
        plaintext: SecretSlice::from(sized("plaintext", input.plaintext, PLAINTEXT_MAX_BYTES)?),
        context: input.encryption_context,
        grant_tokens: input.grant_tokens,
    };
    let encrypted = call.service.encrypt(call.by, encrypt).await;
    let encrypted = encrypted.map_err(from_store)?;
    Ok(EncryptOutput {
        ciphertext_blob: Blob(encrypted.ciphertext),
        key_id: encrypted.arn,
        encryption_algorithm: ALGORITHM,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DecryptInput {
    key_id: Option<String>,
    ciphertext_blob: Blob,
    #[serde(default)]
    encryption_context: EncryptionContext,
    #[serde(default)]
    grant_tokens: Vec<String>,
    encryption_algorithm: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DecryptOutput {
    plaintext: Blob,
    key_id: String,
    encryption_algorithm: &'static str,
}

pub(super) async fn decrypt(call: &Call<'_>, input: DecryptInput) -> Outcome<DecryptOutput> {
    refuse_other(input.encryption_algorithm.as_deref())?;
    let decrypt = Decrypt {
        key: input.key_id,
        ciphertext: sized(
            "ciphertextBlob",
            input.ciphertext_blob,
            CIPHERTEXT_MAX_BYTES,
        )?,
        context: input.encryption_context,
        grant_tokens: input.grant_tokens,
    };
    let decrypted = call.service.decrypt(call.by, decrypt).await;
    let decrypted = decrypted.map_err(from_store)?;
    Ok(DecryptOutput {
        plaintext: shown(&decrypted.plaintext),
        key_id: decrypted.arn,
        encryption_algorithm: ALGORITHM,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReEncryptInput {
    ciphertext_blob: Blob,
    source_key_id: Option<String>,
    #[serde(default)]
    source_encryption_context: EncryptionContext,
    destination_key_id: String,
    #[serde(default)]
    destination_encryption_context: EncryptionContext,
    source_encryption_algorithm: Option<String>,
    destination_encryption_algorithm: Option<String>,
    #[serde(default)]
    grant_tokens: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReEncryptOutput {
    ciphertext_blob: Blob,
    source_key_id: String,
    key_id: String,
    source_encryption_algorithm: &'static str,
    destination_encryption_algorithm: &'static str,
}

pub(super) async fn re_encrypt(call: &Call<'_>, input: ReEncryptInput) -> Outcome<ReEncryptOutput> {
    refuse_other(input.source_encryption_algorithm.as_deref())?;
    refuse_other(input.destination_encryption_algorithm.as_deref())?;
    let re_encrypt = ReEncrypt {
        source: Decrypt {
            key: input.source_key_id,
            ciphertext: sized(
                "ciphertextBlob",
                input.ciphertext_blob,
                CIPHERTEXT_MAX_BYTES,
            )?,
            context: input.source_encryption_context,
            grant_tokens: input.grant_tokens,
        },
        key: input.destination_key_id,
        context: input.destination_encryption_context,
    };
    let made = call.service.re_encrypt(call.by, re_encrypt).await;
    let made = made.map_err(from_store)?;
    Ok(ReEncryptOutput {
        ciphertext_blob: Blob(made.encrypted.ciphertext),
        source_key_id: made.source_arn,
        key_id: made.encrypted.arn,
        source_encryption_algorithm: ALGORITHM,
        destination_encryption_algorithm: ALGORITHM,
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DataKeyInput {
    key_id: String,
    number_of_bytes: Option<usize>,
    key_spec: Option<String>,
    #[serde(default)]
    encryption_context: EncryptionContext,
    #[serde(default)]
    grant_tokens: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DataKeyOutput {
    ciphertext_blob: Blob,
    #[serde(skip_serializing_if = "Option::is_none")]
    plaintext: Option<Blob>,
    key_id: String,
}

pub(super) async fn data_key(call: &Call<'_>, input: DataKeyInput) -> Outcome<DataKeyOutput> {
    let generate = generate(input)?;
    let made = call.service.generate_data_key(call.by, generate).await;
    Ok(told(made.map_err(from_store)?))
}

pub(super) async fn data_key_without_plaintext(
    call: &Call<'_>,
    input: DataKeyInput,
) -> Outcome<DataKeyOutput> {
    let generate = GenerateDataKey {
        plaintext: false,
        ..generate(input)?
    };
    let made = call.service.generate_data_key(call.by, generate).await;
    Ok(told(made.map_err(from_store)?))
}

fn generate(input: DataKeyInput) -> Outcome<GenerateDataKey> {
    let bytes = match (input.number_of_bytes, input.key_spec.as_deref()) {
        (Some(bytes), None) => random_length(Some(bytes))?,
        (None, Some("AES_256")) => 32,
        (None, Some("AES_128")) => 16,
        (None, Some(_)) => return Err(JsonError::invalid("KeySpec must be AES_256 or AES_128.")),
        (None, None) | (Some(_), Some(_)) => {
            let message = "Please specify either number of bytes or key spec.";
            return Err(JsonError::invalid(message));
        }
    };
    Ok(GenerateDataKey {
        key: input.key_id,
        bytes,
        context: input.encryption_context,
        grant_tokens: input.grant_tokens,
        plaintext: true,
    })
}

fn told(made: GeneratedDataKey) -> DataKeyOutput {
    DataKeyOutput {
        ciphertext_blob: Blob(made.encrypted.ciphertext),
        plaintext: made.plaintext.as_ref().map(shown),
        key_id: made.encrypted.arn,
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RandomInput {
    number_of_bytes: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RandomOutput {
    plaintext: Blob,
}

pub(super) async fn random(call: &Call<'_>, input: RandomInput) -> Outcome<RandomOutput> {
    let bytes = random_length(input.number_of_bytes)?;
    let random = call.service.generate_random(call.by, bytes).await;
    Ok(RandomOutput {
        plaintext: shown(&random.map_err(from_store)?),
    })
}

fn random_length(bytes: Option<usize>) -> Outcome<usize> {
    let bytes = bytes.filter(|bytes| (1..=RANDOM_MAX_BYTES).contains(bytes));
    bytes.ok_or_else(|| {
        JsonError::invalid(format!("NumberOfBytes must be 1 to {RANDOM_MAX_BYTES}."))
    })
}

/// Refuses algorithms of keys of two halves, which these keys have not, and what is none.
fn refuse_other(algorithm: Option<&str>) -> Outcome<()> {
    match algorithm {
        None | Some(ALGORITHM) => Ok(()),
        Some("RSAES_OAEP_SHA_1" | "RSAES_OAEP_SHA_256" | "SM2PKE") => Err(JsonError::new(
            "InvalidKeyUsageException",
            "The algorithm is not one of a symmetric key.",
        )),
        Some(_) => Err(JsonError::invalid(
            "EncryptionAlgorithm is none that AWS KMS knows.",
        )),
    }
}

pub(super) fn sized(member: &str, blob: Blob, maximum: usize) -> Outcome<Vec<u8>> {
    if (1..=maximum).contains(&blob.0.len()) {
        return Ok(blob.0);
    }
    Err(JsonError::invalid(format!(
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member \
         must have length between 1 and {maximum}"
    )))
}

fn shown(secret: &SecretSlice<u8>) -> Blob {
    Blob(secret.expose_secret().to_vec())
}
