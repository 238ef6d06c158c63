//! The policies of users and roles: checked before they are kept.
//!
//! The limits are IAM's: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

use std::sync::Arc;

use serde_json::Value;
use stave_catalog::identity_policies;
use stave_model::{Actor, Change, IdentityKind, InlinePolicy, PolicyName, UserName};
use stave_policy::{Kind, Policy};
use stave_store::{Error as StoreError, Rights};

use super::manage::{Deed, request};
use super::rows::{keep_rights, rights};
use crate::core::Core;
use crate::engine::ADMIN;
use crate::error::{Error, Result};

/// The most characters of all policies of a user, and of a role; spaces do not count.
const OF_USER_MAX: usize = 2_048;
const OF_ROLE_MAX: usize = 10_240;

/// The most characters of a role's trust policy, and of a session's.
const OF_TRUST_MAX: usize = 2_048;
const OF_SESSION_MAX: usize = 2_048;

/// The longest text that is looked at, spaces counted, as IAM takes it.
const TEXT_BYTES_MAX: usize = 131_072;

impl Core {
    /// Sets a policy of an identity.
    pub(super) fn put_identity_policy(
        &self,
        by: &Actor,
        name: UserName,
        policy: InlinePolicy,
    ) -> Result<()> {
        let kind = self.kind_of(&name)?;
        let deed = match kind {
            IdentityKind::User => Deed::iam("PutUserPolicy"),
            IdentityKind::Role => Deed::iam("PutRolePolicy"),
        };
        let cut: String = policy.document.chars().take(OF_ROLE_MAX).collect();
        let notes = request(&[
            (name_of(kind), name.as_str().into()),
            ("policyName", policy.name.as_str().into()),
            ("policyDocument", cut.into()),
        ]);
        let kms = Arc::clone(&self.kms);
        self.manage(by, deed, notes, &Change::Identities, move |tx, _| {
            bound(&name)?;
            let mut rights = rights(tx, &name, &kms.mac)?;
            check(&policy.document, Kind::Identity)?;
            rights.policies.retain(|one| one.name != policy.name);
            rights.policies.push(policy.clone());
            rights
                .policies
                .sort_by(|one, other| one.name.cmp(&other.name));
            check_size(&rights)?;
            identity_policies::put(tx, &name, &policy)?;
            keep_rights(tx, &rights, &kms.mac)
        })
    }

    /// Removes a policy of an identity.
    pub(super) fn delete_identity_policy(
        &self,
        by: &Actor,
        name: UserName,
        policy: PolicyName,
    ) -> Result<()> {
        let kind = self.kind_of(&name)?;
        let deed = match kind {
            IdentityKind::User => Deed::iam("DeleteUserPolicy"),
            IdentityKind::Role => Deed::iam("DeleteRolePolicy"),
        };
        let notes = request(&[
            (name_of(kind), name.as_str().into()),
            ("policyName", policy.as_str().into()),
        ]);
        let kms = Arc::clone(&self.kms);
        self.manage(by, deed, notes, &Change::Identities, move |tx, _| {
            let mut rights = rights(tx, &name, &kms.mac)?;
            if !identity_policies::delete(tx, &name, &policy)? {
                let identity = name;
                return Err(StoreError::NoSuchIdentityPolicy { identity, policy }.into());
            }
            rights.policies.retain(|one| one.name != policy);
            keep_rights(tx, &rights, &kms.mac)
        })
    }
}

/// Returns how IAM calls the parameter that names an identity.
pub(super) fn name_of(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::User => "userName",
        IdentityKind::Role => "roleName",
    }
}

/// Refuses to bind the owner of the vault.
pub(super) fn bound(name: &UserName) -> Result<()> {
    if name.as_str() == ADMIN {
        let why = "the owner of the vault has no policies and cannot be deleted";
        return Err(StoreError::InvalidRequest(why).into());
    }
    Ok(())
}

/// Refuses a trust policy that is none.
pub(super) fn check_trust(text: &str) -> Result<()> {
    check(text, Kind::Trust)?;
    let why = "a trust policy has at most 2,048 characters";
    at_most(OF_TRUST_MAX, counted(text), why)
}

/// Refuses a policy of a session that is none.
pub(super) fn check_session_policy(text: &str) -> Result<()> {
    check(text, Kind::Identity)?;
    let why = "the policy of a session has at most 2,048 characters";
    at_most(OF_SESSION_MAX, counted(text), why)
}

fn check(text: &str, kind: Kind) -> Result<()> {
    if text.len() > TEXT_BYTES_MAX {
        let why = "a policy has at most 131,072 bytes, spaces counted";
        return Err(StoreError::InvalidRequest(why).into());
    }
    let parsed = Policy::parse(text, kind);
    parsed.map_err(|why| Error::from(StoreError::InvalidPolicy(why.to_string())))?;
    Ok(())
}

fn check_size(rights: &Rights) -> Result<()> {
    let all = rights.policies.iter().map(|one| counted(&one.document));
    let (most, why) = match rights.identity.kind {
        IdentityKind::User => (
            OF_USER_MAX,
            "the policies of a user have at most 2,048 characters together; spaces do not count",
        ),
        IdentityKind::Role => (
            OF_ROLE_MAX,
            "the policies of a role have at most 10,240 characters together; spaces do not count",
        ),
    };
    at_most(most, all.sum(), why)
}

fn at_most(most: usize, found: usize, why: &'static str) -> Result<()> {
    if found > most {
        return Err(StoreError::InvalidRequest(why).into());
    }
    Ok(())
}

/// Counts the characters that count.
fn counted(text: &str) -> usize {
    text.chars().filter(|char| !char.is_whitespace()).count()
}

/// Returns a text of a record, `null` where it is absent.
pub(super) fn or_null(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Into::into)
}
