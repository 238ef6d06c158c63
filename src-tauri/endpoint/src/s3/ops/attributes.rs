//! `GetObjectAttributes`.

use bytes::Bytes;
use s3s::dto::{
    Checksum, GetObjectAttributesInput, GetObjectAttributesOutput, GetObjectAttributesParts,
    ObjectPart, StorageClass,
};
use s3s::{Body, S3Request, S3Response, S3Result, s3_error};
use stave_model::{Version, Versioning};
use stave_store::{ListObjectParts, ObjectPartPage};

use super::{Operations, verbatim};
use crate::s3::checksums::Told;
use crate::s3::convert::{etag, length, object_ref, page_size, timestamp, told_version};
use crate::s3::encryption;
use crate::s3::errors::from_store;

/// S3 tells of at most so many parts in one answer.
const PARTS_PAGE_MAX: u16 = 1_000;

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
    let list = ListObjectParts {
        object,
        after: marker(input.part_number_marker)?,
        max_parts: page_size(input.max_parts, "max-parts", PARTS_PAGE_MAX)?,
        customer_key: encryption::of_read(&headers)?,
    };
    let page = ops.acting().list_object_parts(list.clone()).await;
    let page = page.map_err(from_store)?;
    let parts = (page.version.parts > 0).then(|| told_parts(&page, &list));
    let mut output = asked.tell(&page.version, page.versioning);
    output.object_parts = parts.filter(|_| asked.has("ObjectParts"));
    Ok(S3Response::new(output))
}

/// Reads the number of the part to go on behind.
fn marker(asked: Option<i32>) -> S3Result<u16> {
    u16::try_from(asked.unwrap_or(0)).map_err(|e| {
        s3_error!(
            e,
            InvalidArgument,
            "Argument part-number-marker must be an integer between 0 and 10000"
        )
    })
}

fn told_parts(page: &ObjectPartPage, list: &ListObjectParts) -> GetObjectAttributesParts {
    let next = page.parts.last().map(|part| part.number.get());
    GetObjectAttributesParts {
        is_truncated: Some(page.next_after.is_some()),
        max_parts: Some(i32::from(list.max_parts)),
        next_part_number_marker: next.map(i32::from),
        part_number_marker: Some(i32::from(list.after)),
        parts: Some(page.parts.iter().map(told_part).collect()),
        total_parts_count: Some(i32::from(page.version.parts)),
    }
}

fn told_part(part: &stave_model::ObjectPart) -> ObjectPart {
    let checksum = Told::bare(part.checksum.as_ref());
    ObjectPart {
        checksum_crc32: checksum.crc32,
        checksum_crc32c: checksum.crc32c,
        checksum_crc64nvme: checksum.crc64nvme,
        checksum_sha1: checksum.sha1,
        checksum_sha256: checksum.sha256,
        part_number: Some(i32::from(part.number.get())),
        size: Some(length(part.size_bytes)),
    }
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
        let class = StorageClass::from(version.headers.storage_class.0.clone());
        GetObjectAttributesOutput {
            checksum: checksum.filter(|_| self.has("Checksum")),
            e_tag: self.has("ETag").then(|| etag(&version.etag)),
            last_modified: Some(timestamp(version.modified)),
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
