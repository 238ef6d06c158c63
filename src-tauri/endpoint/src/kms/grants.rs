//! Grants: who may use a key beside its policy.

use serde::{Deserialize, Serialize};
use stave_model::{EncryptionContext, root_arn};
use stave_store::{CreateGrant, GrantRef, KeyGrant};

use super::Call;
use super::errors::from_store;
use super::paging::{PageEnd, PageWish};
use crate::json::{EpochSeconds, JsonError, Outcome};

/// How many grants a page has unless told.
const PAGE: usize = 50;

/// What the encryption context has to be.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Constraints {
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_context_subset: Option<EncryptionContext>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_context_equals: Option<EncryptionContext>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    key_id: String,
    grantee_principal: String,
    retiring_principal: Option<String>,
    operations: Vec<String>,
    #[serde(default)]
    constraints: Constraints,
    name: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Created {
    grant_token: String,
    grant_id: String,
}

pub(super) async fn create(call: &Call<'_>, input: Create) -> Outcome<Created> {
    let create = CreateGrant {
        key: input.key_id,
        grantee: input.grantee_principal,
        retiring: input.retiring_principal,
        operations: input.operations,
        context_equals: input.constraints.encryption_context_equals,
        context_subset: input.constraints.encryption_context_subset,
        name: input.name,
    };
    let grant = call.service.create_grant(call.by, create).await;
    let grant = grant.map_err(from_store)?;
    Ok(Created {
        grant_token: grant.token,
        grant_id: grant.id,
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    key_id: String,
    grant_id: Option<String>,
    grantee_principal: Option<String>,
    #[serde(flatten)]
    page: PageWish,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    grants: Vec<Entry>,
    #[serde(flatten)]
    end: PageEnd,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    key_id: String,
    grant_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    creation_date: EpochSeconds,
    grantee_principal: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    retiring_principal: Option<String>,
    issuing_account: String,
    operations: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constraints: Option<Constraints>,
}

pub(super) async fn list(call: &Call<'_>, input: List) -> Outcome<Listed> {
    let grants = call.service.list_grants(call.by, &input.key_id).await;
    let mut grants = grants.map_err(from_store)?;
    let wanted = |wish: &Option<String>, value: &str| wish.as_deref().is_none_or(|w| w == value);
    grants.retain(|grant| {
        wanted(&input.grant_id, &grant.id) && wanted(&input.grantee_principal, &grant.grantee)
    });
    listed(grants, input.page)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRetirable {
    retiring_principal: String,
    #[serde(flatten)]
    page: PageWish,
}

pub(super) async fn list_retirable(call: &Call<'_>, input: ListRetirable) -> Outcome<Listed> {
    let service = call.service;
    let grants = service.list_retirable_grants(call.by, &input.retiring_principal);
    listed(grants.await.map_err(from_store)?, input.page)
}

fn listed(mut grants: Vec<KeyGrant>, page: PageWish) -> Outcome<Listed> {
    grants.sort_by(|a, b| a.id.cmp(&b.id));
    let (grants, end) = page.cut(PAGE, grants, |grant| grant.id.clone())?;
    Ok(Listed {
        grants: grants.into_iter().map(entry).collect(),
        end,
    })
}

fn entry(grant: KeyGrant) -> Entry {
    let constrained = grant.context_subset.is_some() || grant.context_equals.is_some();
    Entry {
        key_id: grant.arn,
        grant_id: grant.id,
        name: grant.name,
        creation_date: EpochSeconds(grant.created),
        grantee_principal: grant.grantee,
        retiring_principal: grant.retiring,
        issuing_account: root_arn(),
        operations: grant.operations,
        constraints: constrained.then_some(Constraints {
            encryption_context_subset: grant.context_subset,
            encryption_context_equals: grant.context_equals,
        }),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Revoke {
    key_id: String,
    grant_id: String,
}

pub(super) async fn revoke(call: &Call<'_>, input: Revoke) -> Outcome<()> {
    let revoked = call
        .service
        .revoke_grant(call.by, &input.key_id, &input.grant_id);
    revoked.await.map_err(from_store)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Retire {
    grant_token: Option<String>,
    key_id: Option<String>,
    grant_id: Option<String>,
}

pub(super) async fn retire(call: &Call<'_>, input: Retire) -> Outcome<()> {
    let grant = match (input.grant_token, input.key_id, input.grant_id) {
        (Some(token), None, None) => GrantRef::Token(token),
        (None, Some(key), Some(grant)) => GrantRef::Id { key, grant },
        _ => {
            let message = "Either a GrantToken or both KeyId and GrantId must be given.";
            return Err(JsonError::invalid(message));
        }
    };
    let retired = call.service.retire_grant(call.by, grant);
    retired.await.map_err(from_store)
}
