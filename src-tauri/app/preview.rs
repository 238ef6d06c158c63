//! The beginning of an object as text, as bytes, or as a picture.
//!
//! Objects are untrusted: what a picture is, its first bytes say and not its declared type, and
//! nothing that could carry a script is ever served. The window cannot ask for objects at will:
//! `preview_object` hands out a ticket for one version, and the protocol `stave-object` serves that
//! alone.

mod image;
mod text;

#[cfg(test)]
mod preview_test;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::header::{ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Request, Response, StatusCode};
use stave_model::{ByteRange, ResolvedRange};
use stave_store::{GetObject, ObjectRef, Result, Store, read_to_end};

use crate::views::{PreviewKind, PreviewView};
use image::ImageType;

/// The scheme of the protocol.
pub const SCHEME: &str = "stave-object";

/// What is read of an object to show it as text or to know what it is.
const HEAD_BYTES: u64 = 64 * 1024;

/// The largest picture that is shown; it is held in memory once.
const IMAGE_BYTES: u64 = 32 * 1024 * 1024;

/// The most tickets; a window shows a few pictures at a time.
const TICKETS: usize = 64;

struct Ticket {
    id: u64,
    object: ObjectRef,
    image: ImageType,
    size_bytes: u64,
}

/// The pictures that the window may load.
#[derive(Default)]
pub struct Previews {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    last: u64,
    tickets: VecDeque<Ticket>,
}

impl Previews {
    /// Makes a preview of a version.
    pub async fn of(&self, object: ObjectRef, store: &dyn Store) -> Result<PreviewView> {
        let head = store.head_object(GetObject::whole(object.clone())).await?;
        let size_bytes = head.version.size_bytes;
        // The ticket names the version that was looked at, not whatever is the latest when it is
        // used.
        let object = ObjectRef {
            version: Some(head.version.id),
            ..object
        };
        let beginning = read_beginning(&object, size_bytes, store).await?;
        let truncated = size_bytes > beginning.len() as u64;
        if let Some(image) = ImageType::of(&beginning)
            && size_bytes <= IMAGE_BYTES
        {
            let url = self.ticket(object, image, size_bytes);
            return Ok(PreviewView {
                kind: PreviewKind::Image,
                url,
                truncated: false,
                ..nothing(size_bytes)
            });
        }
        let view = PreviewView {
            truncated,
            ..nothing(size_bytes)
        };
        Ok(match text::decode(&beginning) {
            Some(text) => PreviewView {
                kind: PreviewKind::Text,
                text: Some(text),
                ..view
            },
            None => PreviewView {
                kind: PreviewKind::Hex,
                hex: Some(text::hex(&beginning)),
                truncated: size_bytes > text::HEX_BYTES as u64,
                ..view
            },
        })
    }

    /// Answers the window's request for a picture.
    pub async fn serve(&self, request: &Request<Vec<u8>>, store: &dyn Store) -> Response<Vec<u8>> {
        let id = request.uri().path().trim_start_matches('/').parse().ok();
        let Some((object, image, size_bytes)) = id.and_then(|id| self.find(id)) else {
            return refused(StatusCode::NOT_FOUND);
        };
        let range = match range_of(request, size_bytes) {
            Ok(range) => range,
            Err(status) => return refused(status),
        };
        match read(&object, range, store).await {
            Ok(body) => response(body, image, range, size_bytes),
            Err(error) => {
                tracing::warn!(%error, "a picture could not be read");
                refused(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    fn ticket(&self, object: ObjectRef, image: ImageType, size_bytes: u64) -> String {
        let mut kept = self.lock();
        kept.last += 1;
        let id = kept.last;
        kept.tickets.push_back(Ticket {
            id,
            object,
            image,
            size_bytes,
        });
        if kept.tickets.len() > TICKETS {
            kept.tickets.pop_front();
        }
        url(id)
    }

    fn find(&self, id: u64) -> Option<(ObjectRef, ImageType, u64)> {
        let kept = self.lock();
        let ticket = kept.tickets.iter().find(|ticket| ticket.id == id)?;
        Some((ticket.object.clone(), ticket.image, ticket.size_bytes))
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// WebView2 knows custom schemes as hosts of `http` alone.
fn url(id: u64) -> String {
    if cfg!(windows) {
        format!("http://{SCHEME}.localhost/{id}")
    } else {
        format!("{SCHEME}://localhost/{id}")
    }
}

fn nothing(size_bytes: u64) -> PreviewView {
    PreviewView {
        kind: PreviewKind::None,
        url: String::new(),
        text: None,
        hex: None,
        truncated: false,
        size_bytes,
    }
}

async fn read_beginning(object: &ObjectRef, size_bytes: u64, store: &dyn Store) -> Result<Vec<u8>> {
    let length = size_bytes.min(HEAD_BYTES);
    if length == 0 {
        return Ok(Vec::new());
    }
    let range = ResolvedRange { offset: 0, length };
    read(object, Some(range), store).await
}

async fn read(
    object: &ObjectRef,
    range: Option<ResolvedRange>,
    store: &dyn Store,
) -> Result<Vec<u8>> {
    let get = GetObject {
        range: range.map(|range| ByteRange::FromTo {
            first: range.offset,
            last: Some(range.offset + range.length - 1),
        }),
        ..GetObject::whole(object.clone())
    };
    let got = store.get_object(get).await?;
    let bytes = read_to_end(got.body, IMAGE_BYTES).await?;
    Ok(bytes.to_vec())
}

/// Returns the part asked for; `None` is all of it.
fn range_of(
    request: &Request<Vec<u8>>,
    size_bytes: u64,
) -> std::result::Result<Option<ResolvedRange>, StatusCode> {
    let header = request.headers().get(http::header::RANGE);
    let range = header
        .and_then(|value| value.to_str().ok())
        .and_then(ByteRange::parse);
    match range.map(|range| range.resolve(size_bytes)) {
        None => Ok(None),
        Some(Ok(range)) => Ok(Some(range)),
        Some(Err(_)) => Err(StatusCode::RANGE_NOT_SATISFIABLE),
    }
}

fn response(
    body: Vec<u8>,
    image: ImageType,
    range: Option<ResolvedRange>,
    size_bytes: u64,
) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(image.content_type()));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    for (name, value) in UNTRUSTED {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if let Some(range) = range
        && let Ok(value) = HeaderValue::from_str(&range.content_range(size_bytes))
    {
        headers.insert(CONTENT_RANGE, value);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response
}

/// Whatever the bytes turn out to be, they are shown as a picture or not at all.
const UNTRUSTED: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("content-security-policy", "sandbox; default-src 'none'"),
    ("cross-origin-resource-policy", "cross-origin"),
    ("cache-control", "no-store"),
];

/// Answers without a body.
pub fn refused(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}
