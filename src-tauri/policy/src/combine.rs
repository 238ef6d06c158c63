//! The decision of one account: what denies, wherever it stands, wins; a session does nothing that its own policy does
//! not allow; then one of the identity's policies or the resource's has to allow.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>

use crate::evaluate::{Verdict, evaluate};
use crate::explain::{Explained, Explanation, explain};
use crate::policy::{Effect, Policy, Statement};
use crate::request::Request;

/// The policies that count for a request, by what they are attached to.
#[derive(Debug, Clone, Copy)]
pub struct Combined<'p> {
    /// Those of the identity that asks.
    pub identity: &'p [&'p Policy],
    /// The one that bounds its session; `None` where nothing does.
    pub session: Option<&'p Policy>,
    /// The one of what is asked for.
    pub resource: Option<&'p Policy>,
    /// How the policy of the resource counts beside those of identities.
    pub rule: Rule,
}

/// How the policy of a resource counts beside those of identities of the same account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// One of both has to allow: as with buckets.
    Either,
    /// The resource's has to allow the asker, or their account: in that case one of the identity's has to allow as well.
    /// As with keys, and with roles that are to be assumed.
    ResourceFirst,
}

/// Where a policy is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// To the identity; counted as given.
    Identity {
        /// Which of its policies.
        policy: usize,
    },
    /// To the session.
    Session,
    /// To the resource.
    Resource,
}

/// The statement that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// Where its policy is attached.
    pub source: Source,
    /// Which of its statements.
    pub statement: usize,
}

/// What the policies say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// This statement denies.
    Denied(By),
    /// This statement allows, none denies, and the session is not bounded from it.
    Allowed(By),
    /// None denies, and the policy of the session does not allow it, whatever others do.
    OutOfBounds,
    /// None denies and none allows.
    Silent,
}

/// A decision and how each statement stands to the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons {
    /// What is decided.
    pub decision: Decision,
    /// What the policies of the identity say.
    pub identity: Explanation,
    /// What the policy of the session says; `None` where there is none.
    pub session: Option<Explanation>,
    /// What the policy of the resource says; `None` where there is none.
    pub resource: Option<Explanation>,
}

/// Decides about a request by all policies that count for it.
pub fn decide(policies: &Combined<'_>, request: &Request) -> Decision {
    let one = |policy: Option<&Policy>| policy.map(|policy| evaluate(&[policy], request));
    joined(
        policies.rule,
        evaluate(policies.identity, request),
        one(policies.session),
        one(policies.resource),
    )
}

/// Decides as [`decide`] does, and tells why.
pub fn explain_decision(policies: &Combined<'_>, request: &Request) -> Reasons {
    let one = |policy: Option<&Policy>| policy.map(|policy| explain(&[policy], request));
    let identity = explain(policies.identity, request);
    let (session, resource) = (one(policies.session), one(policies.resource));
    let verdict = |explained: &Option<Explanation>| explained.as_ref().map(|one| one.verdict);
    Reasons {
        decision: joined(
            policies.rule,
            identity.verdict,
            verdict(&session),
            verdict(&resource),
        ),
        identity,
        session,
        resource,
    }
}

/// The order of the decision, in one place.
fn joined(
    rule: Rule,
    identity: Verdict,
    session: Option<Verdict>,
    resource: Option<Verdict>,
) -> Decision {
    let of_identity = |policy| Source::Identity { policy };
    let of_session = |_| Source::Session;
    let of_resource = |_| Source::Resource;
    // The resource's last: who may mend it is told by it alone what it denies.
    let denied = denial(identity, of_identity)
        .or_else(|| session.and_then(|verdict| denial(verdict, of_session)))
        .or_else(|| resource.and_then(|verdict| denial(verdict, of_resource)));
    if let Some(by) = denied {
        return Decision::Denied(by);
    }
    if session.is_some_and(|verdict| !matches!(verdict, Verdict::Allowed { .. })) {
        return Decision::OutOfBounds;
    }
    let by_identity = leave(identity, of_identity);
    let by_resource = resource.and_then(|verdict| leave(verdict, of_resource));
    let for_account = matches!(resource, Some(Verdict::AllowedForAccount { .. }));
    let allowed = match rule {
        Rule::Either => by_identity.or(by_resource),
        Rule::ResourceFirst if for_account => by_identity,
        Rule::ResourceFirst => by_resource,
    };
    allowed.map_or(Decision::Silent, Decision::Allowed)
}

fn denial(verdict: Verdict, source: impl Fn(usize) -> Source) -> Option<By> {
    match verdict {
        Verdict::Denied { policy, statement } => Some(By {
            source: source(policy),
            statement,
        }),
        Verdict::Allowed { .. } | Verdict::AllowedForAccount { .. } | Verdict::Silent => None,
    }
}

fn leave(verdict: Verdict, source: impl Fn(usize) -> Source) -> Option<By> {
    match verdict {
        Verdict::Allowed { policy, statement } => Some(By {
            source: source(policy),
            statement,
        }),
        Verdict::Denied { .. } | Verdict::AllowedForAccount { .. } | Verdict::Silent => None,
    }
}

impl Combined<'_> {
    /// Returns the statement that decided.
    pub fn statement(&self, by: By) -> Option<&Statement> {
        let policy = match by.source {
            Source::Identity { policy } => self.identity.get(policy).copied(),
            Source::Session => self.session,
            Source::Resource => self.resource,
        };
        policy?.statements().get(by.statement)
    }
}

impl Reasons {
    /// Returns, of the statements that would allow it, the one that came nearest: of the session alone where that
    /// bounds; else of the others.
    pub fn nearest(&self) -> Option<(Source, &Explained)> {
        let session = self.session.iter().map(|one| (Source::Session, one));
        let others = self.resource.iter().map(|one| (Source::Resource, one));
        let explained: Vec<(Source, &Explanation)> = match self.decision {
            Decision::OutOfBounds => session.collect(),
            Decision::Denied(_) | Decision::Allowed(_) | Decision::Silent => {
                let own = (Source::Identity { policy: 0 }, &self.identity);
                std::iter::once(own).chain(others).collect()
            }
        };
        let statements = explained.into_iter().flat_map(|(source, one)| {
            let of = move |statement: &Explained| match source {
                Source::Identity { .. } => Source::Identity {
                    policy: statement.policy,
                },
                Source::Session | Source::Resource => source,
            };
            one.statements.iter().map(move |one| (of(one), one))
        });
        let allowing = statements.filter(|(_, one)| one.effect == Effect::Allow);
        allowing.min_by_key(|(_, one)| one.misses.len() + usize::from(one.for_account))
    }
}
