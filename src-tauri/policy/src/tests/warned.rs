//! Policies that are valid and likely not meant.

use super::{allow, of_resource};
use crate::Policy;

fn told(policy: &Policy) -> Vec<String> {
    policy.lint().iter().map(ToString::to_string).collect()
}

#[test]
fn actions_and_services_that_are_not_known() {
    let policy = allow(
        r#""Action":["s3:GetObject","s3:Fetch*","s3:*","sss:Get","sqs:Any","*"],"Resource":"*""#,
    );
    assert_eq!(
        told(&policy),
        [
            "Statement[0].Action: \"s3:Fetch*\" covers no known action",
            "Statement[0].Action: no service is known as \"sss\"",
        ]
    );
    assert_eq!(
        told(&allow(r#""Action":"kms:ReEncrypt*","Resource":"*""#)),
        [""; 0]
    );
}

#[test]
fn resources_that_no_action_can_match() {
    for (action, resource, expected) in [
        (
            "s3:GetObject",
            "arn:aws:s3:::box",
            Some("; objects are written as arn:aws:s3:::bucket/*"),
        ),
        ("s3:GetObject", "arn:aws:s3:::box/*", None),
        ("s3:GetObject", "arn:aws:s3:::box*", None),
        ("s3:GetObject", "*", None),
        (
            "s3:ListBucket",
            "arn:aws:s3:::box/*",
            Some("; a bucket is written as arn:aws:s3:::bucket"),
        ),
        ("s3:ListBucket", "arn:aws:s3:::box", None),
        ("s3:*", "arn:aws:s3:::box", None),
        ("kms:Decrypt", "arn:aws:s3:::box", Some("")),
        ("kms:*", "arn:aws:kms:us-east-1:000000000000:key/*", None),
        ("*", "arn:aws:s3:::box", None),
    ] {
        let policy = allow(&format!(r#""Action":"{action}","Resource":"{resource}""#));
        let expected = expected.map(|hint| {
            format!("Statement[0].Resource: none of the actions of this statement can match {resource:?}{hint}")
        });
        assert_eq!(
            told(&policy),
            Vec::from_iter(expected),
            "{action} {resource}"
        );
    }
}

#[test]
fn conditions_that_do_not_do_what_they_seem_to() {
    let policy = allow(
        r#""Action":"s3:GetObject","Resource":"*","Condition":{
            "StringEquals":{"aws:PrincipalArn":"arn:*","s3:ExistingObjectTag/a":"${*}","aws:SourceHost":"x"},
            "ArnLike":{"aws:SourceArn":"box"},
            "ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#,
    );
    assert_eq!(
        told(&policy),
        [
            "Statement[0].Condition: \"arn:*\" is compared letter by letter; wildcards need StringLike or StringNotLike",
            "Statement[0].Condition: no condition key \"aws:SourceHost\" is known",
            "Statement[0].Condition: \"box\" has not the six parts of an ARN and matches none",
            "Statement[0].Condition: this holds also for requests without aws:TagKeys; add Null: false to exclude them",
        ]
    );
    let policy = allow(
        r#""Action":"s3:GetObject","Resource":"*","Condition":{
            "Null":{"aws:TagKeys":"false"},"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#,
    );
    assert_eq!(told(&policy), [""; 0]);
}

#[test]
fn variables_in_the_older_version() {
    let policy = of_resource(
        r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::box/${aws:username}"}}"#,
    );
    let expected = "Statement[0].Resource: \"arn:aws:s3:::box/${aws:username}\" is taken letter by letter; \
                    variables need \"Version\": \"2012-10-17\"";
    assert_eq!(told(&policy), [expected]);
}

#[test]
fn doors_that_stand_open() {
    let policy = of_resource(
        r#"{"Statement":[
            {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::box/*"},
            {"Effect":"Allow","NotPrincipal":{"AWS":"000000000000"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::box/*"},
            {"Effect":"Allow","Principal":{"Federated":"a.b","AWS":"AIDACKCEVSQ6C2EXAMPLE"},"Action":"s3:GetObject",
             "Resource":"arn:aws:s3:::box/*","Condition":{"StringEquals":{"aws:SourceVpc":"v"}}}]}"#,
    );
    assert_eq!(
        told(&policy),
        [
            "Statement[0]: this allows everyone, also those who do not sign, and no condition binds it",
            "Statement[1].NotPrincipal: this allows everyone but those who are named, also those who do not sign",
            "Statement[2].Principal: \"a.b\" is nobody who can sign in here",
            "Statement[2].Principal: \"AIDACKCEVSQ6C2EXAMPLE\" is nobody who can sign in here",
        ]
    );
}
