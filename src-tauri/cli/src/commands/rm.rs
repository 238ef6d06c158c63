//! `stave rm`.

use serde::Serialize;
use stave_model::{BucketName, Conditions, Version, VersionId};
use stave_store::{DeleteObject, Deleted, GetObject, ListObjects, ListVersions, ObjectRef};

use crate::args::Rm;
use crate::commands::ls::PAGE_MAX;
use crate::connect::{Reached, reach};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::location::S3Place;
use crate::prompt::confirm;
use crate::shown::{counted, shown};

/// A delete in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "deleted")]
struct DeletedLine<'a> {
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<&'a str>,
    delete_marker: bool,
}

/// The end of many deletes in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "summary")]
struct Summary {
    deleted: u64,
    failed: u64,
}

/// How many deletes went well, and how many did not.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    deleted: u64,
    failed: u64,
}

/// Deletes an object, a version, or everything below a prefix.
pub async fn rm(context: &mut Context, args: Rm) -> Outcome {
    if args.place.path.is_empty() && !args.recursive {
        return Err(
            Failure::new(Exit::Usage, format!("Cannot delete {}.", args.place))
                .why("That is a bucket, not an object.")
                .cure("Name a key, delete all with --recursive, or use `stave rb`.")
                .into(),
        );
    }
    if args.all_versions && !args.yes {
        confirm(&format!("This deletes every version of {}.", args.place))?;
    }
    let reached = reach(&context.global).await?;
    let removed = remove(context, &reached, &args).await;
    reached.close().await;
    removed
}

async fn remove(context: &mut Context, reached: &Reached, args: &Rm) -> Outcome {
    let place = &args.place;
    let tally = match (args.recursive, args.all_versions) {
        (false, false) => return remove_one(context, reached, args).await,
        (true, false) => delete_latest(context, reached, place).await?,
        (true, true) => {
            let prefix = place.folder();
            delete_versions(context, reached, &place.bucket, Below::Prefix(&prefix)).await?
        }
        (false, true) => {
            let below = Below::Key(&place.path);
            delete_versions(context, reached, &place.bucket, below).await?
        }
    };
    if tally.deleted + tally.failed == 0 {
        return Err(nothing_there(place).into());
    }
    summarise(context, tally)
}

async fn remove_one(context: &mut Context, reached: &Reached, args: &Rm) -> Outcome {
    let place = &args.place;
    let doing = format!("delete {place}");
    let key = place.key().map_err(|error| {
        Failure::new(Exit::Usage, format!("Cannot delete {place}.")).because(&error)
    })?;
    let object = ObjectRef {
        bucket: place.bucket.clone(),
        key,
        version: args.version_id.clone(),
    };
    if args.version_id.is_none() {
        // S3 calls it a success to delete what is not there; a person wants to know of the mistyped
        // key.
        let head = reached.store.head_object(GetObject::whole(object.clone()));
        head.await.map_err(cannot(&doing))?;
    }
    let delete = one_delete(reached, object);
    let deleted = reached.store.delete_object(delete).await;
    print_deleted(context, &deleted.map_err(cannot(&doing))?)
}

fn one_delete(reached: &Reached, object: ObjectRef) -> DeleteObject {
    DeleteObject {
        object,
        owner: reached.owner.clone(),
        conditions: Conditions::default(),
    }
}

async fn delete_latest(
    context: &mut Context,
    reached: &Reached,
    place: &S3Place,
) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let mut after = None;
    loop {
        let page = reached
            .store
            .list_objects(ListObjects {
                bucket: place.bucket.clone(),
                prefix: place.folder(),
                delimiter: String::new(),
                after,
                max_keys: PAGE_MAX,
            })
            .await
            .map_err(cannot(&format!("list {place}")))?;
        let deletes = page.objects.into_iter().map(|version| (version, None));
        delete_page(context, reached, &place.bucket, deletes, &mut tally).await?;
        after = page.next_after;
        if after.is_none() {
            return Ok(tally);
        }
    }
}

