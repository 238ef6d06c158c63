//! Random operations against a small in-memory reference, with the vault closed and opened again in
//! between. After every few steps all that can be seen must be what the reference holds, and the
//! disk must hold no more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use stave_model::{
    BucketName, BucketUsage, Conditions, Tags, Version, VersionId, VersionKind, Versioning,
};
use stave_store::{CopyObject, Error, ListObjects, ListVersions, PutObject, SseRequest, Store};

use crate::encryption::{self, Kind, every_kind, reading};
use crate::kit::{Vault, at, key, latest, owner, pattern, put_of};
use crate::tags::tags;
use crate::uploads::Uploading;

/// How many histories are tried, and how long each is.
const HISTORIES: u64 = 24;
const STEPS: usize = 60;

/// After so many steps everything is compared.
const COMPARED_EVERY: usize = 12;

/// Few keys, so that they meet; with one that folds and one that sorts between.
const KEYS: [&str; 4] = ["a", "a/b", "a0", "z"];

/// A body larger than this is kept in a file.
const ROW_MAX_BYTES: usize = 16 * 1024;

/// One version as the reference knows it.
#[derive(Debug, Clone)]
struct Known {
    id: VersionId,
    /// The body, and which sealed bytes it shares; `None` for a delete marker.
    body: Option<(Vec<u8>, usize)>,
    tags: Tags,
    /// Its place among the kinds of encryption.
    kind: usize,
}

/// A version that a put or an upload made.
struct Written {
    id: VersionId,
    bytes: Vec<u8>,
    tags: Tags,
    kind: usize,
}

/// What a bucket should hold: the versions of each key, newest first.
#[derive(Debug)]
struct Reference {
    versioning: Versioning,
    keys: BTreeMap<String, Vec<Known>>,
    sealed: usize,
}

impl Reference {
    fn write(&mut self, text: &str, written: Written) {
        self.sealed += 1;
        let known = Known {
            id: written.id,
            body: Some((written.bytes, self.sealed)),
            tags: written.tags,
            kind: written.kind,
        };
        self.add(text, known);
    }

    fn add(&mut self, text: &str, new: Known) {
        let versions = self.keys.entry(text.to_owned()).or_default();
        if new.id == VersionId::Null {
            versions.retain(|known| known.id != VersionId::Null);
        }
        versions.insert(0, new);
    }

    fn tag(&mut self, text: &str, id: &VersionId, tags: &Tags) {
        let versions = self.keys.get_mut(text).into_iter().flatten();
        for known in versions.filter(|known| known.id == *id) {
            known.tags = tags.clone();
        }
    }

    fn reencrypt(&mut self, text: &str, id: &VersionId, kind: usize) {
        let versions = self.keys.get_mut(text).into_iter().flatten();
        for known in versions.filter(|known| known.id == *id) {
            known.kind = kind;
        }
    }

    fn remove(&mut self, text: &str, id: &VersionId) {
        if let Some(versions) = self.keys.get_mut(text) {
            versions.retain(|known| known.id != *id);
            if versions.is_empty() {
                self.keys.remove(text);
            }
        }
    }

    fn latest(&self, text: &str) -> Option<&Known> {
        self.keys.get(text)?.first()
    }

    /// Returns the keys of the objects that a listing shows, with their bodies.
    fn listed(&self) -> Vec<(&str, &[u8])> {
        let latest = self.keys.iter().filter_map(|(text, versions)| {
            let (bytes, _) = versions.first()?.body.as_ref()?;
            Some((text.as_str(), bytes.as_slice()))
        });
        latest.collect()
    }

    /// Returns all versions as `key id`, in the order of a listing of versions.
    fn all(&self) -> Vec<(String, Known)> {
        let of_key = |(text, versions): (&String, &Vec<Known>)| {
            let named = versions.iter().map(|known| (text.clone(), known.clone()));
            named.collect::<Vec<_>>()
        };
        self.keys.iter().flat_map(of_key).collect()
    }

    fn files(&self) -> usize {
        let bodies = self
            .keys
            .values()
            .flatten()
            .filter_map(|known| known.body.as_ref());
        let in_files = bodies.filter(|(bytes, _)| bytes.len() > ROW_MAX_BYTES);
        in_files
            .map(|(_, shared)| shared)
            .collect::<BTreeSet<_>>()
            .len()
    }

    fn usage(&self) -> BucketUsage {
        let size = |known: &Known| {
            known
                .body
                .as_ref()
                .map_or(0, |(bytes, _)| bytes.len() as u64)
        };
        let listed = self.listed();
        BucketUsage {
            objects: listed.len() as u64,
            size_bytes: listed.iter().map(|(_, bytes)| bytes.len() as u64).sum(),
            versions: self.keys.values().flatten().count() as u64,
            all_versions_size_bytes: self.keys.values().flatten().map(size).sum(),
        }
    }
}

