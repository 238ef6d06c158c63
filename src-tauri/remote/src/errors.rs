//! What an endpoint answered, or that it did not, in the trait's words.

use std::error::Error as StdError;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::{RequestId, RequestIdExt};
use stave_model::{BucketName, KeyState, ObjectKey, PartNumber, RangeError, UploadId, VersionId};
use stave_store::{Error, KeyError, ObjectRef, UploadRef};
use thiserror::Error as ThisError;

/// The most that S3 takes in one PUT.
const PUT_MAX_BYTES: u64 = 5 * 1024 * 1024 * 1024;
/// The least size of a part that is not the last.
const PART_MIN_BYTES: u64 = 5 * 1024 * 1024;

/// The endpoint answered with an error that the trait has no word for.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("the endpoint answered {status} {code}: {message}")]
pub struct Refused {
    /// The status of the answer.
    pub status: u16,
    /// S3's code.
    pub code: String,
    /// The endpoint's own words.
    pub message: String,
    /// The id by which the endpoint's log knows the request.
    pub request_id: Option<String>,
}

/// No answer came: nobody listens, the name is unknown, the connection broke.
#[derive(Debug, ThisError)]
#[error("no answer from the endpoint: {cause}")]
pub struct Unreachable {
    /// The first cause.
    pub cause: String,
    /// All of it.
    #[source]
    pub source: Box<dyn StdError + Send + Sync>,
}

/// What a request was about, for an answer that does not repeat it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    doing: &'static str,
    bucket: Option<BucketName>,
    key: Option<ObjectKey>,
    version: Option<VersionId>,
    upload: Option<UploadId>,
    part: Option<PartNumber>,
    /// The header of the digest that was declared.
    digest: Option<&'static str>,
}

/// Returns an answer, or `None` where the endpoint says by one of `codes` that nothing is set.
pub(crate) fn unless_absent<T, E>(
    answer: Result<T, SdkError<E, HttpResponse>>,
    codes: &[&str],
    asked: &Asked,
) -> Result<Option<T>, Error>
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code().is_some_and(|code| codes.contains(&code)) => Ok(None),
        Err(error) => Err(asked.failed(error)),
    }
}

impl Asked {
    /// A request about the store as a whole.
    pub(crate) fn store(doing: &'static str) -> Self {
        Self {
            doing,
            ..Self::default()
        }
    }

    /// A request about a bucket.
    pub(crate) fn bucket(doing: &'static str, bucket: &BucketName) -> Self {
        Self {
            bucket: Some(bucket.clone()),
            ..Self::store(doing)
        }
    }

    /// A request about a key.
    pub(crate) fn key(doing: &'static str, bucket: &BucketName, key: &ObjectKey) -> Self {
        Self {
            key: Some(key.clone()),
            ..Self::bucket(doing, bucket)
        }
    }

    /// A request about an object or one of its versions.
    pub(crate) fn object(doing: &'static str, object: &ObjectRef) -> Self {
        Self {
            version: object.version.clone(),
            ..Self::key(doing, &object.bucket, &object.key)
        }
    }

    /// A request about an upload.
    pub(crate) fn upload(doing: &'static str, upload: &UploadRef) -> Self {
        Self {
            upload: Some(upload.upload.clone()),
            ..Self::key(doing, &upload.bucket, &upload.key)
        }
    }

    /// Names the object that is read: what is missing is missing there.
    pub(crate) fn with_source(self, source: &ObjectRef) -> Self {
        Self {
            upload: self.upload,
            ..Self::object(self.doing, source)
        }
    }

    /// Names the part that is read, if one is.
    pub(crate) fn with_part(self, part: Option<PartNumber>) -> Self {
        Self { part, ..self }
    }

    /// Names the header of a digest that the endpoint may find wrong.
    pub(crate) fn with_digest(self, header: &'static str) -> Self {
        Self {
            digest: Some(header),
            ..self
        }
    }

    /// Puts an error of the SDK into the trait's words.
    pub(crate) fn failed<E>(&self, error: SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        match Answer::of(&error) {
            Some(answer) => self.answered(&answer),
            None => self.unanswered(error),
        }
    }

