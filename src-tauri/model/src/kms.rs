//! The words of the key service, as AWS KMS has them.
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html>

use std::fmt;

use crate::Timestamp;
use crate::actor::ACCOUNT;

/// The region that ARNs and credential scopes name, as AWS calls its first one.
pub const DEFAULT_REGION: &str = "us-east-1";

/// The alias of the key that the store makes and manages for SSE-KMS without a key of one's own.
pub const MANAGED_S3_ALIAS: &str = "alias/aws/s3";

/// The id of a key: 36 characters of a UUID in lower case. Never used again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// Parses a bare id.
    pub fn parse(text: &str) -> Option<Self> {
        let dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let fits = |(at, b): (usize, u8)| if dash(at) { b == b'-' } else { hex(b) };
        let valid = text.len() == 36 && text.bytes().enumerate().all(fits);
        valid.then(|| Self(text.to_owned()))
    }

    /// Makes an id of random bytes, as a version 4 UUID.
    pub fn from_random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = format!("{:032x}", u128::from_be_bytes(bytes));
        let text = [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ];
        Self(text.join("-"))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the ARN in a region.
    pub fn arn(&self, region: &str) -> String {
        format!("arn:aws:kms:{region}:{ACCOUNT}:key/{}", self.0)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of an alias: `alias/` and 1 to 250 letters, digits and `/ _ -`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AliasName(String);

impl AliasName {
    /// Parses a name, that of a managed key (`alias/aws/…`) too.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.strip_prefix("alias/")?;
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/_-".contains(&b);
        let valid = (1..=250).contains(&name.len()) && name.bytes().all(allowed);
        valid.then(|| Self(text.to_owned()))
    }

    /// Returns whether it is reserved for keys that the store manages.
    pub fn is_managed(&self) -> bool {
        self.0.starts_with("alias/aws/")
    }

    /// Returns the name as text, with `alias/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the ARN in a region.
    pub fn arn(&self, region: &str) -> String {
        format!("arn:aws:kms:{region}:{ACCOUNT}:{}", self.0)
    }
}

impl fmt::Display for AliasName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A key as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyRef {
    /// By its id.
    Id(KeyId),
    /// By an alias.
    Alias(AliasName),
}

impl KeyRef {
    /// Parses an id, an alias, or the ARN of either in this region and account. `None` for what names no key
    /// that could be here.
    pub fn parse(text: &str, region: &str) -> Option<Self> {
        let own = format!("arn:aws:kms:{region}:{ACCOUNT}:");
        let text = match text.strip_prefix(&own) {
            Some(rest) => match rest.strip_prefix("key/") {
                Some(id) => return KeyId::parse(id).map(Self::Id),
                None => rest,
            },
            None => text,
        };
        AliasName::parse(text)
            .map(Self::Alias)
            .or_else(|| KeyId::parse(text).map(Self::Id))
    }
}

/// Whether a key can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It can.
    Enabled,
    /// Its owner turned it off.
    Disabled,
    /// It will be deleted.
    PendingDeletion,
    /// Its material was never imported, was deleted, or has expired.
    PendingImport,
}

impl KeyState {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Enabled,
        Self::Disabled,
        Self::PendingDeletion,
        Self::PendingImport,
    ];

    /// Returns the name that AWS KMS has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::PendingDeletion => "PendingDeletion",
            Self::PendingImport => "PendingImport",
        }
    }

    /// Parses the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// What a key is and can do: its `KeySpec` and `KeyUsage` in one, for only these pairs are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySpec {
    /// `SYMMETRIC_DEFAULT`: AES-256-GCM, encrypts and decrypts.
    Symmetric,
    /// `HMAC_256`: 32 bytes, generates and verifies MACs.
    Hmac256,
    /// `HMAC_384`: 48 bytes.
    Hmac384,
    /// `HMAC_512`: 64 bytes.
    Hmac512,
}

impl KeySpec {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Symmetric, Self::Hmac256, Self::Hmac384, Self::Hmac512];

    /// Returns the name that AWS KMS has for the spec.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Symmetric => "SYMMETRIC_DEFAULT",
            Self::Hmac256 => "HMAC_256",
            Self::Hmac384 => "HMAC_384",
            Self::Hmac512 => "HMAC_512",
        }
    }

    /// Parses the name of the spec.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Returns the name of the usage.
    pub fn usage(self) -> &'static str {
        match self {
            Self::Symmetric => "ENCRYPT_DECRYPT",
            Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => "GENERATE_VERIFY_MAC",
        }
    }

    /// Returns the length of its material in bytes.
    pub fn material_bytes(self) -> usize {
        match self {
            Self::Symmetric | Self::Hmac256 => 32,
            Self::Hmac384 => 48,
            Self::Hmac512 => 64,
        }
    }
}

