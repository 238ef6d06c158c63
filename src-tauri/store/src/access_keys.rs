//! The keys that sign requests, kept by a local vault.

use async_trait::async_trait;
use secrecy::SecretString;
use stave_model::{AccessKey, AccessKeyId, AccessKeyStatus, UserName};

use crate::Result;

/// An access key to be added.
#[derive(Debug)]
pub struct NewAccessKey {
    /// Whose it is; the user is made if there is none of that name.
    pub user: UserName,
    /// Its id; `None` mints one.
    pub id: Option<AccessKeyId>,
    /// Its secret; `None` mints one of 40 characters.
    pub secret: Option<SecretString>,
}

/// The access keys of a local vault.
#[async_trait]
pub trait AccessKeys: Send + Sync {
    /// Lists all keys, oldest first.
    async fn list_access_keys(&self) -> Result<Vec<AccessKey>>;
    /// Adds a key; returns it with its secret.
    async fn add_access_key(&self, new: NewAccessKey) -> Result<(AccessKey, SecretString)>;
    /// Turns a key on or off; requests and links signed with it are refused at once.
    async fn set_access_key_status(&self, id: &AccessKeyId, status: AccessKeyStatus) -> Result<()>;
    /// Removes a key.
    async fn delete_access_key(&self, id: &AccessKeyId) -> Result<()>;
    /// Returns a key and its secret, or `NoSuchAccessKey`. For the verifier of signatures and the owner's own screen.
    async fn access_key_secret(&self, id: &AccessKeyId) -> Result<(AccessKey, SecretString)>;
}
