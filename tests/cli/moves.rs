//! `stave mv`: the source goes once its copy is safe, and only then.

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(
    a_file_moves_up_and_down,
    a_key_is_renamed,
    a_tree_moves,
    a_source_stays_where_its_copy_fails,
);

fn a_file_moves_up_and_down(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("a", "hello");
    shell.ok("mv a s3://photos/a");
    assert!(!shell.path("a").exists());
    shell.ok("mv s3://photos/a b");
    assert_eq!(shell.read("b"), b"hello");
    shell.fails("cat s3://photos/a", 3);
}

fn a_key_is_renamed(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("a", "hello");
    shell.ok("cp a s3://photos/old");
    let told = shell.json("mv s3://photos/old s3://photos/new");
    assert_eq!(told[0]["kind"], "moved");
    assert_eq!(shell.ok("cat s3://photos/new"), "hello");
    shell.fails("cat s3://photos/old", 3);
    shell.fails("mv s3://photos/new s3://photos/new", 5);
    assert_eq!(shell.ok("cat s3://photos/new"), "hello");
}

fn a_tree_moves(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("tree/a", "1");
    shell.file("tree/dir/b", "2");
    shell.ok("mv -r tree s3://photos/one");
    assert!(!shell.path("tree/a").exists() && !shell.path("tree/dir/b").exists());
    shell.ok("mv -r s3://photos/one s3://photos/two");
    shell.fails("ls s3://photos/one", 3);
    shell.ok("mv -r s3://photos/two back");
    assert_eq!(shell.read("back/dir/b"), b"2");
    assert_eq!(shell.ok("ls -r s3://photos"), "");
}

fn a_source_stays_where_its_copy_fails(shell: &Shell) {
    shell.file("a", "hello");
    shell.fails("mv a s3://missing/a", 3);
    assert_eq!(shell.read("a"), b"hello");
    shell.ok("mb photos");
    shell.ok("cp a s3://photos/a");
    shell.fails("mv s3://photos/a a --no-overwrite", 5);
    assert_eq!(shell.ok("cat s3://photos/a"), "hello");
    shell.fails("mv a -", 2);
    shell.fails("mv - s3://photos/b", 2);
}
