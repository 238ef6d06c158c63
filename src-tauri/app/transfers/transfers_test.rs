//! Transfers between a real folder and a real vault.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stave_model::{EncryptionContext, Sse, Versioning};
use stave_store::{CustomerKey, GetObject, SseRequest};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{Downloads, Reencryptions, Transfers, Uploads, WhichVersions};
use crate::testing::{Kit, bucket, object, object_key};
use crate::views::{TransferState, TransferView};

struct Rig {
    kit: Kit,
    transfers: Transfers,
    moved: UnboundedReceiver<()>,
}

impl Rig {
    async fn new() -> Self {
        let kit = Kit::new(Versioning::Off).await;
        let (told, moved) = unbounded_channel();
        let tell = move || told.send(()).unwrap_or_default();
        Self {
            transfers: Transfers::new(Arc::clone(&kit.store), tell),
            kit,
            moved,
        }
    }

    /// Makes a file beside the vault.
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.kit.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.kit.folder.path().join(name)
    }

    fn view(&self, id: u64) -> TransferView {
        let mut all = self.transfers.list().into_iter();
        all.find(|view| view.id == id).unwrap()
    }

    /// Waits for the end of a job by listening, as the window does.
    async fn ended(&mut self, id: u64) -> TransferView {
        loop {
            let view = self.view(id);
            if view.ended.is_some() {
                return view;
            }
            self.moved.recv().await.unwrap();
        }
    }

    async fn upload(&mut self, prefix: &str, paths: Vec<PathBuf>) -> TransferView {
        let id = self.transfers.upload(bucket(), prefix, paths);
        self.ended(id).await
    }

    async fn download(&mut self, keys: &[&str], prefixes: &[&str]) -> TransferView {
        let folder = self.path("to");
        fs::create_dir_all(&folder).unwrap();
        let id = self.transfers.download(Downloads {
            bucket: bucket(),
            keys: keys.iter().map(|key| object_key(key)).collect(),
            prefixes: prefixes.iter().map(|p| (*p).to_owned()).collect(),
            version: None,
            folder,
            customer_key: None,
        });
        self.ended(id).await
    }

    /// Returns every file beneath the download folder, with what it holds.
    fn downloaded(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        collect(&self.path("to"), "", &mut found);
        found.sort();
        found
    }
}

fn collect(folder: &Path, at: &str, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{at}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push((name, fs::read(entry.path()).unwrap()));
        }
    }
}

#[tokio::test]
async fn a_folder_arrives_whole_and_under_its_name() {
    let mut rig = Rig::new().await;
    rig.file("from/wedding/a.jpg", b"first");
    rig.file("from/wedding/deep/er/b c.txt", b"second");
    fs::create_dir_all(rig.path("from/wedding/empty")).unwrap();
    let view = rig.upload("2026/", vec![rig.path("from/wedding")]).await;
    assert_eq!(view.state, TransferState::Done, "{view:?}");
    assert_eq!((view.done_items, view.total_items), (3, 3));
    assert_eq!((view.done_bytes, view.total_bytes), (11, 11));
    assert_eq!(view.name, "wedding");
    assert_eq!(rig.kit.get("2026/wedding/a.jpg").await.unwrap(), b"first");
    let deep = rig.kit.get("2026/wedding/deep/er/b c.txt").await;
    assert_eq!(deep.unwrap(), b"second");
    assert_eq!(rig.kit.get("2026/wedding/empty/").await.unwrap(), b"");
    let head = GetObject::whole(object("2026/wedding/a.jpg"));
    let head = rig.kit.store.head_object(head).await.unwrap();
    assert_eq!(
        head.version.headers.content_type.as_deref(),
        Some("image/jpeg")
    );
}

