//! Users and roles, put together for their page.

#[cfg(test)]
#[path = "identities_test.rs"]
mod identities_test;

use std::collections::BTreeMap;

use stave_model::{
    AccessKey, Identity, IdentityKind, InlinePolicy, PolicyName, Timestamp, UserName,
};
use stave_policy::{Kind, Policy};
use stave_store::{AccessKeys, Identities, NewIdentity, Result, RoleChange, Store};

use crate::args::window_user;
use crate::errors::{Answer, Failure};
use crate::json::indented;
use crate::policy_text::{About, oddities, problem, reading};
use crate::views::{AccessKeyView, IdentityDetails, IdentityView, PolicyCheck, PolicyProblem};

/// The longest description, and the longest policy that is looked at: those of IAM are shorter.
const DESCRIPTION_MAX: usize = 1_000;
const POLICY_MAX_BYTES: usize = 20 * 1024;

/// What the page of identities stands on.
pub struct People<'a> {
    pub identities: &'a dyn Identities,
    pub access_keys: &'a dyn AccessKeys,
    pub store: &'a dyn Store,
}

/// What belongs to identities, by their names.
struct Belongings {
    keys: BTreeMap<UserName, Vec<AccessKey>>,
    buckets: BTreeMap<UserName, Vec<String>>,
}

impl Belongings {
    fn keys_of(&self, name: &UserName) -> &[AccessKey] {
        self.keys.get(name).map_or(&[], Vec::as_slice)
    }

    fn buckets_of(&self, name: &UserName) -> &[String] {
        self.buckets.get(name).map_or(&[], Vec::as_slice)
    }

    fn last_used(&self, name: &UserName) -> Option<i64> {
        let uses = self.keys_of(name).iter();
        let uses = uses.filter_map(|key| key.last_used.as_ref());
        uses.map(|used| used.at).max().map(Timestamp::as_millis)
    }
}

impl People<'_> {
    /// Lists users and roles by name, the vault's owner first.
    pub async fn list(&self) -> Result<Vec<IdentityView>> {
        let belongings = self.belongings().await?;
        let mut views = Vec::new();
        for identity in self.identities.list_identities().await? {
            let rights = self.identities.rights_of(&identity.name).await?;
            let policies = rights.policies.iter();
            let policies = policies.map(|policy| policy.name.as_str().to_owned());
            views.push(view(identity, policies.collect(), &belongings));
        }
        views.sort_by_key(|view| !view.owner);
        Ok(views)
    }

    /// Tells everything of an identity.
    pub async fn details(&self, name: &UserName) -> Result<IdentityDetails> {
        let rights = self.identities.rights_of(name).await?;
        let sessions = self.identities.list_sessions(name).await?;
        let belongings = self.belongings().await?;
        let identity = rights.identity;
        let keys = belongings.keys_of(name).iter().cloned();
        Ok(IdentityDetails {
            name: name.as_str().to_owned(),
            kind: identity.kind.into(),
            arn: identity.arn(),
            created: identity.created.as_millis(),
            last_used: belongings.last_used(name),
            owner: is_owner(name),
            buckets: belongings.buckets_of(name).len(),
            policies: rights.policies.into_iter().map(Into::into).collect(),
            trust: identity.trust.as_deref().map(indented),
            session_seconds: identity.session_secs,
            keys: keys.map(AccessKeyView::from).collect(),
            sessions: sessions.into_iter().map(Into::into).collect(),
            description: identity.description,
        })
    }

    /// Removes an identity that has nothing any more; else names what it has.
    pub async fn delete(&self, name: &UserName) -> Answer<()> {
        if is_owner(name) {
            return Err(Failure::refused(
                "owner",
                "the vault's owner cannot be deleted",
                "Delete the vault's folder if you want neither.",
            ));
        }
        let rights = self.identities.rights_of(name).await?;
        let belongings = self.belongings().await?;
        let keys = belongings.keys_of(name).iter();
        let keys = keys.map(|key| format!("the access key {}", key.id));
        let policies = rights.policies.iter();
        let policies = policies.map(|policy| format!("the policy {}", policy.name));
        let buckets = belongings.buckets_of(name).iter();
        let buckets = buckets.map(|bucket| format!("the bucket {bucket}"));
        let held: Vec<_> = keys.chain(policies).chain(buckets).collect();
        if !held.is_empty() {
            return Err(Failure::new(
                "identity_in_use",
                format!("{name} is not deleted"),
                format!("It still has {}.", held.join(", ")),
                "Take these away first.",
            ));
        }
        Ok(self.identities.delete_identity(name).await?)
    }

    async fn belongings(&self) -> Result<Belongings> {
        let mut keys: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for key in self.access_keys.list_access_keys().await? {
            keys.entry(key.user.clone()).or_default().push(key);
        }
        let mut buckets: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for bucket in self.store.list_buckets().await? {
            let name = bucket.name.as_str().to_owned();
            buckets.entry(bucket.owner).or_default().push(name);
        }
        Ok(Belongings { keys, buckets })
    }
}

