//! The tags of a key.

use serde_json::{Value, json};

use super::Work;
use crate::args::KeyTagsCommand;
use crate::failure::Outcome;
use crate::shown::shown;

/// Shows, sets and removes tags.
pub async fn tags(work: &mut Work<'_>, command: KeyTagsCommand) -> Outcome {
    match command {
        KeyTagsCommand::Get(one) => show(work, &one.key).await,
        KeyTagsCommand::Set { key, tags } => {
            let id = work.id(&key).await?;
            let tags: Value = tags.iter().map(document).collect();
            let doing = format!("tag key {key}");
            let asked = json!({ "KeyId": id, "Tags": tags });
            work.service.call(&doing, "TagResource", &asked).await?;
            show(work, &id).await
        }
        KeyTagsCommand::Rm { key, tags } => {
            let id = work.id(&key).await?;
            let doing = format!("remove tags of key {key}");
            let asked = json!({ "KeyId": id, "TagKeys": tags });
            work.service.call(&doing, "UntagResource", &asked).await?;
            show(work, &id).await
        }
    }
}

/// Writes a tag as AWS KMS has it.
pub fn document((key, value): &(String, String)) -> Value {
    json!({ "TagKey": key, "TagValue": value })
}

async fn show(work: &mut Work<'_>, key: &str) -> Outcome {
    let id = work.id(key).await?;
    let doing = format!("read the tags of key {key}");
    let asked = json!({ "KeyId": id });
    let tags = work
        .service
        .list(&doing, "ListResourceTags", asked, "Tags")
        .await?;
    for tag in &tags {
        let text = |name: &str| tag[name].as_str().unwrap_or_default().to_owned();
        let (name, value) = (text("TagKey"), text("TagValue"));
        let line = json!({ "kind": "key-tag", "key_id": id, "key": name, "value": value });
        work.output
            .result(&line, format!("{}={}", shown(&name), shown(&value)))?;
    }
    Ok(())
}
