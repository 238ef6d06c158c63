//! `Condition`: the circumstances under which a statement counts. All conditions must hold; of the values of one,
//! any.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>

mod operator;
mod scalars;
mod value;

pub(crate) use operator::{Operator, Quantifier, Test};
pub(crate) use value::Wanted;

use crate::element::Element;
use crate::error::{PolicyError, Problem};
use crate::policy::Version;
use crate::request::Context;

/// An operator and the keys that it compares.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) operator: Operator,
    pub(crate) keys: Vec<KeyCondition>,
}

/// A key and the values that it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeyCondition {
    pub(crate) key: String,
    pub(crate) wanted: Vec<Wanted>,
}

impl Condition {
    /// Returns the keys whose condition does not hold.
    pub(crate) fn failing(&self, context: &Context) -> impl Iterator<Item = &str> {
        let failing = |key: &&KeyCondition| !key.holds(self.operator, context);
        self.keys.iter().filter(failing).map(|one| one.key.as_str())
    }

    /// Returns whether all hold.
    pub(crate) fn holds(&self, context: &Context) -> bool {
        self.failing(context).next().is_none()
    }
}

impl KeyCondition {
    /// Returns whether it holds. A key that the request does not have fails every operator but the negated ones,
    /// those that end in `IfExists`, and `ForAllValues`, which holds for all of no values.
    fn holds(&self, operator: Operator, context: &Context) -> bool {
        let values = context.values(&self.key);
        let has_one = !values.is_empty();
        if operator.test == Test::Null {
            return self.wanted.iter().any(|one| one.wants_absence() != has_one);
        }
        let passes = |value: &String| {
            let equals = |wanted: &Wanted| wanted.covers(operator.test, value, context);
            operator.negated != self.wanted.iter().any(equals)
        };
        match (operator.quantifier, operator.negated) {
            _ if !has_one && operator.if_exists => true,
            (Some(Quantifier::All), _) | (None, true) => values.iter().all(passes),
            (Some(Quantifier::Any), _) | (None, false) => values.iter().any(passes),
        }
    }
}

/// Reads the element `Condition`.
pub(crate) fn read(element: &Element<'_>, version: Version) -> Result<Vec<Condition>, PolicyError> {
    let read_block = |(name, keys): (&str, Element<'_>)| {
        let operator = Operator::read(name);
        let operator =
            operator.ok_or_else(|| element.refuse(Problem::Operator(name.to_owned())))?;
        let read_key = |(key, values): (&str, Element<'_>)| {
            if !key.contains(':') {
                return Err(keys.refuse(Problem::ConditionKey(key.to_owned())));
            }
            let values = values.items();
            let wanted = values.map(|value| value::read(&value, operator.test, version));
            let wanted = wanted.collect::<Result<_, _>>()?;
            let key = key.to_owned();
            Ok(KeyCondition { key, wanted })
        };
        let keys = keys.members()?.into_iter().map(read_key);
        let keys = keys.collect::<Result<_, _>>()?;
        Ok(Condition { operator, keys })
    };
    let blocks = element.members()?.into_iter().map(read_block);
    blocks.collect()
}
