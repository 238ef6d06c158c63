//! Listings over a real vault, in pages of ten so that a few dozen keys make many.

use std::sync::Arc;

use stave_model::{Conditions, Versioning};
use stave_store::DeleteObject;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{Listings, Selection};
use crate::args::window_user;
use crate::testing::{BUCKET, Kit, changed, object};
use crate::views::{ListingProgress, ListingRequest, RowKind, RowView, SortColumn};

struct Rig {
    kit: Kit,
    listings: Listings,
    progress: UnboundedReceiver<ListingProgress>,
}

impl Rig {
    async fn new(versioning: Versioning) -> Self {
        let kit = Kit::new(versioning).await;
        let (told, progress) = unbounded_channel();
        let hear = Arc::new(move |progress| told.send(progress).unwrap_or_default());
        let mut listings = Listings::new(Arc::clone(&kit.store), hear);
        listings.around.page_keys = 10;
        Self {
            kit,
            listings,
            progress,
        }
    }

    /// Opens a listing and waits until all of it is counted.
    async fn open(&mut self, request: &ListingRequest) -> ListingProgress {
        let mut at = self.listings.open(request).await.unwrap();
        while !at.complete {
            let next = self.progress.recv().await.unwrap();
            if next.cursor == at.cursor {
                at = next;
            }
        }
        at
    }

    async fn rows(&self, cursor: u64, start: u64, len: u64) -> Vec<RowView> {
        self.listings.rows(cursor, start, len).await.unwrap().rows
    }

    async fn names(&self, cursor: u64, start: u64, len: u64) -> Vec<String> {
        let rows = self.rows(cursor, start, len).await;
        rows.into_iter().map(|row| row.name).collect()
    }

    /// Returns what a summary of the keys, prefixes or everything but some says: objects and bytes.
    async fn summary(&self, selection: &Selection) -> (u64, u64) {
        let sum = self.listings.summary(selection.cursor, selection).await;
        let sum = sum.unwrap();
        (sum.objects, sum.size_bytes)
    }
}

fn in_folder(prefix: &str) -> ListingRequest {
    ListingRequest {
        bucket: BUCKET.to_owned(),
        prefix: prefix.to_owned(),
        filter: String::new(),
        sort: SortColumn::Name,
        descending: false,
        show_deleted: false,
    }
}

fn numbered(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|n| format!("d/{n:03}"))
}

async fn delete(kit: &Kit, key: &str) {
    let delete = DeleteObject {
        object: object(key),
        owner: window_user(),
        conditions: Conditions::default(),
    };
    kit.store.delete_object(delete).await.unwrap();
}

#[tokio::test]
async fn the_first_page_is_there_at_once_and_the_rest_is_counted_behind() {
    let mut rig = Rig::new(Versioning::Off).await;
    rig.kit.put_all(numbered(45)).await;
    let opened = rig.listings.open(&in_folder("d/")).await.unwrap();
    assert!(opened.known >= 10, "{opened:?}");
    let all = rig.open(&in_folder("d/")).await;
    assert_eq!((all.known, all.sortable), (45, true));
    assert_eq!(
        rig.names(all.cursor, 8, 4).await,
        ["008", "009", "010", "011"]
    );
    assert_eq!(rig.names(all.cursor, 44, 10).await, ["044"]);
    assert_eq!(rig.names(all.cursor, 45, 10).await, [""; 0]);
}

