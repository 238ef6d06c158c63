//! Deletions and the way back, over a real vault.

use std::sync::Arc;

use stave_model::{VersionKind, Versioning};

use super::Deletion;
use crate::testing::{Kit, bucket, object, object_key};
use crate::transfers::Transfers;
use crate::undo::Undos;
use crate::versions;
use crate::views::{DeleteResult, TransferState};

struct Rig {
    kit: Kit,
    undos: Undos,
    transfers: Transfers,
}

impl Rig {
    async fn new(versioning: Versioning) -> Self {
        let kit = Kit::new(versioning).await;
        Self {
            undos: Undos::default(),
            transfers: Transfers::new(Arc::clone(&kit.store), || {}),
            kit,
        }
    }

    async fn delete(&self, keys: &[&str], prefixes: &[&str]) -> DeleteResult {
        let deletion = Deletion {
            bucket: bucket(),
            keys: keys.iter().map(|key| object_key(key)).collect(),
            prefixes: prefixes.iter().map(|p| (*p).to_owned()).collect(),
        };
        let done = deletion.run(&*self.kit.store, &self.undos, &self.transfers);
        done.await.unwrap()
    }
}

#[tokio::test]
async fn one_undo_brings_back_keys_and_folders() {
    let rig = Rig::new(Versioning::Enabled).await;
    rig.kit.put_all(["a", "b", "d/1", "d/e/2"]).await;
    let deleted = rig.delete(&["a"], &["d/"]).await;
    assert_eq!((deleted.deleted, deleted.failed.len()), (3, 0));
    assert_eq!(rig.kit.get("d/e/2").await, None);
    let undone = rig.undos.undo(deleted.undo.unwrap(), &*rig.kit.store).await;
    assert_eq!(undone.unwrap().restored, 3);
    for key in ["a", "b", "d/1", "d/e/2"] {
        assert_eq!(rig.kit.get(key).await.unwrap(), key.as_bytes());
    }
    // Nothing is left of the deletion, and it cannot be undone twice.
    let left = versions::of_key(&*rig.kit.store, &object("a"))
        .await
        .unwrap();
    assert!(left.iter().all(|v| v.kind == VersionKind::Object));
    let twice = rig.undos.undo(deleted.undo.unwrap(), &*rig.kit.store).await;
    assert_eq!(twice.unwrap_err().code, "nothing_to_undo");
}

#[tokio::test]
async fn an_undo_spares_what_was_written_since() {
    let rig = Rig::new(Versioning::Enabled).await;
    rig.kit.put("a", b"old").await;
    let deleted = rig.delete(&["a"], &[]).await;
    rig.kit.put("a", b"new").await;
    rig.undos
        .undo(deleted.undo.unwrap(), &*rig.kit.store)
        .await
        .unwrap();
    assert_eq!(rig.kit.get("a").await.unwrap(), b"new");
}

#[tokio::test]
async fn an_unversioned_bucket_offers_no_undo() {
    let rig = Rig::new(Versioning::Off).await;
    rig.kit.put_all(["a"]).await;
    let deleted = rig.delete(&["a"], &[]).await;
    assert_eq!((deleted.deleted, deleted.undo), (1, None));
}

#[tokio::test]
async fn the_deletion_of_a_folder_is_shown_among_the_transfers() {
    let rig = Rig::new(Versioning::Enabled).await;
    rig.kit.put_all((0..25).map(|n| format!("d/{n}"))).await;
    rig.delete(&[], &["d/"]).await;
    let shown = rig.transfers.list();
    assert_eq!((shown[0].name.as_str(), shown[0].done_items), ("d/", 25));
    assert_eq!(shown[0].state, TransferState::Done);
}

#[tokio::test]
async fn a_deleted_key_comes_back_by_itself() {
    let rig = Rig::new(Versioning::Enabled).await;
    rig.kit.put_all(["a"]).await;
    rig.delete(&["a"], &[]).await;
    rig.delete(&["a"], &[]).await;
    versions::undelete(&*rig.kit.store, object("a"))
        .await
        .unwrap();
    assert_eq!(rig.kit.get("a").await.unwrap(), b"a");
}
