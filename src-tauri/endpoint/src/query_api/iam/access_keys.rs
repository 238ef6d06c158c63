//! Access keys of users.

use secrecy::ExposeSecret as _;
use stave_model::{AccessKey, AccessKeyId, AccessKeyStatus, IdentityKind, UserName, user_arn};
use stave_store::NewAccessKey;

use crate::query_api::answer::{Answer, Fault, Outcome};
use crate::query_api::call::Call;
use crate::query_api::errors::from_store;
use crate::query_api::paging::Page;
use crate::query_api::xml::Xml;

pub(super) async fn create(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let user = call.user_or_self()?;
    call.may(action, &user_arn(&user)).await?;
    call.refuse_over_owner(&user)?;
    // Adding a key would make a user of that name.
    call.identity_of(&user, IdentityKind::User).await?;
    let new = NewAccessKey {
        user,
        id: None,
        secret: None,
    };
    let added = call.access_keys.add_access_key(new).await;
    let (key, secret) = added.map_err(from_store)?;
    let key = Xml::new()
        .text("UserName", key.user.as_str())
        .text("AccessKeyId", key.id.as_str())
        .text("Status", status_word(key.status))
        .text("SecretAccessKey", secret.expose_secret())
        .moment("CreateDate", key.created);
    Ok(Answer::Result(Xml::new().nested("AccessKey", &key)))
}

pub(super) async fn update(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let key = named(call, action).await?;
    let status = match call.params.required("Status")? {
        "Active" => AccessKeyStatus::Active,
        "Inactive" => AccessKeyStatus::Inactive,
        other => {
            return Err(Fault::invalid(format!(
                "1 validation error detected: Value '{other}' at 'status' failed to satisfy \
                 constraint: Member must satisfy enum value set: [Active, Inactive]"
            )));
        }
    };
    let set = call
        .access_keys
        .set_access_key_status(&key.id, status)
        .await;
    set.map_err(from_store)?;
    Ok(Answer::Done)
}

pub(super) async fn delete(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let key = named(call, action).await?;
    let deleted = call.access_keys.delete_access_key(&key.id).await;
    deleted.map_err(from_store)?;
    Ok(Answer::Done)
}

pub(super) async fn list(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let user = call.user_or_self()?;
    call.may(action, &user_arn(&user)).await?;
    call.identity_of(&user, IdentityKind::User).await?;
    let keys = keys_of(call, &user).await?;
    let page = Page::cut(call.params, keys, |key| key.id.to_string())?;
    let told = page.told("AccessKeyMetadata", |key| {
        Xml::new()
            .text("UserName", key.user.as_str())
            .text("AccessKeyId", key.id.as_str())
            .text("Status", status_word(key.status))
            .moment("CreateDate", key.created)
    });
    Ok(Answer::Result(told.text("UserName", user.as_str())))
}

pub(super) async fn last_used(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let id = key_id(call)?;
    let keys = call.access_keys.list_access_keys().await;
    let keys = keys.map_err(from_store)?;
    let Some(key) = keys.into_iter().find(|key| key.id == id) else {
        // Whose it would be is not known, so that only who may ask for all is told that there is none.
        call.may(action, "*").await?;
        return Err(missing(&id));
    };
    call.may(action, &user_arn(&key.user)).await?;
    let used = match &key.last_used {
        Some(used) => Xml::new()
            .moment("LastUsedDate", used.at)
            .text("ServiceName", &used.service)
            .text("Region", &used.region),
        None => Xml::new().text("ServiceName", "N/A").text("Region", "N/A"),
    };
    let told = Xml::new()
        .text("UserName", key.user.as_str())
        .nested("AccessKeyLastUsed", &used);
    Ok(Answer::Result(told))
}

/// Returns the key that a call changes: one of the user that it names, or of the one who asks.
async fn named(call: &Call<'_>, action: &str) -> Outcome<AccessKey> {
    let user = call.user_or_self()?;
    let id = key_id(call)?;
    call.may(action, &user_arn(&user)).await?;
    call.refuse_over_owner(&user)?;
    let keys = keys_of(call, &user).await?;
    let key = keys.into_iter().find(|key| key.id == id);
    key.ok_or_else(|| missing(&id))
}

async fn keys_of(call: &Call<'_>, user: &UserName) -> Outcome<Vec<AccessKey>> {
    let keys = call.access_keys.list_access_keys().await;
    let mut keys = keys.map_err(from_store)?;
    keys.retain(|key| key.user == *user);
    Ok(keys)
}

fn key_id(call: &Call<'_>) -> Outcome<AccessKeyId> {
    let text = call.params.required("AccessKeyId")?;
    AccessKeyId::parse(text)
        .map_err(|_| Fault::invalid("The specified value for accessKeyId is invalid."))
}

fn missing(id: &AccessKeyId) -> Fault {
    Fault::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

fn status_word(status: AccessKeyStatus) -> &'static str {
    match status {
        AccessKeyStatus::Active => "Active",
        AccessKeyStatus::Inactive => "Inactive",
    }
}
