//! The headers that travel with an object, and user metadata beyond ASCII.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use stave_model::{ObjectHeaders, StorageClass, UserMetadata};

/// Writes the standard headers onto a request that makes an object.
macro_rules! object_headers {
    ($request:expr, $headers:expr) => {
        $request
            .set_content_type($headers.content_type.clone())
            .set_cache_control($headers.cache_control.clone())
            .set_content_disposition($headers.content_disposition.clone())
            .set_content_encoding($headers.content_encoding.clone())
            .set_content_language($headers.content_language.clone())
            .set_website_redirect_location($headers.website_redirect.clone())
            .set_storage_class($crate::metadata::sdk_storage_class(&$headers.storage_class))
    };
}
pub(crate) use object_headers;

/// Reads the standard headers of an answer.
macro_rules! told_headers {
    ($answer:expr) => {
        stave_model::ObjectHeaders {
            content_type: $answer.content_type().map(str::to_owned),
            cache_control: $answer.cache_control().map(str::to_owned),
            content_disposition: $answer.content_disposition().map(str::to_owned),
            content_encoding: $answer.content_encoding().map(str::to_owned),
            content_language: $answer.content_language().map(str::to_owned),
            expires: $answer.expires_string().map(str::to_owned),
            website_redirect: $answer.website_redirect_location().map(str::to_owned),
            storage_class: $crate::metadata::storage_class(
                $answer.storage_class().map(|class| class.as_str()),
            ),
        }
    };
}
pub(crate) use told_headers;

/// Sends `Expires` as the text that it is: the SDK knows it only as a date.
macro_rules! with_expires {
    ($request:expr, $headers:expr) => {{
        let expires = $headers.expires.clone();
        $request.customize().mutate_request(move |request| {
            if let Some(expires) = &expires {
                request.headers_mut().insert("expires", expires.clone());
            }
        })
    }};
}
pub(crate) use with_expires;

/// Returns the storage class to ask for; none where it is S3's own choice.
pub(crate) fn sdk_storage_class(class: &StorageClass) -> Option<aws_sdk_s3::types::StorageClass> {
    (*class != StorageClass::default()).then(|| class.0.as_str().into())
}

/// Returns the storage class that an answer tells.
pub(crate) fn storage_class(text: Option<&str>) -> StorageClass {
    text.map_or_else(StorageClass::default, |text| StorageClass(text.to_owned()))
}

/// Returns headers that only a listing told.
pub(crate) fn listed_headers(storage_class: StorageClass) -> ObjectHeaders {
    ObjectHeaders {
        storage_class,
        ..ObjectHeaders::default()
    }
}

/// Returns user metadata as headers can carry it: what is beyond ASCII as an RFC 2047 word, as S3
/// does.
pub(crate) fn sdk_metadata(metadata: &UserMetadata) -> Option<HashMap<String, String>> {
    let encode = |text: &String| {
        let plain = text
            .bytes()
            .all(|b| b == b'\t' || (b' '..=b'~').contains(&b));
        if plain {
            text.clone()
        } else {
            format!("=?UTF-8?B?{}?=", STANDARD.encode(text))
        }
    };
    let encoded = metadata
        .iter()
        .map(|(name, text)| (name.clone(), encode(text)));
    (!metadata.is_empty()).then(|| encoded.collect())
}

/// Returns the user metadata that an answer tells, its RFC 2047 words decoded.
pub(crate) fn user_metadata(told: Option<&HashMap<String, String>>) -> UserMetadata {
    told.into_iter()
        .flatten()
        .map(|(name, text)| (name.to_ascii_lowercase(), decode_words(text)))
        .collect()
}

/// Decodes a text that is wholly made of RFC 2047 words in UTF-8; any other text is returned as it
/// is.
fn decode_words(text: &str) -> String {
    let words: Option<Vec<Vec<u8>>> = text.split(' ').map(decode_word).collect();
    words
        .and_then(|words| String::from_utf8(words.concat()).ok())
        .unwrap_or_else(|| text.to_owned())
}

fn decode_word(word: &str) -> Option<Vec<u8>> {
    let inner = word.strip_prefix("=?")?.strip_suffix("?=")?;
    let mut fields = inner.splitn(3, '?');
    let (charset, form, encoded) = (fields.next()?, fields.next()?, fields.next()?);
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    match form {
        "B" | "b" => STANDARD.decode(encoded).ok(),
        "Q" | "q" => decode_quoted(encoded),
        _ => None,
    }
}

fn decode_quoted(encoded: &str) -> Option<Vec<u8>> {
    let mut bytes = encoded.bytes();
    let mut decoded = Vec::with_capacity(encoded.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'_' => b' ',
            b'=' => {
                let pair = [bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_beyond_ascii_travels_as_a_word_and_comes_back() {
        let metadata = UserMetadata::from([
            ("plain".to_owned(), "as it is".to_owned()),
            ("town".to_owned(), "Z\u{fc}rich".to_owned()),
        ]);
        let sent = sdk_metadata(&metadata).unwrap();
        assert_eq!(sent["plain"], "as it is");
        assert_eq!(sent["town"], "=?UTF-8?B?WsO8cmljaA==?=");
        assert_eq!(user_metadata(Some(&sent)), metadata);
    }

    #[test]
    fn words_are_decoded_in_both_forms_and_other_text_is_kept() {
        for (text, expected) in [
            ("=?UTF-8?Q?Z=C3=BCrich_am_See?=", "Z\u{fc}rich am See"),
            ("=?utf-8?b?WsO8?= =?utf-8?b?cmljaA==?=", "Z\u{fc}rich"),
            ("=?latin1?Q?Z=FC?=", "=?latin1?Q?Z=FC?="),
            ("=?UTF-8?Q?=ZZ?=", "=?UTF-8?Q?=ZZ?="),
            ("a =?UTF-8?B?WsO8?=", "a =?UTF-8?B?WsO8?="),
            ("", ""),
        ] {
            assert_eq!(decode_words(text), expected, "{text:?}");
        }
    }
}
