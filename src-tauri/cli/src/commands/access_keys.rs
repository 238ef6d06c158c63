//! `stave access-keys`: the keys that sign requests, in the vault or in the hands of the process that
//! has it open.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use stave_endpoint::control::{KeyInfo, KeyStatus, Request, Response};
use stave_engine::{Engine, LocalStore};
use stave_model::{AccessKey, AccessKeyId, AccessKeyStatus, KeyUse, Timestamp, UserName};
use stave_store::{AccessKeys as _, NewAccessKey};

use crate::args::{AccessKeysCommand, AddAccessKey};
use crate::connect::{OpenVault, ask, close, misunderstood, open_vault};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::output::Output;
use crate::shown::{local_time, rfc3339, shown};
use crate::vault::FoundVault;

/// An access key in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "access-key")]
struct KeyLine<'a> {
    access_key_id: &'a str,
    user: &'a str,
    status: &'static str,
    created: String,
    last_used: Option<UseLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_access_key: Option<&'a str>,
}

/// The last use of an access key in JSON.
#[derive(Serialize)]
struct UseLine<'a> {
    at: String,
    service: &'a str,
    region: &'a str,
}

/// A removed access key in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "access-key-removed")]
struct RemovedLine<'a> {
    access_key_id: &'a str,
}

/// The access keys, wherever they are kept.
enum Keys {
    /// In the hands of another process.
    Elsewhere(FoundVault),
    /// In the vault that this command opened.
    Here(Arc<Engine>, LocalStore),
}

impl Keys {
    fn of(vault: OpenVault) -> Self {
        match vault {
            OpenVault::Elsewhere(found) => Self::Elsewhere(found),
            OpenVault::Here(engine) => {
                let store = LocalStore::new(Arc::clone(&engine));
                Self::Here(engine, store)
            }
        }
    }

    async fn close(self) {
        if let Self::Here(engine, store) = self {
            drop(store);
            close(engine).await;
        }
    }

    async fn list(&self) -> Outcome<Vec<AccessKey>> {
        match self {
            Self::Here(_, store) => {
                let keys = store.list_access_keys().await;
                keys.map_err(cannot("list the access keys"))
            }
            Self::Elsewhere(found) => match ask(found, &Request::AccessKeysList).await? {
                Response::AccessKeys { keys } => keys.iter().map(told_key).collect(),
                _ => Err(misunderstood().into()),
            },
        }
    }

    async fn add(&self, new: AddAccessKey) -> Outcome<(AccessKey, SecretString)> {
        let secret = new.secret_access_key.map(SecretString::from);
        match self {
            Self::Here(_, store) => {
                let new = NewAccessKey {
                    user: new.user,
                    id: new.access_key_id,
                    secret,
                };
                let added = store.add_access_key(new).await;
                added.map_err(cannot("add the access key"))
            }
            Self::Elsewhere(found) => {
                let request = Request::AccessKeysAdd {
                    user: new.user.as_str().to_owned(),
                    access_key_id: new.access_key_id.map(|id| id.as_str().to_owned()),
                    secret_access_key: secret.map(Into::into),
                };
                match ask(found, &request).await? {
                    Response::AccessKeyAdded {
                        key,
                        secret_access_key,
                    } => Ok((told_key(&key)?, secret_access_key.into_inner())),
                    _ => Err(misunderstood().into()),
                }
            }
        }
    }

    async fn set_status(&self, id: &AccessKeyId, status: AccessKeyStatus) -> Outcome {
        match self {
            Self::Here(_, store) => {
                let set = store.set_access_key_status(id, status).await;
                set.map_err(cannot(&format!("change access key {id}")))
            }
            Self::Elsewhere(found) => {
                let request = Request::AccessKeysSetStatus {
                    access_key_id: id.as_str().to_owned(),
                    status: match status {
                        AccessKeyStatus::Active => KeyStatus::Active,
                        AccessKeyStatus::Inactive => KeyStatus::Inactive,
                    },
                };
                done(&ask(found, &request).await?)
            }
        }
    }

    async fn remove(&self, id: &AccessKeyId) -> Outcome {
        match self {
            Self::Here(_, store) => {
                let removed = store.delete_access_key(id).await;
                removed.map_err(cannot(&format!("remove access key {id}")))
            }
            Self::Elsewhere(found) => {
                let access_key_id = id.as_str().to_owned();
                done(&ask(found, &Request::AccessKeysDelete { access_key_id }).await?)
            }
        }
    }

    async fn find(&self, id: &AccessKeyId) -> Outcome<AccessKey> {
        let keys = self.list().await?;
        let found = keys.into_iter().find(|key| key.id == *id);
        found.ok_or_else(|| {
            cannot("find the access key")(stave_store::Error::NoSuchAccessKey(id.clone()))
        })
    }

