//! `stave versions`, `stave restore` and `stave undelete`.

use serde::Serialize;
use stave_model::{Conditions, Version, VersionKind};
use stave_store::{DeleteObject, ListVersions, ObjectRef, restore_version};

use crate::args::{Restore, Undelete, Versions};
use crate::commands::ls::PAGE_MAX;
use crate::connect::{Reached, reach};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::location::S3Place;
use crate::output::Output;
use crate::shown::{local_time, rfc3339, shown};

/// A version in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "version")]
struct VersionLine<'a> {
    key: &'a str,
    version_id: &'a str,
    is_latest: bool,
    delete_marker: bool,
    size_bytes: u64,
    etag: &'a str,
    modified: String,
}

/// A restored version in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "restored")]
struct RestoredLine<'a> {
    key: &'a str,
    from_version_id: &'a str,
    version_id: &'a str,
}

/// A key that was brought back, in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "undeleted")]
struct UndeletedLine<'a> {
    key: &'a str,
}

/// Walks the versions of a key, or of everything below.
struct Walk<'a> {
    reached: &'a Reached,
    place: &'a S3Place,
    recursive: bool,
    after: Option<(String, Option<stave_model::VersionId>)>,
    ended: bool,
}

impl<'a> Walk<'a> {
    fn new(reached: &'a Reached, place: &'a S3Place, recursive: bool) -> Self {
        Self {
            reached,
            place,
            recursive,
            after: None,
            ended: false,
        }
    }

    /// Returns the next versions; `None` once there are no more.
    async fn next_page(&mut self) -> Outcome<Option<Vec<Version>>> {
        if self.ended {
            return Ok(None);
        }
        let prefix = if self.recursive {
            self.place.folder()
        } else {
            self.place.path.clone()
        };
        let page = self
            .reached
            .store
            .list_versions(ListVersions {
                bucket: self.place.bucket.clone(),
                prefix,
                delimiter: String::new(),
                after: self.after.take(),
                max_keys: PAGE_MAX,
            })
            .await
            .map_err(cannot(&format!("list the versions of {}", self.place)))?;
        let mut versions = page.versions;
        if !self.recursive {
            // Longer keys with the same beginning come after the key itself.
            let whole = versions.len();
            versions.retain(|version| version.key.as_str() == self.place.path);
            self.ended = versions.len() < whole;
        }
        self.ended |= page.next_after.is_none();
        self.after = page.next_after;
        Ok(Some(versions))
    }
}

/// Lists versions.
pub async fn versions(context: &mut Context, args: Versions) -> Outcome {
    need_key_or_recursion(&args.place, args.recursive)?;
    let reached = reach(&context.global).await?;
    let listed = list(&mut context.output, &reached, &args).await;
    reached.close().await;
    listed
}

async fn list(output: &mut Output, reached: &Reached, args: &Versions) -> Outcome {
    let mut walk = Walk::new(reached, &args.place, args.recursive);
    let mut left = args.limit.unwrap_or(u64::MAX);
    let mut found = false;
    while let Some(page) = walk.next_page().await? {
        for version in page {
            if left == 0 {
                return Ok(());
            }
            left -= 1;
            found = true;
            output.result(&version_line(&version), version_text(&version))?;
        }
        output.flush()?;
    }
    if found || args.place.path.is_empty() {
        return Ok(());
    }
    Err(no_versions(&args.place).into())
}

fn version_line(version: &Version) -> VersionLine<'_> {
    VersionLine {
        key: version.key.as_str(),
        version_id: version.id.as_str(),
        is_latest: version.is_latest,
        delete_marker: version.kind == VersionKind::DeleteMarker,
        size_bytes: version.size_bytes,
        etag: version.etag.as_str(),
        modified: rfc3339(version.modified),
    }
}

fn version_text(version: &Version) -> String {
    let size = match version.kind {
        VersionKind::Object => version.size_bytes.to_string(),
        VersionKind::DeleteMarker => "deleted".to_owned(),
    };
    let latest = if version.is_latest { "latest" } else { "" };
    format!(
        "{}  {size:>12}  {:32}  {latest:6}  {}",
        local_time(version.modified),
        version.id,
        shown(version.key.as_str()),
    )
}

