//! Encrypt, Decrypt, ReEncrypt, data keys, random bytes and MACs.

use secrecy::ExposeSecret as _;
use stave_model::KeySpec;
use stave_store::{Decrypt, Encrypt, GenerateDataKey, GenerateMac, KeyService as _, ReEncrypt};

use super::kit::{Keys, admin, context, refusal};

#[tokio::test]
async fn what_was_sealed_opens_with_its_context_alone() {
    let keys = Keys::new();
    let key = keys.key().await;
    let own = [("a", "b"), ("c", "d")];
    let sealed = keys.encrypt_by(&admin(), &key, &own).await.unwrap();
    let by = admin();
    let open = |pairs| keys.decrypt_by(&by, &sealed, pairs);
    assert_eq!(open(&own).await.unwrap(), b"plaintext");
    assert_eq!(open(&[("c", "d"), ("a", "b")]).await.unwrap(), b"plaintext");
    assert_eq!(refusal(&open(&[]).await), "InvalidCiphertext");
    assert_eq!(refusal(&open(&[("a", "b")]).await), "InvalidCiphertext");
    assert_eq!(
        refusal(&open(&[("a", "b"), ("c", "e")]).await),
        "InvalidCiphertext"
    );
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    let changed = keys.decrypt_by(&admin(), &changed, &own).await;
    assert_eq!(refusal(&changed), "InvalidCiphertext");
    assert_eq!(
        refusal(&keys.decrypt(b"nonsense").await),
        "InvalidCiphertext"
    );
}

#[tokio::test]
async fn two_sealings_of_one_plaintext_differ() {
    let keys = Keys::new();
    let key = keys.key().await;
    assert_ne!(keys.encrypt(&key).await, keys.encrypt(&key).await);
}

#[tokio::test]
async fn a_key_that_is_named_for_opening_must_be_the_one() {
    let keys = Keys::new();
    let (one, other) = (keys.key().await, keys.key().await);
    let ciphertext = keys.encrypt(&one).await;
    for (named, expected) in [(&one, "ok"), (&other, "IncorrectKey")] {
        let decrypt = Decrypt {
            key: Some(named.arn.clone()),
            ciphertext: ciphertext.clone(),
            context: context(&[]),
            grant_tokens: Vec::new(),
        };
        let opened = keys.vault.store.decrypt(&admin(), decrypt).await;
        assert_eq!(refusal(&opened), expected);
    }
}

#[tokio::test]
async fn a_plaintext_has_1_to_4096_bytes() {
    let keys = Keys::new();
    let key = keys.key().await;
    for (bytes, expected) in [
        (0, "Validation"),
        (1, "ok"),
        (4_096, "ok"),
        (4_097, "Validation"),
    ] {
        let encrypt = Encrypt {
            key: key.arn.clone(),
            plaintext: vec![7; bytes].into(),
            context: context(&[]),
            grant_tokens: Vec::new(),
        };
        let sealed = keys.vault.store.encrypt(&admin(), encrypt).await;
        assert_eq!(refusal(&sealed), expected, "{bytes} bytes");
    }
}

#[tokio::test]
async fn a_reencryption_changes_key_and_context() {
    let keys = Keys::new();
    let (one, other) = (keys.key().await, keys.key().await);
    let sealed = keys
        .encrypt_by(&admin(), &one, &[("a", "b")])
        .await
        .unwrap();
    let source = |pairs| Decrypt {
        key: None,
        ciphertext: sealed.clone(),
        context: context(pairs),
        grant_tokens: Vec::new(),
    };
    let again = |source| ReEncrypt {
        source,
        key: other.arn.clone(),
        context: context(&[("c", "d")]),
    };
    let store = &keys.vault.store;
    let done = store
        .re_encrypt(&admin(), again(source(&[("a", "b")])))
        .await
        .unwrap();
    assert_eq!(
        (done.source_arn, done.encrypted.arn),
        (one.arn.clone(), other.arn.clone())
    );
    let ciphertext = done.encrypted.ciphertext;
    let opened = keys.decrypt_by(&admin(), &ciphertext, &[("c", "d")]).await;
    assert_eq!(opened.unwrap(), b"plaintext");
    let refused = store.re_encrypt(&admin(), again(source(&[]))).await;
    assert_eq!(refusal(&refused), "InvalidCiphertext");
}

