//! What S3 calls public.

use super::of_resource;

fn is_public(whom: &str, conditions: &str) -> bool {
    of_resource(&format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{whom},"Action":"s3:GetObject","Resource":"arn:aws:s3:::box/*"{conditions}}}}}"#
    ))
    .is_public()
}

#[test]
fn everyone_is_the_public_and_whoever_is_named_is_not() {
    for (whom, expected) in [
        (r#""Principal":"*""#, true),
        (r#""Principal":{"AWS":"*"}"#, true),
        (r#""Principal":{"AWS":["000000000000","*"]}"#, true),
        (r#""Principal":{"Federated":"graph.facebook.com"}"#, true),
        (r#""NotPrincipal":{"AWS":"000000000000"}"#, true),
        (r#""Principal":{"AWS":"111111111111"}"#, false),
        (
            r#""Principal":{"AWS":"arn:aws:iam::111111111111:user/ana"}"#,
            false,
        ),
        (r#""Principal":{"Service":"logs.amazonaws.com"}"#, false),
        (r#""Principal":{"CanonicalUser":"c0ffee"}"#, false),
    ] {
        assert_eq!(is_public(whom, ""), expected, "{whom}");
    }
}

/// Checks, for a condition of everyone by operator, key and values, whether it leaves the statement public.
fn check(cases: &[(&str, &str, &str, bool)]) {
    for (operator, key, values, expected) in cases {
        let conditions = format!(r#","Condition":{{"{operator}":{{"{key}":{values}}}}}"#);
        let found = is_public(r#""Principal":"*""#, &conditions);
        assert_eq!(found, *expected, "{operator} {key} {values}");
    }
}

#[test]
fn fixed_values_of_some_keys_bind_everyone() {
    check(&[
        ("StringEquals", "aws:SourceVpc", r#""vpc-91237329""#, false),
        ("StringLike", "aws:SourceVpc", r#""vpc-91237329""#, false),
        ("StringLike", "aws:SourceVpc", r#""vpc-*""#, true),
        (
            "StringEquals",
            "aws:SourceVpc",
            r#"["vpc-1","${aws:username}"]"#,
            true,
        ),
        (
            "StringEquals",
            "aws:sourcevpce",
            r#"["vpce-1","vpce-2"]"#,
            false,
        ),
        ("StringNotEquals", "aws:SourceVpc", r#""vpc-1""#, true),
        ("StringEqualsIfExists", "aws:SourceVpc", r#""vpc-1""#, true),
        (
            "ForAllValues:StringEquals",
            "aws:SourceVpc",
            r#""vpc-1""#,
            true,
        ),
        (
            "ForAnyValue:StringEquals",
            "aws:SourceVpc",
            r#""vpc-1""#,
            false,
        ),
        ("StringEquals", "aws:SourceVpc", "[]", true),
        ("Null", "aws:SourceVpc", r#""false""#, true),
        ("StringEquals", "aws:PrincipalOrgID", r#""o-1""#, false),
        (
            "StringEquals",
            "aws:SourceAccount",
            r#""111111111111""#,
            false,
        ),
        (
            "StringEquals",
            "aws:SourceOwner",
            r#""111111111111""#,
            false,
        ),
    ]);
}

#[test]
fn ranges_and_names_bind_where_they_are_narrow() {
    check(&[
        ("StringEquals", "aws:userid", r#""AIDA1""#, false),
        ("StringLike", "aws:userid", r#""AROA1:*""#, true),
        (
            "ArnLike",
            "aws:SourceArn",
            r#""arn:aws:sns:us-east-1:111111111111:t""#,
            false,
        ),
        (
            "ArnLike",
            "aws:SourceArn",
            r#""arn:aws:sns:*:111111111111:t""#,
            true,
        ),
        (
            "StringLike",
            "s3:DataAccessPointArn",
            r#""arn:aws:s3:us-east-1:111111111111:accesspoint/*""#,
            false,
        ),
        (
            "StringLike",
            "s3:DataAccessPointArn",
            r#""arn:aws:s3:us-east-1:*:accesspoint/x""#,
            true,
        ),
        (
            "StringEquals",
            "s3:DataAccessPointAccount",
            r#""111111111111""#,
            false,
        ),
        ("IpAddress", "aws:SourceIp", r#""10.0.0.0/8""#, false),
        ("IpAddress", "aws:SourceIp", r#""0.0.0.0/1""#, true),
        (
            "IpAddress",
            "aws:SourceIp",
            r#"["10.0.0.0/8","12.0.0.0/7"]"#,
            true,
        ),
        ("IpAddress", "aws:SourceIp", r#""2001:db8::/32""#, false),
        ("IpAddress", "aws:SourceIp", r#""2001:db8::/31""#, true),
        ("NotIpAddress", "aws:SourceIp", r#""10.0.0.0/8""#, true),
        ("StringEquals", "s3:prefix", r#""x""#, true),
        ("StringEquals", "aws:Referer", r#""x""#, true),
    ]);
}

#[test]
fn one_open_statement_opens_and_none_that_denies_closes() {
    let open = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#;
    let closed =
        r#"{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"*","Resource":"*"}"#;
    let denies = r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#;
    for (statements, expected) in [
        (format!("{closed},{open}"), true),
        (format!("{open},{denies}"), true),
        (format!("{closed},{denies}"), false),
    ] {
        let policy = of_resource(&format!(r#"{{"Statement":[{statements}]}}"#));
        assert_eq!(policy.is_public(), expected, "{statements}");
    }
}