/// Makes an older version the latest again.
pub async fn restore(context: &mut Context, args: Restore) -> Outcome {
    need_key_or_recursion(&args.place, false)?;
    let key = args.place.key().map_err(|error| {
        Failure::new(Exit::Usage, format!("Cannot restore {}.", args.place)).because(&error)
    })?;
    let version = ObjectRef {
        bucket: args.place.bucket.clone(),
        key,
        version: Some(args.version_id.clone()),
    };
    let reached = reach(&context.global).await?;
    let store = reached.store.as_ref();
    let copied = restore_version(store, version, reached.owner.clone()).await;
    reached.close().await;
    let copied = copied.map_err(cannot(&format!("restore {}", args.place)))?;
    let entry = RestoredLine {
        key: &args.place.path,
        from_version_id: args.version_id.as_str(),
        version_id: copied.stored.version.as_str(),
    };
    let text = format!(
        "Restored {} from version {}; the latest is now version {}.",
        shown(&args.place.to_string()),
        args.version_id,
        copied.stored.version
    );
    context.output.report(&entry, text)
}

/// Removes the mark of a deletion.
pub async fn undelete(context: &mut Context, args: Undelete) -> Outcome {
    need_key_or_recursion(&args.place, args.recursive)?;
    let reached = reach(&context.global).await?;
    let undeleted = bring_back(context, &reached, &args).await;
    reached.close().await;
    undeleted
}

async fn bring_back(context: &mut Context, reached: &Reached, args: &Undelete) -> Outcome {
    let mut walk = Walk::new(reached, &args.place, args.recursive);
    let mut brought_back = false;
    let mut found = false;
    while let Some(page) = walk.next_page().await? {
        found |= !page.is_empty();
        let marks = page
            .into_iter()
            .filter(|version| version.is_latest && version.kind == VersionKind::DeleteMarker);
        for mark in marks {
            remove_mark(context, reached, &args.place, mark).await?;
            brought_back = true;
        }
    }
    match (brought_back, found) {
        (true, _) => Ok(()),
        (false, true) => Err(Failure::new(
            Exit::NotFound,
            format!("Nothing was brought back at {}.", args.place),
        )
        .why("Its latest version marks no deletion.")
        .cure("See the versions with `stave versions`; `stave restore` brings back an older one.")
        .into()),
        (false, false) => Err(no_versions(&args.place).into()),
    }
}

async fn remove_mark(
    context: &mut Context,
    reached: &Reached,
    place: &S3Place,
    mark: Version,
) -> Outcome {
    let delete = DeleteObject {
        object: ObjectRef {
            bucket: place.bucket.clone(),
            key: mark.key.clone(),
            version: Some(mark.id),
        },
        owner: reached.owner.clone(),
        conditions: Conditions::default(),
    };
    let removed = reached.store.delete_object(delete).await;
    removed.map_err(cannot(&format!(
        "bring back s3://{}/{}",
        place.bucket, mark.key
    )))?;
    let key = mark.key.as_str();
    let text = format!("Brought back s3://{}/{}", place.bucket, shown(key));
    context.output.report(&UndeletedLine { key }, text)
}

fn need_key_or_recursion(place: &S3Place, recursive: bool) -> Outcome {
    if !place.path.is_empty() || recursive {
        return Ok(());
    }
    Err(
        Failure::new(Exit::Usage, format!("{place} is a bucket, not an object."))
            .why("This works on a key, or on everything below with --recursive.")
            .cure("Write s3://bucket/key, or add --recursive.")
            .into(),
    )
}

fn no_versions(place: &S3Place) -> Failure {
    Failure::new(Exit::NotFound, format!("There is no version of {place}."))
        .why("The key was never written, or every version was deleted for ever.")
        .cure(format!(
            "See what is there with `stave ls s3://{}`.",
            place.bucket
        ))
}
