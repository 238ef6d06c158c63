//! The versioning state of a bucket.

/// S3's three states; a bucket never goes back to `Off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versioning {
    /// Never turned on: a write replaces, a delete removes.
    Off,
    /// Each write adds a version, a delete adds a delete marker.
    Enabled,
    /// Writes replace the `null` version, older versions stay.
    Suspended,
}

impl Versioning {
    /// Returns S3's `Status`; `None` for a bucket on which versioning was never turned on.
    pub fn status(self) -> Option<&'static str> {
        match self {
            Self::Off => None,
            Self::Enabled => Some("Enabled"),
            Self::Suspended => Some("Suspended"),
        }
    }
}
