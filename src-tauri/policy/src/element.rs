//! An element of a policy on its way in: a value of JSON that knows where it stands.

use crate::error::{PolicyError, Problem};
use crate::json::Node;

/// The longest name of a member. The longest that mean something are `kms:EncryptionContext:` and a pair's name.
const NAME_MAX: usize = 1_024;

/// A value and its place.
pub(crate) struct Element<'a> {
    path: String,
    pub(crate) node: &'a Node,
}

impl<'a> Element<'a> {
    /// Makes the outermost one.
    pub(crate) fn root(node: &'a Node) -> Self {
        let path = String::new();
        Self { path, node }
    }

    /// Returns the error that says what is wrong here.
    pub(crate) fn refuse(&self, problem: Problem) -> PolicyError {
        let path = match self.path.as_str() {
            "" => "policy".to_owned(),
            path => path.to_owned(),
        };
        PolicyError::Element { path, problem }
    }

    /// Returns the error that says that a member is missing.
    pub(crate) fn lacks(&self, name: &str) -> PolicyError {
        self.member(name, self.node).refuse(Problem::Missing)
    }

    /// Returns the members of an object, in their order.
    pub(crate) fn members(&self) -> Result<Vec<(&'a str, Self)>, PolicyError> {
        let Node::Object(members) = self.node else {
            return Err(self.refuse(Problem::Expected("an object, { … }")));
        };
        if members.iter().any(|(name, _)| name.len() > NAME_MAX) {
            return Err(self.refuse(Problem::LongName(NAME_MAX)));
        }
        let named = |(name, node): &'a (String, Node)| (name.as_str(), self.member(name, node));
        Ok(members.iter().map(named).collect())
    }

    /// Returns the items of a list, or the value itself where there is one without a list around it.
    pub(crate) fn items(&self) -> impl Iterator<Item = Self> {
        let (nodes, listed) = match self.node {
            Node::List(items) => (items.as_slice(), true),
            one => (std::slice::from_ref(one), false),
        };
        nodes.iter().enumerate().map(move |(at, node)| {
            let path = if listed {
                format!("{}[{at}]", self.path)
            } else {
                self.path.clone()
            };
            Self { path, node }
        })
    }

    /// Returns the items of a list that may not be empty.
    pub(crate) fn some_items(&self) -> Result<impl Iterator<Item = Self>, PolicyError> {
        match self.node {
            Node::List(items) if items.is_empty() => Err(self.refuse(Problem::Empty)),
            _ => Ok(self.items()),
        }
    }

    /// Returns the text that it is.
    pub(crate) fn text(&self) -> Result<&'a str, PolicyError> {
        match self.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.refuse(Problem::Expected("a text in quotes"))),
        }
    }

    /// Returns what it is as text: numbers and truth values may stand without quotes.
    pub(crate) fn scalar(&self) -> Result<String, PolicyError> {
        match self.node {
            Node::Text(text) => Ok(text.clone()),
            Node::Number(number) => Ok(number.to_string()),
            Node::Bool(value) => Ok(value.to_string()),
            Node::Null | Node::List(_) | Node::Object(_) => {
                let expected = "a text, a number, true or false";
                Err(self.refuse(Problem::Expected(expected)))
            }
        }
    }

    fn member(&self, name: &str, node: &'a Node) -> Self {
        let path = match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        Self { path, node }
    }
}
