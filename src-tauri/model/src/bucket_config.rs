//! What is set for a bucket beside its versioning: one value for each of S3's sub-resources.

use crate::{
    Acl, BucketEncryption, BucketName, Cors, Grant, ObjectOwnership, PublicAccessBlock, Tags,
};

/// One of S3's sub-resources of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BucketConfigKind {
    /// `?acl`
    Acl,
    /// `?tagging`
    Tagging,
    /// `?ownershipControls`
    Ownership,
    /// `?requestPayment`
    RequestPayment,
    /// `?accelerate`
    Accelerate,
    /// `?logging`
    Logging,
    /// `?website`
    Website,
    /// `?encryption`
    Encryption,
    /// `?cors`
    Cors,
    /// `?policy`
    Policy,
    /// `?publicAccessBlock`
    PublicAccess,
}

impl BucketConfigKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Acl,
        Self::Tagging,
        Self::Ownership,
        Self::RequestPayment,
        Self::Accelerate,
        Self::Logging,
        Self::Website,
        Self::Encryption,
        Self::Cors,
        Self::Policy,
        Self::PublicAccess,
    ];

    /// Returns the name of the sub-resource in a query.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acl => "acl",
            Self::Tagging => "tagging",
            Self::Ownership => "ownershipControls",
            Self::RequestPayment => "requestPayment",
            Self::Accelerate => "accelerate",
            Self::Logging => "logging",
            Self::Website => "website",
            Self::Encryption => "encryption",
            Self::Cors => "cors",
            Self::Policy => "policy",
            Self::PublicAccess => "publicAccessBlock",
        }
    }

    /// Parses the name of the sub-resource in a query.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// What is set for a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketConfig {
    /// Who may do what, beside the owner.
    Acl(Acl),
    /// The bucket's own tags.
    Tagging(Tags),
    /// Who owns what others write.
    Ownership(ObjectOwnership),
    /// Who pays.
    RequestPayment(Payer),
    /// Whether transfers go by way of edge locations: kept and told, without effect on one machine.
    Accelerate(Acceleration),
    /// Where access logs go.
    Logging(Logging),
    /// How the bucket is a web site.
    Website(Website),
    /// How objects are encrypted whose writers do not say it.
    Encryption(BucketEncryption),
    /// Which web pages of other origins may reach it.
    Cors(Cors),
    /// Who may do what, in AWS' language of policies: JSON as its author wrote it.
    Policy(String),
    /// What is refused of the public.
    PublicAccess(PublicAccessBlock),
}

impl BucketConfig {
    /// Returns which sub-resource this is.
    pub fn kind(&self) -> BucketConfigKind {
        match self {
            Self::Acl(_) => BucketConfigKind::Acl,
            Self::Tagging(_) => BucketConfigKind::Tagging,
            Self::Ownership(_) => BucketConfigKind::Ownership,
            Self::RequestPayment(_) => BucketConfigKind::RequestPayment,
            Self::Accelerate(_) => BucketConfigKind::Accelerate,
            Self::Logging(_) => BucketConfigKind::Logging,
            Self::Website(_) => BucketConfigKind::Website,
            Self::Encryption(_) => BucketConfigKind::Encryption,
            Self::Cors(_) => BucketConfigKind::Cors,
            Self::Policy(_) => BucketConfigKind::Policy,
            Self::PublicAccess(_) => BucketConfigKind::PublicAccess,
        }
    }
}

/// Who pays for requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Payer {
    /// The bucket's owner.
    #[default]
    BucketOwner,
    /// Who asks; a request by others must say that they know.
    Requester,
}

impl Payer {
    /// Returns S3's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BucketOwner => "BucketOwner",
            Self::Requester => "Requester",
        }
    }

    /// Parses S3's name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::BucketOwner, Self::Requester]
            .into_iter()
            .find(|one| one.as_str() == text)
    }
}

/// Whether transfers are accelerated; a bucket where it was never set has neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceleration {
    /// They are.
    Enabled,
    /// They are no longer.
    Suspended,
}

impl Acceleration {
    /// Returns S3's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Suspended => "Suspended",
        }
    }

    /// Parses S3's name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Enabled, Self::Suspended]
            .into_iter()
            .find(|one| one.as_str() == text)
    }
}

/// Where the access logs of a bucket go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logging {
    /// The bucket that receives them.
    pub target_bucket: BucketName,
    /// What their keys begin with.
    pub target_prefix: String,
    /// Whom the logs are given to beside the owner of the target.
    pub grants: Vec<Grant>,
    /// How their keys are made.
    pub key_format: LogKeyFormat,
}

/// How the key of an access log is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogKeyFormat {
    /// The prefix, the time and a random end.
    #[default]
    Simple,
    /// Folders by account, region, bucket and day; the day that of delivery.
    PartitionedByDelivery,
    /// The same; the day that of the events.
    PartitionedByEvent,
}

/// How a bucket is served as a web site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Website {
    /// All requests are sent elsewhere.
    RedirectAll {
        /// The host.
        host: String,
        /// `http` or `https`; `None` is the scheme of the request.
        protocol: Option<String>,
    },
    /// Objects are pages.
    Pages {
        /// What is put behind a key that ends as a folder does, `index.html` say.
        index_suffix: String,
        /// The key of the page that is shown for an error.
        error_key: Option<String>,
        /// Redirects, decided in this order; at most 50.
        rules: Vec<RoutingRule>,
    },
}

/// A redirect of a web site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoutingRule {
    /// Holds where the key begins so; `None` always holds.
    pub if_key_prefix: Option<String>,
    /// Holds where the answer would be this error; `None` always holds.
    pub if_error: Option<u16>,
    /// The other host.
    pub host: Option<String>,
    /// `http` or `https`.
    pub protocol: Option<String>,
    /// What stands in the place of `if_key_prefix`; excludes `replace_key`.
    pub replace_key_prefix: Option<String>,
    /// The other key.
    pub replace_key: Option<String>,
    /// The status; `None` is 301.
    pub status: Option<u16>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for one in BucketConfigKind::ALL {
            assert_eq!(BucketConfigKind::parse(one.as_str()), Some(one));
        }
        for one in [Payer::BucketOwner, Payer::Requester] {
            assert_eq!(Payer::parse(one.as_str()), Some(one));
        }
        for one in [Acceleration::Enabled, Acceleration::Suspended] {
            assert_eq!(Acceleration::parse(one.as_str()), Some(one));
        }
        assert_eq!(Payer::parse("Nobody"), None);
    }
}
