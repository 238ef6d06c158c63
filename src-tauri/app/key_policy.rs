//! A key's policy before it is set: whether it can be, what is wrong, and what it means in plain
//! words.

use stave_model::{ACCOUNT, root_arn};
use stave_policy::{Context, Kind, Policy, Principal, Request, Verdict, evaluate};

use crate::policy_text::{About, problem, reading};
use crate::views::{PolicyCheck, PolicyProblem};

/// What whoever can change a policy may do.
const PUT_POLICY: &str = "kms:PutKeyPolicy";

/// Checks a policy for the key of an ARN.
pub fn check(text: &str, key_arn: &str) -> PolicyCheck {
    match Policy::parse(text, Kind::Resource) {
        Ok(policy) => understood(&policy, text, key_arn),
        Err(error) => PolicyCheck {
            valid: false,
            problems: vec![problem(text, &error)],
            locks_out: false,
            allows: Vec::new(),
        },
    }
}

fn understood(policy: &Policy, text: &str, key_arn: &str) -> PolicyCheck {
    let owner = Principal::Root {
        account: ACCOUNT.to_owned(),
    };
    let request = Request::new(owner, PUT_POLICY, key_arn, Context::new());
    let locks_out = !matches!(evaluate(&[policy], &request), Verdict::Allowed { .. });
    let warning = PolicyProblem {
        line: None,
        message: format!(
            "With this policy you could not change it again. Allow kms:* to {}.",
            root_arn()
        ),
    };
    PolicyCheck {
        valid: !locks_out,
        problems: locks_out.then_some(warning).into_iter().collect(),
        locks_out,
        allows: reading(text, About::Key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::PolicyAllowance;

    const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/12345678-90ab-4def-8123-4567890abcde";

    fn said(who: &str, what: &str) -> PolicyAllowance {
        PolicyAllowance {
            who: who.to_owned(),
            what: what.to_owned(),
        }
    }

    #[test]
    fn a_good_policy_is_read_in_plain_words() {
        let policy = r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "kms:*", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::000000000000:user/ann"]},
             "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}]}"#;
        let check = check(policy, KEY);
        assert!(check.valid && !check.locks_out, "{check:?}");
        assert_eq!(
            check.allows,
            [
                said(
                    "admin, and users whose own policies allow it",
                    "may do everything with the key"
                ),
                said("ann", "may Encrypt, Decrypt"),
                said("everyone", "may never ScheduleKeyDeletion"),
            ]
        );
    }

    #[test]
    fn a_policy_that_leaves_nobody_who_can_change_it_is_told_as_such() {
        let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::000000000000:user/ann"}, "Action": "kms:Decrypt", "Resource": "*"}}"#;
        let check = check(policy, KEY);
        assert!(check.locks_out && !check.valid);
        assert!(check.problems[0].message.contains(":root"), "{check:?}");
    }

    #[test]
    fn a_problem_is_told_with_its_line() {
        let unclosed = check("{\n  \"Version\": \"2012-10-17\",\n", KEY);
        assert!(!unclosed.valid);
        assert!(unclosed.problems[0].line >= Some(2), "{unclosed:?}");
        let misspelt = check(
            "{\"Version\": \"2012-10-17\",\n\"Statement\": [\n{\"Effect\": \"Alow\", \"Principal\": \"*\",\n\
             \"Action\": \"kms:*\", \"Resource\": \"*\"}]}",
            KEY,
        );
        assert_eq!(misspelt.problems[0].line, Some(3), "{misspelt:?}");
    }
}
