//! Why: for each statement, which of its elements do not match. For the simulator, and for refusals that say what
//! decided.

use std::fmt;

use crate::evaluate::Verdict;
use crate::policy::{Effect, Policy};
use crate::principal::Reach;
use crate::request::Request;

/// A verdict and how each statement stands to the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What is decided.
    pub verdict: Verdict,
    /// All statements, in the order of the policies.
    pub statements: Vec<Explained>,
}

/// How a statement stands to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The policy, counted as given.
    pub policy: usize,
    /// The statement.
    pub statement: usize,
    /// Its name.
    pub sid: Option<String>,
    /// What it does where it matches.
    pub effect: Effect,
    /// Whether it reaches the asker only as one of the account that it names.
    pub for_account: bool,
    /// What does not match; the statement matches where nothing stands here.
    pub misses: Vec<Miss>,
}

/// An element that does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    /// It is about other actions.
    Action,
    /// It is about other resources.
    Resource,
    /// It means somebody else.
    Principal,
    /// A condition does not hold.
    Condition {
        /// The operator.
        operator: String,
        /// The key.
        key: String,
        /// The values of the request; none where it has no such key.
        found: Vec<String>,
    },
}

/// Decides as `evaluate` does, and tells why.
pub fn explain(policies: &[&Policy], request: &Request) -> Explanation {
    let mut verdict = Verdict::Silent;
    let mut statements = Vec::new();
    for (policy, one) in policies.iter().enumerate() {
        for (statement, one) in one.statements.iter().enumerate() {
            let reach = one.principal_reach(request);
            let misses = one.misses(request);
            if let (Some(reach), true) = (reach, misses.is_empty()) {
                verdict = verdict.after(one.effect, reach, policy, statement);
            }
            statements.push(Explained {
                policy,
                statement,
                sid: one.sid.clone(),
                effect: one.effect,
                for_account: reach == Some(Reach::Account),
                misses,
            });
        }
    }
    Explanation {
        verdict,
        statements,
    }
}

impl crate::policy::Statement {
    fn misses(&self, request: &Request) -> Vec<Miss> {
        let context = &request.context;
        let mut misses = Vec::new();
        if !self.actions.include(&request.action) {
            misses.push(Miss::Action);
        }
        if !self.resources.include(&request.resource, context) {
            misses.push(Miss::Resource);
        }
        if self.principal_reach(request).is_none() {
            misses.push(Miss::Principal);
        }
        for condition in &self.conditions {
            misses.extend(condition.failing(context).map(|key| Miss::Condition {
                operator: condition.operator.to_string(),
                key: key.to_owned(),
                found: context.values(key).to_vec(),
            }));
        }
        misses
    }
}

impl fmt::Display for Explanation {
    /// Tells what decided, in one line: the statement, or of those that would allow the one that came nearest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |policy: usize, statement: usize| {
            let is_it = |one: &&Explained| one.policy == policy && one.statement == statement;
            self.statements.iter().find(is_it)
        };
        match self.verdict {
            Verdict::Denied { policy, statement } => match named(policy, statement) {
                Some(one) => write!(f, "{one} denies it"),
                None => f.write_str("a statement denies it"),
            },
            Verdict::Allowed { policy, statement } => match named(policy, statement) {
                Some(one) => write!(f, "{one} allows it"),
                None => f.write_str("a statement allows it"),
            },
            Verdict::AllowedForAccount { policy, statement } => match named(policy, statement) {
                Some(one) => write!(f, "{one} allows it to the account, not to this user"),
                None => f.write_str("a statement allows it to the account, not to this user"),
            },
            Verdict::Silent => self.tell_nearest(f),
        }
    }
}

impl Explanation {
    fn tell_nearest(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let allowing = self.statements.iter();
        let allowing = allowing.filter(|one| one.effect == Effect::Allow);
        let Some(nearest) = allowing.min_by_key(|one| one.misses.len()) else {
            return f.write_str("no statement allows it");
        };
        write!(f, "no statement allows it; the nearest, {nearest}, ")?;
        for (at, miss) in nearest.misses.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { ", and " })?;
            write!(f, "{miss}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statement[{}]", self.statement)?;
        match &self.sid {
            Some(sid) => write!(f, " ({sid:?})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action => f.write_str("is about other actions"),
            Self::Resource => f.write_str("is about other resources"),
            Self::Principal => f.write_str("means other principals"),
            Self::Condition {
                operator,
                key,
                found,
            } => match found.as_slice() {
                [] => write!(f, "wants {operator} {key}, which the request does not have"),
                [one] => write!(f, "wants {operator} of {key}, which is {one:?}"),
                more => write!(f, "wants {operator} of {key}, which is {more:?}"),
            },
        }
    }
}
