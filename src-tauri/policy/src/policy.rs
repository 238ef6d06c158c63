//! A policy: statements, each of which allows or denies.

use crate::action::Actions;
use crate::condition::Condition;
use crate::principal::Principals;
use crate::resource::Resources;

/// What a policy is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A user, a group or a role: statements name no principal, for it is the bearer.
    Identity,
    /// A resource, a key or a bucket say: every statement names whom it means.
    Resource,
    /// A role, to say who may become it: every statement names whom it means, and none a resource, for that is the role.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html>
    Trust,
}

/// The version of the language.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, which counts where none is named: without variables.
    V2008,
    /// `2012-10-17`
    V2012,
}

/// What a statement does when it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It allows, unless another denies.
    Allow,
    /// It denies, whatever else allows.
    Deny,
}

/// A policy, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub(crate) kind: Kind,
    /// As written; `None` counts as the older.
    pub(crate) version: Option<Version>,
    pub(crate) id: Option<String>,
    pub(crate) statements: Vec<Statement>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    /// There is one in a policy of a resource, and none in that of an identity.
    pub(crate) principals: Option<Principals>,
    pub(crate) actions: Actions,
    pub(crate) resources: Resources,
    pub(crate) conditions: Vec<Condition>,
}

impl Policy {
    /// Returns what it is attached to.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the version of the language that counts.
    pub fn version(&self) -> Version {
        self.version.unwrap_or(Version::V2008)
    }

    /// Returns its `Id`.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns its statements, at least one.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

impl Statement {
    /// Returns its name.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// Returns what it does.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Returns the actions that `Action` or `NotAction` names, as written.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        let patterns = self.actions.patterns().iter();
        patterns.map(|pattern| pattern.text.as_str())
    }

    /// Returns the resources that `Resource` or `NotResource` names, as written.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        let templates = self.resources.templates().iter();
        templates.map(|template| template.text.as_str())
    }

    /// Returns whether it means everyone but some (`NotPrincipal`).
    pub fn excepts_principals(&self) -> bool {
        matches!(self.principals, Some(Principals::AllBut(_)))
    }
}

impl Version {
    pub(crate) const ALL: [Self; 2] = [Self::V2008, Self::V2012];

    /// Returns it as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

impl Effect {
    /// Returns it as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}