/// Where the material of a key came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrigin {
    /// `AWS_KMS`: made here.
    Made,
    /// `EXTERNAL`: imported.
    External,
}

impl KeyOrigin {
    /// Returns the name that AWS KMS has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Made => "AWS_KMS",
            Self::External => "EXTERNAL",
        }
    }

    /// Parses the name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Made, Self::External]
            .into_iter()
            .find(|one| one.as_str() == text)
    }
}

/// How a version of a key came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionOrigin {
    /// With the key.
    Created,
    /// By its schedule.
    Automatic,
    /// Because somebody asked.
    OnDemand,
    /// It was imported.
    Imported,
}

impl VersionOrigin {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Created,
        Self::Automatic,
        Self::OnDemand,
        Self::Imported,
    ];

    /// Returns the name; those of rotations are the `RotationType` of AWS KMS.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Automatic => "AUTOMATIC",
            Self::OnDemand => "ON_DEMAND",
            Self::Imported => "IMPORTED",
        }
    }

    /// Parses the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// A version of a key: the newest seals, all open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyVersion {
    /// Its number, from 1.
    pub version: u32,
    /// When it was made.
    pub created: Timestamp,
    /// How it came to be.
    pub origin: VersionOrigin,
}

/// When a key rotates by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationSchedule {
    /// Every so many days, 90 to 2,560.
    pub period_days: u16,
    /// The next time.
    pub next: Timestamp,
}

/// A key of the key service, without its material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// Its ARN.
    pub arn: String,
    /// What its owner says of it; at most 8,192 bytes.
    pub description: String,
    /// Whether it can be used.
    pub state: KeyState,
    /// What it is.
    pub spec: KeySpec,
    /// Where its material came from.
    pub origin: KeyOrigin,
    /// Whether the store made it for itself: it is used and not managed by people.
    pub managed: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it will be deleted, while that is pending.
    pub deletion: Option<Timestamp>,
    /// When imported material expires.
    pub material_expires: Option<Timestamp>,
    /// When it rotates by itself; `None` is never.
    pub rotation: Option<RotationSchedule>,
    /// The newest version; 0 where no material was imported yet.
    pub version: u32,
}

/// An alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// Its name.
    pub name: AliasName,
    /// Its ARN.
    pub arn: String,
    /// The key that it names.
    pub key: KeyId,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last pointed at another key.
    pub updated: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "12345678-90ab-4def-8123-4567890abcde";

    #[test]
    fn a_key_is_named_by_id_alias_or_arn_of_this_region() {
        let by_id = Some(KeyRef::Id(KeyId(ID.to_owned())));
        let by_alias = Some(KeyRef::Alias(AliasName("alias/a/b".to_owned())));
        let parse = |text: &str| KeyRef::parse(text, "us-east-1");
        assert_eq!(parse(ID), by_id);
        assert_eq!(parse(&KeyId(ID.to_owned()).arn("us-east-1")), by_id);
        assert_eq!(parse("alias/a/b"), by_alias);
        assert_eq!(
            parse("arn:aws:kms:us-east-1:000000000000:alias/a/b"),
            by_alias
        );
        for text in [
            "",
            "alias/",
            "alias/ä",
            "12345678-90AB-4def-8123-4567890abcde",
            "12345678190ab-4def-8123-4567890abcde",
            "arn:aws:kms:eu-west-1:000000000000:alias/a/b",
            "arn:aws:kms:us-east-1:111111111111:alias/a/b",
            "arn:aws:kms:us-east-1:000000000000:key/alias/a",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_id_of_random_bytes_is_a_uuid_of_version_4() {
        let id = KeyId::from_random([0xff; 16]);
        assert_eq!(id.as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(KeyId::parse(id.as_str()), Some(id));
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for one in KeyState::ALL {
            assert_eq!(KeyState::parse(one.as_str()), Some(one));
        }
        for one in KeySpec::ALL {
            assert_eq!(KeySpec::parse(one.as_str()), Some(one));
        }
        for one in VersionOrigin::ALL {
            assert_eq!(VersionOrigin::parse(one.as_str()), Some(one));
        }
        for one in [KeyOrigin::Made, KeyOrigin::External] {
            assert_eq!(KeyOrigin::parse(one.as_str()), Some(one));
        }
    }
}
