//! A list of named steps, run in order, with a table of how long each took.

use std::time::{Duration, Instant};

use crate::command::Outcome;

/// One step of a task.
pub struct Step {
    /// Its name, as `--only` takes it.
    pub name: &'static str,
    /// Whether it runs only with `--all`.
    pub long: bool,
    /// What it does.
    pub action: fn() -> Outcome,
}

/// Runs the steps; those after a failed one run too, so that one run tells everything.
pub fn run_all(steps: &[&Step]) -> Outcome {
    let mut rows: Vec<(&str, Duration, Outcome)> = Vec::new();
    for step in steps {
        eprintln!("\n==> {}", step.name);
        let began = Instant::now();
        let outcome = (step.action)();
        if let Err(why) = &outcome {
            eprintln!("xtask: {why}");
        }
        rows.push((step.name, began.elapsed(), outcome));
    }
    eprintln!();
    for (name, took, outcome) in &rows {
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        eprintln!("{word:>7}  {:>5} s  {name}", took.as_secs());
    }
    let failed: Vec<&str> = rows
        .iter()
        .filter(|row| row.2.is_err())
        .map(|row| row.0)
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("these steps failed: {}", failed.join(", ")))
    }
}
