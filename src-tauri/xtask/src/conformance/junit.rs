//! What pytest wrote down, in the XML form that JUnit gave its name to.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::command::Outcome;

/// What became of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It passed.
    Passed,
    /// It failed, or what it left could not be cleared; the first line of why.
    Failed(String),
    /// It chose not to run; why.
    Skipped(String),
    /// It could not begin, since the one before it left something behind.
    NotBegun(String),
}

/// Reads what became of each test, by its name as in `test_s3.py::test_bucket_list_empty`.
pub fn parse(text: &str) -> Outcome<BTreeMap<String, Ended>> {
    let broken = |why: &dyn std::fmt::Display| format!("pytest's report cannot be read: {why}");
    let mut reader = Reader::from_str(text);
    let mut ended = BTreeMap::new();
    let mut current = None;
    loop {
        match reader.read_event().map_err(|why| broken(&why))? {
            Event::Start(tag) => {
                enter(&tag, &mut current, &mut ended).map_err(|why| broken(&why))?;
            }
            Event::Empty(tag) => {
                enter(&tag, &mut current, &mut ended).map_err(|why| broken(&why))?;
                leave(tag.name().as_ref(), &mut current);
            }
            Event::End(tag) => leave(tag.name().as_ref(), &mut current),
            Event::Eof => return Ok(ended),
            _ => {}
        }
    }
}

/// Takes the opening tag of a test, or of what became of it.
fn enter(
    tag: &BytesStart<'_>,
    test: &mut Option<String>,
    ended: &mut BTreeMap<String, Ended>,
) -> Outcome {
    if tag.name().as_ref() == "testcase" {
        let class = attribute(tag, "classname")?;
        let file = class.rsplit('.').next().unwrap_or_default();
        let name = format!("{file}.py::{}", attribute(tag, "name")?);
        // A test whose clean-up fails after it failed itself is written down twice: the first word stays.
        ended.entry(name.clone()).or_insert(Ended::Passed);
        *test = Some(name);
        return Ok(());
    }
    let Some(slot) = test.as_ref().and_then(|name| ended.get_mut(name)) else {
        return Ok(());
    };
    let why = || attribute(tag, "message").map(|message| first_line(&message));
    let became = match tag.name().as_ref() {
        "failure" => Ended::Failed(why()?),
        "skipped" => Ended::Skipped(why()?),
        "error" => match why()? {
            why if why.starts_with("failed on setup") => Ended::NotBegun(why),
            why => Ended::Failed(why),
        },
        _ => return Ok(()),
    };
    if *slot == Ended::Passed {
        *slot = became;
    }
    Ok(())
}

fn leave(tag: &str, test: &mut Option<String>) {
    if tag == "testcase" {
        *test = None;
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Outcome<String> {
    let found = tag
        .try_get_attribute(name)
        .map_err(|why| why.to_string())?
        .ok_or_else(|| format!("a tag has no {name}"))?;
    let value = found.normalized_value(XmlVersion::Implicit1_0);
    Ok(value.map_err(|why| why.to_string())?.into_owned())
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Ended, parse};

    /// A report of pytest's, shortened.
    const REPORT: &str = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="2" failures="1" skipped="1" tests="6" time="0.5">
<testcase classname="s3tests.functional.test_s3" name="test_empty" time="0.1" />
<testcase classname="s3tests.functional.test_headers" name="test_copy[sse-c-1]" time="0.1"><system-out>text</system-out></testcase>
<testcase classname="s3tests.functional.test_s3" name="test_wrong" time="0.1"><failure message="AssertionError: assert &apos;%0A&apos; == &apos;\n&apos;&#10;  second line">s3tests/test_s3.py:836: in x
    assert 1 &lt; 2</failure></testcase>
<testcase classname="s3tests.functional.test_s3" name="test_wrong" time="0.1"><error message="failed on teardown with &quot;BucketNotEmpty&quot;">text</error></testcase>
<testcase classname="s3tests.functional.test_s3" name="test_left" time="0.1"><error message="failed on teardown with &quot;BucketNotEmpty&quot;">text</error></testcase>
<testcase classname="s3tests.functional.test_s3" name="test_after" time="0.1"><error message="failed on setup with &quot;BucketNotEmpty&quot;">text</error></testcase>
<testcase classname="s3tests.functional.test_s3" name="test_cloud" time="0.1"><skipped type="pytest.skip" message="no cloud">a.py:1: no cloud</skipped></testcase>
</testsuite></testsuites>"#;

    #[test]
    fn what_became_of_each_test_is_read() {
        let ended = parse(REPORT).unwrap();
        let of = |name: &str| ended[name].clone();
        assert_eq!(ended.len(), 6);
        assert_eq!(of("test_s3.py::test_empty"), Ended::Passed);
        assert_eq!(of("test_headers.py::test_copy[sse-c-1]"), Ended::Passed);
        assert_eq!(
            of("test_s3.py::test_wrong"),
            Ended::Failed(r"AssertionError: assert '%0A' == '\n'".into())
        );
        assert_eq!(
            of("test_s3.py::test_left"),
            Ended::Failed("failed on teardown with \"BucketNotEmpty\"".into())
        );
        assert_eq!(
            of("test_s3.py::test_after"),
            Ended::NotBegun("failed on setup with \"BucketNotEmpty\"".into())
        );
        assert_eq!(
            of("test_s3.py::test_cloud"),
            Ended::Skipped("no cloud".into())
        );
    }

    #[test]
    fn a_report_that_breaks_off_is_refused() {
        let why = parse("<testsuites><testcase classname=\"a.b\"></testsuites>").unwrap_err();
        assert!(why.starts_with("pytest's report cannot be read: "), "{why}");
        let why = parse("<testcase classname=\"a.b\"/>").unwrap_err();
        assert_eq!(why, "pytest's report cannot be read: a tag has no name");
    }
}
