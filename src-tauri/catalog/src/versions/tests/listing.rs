//! Listings, against a reference that looks at every key.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::{prop_assert_eq, proptest, sample};
use stave_model::VersionId;

use crate::testkit::{
    add_bucket, add_delete_marker, add_file, add_object, delete_marker, in_memory, object,
    version_id,
};
use crate::versions::{self, ObjectPage, ObjectQuery, VersionPage, VersionQuery};
use crate::{ReadTx, WriteTx};

/// An entry of a listing: `*` and a key (with a version), or `+` and a common prefix.
type Shown = Vec<String>;

fn shown_objects(page: &ObjectPage) -> Shown {
    let keys = page.objects.iter().map(|v| format!("*{}", v.key));
    let prefixes = page.common_prefixes.iter().map(|p| format!("+{p}"));
    keys.chain(prefixes).collect()
}

fn shown_versions(page: &VersionPage) -> Shown {
    let versions = page.versions.iter().map(|v| {
        let latest = if v.is_latest { " latest" } else { "" };
        format!("*{} {}{latest}", v.key, v.id)
    });
    let prefixes = page.common_prefixes.iter().map(|p| format!("+{p}"));
    versions.chain(prefixes).collect()
}

/// Fills a bucket with one object for each key, and others around it that no listing of it may
/// show.
fn fill<'k>(tx: &WriteTx<'_>, keys: impl IntoIterator<Item = &'k str>) -> i64 {
    let before = add_bucket(tx, "before");
    let bucket = add_bucket(tx, "photos");
    let after = add_bucket(tx, "later");
    add_file(tx, 1);
    for key in keys {
        add_object(tx, bucket, object(key, "null", 1), 1);
    }
    for other in [before, after] {
        add_object(tx, other, object("a/other", "null", 1), 1);
    }
    bucket
}

#[track_caller]
fn lists(keys: &[&str], query: &ObjectQuery<'_>, expected: &[&str], next: Option<&str>) {
    in_memory(|tx| {
        let bucket_id = fill(tx, keys.iter().copied());
        let query = ObjectQuery {
            bucket_id,
            ..*query
        };
        let page = versions::list_objects(tx, &query).unwrap();
        assert_eq!(shown_objects(&page), expected, "{query:?}");
        assert_eq!(page.next_after.as_deref(), next, "{query:?}");
    });
}

fn query<'q>(
    prefix: &'q str,
    delimiter: &'q str,
    after: Option<&'q str>,
    max: u16,
) -> ObjectQuery<'q> {
    ObjectQuery {
        bucket_id: 0,
        prefix,
        delimiter,
        after,
        max,
    }
}

const TREE: [&str; 7] = ["a", "b/", "b/1", "b/2", "b/c/3", "b0", "c"];

#[test]
fn keys_fold_into_common_prefixes_and_pages_end_where_the_next_begins() {
    lists(
        &TREE,
        &query("", "/", None, 10),
        &["*a", "*b0", "*c", "+b/"],
        None,
    );
    lists(
        &TREE,
        &query("", "/", None, 4),
        &["*a", "*b0", "*c", "+b/"],
        None,
    );
    lists(
        &TREE,
        &query("", "/", None, 3),
        &["*a", "*b0", "+b/"],
        Some("b0"),
    );
    lists(&TREE, &query("", "/", None, 2), &["*a", "+b/"], Some("b/"));
    lists(&TREE, &query("", "/", None, 1), &["*a"], Some("a"));
    lists(&TREE, &query("", "/", None, 0), &[], None);
    lists(
        &TREE,
        &query("b/", "/", None, 10),
        &["*b/", "*b/1", "*b/2", "+b/c/"],
        None,
    );
    lists(&TREE, &query("b", "/", None, 10), &["*b0", "+b/"], None);
    lists(
        &TREE,
        &query("b/", "", None, 2),
        &["*b/", "*b/1"],
        Some("b/1"),
    );
    lists(&TREE, &query("d", "/", None, 10), &[], None);
}

