//! Writing and reading objects.

use aws_sdk_s3::types::ChecksumMode;
use stave_model::{
    Checksum, ChecksumKind, Clock as _, Conditions, PartNumber, ResolvedRange, SystemClock, Tags,
    Version, VersionKind,
};
use stave_store::{Error, GetObject, Got, Head, ObjectRef, PutObject, Result, Stored};

use crate::RemoteStore;
use crate::acls::{AclHeaders, object_acl_headers};
use crate::bodies::{Outgoing, incoming};
use crate::checksums::{Declared, declare, told};
use crate::encryption::{CustomerHeaders, SseHeaders, encrypted, told_sse, with_customer_key};
use crate::errors::{Asked, Refused};
use crate::metadata::{object_headers, sdk_metadata, told_headers, user_metadata, with_expires};
use crate::tags::tagging_header;
use crate::words::{
    condition, content_range, etag, moment, nobody, parts_of_etag, range_header, sdk_moment,
    sdk_size, size, version_id, versioning_told,
};

/// Reads the version that an answer to GET or HEAD tells. `is_latest` is not told: it is true where
/// no version was asked for. The owner is `-`.
macro_rules! told_version {
    ($answer:expr, $object:expr, $size_bytes:expr, $checksum:expr, $tags:expr) => {{
        let tag = etag($answer.e_tag());
        Version {
            key: $object.key.clone(),
            id: version_id($answer.version_id()),
            kind: VersionKind::Object,
            is_latest: $object.version.is_none(),
            size_bytes: $size_bytes,
            modified: moment($answer.last_modified()),
            owner: nobody(),
            headers: told_headers!($answer),
            user_metadata: user_metadata($answer.metadata()),
            checksum: $checksum,
            sse: told_sse!($answer),
            parts: $answer
                .parts_count()
                .and_then(|parts| u16::try_from(parts).ok())
                .unwrap_or_else(|| parts_of_etag(&tag)),
            etag: tag,
            tags: $tags,
            acl: None,
        }
    }};
}

/// Writes the conditions, the range, the part and the key of a read onto its request.
macro_rules! reading {
    ($request:expr, $get:expr) => {
        with_customer_key!($request, CustomerHeaders::of($get.customer_key.as_ref()))
            .bucket($get.object.bucket.as_str())
            .key($get.object.key.as_str())
            .set_version_id($get.object.version.as_ref().map(ToString::to_string))
            .set_range($get.range.map(range_header))
            .set_part_number($get.part.map(|part| i32::from(part.get())))
            .set_if_match(condition($get.conditions.if_match.as_ref()))
            .set_if_none_match(condition($get.conditions.if_none_match.as_ref()))
            .set_if_modified_since($get.conditions.if_modified_since.map(sdk_moment))
            .set_if_unmodified_since($get.conditions.if_unmodified_since.map(sdk_moment))
    };
}

impl RemoteStore {
    /// Writes an object. The moment of the write is not told by S3: it is this computer's.
    pub(crate) async fn put(&self, put: PutObject) -> Result<Stored> {
        refuse_dates(&put.conditions)?;
        let declared = Declared::of(&put.checksums);
        let acl = AclHeaders::of_object(put.acl.as_ref(), &put.owner)?;
        let sse = SseHeaders::of(&put.encryption)?;
        let outgoing = Outgoing::of(put.body).await?;
        let size_bytes = outgoing.size_bytes;
        let (body, sent) = outgoing.split();
        let request = self
            .client
            .put_object()
            .bucket(put.bucket.as_str())
            .key(put.key.as_str())
            .content_length(sdk_size(size_bytes))
            .set_metadata(sdk_metadata(&put.user_metadata))
            .set_tagging(tagging_header(&put.tags))
            .set_if_match(condition(put.conditions.if_match.as_ref()))
            .set_if_none_match(condition(put.conditions.if_none_match.as_ref()))
            .set_checksum_algorithm(declared.computed.clone())
            .set_content_md5(declared.content_md5.clone())
            .body(body);
        let request = encrypted!(object_acl_headers!(request, acl), sse);
        let request = declare!(object_headers!(request, put.headers), declared);
        let answer = with_expires!(request, put.headers).send().await;
        let asked =
            Asked::key("writing an object", &put.bucket, &put.key).with_digest(declared.header());
        let stored = answer.map_err(|e| sent.failure().unwrap_or_else(|| asked.failed(e)))?;
        Ok(Stored {
            version: version_id(stored.version_id()),
            versioning: versioning_told(stored.version_id()),
            etag: etag(stored.e_tag()),
            size_bytes,
            modified: SystemClock.now(),
            checksum: told!(stored).checksum(stored.checksum_type()),
            sse: told_sse!(stored),
        })
    }

