//! The project's lists about the suite: the area and class of each test, and the reasons for what does not pass.

use std::collections::BTreeMap;

use crate::command::Outcome;

/// How a test counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Core of the object protocol: in scope.
    A,
    /// What a complete S3 has beside it: in scope.
    B,
    /// A stretch: run and told, never held against a run.
    C,
    /// Out of scope: the suite's vendor's own, or retired by AWS.
    X,
}

impl Class {
    /// Returns whether a failure counts.
    pub fn is_in_scope(self) -> bool {
        matches!(self, Self::A | Self::B)
    }

    /// Returns its letter.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::X => "X",
        }
    }

    fn parse(letter: &str) -> Option<Self> {
        [Self::A, Self::B, Self::C, Self::X]
            .into_iter()
            .find(|class| class.letter() == letter)
    }
}

/// One test of the suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Its file and name, as in `test_s3.py::test_bucket_list_empty`.
    pub name: String,
    /// What it is about.
    pub area: String,
    /// How it counts.
    pub class: Class,
}

/// Reads the list of tests: a heading, then name, area and class in each line.
pub fn tests(text: &str) -> Outcome<Vec<Test>> {
    let mut seen = BTreeMap::new();
    let mut tests = Vec::new();
    for (number, fields) in lines::<3>(text, "areas.tsv")? {
        let [name, area, letter] = fields;
        let class = Class::parse(letter)
            .ok_or_else(|| format!("areas.tsv:{number}: {letter:?} is no class"))?;
        if let Some(before) = seen.insert(name, number) {
            return Err(format!(
                "areas.tsv:{number}: {name} stands in line {before} too"
            ));
        }
        tests.push(Test {
            name: name.to_owned(),
            area: area.to_owned(),
            class,
        });
    }
    Ok(tests)
}

/// The word of a reason that holds for AWS's answers alone: where the server is told to answer as Ceph does, the test passes.
const CEPH_DIALECT: &str = "ceph-dialect";

/// Whose answers the server is told to give where AWS and Ceph differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Those of AWS, as without a word about it.
    Aws,
    /// Those of Ceph, for which the suite is written.
    Ceph,
}

impl Dialect {
    /// Returns its name, as the server takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Ceph => "ceph",
        }
    }
}

/// The words that a reason may begin with. A defect of ours is no reason, so it has no word.
const WORDS: &[&str] = &[
    "aws-differs",
    CEPH_DIALECT,
    "retired",
    "suite-errs",
    "suite-needs-vendor",
    "suite-skips",
    "safer-here",
    "later",
];

/// Why a test does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The kind of reason, one of a closed set.
    pub word: String,
    /// The reason itself.
    pub sentence: String,
}

/// The reasons: of single tests, and of areas that are not built yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    tests: BTreeMap<String, Reason>,
    areas: BTreeMap<String, Reason>,
}

impl Reasons {
    /// Reads the list of reasons: a heading, then test, word and sentence in each line. `area/*` in the place of a test stands for
    /// an area that is to come, of which only `later` can be said.
    pub fn parse(text: &str, tests: &[Test]) -> Outcome<Self> {
        let mut reasons = Self::default();
        for (number, [name, word, sentence]) in lines::<3>(text, "reasons.tsv")? {
            let fail = |why: String| Err(format!("reasons.tsv:{number}: {why}"));
            if !WORDS.contains(&word) {
                return fail(format!("{word:?} is none of {}", WORDS.join(", ")));
            }
            let reason = Reason {
                word: word.to_owned(),
                sentence: sentence.to_owned(),
            };
            let area = name.strip_suffix("/*");
            if area.is_some() && word != "later" {
                return fail("of a whole area only \"later\" can be said".into());
            }
            let (known, before) = match area {
                Some(area) => (
                    tests.iter().any(|test| test.area == area),
                    reasons.areas.insert(area.to_owned(), reason),
                ),
                None => (
                    tests.iter().any(|test| test.name == name),
                    reasons.tests.insert(name.to_owned(), reason),
                ),
            };
            if !known {
                return fail(format!("{name} is not in areas.tsv"));
            }
            if before.is_some() {
                return fail(format!("{name} has a reason already"));
            }
        }
        Ok(reasons)
    }

    /// Keeps the reasons that hold in a dialect.
    pub fn in_dialect(mut self, dialect: Dialect) -> Self {
        self.tests
            .retain(|_, reason| dialect == Dialect::Aws || reason.word != CEPH_DIALECT);
        self
    }

    /// Returns the reason of the test itself.
    pub fn of_test(&self, test: &Test) -> Option<&Reason> {
        self.tests.get(&test.name)
    }