#[tokio::test]
async fn a_large_file_goes_in_parts_and_comes_back_the_same() {
    let mut rig = Rig::new().await;
    let bytes: Vec<u8> = (0..70 * 1024 * 1024_u32).map(|n| (n % 251) as u8).collect();
    let path = rig.file("large.bin", &bytes);
    let view = rig.upload("", vec![path]).await;
    assert_eq!(view.state, TransferState::Done, "{view:?}");
    assert_eq!(view.done_bytes, bytes.len() as u64);
    let head = GetObject::whole(object("large.bin"));
    let head = rig.kit.store.head_object(head).await.unwrap();
    assert_eq!(head.version.parts, 5);
    assert_eq!(rig.kit.uploads().await, 0);
    let view = rig.download(&["large.bin"], &[]).await;
    assert_eq!(view.state, TransferState::Done, "{view:?}");
    assert!(fs::read(rig.path("to/large.bin")).unwrap() == bytes);
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_left_out_and_told() {
    let mut rig = Rig::new().await;
    rig.file("secret", b"not to be uploaded");
    rig.file("from/a", b"1");
    std::os::unix::fs::symlink(rig.path("secret"), rig.path("from/link")).unwrap();
    let view = rig.upload("", vec![rig.path("from")]).await;
    assert_eq!(view.state, TransferState::Done);
    assert_eq!(view.message, "One link was left out.");
    assert_eq!(rig.kit.get("from/link").await, None);
    let view = rig.upload("", vec![rig.path("from/link")]).await;
    assert_eq!(view.state, TransferState::Failed);
    assert_eq!(rig.kit.get("link").await, None);
}

#[tokio::test]
async fn what_failed_is_tried_again_and_nothing_else() {
    let mut rig = Rig::new().await;
    let (kept, gone) = (rig.file("kept", b"1"), rig.file("gone", b"2"));
    fs::remove_file(&gone).unwrap();
    let first = rig.upload("", vec![kept.clone(), gone.clone()]).await;
    assert_eq!(first.state, TransferState::Failed);
    assert_eq!(first.done_items, 1);
    assert_eq!(first.failures[0].name, "gone");
    assert_eq!(first.failures[0].message, "it is gone");
    // The retry would fail if it read the first file again.
    fs::remove_file(&kept).unwrap();
    rig.file("gone", b"2");
    rig.transfers.retry(first.id).unwrap();
    let again = rig.ended(first.id).await;
    assert_eq!(again.state, TransferState::Done, "{again:?}");
    assert_eq!((again.done_items, again.done_bytes), (2, 2));
    assert_eq!(rig.kit.get("gone").await.unwrap(), b"2");
    rig.transfers.clear();
    assert_eq!(rig.transfers.list(), []);
}

#[tokio::test]
async fn a_cancelled_upload_leaves_nothing_behind() {
    let mut rig = Rig::new().await;
    let path = rig.path("large.bin");
    // A file without content: it is large without taking room.
    fs::File::create(&path)
        .unwrap()
        .set_len(600 * 1024 * 1024)
        .unwrap();
    let id = rig.transfers.upload(bucket(), "", vec![path]);
    while rig.view(id).done_bytes == 0 {
        rig.moved.recv().await.unwrap();
    }
    rig.transfers.cancel(id).unwrap();
    let view = rig.ended(id).await;
    assert_eq!(view.state, TransferState::Cancelled, "{view:?}");
    assert_eq!(rig.kit.get("large.bin").await, None);
    assert_eq!(rig.kit.uploads().await, 0);
}

#[tokio::test]
async fn a_folder_comes_back_under_names_that_lead_nowhere() {
    let mut rig = Rig::new().await;
    rig.kit
        .put_all(["d/a.txt", "d/A.TXT", "d/../../up", "d/sub/", "d/sub/x"])
        .await;
    let view = rig.download(&[], &["d/"]).await;
    assert_eq!(view.state, TransferState::Done, "{view:?}");
    assert_eq!(view.message, "3 names were changed to fit this computer.");
    let names: Vec<_> = rig.downloaded().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["d/._/._/up", "d/A.TXT", "d/a (2).txt", "d/sub/x"]);
}

#[tokio::test]
async fn a_download_replaces_no_file() {
    let mut rig = Rig::new().await;
    rig.kit.put_all(["a.txt"]).await;
    rig.file("to/a.txt", b"mine");
    let view = rig.download(&["a.txt"], &[]).await;
    assert_eq!(view.state, TransferState::Done, "{view:?}");
    let expected = [("a (2).txt", &b"a.txt"[..]), ("a.txt", b"mine")];
    let expected = expected.map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
    assert_eq!(rig.downloaded(), expected);
}

