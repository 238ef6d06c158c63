//! Tests side by side: each lane has a server and a vault of its own, so that no test sees what another lane does.

use std::collections::BTreeMap;
use std::path::Path;

use super::junit::Ended;
use super::lists::Dialect;
use super::server::Server;
use super::suite::Suite;
use crate::command::Outcome;

/// A server and the suite that is told of it.
pub struct Lane {
    /// The suite, configured for the server.
    pub suite: Suite,
    _server: Server,
}

impl Lane {
    /// Starts the program, which answers in the dialect, for the checkout in `folder`; what is told of the tests goes to
    /// `records`.
    pub fn open(
        folder: &Path,
        python: &Path,
        (program, dialect): (&Path, Dialect),
        records: &Path,
    ) -> Outcome<Self> {
        let suite = Suite::open(folder, python, records)?;
        let server = Server::start(program, dialect, &records.join("server.log"))?;
        suite.configure(&server)?;
        Ok(Self {
            suite,
            _server: server,
        })
    }
}

/// Deals the tests out to the lanes, and returns what became of each.
pub fn run(lanes: &[Lane], names: &[&str]) -> Outcome<BTreeMap<String, Ended>> {
    std::thread::scope(|scope| {
        let running: Vec<_> = lanes
            .iter()
            .zip(deal(names, lanes.len()))
            .map(|(lane, share)| scope.spawn(move || lane.suite.run(share)))
            .collect();
        let mut ended = BTreeMap::new();
        for lane in running {
            let share = lane.join().map_err(|_| "a lane of tests broke off")?;
            ended.extend(share?);
        }
        Ok(ended)
    })
}

/// Neighbours go to different lanes: slow tests stand together.
fn deal<'a>(names: &[&'a str], lanes: usize) -> Vec<Vec<&'a str>> {
    let share = |lane| names.iter().skip(lane).step_by(lanes).copied().collect();
    (0..lanes).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::deal;

    #[test]
    fn every_test_is_dealt_once() {
        let shares = deal(&["a", "b", "c", "d", "e"], 2);
        assert_eq!(shares, [vec!["a", "c", "e"], vec!["b", "d"]]);
        assert_eq!(deal(&["a"], 2), [vec!["a"], vec![]]);
    }
}
