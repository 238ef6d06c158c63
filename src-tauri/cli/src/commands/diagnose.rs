//! `stave link diagnose`: why a link, or a request, does not work.

use std::fmt::Write as _;
use std::io::Read as _;
use std::sync::Arc;

use serde::Serialize;
use stave_endpoint::control::{Request, Response};
use stave_endpoint::doctor::{Diagnosis, Finding, diagnose_unserved};
use stave_endpoint::{EndpointOptions, PortChoice};
use stave_engine::{Engine, LocalStore};

use crate::args::LinkCommand;
use crate::connect::{OpenVault, ask, close, misunderstood, open_vault};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome};
use crate::output::Output;

/// The port that `stave serve` prefers: where nothing is served, links are for it.
const USUAL_PORT: u16 = 9_000;

/// More than this is no request.
const TEXT_MAX_BYTES: u64 = 256 * 1024;

/// A diagnosis in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "diagnosis")]
struct DiagnosisLine<'a> {
    #[serde(flatten)]
    diagnosis: &'a Diagnosis,
}

/// Finds out why a link does not work.
pub async fn link(context: &mut Context, command: LinkCommand) -> Outcome {
    let LinkCommand::Diagnose(args) = command;
    if context.global.endpoint_url.is_some() {
        return Err(Failure::new(Exit::Usage, "Cannot look at a link there.")
            .why("The keys that sign are known to the vault alone.")
            .cure("Leave --endpoint-url out.")
            .into());
    }
    let text = match args.text.as_str() {
        "-" => pasted()?,
        _ => args.text,
    };
    let diagnosis = match open_vault(&context.global).await? {
        OpenVault::Elsewhere(found) => match ask(&found, &Request::Diagnose { text }).await? {
            Response::Diagnosed(diagnosis) => diagnosis,
            _ => return Err(misunderstood().into()),
        },
        OpenVault::Here(engine) => {
            let diagnosis = unserved(&engine, &text).await;
            close(engine).await;
            diagnosis
        }
    };
    print(&mut context.output, &diagnosis)
}

fn pasted() -> Outcome<String> {
    let mut bytes = Vec::new();
    let read = std::io::stdin()
        .take(TEXT_MAX_BYTES)
        .read_to_end(&mut bytes);
    read.map_err(|error| {
        Failure::failed("Cannot read from standard input.")
            .because(&error)
            .cure("Give the text as an argument, or pipe it in.")
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn unserved(engine: &Arc<Engine>, text: &str) -> Diagnosis {
    let store = Arc::new(LocalStore::new(Arc::clone(engine)));
    let mut options = EndpointOptions::new(
        Arc::clone(&store) as _,
        Arc::clone(&store) as _,
        PortChoice::Any,
    );
    options.identities = Some(Arc::clone(&store) as _);
    options.links = Some(store);
    diagnose_unserved(text, &options, USUAL_PORT).await
}

fn print(output: &mut Output, diagnosis: &Diagnosis) -> Outcome {
    let mut lines = vec![format!(
        "{}: {}",
        diagnosis.cause.as_str(),
        diagnosis.verdict
    )];
    lines.extend(diagnosis.findings.iter().map(in_words));
    output.result(&DiagnosisLine { diagnosis }, lines.join("\n"))
}

fn in_words(finding: &Finding) -> String {
    let mark = match finding.ok {
        Some(true) => "ok",
        Some(false) => "no",
        None => "? ",
    };
    let mut line = format!("  {mark} {:9} {}", finding.part.as_str(), finding.sentence);
    if finding.ok == Some(false) {
        for (label, text) in [("expected", &finding.expected), ("found", &finding.found)] {
            if let Some(text) = text {
                let _ = write!(line, "\n               {label}: {text}");
            }
        }
    }
    line
}