#[cfg(unix)]
#[tokio::test]
async fn a_download_follows_no_link_out_of_its_folder() {
    let mut rig = Rig::new().await;
    rig.kit.put_all(["d/x"]).await;
    fs::create_dir_all(rig.path("elsewhere")).unwrap();
    fs::create_dir_all(rig.path("to")).unwrap();
    std::os::unix::fs::symlink(rig.path("elsewhere"), rig.path("to/d")).unwrap();
    let view = rig.download(&[], &["d/"]).await;
    assert_eq!(view.state, TransferState::Failed, "{view:?}");
    assert_eq!(fs::read_dir(rig.path("elsewhere")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_renamed_folder_moves_all_that_is_in_it() {
    let mut rig = Rig::new().await;
    rig.kit.put_all(["old/a", "old/b/c", "older"]).await;
    let id = rig.transfers.rename_folder(bucket(), "old/", "new/");
    let view = rig.ended(id).await;
    assert_eq!(view.state, TransferState::Done, "{view:?}");
    assert_eq!(rig.kit.get("new/b/c").await.unwrap(), b"old/b/c");
    assert_eq!(rig.kit.get("old/a").await, None);
    assert_eq!(rig.kit.get("older").await.unwrap(), b"older");
}

#[tokio::test]
async fn a_rename_onto_a_taken_name_replaces_nothing() {
    let mut rig = Rig::new().await;
    rig.kit.put_all(["old/a", "new/a"]).await;
    let id = rig.transfers.rename_folder(bucket(), "old/", "new/");
    let view = rig.ended(id).await;
    assert_eq!(view.state, TransferState::Failed);
    assert_eq!(rig.kit.get("new/a").await.unwrap(), b"new/a");
    assert_eq!(rig.kit.get("old/a").await.unwrap(), b"old/a");
}

#[tokio::test]
async fn objects_are_encrypted_otherwise_in_their_place() {
    let mut rig = Rig::new().await;
    rig.kit.put_all(["in/a", "in/b", "in/ab", "out/c"]).await;
    let job = |keys: &[&str], prefix: &str| Reencryptions {
        bucket: bucket(),
        keys: keys.iter().map(|key| object_key(key)).collect(),
        prefix: prefix.to_owned(),
        versions: WhichVersions::All,
        encryption: SseRequest::Kms {
            key: None,
            context: EncryptionContext::new(),
            bucket_key: None,
        },
    };
    let id = rig.transfers.reencrypt(job(&["in/a"], ""));
    let view = rig.ended(id).await;
    assert_eq!(view.state, TransferState::Done, "{view:?}");
    assert_eq!((view.done_items, view.target.as_str()), (1, "SSE-KMS"));
    let id = rig.transfers.reencrypt(job(&[], "in/"));
    assert_eq!(rig.ended(id).await.done_items, 3);
    for (key, under_kms) in [("in/a", true), ("in/ab", true), ("out/c", false)] {
        let head = rig.kit.store.head_object(GetObject::whole(object(key)));
        let sse = head.await.unwrap().version.sse;
        assert_eq!(matches!(sse, Sse::Kms(_)), under_kms, "{key}");
        assert_eq!(rig.kit.get(key).await.unwrap(), key.as_bytes());
    }
}

#[tokio::test]
async fn what_is_under_a_key_of_its_owner_arrives_with_it_alone() {
    let mut rig = Rig::new().await;
    let path = rig.file("tax.txt", b"secret");
    let key = CustomerKey::new([7; 32]);
    let id = rig.transfers.upload_under(Uploads {
        bucket: bucket(),
        prefix: String::new(),
        paths: vec![path],
        customer_key: Some(key.clone()),
    });
    assert_eq!(rig.ended(id).await.state, TransferState::Done);
    let without = rig.download(&["tax.txt"], &[]).await;
    assert_eq!(without.state, TransferState::Failed);
    let folder = rig.path("to");
    let id = rig.transfers.download(Downloads {
        bucket: bucket(),
        keys: vec![object_key("tax.txt")],
        prefixes: Vec::new(),
        version: None,
        folder,
        customer_key: Some(key),
    });
    assert_eq!(rig.ended(id).await.state, TransferState::Done);
    let expected = [("tax.txt".to_owned(), b"secret".to_vec())];
    assert_eq!(rig.downloaded(), expected);
}
