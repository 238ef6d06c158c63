//! Texts that are no policy, and the words that say where and why.

use crate::{Kind, Policy};

/// A statement that is right, but for what `elements` adds.
fn resource(elements: &str) -> String {
    refusal(
        &format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}},{{{elements}}}]}}"#
        ),
        Kind::Resource,
    )
}

fn refusal(json: &str, kind: Kind) -> String {
    Policy::parse(json, kind).unwrap_err().to_string()
}

fn condition(operators: &str) -> String {
    resource(&format!(
        r#""Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{operators}"#
    ))
}

#[test]
fn json_that_is_none_is_told_by_line_and_column() {
    for (json, expected) in [
        ("", "line 1, column 0: EOF while parsing a value"),
        ("{\n \"Version\": \n}", "line 3, column 1: expected value"),
        (
            "{\"Id\":\"\u{1}\"}",
            "line 1, column 8: control character (\\u0000-\\u001F) found while parsing a string",
        ),
        (
            "{\"Statement\":[{\"Effect\":\"Allow\",\"Effect\":\"Deny\"}]}",
            "line 1, column 40: the member \"Effect\" stands twice in one object; keep one",
        ),
    ] {
        assert_eq!(refusal(json, Kind::Identity), expected, "{json}");
    }
}

#[test]
fn a_frame_that_is_wrong_is_told() {
    for (json, expected) in [
        ("[]", "policy: expected an object, { … }"),
        ("{}", "Statement: this element is required; add it"),
        (
            r#"{"Statement":[]}"#,
            "Statement: this is empty; name at least one, or remove the statement",
        ),
        (
            r#"{"Statement":["x"]}"#,
            "Statement[0]: expected an object, { … }",
        ),
        (
            r#"{"Version":"2012-10-18","Statement":{}}"#,
            "Version: there is no version \"2012-10-18\" of the language; write \"2012-10-17\"",
        ),
        (
            r#"{"version":"2012-10-17"}"#,
            "version: there is no such element; remove it or correct its spelling (capitals count)",
        ),
        (
            r#"{"Id":1,"Statement":{}}"#,
            "Id: expected a text in quotes",
        ),
        (
            r#"{"Statement":{}}"#,
            "Statement.Effect: this element is required; add it",
        ),
    ] {
        assert_eq!(refusal(json, Kind::Resource), expected, "{json}");
    }
}

