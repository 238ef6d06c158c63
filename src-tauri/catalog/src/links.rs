//! Links, with their secrets sealed. Whether a row was changed by another hand is the engine's to see, by the
//! MAC beside it.

use rusqlite::{OptionalExtension as _, Row, named_params};
use stave_model::{
    AccessKeyId, BucketName, Link, LinkAudience, LinkTarget, ObjectKey, Timestamp, UserName,
    VersionId,
};

use crate::column::{bytes, parsed, size, size_to_sql, text_or_null, time};
use crate::{Error, ReadTx, Result, WriteTx};

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// The link.
    pub link: Link,
    /// The secret that signs it, sealed by the vault.
    pub sealed_secret: Vec<u8>,
    /// The MAC of the link: 32 bytes.
    pub mac: Vec<u8>,
}

const INSERT: &str = "INSERT INTO links (id, user, title, kind, bucket, key, version, content_type,
        min_bytes, max_bytes, audience, created_ms, expires_ms, max_uses, uses, last_used_ms,
        revoked_ms, sealed_secret, mac)
    VALUES (:id, :user, :title, :kind, :bucket, :key, :version, :content_type,
        :min_bytes, :max_bytes, :audience, :created_ms, :expires_ms, :max_uses, :uses,
        :last_used_ms, :revoked_ms, :sealed_secret, :mac)";

const FIND: &str = "SELECT id, user, title, kind, bucket, key, version, content_type, min_bytes,
        max_bytes, audience, created_ms, expires_ms, max_uses, uses, last_used_ms, revoked_ms,
        sealed_secret, mac
    FROM links WHERE id = :id";

const LIST: &str = "SELECT id, user, title, kind, bucket, key, version, content_type, min_bytes,
        max_bytes, audience, created_ms, expires_ms, max_uses, uses, last_used_ms, revoked_ms,
        sealed_secret, mac
    FROM links ORDER BY seq DESC";

const OF_USER: &str = "SELECT id, user, title, kind, bucket, key, version, content_type, min_bytes,
        max_bytes, audience, created_ms, expires_ms, max_uses, uses, last_used_ms, revoked_ms,
        sealed_secret, mac
    FROM links WHERE user = :user ORDER BY seq DESC";

const COUNT: &str = "SELECT count(*) AS links FROM links";

/// All the conditions of a use stand here once more, so that no caller can count one that is none.
const USE: &str = "UPDATE links SET uses = uses + 1, last_used_ms = :now_ms, mac = :mac
    WHERE id = :id AND uses = :uses AND revoked_ms IS NULL AND expires_ms > :now_ms
        AND (max_uses IS NULL OR uses < max_uses)";

const REVOKE: &str = "UPDATE links SET revoked_ms = :revoked_ms, mac = :mac
    WHERE id = :id AND revoked_ms IS NULL";

const SET_SEALED_SECRET: &str = "UPDATE links SET sealed_secret = :sealed_secret WHERE id = :id";

const DELETE: &str = "DELETE FROM links WHERE id = :id";

/// Adds a link. `Exists` where there is one of that id.
pub fn insert(tx: &WriteTx<'_>, row: &LinkRow) -> Result<()> {
    let link = &row.link;
    let target = Target::of(&link.target)?;
    tx.statement(INSERT)?.execute(named_params! {
        ":id": link.id.as_str(),
        ":user": link.user.as_str(),
        ":title": link.title,
        ":kind": target.kind,
        ":bucket": link.target.bucket().as_str(),
        ":key": link.target.key(),
        ":version": target.version,
        ":content_type": target.content_type,
        ":min_bytes": target.min_bytes,
        ":max_bytes": target.max_bytes,
        ":audience": audience_to_sql(link.audience),
        ":created_ms": link.created.as_millis(),
        ":expires_ms": link.expires.as_millis(),
        ":max_uses": link.max_uses,
        ":uses": link.uses,
        ":last_used_ms": link.last_used.map(Timestamp::as_millis),
        ":revoked_ms": link.revoked.map(Timestamp::as_millis),
        ":sealed_secret": row.sealed_secret,
        ":mac": row.mac,
    })?;
    Ok(())
}

/// Returns the link of that id.
pub fn find(tx: &ReadTx<'_>, id: &AccessKeyId) -> Result<Option<LinkRow>> {
    let mut statement = tx.statement(FIND)?;
    let found = statement.query_row(named_params! { ":id": id.as_str() }, |row| Ok(read(row)));
    found.optional()?.transpose()
}

/// Lists all links, newest first.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<LinkRow>> {
    let mut statement = tx.statement(LIST)?;
    statement.query_and_then([], read)?.collect()
}

/// Lists the links of a user, newest first.
pub fn of_user(tx: &ReadTx<'_>, user: &UserName) -> Result<Vec<LinkRow>> {
    let mut statement = tx.statement(OF_USER)?;
    let of_user = named_params! { ":user": user.as_str() };
    statement.query_and_then(of_user, read)?.collect()
}

