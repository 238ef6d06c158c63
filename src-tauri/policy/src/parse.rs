//! A policy is read: every element that the language has, at its place, and no other.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use std::collections::HashSet;

use crate::action::{self, Actions};
use crate::condition;
use crate::element::Element;
use crate::error::{PolicyError, Problem};
use crate::json::Node;
use crate::policy::{Effect, Kind, Policy, Statement, Version};
use crate::principal::{self, Accounts, Principals};
use crate::resource::{self, Resources};

impl Policy {
    /// Reads a policy of a kind from JSON. The greatest size of a kind of policy is the caller's to check.
    pub fn parse(json: &str, kind: Kind) -> Result<Self, PolicyError> {
        Self::parse_with(json, kind, Accounts::Numbered)
    }

    /// Reads a policy whose principals have accounts of a form.
    pub fn parse_with(json: &str, kind: Kind, accounts: Accounts) -> Result<Self, PolicyError> {
        let node = Node::read(json)?;
        let root = Element::root(&node);
        let (mut version, mut id, mut statements) = (None, None, None);
        for (name, element) in root.members()? {
            match name {
                "Version" => version = Some(read_version(&element)?),
                "Id" => id = Some(element.text()?.to_owned()),
                "Statement" => statements = Some(element),
                _ => return Err(element.refuse(Problem::Unknown)),
            }
        }
        let statements = statements.ok_or_else(|| root.lacks("Statement"))?;
        let counts = version.unwrap_or(Version::V2008);
        let read = statements.some_items()?;
        let read = read.map(|one| read_statement(&one, kind, counts, accounts));
        let policy = Self {
            kind,
            version,
            id,
            statements: read.collect::<Result<_, _>>()?,
        };
        let mut names = HashSet::new();
        for (statement, element) in policy.statements.iter().zip(statements.items()) {
            let own = statement.sid().filter(|sid| !sid.is_empty());
            if let Some(sid) = own.filter(|sid| !names.insert(*sid)) {
                return Err(element.refuse(Problem::DuplicateSid(sid.to_owned())));
            }
        }
        Ok(policy)
    }
}

fn read_version(element: &Element<'_>) -> Result<Version, PolicyError> {
    let text = element.text()?;
    let known = Version::ALL.into_iter().find(|one| one.as_str() == text);
    known.ok_or_else(|| element.refuse(Problem::Version(text.to_owned())))
}

/// The elements of a statement, as found.
#[derive(Default)]
struct Found<'a> {
    sid: Option<Element<'a>>,
    effect: Option<Element<'a>>,
    principal: Option<Element<'a>>,
    not_principal: Option<Element<'a>>,
    action: Option<Element<'a>>,
    not_action: Option<Element<'a>>,
    resource: Option<Element<'a>>,
    not_resource: Option<Element<'a>>,
    condition: Option<Element<'a>>,
}

fn find<'a>(statement: &Element<'a>) -> Result<Found<'a>, PolicyError> {
    let mut found = Found::default();
    for (name, element) in statement.members()? {
        let place = match name {
            "Sid" => &mut found.sid,
            "Effect" => &mut found.effect,
            "Principal" => &mut found.principal,
            "NotPrincipal" => &mut found.not_principal,
            "Action" => &mut found.action,
            "NotAction" => &mut found.not_action,
            "Resource" => &mut found.resource,
            "NotResource" => &mut found.not_resource,
            "Condition" => &mut found.condition,
            _ => return Err(element.refuse(Problem::Unknown)),
        };
        *place = Some(element);
    }
    Ok(found)
}

fn read_statement(
    statement: &Element<'_>,
    kind: Kind,
    version: Version,
    accounts: Accounts,
) -> Result<Statement, PolicyError> {
    let found = find(statement)?;
    let effect = found.effect.ok_or_else(|| statement.lacks("Effect"))?;
    let named = (found.principal, found.not_principal);
    let principals = read_principals(statement, kind, named, accounts)?;
    let actions = match (found.action, found.not_action) {
        (Some(these), None) => Actions::These(action::read(&these)?),
        (None, Some(but)) => Actions::AllBut(action::read(&but)?),
        (Some(_), Some(but)) => return Err(but.refuse(Problem::Excludes("Action"))),
        (None, None) => return Err(statement.lacks("Action")),
    };
    let resources = match (kind, found.resource, found.not_resource) {
        (Kind::Trust, None, None) => Resources::Own,
        (Kind::Trust, Some(named), _) | (Kind::Trust, None, Some(named)) => {
            return Err(named.refuse(Problem::ResourceInTrustPolicy));
        }
        (_, Some(these), None) => Resources::These(resource::read(&these, version)?),
        (_, None, Some(but)) => Resources::AllBut(resource::read(&but, version)?),
        (_, Some(_), Some(but)) => return Err(but.refuse(Problem::Excludes("Resource"))),
        (_, None, None) => return Err(statement.lacks("Resource")),
    };
    let conditions = found.condition.map(|one| condition::read(&one, version));
    Ok(Statement {
        sid: found.sid.map(|sid| read_sid(&sid, kind)).transpose()?,
        effect: read_effect(&effect)?,
        principals,
        actions,
        resources,
        conditions: conditions.transpose()?.unwrap_or_default(),
    })
}

fn read_principals(
    statement: &Element<'_>,
    kind: Kind,
    named: (Option<Element<'_>>, Option<Element<'_>>),
    accounts: Accounts,
) -> Result<Option<Principals>, PolicyError> {
    let read = |element: &Element<'_>| principal::read(element, accounts);
    match (kind, named.0, named.1) {
        (Kind::Identity, None, None) => Ok(None),
        (Kind::Identity, Some(named), _) | (Kind::Identity, None, Some(named)) => {
            Err(named.refuse(Problem::PrincipalInIdentityPolicy))
        }
        (_, Some(these), None) => Ok(Some(Principals::These(read(&these)?))),
        (_, None, Some(but)) => Ok(Some(Principals::AllBut(read(&but)?))),
        (_, Some(_), Some(but)) => Err(but.refuse(Problem::Excludes("Principal"))),
        (_, None, None) => Err(statement.lacks("Principal")),
    }
}

fn read_effect(element: &Element<'_>) -> Result<Effect, PolicyError> {
    match element.text()? {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        _ => Err(element.refuse(Problem::Expected("\"Allow\" or \"Deny\""))),
    }
}

fn read_sid(element: &Element<'_>, kind: Kind) -> Result<String, PolicyError> {
    let sid = element.text()?.to_owned();
    let plain = sid.bytes().all(|b| b.is_ascii_alphanumeric());
    match kind {
        Kind::Identity if !plain => Err(element.refuse(Problem::Sid(sid))),
        Kind::Identity | Kind::Resource | Kind::Trust => Ok(sid),
    }
}
