//! Buckets, objects and versions, whoever has the vault open.

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(
    a_bucket_comes_and_goes,
    a_file_goes_up_and_comes_back,
    a_listing_folds_at_slashes,
    a_deleted_object_is_brought_back,
    an_older_version_is_restored,
    a_version_is_deleted_for_ever,
    everything_below_is_deleted,
    a_bucket_is_removed_with_all_in_it,
    versioning_is_shown_and_set,
    a_range_is_printed,
);

fn a_bucket_comes_and_goes(shell: &Shell) {
    assert_eq!(shell.ok("ls"), "");
    assert_eq!(shell.ok("mb s3://photos"), "Made s3://photos.\n");
    assert!(shell.ok("ls").trim_end().ends_with("  s3://photos"));
    assert_eq!(shell.ok("ls s3://photos"), "");
    shell.fails("mb photos", 5);
    shell.ok("rb photos");
    assert_eq!(shell.ok("ls"), "");
    shell.fails("rb photos", 3);
    shell.fails("ls s3://photos", 3);
}

fn a_file_goes_up_and_comes_back(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("a b.txt", "hello");
    let told = shell.ok("cp \"a b.txt\" s3://photos");
    assert_eq!(told, "a b.txt -> s3://photos/a b.txt (5 B)\n");
    assert_eq!(shell.ok("cat \"s3://photos/a b.txt\""), "hello");
    shell.ok("cp \"s3://photos/a b.txt\" back.txt");
    assert_eq!(shell.read("back.txt"), b"hello");
    assert_eq!(shell.ok("cp \"s3://photos/a b.txt\" -"), "hello");
    let piped = shell.run_with_input("cp - s3://photos/piped", b"from a pipe");
    assert_eq!(piped.code, Some(0), "{piped}");
    assert_eq!(shell.ok("cat s3://photos/piped"), "from a pipe");
}

fn a_listing_folds_at_slashes(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("one", "1");
    for key in ["a/1", "a/2", "b", "c/d/e"] {
        shell.ok(&format!("cp one s3://photos/{key} -q"));
    }
    let names = |line: &str| -> Vec<String> {
        let listed = shell.ok(line);
        let last = |line: &str| line.rsplit("  ").next().unwrap_or_default().to_owned();
        listed.lines().map(last).collect()
    };
    assert_eq!(names("ls s3://photos"), ["a/", "b", "c/"]);
    assert_eq!(names("ls s3://photos/a/"), ["a/1", "a/2"]);
    assert_eq!(names("ls -r s3://photos"), ["a/1", "a/2", "b", "c/d/e"]);
    assert_eq!(names("ls -r s3://photos --limit 2"), ["a/1", "a/2"]);
    assert_eq!(names("ls s3://photos --limit 1"), ["a/"]);
    shell.fails("ls s3://photos/nothing", 3);
}

/// Makes a bucket whose `a` was written twice, `one` then `two`; returns the ids, newest first.
fn two_versions(shell: &Shell) -> Vec<String> {
    shell.ok("mb photos --versioning");
    for content in ["one", "two"] {
        shell.file("a", content);
        shell.ok("cp a s3://photos/a");
    }
    ids(shell, "s3://photos/a")
}

fn ids(shell: &Shell, place: &str) -> Vec<String> {
    shell
        .json(&format!("versions {place}"))
        .iter()
        .map(|line| line["version_id"].as_str().unwrap().to_owned())
        .collect()
}

fn a_deleted_object_is_brought_back(shell: &Shell) {
    two_versions(shell);
    shell.fails("undelete s3://photos/a", 3);
    shell.ok("rm s3://photos/a");
    let gone = shell.fails("cat s3://photos/a", 3);
    assert!(gone.err.contains("stave undelete"), "{gone}");
    shell.fails("rm s3://photos/a", 3);
    shell.ok("undelete s3://photos/a");
    assert_eq!(shell.ok("cat s3://photos/a"), "two");
    shell.ok("rm -r s3://photos -q");
    shell.ok("undelete -r s3://photos");
    assert_eq!(shell.ok("cat s3://photos/a"), "two");
}

fn an_older_version_is_restored(shell: &Shell) {
    let versions = two_versions(shell);
    let old = &versions[1];
    assert_eq!(
        shell.ok(&format!("cat s3://photos/a --version-id {old}")),
        "one"
    );
    shell.ok(&format!("restore s3://photos/a --version-id {old}"));
    assert_eq!(shell.ok("cat s3://photos/a"), "one");
    assert_eq!(ids(shell, "s3://photos/a").len(), 3);
    shell.ok(&format!(
        "cp s3://photos/a before --version-id {}",
        versions[0]
    ));
    assert_eq!(shell.read("before"), b"two");
    let unknown = "0123456789abcdef0123456789abcdef";
    shell.fails(&format!("restore s3://photos/a --version-id {unknown}"), 3);
}

fn a_version_is_deleted_for_ever(shell: &Shell) {
    let versions = two_versions(shell);
    shell.ok(&format!("rm s3://photos/a --version-id {}", versions[0]));
    assert_eq!(shell.ok("cat s3://photos/a"), "one");
    assert_eq!(ids(shell, "s3://photos/a"), versions[1..]);
    let unasked = shell.fails("rm s3://photos/a --all-versions", 2);
    assert!(unasked.err.contains("--yes"), "{unasked}");
    shell.ok("rm s3://photos/a --all-versions --yes");
    shell.fails("versions s3://photos/a", 3);
    shell.ok("rb photos");
}

fn everything_below_is_deleted(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("one", "1");
    for key in ["dir/1", "dir/2", "dir2/1", "dir"] {
        shell.ok(&format!("cp one s3://photos/{key}"));
    }
    let told = shell.ok("rm -r s3://photos/dir");
    assert_eq!(told, "Deleted dir/1\nDeleted dir/2\nDeleted 2 objects.\n");
    let left: Vec<_> = shell
        .json("ls -r s3://photos")
        .iter()
        .map(|l| l["key"].clone())
        .collect();
    assert_eq!(left, ["dir", "dir2/1"]);
    shell.fails("rm -r s3://photos/dir", 3);
    shell.fails("rm s3://photos", 2);
}

fn a_bucket_is_removed_with_all_in_it(shell: &Shell) {
    two_versions(shell);
    shell.ok("rm s3://photos/a");
    let full = shell.fails("rb photos", 5);
    assert!(full.err.contains("is not empty"), "{full}");
    let unasked = shell.fails("rb photos --force", 2);
    assert!(unasked.err.contains("--yes"), "{unasked}");
    shell.ok("rb photos --force --yes");
    assert_eq!(shell.ok("ls"), "");
}

fn versioning_is_shown_and_set(shell: &Shell) {
    shell.ok("mb photos");
    let state = || shell.json("versioning photos")[0]["versioning"].clone();
    assert_eq!(state(), "Off");
    shell.ok("versioning s3://photos enable");
    assert_eq!(state(), "Enabled");
    shell.ok("versioning photos suspend");
    assert_eq!(state(), "Suspended");
    shell.fails("versioning missing", 3);
}

fn a_range_is_printed(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("digits", "0123456789");
    shell.ok("cp digits s3://photos");
    assert_eq!(shell.ok("cat s3://photos/digits --range 2-5"), "2345");
    assert_eq!(shell.ok("cat s3://photos/digits --range -3"), "789");
    shell.fails("cat s3://photos/digits --range 10-", 1);
    shell.fails("cat s3://photos/digits --range x", 2);
}
