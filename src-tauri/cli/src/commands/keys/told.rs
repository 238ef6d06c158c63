//! How keys are told.

use serde::Serialize;
use serde_json::Value;
use stave_model::Timestamp;
use stave_store::KeyUsage;

use crate::shown::{counted, human_size, local_time, rfc3339, shown};

/// A key in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "key")]
pub struct KeyLine {
    pub key_id: String,
    arn: String,
    state: String,
    spec: String,
    origin: String,
    manager: String,
    description: String,
    aliases: Vec<String>,
    created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    material_expires: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_days: Option<u64>,
}

impl KeyLine {
    /// Reads AWS KMS' `KeyMetadata`.
    pub fn of(metadata: &Value, aliases: Vec<String>) -> Self {
        let text = |name: &str| metadata[name].as_str().unwrap_or_default().to_owned();
        Self {
            key_id: text("KeyId"),
            arn: text("Arn"),
            state: text("KeyState"),
            spec: text("KeySpec"),
            origin: text("Origin"),
            manager: text("KeyManager"),
            description: text("Description"),
            aliases,
            created: moment(&metadata["CreationDate"]).map_or_else(String::new, rfc3339),
            deletion: moment(&metadata["DeletionDate"]).map(rfc3339),
            material_expires: moment(&metadata["ValidTo"]).map(rfc3339),
            rotation_days: None,
        }
    }

    /// Returns it on one line.
    pub fn short(&self) -> String {
        let names = self.aliases.join(" ");
        let line = format!(
            "{}  {:15}  {:17}  {}  {}",
            self.key_id,
            self.state,
            self.spec,
            shown(&names),
            shown(&self.description)
        );
        line.trim_end().to_owned()
    }
}

/// Reads a time of AWS' JSON: seconds since 1970, with a fraction.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds of any year that comes fit"
)]
pub fn moment(value: &Value) -> Option<Timestamp> {
    let seconds = value.as_f64()?;
    Some(Timestamp::from_millis((seconds * 1_000.0).round() as i64))
}

/// Returns a key on several lines.
pub fn key_text(key: &KeyLine) -> String {
    let mut lines = vec![
        ("Key", key.key_id.clone()),
        ("ARN", key.arn.clone()),
        ("Names", key.aliases.join(" ")),
        ("Said of it", shown(&key.description)),
        ("State", key.state.clone()),
        ("Spec", key.spec.clone()),
        ("Origin", key.origin.clone()),
        ("Managed by", key.manager.clone()),
        ("Made", key.created.clone()),
    ];
    lines.extend(key.deletion.clone().map(|at| ("Deleted on", at)));
    lines.extend(key.material_expires.clone().map(|at| ("Expires", at)));
    if let Some(days) = key.rotation_days {
        lines.push(("Rotates", format!("every {}", counted(days, "day"))));
    }
    let line = |(name, value): (&str, String)| format!("{:12}{value}", format!("{name}:"));
    let lines: Vec<_> = lines.into_iter().map(line).collect();
    lines.join("\n")
}

/// Returns what a key guards on several lines.
pub fn usage_text(id: &str, usage: &KeyUsage) -> String {
    let mut lines = vec![format!("Key {id} guards {}.", loss(usage))];
    for version in &usage.versions {
        let (objects, size) = (version.objects, human_size(version.size_bytes));
        let number = version.version;
        lines.push(format!("  version {number}: {}, {size}", bodies(objects)));
    }
    for (bucket, versions) in &usage.buckets {
        lines.push(format!(
            "  s3://{bucket}: {}",
            counted(*versions, "version")
        ));
    }
    for bucket in &usage.default_of {
        lines.push(format!("  the default of s3://{bucket}"));
    }
    lines.join("\n")
}

fn bodies(number: u64) -> String {
    match number {
        1 => "1 body".to_owned(),
        many => format!("{many} bodies"),
    }
}

/// Says what is lost with a key.
pub fn loss(usage: &KeyUsage) -> String {
    let versions: u64 = usage.buckets.iter().map(|(_, versions)| versions).sum();
    let size: u64 = usage
        .versions
        .iter()
        .map(|version| version.size_bytes)
        .sum();
    match versions {
        0 if size == 0 => "nothing yet".to_owned(),
        versions => format!(
            "{} of objects ({})",
            counted(versions, "version"),
            human_size(size)
        ),
    }
}

/// Returns a moment for people.
pub fn told_moment(value: &Value) -> String {
    moment(value).map_or_else(|| "-".to_owned(), local_time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_time_of_awss_json_has_a_fraction() {
        assert_eq!(
            moment(&json!(1_795_356_000.25)).map(Timestamp::as_millis),
            Some(1_795_356_000_250)
        );
        assert_eq!(moment(&Value::Null), None);
    }
}
