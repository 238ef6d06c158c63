//! A bucket's policy before it is set: whether it can be, what is wrong or odd, whom it lets in and
//! whom it shuts out.

use stave_model::{ACCOUNT, BucketName, user_arn};
use stave_policy::{
    Context, Effect, Kind, Policy, Principal, Request, Statement, Verdict, evaluate,
};

use crate::args::window_user;
use crate::policy_text::{About, at, oddities, problem, reading};
use crate::views::{BucketPolicyCheck, PolicyProblem};

/// The most bytes of a policy, as S3 has it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>
const MAX_BYTES: usize = 20 * 1024;

/// Who may do none of these has nothing of a bucket.
const USES: [(&str, &str); 3] = [
    ("s3:ListBucket", ""),
    ("s3:GetObject", "/key"),
    ("s3:PutObject", "/key"),
];

/// Checks a policy for a bucket. None at all is fine: it removes the one that is set.
pub fn check(text: &str, bucket: &BucketName) -> BucketPolicyCheck {
    let refused = |problems| BucketPolicyCheck {
        valid: false,
        problems,
        locks_out: false,
        allows: Vec::new(),
        is_public: false,
    };
    if text.trim().is_empty() {
        return BucketPolicyCheck {
            valid: true,
            ..refused(Vec::new())
        };
    }
    if text.len() > MAX_BYTES {
        return refused(vec![PolicyProblem {
            line: None,
            message: format!("a bucket's policy has at most {MAX_BYTES} bytes"),
        }]);
    }
    let policy = match Policy::parse(text, Kind::Resource) {
        Ok(policy) => policy,
        Err(error) => return refused(vec![problem(text, &error)]),
    };
    let foreign = foreign(text, &policy, bucket);
    if !foreign.is_empty() {
        return refused(foreign);
    }
    understood(text, &policy, bucket)
}

fn understood(text: &str, policy: &Policy, bucket: &BucketName) -> BucketPolicyCheck {
    let locks_out = shuts_out_the_owner(policy, bucket);
    let mut problems = oddities(text, policy);
    if locks_out {
        problems.push(PolicyProblem {
            line: None,
            message: format!(
                "With this policy {} itself could neither list nor read nor write this bucket by plain requests from \
                 this computer. Only the policy could still be changed.",
                window_user()
            ),
        });
    }
    BucketPolicyCheck {
        valid: true,
        problems,
        locks_out,
        allows: reading(text, About::Bucket),
        is_public: policy.is_public(),
    }
}

/// Returns what S3 refuses in the policy of a bucket though the language has it.
fn foreign(text: &str, policy: &Policy, bucket: &BucketName) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    for (number, statement) in policy.statements().iter().enumerate() {
        for (element, message) in refused_of(statement, bucket) {
            problems.push(at(text, &format!("Statement[{number}].{element}"), message));
        }
    }
    problems
}

fn refused_of(statement: &Statement, bucket: &BucketName) -> Vec<(&'static str, String)> {
    let mut refused = Vec::new();
    if statement.effect() == Effect::Allow && statement.excepts_principals() {
        let message = "a bucket's policy does not allow by NotPrincipal; name who may";
        refused.push(("NotPrincipal", message.to_owned()));
    }
    for action in statement.actions().filter(|action| !is_of_s3(action)) {
        let message = format!("\u{201c}{action}\u{201d} is no action of S3");
        refused.push(("Action", message));
    }
    let arn = arn(bucket);
    for resource in statement.resources().filter(|one| !is_within(one, &arn)) {
        let message = format!(
            "\u{201c}{resource}\u{201d} is not in this bucket; what is in it begins with {arn}"
        );
        refused.push(("Resource", message));
    }
    refused
}

fn is_of_s3(action: &str) -> bool {
    let prefix = action.get(..3);
    action == "*" || prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case("s3:"))
}

