//! CORS rules in S3's JSON, as `aws s3api put-bucket-cors` takes it and files hold it. Window and terminal read
//! and write it here; what is wrong is told with its line.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use stave_model::{Cors, CorsError, CorsMethod, CorsRule};
use thiserror::Error;

/// What keeps a text from being CORS rules.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", told(*.line, .message))]
pub struct CorsProblem {
    /// The line where it shows, from 1; `None` where it is of the whole.
    pub line: Option<usize>,
    /// What it is, as a sentence without a full stop.
    pub message: String,
}

fn told(line: Option<usize>, message: &str) -> String {
    match line {
        Some(line) => format!("line {line}: {message}"),
        None => message.to_owned(),
    }
}

/// The document; its list alone will do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "CORSRules")]
    rules: Vec<Rule>,
}

/// A rule that S3 would take. It is checked while it is read, where the line is known.
#[derive(Deserialize)]
#[serde(try_from = "RuleJson")]
struct Rule(CorsRule);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RuleJson {
    #[serde(rename = "ID")]
    id: Option<String>,
    allowed_origins: Vec<Text>,
    allowed_methods: Vec<Method>,
    #[serde(default)]
    allowed_headers: Vec<Text>,
    #[serde(default)]
    expose_headers: Vec<Exposed>,
    max_age_seconds: Option<u32>,
}

/// An origin or the name of a header, either with at most one `*`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Text(String);

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Method(CorsMethod);

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Exposed(String);

impl TryFrom<String> for Text {
    type Error = CorsError;

    fn try_from(text: String) -> Result<Self, CorsError> {
        // The rule that is nothing but this text: so it is told with its line.
        let rule = CorsRule {
            origins: vec![text.clone()],
            methods: vec![CorsMethod::Get],
            ..CorsRule::default()
        };
        rule.check().map(|()| Self(text))
    }
}

impl TryFrom<String> for Exposed {
    type Error = CorsError;

    fn try_from(text: String) -> Result<Self, CorsError> {
        let rule = CorsRule {
            origins: vec!["*".to_owned()],
            methods: vec![CorsMethod::Get],
            exposed: vec![text.clone()],
            ..CorsRule::default()
        };
        rule.check().map(|()| Self(text))
    }
}

impl TryFrom<String> for Method {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let none = || format!("{name:?} is none of GET, PUT, POST, DELETE and HEAD");
        CorsMethod::parse(&name).map(Self).ok_or_else(none)
    }
}

impl TryFrom<RuleJson> for Rule {
    type Error = CorsError;

    fn try_from(json: RuleJson) -> Result<Self, CorsError> {
        let texts = |texts: Vec<Text>| texts.into_iter().map(|Text(text)| text).collect();
        let rule = CorsRule {
            id: json.id,
            origins: texts(json.allowed_origins),
            methods: json.allowed_methods.into_iter().map(|m| m.0).collect(),
            headers: texts(json.allowed_headers),
            exposed: json.expose_headers.into_iter().map(|e| e.0).collect(),
            max_age_secs: json.max_age_seconds,
        };
        rule.check().map(|()| Self(rule))
    }
}

/// Reads rules.
pub fn read_cors(json: &str) -> Result<Cors, CorsProblem> {
    let rules: Vec<Rule> = if json.trim_start().starts_with('[') {
        serde_json::from_str(json).map_err(problem)?
    } else {
        let document: Document = serde_json::from_str(json).map_err(problem)?;
        document.rules
    };
    let rules = rules.into_iter().map(|Rule(rule)| rule).collect();
    Cors::new(rules).map_err(|error| CorsProblem {
        line: None,
        message: error.to_string(),
    })
}

/// serde writes the place behind its words; it is told apart here.
#[expect(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
fn problem(error: serde_json::Error) -> CorsProblem {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let words = error.to_string();
    let message = words.strip_suffix(&place).unwrap_or(&words);
    CorsProblem {
        line: (error.line() > 0).then(|| error.line()),
        message: message.to_owned(),
    }
}

/// Writes rules, indented; nothing where there is none.
pub fn write_cors(rules: &[CorsRule]) -> String {
    if rules.is_empty() {
        return String::new();
    }
    let rules: Vec<Value> = rules.iter().map(rule_json).collect();
    let document = json!({ "CORSRules": rules });
    format!("{document:#}\n")
}

