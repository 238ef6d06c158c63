//! Bodies at the pace of the slower side: nothing is read, or taken in, far ahead of it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};
use std::{io, path::Path};

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use stave_engine::{Disk, DiskReader, DiskWriter, EngineOptions, Locking, RealDisk, VaultOptions};
use stave_model::Versioning;
use stave_store::{Body, BodyError, GetObject, Store};

use crate::kit::{Vault, latest, pattern, put_of};

/// A chunk of a sealed file, in bytes.
const CHUNK: usize = 64 * 1024;

/// More chunks than the engine may hold of one body: its channels, and one in each hand.
const CHUNKS_HELD_MAX: usize = 16;

/// A disk that counts what is read of it, and whose writes can be stopped.
#[derive(Debug, Default)]
struct Gate {
    disk: RealDisk,
    read_bytes: Arc<AtomicUsize>,
    writes: Arc<Writes>,
}

#[derive(Debug, Default)]
struct Writes {
    closed: Mutex<bool>,
    opened: Condvar,
}

#[derive(Debug)]
struct Counting {
    reader: Box<dyn DiskReader>,
    read_bytes: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Stoppable {
    writer: Box<dyn DiskWriter>,
    writes: Arc<Writes>,
}

impl DiskReader for Counting {
    fn size_bytes(&self) -> io::Result<u64> {
        self.reader.size_bytes()
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.read_bytes.fetch_add(buffer.len(), Ordering::SeqCst);
        self.reader.read_exact_at(buffer, offset)
    }
}

impl DiskWriter for Stoppable {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let closed = self.writes.closed.lock().unwrap();
        drop(
            self.writes
                .opened
                .wait_while(closed, |closed| *closed)
                .unwrap(),
        );
        self.writer.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.writer.sync()
    }
}

impl Writes {
    /// Stops all writes until what this returns is dropped.
    fn stop(self: &Arc<Self>) -> Stopped {
        *self.closed.lock().unwrap() = true;
        Stopped(Arc::clone(self))
    }
}

/// Lets writes go on when it is dropped, also by a test that fails.
struct Stopped(Arc<Writes>);

impl Drop for Stopped {
    fn drop(&mut self) {
        *self.0.closed.lock().unwrap() = false;
        self.0.opened.notify_all();
    }
}

