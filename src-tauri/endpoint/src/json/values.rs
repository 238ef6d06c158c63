//! Values as AWS' JSON writes them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use stave_model::Timestamp;

/// Bytes, in base64.
#[derive(PartialEq, Eq)]
pub(crate) struct Blob(pub(crate) Vec<u8>);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text);
        // The cause would quote the text, which may be a secret.
        bytes
            .map(Self)
            .map_err(|_| D::Error::custom("a value is not base64"))
    }
}

/// A moment, as seconds since 1970 with a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EpochSeconds(pub(crate) Timestamp);

impl Serialize for EpochSeconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(0);
        serializer.serialize_f64(Duration::from_millis(millis).as_secs_f64())
    }
}

impl<'de> Deserialize<'de> for EpochSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let none = || D::Error::custom("a value is not a moment since 1970");
        let seconds = f64::deserialize(deserializer)?;
        let since = Duration::try_from_secs_f64(seconds).map_err(|_| none())?;
        // A fraction is not exact as it comes: the nearest millisecond is what was meant.
        let since = since.saturating_add(Duration::from_micros(500));
        let millis = i64::try_from(since.as_millis()).map_err(|_| none())?;
        Ok(Self(Timestamp::from_millis(millis)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_base64() {
        assert_eq!(
            serde_json::to_string(&Blob(vec![0xff, 0])).unwrap(),
            "\"/wA=\""
        );
        assert!(serde_json::from_str::<Blob>("\"/wA=\"").unwrap() == Blob(vec![0xff, 0]));
        let error = serde_json::from_str::<Blob>("\"s e c r e t\"")
            .err()
            .unwrap();
        assert!(!error.to_string().contains("s e c"));
    }

    #[test]
    fn a_moment_is_seconds_with_a_fraction() {
        let at = EpochSeconds(Timestamp::from_millis(1_700_000_000_123));
        assert_eq!(serde_json::to_string(&at).unwrap(), "1700000000.123");
        let read = |text| serde_json::from_str::<EpochSeconds>(text).ok();
        assert_eq!(read("1700000000.123"), Some(at));
        let whole = EpochSeconds(Timestamp::from_millis(1_700_000_000_000));
        assert_eq!(read("1700000000"), Some(whole));
        for text in ["-1", "1e300", "\"2024-01-01\""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
