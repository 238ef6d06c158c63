//! What the user asks of a conformance run.

use std::path::PathBuf;

use super::lists::Dialect;
use crate::command::Outcome;

/// How to call the task.
pub const USAGE: &str = "\
cargo xtask conformance --suite DIR [--area NAME]... [--only PART] [--all] [--list] [--jobs N] [--dialect aws|ceph] [--json FILE] [--debug | --program FILE]

  --suite DIR     a checkout of https://github.com/ceph/s3-tests
  --area NAME     only this area; may be repeated
  --only PART     only tests whose name contains PART
  --all           also the tests that are out of scope (class X); they are told, never counted
  --list          print the tests that would run, and run none
  --dialect NAME  whose answers the server gives where AWS and Ceph differ; Ceph's unless told, as the suite is Ceph's
  --jobs N        so many servers, each with its share of the tests; 2 unless told
  --json FILE     also write what became of each test to FILE
  --debug         a debug build of the server instead of a release build
  --program FILE  this built server, without building one
";

/// The choices of one run.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// The checkout of the suite; with `--list` there may be none.
    pub suite: Option<PathBuf>,
    /// The areas to run; empty means all.
    pub areas: Vec<String>,
    /// What the name of a test must contain.
    pub only: Option<String>,
    /// Whether tests out of scope run too.
    pub out_of_scope: bool,
    /// Whether to print names instead of running.
    pub list: bool,
    /// Whose answers the server gives.
    pub dialect: Dialect,
    /// How many servers run tests side by side.
    pub jobs: usize,
    /// Where to write each test's outcome.
    pub json: Option<PathBuf>,
    /// Whether to build the server without optimisation.
    pub debug: bool,
    /// A server that is built already.
    pub program: Option<PathBuf>,
}

/// As many as two cores serve; more help where there are more.
const JOBS: usize = 2;
/// More servers at a time than this are a slip of the finger.
const JOBS_MAX: usize = 32;

impl Options {
    /// Reads the words after `conformance`.
    pub fn parse(arguments: &[String]) -> Outcome<Self> {
        let mut options = Self {
            suite: None,
            areas: Vec::new(),
            only: None,
            out_of_scope: false,
            list: false,
            dialect: Dialect::Ceph,
            jobs: JOBS,
            json: None,
            debug: false,
            program: None,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = |what: &str| {
                let next = rest.next().filter(|value| !value.starts_with("--"));
                next.cloned()
                    .ok_or_else(|| format!("{argument} takes {what}"))
            };
            match argument.as_str() {
                "--suite" => options.suite = Some(value("the folder of a checkout")?.into()),
                "--area" => options.areas.push(value("the name of an area")?),
                "--only" => options.only = Some(value("a part of a test's name")?),
                "--dialect" => options.dialect = dialect(&value("aws or ceph")?)?,
                "--jobs" => options.jobs = number(&value("a number")?)?,
                "--json" => options.json = Some(value("the name of a file")?.into()),
                "--program" => options.program = Some(value("the name of a file")?.into()),
                "--all" => options.out_of_scope = true,
                "--list" => options.list = true,
                "--debug" => options.debug = true,
                other => return Err(format!("conformance does not know {other:?}\n\n{USAGE}")),
            }
        }
        if options.suite.is_none() && !options.list {
            return Err(format!(
                "conformance needs --suite DIR, a checkout of ceph/s3-tests\n\n{USAGE}"
            ));
        }
        Ok(options)
    }
}

fn dialect(text: &str) -> Outcome<Dialect> {
    let known = [Dialect::Aws, Dialect::Ceph];
    let found = known.into_iter().find(|dialect| dialect.name() == text);
    found.ok_or_else(|| format!("--dialect takes aws or ceph, not {text:?}"))
}

fn number(text: &str) -> Outcome<usize> {
    let number = text.parse().ok();
    number
        .filter(|number| (1..=JOBS_MAX).contains(number))
        .ok_or_else(|| format!("--jobs takes a number from 1 to {JOBS_MAX}, not {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Options};

    fn parse(line: &str) -> Result<Options, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words)
    }

    fn refusal(line: &str) -> String {
        let why = parse(line).unwrap_err();
        why.lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn every_option_is_read() {
        let options = parse(
            "--suite s3 --area list --area copy --only versioning --all --dialect aws --jobs 3 --json out.json --debug --program stave",
        )
        .unwrap();
        assert_eq!(
            options,
            Options {
                suite: Some("s3".into()),
                areas: vec!["list".into(), "copy".into()],
                only: Some("versioning".into()),
                out_of_scope: true,
                list: false,
                dialect: Dialect::Aws,
                jobs: 3,
                json: Some("out.json".into()),
                debug: true,
                program: Some("stave".into()),
            }
        );
    }

    #[test]
    fn a_list_needs_no_suite() {
        let options = parse("--list").unwrap();
        assert!(options.list && options.suite.is_none());
    }

    #[test]
    fn wrong_words_are_refused_with_a_sentence() {
        let table = [
            (
                "",
                "conformance needs --suite DIR, a checkout of ceph/s3-tests",
            ),
            ("--suite", "--suite takes the folder of a checkout"),
            ("--suite --debug", "--suite takes the folder of a checkout"),
            ("--suite s3 --area", "--area takes the name of an area"),
            ("--suite s3 --only", "--only takes a part of a test's name"),
            ("--suite s3 --json", "--json takes the name of a file"),
            (
                "--suite s3 --jobs 0",
                "--jobs takes a number from 1 to 32, not \"0\"",
            ),
            (
                "--suite s3 --jobs many",
                "--jobs takes a number from 1 to 32, not \"many\"",
            ),
            (
                "--suite s3 --dialect moto",
                "--dialect takes aws or ceph, not \"moto\"",
            ),
            ("--suite s3 --program", "--program takes the name of a file"),
            ("--suite s3 --fast", "conformance does not know \"--fast\""),
            ("s3", "conformance does not know \"s3\""),
        ];
        for (line, sentence) in table {
            assert_eq!(refusal(line), sentence, "{line}");
        }
    }
}