    /// Puts an error that stands in the body of a good answer into the trait's words.
    pub(crate) fn listed(&self, code: Option<&str>, message: Option<&str>) -> Error {
        self.answered(&Answer {
            status: 200,
            code: code.unwrap_or_default().to_owned(),
            message: message.unwrap_or_default().to_owned(),
            ..Answer::default()
        })
    }

    fn unanswered<E>(&self, error: SdkError<E, HttpResponse>) -> Error
    where
        E: StdError + Send + Sync + 'static,
    {
        let unreachable = Unreachable {
            cause: first_cause(&error),
            source: Box::new(error),
        };
        self.other(unreachable)
    }

    fn other(&self, source: impl StdError + Send + Sync + 'static) -> Error {
        Error::Failed {
            doing: self.doing,
            source: Box::new(source),
        }
    }

    fn answered(&self, answer: &Answer) -> Error {
        let known = self
            .of_objects(answer)
            .or_else(|| self.of_buckets(answer))
            .or_else(|| self.of_bodies(answer))
            .or_else(|| of_keys(answer))
            .or_else(|| of_anything(answer));
        known.unwrap_or_else(|| self.other(answer.refused()))
    }

    fn of_objects(&self, answer: &Answer) -> Option<Error> {
        let key = self.key.clone()?;
        match (answer.code.as_str(), &self.version, &self.upload) {
            ("NoSuchUpload", _, Some(upload)) => Some(Error::NoSuchUpload(upload.clone())),
            ("NoSuchVersion", Some(version), _) => Some(Error::NoSuchVersion {
                key,
                version: version.clone(),
            }),
            ("MethodNotAllowed", Some(version), _) if answer.delete_marker => {
                Some(Error::IsDeleteMarker {
                    key,
                    version: version.clone(),
                })
            }
            // HEAD has no body to name the version in; some stores say the same for GET.
            ("NoSuchKey" | "NotFound", Some(version), _) if !answer.delete_marker => {
                Some(Error::NoSuchVersion {
                    key,
                    version: version.clone(),
                })
            }
            ("NoSuchKey" | "NotFound", _, _) => Some(Error::NoSuchKey {
                key,
                delete_marker: answer.hiding_marker(),
            }),
            _ => None,
        }
    }

    fn of_buckets(&self, answer: &Answer) -> Option<Error> {
        let bucket = self.bucket.clone()?;
        match answer.code.as_str() {
            "NoSuchBucket" => Some(Error::NoSuchBucket(bucket)),
            "NotFound" if self.key.is_none() => Some(Error::NoSuchBucket(bucket)),
            "BucketAlreadyOwnedByYou" => Some(Error::BucketAlreadyOwnedByYou(bucket)),
            "BucketAlreadyExists" => Some(Error::BucketAlreadyExists(bucket)),
            "BucketNotEmpty" => Some(Error::BucketNotEmpty(bucket)),
            _ => None,
        }
    }

    fn of_bodies(&self, answer: &Answer) -> Option<Error> {
        let part = || {
            let number = answer.number("PartNumber").unwrap_or(1);
            PartNumber::new(i64::try_from(number).unwrap_or(1)).ok()
        };
        if let Some(part) = self.part.filter(|_| answer.is_beyond()) {
            return Some(Error::InvalidPart(part));
        }
        match answer.code.as_str() {
            "InvalidPart" => Some(Error::InvalidPart(part()?)),
            "InvalidPartOrder" => Some(Error::InvalidPartOrder),
            "EntityTooSmall" => Some(Error::EntityTooSmall {
                number: part()?,
                size_bytes: answer.number("ProposedSize").unwrap_or(0),
                minimum_bytes: answer.number("MinSizeAllowed").unwrap_or(PART_MIN_BYTES),
            }),
            "EntityTooLarge" => Some(Error::EntityTooLarge {
                maximum_bytes: answer.number("MaxSizeAllowed").unwrap_or(PUT_MAX_BYTES),
            }),
            "BadDigest" | "InvalidDigest" | "XAmzContentSHA256Mismatch" => Some(Error::BadDigest {
                what: self.digest.unwrap_or("a digest"),
            }),
            "InvalidRange" => Some(Error::InvalidRange(RangeError {
                size_bytes: answer.size_of_whole(),
            })),
            _ => None,
        }
    }
}