fn is_within(resource: &str, arn: &str) -> bool {
    let rest = resource.strip_prefix(arn);
    let within = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '*', '?']));
    let wildcard = resource.find(['*', '?']);
    within || wildcard.is_some_and(|at| arn.starts_with(&resource[..at]))
}

/// Returns how policies name a bucket.
pub fn arn(bucket: &BucketName) -> String {
    format!("arn:aws:s3:::{bucket}")
}

/// Returns whether it denies the owner of the vault each usual request from this computer.
fn shuts_out_the_owner(policy: &Policy, bucket: &BucketName) -> bool {
    let owner = window_user();
    let arn = arn(bucket);
    let denied = |(action, place): &(&str, &str)| {
        let principal = Principal::User {
            arn: user_arn(&owner),
            account: ACCOUNT.to_owned(),
        };
        let request = Request::new(principal, *action, format!("{arn}{place}"), here());
        let request = request.with_canonical_user(owner.as_str());
        matches!(evaluate(&[policy], &request), Verdict::Denied { .. })
    };
    USES.iter().all(denied)
}

/// What holds of a plain request of the owner from this computer.
fn here() -> Context {
    let owner = window_user();
    let now = chrono::Utc::now();
    Context::new()
        .with("aws:SourceIp", "127.0.0.1")
        .with("aws:SecureTransport", "false")
        .with("aws:username", owner.as_str())
        .with("aws:userid", owner.as_str())
        .with("aws:PrincipalArn", user_arn(&owner))
        .with("aws:PrincipalAccount", ACCOUNT)
        .with("aws:PrincipalType", "User")
        .with(
            "aws:CurrentTime",
            now.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        )
        .with("aws:EpochTime", now.timestamp().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(statements: &str) -> BucketPolicyCheck {
        let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [\n{statements}\n]}}");
        check(&text, &BucketName::parse("photos").unwrap())
    }

    #[test]
    fn a_good_policy_is_read_and_is_not_public() {
        let found = checked(
            r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:user/ada"},
                "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::photos/*"}"#,
        );
        assert!(found.valid && !found.locks_out && !found.is_public);
        assert_eq!(found.problems, []);
        assert_eq!(found.allows[0].who, "ada");
        assert_eq!(found.allows[0].what, "may GetObject on photos/*");
    }

    #[test]
    fn a_policy_for_everyone_is_told_to_be_public() {
        let found = checked(
            r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}"#,
        );
        assert!(found.valid && found.is_public);
        assert_eq!(found.problems, []);
    }

    #[test]
    fn a_policy_that_locks_out_is_warned_of() {
        let found = checked(
            r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*",
                "Resource": ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"]}"#,
        );
        assert!(found.valid && found.locks_out);
        assert!(found.problems[0].message.contains("admin itself"));
        let only_deletes = checked(
            r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::photos/*"}"#,
        );
        assert!(only_deletes.valid && !only_deletes.locks_out);
    }

    #[test]
    fn what_is_of_elsewhere_is_refused_with_its_line() {
        let found = checked(
            "{\"Effect\": \"Allow\", \"Principal\": \"*\",\n\"Action\": \"kms:Decrypt\",\n\"Resource\": \"arn:aws:s3:::other/*\"}",
        );
        assert!(!found.valid);
        let lines: Vec<_> = found.problems.iter().map(|one| one.line).collect();
        assert_eq!(lines, [Some(3), Some(4)], "{:?}", found.problems);
        let excepting = checked(
            r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "000000000000"}, "Action": "s3:*", "Resource": "arn:aws:s3:::photos"}"#,
        );
        assert!(!excepting.valid);
        let like = checked(
            r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos-2/*"}"#,
        );
        assert!(!like.valid);
    }

    #[test]
    fn no_text_is_no_policy_and_too_much_is_refused() {
        let photos = BucketName::parse("photos").unwrap();
        assert!(check(" \n", &photos).valid);
        let long = check(&" {".repeat(11_000), &photos);
        assert_eq!(
            long.problems[0].message,
            "a bucket's policy has at most 20480 bytes"
        );
    }
}
