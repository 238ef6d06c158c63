//! Warnings for whoever writes a policy: it is valid, and likely not what was meant.

mod known;

use std::fmt;

use thiserror::Error;

use crate::action::{ActionPattern, Actions};
use crate::condition::{Test, Wanted};
use crate::pattern::{Token, covers};
use crate::policy::{Effect, Policy, Statement, Version};
use crate::principal::{Means, Named, Principals};
use crate::template::Template;

/// A warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where, `Statement[2].Action` say.
    pub path: String,
    /// What is odd about it.
    pub concern: Concern,
}

/// What is odd.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Concern {
    /// No service is known by this prefix.
    #[error("no service is known as {0:?}")]
    Service(String),
    /// No known action of the service is covered.
    #[error("{0:?} covers no known action")]
    Action(String),
    /// None of the statement's actions can be done to it.
    #[error("none of the actions of this statement can match {resource:?}{hint}")]
    Resource {
        /// The resource.
        resource: String,
        /// What was perhaps meant; begins with a semicolon, or is empty.
        hint: &'static str,
    },
    /// No service sets this key.
    #[error("no condition key {0:?} is known")]
    Key(String),
    /// A variable in the version of the language that has none.
    #[error("{0:?} is taken letter by letter; variables need \"Version\": \"2012-10-17\"")]
    VariableInOldVersion(String),
    /// A wildcard in an operator that has none.
    #[error("{0:?} is compared letter by letter; wildcards need StringLike or StringNotLike")]
    WildcardIsLiteral(String),
    /// A pattern of ARNs that none can match.
    #[error("{0:?} has not the six parts of an ARN and matches none")]
    NoArn(String),
    /// It holds for requests that do not have the key at all.
    #[error("this holds also for requests without {0}; add Null: false to exclude them")]
    HoldsWithoutKey(String),
    /// A principal who cannot ask here.
    #[error("{0:?} is nobody who can sign in here")]
    Nobody(String),
    /// It opens something to everyone.
    #[error("this allows everyone, also those who do not sign, and no condition binds it")]
    Public,
    /// `Allow` with `NotPrincipal`.
    #[error("this allows everyone but those who are named, also those who do not sign")]
    AllowsAllBut,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.concern)
    }
}

impl Policy {
    /// Returns what is odd about it, in the order of its text. None of it keeps it from being used.
    pub fn lint(&self) -> Vec<Warning> {
        let version = self.version();
        let numbered = self.statements.iter().enumerate();
        let found = numbered.flat_map(|(at, statement)| {
            let concerns = statement.concerns(version).into_iter();
            concerns.map(move |(element, concern)| Warning {
                path: match element {
                    "" => format!("Statement[{at}]"),
                    element => format!("Statement[{at}].{element}"),
                },
                concern,
            })
        });
        found.collect()
    }
}

