//! Sessions: credentials for a while. Of a token its SHA-256 alone is kept, for who has the database may not
//! have the sessions.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use stave_catalog::sessions::{self, SessionRow};
use stave_catalog::{Catalog, ReadTx};
use stave_model::{
    AccessKeyId, Actor, Change, Identity, IdentityKind, Session, Timestamp, UserName,
};
use stave_store::{Error as StoreError, NewSession, SessionCredentials};
use subtle::ConstantTimeEq as _;

use super::manage::{Deed, request};
use super::mint;
use super::policies::{check_session_policy, or_null};
use super::rows::{Sealed, check_session, label, rights, session_mac};
use crate::core::Core;
use crate::error::{Error, Result};

/// What minted ids begin with, as those of AWS' temporary credentials do.
const ID_PREFIX: &str = "ASIA";

/// How long a session lives. <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
const SECONDS: std::ops::RangeInclusive<u32> = 900..=129_600;

/// How long a session of a role lives where the role says nothing.
const OF_ROLE_SECS_DEFAULT: u32 = 3_600;

/// The most sessions of an identity at a time.
const SESSIONS_MAX: u64 = 10_000;

/// How long a session is kept after its end, so that its holder is told what happened.
const KEPT_MS: i64 = 24 * 60 * 60 * 1_000;

impl Core {
    /// Makes a session.
    pub(super) fn begin_session(&self, by: &Actor, new: NewSession) -> Result<SessionCredentials> {
        self.has_room()?;
        let (secret, token) = (mint::secret()?, mint::token()?);
        let (id, now) = (mint::id(ID_PREFIX, self.ids.as_ref())?, self.clock.now());
        let token_hash = hash(&token);
        // The root key stays what it is until the row is committed.
        let _wrapping = self.vault.wrapping();
        let sealed_secret = self.vault.seal_secret(
            &label(Sealed::Session, &id),
            secret.expose_secret().as_bytes(),
        )?;
        let kind = self.kind_of(&new.identity)?;
        let deed = match kind {
            IdentityKind::User => Deed::sts("GetSessionToken"),
            IdentityKind::Role => Deed::sts("AssumeRole"),
        };
        let cut = |text: &str| text.chars().take(2_048).collect::<String>();
        let notes = request(&[
            ("identity", new.identity.as_str().into()),
            ("roleSessionName", cut(&new.name).into()),
            ("durationSeconds", new.seconds.into()),
            ("policy", or_null(new.policy.as_deref().map(cut).as_deref())),
        ]);
        let by = issuer(by, &new.issued_by);
        let kms = Arc::clone(&self.kms);
        let session = self.manage(&by, deed, notes, &Change::Identities, move |tx, notes| {
            let identity = rights(tx, &new.identity, &kms.mac)?.identity;
            if sessions::count(tx, &new.identity, now)? >= SESSIONS_MAX {
                let why = "an identity has at most 10,000 sessions at a time; end some";
                return Err(StoreError::InvalidRequest(why).into());
            }
            let session = checked(id, &identity, new, now)?;
            notes.answer("accessKeyId", session.id.as_str());
            let row = SessionRow {
                mac: session_mac(&session, &token_hash, &kms.mac).to_vec(),
                token_hash: token_hash.to_vec(),
                sealed_secret,
                session,
            };
            sessions::insert(tx, &row)?;
            Ok(row.session)
        })?;
        self.sweeper.wake();
        Ok(SessionCredentials {
            session,
            secret,
            token,
        })
    }

    /// Returns the session of an id and its secret to who has its token.
    pub(super) fn session(
        &self,
        id: &AccessKeyId,
        token: &SecretString,
    ) -> Result<(Session, SecretString)> {
        let row = self
            .catalog
            .read(|tx| Ok::<_, Error>(sessions::find(tx, id)?))?;
        let row = row.ok_or(StoreError::NoSuchSession)?;
        check_session(&row, &self.kms.mac)?;
        if !bool::from(hash(token).as_slice().ct_eq(&row.token_hash)) {
            return Err(StoreError::NoSuchSession.into());
        }
        if row.session.expires <= self.clock.now() {
            return Err(StoreError::SessionExpired.into());
        }
        let secret = self.open_text(&label(Sealed::Session, id), &row.sealed_secret)?;
        Ok((row.session, secret))
    }

