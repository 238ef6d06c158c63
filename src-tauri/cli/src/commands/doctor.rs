//! `stave doctor`.

use serde::Serialize;

use crate::args::Doctor;
use crate::context::Context;
use crate::doctor::{Check, State, examine};
use crate::failure::{Failure, Outcome};
use crate::shown::counted;

/// A check in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "check")]
struct CheckLine<'a> {
    name: &'a str,
    state: &'static str,
    found: &'a str,
    cure: &'a str,
}

/// Prints what was looked at; fails where something does not work.
pub async fn doctor(context: &mut Context, args: Doctor) -> Outcome {
    let checks = examine(&context.global, args.port).await?;
    for check in &checks {
        let entry = CheckLine {
            name: check.name,
            state: state_name(check.state),
            found: &check.found,
            cure: check.cure,
        };
        context.output.result(&entry, check_text(check))?;
    }
    let bad = checks.iter().filter(|check| check.state == State::Bad);
    let bad = bad.count() as u64;
    if bad == 0 {
        return Ok(());
    }
    context.output.flush()?;
    Err(
        Failure::failed(format!("{} went wrong.", counted(bad, "check")))
            .why("The lines above say which.")
            .cure("Follow the cure beside each.")
            .into(),
    )
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Good => "good",
        State::Note => "note",
        State::Bad => "bad",
    }
}

fn check_text(check: &Check) -> String {
    let line = format!(
        "{:5} {:12} {}",
        state_name(check.state),
        check.name,
        check.found
    );
    if check.cure.is_empty() {
        line
    } else {
        format!("{line}\n{:19}-> {}", "", check.cure)
    }
}
