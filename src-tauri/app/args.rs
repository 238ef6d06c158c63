//! The door of the commands: arguments arrive here as text and leave as the model's types.

use serde::de::DeserializeOwned;
use stave_model::{BucketName, ObjectKey, UserName, VersionId};
use stave_store::ObjectRef;
use tauri::Runtime;
use tauri::ipc::{CommandArg, CommandItem, InvokeBody, InvokeError};

use crate::errors::{Answer, Failure};

/// All arguments of a command as one value.
pub struct Args<T>(pub T);

impl<'de, T: DeserializeOwned, R: Runtime> CommandArg<'de, R> for Args<T> {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let refused = |why: String| {
            let failure = Failure::new("invalid_arguments", "the window asked wrongly", why, "");
            InvokeError::from(serde_json::to_value(failure).unwrap_or_default())
        };
        match command.message.payload() {
            InvokeBody::Json(value) => serde_json::from_value(value.clone())
                .map(Self)
                .map_err(|error| refused(error.to_string())),
            InvokeBody::Raw(_) => Err(refused("it sent bytes".to_owned())),
        }
    }
}

/// The user that the window acts as: the owner of the vault.
pub fn window_user() -> UserName {
    UserName::parse("admin").expect("`admin` keeps to the rules of user names")
}

/// Parses a bucket's name.
pub fn bucket(text: &str) -> Answer<BucketName> {
    Ok(BucketName::parse(text)?)
}

/// Parses a key.
pub fn key(text: &str) -> Answer<ObjectKey> {
    Ok(ObjectKey::parse(text)?)
}

/// Parses keys.
pub fn keys(texts: &[String]) -> Answer<Vec<ObjectKey>> {
    texts.iter().map(|text| key(text)).collect()
}

/// Parses what names an object or a version of it.
pub fn object(bucket_name: &str, key_text: &str, version: Option<&str>) -> Answer<ObjectRef> {
    Ok(ObjectRef {
        bucket: bucket(bucket_name)?,
        key: key(key_text)?,
        version: version.map(VersionId::parse).transpose()?,
    })
}

/// Checks the prefix of a folder: empty, or ending with a slash.
pub fn folder(prefix: &str) -> Answer<&str> {
    if prefix.is_empty() || prefix.ends_with('/') {
        return Ok(prefix);
    }
    Err(Failure::refused(
        "invalid_prefix",
        "a folder's prefix ends with a slash",
        "Choose the folder from the list.",
    ))
}