#[test]
fn a_listing_goes_on_after_a_key_or_past_a_whole_common_prefix() {
    lists(&TREE, &query("", "/", Some("b/"), 10), &["*b0", "*c"], None);
    lists(
        &TREE,
        &query("", "/", Some("b/1"), 10),
        &["*b0", "*c"],
        None,
    );
    lists(
        &TREE,
        &query("", "", Some("b/1"), 1),
        &["*b/2"],
        Some("b/2"),
    );
    lists(
        &TREE,
        &query("", "/", Some("aa"), 10),
        &["*b0", "*c", "+b/"],
        None,
    );
    lists(
        &TREE,
        &query("b/", "/", Some("b/"), 10),
        &["*b/1", "*b/2", "+b/c/"],
        None,
    );
    lists(
        &TREE,
        &query("b/", "/", Some("a"), 10),
        &["*b/", "*b/1", "*b/2", "+b/c/"],
        None,
    );
    lists(&TREE, &query("b/", "/", Some("b/c/3"), 10), &[], None);
    lists(&TREE, &query("b/", "", Some("c"), 10), &[], None);
    lists(&TREE, &query("", "", Some("c"), 10), &[], None);
}

#[test]
fn odd_keys_are_keys() {
    lists(
        &["/", "//", "a//b", "a/"],
        &query("", "/", None, 10),
        &["+/", "+a/"],
        None,
    );
    lists(
        &["/", "//", "/x"],
        &query("/", "/", None, 10),
        &["*/", "*/x", "+//"],
        None,
    );
    lists(
        &["a\0", "a", "a\0b", "a\n"],
        &query("a", "", Some("a"), 10),
        &["*a\0", "*a\0b", "*a\n"],
        None,
    );
    lists(
        &["\u{10FFFF}", "\u{10FFFF}a", "\u{F8FF}", "\u{1F600}/x"],
        &query("\u{10FFFF}", "", None, 10),
        &["*\u{10FFFF}", "*\u{10FFFF}a"],
        None,
    );
    // UTF-16 would put the emoji first, UTF-8 puts it last.
    lists(
        &["\u{1F600}", "\u{FF5E}"],
        &query("", "", None, 10),
        &["*\u{FF5E}", "*\u{1F600}"],
        None,
    );
    lists(
        &["aXb", "aXXb", "aXXc", "aXXXd"],
        &query("", "XX", None, 10),
        &["*aXb", "+aXX"],
        None,
    );
}

#[test]
fn a_key_whose_latest_is_a_delete_marker_is_not_listed() {
    in_memory(|tx| {
        let bucket_id = fill(tx, ["a", "b", "c"]);
        add_delete_marker(tx, bucket_id, delete_marker("b", "m"));
        let query = ObjectQuery {
            bucket_id,
            ..query("", "", None, 2)
        };
        let page = versions::list_objects(tx, &query).unwrap();
        assert_eq!(shown_objects(&page), ["*a", "*c"]);
        assert_eq!(page.next_after, None);
    });
}

/// Three keys; `b` has an object under a delete marker under an object.
fn versioned(tx: &WriteTx<'_>) -> i64 {
    let bucket = add_bucket(tx, "photos");
    add_file(tx, 1);
    add_object(tx, bucket, object("a", "null", 1), 1);
    add_object(tx, bucket, object("b", "b1", 1), 1);
    add_delete_marker(tx, bucket, delete_marker("b", "b2"));
    add_object(tx, bucket, object("b", "b3", 1), 1);
    add_object(tx, bucket, object("c/x", "c1", 1), 1);
    add_delete_marker(tx, bucket, delete_marker("c/x", "c2"));
    bucket
}

type Mark<'m> = (&'m str, Option<&'m str>);

#[track_caller]
fn lists_versions(after: Option<Mark<'_>>, max: u16, expected: &[&str], next: Option<Mark<'_>>) {
    in_memory(|tx| {
        let bucket_id = versioned(tx);
        let id = after.and_then(|(_, id)| id).map(version_id);
        let query = VersionQuery {
            bucket_id,
            prefix: "",
            delimiter: "",
            after: after.map(|(key, _)| (key, id.as_ref())),
            max,
        };
        let page = versions::list_versions(tx, &query).unwrap();
        assert_eq!(shown_versions(&page), expected, "{query:?}");
        let found = page.next_after.as_ref();
        let found = found.map(|(key, id)| (key.as_str(), id.as_ref().map(VersionId::as_str)));
        assert_eq!(found, next, "{query:?}");
    });
}

