//! Rotation: now, by itself, and what came of it.

use serde_json::json;

use super::Work;
use super::told::{moment, told_moment};
use crate::args::Rotation;
use crate::failure::Outcome;
use crate::shown::{counted, rfc3339};

/// Rotates a key now.
pub async fn rotate(work: &mut Work<'_>, key: &str) -> Outcome {
    let id = work.id(key).await?;
    let doing = format!("rotate key {key}");
    let asked = json!({ "KeyId": id });
    work.service
        .call(&doing, "RotateKeyOnDemand", &asked)
        .await?;
    let line = json!({ "kind": "key-rotated", "key_id": id });
    work.output
        .report(&line, format!("Key {id} has a new version."))
}

/// Shows or chooses how often a key rotates by itself.
pub async fn rotation(work: &mut Work<'_>, args: Rotation) -> Outcome {
    let id = work.id(&args.key).await?;
    let doing = format!("change the rotation of key {}", args.key);
    if let Some(days) = args.every {
        let asked = json!({ "KeyId": id, "RotationPeriodInDays": days });
        work.service
            .call(&doing, "EnableKeyRotation", &asked)
            .await?;
    } else if args.off {
        let asked = json!({ "KeyId": id });
        work.service
            .call(&doing, "DisableKeyRotation", &asked)
            .await?;
    }
    let doing = format!("read the rotation of key {}", args.key);
    let asked = json!({ "KeyId": id });
    let status = work
        .service
        .call(&doing, "GetKeyRotationStatus", &asked)
        .await?;
    let enabled = status["KeyRotationEnabled"] == true;
    let days = status["RotationPeriodInDays"].as_u64().filter(|_| enabled);
    let next = moment(&status["NextRotationDate"]).filter(|_| enabled);
    let line =
        json!({ "kind": "key-rotation", "key_id": id, "days": days, "next": next.map(rfc3339) });
    let text = match days {
        Some(days) => format!(
            "Key {id} rotates every {}, next on {}.",
            counted(days, "day"),
            told_moment(&status["NextRotationDate"])
        ),
        None => format!("Key {id} does not rotate by itself."),
    };
    work.output.result(&line, text)
}

/// Lists the versions that rotations made. AWS KMS tells none for the key's own making.
pub async fn versions(work: &mut Work<'_>, key: &str) -> Outcome {
    let found = work.find(key).await?;
    let id = found["KeyId"].as_str().unwrap_or(key).to_owned();
    let doing = format!("list the versions of key {key}");
    let asked = json!({ "KeyId": id });
    let rotations = work
        .service
        .list(&doing, "ListKeyRotations", asked, "Rotations")
        .await?;
    let made = (&found["CreationDate"], "CREATED");
    let rotated = rotations.iter().map(|rotation| {
        let origin = rotation["RotationType"].as_str().unwrap_or_default();
        (&rotation["RotationDate"], origin)
    });
    for (at, (date, origin)) in std::iter::once(made).chain(rotated).enumerate() {
        let version = at + 1;
        let created = moment(date).map(rfc3339);
        let line = json!({
            "kind": "key-version", "key_id": id, "version": version, "created": created, "origin": origin,
        });
        let text = format!("{version:4}  {}  {origin}", told_moment(date));
        work.output.result(&line, text)?;
    }
    Ok(())
}
