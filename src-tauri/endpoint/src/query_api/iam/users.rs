//! Users.

use stave_model::{Identity, IdentityKind, user_arn};
use stave_store::NewIdentity;

use crate::query_api::answer::{Answer, Fault, Outcome};
use crate::query_api::call::{Call, OWNER, all_of};
use crate::query_api::errors::from_store;
use crate::query_api::ids::unique_id;
use crate::query_api::paging::Page;
use crate::query_api::xml::Xml;

pub(super) async fn create(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let name = call.params.identity("UserName")?;
    call.params.refuse_path()?;
    call.params.refuse(&["Tags", "PermissionsBoundary"])?;
    call.may(action, &user_arn(&name)).await?;
    let new = NewIdentity {
        name,
        kind: IdentityKind::User,
        description: String::new(),
        trust: None,
        session_secs: None,
    };
    let made = call.identities.create_identity(new).await;
    let made = made.map_err(from_store)?;
    Ok(Answer::Result(Xml::new().nested("User", &told(&made))))
}

pub(super) async fn get(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let name = call.user_or_self()?;
    call.may(action, &user_arn(&name)).await?;
    let user = call.identity_of(&name, IdentityKind::User).await?;
    Ok(Answer::Result(Xml::new().nested("User", &told(&user))))
}

pub(super) async fn list(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    call.may(action, &all_of(IdentityKind::User)).await?;
    let users = identities(call, IdentityKind::User).await?;
    let page = Page::cut(call.params, users, |user| user.name.to_string())?;
    Ok(Answer::Result(page.told("Users", told)))
}

pub(super) async fn delete(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    let name = call.params.identity("UserName")?;
    call.may(action, &user_arn(&name)).await?;
    call.identity_of(&name, IdentityKind::User).await?;
    if name.as_str() == OWNER {
        let message = "Cannot delete entity: this is the owner of the vault.";
        return Err(Fault::conflict("DeleteConflict", message));
    }
    let deleted = call.identities.delete_identity(&name).await;
    deleted.map_err(from_store)?;
    Ok(Answer::Done)
}

/// Returns what is of a kind, below the path that a call asks for: everything here stands at `/`.
pub(super) async fn identities(call: &Call<'_>, kind: IdentityKind) -> Outcome<Vec<Identity>> {
    let prefix = call.params.text("PathPrefix").unwrap_or("/");
    if prefix != "/" {
        return Ok(Vec::new());
    }
    let listed = call.identities.list_identities().await;
    let mut listed = listed.map_err(from_store)?;
    listed.retain(|identity| identity.kind == kind);
    Ok(listed)
}

fn told(user: &Identity) -> Xml {
    Xml::new()
        .text("Path", "/")
        .text("UserName", user.name.as_str())
        .text("UserId", &unique_id(user))
        .text("Arn", &user.arn())
        .moment("CreateDate", user.created)
}
