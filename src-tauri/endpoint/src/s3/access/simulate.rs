//! What would be decided: the same decision as at the door, for somebody who only wants to know, with all that it stands
//! on.

use std::collections::BTreeSet;
use std::sync::Arc;

use s3s::S3Error;
use stave_model::{
    ActorSession, BucketName, IdentityKind, ObjectKey, ObjectOwnership, Timestamp, UserName,
    VersionId,
};
use stave_policy::Verdict;
use stave_store::{Identities, Store};
use thiserror::Error;

use super::actions::{On, actions_of};
use super::bearer::{Asker, Bearer};
use super::circumstances::Circumstances;
use super::laws::{Laws, Place, Say};
use super::needs::{Need, Version, all, need_of};
use super::policies::BucketPolicy;
use super::rights::Rights;
use super::told::{Ruling, Why};
use super::{Asks, Standing, is_admin};
use crate::options::EndpointOptions;

/// How a role's session is named that nobody began.
const SESSION: &str = "simulation";

/// What somebody wants to know.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// Who would ask; `None` is somebody who does not sign.
    pub identity: Option<UserName>,
    /// For what: an action as policies name it, `s3:GetObject` say.
    pub action: String,
    /// The bucket; `None` for what is done to the account.
    pub bucket: Option<BucketName>,
    /// The key, for what is done to an object.
    pub key: Option<ObjectKey>,
    /// Its version, where one is named.
    pub version: Option<VersionId>,
    /// Circumstances, by their condition keys: they count in the place of those that are.
    pub context: Vec<(String, String)>,
    /// A policy that bounds the session, in JSON.
    pub session_policy: Option<String>,
}

/// What would be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It would be let in.
    Allowed,
    /// Something denies it.
    ExplicitDeny,
    /// Nothing allows it.
    ImplicitDeny,
}

impl Decided {
    /// Returns it as AWS' simulator writes it, with a small letter first.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }
}

/// By what it would be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedBy {
    /// `bucket policy of photos`, `policy read-only of ada`, `owner`, `access control list`, `public access block`.
    pub source: String,
    /// The name of the statement.
    pub sid: Option<String>,
    /// The statement in JSON; empty where none decides.
    pub statement: String,
}

/// One of the things that the decision stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// As in [`DecidedBy`].
    pub source: String,
    /// `allows`, `denies` or `silent`.
    pub verdict: &'static str,
    /// What of it matches, or what does not.
    pub detail: String,
}

/// What would be decided, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// What.
    pub decided: Decided,
    /// Why, in one sentence.
    pub sentence: String,
    /// What decided; `None` where nothing allows it.
    pub by: Option<DecidedBy>,
    /// All that was asked, in its order.
    pub steps: Vec<Step>,
}

/// What somebody may do with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessOf {
    /// Who.
    pub identity: UserName,
    /// What they are.
    pub kind: IdentityKind,
    /// Whether they may read it.
    pub read: bool,
    /// Whether they may write it.
    pub write: bool,
    /// Whether they may delete it.
    pub remove: bool,
    /// Why they may read it, or may not.
    pub why: String,
}

/// Who may do what with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Whether everyone may read it, signed or not.
    pub public: bool,
    /// Why.
    pub public_why: String,
    /// Everyone who is known, by name.
    pub who: Vec<AccessOf>,
}

/// Why nothing can be said.
#[derive(Debug, Error)]
pub enum SimulateError {
    /// There is no such action, or no operation here asks for it.
    #[error("{0:?} is no action that this store asks for; `s3:GetObject` is one")]
    Action(String),
    /// The action is done to a bucket.
    #[error("{0} is done to a bucket: name one")]
    NoBucket(String),
    /// The action is done to an object.
    #[error("{0} is done to an object: name its key")]
    NoKey(String),
    /// The policy of the session is none.
    #[error("the policy of the session is none: {0}")]
    Policy(#[source] stave_policy::PolicyError),
    /// The store cannot tell: there is no such bucket or identity, say.
    #[error("{message}")]
    Store {
        /// S3's code.
        code: String,
        /// What is wrong.
        message: String,
    },
}

impl From<S3Error> for SimulateError {
    fn from(error: S3Error) -> Self {
        Self::Store {
            code: error.code().as_str().to_owned(),
            message: error
                .message()
                .unwrap_or("the store cannot tell")
                .to_owned(),
        }
    }
}

/// Tells what would be decided.
#[derive(Clone)]
pub struct Simulator {
    rights: Rights,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").finish_non_exhaustive()
    }
}

