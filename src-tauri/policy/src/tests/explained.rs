//! Why something was decided, for people.

use super::{allow, ana, get, of_resource};
use crate::{Context, Effect, Explained, Miss, Principal, Request, Verdict, explain};

#[test]
fn each_statement_tells_what_of_it_does_not_match() {
    let policy = of_resource(
        r#"{"Version":"2012-10-17","Statement":[
            {"Sid":"Team","Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"s3:Put*","Resource":"arn:aws:s3:::box/a"},
            {"Effect":"Deny","Principal":{"Service":"x.y"},"Action":"*","Resource":"*",
             "Condition":{"Bool":{"aws:SecureTransport":"false"},"ForAnyValue:StringLike":{"a:b":["x*"]}}}]}"#,
    );
    let context = Context::new()
        .with("aws:SecureTransport", "true")
        .with("a:b", "1")
        .with("a:b", "2");
    let explanation = explain(&[&policy], &get("b", context));
    assert_eq!(explanation.verdict, Verdict::Silent);
    let first = Explained {
        policy: 0,
        statement: 0,
        sid: Some("Team".to_owned()),
        effect: Effect::Allow,
        for_account: true,
        misses: vec![Miss::Action, Miss::Resource],
    };
    let condition = |operator: &str, key: &str, found: &[&str]| Miss::Condition {
        operator: operator.to_owned(),
        key: key.to_owned(),
        found: found.iter().map(|&one| one.to_owned()).collect(),
    };
    let second = Explained {
        policy: 0,
        statement: 1,
        sid: None,
        effect: Effect::Deny,
        for_account: false,
        misses: vec![
            Miss::Principal,
            condition("Bool", "aws:SecureTransport", &["true"]),
            condition("ForAnyValue:StringLike", "a:b", &["1", "2"]),
        ],
    };
    assert_eq!(explanation.statements, [first, second]);
}

#[test]
fn one_line_tells_what_decided() {
    let told = |json: &str, principal: &Principal| {
        let policy = of_resource(json);
        let context = Context::new().with("aws:SourceIp", "10.0.0.1");
        let request = Request::new(
            principal.clone(),
            "kms:Decrypt",
            "arn:aws:kms:::key/1",
            context,
        );
        explain(&[&policy], &request).to_string()
    };
    let one = |elements: &str| format!(r#"{{"Statement":[{{{elements},"Action":"kms:*"}}]}}"#);
    let root = r#""Sid":"Root","Effect":"Allow","Principal":{"AWS":"000000000000"},"Resource":"*""#;
    for (json, expected) in [
        (
            one(root),
            "Statement[0] (\"Root\") allows it to the account, not to this user",
        ),
        (
            one(r#""Effect":"Allow","Principal":"*","Resource":"*""#),
            "Statement[0] allows it",
        ),
        (
            one(r#""Effect":"Deny","Principal":"*","Resource":"*""#),
            "Statement[0] denies it",
        ),
        (
            one(r#""Effect":"Deny","Principal":"*","Resource":"arn:x:*""#),
            "no statement allows it",
        ),
        (
            one(
                r#""Effect":"Allow","Principal":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"::1"}}"#,
            ),
            "no statement allows it; the nearest, Statement[0], wants IpAddress of aws:SourceIp, which is \"10.0.0.1\"",
        ),
        (
            one(
                r#""Effect":"Allow","Principal":{"AWS":"111111111111"},"Resource":"*","Condition":{"Null":{"a:b":"false"}}"#,
            ),
            "no statement allows it; the nearest, Statement[0], means other principals, \
             and wants Null a:b, which the request does not have",
        ),
    ] {
        assert_eq!(told(&json, &ana()), expected);
    }
}

#[test]
fn an_explanation_decides_as_the_evaluation_does() {
    let first = allow(r#""Action":"s3:List*","Resource":"*""#);
    let second = allow(r#""Action":"s3:Get*","Resource":"*""#);
    let explanation = explain(&[&first, &second], &get("a", Context::new()));
    let allowed = Verdict::Allowed {
        policy: 1,
        statement: 0,
    };
    assert_eq!(explanation.verdict, allowed);
}
