//! Runs a job: waits for its turn, plans it, does its items side by side, keeps what is left.

use std::sync::{Arc, Mutex, PoisonError};

use futures::stream::{self, StreamExt as _};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::job::{Item, ItemError, Job, Work};
use super::meter::ItemMeter;
use crate::views::TransferKind;

/// Items of a job that are in hand at one time. Bodies wait for a place of their own, so this
/// bounds the small work beside them: opening, committing, copying.
const WIDTH: usize = 8;

/// Begins to run a job.
pub fn spawn(job: Arc<Job>, shared: Arc<Shared>) {
    tokio::spawn(async move {
        if let Some(work) = &job.work {
            run(&job, work.as_ref(), &shared).await;
        }
        shared.moved.notify_one();
    });
}

async fn run(job: &Arc<Job>, work: &dyn Work, shared: &Shared) {
    let cancel = job.token();
    shared.moved.notify_one();
    let Ok(_turn) = turn(job.kind(), shared, &cancel).await else {
        return job.end(job.take_left());
    };
    job.begin();
    shared.moved.notify_one();
    let items = match job.take_left() {
        Some(left) => left,
        None => match plan(job, work, shared, &cancel).await {
            Ok(items) => items,
            Err(ItemError::Cancelled) => return job.end(None),
            Err(error) => {
                job.fail("planning", error);
                return job.end(None);
            }
        },
    };
    let left = run_items(job, work, items, shared, &cancel).await;
    job.end(Some(left));
}

/// Waits for a turn, where the job moves bytes; the others are quick and wait for nobody.
async fn turn<'s>(
    kind: TransferKind,
    shared: &'s Shared,
    cancel: &CancellationToken,
) -> Result<Option<tokio::sync::SemaphorePermit<'s>>, ItemError> {
    match kind {
        TransferKind::Rename
        | TransferKind::Delete
        | TransferKind::Reencrypt
        | TransferKind::Scrub => Ok(None),
        TransferKind::Upload | TransferKind::Download => tokio::select! {
            biased;
            () = cancel.cancelled() => Err(ItemError::Cancelled),
            turn = shared.turns.acquire() => turn.map(Some).map_err(|_| ItemError::Cancelled),
        },
    }
}

async fn plan(
    job: &Job,
    work: &dyn Work,
    shared: &Shared,
    cancel: &CancellationToken,
) -> Result<Vec<Item>, ItemError> {
    let plan = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(ItemError::Cancelled),
        plan = work.plan(shared, cancel) => plan?,
    };
    let bytes = plan.items.iter().map(|item| item.size_bytes).sum();
    job.meter.expect(plan.items.len() as u64, bytes);
    job.note(plan.note);
    Ok(plan.items)
}

/// Does the items; returns those that failed or were not done.
async fn run_items(
    job: &Job,
    work: &dyn Work,
    items: Vec<Item>,
    shared: &Shared,
    cancel: &CancellationToken,
) -> Vec<Item> {
    let left = Mutex::new(Vec::new());
    stream::iter(items.into_iter().enumerate())
        .for_each_concurrent(WIDTH, |(at, item)| {
            let left = &left;
            async move {
                if let Err(error) = run_item(job, work, &item, shared, cancel).await {
                    if !matches!(error, ItemError::Cancelled) {
                        job.fail(&item.name, error);
                    }
                    let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
                    left.push((at, item));
                }
            }
        })
        .await;
    let mut left = left.into_inner().unwrap_or_else(PoisonError::into_inner);
    left.sort_unstable_by_key(|(at, _)| *at);
    left.into_iter().map(|(_, item)| item).collect()
}

async fn run_item(
    job: &Job,
    work: &dyn Work,
    item: &Item,
    shared: &Shared,
    cancel: &CancellationToken,
) -> Result<(), ItemError> {
    if cancel.is_cancelled() {
        return Err(ItemError::Cancelled);
    }
    job.meter.set_current(&item.name);
    let meter = Arc::new(ItemMeter::new(
        Arc::clone(&job.meter),
        Arc::clone(&shared.moved),
    ));
    work.run(item, shared, &meter, cancel).await?;
    meter.keep();
    Ok(())
}