/// Returns the actions that something can be asked for, by name.
pub fn simulate_actions() -> Vec<&'static str> {
    let actions = operations().flat_map(|(_, version, operation)| {
        actions_of(operation, version).map_or(&[][..], |actions| actions.names)
    });
    let names: BTreeSet<&'static str> = actions.copied().collect();
    names.into_iter().collect()
}

/// Returns the operations that somebody may do, by S3's names: what is in none of the tables is nobody's.
pub fn known_operations() -> Vec<&'static str> {
    let names: BTreeSet<&'static str> = operations().map(|(_, _, operation)| operation).collect();
    names.into_iter().collect()
}

/// All operations, each with and without a version.
fn operations() -> impl Iterator<Item = (Option<Need>, Version, &'static str)> {
    let known = all().flat_map(|operation| {
        let versions = [Version::Latest, Version::Named];
        versions.map(|version| (need_of(operation, version), version, operation))
    });
    let beside = [(Some(Need::Owner), Version::Latest, "UpdateObjectEncryption")];
    known.chain(beside)
}

/// Returns what an action needs, and what it is done to: by the operation that asks for it alone, or else for it too.
fn of_action(action: &str) -> Option<(Need, On)> {
    let asking = operations().filter_map(|(need, version, operation)| {
        let actions = actions_of(operation, version)?;
        let asks = actions.names.contains(&action);
        asks.then_some((actions.names.len(), need?, actions.on))
    });
    let found = asking.min_by_key(|(others, _, _)| *others);
    found.map(|(_, need, on)| (need, on))
}

impl Simulator {
    /// Makes one over a store and the identities that have policies; `None` knows none. `unset` is the ownership of
    /// objects where a bucket has no setting of its own.
    pub fn new(
        store: Arc<dyn Store>,
        identities: Option<Arc<dyn Identities>>,
        unset: ObjectOwnership,
    ) -> Self {
        Self {
            rights: Rights::of(store, identities, unset),
        }
    }

    /// Makes one that decides as an endpoint with these options does.
    pub(crate) fn of(options: &EndpointOptions) -> Self {
        let rights = Rights::new(options);
        Self { rights }
    }

    /// Tells what would be decided, and why.
    pub async fn simulate(&self, asked: &Simulation) -> Result<Simulated, SimulateError> {
        let action = asked.action.as_str();
        let unknown = || SimulateError::Action(action.to_owned());
        let (need, on) = of_action(action).ok_or_else(unknown)?;
        if on == On::Object && asked.key.is_none() {
            return Err(SimulateError::NoKey(action.to_owned()));
        }
        let bearer = self.bearer(asked).await?;
        let (actions, version) = ([action], asked.version.as_ref().map(VersionId::as_str));
        let asks = Asks {
            need,
            actions: &actions,
            on,
            circumstances: Circumstances::Caller,
            key: asked.key.as_ref().map(ObjectKey::as_str),
            version,
            upload: None,
        };
        if need == Need::Signature {
            let laws = Laws {
                bearer: &bearer,
                bucket: None,
            };
            let bucket = asked
                .bucket
                .as_ref()
                .filter(|_| action == "s3:CreateBucket");
            let ruling = Rights::rule_account(&laws, bucket, &asks);
            return Ok(told(&laws, &ruling));
        }
        let bucket = asked.bucket.as_ref();
        let bucket = bucket.ok_or_else(|| SimulateError::NoBucket(action.to_owned()))?;
        let policy = self.policy(bucket).await?;
        let laws = Laws {
            bearer: &bearer,
            bucket: policy.as_ref(),
        };
        let ruling = self.rights.rule(&laws, bucket, &asks).await?;
        if ruling.why == Why::Hidden {
            return self.as_if_there(&laws, bucket, &asks, &ruling).await;
        }
        Ok(told(&laws, &ruling))
    }

