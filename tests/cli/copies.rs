//! Single copies: names, headers, sizes, what is there already.

use stave_tests::files::bytes;

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(
    a_target_that_is_a_folder_keeps_the_name,
    a_large_file_goes_in_parts,
    a_long_pipe_goes_in_parts,
    what_is_there_is_left_alone,
    a_copy_within_keeps_the_bytes,
    a_file_that_is_no_file_is_read_to_its_end,
);

fn a_target_that_is_a_folder_keeps_the_name(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("dir/a.txt", "hello");
    shell.ok("cp dir/a.txt s3://photos/up/");
    std::fs::create_dir(shell.path("down")).unwrap();
    shell.ok("cp s3://photos/up/a.txt down");
    shell.ok("cp s3://photos/up/a.txt .");
    assert_eq!(shell.read("down/a.txt"), b"hello");
    assert_eq!(shell.read("a.txt"), b"hello");
    shell.ok("cp s3://photos/up/a.txt s3://photos/copy/");
    assert_eq!(shell.ok("cat s3://photos/copy/a.txt"), "hello");
}

/// One part of 16 MiB and more than the 64 MiB from which on files go in parts.
const LARGE: usize = 65 * 1024 * 1024 + 3;

fn a_large_file_goes_in_parts(shell: &Shell) {
    shell.ok("mb photos");
    let content = bytes(1, LARGE);
    shell.file("large", &content);
    let told = shell.json("cp large s3://photos/large");
    assert_eq!(told[0]["size_bytes"], LARGE);
    assert!(
        told[0]["etag"].as_str().unwrap().ends_with("-5"),
        "{told:?}"
    );
    shell.ok("cp s3://photos/large back");
    assert!(shell.read("back") == content);
    let left: Vec<_> = std::fs::read_dir(shell.path(""))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.contains(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

fn a_long_pipe_goes_in_parts(shell: &Shell) {
    shell.ok("mb photos");
    let content = bytes(2, 33 * 1024 * 1024);
    let piped = shell.run_with_input("cp - s3://photos/piped --json", &content);
    assert_eq!(piped.code, Some(0), "{piped}");
    assert!(piped.out.contains("-3\""), "{piped}");
    shell.ok("cp s3://photos/piped back");
    assert!(shell.read("back") == content);
}

fn what_is_there_is_left_alone(shell: &Shell) {
    shell.ok("mb photos");
    shell.file("a", "old");
    shell.ok("cp a s3://photos/a --no-overwrite");
    shell.file("a", "new");
    let refused = shell.fails("cp a s3://photos/a --no-overwrite", 5);
    assert!(refused.err.contains("already"), "{refused}");
    assert_eq!(shell.ok("cat s3://photos/a"), "old");
    shell.fails("cp s3://photos/a a --no-overwrite", 5);
    assert_eq!(shell.read("a"), b"new");
    shell.ok("cp a s3://photos/b");
    shell.fails("cp s3://photos/a s3://photos/b --no-overwrite", 5);
    assert_eq!(shell.ok("cat s3://photos/b"), "new");
    shell.ok("cp s3://photos/a a");
    assert_eq!(shell.read("a"), b"old");
}

fn a_copy_within_keeps_the_bytes(shell: &Shell) {
    shell.ok("mb photos");
    shell.ok("mb other");
    shell.file("a", "hello");
    shell.ok("cp a s3://photos/a --content-type text/x-special --metadata color=red");
    let told = shell.ok("cp s3://photos/a s3://other/b");
    assert_eq!(told, "s3://photos/a -> s3://other/b (5 B)\n");
    assert_eq!(shell.ok("cat s3://other/b"), "hello");
    let itself = shell.fails("cp s3://photos/a s3://photos/a", 5);
    assert!(itself.err.contains("itself"), "{itself}");
}

fn a_file_that_is_no_file_is_read_to_its_end(shell: &Shell) {
    shell.ok("mb photos");
    let pipe = shell.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let writing = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::write(pipe, "through a pipe")
    });
    shell.ok("cp pipe s3://photos/up");
    writing.join().unwrap().unwrap();
    assert_eq!(shell.ok("cat s3://photos/up"), "through a pipe");
    let reading = std::thread::spawn(move || std::fs::read(pipe));
    shell.ok("cp s3://photos/up pipe");
    assert_eq!(reading.join().unwrap().unwrap(), b"through a pipe");
}
