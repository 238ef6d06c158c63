//! The file of a form as the body of an object: it arrives, is counted and is handed on. It ends well only
//! where it is as long as the policy allows and the form ends behind it as a form does.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures::stream;
use hyper::StatusCode;
use stave_store::{Body, BodyError};

use super::from_fault;
use super::multipart::{Fault, Multipart};
use super::policy::LengthRange;
use crate::server::Refusal;

/// What was wrong with the file: the store only hears that it stopped.
pub(super) type Wrong = Arc<OnceLock<Refusal>>;

struct File {
    multipart: Multipart,
    range: LengthRange,
    came_bytes: u64,
}

/// Makes a store's body of what is left of a form.
pub(super) fn body(multipart: Multipart, range: LengthRange) -> (Body, Wrong) {
    let wrong = Wrong::default();
    let told = Arc::clone(&wrong);
    let file = File {
        multipart,
        range,
        came_bytes: 0,
    };
    let pieces = stream::try_unfold(Some(file), move |file| {
        let told = Arc::clone(&told);
        async move {
            let Some(file) = file else {
                return Ok(None);
            };
            file.next().await.map_err(|stop| stop.tell(&told))
        }
    });
    (Body::from_stream(Box::pin(pieces), None), wrong)
}

/// Why no more comes.
enum Stop {
    Refused(Refusal),
    Body(BodyError),
}

impl Stop {
    fn tell(self, wrong: &OnceLock<Refusal>) -> BodyError {
        match self {
            Self::Refused(refusal) => {
                let error = BodyError::Aborted(refusal.message.clone().into_owned());
                wrong.get_or_init(|| refusal);
                error
            }
            Self::Body(error) => error,
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Body(error) => Self::Body(error),
            fault @ (Fault::Malformed | Fault::TooLarge) => Self::Refused(from_fault(fault)),
        }
    }
}

impl File {
    async fn next(mut self) -> Result<Option<(Bytes, Option<Self>)>, Stop> {
        if let Some(piece) = self.multipart.piece().await? {
            self.came_bytes += piece.len() as u64;
            if self.came_bytes > self.range.most {
                return Err(Stop::Refused(self.too_large()));
            }
            return Ok(Some((piece, Some(self))));
        }
        if self.came_bytes < self.range.least {
            return Err(Stop::Refused(self.too_small()));
        }
        self.multipart.finish().await?;
        Ok(None)
    }

    fn too_large(&self) -> Refusal {
        Refusal::new(
            StatusCode::BAD_REQUEST,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
        )
        .with("ProposedSize", self.came_bytes.to_string())
        .with("MaxSizeAllowed", self.range.most.to_string())
    }

    fn too_small(&self) -> Refusal {
        Refusal::new(
            StatusCode::BAD_REQUEST,
            "EntityTooSmall",
            "Your proposed upload is smaller than the minimum allowed size",
        )
        .with("ProposedSize", self.came_bytes.to_string())
        .with("MinSizeAllowed", self.range.least.to_string())
    }
}
