//! The library between the program and the C library, and the file that steers it.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use stave_tests::server::succeed;

/// Builds the library once and returns its path.
pub fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("crash/shim.c");
        let built =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("shim-{}.so", std::process::id()));
        let mut compile = Command::new("cc");
        compile
            .args(["-Wall", "-Wextra", "-O1", "-shared", "-fPIC", "-o"])
            .arg(&built)
            .arg(source);
        succeed(compile.args(["-ldl", "-lpthread"]));
        built
    })
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// One operation fails.
    Once,
    /// All from then on fail; on a full disk those that need room.
    FromThenOn,
}

/// An operation that failed, as far as it makes a difference to what is promised afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// A sync: what the system dropped then, nobody knows.
    Sync,
    /// Anything else.
    Other,
}

/// The control file: five 64-bit numbers that the library maps into the program's memory.
pub struct Control {
    file: File,
    path: PathBuf,
}

/// The number that stands for no errno: the process is killed before the operation.
pub const KILL: i32 = 9999;

/// The place of the number that tells what failed: the last.
const FAILED: usize = 4;

/// What the library calls a sync.
const OP_SYNC: u64 = 2;

impl Control {
    /// Makes a control file that lets everything through.
    pub fn new(folder: &Path) -> Self {
        let path = folder.join("shim-control");
        let file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .open(&path);
        let control = Self {
            file: file.expect("a control file"),
            path,
        };
        control.set([0; FAILED + 1]);
        control
    }

    /// Takes the control file that another process made.
    pub fn at(path: &Path) -> Self {
        let file = OpenOptions::new().read(true).write(true).open(path);
        Self {
            file: file.expect("a control file"),
            path: path.to_owned(),
        }
    }

    /// Returns its path, for the program's environment.
    pub fn path(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// From now on the `nth` operation fails with `errno`.
    pub fn fail(&self, nth: u64, errno: i32, lasting: Lasting) {
        let errno = u64::try_from(errno).expect("a positive number");
        let sticky = u64::from(lasting == Lasting::FromThenOn);
        self.set([0, nth, errno, sticky, 0]);
    }

    /// Lets everything through again.
    pub fn relent(&self) {
        self.set([0; FAILED]);
    }

    /// Returns the operation that failed since the last call of `fail`.
    pub fn failed(&self) -> Option<Failed> {
        match self.number(FAILED as u64) {
            0 => None,
            OP_SYNC => Some(Failed::Sync),
            _ => Some(Failed::Other),
        }
    }

    fn number(&self, place: u64) -> u64 {
        let mut number = [0; 8];
        let read = self.file.read_exact_at(&mut number, place * 8);
        read.expect("a number is read");
        u64::from_ne_bytes(number)
    }

    fn set<const HOW_MANY: usize>(&self, numbers: [u64; HOW_MANY]) {
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
        let written = self.file.write_all_at(&bytes, 0);
        written.expect("the control file is written");
    }
}
