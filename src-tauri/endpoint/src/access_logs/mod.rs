//! Server access logs: a line for each request that named a bucket, written as objects into the bucket that
//! [`stave_model::Logging`] names. As in S3 they come late, and a line may be lost; no request waits for them
//! or fails by them.

mod buffer;
mod deliver;
mod operation;
mod record;
mod text;

pub(crate) use record::{Ended, Record};

use std::sync::Arc;
use std::time::Duration;

use buffer::Buffer;
use deliver::Deliveries;

use crate::endpoint::Stop;
use crate::locked::LockProbe;
use crate::options::EndpointOptions;

/// The lines of an endpoint on their way into buckets.
pub(crate) struct AccessLogs {
    buffer: Buffer,
    deliveries: Deliveries,
    interval: Duration,
    is_locked: Option<LockProbe>,
}

impl AccessLogs {
    pub(crate) fn new(options: &EndpointOptions) -> Self {
        Self {
            buffer: Buffer::default(),
            deliveries: Deliveries::new(Arc::clone(&options.store), options.region.clone()),
            interval: options.limits.access_log_interval,
            is_locked: options.is_locked.clone(),
        }
    }

    /// Takes the line of a request whose answer has ended.
    pub(crate) fn add(&self, record: &Record, ended: &Ended<'_>) {
        self.buffer.push(record.line(ended));
    }

    /// Delivers at each interval, and earlier when much has come, until told to stop. A delivery that has
    /// begun ends before a gentle stop.
    pub(crate) async fn run(self: Arc<Self>, stop: Stop) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(self.interval) => {}
                () = self.buffer.much() => {}
                () = stop.gently.cancelled() => return,
                () = stop.now.cancelled() => return,
            }
            tokio::select! {
                () = self.deliver() => {}
                () = stop.now.cancelled() => return,
            }
        }
    }

    /// Delivers what has come until now. While the vault is locked it waits: nothing can be written there.
    pub(crate) async fn deliver(&self) {
        if self.is_locked.as_ref().is_some_and(|is_locked| is_locked()) {
            return;
        }
        self.deliveries.deliver(self.buffer.take()).await;
    }
}