    /// Reads an object. The bytes come as the network brings them; a whole object that has a stored
    /// checksum is held to it. The checksum of a part is not asked for: not every store answers by
    /// the part's own, and the client would hold the bytes to it.
    pub(crate) async fn get(&self, get: GetObject) -> Result<Got> {
        let whole = get.range.is_none() && get.part.is_none();
        let asked = Asked::object("reading an object", &get.object).with_part(get.part);
        let answer = reading!(self.client.get_object(), get)
            .set_checksum_mode(whole.then_some(ChecksumMode::Enabled))
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        let (range, size_bytes) = extent(answer.content_range(), size(answer.content_length()));
        let tags = self.counted_tags(&get.object, answer.tag_count()).await?;
        let checksum = told!(answer).checksum(answer.checksum_type());
        let (checksum, part_checksum) = of_whole_or_part(checksum, get.part);
        Ok(Got {
            version: told_version!(answer, get.object, size_bytes, checksum, tags),
            versioning: versioning_told(answer.version_id()),
            range,
            body: incoming(answer.body),
            part_checksum,
        })
    }

    /// Tells of an object. The answer to HEAD has no body: what is missing, the key or its bucket,
    /// is asked for once more.
    pub(crate) async fn head(&self, get: GetObject) -> Result<Head> {
        let asked = Asked::object("asking for an object", &get.object).with_part(get.part);
        let answer = reading!(self.client.head_object(), get)
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await
            .map_err(|e| asked.failed(e));
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if speaks_of_a_key(&error, &get) => {
                return Err(self.refusal_of_read(&get, error).await);
            }
            Err(missing) => return Err(self.missing_bucket_or(&get.object, missing).await),
        };
        let (range, size_bytes) = extent(answer.content_range(), size(answer.content_length()));
        let tags = self.counted_tags(&get.object, answer.tag_count()).await?;
        let checksum = told!(answer).checksum(answer.checksum_type());
        let (checksum, part_checksum) = of_whole_or_part(checksum, get.part);
        Ok(Head {
            version: told_version!(answer, get.object, size_bytes, checksum, tags),
            versioning: versioning_told(answer.version_id()),
            range,
            part_checksum,
        })
    }

    /// Returns the tags of which an answer tells only how many there are. Who may not read them
    /// is told of none.
    async fn counted_tags(&self, object: &ObjectRef, count: Option<i32>) -> Result<Tags> {
        if count.unwrap_or(0) == 0 {
            return Ok(Tags::default());
        }
        match self.tags_of_object(object.clone()).await {
            Ok((_, tags)) => Ok(tags),
            Err(Error::AccessDenied | Error::NotOffered { .. }) => Ok(Tags::default()),
            Err(other) => Err(other),
        }
    }

    /// Returns why an object cannot be read, which the answer to HEAD does not say: a GET would.
    async fn refusal_of_read(&self, get: &GetObject, error: Error) -> Error {
        let asked = Asked::object("asking for an object", &get.object).with_part(get.part);
        let answer = reading!(self.client.get_object(), get).send().await;
        answer.map_or_else(|e| asked.failed(e), |_| error)
    }

    async fn missing_bucket_or(&self, object: &ObjectRef, error: Error) -> Error {
        let unsure = matches!(error, Error::NoSuchKey { .. } | Error::NoSuchVersion { .. });
        if !unsure {
            return error;
        }
        let answer = self.client.head_bucket().bucket(object.bucket.as_str());
        let asked = Asked::bucket("asking for a bucket", &object.bucket);
        match answer.send().await.map_err(|e| asked.failed(e)) {
            Err(Error::NoSuchBucket(bucket)) => Error::NoSuchBucket(bucket),
            _ => error,
        }
    }
}

/// Returns whether a refused HEAD may have been refused for the key of a customer.
fn speaks_of_a_key(error: &Error, get: &GetObject) -> bool {
    match error {
        Error::AccessDenied => get.customer_key.is_some(),
        Error::Failed { source, .. } => {
            let refused = source.downcast_ref::<Refused>();
            refused.is_some_and(|refused| refused.status == 400)
        }
        _ => false,
    }
}

/// Tells the checksum of a whole from that of the part that was asked for, beside which S3 does not
/// tell the whole's. A composite says by itself that it is of all parts.
fn of_whole_or_part(
    told: Option<Checksum>,
    part: Option<PartNumber>,
) -> (Option<Checksum>, Option<Checksum>) {
    match (part, told) {
        (Some(_), Some(told)) if told.parts == 0 => {
            let kind = ChecksumKind::FullObject;
            (None, Some(Checksum { kind, ..told }))
        }
        (_, told) => (told, None),
    }
}

/// Returns the range that an answer carries, and the size of the whole.
fn extent(header: Option<&str>, length: u64) -> (Option<ResolvedRange>, u64) {
    match header.and_then(content_range) {
        Some((range, size_bytes)) => (Some(range), size_bytes),
        None => (None, length),
    }
}

/// S3 knows no dates in the condition of a write.
fn refuse_dates(conditions: &Conditions) -> Result<()> {
    if conditions.if_modified_since.is_some() || conditions.if_unmodified_since.is_some() {
        return Err(Error::NotOffered {
            what: "a write with a condition on a date",
        });
    }
    Ok(())
}
