//! `tags`: labels of objects and buckets.

use std::collections::BTreeMap;

use serde::Serialize;
use stave_model::{BucketConfig, BucketConfigKind, TagError, Tags, VersionId};
use stave_store::ObjectRef;

use crate::args::{GetTags, RemoveTags, SetTags, TagsCommand};
use crate::connect::{Reached, reach};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::location::S3Place;
use crate::output::Output;
use crate::shown::shown;

/// A tag in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "tag")]
struct TagLine<'a> {
    key: &'a str,
    value: &'a str,
}

/// What was changed, in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "tagged")]
struct TaggedLine<'a> {
    place: &'a str,
    tags: usize,
}

type Pairs = BTreeMap<String, String>;

/// Shows, sets or removes tags.
pub async fn tags(context: &mut Context, command: TagsCommand) -> Outcome {
    let reached = reach(&context.global).await?;
    let outcome = match &command {
        TagsCommand::Get(args) => get(&mut context.output, &reached, args).await,
        TagsCommand::Set(args) => set(&mut context.output, &reached, args).await,
        TagsCommand::Rm(args) => remove(&mut context.output, &reached, args).await,
    };
    reached.close().await;
    outcome
}

async fn get(output: &mut Output, reached: &Reached, args: &GetTags) -> Outcome {
    let tagged = Tagged::of(&args.place, args.version_id.as_ref())?;
    for (key, value) in tagged.read(reached).await?.iter() {
        let text = format!("{}={}", shown(key), shown(value));
        output.result(&TagLine { key, value }, text)?;
    }
    Ok(())
}

async fn set(output: &mut Output, reached: &Reached, args: &SetTags) -> Outcome {
    let tagged = Tagged::of(&args.place, args.version_id.as_ref())?;
    let mut pairs = if args.only {
        Pairs::new()
    } else {
        tagged.pairs(reached).await?
    };
    let mut given = Pairs::new();
    for (key, value) in &args.tags {
        if given.insert(key.clone(), value.clone()).is_some() {
            return Err(tagged.refused(TagError::Doubled).into());
        }
    }
    pairs.extend(given);
    tagged.write(output, reached, pairs).await
}

async fn remove(output: &mut Output, reached: &Reached, args: &RemoveTags) -> Outcome {
    let tagged = Tagged::of(&args.place, args.version_id.as_ref())?;
    let mut pairs = tagged.pairs(reached).await?;
    if args.keys.is_empty() {
        pairs.clear();
    }
    for key in &args.keys {
        if pairs.remove(key).is_none() {
            let what = format!("{} has no tag {}.", tagged.place, shown(key));
            return Err(Failure::new(Exit::NotFound, what)
                .cure(format!("See them with `stave tags get {}`.", tagged.place))
                .into());
        }
    }
    tagged.write(output, reached, pairs).await
}

/// Something that has tags.
struct Tagged<'a> {
    place: &'a S3Place,
    /// `None` is the bucket itself.
    object: Option<ObjectRef>,
}

impl<'a> Tagged<'a> {
    fn of(place: &'a S3Place, version: Option<&VersionId>) -> Outcome<Self> {
        let object = if place.path.is_empty() {
            None
        } else {
            let key = place.key().map_err(|error| {
                Failure::new(Exit::Usage, format!("{place} names no object.")).because(&error)
            })?;
            Some(ObjectRef {
                bucket: place.bucket.clone(),
                key,
                version: version.cloned(),
            })
        };
        if object.is_none() && version.is_some() {
            return Err(
                Failure::new(Exit::Usage, format!("{place} is a bucket, not an object."))
                    .why("A bucket has no versions of its own.")
                    .cure("Leave out --version-id, or write s3://bucket/key.")
                    .into(),
            );
        }
        Ok(Self { place, object })
    }

    async fn read(&self, reached: &Reached) -> Outcome<Tags> {
        let doing = format!("read the tags of {}", self.place);
        let store = &reached.store;
        if let Some(object) = &self.object {
            let found = store.object_tags(object.clone()).await;
            return Ok(found.map_err(cannot(&doing))?.1);
        }
        // Asked first, so that a bucket that is not there is told as such.
        let bucket = &self.place.bucket;
        store.head_bucket(bucket).await.map_err(cannot(&doing))?;
        let found = store.bucket_config(bucket, BucketConfigKind::Tagging).await;
        match found.map_err(cannot(&doing))? {
            Some(BucketConfig::Tagging(tags)) => Ok(tags),
            _ => Ok(Tags::default()),
        }
    }

    async fn pairs(&self, reached: &Reached) -> Outcome<Pairs> {
        let tags = self.read(reached).await?;
        let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        Ok(tags.iter().map(owned).collect())
    }

    async fn write(&self, output: &mut Output, reached: &Reached, pairs: Pairs) -> Outcome {
        let made = match self.object {
            Some(_) => Tags::of_object(pairs),
            None => Tags::of_bucket(pairs),
        };
        let tags = made.map_err(|error| self.refused(error))?;
        let count = tags.len();
        let doing = format!("set the tags of {}", self.place);
        let store = &reached.store;
        let bucket = &self.place.bucket;
        let written = match &self.object {
            Some(object) => store
                .put_object_tags(object.clone(), tags)
                .await
                .map(|_version| ()),
            None if tags.is_empty() => {
                let kind = BucketConfigKind::Tagging;
                store.delete_bucket_config(bucket, kind).await
            }
            None => {
                let config = BucketConfig::Tagging(tags);
                store.put_bucket_config(bucket, config).await
            }
        };
        written.map_err(cannot(&doing))?;
        let place = self.place.to_string();
        let text = match count {
            0 => format!("{} has no tags.", shown(&place)),
            1 => format!("{} has 1 tag.", shown(&place)),
            more => format!("{} has {more} tags.", shown(&place)),
        };
        let entry = TaggedLine {
            place: &place,
            tags: count,
        };
        output.report(&entry, text)
    }

    fn refused(&self, error: TagError) -> Failure {
        let cure = match error {
            TagError::TooMany { .. } => "Remove some: `stave tags rm`.",
            TagError::Key => {
                "A key has 1 to 128 letters, digits, spaces and + - = . _ : / @, and does not \
                 begin with aws:."
            }
            TagError::Value => {
                "A value has at most 256 letters, digits, spaces and + - = . _ : / @."
            }
            TagError::Doubled => "Name each key once.",
        };
        Failure::new(Exit::Usage, format!("Cannot tag {}.", self.place))
            .because(&error)
            .cure(cure)
    }
}