#[test]
fn elements_of_a_statement_that_are_wrong_are_told_by_their_path() {
    let all = r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"*""#;
    for (elements, expected) in [
        (r#""Effect":"allow","Principal":"*","Action":"*","Resource":"*""#.to_owned(),
         "Statement[1].Effect: expected \"Allow\" or \"Deny\""),
        (r#""Effect":"Allow","Action":"*","Resource":"*""#.to_owned(),
         "Statement[1].Principal: this element is required; add it"),
        (r#""Effect":"Allow","Principal":"*","Resource":"*""#.to_owned(),
         "Statement[1].Action: this element is required; add it"),
        (r#""Effect":"Allow","Principal":"*","Action":"*""#.to_owned(),
         "Statement[1].Resource: this element is required; add it"),
        (format!(r#"{all},"NotAction":"s3:*""#), "Statement[1].NotAction: this excludes Action; keep one of the two"),
        (format!(r#"{all},"NotResource":"*""#), "Statement[1].NotResource: this excludes Resource; keep one of the two"),
        (format!(r#"{all},"NotPrincipal":"*""#), "Statement[1].NotPrincipal: this excludes Principal; keep one of the two"),
        (format!(r#"{all},"Resources":"*""#),
         "Statement[1].Resources: there is no such element; remove it or correct its spelling (capitals count)"),
        (format!(r#"{all},"Sid":["x"]"#), "Statement[1].Sid: expected a text in quotes"),
        (r#""Effect":"Allow","Principal":"*","Action":["s3:a","GetObject"],"Resource":"*""#.to_owned(),
         "Statement[1].Action[1]: \"GetObject\" is no action; write it as service:Name, \"s3:GetObject\" say, or \"*\" for all"),
        (r#""Effect":"Allow","Principal":"*","Action":[],"Resource":"*""#.to_owned(),
         "Statement[1].Action: this is empty; name at least one, or remove the statement"),
        (r#""Effect":"Allow","Principal":"*","Action":"*","Resource":["*","box/*"]"#.to_owned(),
         "Statement[1].Resource[1]: \"box/*\" is no resource; write an ARN, \"arn:aws:s3:::bucket/*\" say, or \"*\" for all"),
        (r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::${aws:username""#.to_owned(),
         "Statement[1].Resource: the variable \"${aws:username\" is malformed; write ${aws:username}, or ${$} for the sign itself"),
        (r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::${aws:username, x}""#.to_owned(),
         "Statement[1].Resource: the variable \"${aws:username, x}\" is malformed; write ${aws:username}, or ${$} for the sign itself"),
    ] {
        assert_eq!(resource(&elements), expected, "{elements}");
    }
}

#[test]
fn principals_that_can_be_nobody_are_told() {
    let told = |principal: &str| {
        resource(&format!(
            r#""Effect":"Allow","Action":"*","Resource":"*","Principal":{principal}"#
        ))
    };
    for text in [
        "00000000000",
        "arn:aws:iam::000000000000:user/*",
        "arn:aws:iam::000000000000:user",
        "arn:aws:iam:us-east-1:000000000000:user/ana",
        "arn:aws:s3:::box/a",
        "arn:aws:iam::*:root",
        "ana",
        "",
    ] {
        let expected = format!(
            "Statement[1].Principal.AWS: {text:?} is no principal of AWS; write an account of 12 digits, the ARN \
             of a user, a role or an account's root (without wildcards), or \"*\" for everyone"
        );
        assert_eq!(told(&format!(r#"{{"AWS":"{text}"}}"#)), expected);
    }
    for (principal, expected) in [
        (
            "{}",
            "Statement[1].Principal: this is empty; name at least one, or remove the statement",
        ),
        (
            r#"{"AWS":[]}"#,
            "Statement[1].Principal.AWS: this is empty; name at least one, or remove the statement",
        ),
        (
            r#"["*"]"#,
            "Statement[1].Principal: expected an object, { … }",
        ),
        (
            r#"{"aws":"*"}"#,
            "Statement[1].Principal: \"aws\" is no class of principals; AWS, Service, Federated and CanonicalUser are",
        ),
    ] {
        assert_eq!(told(principal), expected, "{principal}");
    }
}

#[test]
fn conditions_that_cannot_be_compared_are_told() {
    let place = "Statement[1].Condition";
    for (operators, expected) in [
        ("[]", format!("{place}: expected an object, {{ … }}")),
        (
            r#"{"StringEquals":"x"}"#,
            format!("{place}.StringEquals: expected an object, {{ … }}"),
        ),
        (
            r#"{"StringEquals":{"SourceIp":"x"}}"#,
            format!(
                "{place}.StringEquals: \"SourceIp\" is no condition key; write it as service:name, \"aws:SourceIp\" say"
            ),
        ),
        (
            r#"{"StringEquals":{"a:b":{"c":1}}}"#,
            format!("{place}.StringEquals.a:b: expected a text, a number, true or false"),
        ),
        (
            r#"{"StringEquals":{"a:b":["x",null]}}"#,
            format!("{place}.StringEquals.a:b[1]: expected a text, a number, true or false"),
        ),
        (
            r#"{"IpAddress":{"aws:SourceIp":["::1","10.0.0.0/33"]}}"#,
            format!(
                "{place}.IpAddress.aws:SourceIp[1]: \"10.0.0.0/33\" cannot be compared by this operator; write an address or a range like 203.0.113.0/24"
            ),
        ),
        (
            r#"{"NumericEquals":{"a:b":"0x10"}}"#,
            format!(
                "{place}.NumericEquals.a:b: \"0x10\" cannot be compared by this operator; write a number"
            ),
        ),
        (
            r#"{"DateLessThan":{"aws:CurrentTime":"31.1.2026"}}"#,
            format!(
                "{place}.DateLessThan.aws:CurrentTime: \"31.1.2026\" cannot be compared by this operator; write a date like 2026-01-31T12:00:00Z, or seconds of the epoch"
            ),
        ),
        (
            r#"{"Bool":{"a:b":"yes"}}"#,
            format!(
                "{place}.Bool.a:b: \"yes\" cannot be compared by this operator; write true or false"
            ),
        ),
        (
            r#"{"Null":{"a:b":"x"}}"#,
            format!(
                "{place}.Null.a:b: \"x\" cannot be compared by this operator; write true (it is absent) or false"
            ),
        ),
        (
            r#"{"BinaryEquals":{"a:b":"ä"}}"#,
            format!(
                "{place}.BinaryEquals.a:b: \"ä\" cannot be compared by this operator; write bytes in base64"
            ),
        ),
    ] {
        assert_eq!(condition(operators), expected, "{operators}");
    }
}

#[test]
fn operators_that_there_are_not_are_told() {
    for name in [
        "Equals",
        "StringEqualsNot",
        "NullIfExists",
        "ForAnyValue:Null",
        "ForSomeValues:StringEquals",
        "ForAllValues:ForAnyValue:StringEquals",
        "IfExists",
        "StringEqualsIfExistsIfExists",
        "",
        "ForAllValues:",
    ] {
        let expected = format!(
            "Statement[1].Condition: there is no condition operator {name:?}; correct its spelling, \
             \"StringEquals\" or \"ForAnyValue:StringLikeIfExists\" say"
        );
        assert_eq!(
            condition(&format!(r#"{{"{name}":{{"a:b":"x"}}}}"#)),
            expected
        );
    }
}

#[test]
fn a_policy_of_an_identity_names_no_principal_and_plain_names() {
    let identity = |elements: &str| {
        let json = format!(
            r#"{{"Statement":[{{"Effect":"Allow","Action":"*","Resource":"*",{elements}}}]}}"#
        );
        refusal(&json, Kind::Identity)
    };
    for element in ["Principal", "NotPrincipal"] {
        let expected = format!(
            "Statement[0].{element}: a policy of an identity names no principal; remove this element"
        );
        assert_eq!(identity(&format!(r#""{element}":"*""#)), expected);
    }
    let expected = "Statement[0].Sid: \"a b\" has other characters than the letters and digits that are allowed here";
    assert_eq!(identity(r#""Sid":"a b""#), expected);
}

#[test]
fn two_statements_of_one_name_are_told() {
    let one = r#"{"Sid":"a b","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#;
    let expected =
        "Statement[1]: another statement is named \"a b\" too; names are unique in a policy";
    assert_eq!(
        refusal(&format!(r#"{{"Statement":[{one},{one}]}}"#), Kind::Resource),
        expected
    );
    let nameless = one.replace("a b", "");
    assert!(
        Policy::parse(
            &format!(r#"{{"Statement":[{nameless},{nameless}]}}"#),
            Kind::Resource
        )
        .is_ok()
    );
}
