//! A vault of format 1, made by a writer of its own (Python's `hmac` and `cryptography`) from
//! docs/BLOB_FORMAT.md. It never changes: every later version opens it.

mod common;

use std::fs;

use common::{get, options};
use secrecy::SecretString;
use stave_vault::testing::FaultyDisk;
use stave_vault::{
    BlobId, Holder, Presence, RealDisk, SlotKind, Vault, WrapContext, WrapKind, WrappedKek,
};
use tempfile::TempDir;

const MANIFEST: &str = include_str!("golden/vault.json");
const KEY_FILE: &str = "a key file of at least thirty-two bytes\n";
const PASSPHRASE: &str = "Schlüssel zum Tresor";
const WORDS: &str = "legal winner thank year wave sausage worth useful \
                     legal winner thank year wave sausage worth useful \
                     legal winner thank year wave sausage worth title";

/// The KEK `s3`, version 1.
const KEK: &str = "070707070707070707070707070707070707070707070707070707070707070784675dc4666e98bd\
    0369c8f94c03745b3b31c1c3a9d61026ef66a0921773f3cb2ba6ede24d4460044080d8586f7ec590";

/// The data key of the object `old.txt`, its null version, in the bucket of row 1.
const DATA_KEY: &str = "0808080808080808080808080808080808080808080808080808080808080808cc90357ffc1546e5\
    91c73515f4cd857bf06b60bf97e91bcb40469a2e942d64f7b16514543d5b7286eaaa698fc07709c2";

const BLOB_ID: &str = "abcdefefefefefefefefefefefefefef";
const BLOB: &str = "5354564201011000abcdefefefefefefefefefefefefefef09090909090909090909090909090909\
    09090909090909090909090909090909b0e59a9d747a31c75f42785ff61e8c72d893a68c90dcdf97\
    fa77fc069fc836e70ad7f602740d0c253a13169c6e97c29c31156da51c2e6a6a9ae458446b12fc";
const BODY: &[u8] = b"sealed long ago";

/// A secret under the label `access key OLD`.
const SECRET: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0adfe716e8ab843c28\
    e5c15fc1e78684acaccd00f37cb911b9a021";

/// Puts the vault into a folder.
fn golden() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shard = folder.path().join("blobs/ab/cd");
    fs::create_dir_all(&shard).unwrap();
    fs::write(folder.path().join("vault.json"), MANIFEST).unwrap();
    fs::write(folder.path().join("key"), KEY_FILE).unwrap();
    fs::write(shard.join(BLOB_ID), hex::decode(BLOB).unwrap()).unwrap();
    folder
}

fn holders(folder: &TempDir) -> [Holder; 3] {
    [
        Holder::Passphrase(SecretString::from(PASSPHRASE)),
        Holder::KeyFile(folder.path().join("key")),
        Holder::RecoveryWords(SecretString::from(WORDS)),
    ]
}

fn open(folder: &TempDir, holder: &Holder) -> Vault {
    let disk = FaultyDisk::new(std::sync::Arc::new(RealDisk));
    Vault::open(folder.path(), holder, options(&disk)).unwrap()
}

#[test]
fn an_old_vault_says_what_it_is() {
    let folder = golden();
    let Presence::Present { id, created, slots } = Vault::probe(folder.path()).unwrap() else {
        panic!("there is a vault");
    };
    assert_eq!(id.to_string(), "101112131415161718191a1b1c1d1e1f");
    assert_eq!(created.as_millis(), 1_700_000_000_000);
    let expected = [
        SlotKind::Passphrase,
        SlotKind::KeyFile,
        SlotKind::RecoveryWords,
        SlotKind::Keychain,
    ];
    assert_eq!(slots, expected);
}

#[test]
fn an_old_vault_opens_by_each_of_its_ways_in_and_its_body_is_read() {
    let folder = golden();
    for holder in holders(&folder) {
        let vault = open(&folder, &holder);
        let wrapped_kek = WrappedKek(hex::decode(KEK).unwrap());
        let kek = vault.open_kek(&wrapped_kek, "s3", 1).unwrap();
        let blob = BlobId::parse(BLOB_ID).unwrap();
        let place = WrapContext {
            bucket_id: 1,
            key: "old.txt",
            version_id: "null",
            part_number: 0,
            blob,
            plaintext_len: BODY.len() as u64,
            sse: WrapKind::S3,
        };
        let key = kek.unwrap(&hex::decode(DATA_KEY).unwrap(), &place).unwrap();
        assert_eq!(get(&vault, &key, blob, BODY.len()).unwrap(), BODY);
        let secret = vault.open_secret("access key OLD", &hex::decode(SECRET).unwrap());
        assert_eq!(secret.unwrap().as_slice(), b"old secret");
    }
}

#[test]
fn an_old_vault_takes_a_new_way_in() {
    let folder = golden();
    let [passphrase, key_file, _] = holders(&folder);
    let words = open(&folder, &passphrase).renew_recovery_words().unwrap();
    drop(open(&folder, &common::words(&words)));
    drop(open(&folder, &key_file));
}
