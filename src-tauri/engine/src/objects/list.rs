//! `ListObjects` and `ListObjectVersions`.

use stave_catalog::versions::{self, ObjectQuery, VersionQuery};
use stave_store::{ListObjects, ListVersions, ObjectPage, VersionPage};

use crate::buckets;
use crate::core::Core;
use crate::error::Result;

/// The most entries of a page
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>).
pub(crate) const PAGE_MAX: u16 = 1_000;

impl Core {
    pub(crate) fn list_objects(&self, list: &ListObjects) -> Result<ObjectPage> {
        let page = self.catalog.read(|tx| {
            let query = ObjectQuery {
                bucket_id: buckets::find(tx, &list.bucket)?.id,
                prefix: &list.prefix,
                delimiter: &list.delimiter,
                after: list.after.as_deref(),
                max: list.max_keys.min(PAGE_MAX),
            };
            Ok::<_, crate::error::Error>(versions::list_objects(tx, &query)?)
        })?;
        Ok(ObjectPage {
            objects: page.objects,
            common_prefixes: page.common_prefixes,
            next_after: page.next_after,
        })
    }

    pub(crate) fn list_versions(&self, list: &ListVersions) -> Result<VersionPage> {
        let after = list.after.as_ref();
        let page = self.catalog.read(|tx| {
            let query = VersionQuery {
                bucket_id: buckets::find(tx, &list.bucket)?.id,
                prefix: &list.prefix,
                delimiter: &list.delimiter,
                after: after.map(|(key, version)| (key.as_str(), version.as_ref())),
                max: list.max_keys.min(PAGE_MAX),
            };
            Ok::<_, crate::error::Error>(versions::list_versions(tx, &query)?)
        })?;
        Ok(VersionPage {
            versions: page.versions,
            common_prefixes: page.common_prefixes,
            next_after: page.next_after,
        })
    }
}
