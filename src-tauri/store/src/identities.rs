//! Users, roles, their policies and sessions, kept by a local vault.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use stave_model::{
    AccessKeyId, Actor, Identity, IdentityKind, InlinePolicy, KeyUse, PolicyName, Session, UserName,
};

use crate::Result;

/// A user or a role to be made.
#[derive(Debug, Clone)]
pub struct NewIdentity {
    /// Its name; no user and no role may have it.
    pub name: UserName,
    /// What it is.
    pub kind: IdentityKind,
    /// What a person writes about it.
    pub description: String,
    /// Who may become it; a role needs one, a user has none.
    pub trust: Option<String>,
    /// How long a session of a role may be; `None` is an hour.
    pub session_secs: Option<u32>,
}

/// What is changed of a role; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct RoleChange {
    /// What a person writes about it.
    pub description: Option<String>,
    /// Who may become it.
    pub trust: Option<String>,
    /// How long a session of it may be.
    pub session_secs: Option<u32>,
}

/// A session to be made. Whether the one who asks may have it is decided before.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose it is.
    pub identity: UserName,
    /// Its name.
    pub name: String,
    /// Who asked for it.
    pub issued_by: UserName,
    /// How long it lives, 900 to 129,600 seconds.
    pub seconds: u32,
    /// A policy that bounds it further.
    pub policy: Option<String>,
}

/// A session's credentials, told once.
#[derive(Debug)]
pub struct SessionCredentials {
    /// The session, with the id that stands in requests.
    pub session: Session,
    /// The secret that signs.
    pub secret: SecretString,
    /// The token that each request carries.
    pub token: SecretString,
}

/// What an identity may do by itself: what each decision about it begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// The identity.
    pub identity: Identity,
    /// Its policies, by name.
    pub policies: Vec<InlinePolicy>,
}

/// The identities of a local vault. Policies are checked before they are kept (`InvalidPolicy`). The owner of the vault
/// (`admin`) has no policies and cannot be deleted: nothing binds it.
#[async_trait]
pub trait Identities: Send + Sync {
    /// Returns these identities as they are for someone, whom the audit names for what is done through them. Those
    /// that nobody was named for are the owner's.
    fn identities_for(&self, actor: Actor) -> Arc<dyn Identities>;

    /// Lists users and roles, by name.
    async fn list_identities(&self) -> Result<Vec<Identity>>;
    /// Returns an identity with its policies in one read, or `NoSuchIdentity`.
    async fn rights_of(&self, name: &UserName) -> Result<Rights>;
    /// Makes a user or a role, or fails by `IdentityExists`.
    async fn create_identity(&self, new: NewIdentity) -> Result<Identity>;
    /// Changes a role.
    async fn change_role(&self, name: &UserName, change: RoleChange) -> Result<Identity>;
    /// Removes an identity that has no keys, policies or buckets; else `IdentityInUse`. Its sessions end, its links die.
    async fn delete_identity(&self, name: &UserName) -> Result<()>;
    /// Sets a policy of an identity, at most 10,240 bytes of them together for a role and 2,048 for a user as IAM has it;
    /// spaces do not count.
    async fn put_identity_policy(&self, name: &UserName, policy: InlinePolicy) -> Result<()>;
    /// Removes a policy of an identity, or fails by `NoSuchIdentityPolicy`.
    async fn delete_identity_policy(&self, name: &UserName, policy: &PolicyName) -> Result<()>;
    /// Makes a session.
    async fn begin_session(&self, new: NewSession) -> Result<SessionCredentials>;
    /// Returns the session of an id and its secret; `NoSuchSession` where there is none, where the token is another's
    /// or where it was ended, `SessionExpired` after its end. Tokens are compared in constant time.
    async fn session(
        &self,
        id: &AccessKeyId,
        token: &SecretString,
    ) -> Result<(Session, SecretString)>;
    /// Lists the sessions of an identity that have not ended, newest first.
    async fn list_sessions(&self, identity: &UserName) -> Result<Vec<Session>>;
    /// Ends all sessions of an identity at once; returns how many.
    async fn end_sessions(&self, identity: &UserName) -> Result<u64>;
    /// Keeps that an access key was used; at most one write a minute for each key.
    async fn note_key_use(&self, id: &AccessKeyId, used: KeyUse) -> Result<()>;
}
