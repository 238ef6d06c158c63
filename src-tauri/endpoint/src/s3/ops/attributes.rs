//! `GetObjectAttributes`.

use bytes::Bytes;
use s3s::dto::{
    Checksum, GetObjectAttributesInput, GetObjectAttributesOutput, GetObjectAttributesParts,
    StorageClass,
};
use s3s::{Body, S3Request, S3Response, S3Result, s3_error};
use stave_model::{Version, Versioning};
use stave_store::GetObject;

use super::{Operations, verbatim};
use crate::s3::checksums::Told;
use crate::s3::convert::{etag, length, object_ref, timestamp, told_version};
use crate::s3::errors::from_store;

/// What may be asked for.
const KNOWN: [&str; 5] = [
    "ETag",
    "Checksum",
    "ObjectParts",
    "StorageClass",
    "ObjectSize",
];

pub(super) async fn get_object_attributes(
    ops: &Operations,
    request: S3Request<GetObjectAttributesInput>,
) -> S3Result<S3Response<GetObjectAttributesOutput>> {
    let headers = verbatim(&request)?.headers;
    let lines = headers.get_all("x-amz-object-attributes").iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let asked = Asked::parse(&lines.join(","))?;
    let input = request.input;
    let object = object_ref(&input.bucket, &input.key, input.version_id.as_deref())?;
    let head = ops.store.head_object(GetObject::whole(object)).await;
    let head = head.map_err(from_store)?;
    Ok(S3Response::new(asked.tell(&head.version, head.versioning)))
}

/// The attributes that a client asked for.
struct Asked(Vec<String>);

impl Asked {
    fn parse(list: &str) -> S3Result<Self> {
        let names = list
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(str::to_owned).collect();
        if names.is_empty() || names.iter().any(|name| !KNOWN.contains(&name.as_str())) {
            return Err(s3_error!(
                InvalidArgument,
                "Invalid attribute name specified."
            ));
        }
        Ok(Self(names))
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|asked| asked == name)
    }

    fn tell(&self, version: &Version, versioning: Versioning) -> GetObjectAttributesOutput {
        let told = Told::bare(version.checksum.as_ref());
        let checksum = version.checksum.as_ref().map(|_| Checksum {
            checksum_crc32: told.crc32,
            checksum_crc32c: told.crc32c,
            checksum_crc64nvme: told.crc64nvme,
            checksum_sha1: told.sha1,
            checksum_sha256: told.sha256,
            checksum_type: told.kind,
        });
        let parts = (version.parts > 0).then(|| GetObjectAttributesParts {
            total_parts_count: Some(i32::from(version.parts)),
            ..GetObjectAttributesParts::default()
        });
        let class = StorageClass::from(version.headers.storage_class.0.clone());
        GetObjectAttributesOutput {
            checksum: checksum.filter(|_| self.has("Checksum")),
            e_tag: self.has("ETag").then(|| etag(&version.etag)),
            last_modified: Some(timestamp(version.modified)),
            object_parts: parts.filter(|_| self.has("ObjectParts")),
            object_size: self.has("ObjectSize").then(|| length(version.size_bytes)),
            storage_class: self.has("StorageClass").then_some(class),
            version_id: told_version(&version.id, versioning),
            ..GetObjectAttributesOutput::default()
        }
    }
}

/// Takes the quotes from the entity tag: here alone S3 writes none, and s3s always does.
pub(in crate::s3) fn unquote_etag(body: Body) -> Body {
    const OPEN: &str = "<ETag>\"";
    const CLOSE: &str = "\"</ETag>";
    let Some(bytes) = body.bytes() else {
        return body;
    };
    match std::str::from_utf8(&bytes) {
        Ok(xml) => {
            let xml = xml
                .replacen(OPEN, "<ETag>", 1)
                .replacen(CLOSE, "</ETag>", 1);
            Body::from(Bytes::from(xml))
        }
        Err(_) => body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entity_tag_loses_its_quotes_and_nothing_else_changes() {
        let xml = "<R><ETag>\"ab-2\"</ETag><ObjectSize>1</ObjectSize></R>";
        let body = unquote_etag(Body::from(xml.to_owned()));
        let expected = "<R><ETag>ab-2</ETag><ObjectSize>1</ObjectSize></R>";
        assert_eq!(body.bytes().unwrap(), expected);
    }

    #[test]
    fn only_known_attributes_are_asked_for() {
        assert!(Asked::parse("ETag, Checksum").is_ok());
        assert!(Asked::parse("").is_err());
        assert!(Asked::parse("ETag,Colour").is_err());
    }
}
