//! Who came by a link, and what became of it.

use std::net::IpAddr;

use rusqlite::{Row, named_params};
use stave_model::{AccessKeyId, LinkOutcome, LinkVisit};

use crate::column::{parsed, text_or_null, time};
use crate::{ReadTx, Result, WriteTx};

/// The most visits that are kept of a link.
pub const VISITS_MAX: u32 = 1_000;

const INSERT: &str = "INSERT INTO link_visits (link, at_ms, outcome, source_ip, user_agent)
    VALUES (:link, :at_ms, :outcome, :source_ip, :user_agent)";

/// All but the newest that are kept.
const TRIM: &str = "DELETE FROM link_visits WHERE link = :link AND seq <= (
        SELECT seq FROM link_visits WHERE link = :link ORDER BY seq DESC LIMIT 1 OFFSET :kept)";

const OF_LINK: &str = "SELECT at_ms, outcome, source_ip, user_agent FROM link_visits
    WHERE link = :link ORDER BY seq DESC";

const DELETE_OF_LINK: &str = "DELETE FROM link_visits WHERE link = :link";

/// Adds a visit, and removes the oldest beyond what is kept. `Tied` where there is no such link.
pub fn add(tx: &WriteTx<'_>, link: &AccessKeyId, visit: &LinkVisit) -> Result<()> {
    tx.statement(INSERT)?.execute(named_params! {
        ":link": link.as_str(),
        ":at_ms": visit.at.as_millis(),
        ":outcome": outcome_to_sql(visit.outcome),
        ":source_ip": visit.source_ip.map(|ip| ip.to_string()),
        ":user_agent": visit.user_agent,
    })?;
    tx.statement(TRIM)?
        .execute(named_params! { ":link": link.as_str(), ":kept": VISITS_MAX })?;
    Ok(())
}

/// Lists the visits of a link, newest first.
pub fn of_link(tx: &ReadTx<'_>, link: &AccessKeyId) -> Result<Vec<LinkVisit>> {
    let mut statement = tx.statement(OF_LINK)?;
    let of_link = named_params! { ":link": link.as_str() };
    statement.query_and_then(of_link, read)?.collect()
}

/// Removes the visits of a link.
pub fn delete_of_link(tx: &WriteTx<'_>, link: &AccessKeyId) -> Result<()> {
    let of_link = named_params! { ":link": link.as_str() };
    tx.statement(DELETE_OF_LINK)?.execute(of_link)?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<LinkVisit> {
    Ok(LinkVisit {
        at: time(row, "at_ms")?,
        outcome: parsed(row, "outcome", outcome_from_sql)?,
        source_ip: match text_or_null(row, "source_ip")? {
            Some(_) => Some(parsed(row, "source_ip", str::parse::<IpAddr>)?),
            None => None,
        },
        user_agent: row.get("user_agent")?,
    })
}

fn outcome_to_sql(outcome: LinkOutcome) -> &'static str {
    match outcome {
        LinkOutcome::Used => "used",
        LinkOutcome::Revoked => "revoked",
        LinkOutcome::Expired => "expired",
        LinkOutcome::UsedUp => "used_up",
        LinkOutcome::Mismatch => "mismatch",
    }
}

fn outcome_from_sql(text: &str) -> Result<LinkOutcome, ()> {
    match text {
        "used" => Ok(LinkOutcome::Used),
        "revoked" => Ok(LinkOutcome::Revoked),
        "expired" => Ok(LinkOutcome::Expired),
        "used_up" => Ok(LinkOutcome::UsedUp),
        "mismatch" => Ok(LinkOutcome::Mismatch),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use stave_model::{AccessKeyId, LinkOutcome, LinkVisit, Timestamp};

    use super::{add, delete_of_link, of_link};
    use crate::testkit::{in_memory, link};
    use crate::{Error, links};

    fn visit(at: i64, outcome: LinkOutcome) -> LinkVisit {
        LinkVisit {
            at: Timestamp::from_millis(at),
            outcome,
            source_ip: Some([192, 168, 1, 20].into()),
            user_agent: None,
        }
    }

    #[test]
    fn visits_of_every_outcome_are_kept_newest_first() {
        in_memory(|tx| {
            let id = AccessKeyId::parse("STAVELINK1").unwrap();
            let early = add(tx, &id, &visit(1, LinkOutcome::Used));
            assert!(matches!(early, Err(Error::Tied)));
            links::insert(tx, &link("STAVELINK1")).unwrap();
            let mut all: Vec<LinkVisit> = (1..)
                .zip([
                    LinkOutcome::Used,
                    LinkOutcome::Revoked,
                    LinkOutcome::Expired,
                    LinkOutcome::UsedUp,
                    LinkOutcome::Mismatch,
                ])
                .map(|(at, outcome)| visit(at, outcome))
                .collect();
            all[4].source_ip = Some("2001:db8::1".parse().unwrap());
            all[4].user_agent = Some("curl/8".to_owned());
            for visit in &all {
                add(tx, &id, visit).unwrap();
            }
            all.reverse();
            assert_eq!(of_link(tx, &id).unwrap(), all);
            assert!(matches!(links::delete(tx, &id), Err(Error::Tied)));
            delete_of_link(tx, &id).unwrap();
            assert_eq!(of_link(tx, &id).unwrap(), []);
            assert!(links::delete(tx, &id).unwrap());
        });
    }

    #[test]
    fn the_oldest_visits_go_when_there_are_more_than_a_thousand() {
        in_memory(|tx| {
            let ids = ["STAVELINK1", "STAVELINK2"].map(|id| AccessKeyId::parse(id).unwrap());
            for id in &ids {
                links::insert(tx, &link(id.as_str())).unwrap();
            }
            add(tx, &ids[1], &visit(7, LinkOutcome::Used)).unwrap();
            for at in 1..=1_003 {
                add(tx, &ids[0], &visit(at, LinkOutcome::Used)).unwrap();
            }
            let kept = of_link(tx, &ids[0]).unwrap();
            let ends = [&kept[0], &kept[kept.len() - 1]].map(|visit| visit.at.as_millis());
            assert_eq!((kept.len(), ends), (1_000, [1_003, 4]));
            assert_eq!(of_link(tx, &ids[1]).unwrap().len(), 1);
        });
    }
}
