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

/// The control file: four 64-bit numbers that the library maps into the program's memory.
pub struct Control {
    file: File,
    path: PathBuf,
}

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
        control.set([0; 4]);
        control
    }

    /// Returns its path, for the program's environment.
    pub fn path(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// From now on the `nth` operation fails with `errno`; with `sticky` all later ones too.
    pub fn fail(&self, nth: u64, errno: i32, sticky: bool) {
        self.set([
            0,
            nth,
            u64::try_from(errno).expect("a positive number"),
            u64::from(sticky),
        ]);
    }

    /// Lets everything through again.
    pub fn relent(&self) {
        self.set([0; 4]);
    }

    /// Returns how many operations came by since the last call of `fail` or `relent`.
    pub fn count(&self) -> u64 {
        let mut number = [0; 8];
        self.file
            .read_exact_at(&mut number, 0)
            .expect("a number is read");
        u64::from_ne_bytes(number)
    }

    fn set(&self, numbers: [u64; 4]) {
        let bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|number| number.to_ne_bytes())
            .collect();
        self.file
            .write_all_at(&bytes, 0)
            .expect("the control file is written");
    }
}
