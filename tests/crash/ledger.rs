//! What a client was told, and what it may therefore find: one key at a time is written by one worker, so after
//! a crash a key holds what was last acknowledged, or what was on its way.

use std::collections::BTreeMap;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use stave_tests::client::causes;
use stave_tests::files::bytes;

/// What a key holds: nothing, or the bytes that `bytes(seed, size)` makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No object.
    Absent,
    /// An object.
    Object {
        /// Makes the bytes.
        seed: u64,
        /// How many.
        size: usize,
    },
}

/// The bucket of all crash tests.
pub const BUCKET: &str = "crash";

/// The acknowledged state of each key, and the state that a request on its way would make.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    keys: BTreeMap<String, (State, Option<State>)>,
}

impl Ledger {
    /// Notes that a request that would make `state` is being sent.
    pub fn begin(&mut self, key: &str, state: State) {
        self.keys
            .entry(key.to_owned())
            .or_insert((State::Absent, None))
            .1 = Some(state);
    }

    /// Notes that it was acknowledged.
    pub fn acknowledge(&mut self, key: &str) {
        let entry = self.keys.get_mut(key).expect("a request was begun");
        entry.0 = entry.1.take().expect("a request was begun");
    }

    /// Notes that it was refused in a way that promises that nothing of it was kept.
    pub fn give_up(&mut self, key: &str) {
        self.keys.get_mut(key).expect("a request was begun").1 = None;
    }

    /// Returns the part of the ledger whose keys begin with `prefix`.
    pub fn of_worker(&self, prefix: &str) -> Self {
        let mine = self.keys.iter().filter(|(key, _)| key.starts_with(prefix));
        Self {
            keys: mine.map(|(key, states)| (key.clone(), *states)).collect(),
        }
    }

    /// Adds the keys of another worker.
    pub fn join(&mut self, other: Self) {
        self.keys.extend(other.keys);
    }

    /// Returns how many keys hold a body of more than `bytes` bytes.
    pub fn larger_than(&self, bytes: usize) -> usize {
        let told = self.keys.values().map(|(told, _)| told);
        told.filter(|state| matches!(state, State::Object { size, .. } if *size > bytes))
            .count()
    }

    /// Reads every key back and returns what differs from the ledger; settles what was on its way.
    pub async fn check(&mut self, client: &Client) -> Vec<String> {
        let mut wrong = Vec::new();
        for (key, (told, coming)) in &mut self.keys {
            let allowed: Vec<State> = std::iter::once(*told).chain(coming.take()).collect();
            let found = read(client, key).await;
            let found = found.and_then(|body| matching(&allowed, body.as_deref()));
            match found {
                Ok(state) => *told = state,
                Err(found) => wrong.push(format!("{key}: {found}; expected one of {allowed:?}")),
            }
        }
        wrong
    }
}

/// Returns the state among `allowed` that a body is of, or says what was found instead.
fn matching(allowed: &[State], body: Option<&[u8]>) -> Result<State, String> {
    let fits = |state: &State| match (state, body) {
        (State::Absent, None) => true,
        (State::Object { seed, size }, Some(body)) => {
            *size == body.len() && bytes(*seed, *size) == body
        }
        _ => false,
    };
    allowed
        .iter()
        .copied()
        .find(fits)
        .ok_or_else(|| match body {
            None => "nothing was found".to_owned(),
            Some(body) => format!("{} other bytes were found", body.len()),
        })
}

async fn read(client: &Client, key: &str) -> Result<Option<Vec<u8>>, String> {
    match client.get_object().bucket(BUCKET).key(key).send().await {
        Ok(got) => match got.body.collect().await {
            Ok(body) => Ok(Some(body.to_vec())),
            Err(why) => Err(format!("the body broke off: {why}")),
        },
        Err(why)
            if why
                .as_service_error()
                .is_some_and(GetObjectError::is_no_such_key) =>
        {
            Ok(None)
        }
        Err(why) => Err(format!("the read failed: {}", causes(&why))),
    }
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It was done.
    Acknowledged,
    /// It was refused with this status.
    Refused(u16),
    /// No answer came.
    None,
}

/// How an object is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By one request.
    Whole,
    /// As an upload of parts of at most so many bytes.
    Parts(usize),
}

/// Makes `state` of `key`.
pub async fn send(client: &Client, key: &str, state: State, way: Way) -> Answer {
    let made = match (state, way) {
        (State::Absent, _) => delete(client, key).await,
        (State::Object { seed, size }, Way::Whole) => put(client, key, bytes(seed, size)).await,
        (State::Object { seed, size }, Way::Parts(part)) => {
            put_parts(client, key, &bytes(seed, size), part).await
        }
    };
    made.err().unwrap_or(Answer::Acknowledged)
}

async fn delete(client: &Client, key: &str) -> Result<(), Answer> {
    let delete = client.delete_object().bucket(BUCKET).key(key);
    delete.send().await.map(drop).map_err(|why| answer(&why))
}

async fn put(client: &Client, key: &str, body: Vec<u8>) -> Result<(), Answer> {
    let put = client.put_object().bucket(BUCKET).key(key);
    let sent = put.body(ByteStream::from(body)).send().await;
    sent.map(drop).map_err(|why| answer(&why))
}

async fn put_parts(client: &Client, key: &str, body: &[u8], part: usize) -> Result<(), Answer> {
    let create = client.create_multipart_upload().bucket(BUCKET).key(key);
    let upload = create.send().await.map_err(|why| answer(&why))?;
    let upload = upload.upload_id.expect("an upload id");
    let mut parts = Vec::new();
    for (number, piece) in (1..).zip(body.chunks(part)) {
        let put = client.upload_part().bucket(BUCKET).key(key);
        let put = put.upload_id(&upload).part_number(number);
        let sent = put.body(ByteStream::from(piece.to_vec())).send().await;
        let tag = sent.map_err(|why| answer(&why))?.e_tag;
        let part = CompletedPart::builder().part_number(number).set_e_tag(tag);
        parts.push(part.build());
    }
    let parts = CompletedMultipartUpload::builder().set_parts(Some(parts));
    let complete = client.complete_multipart_upload().bucket(BUCKET).key(key);
    let complete = complete.upload_id(upload).multipart_upload(parts.build());
    complete.send().await.map(drop).map_err(|why| answer(&why))
}

/// Aborts the uploads that a failed request left open, as a client should; their parts are kept until then.
pub async fn abort_uploads(client: &Client) {
    let list = client.list_multipart_uploads().bucket(BUCKET).send().await;
    for upload in list.expect("uploads are listed").uploads() {
        let abort = client.abort_multipart_upload().bucket(BUCKET);
        let abort = abort.set_key(upload.key.clone());
        let abort = abort.set_upload_id(upload.upload_id.clone());
        abort.send().await.expect("an upload is aborted");
    }
}

fn answer<E>(error: &SdkError<E>) -> Answer {
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    status.map_or(Answer::None, Answer::Refused)
}
