//! `cargo xtask conformance`: runs the public suite ceph/s3-tests, from a checkout of the user's, against a freshly
//! made vault.

mod group;
mod junit;
mod lane;
mod lists;
mod options;
mod report;
mod server;
mod suite;
mod verdict;

use std::path::{Path, PathBuf};

use self::lane::Lane;
use self::lists::{Class, Reasons, Test};
use self::options::Options;
use self::suite::Suite;
use self::verdict::Verdicts;
use crate::command::{Outcome, command, output, run};
use crate::packages::{Need, ensure};
use crate::python::suite_python;
use crate::workspace::{cargo, program, root, target};

/// Runs the tests that `arguments` choose and judges them by the project's lists.
pub fn conformance(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments)?;
    let tests = lists::tests(&read("areas.tsv")?)?;
    let reasons = Reasons::parse(&read("reasons.tsv")?, &tests)?.in_dialect(options.dialect);
    let chosen = choose(&tests, &options)?;
    let Some(folder) = options.suite.as_ref().filter(|_| !options.list) else {
        print_names(&chosen);
        return Ok(());
    };
    suite::check_checkout(folder)?;
    ensure(Need::Suite)?;
    let program = match &options.program {
        Some(built) => std::path::absolute(built).map_err(|why| why.to_string())?,
        None => build(options.debug)?,
    };
    let python = suite_python()?;
    group::watch_for_interruption()?;

    let records = target().join("conformance");
    let lanes: Vec<Lane> = (1..=options.jobs)
        .map(|number| records.join(number.to_string()))
        .map(|records| Lane::open(folder, &python, (&program, options.dialect), &records))
        .collect::<Outcome<_>>()?;
    let suite = &lanes[0].suite;
    let present = suite.names()?;
    let names = chosen.iter().map(|test| test.name.as_str());
    let names: Vec<&str> = names.filter(|name| present.contains(*name)).collect();
    let ended = lane::run(&lanes, &names)?;

    let verdicts = Verdicts::judge(&chosen, &ended, &reasons);
    print!("{}\n{}", title(suite, &options), report::text(&verdicts));
    tell_unknown(&tests, &present);
    write_json(options.json.as_deref(), &verdicts)?;
    eprintln!("\nWhat was told of each test: {}", records.display());
    verdicts.outcome()
}

/// Returns the tests that the user asked for.
fn choose<'a>(tests: &'a [Test], options: &Options) -> Outcome<Vec<&'a Test>> {
    let mut areas: Vec<&str> = Vec::new();
    for test in tests {
        if !areas.contains(&test.area.as_str()) {
            areas.push(&test.area);
        }
    }
    if let Some(unknown) = options
        .areas
        .iter()
        .find(|area| !areas.contains(&area.as_str()))
    {
        return Err(format!(
            "there is no area {unknown:?}; the areas are {}",
            areas.join(", ")
        ));
    }
    let chosen: Vec<&Test> = tests
        .iter()
        .filter(|test| options.out_of_scope || test.class != Class::X)
        .filter(|test| options.areas.is_empty() || options.areas.contains(&test.area))
        .filter(|test| {
            let part = options.only.as_ref();
            part.is_none_or(|part| test.name.contains(part.as_str()))
        })
        .collect();
    if chosen.is_empty() {
        return Err("no test is of that area and name; see --list".into());
    }
    Ok(chosen)
}

fn print_names(tests: &[&Test]) {
    for test in tests {
        println!("{}\t{}\t{}", test.name, test.area, test.class.letter());
    }
}

fn build(debug: bool) -> Outcome<PathBuf> {
    let (profile, line) = if debug {
        ("debug", "build --quiet -p stave-cli")
    } else {
        ("release", "build --release --quiet -p stave-cli")
    };
    run(&mut cargo(line))?;
    Ok(program(profile, "stave"))
}

/// Returns one line about what ran against what.
fn title(suite: &Suite, options: &Options) -> String {
    let theirs = suite.commit().unwrap_or_else(|| "an unnamed commit".into());
    let commit = || output(command("git rev-parse --short HEAD").current_dir(root()));
    let ours = options.program.as_ref().map_or_else(
        || format!("Stave at {}", commit().unwrap_or_default()),
        |built| built.display().to_string(),
    );
    let dialect = options.dialect.name();
    format!("ceph/s3-tests at {theirs}, against {ours}, in the dialect of {dialect}\n")
}

/// Says which tests the suite has gained since the list of areas was made.
fn tell_unknown(tests: &[Test], present: &std::collections::BTreeSet<String>) {
    let unknown: Vec<&str> = present
        .iter()
        .map(String::as_str)
        .filter(|name| tests.iter().all(|test| test.name != *name))
        .collect();
    if !unknown.is_empty() {
        println!(
            "\nNot run, since areas.tsv does not know them: {}",
            unknown.len()
        );
        println!("  {}", unknown.join("\n  "));
    }
}

fn write_json(file: Option<&Path>, verdicts: &Verdicts) -> Outcome {
    let Some(file) = file else { return Ok(()) };
    let text = format!("{:#}\n", report::json(verdicts));
    std::fs::write(file, text).map_err(|why| format!("{} cannot be written: {why}", file.display()))
}

fn read(name: &str) -> Outcome<String> {
    let path = root().join("tests/conformance").join(name);
    std::fs::read_to_string(&path)
        .map_err(|why| format!("{} cannot be read: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::lists::{Reasons, tests};
    use super::options::Options;
    use super::{choose, read};

    fn chosen(line: &str) -> Result<usize, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let list = tests(&read("areas.tsv").unwrap()).unwrap();
        choose(&list, &Options::parse(&words)?).map(|tests| tests.len())
    }

    #[test]
    fn the_lists_of_the_project_can_be_read() {
        let list = tests(&read("areas.tsv").unwrap()).unwrap();
        assert_eq!(list.len(), 883);
        let in_scope = list.iter().filter(|test| test.class.is_in_scope()).count();
        assert_eq!(in_scope, 664);
        Reasons::parse(&read("reasons.tsv").unwrap(), &list).unwrap();
    }

    #[test]
    fn areas_names_and_classes_choose() {
        assert_eq!(chosen("--list"), Ok(701));
        assert_eq!(chosen("--list --all"), Ok(883));
        assert_eq!(chosen("--list --area list"), Ok(87));
        assert_eq!(chosen("--list --area range --area copy"), Ok(20));
        assert_eq!(
            chosen("--list --area list --only test_bucket_list_empty"),
            Ok(1)
        );
    }

    #[test]
    fn what_chooses_nothing_is_refused() {
        let why = chosen("--list --area lists").unwrap_err();
        assert!(
            why.starts_with("there is no area \"lists\"; the areas are list, "),
            "{why}"
        );
        let why = chosen("--list --only nothing-of-the-kind").unwrap_err();
        assert_eq!(why, "no test is of that area and name; see --list");
    }
}
