//! `stave reencrypt`: another encryption for objects, in their place.

use serde_json::{Value, json};
use stave_model::{EncryptionContext, Version, VersionKind};
use stave_store::{
    CustomerKey, Error as StoreError, ListVersions, ObjectRef, ReencryptObject, SseRequest,
};

use crate::args::Reencrypt;
use crate::connect::{Reached, reach};
use crate::context::Context;
use crate::encryption::{Words, in_words, read, request};
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::output::Output;
use crate::shown::{counted, shown};
use crate::transfer::Progress;

/// What is to be done.
struct Job {
    args: Reencrypt,
    encryption: SseRequest,
    customer_key: Option<CustomerKey>,
}

/// What was done.
#[derive(Default)]
struct Tally {
    done: u64,
    failed: u64,
}

/// Encrypts an object, or everything below a prefix, otherwise.
pub async fn reencrypt(context: &mut Context, args: Reencrypt) -> Outcome {
    if args.place.path.is_empty() && !args.recursive {
        return Err(Failure::new(
            Exit::Usage,
            format!("Cannot encrypt {} otherwise.", args.place),
        )
        .why("That is a bucket, not an object.")
        .cure("Add --recursive.")
        .into());
    }
    let encryption = request(&Words {
        sse: args.sse,
        key: args.sse_kms_key_id.clone(),
        context: EncryptionContext::new(),
        bucket_key: args.bucket_key.then_some(true),
    })?;
    let job = Job {
        customer_key: read(args.sse_c_key.as_ref()).await?,
        encryption,
        args,
    };
    let reached = reach(&context.global).await?;
    let done = run(&mut context.output, &reached, &job).await;
    reached.close().await;
    let tally = done?;
    tell(&mut context.output, &job, &tally)
}

async fn run(output: &mut Output, reached: &Reached, job: &Job) -> Outcome<Tally> {
    let place = &job.args.place;
    let doing = format!("list {place}");
    let prefix = if job.args.recursive {
        place.folder()
    } else {
        place.path.clone()
    };
    let progress = output.progress_of_items();
    let mut tally = Tally::default();
    let mut after = None;
    loop {
        let list = ListVersions {
            bucket: place.bucket.clone(),
            prefix: prefix.clone(),
            delimiter: String::new(),
            after,
            max_keys: 1_000,
        };
        let page = reached
            .store
            .list_versions(list)
            .await
            .map_err(cannot(&doing))?;
        // A key comes before all keys that only begin with it.
        let others_begun = page
            .versions
            .last()
            .is_some_and(|last| !job.wants_key(last));
        for version in page
            .versions
            .into_iter()
            .filter(|version| job.wants(version))
        {
            progress.name(version.key.as_str());
            one(output, reached, job, version, &mut tally, &progress).await?;
            progress.reach(tally.done + tally.failed, None);
        }
        after = page.next_after;
        if others_begun || after.is_none() {
            progress.end();
            return Ok(tally);
        }
    }
}

impl Job {
    fn wants_key(&self, version: &Version) -> bool {
        self.args.recursive || version.key.as_str() == self.args.place.path
    }

    /// A delete marker has no body.
    fn wants(&self, version: &Version) -> bool {
        self.wants_key(version)
            && version.kind != VersionKind::DeleteMarker
            && (version.is_latest || self.args.all_versions)
    }
}

async fn one(
    output: &mut Output,
    reached: &Reached,
    job: &Job,
    version: Version,
    tally: &mut Tally,
    progress: &Progress,
) -> Outcome {
    let place = format!("s3://{}/{}", job.args.place.bucket, version.key);
    let id = version.id.as_str().to_owned();
    let reencrypt = ReencryptObject {
        object: ObjectRef {
            bucket: job.args.place.bucket.clone(),
            key: version.key,
            version: Some(version.id),
        },
        encryption: job.encryption.clone(),
        customer_key: job.customer_key.clone(),
    };
    match reached.store.reencrypt_object(reencrypt).await {
        Ok(sse) => {
            tally.done += 1;
            let line = json!({
                "kind": "reencrypted", "place": place, "version_id": id, "encryption": in_words(&sse),
            });
            let text = format!("{} ({id}): {}", shown(&place), in_words(&sse));
            progress.aside(|| output.report(&line, text))
        }
        // What cannot be done to one can be done to none.
        Err(error @ StoreError::NotOffered { .. }) => Err(over_an_endpoint(&error).into()),
        Err(error) if job.args.recursive => {
            tally.failed += 1;
            let failure = Failure::of_store("", &error);
            let text = format!("{} ({id}): {}", shown(&place), failure.reason());
            progress.aside(|| output.warn(text));
            Ok(())
        }
        Err(error) => Err(cannot(&format!("encrypt {place} otherwise"))(error)),
    }
}

/// A vault does this itself; its endpoint has no word for all of it.
fn over_an_endpoint(error: &StoreError) -> Failure {
    Failure::failed("Cannot encrypt objects otherwise over an endpoint.")
        .because(error)
        .cure("Do it in the window, or end the process that has the vault open and repeat the command.")
}

fn tell(output: &mut Output, job: &Job, tally: &Tally) -> Outcome {
    if tally.done + tally.failed == 0 {
        return Err(Failure::new(
            Exit::NotFound,
            format!("There is nothing at {}.", job.args.place),
        )
        .cure("See what is there with `stave ls`, and older versions with `stave versions`.")
        .into());
    }
    let line: Value = json!({ "kind": "reencryption", "done": tally.done, "failed": tally.failed });
    if job.args.recursive || job.args.all_versions {
        let done = counted(tally.done, "version");
        output.report(
            &line,
            format!("{done} encrypted otherwise; no bytes were moved by this command."),
        )?;
    }
    if tally.failed == 0 {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "{} not encrypted otherwise.",
        counted(tally.failed, "version")
    ))
    .why("The reasons stand above.")
    .cure("Repeat the command once they are gone; what is done stays done.")
    .into())
}
