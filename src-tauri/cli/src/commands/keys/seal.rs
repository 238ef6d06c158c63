//! A few bytes under a key.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::Work;
use crate::args::{Open, Seal};
use crate::failure::{Exit, Failure, Outcome};
use crate::secrets::bytes_of;

/// Seals bytes and prints them in base64.
pub async fn seal(work: &mut Work<'_>, args: Seal) -> Outcome {
    let bytes = bytes_of(&args.file)?;
    let asked = json!({
        "KeyId": args.key,
        "Plaintext": STANDARD.encode(bytes.expose_secret()),
        "EncryptionContext": context(args.context),
    });
    let doing = format!("encrypt under key {}", args.key);
    let sealed = work.service.call(&doing, "Encrypt", &asked).await?;
    let ciphertext = sealed["CiphertextBlob"].as_str().unwrap_or_default();
    let line = json!({ "kind": "encrypted", "key": sealed["KeyId"], "ciphertext": ciphertext });
    work.output.result(&line, ciphertext)
}

/// Opens what was sealed and prints the bytes as they are; in JSON in base64.
pub async fn open(work: &mut Work<'_>, args: Open) -> Outcome {
    let bytes = bytes_of(&args.file)?;
    let text = std::str::from_utf8(bytes.expose_secret()).unwrap_or_default();
    let ciphertext: String = text.split_whitespace().collect();
    if ciphertext.is_empty() || STANDARD.decode(&ciphertext).is_err() {
        return Err(Failure::new(Exit::Usage, "Cannot decrypt.")
            .why("What was given is not base64.")
            .cure("Give what `stave keys encrypt` printed.")
            .into());
    }
    let mut asked = json!({
        "CiphertextBlob": ciphertext,
        "EncryptionContext": context(args.context),
    });
    if let Some(key) = args.key {
        asked["KeyId"] = Value::String(key);
    }
    let opened = work.service.call("decrypt", "Decrypt", &asked).await?;
    let plaintext = opened["Plaintext"].as_str().unwrap_or_default();
    if work.output.is_json() {
        let line = json!({ "kind": "decrypted", "key": opened["KeyId"], "plaintext": plaintext });
        return work.output.result(&line, "");
    }
    work.output
        .bytes(&STANDARD.decode(plaintext).unwrap_or_default())
}

fn context(pairs: Vec<(String, String)>) -> BTreeMap<String, String> {
    pairs.into_iter().collect()
}
