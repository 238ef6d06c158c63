//! Key files: any file of 32 bytes to 64 KiB whose content nobody guesses. All of its bytes count.

use std::io;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::keys::{KEY_BYTES, SecretKey};
use crate::{Disk, Error, Result};

/// More than a key file needs, and little enough to be read whole.
const MOST_BYTES: u64 = 64 * 1_024;

/// Reads a key file. `None` when there is none.
pub(crate) fn read(disk: &dyn Disk, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let doing = "reading the key file";
    let file = match disk.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io(doing)(error)),
    };
    let size_bytes = file.size_bytes().map_err(Error::io(doing))?;
    if !(KEY_BYTES as u64..=MOST_BYTES).contains(&size_bytes) {
        return Err(Error::UnusableKeyFile { size_bytes });
    }
    let size = usize::try_from(size_bytes).expect("64 KiB are addressable");
    let mut content = Zeroizing::new(vec![0; size]);
    let read = file.read_exact_at(&mut content, 0);
    read.map_err(Error::io(doing))?;
    Ok(Some(content))
}

/// Reads a key file, and creates it first if there is none: 32 random bytes as a line of base64,
/// for this user alone.
pub(crate) fn read_or_create(disk: &dyn Disk, path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    if let Some(content) = read(disk, path)? {
        return Ok(content);
    }
    create(disk, path).inspect_err(|_| {
        // A half-written key file would be taken for a whole one next time.
        let _ = disk.remove(path);
    })?;
    read(disk, path)?.ok_or(Error::WrongKeyFile)
}

fn create(disk: &dyn Disk, path: &Path) -> Result<()> {
    let key = SecretKey::random()?;
    let line = Zeroizing::new(STANDARD.encode(key.as_bytes()) + "\n");
    let doing = Error::io;
    let mut file = disk
        .create_new(path)
        .map_err(doing("creating the key file"))?;
    file.write_all(line.as_bytes())
        .and_then(|()| file.sync())
        .map_err(doing("writing the key file"))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    disk.sync_dir(folder)
        .map_err(doing("syncing the folder of the key file"))
}
