//! The async face of the engine: the only file that knows tokio, with the pumps of bodies beneath
//! it.
//!
//! Each operation hops once to a blocking thread. A body follows through a bounded channel, so that
//! the pace of the slower side is the pace of both, and nothing is buffered beyond a few chunks.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream;
use secrecy::SecretString;
use stave_model::{
    AccessKey, AccessKeyId, AccessKeyStatus, Acl, Actor, Bucket, BucketConfig, BucketConfigKind,
    BucketName, Change, Sse, Tags, UserName, VersionId, Versioning, Via,
};
use stave_store::{
    AccessKeys, Body, ByteStream, ChangeStream, CompleteUpload, Copied, CopyObject, CreateBucket,
    CreateUpload, DeleteObject, Deleted, DeletedEach, Error, GetObject, Got, Head, ListObjectParts,
    ListObjects, ListParts, ListUploads, ListVersions, NewAccessKey, ObjectAcl, ObjectPage,
    ObjectPartPage, ObjectRef, PartCopied, PartPage, PartStored, PutObject, ReencryptObject,
    Result, Store, Stored, UploadBegun, UploadPage, UploadPart, UploadPartCopy, UploadRef,
    VersionPage,
};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};
use tokio::task::spawn_blocking;

use crate::core::Core;
use crate::engine::{ADMIN, Engine};
use crate::error;
use crate::objects::Opened;

mod pump;

use pump::{Pumped, outgoing, pump};

/// The most bodies that are read at once. Each holds a blocking thread while its reader is slow;
/// those of tokio are 512, shared with the writes and the short operations.
const READS_MAX: usize = 192;

/// The most bodies that are written at once.
const WRITES_MAX: usize = 192;

/// How many changes a slow listener may fall behind before it is told `Change::Everything`.
const CHANGES_WAITING: usize = 1_024;

/// A vault on this computer as a `Store`. Clones share it.
#[derive(Clone)]
pub struct LocalStore {
    engine: Arc<Engine>,
    reads: Arc<Semaphore>,
    writes: Arc<Semaphore>,
    actor: Arc<Actor>,
    changes: broadcast::Sender<Change>,
}

impl LocalStore {
    /// Makes the async face of an open engine.
    pub fn new(engine: Arc<Engine>) -> Self {
        let (changes, _) = broadcast::channel(CHANGES_WAITING);
        let feed = changes.clone();
        // Sending fails only where nobody listens.
        engine.listen(Box::new(move |change| drop(feed.send(change.clone()))));
        Self {
            engine,
            reads: Arc::new(Semaphore::new(READS_MAX)),
            writes: Arc::new(Semaphore::new(WRITES_MAX)),
            actor: Arc::new(Actor::local(owner(), Via::Store)),
            changes,
        }
    }

    /// Returns the engine beneath.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Returns the same store acting for somebody: the audit tells who. [`Store::acting_for`] is the same where a
    /// `Store` is all that is wanted.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self {
            actor: Arc::new(actor),
            ..self.clone()
        }
    }

    /// Returns for whom the store acts.
    pub(crate) fn actor(&self) -> Arc<Actor> {
        Arc::clone(&self.actor)
    }

    /// The hop: runs blocking code on a thread that may block.
    pub(crate) async fn run<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Core) -> error::Result<T> + Send + 'static,
    {
        let core = self.engine.core()?;
        let done = spawn_blocking(move || job(&core).map_err(error::Error::into_store));
        done.await.map_err(worker_died)?
    }

    /// The hop of a write: runs blocking code while the body is pumped to it.
    async fn run_with_body<T, F>(&self, body: Body, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Core, &mut Pumped) -> error::Result<T> + Send + 'static,
    {
        let permit = take_place(&self.writes).await?;
        let core = self.engine.core()?;
        let (to_worker, mut arriving) = Pumped::channel();
        let worker = spawn_blocking(move || {
            let _permit = permit;
            job(&core, &mut arriving).map_err(error::Error::into_store)
        });
        pump(body, to_worker).await;
        worker.await.map_err(worker_died)?
    }
}

/// For whom a store acts that nobody was named for.
fn owner() -> UserName {
    UserName::parse(ADMIN).expect("the name of the owner is one")
}