/// What is wrong with a customer's key has no code of its own: S3's words tell.
const CUSTOMER_KEY_REQUIRED: [&str; 2] = [
    "The object was stored using a form of Server Side Encryption",
    "Subsequent part requests must include the appropriate encryption parameters",
];
const CUSTOMER_KEY_WRONG: [&str; 2] = [
    "must provide the correct secret key",
    "did not match the ones used originally",
];
const CUSTOMER_KEY_UNEXPECTED: [&str; 2] = [
    "The encryption parameters are not applicable to this object",
    "The multipart upload initiate did not request encryption",
];

fn of_keys(answer: &Answer) -> Option<Error> {
    let says = |words: &[&str]| words.iter().any(|words| answer.message.contains(words));
    let arn = || answer.key_arn();
    match answer.code.as_str() {
        "InvalidRequest" | "AccessDenied" if says(&CUSTOMER_KEY_REQUIRED) => {
            Some(Error::CustomerKeyRequired)
        }
        "InvalidRequest" | "AccessDenied" if says(&CUSTOMER_KEY_WRONG) => {
            Some(Error::CustomerKeyWrong)
        }
        "InvalidRequest" if says(&CUSTOMER_KEY_UNEXPECTED) => Some(Error::CustomerKeyUnexpected),
        "KMS.NotFoundException" => Some(KeyError::NotFound(arn()).into()),
        "KMS.DisabledException" => Some(KeyError::Disabled { arn: arn() }.into()),
        "KMS.KMSInvalidStateException" => {
            let (state, way_out) = answer.key_state();
            let arn = arn();
            Some(
                KeyError::InvalidState {
                    arn,
                    state,
                    way_out,
                }
                .into(),
            )
        }
        "KMS.LimitExceededException" => {
            Some(KeyError::LimitExceeded("the key service takes no more").into())
        }
        _ => None,
    }
}

fn of_anything(answer: &Answer) -> Option<Error> {
    match answer.code.as_str() {
        "AccessDenied" | "Forbidden" => Some(Error::AccessDenied),
        "PreconditionFailed" => Some(Error::PreconditionFailed),
        "NotModified" => Some(Error::NotModified),
        "NotImplemented" => Some(Error::NotOffered {
            what: "this operation",
        }),
        "InvalidRequest"
            if answer.message.contains("copy") && answer.message.contains("itself") =>
        {
            Some(Error::CopyOntoItself)
        }
        _ => None,
    }
}

/// What an answer says, whatever the operation.
#[derive(Debug, Default)]
struct Answer {
    status: u16,
    code: String,
    message: String,
    request_id: Option<String>,
    delete_marker: bool,
    version_id: Option<String>,
    content_range: Option<String>,
    body: String,
}

impl Answer {
    fn of<E>(error: &SdkError<E, HttpResponse>) -> Option<Self>
    where
        E: ProvideErrorMetadata,
    {
        let response = match error {
            SdkError::ServiceError(answered) => answered.raw(),
            SdkError::ResponseError(answered) => answered.raw(),
            _ => return None,
        };
        let status = response.status().as_u16();
        let meta = error.as_service_error().map(ProvideErrorMetadata::meta);
        let header = |name: &str| response.headers().get(name).map(str::to_owned);
        let code = meta.and_then(|meta| meta.code()).unwrap_or_default();
        Some(Self {
            status,
            code: code_or_status(code, status),
            message: meta
                .and_then(|meta| meta.message())
                .unwrap_or_default()
                .to_owned(),
            request_id: meta
                .and_then(|meta| meta.request_id().or(meta.extended_request_id()))
                .map(str::to_owned),
            delete_marker: header("x-amz-delete-marker").as_deref() == Some("true"),
            version_id: header("x-amz-version-id"),
            content_range: header("content-range"),
            body: response
                .body()
                .bytes()
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
                .unwrap_or_default(),
        })
    }

    /// Returns whether what was to be read lies beyond the object. HEAD has no body to say more.
    fn is_beyond(&self) -> bool {
        matches!(self.code.as_str(), "InvalidPartNumber" | "InvalidRange")
    }

