//! Everything below a folder or prefix, several at a time. One that fails does not stop the others.

use std::path::Path;

use futures::stream::{self, Stream, StreamExt as _};
use serde::Serialize;
use stave_model::BucketName;
use stave_store::ObjectRef;

use super::{After, Job, Told, delete_file, delete_object, key_from, tell};
use crate::failure::{Exit, Failure, Outcome, Stop};
use crate::location::{Location, S3Place};
use crate::names::GuardedFolder;
use crate::output::Output;
use crate::shown::{counted, human_size, shown};
use crate::transfer::{Found, Made, TransferError, Transfers, files_below, objects_below};

/// The end of many copies in JSON.
#[derive(Debug, Default, Clone, Copy, Serialize)]
#[serde(tag = "kind", rename = "summary")]
struct Summary {
    copied: u64,
    size_bytes: u64,
    left_alone: u64,
    left_out: u64,
    renamed: u64,
    failed: u64,
}

/// What became of one of many.
enum Each {
    /// It was copied, and its source deleted where that was asked.
    Done {
        source: String,
        target: String,
        made: Made,
    },
    /// It was not.
    Failed {
        source: String,
        error: TransferError,
    },
    /// It was copied, and its source could not be deleted.
    Kept(Box<Stop>),
    /// It is nothing that can be copied.
    LeftOut { source: String, why: &'static str },
    /// The listing itself failed: there may be more.
    Broken(TransferError),
}

/// Copies or moves everything below.
pub(super) async fn copy_many(output: &mut Output, transfers: &Transfers, job: &Job) -> Outcome {
    match (&job.source, &job.target) {
        (Location::Local(folder), Location::S3(place)) => {
            need_folder(job, folder)?;
            let each = upload_each(transfers, job, folder, place);
            gather(output, transfers, job, each).await
        }
        (Location::S3(source), Location::Local(folder)) => {
            let guarded = GuardedFolder::new(folder.clone());
            let each = download_each(transfers, job, source, &guarded);
            gather(output, transfers, job, each).await
        }
        (Location::S3(source), Location::S3(place)) => {
            refuse_own_inside(job, source, place)?;
            let each = copy_each(transfers, job, source, place);
            gather(output, transfers, job, each).await
        }
        // Refused before anything was opened.
        (Location::Standard, _)
        | (_, Location::Standard)
        | (Location::Local(_), Location::Local(_)) => Ok(()),
    }
}

fn upload_each<'a>(
    transfers: &'a Transfers,
    job: &'a Job,
    folder: &'a Path,
    place: &'a S3Place,
) -> impl Stream<Item = Each> + 'a {
    let found = files_below(folder.to_owned(), transfers.options.follow);
    let found = stream::unfold(found, |mut found| async move {
        found.recv().await.map(|next| (next, found))
    });
    let prefix = place.folder();
    found
        .map(move |found| {
            let prefix = prefix.clone();
            async move {
                let file = match found {
                    Found::File(file) => file,
                    Found::LeftOut(path, why) => {
                        let source = path.display().to_string();
                        return Each::LeftOut { source, why };
                    }
                    Found::Failed(error) => return Each::Broken(error),
                };
                let name = format!("{prefix}{}", file.name);
                transfers.progress.name(&file.name);
                let uploaded = upload_one(transfers, job, &file.path, (&place.bucket, &name));
                let source = file.path.display().to_string();
                each(
                    source,
                    format!("s3://{}/{name}", place.bucket),
                    uploaded.await,
                )
            }
        })
        .buffer_unordered(usize::from(transfers.options.jobs))
}

async fn upload_one(
    transfers: &Transfers,
    job: &Job,
    path: &Path,
    target: (&BucketName, &str),
) -> Result<Made, Unmade> {
    let key = key_from(target.1)?;
    let made = transfers.upload_file(path, target.0, &key).await?;
    if job.after == After::Delete {
        delete_file(path).await?;
    }
    Ok(made)
}

