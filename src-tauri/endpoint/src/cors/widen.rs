//! The least change of rules that lets in what none of them did: no other origin gains anything by it.

use stave_model::{Cors, CorsError, CorsMethod, CorsRule, Preflight};
use thiserror::Error;

/// What no rule let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused<'r> {
    /// The origin of the page.
    pub origin: &'r str,
    /// The method.
    pub method: CorsMethod,
    /// The headers that the browser asked for.
    pub headers: &'r [String],
}

/// Why rules are not widened.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum WidenError {
    /// `null` is the origin of every sandboxed page: a rule for it would let all of them in.
    #[error(
        "the origin null is that of every sandboxed page and every file; write such a rule by hand"
    )]
    Null,
    /// A `*` would let in more than was refused.
    #[error("{0:?} would be a pattern in a rule")]
    Pattern(String),
    /// The rules would be none.
    #[error(transparent)]
    Rules(#[from] CorsError),
}

/// Returns rules that let in what was refused, and of other origins nothing that they did not before. A rule that
/// is for this origin alone gains the method or the headers; else there is one more rule.
pub fn widen(cors: Option<&Cors>, refused: &Refused<'_>) -> Result<Cors, WidenError> {
    if refused.origin == "null" {
        return Err(WidenError::Null);
    }
    let mut texts = refused.headers.iter().map(String::as_str);
    let pattern = texts.find(|name| name.contains('*'));
    let pattern = pattern.or(Some(refused.origin).filter(|origin| origin.contains('*')));
    if let Some(pattern) = pattern {
        return Err(WidenError::Pattern(pattern.to_owned()));
    }
    let asked = Preflight {
        origin: refused.origin,
        method: refused.method,
        headers: refused.headers.iter().map(String::as_str).collect(),
    };
    if let Some(cors) = cors.filter(|cors| cors.preflight(&asked).is_ok()) {
        return Ok(cors.clone());
    }
    let mut rules = cors.map(|cors| cors.rules().to_vec()).unwrap_or_default();
    if !rules.iter_mut().any(|rule| take_up(rule, refused)) {
        rules.push(CorsRule {
            origins: vec![refused.origin.to_owned()],
            methods: vec![refused.method],
            headers: refused.headers.to_vec(),
            ..CorsRule::default()
        });
    }
    Ok(Cors::new(rules)?)
}

