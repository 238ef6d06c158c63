//! Who may do what with a key: its policy and its grants, asked at every use and every management call.
//!
//! A statement that denies wins, also one of the asker's own policies, and what the policy of a session does not
//! allow is denied. Otherwise the key's policy must allow, or a grant must. A statement that allows the account
//! lets in whom a policy of their own lets in.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html>

use stave_catalog::{ReadTx, kms_aliases, kms_grants};
use stave_model::{
    ACCOUNT, Actor, AliasName, EncryptionContext, IdentityKind, Timestamp, role_arn, user_arn,
};
use stave_policy::{Context, Kind, Policy, Principal, Request};
use stave_store::KeyError;

use super::call::{Call, Desk};
use super::grants::grant_allows;
use super::operation::Operation;
use super::own_policies::{OwnPolicies, Said};
use super::rows::{StoredGrant, StoredKey, alias_of_row, grant_of_token};
use super::{invalid, refused};
use crate::audit::{Via, time};
use crate::engine::ADMIN;
use crate::error::Result;

/// The most tokens that one request may bring, as AWS KMS takes them.
const TOKENS_MAX: usize = 10;

/// What is asked of a key, besides the operation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked<'a> {
    /// The encryption context, of operations that have one.
    pub context: Option<&'a EncryptionContext>,
    /// The alias that the request named.
    pub alias: Option<AliasName>,
    /// Grant tokens.
    pub tokens: &'a [String],
    /// Further condition keys and their values.
    pub extra: Vec<(&'static str, String)>,
    /// Through which service.
    pub via: Via,
}

/// Who asks for what, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker<'a> {
    /// Who.
    pub by: &'a Actor,
    /// When.
    pub now: Timestamp,
    /// What for.
    pub operation: Operation,
}

/// Returns whether somebody is the owner of the vault, who is the root user of its account.
pub(crate) fn is_owner(by: &Actor) -> bool {
    by.user.as_ref().is_some_and(|user| user.as_str() == ADMIN)
}

/// Returns the ARN of the role whose session asks; `None` where none does.
pub(super) fn role_of(by: &Actor) -> Option<String> {
    let session = by.session.as_ref()?;
    let is_role = session.kind == IdentityKind::Role;
    by.user.as_ref().filter(|_| is_role).map(role_arn)
}

impl Call<'_, '_> {
    /// Refuses an operation without a key to whom the account does not give it.
    pub(crate) fn allow_without_key(&self) -> Result<()> {
        let (by, operation) = (self.by, self.operation);
        let context = circumstances(by, self.now, &self.desk.region);
        let request = Request::new(principal(by), operation.action, "*", context);
        let own = OwnPolicies::of(self.tx, &self.desk.kms, by)?;
        let why = match own.decide(None, &request) {
            Said::Allowed => return Ok(()),
            Said::Denied(why) => why,
            Said::Nothing => "nothing allows it",
        };
        Err(denied(by, operation, "*".to_owned(), why))
    }

    /// Finds a key and refuses whom neither its policy nor a grant allows the operation, then a state that
    /// does not take it.
    pub(crate) fn open(&mut self, named: &str, mut asked: Asked<'_>) -> Result<StoredKey> {
        let (key, alias) = self.find(named)?;
        asked.alias = asked.alias.or(alias);
        self.allow(&key, self.operation, &asked)?;
        self.takes_state(&key, self.operation)?;
        Ok(key)
    }

    /// Refuses whom neither the key's policy nor a grant allows an operation.
    pub(crate) fn allow(
        &self,
        key: &StoredKey,
        operation: Operation,
        asked: &Asked<'_>,
    ) -> Result<()> {
        let caller = self.caller(operation);
        self.desk.allow(self.tx, caller, key, asked)
    }

    fn caller(&self, operation: Operation) -> Asker<'_> {
        Asker {
            by: self.by,
            now: self.now,
            operation,
        }
    }
}

