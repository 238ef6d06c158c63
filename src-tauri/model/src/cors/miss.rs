//! Why a rule does not let a request in: the one part that differs, in words that name what was asked and what
//! the rule says. "No rule matches" alone has cost many an afternoon.

use std::cmp::Reverse;
use std::fmt;

use super::{CorsMethod, CorsRule, Preflight, matches, matches_header};

/// A rule that does not let a request in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The number of the rule, from 0.
    pub at: usize,
    /// Why it does not.
    pub reason: MissReason,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissReason {
    /// `http` is not `https`.
    Scheme {
        /// The origin's.
        asked: String,
        /// The rule's.
        named: String,
    },
    /// The hosts differ; `localhost` and `127.0.0.1` are two.
    Host {
        /// The origin's.
        asked: String,
        /// The rule's.
        named: String,
    },
    /// The ports differ.
    Port {
        /// The origin's; `None` where it has none.
        asked: Option<String>,
        /// The rule's.
        named: Option<String>,
    },
    /// The rule's origin ends with a slash, as no browser writes one.
    SlashOfRule {
        /// The rule's.
        named: String,
    },
    /// The origin asked about ends with a slash, as no browser writes one.
    SlashOfOrigin {
        /// The origin.
        asked: String,
    },
    /// The rule's origin has a path, as no browser writes one.
    Path {
        /// The rule's.
        named: String,
    },
    /// The rule's origin has no scheme.
    NoScheme {
        /// The rule's.
        named: String,
    },
    /// They differ in capitals alone; a browser writes none.
    Capitals {
        /// The rule's.
        named: String,
    },
    /// A pattern that does not stand for the origin.
    Pattern {
        /// The origin.
        asked: String,
        /// The rule's.
        named: String,
    },
    /// The origin is `null`: a file, or a sandboxed page.
    Null {
        /// The rule's.
        named: String,
    },
    /// More than one part of the origin differs.
    Origin {
        /// The origin.
        asked: String,
        /// The rule's nearest.
        named: String,
    },
    /// The rule names the origin and not the method.
    Method {
        /// What was asked.
        asked: CorsMethod,
        /// The rule's.
        named: Vec<CorsMethod>,
    },
    /// The rule names origin and method and not these headers.
    Headers {
        /// Those that it does not name.
        asked: Vec<String>,
        /// The rule's.
        named: Vec<String>,
    },
}

impl Miss {
    /// Returns why a rule does not let a request in; `None` where it does.
    pub(super) fn of(at: usize, rule: &CorsRule, asked: &Preflight<'_>) -> Option<Self> {
        let reason = origin_miss(&rule.origins, asked.origin)
            .or_else(|| method_miss(rule, asked.method))
            .or_else(|| headers_miss(rule, &asked.headers))?;
        Some(Self { at, reason })
    }

    /// Returns how far the rule came; more is nearer.
    pub fn nearness(&self) -> u8 {
        match &self.reason {
            MissReason::Origin { .. } | MissReason::Null { .. } => 0,
            MissReason::Pattern { .. } => 1,
            MissReason::Host { .. } => 2,
            MissReason::Scheme { .. } | MissReason::Port { .. } => 3,
            MissReason::SlashOfRule { .. }
            | MissReason::SlashOfOrigin { .. }
            | MissReason::Path { .. }
            | MissReason::NoScheme { .. }
            | MissReason::Capitals { .. } => 4,
            MissReason::Method { .. } => 5,
            MissReason::Headers { .. } => 6,
        }
    }

