//! Access keys.

use secrecy::{ExposeSecret as _, SecretString};
use stave_model::{AccessKeyId, AccessKeyStatus, UserName};
use stave_store::{AccessKeys, Error, NewAccessKey};

use crate::kit::{Vault, owner};

impl Vault {
    /// Returns the id and the secret of the first access key.
    pub async fn access_key(&self) -> (AccessKeyId, String) {
        let first = self.store.list_access_keys().await.unwrap().remove(0);
        let (key, secret) = self.store.access_key_secret(&first.id).await.unwrap();
        (key.id, secret.expose_secret().to_owned())
    }
}

fn new(user: &UserName, id: Option<&str>, secret: Option<&str>) -> NewAccessKey {
    NewAccessKey {
        user: user.clone(),
        id: id.map(|id| AccessKeyId::parse(id).unwrap()),
        secret: secret.map(SecretString::from),
    }
}

#[tokio::test]
async fn a_new_vault_has_one_key_of_its_owner() {
    let vault = Vault::new();
    let keys = vault.store.list_access_keys().await.unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].user, owner());
    let (id, secret) = vault.access_key().await;
    assert!(id.as_str().starts_with("AKIA") && id.as_str().len() == 20);
    assert_eq!(secret.len(), 40);
}

#[tokio::test]
async fn a_key_is_kept_with_its_secret() {
    let mut vault = Vault::new();
    let eve = UserName::parse("eve").unwrap();
    let given = new(&eve, Some("given"), Some("a secret of her own"));
    vault.store.add_access_key(given).await.unwrap();
    vault.reopen();
    let id = AccessKeyId::parse("given").unwrap();
    let (key, secret) = vault.store.access_key_secret(&id).await.unwrap();
    assert_eq!(key.user, eve);
    assert_eq!(secret.expose_secret(), "a secret of her own");
    let again = vault
        .store
        .add_access_key(new(&eve, Some("given"), None))
        .await;
    assert!(matches!(again, Err(Error::AccessKeyExists(_))));
}

#[tokio::test]
async fn a_key_is_turned_off_and_removed() {
    let vault = Vault::new();
    let (key, _) = vault
        .store
        .add_access_key(new(&owner(), None, None))
        .await
        .unwrap();
    let turn = |status| vault.store.set_access_key_status(&key.id, status);
    turn(AccessKeyStatus::Inactive).await.unwrap();
    let (off, _) = vault.store.access_key_secret(&key.id).await.unwrap();
    assert_eq!(off.status, AccessKeyStatus::Inactive);
    vault.store.delete_access_key(&key.id).await.unwrap();
    let gone = vault.store.access_key_secret(&key.id).await;
    assert!(matches!(gone, Err(Error::NoSuchAccessKey(_))));
    assert!(matches!(
        turn(AccessKeyStatus::Active).await,
        Err(Error::NoSuchAccessKey(_))
    ));
    let again = vault.store.delete_access_key(&key.id).await;
    assert!(matches!(again, Err(Error::NoSuchAccessKey(_))));
}
