//! The values of conditions: read once, as what their operator compares.

use super::operator::Test;
use super::scalars::{self, AddressRange};
use crate::element::Element;
use crate::error::{PolicyError, Problem};
use crate::pattern::{Token, covers};
use crate::policy::Version;
use crate::request::Context;
use crate::template::{Template, Wildcards};

/// A value that a policy wants.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wanted {
    /// A text, which may have variables; for the operators of texts, ARNs and truth values.
    Template(Template),
    Number(String, f64),
    Date(String, i64),
    Bytes(String, Vec<u8>),
    Range(String, AddressRange),
    Absence(String, bool),
}

impl Wanted {
    /// Returns it as written.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Template(template) => &template.text,
            Self::Number(text, _)
            | Self::Date(text, _)
            | Self::Bytes(text, _)
            | Self::Range(text, _)
            | Self::Absence(text, _) => text,
        }
    }

    /// Returns whether `Null` wants the key not to exist.
    pub(crate) fn wants_absence(&self) -> bool {
        matches!(self, Self::Absence(_, true))
    }

    /// Returns whether a value of the request is one that is wanted; one that cannot be read as what the operator
    /// compares is not.
    pub(crate) fn covers(&self, test: Test, value: &str, context: &Context) -> bool {
        match (self, test) {
            (Self::Template(template), test) => template
                .resolve(context)
                .is_some_and(|pattern| pattern_covers(&pattern, test, value)),
            (Self::Number(_, wanted), Test::Number(relation)) => {
                scalars::number(value).is_some_and(|value| relation.holds(&value, wanted))
            }
            (Self::Date(_, wanted), Test::Date(relation)) => {
                scalars::date(value).is_some_and(|value| relation.holds(&value, wanted))
            }
            (Self::Bytes(_, wanted), _) => scalars::bytes(value).as_ref() == Some(wanted),
            (Self::Range(_, range), _) => range.holds(value),
            (Self::Number(..) | Self::Date(..) | Self::Absence(..), _) => false,
        }
    }
}

fn pattern_covers(pattern: &[Token], test: Test, value: &str) -> bool {
    match test {
        Test::TextIgnoringCase | Test::Bool => covers(&lower_case(pattern), &value.to_lowercase()),
        Test::Arn => arn_covers(pattern, value),
        Test::Text
        | Test::TextLike
        | Test::Number(_)
        | Test::Date(_)
        | Test::Binary
        | Test::Address
        | Test::Null => covers(pattern, value),
    }
}

fn lower_case(pattern: &[Token]) -> Vec<Token> {
    let mut lower = Vec::with_capacity(pattern.len());
    for token in pattern {
        match token {
            Token::Char(c) => lower.extend(c.to_lowercase().map(Token::Char)),
            other => lower.push(*other),
        }
    }
    lower
}

/// Compares ARNs: each of the six components by itself. A lone `*` is every ARN.
fn arn_covers(pattern: &[Token], value: &str) -> bool {
    if pattern == [Token::Any] {
        return true;
    }
    let components: Vec<&str> = value.splitn(6, ':').collect();
    let patterns: Vec<&[Token]> = pattern
        .splitn(6, |token| *token == Token::Char(':'))
        .collect();
    let mut pairs = patterns.iter().zip(&components);
    components.len() == 6
        && patterns.len() == 6
        && pairs.all(|(pattern, component)| covers(pattern, component))
}

/// Reads a value for an operator.
pub(crate) fn read(
    element: &Element<'_>,
    test: Test,
    version: Version,
) -> Result<Wanted, PolicyError> {
    let value = element.scalar()?;
    match test {
        Test::Text | Test::TextIgnoringCase => {
            template(element, &value, version, Wildcards::Literal)
        }
        Test::TextLike | Test::Arn => template(element, &value, version, Wildcards::Meant),
        Test::Bool => match template(element, &value, version, Wildcards::Literal)? {
            Wanted::Template(one) if !one.has_variables() && scalars::truth(&value).is_none() => {
                Err(unreadable(element, value, "true or false"))
            }
            wanted => Ok(wanted),
        },
        Test::Null => match scalars::truth(&value) {
            Some(absent) => Ok(Wanted::Absence(value, absent)),
            None => Err(unreadable(element, value, "true (it is absent) or false")),
        },
        Test::Number(_) => match scalars::number(&value) {
            Some(number) => Ok(Wanted::Number(value, number)),
            None => Err(unreadable(element, value, "a number")),
        },
        Test::Date(_) => match scalars::date(&value) {
            Some(date) => Ok(Wanted::Date(value, date)),
            None => Err(unreadable(
                element,
                value,
                "a date like 2026-01-31T12:00:00Z, or seconds of the epoch",
            )),
        },
        Test::Binary => match scalars::bytes(&value) {
            Some(bytes) => Ok(Wanted::Bytes(value, bytes)),
            None => Err(unreadable(element, value, "bytes in base64")),
        },
        Test::Address => match AddressRange::read(&value) {
            Some(range) => Ok(Wanted::Range(value, range)),
            None => Err(unreadable(
                element,
                value,
                "an address or a range like 203.0.113.0/24",
            )),
        },
    }
}

fn template(
    element: &Element<'_>,
    text: &str,
    version: Version,
    wildcards: Wildcards,
) -> Result<Wanted, PolicyError> {
    Template::read(text, version, wildcards)
        .map(Wanted::Template)
        .map_err(|problem| element.refuse(problem))
}

fn unreadable(element: &Element<'_>, value: String, expected: &'static str) -> PolicyError {
    element.refuse(Problem::Value { value, expected })
}