/// Widens a rule that is for this origin alone and differs in the method or in the headers, not in both.
fn take_up(rule: &mut CorsRule, refused: &Refused<'_>) -> bool {
    if rule.origins != [refused.origin] {
        return false;
    }
    if rule.methods == [refused.method] {
        let missing: Vec<String> = refused.headers.to_vec();
        let named =
            |rule: &CorsRule, name: &str| rule.headers.iter().any(|n| n.eq_ignore_ascii_case(name));
        for name in missing {
            if !named(rule, &name) {
                rule.headers.push(name);
            }
        }
        return true;
    }
    let lower = |names: &[String]| {
        let mut names: Vec<String> = names.iter().map(|n| n.to_ascii_lowercase()).collect();
        names.sort();
        names
    };
    let same_headers = lower(&rule.headers) == lower(refused.headers);
    if same_headers {
        rule.methods.push(refused.method);
    }
    same_headers
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "http://localhost:5173";
    const ORIGINS: [&str; 4] = [APP, "http://localhost:5174", "https://a.example", "null"];
    const HEADERS: [&str; 3] = ["content-type", "x-amz-acl", "authorization"];

    fn rule(origins: &[&str], methods: &[CorsMethod], headers: &[&str]) -> CorsRule {
        CorsRule {
            origins: origins.iter().map(|&o| o.to_owned()).collect(),
            methods: methods.to_vec(),
            headers: headers.iter().map(|&h| h.to_owned()).collect(),
            exposed: vec!["ETag".to_owned()],
            ..CorsRule::default()
        }
    }

    fn allows(cors: Option<&Cors>, origin: &str, method: CorsMethod, headers: &[&str]) -> bool {
        let asked = Preflight {
            origin,
            method,
            headers: headers.to_vec(),
        };
        cors.is_some_and(|cors| cors.preflight(&asked).is_ok())
    }

    /// Widens, and looks at every origin, method and set of headers: what is new is of that origin and that
    /// method, with headers of the rule or of what was refused.
    #[track_caller]
    fn lets_in_exactly(before: Option<&Cors>, method: CorsMethod, headers: &[&str]) -> Cors {
        let owned: Vec<String> = headers.iter().map(|&h| h.to_owned()).collect();
        let refused = Refused {
            origin: APP,
            method,
            headers: &owned,
        };
        assert!(!allows(before, APP, method, headers), "it was refused");
        let after = widen(before, &refused).unwrap();
        assert!(allows(Some(&after), APP, method, headers), "it is let in");
        for origin in ORIGINS {
            for one in CorsMethod::ALL {
                for set in 0..8_usize {
                    let names: Vec<&str> = (0..3)
                        .filter(|i| set >> i & 1 == 1)
                        .map(|i| HEADERS[i])
                        .collect();
                    let new = allows(Some(&after), origin, one, &names)
                        && !allows(before, origin, one, &names);
                    let is_it = origin == APP && one == method;
                    assert!(!new || is_it, "{origin} {one:?} {names:?} came in as well");
                }
            }
        }
        after
    }

    #[test]
    fn without_rules_there_is_one_for_it_alone() {
        let after = lets_in_exactly(None, CorsMethod::Put, &["content-type"]);
        let mut expected = rule(&[APP], &[CorsMethod::Put], &["content-type"]);
        expected.exposed.clear();
        assert_eq!(after.rules(), [expected]);
    }

    #[test]
    fn a_rule_for_this_origin_alone_gains_a_header_or_a_method() {
        let put = rule(&[APP], &[CorsMethod::Put], &["content-type"]);
        let before = Cors::new(vec![put]).unwrap();
        let after = lets_in_exactly(Some(&before), CorsMethod::Put, &["x-amz-acl"]);
        assert_eq!(after.rules().len(), 1);
        assert_eq!(after.rules()[0].headers, ["content-type", "x-amz-acl"]);
        let after = lets_in_exactly(Some(&before), CorsMethod::Delete, &["Content-Type"]);
        assert_eq!(after.rules().len(), 1);
        assert_eq!(
            after.rules()[0].methods,
            [CorsMethod::Put, CorsMethod::Delete]
        );
    }

    #[test]
    fn a_rule_that_is_for_others_too_is_left_alone() {
        for before in [
            rule(&[APP, "https://a.example"], &[CorsMethod::Get], &[]),
            rule(&["*"], &[CorsMethod::Get], &["*"]),
            rule(&["http://localhost:*"], &[CorsMethod::Put], &[]),
            rule(
                &[APP],
                &[CorsMethod::Get, CorsMethod::Head],
                &["authorization"],
            ),
        ] {
            let before = Cors::new(vec![before]).unwrap();
            let after = lets_in_exactly(Some(&before), CorsMethod::Put, &["content-type"]);
            assert_eq!(after.rules().len(), 2);
            assert_eq!(after.rules()[0], before.rules()[0]);
        }
    }

    #[test]
    fn what_is_let_in_already_changes_nothing() {
        let before = Cors::new(vec![rule(&["*"], &[CorsMethod::Get], &["*"])]).unwrap();
        let refused = Refused {
            origin: APP,
            method: CorsMethod::Get,
            headers: &["range".to_owned()],
        };
        assert_eq!(widen(Some(&before), &refused), Ok(before));
    }

    #[test]
    fn nothing_becomes_a_pattern_and_not_every_sandboxed_page_comes_in() {
        let of = |origin, headers: &[String]| {
            let method = CorsMethod::Put;
            widen(
                None,
                &Refused {
                    origin,
                    method,
                    headers,
                },
            )
        };
        assert_eq!(of("null", &[]), Err(WidenError::Null));
        let pattern = |text: &str| Err(WidenError::Pattern(text.to_owned()));
        assert_eq!(of("*", &[]), pattern("*"));
        assert_eq!(of(APP, &["x-*".to_owned()]), pattern("x-*"));
        let full = Cors::new(vec![rule(&["*"], &[CorsMethod::Get], &[]); 100]).unwrap();
        let put = Refused {
            origin: APP,
            method: CorsMethod::Put,
            headers: &[],
        };
        assert_eq!(
            widen(Some(&full), &put),
            Err(WidenError::Rules(CorsError::Count))
        );
    }
}
