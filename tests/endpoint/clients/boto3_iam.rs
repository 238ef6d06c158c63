//! boto3 with IAM and STS: scripts of assertions.

use crate::python;

#[test]
fn boto3_finds_the_iam_that_it_knows() {
    python("boto3_iam.py");
}

#[test]
fn boto3_finds_the_sts_that_it_knows() {
    python("boto3_sts.py");
}
