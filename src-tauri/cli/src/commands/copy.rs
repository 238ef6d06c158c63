//! `stave cp` and `stave mv`.

mod many;
mod one;

use std::path::Path;

use serde::Serialize;
use stave_model::{Conditions, ObjectKey};
use stave_store::{DeleteObject, ObjectRef};

use crate::args::{CopyOptions, Cp, Mv, SecretPlace};
use crate::commands::cat::print;
use crate::connect::{Reached, reach};
use crate::context::Context;
use crate::encryption::Encryption;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::location::{Location, S3Place};
use crate::output::Output;
use crate::shown::{human_size, shown};
use crate::transfer::{Made, Progress, TransferError, Transfers};

/// What becomes of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// It stays.
    Keep,
    /// It is deleted once its copy is safe.
    Delete,
}

impl After {
    fn verb(self) -> &'static str {
        match self {
            Self::Keep => "copy",
            Self::Delete => "move",
        }
    }
}

/// A copy in JSON.
#[derive(Serialize)]
#[serde(tag = "kind")]
enum CopyLine<'a> {
    #[serde(rename = "copied")]
    Copied(CopiedLine<'a>),
    #[serde(rename = "moved")]
    Moved(CopiedLine<'a>),
}

#[derive(Serialize)]
struct CopiedLine<'a> {
    source: &'a str,
    target: &'a str,
    size_bytes: u64,
    etag: &'a str,
    version_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    renamed_to: Option<&'a str>,
}

/// One copy on its way to be told.
struct Told<'a> {
    source: &'a str,
    target: &'a str,
    made: &'a Made,
    after: After,
}

/// Copies.
pub async fn cp(context: &mut Context, args: Cp) -> Outcome {
    let (source, target) = (&args.source, &args.target);
    if let (Location::S3(place), Location::Standard) = (source, target) {
        check_keys(&args.source, &args.target, &args.options)?;
        let encryption = Encryption::of(&args.options.sse, &args.options.source_key).await?;
        let reached = reach(&context.global).await?;
        let printed =
            print_object(&mut context.output, &reached, (place, &encryption), &args).await;
        reached.close().await;
        return printed;
    }
    let job = Job {
        source: args.source,
        target: args.target,
        version: args.version_id,
        after: After::Keep,
    };
    start(context, job, args.options).await
}

/// Moves.
pub async fn mv(context: &mut Context, args: Mv) -> Outcome {
    if matches!(args.source, Location::Standard) || matches!(args.target, Location::Standard) {
        return Err(
            Failure::new(Exit::Usage, "Cannot move standard input or output.")
                .why("There is nothing that could be deleted afterwards.")
                .cure("Use `stave cp`.")
                .into(),
        );
    }
    let job = Job {
        source: args.source,
        target: args.target,
        version: None,
        after: After::Delete,
    };
    start(context, job, args.options).await
}

/// What is to be copied or moved.
struct Job {
    source: Location,
    target: Location,
    version: Option<stave_model::VersionId>,
    after: After,
}

impl Job {
    fn title(&self) -> String {
        format!("{} {} to {}", self.after.verb(), self.source, self.target)
    }
}

async fn start(context: &mut Context, job: Job, options: CopyOptions) -> Outcome {
    check(&job, &options)?;
    let encryption = Encryption::of(&options.sse, &options.source_key).await?;
    let reached = reach(&context.global).await?;
    context.uploads.begin();
    let transfers = Transfers {
        store: reached.store.clone(),
        owner: reached.owner.clone(),
        progress: progress(&context.output, &job, &options),
        encryption,
        options,
        uploads: context.uploads.clone(),
    };
    let copied = if transfers.options.recursive {
        many::copy_many(&mut context.output, &transfers, &job).await
    } else {
        one::copy_one(&mut context.output, &transfers, &job).await
    };
    transfers.progress.end();
    drop(transfers);
    reached.close().await;
    copied
}

/// Refuses keys and encryptions that would have no effect.
fn check_keys(source: &Location, target: &Location, options: &CopyOptions) -> Outcome {
    let from_s3 = matches!(source, Location::S3(_));
    let to_s3 = matches!(target, Location::S3(_));
    let refuse = |why: &str, cure: &str| {
        let what = format!("Cannot copy {source} to {target} like this.");
        Err(Failure::new(Exit::Usage, what).why(why).cure(cure).into())
    };
    if !to_s3 && options.sse.sse.is_some() {
        return refuse("--sse is for what is written into S3.", "Leave it out.");
    }
    if options.source_key.sse_c_copy_source_key.is_some() && !(from_s3 && to_s3) {
        return refuse(
            "--sse-c-copy-source-key is for copies within S3.",
            "Use --sse-c-key.",
        );
    }
    let place = Some(&SecretPlace::Standard);
    if *source == Location::Standard && options.sse.sse_c_key.as_ref() == place {
        return refuse(
            "Both the object and its key are to come from standard input.",
            "Put the key into a file.",
        );
    }
    Ok(())
}

