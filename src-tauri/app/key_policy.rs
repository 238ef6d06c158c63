//! A key's policy before it is set: whether it can be, what is wrong, and what it means in plain
//! words.

use serde_json::Value;
use stave_model::{ACCOUNT, root_arn};
use stave_policy::{Context, Kind, Policy, PolicyError, Principal, Request, Verdict, evaluate};

use crate::json::line_of;
use crate::views::{PolicyAllowance, PolicyCheck, PolicyProblem};

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
        allows: reading(&serde_json::from_str(text).unwrap_or_default()),
    }
}

fn problem(text: &str, error: &PolicyError) -> PolicyProblem {
    let (line, message) = match error {
        PolicyError::Json { line, problem, .. } => (Some(*line), problem.clone()),
        PolicyError::Element { path, .. } => (line_of(text, path), error.to_string()),
    };
    PolicyProblem {
        line: line.and_then(|line| u32::try_from(line).ok()),
        message,
    }
}

/// Reads a policy that is one as sentences.
fn reading(policy: &Value) -> Vec<PolicyAllowance> {
    let statements = policy.get("Statement").map(listed).unwrap_or_default();
    statements.into_iter().flat_map(sentences).collect()
}

fn sentences(statement: &Value) -> Vec<PolicyAllowance> {
    let denies = statement.get("Effect").and_then(Value::as_str) == Some("Deny");
    let what = actions(statement);
    let verb = if denies { "may never" } else { "may" };
    let when = match statement.get("Condition").and_then(Value::as_object) {
        Some(conditions) if !conditions.is_empty() => ", under conditions",
        _ => "",
    };
    whom(statement)
        .into_iter()
        .map(|who| PolicyAllowance {
            who,
            what: format!("{verb} {what}{when}"),
        })
        .collect()
}

fn whom(statement: &Value) -> Vec<String> {
    if let Some(excepted) = statement.get("NotPrincipal") {
        let names = principals(excepted).join(", ");
        return vec![format!("everyone but {names}")];
    }
    statement
        .get("Principal")
        .map(principals)
        .unwrap_or_default()
}

fn principals(principal: &Value) -> Vec<String> {
    match principal {
        Value::Object(classes) => classes
            .values()
            .flat_map(|class| listed(class).into_iter().filter_map(Value::as_str))
            .map(name_of)
            .collect(),
        one => one.as_str().map(name_of).into_iter().collect(),
    }
}

/// Names a principal as people of this vault do.
fn name_of(principal: &str) -> String {
    let user = format!("arn:aws:iam::{ACCOUNT}:user/");
    match principal {
        "*" => "everyone".to_owned(),
        one if one == ACCOUNT || one == root_arn() => {
            "admin, and users whose own policies allow it".to_owned()
        }
        one => one.strip_prefix(&user).unwrap_or(one).to_owned(),
    }
}

fn actions(statement: &Value) -> String {
    if let Some(excepted) = statement.get("NotAction") {
        let names = words(excepted).join(", ");
        return format!("do everything but {names}");
    }
    let names = statement.get("Action").map(words).unwrap_or_default();
    if names.iter().any(|name| name == "*") {
        return "do everything with the key".to_owned();
    }
    names.join(", ")
}

fn words(actions: &Value) -> Vec<String> {
    let bare = |action: &str| {
        let prefix = action
            .get(..4)
            .filter(|start| start.eq_ignore_ascii_case("kms:"));
        prefix.map_or(action, |_| &action[4..]).to_owned()
    };
    let names = listed(actions).into_iter().filter_map(Value::as_str);
    names.map(bare).collect()
}

/// One may stand without a list around it.
fn listed(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