    /// Tells of an origin that no browser writes so, or of a pattern.
    fn tell_spelling(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = self.at + 1;
        match &self.reason {
            MissReason::SlashOfRule { named } => write!(
                f,
                "rule {rule} says {named} with a slash at its end, and browsers write origins without"
            ),
            MissReason::SlashOfOrigin { asked } => write!(
                f,
                "{asked} has a slash at its end, and browsers write origins without: rule {rule} \
                 would match then"
            ),
            MissReason::Path { named } => write!(
                f,
                "rule {rule} says {named} with a path, and browsers write origins without"
            ),
            MissReason::NoScheme { named } => write!(
                f,
                "rule {rule} says {named} without http:// or https:// before it"
            ),
            MissReason::Capitals { named } => write!(
                f,
                "rule {rule} says {named} in other capitals, and origins are compared exactly"
            ),
            MissReason::Pattern { asked, named } => write!(
                f,
                "rule {rule} says {named}, and {asked} is none of those that it stands for"
            ),
            MissReason::Null { named } => write!(
                f,
                "the origin is null, as of a file or a sandboxed page, and rule {rule} says {named}"
            ),
            _ => Ok(()),
        }
    }
}

/// Returns the nearest of misses, the first of those that are equally near.
pub(super) fn nearest(misses: &[Miss]) -> Option<&Miss> {
    misses.iter().min_by_key(|miss| Reverse(miss.nearness()))
}

fn origin_miss(patterns: &[String], origin: &str) -> Option<MissReason> {
    if patterns.iter().any(|pattern| matches(pattern, origin)) {
        return None;
    }
    let misses = patterns.iter().map(|pattern| Miss {
        at: 0,
        reason: one_origin_miss(pattern, origin),
    });
    nearest(&misses.collect::<Vec<_>>()).map(|miss| miss.reason.clone())
}

/// Says what differs between an origin and a pattern that does not stand for it.
fn one_origin_miss(pattern: &str, origin: &str) -> MissReason {
    let (asked, named) = (origin.to_owned(), pattern.to_owned());
    if origin == "null" {
        return MissReason::Null { named };
    }
    if pattern.eq_ignore_ascii_case(origin) {
        return MissReason::Capitals { named };
    }
    if pattern.strip_suffix('/') == Some(origin) {
        return MissReason::SlashOfRule { named };
    }
    if origin
        .strip_suffix('/')
        .is_some_and(|o| matches(pattern, o))
    {
        return MissReason::SlashOfOrigin { asked };
    }
    let Some(page) = Parts::of(origin) else {
        return MissReason::Origin { asked, named };
    };
    let Some(rule) = Parts::of(pattern) else {
        let is_bare = origin.split_once("://").map(|(_, rest)| rest) == Some(pattern);
        return if is_bare {
            MissReason::NoScheme { named }
        } else {
            MissReason::Origin { asked, named }
        };
    };
    if rule.path.is_some() && rule.without_path() == page.without_path() {
        return MissReason::Path { named };
    }
    page.miss(&rule, asked, named)
}

fn method_miss(rule: &CorsRule, asked: CorsMethod) -> Option<MissReason> {
    (!rule.methods.contains(&asked)).then(|| MissReason::Method {
        asked,
        named: rule.methods.clone(),
    })
}

fn headers_miss(rule: &CorsRule, headers: &[&str]) -> Option<MissReason> {
    let named = |header: &str| rule.headers.iter().any(|p| matches_header(p, header));
    let unnamed = headers.iter().filter(|header| !named(header));
    let asked: Vec<String> = unnamed.map(|header| (*header).to_owned()).collect();
    (!asked.is_empty()).then(|| MissReason::Headers {
        asked,
        named: rule.headers.clone(),
    })
}

/// The parts of an origin, or of a pattern of one.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'o> {
    scheme: &'o str,
    host: &'o str,
    port: Option<&'o str>,
    path: Option<&'o str>,
}

impl<'o> Parts<'o> {
    fn of(origin: &'o str) -> Option<Self> {
        let (scheme, rest) = origin.split_once("://")?;
        let (authority, path) = match rest.find('/') {
            Some(at) => (&rest[..at], Some(&rest[at..])),
            None => (rest, None),
        };
        let bracket = authority.rfind(']').unwrap_or(0);
        let (host, port) = match authority[bracket..].rfind(':') {
            Some(at) => (
                &authority[..bracket + at],
                Some(&authority[bracket + at + 1..]),
            ),
            None => (authority, None),
        };
        Some(Self {
            scheme,
            host,
            port,
            path,
        })
    }

