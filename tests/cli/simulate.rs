//! `stave simulate`: the decision, the statement, and the exit code of what is refused.

use serde_json::{Value, json};

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(
    what_a_user_may_is_told_with_the_statement,
    a_question_that_makes_no_sense_is_told,
);

const READ: &str = r#"{"Version": "2012-10-17", "Statement": {"Sid": "Read", "Effect": "Allow",
    "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*",
    "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}}"#;

const NONE: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#;

fn what_a_user_may_is_told_with_the_statement(shell: &Shell) {
    shell.ok("mb s3://photos");
    shell.file("a.jpg", "a picture");
    shell.ok("cp a.jpg s3://photos/a.jpg");
    shell.ok("users add ada");
    let ask = "simulate --as ada s3:GetObject s3://photos/a.jpg";
    let ran = shell.fails(ask, 4);
    assert!(ran.out.starts_with("Not allowed: "), "{ran}");
    shell.file("read.json", READ);
    shell.file("none.json", NONE);
    shell.ok("users policy set ada read read.json");
    let ran = shell.fails(ask, 4);
    let wants = "Statement[0] (\"Read\") of the policy read of ada wants IpAddress of aws:SourceIp";
    assert!(ran.out.contains(wants), "{ran}");
    let from_there = format!("{ask} --context aws:SourceIp=10.1.2.3");
    let told: Value = shell.json(&from_there).remove(0);
    assert_eq!(told["decision"], "allowed");
    assert_eq!(told["source"], "policy read of ada");
    assert_eq!(told["sid"], "Read");
    assert_eq!(told["steps"][0]["verdict"], json!("allows"));
    let bounded = format!("{from_there} --session-policy none.json");
    let ran = shell.fails(&bounded, 4);
    assert!(ran.out.starts_with("Denied: "), "{ran}");
    let owner = shell
        .json("simulate --as admin s3:DeleteBucket s3://photos")
        .remove(0);
    assert_eq!(owner["source"], "owner");
    shell.fails("simulate --anonymous s3:ListBucket s3://photos", 4);
}

fn a_question_that_makes_no_sense_is_told(shell: &Shell) {
    shell.ok("mb s3://films");
    shell.fails("simulate s3:GetObject s3://films/a", 2);
    shell.fails("simulate --anonymous s3:Nonsense s3://films/a", 2);
    shell.fails("simulate --anonymous s3:GetObject s3://films", 2);
    shell.fails("simulate --as nobody s3:GetObject s3://films/a", 3);
    shell.fails("simulate --anonymous s3:GetObject s3://missing/a", 3);
}
