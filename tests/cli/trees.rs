//! Whole trees, up, down and within.

use stave_tests::files::{read_tree, write_tree};

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(
    a_tree_comes_back_as_it_went,
    a_tree_is_copied_within,
    links_are_left_out_unless_followed,
    keys_that_are_no_names_are_reported_and_stay_out,
    a_second_copy_leaves_alone_what_is_there,
    what_is_not_there_is_not_found,
);

fn a_tree_comes_back_as_it_went(shell: &Shell) {
    shell.ok("mb photos");
    let tree = shell.path("tree");
    let files = write_tree(&tree);
    let told = shell.json("cp -r tree s3://photos/below");
    let summary = told.last().unwrap();
    assert_eq!(summary["kind"], "summary");
    assert_eq!(summary["copied"], files);
    assert_eq!(summary["failed"], 0);
    assert_eq!(told.len(), files + 1);
    shell.ok("cp -r s3://photos/below back -q");
    assert!(read_tree(&shell.path("back")) == read_tree(&tree));
}

fn a_tree_is_copied_within(shell: &Shell) {
    shell.ok("mb photos");
    shell.ok("mb other");
    let tree = shell.path("tree");
    write_tree(&tree);
    shell.ok("cp -r tree s3://photos -q");
    shell.ok("cp -r s3://photos s3://other/kept -q");
    shell.ok("cp -r s3://other/kept/ back -q");
    assert!(read_tree(&shell.path("back")) == read_tree(&tree));
    let inside = shell.fails("cp -r s3://photos s3://photos/inside", 2);
    assert!(inside.err.contains("lies in the source"), "{inside}");
}

fn links_are_left_out_unless_followed(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("tree/a", "1");
    shell.file("outside/secret", "2");
    std::os::unix::fs::symlink(shell.path("outside"), shell.path("tree/link")).unwrap();
    let ran = shell.run("cp -r tree s3://photos");
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.err.contains("symbolic link"), "{ran}");
    let keys = || -> Vec<String> {
        let listed = shell.json("ls -r s3://photos");
        let key = |line: &serde_json::Value| line["key"].as_str().unwrap().to_owned();
        listed.iter().map(key).collect()
    };
    assert_eq!(keys(), ["a"]);
    shell.ok("cp -r tree s3://photos --follow");
    assert_eq!(keys(), ["a", "link/secret"]);
}

fn keys_that_are_no_names_are_reported_and_stay_out(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("one", "1");
    for key in [
        "good",
        "../escape",
        "a/../../escape",
        "a//b",
        "/root",
        "dir/",
        "x/./y",
    ] {
        shell.ok(&format!(
            "cp one s3://photos/t/{key}{}",
            if key.ends_with('/') { "one" } else { "" }
        ));
    }
    let ran = shell.fails("cp -r s3://photos/t/ down/here", 1);
    assert!(ran.err.contains("5 files could not be copied."), "{ran}");
    for key in ["../escape", "a/../../escape", "a//b", "/root", "x/./y"] {
        assert!(
            ran.err
                .contains(&format!("s3://photos/t/{key} was not copied")),
            "{key}: {ran}"
        );
    }
    assert_eq!(shell.read("down/here/good"), b"1");
    assert_eq!(shell.read("down/here/dir/one"), b"1");
    assert!(!shell.path("down/escape").exists() && !shell.path("escape").exists());
    // Alone and by a name of one's choice it can be had.
    shell.ok("cp s3://photos/t/../escape chosen");
    assert_eq!(shell.read("chosen"), b"1");
}

fn a_second_copy_leaves_alone_what_is_there(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("tree/a", "old");
    shell.ok("cp -r tree s3://photos");
    shell.file("tree/a", "new");
    shell.file("tree/b", "new");
    let told = shell.json("cp -r tree s3://photos --no-overwrite");
    let summary = told.last().unwrap();
    assert_eq!(
        (&summary["copied"], &summary["left_alone"]),
        (&1.into(), &1.into())
    );
    assert_eq!(shell.ok("cat s3://photos/a"), "old");
    assert_eq!(shell.ok("cat s3://photos/b"), "new");
}

fn what_is_not_there_is_not_found(shell: &Shell) {
    shell.ok("mb photos");
    shell.fails("cp -r missing s3://photos", 3);
    shell.fails("cp -r s3://photos/missing down", 3);
    shell.fails("cp -r s3://missing down", 3);
    shell.fails("cp missing s3://photos", 3);
    shell.fails("cp s3://photos/missing down", 3);
    assert!(!shell.path("down").exists());
}