/// Tells how many links there are.
pub fn count(tx: &ReadTx<'_>) -> Result<u64> {
    let mut statement = tx.statement(COUNT)?;
    statement.query_row([], |row| Ok(size(row, "links")))?
}

/// Counts one more use of a link that was used so often, with the MAC of what it is then; returns whether it
/// was live, and had been used so often.
pub fn count_use(
    tx: &WriteTx<'_>,
    id: &AccessKeyId,
    uses: u32,
    now: Timestamp,
    mac: &[u8],
) -> Result<bool> {
    let changed = tx.statement(USE)?.execute(named_params! {
        ":id": id.as_str(),
        ":uses": uses,
        ":now_ms": now.as_millis(),
        ":mac": mac,
    })?;
    Ok(changed == 1)
}

/// Revokes a link, with the MAC of what it is then; returns whether it was not revoked before.
pub fn revoke(tx: &WriteTx<'_>, id: &AccessKeyId, at: Timestamp, mac: &[u8]) -> Result<bool> {
    let changed = tx.statement(REVOKE)?.execute(named_params! {
        ":id": id.as_str(),
        ":revoked_ms": at.as_millis(),
        ":mac": mac,
    })?;
    Ok(changed == 1)
}

/// Replaces the seal of a secret, or answers `NoSuchRow`.
pub fn set_sealed_secret(tx: &WriteTx<'_>, id: &AccessKeyId, sealed_secret: &[u8]) -> Result<()> {
    let changed = tx.statement(SET_SEALED_SECRET)?.execute(named_params! {
        ":id": id.as_str(),
        ":sealed_secret": sealed_secret,
    })?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::NoSuchRow { table: "links" }),
    }
}

/// Removes a link; returns whether there was one. `Tied` while it has a log.
pub fn delete(tx: &WriteTx<'_>, id: &AccessKeyId) -> Result<bool> {
    let of_id = named_params! { ":id": id.as_str() };
    Ok(tx.statement(DELETE)?.execute(of_id)? == 1)
}

/// What a target is as columns, besides bucket and key.
struct Target<'l> {
    kind: &'static str,
    version: Option<&'l str>,
    content_type: Option<&'l str>,
    min_bytes: i64,
    max_bytes: Option<i64>,
}

impl<'l> Target<'l> {
    fn of(target: &'l LinkTarget) -> Result<Self> {
        let of_kind = |kind| Self {
            kind,
            version: None,
            content_type: None,
            min_bytes: 0,
            max_bytes: None,
        };
        Ok(match target {
            LinkTarget::Get { version, .. } => Self {
                version: version.as_ref().map(VersionId::as_str),
                ..of_kind("get")
            },
            LinkTarget::Put {
                content_type,
                max_bytes,
                ..
            } => Self {
                content_type: content_type.as_deref(),
                max_bytes: max_bytes.map(size_to_sql).transpose()?,
                ..of_kind("put")
            },
            LinkTarget::Post {
                content_type,
                min_bytes,
                max_bytes,
                ..
            } => Self {
                content_type: content_type.as_deref(),
                min_bytes: size_to_sql(*min_bytes)?,
                max_bytes: max_bytes.map(size_to_sql).transpose()?,
                ..of_kind("post")
            },
        })
    }
}

fn read(row: &Row<'_>) -> Result<LinkRow> {
    let moment = |column| {
        Ok::<_, Error>(
            row.get::<_, Option<i64>>(column)?
                .map(Timestamp::from_millis),
        )
    };
    Ok(LinkRow {
        link: Link {
            id: parsed(row, "id", AccessKeyId::parse)?,
            user: parsed(row, "user", UserName::parse)?,
            title: row.get("title")?,
            target: read_target(row)?,
            audience: parsed(row, "audience", audience_from_sql)?,
            created: time(row, "created_ms")?,
            expires: time(row, "expires_ms")?,
            max_uses: row.get("max_uses")?,
            uses: row.get("uses")?,
            last_used: moment("last_used_ms")?,
            revoked: moment("revoked_ms")?,
        },
        sealed_secret: bytes(row, "sealed_secret")?,
        mac: bytes(row, "mac")?,
    })
}

fn read_target(row: &Row<'_>) -> Result<LinkTarget> {
    let bucket = parsed(row, "bucket", BucketName::parse)?;
    let content_type = row.get("content_type")?;
    let max_bytes = match row.get::<_, Option<i64>>("max_bytes")? {
        Some(_) => Some(size(row, "max_bytes")?),
        None => None,
    };
    let kind: String = row.get("kind")?;
    match kind.as_str() {
        "get" => Ok(LinkTarget::Get {
            bucket,
            key: parsed(row, "key", ObjectKey::parse)?,
            version: match text_or_null(row, "version")? {
                Some(_) => Some(parsed(row, "version", VersionId::parse)?),
                None => None,
            },
        }),
        "put" => Ok(LinkTarget::Put {
            bucket,
            key: parsed(row, "key", ObjectKey::parse)?,
            content_type,
            max_bytes,
        }),
        "post" => Ok(LinkTarget::Post {
            bucket,
            prefix: row.get("key")?,
            content_type,
            min_bytes: size(row, "min_bytes")?,
            max_bytes,
        }),
        _ => Err(Error::Damaged { what: "kind" }),
    }
}