type Found = Vec<(&'static str, Concern)>;

impl Statement {
    fn concerns(&self, version: Version) -> Found {
        let mut found = Vec::new();
        self.about_principals(&mut found);
        self.about_actions(&mut found);
        for resource in self.resources.templates() {
            about_variables(&resource.text, "Resource", version, &mut found);
            found.extend(self.about_resource(resource).map(|one| ("Resource", one)));
        }
        self.about_conditions(version, &mut found);
        found
    }

    fn about_principals(&self, found: &mut Found) {
        let Some(principals) = &self.principals else {
            return;
        };
        match (principals, self.effect) {
            (Principals::AllBut(_), Effect::Allow) => {
                found.push(("NotPrincipal", Concern::AllowsAllBut));
            }
            _ if self.is_public() => found.push(("", Concern::Public)),
            _ => {}
        }
        if let Named::Classes(classes) = principals.named() {
            let ids = classes.iter().flat_map(|(_, ids)| ids);
            let nobody = ids.filter(|id| id.means == Means::Nobody);
            found.extend(nobody.map(|id| ("Principal", Concern::Nobody(id.text.clone()))));
        }
    }

    fn about_actions(&self, found: &mut Found) {
        for action in self.actions.patterns() {
            let Some((service, _)) = action.text.split_once(':') else {
                continue;
            };
            let service = service.to_lowercase();
            let known = known::SERVICES.split_ascii_whitespace();
            let concern =
                match service.contains(['*', '?']) || known.clone().any(|one| one == service) {
                    false => Concern::Service(service),
                    true if covers_known(action, &service) => continue,
                    true => Concern::Action(action.text.clone()),
                };
            found.push(("Action", concern));
        }
    }

    /// Looks whether a resource of S3 can be one of the actions': most of all whether `/*` was forgotten.
    fn about_resource(&self, resource: &Template) -> Option<Concern> {
        let Actions::These(actions) = &self.actions else {
            return None;
        };
        let mut parts = resource.text.splitn(6, ':').skip(2);
        let service = parts.next()?;
        let of_service = |action: &ActionPattern| {
            let (own, _) = action.text.split_once(':').unwrap_or(("*", ""));
            own.contains(['*', '?']) || own.eq_ignore_ascii_case(service)
        };
        let concern = |hint| {
            let resource = resource.text.clone();
            Some(Concern::Resource { resource, hint })
        };
        let wild = service.contains(['*', '?', '$']);
        if !wild && !actions.iter().any(of_service) {
            return concern("");
        }
        let name = parts.nth(2)?;
        let any = |known: &str| actions.iter().any(|one| covers_one_of(one, "s3", known));
        let (objects, buckets, other) = (
            any(known::S3_OBJECT),
            any(known::S3_BUCKET),
            any(known::S3_OTHER),
        );
        if service != "s3" || other || objects == buckets || name.is_empty() {
            return None;
        }
        match (objects, name.contains('/'), name.contains(['*', '$'])) {
            (true, false, false) => concern("; objects are written as arn:aws:s3:::bucket/*"),
            (false, true, _) => concern("; a bucket is written as arn:aws:s3:::bucket"),
            _ => None,
        }
    }

    fn about_conditions(&self, version: Version, found: &mut Found) {
        for condition in &self.conditions {
            let operator = condition.operator;
            for key in &condition.keys {
                let mut say = |concern| found.push(("Condition", concern));
                if !known::is_key(&key.key) {
                    say(Concern::Key(key.key.clone()));
                }
                let vacuous = operator.quantifier == Some(crate::condition::Quantifier::All);
                if vacuous && self.effect == Effect::Allow && !self.wants_presence(&key.key) {
                    say(Concern::HoldsWithoutKey(key.key.clone()));
                }
                for wanted in &key.wanted {
                    let text = wanted.text();
                    let texts = matches!(operator.test, Test::Text | Test::TextIgnoringCase);
                    let arn = operator.test == Test::Arn && text != "*" && !text.contains("${");
                    if texts && text.replace("${*}", "").contains('*') {
                        say(Concern::WildcardIsLiteral(text.to_owned()));
                    }
                    if arn && text.matches(':').count() < 5 {
                        say(Concern::NoArn(text.to_owned()));
                    }
                }
                let variables = key.wanted.iter().map(Wanted::text);
                variables.for_each(|text| about_variables(text, "Condition", version, found));
            }
        }
    }

    /// Returns whether a `Null` of the statement wants a key to be there.
    fn wants_presence(&self, key: &str) -> bool {
        let nulls = self.conditions.iter();
        let nulls = nulls.filter(|one| one.operator.test == Test::Null);
        let mut same = nulls
            .flat_map(|one| &one.keys)
            .filter(|one| one.key.eq_ignore_ascii_case(key));
        same.any(|one| !one.wanted.iter().any(Wanted::wants_absence))
    }
}

fn about_variables(text: &str, element: &'static str, version: Version, found: &mut Found) {
    if version == Version::V2008 && text.contains("${") {
        let concern = Concern::VariableInOldVersion(text.to_owned());
        found.push((element, concern));
    }
}

/// Returns whether an action covers a known one of a service; those of other services are not known.
fn covers_known(action: &ActionPattern, service: &str) -> bool {
    let known = known::actions(service);
    known.is_empty()
        || known
            .iter()
            .any(|known| covers_one_of(action, service, known))
}

fn covers_one_of(action: &ActionPattern, service: &str, known: &str) -> bool {
    let all = action.lower == [Token::Any];
    let mut names = known.split_ascii_whitespace().map(str::to_lowercase);
    all || names.any(|name| covers(&action.lower, &format!("{service}:{name}")))
}