    fn refused(&self) -> Refused {
        Refused {
            status: self.status,
            code: self.code.clone(),
            message: self.message.clone(),
            request_id: self.request_id.clone(),
        }
    }

    /// Returns the delete marker that hides a key, if the answer names it.
    fn hiding_marker(&self) -> Option<VersionId> {
        let id = self.version_id.as_deref().filter(|_| self.delete_marker)?;
        VersionId::parse(id).ok()
    }

    /// Returns the key that a refusal of the key service speaks of; all that it says where it names none.
    fn key_arn(&self) -> String {
        let part = |c: char| c.is_ascii_alphanumeric() || ":/_-".contains(c);
        let begin = self.message.find("arn:aws:kms:").unwrap_or(0);
        let named = &self.message[begin..];
        let end = named.find(|c| !part(c)).unwrap_or(named.len());
        if named.starts_with("arn:aws:kms:") {
            named[..end].to_owned()
        } else {
            self.message.clone()
        }
    }

    /// Returns the state of a key that a refusal speaks of, and what to do about it.
    fn key_state(&self) -> (&'static str, &'static str) {
        let says = |words: [&str; 2]| words.iter().any(|words| self.message.contains(words));
        if says(["PendingDeletion", "pending deletion"]) {
            let state = KeyState::PendingDeletion.as_str();
            (state, "cancel its deletion and try again")
        } else if says(["PendingImport", "pending import"]) {
            let state = KeyState::PendingImport.as_str();
            (state, "import its material and try again")
        } else {
            ("in another state", "look at the key and try again")
        }
    }

    /// Returns a number that the XML of the error holds in an element of that name.
    fn number(&self, element: &str) -> Option<u64> {
        let (_, rest) = self.body.split_once(&format!("<{element}>"))?;
        rest.split('<').next()?.trim().parse().ok()
    }

    /// Returns the size that a refused range lay outside of.
    fn size_of_whole(&self) -> u64 {
        let of_header = self
            .content_range
            .as_deref()
            .and_then(|range| range.strip_prefix("bytes */"))
            .and_then(|size| size.parse().ok());
        of_header
            .or_else(|| self.number("ActualObjectSize"))
            .unwrap_or(0)
    }
}

/// Answers to HEAD, and those of servers in between, have no code: the status stands in for it.
fn code_or_status(code: &str, status: u16) -> String {
    let code = match (code, status) {
        ("", 304) => "NotModified",
        ("", 403) => "AccessDenied",
        ("", 404) => "NotFound",
        ("", 405) => "MethodNotAllowed",
        ("", 412) => "PreconditionFailed",
        ("", 416) => "InvalidRange",
        ("", 501) => "NotImplemented",
        (code, _) => code,
    };
    code.to_owned()
}

