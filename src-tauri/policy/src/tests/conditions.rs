//! Conditions: each operator by a table, then sets, absence and more than one.

use super::{ALLOWED, allow, decide, get};
use crate::Context;

/// Returns whether a condition on the key `a:b` holds for the values that a request has of it.
fn holds(operator: &str, wanted: &str, values: &[&str]) -> bool {
    let policy = allow(&format!(
        r#""Action":"*","Resource":"*","Condition":{{"{operator}":{{"a:b":{wanted}}}}}"#
    ));
    let mut context = Context::new().with("aws:username", "ana");
    for value in values {
        context.add("A:B", *value);
    }
    decide(&policy, &get("x", context)) == ALLOWED
}

pub(super) fn check(cases: &[(&str, &str, &[&str], bool)]) {
    for (operator, wanted, values, expected) in cases {
        let told = format!("{operator} {wanted} {values:?}");
        assert_eq!(holds(operator, wanted, values), *expected, "{told}");
    }
}

#[test]
fn texts() {
    check(&[
        ("StringEquals", r#""x""#, &["x"], true),
        ("StringEquals", r#""x""#, &["X"], false),
        ("StringEquals", r#""x*""#, &["xy"], false),
        ("StringEquals", r#""x*""#, &["x*"], true),
        ("StringEquals", r#"["x","y"]"#, &["y"], true),
        ("StringEquals", r#""${aws:username}""#, &["ana"], true),
        ("StringEquals", r#""${aws:none}""#, &["ana"], false),
        ("StringEquals", "[]", &["x"], false),
        ("stringequals", r#""x""#, &["x"], true),
        ("StringEquals", "7", &["7"], true),
        ("StringNotEquals", r#""x""#, &["x"], false),
        ("StringNotEquals", r#""x""#, &["y"], true),
        ("StringNotEquals", r#"["x","y"]"#, &["y"], false),
        ("StringNotEquals", r#"["x","y"]"#, &["z"], true),
        ("StringEqualsIgnoreCase", r#""Straße""#, &["sTRAßE"], true),
        (
            "StringEqualsIgnoreCase",
            r#""${aws:username}s""#,
            &["ANAS"],
            true,
        ),
        ("StringNotEqualsIgnoreCase", r#""X""#, &["x"], false),
        ("StringLike", r#""a*c?""#, &["abbcd"], true),
        ("StringLike", r#""a*c?""#, &["abbc"], false),
        ("StringLike", r#""A*""#, &["ab"], false),
        ("StringLike", r#""a${*}""#, &["ab"], false),
        ("StringLike", r#""${aws:username}/*""#, &["ana/x"], true),
        ("StringLike", r#""""#, &[""], true),
        ("StringNotLike", r#""a*""#, &["ab"], false),
        ("StringNotLike", r#""a*""#, &["ba"], true),
    ]);
}

#[test]
fn numbers() {
    check(&[
        ("NumericEquals", r#""10""#, &["10"], true),
        ("NumericEquals", "10", &["1e1"], true),
        ("NumericEquals", r#""10""#, &["10.0"], true),
        ("NumericEquals", r#""10""#, &["ten"], false),
        ("NumericNotEquals", r#""10""#, &["10"], false),
        ("NumericNotEquals", r#""10""#, &["11"], true),
        ("NumericLessThan", r#""10""#, &["9"], true),
        ("NumericLessThan", r#""10""#, &["10"], false),
        ("NumericLessThan", r#""-1.5""#, &["-2"], true),
        ("NumericLessThanEquals", r#""10""#, &["10"], true),
        ("NumericLessThanEquals", r#""10""#, &["10.5"], false),
        ("NumericGreaterThan", r#""10""#, &["10"], false),
        ("NumericGreaterThan", r#""10""#, &["100"], true),
        ("NumericGreaterThanEquals", r#""10""#, &["10"], true),
        ("NumericGreaterThanEquals", r#""10""#, &["NaN"], false),
        ("NumericGreaterThanEquals", r#""10""#, &["inf"], false),
    ]);
}

#[test]
fn dates() {
    check(&[
        (
            "DateEquals",
            r#""2026-01-31T12:00:00Z""#,
            &["2026-01-31T13:00:00+01:00"],
            true,
        ),
        (
            "DateEquals",
            r#""2026-01-31T12:00Z""#,
            &["1769860800"],
            true,
        ),
        (
            "DateEquals",
            r#""2026-01-31""#,
            &["2026-01-31T00:00:00.000Z"],
            true,
        ),
        ("DateEquals", r#""2026""#, &["2026-01-01T00:00:00Z"], true),
        (
            "DateEquals",
            r#""2026-02""#,
            &["2026-02-01T00:00:00Z"],
            true,
        ),
        ("DateEquals", "1769860800", &["2026-01-31T12:00:00Z"], true),
    ]);
}

#[test]
fn dates_in_order() {
    check(&[
        (
            "DateNotEquals",
            r#""2026-01-31""#,
            &["2026-01-31T00:00:00Z"],
            false,
        ),
        (
            "DateLessThan",
            r#""2026-01-31""#,
            &["2026-01-30T23:59:59Z"],
            true,
        ),
        (
            "DateLessThan",
            r#""2026-01-31""#,
            &["2026-01-31T00:00:00Z"],
            false,
        ),
        (
            "DateLessThanEquals",
            r#""2026-01-31""#,
            &["2026-01-31T00:00:00Z"],
            true,
        ),
        (
            "DateGreaterThan",
            r#""2026-01-31""#,
            &["2026-01-31T00:00:01Z"],
            true,
        ),
        ("DateGreaterThan", r#""2026-01-31""#, &["tomorrow"], false),
        (
            "DateGreaterThanEquals",
            r#""2026-01-31""#,
            &["2026-01-31T00:00:00Z"],
            true,
        ),
    ]);
}

#[test]
fn truth_and_bytes() {
    check(&[
        ("Bool", r#""true""#, &["true"], true),
        ("Bool", "true", &["True"], true),
        ("Bool", r#""false""#, &["true"], false),
        ("Bool", r#""false""#, &[], false),
        ("Bool", r#""${aws:none, 'true'}""#, &["true"], true),
        ("BinaryEquals", r#""QmlCaTY=""#, &["QmlCaTY="], true),
        ("BinaryEquals", r#""QmlCaTY=""#, &["QmlCaTY"], false),
        ("BinaryEquals", r#""QmlCaTY=""#, &["BiBi6"], false),
    ]);
}

#[test]
fn addresses() {
    check(&[
        ("IpAddress", r#""203.0.113.0/24""#, &["203.0.113.255"], true),
        ("IpAddress", r#""203.0.113.0/24""#, &["203.0.114.0"], false),
        ("IpAddress", r#""203.0.113.77/24""#, &["203.0.113.1"], true),
        ("IpAddress", r#""203.0.113.5""#, &["203.0.113.5"], true),
        ("IpAddress", r#""203.0.113.5""#, &["203.0.113.6"], false),
        ("IpAddress", r#""0.0.0.0/0""#, &["127.0.0.1"], true),
        ("IpAddress", r#""0.0.0.0/0""#, &["::1"], false),
        ("IpAddress", r#""::/0""#, &["127.0.0.1"], false),
        ("IpAddress", r#""127.0.0.1/8""#, &["::ffff:127.0.0.9"], true),
        (
            "IpAddress",
            r#""2001:db8::/33""#,
            &["2001:db8:7fff::1"],
            true,
        ),
        (
            "IpAddress",
            r#""2001:db8::/33""#,
            &["2001:db8:8000::1"],
            false,
        ),
        ("IpAddress", r#""2001:DB8::1""#, &["2001:db8:0::1"], true),
        ("IpAddress", r#"["10.0.0.0/8","::1"]"#, &["::1"], true),
        ("IpAddress", r#""10.0.0.0/8""#, &["home"], false),
        ("NotIpAddress", r#""10.0.0.0/8""#, &["10.1.2.3"], false),
        ("NotIpAddress", r#""10.0.0.0/8""#, &["11.1.2.3"], true),
    ]);
}

#[test]
fn arns() {
    let topic = "arn:aws:sns:us-east-1:123456789012:topic:x";
    for (operator, wanted, expected) in [
        (
            "ArnEquals",
            r#""arn:aws:sns:us-east-1:123456789012:topic:x""#,
            true,
        ),
        ("ArnLike", r#""arn:aws:sns:*:123456789012:topic*""#, true),
        ("ArnEquals", r#""arn:aws:sns:*:*:*""#, true),
        ("ArnLike", r#""arn:aws:sns:*:topic:x""#, false),
        ("ArnLike", r#""arn:aws:*""#, false),
        ("ArnLike", r#""*""#, true),
        (
            "ArnLike",
            r#""arn:aws:s?s:us-east-1:123456789012:topic:?""#,
            true,
        ),
        ("ArnNotEquals", r#""arn:aws:sns:*:*:*""#, false),
        ("ArnNotLike", r#""arn:aws:sqs:*:*:*""#, true),
    ] {
        assert_eq!(
            holds(operator, wanted, &[topic]),
            expected,
            "{operator} {wanted}"
        );
    }
    assert!(!holds("ArnLike", r#""*:*:*:*:*:*""#, &["no-arn"]));
}

#[test]
fn all_of_several_conditions() {
    let policy = allow(
        r#""Action":"*","Resource":"*","Condition":{
            "StringEquals":{"a:b":"1","c:d":"2"},"IpAddress":{"aws:SourceIp":"::1"}}"#,
    );
    let full = |ip: &str| {
        Context::new()
            .with("a:b", "1")
            .with("C:D", "2")
            .with("aws:sourceIP", ip)
    };
    assert_eq!(decide(&policy, &get("x", full("::1"))), ALLOWED);
    assert_ne!(decide(&policy, &get("x", full("::2"))), ALLOWED);
    let half = Context::new().with("a:b", "1").with("aws:SourceIp", "::1");
    assert_ne!(decide(&policy, &get("x", half)), ALLOWED);
}