fn download_each<'a>(
    transfers: &'a Transfers,
    job: &'a Job,
    source: &'a S3Place,
    folder: &'a GuardedFolder,
) -> impl Stream<Item = Each> + 'a {
    objects(transfers, source, move |object, name| async move {
        transfers.progress.name(&name);
        let target = folder.root().join(&name).display().to_string();
        let source = format!("s3://{}/{}", object.bucket, object.key);
        let downloaded = download_one(transfers, job, object, folder, &name).await;
        each(source, target, downloaded)
    })
}

async fn download_one(
    transfers: &Transfers,
    job: &Job,
    object: ObjectRef,
    folder: &GuardedFolder,
    name: &str,
) -> Result<Made, Unmade> {
    let made = if name.ends_with('/') {
        // Other tools make folders by an empty object whose key ends so.
        folder.place_folder(name).map_err(TransferError::from)?;
        Made {
            size_bytes: 0,
            etag: String::new(),
            version_id: "null".to_owned(),
            renamed_to: None,
        }
    } else {
        transfers.download_below(&object, folder, name).await?
    };
    if job.after == After::Delete {
        delete_object(transfers, object).await?;
    }
    Ok(made)
}

fn copy_each<'a>(
    transfers: &'a Transfers,
    job: &'a Job,
    source: &'a S3Place,
    place: &'a S3Place,
) -> impl Stream<Item = Each> + 'a {
    objects(transfers, source, move |object, name| async move {
        transfers.progress.name(&name);
        let key = format!("{}{name}", place.folder());
        let source = format!("s3://{}/{}", object.bucket, object.key);
        let target = format!("s3://{}/{key}", place.bucket);
        let copied = copy_one(transfers, job, object, (&place.bucket, &key)).await;
        each(source, target, copied)
    })
}

async fn copy_one(
    transfers: &Transfers,
    job: &Job,
    object: ObjectRef,
    target: (&BucketName, &str),
) -> Result<Made, Unmade> {
    let key = key_from(target.1)?;
    let made = transfers.copy_within(&object, target.0, &key).await?;
    if job.after == After::Delete {
        delete_object(transfers, object).await?;
    }
    Ok(made)
}

/// Works on each object below a place, several at a time; `work` is given the object and its name
/// below.
fn objects<'a, W, F>(
    transfers: &'a Transfers,
    source: &'a S3Place,
    work: W,
) -> impl Stream<Item = Each> + 'a
where
    W: Fn(ObjectRef, String) -> F + Copy + 'a,
    F: Future<Output = Each> + 'a,
{
    let prefix = source.folder();
    let beyond = prefix.len();
    objects_below(transfers.store.as_ref(), &source.bucket, prefix)
        .filter(move |found| {
            // The place itself may be an object that stands for the folder: it has no name below.
            let is_folder = matches!(found, Ok(version) if version.key.as_str().len() == beyond);
            std::future::ready(!is_folder)
        })
        .map(move |found| async move {
            match found {
                Ok(version) => {
                    let name = version.key.as_str()[beyond..].to_owned();
                    let object = ObjectRef {
                        bucket: source.bucket.clone(),
                        key: version.key,
                        version: None,
                    };
                    work(object, name).await
                }
                Err(error) => Each::Broken(error),
            }
        })
        .buffer_unordered(usize::from(transfers.options.jobs))
}

/// Why one of many was not made.
enum Unmade {
    Failed(TransferError),
    Kept(Box<Stop>),
}

impl From<TransferError> for Unmade {
    fn from(error: TransferError) -> Self {
        Self::Failed(error)
    }
}

impl From<Stop> for Unmade {
    fn from(stop: Stop) -> Self {
        Self::Kept(Box::new(stop))
    }
}

fn each(source: String, target: String, outcome: Result<Made, Unmade>) -> Each {
    match outcome {
        Ok(made) => Each::Done {
            source,
            target,
            made,
        },
        Err(Unmade::Failed(error)) => Each::Failed { source, error },
        Err(Unmade::Kept(stop)) => Each::Kept(stop),
    }
}

