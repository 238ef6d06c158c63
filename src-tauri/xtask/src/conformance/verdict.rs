//! What the outcomes mean: passed, failed with a reason, failed without one.

use std::collections::BTreeMap;

use super::junit::Ended;
use super::lists::{Class, Reason, Reasons, Test};
use crate::command::Outcome;

/// What a test's outcome means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It passed, as it should.
    Passed,
    /// It passed although a reason is listed why it cannot.
    Stale(Reason),
    /// It did not pass, and the reason is listed.
    Excused(String, Reason),
    /// It did not pass, and no reason is listed.
    Unexplained(String),
}

/// A test with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The test.
    pub test: Test,
    /// What its outcome means.
    pub verdict: Verdict,
}

/// The numbers of an area, or of several.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Tests in scope.
    pub in_scope: usize,
    /// Those of them that passed.
    pub passed: usize,
    /// Those that did not, with a reason.
    pub excused: usize,
    /// Those that did not, without one.
    pub unexplained: usize,
    /// Stretch tests that passed.
    pub stretch_passed: usize,
    /// Stretch tests.
    pub stretch: usize,
}

impl Tally {
    fn count(&mut self, judged: &Judged) {
        let passed = matches!(judged.verdict, Verdict::Passed | Verdict::Stale(_));
        match judged.test.class {
            Class::A | Class::B => {
                self.in_scope += 1;
                match judged.verdict {
                    Verdict::Passed | Verdict::Stale(_) => self.passed += 1,
                    Verdict::Excused(..) => self.excused += 1,
                    Verdict::Unexplained(_) => self.unexplained += 1,
                }
            }
            Class::C => {
                self.stretch += 1;
                self.stretch_passed += usize::from(passed);
            }
            Class::X => {}
        }
    }

    /// Adds the numbers of another area.
    pub fn add(&mut self, other: &Self) {
        self.in_scope += other.in_scope;
        self.passed += other.passed;
        self.excused += other.excused;
        self.unexplained += other.unexplained;
        self.stretch_passed += other.stretch_passed;
        self.stretch += other.stretch;
    }
}

/// The numbers of one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its name.
    pub name: String,
    /// Whether it is to come, as the list of reasons says.
    pub is_to_come: bool,
    /// Its numbers.
    pub tally: Tally,
}

/// What a run means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdicts {
    /// Every test that was asked for.
    pub tests: Vec<Judged>,
    /// The areas, in the order of the list.
    pub areas: Vec<Area>,
}

impl Verdicts {
    /// Judges the outcomes of the tests asked for; one without an outcome is not in the suite.
    pub fn judge(tests: &[&Test], ended: &BTreeMap<String, Ended>, reasons: &Reasons) -> Self {
        let mut verdicts = Self {
            tests: Vec::new(),
            areas: Vec::new(),
        };
        for test in tests {
            let judged = Judged {
                test: (*test).clone(),
                verdict: verdict(test, ended.get(&test.name), reasons),
            };
            verdicts
                .area(&test.area, reasons.of_area(&test.area).is_some())
                .tally
                .count(&judged);
            verdicts.tests.push(judged);
        }
        verdicts
    }

    /// Returns the tests in scope that did not pass and have no reason, with why.
    pub fn unexplained(&self) -> impl Iterator<Item = (&Test, &str)> {
        self.tests
            .iter()
            .filter_map(|judged| match &judged.verdict {
                Verdict::Unexplained(why) if judged.test.class.is_in_scope() => {
                    Some((&judged.test, why.as_str()))
                }
                _ => None,
            })
    }

    /// Returns the tests that passed although a reason is listed why they cannot.
    pub fn stale(&self) -> impl Iterator<Item = &Test> {
        let is_stale = |judged: &&Judged| matches!(judged.verdict, Verdict::Stale(_));
        self.tests
            .iter()
            .filter(is_stale)
            .map(|judged| &judged.test)
    }

    /// Fails where a test failed without a reason, or a reason is stale.
    pub fn outcome(&self) -> Outcome {
        let (unexplained, stale) = (self.unexplained().count(), self.stale().count());
        if unexplained + stale == 0 {
            return Ok(());
        }
        Err(format!(
            "{unexplained} in scope failed without a reason, and {stale} passed although a reason is listed"
        ))
    }

