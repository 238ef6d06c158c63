//! What is set for a bucket beside its versioning.

use serde::{Deserialize, Serialize};
use stave_model::{LogKeyFormat, Logging, ObjectOwnership, Payer, Website};
use ts_rs::TS;

use super::TagView;

/// What is set for a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BucketSettings {
    /// The bucket's own tags.
    pub tags: Vec<TagView>,
    /// Who owns what others write.
    pub ownership: OwnershipView,
    /// Who pays.
    pub payer: PayerView,
    /// Where access logs go; `None` is nowhere.
    pub logging: Option<LoggingView>,
    /// How the bucket is a web site; `None` where it is none.
    pub website: Option<WebsiteView>,
    /// Where the web site answers; empty while the endpoint is off.
    pub website_url: String,
}

/// Who owns what others write into a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "Ownership")]
pub enum OwnershipView {
    /// The bucket's owner; access control lists are off.
    BucketOwnerEnforced,
    /// The bucket's owner, where the writer gives it away.
    BucketOwnerPreferred,
    /// Who writes.
    ObjectWriter,
}

impl From<ObjectOwnership> for OwnershipView {
    fn from(ownership: ObjectOwnership) -> Self {
        match ownership {
            ObjectOwnership::BucketOwnerEnforced => Self::BucketOwnerEnforced,
            ObjectOwnership::BucketOwnerPreferred => Self::BucketOwnerPreferred,
            ObjectOwnership::ObjectWriter => Self::ObjectWriter,
        }
    }
}

impl From<OwnershipView> for ObjectOwnership {
    fn from(ownership: OwnershipView) -> Self {
        match ownership {
            OwnershipView::BucketOwnerEnforced => Self::BucketOwnerEnforced,
            OwnershipView::BucketOwnerPreferred => Self::BucketOwnerPreferred,
            OwnershipView::ObjectWriter => Self::ObjectWriter,
        }
    }
}

/// Who pays for requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "Payer")]
pub enum PayerView {
    /// The bucket's owner.
    BucketOwner,
    /// Who asks.
    Requester,
}

impl From<Payer> for PayerView {
    fn from(payer: Payer) -> Self {
        match payer {
            Payer::BucketOwner => Self::BucketOwner,
            Payer::Requester => Self::Requester,
        }
    }
}

impl From<PayerView> for Payer {
    fn from(payer: PayerView) -> Self {
        match payer {
            PayerView::BucketOwner => Self::BucketOwner,
            PayerView::Requester => Self::Requester,
        }
    }
}

/// How the key of an access log is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "LogKeyFormat")]
pub enum LogKeyFormatView {
    /// The prefix, the time and a random end.
    Simple,
    /// Folders by the day of delivery.
    PartitionedByDelivery,
    /// Folders by the day of the events.
    PartitionedByEvent,
}

impl From<LogKeyFormat> for LogKeyFormatView {
    fn from(format: LogKeyFormat) -> Self {
        match format {
            LogKeyFormat::Simple => Self::Simple,
            LogKeyFormat::PartitionedByDelivery => Self::PartitionedByDelivery,
            LogKeyFormat::PartitionedByEvent => Self::PartitionedByEvent,
        }
    }
}

impl From<LogKeyFormatView> for LogKeyFormat {
    fn from(format: LogKeyFormatView) -> Self {
        match format {
            LogKeyFormatView::Simple => Self::Simple,
            LogKeyFormatView::PartitionedByDelivery => Self::PartitionedByDelivery,
            LogKeyFormatView::PartitionedByEvent => Self::PartitionedByEvent,
        }
    }
}

/// Where access logs go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "Logging")]
pub struct LoggingView {
    /// The bucket that receives them.
    pub target_bucket: String,
    /// What their keys begin with.
    pub target_prefix: String,
    /// How their keys are made.
    pub key_format: LogKeyFormatView,
}

impl From<Logging> for LoggingView {
    fn from(logging: Logging) -> Self {
        Self {
            target_bucket: logging.target_bucket.as_str().to_owned(),
            target_prefix: logging.target_prefix,
            key_format: logging.key_format.into(),
        }
    }
}

/// How a bucket is a web site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(rename = "Website")]
pub enum WebsiteView {
    /// Objects are pages.
    Pages {
        /// What is put behind a key that ends as a folder does.
        index_suffix: String,
        /// The key of the page that is shown for an error.
        error_key: Option<String>,
        /// How many redirects there are; they are set elsewhere, and kept.
        rules: usize,
    },
    /// All requests are sent elsewhere.
    RedirectAll {
        /// The host.
        host: String,
        /// `http` or `https`; `None` is the scheme of the request.
        protocol: Option<String>,
    },
}

impl From<Website> for WebsiteView {
    fn from(website: Website) -> Self {
        match website {
            Website::Pages {
                index_suffix,
                error_key,
                rules,
            } => Self::Pages {
                index_suffix,
                error_key,
                rules: rules.len(),
            },
            Website::RedirectAll { host, protocol } => Self::RedirectAll { host, protocol },
        }
    }
}
