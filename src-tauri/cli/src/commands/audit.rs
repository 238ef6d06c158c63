//! `stave audit`: the record of each use of a key.

use std::sync::Arc;

use serde_json::{Value, json};
use stave_endpoint::control::{
    AuditCheck, AuditFaultInfo, AuditFilter, AuditRequest, Request, Response,
};
use stave_engine::{Engine, LocalStore};
use stave_model::Timestamp;
use stave_store::{Audit as _, AuditFault, AuditQuery};

use crate::args::{AuditCommand, ExportAudit, ListAudit};
use crate::connect::{OpenVault, ask, close, misunderstood, open_vault, reach_served};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::key_service::terminal;
use crate::output::Output;
use crate::shown::{counted, local_time, rfc3339, shown};
use crate::vault::FoundVault;

/// The most records of one page.
const PAGE_MAX: u16 = 500;

/// A record.
struct Record {
    sequence: u64,
    at: Timestamp,
    event: Value,
}

/// The audit, in the hands of whoever has the vault open.
enum Chain {
    Elsewhere(FoundVault),
    Here(Arc<Engine>, LocalStore),
}

/// Works on the audit.
pub async fn audit(context: &mut Context, command: AuditCommand) -> Outcome {
    if context.global.endpoint_url.is_some() {
        return Err(
            Failure::new(Exit::Usage, "Cannot read the audit of an endpoint.")
                .why("These commands work on a vault.")
                .cure("Use `aws cloudtrail lookup-events --endpoint-url`.")
                .into(),
        );
    }
    let chain = match open_vault(&context.global).await? {
        OpenVault::Elsewhere(found) => Chain::Elsewhere(found),
        OpenVault::Here(engine) => {
            let store = LocalStore::new(Arc::clone(&engine));
            Chain::Here(engine, store)
        }
    };
    let output = &mut context.output;
    let done = match command {
        AuditCommand::List(args) => list(output, &chain, args).await,
        AuditCommand::Show { sequence } => show(output, &chain, sequence).await,
        AuditCommand::Verify => verify(output, &chain).await,
        AuditCommand::Export(args) => export(output, &chain, args).await,
    };
    chain.close().await;
    done
}

impl Chain {
    async fn close(self) {
        if let Self::Here(engine, store) = self {
            drop(store);
            close(engine).await;
        }
    }

    /// Returns a page of records, and where the next one begins.
    async fn page(&self, filter: AuditFilter) -> Outcome<(Vec<Record>, Option<u64>)> {
        match self {
            Self::Elsewhere(found) => {
                let request = AuditRequest::LookUp { query: filter };
                match ask(found, &Request::Audit(request)).await? {
                    Response::AuditRecords {
                        records,
                        next_before,
                    } => {
                        let record = |entry: stave_endpoint::control::AuditEntry| Record {
                            sequence: entry.sequence,
                            at: Timestamp::from_millis(entry.at_ms),
                            event: serde_json::from_str(&entry.event).unwrap_or_default(),
                        };
                        Ok((records.into_iter().map(record).collect(), next_before))
                    }
                    _ => Err(misunderstood().into()),
                }
            }
            Self::Here(_, store) => {
                let page = store.look_up(&terminal(), query(filter)).await;
                let page = page.map_err(cannot("read the audit"))?;
                let record = |record: stave_store::AuditRecord| Record {
                    sequence: record.sequence,
                    at: record.at,
                    event: serde_json::from_str(&record.event).unwrap_or_default(),
                };
                let records = page.records.into_iter().map(record).collect();
                Ok((records, page.next_before))
            }
        }
    }

    async fn verify(&self) -> Outcome<AuditCheck> {
        match self {
            Self::Elsewhere(found) => {
                match ask(found, &Request::Audit(AuditRequest::Verify)).await? {
                    Response::AuditChecked(check) => Ok(check),
                    _ => Err(misunderstood().into()),
                }
            }
            Self::Here(_, store) => {
                let verdict = store.verify(&terminal()).await;
                let verdict = verdict.map_err(cannot("check the audit"))?;
                let millis =
                    |(first, last): (Timestamp, Timestamp)| (first.as_millis(), last.as_millis());
                Ok(AuditCheck {
                    checked: verdict.checked,
                    span_ms: verdict.span.map(millis),
                    faults: verdict.faults.iter().map(fault).collect(),
                })
            }
        }
    }

    async fn export(&self, args: ExportAudit) -> Outcome<(Vec<String>, u64)> {
        match self {
            Self::Elsewhere(found) => {
                // The process has no word of its own for a bucket that is not there; its endpoint has.
                if let Ok(reached) = reach_served(found).await {
                    let there = reached.store.head_bucket(&args.to.bucket).await;
                    there.map_err(cannot("export the audit"))?;
                }
                let request = AuditRequest::Export {
                    bucket: args.to.bucket.as_str().to_owned(),
                    prefix: args.to.folder(),
                    from_ms: args.begin.map(Timestamp::as_millis),
                    to_ms: args.end.map(Timestamp::as_millis),
                };
                match ask(found, &Request::Audit(request)).await? {
                    Response::AuditExported { keys, records } => Ok((keys, records)),
                    _ => Err(misunderstood().into()),
                }
            }
            Self::Here(_, store) => {
                let (bucket, prefix) = (args.to.bucket.clone(), args.to.folder());
                let by = terminal();
                let done = store
                    .export(&by, bucket, prefix, args.begin, args.end)
                    .await;
                let done = done.map_err(cannot("export the audit"))?;
                Ok((done.keys, done.records))
            }
        }
    }
}