#[test]
fn versions_are_listed_newest_first_and_pages_go_on_within_a_key() {
    const ALL: [&str; 6] = [
        "*a null latest",
        "*b b3 latest",
        "*b b2",
        "*b b1",
        "*c/x c2 latest",
        "*c/x c1",
    ];
    lists_versions(None, 10, &ALL, None);
    lists_versions(None, 6, &ALL, None);
    lists_versions(None, 0, &[], None);
    lists_versions(None, 2, &ALL[..2], Some(("b", Some("b3"))));
    lists_versions(
        Some(("b", Some("b3"))),
        2,
        &ALL[2..4],
        Some(("b", Some("b1"))),
    );
    lists_versions(
        Some(("b", Some("b3"))),
        1,
        &ALL[2..3],
        Some(("b", Some("b2"))),
    );
    lists_versions(Some(("b", Some("b1"))), 2, &ALL[4..], None);
    lists_versions(Some(("b", None)), 10, &ALL[4..], None);
    lists_versions(
        Some(("a", Some("null"))),
        1,
        &ALL[1..2],
        Some(("b", Some("b3"))),
    );
}

#[test]
fn a_key_is_told_again_where_the_version_that_a_page_ended_with_is_gone() {
    lists_versions(
        Some(("b", Some("gone"))),
        3,
        &["*b b3 latest", "*b b2", "*b b1"],
        Some(("b", Some("b1"))),
    );
}

#[test]
fn versions_fold_too() {
    in_memory(|tx| {
        let bucket_id = versioned(tx);
        let folded = |after: Option<(&str, Option<&VersionId>)>, max| {
            let query = VersionQuery {
                bucket_id,
                prefix: "",
                delimiter: "/",
                after,
                max,
            };
            versions::list_versions(tx, &query).unwrap()
        };
        let all = folded(None, 5);
        assert_eq!(
            shown_versions(&all),
            ["*a null latest", "*b b3 latest", "*b b2", "*b b1", "+c/"]
        );
        assert_eq!(all.next_after, None);
        assert_eq!(shown_versions(&folded(Some(("c/", None)), 5)), [""; 0]);
        let id = version_id("c2");
        assert_eq!(
            shown_versions(&folded(Some(("c/x", Some(&id))), 5)),
            [""; 0]
        );
    });
}

/// Text of pieces that listings trip over.
fn text(pieces: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    const PIECES: [&str; 14] = [
        "a",
        "b",
        "/",
        "//",
        "X",
        "XX",
        "\0",
        "\n",
        "\u{7F}",
        "\u{E9}",
        "\u{FFFF}",
        "\u{1F600}",
        "\u{10FFFF}",
        "\u{10FFFE}",
    ];
    vec(sample::select(PIECES.to_vec()), pieces).prop_map(|pieces| pieces.concat())
}

fn keys() -> impl Strategy<Value = BTreeSet<String>> {
    btree_set(text(1..6), 0..24)
}

fn delimiter() -> impl Strategy<Value = &'static str> {
    sample::select(vec![
        "",
        "/",
        "//",
        "XX",
        "\0",
        "a",
        "\u{1F600}",
        "\u{10FFFF}",
    ])
}

/// Lists by looking at every key: what is told of each, in order, from `after` on.
fn reference(keys: &BTreeSet<String>, query: &ObjectQuery<'_>) -> Vec<String> {
    let mut shown = Vec::new();
    for key in keys.iter().filter(|key| key.starts_with(query.prefix)) {
        let rest = &key[query.prefix.len()..];
        let folded = rest.split_once(query.delimiter);
        let entry = match folded.filter(|_| !query.delimiter.is_empty()) {
            Some((head, _)) => format!("+{}{head}{}", query.prefix, query.delimiter),
            None => format!("*{key}"),
        };
        let passed = query.after.is_some_and(|after| {
            let inside = entry.starts_with('+') && after.starts_with(&entry[1..]);
            key.as_str() <= after || inside
        });
        if !passed && shown.last() != Some(&entry) {
            shown.push(entry);
        }
    }
    shown
}

/// Cuts a listing to a page, as S3 answers it: keys apart from common prefixes.
fn reference_page(mut entries: Vec<String>, max: u16) -> (Shown, Option<String>) {
    let more = max > 0 && entries.len() > usize::from(max);
    entries.truncate(usize::from(max));
    let next = entries.last().filter(|_| more).map(|e| e[1..].to_owned());
    let (keys, prefixes): (Shown, Shown) = entries.into_iter().partition(|e| e.starts_with('*'));
    (keys.into_iter().chain(prefixes).collect(), next)
}