impl Desk {
    /// Refuses whom neither the key's policy nor a grant allows an operation.
    pub(crate) fn allow(
        &self,
        tx: &ReadTx<'_>,
        caller: Asker<'_>,
        key: &StoredKey,
        asked: &Asked<'_>,
    ) -> Result<()> {
        let Asker { by, operation, .. } = caller;
        let arn = || key.id.arn(&self.region);
        match self.said(tx, caller, key, asked)? {
            Said::Denied(why) => return Err(denied(by, operation, arn(), why)),
            Said::Allowed => return self.check_tokens(tx, asked.tokens),
            Said::Nothing => {}
        }
        self.check_tokens(tx, asked.tokens)?;
        if self.is_granted(tx, by, key, operation, asked)? {
            return Ok(());
        }
        let why = "neither the key's policy nor a grant allows it";
        Err(denied(by, operation, arn(), why))
    }

    /// Returns whether a policy would let somebody do something with a key.
    pub(crate) fn policy_lets(
        &self,
        tx: &ReadTx<'_>,
        call: &Call<'_, '_>,
        key: &StoredKey,
        operation: Operation,
        asked: &Asked<'_>,
    ) -> Result<bool> {
        let said = self.said(tx, call.caller(operation), key, asked)?;
        Ok(said == Said::Allowed)
    }

    /// Refuses what a policy denies explicitly; says nothing of what none speaks of.
    pub(crate) fn not_denied(
        &self,
        tx: &ReadTx<'_>,
        call: &Call<'_, '_>,
        key: &StoredKey,
        asked: &Asked<'_>,
    ) -> Result<()> {
        let caller = call.caller(call.operation);
        match self.said(tx, caller, key, asked)? {
            Said::Denied(why) => {
                let arn = key.id.arn(&self.region);
                Err(denied(call.by, call.operation, arn, why))
            }
            Said::Allowed | Said::Nothing => Ok(()),
        }
    }

    /// Returns what the policies of a key and of who asks say together.
    fn said(
        &self,
        tx: &ReadTx<'_>,
        caller: Asker<'_>,
        key: &StoredKey,
        asked: &Asked<'_>,
    ) -> Result<Said> {
        let policy = self.policy_of(key)?;
        let request = self.request(tx, caller, key, asked)?;
        let own = OwnPolicies::of(tx, &self.kms, caller.by)?;
        Ok(own.decide(Some(&policy), &request))
    }

    fn policy_of(&self, key: &StoredKey) -> Result<Policy> {
        // It was read when it was set, and the row is authentic: this cannot fail but by a newer reading.
        Policy::parse(&key.policy(&self.region), Kind::Resource).map_err(|_| {
            refused(KeyError::Damaged(format!(
                "key {}",
                key.id.arn(&self.region)
            )))
        })
    }

    fn request(
        &self,
        tx: &ReadTx<'_>,
        caller: Asker<'_>,
        key: &StoredKey,
        asked: &Asked<'_>,
    ) -> Result<Request> {
        let Asker { by, now, operation } = caller;
        let mut context = circumstances(by, now, &self.region);
        self.add_key(tx, &mut context, key)?;
        add_asked(&mut context, asked, &self.region);
        let arn = key.id.arn(&self.region);
        Ok(Request::new(principal(by), operation.action, arn, context))
    }

    fn add_key(&self, tx: &ReadTx<'_>, context: &mut Context, key: &StoredKey) -> Result<()> {
        context.add("kms:KeySpec", key.is.spec.as_str());
        context.add("kms:KeyUsage", key.is.spec.usage());
        context.add("kms:KeyOrigin", key.is.origin.as_str());
        context.add("kms:MultiRegion", "false");
        for row in kms_aliases::of_key(tx, &key.id)? {
            let alias = alias_of_row(&row, &self.kms.mac, &self.region)?;
            context.add("kms:ResourceAliases", alias.name.as_str());
        }
        for (name, value) in &key.is.tags {
            context.add(&format!("aws:ResourceTag/{name}"), value.as_str());
        }
        Ok(())
    }

