//! Which pages of other origins may reach a bucket.

use serde::{Deserialize, Serialize};
use stave_endpoint::cors::{CorsRefusal, Lab};
use stave_model::CorsRule;
use ts_rs::TS;

use super::keys::PolicyProblem;

/// A header, or anything else that has a name and a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HeaderView {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl HeaderView {
    /// Writes pairs out.
    pub fn all(pairs: Vec<(String, String)>) -> Vec<Self> {
        let view = |(name, value)| Self { name, value };
        pairs.into_iter().map(view).collect()
    }
}

/// A CORS rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CorsRuleView {
    /// Its name; empty where it has none.
    pub id: String,
    /// The origins that it lets in.
    pub origins: Vec<String>,
    /// The methods.
    pub methods: Vec<String>,
    /// The headers that a request may carry.
    pub headers: Vec<String>,
    /// The headers of the answer that a page may read.
    pub exposed: Vec<String>,
    /// Seconds for which a browser remembers the answer.
    pub max_age: Option<u32>,
}

impl From<&CorsRule> for CorsRuleView {
    fn from(rule: &CorsRule) -> Self {
        let methods = rule.methods.iter();
        Self {
            id: rule.id.clone().unwrap_or_default(),
            origins: rule.origins.clone(),
            methods: methods.map(|method| method.as_str().to_owned()).collect(),
            headers: rule.headers.clone(),
            exposed: rule.exposed.clone(),
            max_age: rule.max_age_secs,
        }
    }
}

/// The CORS rules of a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CorsView {
    /// The rules.
    pub rules: Vec<CorsRuleView>,
    /// As the aws command line has them; empty where there is none.
    pub json: String,
}

/// What a check of rules found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CorsCheck {
    /// Whether they can be set.
    pub valid: bool,
    /// What is wrong with them.
    pub problems: Vec<PolicyProblem>,
    /// The rules that could be read.
    pub rules: Vec<CorsRuleView>,
}

/// Rules that were made and not yet set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CorsDraft {
    /// As the aws command line has them.
    pub json: String,
}

/// What is asked of the lab.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct CorsQuestion {
    /// The bucket.
    pub bucket: String,
    /// A draft of the rules; `null` asks those that are set.
    pub json: Option<String>,
    /// The origin of the page.
    pub origin: String,
    /// The method of its request.
    pub method: String,
    /// The headers that it sets: names, or `name: value`.
    pub headers: Vec<String>,
    /// The key that it asks for.
    pub key: String,
}

/// What a browser is answered before it sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CorsPreflight {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<HeaderView>,
}

/// What a page's request itself is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CorsActual {
    /// The headers that the rules add.
    pub headers: Vec<HeaderView>,
}

/// A rule that does not let a request in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CorsMiss {
    /// The rule, from 0.
    pub rule: usize,
    /// Why.
    pub reason: String,
}

/// What the lab found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CorsVerdict {
    /// Whether the page may send its request and read the answer.
    pub allowed: bool,
    /// The rule that matches, from 0.
    pub rule: Option<usize>,
    /// What decides.
    pub sentence: String,
    /// What the browser's console would say; empty where it lets the page read.
    pub browser: String,
    /// The answer to what the browser asks beforehand.
    pub preflight: CorsPreflight,
    /// The answer to the request itself.
    pub actual: CorsActual,
    /// The same as a command.
    pub curl: String,
    /// Why rules do not match.
    pub misses: Vec<CorsMiss>,
}

impl From<Lab> for CorsVerdict {
    fn from(lab: Lab) -> Self {
        let misses = lab.misses.into_iter();
        Self {
            allowed: lab.allowed,
            rule: lab.rule,
            sentence: lab.sentence,
            browser: lab.browser,
            preflight: CorsPreflight {
                status: lab.preflight.status,
                headers: HeaderView::all(lab.preflight.headers),
            },
            actual: CorsActual {
                headers: HeaderView::all(lab.actual),
            },
            curl: lab.curl,
            misses: misses
                .map(|miss| CorsMiss {
                    rule: miss.rule,
                    reason: miss.reason,
                })
                .collect(),
        }
    }
}

/// A request of a browser that no rule let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "CorsRefusal")]
pub struct CorsRefusalView {
    /// When.
    pub at: i64,
    /// The bucket.
    pub bucket: String,
    /// The origin of the page.
    pub origin: String,
    /// The method.
    pub method: String,
    /// The headers that the browser asked for.
    pub headers: Vec<String>,
    /// The key.
    pub key: String,
    /// Why it was refused.
    pub sentence: String,
}

impl From<CorsRefusal> for CorsRefusalView {
    fn from(refusal: CorsRefusal) -> Self {
        Self {
            at: refusal.at.as_millis(),
            bucket: refusal.bucket.as_str().to_owned(),
            origin: refusal.origin,
            method: refusal.method.as_str().to_owned(),
            headers: refusal.headers,
            key: refusal.key,
            sentence: refusal.sentence,
        }
    }
}
