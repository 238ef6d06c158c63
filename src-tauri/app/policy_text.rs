//! Policies as people read them: what is wrong by its line, what is odd, and what they mean in plain
//! words.

use serde_json::Value;
use stave_model::{ACCOUNT, root_arn};
use stave_policy::{Concern, Policy, PolicyError};

use crate::json::line_of;
use crate::views::{PolicyAllowance, PolicyProblem};

/// How ARNs of S3 begin.
const S3_ARN: &str = "arn:aws:s3:::";

/// What a policy is about.
#[derive(Clone, Copy)]
pub enum About {
    /// A key: its statements are about the key alone.
    Key,
    /// A bucket: they name what in it.
    Bucket,
    /// An identity: they name what, and mean whoever has it.
    Identity,
}

impl About {
    /// The service whose name goes without saying.
    fn prefix(self) -> &'static str {
        match self {
            Self::Key => "kms:",
            Self::Bucket | Self::Identity => "s3:",
        }
    }

    fn everything(self) -> &'static str {
        match self {
            Self::Key => "do everything with the key",
            Self::Bucket | Self::Identity => "do everything",
        }
    }
}

/// Says what keeps a text from being a policy, and where.
pub fn problem(text: &str, error: &PolicyError) -> PolicyProblem {
    match error {
        PolicyError::Json { line, problem, .. } => PolicyProblem {
            line: u32::try_from(*line).ok(),
            message: problem.clone(),
        },
        PolicyError::Element { path, .. } => at(text, path, error.to_string()),
    }
}

/// Makes a problem of an element that a path names.
pub fn at(text: &str, path: &str, message: String) -> PolicyProblem {
    PolicyProblem {
        line: line_of(text, path).and_then(|line| u32::try_from(line).ok()),
        message,
    }
}

/// Says what is likely not meant so. That everyone is let in is told elsewhere.
pub fn oddities(text: &str, policy: &Policy) -> Vec<PolicyProblem> {
    let odd = policy.lint().into_iter().filter(|one| match one.concern {
        Concern::Public | Concern::AllowsAllBut | Concern::HoldsWithoutKey(_) => false,
        Concern::Service(_)
        | Concern::Action(_)
        | Concern::Resource { .. }
        | Concern::Key(_)
        | Concern::VariableInOldVersion(_)
        | Concern::WildcardIsLiteral(_)
        | Concern::NoArn(_)
        | Concern::Nobody(_) => true,
    });
    odd.map(|one| at(text, &one.path, one.concern.to_string()))
        .collect()
}

/// Reads a policy that is one as sentences.
pub fn reading(text: &str, about: About) -> Vec<PolicyAllowance> {
    let policy: Value = serde_json::from_str(text).unwrap_or_default();
    let statements = policy.get("Statement").map(listed).unwrap_or_default();
    let sentences = |statement| sentences(statement, about);
    statements.into_iter().flat_map(sentences).collect()
}

fn sentences(statement: &Value, about: About) -> Vec<PolicyAllowance> {
    let denies = statement.get("Effect").and_then(Value::as_str) == Some("Deny");
    let verb = if denies { "may never" } else { "may" };
    let what = actions(statement, about);
    let place = match about {
        About::Key => String::new(),
        About::Bucket | About::Identity => resources(statement),
    };
    let when = match statement.get("Condition").and_then(Value::as_object) {
        Some(conditions) if !conditions.is_empty() => ", under conditions",
        _ => "",
    };
    whom(statement, about)
        .into_iter()
        .map(|who| PolicyAllowance {
            who,
            what: format!("{verb} {what}{place}{when}"),
        })
        .collect()
}

fn whom(statement: &Value, about: About) -> Vec<String> {
    if matches!(about, About::Identity) {
        return vec!["whoever has it".to_owned()];
    }
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
    let role = format!("arn:aws:iam::{ACCOUNT}:role/");
    if let Some(role) = principal.strip_prefix(&role) {
        return format!("role {role}");
    }
    match principal {
        "*" => "everyone".to_owned(),
        one if one == ACCOUNT || one == root_arn() => {
            "admin, and users whose own policies allow it".to_owned()
        }
        one => one.strip_prefix(&user).unwrap_or(one).to_owned(),
    }
}

fn actions(statement: &Value, about: About) -> String {
    let bare = |value| texts(value).map(|action| without_service(action, about));
    if let Some(excepted) = statement.get("NotAction") {
        let names: Vec<_> = bare(excepted).collect();
        return format!("do everything but {}", names.join(", "));
    }
    let names: Vec<_> = statement
        .get("Action")
        .map(bare)
        .into_iter()
        .flatten()
        .collect();
    if names.contains(&"*") {
        return about.everything().to_owned();
    }
    names.join(", ")
}

fn without_service(action: &str, about: About) -> &str {
    let prefix = about.prefix();
    match action.split_at_checked(prefix.len()) {
        Some((service, name)) if service.eq_ignore_ascii_case(prefix) => name,
        _ => action,
    }
}

fn resources(statement: &Value) -> String {
    let places = |value| {
        let bare = texts(value).map(|arn| arn.strip_prefix(S3_ARN).unwrap_or(arn));
        bare.collect::<Vec<_>>()
    };
    if let Some(excepted) = statement.get("NotResource") {
        return format!(", but not on {}", places(excepted).join(", "));
    }
    let named = statement.get("Resource").map(places).unwrap_or_default();
    if named.is_empty() || named.contains(&"*") {
        return String::new();
    }
    format!(" on {}", named.join(", "))
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    listed(value).into_iter().filter_map(Value::as_str)
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
    use stave_policy::Kind;

    fn said(who: &str, what: &str) -> PolicyAllowance {
        PolicyAllowance {
            who: who.to_owned(),
            what: what.to_owned(),
        }
    }

    #[test]
    fn a_policy_of_a_bucket_says_what_in_it() {
        let policy = r#"{"Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*",
             "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
            {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::000000000000:role/ci"}, "NotAction": ["s3:GetObject"],
             "Resource": ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"]}]}"#;
        assert_eq!(
            reading(policy, About::Bucket),
            [
                said("everyone", "may GetObject on photos/*, under conditions"),
                said(
                    "role ci",
                    "may never do everything but GetObject on photos, photos/*"
                ),
            ]
        );
    }

    #[test]
    fn a_policy_of_an_identity_is_about_whoever_has_it() {
        let policy = r#"{"Statement": {"Effect": "Allow", "Action": ["s3:*", "sts:AssumeRole"], "Resource": "*"}}"#;
        assert_eq!(
            reading(policy, About::Identity),
            [said("whoever has it", "may do everything")]
        );
    }

    #[test]
    fn what_is_odd_is_told_with_its_line() {
        let text = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\",\n\
                    \"Action\": \"s3:GetObjekt\",\n\"Resource\": \"arn:aws:s3:::photos/*\"}]}";
        let policy = Policy::parse(text, Kind::Resource).unwrap();
        let odd = oddities(text, &policy);
        assert_eq!(odd.len(), 1, "{odd:?}");
        assert_eq!(odd[0].line, Some(2));
        assert_eq!(odd[0].message, "\"s3:GetObjekt\" covers no known action");
    }
}
