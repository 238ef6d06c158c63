//! One file or object.

use std::path::{Path, PathBuf};

use stave_model::ObjectKey;
use stave_store::ObjectRef;

use super::{After, Job, Told, delete_file, delete_object, key_from, key_of, tell};
use crate::failure::{Exit, Failure, Outcome};
use crate::location::{Location, S3Place, is_local_folder};
use crate::output::Output;
use crate::transfer::{Made, TransferError, Transfers};

/// Copies or moves one file or object.
pub(super) async fn copy_one(output: &mut Output, transfers: &Transfers, job: &Job) -> Outcome {
    let failed = |error: TransferError| error.into_failure(&job.title());
    let (target, made) = match (&job.source, &job.target) {
        (Location::Local(path), Location::S3(place)) => {
            let key = key_below(place, &file_name(path)?).map_err(failed)?;
            let made = transfers.upload_file(path, &place.bucket, &key).await;
            (named(place, &key), made.map_err(failed)?)
        }
        (Location::Standard, Location::S3(place)) => {
            let key = key_of(place)?;
            let input = tokio::io::stdin();
            let made = transfers.upload_stream(input, &place.bucket, &key).await;
            (named(place, &key), made.map_err(failed)?)
        }
        (Location::S3(source), Location::Local(path)) => {
            download(transfers, job, source, path).await?
        }
        (Location::S3(source), Location::S3(place)) => {
            within(transfers, job, source, place).await?
        }
        // Refused before anything was opened.
        (_, Location::Standard) | (Location::Standard | Location::Local(_), Location::Local(_)) => {
            return Ok(());
        }
    };
    if job.after == After::Delete {
        delete_source(transfers, job).await?;
    }
    let source = job.source.to_string();
    let told = Told {
        source: &source,
        target: &target,
        made: &made,
        after: job.after,
    };
    tell(output, &transfers.progress, &told)
}

async fn download(
    transfers: &Transfers,
    job: &Job,
    source: &S3Place,
    path: &Path,
) -> Outcome<(String, Made)> {
    let target = if is_local_folder(path) {
        path.join(last_name(source)?)
    } else {
        path.to_owned()
    };
    let made = transfers.download_to(&object(job, source)?, &target).await;
    let made = made.map_err(|error| error.into_failure(&job.title()))?;
    Ok((target.display().to_string(), made))
}

async fn within(
    transfers: &Transfers,
    job: &Job,
    source: &S3Place,
    place: &S3Place,
) -> Outcome<(String, Made)> {
    let failed = |error: TransferError| error.into_failure(&job.title());
    let name = source.path.rsplit('/').find(|part| !part.is_empty());
    let key = key_below(place, name.unwrap_or_default()).map_err(failed)?;
    if job.after == After::Delete && source.bucket == place.bucket && source.path == key.as_str() {
        return Err(TransferError::Store(stave_store::Error::CopyOntoItself)
            .into_failure(&job.title())
            .into());
    }
    let object = object(job, source)?;
    let made = transfers.copy_within(&object, &place.bucket, &key).await;
    Ok((named(place, &key), made.map_err(failed)?))
}

async fn delete_source(transfers: &Transfers, job: &Job) -> Outcome {
    match &job.source {
        Location::Local(path) => delete_file(path).await,
        Location::S3(source) => delete_object(transfers, object(job, source)?).await,
        Location::Standard => Ok(()),
    }
}

fn object(job: &Job, source: &S3Place) -> Outcome<ObjectRef> {
    Ok(ObjectRef {
        bucket: source.bucket.clone(),
        key: key_of(source)?,
        version: job.version.clone(),
    })
}

/// Returns the key that a file gets: that of the target, or its own name in a folder.
fn key_below(place: &S3Place, name: &str) -> Result<ObjectKey, TransferError> {
    if place.is_folder() {
        key_from(&format!("{}{name}", place.path))
    } else {
        key_from(&place.path)
    }
}

fn named(place: &S3Place, key: &ObjectKey) -> String {
    format!("s3://{}/{key}", place.bucket)
}

fn file_name(path: &Path) -> Outcome<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).ok_or_else(|| {
        TransferError::NotUtf8(path.to_owned())
            .into_failure(&format!("upload {}", path.display()))
            .into()
    })
}

/// Returns the file name that the last part of a key becomes, where it can become one.
fn last_name(source: &S3Place) -> Outcome<PathBuf> {
    let name = source.path.rsplit('/').next().unwrap_or_default();
    let plain = !matches!(name, "" | "." | "..") && !name.contains(['\0', '\\']);
    if plain {
        return Ok(PathBuf::from(name));
    }
    Err(
        Failure::new(Exit::Usage, format!("Cannot name a file after {source}."))
            .why("The last part of the key is no name of a file.")
            .cure("Write the whole path of the target.")
            .into(),
    )
}
