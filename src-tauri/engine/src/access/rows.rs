//! What the MACs of identities, access keys, sessions and links cover, so that what another hand changed is
//! seen when it is read, and refused.
//!
//! An identity's MAC covers its policies too: one that was removed by another hand shows as well. A link's
//! covers how often it was used, for each use is a write of the row anyway.

use stave_catalog::access_keys::AccessKeyRow;
use stave_catalog::links::LinkRow;
use stave_catalog::sessions::SessionRow;
use stave_catalog::users::{self, UserRow};
use stave_catalog::{ReadTx, WriteTx, identity_policies};
use stave_model::{
    AccessKey, AccessKeyId, AccessKeyStatus, Identity, IdentityKind, Link, LinkAudience,
    LinkTarget, Session, Timestamp, UserName,
};
use stave_store::{Error as StoreError, Rights};
use stave_vault::MacKey;

use crate::error::{Error, Result};

const IDENTITY_LABEL: &str = "stave/identity/v1";
const ACCESS_KEY_LABEL: &str = "stave/access-key/v1";
const SESSION_LABEL: &str = "stave/session/v1";
const LINK_LABEL: &str = "stave/link/v1";

/// Whose secret is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sealed {
    AccessKey,
    Session,
    Link,
}

/// What a sealed secret belongs to: it opens for no other.
pub(crate) fn label(sealed: Sealed, id: &AccessKeyId) -> String {
    let kind = match sealed {
        Sealed::AccessKey => "access-key",
        Sealed::Session => "session",
        Sealed::Link => "link",
    };
    format!("{kind}/{id}")
}

/// Reads an identity and its policies, or answers `NoSuchIdentity`.
pub(crate) fn rights(tx: &ReadTx<'_>, name: &UserName, mac: &MacKey) -> Result<Rights> {
    let row = users::find(tx, name)?;
    let row = row.ok_or_else(|| StoreError::NoSuchIdentity(name.clone()))?;
    rights_of_row(tx, row, mac)
}

/// Reads the policies of an identity, and checks both.
pub(super) fn rights_of_row(tx: &ReadTx<'_>, row: UserRow, mac: &MacKey) -> Result<Rights> {
    let rights = Rights {
        policies: identity_policies::of_identity(tx, &row.identity.name)?,
        identity: row.identity,
    };
    let found = row.mac.unwrap_or_default();
    if mac.verifies(IDENTITY_LABEL, &slices(&identity_fields(&rights)), &found) {
        return Ok(rights);
    }
    let name = &rights.identity.name;
    tracing::error!(%name, "an identity or a policy of it was changed by another hand");
    Err(Error::Contradiction {
        what: "an identity or a policy of it was changed by another hand",
    })
}

/// Returns the row of an identity that has these policies.
pub(super) fn identity_row(rights: &Rights, mac: &MacKey) -> UserRow {
    let mac = mac.mac(IDENTITY_LABEL, &slices(&identity_fields(rights)));
    UserRow {
        identity: rights.identity.clone(),
        mac: Some(mac.to_vec()),
    }
}

/// Writes the row of an identity anew, after it or its policies were changed.
pub(super) fn keep_rights(tx: &WriteTx<'_>, rights: &Rights, mac: &MacKey) -> Result<()> {
    Ok(users::update(tx, &identity_row(rights, mac))?)
}

/// Returns the MAC of an access key.
pub(super) fn key_mac(key: &AccessKey, mac: &MacKey) -> [u8; 32] {
    mac.mac(ACCESS_KEY_LABEL, &slices(&key_fields(key)))
}

/// Refuses an access key that was changed by another hand.
pub(super) fn check_key(row: &AccessKeyRow, mac: &MacKey) -> Result<()> {
    let found = row.mac.as_deref().unwrap_or_default();
    let sound = mac.verifies(ACCESS_KEY_LABEL, &slices(&key_fields(&row.key)), found);
    let what = "an access key was changed by another hand";
    sound_or(sound, &row.key.id, what)
}

/// Returns the MAC of a session.
pub(super) fn session_mac(session: &Session, token_hash: &[u8], mac: &MacKey) -> [u8; 32] {
    let fields = session_fields(session, token_hash);
    mac.mac(SESSION_LABEL, &slices(&fields))
}

/// Refuses a session that was changed by another hand.
pub(super) fn check_session(row: &SessionRow, mac: &MacKey) -> Result<()> {
    let fields = session_fields(&row.session, &row.token_hash);
    let sound = mac.verifies(SESSION_LABEL, &slices(&fields), &row.mac);
    let what = "a session was changed by another hand";
    sound_or(sound, &row.session.id, what)
}

