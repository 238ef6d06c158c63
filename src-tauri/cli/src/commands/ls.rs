//! `stave ls`.

use serde::Serialize;
use stave_model::{Bucket, Version};
use stave_store::ListObjects;

use crate::args::Ls;
use crate::connect::{Reached, reach};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::location::S3Place;
use crate::output::Output;
use crate::shown::{human_size, local_time, rfc3339, shown};

/// The most that a listing tells at a time.
pub const PAGE_MAX: u16 = 1_000; // S3 promises no more

/// A bucket in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "bucket")]
struct BucketLine<'a> {
    name: &'a str,
    created: String,
    owner: &'a str,
    versioning: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_bytes: Option<u64>,
}

/// An object in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "object")]
struct ObjectLine<'a> {
    key: &'a str,
    size_bytes: u64,
    etag: &'a str,
    modified: String,
    storage_class: &'a str,
}

/// A common prefix in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "prefix")]
struct PrefixLine<'a> {
    prefix: &'a str,
}

/// Lists buckets, or what is in one.
pub async fn ls(context: &mut Context, args: Ls) -> Outcome {
    let reached = reach(&context.global).await?;
    let listed = match &args.place {
        None => buckets(&mut context.output, &reached, &args).await,
        Some(place) => objects(&mut context.output, &reached, &args, place).await,
    };
    reached.close().await;
    listed
}

async fn buckets(output: &mut Output, reached: &Reached, args: &Ls) -> Outcome {
    let buckets = reached.store.list_buckets().await;
    let buckets = buckets.map_err(cannot("list the buckets"))?;
    let limit = args
        .limit
        .map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
    for bucket in buckets.iter().take(limit) {
        output.result(&bucket_line(bucket), bucket_text(bucket))?;
    }
    Ok(())
}

fn bucket_line(bucket: &Bucket) -> BucketLine<'_> {
    BucketLine {
        name: bucket.name.as_str(),
        created: rfc3339(bucket.created),
        owner: bucket.owner.as_str(),
        versioning: bucket.versioning.status().unwrap_or("Off"),
        objects: bucket.usage.map(|usage| usage.objects),
        size_bytes: bucket.usage.map(|usage| usage.size_bytes),
    }
}

fn bucket_text(bucket: &Bucket) -> String {
    format!("{}  s3://{}", local_time(bucket.created), bucket.name)
}

async fn objects(output: &mut Output, reached: &Reached, args: &Ls, place: &S3Place) -> Outcome {
    let mut left = args.limit.unwrap_or(u64::MAX);
    let mut after = None;
    let mut found = false;
    while left > 0 {
        let page = reached
            .store
            .list_objects(ListObjects {
                bucket: place.bucket.clone(),
                prefix: place.path.clone(),
                delimiter: delimiter(args).to_owned(),
                after,
                max_keys: u16::try_from(left.min(u64::from(PAGE_MAX))).unwrap_or(PAGE_MAX),
            })
            .await
            .map_err(cannot(&format!("list {place}")))?;
        let entries = page.objects.len() + page.common_prefixes.len();
        found |= entries > 0;
        left = left.saturating_sub(entries as u64);
        print_page(output, args, &page.objects, &page.common_prefixes)?;
        // A page is shown as it comes; a reader that went away ends the listing.
        output.flush()?;
        after = page.next_after;
        if after.is_none() {
            break;
        }
    }
    if found || place.path.is_empty() {
        return Ok(());
    }
    Err(
        Failure::new(Exit::NotFound, format!("Nothing is listed at {place}."))
            .why("No key begins with that.")
            .cure(format!(
                "See what is there with `stave ls s3://{}`.",
                place.bucket
            ))
            .into(),
    )
}

fn delimiter(args: &Ls) -> &'static str {
    if args.recursive { "" } else { "/" }
}

/// Prints objects and prefixes in one order, that of their bytes.
fn print_page(output: &mut Output, args: &Ls, objects: &[Version], prefixes: &[String]) -> Outcome {
    let mut prefixes = prefixes.iter().peekable();
    for object in objects {
        while let Some(prefix) = prefixes.next_if(|prefix| prefix.as_str() < object.key.as_str()) {
            print_prefix(output, prefix)?;
        }
        output.result(&object_line(object), object_text(object, args.human))?;
    }
    for prefix in prefixes {
        print_prefix(output, prefix)?;
    }
    Ok(())
}

fn print_prefix(output: &mut Output, prefix: &str) -> Outcome {
    let text = format!("{:>19}  {:>12}  {}", "", "folder", shown(prefix));
    output.result(&PrefixLine { prefix }, text)
}

fn object_line(object: &Version) -> ObjectLine<'_> {
    ObjectLine {
        key: object.key.as_str(),
        size_bytes: object.size_bytes,
        etag: object.etag.as_str(),
        modified: rfc3339(object.modified),
        storage_class: &object.headers.storage_class.0,
    }
}

fn object_text(object: &Version, human: bool) -> String {
    let size = if human {
        human_size(object.size_bytes)
    } else {
        object.size_bytes.to_string()
    };
    let (modified, key) = (local_time(object.modified), shown(object.key.as_str()));
    format!("{modified}  {size:>12}  {key}")
}
