//! `uploads`: those that were begun and not finished, and what they take.

use std::time::Duration;

use serde::Serialize;
use stave_model::{Clock as _, SystemClock, Upload, UploadId};
use stave_store::{ListUploads as Request, UploadRef};

use crate::args::{AbortUploads, ListUploads, UploadsCommand};
use crate::commands::ls::PAGE_MAX;
use crate::connect::{Reached, reach};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::location::S3Place;
use crate::output::Output;
use crate::prompt::confirm;
use crate::shown::{counted, human_size, local_time, rfc3339, shown};

/// An upload in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "upload")]
struct UploadLine<'a> {
    key: &'a str,
    upload_id: &'a str,
    initiated: String,
    owner: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_bytes: Option<u64>,
}

/// An upload that is gone, in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "upload-aborted")]
struct AbortedLine<'a> {
    key: &'a str,
    upload_id: &'a str,
}

/// Lists or aborts uploads.
pub async fn uploads(context: &mut Context, command: UploadsCommand) -> Outcome {
    let reached = reach(&context.global).await?;
    let outcome = match &command {
        UploadsCommand::Ls(args) => list(&mut context.output, &reached, args).await,
        UploadsCommand::Abort(args) => abort(&mut context.output, &reached, args).await,
    };
    reached.close().await;
    outcome
}

async fn list(output: &mut Output, reached: &Reached, args: &ListUploads) -> Outcome {
    let found = below(reached, &args.place).await?;
    for upload in &found {
        output.result(&line(upload), text(upload, args.human))?;
    }
    if !found.is_empty() {
        output.remark(sum(&found));
    }
    Ok(())
}

fn line(upload: &Upload) -> UploadLine<'_> {
    UploadLine {
        key: upload.key.as_str(),
        upload_id: upload.id.as_str(),
        initiated: rfc3339(upload.initiated),
        owner: upload.owner.as_str(),
        parts: upload.usage.map(|usage| usage.parts),
        size_bytes: upload.usage.map(|usage| usage.size_bytes),
    }
}

fn text(upload: &Upload, human: bool) -> String {
    let size = match upload.usage {
        Some(usage) if human => human_size(usage.size_bytes),
        Some(usage) => usage.size_bytes.to_string(),
        None => "-".to_owned(),
    };
    format!(
        "{}  {size:>12}  {}  {}",
        local_time(upload.initiated),
        upload.id,
        shown(upload.key.as_str()),
    )
}

fn sum(uploads: &[Upload]) -> String {
    let count = counted(uploads.len() as u64, "unfinished upload");
    let sizes = uploads
        .iter()
        .map(|upload| upload.usage.map(|usage| usage.size_bytes));
    match sizes.sum::<Option<u64>>() {
        Some(bytes) => format!("{count}, {}", human_size(bytes)),
        None => count,
    }
}

async fn abort(output: &mut Output, reached: &Reached, args: &AbortUploads) -> Outcome {
    let doomed = match &args.upload_id {
        Some(id) => one(args, id)?,
        None => several(reached, args).await?,
    };
    for upload in doomed {
        let doing = format!("abort the upload of s3://{}/{}", upload.bucket, upload.key);
        let aborted = reached.store.abort_upload(upload.clone()).await;
        aborted.map_err(cannot(&doing))?;
        let entry = AbortedLine {
            key: upload.key.as_str(),
            upload_id: upload.upload.as_str(),
        };
        let text = format!(
            "Aborted the upload of s3://{}/{}",
            upload.bucket,
            shown(entry.key)
        );
        output.report(&entry, text)?;
    }
    Ok(())
}

fn one(args: &AbortUploads, id: &UploadId) -> Outcome<Vec<UploadRef>> {
    let key = args.place.key().map_err(|_| {
        Failure::new(Exit::Usage, format!("{} names no object.", args.place))
            .why("An upload is named by its key and its id.")
            .cure("Write s3://bucket/key, as `stave uploads ls` lists it.")
    })?;
    Ok(vec![UploadRef {
        bucket: args.place.bucket.clone(),
        key,
        upload: id.clone(),
    }])
}

async fn several(reached: &Reached, args: &AbortUploads) -> Outcome<Vec<UploadRef>> {
    let mut found = below(reached, &args.place).await?;
    if let Some(age) = args.older_than {
        found.retain(|upload| is_older(upload, age));
    }
    if !found.is_empty() && !args.yes {
        confirm(&format!("This aborts {}.", sum(&found)))?;
    }
    let named = |upload: Upload| UploadRef {
        bucket: upload.bucket,
        key: upload.key,
        upload: upload.id,
    };
    Ok(found.into_iter().map(named).collect())
}

fn is_older(upload: &Upload, age: Duration) -> bool {
    let age_ms = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    let limit = SystemClock.now().as_millis().saturating_sub(age_ms);
    upload.initiated.as_millis() < limit
}

/// Returns the uploads of a bucket, or those below a prefix.
async fn below(reached: &Reached, place: &S3Place) -> Outcome<Vec<Upload>> {
    let doing = format!("list the uploads to {place}");
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let request = Request {
            bucket: place.bucket.clone(),
            prefix: place.path.clone(),
            delimiter: String::new(),
            after,
            max_uploads: PAGE_MAX,
        };
        let page = reached.store.list_uploads(request).await;
        let page = page.map_err(cannot(&doing))?;
        found.extend(page.uploads);
        after = page.next_after;
        if after.is_none() {
            return Ok(found);
        }
    }
}
