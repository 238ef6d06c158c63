//! Grants: rights to a key beside its policy.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>

use serde_json::json;
use stave_catalog::kms_grants;
use stave_model::{ACCOUNT, Actor, EncryptionContext, KeySpec, root_arn};
use stave_store::{CreateGrant, GrantRef, KeyError, KeyGrant};

use super::access::{Asked, is_owner, role_of};
use super::call::Call;
use super::operation::{
    CREATE_GRANT, LIST_GRANTS, LIST_RETIRABLE, Operation, RETIRE_GRANT, REVOKE_GRANT,
};
use super::rows::{GrantDocument, StoredGrant, StoredKey, grant_of_token};
use super::{invalid, refused};
use crate::core::Core;
use crate::error::Result;

/// The most grants of a key. All are read where the policy of the key says nothing.
const GRANTS_MAX: usize = 1_000;

/// The longest name of a grant.
const NAME_BYTES_MAX: usize = 256;

/// What a grant of a key that encrypts can allow.
const OF_SYMMETRIC: [&str; 9] = [
    "CreateGrant",
    "Decrypt",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
    "RetireGrant",
];

/// What a grant of a key that makes MACs can allow.
const OF_HMAC: [&str; 5] = [
    "CreateGrant",
    "DescribeKey",
    "GenerateMac",
    "RetireGrant",
    "VerifyMac",
];

/// Returns whether a grant allows somebody an operation.
pub(crate) fn grant_allows(
    grant: &StoredGrant,
    by: &Actor,
    operation: Operation,
    asked: &Asked<'_>,
) -> bool {
    let is = &grant.is;
    stands_for(&is.grantee, by)
        && is.operations.iter().any(|name| name == operation.name())
        && context_fits(is, asked.context)
}

/// Returns whether an ARN is that of somebody; the account's root is its owner, and a role stands for its sessions.
fn stands_for(arn: &str, by: &Actor) -> bool {
    by.arn().as_deref() == Some(arn)
        || role_of(by).as_deref() == Some(arn)
        || (arn == root_arn() && is_owner(by))
}

/// A constraint counts where the operation has an encryption context.
fn context_fits(is: &GrantDocument, context: Option<&EncryptionContext>) -> bool {
    let Some(context) = context else {
        return true;
    };
    let holds = |subset: &EncryptionContext| {
        subset
            .iter()
            .all(|(name, value)| context.get(name) == Some(value))
    };
    is.context_equals.as_ref().is_none_or(|all| all == context)
        && is.context_subset.as_ref().is_none_or(holds)
}

impl Core {
    /// Makes a grant; one of the same name and content is made once.
    pub(crate) fn create_grant(&self, by: &Actor, create: CreateGrant) -> Result<KeyGrant> {
        self.has_room()?;
        self.key_call(by, CREATE_GRANT, move |call| {
            call.note("granteePrincipal", create.grantee.as_str());
            call.note("retiringPrincipal", create.retiring.as_deref());
            call.note("operations", create.operations.clone());
            call.note("constraints", constraints(&create));
            call.note("name", create.name.as_deref());
            let asked = Asked {
                extra: conditions(&create),
                ..Asked::default()
            };
            let key = call.open(&create.key, asked.clone())?;
            check_grant(&key, &create)?;
            call.check_parent(&key, &create, &asked)?;
            let grant = call.keep_grant(&key, create)?;
            let told = grant.told(&call.desk.kms.mac, &call.desk.region);
            call.answer("grantId", told.id.as_str());
            call.answer("keyId", told.arn.as_str());
            Ok(told)
        })
    }

    /// Lists the grants of a key.
    pub(crate) fn list_grants(&self, by: &Actor, named: String) -> Result<Vec<KeyGrant>> {
        self.key_call(by, LIST_GRANTS, move |call| {
            let key = call.open(&named, Asked::default())?;
            let grants = call.grants_of(&key)?;
            let desk = call.desk;
            let told = |grant: StoredGrant| grant.told(&desk.kms.mac, &desk.region);
            Ok(grants.into_iter().map(told).collect())
        })
    }

