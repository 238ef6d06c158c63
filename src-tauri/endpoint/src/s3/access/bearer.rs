//! Who asks, with the policies that they bring along: those of their identity and the one that bounds their session.
//! They are read anew for each request, so that a change counts from the next one on.

use std::net::IpAddr;

use s3s::{S3Error, S3Result, s3_error};
use stave_model::{ACCOUNT, ActorSession, IdentityKind, UserName, role_arn, session_arn, user_arn};
use stave_policy::{Context, Kind, Policy, Principal};
use stave_store::Error;

use super::{Rights, is_admin};
use crate::s3::errors::from_store;
use crate::server::{actor, secure};

/// Who asks, and from where.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asker {
    /// Who; `None` did not sign.
    pub(crate) user: Option<UserName>,
    /// The session that signed.
    pub(crate) session: Option<ActorSession>,
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) user_agent: Option<String>,
    /// Whether they came by TLS.
    pub(crate) secure: bool,
    /// Circumstances as somebody who tries policies out names them; they count in the place of those that are.
    pub(crate) supposed: Vec<(String, String)>,
}

impl Asker {
    /// Returns who asks by the request in progress.
    pub(super) fn of_request() -> Self {
        let actor = actor();
        Self {
            user: actor.user,
            session: actor.session,
            source_ip: actor.source_ip,
            user_agent: actor.user_agent,
            secure: secure(),
            supposed: Vec::new(),
        }
    }

    /// Returns whether they own the vault.
    pub(super) fn is_admin(&self) -> bool {
        self.user.as_ref().is_some_and(is_admin)
    }

    /// Returns the name of the role whose session asks.
    fn role(&self) -> Option<(&UserName, &ActorSession)> {
        let session = self.session.as_ref()?;
        let user = self.user.as_ref()?;
        (session.kind == IdentityKind::Role).then_some((user, session))
    }

    /// Returns their ARN; `None` for one who did not sign.
    pub(super) fn arn(&self) -> Option<String> {
        match self.role() {
            Some((role, session)) => Some(session_arn(role, &session.name)),
            None => self.user.as_ref().map(user_arn),
        }
    }

    pub(super) fn principal(&self) -> Principal {
        self.arn().map_or(Principal::Anonymous, |arn| {
            let account = ACCOUNT.to_owned();
            Principal::User { arn, account }
        })
    }

    /// Returns what people call them.
    pub(super) fn name(&self) -> &str {
        self.user.as_ref().map_or("nobody", UserName::as_str)
    }

    /// Returns what holds of them and of this moment, whatever they ask for.
    pub(super) fn context(&self) -> Context {
        let now = chrono::Utc::now();
        let mut context = Context::new()
            .with("aws:SecureTransport", self.secure.to_string())
            .with(
                "aws:CurrentTime",
                now.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            )
            .with("aws:EpochTime", now.timestamp().to_string())
            .with("s3:ResourceAccount", ACCOUNT)
            .with("aws:ResourceAccount", ACCOUNT);
        if let Some(address) = self.source_ip {
            context.add("aws:SourceIp", address.to_string());
        }
        if let Some(agent) = &self.user_agent {
            context.add("aws:UserAgent", agent);
        }
        self.add_identity(&mut context);
        context
    }

    fn add_identity(&self, context: &mut Context) {
        let Some(user) = &self.user else {
            context.add("aws:PrincipalType", "Anonymous");
            return;
        };
        context.add("aws:PrincipalAccount", ACCOUNT);
        if let Some((role, session)) = self.role() {
            context.add("aws:userid", format!("{role}:{}", session.name));
            context.add("aws:PrincipalArn", role_arn(role));
            context.add("aws:PrincipalType", "AssumedRole");
        } else {
            context.add("aws:username", user.as_str());
            context.add("aws:userid", user.as_str());
            context.add("aws:PrincipalArn", user_arn(user));
            context.add("aws:PrincipalType", "User");
        }
        if let Some(session) = &self.session {
            let issued = chrono::DateTime::from_timestamp_millis(session.issued.as_millis());
            let issued = issued.unwrap_or_default();
            let issued = issued.format("%Y-%m-%dT%H:%M:%SZ").to_string();
            context.add("aws:TokenIssueTime", issued);
            context.add("aws:MultiFactorAuthPresent", "false");
        }
    }

    /// Puts what is supposed in the place of what is.
    pub(super) fn suppose(&self, context: &mut Context) {
        for (name, _) in &self.supposed {
            context.remove(name);
        }
        for (name, value) in &self.supposed {
            context.add(name, value);
        }
    }
}

/// A policy of an identity.
#[derive(Debug)]
pub(super) struct OwnPolicy {
    pub(super) name: String,
    pub(super) policy: Policy,
}

/// Who asks, and the policies that they bring along.
#[derive(Debug)]
pub(super) struct Bearer {
    pub(super) asker: Asker,
    pub(super) policies: Vec<OwnPolicy>,
    /// Bounds the session.
    pub(super) bounds: Option<Policy>,
    /// Whether identities have policies here at all: elsewhere whoever signs may have buckets.
    pub(super) may_have_policies: bool,
    /// Whether a condition asks for the tags that an object has.
    pub(super) asks_for_tags: bool,
}

impl Rights {
    /// Reads what whoever asks by the request in progress brings along.
    pub(super) async fn bearer_of_request(&self) -> S3Result<Bearer> {
        self.bearer(Asker::of_request()).await
    }

    /// Reads what somebody brings along. Policies that cannot be read any more let nobody do anything.
    pub(super) async fn bearer(&self, asker: Asker) -> S3Result<Bearer> {
        let mut bearer = Bearer {
            policies: Vec::new(),
            bounds: None,
            may_have_policies: self.identities.is_some(),
            asks_for_tags: false,
            asker,
        };
        let bounds = bearer.asker.session.as_ref();
        if let Some(json) = bounds.and_then(|session| session.policy.as_ref()) {
            bearer.asks_for_tags |= asks_for_tags(json);
            let read = Policy::parse(json, Kind::Identity);
            bearer.bounds = Some(read.map_err(|error| unreadable(&bearer.asker, &error))?);
        }
        let (Some(identities), Some(user)) = (&self.identities, &bearer.asker.user) else {
            return Ok(bearer);
        };
        // Nothing binds the owner of the vault.
        if is_admin(user) {
            return Ok(bearer);
        }
        let rights = match identities.rights_of(user).await {
            Ok(rights) => rights,
            Err(Error::NoSuchIdentity(_)) => return Ok(bearer),
            Err(error) => return Err(from_store(error)),
        };
        for one in rights.policies {
            bearer.asks_for_tags |= asks_for_tags(&one.document);
            let policy = Policy::parse(&one.document, Kind::Identity);
            bearer.policies.push(OwnPolicy {
                name: one.name.as_str().to_owned(),
                policy: policy.map_err(|error| unreadable(&bearer.asker, &error))?,
            });
        }
        Ok(bearer)
    }
}

/// Returns whether a policy may ask for the tags that an object has.
pub(super) fn asks_for_tags(json: &str) -> bool {
    json.to_ascii_lowercase().contains("existingobjecttag")
}

fn unreadable(asker: &Asker, error: &stave_policy::PolicyError) -> S3Error {
    tracing::error!(identity = asker.name(), %error, "a policy of an identity cannot be read");
    s3_error!(InternalError, "A policy of the identity cannot be read.")
}
