//! All policies that count for a request, asked together.

use stave_model::{BucketName, UserName};
use stave_policy::{
    By, Combined, Context, Decision, Explanation, Policy, Reasons, Request, Rule, Source,
    Statement, decide, explain, explain_decision,
};

use super::bearer::Bearer;
use super::policies::BucketPolicy;

/// The policies that count: those of who asks, and that of the bucket.
#[derive(Clone, Copy)]
pub(super) struct Laws<'l> {
    pub(super) bearer: &'l Bearer,
    pub(super) bucket: Option<&'l BucketPolicy>,
}

/// What is asked of policies.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) resource: String,
    pub(super) context: Context,
}

/// What the policies say of a request, and of which of its actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Say {
    /// A statement denies.
    No(String, By),
    /// The policy of the session does not allow it.
    OutOfBounds(String),
    /// All is allowed; this statement allows the first of it.
    Yes(String, By),
    /// The bucket's policy allows it to everyone, and that is blocked.
    Blocked(String),
    /// Nothing that decides.
    Nothing(String),
}

/// Where a statement stands.
pub(super) enum Place<'l> {
    /// In a policy of an identity.
    Identity { policy: &'l str, of: &'l str },
    /// In the policy of a session.
    Session { of: &'l str },
    /// In the policy of a bucket.
    Bucket(&'l BucketName),
}

impl<'l> Laws<'l> {
    /// Returns whether there is no policy at all.
    pub(super) fn are_none(&self) -> bool {
        let bearer = self.bearer;
        self.bucket.is_none() && bearer.policies.is_empty() && bearer.bounds.is_none()
    }

    /// Returns whether a condition asks for the tags that an object has.
    pub(super) fn ask_for_tags(&self) -> bool {
        self.bearer.asks_for_tags || self.bucket.is_some_and(|policy| policy.asks_for_tags)
    }

    /// Returns the same without the policy of the bucket.
    pub(super) fn of_bearer(&self) -> Self {
        Self {
            bearer: self.bearer,
            bucket: None,
        }
    }

    /// Asks for all of some actions: what keeps one of them out keeps out all.
    pub(super) fn ask(&self, actions: &[&str], question: &Question) -> Say {
        let identity = self.identity();
        let combined = self.combined(&identity);
        let asked = actions
            .iter()
            .map(|action| self.one(&combined, action, question));
        // Of several, the first that decides most.
        let said = asked.min_by_key(|say| match say {
            Say::No(..) => 0,
            Say::OutOfBounds(_) => 1,
            Say::Nothing(_) | Say::Blocked(_) => 2,
            Say::Yes(..) => 3,
        });
        said.unwrap_or_else(|| Say::Nothing(String::new()))
    }

    fn one(&self, combined: &Combined<'_>, action: &str, question: &Question) -> Say {
        let asker = &self.bearer.asker;
        let action = action.to_owned();
        match decide(combined, &self.request(&action, question)) {
            Decision::Denied(by) => Say::No(action, by),
            Decision::OutOfBounds => Say::OutOfBounds(action),
            Decision::Allowed(by) => {
                let restricted = self.bucket.is_some_and(|policy| policy.restricted);
                let by_bucket = by.source == Source::Resource;
                if asker.user.is_none() && by_bucket && restricted {
                    return Say::Blocked(action);
                }
                Say::Yes(action, by)
            }
            Decision::Silent => Say::Nothing(action),
        }
    }

    /// Tells how each statement stands to an action.
    pub(super) fn reasons(&self, action: &str, question: &Question) -> Reasons {
        let identity = self.identity();
        explain_decision(&self.combined(&identity), &self.request(action, question))
    }

    /// Tells of each policy by itself how it stands to an action: first what bounds, then what allows.
    pub(super) fn each(&self, action: &str, question: &Question) -> Vec<(Place<'l>, Explanation)> {
        let request = self.request(action, question);
        let session = self.bearer.bounds.iter().map(|one| (Source::Session, one));
        let own = self.bearer.policies.iter().enumerate();
        let own = own.map(|(policy, one)| (Source::Identity { policy }, &one.policy));
        let bucket = self
            .bucket
            .iter()
            .map(|one| (Source::Resource, &one.policy));
        let all = session.chain(own).chain(bucket);
        all.filter_map(|(source, policy)| Some((self.place(source)?, explain(&[policy], &request))))
            .collect()
    }

    fn request(&self, action: &str, question: &Question) -> Request {
        let asker = &self.bearer.asker;
        let (resource, context) = (question.resource.clone(), question.context.clone());
        let request = Request::new(asker.principal(), action, resource, context);
        match &asker.user {
            Some(user) => request.with_canonical_user(user.as_str()),
            None => request,
        }
    }

    fn identity(&self) -> Vec<&'l Policy> {
        self.bearer.policies.iter().map(|one| &one.policy).collect()
    }

    fn combined<'c>(&self, identity: &'c [&'c Policy]) -> Combined<'c>
    where
        'l: 'c,
    {
        Combined {
            identity,
            session: self.bearer.bounds.as_ref(),
            resource: self.bucket.map(|one| &one.policy),
            rule: Rule::Either,
        }
    }

    /// Returns where a statement stands.
    pub(super) fn place(&self, source: Source) -> Option<Place<'l>> {
        let asker = &self.bearer.asker;
        let user = asker.user.as_ref().map_or("nobody", UserName::as_str);
        Some(match source {
            Source::Identity { policy } => Place::Identity {
                policy: &self.bearer.policies.get(policy)?.name,
                of: user,
            },
            Source::Session => Place::Session {
                of: asker.session.as_ref().map_or(user, |one| &one.name),
            },
            Source::Resource => Place::Bucket(&self.bucket?.bucket),
        })
    }

    /// Returns a statement.
    pub(super) fn statement(&self, by: By) -> Option<&'l Statement> {
        let policy = match by.source {
            Source::Identity { policy } => &self.bearer.policies.get(policy)?.policy,
            Source::Session => self.bearer.bounds.as_ref()?,
            Source::Resource => &self.bucket?.policy,
        };
        policy.statements().get(by.statement)
    }
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Identity { policy, of } => write!(f, "policy {policy} of {of}"),
            Self::Session { of } => write!(f, "policy of the session {of}"),
            Self::Bucket(bucket) => write!(f, "bucket policy of {bucket}"),
        }
    }
}