    /// Lists the grants that a principal may give back. The owner may ask for everyone, others for
    /// themselves.
    pub(crate) fn list_retirable_grants(
        &self,
        by: &Actor,
        retiring: String,
    ) -> Result<Vec<KeyGrant>> {
        self.key_call(by, LIST_RETIRABLE, move |call| {
            call.note("retiringPrincipal", retiring.as_str());
            if !stands_for(&retiring, call.by) {
                call.allow_without_key()?;
            }
            let desk = call.desk;
            let mut told = Vec::new();
            for row in kms_grants::list(call.tx)? {
                match StoredGrant::of_row(&row, &desk.kms.mac, &desk.region) {
                    Ok(grant) if grant.is.retiring.as_ref() == Some(&retiring) => {
                        told.push(grant.told(&desk.kms.mac, &desk.region));
                    }
                    Ok(_) => {}
                    Err(error) => tracing::error!(%error, "a grant is left out"),
                }
            }
            Ok(told)
        })
    }

    /// Takes a grant back.
    pub(crate) fn revoke_grant(&self, by: &Actor, named: String, grant: String) -> Result<()> {
        self.key_call(by, REVOKE_GRANT, move |call| {
            call.note("grantId", grant.as_str());
            let key = call.open(&named, Asked::default())?;
            let row = kms_grants::find(call.tx, &grant)?.filter(|row| row.key == key.id);
            row.ok_or_else(|| no_grant(&grant))?;
            call.changed = true;
            kms_grants::delete(call.tx, &grant)?;
            Ok(())
        })
    }

    /// Gives a grant back: its retiring principal may, its grantee where it allows `RetireGrant`, and the
    /// account's owner.
    pub(crate) fn retire_grant(&self, by: &Actor, grant: GrantRef) -> Result<()> {
        self.key_call(by, RETIRE_GRANT, move |call| {
            let (id, key) = call.named_grant(grant)?;
            call.note("grantId", id.as_str());
            let row = kms_grants::find(call.tx, &id)?.ok_or_else(|| no_grant(&id))?;
            let (key, _) = match key {
                Some(named) => call.find(&named)?,
                None => call.find(row.key.as_str())?,
            };
            if row.key != key.id {
                return Err(no_grant(&id));
            }
            let desk = call.desk;
            let grant = StoredGrant::of_row(&row, &desk.kms.mac, &desk.region)?;
            let asked = Asked::default();
            desk.not_denied(call.tx, call, &key, &asked)?;
            let is_retiring = grant.is.retiring.as_ref();
            let may = is_retiring.is_some_and(|arn| stands_for(arn, call.by))
                || grant_allows(&grant, call.by, RETIRE_GRANT, &asked)
                || is_owner(call.by);
            if !may {
                call.allow(&key, RETIRE_GRANT, &asked)?;
            }
            call.changed = true;
            kms_grants::delete(call.tx, &id)?;
            Ok(())
        })
    }
}

impl Call<'_, '_> {
    /// Returns the id of a grant and the key that was named with it.
    fn named_grant(&self, grant: GrantRef) -> Result<(String, Option<String>)> {
        match grant {
            GrantRef::Id { key, grant } => Ok((grant, Some(key))),
            GrantRef::Token(token) => {
                let id = grant_of_token(&token, &self.desk.kms.mac);
                let id = id.ok_or_else(|| refused(KeyError::InvalidGrantToken))?;
                Ok((id, None))
            }
        }
    }

    fn grants_of(&self, key: &StoredKey) -> Result<Vec<StoredGrant>> {
        let (mac, region) = (&self.desk.kms.mac, &self.desk.region);
        let rows = kms_grants::of_key(self.tx, &key.id)?;
        rows.iter()
            .map(|row| StoredGrant::of_row(row, mac, region))
            .collect()
    }

    /// Whom a grant alone lets make grants gives on no more than that grant has.
    fn check_parent(&self, key: &StoredKey, create: &CreateGrant, asked: &Asked<'_>) -> Result<()> {
        if self
            .desk
            .policy_lets(self.tx, self, key, CREATE_GRANT, asked)?
        {
            return Ok(());
        }
        let covers = |parent: &StoredGrant| {
            let is = &parent.is;
            grant_allows(parent, self.by, CREATE_GRANT, asked)
                && create
                    .operations
                    .iter()
                    .all(|name| is.operations.contains(name))
                && (is.context_equals.is_none() || is.context_equals == create.context_equals)
                && is.context_subset.as_ref().is_none_or(|subset| {
                    let narrower = create
                        .context_equals
                        .as_ref()
                        .or(create.context_subset.as_ref());
                    narrower.is_some_and(|own| {
                        subset
                            .iter()
                            .all(|(name, value)| own.get(name) == Some(value))
                    })
                })
        };
        if self.grants_of(key)?.iter().any(covers) {
            Ok(())
        } else {
            Err(refused(KeyError::AccessDenied {
                user: self
                    .by
                    .arn()
                    .unwrap_or_else(|| "an anonymous caller".to_owned()),
                action: CREATE_GRANT.action,
                resource: key.id.arn(&self.desk.region),
                why: "a grant gives on no more than it has".to_owned(),
            }))
        }
    }

