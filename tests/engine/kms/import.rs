//! Keys whose material is imported.

use stave_model::{Key, KeyOrigin, KeySpec, KeyState, Timestamp, VersionOrigin, Versioning};
use stave_store::{Error, ImportKeyMaterial, ImportParameters, KeyService as _, WrappingAlgorithm};
use stave_vault::{ImportWrapping, wrap_for_import};

use super::kit::{DAY_MS, Keys, START_MS, admin, refusal};

async fn external(keys: &Keys, spec: KeySpec) -> Key {
    let made = keys.make(|create| {
        create.origin = KeyOrigin::External;
        create.spec = spec;
    });
    made.await.unwrap()
}

async fn parameters(keys: &Keys, key: &Key) -> ImportParameters {
    let (store, algorithm) = (&keys.vault.store, WrappingAlgorithm::OaepSha256);
    let by = admin();
    let asked = store.import_parameters(&by, &key.arn, algorithm, 2_048);
    asked.await.unwrap()
}

async fn import(
    keys: &Keys,
    key: &Key,
    parameters: &ImportParameters,
    material: &[u8],
    expires: Option<Timestamp>,
) -> Result<(), Error> {
    let wrapping = ImportWrapping::OaepSha256;
    let import = ImportKeyMaterial {
        key: key.arn.clone(),
        token: parameters.token.clone(),
        wrapped: wrap_for_import(&parameters.public_key, wrapping, material).unwrap(),
        expires,
    };
    keys.vault.store.import_key_material(&admin(), import).await
}

#[tokio::test]
async fn imported_material_makes_a_key_that_guards_objects() {
    let mut keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = external(&keys, KeySpec::Symmetric).await;
    assert_eq!((key.state, key.version), (KeyState::PendingImport, 0));
    let given = parameters(&keys, &key).await;
    assert_eq!(given.valid_to.as_millis(), START_MS + DAY_MS);
    import(&keys, &key, &given, &[7; 32], None).await.unwrap();
    let told = keys.describe(&key).await.unwrap();
    assert_eq!((told.state, told.version), (KeyState::Enabled, 1));
    let versions = keys
        .vault
        .store
        .key_versions(&admin(), &key.arn)
        .await
        .unwrap();
    assert_eq!(versions[0].origin, VersionOrigin::Imported);
    keys.put(&bucket, "k", &key).await;
    keys.vault.reopen();
    assert_eq!(keys.get(&bucket, "k").await.unwrap(), b"the body");
}

#[tokio::test]
async fn deleted_material_stops_reads_and_the_same_alone_brings_them_back() {
    let keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = external(&keys, KeySpec::Symmetric).await;
    let given = parameters(&keys, &key).await;
    import(&keys, &key, &given, &[7; 32], None).await.unwrap();
    keys.put(&bucket, "k", &key).await;
    let store = &keys.vault.store;
    store
        .delete_imported_material(&admin(), &key.arn)
        .await
        .unwrap();
    assert_eq!(refusal(&keys.get(&bucket, "k").await), "InvalidState");
    let other = import(&keys, &key, &given, &[8; 32], None).await;
    assert_eq!(refusal(&other), "IncorrectKeyMaterial");
    import(&keys, &key, &given, &[7; 32], None).await.unwrap();
    assert_eq!(keys.get(&bucket, "k").await.unwrap(), b"the body");
}

#[tokio::test]
async fn material_expires_at_its_time_and_is_destroyed_then() {
    let mut keys = Keys::new();
    let bucket = keys.vault.bucket("photos", Versioning::Off).await;
    let key = external(&keys, KeySpec::Symmetric).await;
    let given = parameters(&keys, &key).await;
    let at = |ms| Some(Timestamp::from_millis(START_MS + ms));
    for (expires, expected) in [
        (at(0), "Validation"),
        (at(366 * DAY_MS), "Validation"),
        (at(1_000), "ok"),
    ] {
        let imported = import(&keys, &key, &given, &[7; 32], expires).await;
        assert_eq!(refusal(&imported), expected, "{expires:?}");
    }
    keys.put(&bucket, "k", &key).await;
    keys.wait_ms(999);
    keys.get(&bucket, "k").await.unwrap();
    keys.wait_ms(1);
    assert_eq!(refusal(&keys.get(&bucket, "k").await), "InvalidState");
    assert_eq!(
        keys.describe(&key).await.unwrap().state,
        KeyState::PendingImport
    );
    keys.vault.reopen();
    let versions_kept = super::tampering::query(
        &mut keys,
        &format!("SELECT count(*) FROM keks WHERE name = '{}'", key.id),
    );
    assert_eq!(versions_kept, 0);
    import(&keys, &key, &given, &[7; 32], None).await.unwrap();
    assert_eq!(keys.get(&bucket, "k").await.unwrap(), b"the body");
}

#[tokio::test]
async fn a_token_is_good_for_its_key_for_a_day() {
    let keys = Keys::new();
    let key = external(&keys, KeySpec::Symmetric).await;
    let other = external(&keys, KeySpec::Symmetric).await;
    let given = parameters(&keys, &key).await;
    let strange = import(&keys, &other, &given, &[7; 32], None).await;
    assert_eq!(refusal(&strange), "InvalidImportToken");
    keys.wait_days(1);
    let late = import(&keys, &key, &given, &[7; 32], None).await;
    assert_eq!(refusal(&late), "ExpiredImportToken");
}

#[tokio::test]
async fn material_has_the_length_of_its_key_and_was_wrapped_for_it() {
    let keys = Keys::new();
    let cases = [
        (KeySpec::Symmetric, 31, "IncorrectKeyMaterial"),
        (KeySpec::Symmetric, 32, "ok"),
        (KeySpec::Hmac384, 32, "IncorrectKeyMaterial"),
        (KeySpec::Hmac384, 48, "ok"),
        (KeySpec::Hmac512, 64, "ok"),
    ];
    for (spec, bytes, expected) in cases {
        let key = external(&keys, spec).await;
        let given = parameters(&keys, &key).await;
        let imported = import(&keys, &key, &given, &vec![7; bytes], None).await;
        assert_eq!(refusal(&imported), expected, "{bytes} bytes for {spec:?}");
    }
    let key = external(&keys, KeySpec::Symmetric).await;
    let given = parameters(&keys, &key).await;
    let foreign = ImportParameters {
        public_key: parameters(&keys, &key).await.public_key,
        ..given
    };
    let imported = import(&keys, &key, &foreign, &[7; 32], None).await;
    assert_eq!(refusal(&imported), "InvalidCiphertext");
}

#[tokio::test]
async fn nothing_is_imported_into_a_key_that_was_made_here() {
    let keys = Keys::new();
    let key = keys.key().await;
    let (store, algorithm) = (&keys.vault.store, WrappingAlgorithm::OaepSha1);
    let asked = store
        .import_parameters(&admin(), &key.arn, algorithm, 2_048)
        .await;
    assert_eq!(refusal(&asked), "Unsupported");
    let deleted = store.delete_imported_material(&admin(), &key.arn).await;
    assert_eq!(refusal(&deleted), "Unsupported");
}
