//! `stave stat`: an object without its bytes.

use serde_json::{Value, json};
use stave_model::{Sse, Version};
use stave_store::{GetObject, ObjectRef};

use crate::args::Stat;
use crate::connect::reach;
use crate::context::Context;
use crate::encryption::{in_words, read_key};
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::shown::{human_size, local_time, rfc3339, shown};

/// Shows an object.
pub async fn stat(context: &mut Context, args: Stat) -> Outcome {
    let key = args.place.key().map_err(|error| {
        Failure::new(Exit::Usage, format!("{} names no object.", args.place))
            .because(&error)
            .cure("Write s3://bucket/key.")
    })?;
    let get = GetObject {
        customer_key: read_key(&args.key).await?,
        ..GetObject::whole(ObjectRef {
            bucket: args.place.bucket.clone(),
            key,
            version: args.version_id,
        })
    };
    let reached = reach(&context.global).await?;
    let head = reached.store.head_object(get).await;
    reached.close().await;
    let doing = format!("show {}", args.place);
    let version = head.map_err(cannot(&doing))?.version;
    let place = args.place.to_string();
    context
        .output
        .result(&line(&place, &version), text(&place, &version))
}

fn line(place: &str, version: &Version) -> Value {
    json!({
        "kind": "object-details",
        "place": place,
        "version_id": version.id.as_str(),
        "is_latest": version.is_latest,
        "size_bytes": version.size_bytes,
        "etag": version.etag.as_str(),
        "modified": rfc3339(version.modified),
        "content_type": version.headers.content_type,
        "storage_class": version.headers.storage_class.0,
        "metadata": version.user_metadata,
        "encryption": encryption(&version.sse),
    })
}

/// Writes how something is encrypted as JSON.
fn encryption(sse: &Sse) -> Value {
    match sse {
        Sse::S3 => json!({ "kind": "SSE-S3" }),
        Sse::Customer => json!({ "kind": "SSE-C" }),
        Sse::Kms(kms) => json!({
            "kind": "SSE-KMS",
            "key": kms.key,
            "bucket_key": kms.bucket_key,
            "context": kms.context,
        }),
    }
}

fn text(place: &str, version: &Version) -> String {
    let content_type = version.headers.content_type.as_deref();
    let mut lines = vec![
        ("Object", shown(place)),
        ("Version", version.id.as_str().to_owned()),
        (
            "Size",
            format!(
                "{} ({} bytes)",
                human_size(version.size_bytes),
                version.size_bytes
            ),
        ),
        ("Written", local_time(version.modified)),
        ("ETag", version.etag.as_str().to_owned()),
        ("Type", shown(content_type.unwrap_or("-"))),
        ("Encryption", in_words(&version.sse)),
    ];
    if let Sse::Kms(kms) = &version.sse {
        let pairs: Vec<_> = kms
            .context
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !pairs.is_empty() {
            lines.push(("Context", shown(&pairs.join(" "))));
        }
    }
    for (name, value) in &version.user_metadata {
        lines.push(("Metadata", shown(&format!("{name}={value}"))));
    }
    let line = |(name, value): (&str, String)| format!("{:12}{value}", format!("{name}:"));
    let lines: Vec<_> = lines.into_iter().map(line).collect();
    lines.join("\n")
}
