//! Actions, resources, variables, versions, and what wins.

use super::{ALLOWED, DENIED, SILENT, allow, ana, decide, get, of_resource};
use crate::{Context, Kind, Policy, Request, Verdict, evaluate};

fn action_matches(pattern: &str, action: &str) -> bool {
    let policy = allow(&format!(r#""Action":"{pattern}","Resource":"*""#));
    let request = Request::new(ana(), action, "*", Context::new());
    decide(&policy, &request) == ALLOWED
}

fn resource_matches(pattern: &str, resource: &str, context: Context) -> bool {
    let policy = allow(&format!(r#""Action":"*","Resource":"{pattern}""#));
    let request = Request::new(ana(), "s3:GetObject", resource, context);
    decide(&policy, &request) == ALLOWED
}

#[test]
fn an_action_is_covered_in_any_case_and_by_wildcards() {
    for (pattern, action, expected) in [
        ("*", "kms:Decrypt", true),
        ("s3:GetObject", "s3:GetObject", true),
        ("S3:getobject", "s3:GetObject", true),
        ("s3:Get*", "s3:GetObject", true),
        ("s3:Get?bject", "s3:GetObject", true),
        ("s3:*Object*", "s3:GetObjectAcl", true),
        ("*:GetObject", "s3:GetObject", true),
        ("s3:Get", "s3:GetObject", false),
        ("s3:GetObject?", "s3:GetObject", false),
        ("s3:*Version", "s3:GetObject", false),
        ("kms:*", "s3:GetObject", false),
        ("s3:${aws:username}", "s3:GetObject", false),
    ] {
        assert_eq!(
            action_matches(pattern, action),
            expected,
            "{pattern} {action}"
        );
    }
}

#[test]
fn a_resource_is_covered_letter_by_letter_and_by_wildcards() {
    let none = Context::new;
    for (pattern, resource, expected) in [
        ("*", "*", true),
        ("*", "arn:aws:s3:::box/a", true),
        ("arn:aws:s3:::*", "*", false),
        ("arn:aws:s3:::box", "arn:aws:s3:::box", true),
        ("arn:aws:s3:::BOX", "arn:aws:s3:::box", false),
        ("arn:aws:s3:::box", "arn:aws:s3:::box/a", false),
        ("arn:aws:s3:::box/*", "arn:aws:s3:::box", false),
        ("arn:aws:s3:::box/*", "arn:aws:s3:::box/", true),
        ("arn:aws:s3:::box/*/c", "arn:aws:s3:::box/a/b/c", true),
        ("arn:aws:s3:::box/*.jpg", "arn:aws:s3:::box/a:b.jpg", true),
        ("arn:aws:s3:::b?x/a", "arn:aws:s3:::box/a", true),
        ("arn:aws:s3:::b??x/a", "arn:aws:s3:::box/a", false),
        ("arn:aws:s3:::box/?", "arn:aws:s3:::box/é", true),
        ("arn:*:s3:::box/a", "arn:aws:s3:::box/a", true),
        // At the end of a segment a `*` covers the colons that follow, inside one it does not.
        ("arn:aws:s3:*", "arn:aws:s3:::box/a", true),
        ("arn:aws:*", "arn:aws:s3:::box/a", true),
        ("arn:*:box/a", "arn:aws:s3:::box/a", true),
        ("arn:a*s:s3:::box/a", "arn:aws:s3:::box/a", true),
        ("arn:a*3:::box/a", "arn:aws:s3:::box/a", false),
        ("arn:aws?s3:::box/a", "arn:aws:s3:::box/a", false),
        (
            "arn:aws:kms:*:*:key/1",
            "arn:aws:kms:us-east-1:000000000000:key/1",
            true,
        ),
        (
            "arn:aws:kms:us-*-1:0*0:key/1",
            "arn:aws:kms:us-east-1:000000000000:key/1",
            true,
        ),
        (
            "arn:aws:kms:u*0:key/1",
            "arn:aws:kms:us-east-1:000000000000:key/1",
            false,
        ),
    ] {
        assert_eq!(
            resource_matches(pattern, resource, none()),
            expected,
            "{pattern} {resource}"
        );
    }
}

#[test]
fn a_variable_stands_for_the_value_of_the_request() {
    let user = |name: &str| Context::new().with("aws:username", name);
    let home = "arn:aws:s3:::box/home/${aws:username}/*";
    for (pattern, key, context, expected) in [
        (home, "home/ana/x", user("ana"), true),
        (home, "home/ben/x", user("ana"), false),
        (home, "home/ana/x", Context::new(), false),
        (
            "arn:aws:s3:::box/home/${AWS:UserName}/*",
            "home/ana/x",
            user("ana"),
            true,
        ),
        (
            "arn:aws:s3:::box/home/${ aws:username }/*",
            "home/ana/x",
            user("ana"),
            true,
        ),
        // A value is taken letter by letter: nobody widens a policy by being called `*`.
        (home, "home/ben/x", user("*"), false),
        (home, "home/*/x", user("*"), true),
        // A set is no value.
        (
            home,
            "home/ana/x",
            user("ana").with("aws:username", "ben"),
            false,
        ),
        (
            "arn:aws:s3:::box/${aws:PrincipalTag/team, 'all'}/*",
            "all/x",
            Context::new(),
            true,
        ),
        (
            "arn:aws:s3:::box/${aws:PrincipalTag/team,''}x",
            "x",
            Context::new(),
            true,
        ),
        (
            "arn:aws:s3:::box/${aws:PrincipalTag/team, 'all'}/*",
            "all/x",
            Context::new().with("aws:PrincipalTag/team", "red"),
            false,
        ),
        ("arn:aws:s3:::box/${*}${?}${$}", "*?$", Context::new(), true),
        (
            "arn:aws:s3:::box/${*}${?}${$}",
            "abc",
            Context::new(),
            false,
        ),
        ("arn:aws:s3:::box/$x", "$x", Context::new(), true),
    ] {
        let resource = format!("arn:aws:s3:::box/{key}");
        assert_eq!(
            resource_matches(pattern, &resource, context),
            expected,
            "{pattern} {key}"
        );
    }
}

#[test]
fn the_older_version_and_none_have_no_variables() {
    for version in [r#""Version":"2008-10-17","#, ""] {
        let json = format!(
            r#"{{{version}"Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::box/${{aws:username}}"}}}}"#
        );
        let policy = Policy::parse(&json, Kind::Identity).unwrap();
        let ana = Context::new().with("aws:username", "ana");
        assert_eq!(decide(&policy, &get("ana", ana.clone())), SILENT);
        assert_eq!(decide(&policy, &get("${aws:username}", ana)), ALLOWED);
    }
}

#[test]
fn all_but_what_is_named() {
    let policy = allow(r#""NotAction":"s3:Delete*","Resource":"*""#);
    assert_eq!(decide(&policy, &get("a", Context::new())), ALLOWED);
    let delete = Request::new(
        ana(),
        "s3:DeleteObject",
        "arn:aws:s3:::box/a",
        Context::new(),
    );
    assert_eq!(decide(&policy, &delete), SILENT);
    let policy =
        allow(r#""Action":"*","NotResource":["arn:aws:s3:::box/a","arn:aws:s3:::box/b*"]"#);
    for (key, expected) in [("a", SILENT), ("bc", SILENT), ("c", ALLOWED)] {
        assert_eq!(
            decide(&policy, &get(key, Context::new())),
            expected,
            "{key}"
        );
    }
}

#[test]
fn a_denial_wins_wherever_it_stands() {
    let allows = allow(r#""Action":"*","Resource":"*""#);
    let both = of_resource(
        r#"{"Statement":[
            {"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"},
            {"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::box/secret*"}]}"#,
    );
    let denied = Verdict::Denied {
        policy: 1,
        statement: 1,
    };
    let secret = get("secret/1", Context::new());
    assert_eq!(evaluate(&[&allows, &both], &secret), denied);
    assert_eq!(
        evaluate(&[&both, &allows], &get("a", Context::new())),
        ALLOWED
    );
    let first = Verdict::Denied {
        policy: 0,
        statement: 1,
    };
    assert_eq!(evaluate(&[&both, &allows], &secret), first);
    assert_eq!(evaluate(&[], &secret), SILENT);
    let deny = of_resource(
        r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#,
    );
    assert_eq!(decide(&deny, &secret), DENIED);
}

#[test]
fn a_policy_is_written_in_the_order_of_the_language() {
    let policy = of_resource(
        r#"{"Statement":{"Condition":{"bool":{"aws:SecureTransport":true},
            "foranyvalue:stringlikeifexists":{"aws:TagKeys":["a*","b"]},"NumericLessThan":{"s3:max-keys":10}},
            "Resource":["*"],"NotAction":["s3:a","s3:B*"],"Principal":{"AWS":["*"],"Service":"a.b"},
            "Effect":"Deny","Sid":"x y"},"Id":"i","Version":"2012-10-17"}"#,
    );
    let expected = concat!(
        r#"{"Version":"2012-10-17","Id":"i","Statement":[{"Sid":"x y","Effect":"Deny","#,
        r#""Principal":{"AWS":"*","Service":"a.b"},"NotAction":["s3:a","s3:B*"],"Resource":"*","#,
        r#""Condition":{"Bool":{"aws:SecureTransport":"true"},"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a*","b"]},"#,
        r#""NumericLessThan":{"s3:max-keys":"10"}}}]}"#
    );
    assert_eq!(policy.to_json(), expected);
    assert_eq!(of_resource(&policy.to_pretty_json()), policy);
    let identity = allow(r#""Action":"s3:*","NotResource":"arn:aws:s3:::box""#);
    let expected = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::box"}]}"#;
    assert_eq!(identity.to_json(), expected);
}

#[test]
fn a_statement_tells_what_it_names() {
    let policy = of_resource(
        r#"{"Statement":[
            {"Effect":"Allow","Principal":"*","NotAction":["s3:A*","s3:b"],"Resource":["*","arn:aws:s3:::box"]},
            {"Effect":"Deny","NotPrincipal":{"AWS":"000000000000"},"Action":"*","NotResource":"arn:aws:s3:::x"}]}"#,
    );
    let [first, second] = policy.statements() else {
        panic!("two statements");
    };
    assert!(first.actions().eq(["s3:A*", "s3:b"]));
    assert!(first.resources().eq(["*", "arn:aws:s3:::box"]));
    assert!(second.resources().eq(["arn:aws:s3:::x"]));
    assert!(!first.excepts_principals() && second.excepts_principals());
}
