//! Forwards the store's changes to the open listings and to the window, many at once as few.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures::StreamExt as _;
use stave_model::Change;
use stave_store::ChangeStream;

use crate::events::{Event, Events};
use crate::listing::Listings;
use crate::views::{ChangeKind, ChangeView};

/// How long changes are gathered after the first: quick for the eye, calm for the window.
const GATHER: Duration = Duration::from_millis(100);

/// Past so many keys of a bucket at once, the window is told of the bucket's objects as a whole.
const KEYS_MAX: usize = 32;

/// Forwards until the stream ends or the listings are gone.
pub async fn forward(mut changes: ChangeStream, listings: Weak<Listings>, events: Events) {
    while let Some(first) = changes.next().await {
        let mut gathered = Vec::new();
        let Some(open) = listings.upgrade() else {
            return;
        };
        take(&mut gathered, &open, first);
        let gathering = async {
            while let Some(next) = changes.next().await {
                take(&mut gathered, &open, next);
            }
        };
        // The time runs out, or the stream has ended; both are fine.
        let _ = tokio::time::timeout(GATHER, gathering).await;
        for view in together(&gathered) {
            let links = view.kind == ChangeKind::Links;
            events.tell(Event::Change(view));
            if links {
                events.tell(Event::Links);
            }
        }
    }
}

fn take(gathered: &mut Vec<Change>, listings: &Arc<Listings>, change: Change) {
    listings.note(&change);
    gathered.push(change);
}

/// Says the same in as few words as it takes.
fn together(changes: &[Change]) -> Vec<ChangeView> {
    let views: BTreeSet<_> = changes.iter().map(ChangeView::from).collect();
    if views.contains(&ChangeView::everything()) {
        return vec![ChangeView::everything()];
    }
    let mut keys: BTreeMap<_, usize> = BTreeMap::new();
    for view in views.iter().filter(|view| view.kind == ChangeKind::Object) {
        *keys.entry(view.bucket.clone()).or_default() += 1;
    }
    let whole = |view: ChangeView| {
        let many = keys.get(&view.bucket).is_some_and(|keys| *keys > KEYS_MAX);
        let key = if many { None } else { view.key };
        ChangeView { key, ..view }
    };
    let views: BTreeSet<_> = views.into_iter().map(whole).collect();
    views.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use stave_model::{BucketName, ObjectKey};

    fn object(bucket: &str, key: &str) -> Change {
        let bucket = BucketName::parse(bucket).unwrap();
        Change::Object(bucket, ObjectKey::parse(key).unwrap())
    }

    #[test]
    fn the_same_change_is_told_once() {
        let views = together(&[object("one", "a"), object("one", "a"), object("two", "a")]);
        assert_eq!(views.len(), 2);
    }

    #[test]
    fn many_keys_of_a_bucket_are_told_as_one_change_without_a_key() {
        let mut changes: Vec<_> = (0..40).map(|n| object("one", &n.to_string())).collect();
        changes.push(object("two", "a"));
        let views = together(&changes);
        let told: Vec<_> = views
            .iter()
            .map(|v| (v.bucket.as_deref().unwrap(), v.key.as_deref()))
            .collect();
        assert_eq!(told, [("one", None), ("two", Some("a"))]);
    }

    #[test]
    fn everything_is_all_there_is_to_tell() {
        let views = together(&[object("one", "a"), Change::Everything]);
        assert_eq!(views, [ChangeView::everything()]);
    }
}
