//! `Action` and `NotAction`: what a statement is about. Case does not count.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>

use crate::element::Element;
use crate::error::{PolicyError, Problem};
use crate::pattern::{Token, covers, wild};

/// The actions that a statement is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Actions {
    /// `Action`: these.
    These(Vec<ActionPattern>),
    /// `NotAction`: all but these.
    AllBut(Vec<ActionPattern>),
}

/// An action with wildcards, as written and as compared.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ActionPattern {
    pub(crate) text: String,
    pub(crate) lower: Vec<Token>,
}

impl Actions {
    /// Returns whether the statement is about an action.
    pub(crate) fn include(&self, action: &str) -> bool {
        let action = action.to_lowercase();
        let named = |patterns: &[ActionPattern]| {
            let covers = |pattern: &ActionPattern| covers(&pattern.lower, &action);
            patterns.iter().any(covers)
        };
        match self {
            Self::These(patterns) => named(patterns),
            Self::AllBut(patterns) => !named(patterns),
        }
    }

    /// Returns what is named.
    pub(crate) fn patterns(&self) -> &[ActionPattern] {
        match self {
            Self::These(patterns) | Self::AllBut(patterns) => patterns,
        }
    }
}

/// Reads a list of actions.
pub(crate) fn read(element: &Element<'_>) -> Result<Vec<ActionPattern>, PolicyError> {
    element.some_items()?.map(|item| read_one(&item)).collect()
}

fn read_one(element: &Element<'_>) -> Result<ActionPattern, PolicyError> {
    let text = element.text()?;
    let parts = text.split_once(':');
    let named = parts.is_some_and(|(service, name)| !service.is_empty() && !name.is_empty());
    let blank = text.contains(char::is_whitespace) || text.chars().any(char::is_control);
    if blank || !(named || text == "*") {
        return Err(element.refuse(Problem::Action(text.to_owned())));
    }
    Ok(ActionPattern {
        text: text.to_owned(),
        lower: wild(&text.to_lowercase()),
    })
}