fn is_owner(name: &UserName) -> bool {
    *name == window_user()
}

fn view(identity: Identity, policies: Vec<String>, belongings: &Belongings) -> IdentityView {
    let name = &identity.name;
    IdentityView {
        name: name.as_str().to_owned(),
        kind: identity.kind.into(),
        arn: identity.arn(),
        created: identity.created.as_millis(),
        policies,
        keys: belongings.keys_of(name).len(),
        last_used: belongings.last_used(name),
        owner: is_owner(name),
        buckets: belongings.buckets_of(name).len(),
        description: identity.description,
    }
}

/// Makes a user.
pub async fn create_user(identities: &dyn Identities, name: UserName) -> Answer<()> {
    let new = NewIdentity {
        name,
        kind: IdentityKind::User,
        description: String::new(),
        trust: None,
        session_secs: None,
    };
    identities.create_identity(new).await?;
    Ok(())
}

/// A role to be made.
pub struct NewRole {
    pub name: UserName,
    pub description: String,
    pub trust: String,
    pub session_seconds: u32,
}

/// Makes a role.
pub async fn create_role(identities: &dyn Identities, role: NewRole) -> Answer<()> {
    if role.description.chars().count() > DESCRIPTION_MAX {
        let message = format!("a description has at most {DESCRIPTION_MAX} characters");
        let hint = "Shorten it.";
        return Err(Failure::refused("invalid_argument", &message, hint));
    }
    let new = NewIdentity {
        name: role.name,
        kind: IdentityKind::Role,
        description: role.description,
        trust: Some(role.trust),
        session_secs: Some(role.session_seconds),
    };
    identities.create_identity(new).await?;
    Ok(())
}

/// Sets who may become a role.
pub async fn put_trust(
    identities: &dyn Identities,
    role: &UserName,
    document: String,
) -> Answer<()> {
    let change = RoleChange {
        trust: Some(document),
        ..RoleChange::default()
    };
    identities.change_role(role, change).await?;
    Ok(())
}

/// Sets a policy of an identity. The owner is bound by none, so that it is given none.
pub async fn put_policy(
    identities: &dyn Identities,
    identity: &UserName,
    name: &str,
    document: String,
) -> Answer<()> {
    if is_owner(identity) {
        return Err(Failure::refused(
            "owner",
            "no policy binds the vault's owner",
            "Make a user for a program that is to do less.",
        ));
    }
    let policy = InlinePolicy {
        name: PolicyName::parse(name)?,
        document,
    };
    Ok(identities.put_identity_policy(identity, policy).await?)
}

/// Checks a policy for an identity.
pub fn check_policy(text: &str) -> PolicyCheck {
    let refused = |problem| PolicyCheck {
        valid: false,
        problems: vec![problem],
        locks_out: false,
        allows: Vec::new(),
    };
    if text.len() > POLICY_MAX_BYTES {
        return refused(PolicyProblem {
            line: None,
            message: format!("a policy has at most {POLICY_MAX_BYTES} bytes"),
        });
    }
    match Policy::parse(text, Kind::Identity) {
        Err(error) => refused(problem(text, &error)),
        Ok(policy) => PolicyCheck {
            valid: true,
            problems: oddities(text, &policy),
            locks_out: false,
            allows: reading(text, About::Identity),
        },
    }
}