    /// Lists the sessions of an identity that have not ended. One that was changed by another hand is left
    /// out, and logged.
    pub(super) fn list_sessions(&self, identity: &UserName) -> Result<Vec<Session>> {
        let now = self.clock.now();
        let rows = self.catalog.read(|tx| {
            rights(tx, identity, &self.kms.mac)?;
            Ok::<_, Error>(sessions::of_identity(tx, identity, now)?)
        })?;
        let sound = |row: &SessionRow| check_session(row, &self.kms.mac).is_ok();
        let rows = rows.into_iter().filter(sound);
        Ok(rows.map(|row| row.session).collect())
    }

    /// Ends all sessions of an identity.
    pub(super) fn end_sessions(&self, by: &Actor, identity: UserName) -> Result<u64> {
        let notes = request(&[("identity", identity.as_str().into())]);
        let (kms, now) = (Arc::clone(&self.kms), self.clock.now());
        let deed = Deed::sts("EndSessions");
        self.manage(by, deed, notes, &Change::Identities, move |tx, notes| {
            rights(tx, &identity, &kms.mac)?;
            let live = sessions::count(tx, &identity, now)?;
            sessions::delete_of_identity(tx, &identity)?;
            notes.answer("ended", live);
            Ok(live)
        })
    }
}

/// Removes sessions whose end is long past.
pub(crate) fn end_old(catalog: &Catalog, now: Timestamp) -> Result<()> {
    let before = Timestamp::from_millis(now.as_millis().saturating_sub(KEPT_MS));
    let count = |tx: &ReadTx<'_>| Ok::<_, Error>(sessions::count_ended(tx, before)?);
    if catalog.read(count)? > 0 {
        catalog.write(move |tx| Ok::<_, Error>(sessions::delete_ended(tx, before)?))?;
    }
    Ok(())
}

/// Makes a session of what was asked for.
fn checked(
    id: AccessKeyId,
    identity: &Identity,
    new: NewSession,
    now: Timestamp,
) -> Result<Session> {
    let refused = |why| Error::from(StoreError::InvalidArgument(why));
    if !SECONDS.contains(&new.seconds) {
        return Err(refused("a session lasts 900 to 129,600 seconds"));
    }
    let name = match identity.kind {
        IdentityKind::User => identity.name.as_str().to_owned(),
        IdentityKind::Role => {
            let longest = identity.session_secs.unwrap_or(OF_ROLE_SECS_DEFAULT);
            if new.seconds > longest {
                return Err(refused("sessions of this role may not be so long"));
            }
            if new.name.len() < 2 || UserName::parse(&new.name).is_err() {
                let why = "a session's name has 2 to 64 letters, digits and + = , . @ _ -";
                return Err(refused(why));
            }
            new.name
        }
    };
    if let Some(policy) = &new.policy {
        check_session_policy(policy)?;
    }
    let lasts_ms = i64::from(new.seconds) * 1_000;
    Ok(Session {
        id,
        identity: identity.name.clone(),
        kind: identity.kind,
        name,
        issued_by: new.issued_by,
        issued: now,
        expires: Timestamp::from_millis(now.as_millis() + lasts_ms),
        policy: new.policy,
    })
}

/// Returns who asked for a session, as far as the audit can tell.
fn issuer(by: &Actor, issued_by: &UserName) -> Actor {
    if by.user.as_ref() == Some(issued_by) {
        by.clone()
    } else {
        Actor::local(issued_by.clone(), by.via)
    }
}

fn hash(token: &SecretString) -> [u8; 32] {
    Sha256::digest(token.expose_secret().as_bytes()).into()
}