/// A small generator (splitmix64): the same history for the same seed, everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    fn key(&mut self) -> &'static str {
        KEYS[self.below(KEYS.len())]
    }

    fn tags(&mut self) -> Tags {
        let sets: [&[(&str, &str)]; 3] = [&[], &[("a", "1")], &[("a", "2"), ("b", "")]];
        tags(sets[self.below(sets.len())])
    }

    fn body(&mut self) -> Vec<u8> {
        let sizes = [0, 1, 100, ROW_MAX_BYTES, ROW_MAX_BYTES + 1, 70_000];
        let size = sizes[self.below(sizes.len())];
        pattern(size, u8::try_from(self.below(256)).unwrap())
    }
}

/// A history in the making.
struct History {
    vault: Vault,
    bucket: BucketName,
    reference: Reference,
    random: Random,
    /// The first is that of a bucket without a default.
    kinds: Vec<Kind>,
    /// What was done, for who reads a failure.
    told: String,
}

impl History {
    async fn begin(seed: u64) -> Self {
        let vault = Vault::new();
        let bucket = vault.bucket("history", Versioning::Off).await;
        let kinds = every_kind(&vault).await;
        let reference = Reference {
            versioning: Versioning::Off,
            keys: BTreeMap::new(),
            sealed: 0,
        };
        Self {
            vault,
            bucket,
            reference,
            random: Random(seed),
            kinds,
            told: format!("seed {seed}"),
        }
    }

    async fn step(&mut self) {
        match self.random.below(20) {
            0..=4 => self.put().await,
            5..=6 => self.delete().await,
            7..=8 => self.delete_version().await,
            9..=11 => self.copy().await,
            12 => self.upload().await,
            13 => self.abandon_an_upload().await,
            14 => self.set_versioning().await,
            15..=16 => self.tag().await,
            17..=18 => self.reencrypt().await,
            _ => self.reopen(),
        }
    }

    fn tell(&mut self, what: &str) {
        write!(self.told, "\n{what}").unwrap();
    }

    async fn put(&mut self) {
        let (text, bytes) = (self.random.key(), self.random.body());
        let kind = self.random.below(self.kinds.len());
        self.tell(&format!("put {text} of {} bytes as {kind}", bytes.len()));
        let tags = self.random.tags();
        let put = PutObject {
            tags: tags.clone(),
            encryption: self.kinds[kind].asked.clone(),
            ..put_of(&self.bucket, text, bytes.clone())
        };
        let stored = self.vault.store.put_object(put).await.unwrap();
        self.check_new_id(&stored.version);
        let written = Written {
            id: stored.version,
            bytes,
            tags,
            kind,
        };
        self.reference.write(text, written);
    }

    async fn tag(&mut self) {
        let all = self.reference.all();
        if all.is_empty() {
            return;
        }
        let (text, known) = all[self.random.below(all.len())].clone();
        let tags = self.random.tags();
        self.tell(&format!("tag {text} {} {tags:?}", known.id));
        let object = at(&self.bucket, &text, &known.id);
        let outcome = self.vault.store.put_object_tags(object, tags.clone()).await;
        match (&known.body, outcome) {
            (Some(_), Ok(version)) => assert_eq!(version, known.id),
            (None, Err(Error::IsDeleteMarker { .. })) => return,
            (_, outcome) => panic!("{outcome:?} in {}", self.told),
        }
        self.reference.tag(&text, &known.id, &tags);
    }

    async fn reencrypt(&mut self) {
        let all = self.reference.all();
        if all.is_empty() {
            return;
        }
        let (text, known) = all[self.random.below(all.len())].clone();
        let kind = self.random.below(self.kinds.len());
        self.tell(&format!("reencrypt {text} {} as {kind}", known.id));
        let object = at(&self.bucket, &text, &known.id);
        let (from, to) = (&self.kinds[known.kind], &self.kinds[kind]);
        let outcome = self.vault.reencrypt(object, from, to).await;
        match (&known.body, outcome) {
            (Some(_), Ok(told)) => assert_eq!(told, to.told),
            (None, Err(Error::IsDeleteMarker { .. })) => return,
            (_, outcome) => panic!("{outcome:?} in {}", self.told),
        }
        self.reference.reencrypt(&text, &known.id, kind);
    }

