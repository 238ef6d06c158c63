//! Users and roles: make, change, remove.

use std::sync::Arc;

use stave_catalog::{ReadTx, WriteTx, access_keys, buckets, links, sessions, users};
use stave_model::{Actor, Change, Identity, IdentityKind, Timestamp, UserName};
use stave_store::{Error as StoreError, NewIdentity, Rights, RoleChange};
use stave_vault::MacKey;

use super::links::revoke_row;
use super::manage::{Deed, request};
use super::policies::{bound, check_trust, name_of, or_null};
use super::rows::{identity_row, keep_rights, rights, rights_of_row};
use crate::core::Core;
use crate::error::{Error, Result};

/// The most users and roles of a vault, as IAM has it for users.
const IDENTITIES_MAX: usize = 5_000;

/// The longest description.
const DESCRIPTION_CHARS_MAX: usize = 1_000;

/// How long a session of a role may be.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
const SESSION_SECS: std::ops::RangeInclusive<u32> = 3_600..=43_200;

/// How long a session of a role may be that was made without a word on it.
const SESSION_SECS_DEFAULT: u32 = 3_600;

impl Core {
    /// Lists users and roles. One that was changed by another hand is left out, and logged.
    pub(super) fn list_identities(&self) -> Result<Vec<Identity>> {
        self.catalog.read(|tx| {
            let rows = users::list(tx)?.into_iter();
            let sound = rows.filter_map(|row| rights_of_row(tx, row, &self.kms.mac).ok());
            Ok(sound.map(|rights| rights.identity).collect())
        })
    }

    /// Returns an identity with its policies.
    pub(super) fn rights_of(&self, name: &UserName) -> Result<Rights> {
        self.catalog.read(|tx| rights(tx, name, &self.kms.mac))
    }

    /// Returns what an identity is.
    pub(super) fn kind_of(&self, name: &UserName) -> Result<IdentityKind> {
        Ok(self.rights_of(name)?.identity.kind)
    }

    /// Makes a user or a role.
    pub(super) fn create_identity(&self, by: &Actor, new: NewIdentity) -> Result<Identity> {
        self.has_room()?;
        let deed = match new.kind {
            IdentityKind::User => Deed::iam("CreateUser"),
            IdentityKind::Role => Deed::iam("CreateRole"),
        };
        let notes = request(&[
            (name_of(new.kind), new.name.as_str().into()),
            ("description", cut(&new.description).into()),
            (
                "assumeRolePolicyDocument",
                or_null(new.trust.as_deref().map(cut).as_deref()),
            ),
            ("maxSessionDuration", new.session_secs.into()),
        ]);
        let (kms, now) = (Arc::clone(&self.kms), self.clock.now());
        self.manage(by, deed, notes, &Change::Identities, move |tx, notes| {
            if users::find(tx, &new.name)?.is_some() {
                return Err(StoreError::IdentityExists(new.name).into());
            }
            if users::list(tx)?.len() >= IDENTITIES_MAX {
                let why = "a vault has at most 5,000 users and roles";
                return Err(StoreError::InvalidRequest(why).into());
            }
            let identity = checked(new, now)?;
            let rights = Rights {
                identity,
                policies: Vec::new(),
            };
            users::insert(tx, &identity_row(&rights, &kms.mac))?;
            notes.answer("arn", rights.identity.arn());
            Ok(rights.identity)
        })
    }

    /// Changes a role.
    pub(super) fn change_role(
        &self,
        by: &Actor,
        name: UserName,
        change: RoleChange,
    ) -> Result<Identity> {
        let deed = match change.trust {
            Some(_) => Deed::iam("UpdateAssumeRolePolicy"),
            None => Deed::iam("UpdateRole"),
        };
        let notes = request(&[
            ("roleName", name.as_str().into()),
            (
                "description",
                or_null(change.description.as_deref().map(cut).as_deref()),
            ),
            (
                "policyDocument",
                or_null(change.trust.as_deref().map(cut).as_deref()),
            ),
            ("maxSessionDuration", change.session_secs.into()),
        ]);
        let kms = Arc::clone(&self.kms);
        self.manage(by, deed, notes, &Change::Identities, move |tx, _| {
            let mut rights = rights(tx, &name, &kms.mac)?;
            let role = &mut rights.identity;
            if role.kind == IdentityKind::User {
                return Err(StoreError::NoSuchIdentity(name).into());
            }
            role.description = change.description.unwrap_or(role.description.clone());
            role.trust = change.trust.or(role.trust.take());
            role.session_secs = change.session_secs.or(role.session_secs);
            check_role(role)?;
            keep_rights(tx, &rights, &kms.mac)?;
            Ok(rights.identity)
        })
    }