    fn without_path(&self) -> (&str, &str, Option<&str>) {
        (self.scheme, self.host, self.port)
    }

    /// Says which part differs from those that a pattern names.
    fn miss(&self, rule: &Self, asked: String, named: String) -> MissReason {
        let scheme = matches(rule.scheme, self.scheme);
        let host = matches(rule.host, self.host);
        let port = match (rule.port, self.port) {
            (Some(pattern), Some(port)) => matches(pattern, port),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let owned = |text: &str| text.to_owned();
        match (scheme, host, port) {
            (false, true, true) => MissReason::Scheme {
                asked: owned(self.scheme),
                named: owned(rule.scheme),
            },
            (true, false, true) if !rule.host.contains('*') => MissReason::Host {
                asked: owned(self.host),
                named: owned(rule.host),
            },
            (true, true, false) => MissReason::Port {
                asked: self.port.map(owned),
                named: rule.port.map(owned),
            },
            _ if named.contains('*') => MissReason::Pattern { asked, named },
            _ => MissReason::Origin { asked, named },
        }
    }
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = self.at + 1;
        match &self.reason {
            MissReason::Scheme { asked, named } => {
                write!(
                    f,
                    "the origin's scheme is {asked}, rule {rule} says {named}"
                )
            }
            MissReason::Host { asked, named } => {
                write!(f, "the origin's host is {asked}, rule {rule} says {named}")
            }
            MissReason::Port { asked, named } => {
                let none = |port: &Option<String>| port.clone().unwrap_or("none".to_owned());
                let (asked, named) = (none(asked), none(named));
                write!(f, "the origin's port is {asked}, rule {rule} says {named}")
            }
            MissReason::SlashOfRule { .. }
            | MissReason::SlashOfOrigin { .. }
            | MissReason::Path { .. }
            | MissReason::NoScheme { .. }
            | MissReason::Capitals { .. }
            | MissReason::Pattern { .. }
            | MissReason::Null { .. } => self.tell_spelling(f),
            MissReason::Origin { asked, named } => {
                write!(f, "the origin is {asked}, rule {rule} says {named}")
            }
            MissReason::Method { asked, named } => {
                let named: Vec<&str> = named.iter().map(|method| method.as_str()).collect();
                let (asked, named) = (asked.as_str(), named.join(", "));
                write!(f, "the method is {asked}, rule {rule} allows {named}")
            }
            MissReason::Headers { asked, named } => {
                let word = if asked.len() == 1 {
                    "header"
                } else {
                    "headers"
                };
                let (asked, named) = (asked.join(", "), named.join(", "));
                let named = if named.is_empty() { "none" } else { &named };
                write!(
                    f,
                    "rule {rule} does not allow the {word} {asked}; it allows {named}"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cors::Cors;

    fn cors(origins: &[&str]) -> Cors {
        let rule = CorsRule {
            origins: origins.iter().map(|&o| o.to_owned()).collect(),
            methods: vec![CorsMethod::Get, CorsMethod::Put],
            headers: vec!["content-type".to_owned(), "x-amz-*".to_owned()],
            ..CorsRule::default()
        };
        Cors::new(vec![rule]).unwrap()
    }

    #[track_caller]
    fn says(origins: &[&str], asked: (&str, CorsMethod, &[&str]), expected: &str) {
        let (origin, method, headers) = asked;
        let cors = cors(origins);
        let asked = Preflight {
            origin,
            method,
            headers: headers.to_vec(),
        };
        let judgement = cors.judge(&asked);
        assert_eq!(judgement.allowed, None);
        assert_eq!(judgement.misses[0].to_string(), expected);
    }

    const VITE: &str = "http://localhost:5173";

    /// What a rule says, which origin asks, and what differs.
    const ORIGINS: [(&str, &str, &str); 15] = [
        (
            VITE,
            "http://localhost:5174",
            "the origin's port is 5174, rule 1 says 5173",
        ),
        (
            VITE,
            "http://localhost",
            "the origin's port is none, rule 1 says 5173",
        ),
        (
            VITE,
            "https://localhost:5173",
            "the origin's scheme is https, rule 1 says http",
        ),
        (
            VITE,
            "http://127.0.0.1:5173",
            "the origin's host is 127.0.0.1, rule 1 says localhost",
        ),
        (
            VITE,
            "https://app.example",
            "the origin is https://app.example, rule 1 says http://localhost:5173",
        ),
        (
            VITE,
            "null",
            "the origin is null, as of a file or a sandboxed page, and rule 1 says http://localhost:5173",
        ),
        (
            VITE,
            "http://localhost:5173/",
            "http://localhost:5173/ has a slash at its end, and browsers write origins without: rule 1 would match then",
        ),
        (
            "http://localhost:5173/",
            VITE,
            "rule 1 says http://localhost:5173/ with a slash at its end, and browsers write origins without",
        ),
        (
            "http://localhost:5173/app",
            VITE,
            "rule 1 says http://localhost:5173/app with a path, and browsers write origins without",
        ),
        (
            "localhost:5173",
            VITE,
            "rule 1 says localhost:5173 without http:// or https:// before it",
        ),
        (
            "http://LocalHost:5173",
            VITE,
            "rule 1 says http://LocalHost:5173 in other capitals, and origins are compared exactly",
        ),
        (
            "http://[::1]:5173",
            "http://[::1]:5174",
            "the origin's port is 5174, rule 1 says 5173",
        ),
        (
            "https://*.example",
            "https://example",
            "rule 1 says https://*.example, and https://example is none of those that it stands for",
        ),
        (
            "https://*.example",
            "http://a.example",
            "the origin's scheme is http, rule 1 says https",
        ),
        (
            "https://*.example:8443",
            "https://a.example:9443",
            "the origin's port is 9443, rule 1 says 8443",
        ),
    ];

    #[test]
    fn the_one_part_of_an_origin_that_differs_is_named() {
        for (named, asked, expected) in ORIGINS {
            says(&[named], (asked, CorsMethod::Get, &[]), expected);
        }
    }

    #[test]
    fn of_many_origins_the_nearest_is_compared() {
        let named = [
            "https://far.example",
            "http://localhost:5173",
            "http://b.example",
        ];
        let asked = ("http://localhost:5174", CorsMethod::Get, &[][..]);
        says(&named, asked, "the origin's port is 5174, rule 1 says 5173");
    }

    #[test]
    fn a_method_and_headers_that_are_not_allowed_are_named() {
        let named = ["http://a.example"];
        let asked = ("http://a.example", CorsMethod::Delete, &[][..]);
        says(
            &named,
            asked,
            "the method is DELETE, rule 1 allows GET, PUT",
        );
        let asked = (
            "http://a.example",
            CorsMethod::Put,
            &["X-Amz-Acl", "x-other"][..],
        );
        says(
            &named,
            asked,
            "rule 1 does not allow the header x-other; it allows content-type, x-amz-*",
        );
        let asked = ("http://a.example", CorsMethod::Put, &["a", "b"][..]);
        says(
            &named,
            asked,
            "rule 1 does not allow the headers a, b; it allows content-type, x-amz-*",
        );
    }

    #[test]
    fn the_nearest_of_all_rules_is_told_first() {
        let rule = |origin: &str, method| CorsRule {
            origins: vec![origin.to_owned()],
            methods: vec![method],
            ..CorsRule::default()
        };
        let cors = Cors::new(vec![
            rule("http://else.example", CorsMethod::Get),
            rule("http://a.example", CorsMethod::Get),
            rule("https://a.example", CorsMethod::Put),
        ]);
        let cors = cors.unwrap();
        let asked = Preflight {
            origin: "http://a.example",
            method: CorsMethod::Put,
            headers: vec![],
        };
        let judgement = cors.judge(&asked);
        assert_eq!(judgement.misses.len(), 3);
        let nearest = judgement.nearest().unwrap().to_string();
        assert_eq!(nearest, "the method is PUT, rule 2 allows GET");
    }
}