    async fn delete(&mut self) {
        let text = self.random.key();
        self.tell(&format!("delete {text}"));
        let deleted = self.vault.delete(&self.bucket, text).await;
        if self.reference.versioning == Versioning::Off {
            assert_eq!((deleted.version, deleted.delete_marker), (None, false));
            self.reference.remove(text, &VersionId::Null);
        } else {
            let marker = deleted.version.unwrap();
            self.check_new_id(&marker);
            assert!(deleted.delete_marker);
            let marker = Known {
                id: marker,
                body: None,
                tags: Tags::default(),
                kind: 0,
            };
            self.reference.add(text, marker);
        }
    }

    async fn delete_version(&mut self) {
        let all = self.reference.all();
        if all.is_empty() {
            return;
        }
        let (text, known) = all[self.random.below(all.len())].clone();
        self.tell(&format!("delete {text} {}", known.id));
        let deleted = self
            .vault
            .delete_version(&self.bucket, &text, &known.id)
            .await;
        assert_eq!(deleted.delete_marker, known.body.is_none());
        self.reference.remove(&text, &known.id);
    }

    async fn copy(&mut self) {
        let (from, to) = (self.random.key(), self.random.key());
        let versions = self.reference.keys.get(from).cloned().unwrap_or_default();
        let (source, known) = match self.random.below(versions.len() + 1) {
            0 => (latest(&self.bucket, from), versions.first().cloned()),
            nth => {
                let known = versions[nth - 1].clone();
                (at(&self.bucket, from, &known.id), Some(known))
            }
        };
        let target = self.random.below(self.kinds.len() + 1).checked_sub(1);
        let version = source.version.clone();
        self.tell(&format!("copy {from} {version:?} to {to} as {target:?}"));
        let replace = (self.random.below(2) == 0).then(Default::default);
        let kind_of_source = &self.kinds[known.as_ref().map_or(0, |known| known.kind)];
        let source_key = kind_of_source.key.clone();
        let idle = from == to && replace.is_none() && target.is_none() && source_key.is_none();
        let new_tags = (self.random.below(3) == 0).then(|| self.random.tags());
        let by_id = source.version.is_some();
        let copy = CopyObject {
            source,
            source_conditions: Conditions::default(),
            bucket: self.bucket.clone(),
            key: key(to),
            owner: owner(),
            replace,
            conditions: Conditions::default(),
            checksum: None,
            tags: new_tags.clone(),
            acl: None,
            encryption: target.map_or(SseRequest::BucketDefault, |kind| {
                self.kinds[kind].asked.clone()
            }),
            source_customer_key: source_key,
        };
        let outcome = self.vault.store.copy_object(copy).await;
        let replaces_itself = self.reference.versioning != Versioning::Enabled
            && known
                .as_ref()
                .is_some_and(|known| known.id == VersionId::Null);
        let kept = known.as_ref().map(|known| known.tags.clone());
        match (known.and_then(|known| known.body), outcome) {
            (_, Err(Error::CopyOntoItself)) => assert!(idle && (!by_id || replaces_itself)),
            (None, Err(Error::NoSuchKey { .. })) => assert!(!by_id),
            (None, Err(Error::InvalidRequest(_))) => assert!(by_id),
            (Some((bytes, shared)), Ok(copied)) => {
                assert!(!idle || (by_id && !replaces_itself));
                self.check_new_id(&copied.stored.version);
                let copy = Known {
                    id: copied.stored.version,
                    body: Some((bytes, shared)),
                    tags: new_tags.or(kept).unwrap_or_default(),
                    kind: target.unwrap_or(0),
                };
                self.reference.add(to, copy);
            }
            (expected, outcome) => panic!("{expected:?} and {outcome:?} in {}", self.told),
        }
    }

    async fn upload(&mut self) {
        let (text, bytes) = (self.random.key(), self.random.body());
        let kind = self.random.below(self.kinds.len());
        self.tell(&format!("upload {text} of {} bytes as {kind}", bytes.len()));
        let of_kind = &self.kinds[kind];
        let mut uploading = self.vault.upload_as(&self.bucket, text, of_kind).await;
        uploading.part(2, pattern(20_000, 1)).await;
        uploading.part(2, bytes.clone()).await;
        uploading.parts.remove(0);
        uploading.part(9, pattern(30_000, 1)).await;
        uploading.parts.pop();
        let stored = uploading.complete().await.unwrap();
        drop(uploading);
        self.check_new_id(&stored.version);
        let written = Written {
            id: stored.version,
            bytes,
            tags: Tags::default(),
            kind,
        };
        self.reference.write(text, written);
    }

    async fn abandon_an_upload(&mut self) {
        let (text, bytes) = (self.random.key(), self.random.body());
        self.tell(&format!("abandon an upload of {text}"));
        let mut uploading = Uploading::begin(&self.vault, &self.bucket, text).await;
        uploading.part(1, bytes).await;
        let upload = uploading.upload.clone();
        drop(uploading);
        self.vault.store.abort_upload(upload).await.unwrap();
    }

