//! s3fs: a bucket mounted as a folder, worked on by the system's own calls. It needs FUSE.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use stave_tests::files::{bytes, read_tree, write_tree};
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server, succeed};

use crate::{client, not_run};

/// A mounted bucket; it is unmounted when this is dropped.
struct Mount {
    folder: PathBuf,
}

impl Mount {
    /// Mounts a bucket; the client returns when the folder is there, and goes on in the background.
    fn new(server: &Server, bucket: &str) -> Self {
        let folder = server.folder().join("mounted");
        fs::create_dir(&folder).expect("a folder is made");
        let keys = server.folder().join("keys");
        let mut file = fs::OpenOptions::new();
        // The client refuses keys that others may read.
        let mut file = file
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&keys)
            .expect("a file is made");
        write!(file, "{ACCESS_KEY_ID}:{SECRET}").expect("the keys are written");
        let mut mount = server.command("s3fs");
        mount.arg(bucket).arg(&folder);
        for option in [
            format!("url={}", server.url()),
            format!("passwd_file={}", keys.display()),
            format!("logfile={}", server.folder().join("s3fs.log").display()),
            "use_path_request_style,multipart_size=5,enable_noobj_cache".to_owned(),
        ] {
            mount.args(["-o", &option]);
        }
        // Before the command: what fails after it is unmounted all the same.
        let mounted = Self { folder };
        succeed(&mut mount);
        mounted
    }

    fn join(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let mut unmount = Command::new("fusermount3");
        let _ = unmount.arg("-u").arg("-z").arg(&self.folder).status();
    }
}

/// Returns whether this system can mount, and says aloud where it cannot.
fn can_mount() -> bool {
    for needed in ["/usr/bin/s3fs", "/usr/bin/fusermount3"] {
        if !Path::new(needed).exists() {
            not_run(&format!("{needed} is missing"));
            return false;
        }
    }
    let mut device = fs::OpenOptions::new();
    let opened = device.read(true).write(true).open("/dev/fuse");
    if let Err(why) = &opened {
        not_run(&format!("/dev/fuse cannot be opened: {why}"));
    }
    opened.is_ok()
}

#[test]
fn s3fs_works_on_a_bucket_as_on_a_folder() {
    let Some(maker) = client("s5cmd") else {
        return;
    };
    if !can_mount() {
        return;
    }
    let server = Server::start();
    let mut make = server.command(&maker.to_string_lossy());
    succeed(
        make.env("S3_ENDPOINT_URL", server.url())
            .args(["mb", "s3://mounted"]),
    );
    let mount = Mount::new(&server, "mounted");

    let tree = server.folder().join("tree");
    let files = write_tree(&tree);
    let copy = mount.join("some where");
    succeed(server.command("cp").arg("-r").args([&tree, &copy]));
    assert_eq!(read_tree(&copy), read_tree(&tree));
    assert_eq!(read_tree(&copy).len(), files);

    let large = copy.join("large.bin");
    let mut file = fs::File::open(&large).expect("a file is opened");
    let mut piece = [0; 100];
    file.seek(SeekFrom::Start(8_388_570)).expect("a place");
    file.read_exact(&mut piece).expect("the bytes there");
    drop(file);
    let whole = bytes(8, 20 * 1024 * 1024 + 7);
    assert_eq!(piece, whole[8_388_570..8_388_670]);

    let mut file = fs::OpenOptions::new();
    let mut file = file.append(true).open(&large).expect("a file is opened");
    file.write_all(b"the end").expect("bytes are appended");
    drop(file);
    assert_eq!(fs::metadata(&large).expect("a file").len(), 20_971_534);
    assert!(fs::read(&large).expect("the file").ends_with(b"the end"));

    let moved = mount.join("moved + ü.bin");
    fs::rename(copy.join("chunk.bin"), &moved).expect("a file is moved");
    assert_eq!(fs::read(&moved).expect("the file"), bytes(4, 64 * 1024));
    let mode = fs::Permissions::from_mode(0o640);
    fs::set_permissions(&moved, mode).expect("permissions are set");
    let mode = fs::metadata(&moved).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);

    fs::remove_dir_all(&copy).expect("a folder is removed");
    let left: Vec<_> = fs::read_dir(&mount.folder)
        .expect("the bucket")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left, ["moved + ü.bin"]);
}
