//! Links: made, used, revoked. A use is decided and counted by one transaction before it is served, so that a
//! link opens as often as it may and no more, whoever comes at the same moment.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use stave_catalog::links::{self, LinkRow};
use stave_catalog::{ReadTx, WriteTx, link_visits};
use stave_model::{
    AccessKeyId, Actor, Change, IdentityKind, LINK_ID_PREFIX, Link, LinkOutcome, LinkState,
    LinkTarget, LinkVisit, Timestamp,
};
use stave_store::{Error as StoreError, NewLink, Visitor};
use stave_vault::MacKey;

use super::manage::{Deed, request};
use super::mint;
use super::rows::{Sealed, check_link, label, link_mac, rights};
use crate::core::Core;
use crate::error::{Error, Result};

/// How long a link lives: S3 signs for seven days at most.
const SECONDS: std::ops::RangeInclusive<u32> = 1..=604_800;

/// The most links of a vault, with those that are revoked and not forgotten.
const LINKS_MAX: u64 = 10_000;

const TITLE_CHARS_MAX: usize = 200;
const CONTENT_TYPE_CHARS_MAX: usize = 256;
const PREFIX_BYTES_MAX: usize = 1_024;
const USER_AGENT_CHARS_MAX: usize = 300;

/// The most bytes that S3 takes of an object.
const OBJECT_BYTES_MAX: u64 = 5 << 40;

impl Core {
    /// Makes a link and a key that signs it.
    pub(super) fn make_link(&self, by: &Actor, new: NewLink) -> Result<(Link, SecretString)> {
        self.has_room()?;
        check(&new)?;
        let secret = mint::secret()?;
        let id = mint::id(LINK_ID_PREFIX, self.ids.as_ref())?;
        // The root key stays what it is until the row is committed.
        let _wrapping = self.vault.wrapping();
        let sealed_secret = self
            .vault
            .seal_secret(&label(Sealed::Link, &id), secret.expose_secret().as_bytes())?;
        let link = planned(id, new, self.clock.now());
        let notes = request(&[
            ("linkId", link.id.as_str().into()),
            ("userName", link.user.as_str().into()),
            ("method", link.target.method().into()),
            ("bucketName", link.target.bucket().as_str().into()),
            ("key", link.target.key().into()),
            ("expires", crate::audit::time(link.expires).into()),
            ("maxUses", link.max_uses.into()),
        ]);
        let kms = Arc::clone(&self.kms);
        let made = self.manage(
            by,
            Deed::s3("MakeLink"),
            notes,
            &Change::Links,
            move |tx, _| {
                if rights(tx, &link.user, &kms.mac)?.identity.kind == IdentityKind::Role {
                    let why =
                        "a link is made for a user; sessions of a role end, and a link would not";
                    return Err(StoreError::InvalidRequest(why).into());
                }
                if links::count(tx)? >= LINKS_MAX {
                    let why = "a vault has at most 10,000 links; forget some";
                    return Err(StoreError::InvalidRequest(why).into());
                }
                let row = LinkRow {
                    mac: link_mac(&link, &kms.mac).to_vec(),
                    sealed_secret,
                    link,
                };
                links::insert(tx, &row)?;
                Ok(row.link)
            },
        )?;
        Ok((made, secret))
    }

    /// Lists all links. One that was changed by another hand is left out, and logged.
    pub(super) fn list_links(&self) -> Result<Vec<Link>> {
        let rows = self.catalog.read(|tx| Ok::<_, Error>(links::list(tx)?))?;
        let sound = |row: &LinkRow| check_link(row, &self.kms.mac).is_ok();
        let rows = rows.into_iter().filter(sound);
        Ok(rows.map(|row| row.link).collect())
    }

    /// Returns a link and the secret that signs it.
    pub(super) fn link(&self, id: &AccessKeyId) -> Result<(Link, SecretString)> {
        let row = self.catalog.read(|tx| find(tx, id))?;
        check_link(&row, &self.kms.mac)?;
        let secret = self.open_text(&label(Sealed::Link, id), &row.sealed_secret)?;
        Ok((row.link, secret))
    }

    /// Counts a use of a link, or tells why it is none.
    pub(super) fn use_link(&self, id: AccessKeyId, visitor: Visitor) -> Result<LinkOutcome> {
        self.writable()?;
        let (kms, clock) = (Arc::clone(&self.kms), Arc::clone(&self.clock));
        let outcome = self.catalog.write(move |tx| {
            let row = find(tx, &id)?;
            check_link(&row, &kms.mac)?;
            let now = clock.now();
            let outcome = match row.link.state(now) {
                LinkState::Live => count(tx, row.link, now, &kms.mac)?,
                LinkState::Revoked => LinkOutcome::Revoked,
                LinkState::Expired => LinkOutcome::Expired,
                LinkState::UsedUp => LinkOutcome::UsedUp,
            };
            link_visits::add(tx, &id, &visit(now, outcome, visitor))?;
            Ok::<_, Error>(outcome)
        })?;
        self.publish(&Change::Links);
        Ok(outcome)
    }

    /// Leaves a visit in a link's log that is no use.
    pub(super) fn note_visit(
        &self,
        id: AccessKeyId,
        outcome: LinkOutcome,
        visitor: Visitor,
    ) -> Result<()> {
        self.writable()?;
        let now = self.clock.now();
        self.catalog.write(move |tx| {
            find(tx, &id)?;
            Ok::<_, Error>(link_visits::add(tx, &id, &visit(now, outcome, visitor))?)
        })?;
        self.publish(&Change::Links);
        Ok(())
    }

