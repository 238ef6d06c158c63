//! Keys of customers, bodies and what the key service opens go through a served vault that logs all that it can:
//! neither its log nor its files have them, in any form.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stave_tests::client::client;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};

use crate::kms::client_of_keys::{Keys, Reply};
use crate::ledger::BUCKET;

#[path = "../engine/planted/search.rs"]
mod search;

use search::{Planted, found_below};

/// The key of a customer, 32 bytes from 100 on, and its MD5, as headers have them.
const KEY: &str = "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=";
const KEY_MD5: &str = "sx4fxreWidibx3EyELB0Ww==";
/// Another, from 150 on.
const WRONG: &str = "lpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLU=";
const WRONG_MD5: &str = "asIgQgIel2dz5LsEvpNaag==";
const BODY: &str = "the planted body of an object, forty bytes";
const SEALED: &str = "a planted text for the key service to seal";
/// The name of an object, which must be found.
const NAME: &str = "a-name-that-is-no-secret";

fn opened(reply: Reply) -> Value {
    match reply {
        Reply::Done(answer) => answer,
        other => panic!("{other:?}"),
    }
}

/// Writes and reads under a customer's key, also with a wrong one.
async fn sow_customers_object(s3: &Client) {
    for size in [100, 100_000] {
        let body: Vec<u8> = BODY.bytes().cycle().take(size).collect();
        let put = s3.put_object().bucket(BUCKET).key(NAME);
        let put = put.sse_customer_algorithm("AES256").sse_customer_key(KEY);
        let put = put.sse_customer_key_md5(KEY_MD5);
        let put = put.body(ByteStream::from(body.clone()));
        put.send().await.expect("an object is stored");
        let get = s3.get_object().bucket(BUCKET).key(NAME);
        let get = get.sse_customer_algorithm("AES256").sse_customer_key(KEY);
        let got = get.sse_customer_key_md5(KEY_MD5).send().await;
        let read = got.expect("a read").body.collect().await.expect("a body");
        assert!(read.to_vec() == body);
        for (key, digest) in [(WRONG, WRONG_MD5), (WRONG, KEY_MD5), (KEY, WRONG_MD5)] {
            let get = s3.get_object().bucket(BUCKET).key(NAME);
            let get = get.sse_customer_algorithm("AES256").sse_customer_key(key);
            let refused = get.sse_customer_key_md5(digest).send().await;
            assert!(refused.is_err(), "a read by a wrong key");
        }
    }
}

#[tokio::test]
async fn a_server_that_logs_everything_writes_no_secret_down() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start_in(folder, &[("STAVE_LOG", "trace")]);
    let (s3, keys) = (
        client(server.url(), ACCESS_KEY_ID, SECRET),
        Keys::at(server.url()),
    );
    let made = s3.create_bucket().bucket(BUCKET).send().await;
    made.expect("a bucket is made");
    sow_customers_object(&s3).await;

    let key = opened(keys.call("CreateKey", json!({})).await);
    let arn = key["KeyMetadata"]["Arn"]
        .as_str()
        .expect("an ARN")
        .to_owned();
    let put = s3.put_object().bucket(BUCKET).key(format!("{NAME}/kms"));
    let put = put.server_side_encryption(ServerSideEncryption::AwsKms);
    let put = put
        .ssekms_key_id(&arn)
        .body(ByteStream::from_static(BODY.as_bytes()));
    put.send().await.expect("an object is stored");
    let plaintext = STANDARD.encode(SEALED);
    let encrypt = json!({ "KeyId": arn, "Plaintext": plaintext });
    let sealed = opened(keys.call("Encrypt", encrypt).await);
    let decrypt = json!({ "CiphertextBlob": sealed["CiphertextBlob"] });
    assert_eq!(
        opened(keys.call("Decrypt", decrypt).await)["Plaintext"],
        plaintext
    );
    let generate = json!({ "KeyId": arn, "KeySpec": "AES_256" });
    let data_key = opened(keys.call("GenerateDataKey", generate).await);
    let data_key = data_key["Plaintext"].as_str().expect("a data key");
    let data_key = STANDARD.decode(data_key).expect("base64");
    let malformed =
        json!({ "KeyId": arn, "Plaintext": plaintext, "EncryptionContext": [plaintext] });
    assert!(matches!(
        keys.call("Encrypt", malformed).await,
        Reply::Refused(400, _)
    ));

    let planted = [
        Planted::new("secret", SECRET),
        Planted::new("customer's key", STANDARD.decode(KEY).expect("base64")),
        Planted::new("wrong key", STANDARD.decode(WRONG).expect("base64")),
        Planted::new("body", BODY),
        Planted::new("sealed text", SEALED),
        Planted::new("data key", data_key),
    ];
    let running = found_below(server.folder(), &planted);
    assert_eq!(running, [], "while it runs");
    let folder = server.stop();
    assert_eq!(found_below(folder.path(), &planted), [], "after it stopped");

    let control = found_below(folder.path(), &[Planted::new("control", NAME)]);
    let places: Vec<&str> = control.iter().map(|(_, file)| file.as_str()).collect();
    assert!(
        places.contains(&"server.log"),
        "the log tells nothing: {places:?}"
    );
    assert!(places.contains(&"vault/catalog.db"), "{places:?}");
}
