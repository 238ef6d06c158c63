use std::path::Path;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

use super::group::{Groups, LogLimits};
use super::job::{Job, Pending};
use crate::blobs::{self, BlobPlace};
use crate::open::{self, Opened};
use crate::testkit::{Kit, add_bucket, blob};
use crate::{CatalogOptions, Error, Result, WriteTx, buckets, settings};

/// A write that says when it runs and goes on when it is told to.
struct Held {
    running: SyncSender<()>,
    go_on: mpsc::Receiver<()>,
}

impl Held {
    fn new() -> (Self, mpsc::Receiver<()>, SyncSender<()>) {
        let (running, runs) = mpsc::sync_channel(0);
        let (let_go, go_on) = mpsc::sync_channel(0);
        (Self { running, go_on }, runs, let_go)
    }

    fn hold(&self) {
        self.running.send(()).unwrap();
        self.go_on.recv().unwrap();
    }
}

fn count_of_buckets(kit: &Kit) -> usize {
    kit.read(buckets::list).len()
}

fn limit_pages(tx: &WriteTx<'_>, pages: u32) -> Result<()> {
    let mut statement = tx.statement(&format!("PRAGMA max_page_count = {pages}"))?;
    statement.query_row([], |_| Ok(()))?;
    Ok(())
}

type Answer = mpsc::Receiver<Result<i64>>;

/// Lets the writer find `writes` waiting, and ends it when they are done.
fn run_waiting(opened: Opened, writes: Vec<Box<dyn Job>>) -> Connection {
    let (queue, jobs) = mpsc::sync_channel(writes.len());
    for write in writes {
        queue.send(write).unwrap();
    }
    drop(queue);
    Groups::new(opened.writer, Arc::default(), LogLimits::default()).run(&jobs);
    opened.readers.into_iter().next().unwrap()
}

fn opened() -> (TempDir, Opened) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("catalog.db");
    let opened = open::open(&path, &CatalogOptions::default()).unwrap();
    (folder, opened)
}

