use super::{allow, ana, of_resource};
use crate::{
    Accounts, By, Combined, Context, Decision, Kind, Policy, Request, Rule, Source, decide,
    explain_decision,
};

const NOBODYS: &str = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"000000000000"},
    "Action":"s3:*","Resource":"*"}}"#;
const ANAS: &str = r#"{"Statement":{"Effect":"Allow",
    "Principal":{"AWS":"arn:aws:iam::000000000000:user/ana"},"Action":"s3:*","Resource":"*"}}"#;
const NO: &str =
    r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#;

fn reading() -> Request {
    Request::new(ana(), "s3:GetObject", "arn:aws:s3:::box/a", Context::new())
}

fn own() -> Policy {
    allow(r#""Action":"s3:*","Resource":"*""#)
}

fn other() -> Policy {
    allow(r#""Action":"s3:PutObject","Resource":"*""#)
}

fn deny() -> Policy {
    let json = r#"{"Statement":{"Effect":"Deny","Action":"s3:Get*","Resource":"*"}}"#;
    Policy::parse(json, Kind::Identity).unwrap()
}

fn by(source: Source) -> By {
    By {
        source,
        statement: 0,
    }
}

const IDENTITY: Source = Source::Identity { policy: 0 };

#[track_caller]
fn check(
    identity: &[&Policy],
    session: Option<&Policy>,
    resource: Option<&str>,
    rule: Rule,
    expected: Decision,
) {
    let resource = resource.map(of_resource);
    let combined = Combined {
        identity,
        session,
        resource: resource.as_ref(),
        rule,
    };
    assert_eq!(decide(&combined, &reading()), expected);
    assert_eq!(explain_decision(&combined, &reading()).decision, expected);
}

#[test]
fn one_of_both_is_enough_for_a_bucket() {
    let (own, other) = (own(), other());
    let either = Rule::Either;
    check(&[], None, None, either, Decision::Silent);
    check(&[&own], None, None, either, Decision::Allowed(by(IDENTITY)));
    check(&[&other], None, None, either, Decision::Silent);
    let resource = Decision::Allowed(by(Source::Resource));
    check(&[], None, Some(ANAS), either, resource);
    check(&[&other], None, Some(ANAS), either, resource);
    // The account alone is not each of its users.
    check(&[], None, Some(NOBODYS), either, Decision::Silent);
}

#[test]
fn what_denies_wins_wherever_it_stands() {
    let (own, deny) = (own(), deny());
    let second = Source::Identity { policy: 1 };
    let either = Rule::Either;
    check(
        &[&own, &deny],
        None,
        Some(ANAS),
        either,
        Decision::Denied(by(second)),
    );
    check(
        &[&own],
        Some(&deny),
        None,
        either,
        Decision::Denied(by(Source::Session)),
    );
    check(
        &[&own],
        Some(&own),
        Some(NO),
        either,
        Decision::Denied(by(Source::Resource)),
    );
    // Of two that deny, the one that nobody can mend at the bucket is named.
    check(
        &[&deny],
        None,
        Some(NO),
        either,
        Decision::Denied(by(IDENTITY)),
    );
}

#[test]
fn a_session_does_nothing_beyond_its_policy() {
    let (own, other) = (own(), other());
    let either = Rule::Either;
    check(
        &[&own],
        Some(&other),
        Some(ANAS),
        either,
        Decision::OutOfBounds,
    );
    check(
        &[&own],
        Some(&own),
        None,
        either,
        Decision::Allowed(by(IDENTITY)),
    );
    // Bounds give nothing by themselves.
    check(&[], Some(&own), None, either, Decision::Silent);
}

#[test]
fn a_key_or_a_role_has_to_name_the_account_at_least() {
    let own = own();
    let first = Rule::ResourceFirst;
    check(&[&own], None, None, first, Decision::Silent);
    check(
        &[&own],
        None,
        Some(NOBODYS),
        first,
        Decision::Allowed(by(IDENTITY)),
    );
    check(&[], None, Some(NOBODYS), first, Decision::Silent);
    check(
        &[],
        None,
        Some(ANAS),
        first,
        Decision::Allowed(by(Source::Resource)),
    );
}

#[test]
fn the_nearest_statement_is_told_with_its_policy() {
    let (other, far) = (
        other(),
        allow(r#""Action":"kms:*","Resource":"arn:aws:kms:*""#),
    );
    let combined = Combined {
        identity: &[&far, &other],
        session: None,
        resource: None,
        rule: Rule::Either,
    };
    let reasons = explain_decision(&combined, &reading());
    let (source, nearest) = reasons.nearest().unwrap();
    assert_eq!(source, Source::Identity { policy: 1 });
    assert_eq!(nearest.misses.len(), 1);
}

#[test]
fn trust_names_principals_and_no_resource() {
    let json = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Principal":{"AWS":"arn:aws:iam::000000000000:user/ana"},"Action":"sts:AssumeRole"}]}"#;
    let trust = Policy::parse(json, Kind::Trust).unwrap();
    let combined = Combined {
        identity: &[],
        session: None,
        resource: Some(&trust),
        rule: Rule::ResourceFirst,
    };
    let role = "arn:aws:iam::000000000000:role/reader";
    let request = Request::new(ana(), "sts:AssumeRole", role, Context::new());
    let allowed = Decision::Allowed(by(Source::Resource));
    assert_eq!(decide(&combined, &request), allowed);
    assert_eq!(
        trust.to_json(),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/ana"},"Action":"sts:AssumeRole"}]}"#
    );
    let with = json.replace(r#""sts:AssumeRole""#, r#""sts:AssumeRole","Resource":"*""#);
    assert_eq!(
        Policy::parse(&with, Kind::Trust).unwrap_err().to_string(),
        "Statement[0].Resource: a policy of trust names no resource, for it is about its role; remove this element"
    );
    let without = r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}"#;
    assert!(Policy::parse(without, Kind::Trust).is_err());
}

#[test]
fn an_account_by_name_is_somebody_elses() {
    for principal in ["arn:aws:iam::tenant:root", "arn:aws:iam::tenant:user/ana"] {
        let json = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"*","Resource":"*"}}}}"#
        );
        assert!(Policy::parse(&json, Kind::Resource).is_err());
        let read = Policy::parse_with(&json, Kind::Resource, Accounts::Named).unwrap();
        assert!(!read.is_public());
        let combined = Combined {
            identity: &[],
            session: None,
            resource: Some(&read),
            rule: Rule::Either,
        };
        assert_eq!(decide(&combined, &reading()), Decision::Silent);
    }
    for principal in [
        "arn:aws:iam:::root",
        "arn:aws:iam::ten*:root",
        "arn:aws:iam::tenant:ana",
    ] {
        let json = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"*","Resource":"*"}}}}"#
        );
        let read = Policy::parse_with(&json, Kind::Resource, Accounts::Named);
        assert!(read.is_err(), "{principal}");
    }
}
