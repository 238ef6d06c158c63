//! Identities and links of a local vault: the hops to a blocking thread.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use stave_model::{
    AccessKeyId, Actor, Identity, InlinePolicy, KeyUse, Link, LinkOutcome, LinkVisit, PolicyName,
    Session, UserName,
};
use stave_store::{
    Identities, Links, NewIdentity, NewLink, NewSession, Result, Rights, RoleChange,
    SessionCredentials, Visitor,
};

use crate::core::Core;
use crate::handle::LocalStore;

#[async_trait]
impl Identities for LocalStore {
    fn identities_for(&self, actor: Actor) -> Arc<dyn Identities> {
        Arc::new(self.acting_as(actor))
    }

    async fn list_identities(&self) -> Result<Vec<Identity>> {
        self.run(Core::list_identities).await
    }

    async fn rights_of(&self, name: &UserName) -> Result<Rights> {
        let name = name.clone();
        self.run(move |core| core.rights_of(&name)).await
    }

    async fn create_identity(&self, new: NewIdentity) -> Result<Identity> {
        let by = self.actor();
        self.run(move |core| core.create_identity(&by, new)).await
    }

    async fn change_role(&self, name: &UserName, change: RoleChange) -> Result<Identity> {
        let (by, name) = (self.actor(), name.clone());
        self.run(move |core| core.change_role(&by, name, change))
            .await
    }

    async fn delete_identity(&self, name: &UserName) -> Result<()> {
        let (by, name) = (self.actor(), name.clone());
        self.run(move |core| core.delete_identity(&by, name)).await
    }

    async fn put_identity_policy(&self, name: &UserName, policy: InlinePolicy) -> Result<()> {
        let (by, name) = (self.actor(), name.clone());
        self.run(move |core| core.put_identity_policy(&by, name, policy))
            .await
    }

    async fn delete_identity_policy(&self, name: &UserName, policy: &PolicyName) -> Result<()> {
        let (by, name, policy) = (self.actor(), name.clone(), policy.clone());
        self.run(move |core| core.delete_identity_policy(&by, name, policy))
            .await
    }

    async fn begin_session(&self, new: NewSession) -> Result<SessionCredentials> {
        let by = self.actor();
        self.run(move |core| core.begin_session(&by, new)).await
    }

    async fn session(
        &self,
        id: &AccessKeyId,
        token: &SecretString,
    ) -> Result<(Session, SecretString)> {
        let (id, token) = (id.clone(), token.clone());
        self.run(move |core| core.session(&id, &token)).await
    }

    async fn list_sessions(&self, identity: &UserName) -> Result<Vec<Session>> {
        let identity = identity.clone();
        self.run(move |core| core.list_sessions(&identity)).await
    }

    async fn end_sessions(&self, identity: &UserName) -> Result<u64> {
        let (by, identity) = (self.actor(), identity.clone());
        self.run(move |core| core.end_sessions(&by, identity)).await
    }

    async fn note_key_use(&self, id: &AccessKeyId, used: KeyUse) -> Result<()> {
        let id = id.clone();
        self.run(move |core| {
            core.note_key_use(&id, &used);
            Ok(())
        })
        .await
    }
}

#[async_trait]
impl Links for LocalStore {
    async fn make_link(&self, new: NewLink) -> Result<(Link, SecretString)> {
        let by = self.actor();
        self.run(move |core| core.make_link(&by, new)).await
    }

    async fn list_links(&self) -> Result<Vec<Link>> {
        self.run(Core::list_links).await
    }

    async fn link(&self, id: &AccessKeyId) -> Result<(Link, SecretString)> {
        let id = id.clone();
        self.run(move |core| core.link(&id)).await
    }

    async fn use_link(&self, id: &AccessKeyId, visitor: Visitor) -> Result<LinkOutcome> {
        let id = id.clone();
        self.run(move |core| core.use_link(id, visitor)).await
    }

    async fn note_visit(
        &self,
        id: &AccessKeyId,
        outcome: LinkOutcome,
        visitor: Visitor,
    ) -> Result<()> {
        let id = id.clone();
        self.run(move |core| core.note_visit(id, outcome, visitor))
            .await
    }

    async fn revoke_link(&self, id: &AccessKeyId) -> Result<Link> {
        let (by, id) = (self.actor(), id.clone());
        self.run(move |core| core.revoke_link(&by, id)).await
    }

    async fn forget_link(&self, id: &AccessKeyId) -> Result<()> {
        let (by, id) = (self.actor(), id.clone());
        self.run(move |core| core.forget_link(&by, id)).await
    }

    async fn link_log(&self, id: &AccessKeyId) -> Result<Vec<LinkVisit>> {
        let id = id.clone();
        self.run(move |core| core.link_log(&id)).await
    }
}

impl LocalStore {
    /// Returns a setting of the vault that is kept sealed, the key of a certificate say.
    pub async fn sealed_setting(&self, name: &str) -> Result<Option<SecretString>> {
        let name = name.to_owned();
        self.run(move |core| core.sealed_setting(&name)).await
    }

    /// Keeps a setting of the vault sealed; `None` removes it.
    pub async fn put_sealed_setting(&self, name: &str, value: Option<SecretString>) -> Result<()> {
        let name = name.to_owned();
        self.run(move |core| core.put_sealed_setting(name, value.as_ref()))
            .await
    }
}
