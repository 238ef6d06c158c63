//! `ListParts` and `ListMultipartUploads`.

use stave_catalog::upload_parts;
use stave_catalog::uploads::{self, UploadQuery};
use stave_model::Upload;
use stave_store::{ListParts, ListUploads, PartPage, UploadPage};

use super::begin::find_upload;
use super::part::told_part;
use crate::buckets;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::objects::PAGE_MAX;

impl Core {
    pub(crate) fn list_parts(&self, list: &ListParts) -> Result<PartPage> {
        self.catalog.read(|tx| {
            let (_, upload) = find_upload(tx, &list.upload)?;
            let max = list.max_parts.min(PAGE_MAX);
            let page = upload_parts::page(tx, upload.id, list.after, max)?;
            let usage = upload_parts::usage(tx, upload.id)?;
            let parts = page.parts.iter().map(|row| told_part(&upload, row));
            Ok(PartPage {
                parts: parts.collect::<Result<_>>()?,
                next_after: page.next_after,
                checksum: upload.checksum,
                upload: Upload {
                    usage: Some(usage),
                    ..upload.upload
                },
            })
        })
    }

    pub(crate) fn list_uploads(&self, list: &ListUploads) -> Result<UploadPage> {
        let after = list.after.as_ref();
        let page = self.catalog.read(|tx| {
            let query = UploadQuery {
                bucket_id: buckets::find(tx, &list.bucket)?.id,
                prefix: &list.prefix,
                delimiter: &list.delimiter,
                after: after.map(|(key, upload)| (key.as_str(), upload.as_ref())),
                max: list.max_uploads.min(PAGE_MAX),
            };
            Ok::<_, Error>(uploads::list(tx, &query)?)
        })?;
        Ok(UploadPage {
            uploads: page.uploads,
            common_prefixes: page.common_prefixes,
            next_after: page.next_after,
        })
    }
}
