//! The redirects of a web site.

use hyper::header::HOST;
use hyper::{Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::Body;
use stave_model::RoutingRule;

use super::{Wanted, to};

/// The protocol of this endpoint.
const OWN_PROTOCOL: &str = "http";

/// What a path leaves as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Returns the path of a key.
pub(super) fn path_of(key: &str) -> String {
    format!("/{}", utf8_percent_encode(key, PATH))
}

/// Sends to the same key on another host.
pub(super) fn everything_elsewhere(
    host: &str,
    protocol: Option<&str>,
    key: &str,
) -> Response<Body> {
    let protocol = protocol.unwrap_or(OWN_PROTOCOL);
    let place = format!("{protocol}://{host}{}", path_of(key));
    to(StatusCode::MOVED_PERMANENTLY, &place)
}

/// Returns where the first rule sends that holds; `error` is the status that there would be otherwise.
pub(super) fn rule_for(
    rules: &[RoutingRule],
    wanted: &Wanted<'_>,
    error: Option<u16>,
) -> Option<Response<Body>> {
    let rule = rules.iter().find(|rule| holds(rule, &wanted.key, error))?;
    let host = wanted.head.headers.get(HOST).and_then(|h| h.to_str().ok());
    let place = place_of(rule, host.unwrap_or_default(), &wanted.key);
    let status = rule
        .status
        .and_then(|status| StatusCode::from_u16(status).ok());
    Some(to(status.unwrap_or(StatusCode::MOVED_PERMANENTLY), &place))
}

fn holds(rule: &RoutingRule, key: &str, error: Option<u16>) -> bool {
    let prefix = rule.if_key_prefix.as_deref().unwrap_or_default();
    rule.if_error == error && key.starts_with(prefix)
}

fn place_of(rule: &RoutingRule, own_host: &str, key: &str) -> String {
    let host = rule.host.as_deref().unwrap_or(own_host);
    let protocol = rule.protocol.as_deref().unwrap_or(OWN_PROTOCOL);
    let prefix = rule.if_key_prefix.as_deref().unwrap_or_default();
    let key = match (&rule.replace_key, &rule.replace_key_prefix) {
        (Some(other), _) => other.clone(),
        (None, Some(other)) => format!("{other}{}", key.strip_prefix(prefix).unwrap_or(key)),
        (None, None) => key.to_owned(),
    };
    format!("{protocol}://{host}{}", path_of(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(change: impl FnOnce(&mut RoutingRule)) -> RoutingRule {
        let mut rule = RoutingRule::default();
        change(&mut rule);
        rule
    }

    #[test]
    fn a_rule_holds_for_its_keys_and_its_error() {
        let docs = rule(|r| r.if_key_prefix = Some("docs/".to_owned()));
        assert!(holds(&docs, "docs/a", None));
        assert!(!holds(&docs, "doc", None));
        assert!(!holds(&docs, "docs/a", Some(404)));
        let missing = rule(|r| r.if_error = Some(404));
        assert!(holds(&missing, "a", Some(404)));
        assert!(!holds(&missing, "a", Some(403)));
        assert!(!holds(&missing, "a", None));
        assert!(holds(&rule(|_| {}), "a", None));
    }

    #[test]
    fn a_rule_changes_what_it_says_and_keeps_the_rest() {
        let docs = |change: fn(&mut RoutingRule)| {
            let mut rule = rule(|r| r.if_key_prefix = Some("docs/".to_owned()));
            change(&mut rule);
            place_of(&rule, "own.localhost:9000", "docs/a b")
        };
        let own = "http://own.localhost:9000";
        assert_eq!(docs(|_| {}), format!("{own}/docs/a%20b"));
        let prefix = docs(|r| r.replace_key_prefix = Some("new/".to_owned()));
        assert_eq!(prefix, format!("{own}/new/a%20b"));
        let empty = docs(|r| r.replace_key_prefix = Some(String::new()));
        assert_eq!(empty, format!("{own}/a%20b"));
        let key = docs(|r| r.replace_key = Some("gone.html".to_owned()));
        assert_eq!(key, format!("{own}/gone.html"));
        let host = docs(|r| {
            r.host = Some("example.com".to_owned());
            r.protocol = Some("https".to_owned());
        });
        assert_eq!(host, "https://example.com/docs/a%20b");
    }
}
