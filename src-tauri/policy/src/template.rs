//! Texts with variables, `${aws:username}`: each stands for a value of the request's context.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::borrow::Cow;

use crate::error::Problem;
use crate::pattern::{Token, wild_char};
use crate::policy::Version;
use crate::request::Context;

/// A text as written, and what it means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    pub(crate) text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Fixed(Vec<Token>),
    Variable {
        key: String,
        default: Option<String>,
    },
}

/// Whether `*` and `?` stand for other characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wildcards {
    Meant,
    Literal,
}

impl Template {
    /// Reads a text. The older version of the language has no variables.
    pub(crate) fn read(
        text: &str,
        version: Version,
        wildcards: Wildcards,
    ) -> Result<Self, Problem> {
        let token = |c: char| match wildcards {
            Wildcards::Meant => wild_char(c),
            Wildcards::Literal => Token::Char(c),
        };
        let mut parts = Vec::new();
        let mut fixed = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = next_variable(rest, version) {
            fixed.extend(before.chars().map(token));
            let Some((inside, after)) = after.split_once('}') else {
                return Err(Problem::Variable(rest[before.len()..].to_owned()));
            };
            match inside {
                "*" | "?" | "$" => fixed.extend(inside.chars().map(Token::Char)),
                name => {
                    parts.push(Part::Fixed(std::mem::take(&mut fixed)));
                    parts.push(variable(name)?);
                }
            }
            rest = after;
        }
        fixed.extend(rest.chars().map(token));
        parts.push(Part::Fixed(fixed));
        let text = text.to_owned();
        Ok(Self { text, parts })
    }

    /// Keeps wildcards in their segment: those of an ARN's first five, but for a `*` at a segment's end, which
    /// covers what follows too.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
    pub(crate) fn bound_to_segments(mut self) -> Self {
        let mut colons = 0;
        let last = self.parts.len() - 1;
        for (place, part) in self.parts.iter_mut().enumerate() {
            let Part::Fixed(tokens) = part else { continue };
            for at in 0..tokens.len() {
                let ends = match tokens.get(at + 1) {
                    Some(next) => *next == Token::Char(':'),
                    None => place == last,
                };
                match tokens[at] {
                    Token::Char(':') => colons += 1,
                    Token::One if colons < 5 => tokens[at] = Token::OneInSegment,
                    Token::Any if colons < 5 && !ends => tokens[at] = Token::AnyInSegment,
                    _ => {}
                }
            }
        }
        self
    }

    /// Puts the values of a request in. `None` where one is absent, or is a set, and has no default: such a text
    /// matches nothing. A wildcard in a value is that character.
    pub(crate) fn resolve(&self, context: &Context) -> Option<Cow<'_, [Token]>> {
        if let [Part::Fixed(tokens)] = self.parts.as_slice() {
            return Some(Cow::Borrowed(tokens));
        }
        let mut resolved = Vec::new();
        for part in &self.parts {
            match part {
                Part::Fixed(tokens) => resolved.extend_from_slice(tokens),
                Part::Variable { key, default } => {
                    let value = match context.values(key) {
                        [one] => one.as_str(),
                        _ => default.as_deref()?,
                    };
                    resolved.extend(value.chars().map(Token::Char));
                }
            }
        }
        Some(Cow::Owned(resolved))
    }

    /// Returns whether it stands for one text, whatever the request.
    pub(crate) fn is_fixed(&self) -> bool {
        match self.parts.as_slice() {
            [Part::Fixed(tokens)] => tokens.iter().all(|token| matches!(token, Token::Char(_))),
            _ => false,
        }
    }

    /// Returns whether it has variables.
    pub(crate) fn has_variables(&self) -> bool {
        self.parts.len() > 1
    }
}

/// Splits a text before and behind the next `${`.
fn next_variable(text: &str, version: Version) -> Option<(&str, &str)> {
    match version {
        Version::V2008 => None,
        Version::V2012 => text.split_once("${"),
    }
}

/// Reads what stands in the braces: a key, and perhaps a default in single quotes.
fn variable(inside: &str) -> Result<Part, Problem> {
    let malformed = || Problem::Variable(format!("${{{inside}}}"));
    let (key, default) = match inside.split_once(',') {
        None => (inside, None),
        Some((key, quoted)) => {
            let bare = quoted.trim().strip_prefix('\'');
            let bare = bare.and_then(|text| text.strip_suffix('\''));
            (key, Some(bare.ok_or_else(malformed)?.to_owned()))
        }
    };
    let key = key.trim();
    if !key.contains(':') || key.contains(['$', '{']) {
        return Err(malformed());
    }
    let key = key.to_owned();
    Ok(Part::Variable { key, default })
}