fn query(filter: AuditFilter) -> AuditQuery {
    AuditQuery {
        from: filter.from_ms.map(Timestamp::from_millis),
        to: filter.to_ms.map(Timestamp::from_millis),
        event_name: filter.event_name,
        user: filter.user,
        resource: filter.resource,
        denied: filter.denied,
        before: filter.before,
        limit: filter.limit,
        ..AuditQuery::default()
    }
}

fn fault(fault: &AuditFault) -> AuditFaultInfo {
    match *fault {
        AuditFault::Changed { sequence } => AuditFaultInfo::Changed { sequence },
        AuditFault::Missing { from, to } => AuditFaultInfo::Missing { from, to },
    }
}

async fn list(output: &mut Output, chain: &Chain, args: ListAudit) -> Outcome {
    let mut left = args.limit;
    let mut before = None;
    while left > 0 {
        let filter = AuditFilter {
            from_ms: args.from.map(Timestamp::as_millis),
            to_ms: args.to.map(Timestamp::as_millis),
            event_name: args.event.clone(),
            user: args.user.clone(),
            resource: args.resource.as_deref().map(resource),
            denied: args.denied.then_some(true),
            before,
            limit: u16::try_from(left).unwrap_or(PAGE_MAX).min(PAGE_MAX),
            ..AuditFilter::default()
        };
        let (records, next) = chain.page(filter).await?;
        for record in &records {
            output.result(&line(record), text(record))?;
        }
        left = left.saturating_sub(records.len() as u64);
        before = next;
        if before.is_none() {
            break;
        }
    }
    Ok(())
}

/// An object may be written as everywhere on this command line.
fn resource(text: &str) -> String {
    match text.strip_prefix("s3://") {
        Some(object) => format!("arn:aws:s3:::{object}"),
        None => text.to_owned(),
    }
}

async fn show(output: &mut Output, chain: &Chain, sequence: u64) -> Outcome {
    let filter = AuditFilter {
        before: sequence.checked_add(1),
        limit: 1,
        ..AuditFilter::default()
    };
    let (records, _) = chain.page(filter).await?;
    let found = records
        .into_iter()
        .find(|record| record.sequence == sequence);
    let Some(record) = found else {
        return Err(
            Failure::new(Exit::NotFound, format!("There is no record {sequence}."))
                .why("Records are numbered from 1 without gaps.")
                .cure("See them with `stave audit list`.")
                .into(),
        );
    };
    let pretty = serde_json::to_string_pretty(&record.event).unwrap_or_default();
    output.result(&line(&record), pretty)
}

fn line(record: &Record) -> Value {
    json!({
        "kind": "audit-record",
        "sequence": record.sequence,
        "at": rfc3339(record.at),
        "event": record.event,
    })
}

fn text(record: &Record) -> String {
    let of = |pointer: &str| {
        let found = record.event.pointer(pointer).and_then(Value::as_str);
        shown(found.unwrap_or_default())
    };
    let user = match of("/userIdentity/userName") {
        user if user.is_empty() => "-".to_owned(),
        user => user,
    };
    let resources = record.event["resources"].as_array().into_iter().flatten();
    let arns: Vec<_> = resources.filter_map(|one| one["ARN"].as_str()).collect();
    let line = format!(
        "{:6}  {}  {:28}  {:12}  {:10}  {:22}  {}",
        record.sequence,
        local_time(record.at),
        of("/eventName"),
        user,
        of("/sourceIPAddress"),
        of("/errorCode"),
        shown(&arns.join(" ")),
    );
    line.trim_end().to_owned()
}

async fn verify(output: &mut Output, chain: &Chain) -> Outcome {
    let check = chain.verify().await?;
    let faults: Vec<_> = check.faults.iter().map(told).collect();
    let moment = |millis: i64| Timestamp::from_millis(millis);
    let line = json!({
        "kind": "audit-verified",
        "checked": check.checked,
        "from": check.span_ms.map(|(first, _)| rfc3339(moment(first))),
        "to": check.span_ms.map(|(_, last)| rfc3339(moment(last))),
        "faults": check.faults,
    });
    let mut text = format!("Checked {}", counted(check.checked, "record"));
    if let Some((first, last)) = check.span_ms {
        let (first, last) = (local_time(moment(first)), local_time(moment(last)));
        text = format!("{text}, from {first} to {last}");
    }
    text.push('.');
    for fault in &faults {
        text = format!("{text}\n  {fault}");
    }
    output.result(&line, text)?;
    if faults.is_empty() {
        return Ok(());
    }
    Err(Failure::failed("The audit is not whole.")
        .why(format!("{}.", faults.join("; ")))
        .cure("Compare with an export or a backup; somebody changed the vault's catalog.")
        .into())
}

fn told(fault: &AuditFaultInfo) -> String {
    match *fault {
        AuditFaultInfo::Changed { sequence } => format!("record {sequence} was changed"),
        AuditFaultInfo::Missing { from, to } if from == to => format!("record {from} is missing"),
        AuditFaultInfo::Missing { from, to } => format!("records {from} to {to} are missing"),
    }
}

async fn export(output: &mut Output, chain: &Chain, args: ExportAudit) -> Outcome {
    let bucket = args.to.bucket.clone();
    let (keys, records) = chain.export(args).await?;
    let line = json!({ "kind": "audit-exported", "bucket": bucket.as_str(), "keys": keys, "records": records });
    let mut text = format!("Wrote {} into:", counted(records, "record"));
    for key in &keys {
        text = format!("{text}\n  s3://{bucket}/{}", shown(key));
    }
    output.result(&line, text)
}
