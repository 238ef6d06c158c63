//! Uploads by HTML form: POST object. A form is read as it arrives: the fields, which say what is allowed,
//! stand before the file, so nothing of a file is taken before it is known whether it may come.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

mod answer;
mod fields;
mod file;
mod multipart;
mod policy;
mod signature;

use std::sync::Arc;

use hyper::header::{CONTENT_TYPE, HOST};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Response, StatusCode};
use percent_encoding::percent_decode_str;
use s3s::xml::{Deserialize as _, Deserializer};
use s3s::{Body, S3Error, S3Result, dto};
use stave_model::{BucketName, ObjectKey, Tags};
use stave_store::{ObjectRef, PutObject, Store};

use self::answer::Place;
use self::fields::{Fields, invalid_argument};
use self::multipart::{Fault, Multipart};
use self::policy::{LengthRange, Policy};
use super::access::Rights;
use super::acls::{Asked, Belongs};
use super::checksums;
use super::convert::{bucket_name, object_key};
use super::encryption;
use super::errors::{from_store, malformed_xml};
use super::features;
use super::headers::{object_headers, user_metadata};
use super::keys::Keys;
use super::links::{LinkGate, Posted};
use super::ops::BODY_MAX_BYTES;
use super::tagging::object_tags;
use super::verified::Caller;
use crate::dialect::Dialect;
use crate::guard::{Host, Hosts};
use crate::options::EndpointOptions;
use crate::server::{Refusal, actor};
use crate::sessions::Sessions;

/// Takes forms.
pub(crate) struct Forms {
    store: Arc<dyn Store>,
    rights: Rights,
    keys: Keys,
    hosts: Arc<Hosts>,
    region: String,
    legacy_signatures: bool,
    dialect: Dialect,
    links: LinkGate,
}

/// A form that was read as far as its file.
struct Form {
    fields: Fields,
    multipart: Multipart,
}

/// What a form may do.
struct Permit {
    caller: Caller,
    length: LengthRange,
}

impl Forms {
    pub(crate) fn new(
        options: &EndpointOptions,
        hosts: Arc<Hosts>,
        sessions: Arc<Sessions>,
    ) -> Self {
        Self {
            store: Arc::clone(&options.store),
            rights: Rights::new(options),
            keys: Keys::new(options, sessions),
            hosts,
            region: options.region.clone(),
            legacy_signatures: options.legacy_form_signatures,
            dialect: options.dialect,
            links: LinkGate::new(options.links.clone()),
        }
    }

    /// Takes a form. `foreign` is why it would be refused for the page that it comes from: a signed policy
    /// is a permission that pages of other sites may use.
    pub(crate) async fn post(
        &self,
        head: &Parts,
        body: Body,
        foreign: Option<Refusal>,
    ) -> Result<Response<Body>, Refusal> {
        let place = self.place(head)?;
        let content_type = head.headers.get(CONTENT_TYPE).and_then(|t| t.to_str().ok());
        let multipart = content_type.and_then(|t| Multipart::new(t, body));
        let multipart = multipart.ok_or_else(|| from_fault(Fault::Malformed))?;
        let Form { fields, multipart } = fields::read(multipart).await?;
        let key = key_of(&fields)?;
        let permit = self.permit(&fields, &place.bucket, &key, foreign).await?;
        let mut put = self
            .put_of(&fields, &place.bucket, key, &permit.caller)
            .await?;
        let (body, wrong) = file::body(multipart, permit.length);
        put.body = body;
        let key = put.key.clone();
        let stored = self.store.acting_for(actor()).put_object(put).await;
        let stored = stored.map_err(|error| match wrong.get() {
            Some(refusal) => refusal.clone(),
            None => Refusal::from(from_store(error)),
        })?;
        let sent = fields.headers()?;
        let sse = encryption::told_written(&stored.sse, &self.region, &sent);
        let mut response = answer::created(&fields, &place, &key, &stored);
        response.headers_mut().extend(sse);
        Ok(response)
    }

