//! The encryption context that a writer adds: base64 of a JSON object whose values are strings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use s3s::{S3Result, s3_error};
use stave_model::EncryptionContext;

/// Parses the header's value.
pub(super) fn parse(text: Option<&str>) -> S3Result<EncryptionContext> {
    let Some(text) = text else {
        return Ok(EncryptionContext::new());
    };
    let json = STANDARD.decode(text).ok();
    let context = json.and_then(|json| serde_json::from_slice(&json).ok());
    context.ok_or_else(|| {
        s3_error!(
            InvalidArgument,
            "The header x-amz-server-side-encryption-context shall be Base64-encoded UTF-8 string \
             holding JSON which represents a string-string map"
        )
    })
}

/// Writes the header's value.
pub(super) fn write(context: &EncryptionContext) -> String {
    let json = serde_json::to_vec(context).expect("a map of strings is JSON");
    STANDARD.encode(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> S3Result<EncryptionContext> {
        parse(Some(&STANDARD.encode(json)))
    }

    #[test]
    fn a_context_is_told_as_it_was_sent() {
        let context = read(r#"{"tier":"gold","für":"Bea"}"#).unwrap();
        assert_eq!(context["für"], "Bea");
        // {"für":"Bea","tier":"gold"}: in the order of the names, whatever order they came in.
        let told = write(&context);
        assert_eq!(told, "eyJmw7xyIjoiQmVhIiwidGllciI6ImdvbGQifQ==");
        assert_eq!(parse(Some(&told)).unwrap(), context);
        assert!(parse(None).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_map_of_strings_is_refused() {
        for bad in ["", "1", "[]", r#"{"a":1}"#, r#"{"a":{"b":"c"}}"#, "{"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(parse(Some("no base64")).is_err());
    }
}