    /// Returns a secret. A running process tells none: whoever reaches its socket may add keys, and
    /// need not read those of others.
    async fn secret(&self, id: &AccessKeyId) -> Outcome<SecretString> {
        match self {
            Self::Here(_, store) => {
                let shown = store.access_key_secret(id).await;
                let (_, secret) = shown.map_err(cannot(&format!("show access key {id}")))?;
                Ok(secret)
            }
            Self::Elsewhere(_) => Err(Failure::new(
                Exit::Vault,
                format!("Cannot show the secret of access key {id}."),
            )
            .why("Another process has the vault open, and it tells no stored secret.")
            .cure("End that process and repeat this, or add another key and keep its secret.")
            .into()),
        }
    }
}

/// Manages access keys.
pub async fn access_keys(context: &mut Context, command: AccessKeysCommand) -> Outcome {
    let keys = Keys::of(open_vault(&context.global).await?);
    let managed = manage(&mut context.output, &keys, command).await;
    keys.close().await;
    managed
}

async fn manage(output: &mut Output, keys: &Keys, command: AccessKeysCommand) -> Outcome {
    match command {
        AccessKeysCommand::List => print_all(output, keys).await,
        AccessKeysCommand::Add(new) => {
            let (key, secret) = keys.add(new).await?;
            print_with_secret(output, &key, &secret)
        }
        AccessKeysCommand::Enable(one) => {
            set_status(output, keys, &one.access_key_id, AccessKeyStatus::Active).await
        }
        AccessKeysCommand::Disable(one) => {
            set_status(output, keys, &one.access_key_id, AccessKeyStatus::Inactive).await
        }
        AccessKeysCommand::Rm(one) => {
            let id = &one.access_key_id;
            keys.remove(id).await?;
            let access_key_id = id.as_str();
            output.report(&RemovedLine { access_key_id }, format!("Removed {id}."))
        }
        AccessKeysCommand::Show(one) => {
            let key = keys.find(&one.access_key_id).await?;
            let secret = keys.secret(&one.access_key_id).await?;
            print_with_secret(output, &key, &secret)
        }
    }
}

async fn set_status(
    output: &mut Output,
    keys: &Keys,
    id: &AccessKeyId,
    status: AccessKeyStatus,
) -> Outcome {
    keys.set_status(id, status).await?;
    let key = keys.find(id).await?;
    output.report(&key_line(&key, None), key_text(&key))
}

async fn print_all(output: &mut Output, keys: &Keys) -> Outcome {
    for key in keys.list().await? {
        output.result(&key_line(&key, None), key_text(&key))?;
    }
    Ok(())
}

fn print_with_secret(output: &mut Output, key: &AccessKey, secret: &SecretString) -> Outcome {
    let entry = key_line(key, Some(secret.expose_secret()));
    let text = format!(
        "Access key:  {}\nSecret:      {}\nUser:        {}\nStatus:      {}",
        key.id,
        secret.expose_secret(),
        key.user,
        status_name(key.status)
    );
    output.result(&entry, text)
}

fn key_line<'a>(key: &'a AccessKey, secret: Option<&'a str>) -> KeyLine<'a> {
    KeyLine {
        access_key_id: key.id.as_str(),
        user: key.user.as_str(),
        status: status_name(key.status),
        created: rfc3339(key.created),
        last_used: key.last_used.as_ref().map(|used| UseLine {
            at: rfc3339(used.at),
            service: &used.service,
            region: &used.region,
        }),
        secret_access_key: secret,
    }
}

fn key_text(key: &AccessKey) -> String {
    let (made, status) = (local_time(key.created), status_name(key.status));
    let last_use = key.last_used.as_ref().map_or_else(
        || "never used".to_owned(),
        |used| format!("{} {}", local_time(used.at), shown(&used.service)),
    );
    let (id, user) = (key.id.as_str(), &key.user);
    format!("{made}  {status:8}  {id:20}  {user}  {last_use}")
}

fn status_name(status: AccessKeyStatus) -> &'static str {
    match status {
        AccessKeyStatus::Active => "active",
        AccessKeyStatus::Inactive => "inactive",
    }
}

fn told_key(info: &KeyInfo) -> Outcome<AccessKey> {
    let unknown = |_| misunderstood();
    Ok(AccessKey {
        id: AccessKeyId::parse(&info.access_key_id).map_err(unknown)?,
        user: UserName::parse(&info.user).map_err(unknown)?,
        status: match info.status {
            KeyStatus::Active => AccessKeyStatus::Active,
            KeyStatus::Inactive => AccessKeyStatus::Inactive,
        },
        created: Timestamp::from_millis(info.created_ms),
        last_used: info.last_used.as_ref().map(|used| KeyUse {
            at: Timestamp::from_millis(used.at_ms),
            service: used.service.clone(),
            region: used.region.clone(),
        }),
    })
}

fn done(response: &Response) -> Outcome {
    match response {
        Response::Done => Ok(()),
        _ => Err(misunderstood().into()),
    }
}