    /// Each token must be one that was made here, of a grant that there is. Grants count at once, so a token
    /// adds nothing more.
    fn check_tokens(&self, tx: &ReadTx<'_>, tokens: &[String]) -> Result<()> {
        if tokens.len() > TOKENS_MAX {
            return Err(invalid("a request brings at most 10 grant tokens"));
        }
        for token in tokens {
            let named = grant_of_token(token, &self.kms.mac);
            let invalid = || refused(KeyError::InvalidGrantToken);
            let id = named.ok_or_else(invalid)?;
            kms_grants::find(tx, &id)?.ok_or_else(invalid)?;
        }
        Ok(())
    }

    /// A grant that was changed by another hand allows nothing; where no other allows either, it is named.
    fn is_granted(
        &self,
        tx: &ReadTx<'_>,
        by: &Actor,
        key: &StoredKey,
        operation: Operation,
        asked: &Asked<'_>,
    ) -> Result<bool> {
        let mut damaged = None;
        for row in kms_grants::of_key(tx, &key.id)? {
            match StoredGrant::of_row(&row, &self.kms.mac, &self.region) {
                Ok(grant) if grant_allows(&grant, by, operation, asked) => return Ok(true),
                Ok(_) => {}
                Err(error) => damaged = Some(error),
            }
        }
        damaged.map_or(Ok(false), Err)
    }
}

fn principal(by: &Actor) -> Principal {
    by.arn()
        .map_or(Principal::Anonymous, |arn| Principal::User {
            arn,
            account: ACCOUNT.to_owned(),
        })
}

/// The condition keys that do not depend on the key.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
fn circumstances(by: &Actor, now: Timestamp, region: &str) -> Context {
    let mut context = Context::new()
        .with("aws:CurrentTime", time(now))
        .with("aws:EpochTime", now.as_secs().to_string())
        .with("aws:RequestedRegion", region)
        .with("aws:SecureTransport", "false");
    add_principal(&mut context, by);
    if let Some(ip) = by.source_ip {
        context.add("aws:SourceIp", ip.to_string());
    }
    if let Some(agent) = &by.user_agent {
        context.add("aws:UserAgent", agent.as_str());
    }
    context
}

/// The condition keys of who asks. Of a role's session the ARN is that of the role.
fn add_principal(context: &mut Context, by: &Actor) {
    let Some(user) = &by.user else {
        context.add("aws:PrincipalType", "Anonymous");
        return;
    };
    if let (Some(role), Some(session)) = (role_of(by), &by.session) {
        context.add("aws:PrincipalArn", role);
        context.add("aws:PrincipalType", "AssumedRole");
        context.add("aws:userid", format!("{user}:{}", session.name));
    } else {
        context.add("aws:PrincipalArn", user_arn(user));
        context.add("aws:PrincipalType", "User");
        context.add("aws:username", user.as_str());
        context.add("aws:userid", user.as_str());
    }
    context.add("aws:PrincipalAccount", ACCOUNT);
    context.add("kms:CallerAccount", ACCOUNT);
    if let Some(session) = &by.session {
        context.add("aws:TokenIssueTime", time(session.issued));
        context.add("aws:MultiFactorAuthPresent", "false");
    }
}

/// The condition keys of what is asked.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>
fn add_asked(context: &mut Context, asked: &Asked<'_>, region: &str) {
    for (name, value) in asked.context.into_iter().flatten() {
        context.add(&format!("kms:EncryptionContext:{name}"), value.as_str());
        context.add("kms:EncryptionContextKeys", name.as_str());
    }
    if let Some(alias) = &asked.alias {
        context.add("kms:RequestAlias", alias.as_str());
    }
    for (name, value) in &asked.extra {
        context.add(name, value.as_str());
    }
    match asked.via {
        Via::S3 => {
            context.add("kms:ViaService", format!("s3.{region}.amazonaws.com"));
            context.add("aws:ViaAWSService", "true");
            context.add("aws:CalledVia", "s3.amazonaws.com");
        }
        Via::Direct => context.add("aws:ViaAWSService", "false"),
    }
}

fn denied(by: &Actor, operation: Operation, resource: String, why: &str) -> crate::error::Error {
    refused(KeyError::AccessDenied {
        user: by.arn().unwrap_or_else(|| "an anonymous caller".to_owned()),
        action: operation.action,
        resource,
        why: why.to_owned(),
    })
}
