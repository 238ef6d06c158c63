//! Operation by principal by policy: each combination is asked of a running endpoint, and the answer held against a rule
//! that is written down on its own. An operation that the endpoint knows and that is missing here is a failure.

mod operations;
mod oracle;
mod world;

use std::collections::BTreeSet;

use futures::future::join_all;

use self::operations::{Operation, UNREACHED};
use self::oracle::{Law, Who, may};
use self::world::World;

/// What came out.
#[derive(Debug, Default)]
struct Counts {
    allowed: usize,
    denied: usize,
    wrong_allows: Vec<String>,
    wrong_denies: Vec<String>,
    odd: Vec<String>,
}

impl Counts {
    fn add(&mut self, who: Who, law: Law, operation: &Operation, got: Result<bool, String>) {
        let cell = format!("{} {} {who:?} {law:?}", operation.name, operation.target);
        match (may(who, law, operation), got) {
            (true, Ok(true)) => self.allowed += 1,
            (false, Ok(false)) => self.denied += 1,
            (false, Ok(true)) => self.wrong_allows.push(cell),
            (true, Ok(false)) => self.wrong_denies.push(cell),
            (_, Err(answer)) => self.odd.push(format!("{cell}: {answer}")),
        }
    }
}

async fn check(is_of_it: impl Fn(&Operation) -> bool) {
    let mut world = World::new().await;
    let mut counts = Counts::default();
    let operations = operations::all(&world.upload);
    for operation in operations.iter().filter(|one| is_of_it(one)) {
        world.prepare(operation).await;
        for law in Law::ALL {
            world.rule(law, operation).await;
            // What is unset would be unset for the next one too.
            let got = if operation.unsets() {
                let mut got = Vec::new();
                for who in Who::ALL {
                    world.rule(law, operation).await;
                    got.push(world.is_let_in(who, operation).await);
                }
                got
            } else {
                join_all(Who::ALL.map(|who| world.is_let_in(who, operation))).await
            };
            for (who, got) in Who::ALL.into_iter().zip(got) {
                counts.add(who, law, operation, got);
            }
        }
    }
    println!(
        "{} combinations: {} allowed, {} denied, {} wrong allows, {} wrong denies",
        counts.allowed + counts.denied + counts.wrong_allows.len() + counts.wrong_denies.len(),
        counts.allowed,
        counts.denied,
        counts.wrong_allows.len(),
        counts.wrong_denies.len(),
    );
    assert_eq!(counts.wrong_allows, Vec::<String>::new(), "wrong allows");
    assert_eq!(counts.wrong_denies, Vec::<String>::new(), "wrong denies");
    assert_eq!(counts.odd, Vec::<String>::new());
    assert!(counts.allowed > 1_000 && counts.denied > 1_000);
}

fn is_of_an_object(operation: &Operation) -> bool {
    operation.target.starts_with("/photos/")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_to_objects_is_decided_right() {
    check(is_of_an_object).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_of_buckets_is_decided_right() {
    check(|operation| !is_of_an_object(operation) && operation.reads()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_set_for_buckets_is_decided_right() {
    check(|operation| !is_of_an_object(operation) && !operation.reads()).await;
}

#[test]
fn each_operation_of_the_endpoint_is_in_the_matrix() {
    let known: BTreeSet<&str> = stave_endpoint::known_operations().into_iter().collect();
    let asked = operations::all("");
    let mut asked: BTreeSet<&str> = asked.iter().map(|one| one.name).collect();
    asked.extend(UNREACHED);
    assert_eq!(known, asked);
    assert!(known.len() > 90, "{}", known.len());
}
