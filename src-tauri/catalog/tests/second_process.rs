//! A second process is told at once that the catalog is in use, and leaves it alone. The test
//! starts itself again as that process, so it has a `main` of its own.

use std::error::Error;
use std::process::{Command, ExitCode};
use std::{env, path::Path};

use stave_catalog::{Catalog, CatalogOptions, Error as CatalogError, settings};

/// What the second process exits with.
const OPENED: u8 = 10;
const IN_USE: u8 = 11;
const FAILED: u8 = 12;

/// What it meets while the first has the catalog open. Only Unix has the file system layer that
/// keeps it out; elsewhere SQLite lets it in, and the vault's lock file is what keeps it out.
const BESIDE: u8 = if cfg!(unix) { IN_USE } else { OPENED };

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if let Some(path) = env::var_os("STAVE_CATALOG_OF_THE_PARENT") {
        return Ok(ExitCode::from(open_beside(Path::new(&path))));
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("catalog.db");
    let catalog = Catalog::open(&path, &CatalogOptions::default())?;
    catalog.write(|tx| settings::set(tx, "kept", "before"))?;
    assert_eq!(second_process(&path)?, Some(i32::from(BESIDE)));

    // It left ours alone, log and locks included.
    catalog.write(|tx| settings::set(tx, "kept", "after"))?;
    assert_eq!(second_process(&path)?, Some(i32::from(BESIDE)));
    let kept = catalog.read(|tx| settings::get(tx, "kept"))?;
    assert_eq!(kept.as_deref(), Some("after"));

    catalog.close();
    assert_eq!(second_process(&path)?, Some(i32::from(OPENED)));
    println!("a second process is told that the catalog is in use ... ok");
    Ok(ExitCode::SUCCESS)
}

fn second_process(path: &Path) -> Result<Option<i32>, Box<dyn Error>> {
    let status = Command::new(env::current_exe()?)
        .env("STAVE_CATALOG_OF_THE_PARENT", path)
        .status()?;
    Ok(status.code())
}

fn open_beside(path: &Path) -> u8 {
    match Catalog::open(path, &CatalogOptions::default()) {
        Ok(_) => OPENED,
        Err(CatalogError::InUse) => IN_USE,
        Err(error) => {
            eprintln!("{error:?}");
            FAILED
        }
    }
}