#[tokio::test]
async fn folders_and_objects_are_rows_and_the_marker_of_the_folder_is_none() {
    let mut rig = Rig::new(Versioning::Off).await;
    rig.kit
        .put_all(["d/", "d/a", "d/b/1", "d/b/2", "d/c", "e"])
        .await;
    let at = rig.open(&in_folder("d/")).await;
    let rows = rig.rows(at.cursor, 0, 10).await;
    let shown: Vec<_> = rows.iter().map(|r| (r.kind, r.key.as_str())).collect();
    let expected = [
        (RowKind::Object, "d/a"),
        (RowKind::Folder, "d/b/"),
        (RowKind::Object, "d/c"),
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn a_filter_finds_names_in_any_case_and_on_any_page() {
    let mut rig = Rig::new(Versioning::Off).await;
    rig.kit.put_all(numbered(40)).await;
    rig.kit.put_all(["d/005-Holiday", "d/038-HOLIDAY"]).await;
    let request = ListingRequest {
        filter: "holi".to_owned(),
        ..in_folder("d/")
    };
    let at = rig.open(&request).await;
    assert_eq!(
        rig.names(at.cursor, 0, 10).await,
        ["005-Holiday", "038-HOLIDAY"]
    );
}

#[tokio::test]
async fn sorted_rows_are_whole_rows() {
    let mut rig = Rig::new(Versioning::Off).await;
    rig.kit.put_all(numbered(25)).await;
    rig.kit.put("d/large", &[7; 500]).await;
    rig.kit.put_all(["d/folder/x"]).await;
    let request = ListingRequest {
        sort: SortColumn::Size,
        descending: true,
        ..in_folder("d/")
    };
    let at = rig.open(&request).await;
    let rows = rig.rows(at.cursor, 0, 2).await;
    assert_eq!(
        (rows[0].name.as_str(), rows[0].kind),
        ("folder/", RowKind::Folder)
    );
    assert_eq!((rows[1].name.as_str(), rows[1].size_bytes), ("large", 500));
    assert!(!rows[1].etag.is_empty());
    let backwards = ListingRequest {
        descending: true,
        ..in_folder("d/")
    };
    let at = rig.open(&backwards).await;
    assert_eq!(
        rig.names(at.cursor, 0, 3).await,
        ["large", "folder/", "024"]
    );
}

#[tokio::test]
async fn deleted_keys_are_shown_when_asked_for() {
    let mut rig = Rig::new(Versioning::Enabled).await;
    rig.kit.put_all(numbered(12)).await;
    delete(&rig.kit, "d/003").await;
    let at = rig.open(&in_folder("d/")).await;
    assert_eq!(at.known, 11);
    let request = ListingRequest {
        show_deleted: true,
        ..in_folder("d/")
    };
    let at = rig.open(&request).await;
    let rows = rig.rows(at.cursor, 0, 20).await;
    assert_eq!(rows.len(), 12);
    assert_eq!(
        (rows[3].name.as_str(), rows[3].kind),
        ("003", RowKind::Deleted)
    );
}

#[tokio::test]
async fn rows_tell_how_many_versions_their_keys_have() {
    let mut rig = Rig::new(Versioning::Enabled).await;
    rig.kit.put_all(numbered(12)).await;
    rig.kit.put("d/004", b"second").await;
    rig.kit.put("d/004", b"third").await;
    let at = rig.open(&in_folder("d/")).await;
    let rows = rig.rows(at.cursor, 3, 3).await;
    let counts: Vec<_> = rows.iter().map(|row| row.versions).collect();
    assert_eq!(counts, [Some(1), Some(3), Some(1)]);
}

#[tokio::test]
async fn a_change_anywhere_is_seen_by_the_next_look() {
    let mut rig = Rig::new(Versioning::Off).await;
    rig.kit.put_all(numbered(30)).await;
    let at = rig.open(&in_folder("d/")).await;
    rig.rows(at.cursor, 0, 30).await;
    for (key, expected) in [("d/000-new", 31), ("d/015-new", 32), ("d/zzz", 33)] {
        rig.kit.put(key, b"new").await;
        rig.listings.note(&changed(key));
        let rows = rig.listings.rows(at.cursor, 0, 50).await.unwrap();
        assert_eq!((rows.known, rows.complete), (expected, true), "{key}");
        assert!(rows.rows.iter().any(|row| row.key == key), "{key}");
        assert_eq!(rows.rows.len() as u64, expected, "{key}");
    }
    delete(&rig.kit, "d/007").await;
    rig.listings.note(&changed("d/007"));
    let names = rig.names(at.cursor, 6, 4).await;
    assert_eq!(names, ["005", "006", "008", "009"]);
}

#[tokio::test]
async fn many_changes_past_the_end_are_counted_behind() {
    let mut rig = Rig::new(Versioning::Off).await;
    rig.kit.put_all(numbered(5)).await;
    let at = rig.open(&in_folder("d/")).await;
    rig.kit
        .put_all((0..40).map(|n| format!("d/new-{n:02}")))
        .await;
    rig.listings.note(&changed("d/new-00"));
    rig.rows(at.cursor, 0, 10).await;
    let mut known = 0;
    while known < 45 {
        known = rig.progress.recv().await.unwrap().known;
    }
    assert_eq!(rig.names(at.cursor, 44, 2).await, ["new-39"]);
}

#[tokio::test]
async fn a_change_elsewhere_costs_nothing() {
    let mut rig = Rig::new(Versioning::Off).await;
    rig.kit.put_all(["d/a", "e/a"]).await;
    let at = rig.open(&in_folder("d/")).await;
    rig.kit.put("d/b", b"unheard").await;
    rig.listings.note(&changed("e/b"));
    assert_eq!(rig.listings.rows(at.cursor, 0, 9).await.unwrap().known, 1);
}

#[tokio::test]
async fn a_row_is_found_by_the_beginning_of_its_name() {
    let mut rig = Rig::new(Versioning::Off).await;
    rig.kit.put_all(numbered(30)).await;
    rig.kit.put_all(["d/Wedding.jpg", "d/summer/a"]).await;
    let at = rig.open(&in_folder("d/")).await;
    let find = async |text: &str| rig.listings.first_named(at.cursor, text).await.unwrap();
    assert_eq!(find("02").await, Some(20));
    assert_eq!(find("wed").await, Some(30));
    assert_eq!(find("SUM").await, Some(31));
    assert_eq!(find("nothing").await, None);
    assert_eq!(find("").await, None);
}

#[tokio::test]
async fn a_selection_is_added_up_through_its_folders() {
    let mut rig = Rig::new(Versioning::Off).await;
    for (key, size) in [("d/a", 1), ("d/b", 20), ("d/f/x", 300), ("d/f/g/y", 4_000)] {
        rig.kit.put(key, &vec![0; size]).await;
    }
    let at = rig.open(&in_folder("d/")).await;
    let none = Selection {
        cursor: at.cursor,
        except_keys: Vec::new(),
        all_selected: false,
        keys: Vec::new(),
        prefixes: Vec::new(),
    };
    let some = Selection {
        keys: vec!["d/b".to_owned()],
        prefixes: vec!["d/f/".to_owned()],
        ..none.clone()
    };
    let all_but = Selection {
        all_selected: true,
        except_keys: vec!["d/b".to_owned(), "d/f/".to_owned()],
        ..none
    };
    assert_eq!(rig.summary(&some).await, (3, 4_320));
    assert_eq!(rig.summary(&all_but).await, (1, 1));
}

#[tokio::test]
async fn the_oldest_of_too_many_listings_is_closed() {
    let rig = Rig::new(Versioning::Off).await;
    let first = rig.listings.open(&in_folder("")).await.unwrap();
    for _ in 0..super::CURSORS_MAX {
        rig.listings.open(&in_folder("")).await.unwrap();
    }
    let gone = rig.listings.rows(first.cursor, 0, 1).await.unwrap_err();
    assert_eq!(gone.code, "no_such_listing");
}
