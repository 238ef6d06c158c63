//! The simulator of policies.

use super::{allow, done, element, elements, iam, refused, user};
use crate::kit::Served;

const READS: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"},
    {"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::photos/secret/*"},
    {"Effect":"Allow","Action":"s3:PutObject","Resource":"*",
     "Condition":{"StringEquals":{"s3:x-amz-acl":"private"}}}]}"#;

#[tokio::test]
async fn the_policies_of_a_user_are_asked() {
    let served = Served::empty().await;
    user(&served, "bea").await;
    allow(&served, "bea", READS).await;
    let params = [
        ("PolicySourceArn", "arn:aws:iam::000000000000:user/bea"),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ActionNames.member.2", "s3:PutObject"),
        ("ResourceArns.member.1", "arn:aws:s3:::photos/a"),
        ("ResourceArns.member.2", "arn:aws:s3:::photos/secret/b"),
    ];
    let answer = iam(&served, "SimulatePrincipalPolicy", &params).await;
    done(&answer);
    let decisions = elements(&answer, "EvalDecision");
    assert_eq!(
        decisions,
        ["allowed", "explicitDeny", "implicitDeny", "explicitDeny"]
    );
    let actions = elements(&answer, "EvalActionName");
    assert_eq!(
        actions,
        [
            "s3:GetObject",
            "s3:GetObject",
            "s3:PutObject",
            "s3:PutObject"
        ]
    );
    assert_eq!(element(&answer, "SourcePolicyId"), "given");
    assert!(
        answer.body.contains("<member>s3:x-amz-acl</member>"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn circumstances_and_further_policies_can_be_given() {
    let served = Served::empty().await;
    user(&served, "bea").await;
    allow(&served, "bea", READS).await;
    let params = [
        ("PolicySourceArn", "arn:aws:iam::000000000000:user/bea"),
        ("ActionNames.member.1", "s3:PutObject"),
        ("ResourceArns.member.1", "arn:aws:s3:::photos/a"),
        ("ContextEntries.member.1.ContextKeyName", "s3:x-amz-acl"),
        ("ContextEntries.member.1.ContextKeyType", "string"),
        (
            "ContextEntries.member.1.ContextKeyValues.member.1",
            "private",
        ),
    ];
    let answer = iam(&served, "SimulatePrincipalPolicy", &params).await;
    assert_eq!(elements(&answer, "EvalDecision"), ["allowed"]);
    let deny =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
    let params = [&params[..], &[("PolicyInputList.member.1", deny)]].concat();
    let answer = iam(&served, "SimulatePrincipalPolicy", &params).await;
    assert_eq!(elements(&answer, "EvalDecision"), ["explicitDeny"]);
    assert_eq!(element(&answer, "SourcePolicyId"), "PolicyInputList.1");
}

#[tokio::test]
async fn policies_alone_are_asked() {
    let served = Served::empty().await;
    let params = [
        ("PolicyInputList.member.1", READS),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ResourceArns.member.1", "arn:aws:s3:::photos/a"),
    ];
    let answer = iam(&served, "SimulateCustomPolicy", &params).await;
    done(&answer);
    assert_eq!(elements(&answer, "EvalDecision"), ["allowed"]);
    let broken = [("PolicyInputList.member.1", "{}"), params[1]];
    let answer = iam(&served, "SimulateCustomPolicy", &broken).await;
    refused(&answer, 400, "InvalidInput");
    let answer = iam(&served, "SimulateCustomPolicy", &params[..1]).await;
    refused(&answer, 400, "ValidationError");
    let owner = [
        ("PolicySourceArn", "arn:aws:iam::000000000000:user/admin"),
        ("ActionNames.member.1", "s3:DeleteBucket"),
    ];
    let answer = iam(&served, "SimulatePrincipalPolicy", &owner).await;
    assert_eq!(elements(&answer, "EvalDecision"), ["allowed"]);
    let unknown = [
        ("PolicySourceArn", "arn:aws:iam::000000000000:user/cy"),
        ("ActionNames.member.1", "s3:DeleteBucket"),
    ];
    let answer = iam(&served, "SimulatePrincipalPolicy", &unknown).await;
    refused(&answer, 404, "NoSuchEntity");
}
