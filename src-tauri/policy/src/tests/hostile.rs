//! Texts made to exhaust whoever reads or compares them. The bounds are on work that is counted or on memory that
//! would not suffice, and generous ones on time: what they tell apart differs by orders of magnitude.

use std::time::{Duration, Instant};

use super::{SILENT, allow, decide, get};
use crate::{Context, Kind, Policy};

/// What is quick takes far less, and what is exponential or quadratic in a megabyte far more.
const QUICK: Duration = Duration::from_secs(20);

const MEBIBYTE: usize = 1 << 20;

fn quickly<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    let took = start.elapsed();
    assert!(took < QUICK, "it took {took:?}");
    done
}

#[test]
fn stars_do_not_multiply() {
    for pattern in ["*a".repeat(200), "a*".repeat(200), "*?".repeat(200)] {
        let policy = allow(&format!(
            r#""Action":"*","Resource":"arn:aws:s3:::box/{pattern}b""#
        ));
        let request = get(&"a".repeat(1_024), Context::new());
        assert_eq!(quickly(|| decide(&policy, &request)), SILENT);
        // The same where wildcards must not leave their segment.
        let policy = allow(&format!(
            r#""Action":"*","Resource":"arn:{pattern}b:s3:::box/x""#
        ));
        let mut request = get("x", Context::new());
        request.resource = format!("arn:{}:s3:::box/x", "a".repeat(1_024));
        assert_eq!(quickly(|| decide(&policy, &request)), SILENT);
    }
}

#[test]
fn a_mebibyte_is_read_in_time_whatever_it_is_made_of() {
    let many = |one: &str| vec![one; MEBIBYTE / (one.len() + 1)].join(",");
    let numbered = |prefix: &str, suffix: &str| {
        let one = |at| format!("\"{prefix}{at}\":{suffix}");
        (0..60_000).map(one).collect::<Vec<_>>().join(",")
    };
    let in_statement = |elements: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*","Resource":"*",{elements}}}}}"#
        )
    };
    let long_key = "k".repeat(900);
    for (json, valid) in [
        (
            in_statement(&format!(
                r#""Condition":{{"StringLike":{{"a:b":[{}]}}}}"#,
                many("\"*\"")
            )),
            true,
        ),
        (
            in_statement(&format!(
                r#""Condition":{{"StringLike":{{"a:{long_key}":[{}]}}}}"#,
                many("1")
            )),
            true,
        ),
        (
            in_statement(&format!(
                r#""Condition":{{"StringLike":{{{}}}}}"#,
                numbered("a:", "\"x\"")
            )),
            true,
        ),
        (in_statement(&numbered("x", "1")), false),
        (
            in_statement(&format!(r#""Sid":"{}""#, "x".repeat(MEBIBYTE))),
            true,
        ),
        (
            in_statement(&format!(r#""{}":1"#, "x".repeat(MEBIBYTE))),
            false,
        ),
        (format!(r#"{{"Statement":[{}]}}"#, many("{}")), false),
        (format!(r#"{{"Statement":[{}]}}"#, many("null")), false),
        ("[".repeat(MEBIBYTE), false),
        ("{\"Statement\":".repeat(MEBIBYTE / 13), false),
        ("9".repeat(MEBIBYTE), false),
        (format!("\"{}\"", "\\u00e9".repeat(MEBIBYTE / 6)), false),
        ("\u{0}".repeat(MEBIBYTE), false),
    ] {
        let told: String = json.chars().take(100).collect();
        let read = quickly(|| Policy::parse(&json, Kind::Identity));
        assert_eq!(read.is_ok(), valid, "{told}");
    }
}

#[test]
fn a_statement_of_a_mebibyte_is_compared_in_time() {
    let resource = format!("arn:aws:s3:::box/{}", "*a".repeat(MEBIBYTE / 2));
    let policy = allow(&format!(r#""Action":"*","Resource":"{resource}""#));
    let request = get(&"a".repeat(1_024), Context::new());
    assert_eq!(quickly(|| decide(&policy, &request)), SILENT);
    let variables = "${aws:username}".repeat(MEBIBYTE / 16);
    let policy = allow(&format!(
        r#""Action":"*","Resource":"arn:aws:s3:::box/{variables}""#
    ));
    let request = get("a", Context::new().with("aws:username", "a".repeat(64)));
    assert_eq!(quickly(|| decide(&policy, &request)), SILENT);
}

#[test]
fn no_text_makes_the_reader_panic() {
    let whole = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:*","Resource":"arn:aws:s3:::${aws:x, 'é'}","Condition":{"IpAddress":{"a:b":"::1/8"}}}}"#;
    for at in (0..=whole.len()).filter(|&at| whole.is_char_boundary(at)) {
        assert_eq!(
            Policy::parse(&whole[..at], Kind::Resource).is_ok(),
            at == whole.len()
        );
        for put in [
            "\"", "}", "]", ",", "{", "[", "0", "\\", "é", "$", "${", ":", "/",
        ] {
            let text = format!("{}{put}{}", &whole[..at], &whole[at..]);
            if let Ok(policy) = Policy::parse(&text, Kind::Resource) {
                policy.lint();
                decide(&policy, &get("é", Context::new().with("a:b", put)));
            }
        }
    }
}