    async fn set_versioning(&mut self) {
        let states = [Versioning::Enabled, Versioning::Suspended];
        let versioning = states[self.random.below(2)];
        self.tell(&format!("versioning {versioning:?}"));
        self.vault.set(&self.bucket, versioning).await;
        self.reference.versioning = versioning;
    }

    fn reopen(&mut self) {
        self.tell("reopen");
        self.vault.reopen();
    }

    /// A new version has an id that no other has, or is the null version.
    fn check_new_id(&self, id: &VersionId) {
        let is_new = self
            .reference
            .all()
            .iter()
            .all(|(_, known)| known.id != *id);
        match self.reference.versioning {
            Versioning::Enabled => assert!(is_new && *id != VersionId::Null),
            Versioning::Off | Versioning::Suspended => assert_eq!(*id, VersionId::Null),
        }
    }

    async fn compare(&self) {
        let told = &self.told;
        let listed = list_versions(&self.vault, &self.bucket).await;
        let all = self.reference.all();
        let seen: Vec<_> = listed
            .iter()
            .map(|version| (version.key.as_str().to_owned(), version.id.clone()))
            .collect();
        let expected: Vec<_> = all
            .iter()
            .map(|(text, known)| (text.clone(), known.id.clone()))
            .collect();
        assert_eq!(seen, expected, "{told}");
        for (version, (text, known)) in listed.iter().zip(&all) {
            let is_marker = version.kind == VersionKind::DeleteMarker;
            assert_eq!(is_marker, known.body.is_none(), "{told}");
            assert_eq!(version.tags, known.tags, "{text} in {told}");
            assert_eq!(encryption::told(&version.sse), self.kinds[known.kind].told);
            let newest = self.reference.latest(text).map(|newest| &newest.id);
            assert_eq!(version.is_latest, newest == Some(&known.id), "{told}");
            let kind = &self.kinds[known.kind];
            let object = at(&self.bucket, text, &known.id);
            let read = self.vault.read(reading(object, kind)).await;
            match (&known.body, read) {
                (Some((bytes, _)), Ok(read)) => assert!(read == *bytes, "{text} in {told}"),
                (None, Err(Error::IsDeleteMarker { .. })) => {}
                (_, read) => panic!("{text}: {:?} in {told}", read.map(|bytes| bytes.len())),
            }
        }
        self.compare_the_latest().await;
        let head = self.vault.store.head_bucket(&self.bucket).await.unwrap();
        assert_eq!(head.usage, Some(self.reference.usage()), "{told}");
        self.vault.engine.sweep().unwrap();
        assert_eq!(
            self.vault.blob_files().len(),
            self.reference.files(),
            "{told}"
        );
        assert_eq!(self.vault.staged_files().len(), 0, "{told}");
    }

    async fn compare_the_latest(&self) {
        let list = ListObjects {
            bucket: self.bucket.clone(),
            prefix: String::new(),
            delimiter: String::new(),
            after: None,
            max_keys: 1_000,
        };
        let page = self.vault.store.list_objects(list).await.unwrap();
        let seen: Vec<_> = page
            .objects
            .iter()
            .map(|version| version.key.as_str())
            .collect();
        let expected: Vec<_> = self
            .reference
            .listed()
            .into_iter()
            .map(|(text, _)| text)
            .collect();
        assert_eq!(seen, expected, "{}", self.told);
        for text in KEYS {
            let newest = self.reference.latest(text);
            let kind = &self.kinds[newest.map_or(0, |known| known.kind)];
            let read = self.vault.get_as(&self.bucket, text, kind).await;
            let expected = newest.and_then(|known| known.body.as_ref());
            match (expected, read) {
                (Some((bytes, _)), Ok(read)) => assert!(read == *bytes, "{}", self.told),
                (None, Err(Error::NoSuchKey { .. })) => {}
                (_, read) => panic!("{text}: {:?} in {}", read.map(|b| b.len()), self.told),
            }
        }
    }
}

/// Lists all versions, a few at a time.
async fn list_versions(vault: &Vault, bucket: &BucketName) -> Vec<Version> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let list = ListVersions {
            bucket: bucket.clone(),
            prefix: String::new(),
            delimiter: String::new(),
            after,
            max_keys: 3,
        };
        let page = vault.store.list_versions(list).await.unwrap();
        all.extend(page.versions);
        after = page.next_after;
        if after.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn a_random_history_is_what_the_reference_remembers() {
    for seed in 0..HISTORIES {
        let mut history = History::begin(seed).await;
        for step in 1..=STEPS {
            history.step().await;
            if step % COMPARED_EVERY == 0 {
                history.compare().await;
            }
        }
    }
}
