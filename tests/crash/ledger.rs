//! What a client was told, and what it may therefore find: one key at a time is written by one worker, so after
//! a crash a key holds what was last acknowledged, or what was on its way.

use std::collections::BTreeMap;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
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

    /// Returns the keys and what each may hold.
    pub fn expectations(&self) -> impl Iterator<Item = (&str, Vec<State>)> {
        self.keys.iter().map(|(key, (told, coming))| {
            (
                key.as_str(),
                std::iter::once(*told).chain(*coming).collect(),
            )
        })
    }

    /// Reads every key back and returns what differs from the ledger; settles what was on its way.
    pub async fn check(&mut self, client: &Client) -> Vec<String> {
        let mut wrong = Vec::new();
        for (key, (told, coming)) in &mut self.keys {
            let found = read(client, key).await;
            let allowed: Vec<State> = std::iter::once(*told).chain(coming.take()).collect();
            match found.and_then(|body| {
                matching(&allowed, body.as_deref()).ok_or_else(|| describe(body.as_deref()))
            }) {
                Ok(state) => *told = state,
                Err(found) => wrong.push(format!("{key}: {found}; expected one of {allowed:?}")),
            }
        }
        wrong
    }
}

/// Returns the state among `allowed` that a body is of.
pub fn matching(allowed: &[State], body: Option<&[u8]>) -> Option<State> {
    allowed.iter().copied().find(|state| match (state, body) {
        (State::Absent, None) => true,
        (State::Object { seed, size }, Some(body)) => {
            *size == body.len() && bytes(*seed, *size) == body
        }
        _ => false,
    })
}

/// Says what was found.
pub fn describe(body: Option<&[u8]>) -> String {
    body.map_or_else(
        || "nothing was found".to_owned(),
        |body| format!("{} other bytes were found", body.len()),
    )
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
                .is_some_and(|error| error.is_no_such_key()) =>
        {
            Ok(None)
        }
        Err(why) => Err(format!("the read failed: {why:?}")),
    }
}

/// Sends a request that makes `state` of `key`; `true` where it was acknowledged.
pub async fn send(client: &Client, key: &str, state: State) -> bool {
    match state {
        State::Absent => client
            .delete_object()
            .bucket(BUCKET)
            .key(key)
            .send()
            .await
            .is_ok(),
        State::Object { seed, size } => {
            let body = ByteStream::from(bytes(seed, size));
            client
                .put_object()
                .bucket(BUCKET)
                .key(key)
                .body(body)
                .send()
                .await
                .is_ok()
        }
    }
}
