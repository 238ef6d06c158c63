//! `stave mb`, `stave rb` and `stave versioning`.

use serde::Serialize;
use stave_model::{Bucket, BucketName, Versioning};
use stave_store::{CreateBucket, Error as StoreError, ListUploads, UploadRef};

use crate::args::{Mb, Rb, VersioningArgs, VersioningState};
use crate::commands::ls::PAGE_MAX;
use crate::commands::rm::delete_every_version;
use crate::connect::{Reached, reach};
use crate::context::Context;
use crate::failure::{Outcome, cannot};
use crate::prompt::confirm;

/// What became of a bucket, in JSON.
#[derive(Serialize)]
#[serde(tag = "kind")]
enum BucketDone<'a> {
    #[serde(rename = "bucket-made")]
    Made { name: &'a str },
    #[serde(rename = "bucket-removed")]
    Removed { name: &'a str },
    #[serde(rename = "versioning")]
    Versioning { name: &'a str, versioning: &'a str },
}

/// Makes a bucket.
pub async fn mb(context: &mut Context, args: Mb) -> Outcome {
    let reached = reach(&context.global).await?;
    let made = make(context, &reached, &args).await;
    reached.close().await;
    made
}

async fn make(context: &mut Context, reached: &Reached, args: &Mb) -> Outcome {
    let doing = format!("make s3://{}", args.bucket);
    // Asked first: in us-east-1 S3 takes it for done where the bucket is there and one's own.
    if reached.store.head_bucket(&args.bucket).await.is_ok() {
        let there = StoreError::BucketAlreadyOwnedByYou(args.bucket.clone());
        return Err(cannot(&doing)(there));
    }
    let create = CreateBucket::new(args.bucket.clone(), reached.owner.clone());
    let made = reached.store.create_bucket(create).await;
    made.map_err(cannot(&doing))?;
    if args.versioning {
        set(reached, &args.bucket, Versioning::Enabled).await?;
    }
    let name = args.bucket.as_str();
    let text = format!("Made s3://{name}.");
    context.output.report(&BucketDone::Made { name }, text)
}

/// Removes a bucket; with `--force` with everything in it.
pub async fn rb(context: &mut Context, args: Rb) -> Outcome {
    let reached = reach(&context.global).await?;
    let removed = remove(context, &reached, &args).await;
    reached.close().await;
    removed
}

async fn remove(context: &mut Context, reached: &Reached, args: &Rb) -> Outcome {
    let name = args.bucket.as_str();
    let doing = format!("remove s3://{name}");
    if args.force {
        let found = reached.store.head_bucket(&args.bucket).await;
        let found = found.map_err(cannot(&doing))?;
        if !args.yes {
            confirm(&consequence(&found))?;
        }
        abort_uploads(reached, &args.bucket).await?;
        delete_every_version(context, reached, &args.bucket, "").await?;
    }
    let removed = reached.store.delete_bucket(&args.bucket).await;
    removed.map_err(cannot(&doing))?;
    let text = format!("Removed s3://{name}.");
    context.output.report(&BucketDone::Removed { name }, text)
}

fn consequence(bucket: &Bucket) -> String {
    match bucket.usage {
        Some(usage) => format!(
            "This deletes s3://{} with all {} versions in it.",
            bucket.name, usage.versions
        ),
        None => format!("This deletes s3://{} with everything in it.", bucket.name),
    }
}

async fn abort_uploads(reached: &Reached, bucket: &BucketName) -> Outcome {
    let doing = format!("abort the uploads to s3://{bucket}");
    loop {
        // Those of the last page are gone: the next one begins at the front again.
        let page = reached
            .store
            .list_uploads(ListUploads {
                bucket: bucket.clone(),
                prefix: String::new(),
                delimiter: String::new(),
                after: None,
                max_uploads: PAGE_MAX,
            })
            .await
            .map_err(cannot(&doing))?;
        let more = page.next_after.is_some();
        for upload in page.uploads {
            let named = UploadRef {
                bucket: upload.bucket,
                key: upload.key,
                upload: upload.id,
            };
            let aborted = reached.store.abort_upload(named).await;
            aborted.map_err(cannot(&doing))?;
        }
        if !more {
            return Ok(());
        }
    }
}

/// Shows, turns on or suspends versioning.
pub async fn versioning(context: &mut Context, args: VersioningArgs) -> Outcome {
    let reached = reach(&context.global).await?;
    let outcome = show_or_set(&reached, &args).await;
    reached.close().await;
    let state = outcome?;
    let name = args.bucket.as_str();
    let entry = BucketDone::Versioning {
        name,
        versioning: state.status().unwrap_or("Off"),
    };
    let text = match state {
        Versioning::Off => "Versioning was never turned on.",
        Versioning::Enabled => "Versioning is on.",
        Versioning::Suspended => "Versioning is suspended; older versions stay.",
    };
    context.output.result(&entry, text)
}

async fn show_or_set(reached: &Reached, args: &VersioningArgs) -> Outcome<Versioning> {
    let wanted = match args.state {
        None => {
            let doing = format!("ask for the versioning of s3://{}", args.bucket);
            let bucket = reached.store.head_bucket(&args.bucket).await;
            return Ok(bucket.map_err(cannot(&doing))?.versioning);
        }
        Some(VersioningState::Enable) => Versioning::Enabled,
        Some(VersioningState::Suspend) => Versioning::Suspended,
    };
    set(reached, &args.bucket, wanted).await?;
    Ok(wanted)
}

async fn set(reached: &Reached, bucket: &BucketName, versioning: Versioning) -> Outcome {
    let set = reached
        .store
        .put_bucket_versioning(bucket, versioning)
        .await;
    set.map_err(cannot(&format!("set the versioning of s3://{bucket}")))
}