    fn area(&mut self, name: &str, is_to_come: bool) -> &mut Area {
        let at = self.areas.iter().position(|area| area.name == name);
        let at = at.unwrap_or_else(|| {
            self.areas.push(Area {
                name: name.to_owned(),
                is_to_come,
                tally: Tally::default(),
            });
            self.areas.len() - 1
        });
        &mut self.areas[at]
    }
}

fn verdict(test: &Test, ended: Option<&Ended>, reasons: &Reasons) -> Verdict {
    let why = match ended {
        Some(Ended::Passed) => {
            return match reasons.of_test(test) {
                Some(reason) => Verdict::Stale(reason.clone()),
                None => Verdict::Passed,
            };
        }
        Some(Ended::Failed(why) | Ended::NotBegun(why)) => why.clone(),
        Some(Ended::Skipped(why)) => format!("skipped: {why}"),
        None => "the suite has no such test".to_owned(),
    };
    match reasons.of_test(test).or(reasons.of_area(&test.area)) {
        Some(reason) => Verdict::Excused(why, reason.clone()),
        None => Verdict::Unexplained(why),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Tally, Verdicts};
    use crate::conformance::junit::Ended;
    use crate::conformance::lists::{Reasons, tests};

    const LIST: &str = "h
pass\tlist\tA
excused\tlist\tA
wrong\tlist\tB
stretch\tlist\tC
out\tlist\tX
far\tacl\tB
near\tacl\tB
";
    const REASONS: &str = "h
excused\taws-differs\tAWS says 400.
acl/*\tlater\tNot built yet.
";

    fn judged(ended: &[(&str, Ended)]) -> Verdicts {
        let list = tests(LIST).unwrap();
        let reasons = Reasons::parse(REASONS, &list).unwrap();
        let ended: BTreeMap<String, Ended> = ended
            .iter()
            .map(|(name, became)| ((*name).to_owned(), became.clone()))
            .collect();
        Verdicts::judge(&list.iter().collect::<Vec<_>>(), &ended, &reasons)
    }

    fn failed() -> Ended {
        Ended::Failed("500".into())
    }

    fn all_well() -> Vec<(&'static str, Ended)> {
        vec![
            ("pass", Ended::Passed),
            ("excused", failed()),
            ("wrong", Ended::Passed),
            ("stretch", failed()),
            ("out", failed()),
            ("far", failed()),
            ("near", Ended::Passed),
        ]
    }

    #[test]
    fn each_area_is_counted() {
        let verdicts = judged(&all_well());
        let list = Tally {
            in_scope: 3,
            passed: 2,
            excused: 1,
            unexplained: 0,
            stretch_passed: 0,
            stretch: 1,
        };
        assert_eq!(verdicts.areas[0].tally, list);
        assert!(!verdicts.areas[0].is_to_come && verdicts.areas[1].is_to_come);
        assert_eq!(verdicts.areas[1].tally.passed, 1);
        assert_eq!(verdicts.outcome(), Ok(()));
    }

    #[test]
    fn a_failure_without_a_reason_fails_the_run() {
        for became in [failed(), Ended::Skipped("not today".into())] {
            let mut ended = all_well();
            ended[2].1 = became;
            let verdicts = judged(&ended);
            assert_eq!(verdicts.unexplained().count(), 1);
            assert!(verdicts.outcome().is_err());
        }
    }

    #[test]
    fn a_test_that_is_gone_fails_the_run() {
        let mut ended = all_well();
        ended.remove(0);
        let verdicts = judged(&ended);
        let (test, why) = verdicts.unexplained().next().unwrap();
        assert_eq!(
            (test.name.as_str(), why),
            ("pass", "the suite has no such test")
        );
    }

    #[test]
    fn a_stale_reason_fails_the_run() {
        let mut ended = all_well();
        ended[1].1 = Ended::Passed;
        let verdicts = judged(&ended);
        assert_eq!(verdicts.stale().next().unwrap().name, "excused");
        assert_eq!(
            verdicts.outcome().unwrap_err(),
            "0 in scope failed without a reason, and 1 passed although a reason is listed"
        );
    }
}
