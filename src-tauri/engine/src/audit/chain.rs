//! The chain: what a record's MAC covers, and how one that was changed, dropped, swapped or put in shows.
//!
//! The MAC of a record has two halves. The first covers its place, time and event, so that a changed record
//! is named and its neighbours are not blamed for it. The second covers the first and the whole MAC of the
//! record before, so that records of two histories cannot be joined. The setting `audit_head` names the last
//! record and has a MAC of its own, so that a cut end shows.

use stave_catalog::audit::{self as rows, AuditRow};
use stave_catalog::{ReadTx, WriteTx, settings};
use stave_model::Timestamp;
use stave_store::{AuditFault, AuditVerdict};
use stave_vault::MacKey;

use crate::error::Result;

/// The setting that names the last record.
const HEAD: &str = "audit_head";

const RECORD_LABEL: &str = "stave/audit/v1";
const LINK_LABEL: &str = "stave/audit-link/v1";
const HEAD_LABEL: &str = "stave/audit-head/v1";

/// The length of each half of a record's MAC.
const HALF_BYTES: usize = 16;

/// What stands before the first record.
const NO_MAC: [u8; 32] = [0; 32];

/// How many records a check reads at once.
const PAGE: u32 = 1_000;

/// How many faults a check tells of.
const FAULTS_MAX: usize = 100;

/// Begins the chain of a vault.
pub(crate) fn begin(tx: &WriteTx<'_>, key: &MacKey) -> Result<()> {
    write_head(tx, key, 0, &NO_MAC)
}

/// Appends a record and returns its place.
///
/// Where the head is not authentic the chain goes on behind a gap, so that what happened stays visible.
pub(crate) fn append(tx: &WriteTx<'_>, key: &MacKey, at: Timestamp, event: String) -> Result<u64> {
    let last = rows::last(tx)?;
    let last_sequence = last.as_ref().map_or(0, |row| row.sequence);
    let (sequence, before) = match read_head(tx, key)? {
        Some((head, mac)) if head >= last_sequence => (head + 1, mac),
        _ => (
            last_sequence + 2,
            last.map_or(NO_MAC.to_vec(), |row| row.mac),
        ),
    };
    let mac = mac_of(key, sequence, at, &event, &before);
    write_head(tx, key, sequence, &mac)?;
    let row = AuditRow {
        sequence,
        at,
        event,
        mac: mac.to_vec(),
    };
    rows::insert(tx, &row)?;
    Ok(sequence)
}

/// Checks the whole chain.
pub(crate) fn verify(tx: &ReadTx<'_>, key: &MacKey) -> Result<AuditVerdict> {
    let mut check = Check::new(key);
    loop {
        let page = rows::after(tx, check.sequence, PAGE)?;
        for row in &page {
            check.record(row);
        }
        if page.len() < PAGE as usize {
            break;
        }
    }
    check.end(read_head(tx, key)?);
    Ok(check.verdict)
}

/// A check of the chain, as far as it has come.
struct Check<'k> {
    key: &'k MacKey,
    /// The last record that was read.
    sequence: u64,
    /// Its MAC; `None` where it is not to be trusted.
    before: Option<Vec<u8>>,
    verdict: AuditVerdict,
}

impl<'k> Check<'k> {
    fn new(key: &'k MacKey) -> Self {
        Self {
            key,
            sequence: 0,
            before: Some(NO_MAC.to_vec()),
            verdict: AuditVerdict {
                checked: 0,
                span: None,
                faults: Vec::new(),
            },
        }
    }

    fn record(&mut self, row: &AuditRow) {
        if row.sequence > self.sequence + 1 {
            self.missing(self.sequence + 1, row.sequence - 1);
            self.before = None;
        }
        let sound = is_sound(self.key, row, self.before.as_deref());
        if !sound {
            self.fault(AuditFault::Changed {
                sequence: row.sequence,
            });
        }
        self.sequence = row.sequence;
        self.before = sound.then(|| row.mac.clone());
        self.verdict.checked += 1;
        let first = self.verdict.span.map_or(row.at, |(first, _)| first);
        self.verdict.span = Some((first, row.at));
    }