fn pending<W>(write: W) -> (Box<dyn Job>, Answer)
where
    W: FnOnce(&WriteTx<'_>) -> Result<i64> + Send + 'static,
{
    let (pending, answer) = Pending::new(write);
    (Box::new(pending), answer)
}

fn names_of_buckets(reader: &Connection) -> Vec<String> {
    let mut statement = reader
        .prepare("SELECT name FROM buckets ORDER BY id")
        .unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    names.collect::<Result<_, _>>().unwrap()
}

/// Breaks a constraint that is looked at by the commit, which then fails.
fn break_the_commit(tx: &WriteTx<'_>) -> Result<()> {
    tx.statement("PRAGMA defer_foreign_keys = ON")?
        .execute([])?;
    tx.statement("INSERT INTO parts VALUES (7, 0, zeroblob(16), 0, x'', 1, NULL, NULL)")?
        .execute([])?;
    Ok(())
}

#[test]
fn writes_that_wait_together_are_one_transaction_and_none_is_answered_before_its_commit() {
    let (_folder, mut opened) = opened();
    let reader = opened.readers.pop().unwrap();
    let (first, first_answer) = pending(|tx| Ok(add_bucket(tx, "first")));
    let (seen, seen_by_second) = mpsc::channel();
    let (second, second_answer) = pending(move |tx| {
        let before = buckets::list(tx)?.len();
        let committed = names_of_buckets(&reader).len();
        let answered = first_answer.try_recv().is_ok();
        seen.send((before, committed, answered, first_answer))
            .unwrap();
        Ok(add_bucket(tx, "second"))
    });
    let reader = run_waiting(opened, vec![first, second]);
    let (before, committed, answered, first_answer) = seen_by_second.recv().unwrap();
    assert_eq!(before, 1, "the second sees the first");
    assert_eq!(committed, 0, "nobody else does");
    assert!(!answered, "nor was the first answered");
    assert_eq!(first_answer.recv().unwrap().unwrap(), 1);
    assert_eq!(second_answer.recv().unwrap().unwrap(), 2);
    assert_eq!(names_of_buckets(&reader), ["first", "second"]);
}

#[test]
fn a_write_that_fails_or_panics_in_a_group_is_undone_alone() {
    let (_folder, opened) = opened();
    let (before, before_answer) = pending(|tx| Ok(add_bucket(tx, "before")));
    let (failing, failing_answer) = pending(|tx| {
        add_bucket(tx, "failing");
        Err(Error::NoSuchRow { table: "nowhere" })
    });
    let (panicking, panicking_answer) = pending(|tx| {
        add_bucket(tx, "panicking");
        panic!("on purpose");
    });
    let (after, after_answer) = pending(|tx| Ok(add_bucket(tx, "later")));
    let reader = run_waiting(opened, vec![before, failing, panicking, after]);
    assert!(before_answer.recv().unwrap().is_ok());
    assert!(matches!(
        failing_answer.recv().unwrap(),
        Err(Error::NoSuchRow { table: "nowhere" })
    ));
    assert!(matches!(
        panicking_answer.recv().unwrap(),
        Err(Error::Panicked)
    ));
    assert!(after_answer.recv().unwrap().is_ok());
    assert_eq!(names_of_buckets(&reader), ["before", "later"]);
}

#[test]
fn a_commit_that_fails_is_told_to_the_whole_group() {
    let (_folder, opened) = opened();
    let (innocent, innocent_answer) = pending(|tx| Ok(add_bucket(tx, "innocent")));
    let (breaking, breaking_answer) = pending(|tx| {
        break_the_commit(tx)?;
        Ok(0)
    });
    let (failing, failing_answer) = pending(|_| Err(Error::Exists));
    let reader = run_waiting(opened, vec![innocent, breaking, failing]);
    for answer in [innocent_answer, breaking_answer] {
        let answer = answer.recv().unwrap();
        assert!(
            matches!(answer, Err(Error::OutcomeUnknown(_))),
            "{answer:?}"
        );
    }
    let own = failing_answer.recv().unwrap();
    assert!(matches!(own, Err(Error::Exists)), "it failed by itself");
    assert!(names_of_buckets(&reader).is_empty());
}

#[test]
fn a_transaction_that_the_database_gives_up_is_told_to_the_whole_group_and_the_next_runs() {
    let (_folder, opened) = opened();
    let (innocent, innocent_answer) = pending(|tx| Ok(add_bucket(tx, "innocent")));
    let (filling, filling_answer) = pending(|tx| {
        limit_pages(tx, 60)?;
        let sealed = BlobPlace::Row(vec![7; 1_000_000]);
        blobs::insert(tx, &blob(1), &sealed, 1_000_000)?;
        Ok(0)
    });
    let (next, next_answer) = pending(|tx| Ok(add_bucket(tx, "next")));
    let reader = run_waiting(opened, vec![innocent, filling, next]);
    let innocent = innocent_answer.recv().unwrap();
    assert!(matches!(innocent, Err(Error::GivenUp)), "{innocent:?}");
    let filling = filling_answer.recv().unwrap();
    assert!(matches!(filling, Err(Error::DiskFull)), "{filling:?}");
    assert!(next_answer.recv().unwrap().is_ok());
    assert_eq!(names_of_buckets(&reader), ["next"]);
}

#[test]
fn an_answered_write_is_seen_by_the_next_read() {
    let kit = Kit::new();
    for n in 0..300 {
        let value = n.to_string();
        kit.write(move |tx| settings::set(tx, "n", &value));
        let found = kit.read(|tx| settings::get(tx, "n"));
        assert_eq!(found, Some(n.to_string()));
    }
}

#[test]
fn many_writers_lose_nothing_and_reopen_to_the_same() {
    const WRITERS: usize = 16;
    const EACH: usize = 50;
    let kit = Kit::new();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let kit = &kit;
            scope.spawn(move || {
                for n in 0..EACH {
                    let name = format!("bucket-{writer}-{n}");
                    kit.write(move |tx| Ok(add_bucket(tx, &name)));
                }
            });
        }
    });
    assert_eq!(count_of_buckets(&kit), WRITERS * EACH);
    assert_eq!(count_of_buckets(&kit.reopened()), WRITERS * EACH);
}