    /// Tells what would be decided about an object that is not there if it were: policies are tried out before there is
    /// anything. What is decided as long as it is missing is one more step.
    async fn as_if_there(
        &self,
        laws: &Laws<'_>,
        bucket: &BucketName,
        asks: &Asks<'_>,
        missing: &Ruling,
    ) -> Result<Simulated, SimulateError> {
        let (say, question) = self.rights.say(laws, bucket, asks).await?;
        let Say::Yes(action, by) = say else {
            return Ok(told(laws, missing));
        };
        let standing = Some(Standing::Guest);
        let ruling = Ruling::new(standing, Why::Statement(by), action, question);
        let mut told = told(laws, &ruling);
        told.steps.push(Step {
            source: "missing object".to_owned(),
            verdict: "denies",
            detail: format!("as long as {}", missing.sentence(laws)),
        });
        Ok(told)
    }

    /// Tells who may read, write and delete an object.
    pub async fn effective_access(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
    ) -> Result<Access, SimulateError> {
        let asked = |identity: Option<UserName>, action: &str| Simulation {
            identity,
            action: action.to_owned(),
            bucket: Some(bucket.clone()),
            key: Some(key.clone()),
            version: version.cloned(),
            context: Vec::new(),
            session_policy: None,
        };
        let (read, remove) = match version {
            None => ("s3:GetObject", "s3:DeleteObject"),
            Some(_) => ("s3:GetObjectVersion", "s3:DeleteObjectVersion"),
        };
        let public = self.simulate(&asked(None, read)).await?;
        let mut who = Vec::new();
        for identity in self.identities().await? {
            let may = |action: &str| {
                let asked = asked(Some(identity.0.clone()), action);
                async move { self.simulate(&asked).await }
            };
            let allowed = |told: &Simulated| told.decided == Decided::Allowed;
            let reads = may(read).await?;
            who.push(AccessOf {
                read: allowed(&reads),
                write: allowed(&may("s3:PutObject").await?),
                remove: allowed(&may(remove).await?),
                why: reads.sentence,
                identity: identity.0,
                kind: identity.1,
            });
        }
        Ok(Access {
            public: public.decided == Decided::Allowed,
            public_why: public.sentence,
            who,
        })
    }

    async fn identities(&self) -> Result<Vec<(UserName, IdentityKind)>, SimulateError> {
        let Some(identities) = &self.rights.identities else {
            return Ok(Vec::new());
        };
        let listed = identities.list_identities().await;
        let listed = listed.map_err(crate::s3::errors::from_store)?;
        Ok(listed.into_iter().map(|one| (one.name, one.kind)).collect())
    }

    async fn policy(&self, bucket: &BucketName) -> Result<Option<BucketPolicy>, SimulateError> {
        Ok(self.rights.policy(bucket).await?)
    }

    async fn bearer(&self, simulation: &Simulation) -> Result<Bearer, SimulateError> {
        if let Some(policy) = &simulation.session_policy {
            let read = stave_policy::Policy::parse(policy, stave_policy::Kind::Identity);
            read.map_err(SimulateError::Policy)?;
        }
        let kind = self.kind_of(simulation.identity.as_ref()).await?;
        let in_session = kind == IdentityKind::Role || simulation.session_policy.is_some();
        let asker = Asker {
            user: simulation.identity.clone(),
            session: in_session.then(|| ActorSession {
                kind,
                name: SESSION.to_owned(),
                issued: Timestamp::from_millis(chrono::Utc::now().timestamp_millis()),
                policy: simulation.session_policy.clone(),
            }),
            source_ip: Some(std::net::Ipv4Addr::LOCALHOST.into()),
            supposed: simulation.context.clone(),
            ..Asker::default()
        };
        Ok(self.rights.bearer(asker).await?)
    }