    /// Removes an identity that has nothing any more. Its sessions end, its links are revoked.
    pub(super) fn delete_identity(&self, by: &Actor, name: UserName) -> Result<()> {
        let kind = self.kind_of(&name)?;
        let deed = match kind {
            IdentityKind::User => Deed::iam("DeleteUser"),
            IdentityKind::Role => Deed::iam("DeleteRole"),
        };
        let notes = request(&[(name_of(kind), name.as_str().into())]);
        let (kms, now) = (Arc::clone(&self.kms), self.clock.now());
        self.manage(by, deed, notes, &Change::Identities, move |tx, _| {
            bound(&name)?;
            let rights = rights(tx, &name, &kms.mac)?;
            if let Some(has) = in_use(tx, &rights)? {
                return Err(StoreError::IdentityInUse { name, has }.into());
            }
            sessions::delete_of_identity(tx, &name)?;
            revoke_all(tx, &name, now, &kms.mac)?;
            users::delete(tx, &name)?;
            Ok(())
        })?;
        self.publish(&Change::Links);
        Ok(())
    }
}

/// Makes an identity of what was asked for.
fn checked(new: NewIdentity, created: Timestamp) -> Result<Identity> {
    let is_role = new.kind == IdentityKind::Role;
    let identity = Identity {
        name: new.name,
        kind: new.kind,
        created,
        description: new.description,
        trust: new.trust,
        session_secs: match new.session_secs {
            None if is_role => Some(SESSION_SECS_DEFAULT),
            given => given,
        },
    };
    if is_role {
        check_role(&identity)?;
    } else if identity.trust.is_some() || identity.session_secs.is_some() {
        return Err(StoreError::InvalidRequest("a user has no trust policy; a role has").into());
    }
    check_description(&identity.description)?;
    Ok(identity)
}

fn check_role(role: &Identity) -> Result<()> {
    let refused = |why| Error::from(StoreError::InvalidRequest(why));
    let trust = role.trust.as_deref();
    check_trust(trust.ok_or_else(|| refused("a role needs a trust policy"))?)?;
    if !role
        .session_secs
        .is_some_and(|secs| SESSION_SECS.contains(&secs))
    {
        return Err(refused(
            "a session of a role lasts at most 3,600 to 43,200 seconds",
        ));
    }
    check_description(&role.description)
}

fn check_description(text: &str) -> Result<()> {
    if text.chars().count() > DESCRIPTION_CHARS_MAX {
        let why = "a description has at most 1,000 characters";
        return Err(StoreError::InvalidRequest(why).into());
    }
    Ok(())
}

/// Names what keeps an identity from being removed.
fn in_use(tx: &ReadTx<'_>, rights: &Rights) -> Result<Option<&'static str>> {
    let name = &rights.identity.name;
    let has_keys = access_keys::count_of_user(tx, name)? > 0;
    let has_buckets = buckets::count_of_owner(tx, name)? > 0;
    Ok(match (has_keys, !rights.policies.is_empty(), has_buckets) {
        (true, true, true) => Some("access keys, policies and buckets"),
        (true, true, false) => Some("access keys and policies"),
        (true, false, true) => Some("access keys and buckets"),
        (false, true, true) => Some("policies and buckets"),
        (true, false, false) => Some("access keys"),
        (false, true, false) => Some("policies"),
        (false, false, true) => Some("buckets"),
        (false, false, false) => None,
    })
}

fn revoke_all(tx: &WriteTx<'_>, user: &UserName, now: Timestamp, mac: &MacKey) -> Result<()> {
    for row in links::of_user(tx, user)? {
        revoke_row(tx, row.link, now, mac)?;
    }
    Ok(())
}

/// Cuts a text that a record tells.
fn cut(text: &str) -> String {
    text.chars().take(2_048).collect()
}
