//! Reads the rows of one folder from a store, in the order of their keys, a page at a time.

use std::sync::Arc;

use stave_model::{BucketName, Version, VersionKind};
use stave_store::{ListObjects, ListVersions, Result, Store};

use super::known::Light;
use crate::views::{RowKind, RowView};

/// What folders end with.
const DELIMITER: &str = "/";

/// Where rows come from.
pub struct Source {
    pub store: Arc<dyn Store>,
    pub bucket: BucketName,
    pub prefix: String,
    /// In lower case; empty passes all.
    pub filter: String,
    pub deleted: Deleted,
    /// How many keys are read at once.
    pub page_keys: u16,
}

/// Whether keys whose latest version is a delete marker are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    Shown,
    Hidden,
}

/// A row, and where it stands: rows are in the order of `key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub kind: RowKind,
    pub key: String,
    pub size_bytes: u64,
    pub modified: i64,
    pub storage_class: String,
    pub content_type: String,
    pub version_id: String,
    pub etag: String,
}

/// A page of the store: the rows in it that pass, and where the next page begins.
#[derive(Debug, Default)]
pub struct Step {
    pub entries: Vec<Entry>,
    pub next: Option<String>,
}

impl Source {
    /// Reads the page that begins after `after`.
    pub async fn step(&self, after: Option<&str>) -> Result<Step> {
        self.page(&self.prefix, after).await
    }

    /// Returns the first row whose name begins with `name`, if it passes.
    pub async fn first_named(&self, name: &str) -> Result<Option<Entry>> {
        let prefix = format!("{}{name}", self.prefix);
        let page = self.page(&prefix, None).await?;
        Ok(page.entries.into_iter().next())
    }

    /// Returns the name of a row: its key without the listing's prefix.
    pub fn name<'k>(&self, key: &'k str) -> &'k str {
        key.strip_prefix(&self.prefix).unwrap_or(key)
    }

    async fn page(&self, prefix: &str, after: Option<&str>) -> Result<Step> {
        let mut step = match self.deleted {
            Deleted::Hidden => self.objects(prefix, after).await?,
            Deleted::Shown => self.versions(prefix, after).await?,
        };
        step.entries.retain(|entry| self.passes(&entry.key));
        step.entries.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Ok(step)
    }

    /// The marker that some programs make for a folder is no row of that folder.
    fn passes(&self, key: &str) -> bool {
        let name = self.name(key);
        !name.is_empty() && (self.filter.is_empty() || contains_caseless(name, &self.filter))
    }

    async fn objects(&self, prefix: &str, after: Option<&str>) -> Result<Step> {
        let list = ListObjects {
            bucket: self.bucket.clone(),
            prefix: prefix.to_owned(),
            delimiter: DELIMITER.to_owned(),
            after: after.map(str::to_owned),
            max_keys: self.page_keys,
        };
        let page = self.store.list_objects(list).await?;
        let folders = page.common_prefixes.into_iter().map(Entry::folder);
        Ok(Step {
            entries: folders
                .chain(page.objects.into_iter().map(Entry::of))
                .collect(),
            next: page.next_after,
        })
    }

    async fn versions(&self, prefix: &str, after: Option<&str>) -> Result<Step> {
        let list = ListVersions {
            bucket: self.bucket.clone(),
            prefix: prefix.to_owned(),
            delimiter: DELIMITER.to_owned(),
            after: after.map(|key| (key.to_owned(), None)),
            max_keys: self.page_keys,
        };
        let page = self.store.list_versions(list).await?;
        let latest = page.versions.into_iter().filter(|v| v.is_latest);
        let folders = page.common_prefixes.into_iter().map(Entry::folder);
        Ok(Step {
            entries: folders.chain(latest.map(Entry::of)).collect(),
            // The latest version of a key comes first: where a page ends amid a key, the rest of it
            // is no row.
            next: page.next_after.map(|(key, _)| key),
        })
    }
}

impl Entry {
    fn folder(prefix: String) -> Self {
        Self {
            kind: RowKind::Folder,
            key: prefix,
            size_bytes: 0,
            modified: 0,
            storage_class: String::new(),
            content_type: String::new(),
            version_id: String::new(),
            etag: String::new(),
        }
    }

    /// Makes a row of a latest version.
    pub fn of(version: Version) -> Self {
        let kind = match version.kind {
            VersionKind::Object => RowKind::Object,
            VersionKind::DeleteMarker => RowKind::Deleted,
        };
        Self {
            kind,
            key: version.key.as_str().to_owned(),
            size_bytes: version.size_bytes,
            modified: version.modified.as_millis(),
            storage_class: version.headers.storage_class.0,
            content_type: version.headers.content_type.unwrap_or_default(),
            version_id: version.id.as_str().to_owned(),
            etag: version.etag.as_str().to_owned(),
        }
    }

    /// Makes a row of what a sorted listing keeps of it.
    pub fn known_of(light: &Light) -> Self {
        Self {
            kind: light.kind,
            size_bytes: light.size_bytes,
            modified: light.modified,
            ..Self::folder(light.key.to_string())
        }
    }

    /// Makes what the window shows.
    pub fn view(&self, name: &str, versions: Option<u64>) -> RowView {
        RowView {
            kind: self.kind,
            name: name.to_owned(),
            key: self.key.clone(),
            size_bytes: self.size_bytes,
            modified: self.modified,
            storage_class: self.storage_class.clone(),
            content_type: self.content_type.clone(),
            version_id: self.version_id.clone(),
            versions,
            etag: self.etag.clone(),
        }
    }
}

/// Looks for `needle`, which is in lower case, without a new string for each plain name.
fn contains_caseless(name: &str, needle: &str) -> bool {
    if name.is_ascii() && needle.is_ascii() {
        let (name, needle) = (name.as_bytes(), needle.as_bytes());
        return name
            .windows(needle.len())
            .any(|window| window.eq_ignore_ascii_case(needle));
    }
    name.to_lowercase().contains(needle)
}

#[cfg(test)]
mod tests {
    use super::contains_caseless;

    #[test]
    fn the_case_of_a_filter_does_not_matter() {
        assert!(contains_caseless("Holiday-IMG.JPG", "img"));
        assert!(contains_caseless("ÄPFEL.txt", "äpfel"));
        assert!(!contains_caseless("a.txt", "b"));
        assert!(!contains_caseless("a", "ab"));
    }
}
