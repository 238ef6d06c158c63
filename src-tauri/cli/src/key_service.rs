//! The key service, wherever it is: in the vault that this command opened, in the process that has
//! it open, or behind an endpoint that was named. All are spoken to in the JSON of AWS KMS.

use std::sync::Arc;

use serde_json::Value;
use stave_endpoint::control::{KeyUsageInfo, Request, Response};
use stave_engine::{Engine, LocalStore};
use stave_model::{Actor, BucketName, Via};
use stave_store::{KeyService as _, KeyUsage, VersionUsage};

use crate::args::Global;
use crate::connect::{
    OpenVault, admin, ask, close, misunderstood, named_endpoint, open_vault, session,
};
use crate::failure::{Exit, Failure, Outcome, cannot, sentence};
use crate::signed_json::SignedJson;
use crate::vault::FoundVault;

/// The key service.
pub enum KeyService {
    /// In the vault that this command opened.
    Here(Arc<Engine>, LocalStore),
    /// Behind an endpoint: of the process that has this vault open, or of somebody else's.
    Away(Box<SignedJson>, Option<FoundVault>),
}

impl KeyService {
    /// Reaches it.
    pub async fn reach(global: &Global) -> Outcome<Self> {
        if let Some(credential) = named_endpoint(global)? {
            return Ok(Self::Away(Box::new(SignedJson::of_kms(credential)), None));
        }
        match open_vault(global).await? {
            OpenVault::Elsewhere(found) => {
                let credential = session(&found).await?;
                Ok(Self::Away(
                    Box::new(SignedJson::of_kms(credential)),
                    Some(found),
                ))
            }
            OpenVault::Here(engine) => {
                let store = LocalStore::new(Arc::clone(&engine));
                Ok(Self::Here(engine, store))
            }
        }
    }

    /// Lets go of the vault, where this command opened it.
    pub async fn close(self) {
        if let Self::Here(engine, store) = self {
            drop(store);
            close(engine).await;
        }
    }

    /// Calls an operation of AWS KMS; `doing` is what a failure says could not be done.
    pub async fn call(&self, doing: &str, operation: &str, body: &Value) -> Outcome<Value> {
        let body = body.to_string().into_bytes();
        let (status, answer) = match self {
            Self::Here(_, store) => {
                let by = terminal();
                let answer = stave_endpoint::kms::dispatch(store, &by, operation, &body).await;
                (answer.status, answer.body)
            }
            Self::Away(service, _) => match service.call(operation, body).await {
                Ok(answer) => (answer.status, answer.body),
                Err(error) => {
                    return Err(Failure::failed(format!("Cannot {doing}."))
                        .because(&error)
                        .cure("Check the address and that it serves AWS KMS.")
                        .into());
                }
            },
        };
        let document: Value = if answer.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&answer).unwrap_or_default()
        };
        match status {
            200 => Ok(document),
            status => Err(refused(doing, status, &document).into()),
        }
    }

    /// Follows the pages of a listing, and returns what all of them hold under `field`.
    pub async fn list(
        &self,
        doing: &str,
        operation: &str,
        body: Value,
        field: &str,
    ) -> Outcome<Vec<Value>> {
        let mut body = body;
        let mut found = Vec::new();
        loop {
            let mut page = self.call(doing, operation, &body).await?;
            if let Value::Array(entries) = page[field].take() {
                found.extend(entries);
            }
            match page["NextMarker"].take() {
                Value::String(marker) if page["Truncated"] == true => {
                    body["Marker"] = Value::String(marker);
                }
                _ => return Ok(found),
            }
        }
    }

    /// Tells what a key guards, which AWS KMS has no operation for.
    pub async fn usage(&self, key: &str) -> Outcome<KeyUsage> {
        match self {
            Self::Here(_, store) => {
                let told = store.key_usage(&terminal(), key).await;
                told.map_err(cannot(&format!("tell what key {key} guards")))
            }
            Self::Away(_, Some(found)) => {
                let key = key.to_owned();
                match ask(found, &Request::KeyUsage { key }).await? {
                    Response::KeyUsage(usage) => told(&usage),
                    _ => Err(misunderstood().into()),
                }
            }
            Self::Away(_, None) => Err(Failure::new(
                Exit::Usage,
                format!("Cannot tell what key {key} guards."),
            )
            .why("AWS KMS has no operation that tells it.")
            .cure("Look at what each object says: `stave stat`.")
            .into()),
        }
    }
}