    /// Returns the reason of a whole area: it is to come.
    pub fn of_area(&self, area: &str) -> Option<&Reason> {
        self.areas.get(area)
    }
}

/// Splits a list at line ends and tabs; the first line is the heading.
fn lines<'a, const N: usize>(text: &'a str, file: &str) -> Outcome<Vec<(usize, [&'a str; N])>> {
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let number = index + 1;
        let row: [&str; N] = fields
            .try_into()
            .ok()
            .filter(|row: &[&str; N]| row.iter().all(|field| !field.trim().is_empty()))
            .ok_or_else(|| format!("{file}:{number}: a line has {N} columns, none empty"))?;
        rows.push((number, row));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::{Class, Dialect, Reasons, Test, tests};

    const LIST: &str = "test\tarea\tclass\nt.py::test_a\tlist\tA\nt.py::test_b[x-1]\tcopy\tX\n";

    fn refusal(text: &str) -> String {
        Reasons::parse(text, &tests(LIST).unwrap()).unwrap_err()
    }

    #[test]
    fn a_test_has_a_name_an_area_and_a_class() {
        let read = tests(LIST).unwrap();
        let second = Test {
            name: "t.py::test_b[x-1]".into(),
            area: "copy".into(),
            class: Class::X,
        };
        assert_eq!(read.len(), 2);
        assert_eq!(read[1], second);
        assert!(read[0].class.is_in_scope() && !read[1].class.is_in_scope());
    }

    #[test]
    fn a_broken_list_of_tests_is_refused_with_its_line() {
        let table = [
            (
                "h\nt\tlist",
                "areas.tsv:2: a line has 3 columns, none empty",
            ),
            (
                "h\nt\tlist\t",
                "areas.tsv:2: a line has 3 columns, none empty",
            ),
            ("h\nt\tlist\tD", "areas.tsv:2: \"D\" is no class"),
            (
                "h\nt\tlist\tA\nt\tcopy\tB",
                "areas.tsv:3: t stands in line 2 too",
            ),
        ];
        for (text, sentence) in table {
            assert_eq!(tests(text).unwrap_err(), sentence);
        }
    }

    #[test]
    fn a_reason_is_of_a_test_or_of_an_area_to_come() {
        let list = tests(LIST).unwrap();
        let text = "h\nt.py::test_a\taws-differs\tAWS says 400.\ncopy/*\tlater\tNot built yet.\n";
        let reasons = Reasons::parse(text, &list).unwrap();
        assert_eq!(reasons.of_test(&list[0]).unwrap().sentence, "AWS says 400.");
        assert_eq!(reasons.of_test(&list[1]), None);
        assert_eq!(reasons.of_area("copy").unwrap().word, "later");
        assert_eq!(reasons.of_area("list"), None);
    }

    #[test]
    fn some_reasons_hold_for_the_answers_of_aws_alone() {
        let list = tests(LIST).unwrap();
        let text = "h\nt.py::test_a\tceph-dialect\tAWS says 403.\nt.py::test_b[x-1]\taws-differs\tAWS says 400.\n";
        let count = |dialect| {
            let reasons = Reasons::parse(text, &list).unwrap().in_dialect(dialect);
            let of_test = |test: &&Test| reasons.of_test(test).is_some();
            list.iter().filter(of_test).count()
        };
        assert_eq!((count(Dialect::Aws), count(Dialect::Ceph)), (2, 1));
    }

    #[test]
    fn a_defect_is_no_reason() {
        assert_eq!(
            refusal("h\nt.py::test_a\tdefect\tIt is broken."),
            "reasons.tsv:2: \"defect\" is none of aws-differs, ceph-dialect, retired, suite-errs, suite-needs-vendor, suite-skips, safer-here, later"
        );
    }

    #[test]
    fn a_broken_list_of_reasons_is_refused_with_its_line() {
        let table = [
            (
                "h\nt.py::test_z\tretired\tOld.",
                "reasons.tsv:2: t.py::test_z is not in areas.tsv",
            ),
            (
                "h\nmail/*\tlater\tSoon.",
                "reasons.tsv:2: mail/* is not in areas.tsv",
            ),
            (
                "h\nt.py::test_a\tretired\tOld.\nt.py::test_a\tretired\tOld.",
                "reasons.tsv:3: t.py::test_a has a reason already",
            ),
            (
                "h\nlist/*\tretired\tOld.",
                "reasons.tsv:2: of a whole area only \"later\" can be said",
            ),
            (
                "h\nt.py::test_a\tretired",
                "reasons.tsv:2: a line has 3 columns, none empty",
            ),
        ];
        for (text, sentence) in table {
            assert_eq!(refusal(text), sentence);
        }
    }
}
