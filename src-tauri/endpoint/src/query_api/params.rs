//! The parameters of a call, read from the form that is its body.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use stave_model::{PolicyName, UserName};

use super::answer::{Fault, Outcome};
use super::service::QueryService;

/// More parameters than any call has; a simulation of many actions comes nearest.
const PARAMS_MAX: usize = 2_000;

/// The parameters of a call, each by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a form. A name that stands twice would be read differently by two readers.
    pub(super) fn parse(body: &[u8]) -> Outcome<Self> {
        let text = std::str::from_utf8(body).map_err(|_| malformed("The form is no text."))?;
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let mut params = Vec::new();
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            params.push((decoded(name)?, decoded(value)?));
        }
        if params.len() > PARAMS_MAX {
            return Err(malformed("The form has too many parameters."));
        }
        let mut names = HashSet::new();
        match params.iter().find(|(name, _)| !names.insert(name.as_str())) {
            Some((name, _)) => Err(malformed(format!("The parameter {name} stands twice."))),
            None => Ok(Self(params)),
        }
    }

    /// Returns which action is asked for, once the version is that of the service.
    pub(super) fn action(&self, service: QueryService) -> Outcome<&str> {
        let action = self.text("Action").filter(|action| !action.is_empty());
        let action = action.ok_or_else(|| {
            Fault::new(
                "MissingAction",
                "The request must contain the parameter Action.",
            )
        })?;
        let version = self.text("Version").unwrap_or_default();
        if version == service.version() {
            return Ok(action);
        }
        let message = format!("Could not find operation {action} for version {version:?}");
        Err(Fault::invalid_action(message))
    }

    /// Returns a parameter.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(n, _)| n == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Returns a parameter that has to stand.
    pub(super) fn required(&self, name: &str) -> Outcome<&str> {
        self.text(name).ok_or_else(|| {
            Fault::invalid(format!(
                "1 validation error detected: Value null at '{}' failed to satisfy constraint: \
                 Member must not be null",
                camel(name)
            ))
        })
    }

    /// Returns a number within bounds.
    pub(super) fn number(&self, name: &str, least: u32, most: u32) -> Outcome<Option<u32>> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let number = text.parse().ok();
        let number = number.filter(|number| (least..=most).contains(number));
        let number = number.ok_or_else(|| {
            Fault::invalid(format!(
                "1 validation error detected: Value '{text}' at '{}' failed to satisfy \
                 constraint: Member must be a number from {least} to {most}",
                camel(name)
            ))
        });
        number.map(Some)
    }

    /// Returns the members of a list, in their order: `Name.member.1` and so on.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let member = |at: usize| self.text(&format!("{name}.member.{at}"));
        (1..).map_while(member).collect()
    }

    /// Returns the name of a user or a role, which has to stand.
    pub(super) fn identity(&self, name: &str) -> Outcome<UserName> {
        parse_name(self.required(name)?, name)
    }

    /// Returns the name of a user or a role where there is one.
    pub(super) fn identity_of(&self, name: &str) -> Outcome<Option<UserName>> {
        self.text(name)
            .map(|text| parse_name(text, name))
            .transpose()
    }

    /// Returns the name of a policy.
    pub(super) fn policy_name(&self) -> Outcome<PolicyName> {
        let text = self.required("PolicyName")?;
        PolicyName::parse(text).map_err(|_| not_a_name("PolicyName"))
    }

    /// Refuses parameters by which AWS offers what is not offered here: passing over them would be a false success.
    pub(super) fn refuse(&self, names: &[&str]) -> Outcome<()> {
        let given = |name: &&&str| {
            let members = format!("{name}.");
            self.0
                .iter()
                .any(|(n, _)| n == **name || n.starts_with(&members))
        };
        match names.iter().find(given) {
            Some(name) => Err(Fault::unsupported(name)),
            None => Ok(()),
        }
    }

    /// Refuses a path other than the one that everything here has.
    pub(super) fn refuse_path(&self) -> Outcome<()> {
        match self.text("Path") {
            None | Some("/") => Ok(()),
            Some(_) => Err(Fault::unsupported("A Path other than /")),
        }
    }
}

fn parse_name(text: &str, name: &str) -> Outcome<UserName> {
    UserName::parse(text).map_err(|_| not_a_name(name))
}

fn not_a_name(name: &str) -> Fault {
    Fault::invalid(format!(
        "The specified value for {} is invalid. It must contain only alphanumeric characters \
         and/or the following: +=,.@_-",
        camel(name)
    ))
}

/// Returns a name as AWS writes it where it complains about a value.
fn camel(name: &str) -> String {
    let (first, rest) = name.split_at(name.len().min(1));
    format!("{}{rest}", first.to_ascii_lowercase())
}

fn decoded(text: &str) -> Outcome<String> {
    let text = text.replace('+', " ");
    let decoded = percent_decode_str(&text).decode_utf8();
    let decoded = decoded.map_err(|_| malformed("The form is no text."))?;
    Ok(decoded.into_owned())
}

fn malformed(message: impl Into<std::borrow::Cow<'static, str>>) -> Fault {
    Fault::new("MalformedInput", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(body: &str) -> Params {
        Params::parse(body.as_bytes()).unwrap()
    }

    #[test]
    fn a_form_is_decoded_once() {
        let params = params("Action=GetUser&UserName=a%2Bb&Note=x+y%2520z&Empty=&Bare");
        assert_eq!(params.text("UserName"), Some("a+b"));
        assert_eq!(params.text("Note"), Some("x y%20z"));
        assert_eq!(params.text("Empty"), Some(""));
        assert_eq!(params.text("Bare"), Some(""));
        assert_eq!(params.text("Other"), None);
        assert_eq!(params.identity("UserName").unwrap().as_str(), "a+b");
    }

    #[test]
    fn what_two_readers_would_read_differently_is_refused() {
        for body in ["A=1&A=2", "A=1&%41=2", "A=%FF"] {
            let refused = Params::parse(body.as_bytes()).unwrap_err();
            assert!(
                format!("{refused:?}").contains("MalformedInput"),
                "{body}: {refused:?}"
            );
        }
        assert!(Params::parse(b"\xff=1").is_err());
        let many = (0..=PARAMS_MAX).map(|at| format!("N{at}=1&"));
        assert!(Params::parse(many.collect::<String>().as_bytes()).is_err());
    }

    #[test]
    fn an_action_goes_with_the_version_of_its_service() {
        let asked = params("Action=GetUser&Version=2010-05-08");
        assert_eq!(asked.action(QueryService::Iam), Ok("GetUser"));
        assert!(asked.action(QueryService::Sts).is_err());
        assert!(
            params("Version=2010-05-08")
                .action(QueryService::Iam)
                .is_err()
        );
        assert!(params("Action=GetUser").action(QueryService::Iam).is_err());
    }

    #[test]
    fn lists_end_where_a_number_is_missing() {
        let params = params("N.member.1=a&N.member.2=b&N.member.4=d");
        assert_eq!(params.list("N"), ["a", "b"]);
        assert!(params.list("M").is_empty());
        assert!(params.refuse(&["M", "N"]).is_err());
        assert!(params.refuse(&["M"]).is_ok());
    }

    #[test]
    fn numbers_have_bounds() {
        let params = params("Max=7&Bad=x&Below=-1");
        assert_eq!(params.number("Max", 1, 10), Ok(Some(7)));
        assert_eq!(params.number("None", 1, 10), Ok(None));
        for (name, most) in [("Max", 6), ("Bad", 10), ("Below", 10)] {
            assert!(params.number(name, 1, most).is_err(), "{name}");
        }
    }
}