fn told(usage: &KeyUsageInfo) -> Outcome<KeyUsage> {
    let bucket = |name: &str| BucketName::parse(name).map_err(|_| misunderstood());
    let defaults = usage.default_of.iter().map(|name| bucket(name));
    let buckets = usage
        .buckets
        .iter()
        .map(|used| Ok((bucket(&used.bucket)?, used.versions)));
    Ok(KeyUsage {
        versions: usage
            .versions
            .iter()
            .map(|used| VersionUsage {
                version: used.version,
                objects: used.objects,
                size_bytes: used.size_bytes,
            })
            .collect(),
        default_of: defaults.collect::<Result<_, Failure>>()?,
        buckets: buckets.collect::<Result<_, Failure>>()?,
    })
}

/// Returns as whom this command works on a vault that it opened itself.
pub fn terminal() -> Actor {
    Actor::local(admin(), Via::Terminal)
}

/// Says why the key service refused. AWS writes `message`, and in some answers `Message`.
fn refused(doing: &str, status: u16, document: &Value) -> Failure {
    let kind = document["__type"].as_str().unwrap_or_default();
    let kind = kind.rsplit('#').next().unwrap_or_default();
    let message = document["message"]
        .as_str()
        .or_else(|| document["Message"].as_str());
    let why = match (message, kind) {
        (Some(message), _) if !message.is_empty() => sentence(message),
        (_, "") => format!("It answered {status} without a reason."),
        (_, kind) => format!("It answered {kind}."),
    };
    let (exit, cure) = advice(kind, status);
    Failure::new(exit, format!("Cannot {doing}."))
        .why(why)
        .cure(cure)
}

fn advice(kind: &str, status: u16) -> (Exit, &'static str) {
    match kind {
        "NotFoundException" => (Exit::NotFound, "See the keys with `stave keys list`."),
        "AccessDeniedException"
        | "AccessDenied"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationTokenException" => (
            Exit::Denied,
            "Change the key's policy, or use an access key of who manages it.",
        ),
        "DisabledException" => (Exit::Conflict, "Enable it with `stave keys enable`."),
        "KMSInvalidStateException" => (
            Exit::Conflict,
            "Look at its state with `stave keys show`; `stave keys cancel-deletion` takes a deletion back.",
        ),
        "AlreadyExistsException" => (Exit::Conflict, "Choose another name."),
        "InvalidCiphertextException" | "IncorrectKeyException" => (
            Exit::Failed,
            "Give the same --context and --key as at sealing.",
        ),
        "MalformedPolicyDocumentException" => (
            Exit::Usage,
            "Check the file with `stave keys policy check`.",
        ),
        "ValidationException"
        | "InvalidAliasNameException"
        | "InvalidArnException"
        | "TagException"
        | "InvalidKeyUsageException"
        | "UnsupportedOperationException"
        | "IncorrectKeyMaterialException"
        | "InvalidGrantIdException" => (Exit::Usage, "Change the request as the reason says."),
        _ if status == 503 => (Exit::Vault, "Unlock the vault: `stave vault unlock`."),
        _ => (Exit::Failed, "Run `stave doctor`."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_refusal_has_its_exit_code() {
        let code = |kind: &str| refused("x", 400, &json!({"__type": kind})).exit;
        assert_eq!(code("NotFoundException"), Exit::NotFound);
        assert_eq!(code("com.amazon#AccessDeniedException"), Exit::Denied);
        assert_eq!(code("DisabledException"), Exit::Conflict);
        assert_eq!(code("ValidationException"), Exit::Usage);
        assert_eq!(code(""), Exit::Failed);
        assert_eq!(refused("x", 503, &Value::Null).exit, Exit::Vault);
    }
}