/// Refuses what makes no sense, before anything is opened.
fn check(job: &Job, options: &CopyOptions) -> Outcome {
    check_keys(&job.source, &job.target, options)?;
    let refuse = |why: &str, cure: &str| {
        let what = format!("Cannot {}.", job.title());
        Err(Failure::new(Exit::Usage, what).why(why).cure(cure).into())
    };
    match (&job.source, &job.target) {
        (Location::Local(_) | Location::Standard, Location::Local(_) | Location::Standard) => {
            refuse(
                "One of the two is in S3, or this is a task for another tool.",
                "Write places in S3 as s3://bucket/key.",
            )
        }
        (Location::Standard, _) if options.recursive => {
            refuse("Standard input is one object.", "Leave out --recursive.")
        }
        (Location::Standard, Location::S3(place)) if place.is_folder() => refuse(
            "Standard input has no name.",
            "Write the whole key: s3://bucket/key.",
        ),
        (Location::S3(place), _) if place.path.is_empty() && !options.recursive => {
            refuse("That is a bucket, not an object.", "Add --recursive.")
        }
        (Location::Local(path), _) if path.is_dir() && !options.recursive => {
            refuse("That is a folder.", "Add --recursive.")
        }
        _ => Ok(()),
    }
}

/// Shows a moving line where a person waits for something long.
fn progress(output: &Output, job: &Job, options: &CopyOptions) -> Progress {
    /// What is shorter is done before a line could be read.
    const LONG_BYTES: u64 = 64 * 1024 * 1024;
    if !output.is_watched() {
        return Progress::hidden();
    }
    if options.recursive {
        return Progress::of_many();
    }
    match &job.source {
        Location::Local(path) => match path.metadata().map(|found| found.len()) {
            Ok(size_bytes) if size_bytes >= LONG_BYTES => Progress::of_length(size_bytes),
            _ => Progress::hidden(),
        },
        Location::S3(_) | Location::Standard => Progress::of_many(),
    }
}

async fn print_object(
    output: &mut Output,
    reached: &Reached,
    (place, encryption): (&S3Place, &Encryption),
    args: &Cp,
) -> Outcome {
    if args.options.recursive {
        return Err(
            Failure::new(Exit::Usage, format!("Cannot print all of {place}."))
                .why("Standard output takes one object.")
                .cure("Leave out --recursive and name a key.")
                .into(),
        );
    }
    let object = ObjectRef {
        bucket: place.bucket.clone(),
        key: key_of(place)?,
        version: args.version_id.clone(),
    };
    let store = reached.store.as_ref();
    print(output, store, encryption.read(object), &place.to_string()).await
}

/// Returns the key that a place names.
fn key_of(place: &S3Place) -> Outcome<ObjectKey> {
    place.key().map_err(|error| {
        Failure::new(Exit::Usage, format!("{place} names no object."))
            .because(&error)
            .cure("Write s3://bucket/key.")
            .into()
    })
}

/// Makes a key of text that was put together.
fn key_from(text: &str) -> Result<ObjectKey, TransferError> {
    ObjectKey::parse(text).map_err(|error| {
        TransferError::Store(stave_store::Error::Failed {
            doing: "naming the object",
            source: Box::new(error),
        })
    })
}

/// Tells of one copy.
fn tell(output: &mut Output, progress: &Progress, told: &Told<'_>) -> Outcome {
    let Told {
        source,
        target,
        made,
        after,
    } = told;
    let line = CopiedLine {
        source,
        target,
        size_bytes: made.size_bytes,
        etag: &made.etag,
        version_id: &made.version_id,
        renamed_to: made.renamed_to.as_deref(),
    };
    let entry = match after {
        After::Keep => CopyLine::Copied(line),
        After::Delete => CopyLine::Moved(line),
    };
    let (source, target) = (shown(source), shown(target));
    let text = format!("{source} -> {target} ({})", human_size(made.size_bytes));
    progress.aside(|| output.report(&entry, text))
}

/// Deletes a source in S3 whose copy is safe.
async fn delete_object(transfers: &Transfers, object: ObjectRef) -> Outcome {
    let doing = format!(
        "delete s3://{}/{} after the move",
        object.bucket, object.key
    );
    let delete = DeleteObject {
        object,
        owner: transfers.owner.clone(),
        conditions: Conditions::default(),
    };
    let deleted = transfers.store.delete_object(delete).await;
    deleted.map(|_| ()).map_err(cannot(&doing))
}

/// Deletes a source on this computer whose copy is safe.
async fn delete_file(path: &Path) -> Outcome {
    tokio::fs::remove_file(path).await.map_err(|error| {
        Failure::failed(format!("Cannot delete {} after the move.", path.display()))
            .because(&error)
            .cure("Its copy is safe; delete it yourself.")
            .into()
    })
}