fn every_page(tx: &ReadTx<'_>, query: &ObjectQuery<'_>) -> Vec<String> {
    let mut shown = Vec::new();
    let mut after = query.after.map(str::to_owned);
    loop {
        let query = ObjectQuery {
            after: after.as_deref(),
            ..*query
        };
        let page = versions::list_objects(tx, &query).unwrap();
        shown.extend(shown_objects(&page));
        after = page.next_after;
        if after.is_none() {
            return shown;
        }
    }
}

proptest! {
    #[test]
    fn a_page_is_what_the_reference_says(
        keys in keys(),
        prefix in text(0..3),
        delimiter in delimiter(),
        after in prop_oneof![Just(None), text(0..5).prop_map(Some)],
        max in 0_u16..6,
    ) {
        in_memory(|tx| {
            let query = ObjectQuery {
                bucket_id: fill(tx, keys.iter().map(String::as_str)),
                prefix: &prefix,
                delimiter,
                after: after.as_deref(),
                max,
            };
            let page = versions::list_objects(tx, &query).unwrap();
            let expected = reference_page(reference(&keys, &query), max);
            prop_assert_eq!((shown_objects(&page), page.next_after), expected);
            Ok(())
        })?;
    }

    #[test]
    fn the_pages_together_are_the_whole(
        keys in keys(),
        prefix in text(0..2),
        delimiter in delimiter(),
        max in 1_u16..5,
    ) {
        in_memory(|tx| {
            let query = ObjectQuery {
                bucket_id: fill(tx, keys.iter().map(String::as_str)),
                prefix: &prefix,
                delimiter,
                after: None,
                max,
            };
            let mut shown = every_page(tx, &query);
            let mut expected = reference(&keys, &query);
            shown.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(shown, expected);
            Ok(())
        })?;
    }

    #[test]
    fn the_pages_of_versions_together_are_the_whole(
        writes in vec((text(1..4), proptest::bool::ANY), 0..30),
        prefix in text(0..2),
        delimiter in delimiter(),
        max in 1_u16..5,
    ) {
        in_memory(|tx| {
            let bucket_id = fill(tx, []);
            for (n, (key, is_object)) in writes.iter().enumerate() {
                let id = format!("v{n}");
                match is_object {
                    true => add_object(tx, bucket_id, object(key, &id, 1), 1),
                    false => add_delete_marker(tx, bucket_id, delete_marker(key, &id)),
                };
            }
            let query = VersionQuery { bucket_id, prefix: &prefix, delimiter, after: None, max };
            let mut shown = every_page_of_versions(tx, &query, max);
            let mut expected = reference_versions(&writes, &prefix, delimiter);
            shown.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(shown, expected);
            Ok(())
        })?;
    }
}

fn every_page_of_versions(tx: &ReadTx<'_>, query: &VersionQuery<'_>, max: u16) -> Vec<String> {
    let mut shown = Vec::new();
    let mut after: Option<(String, Option<VersionId>)> = None;
    loop {
        let query = VersionQuery {
            after: after.as_ref().map(|(key, id)| (key.as_str(), id.as_ref())),
            ..*query
        };
        let page = versions::list_versions(tx, &query).unwrap();
        let shown_now = shown_versions(&page);
        assert!(shown_now.len() <= usize::from(max));
        assert!(in_order(&page), "{page:?}");
        shown.extend(shown_now);
        after = page.next_after;
        if after.is_none() {
            return shown;
        }
    }
}

/// Whether keys ascend and the versions of each descend: the test numbers them as it writes.
fn in_order(page: &VersionPage) -> bool {
    let number = |id: &VersionId| id.as_str()[1..].parse::<u32>().unwrap();
    page.versions.is_sorted_by(|one, two| {
        (&one.key, std::cmp::Reverse(number(&one.id)))
            < (&two.key, std::cmp::Reverse(number(&two.id)))
    })
}

fn reference_versions(writes: &[(String, bool)], prefix: &str, delimiter: &str) -> Vec<String> {
    let mut shown = BTreeSet::new();
    for (n, (key, _)) in writes.iter().enumerate() {
        let Some(rest) = key.strip_prefix(prefix) else {
            continue;
        };
        let folded = rest.split_once(delimiter).filter(|_| !delimiter.is_empty());
        let is_latest = !writes[n + 1..].iter().any(|(later, _)| later == key);
        let latest = if is_latest { " latest" } else { "" };
        shown.insert(match folded {
            Some((head, _)) => format!("+{prefix}{head}{delimiter}"),
            None => format!("*{key} v{n}{latest}"),
        });
    }
    shown.into_iter().collect()
}
