//! What a bucket's encryption may forbid: `BlockedEncryptionTypes`, which s3s does not know. SSE-C cannot be
//! forbidden here; a document that forbids nothing says what holds.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_BlockedEncryptionTypes.html>

use bytes::Bytes;
use s3s::{S3Result, s3_error};

const OPEN: &str = "<BlockedEncryptionTypes>";
const CLOSE: &str = "</BlockedEncryptionTypes>";

/// What stands between where nothing is forbidden.
const NOTHING: &str = "<EncryptionType>NONE</EncryptionType>";

/// Takes from a document what forbids nothing, or fails where something is forbidden.
pub(in crate::s3) fn without_blocked(document: Bytes) -> S3Result<Bytes> {
    let Ok(text) = std::str::from_utf8(&document) else {
        return Ok(document);
    };
    let Some((before, rest)) = text.split_once(OPEN) else {
        return Ok(document);
    };
    let Some((blocked, after)) = rest.split_once(CLOSE) else {
        return Ok(document);
    };
    let blocked: String = blocked.split_whitespace().collect();
    if blocked.replace(NOTHING, "").is_empty() {
        return Ok(Bytes::from(format!("{before}{after}")));
    }
    Err(s3_error!(
        NotImplemented,
        "Blocking of encryption types is not offered by this endpoint."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_of(document: &'static str) -> Result<String, String> {
        let left = without_blocked(Bytes::from_static(document.as_bytes()));
        let left = left.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
        left.map_err(|error| error.code().as_str().to_owned())
    }

    #[test]
    fn nothing_forbidden_is_nothing_said() {
        let rule = "<Rule><BlockedEncryptionTypes>\n <EncryptionType>NONE</EncryptionType>\n\
                    </BlockedEncryptionTypes></Rule>";
        assert_eq!(left_of(rule).as_deref(), Ok("<Rule></Rule>"));
        assert_eq!(left_of("<Rule/>").as_deref(), Ok("<Rule/>"));
    }

    #[test]
    fn what_cannot_be_forbidden_is_not_said_to_be() {
        let rule = "<Rule><BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType>\
                    </BlockedEncryptionTypes></Rule>";
        assert_eq!(left_of(rule), Err("NotImplemented".to_owned()));
    }
}
