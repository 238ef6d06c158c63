//! Looking records up, and checking the chain.

use stave_catalog::audit::{self as rows, AuditRow, Filter};
use stave_model::{Actor, KeyId};
use stave_store::{AuditPage, AuditQuery, AuditRecord, AuditVerdict, Error as StoreError};

use super::chain;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::kms::is_owner;

/// The most records of a page.
const PAGE_MAX: u16 = 1_000;

impl Core {
    /// Returns a page of records.
    pub(crate) fn look_up_audit(&self, by: &Actor, query: AuditQuery) -> Result<AuditPage> {
        for_the_owner(by)?;
        if !(1..=PAGE_MAX).contains(&query.limit) {
            return Err(StoreError::InvalidArgument("a page has 1 to 1,000 records").into());
        }
        let limit = query.limit;
        let filter = self.filter_of(query);
        // One more than asked for shows whether there is a next page.
        let mut found = self
            .catalog
            .read(|tx| Ok::<_, Error>(rows::filtered(tx, &filter, u32::from(limit) + 1)?))?;
        let more = found.len() > usize::from(limit);
        found.truncate(usize::from(limit));
        let next_before = found.last().filter(|_| more).map(|row| row.sequence);
        let records = found.into_iter().map(record_of).collect();
        Ok(AuditPage {
            records,
            next_before,
        })
    }

    /// Checks the chain.
    pub(crate) fn verify_audit(&self, by: &Actor) -> Result<AuditVerdict> {
        for_the_owner(by)?;
        self.catalog.read(|tx| chain::verify(tx, &self.kms.audit))
    }

    fn filter_of(&self, query: AuditQuery) -> Filter {
        let arn = |text: String| match KeyId::parse(&text) {
            Some(id) => id.arn(&self.region),
            None => text,
        };
        Filter {
            from: query.from,
            to: query.to,
            event_name: query.event_name,
            event_id: query.event_id,
            user: query.user,
            access_key: query.access_key,
            resource: query.resource.map(arn),
            read_only: query.read_only,
            denied: query.denied,
            before: query.before,
        }
    }
}

/// Reading the audit is the owner's alone.
pub(super) fn for_the_owner(by: &Actor) -> Result<()> {
    if is_owner(by) {
        Ok(())
    } else {
        Err(StoreError::AccessDenied.into())
    }
}

fn record_of(row: AuditRow) -> AuditRecord {
    AuditRecord {
        sequence: row.sequence,
        at: row.at,
        event: row.event,
    }
}