#[tokio::test]
async fn a_data_key_comes_sealed_and_plain_or_sealed_alone() {
    let keys = Keys::new();
    let key = keys.key().await;
    for (bytes, plaintext, expected) in [
        (32, true, "ok"),
        (1_024, false, "ok"),
        (0, true, "Validation"),
        (1_025, true, "Validation"),
    ] {
        let generate = GenerateDataKey {
            key: key.arn.clone(),
            bytes,
            context: context(&[("a", "b")]),
            grant_tokens: Vec::new(),
            plaintext,
        };
        let made = keys.vault.store.generate_data_key(&admin(), generate).await;
        assert_eq!(refusal(&made), expected, "{bytes} bytes");
        let Ok(made) = made else { continue };
        let ciphertext = &made.encrypted.ciphertext;
        let opened = keys
            .decrypt_by(&admin(), ciphertext, &[("a", "b")])
            .await
            .unwrap();
        assert_eq!(opened.len(), bytes);
        assert_eq!(made.plaintext.is_some(), plaintext);
        if let Some(plain) = made.plaintext {
            assert_eq!(plain.expose_secret(), opened);
        }
    }
}

#[tokio::test]
async fn random_bytes_are_as_many_as_asked_and_differ() {
    let keys = Keys::new();
    let random = async |bytes| {
        let made = keys.vault.store.generate_random(&admin(), bytes).await;
        made.map(|made| made.expose_secret().to_vec())
    };
    let (one, other) = (random(24).await.unwrap(), random(24).await.unwrap());
    assert_eq!((one.len(), other.len()), (24, 24));
    assert_ne!(one, other);
    for bytes in [0, 1_025] {
        assert_eq!(refusal(&random(bytes).await), "Validation", "{bytes} bytes");
    }
}

#[tokio::test]
async fn macs_are_made_and_checked_by_keys_for_macs_alone() {
    let keys = Keys::new();
    let store = &keys.vault.store;
    let cases = [
        (KeySpec::Hmac256, "HMAC_SHA_256", 32),
        (KeySpec::Hmac384, "HMAC_SHA_384", 48),
        (KeySpec::Hmac512, "HMAC_SHA_512", 64),
    ];
    let of = |key: &str, algorithm: &str, message: &[u8]| GenerateMac {
        key: key.to_owned(),
        message: message.to_vec(),
        algorithm: algorithm.to_owned(),
        grant_tokens: Vec::new(),
    };
    for (spec, algorithm, bytes) in cases {
        let key = keys.make(|create| create.spec = spec).await.unwrap();
        let make = of(&key.arn, algorithm, b"message");
        let mac = store.generate_mac(&admin(), make.clone()).await.unwrap();
        assert_eq!(mac.len(), bytes);
        store.verify_mac(&admin(), make, mac.clone()).await.unwrap();
        let other = store
            .verify_mac(&admin(), of(&key.arn, algorithm, b"other"), mac)
            .await;
        assert_eq!(refusal(&other), "InvalidMac");
        let wrong = store
            .generate_mac(&admin(), of(&key.arn, "HMAC_SHA_1", b"m"))
            .await;
        assert_eq!(refusal(&wrong), "InvalidKeyUsage");
        let sealed = keys.encrypt_by(&admin(), &key, &[]).await;
        assert_eq!(refusal(&sealed), "InvalidKeyUsage");
        let rotated = store.rotate_key(&admin(), &key.arn).await;
        assert_eq!(refusal(&rotated), "Unsupported");
    }
    let key = keys.key().await;
    let wrong = store
        .generate_mac(&admin(), of(&key.arn, "HMAC_SHA_256", b"m"))
        .await;
    assert_eq!(refusal(&wrong), "InvalidKeyUsage");
}