async fn take_place(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    // The semaphore is never closed; if it were, nothing could be done.
    Arc::clone(places)
        .acquire_owned()
        .await
        .map_err(|source| failed("waiting for a free place", source))
}

fn worker_died(source: tokio::task::JoinError) -> Error {
    failed("running on a worker thread", source)
}

fn failed(doing: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Failed {
        doing,
        source: Box::new(source),
    }
}

/// Splits the body from a request, whose own place it leaves empty.
fn take_body(body: &mut Body) -> Body {
    let empty = Body {
        size_bytes: body.size_bytes,
        ..Body::empty()
    };
    std::mem::replace(body, empty)
}

impl fmt::Debug for LocalStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalStore")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for LocalStore {
    fn acting_for(&self, actor: Actor) -> Arc<dyn Store> {
        Arc::new(self.acting_as(actor))
    }

    async fn list_buckets(&self) -> Result<Vec<Bucket>> {
        self.run(Core::list_buckets).await
    }

    async fn create_bucket(&self, create: CreateBucket) -> Result<Bucket> {
        self.run(move |core| core.create_bucket(create)).await
    }

    async fn head_bucket(&self, bucket: &BucketName) -> Result<Bucket> {
        let bucket = bucket.clone();
        self.run(move |core| core.head_bucket(&bucket)).await
    }

    async fn delete_bucket(&self, bucket: &BucketName) -> Result<()> {
        let bucket = bucket.clone();
        self.run(move |core| core.delete_bucket(&bucket)).await
    }

    async fn put_bucket_versioning(
        &self,
        bucket: &BucketName,
        versioning: Versioning,
    ) -> Result<()> {
        let bucket = bucket.clone();
        self.run(move |core| core.put_bucket_versioning(&bucket, versioning))
            .await
    }

    async fn bucket_config(
        &self,
        bucket: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<Option<BucketConfig>> {
        let bucket = bucket.clone();
        self.run(move |core| core.bucket_config(&bucket, kind))
            .await
    }

    async fn put_bucket_config(&self, bucket: &BucketName, config: BucketConfig) -> Result<()> {
        let bucket = bucket.clone();
        self.run(move |core| core.put_bucket_config(&bucket, config))
            .await
    }

    async fn delete_bucket_config(
        &self,
        bucket: &BucketName,
        kind: BucketConfigKind,
    ) -> Result<()> {
        let bucket = bucket.clone();
        self.run(move |core| core.delete_bucket_config(&bucket, kind))
            .await
    }

    async fn put_object(&self, mut put: PutObject) -> Result<Stored> {
        let (by, body) = (self.actor(), take_body(&mut put.body));
        self.run_with_body(body, move |core, arriving| {
            core.put_object(&by, put, arriving)
        })
        .await
    }

    async fn get_object(&self, get: GetObject) -> Result<Got> {
        let permit = take_place(&self.reads).await?;
        let by = self.actor();
        let Opened { head, body } = self.run(move |core| core.get_object(&by, &get)).await?;
        let body: ByteStream = outgoing(body, permit);
        Ok(Got {
            version: head.version,
            versioning: head.versioning,
            range: head.range,
            part_checksum: head.part_checksum,
            body,
        })
    }

    async fn head_object(&self, head: GetObject) -> Result<Head> {
        self.run(move |core| core.head_object(&head)).await
    }

    async fn delete_object(&self, delete: DeleteObject) -> Result<Deleted> {
        self.run(move |core| core.delete_object(&delete)).await
    }

    async fn delete_objects(
        &self,
        bucket: &BucketName,
        deletes: Vec<DeleteObject>,
    ) -> Result<DeletedEach> {
        let bucket = bucket.clone();
        self.run(move |core| core.delete_objects(&bucket, &deletes))
            .await
    }

    async fn copy_object(&self, copy: CopyObject) -> Result<Copied> {
        // A checksum of another algorithm is computed from the bytes.
        let _permit = match copy.checksum {
            Some(_) => Some(take_place(&self.reads).await?),
            None => None,
        };
        let by = self.actor();
        self.run(move |core| core.copy_object(&by, copy)).await
    }

    async fn reencrypt_object(&self, reencrypt: ReencryptObject) -> Result<Sse> {
        let by = self.actor();
        self.run(move |core| core.reencrypt_object(&by, &reencrypt))
            .await
    }

    async fn list_object_parts(&self, list: ListObjectParts) -> Result<ObjectPartPage> {
        self.run(move |core| core.list_object_parts(&list)).await
    }

    async fn object_tags(&self, object: ObjectRef) -> Result<(VersionId, Tags)> {
        self.run(move |core| core.object_tags(&object)).await
    }

    async fn put_object_tags(&self, object: ObjectRef, tags: Tags) -> Result<VersionId> {
        self.run(move |core| core.put_object_tags(&object, &tags))
            .await
    }

    async fn object_acl(&self, object: ObjectRef) -> Result<ObjectAcl> {
        self.run(move |core| core.object_acl(&object)).await
    }

    async fn put_object_acl(&self, object: ObjectRef, acl: Option<Acl>) -> Result<VersionId> {
        self.run(move |core| core.put_object_acl(&object, acl.as_ref()))
            .await
    }

    async fn list_objects(&self, list: ListObjects) -> Result<ObjectPage> {
        self.run(move |core| core.list_objects(&list)).await
    }

    async fn list_versions(&self, list: ListVersions) -> Result<VersionPage> {
        self.run(move |core| core.list_versions(&list)).await
    }

    async fn create_upload(&self, create: CreateUpload) -> Result<UploadBegun> {
        let by = self.actor();
        self.run(move |core| core.create_upload(&by, create)).await
    }

    async fn upload_part(&self, mut part: UploadPart) -> Result<PartStored> {
        let (by, body) = (self.actor(), take_body(&mut part.body));
        self.run_with_body(body, move |core, arriving| {
            core.upload_part(&by, &part, arriving)
        })
        .await
    }

    async fn upload_part_copy(&self, copy: UploadPartCopy) -> Result<PartCopied> {
        let _permit = take_place(&self.writes).await?;
        let by = self.actor();
        self.run(move |core| core.upload_part_copy(&by, &copy))
            .await
    }

    async fn complete_upload(&self, complete: CompleteUpload) -> Result<Stored> {
        let by = self.actor();
        self.run(move |core| core.complete_upload(&by, &complete))
            .await
    }

    async fn abort_upload(&self, upload: UploadRef) -> Result<()> {
        self.run(move |core| core.abort_upload(&upload)).await
    }

    async fn list_parts(&self, list: ListParts) -> Result<PartPage> {
        self.run(move |core| core.list_parts(&list)).await
    }

    async fn list_uploads(&self, list: ListUploads) -> Result<UploadPage> {
        self.run(move |core| core.list_uploads(&list)).await
    }

    fn changes(&self) -> Result<ChangeStream> {
        let heard = self.changes.subscribe();
        Ok(Box::pin(stream::unfold(heard, |mut heard| async move {
            match heard.recv().await {
                Ok(change) => Some((change, heard)),
                Err(RecvError::Lagged(_)) => Some((Change::Everything, heard)),
                Err(RecvError::Closed) => None,
            }
        })))
    }
}

#[async_trait]
impl AccessKeys for LocalStore {
    async fn list_access_keys(&self) -> Result<Vec<AccessKey>> {
        self.run(Core::list_access_keys).await
    }

    async fn add_access_key(&self, new: NewAccessKey) -> Result<(AccessKey, SecretString)> {
        self.run(move |core| core.add_access_key(new)).await
    }

    async fn set_access_key_status(&self, id: &AccessKeyId, status: AccessKeyStatus) -> Result<()> {
        let id = id.clone();
        self.run(move |core| core.set_access_key_status(&id, status))
            .await
    }

    async fn delete_access_key(&self, id: &AccessKeyId) -> Result<()> {
        let id = id.clone();
        self.run(move |core| core.delete_access_key(&id)).await
    }

    async fn access_key_secret(&self, id: &AccessKeyId) -> Result<(AccessKey, SecretString)> {
        let id = id.clone();
        self.run(move |core| core.access_key_secret(&id)).await
    }
}