/// Returns the MAC of a link.
pub(super) fn link_mac(link: &Link, mac: &MacKey) -> [u8; 32] {
    mac.mac(LINK_LABEL, &slices(&link_fields(link)))
}

/// Refuses a link that was changed by another hand.
pub(super) fn check_link(row: &LinkRow, mac: &MacKey) -> Result<()> {
    let sound = mac.verifies(LINK_LABEL, &slices(&link_fields(&row.link)), &row.mac);
    let what = "a link was changed by another hand";
    sound_or(sound, &row.link.id, what)
}

fn sound_or(sound: bool, id: &AccessKeyId, what: &'static str) -> Result<()> {
    if sound {
        return Ok(());
    }
    tracing::error!(%id, "{what}");
    Err(Error::Contradiction { what })
}

type Fields = Vec<Vec<u8>>;

fn slices(fields: &Fields) -> Vec<&[u8]> {
    fields.iter().map(Vec::as_slice).collect()
}

fn identity_fields(rights: &Rights) -> Fields {
    let Identity {
        name,
        kind,
        created,
        description,
        trust,
        session_secs,
    } = &rights.identity;
    let mut fields = vec![
        text(name.as_str()),
        text(kind_word(*kind)),
        time(*created),
        text(description),
        optional(trust.as_deref().map(text)),
        optional(session_secs.map(|secs| secs.to_be_bytes().to_vec())),
    ];
    for policy in &rights.policies {
        fields.push(text(policy.name.as_str()));
        fields.push(text(&policy.document));
    }
    fields
}

/// The last use decides nothing and stays out.
fn key_fields(key: &AccessKey) -> Fields {
    let status = match key.status {
        AccessKeyStatus::Active => "active",
        AccessKeyStatus::Inactive => "inactive",
    };
    vec![
        text(key.id.as_str()),
        text(key.user.as_str()),
        text(status),
        time(key.created),
    ]
}

fn session_fields(session: &Session, token_hash: &[u8]) -> Fields {
    let Session {
        id,
        identity,
        kind,
        name,
        issued_by,
        issued,
        expires,
        policy,
    } = session;
    vec![
        text(id.as_str()),
        text(identity.as_str()),
        text(kind_word(*kind)),
        text(name),
        text(issued_by.as_str()),
        time(*issued),
        time(*expires),
        optional(policy.as_deref().map(text)),
        token_hash.to_vec(),
    ]
}

fn link_fields(link: &Link) -> Fields {
    let Link {
        id,
        user,
        title,
        target,
        audience,
        created,
        expires,
        max_uses,
        uses,
        last_used,
        revoked,
    } = link;
    let audience = match audience {
        LinkAudience::Computer => "computer",
        LinkAudience::Network => "network",
    };
    let mut fields = vec![
        text(id.as_str()),
        text(user.as_str()),
        text(title),
        text(audience),
        time(*created),
        time(*expires),
        optional(max_uses.map(|most| most.to_be_bytes().to_vec())),
        uses.to_be_bytes().to_vec(),
        optional(last_used.map(time)),
        optional(revoked.map(time)),
        text(target.method()),
        text(target.bucket().as_str()),
        text(target.key()),
    ];
    fields.extend(match target {
        LinkTarget::Get { version, .. } => {
            vec![optional(version.as_ref().map(|id| text(id.as_str())))]
        }
        LinkTarget::Put {
            content_type,
            max_bytes,
            ..
        } => vec![
            optional(content_type.as_deref().map(text)),
            optional(max_bytes.map(size)),
        ],
        LinkTarget::Post {
            content_type,
            min_bytes,
            max_bytes,
            ..
        } => vec![
            optional(content_type.as_deref().map(text)),
            size(*min_bytes),
            optional(max_bytes.map(size)),
        ],
    });
    fields
}

fn kind_word(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::User => "user",
        IdentityKind::Role => "role",
    }
}

fn text(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn time(at: Timestamp) -> Vec<u8> {
    at.as_millis().to_be_bytes().to_vec()
}

fn size(bytes: u64) -> Vec<u8> {
    bytes.to_be_bytes().to_vec()
}

/// Tells what is absent from what is empty.
fn optional(value: Option<Vec<u8>>) -> Vec<u8> {
    value.map_or_else(|| vec![0], |value| [vec![1], value].concat())
}
