//! What every command is given.

use std::sync::{Arc, Mutex, PoisonError};

use stave_store::{Store, UploadRef};
use tokio::sync::Notify;

use crate::args::Global;
use crate::output::Output;

/// What every command is given.
pub struct Context {
    /// The options that hold for every command.
    pub global: Global,
    /// Where results go.
    pub output: Output,
    /// The multipart uploads that are under way.
    pub uploads: OpenUploads,
}

/// The multipart uploads that are under way, so that an interrupt leaves none behind.
#[derive(Clone, Default)]
pub struct OpenUploads {
    open: Arc<Mutex<Vec<OpenUpload>>>,
    begun: Arc<Notify>,
}

/// An upload, and the store that it goes to.
type OpenUpload = (Arc<dyn Store>, UploadRef);

impl OpenUploads {
    /// Says that copying begins: from here on an interrupt is taken in hand. Before, it ends the
    /// command at once, also at a question.
    pub fn begin(&self) {
        self.begun.notify_one();
    }

    /// Waits until copying begins.
    pub async fn begun(&self) {
        self.begun.notified().await;
    }

    /// Remembers an upload.
    pub fn add(&self, store: Arc<dyn Store>, upload: UploadRef) {
        self.lock().push((store, upload));
    }

    /// Forgets an upload that was completed or aborted.
    pub fn remove(&self, upload: &UploadRef) {
        self.lock().retain(|(_, open)| open != upload);
    }

    /// Aborts all that are left.
    pub async fn abort_all(&self) {
        let open = std::mem::take(&mut *self.lock());
        for (store, upload) in open {
            if let Err(error) = store.abort_upload(upload).await {
                tracing::warn!(%error, "an upload could not be aborted");
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<OpenUpload>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
