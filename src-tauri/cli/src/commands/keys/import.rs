//! The material of a key that was made elsewhere. It travels wrapped, as with AWS KMS.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use serde_json::json;
use stave_engine::{ImportWrapping, wrap_for_import};

use super::Work;
use crate::args::ImportMaterial;
use crate::failure::{Exit, Failure, Outcome};
use crate::secrets::bytes_of;

/// The bytes of a symmetric key.
const SYMMETRIC_BYTES: usize = 32;

/// Imports the material of a key, or deletes it.
pub async fn import(work: &mut Work<'_>, args: ImportMaterial) -> Outcome {
    let id = work.id(&args.key).await?;
    if args.delete {
        let doing = format!("delete the imported material of key {}", args.key);
        let asked = json!({ "KeyId": id });
        work.service
            .call(&doing, "DeleteImportedKeyMaterial", &asked)
            .await?;
    } else if let Some(file) = &args.material {
        put(work, &id, file, args.expires).await?;
    }
    work.tell(&id).await
}

/// The service would only say that the material is not the right one.
async fn refuse_short(work: &Work<'_>, id: &str, length: usize) -> Outcome {
    if length == SYMMETRIC_BYTES || work.find(id).await?["KeySpec"] != "SYMMETRIC_DEFAULT" {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Usage,
        format!("Cannot import the material of key {id}."),
    )
    .why(format!(
        "The file has {length} bytes, and a symmetric key has 32."
    ))
    .cure("Name a file with the bytes alone, neither in base64 nor with a line's end.")
    .into())
}

async fn put(work: &Work<'_>, id: &str, file: &Path, expires: Option<Duration>) -> Outcome {
    let material = bytes_of(file)?;
    refuse_short(work, id, material.expose_secret().len()).await?;
    let doing = format!("import the material of key {id}");
    let asked = json!({
        "KeyId": id,
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
    });
    let parameters = work
        .service
        .call(&doing, "GetParametersForImport", &asked)
        .await?;
    let public = STANDARD.decode(parameters["PublicKey"].as_str().unwrap_or_default());
    let wrapped = wrap_for_import(
        &public.unwrap_or_default(),
        ImportWrapping::OaepSha256,
        material.expose_secret(),
    );
    let wrapped = wrapped.map_err(|error| {
        Failure::new(Exit::Usage, format!("Cannot {doing}."))
            .because(&error)
            .cure("Name a file with the bytes alone: 32 for a symmetric key.")
    })?;
    let mut asked = json!({
        "KeyId": id,
        "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": STANDARD.encode(wrapped),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    if let Some(time) = expires {
        let end = SystemTime::now() + time;
        let end = end.duration_since(UNIX_EPOCH).unwrap_or_default();
        asked["ExpirationModel"] = json!("KEY_MATERIAL_EXPIRES");
        asked["ValidTo"] = json!(end.as_secs());
    }
    work.service
        .call(&doing, "ImportKeyMaterial", &asked)
        .await?;
    Ok(())
}
