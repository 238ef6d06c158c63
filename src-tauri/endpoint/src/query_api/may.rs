//! Whether the caller may: by policies of its own, within the bounds of its session. The owner of the vault may
//! everything.

use chrono::{DateTime, Utc};
use stave_model::{ACCOUNT, Actor, ActorSession, IdentityKind, UserName, role_arn, user_arn};
use stave_policy::{
    By, Combined, Context, Decision, Kind, Policy, Principal, Request, Rule, Source, decide,
};
use stave_store::Error;

use super::answer::{Fault, Outcome};
use super::call::Call;
use super::errors::from_store;
use crate::server::{note_decision, note_failure, secure};

/// The policies that count for the caller.
pub(super) struct Held {
    names: Vec<String>,
    policies: Vec<Policy>,
    session: Option<Policy>,
}

/// Under whose policy a resource stands, and how that counts.
#[derive(Clone, Copy)]
pub(super) struct Ground<'p> {
    pub(super) policy: Option<&'p Policy>,
    pub(super) rule: Rule,
}

/// What is decided, in words.
pub(super) struct Decided {
    pub(super) decision: Decision,
    /// Why, as it goes into a message.
    pub(super) why: String,
}

impl Call<'_> {
    /// Lets the caller do an action of IAM or STS with a resource, or fails.
    pub(super) async fn may(&self, action: &str, resource: &str) -> Outcome<()> {
        if self.is_by_owner() && self.session_policy().is_none() {
            note_decision(|| format!("{action}: the owner of the vault may"));
            return Ok(());
        }
        let ground = Ground {
            policy: None,
            rule: Rule::Either,
        };
        let context = self.circumstances();
        let decided = self.decide(action, resource, context, ground).await?;
        match decided.decision {
            Decision::Allowed(_) => Ok(()),
            Decision::Denied(_) | Decision::OutOfBounds | Decision::Silent => {
                Err(self.refused(action, resource, &decided.why))
            }
        }
    }

    /// Decides by the caller's policies and those of the resource.
    pub(super) async fn decide(
        &self,
        action: &str,
        resource: &str,
        context: Context,
        ground: Ground<'_>,
    ) -> Outcome<Decided> {
        let held = self.held().await?;
        let identity: Vec<&Policy> = held.policies.iter().collect();
        let combined = Combined {
            identity: &identity,
            session: held.session.as_ref(),
            resource: ground.policy,
            rule: ground.rule,
        };
        let request = Request::new(self.principal(), action, resource, context);
        let decision = decide(&combined, &request);
        let why = told(decision, &held.names, action);
        note_decision(|| format!("{action} on {resource}: {why}"));
        Ok(Decided { decision, why })
    }

    /// Says that the caller may not, as AWS does.
    pub(super) fn refused(&self, action: &str, resource: &str, why: &str) -> Fault {
        let who = self.by.arn().unwrap_or_default();
        Fault::denied(format!(
            "User: {who} is not authorized to perform: {action} on resource: {resource} {why}"
        ))
    }

    /// Returns who asks, to policies.
    pub(super) fn principal(&self) -> Principal {
        Principal::User {
            arn: self.by.arn().unwrap_or_default(),
            account: ACCOUNT.to_owned(),
        }
    }

    fn session_policy(&self) -> Option<&str> {
        self.by.session.as_ref()?.policy.as_deref()
    }

    async fn held(&self) -> Outcome<Held> {
        let kept = match self.identities.rights_of(self.user).await {
            Ok(rights) => rights.policies,
            // Who has keys alone has no policies.
            Err(Error::NoSuchIdentity(_)) => Vec::new(),
            Err(error) => return Err(from_store(error)),
        };
        let mut held = Held {
            names: Vec::new(),
            policies: Vec::new(),
            session: self.session_policy().map(read).transpose()?,
        };
        for policy in kept {
            held.policies.push(read(&policy.document)?);
            held.names.push(policy.name.to_string());
        }
        Ok(held)
    }

    /// Returns what holds of who asks and when.
    pub(super) fn circumstances(&self) -> Context {
        circumstances(self.by, Utc::now())
    }
}

/// Returns what holds of an actor and when, as the doors of S3 and of the key service know it too.
fn circumstances(actor: &Actor, now: DateTime<Utc>) -> Context {
    let secure = if secure() { "true" } else { "false" };
    let mut context = Context::new()
        .with("aws:SecureTransport", secure)
        .with("aws:CurrentTime", time(now))
        .with("aws:EpochTime", now.timestamp().to_string())
        .with("aws:PrincipalAccount", ACCOUNT)
        .with("aws:ResourceAccount", ACCOUNT);
    if let Some(address) = actor.source_ip {
        context.add("aws:SourceIp", address.to_string());
    }
    if let Some(agent) = &actor.user_agent {
        context.add("aws:UserAgent", agent);
    }
    if let Some(user) = &actor.user {
        add_identity(&mut context, user, actor.session.as_ref());
    }
    context
}

fn add_identity(context: &mut Context, user: &UserName, session: Option<&ActorSession>) {
    if let Some(session) = session.filter(|session| session.kind == IdentityKind::Role) {
        context.add("aws:userid", format!("{user}:{}", session.name));
        context.add("aws:PrincipalArn", role_arn(user));
        context.add("aws:PrincipalType", "AssumedRole");
    } else {
        context.add("aws:username", user.as_str());
        context.add("aws:userid", user.as_str());
        context.add("aws:PrincipalArn", user_arn(user));
        context.add("aws:PrincipalType", "User");
    }
    if let Some(session) = session {
        let issued = DateTime::from_timestamp_millis(session.issued.as_millis());
        context.add("aws:TokenIssueTime", time(issued.unwrap_or_default()));
        context.add("aws:MultiFactorAuthPresent", "false");
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Reads a policy that was checked before it was kept. One that cannot be read any more lets nobody in.
fn read(document: &str) -> Outcome<Policy> {
    Policy::parse(document, Kind::Identity).map_err(|error| {
        note_failure(&error);
        Fault::denied("A policy of the caller cannot be read, so that nothing is allowed.")
    })
}

/// Tells why, as AWS words it, and which policy it was.
fn told(decision: Decision, names: &[String], action: &str) -> String {
    match decision {
        Decision::Denied(by) => format!("with an explicit deny in {}", place(by, names)),
        Decision::Allowed(by) => format!("because {} allows it", place(by, names)),
        Decision::OutOfBounds => format!("because no session policy allows the {action} action"),
        Decision::Silent => {
            format!("because no identity-based policy allows the {action} action")
        }
    }
}

fn place(by: By, names: &[String]) -> String {
    let statement = by.statement;
    match by.source {
        Source::Identity { policy } => {
            let name = names.get(policy).map_or("", String::as_str);
            format!("an identity-based policy ({name}, Statement[{statement}])")
        }
        Source::Session => format!("a session policy (Statement[{statement}])"),
        Source::Resource => format!("a resource-based policy (Statement[{statement}])"),
    }
}