/// Writes one rule in the words of S3's JSON; what is not set is left out.
pub fn rule_json(rule: &CorsRule) -> Value {
    let methods: Vec<&str> = rule.methods.iter().map(|m| m.as_str()).collect();
    let mut json = Map::new();
    let mut set = |name: &str, value: Value| {
        let is_set = !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
        if is_set {
            json.insert(name.to_owned(), value);
        }
    };
    set("ID", json!(rule.id));
    set("AllowedOrigins", json!(rule.origins));
    set("AllowedMethods", json!(methods));
    set("AllowedHeaders", json!(rule.headers));
    set("ExposeHeaders", json!(rule.exposed));
    set("MaxAgeSeconds", json!(rule.max_age_secs));
    Value::Object(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = r#"{
  "CORSRules": [
    {
      "AllowedHeaders": [
        "content-type"
      ],
      "AllowedMethods": [
        "PUT",
        "GET"
      ],
      "AllowedOrigins": [
        "http://localhost:5173"
      ],
      "ExposeHeaders": [
        "ETag"
      ],
      "ID": "vite",
      "MaxAgeSeconds": 600
    },
    {
      "AllowedMethods": [
        "GET"
      ],
      "AllowedOrigins": [
        "*"
      ]
    }
  ]
}
"#;

    #[test]
    fn rules_are_written_as_they_are_read() {
        let cors = read_cors(RULES).unwrap();
        assert_eq!(cors.rules().len(), 2);
        let first = &cors.rules()[0];
        assert_eq!(first.id.as_deref(), Some("vite"));
        assert_eq!(first.origins, ["http://localhost:5173"]);
        assert_eq!(first.methods, [CorsMethod::Put, CorsMethod::Get]);
        assert_eq!(first.headers, ["content-type"]);
        assert_eq!(first.exposed, ["ETag"]);
        assert_eq!(first.max_age_secs, Some(600));
        let written = write_cors(cors.rules());
        let as_value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(as_value(&written), as_value(RULES));
        assert_eq!(read_cors(&written), Ok(cors));
        assert_eq!(write_cors(&[]), "");
    }

    #[test]
    fn the_list_alone_will_do() {
        let list = r#" [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]"#;
        assert_eq!(read_cors(list).unwrap().rules().len(), 1);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let rule = |inner: &str| format!("{{\n \"CORSRules\": [\n  {{\n{inner}\n  }}\n ]\n}}");
        for (text, line, words) in [
            (
                "{\n \"CORSRules\": [\n".to_owned(),
                Some(3),
                "EOF while parsing a list",
            ),
            (
                "{\n \"Rules\": []}".to_owned(),
                Some(2),
                "unknown field `Rules`, expected `CORSRules`",
            ),
            ("[]".to_owned(), None, "a bucket has 1 to 100 CORS rules"),
            (
                rule("\"AllowedOrigins\": [\"*\"],\n\"AllowedMethods\": [\"GET\",\n\"PATCH\"]"),
                Some(6),
                "\"PATCH\" is none of GET, PUT, POST, DELETE and HEAD",
            ),
            (
                rule("\"AllowedOrigins\": [\n\"http://*.*\"],\n\"AllowedMethods\": [\"GET\"]"),
                Some(5),
                "\"http://*.*\" can not have more than one wildcard",
            ),
            (
                rule("\"AllowedOrigins\": [],\n\"AllowedMethods\": [\"GET\"]"),
                Some(7),
                "a CORS rule names at least one origin",
            ),
            (
                rule(
                    "\"AllowedOrigins\": [\"*\"],\n\"AllowedMethods\": [\"GET\"],\n\"ExposeHeaders\": [\"a b\"]",
                ),
                Some(6),
                "\"a b\" cannot stand in a header",
            ),
            (
                rule("\"AllowedOrigins\": [\"*\"],\n\"AllowedMethods\": [\"GET\"],\n\"MaxAge\": 5"),
                Some(6),
                "unknown field `MaxAge`, expected one of `ID`, `AllowedOrigins`, `AllowedMethods`, \
                 `AllowedHeaders`, `ExposeHeaders`, `MaxAgeSeconds`",
            ),
            (
                rule("\"AllowedOrigins\": [\"*\"]"),
                Some(5),
                "missing field `AllowedMethods`",
            ),
        ] {
            let problem = read_cors(&text).unwrap_err();
            assert_eq!(
                (problem.line, problem.message.as_str()),
                (line, words),
                "{text}"
            );
        }
    }
}