    fn end(&mut self, head: Option<(u64, Vec<u8>)>) {
        match head {
            Some((head, _)) if head > self.sequence => self.missing(self.sequence + 1, head),
            // Records behind the head were put in by nobody who could write the head.
            Some((head, mac)) if head == self.sequence => {
                if self.before.as_ref().is_some_and(|before| *before != mac) {
                    self.fault(AuditFault::Changed { sequence: head });
                }
            }
            Some((head, _)) => self.fault(AuditFault::Changed { sequence: head + 1 }),
            // The head itself was changed or removed: what it named is not known any more.
            None => self.missing(self.sequence + 1, self.sequence + 1),
        }
    }

    fn missing(&mut self, from: u64, to: u64) {
        self.fault(AuditFault::Missing { from, to });
    }

    fn fault(&mut self, fault: AuditFault) {
        if self.verdict.faults.len() < FAULTS_MAX {
            self.verdict.faults.push(fault);
        }
    }
}

/// Returns the MAC of a record behind another.
fn mac_of(key: &MacKey, sequence: u64, at: Timestamp, event: &str, before: &[u8]) -> [u8; 32] {
    let own = own_half(key, sequence, at, event);
    let link = link_half(key, &own, before);
    let mut mac = [0; 32];
    mac[..HALF_BYTES].copy_from_slice(&own);
    mac[HALF_BYTES..].copy_from_slice(&link);
    mac
}

fn own_half(key: &MacKey, sequence: u64, at: Timestamp, event: &str) -> [u8; HALF_BYTES] {
    let fields: [&[u8]; 3] = [
        &sequence.to_be_bytes(),
        &at.as_millis().to_be_bytes(),
        event.as_bytes(),
    ];
    first_half(key.mac(RECORD_LABEL, &fields))
}

fn link_half(key: &MacKey, own: &[u8], before: &[u8]) -> [u8; HALF_BYTES] {
    first_half(key.mac(LINK_LABEL, &[own, before]))
}

fn first_half(mac: [u8; 32]) -> [u8; HALF_BYTES] {
    let mut half = [0; HALF_BYTES];
    half.copy_from_slice(&mac[..HALF_BYTES]);
    half
}

/// Returns whether a record is what was written. Its link is passed over where the record before is not to
/// be trusted: that one has the fault.
fn is_sound(key: &MacKey, row: &AuditRow, before: Option<&[u8]>) -> bool {
    let own = own_half(key, row.sequence, row.at, &row.event);
    let Some((first, second)) = row.mac.split_at_checked(HALF_BYTES) else {
        return false;
    };
    let linked = before.is_none_or(|before| link_half(key, &own, before) == second);
    own == first && linked
}

/// Returns the last record's place and MAC; `None` where the head is absent or not authentic.
fn read_head(tx: &ReadTx<'_>, key: &MacKey) -> Result<Option<(u64, Vec<u8>)>> {
    let head = settings::get(tx, HEAD)?;
    Ok(head.and_then(|head| parse_head(key, &head)))
}

fn parse_head(key: &MacKey, head: &str) -> Option<(u64, Vec<u8>)> {
    let mut parts = head.splitn(3, ':');
    let sequence: u64 = parts.next()?.parse().ok()?;
    let mac = hex::decode(parts.next()?).ok()?;
    let proof = hex::decode(parts.next()?).ok()?;
    let fields: [&[u8]; 2] = [&sequence.to_be_bytes(), &mac];
    let good = key.verifies(HEAD_LABEL, &fields, &proof);
    good.then_some((sequence, mac))
}

fn write_head(tx: &WriteTx<'_>, key: &MacKey, sequence: u64, mac: &[u8; 32]) -> Result<()> {
    let proof = key.mac(HEAD_LABEL, &[&sequence.to_be_bytes(), mac]);
    let head = format!("{sequence}:{}:{}", hex::encode(mac), hex::encode(proof));
    Ok(settings::set(tx, HEAD, &head)?)
}
