//! A call: who makes it, for what, and where it goes.

use stave_model::{ACCOUNT, Actor, Identity, IdentityKind, UserName};
use stave_store::{AccessKeys, Error, Identities, Rights};

use super::answer::{Fault, Outcome};
use super::errors::from_store;
use super::params::Params;

/// The owner of the vault: nothing binds it.
pub(super) const OWNER: &str = "admin";

/// A verified call.
pub(super) struct Call<'c> {
    pub(super) identities: &'c dyn Identities,
    pub(super) access_keys: &'c dyn AccessKeys,
    pub(super) by: &'c Actor,
    /// Who signed.
    pub(super) user: &'c UserName,
    pub(super) params: &'c Params,
}

impl<'c> Call<'c> {
    pub(super) fn new(
        identities: &'c dyn Identities,
        access_keys: &'c dyn AccessKeys,
        by: &'c Actor,
        params: &'c Params,
    ) -> Outcome<Self> {
        let user = by.user.as_ref();
        Ok(Self {
            identities,
            access_keys,
            by,
            user: user.ok_or_else(|| Fault::denied("Nobody signed this request."))?,
            params,
        })
    }

    /// Returns whether the owner of the vault asks.
    pub(super) fn is_by_owner(&self) -> bool {
        self.user.as_str() == OWNER
    }

    /// Returns the user that a parameter names, or the one who asks where it names none.
    pub(super) fn user_or_self(&self) -> Outcome<UserName> {
        if let Some(named) = self.params.identity_of("UserName")? {
            return Ok(named);
        }
        let of_role = self.by.session.as_ref();
        if of_role.is_some_and(|session| session.kind == IdentityKind::Role) {
            let message = "Must specify userName when calling with non-User credentials";
            return Err(Fault::invalid(message));
        }
        Ok(self.user.clone())
    }

    /// Returns an identity of a kind with its policies, or says that there is none.
    pub(super) async fn rights_of(&self, name: &UserName, kind: IdentityKind) -> Outcome<Rights> {
        match self.identities.rights_of(name).await {
            Ok(rights) if rights.identity.kind == kind => Ok(rights),
            Ok(_) | Err(Error::NoSuchIdentity(_)) => {
                let what = word(kind);
                let message = format!("The {what} with name {name} cannot be found.");
                Err(Fault::no_such_entity(message))
            }
            Err(error) => Err(from_store(error)),
        }
    }

    /// Returns an identity of a kind, or says that there is none.
    pub(super) async fn identity_of(
        &self,
        name: &UserName,
        kind: IdentityKind,
    ) -> Outcome<Identity> {
        Ok(self.rights_of(name, kind).await?.identity)
    }

    /// Refuses a change of the owner by anyone else: who may do everything with users is still not the owner.
    pub(super) fn refuse_over_owner(&self, name: &UserName) -> Outcome<()> {
        if name.as_str() != OWNER || self.is_by_owner() {
            return Ok(());
        }
        Err(Fault::denied(
            "The owner of the vault is changed by the owner alone.",
        ))
    }
}

/// Returns what IAM calls a kind.
pub(super) fn word(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::User => "user",
        IdentityKind::Role => "role",
    }
}

/// Returns the ARN that lists of a kind are asked for by.
pub(super) fn all_of(kind: IdentityKind) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{}/", word(kind))
}