    fn keep_grant(&mut self, key: &StoredKey, create: CreateGrant) -> Result<StoredGrant> {
        let existing = self.grants_of(key)?;
        let issuer = self.by.arn().unwrap_or_default();
        let is = GrantDocument {
            grantee: create.grantee,
            retiring: create.retiring,
            issuer,
            operations: create.operations,
            context_equals: create.context_equals,
            context_subset: create.context_subset,
            name: create.name,
            created_ms: self.now.as_millis(),
        };
        let same = |grant: &&StoredGrant| {
            let created_ms = grant.is.created_ms;
            is.name.is_some()
                && grant.is
                    == GrantDocument {
                        created_ms,
                        ..is.clone()
                    }
        };
        if let Some(grant) = existing.iter().find(same) {
            return Ok(grant.clone());
        }
        if existing.len() >= GRANTS_MAX {
            let why = "a key has at most 1,000 grants";
            return Err(refused(KeyError::LimitExceeded(why)));
        }
        let halves = [self.desk.ids.random_16(), self.desk.ids.random_16()];
        let grant = StoredGrant {
            id: hex::encode(halves.concat()),
            key: key.id.clone(),
            is,
        };
        self.changed = true;
        kms_grants::insert(self.tx, &grant.to_row(&self.desk.kms.mac)?)?;
        Ok(grant)
    }
}

fn check_grant(key: &StoredKey, create: &CreateGrant) -> Result<()> {
    let offered: &[&str] = match key.is.spec {
        KeySpec::Symmetric => &OF_SYMMETRIC,
        KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => &OF_HMAC,
    };
    if create.operations.is_empty() {
        return Err(invalid("a grant allows at least one operation"));
    }
    let unknown = create
        .operations
        .iter()
        .find(|name| !offered.contains(&name.as_str()));
    if let Some(name) = unknown {
        let why = format!("a grant of this key cannot allow {name:?}");
        return Err(invalid(why));
    }
    let principals = std::iter::once(&create.grantee).chain(&create.retiring);
    for arn in principals {
        if !is_principal(arn) {
            return Err(refused(KeyError::InvalidArn(arn.clone())));
        }
    }
    if create
        .name
        .as_ref()
        .is_some_and(|name| name.len() > NAME_BYTES_MAX)
    {
        return Err(invalid("the name of a grant has at most 256 bytes"));
    }
    if create.context_equals.is_some() && create.context_subset.is_some() {
        Err(invalid(
            "a grant has one constraint of the encryption context",
        ))
    } else {
        Ok(())
    }
}

/// Users, roles and the root of the account can be named; they need not exist.
fn is_principal(arn: &str) -> bool {
    let of_account = |service: &str| arn.strip_prefix(&format!("arn:aws:{service}::{ACCOUNT}:"));
    let named = of_account("iam").or_else(|| of_account("sts"));
    named.is_some_and(|rest| {
        rest == "root" || rest.split_once('/').is_some_and(|(_, n)| !n.is_empty())
    }) && arn.len() <= 256
}

fn constraints(create: &CreateGrant) -> serde_json::Value {
    match (&create.context_equals, &create.context_subset) {
        (Some(equals), _) => json!({ "encryptionContextEquals": equals }),
        (None, Some(subset)) => json!({ "encryptionContextSubset": subset }),
        (None, None) => serde_json::Value::Null,
    }
}

fn conditions(create: &CreateGrant) -> Vec<(&'static str, String)> {
    let operations = create.operations.iter();
    let mut extra: Vec<_> = operations
        .map(|name| ("kms:GrantOperations", name.clone()))
        .collect();
    extra.push(("kms:GranteePrincipal", create.grantee.clone()));
    extra.push(("kms:GrantIsForAWSResource", "false".to_owned()));
    if let Some(retiring) = &create.retiring {
        extra.push(("kms:RetiringPrincipal", retiring.clone()));
    }
    let kinds = [
        (create.context_equals.is_some(), "EncryptionContextEquals"),
        (create.context_subset.is_some(), "EncryptionContextSubset"),
    ];
    for (_, kind) in kinds.into_iter().filter(|(given, _)| *given) {
        extra.push(("kms:GrantConstraintType", kind.to_owned()));
    }
    extra
}

fn no_grant(id: &str) -> crate::error::Error {
    refused(KeyError::NotFound(format!("grant {id}")))
}