#[test]
fn a_write_that_panics_is_undone_and_the_next_one_runs() {
    let kit = Kit::new();
    let panicked: Result<()> = kit.catalog.write(|tx| {
        add_bucket(tx, "panicking");
        panic!("on purpose");
    });
    assert!(matches!(panicked, Err(Error::Panicked)));
    assert_eq!(count_of_buckets(&kit), 0);
    kit.write(|tx| Ok(add_bucket(tx, "next")));
    assert_eq!(count_of_buckets(&kit), 1);
}

#[test]
fn a_read_that_panics_gives_its_connection_back() {
    let kit = Kit::new();
    for _ in 0..32 {
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            kit.read(|tx| -> Result<()> {
                panic!("on purpose, over {}", buckets::list(tx)?.len())
            });
        }));
        assert!(panicked.is_err());
    }
    assert_eq!(count_of_buckets(&kit), 0);
}

#[test]
fn after_a_failed_commit_nothing_is_written_until_a_reopening() {
    let kit = Kit::new();
    kit.write(|tx| Ok(add_bucket(tx, "before")));
    let failed: Result<()> = kit.catalog.write(|tx| {
        add_bucket(tx, "failing");
        break_the_commit(tx)
    });
    assert!(
        matches!(failed, Err(Error::OutcomeUnknown(_))),
        "{failed:?}"
    );
    assert!(kit.catalog.is_read_only());
    let refused: Result<i64> = kit.catalog.write(|tx| Ok(add_bucket(tx, "later")));
    assert!(matches!(refused, Err(Error::ReadOnly)), "{refused:?}");
    assert_eq!(count_of_buckets(&kit), 1, "reads go on");

    let kit = kit.reopened();
    assert_eq!(count_of_buckets(&kit), 1);
    kit.write(|tx| Ok(add_bucket(tx, "later")));
    assert_eq!(count_of_buckets(&kit), 2);
}

#[test]
fn a_full_disk_undoes_the_write_and_takes_the_next_once_there_is_space() {
    let kit = Kit::new();
    kit.write(|tx| limit_pages(tx, 60));
    let full = kit.catalog.write(|tx| {
        add_bucket(tx, "undone");
        let sealed = BlobPlace::Row(vec![7; 1_000_000]);
        blobs::insert(tx, &blob(1), &sealed, 1_000_000)
    });
    assert!(matches!(full, Err(Error::DiskFull)), "{full:?}");
    assert!(!kit.catalog.is_read_only());
    assert_eq!(count_of_buckets(&kit), 0);

    kit.write(|tx| Ok(add_bucket(tx, "small")));
    kit.write(|tx| limit_pages(tx, 4_000));
    kit.write(|tx| {
        let sealed = BlobPlace::Row(vec![7; 1_000_000]);
        blobs::insert(tx, &blob(1), &sealed, 1_000_000)
    });
    assert_eq!(count_of_buckets(&kit), 1);
}

#[test]
fn a_write_that_hides_that_the_database_gave_up_is_not_told_as_done() {
    let kit = Kit::new();
    kit.write(|tx| limit_pages(tx, 60));
    let hidden: Result<()> = kit.catalog.write(|tx| {
        add_bucket(tx, "undone");
        let sealed = BlobPlace::Row(vec![7; 1_000_000]);
        let full = blobs::insert(tx, &blob(1), &sealed, 1_000_000);
        assert!(matches!(full, Err(Error::DiskFull)));
        let late = settings::set(tx, "late", "would be committed on its own");
        assert!(matches!(late, Err(Error::GivenUp)));
        Ok(())
    });
    assert!(matches!(hidden, Err(Error::GivenUp)), "{hidden:?}");
    assert_eq!(count_of_buckets(&kit), 0);
    assert_eq!(kit.read(|tx| settings::get(tx, "late")), None);
}

#[test]
fn a_closed_catalog_says_so() {
    let kit = Kit::new();
    kit.catalog.close();
    let written: Result<i64> = kit.catalog.write(|tx| Ok(add_bucket(tx, "late")));
    assert!(matches!(written, Err(Error::Closed)));
    let read = kit.catalog.read(buckets::list);
    assert!(matches!(read, Err(Error::Closed)));
    kit.catalog.close();
}

