//! The parts that a multipart object was made of, by `GetObjectAttributes`.

use aws_sdk_s3::types::{ObjectAttributes, ObjectPart as SdkPart};
use stave_model::{ObjectPart, PartNumber};
use stave_store::{Error, GetObject, ListObjectParts, ObjectPartPage, Result};

use crate::RemoteStore;
use crate::checksums::told;
use crate::encryption::{CustomerHeaders, with_customer_key};
use crate::errors::Asked;
use crate::words::{garbled, pinned, size};

impl RemoteStore {
    /// Lists the parts of an object. S3 tells them only of an object whose upload was begun with a
    /// checksum; of others it tells how many there are, which is `NotOffered` here.
    pub(crate) async fn parts_of_object(&self, list: ListObjectParts) -> Result<ObjectPartPage> {
        let customer_key = CustomerHeaders::of(list.customer_key.as_ref());
        let whole = GetObject {
            customer_key: list.customer_key,
            ..GetObject::whole(list.object.clone())
        };
        let head = self.head(whole).await?;
        let object = pinned(list.object, &head.version.id);
        let asked = Asked::object("asking for the parts of an object", &object);
        let answer = with_customer_key!(self.client.get_object_attributes(), customer_key)
            .bucket(object.bucket.as_str())
            .key(object.key.as_str())
            .set_version_id(object.version.as_ref().map(ToString::to_string))
            .object_attributes(ObjectAttributes::ObjectParts)
            .part_number_marker(list.after.to_string())
            .max_parts(i32::from(list.max_parts))
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        let mut page = ObjectPartPage {
            version: head.version,
            versioning: head.versioning,
            parts: Vec::new(),
            next_after: None,
        };
        let Some(told) = answer.object_parts() else {
            return Ok(page);
        };
        let parts = told.parts().iter().map(told_part);
        page.parts = parts.collect::<Result<_>>()?;
        let any = told.total_parts_count().unwrap_or(0) > 0;
        if page.parts.is_empty() && any && list.after == 0 && list.max_parts > 0 {
            return Err(Error::NotOffered {
                what: "the parts of an object without checksums",
            });
        }
        let next = told.next_part_number_marker();
        let next = next.filter(|_| told.is_truncated().unwrap_or(false));
        page.next_after = next.and_then(|marker| marker.parse().ok());
        Ok(page)
    }
}

fn told_part(part: &SdkPart) -> Result<ObjectPart> {
    let number = i64::from(part.part_number().unwrap_or(0));
    Ok(ObjectPart {
        number: PartNumber::new(number)
            .map_err(|e| garbled("reading the parts of an object", e))?,
        size_bytes: size(part.size()),
        checksum: told!(part).checksum(None),
    })
}
