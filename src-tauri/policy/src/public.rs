//! Whether a bucket's policy opens it to the public, as S3 decides it: a policy is public until each statement
//! that allows something to everyone is bound to fixed values of keys that only few can have.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>

use crate::condition::{Condition, KeyCondition, Operator, Quantifier, Test, Wanted};
use crate::policy::{Effect, Policy, Statement};
use crate::principal::{Class, Means, Named, Principals};

/// The keys that bind a statement: whoever has one of a few fixed values of them is not everyone.
const BINDING: [&str; 12] = [
    "aws:principalorgid",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:sourceip",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:userid",
    ACCESS_POINT,
    "s3:dataaccesspointaccount",
];

/// The key that may have a wildcard in the access point's name, as long as the account is fixed.
const ACCESS_POINT: &str = "s3:dataaccesspointarn";

/// The widest ranges that still bind, in leading bits: what is wider is too much of the internet.
const LEAST_BITS_V4: u32 = 8;
const LEAST_BITS_V6: u32 = 32;

impl Policy {
    /// Returns whether S3 takes it as public. What denies is not counted, however much it takes back.
    pub fn is_public(&self) -> bool {
        self.statements.iter().any(Statement::is_public)
    }
}

impl Statement {
    /// Returns whether it allows something to everyone.
    pub fn is_public(&self) -> bool {
        let open = self.principals.as_ref().is_some_and(Principals::are_open);
        self.effect == Effect::Allow && open && !self.conditions.iter().any(Condition::binds)
    }
}

impl Principals {
    /// Returns whether they are everyone, or whoever some identity provider vouches for.
    fn are_open(&self) -> bool {
        match self {
            Self::AllBut(_) | Self::These(Named::Everyone) => true,
            Self::These(Named::Classes(classes)) => classes.iter().any(|(class, ids)| {
                let everyone = ids.iter().any(|id| id.means == Means::Everyone);
                *class == Class::Federated || everyone
            }),
        }
    }
}

impl Condition {
    fn binds(&self) -> bool {
        let vacuous = self.operator.quantifier == Some(Quantifier::All);
        let loose = self.operator.negated || self.operator.if_exists || vacuous;
        !loose && self.keys.iter().any(|key| key.binds(self.operator))
    }
}

impl KeyCondition {
    fn binds(&self, operator: Operator) -> bool {
        let key = self.key.to_lowercase();
        if !BINDING.contains(&key.as_str()) || operator.test == Test::Null {
            return false;
        }
        let fixed = |wanted: &Wanted| match wanted {
            Wanted::Range(_, range) => match range.width() {
                (bits, true) => bits >= LEAST_BITS_V4,
                (bits, false) => bits >= LEAST_BITS_V6,
            },
            Wanted::Template(template) if key == ACCESS_POINT => {
                let wild = |part: &str| part.contains(['*', '?']);
                let mut head = template.text.splitn(6, ':').take(5);
                let bound = template.text.matches(':').count() >= 5 && !head.any(wild);
                bound && !template.has_variables()
            }
            Wanted::Template(template) => template.is_fixed(),
            Wanted::Number(..) | Wanted::Date(..) | Wanted::Bytes(..) | Wanted::Absence(..) => {
                false
            }
        };
        !self.wanted.is_empty() && self.wanted.iter().all(fixed)
    }
}