#[test]
fn closing_waits_for_the_writes_that_were_accepted() {
    let kit = Kit::new();
    let (held, runs, goes_on) = Held::new();
    thread::scope(|scope| {
        let kit = &kit;
        let accepted = scope.spawn(move || {
            kit.write(move |tx| {
                held.hold();
                Ok(add_bucket(tx, "accepted"))
            })
        });
        runs.recv().unwrap();
        let closing = scope.spawn(|| kit.catalog.close());
        goes_on.send(()).unwrap();
        closing.join().unwrap();
        accepted.join().unwrap();
    });
    assert_eq!(count_of_buckets(&kit.reopened()), 1);
}

/// Bytes that fill a good hundred pages of the log.
fn half_a_megabyte(n: u8) -> impl FnOnce(&WriteTx<'_>) -> Result<i64> + Send + 'static {
    move |tx| {
        let sealed = BlobPlace::Row(vec![n; 500_000]);
        blobs::insert(tx, &blob(n), &sealed, 500_000)?;
        Ok(0)
    }
}

fn log_bytes(catalog: &Path) -> u64 {
    let log = std::fs::metadata(catalog.with_extension("db-wal"));
    log.unwrap().len()
}

#[test]
fn the_log_is_moved_into_the_database_before_it_grows_long() {
    let kit = Kit::new();
    for n in 0..60 {
        kit.write(half_a_megabyte(n));
    }
    assert!(log_bytes(&kit.path()) < 8_000_000, "30 MB were written");
}

/// Runs `work` beside a writer whose log is begun anew once it has a hundred pages.
fn beside_a_writer(
    restart_wait: Duration,
    work: impl FnOnce(&SyncSender<Box<dyn Job>>, &Connection, &Path),
) {
    let (folder, opened) = opened();
    let limits = LogLimits {
        waiting_pages: 10,
        file_pages: 100,
        restart_wait,
    };
    let (queue, jobs) = mpsc::sync_channel(1);
    let groups = Groups::new(opened.writer, Arc::default(), limits);
    let writer = thread::spawn(move || groups.run(&jobs));
    work(
        &queue,
        &opened.readers[0],
        &folder.path().join("catalog.db"),
    );
    drop(queue);
    writer.join().unwrap();
}

fn ask<W>(queue: &SyncSender<Box<dyn Job>>, write: W) -> Answer
where
    W: FnOnce(&WriteTx<'_>) -> Result<i64> + Send + 'static,
{
    let (job, answer) = pending(write);
    queue.send(job).unwrap();
    answer
}

fn begin_snapshot(reader: &Connection) {
    reader.execute_batch("BEGIN").unwrap();
    assert!(names_of_buckets(reader).is_empty());
}

#[test]
fn a_read_that_lasts_does_not_stop_writes() {
    beside_a_writer(Duration::ZERO, |queue, reader, path| {
        begin_snapshot(reader);
        for n in 0..20 {
            ask(queue, half_a_megabyte(n)).recv().unwrap().unwrap();
        }
        assert!(log_bytes(path) > 10_000_000, "the read needs the log");
    });
}

#[test]
fn a_long_log_is_begun_anew_once_the_reads_that_need_it_are_over() {
    beside_a_writer(Duration::from_mins(1), |queue, reader, path| {
        begin_snapshot(reader);
        ask(queue, half_a_megabyte(1)).recv().unwrap().unwrap();
        // The writer waits for the read now; were it not to wait, it would run this one.
        let (ran, runs) = mpsc::channel();
        let next = ask(queue, move |tx| {
            ran.send(()).unwrap();
            half_a_megabyte(2)(tx)
        });
        let early = runs.recv_timeout(Duration::from_millis(100));
        assert!(early.is_err(), "the writer did not wait for the read");
        reader.execute_batch("COMMIT").unwrap();
        next.recv().unwrap().unwrap();
        assert!(
            log_bytes(path) < 900_000,
            "the second is written over the first"
        );
    });
}