/// Tells of each as it ends, and of all at the end.
async fn gather(
    output: &mut Output,
    transfers: &Transfers,
    job: &Job,
    each: impl Stream<Item = Each>,
) -> Outcome {
    let mut each = std::pin::pin!(each);
    let mut sum = Summary::default();
    while let Some(one) = each.next().await {
        count(output, transfers, job, one, &mut sum)?;
    }
    transfers.progress.end();
    finish(output, job, sum)
}

fn count(
    output: &mut Output,
    transfers: &Transfers,
    job: &Job,
    one: Each,
    sum: &mut Summary,
) -> Outcome {
    let progress = &transfers.progress;
    match one {
        Each::Done {
            source,
            target,
            made,
        } => {
            sum.copied += 1;
            sum.size_bytes += made.size_bytes;
            if let Some(name) = &made.renamed_to {
                sum.renamed += 1;
                let line = format!("{} was named {}", shown(&source), shown(name));
                progress.aside(|| output.warn(line));
            }
            let told = Told {
                source: &source,
                target: &target,
                made: &made,
                after: job.after,
            };
            tell(output, progress, &told)?;
        }
        Each::Failed { error, .. } if error.is_left_alone() => sum.left_alone += 1,
        Each::Failed { source, error } => {
            sum.failed += 1;
            let line = format!("{} was not copied: {}", shown(&source), error.reason());
            progress.aside(|| output.warn(line));
        }
        Each::LeftOut { source, why } => {
            sum.left_out += 1;
            let line = format!("{} was left out: {why}", shown(&source));
            progress.aside(|| output.warn(line));
        }
        Each::Kept(stop) => {
            return Err(*stop);
        }
        Each::Broken(error) => {
            return Err(error.into_failure(&job.title()).into());
        }
    }
    Ok(())
}

fn finish(output: &mut Output, job: &Job, sum: Summary) -> Outcome {
    let done = match job.after {
        After::Keep => "Copied",
        After::Delete => "Moved",
    };
    let alone = match sum.left_alone {
        0 => String::new(),
        some => format!(" Left alone {some} that were there."),
    };
    let (files, size) = (counted(sum.copied, "file"), human_size(sum.size_bytes));
    output.report(&sum, format!("{done} {files}, {size}.{alone}"))?;
    if sum.failed > 0 {
        let what = format!("{} could not be copied.", counted(sum.failed, "file"));
        return Err(Failure::failed(what)
            .why("The reasons stand above.")
            .cure("Act on them and repeat the command.")
            .into());
    }
    if sum.copied + sum.left_alone + sum.left_out == 0 && is_prefix(&job.source) {
        let what = format!("Nothing was copied from {}.", job.source);
        return Err(Failure::new(Exit::NotFound, what)
            .why("No key begins with that.")
            .cure("See what is there with `stave ls`.")
            .into());
    }
    Ok(())
}

fn is_prefix(source: &Location) -> bool {
    matches!(source, Location::S3(place) if !place.path.is_empty())
}

fn need_folder(job: &Job, folder: &Path) -> Outcome {
    if folder.is_dir() {
        return Ok(());
    }
    let (exit, why) = if folder.exists() {
        (Exit::Usage, "That is a file, not a folder.")
    } else {
        (Exit::NotFound, "There is no such folder.")
    };
    Err(Failure::new(exit, format!("Cannot {}.", job.title()))
        .why(why)
        .cure("Check the path, or leave out --recursive.")
        .into())
}

/// A copy into itself would go on for ever: its own copies are listed again.
fn refuse_own_inside(job: &Job, source: &S3Place, place: &S3Place) -> Outcome {
    let inside = source.bucket == place.bucket && place.folder().starts_with(&source.folder());
    if !inside {
        return Ok(());
    }
    Err(
        Failure::new(Exit::Usage, format!("Cannot {}.", job.title()))
            .why("The target lies in the source.")
            .cure("Choose a target beside the source.")
            .into(),
    )
}