    /// Revokes a link.
    pub(super) fn revoke_link(&self, by: &Actor, id: AccessKeyId) -> Result<Link> {
        let notes = request(&[("linkId", id.as_str().into())]);
        let (kms, now) = (Arc::clone(&self.kms), self.clock.now());
        self.manage(
            by,
            Deed::s3("RevokeLink"),
            notes,
            &Change::Links,
            move |tx, _| {
                let row = find(tx, &id)?;
                check_link(&row, &kms.mac)?;
                revoke_row(tx, row.link, now, &kms.mac)
            },
        )
    }

    /// Removes a link that does not open any more, and its log.
    pub(super) fn forget_link(&self, by: &Actor, id: AccessKeyId) -> Result<()> {
        let notes = request(&[("linkId", id.as_str().into())]);
        let (kms, now) = (Arc::clone(&self.kms), self.clock.now());
        self.manage(
            by,
            Deed::s3("ForgetLink"),
            notes,
            &Change::Links,
            move |tx, _| {
                let row = find(tx, &id)?;
                // One that was changed by another hand opens nothing.
                let sound = check_link(&row, &kms.mac).is_ok();
                if sound && row.link.state(now) == LinkState::Live {
                    let why = "the link still opens; revoke it first";
                    return Err(StoreError::InvalidRequest(why).into());
                }
                link_visits::delete_of_link(tx, &id)?;
                links::delete(tx, &id)?;
                Ok(())
            },
        )
    }

    /// Returns the visits of a link.
    pub(super) fn link_log(&self, id: &AccessKeyId) -> Result<Vec<LinkVisit>> {
        self.catalog.read(|tx| {
            find(tx, id)?;
            Ok(link_visits::of_link(tx, id)?)
        })
    }
}

/// Revokes a link unless it is; returns what it is then.
pub(super) fn revoke_row(
    tx: &WriteTx<'_>,
    link: Link,
    now: Timestamp,
    mac: &MacKey,
) -> Result<Link> {
    if link.revoked.is_some() {
        return Ok(link);
    }
    let revoked = Link {
        revoked: Some(now),
        ..link
    };
    links::revoke(tx, &revoked.id, now, &link_mac(&revoked, mac))?;
    Ok(revoked)
}

fn find(tx: &ReadTx<'_>, id: &AccessKeyId) -> Result<LinkRow> {
    links::find(tx, id)?.ok_or_else(|| StoreError::NoSuchLink(id.clone()).into())
}

fn count(tx: &WriteTx<'_>, link: Link, now: Timestamp, mac: &MacKey) -> Result<LinkOutcome> {
    let before = link.uses;
    let used = Link {
        uses: before.saturating_add(1),
        last_used: Some(now),
        ..link
    };
    let counted = links::count_use(tx, &used.id, before, now, &link_mac(&used, mac))?;
    if counted {
        return Ok(LinkOutcome::Used);
    }
    Err(Error::Contradiction {
        what: "a use of a live link was not counted",
    })
}

fn planned(id: AccessKeyId, new: NewLink, now: Timestamp) -> Link {
    // Its address names the second at which it was signed, and tells its end from there.
    let created = Timestamp::from_millis(now.as_secs() * 1_000);
    let lasts_ms = i64::from(new.seconds) * 1_000;
    Link {
        id,
        user: new.user,
        title: new.title,
        target: new.target,
        audience: new.audience,
        created,
        expires: Timestamp::from_millis(created.as_millis() + lasts_ms),
        max_uses: new.max_uses,
        uses: 0,
        last_used: None,
        revoked: None,
    }
}

fn check(new: &NewLink) -> Result<()> {
    let refused = |why| Err(Error::from(StoreError::InvalidArgument(why)));
    if !SECONDS.contains(&new.seconds) {
        return refused("a link lasts 1 to 604,800 seconds");
    }
    if new.max_uses == Some(0) {
        return refused("a link may be used at least once");
    }
    if new.title.chars().count() > TITLE_CHARS_MAX {
        return refused("the title of a link has at most 200 characters");
    }
    let (content_type, (least, most)) = match &new.target {
        LinkTarget::Get { .. } => (None, (0, None)),
        LinkTarget::Put {
            content_type,
            max_bytes,
            ..
        } => (content_type.as_deref(), (0, *max_bytes)),
        LinkTarget::Post {
            content_type,
            min_bytes,
            max_bytes,
            ..
        } => (content_type.as_deref(), (*min_bytes, *max_bytes)),
    };
    if new.target.key().len() > PREFIX_BYTES_MAX {
        return refused("a prefix has at most 1,024 bytes");
    }
    if content_type.is_some_and(|text| !is_header_value(text)) {
        return refused("a content type has 1 to 256 printable characters");
    }
    if most.unwrap_or(OBJECT_BYTES_MAX) < least || most.unwrap_or(0) > OBJECT_BYTES_MAX {
        return refused("the least size is above the most, or the most above the 5 TiB of S3");
    }
    Ok(())
}

fn is_header_value(text: &str) -> bool {
    (1..=CONTENT_TYPE_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

fn visit(at: Timestamp, outcome: LinkOutcome, visitor: Visitor) -> LinkVisit {
    let cut = |text: String| text.chars().take(USER_AGENT_CHARS_MAX).collect();
    LinkVisit {
        at,
        outcome,
        source_ip: visitor.source_ip,
        user_agent: visitor.user_agent.map(cut),
    }
}
