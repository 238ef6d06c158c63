//! Finds what lies in dropped or chosen files and folders. Links are left out: they could lead
//! anywhere, and in circles.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stave_model::ObjectKey;
use tokio_util::sync::CancellationToken;

use super::job::{Item, ItemError, Plan, Refusal, Step};

/// Plans the upload of `paths` into `prefix`.
pub fn upload(
    prefix: &str,
    paths: &[PathBuf],
    cancel: &CancellationToken,
) -> Result<Plan, ItemError> {
    let mut walk = Walk {
        prefix,
        cancel,
        items: Vec::new(),
        links: 0,
    };
    for path in paths {
        walk.chosen(path)?;
    }
    Ok(Plan {
        items: walk.items,
        note: match walk.links {
            0 => String::new(),
            1 => "One link was left out.".to_owned(),
            links => format!("{links} links were left out."),
        },
    })
}

struct Walk<'a> {
    prefix: &'a str,
    cancel: &'a CancellationToken,
    items: Vec<Item>,
    links: u64,
}

impl Walk<'_> {
    /// A link that was chosen itself is refused aloud; those inside a folder are only counted.
    fn chosen(&mut self, path: &Path) -> Result<(), ItemError> {
        let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_link {
            self.refuse(&name, Refusal::Link);
            return Ok(());
        }
        self.visit(path, "")
    }

    fn visit(&mut self, path: &Path, folder: &str) -> Result<(), ItemError> {
        if self.cancel.is_cancelled() {
            return Err(ItemError::Cancelled);
        }
        let name = path.file_name().unwrap_or_default();
        let Some(name) = name.to_str() else {
            self.refuse(
                &format!("{folder}{}", name.to_string_lossy()),
                Refusal::NotUnicode,
            );
            return Ok(());
        };
        let relative = format!("{folder}{name}");
        let Ok(found) = fs::symlink_metadata(path) else {
            // It fails when it is its turn, and may be there when it is tried again.
            let path = path.to_owned();
            self.add(relative, 0, |key| Step::Put { path, key });
            return Ok(());
        };
        if found.is_symlink() {
            self.links += 1;
        } else if found.is_dir() {
            self.folder(path, &relative)?;
        } else if found.is_file() {
            let path = path.to_owned();
            self.add(relative, found.len(), |key| Step::Put { path, key });
        } else {
            self.refuse(&relative, Refusal::Special);
        }
        Ok(())
    }

    fn folder(&mut self, path: &Path, relative: &str) -> Result<(), ItemError> {
        let inside = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut inside = match inside {
            Ok(inside) => inside,
            Err(error) => {
                self.refuse(relative, Refusal::of(&error));
                return Ok(());
            }
        };
        let relative = format!("{relative}/");
        if inside.is_empty() {
            self.add(relative, 0, |key| Step::PutFolder { key });
            return Ok(());
        }
        inside.sort_unstable_by_key(fs::DirEntry::file_name);
        for entry in inside {
            self.visit(&entry.path(), &relative)?;
        }
        Ok(())
    }

    fn add(&mut self, name: String, size_bytes: u64, step: impl FnOnce(ObjectKey) -> Step) {
        match ObjectKey::parse(&format!("{}{name}", self.prefix)) {
            Ok(key) => self.items.push(Item {
                name,
                size_bytes,
                step: step(key),
            }),
            Err(_) => self.refuse(&name, Refusal::KeyTooLong),
        }
    }

    fn refuse(&mut self, name: &str, why: Refusal) {
        self.items.push(Item {
            name: name.to_owned(),
            size_bytes: 0,
            step: Step::Refuse { why },
        });
    }
}
