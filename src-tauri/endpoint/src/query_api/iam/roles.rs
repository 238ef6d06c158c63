//! Roles.

use stave_model::{Identity, IdentityKind, UserName, role_arn};
use stave_store::{NewIdentity, RoleChange};

use super::users::identities;
use crate::query_api::answer::{Answer, Fault, Outcome};
use crate::query_api::call::{Call, all_of};
use crate::query_api::errors::from_store;
use crate::query_api::ids::unique_id;
use crate::query_api::paging::Page;
use crate::query_api::xml::Xml;

/// How long a session of a role is where nobody says so, and at least; in seconds.
pub(in crate::query_api) const AN_HOUR: u32 = 3_600;

/// How long it may be.
pub(in crate::query_api) const TWELVE_HOURS: u32 = 43_200;

/// The longest description.
const DESCRIPTION_CHARS: usize = 1_000;

pub(super) async fn create(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let name = call.params.identity("RoleName")?;
    let trust = call.params.required("AssumeRolePolicyDocument")?.to_owned();
    call.params.refuse_path()?;
    call.params.refuse(&["Tags", "PermissionsBoundary"])?;
    let description = description(call)?.unwrap_or_default();
    let session_secs = session_secs(call)?;
    call.may(action, &role_arn(&name)).await?;
    let new = NewIdentity {
        name,
        kind: IdentityKind::Role,
        description,
        trust: Some(trust),
        session_secs,
    };
    let made = call.identities.create_identity(new).await;
    Ok(answer(&made.map_err(from_store)?))
}

pub(super) async fn get(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let name = named(call, action).await?;
    Ok(answer(&call.identity_of(&name, IdentityKind::Role).await?))
}

pub(super) async fn list(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    call.may(action, &all_of(IdentityKind::Role)).await?;
    let roles = identities(call, IdentityKind::Role).await?;
    let page = Page::cut(call.params, roles, |role| role.name.to_string())?;
    Ok(Answer::Result(page.told("Roles", told)))
}

pub(super) async fn update(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let change = RoleChange {
        description: description(call)?,
        trust: None,
        session_secs: session_secs(call)?,
    };
    change_role(call, action, change).await?;
    Ok(Answer::Result(Xml::new()))
}

pub(super) async fn update_description(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    call.params.required("Description")?;
    let change = RoleChange {
        description: description(call)?,
        ..RoleChange::default()
    };
    Ok(answer(&change_role(call, action, change).await?))
}

pub(super) async fn update_trust(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let change = RoleChange {
        trust: Some(call.params.required("PolicyDocument")?.to_owned()),
        ..RoleChange::default()
    };
    change_role(call, action, change).await?;
    Ok(Answer::Done)
}

pub(super) async fn delete(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let name = named(call, action).await?;
    call.identity_of(&name, IdentityKind::Role).await?;
    let deleted = call.identities.delete_identity(&name).await;
    deleted.map_err(from_store)?;
    Ok(Answer::Done)
}

async fn change_role(call: &Call<'_>, action: &str, change: RoleChange) -> Outcome<Identity> {
    let name = named(call, action).await?;
    call.identity_of(&name, IdentityKind::Role).await?;
    let changed = call.identities.change_role(&name, change).await;
    changed.map_err(from_store)
}

/// Returns the role that a call names, once the caller may do so with it.
async fn named(call: &Call<'_>, action: &str) -> Outcome<UserName> {
    let name = call.params.identity("RoleName")?;
    call.may(action, &role_arn(&name)).await?;
    Ok(name)
}

fn description(call: &Call<'_>) -> Outcome<Option<String>> {
    let Some(text) = call.params.text("Description") else {
        return Ok(None);
    };
    if text.chars().count() > DESCRIPTION_CHARS {
        return Err(Fault::invalid(format!(
            "1 validation error detected: Value at 'description' failed to satisfy constraint: \
             Member must have length less than or equal to {DESCRIPTION_CHARS}"
        )));
    }
    Ok(Some(text.to_owned()))
}

fn session_secs(call: &Call<'_>) -> Outcome<Option<u32>> {
    call.params
        .number("MaxSessionDuration", AN_HOUR, TWELVE_HOURS)
}

fn answer(role: &Identity) -> Answer {
    Answer::Result(Xml::new().nested("Role", &told(role)))
}

fn told(role: &Identity) -> Xml {
    let described = Some(role.description.as_str()).filter(|text| !text.is_empty());
    Xml::new()
        .text("Path", "/")
        .text("RoleName", role.name.as_str())
        .text("RoleId", &unique_id(role))
        .text("Arn", &role.arn())
        .moment("CreateDate", role.created)
        .policy(
            "AssumeRolePolicyDocument",
            role.trust.as_deref().unwrap_or_default(),
        )
        .text_of("Description", described)
        .number("MaxSessionDuration", role.session_secs.unwrap_or(AN_HOUR))
}
