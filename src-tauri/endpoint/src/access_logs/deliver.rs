//! Lines become objects. They are written by the store itself, not by a request: deliveries are not logged.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::Arc;

use stave_model::{
    Acl, Bucket, BucketConfig, BucketConfigKind, BucketName, Clock as _, LogKeyFormat, Logging,
    NameError, ObjectHeaders, ObjectKey, SystemClock, Timestamp,
};
use stave_store::{Body, Error, PutObject, Store};
use thiserror::Error;
use time::OffsetDateTime;
use time::error::{ComponentRange, Format};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::buffer::{Batch, Line};
use crate::sessions::random;

const MOMENT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]-[hour]-[minute]-[second]");
const FOLDERS: &[BorrowedFormatItem<'_>] = format_description!("[year]/[month]/[day]/");
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Why lines were dropped.
#[derive(Debug, Error)]
enum Undelivered {
    #[error("bucket {0} is another user's than the bucket whose log it would receive")]
    OtherOwner(BucketName),
    #[error("the log's key is none")]
    Key(#[from] NameError),
    #[error("the log's key has no time")]
    Time(#[from] ComponentRange),
    #[error("the log's key has no time")]
    Format(#[from] Format),
    #[error("the store refused")]
    Store(#[from] Error),
}

/// Writes batches.
pub(super) struct Deliveries {
    store: Arc<dyn Store>,
    region: String,
}

impl Deliveries {
    pub(super) fn new(store: Arc<dyn Store>, region: String) -> Self {
        Self { store, region }
    }

    /// Delivers what it can of a batch; the rest is dropped, and said to be.
    pub(super) async fn deliver(&self, batch: Batch) {
        if batch.dropped > 0 {
            let lines = batch.dropped;
            tracing::warn!(lines, "requests came faster than access logs are written");
        }
        let mut of_buckets: BTreeMap<BucketName, Vec<Line>> = BTreeMap::new();
        for line in batch.lines {
            let lines = of_buckets.entry(line.bucket.clone());
            lines.or_default().push(line);
        }
        for (bucket, lines) in of_buckets {
            if let Err(error) = self.deliver_of(&bucket, &lines).await {
                let cause = error.source().map(tracing::field::display);
                let lines = lines.len();
                tracing::warn!(%bucket, lines, %error, cause, "access logs were dropped");
            }
        }
    }

    async fn deliver_of(&self, bucket: &BucketName, lines: &[Line]) -> Result<(), Undelivered> {
        let Some(logging) = self.logging(bucket).await? else {
            return Ok(());
        };
        let source = self.store.head_bucket(bucket).await?;
        let target = self.store.head_bucket(&logging.target_bucket).await?;
        // Checked when logging was set; since then the target may have gone and come back as another's.
        if target.owner != source.owner {
            return Err(Undelivered::OtherOwner(target.name));
        }
        // A bucket of that name that was there before may have been another user's.
        let own = lines.iter().filter(|line| line.received >= source.created);
        for (at, lines) in shares(logging.key_format, own, SystemClock.now()) {
            let key = key(&logging, &source, &self.region, at)?;
            let body = Body::from_bytes(text(&source, &lines));
            let mut put = PutObject::new(target.name.clone(), key, target.owner.clone(), body);
            put.headers = ObjectHeaders {
                content_type: Some("text/plain".to_owned()),
                ..ObjectHeaders::default()
            };
            if !logging.grants.is_empty() {
                let mut acl = Acl::private(&target.owner);
                acl.grants.extend(logging.grants.iter().cloned());
                put.acl = Some(acl);
            }
            self.store.put_object(put).await?;
        }
        Ok(())
    }

    /// Returns where the log of a bucket goes; `None` where nowhere.
    async fn logging(&self, bucket: &BucketName) -> Result<Option<Logging>, Error> {
        let kind = BucketConfigKind::Logging;
        match self.store.bucket_config(bucket, kind).await {
            Ok(Some(BucketConfig::Logging(logging))) => Ok(Some(logging)),
            // Requests may name buckets that are not there, and a store may have no such settings.
            Ok(_) | Err(Error::NoSuchBucket(_) | Error::NotOffered { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Divides lines into objects, each with the moment that its key tells: that of delivery, or the beginning
/// of the day of its events.
fn shares<'l>(
    format: LogKeyFormat,
    lines: impl Iterator<Item = &'l Line>,
    now: Timestamp,
) -> BTreeMap<Timestamp, Vec<&'l Line>> {
    let mut shares: BTreeMap<Timestamp, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        let at = match format {
            LogKeyFormat::Simple | LogKeyFormat::PartitionedByDelivery => now,
            LogKeyFormat::PartitionedByEvent => {
                let day = line.received.as_millis().div_euclid(DAY_MS);
                Timestamp::from_millis(day * DAY_MS)
            }
        };
        shares.entry(at).or_default().push(line);
    }
    shares
}

fn key(
    logging: &Logging,
    source: &Bucket,
    region: &str,
    at: Timestamp,
) -> Result<ObjectKey, Undelivered> {
    let at = OffsetDateTime::from_unix_timestamp(at.as_secs())?;
    let folders = match logging.key_format {
        LogKeyFormat::Simple => String::new(),
        LogKeyFormat::PartitionedByDelivery | LogKeyFormat::PartitionedByEvent => {
            let day = at.format(FOLDERS)?;
            format!("{}/{region}/{}/{day}", source.owner, source.name)
        }
    };
    let (prefix, moment) = (&logging.target_prefix, at.format(MOMENT)?);
    let unique = hex::encode_upper(random::<8>());
    Ok(ObjectKey::parse(&format!(
        "{prefix}{folders}{moment}-{unique}"
    ))?)
}

fn text(source: &Bucket, lines: &[&Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let (owner, bucket) = (source.owner.as_str(), source.name.as_str());
        text.extend([owner, " ", bucket, " ", &line.text, "\n"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(millis: i64) -> Line {
        Line {
            bucket: BucketName::parse("photos").unwrap(),
            received: Timestamp::from_millis(millis),
            text: millis.to_string(),
        }
    }

    #[test]
    fn events_of_two_days_become_two_objects() {
        // The last moment of 2026-01-31, and the first of the day after.
        let lines = [line(1_769_903_999_999), line(1_769_904_000_000)];
        let now = Timestamp::from_millis(1_769_904_100_000);
        let by_event = shares(LogKeyFormat::PartitionedByEvent, lines.iter(), now);
        let days: Vec<i64> = by_event.keys().map(|day| day.as_millis()).collect();
        assert_eq!(days, [1_769_817_600_000, 1_769_904_000_000]);
        let by_delivery = shares(LogKeyFormat::PartitionedByDelivery, lines.iter(), now);
        assert_eq!(by_delivery.len(), 1);
        assert_eq!(by_delivery[&now].len(), 2);
    }
}