    /// Reads where a form goes: to a bucket, never to a key.
    fn place(&self, head: &Parts) -> Result<Place, Refusal> {
        let host = head.headers.get(HOST).and_then(|h| h.to_str().ok());
        let host = host.unwrap_or_default();
        let path = head.uri.path().trim_start_matches('/');
        let (bucket, key) = match self.hosts.parse(host) {
            Some(Host::Bucket(bucket)) => (Some(bucket), path),
            Some(Host::Endpoint) | None => {
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                let bucket = percent_decode_str(bucket).decode_utf8_lossy();
                let bucket = (!bucket.is_empty())
                    .then(|| bucket_name(&bucket))
                    .transpose();
                (bucket.map_err(Refusal::from)?, key)
            }
        };
        match bucket {
            Some(bucket) if key.is_empty() => Ok(Place::new(host, bucket, path.is_empty())),
            Some(_) | None => Err(Refusal::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                "The specified method is not allowed against this resource.",
            )
            .with("Method", "POST")
            .with("ResourceType", "OBJECT")),
        }
    }

    /// Decides by its signature and its policy whether a form may come.
    async fn permit(
        &self,
        fields: &Fields,
        bucket: &BucketName,
        key: &ObjectKey,
        foreign: Option<Refusal>,
    ) -> Result<Permit, Refusal> {
        let Some(verified) = self.verify(fields).await? else {
            let length = LengthRange {
                least: 0,
                most: BODY_MAX_BYTES,
            };
            let caller = Caller::of_form(None);
            return foreign.map_or(Ok(Permit { caller, length }), Err);
        };
        let policy = Policy::parse(verified.policy)?;
        let now = chrono::Utc::now().naive_utc();
        policy.check(fields, bucket.as_str(), now, self.dialect)?;
        let mut length = policy.length_range(BODY_MAX_BYTES);
        if let Some(link) = &verified.link {
            let posted = Posted {
                bucket: bucket.as_str(),
                key,
                content_type: fields.get("content-type"),
                has: &|name| fields.get(name).is_some(),
            };
            self.links.admit_form(link, &posted).await?;
            length = length.within(&link.target);
        }
        Ok(Permit {
            caller: Caller::of_form(Some(verified.user)),
            length,
        })
    }

    /// Turns the fields into a write without its body.
    async fn put_of(
        &self,
        fields: &Fields,
        bucket: &BucketName,
        key: ObjectKey,
        caller: &Caller,
    ) -> Result<PutObject, Refusal> {
        let headers = fields.headers()?;
        features::check(&headers, &Method::PUT).map_err(Refusal::from)?;
        let object = ObjectRef {
            bucket: bucket.clone(),
            key: key.clone(),
            version: None,
        };
        let belongs = self.belongs(caller, &object, &headers).await;
        let belongs = belongs.map_err(Refusal::from)?;
        let body = stave_store::Body::empty();
        let mut put = PutObject::new(bucket.clone(), key, belongs.owner, body);
        put.acl = belongs.acl;
        put.headers = object_headers(&headers).map_err(Refusal::from)?;
        put.user_metadata = user_metadata(Some(metadata_of(&headers)?)).map_err(Refusal::from)?;
        put.checksums = checksums::of_object(&headers).map_err(Refusal::from)?;
        put.tags = tags_of(fields).map_err(Refusal::from)?;
        put.encryption = encryption::of_write(&headers).map_err(Refusal::from)?;
        Ok(put)
    }

    /// Returns whose the object will be and its list, or fails where the caller may not write it.
    async fn belongs(
        &self,
        caller: &Caller,
        object: &ObjectRef,
        headers: &HeaderMap,
    ) -> S3Result<Belongs> {
        let found = self.rights.bucket(&object.bucket).await?;
        self.rights.may_post(object, headers).await?;
        let asked = Asked::of_headers(headers)?;
        self.rights.belongs(caller.writer(), found, asked).await
    }
}

fn key_of(fields: &Fields) -> Result<ObjectKey, Refusal> {
    match fields.demand("key", "key")? {
        "" => {
            let message = "User key must have a length greater than 0.";
            Err(invalid_argument(message, "key", ""))
        }
        key => object_key(key).map_err(Refusal::from),
    }
}

fn metadata_of(headers: &HeaderMap) -> Result<dto::Metadata, Refusal> {
    let mut metadata = dto::Metadata::new();
    for (name, value) in headers {
        let Some(name) = name.as_str().strip_prefix("x-amz-meta-") else {
            continue;
        };
        let value = std::str::from_utf8(value.as_bytes());
        let value = value.map_err(|_| invalid_argument("Metadata is UTF-8", name, ""))?;
        metadata.insert(name.to_owned(), value.to_owned());
    }
    Ok(metadata)
}

/// Reads the tags, which come as the document that `PutObjectTagging` takes.
fn tags_of(fields: &Fields) -> S3Result<Tags> {
    let Some(document) = fields.get("tagging") else {
        return Ok(Tags::default());
    };
    let mut reader = Deserializer::new(document.as_bytes());
    let tagging = dto::Tagging::deserialize(&mut reader);
    let tagging = tagging.map_err(|_| malformed_xml())?;
    reader.expect_eof().map_err(|_| malformed_xml())?;
    object_tags(tagging)
}

fn from_fault(fault: Fault) -> Refusal {
    match fault {
        Fault::Malformed => Refusal::new(
            StatusCode::BAD_REQUEST,
            "MalformedPOSTRequest",
            "The body of your POST request is not well-formed multipart/form-data.",
        ),
        Fault::TooLarge => Refusal::new(
            StatusCode::BAD_REQUEST,
            "MaxPostPreDataLengthExceededError",
            "Your POST request fields preceding the upload file were too large.",
        )
        .with(
            "MaxPostPreDataLength",
            multipart::ASIDE_MAX_BYTES.to_string(),
        ),
        Fault::Body(error) => Refusal::from(super::errors::from_body(&error)),
    }
}

impl From<S3Error> for Refusal {
    fn from(error: S3Error) -> Self {
        let status = error.status_code();
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let message = error.message().unwrap_or_default().to_owned();
        Self::new(status, error.code().as_str().to_owned(), message)
    }
}