impl Disk for Gate {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskWriter>> {
        Ok(Box::new(Stoppable {
            writer: self.disk.create_new(path)?,
            writes: Arc::clone(&self.writes),
        }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskReader>> {
        Ok(Box::new(Counting {
            reader: self.disk.open(path)?,
            read_bytes: Arc::clone(&self.read_bytes),
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.disk.create_dir(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.disk.sync_dir(path)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.disk.exists(path)
    }

    fn modified(&self, path: &Path) -> io::Result<std::time::SystemTime> {
        self.disk.modified(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<std::ffi::OsString>> {
        self.disk.list(path)
    }

    fn lock(&self, path: &Path, owner: &str) -> io::Result<Locking> {
        self.disk.lock(path, owner)
    }
}

fn gated() -> (Vault, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let options = EngineOptions {
        vault: VaultOptions {
            disk: Arc::clone(&gate) as Arc<dyn Disk>,
            ..VaultOptions::default()
        },
        ..EngineOptions::default()
    };
    (Vault::with(options), gate)
}

/// Keeps the engine busy with other work, so that whatever runs ahead gets its chance to.
async fn do_other_work(vault: &Vault) {
    let bucket = vault.bucket("other-work", Versioning::Off).await;
    for round in 0..40 {
        vault.put(&bucket, "k", vec![round; 100]).await;
        vault.get(&bucket, "k").await.unwrap();
    }
}

/// Waits until something holds that another thread brings about.
pub async fn until(mut holds: impl FnMut() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < give_up, "it did not happen in 30 seconds");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_stalled_reader_stops_the_reading() {
    let (vault, gate) = gated();
    let bucket = vault.bucket("stalled", Versioning::Off).await;
    let whole = pattern(100 * CHUNK, 1);
    vault.put(&bucket, "k", whole.clone()).await;
    gate.read_bytes.store(0, Ordering::SeqCst);
    let get = GetObject::whole(latest(&bucket, "k"));
    let mut got = vault.store.get_object(get).await.unwrap();
    let mut read = got.body.next().await.unwrap().unwrap().to_vec();
    do_other_work(&vault).await;
    let ahead = gate.read_bytes.load(Ordering::SeqCst);
    assert!(
        ahead < CHUNKS_HELD_MAX * CHUNK,
        "{ahead} bytes were read ahead"
    );
    while let Some(chunk) = got.body.next().await {
        read.extend_from_slice(&chunk.unwrap());
    }
    assert!(read == whole);
}

#[tokio::test]
async fn a_stalled_disk_stops_the_taking_in() {
    let (vault, gate) = gated();
    let bucket = vault.bucket("stalled", Versioning::Off).await;
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&taken);
    let chunk = Bytes::from(pattern(CHUNK, 1));
    let chunks = stream::iter(0..100).map(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok::<_, BodyError>(chunk.clone())
    });
    let stopped = gate.writes.stop();
    let mut put = put_of(&bucket, "k", "");
    put.body = Body::from_stream(Box::pin(chunks), None);
    let store = vault.store.clone();
    let putting = tokio::spawn(async move { store.put_object(put).await });
    until(|| taken.load(Ordering::SeqCst) > 2).await;
    do_other_work(&vault).await;
    let ahead = taken.load(Ordering::SeqCst);
    assert!(ahead < CHUNKS_HELD_MAX, "{ahead} chunks were taken in");
    drop(stopped);
    assert_eq!(
        putting.await.unwrap().unwrap().size_bytes,
        100 * CHUNK as u64
    );
    assert_eq!(taken.load(Ordering::SeqCst), 100);
}

#[tokio::test]
async fn a_dropped_body_lets_go_of_its_file() {
    let vault = Vault::new();
    let bucket = vault.bucket("dropped", Versioning::Off).await;
    vault.put(&bucket, "k", pattern(100 * CHUNK, 1)).await;
    let get = GetObject::whole(latest(&bucket, "k"));
    let mut got = vault.store.get_object(get).await.unwrap();
    got.body.next().await.unwrap().unwrap();
    vault.delete(&bucket, "k").await;
    vault.engine.sweep().unwrap();
    assert_eq!(vault.blob_files().len(), 1);
    drop(got);
    // Nobody asks for a sweep: letting go of the file wakes it.
    until(|| vault.blob_files().is_empty()).await;
}

#[tokio::test]
async fn a_dropped_write_leaves_nothing() {
    let vault = Vault::new();
    let bucket = vault.bucket("dropped", Versioning::Off).await;
    let chunk = Bytes::from(pattern(CHUNK, 1));
    let begun = stream::iter([Ok(chunk.clone()), Ok(chunk)]);
    let never_ending = begun.chain(stream::pending::<Result<Bytes, BodyError>>());
    let mut put = put_of(&bucket, "k", "");
    put.body = Body::from_stream(Box::pin(never_ending), None);
    let store = vault.store.clone();
    let putting = tokio::spawn(async move { store.put_object(put).await });
    until(|| !vault.staged_files().is_empty()).await;
    putting.abort();
    until(|| vault.staged_files().is_empty()).await;
    assert!(vault.get(&bucket, "k").await.is_err());
    assert_eq!(vault.blob_files().len(), 0);
}

#[tokio::test]
async fn more_readers_than_places_wait_for_one() {
    let vault = Vault::new();
    let bucket = vault.bucket("crowded", Versioning::Off).await;
    vault.put(&bucket, "k", pattern(20 * CHUNK, 1)).await;
    let get = || {
        vault
            .store
            .get_object(GetObject::whole(latest(&bucket, "k")))
    };
    // As many as there are places, each stalled after its first chunk.
    let mut stalled = Vec::new();
    for _ in 0..192 {
        stalled.push(get().await.unwrap());
    }
    let waiting = get();
    futures::pin_mut!(waiting);
    assert!(futures::poll!(&mut waiting).is_pending());
    stalled.pop();
    let got = waiting.await.unwrap();
    assert!(crate::kit::drain(got).await.unwrap() == pattern(20 * CHUNK, 1));
}
