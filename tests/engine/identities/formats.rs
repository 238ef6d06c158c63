//! Vaults from before there were policies of identities.

use secrecy::{ExposeSecret as _, SecretString};
use stave_model::{AccessKeyId, AccessKeyStatus, IdentityKind};
use stave_store::{AccessKeys as _, Identities as _, NewAccessKey};

use super::{name, policy};
use crate::kms::kit::Keys;
use crate::kms::tampering::alter;

/// Makes the catalog what the third format had.
pub const TO_FORMAT_3: &str = "DROP TABLE link_visits;
    DROP TABLE links;
    DROP TABLE sessions;
    DROP TABLE identity_policies;
    ALTER TABLE users DROP COLUMN kind;
    ALTER TABLE users DROP COLUMN description;
    ALTER TABLE users DROP COLUMN trust;
    ALTER TABLE users DROP COLUMN session_secs;
    ALTER TABLE users DROP COLUMN mac;
    ALTER TABLE access_keys DROP COLUMN used_ms;
    ALTER TABLE access_keys DROP COLUMN used_service;
    ALTER TABLE access_keys DROP COLUMN used_region;
    ALTER TABLE access_keys DROP COLUMN mac;
    PRAGMA user_version = 3;";

const OWN_BUCKETS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:CreateBucket","s3:ListAllMyBuckets"],"Resource":"*"}]}"#;

#[tokio::test]
async fn users_of_the_third_format_may_make_buckets_and_keep_their_keys() {
    let mut keys = Keys::new();
    let id = AccessKeyId::parse("AKIABOB").unwrap();
    let new = NewAccessKey {
        user: name("bob"),
        id: Some(id.clone()),
        secret: Some(SecretString::from("the secret of bob")),
    };
    keys.vault.store.add_access_key(new).await.unwrap();
    let off = AccessKeyStatus::Inactive;
    let store = &keys.vault.store;
    store.set_access_key_status(&id, off).await.unwrap();
    alter(&mut keys, TO_FORMAT_3);
    let store = &keys.vault.store;
    let bob = store.rights_of(&name("bob")).await.unwrap();
    assert_eq!(bob.identity.kind, IdentityKind::User);
    assert_eq!(bob.policies, [policy("own-buckets", OWN_BUCKETS)]);
    assert_eq!(store.rights_of(&name("admin")).await.unwrap().policies, []);
    let (key, secret) = store.access_key_secret(&id).await.unwrap();
    assert_eq!((key.status, key.user), (off, name("bob")));
    assert_eq!(secret.expose_secret(), "the secret of bob");
    let own = stave_model::PolicyName::parse("own-buckets").unwrap();
    store
        .delete_identity_policy(&name("bob"), &own)
        .await
        .unwrap();
    keys.vault.reopen();
    let rights = keys.vault.store.rights_of(&name("bob")).await.unwrap();
    assert_eq!(rights.policies, [], "it is given once");
}