/// Deletes every version below a prefix for ever, or fails if one of them resists.
pub async fn delete_every_version(
    context: &mut Context,
    reached: &Reached,
    bucket: &BucketName,
    prefix: &str,
) -> Outcome {
    let tally = delete_versions(context, reached, bucket, Below::Prefix(prefix)).await?;
    if tally.failed == 0 {
        return Ok(());
    }
    summarise(context, tally)
}

/// Whose versions are deleted.
#[derive(Clone, Copy)]
enum Below<'a> {
    /// Of every key that begins with this.
    Prefix(&'a str),
    /// Of this key alone.
    Key(&'a str),
}

impl Below<'_> {
    fn prefix(&self) -> &str {
        match self {
            Self::Prefix(prefix) => prefix,
            Self::Key(key) => key,
        }
    }

    fn takes(&self, version: &Version) -> bool {
        match self {
            Self::Prefix(_) => true,
            Self::Key(key) => version.key.as_str() == *key,
        }
    }
}

async fn delete_versions(
    context: &mut Context,
    reached: &Reached,
    bucket: &BucketName,
    below: Below<'_>,
) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let mut after = None;
    loop {
        let page = reached
            .store
            .list_versions(ListVersions {
                bucket: bucket.clone(),
                prefix: below.prefix().to_owned(),
                delimiter: String::new(),
                after,
                max_keys: PAGE_MAX,
            })
            .await
            .map_err(cannot(&format!("list the versions in s3://{bucket}")))?;
        // Longer keys with the same beginning come after the key itself.
        let past = page.versions.last().is_some_and(|last| !below.takes(last));
        let taken = page
            .versions
            .into_iter()
            .filter(|version| below.takes(version));
        let deletes = taken.map(|version| {
            let id = version.id.clone();
            (version, Some(id))
        });
        delete_page(context, reached, bucket, deletes, &mut tally).await?;
        after = page.next_after;
        if after.is_none() || past {
            return Ok(tally);
        }
    }
}

async fn delete_page(
    context: &mut Context,
    reached: &Reached,
    bucket: &BucketName,
    versions: impl Iterator<Item = (Version, Option<VersionId>)>,
    tally: &mut Tally,
) -> Outcome {
    let deletes: Vec<DeleteObject> = versions
        .map(|(version, id)| {
            let object = ObjectRef {
                bucket: bucket.clone(),
                key: version.key,
                version: id,
            };
            one_delete(reached, object)
        })
        .collect();
    if deletes.is_empty() {
        return Ok(());
    }
    let outcomes = reached.store.delete_objects(bucket, deletes).await;
    let outcomes = outcomes.map_err(cannot(&format!("delete in s3://{bucket}")))?;
    for (object, outcome) in outcomes {
        match outcome {
            Ok(done) => {
                tally.deleted += 1;
                print_deleted(context, &done)?;
            }
            Err(error) => {
                tally.failed += 1;
                let what = format!("s3://{}/{}", object.bucket, shown(object.key.as_str()));
                context
                    .output
                    .warn(format_args!("{what} was not deleted: {error}"));
            }
        }
    }
    context.output.flush()
}

fn print_deleted(context: &mut Context, deleted: &Deleted) -> Outcome {
    let version = deleted.version.as_ref().map(VersionId::as_str);
    let entry = DeletedLine {
        key: deleted.key.as_str(),
        version_id: version,
        delete_marker: deleted.delete_marker,
    };
    let key = shown(deleted.key.as_str());
    let text = match version {
        Some(version) => format!("Deleted {key} (version {version})"),
        None => format!("Deleted {key}"),
    };
    context.output.report(&entry, text)
}

fn summarise(context: &mut Context, tally: Tally) -> Outcome {
    let Tally { deleted, failed } = tally;
    let text = format!("Deleted {}.", counted(deleted, "object"));
    context.output.report(&Summary { deleted, failed }, text)?;
    if failed == 0 {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "{} could not be deleted.",
        counted(failed, "object")
    ))
    .why("The reasons stand above.")
    .cure("Act on them and repeat the command.")
    .into())
}

fn nothing_there(place: &S3Place) -> Failure {
    Failure::new(Exit::NotFound, format!("Nothing was deleted at {place}."))
        .why("No key begins with that.")
        .cure(format!(
            "See what is there with `stave ls s3://{}`.",
            place.bucket
        ))
}
