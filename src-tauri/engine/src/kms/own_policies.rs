//! The policies of who asks: those of the identity, and the one that bounds its session. What one of them
//! denies no key's policy allows, and what the session's does not allow nothing does.

use std::sync::LazyLock;

use stave_catalog::ReadTx;
use stave_model::Actor;
use stave_policy::{By, Combined, Decision, Kind, Policy, Request, Rule, Source, decide};
use stave_store::Error as StoreError;

use super::Kms;
use super::access::is_owner;
use crate::access::rights;
use crate::error::{Error, Result};

/// What the owner of the vault may, who is the account's root: everything that the account may.
static OF_OWNER: LazyLock<Policy> = LazyLock::new(|| {
    let text = r#"{"Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    Policy::parse(text, Kind::Identity).expect("a policy that a test reads")
});

/// The policies of who asks.
#[derive(Debug)]
pub(super) struct OwnPolicies {
    identity: Vec<Policy>,
    session: Option<Policy>,
}

/// What all policies together say of a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// One denies; why.
    Denied(&'static str),
    Allowed,
    Nothing,
}

impl OwnPolicies {
    /// Reads those of an actor. One who is not known has none, and one whose row was changed by another hand is
    /// refused.
    pub(super) fn of(tx: &ReadTx<'_>, kms: &Kms, by: &Actor) -> Result<Self> {
        let bounds = by.session.as_ref().and_then(|one| one.policy.as_deref());
        Ok(Self {
            identity: of_identity(tx, kms, by)?,
            session: bounds.map(parsed).transpose()?,
        })
    }

    /// Decides about a request, with the policy of a key or without one.
    pub(super) fn decide(&self, resource: Option<&Policy>, request: &Request) -> Said {
        let identity: Vec<&Policy> = self.identity.iter().collect();
        let rule = match resource {
            Some(_) => Rule::ResourceFirst,
            None => Rule::Either,
        };
        let combined = Combined {
            identity: &identity,
            session: self.session.as_ref(),
            resource,
            rule,
        };
        match decide(&combined, request) {
            Decision::Denied(by) => Said::Denied(denier(by)),
            Decision::OutOfBounds => Said::Denied("the policy of the session does not allow it"),
            Decision::Allowed(_) => Said::Allowed,
            Decision::Silent => Said::Nothing,
        }
    }
}

fn of_identity(tx: &ReadTx<'_>, kms: &Kms, by: &Actor) -> Result<Vec<Policy>> {
    if is_owner(by) {
        return Ok(vec![OF_OWNER.clone()]);
    }
    let Some(user) = &by.user else {
        return Ok(Vec::new());
    };
    match rights(tx, user, &kms.mac) {
        Ok(rights) => {
            let documents = rights.policies.iter();
            documents.map(|one| parsed(&one.document)).collect()
        }
        Err(Error::Refused(StoreError::NoSuchIdentity(_))) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

fn parsed(text: &str) -> Result<Policy> {
    // It was read when it was set, and the row is authentic: this cannot fail but by a newer reading.
    Policy::parse(text, Kind::Identity).map_err(|_| Error::Contradiction {
        what: "a policy of an identity is none",
    })
}

fn denier(by: By) -> &'static str {
    match by.source {
        Source::Identity { .. } => "a policy of the identity denies it explicitly",
        Source::Session => "the policy of the session denies it explicitly",
        Source::Resource => "the key's policy denies it explicitly",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_of_the_owner_is_one() {
        assert_eq!(OF_OWNER.statements().len(), 1);
    }
}