/// Returns the text of the first cause, which names what happened.
fn first_cause(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(version: Option<&str>) -> Asked {
        Asked::object(
            "testing",
            &ObjectRef {
                bucket: BucketName::parse("photos").unwrap(),
                key: ObjectKey::parse("a.jpg").unwrap(),
                version: version.map(|v| VersionId::parse(v).unwrap()),
            },
        )
    }

    fn answer(code: &str) -> Answer {
        Answer {
            code: code.to_owned(),
            ..Answer::default()
        }
    }

    #[track_caller]
    fn check(asked: &Asked, answer: &Answer, expected: &str) {
        let shown = format!("{:?}", asked.answered(answer));
        assert!(shown.starts_with(expected), "{shown} is not {expected}");
    }

    #[test]
    fn codes_become_the_words_of_the_trait() {
        for (code, expected) in [
            ("NoSuchBucket", "NoSuchBucket"),
            ("NoSuchKey", "NoSuchKey"),
            ("NotFound", "NoSuchKey"),
            ("AccessDenied", "AccessDenied"),
            ("PreconditionFailed", "PreconditionFailed"),
            ("NotModified", "NotModified"),
            ("BadDigest", "BadDigest"),
            ("InvalidPart", "InvalidPart(PartNumber(1))"),
            ("InvalidPartOrder", "InvalidPartOrder"),
            ("NotImplemented", "NotOffered"),
            ("SlowDown", "Failed"),
        ] {
            check(&asked(None), &answer(code), expected);
        }
    }

    #[test]
    fn what_is_wrong_with_a_key_is_told_by_the_words_of_s3() {
        let says = |code, message: &str| Answer {
            message: message.to_owned(),
            ..answer(code)
        };
        for (code, message, expected) in [
            (
                "InvalidRequest",
                "The object was stored using a form of Server Side Encryption. The correct \
                 parameters must be provided to retrieve the object.",
                "CustomerKeyRequired",
            ),
            (
                "AccessDenied",
                "Requests specifying Server Side Encryption with Customer provided keys must \
                 provide the correct secret key.",
                "CustomerKeyWrong",
            ),
            (
                "InvalidRequest",
                "The encryption parameters are not applicable to this object.",
                "CustomerKeyUnexpected",
            ),
            (
                "KMS.DisabledException",
                "arn:aws:kms:eu-west-1:111122223333:key/a-b is disabled.",
                "Key(Disabled { arn: \"arn:aws:kms:eu-west-1:111122223333:key/a-b\" })",
            ),
            (
                "KMS.NotFoundException",
                "Invalid keyId 'x'",
                "Key(NotFound(\"Invalid keyId 'x'\"))",
            ),
            (
                "KMS.KMSInvalidStateException",
                "arn:aws:kms:eu-west-1:111122223333:key/a is pending deletion.",
                "Key(InvalidState { arn: \"arn:aws:kms:eu-west-1:111122223333:key/a\", state: \
                 \"PendingDeletion\"",
            ),
            ("AccessDenied", "Access Denied", "AccessDenied"),
            ("InvalidRequest", "no", "Failed"),
        ] {
            check(&asked(None), &says(code, message), expected);
        }
    }

    #[test]
    fn a_missing_version_is_told_from_a_missing_key() {
        check(
            &asked(Some("3f")),
            &answer("NoSuchVersion"),
            "NoSuchVersion",
        );
        check(&asked(Some("3f")), &answer("NotFound"), "NoSuchVersion");
        let marked = Answer {
            delete_marker: true,
            version_id: Some("7a".to_owned()),
            ..answer("NotFound")
        };
        check(
            &asked(None),
            &marked,
            "NoSuchKey { key: ObjectKey(\"a.jpg\"), delete_marker: Some(Id(\"7a\"))",
        );
        let refused = Answer {
            delete_marker: true,
            ..answer("MethodNotAllowed")
        };
        check(&asked(Some("7a")), &refused, "IsDeleteMarker");
    }

    #[test]
    fn a_bucket_without_a_key_is_what_was_not_found() {
        let bucket = BucketName::parse("photos").unwrap();
        check(
            &Asked::bucket("testing", &bucket),
            &answer("NotFound"),
            "NoSuchBucket",
        );
    }

    #[test]
    fn a_part_beyond_the_object_is_told_from_a_range() {
        let part = PartNumber::new(7).ok();
        for code in ["InvalidPartNumber", "InvalidRange"] {
            let of_part = asked(None).with_part(part);
            check(&of_part, &answer(code), "InvalidPart(PartNumber(7))");
        }
        check(&asked(None), &answer("InvalidRange"), "InvalidRange");
    }

    #[test]
    fn numbers_of_the_error_document_are_kept() {
        let small = Answer {
            body: "<Error><PartNumber>2</PartNumber><ProposedSize>7</ProposedSize></Error>".into(),
            ..answer("EntityTooSmall")
        };
        check(
            &asked(None),
            &small,
            "EntityTooSmall { number: PartNumber(2), size_bytes: 7, minimum_bytes: 5242880",
        );
        let outside = Answer {
            content_range: Some("bytes */10".to_owned()),
            ..answer("InvalidRange")
        };
        check(
            &asked(None),
            &outside,
            "InvalidRange(RangeError { size_bytes: 10",
        );
    }

    #[test]
    fn the_status_speaks_where_no_code_does() {
        for (status, code) in [
            (304, "NotModified"),
            (404, "NotFound"),
            (416, "InvalidRange"),
        ] {
            assert_eq!(code_or_status("", status), code);
        }
        assert_eq!(code_or_status("SlowDown", 503), "SlowDown");
        assert_eq!(code_or_status("", 500), "");
    }
}