fn audience_to_sql(audience: LinkAudience) -> &'static str {
    match audience {
        LinkAudience::Computer => "computer",
        LinkAudience::Network => "network",
    }
}

fn audience_from_sql(text: &str) -> Result<LinkAudience, ()> {
    match text {
        "computer" => Ok(LinkAudience::Computer),
        "network" => Ok(LinkAudience::Network),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use stave_model::{AccessKeyId, BucketName, LinkAudience, LinkTarget, Timestamp};

    use super::{
        LinkRow, count, count_use, delete, find, insert, list, of_user, revoke, set_sealed_secret,
    };
    use crate::Error;
    use crate::testkit::{in_memory, key, link, user, version_id};

    fn bucket() -> BucketName {
        BucketName::parse("photos").unwrap()
    }

    fn row(id: &str, target: LinkTarget) -> LinkRow {
        let mut row = link(id);
        row.link.target = target;
        row
    }

    #[test]
    fn links_of_every_kind_are_read_as_they_were_written() {
        in_memory(|tx| {
            let get = LinkTarget::Get {
                bucket: bucket(),
                key: key("a\0b"),
                version: Some(version_id("v1")),
            };
            let put = LinkTarget::Put {
                bucket: bucket(),
                key: key("c"),
                content_type: Some("image/png".to_owned()),
                max_bytes: Some(7),
            };
            let post = LinkTarget::Post {
                bucket: bucket(),
                prefix: String::new(),
                content_type: Some("image/".to_owned()),
                min_bytes: 1,
                max_bytes: None,
            };
            let mut rows = [
                row("STAVELINK1", get),
                row("STAVELINK2", put),
                row("STAVELINK3", post),
            ];
            rows[1].link.audience = LinkAudience::Network;
            rows[1].link.user = user("eve");
            rows[2].link.max_uses = None;
            rows[2].link.revoked = Some(Timestamp::from_millis(3));
            for row in &rows {
                insert(tx, row).unwrap();
            }
            assert!(matches!(insert(tx, &rows[0]), Err(Error::Exists)));
            let [get, put, post] = rows;
            assert_eq!(find(tx, &get.link.id).unwrap(), Some(get.clone()));
            let of_eve = of_user(tx, &user("eve")).unwrap();
            assert_eq!(of_eve, std::slice::from_ref(&put));
            assert_eq!(list(tx).unwrap(), [post, put, get]);
            assert_eq!(count(tx).unwrap(), 3);
        });
    }

    #[test]
    fn a_use_is_counted_while_the_link_lives_and_no_longer() {
        in_memory(|tx| {
            let new = link("STAVELINK1");
            let id = new.link.id.clone();
            insert(tx, &new).unwrap();
            let at = Timestamp::from_millis;
            let uses = |uses, now| count_use(tx, &id, uses, at(now), &[8; 32]).unwrap();
            assert!(!uses(0, 10_000), "at its end");
            assert!(!uses(1, 9_000), "counted by somebody else");
            assert!(uses(0, 9_000));
            assert!(uses(1, 9_999));
            assert!(!uses(2, 9_999), "used up");
            let found = find(tx, &id).unwrap().unwrap();
            let expected = (2, Some(at(9_999)), vec![8; 32]);
            assert_eq!((found.link.uses, found.link.last_used, found.mac), expected);
        });
    }

    #[test]
    fn a_link_is_revoked_once_and_forgotten() {
        in_memory(|tx| {
            let id = AccessKeyId::parse("STAVELINK1").unwrap();
            insert(tx, &link("STAVELINK1")).unwrap();
            let at = Timestamp::from_millis;
            assert!(revoke(tx, &id, at(5), &[1; 32]).unwrap());
            assert!(!revoke(tx, &id, at(6), &[2; 32]).unwrap());
            assert!(!count_use(tx, &id, 0, at(7), &[3; 32]).unwrap());
            set_sealed_secret(tx, &id, &[9]).unwrap();
            let found = find(tx, &id).unwrap().unwrap();
            assert_eq!((found.link.revoked, found.mac), (Some(at(5)), vec![1; 32]));
            assert_eq!(found.sealed_secret, [9]);
            assert!(delete(tx, &id).unwrap());
            assert!(!delete(tx, &id).unwrap());
            let missing = set_sealed_secret(tx, &id, &[9]);
            assert!(matches!(missing, Err(Error::NoSuchRow { table: "links" })));
        });
    }
}
