//! The decision: a statement that denies wins, then one that allows; else nobody spoke.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use crate::condition::Condition;
use crate::policy::{Effect, Policy, Statement};
use crate::principal::Reach;
use crate::request::Request;

/// What policies say of a request: `policy` counts them as they were given, `statement` those of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This statement denies.
    Denied {
        /// The policy.
        policy: usize,
        /// The statement.
        statement: usize,
    },
    /// This statement allows, and none denies.
    Allowed {
        /// The policy.
        policy: usize,
        /// The statement.
        statement: usize,
    },
    /// This statement allows the account of the user who asks, and none allows the user: a policy of the account,
    /// one of the user's own say, decides how far that reaches.
    AllowedForAccount {
        /// The policy.
        policy: usize,
        /// The statement.
        statement: usize,
    },
    /// None denies and none allows.
    Silent,
}

/// Decides about a request by the policies that count for it.
pub fn evaluate(policies: &[&Policy], request: &Request) -> Verdict {
    let mut verdict = Verdict::Silent;
    for (policy, one) in policies.iter().enumerate() {
        for (statement, one) in one.statements.iter().enumerate() {
            let Some(reach) = one.reach(request) else {
                continue;
            };
            verdict = verdict.after(one.effect, reach, policy, statement);
            if matches!(verdict, Verdict::Denied { .. }) {
                return verdict;
            }
        }
    }
    verdict
}

impl Verdict {
    /// Returns the verdict after one more statement matched: the first that denies stays, then the first that
    /// allows, then the first that allows the account.
    pub(crate) fn after(
        self,
        effect: Effect,
        reach: Reach,
        policy: usize,
        statement: usize,
    ) -> Self {
        match (self, effect, reach) {
            (Self::Denied { .. }, _, _)
            | (Self::Allowed { .. }, Effect::Allow, _)
            | (Self::AllowedForAccount { .. }, Effect::Allow, Reach::Account) => self,
            (_, Effect::Deny, _) => Self::Denied { policy, statement },
            (_, Effect::Allow, Reach::Named) => Self::Allowed { policy, statement },
            (Self::Silent, Effect::Allow, Reach::Account) => {
                Self::AllowedForAccount { policy, statement }
            }
        }
    }
}

impl Statement {
    /// Returns how far it means a request; `None` where an element does not match.
    pub(crate) fn reach(&self, request: &Request) -> Option<Reach> {
        let context = &request.context;
        let about = self.actions.include(&request.action)
            && self.resources.include(&request.resource, context);
        let holds = |condition: &Condition| condition.holds(context);
        if !about || !self.conditions.iter().all(holds) {
            return None;
        }
        self.principal_reach(request)
    }

    /// Returns how far it means the asker. A policy of an identity means its bearer.
    pub(crate) fn principal_reach(&self, request: &Request) -> Option<Reach> {
        match &self.principals {
            Some(principals) => principals.reach(request),
            None => Some(Reach::Named),
        }
    }
}
