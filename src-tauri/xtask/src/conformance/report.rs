//! The verdicts as a person and as a program reads them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::verdict::{Judged, Tally, Verdict, Verdicts};

/// Returns the table by area, then what failed without a reason and the reasons that are stale.
pub fn text(verdicts: &Verdicts) -> String {
    let mut text = heading();
    let (mut offered, mut to_come) = (Tally::default(), Tally::default());
    for area in &verdicts.areas {
        let name = if area.is_to_come {
            to_come.add(&area.tally);
            format!("{} *", area.name)
        } else {
            offered.add(&area.tally);
            area.name.clone()
        };
        text += &row(&name, &area.tally);
    }
    let mut all = offered;
    all.add(&to_come);
    text += "\n";
    text += &row("offered", &offered);
    text += &row("* to come", &to_come);
    text += &row("all", &all);
    text += &section(
        "Failed without a reason",
        verdicts
            .unexplained()
            .map(|(test, why)| format!("{} [{}]: {why}", test.name, test.area)),
    );
    text += &section(
        "Passed although a reason is listed (take it from reasons.tsv)",
        verdicts.stale().map(|test| test.name.clone()),
    );
    text
}

fn heading() -> String {
    format!(
        "{:<16} {:>8} {:>8} {:>12} {:>12} {:>10}\n",
        "area", "in scope", "passed", "with reason", "without", "stretch"
    )
}

fn row(name: &str, tally: &Tally) -> String {
    let stretch = match tally.stretch {
        0 => String::new(),
        of => format!("{} of {of}", tally.stretch_passed),
    };
    let line = format!(
        "{name:<16} {:>8} {:>8} {:>12} {:>12} {stretch:>10}",
        tally.in_scope, tally.passed, tally.excused, tally.unexplained
    );
    format!("{}\n", line.trim_end())
}

fn section(title: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{title}: {}\n", lines.len());
    for line in lines {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {line}");
    }
    text
}

/// Returns every test with what became of it.
pub fn json(verdicts: &Verdicts) -> Value {
    let tests: Vec<Value> = verdicts.tests.iter().map(test).collect();
    json!({ "tests": tests })
}

fn test(judged: &Judged) -> Value {
    let (outcome, why, reason) = match &judged.verdict {
        Verdict::Passed => ("passed", None, None),
        Verdict::Stale(reason) => ("passed", None, Some(reason)),
        Verdict::Excused(why, reason) => ("failed", Some(why), Some(reason)),
        Verdict::Unexplained(why) => ("failed", Some(why), None),
    };
    json!({
        "test": judged.test.name,
        "area": judged.test.area,
        "class": judged.test.class.letter(),
        "outcome": outcome,
        "why": why,
        "reason": reason.map(|reason| json!({ "word": reason.word, "sentence": reason.sentence })),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{json, text};
    use crate::conformance::junit::Ended;
    use crate::conformance::lists::{Reasons, tests};
    use crate::conformance::verdict::Verdicts;

    fn verdicts() -> Verdicts {
        let list = tests("h\none\tlist\tA\ntwo\tlist\tA\nthree\tlist\tC\nfour\tacl\tB\n").unwrap();
        let reasons = "h\none\taws-differs\tAWS says 400.\nacl/*\tlater\tNot built yet.\n";
        let reasons = Reasons::parse(reasons, &list).unwrap();
        let ended = BTreeMap::from([
            ("one".to_owned(), Ended::Passed),
            ("two".to_owned(), Ended::Failed("404 is not 400".into())),
            ("three".to_owned(), Ended::Passed),
            ("four".to_owned(), Ended::Failed("501".into())),
        ]);
        Verdicts::judge(&list.iter().collect::<Vec<_>>(), &ended, &reasons)
    }

    #[test]
    fn the_table_tells_areas_sums_and_what_is_wrong() {
        let expected = "\
area             in scope   passed  with reason      without    stretch
list                    2        1            0            1     1 of 1
acl *                   1        0            1            0

offered                 2        1            0            1     1 of 1
* to come               1        0            1            0
all                     3        1            1            1     1 of 1

Failed without a reason: 1
  two [list]: 404 is not 400

Passed although a reason is listed (take it from reasons.tsv): 1
  one
";
        assert_eq!(text(&verdicts()), expected);
    }

    #[test]
    fn a_program_reads_each_test() {
        let told = json(&verdicts());
        assert_eq!(
            told["tests"][1],
            serde_json::json!({
                "test": "two", "area": "list", "class": "A",
                "outcome": "failed", "why": "404 is not 400", "reason": null,
            })
        );
        assert_eq!(told["tests"][3]["reason"]["word"], "later");
        assert_eq!(told["tests"].as_array().unwrap().len(), 4);
    }
}
