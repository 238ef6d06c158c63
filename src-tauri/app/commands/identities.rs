//! Users and roles.

use serde::Deserialize;
use stave_model::{PolicyName, UserName};
use tauri::State;

use crate::args::Args;
use crate::errors::Answer;
use crate::identities::{self, NewRole, People};
use crate::keeper::Keeper;
use crate::policy_templates;
use crate::session::Session;
use crate::views::{IdentityDetails, IdentityView, PolicyCheck, PolicyTemplate};

/// Asks for a role.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRole {
    name: String,
    description: String,
    trust: String,
    session_seconds: u32,
}

fn people(session: &Session) -> People<'_> {
    People {
        identities: &*session.identities,
        access_keys: &*session.access_keys,
        store: &*session.store,
    }
}

#[tauri::command]
pub async fn list_identities(keeper: State<'_, Keeper>) -> Answer<Vec<IdentityView>> {
    Ok(people(&*keeper.session()?).list().await?)
}

#[tauri::command]
pub async fn identity(keeper: State<'_, Keeper>, name: String) -> Answer<IdentityDetails> {
    let name = UserName::parse(&name)?;
    Ok(people(&*keeper.session()?).details(&name).await?)
}

#[tauri::command]
pub async fn create_user(keeper: State<'_, Keeper>, name: String) -> Answer<()> {
    let name = UserName::parse(&name)?;
    identities::create_user(&*keeper.session()?.identities, name).await
}

#[tauri::command]
pub async fn create_role(keeper: State<'_, Keeper>, ask: Args<CreateRole>) -> Answer<()> {
    let Args(ask) = ask;
    let role = NewRole {
        name: UserName::parse(&ask.name)?,
        description: ask.description,
        trust: ask.trust,
        session_seconds: ask.session_seconds,
    };
    identities::create_role(&*keeper.session()?.identities, role).await
}

#[tauri::command]
pub async fn delete_identity(keeper: State<'_, Keeper>, name: String) -> Answer<()> {
    let name = UserName::parse(&name)?;
    people(&*keeper.session()?).delete(&name).await
}

#[tauri::command]
pub async fn check_identity_policy(policy: String) -> PolicyCheck {
    identities::check_policy(&policy)
}

#[tauri::command]
pub async fn put_identity_policy(
    keeper: State<'_, Keeper>,
    identity: String,
    name: String,
    document: String,
) -> Answer<()> {
    let identity = UserName::parse(&identity)?;
    identities::put_policy(&*keeper.session()?.identities, &identity, &name, document).await
}

#[tauri::command]
pub async fn delete_identity_policy(
    keeper: State<'_, Keeper>,
    identity: String,
    name: String,
) -> Answer<()> {
    let (identity, name) = (UserName::parse(&identity)?, PolicyName::parse(&name)?);
    let identities = &keeper.session()?.identities;
    Ok(identities.delete_identity_policy(&identity, &name).await?)
}

#[tauri::command]
pub async fn put_trust_policy(
    keeper: State<'_, Keeper>,
    role: String,
    document: String,
) -> Answer<()> {
    let role = UserName::parse(&role)?;
    identities::put_trust(&*keeper.session()?.identities, &role, document).await
}

#[tauri::command]
pub async fn revoke_sessions(keeper: State<'_, Keeper>, identity: String) -> Answer<()> {
    let identity = UserName::parse(&identity)?;
    keeper.session()?.identities.end_sessions(&identity).await?;
    Ok(())
}

#[tauri::command]
pub async fn policy_templates() -> Vec<PolicyTemplate> {
    policy_templates::all()
}
