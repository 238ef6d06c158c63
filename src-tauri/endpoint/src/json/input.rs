//! Reading the document of a request.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::answer::{JsonError, Outcome};

/// Members by which AWS offers what is not offered here. Passing over them would be a false success.
const NOT_OFFERED: [&str; 5] = [
    "DryRun",
    "Recipient",
    "CustomKeyStoreId",
    "XksKeyId",
    "MultiRegion",
];

/// Reads a document. Members that no operation here knows are passed over, as AWS does.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Outcome<T> {
    let mut members: Map<String, Value> = if body.is_empty() {
        Map::new()
    } else {
        serde_json::from_slice(body).map_err(|_| malformed("The body is not a JSON object."))?
    };
    members.retain(|_, value| !value.is_null());
    for name in NOT_OFFERED {
        if members
            .get(name)
            .is_some_and(|value| *value != Value::Bool(false))
        {
            return Err(JsonError::unsupported(name));
        }
    }
    serde_json::from_value(Value::Object(members)).map_err(|error| of_member(&error))
}

/// Tells a missing member, which AWS says of in words of its own, from one of another type. The reader tells
/// which it was in its text alone.
fn of_member(error: &serde_json::Error) -> JsonError {
    let text = error.to_string();
    let missing = text.strip_prefix("missing field `");
    let Some(name) = missing.and_then(|rest| rest.split('`').next()) else {
        return malformed("A member of the body is not of its type.");
    };
    let (first, rest) = name.split_at(name.len().min(1));
    let message = format!(
        "1 validation error detected: Value null at '{}{rest}' failed to satisfy constraint: \
         Member must not be null",
        first.to_ascii_lowercase()
    );
    JsonError::invalid(message)
}

fn malformed(message: &'static str) -> JsonError {
    JsonError::new("SerializationException", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Input {
        key_id: String,
        limit: Option<u16>,
    }

    #[track_caller]
    fn refused(body: &str, code: &str) {
        let answer = read::<Input>(body.as_bytes()).unwrap_err().into_answer();
        assert_eq!(answer.error.as_deref(), Some(code), "{body}");
    }

    #[test]
    fn a_document_has_the_members_of_its_operation() {
        let input = read::<Input>(br#"{"KeyId":"k","Limit":null,"New":1,"DryRun":false}"#);
        assert_eq!(
            input,
            Ok(Input {
                key_id: "k".to_owned(),
                limit: None
            })
        );
        refused("", "ValidationException");
        refused("{}", "ValidationException");
        refused(r#"{"KeyId":null}"#, "ValidationException");
        refused(r#"{"KeyId":7}"#, "SerializationException");
        refused(r#"{"KeyId":"k","Limit":"many"}"#, "SerializationException");
        refused("[]", "SerializationException");
        refused("{\"KeyId\":\"k\"", "SerializationException");
        refused(
            r#"{"KeyId":"k","DryRun":true}"#,
            "UnsupportedOperationException",
        );
    }

    #[test]
    fn a_missing_member_is_named_as_aws_names_it() {
        let error = read::<Input>(b"{}").unwrap_err();
        let body = String::from_utf8(error.into_answer().body).unwrap();
        assert!(body.contains("Value null at 'keyId' failed"), "{body}");
    }
}