    async fn kind_of(&self, user: Option<&UserName>) -> Result<IdentityKind, SimulateError> {
        let (Some(identities), Some(user)) = (&self.rights.identities, user) else {
            return Ok(IdentityKind::User);
        };
        if is_admin(user) {
            return Ok(IdentityKind::User);
        }
        let found = identities.rights_of(user).await;
        Ok(found.map_err(crate::s3::errors::from_store)?.identity.kind)
    }
}

/// Words a ruling.
fn told(laws: &Laws<'_>, ruling: &Ruling) -> Simulated {
    let decided = match (ruling.standing, ruling.why) {
        (Some(_), _) => Decided::Allowed,
        (None, Why::Statement(_)) => Decided::ExplicitDeny,
        (None, _) => Decided::ImplicitDeny,
    };
    let beside = |source: &str| DecidedBy {
        source: source.to_owned(),
        sid: None,
        statement: String::new(),
    };
    let by = match ruling.why {
        Why::Vault | Why::Owner | Why::Mends => Some(beside("owner")),
        Why::List => Some(beside("access control list")),
        Why::Blocked => Some(beside("public access block")),
        Why::OutOfBounds => laws
            .place(stave_policy::Source::Session)
            .map(|place| beside(&place.to_string())),
        Why::Statement(by) => laws.place(by.source).map(|place| DecidedBy {
            source: place.to_string(),
            sid: laws
                .statement(by)
                .and_then(|one| one.sid().map(str::to_owned)),
            statement: laws
                .statement(by)
                .map_or_else(String::new, stave_policy::Statement::to_pretty_json),
        }),
        Why::EachObject | Why::Signed | Why::Hidden | Why::Nobody => None,
    };
    Simulated {
        decided,
        sentence: ruling.sentence(laws),
        by,
        steps: steps(laws, ruling),
    }
}

fn steps(laws: &Laws<'_>, ruling: &Ruling) -> Vec<Step> {
    let explained = laws.each(&ruling.action, &ruling.question);
    let mut steps: Vec<Step> = explained
        .into_iter()
        .map(|(place, explanation)| Step {
            source: place.to_string(),
            verdict: match (explanation.verdict, &place) {
                (Verdict::Allowed { .. }, _) => "allows",
                (Verdict::Denied { .. }, _) | (_, Place::Session { .. }) => "denies",
                (Verdict::AllowedForAccount { .. } | Verdict::Silent, _) => "silent",
            },
            detail: explanation.to_string(),
        })
        .collect();
    let last = match ruling.why {
        Why::Vault | Why::Owner | Why::Mends => Some(("owner", "allows")),
        Why::List => Some(("access control list", "allows")),
        Why::Blocked => Some(("public access block", "denies")),
        Why::Hidden => Some(("missing object", "denies")),
        Why::Nobody => Some(("owner and access control list", "silent")),
        Why::Statement(_) | Why::EachObject | Why::Signed | Why::OutOfBounds => None,
    };
    if let Some((source, verdict)) = last {
        steps.push(Step {
            source: source.to_owned(),
            verdict,
            detail: ruling.sentence(laws),
        });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_that_is_asked_for_can_be_tried_out() {
        let actions = simulate_actions();
        assert!(actions.len() > 60, "{}", actions.len());
        for action in actions {
            assert!(of_action(action).is_some(), "{action}");
        }
        assert_eq!(of_action("s3:Nonsense"), None);
    }

    #[test]
    fn an_action_needs_what_its_own_operation_needs() {
        assert_eq!(
            of_action("s3:GetObject"),
            Some((Need::Object(stave_model::Permission::Read), On::Object))
        );
        assert_eq!(
            of_action("s3:DeleteObjectVersion"),
            Some((Need::Owner, On::Object))
        );
        assert_eq!(
            of_action("s3:GetBucketPolicy"),
            Some((Need::Owner, On::Bucket))
        );
        assert_eq!(
            of_action("s3:CreateBucket"),
            Some((Need::Signature, On::Nothing))
        );
    }
}
