//! What travels with a version but is never searched by: headers, user metadata and checksum, as
//! JSON. The structs here are the format; the model knows no serialisation.

use serde::{Deserialize, Serialize};
use stave_model::{
    Checksum, ChecksumAlgorithm, ChecksumKind, ObjectHeaders, StorageClass, UserMetadata,
};

use crate::json::{from_json, to_json};
use crate::{Error, Result};

#[derive(Serialize, Deserialize)]
struct HeadersJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cache_control: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_disposition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    website_redirect: Option<String>,
    storage_class: String,
}

#[derive(Serialize, Deserialize)]
struct ChecksumJson {
    algorithm: String,
    kind: String,
    /// In hex.
    value: String,
    parts: u16,
}

pub(crate) fn headers_to_json(headers: &ObjectHeaders) -> Result<String> {
    let headers = headers.clone();
    to_json(&HeadersJson {
        content_type: headers.content_type,
        cache_control: headers.cache_control,
        content_disposition: headers.content_disposition,
        content_encoding: headers.content_encoding,
        content_language: headers.content_language,
        expires: headers.expires,
        website_redirect: headers.website_redirect,
        storage_class: headers.storage_class.0,
    })
}

pub(crate) fn headers_from_json(json: &str) -> Result<ObjectHeaders> {
    let headers: HeadersJson = from_json(json, "headers")?;
    Ok(ObjectHeaders {
        content_type: headers.content_type,
        cache_control: headers.cache_control,
        content_disposition: headers.content_disposition,
        content_encoding: headers.content_encoding,
        content_language: headers.content_language,
        expires: headers.expires,
        website_redirect: headers.website_redirect,
        storage_class: StorageClass(headers.storage_class),
    })
}

pub(crate) fn user_metadata_to_json(metadata: &UserMetadata) -> Result<String> {
    to_json(metadata)
}

pub(crate) fn user_metadata_from_json(json: &str) -> Result<UserMetadata> {
    from_json(json, "user metadata")
}

pub(crate) fn checksum_to_json(checksum: &Checksum) -> Result<String> {
    to_json(&ChecksumJson {
        algorithm: checksum.algorithm.as_str().to_owned(),
        kind: checksum.kind.as_str().to_owned(),
        value: hex::encode(&checksum.value),
        parts: checksum.parts,
    })
}

pub(crate) fn checksum_from_json(json: &str) -> Result<Checksum> {
    let damaged = || Error::Damaged { what: "checksum" };
    let stored: ChecksumJson = from_json(json, "checksum")?;
    let algorithm = ChecksumAlgorithm::parse(&stored.algorithm).ok_or_else(damaged)?;
    let value = hex::decode(&stored.value).map_err(|_| damaged())?;
    if value.len() != algorithm.length_bytes() {
        return Err(damaged());
    }
    Ok(Checksum {
        algorithm,
        kind: checksum_kind_parse(&stored.kind).ok_or_else(damaged)?,
        value,
        parts: stored.parts,
    })
}

/// Parses S3's name of what a checksum covers.
pub(crate) fn checksum_kind_parse(text: &str) -> Option<ChecksumKind> {
    [ChecksumKind::FullObject, ChecksumKind::Composite]
        .into_iter()
        .find(|kind| kind.as_str() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers() -> ObjectHeaders {
        ObjectHeaders {
            content_type: Some("text/plain".to_owned()),
            content_disposition: Some("attachment; filename=\"\u{1F600}\\\"\"".to_owned()),
            ..ObjectHeaders::default()
        }
    }

    fn checksum() -> Checksum {
        Checksum {
            algorithm: ChecksumAlgorithm::Crc32c,
            kind: ChecksumKind::Composite,
            value: vec![0, 1, 0xfe, 0xff],
            parts: 3,
        }
    }

    #[test]
    fn the_format_of_headers_is_written_down() {
        assert_eq!(
            headers_to_json(&headers()).unwrap(),
            concat!(
                r#"{"content_type":"text/plain","#,
                r#""content_disposition":"attachment; filename=\"😀\\\"\"","#,
                r#""storage_class":"STANDARD"}"#
            )
        );
        assert_eq!(
            headers_from_json(&headers_to_json(&headers()).unwrap()).unwrap(),
            headers()
        );
    }

    #[test]
    fn the_format_of_a_checksum_is_written_down() {
        let json = r#"{"algorithm":"CRC32C","kind":"COMPOSITE","value":"0001feff","parts":3}"#;
        assert_eq!(checksum_to_json(&checksum()).unwrap(), json);
        assert_eq!(checksum_from_json(json).unwrap(), checksum());
    }

    #[test]
    fn damaged_json_is_told_as_such() {
        for json in [
            "",
            "{}",
            "[]",
            "{\"algorithm\":\"CRC32\"}",
            r#"{"algorithm":"MD5","kind":"COMPOSITE","value":"00","parts":0}"#,
            r#"{"algorithm":"CRC32","kind":"COMPOSITE","value":"00","parts":0}"#,
            r#"{"algorithm":"CRC32","kind":"half","value":"00000000","parts":0}"#,
            r#"{"algorithm":"CRC32","kind":"COMPOSITE","value":"0000000g","parts":0}"#,
        ] {
            let error = checksum_from_json(json).unwrap_err();
            assert!(
                matches!(error, Error::Damaged { what: "checksum" }),
                "{json}"
            );
        }
        assert!(matches!(
            headers_from_json("{\"content_type\":1}"),
            Err(Error::Damaged { what: "headers" })
        ));
        assert!(matches!(
            user_metadata_from_json("{\"a\":null}"),
            Err(Error::Damaged {
                what: "user metadata"
            })
        ));
    }
}
