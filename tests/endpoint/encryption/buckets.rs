//! How a bucket's objects are encrypted whose writers do not say it.

use stave_endpoint::Dialect;

use super::{ALGORITHM, BUCKET_KEY, KMS_KEY, ask, done, key, put, refused, tells_kms};
use crate::form::Form;
use crate::kit::{BUCKET, Served};
use crate::raw::Raw;

fn document(rule: &str) -> String {
    format!(
        "<ServerSideEncryptionConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         {rule}</ServerSideEncryptionConfiguration>"
    )
}

fn rule(default: &str, beside: &str) -> String {
    format!(
        "<Rule><ApplyServerSideEncryptionByDefault>{default}</ApplyServerSideEncryptionByDefault>\
         {beside}</Rule>"
    )
}

fn algorithm(name: &str) -> String {
    format!("<SSEAlgorithm>{name}</SSEAlgorithm>")
}

fn set(served: &Served, rules: &str) -> Raw {
    put(served, "/photos?encryption", &document(rules))
}

async fn told(served: &Served) -> String {
    let told = done(served, ask(served, "GET", "/photos?encryption")).await;
    let (_, rule) = told.body.split_once("<Rule>").unwrap();
    rule.split_once("</Rule>").unwrap().0.to_owned()
}

const UNSET: &str = "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>\
                     </ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled>";

#[tokio::test]
async fn a_bucket_encrypts_by_its_default() {
    let served = Served::new().await;
    let arn = key(&served).await;
    assert_eq!(told(&served).await, UNSET);
    let by_key = format!(
        "<KMSMasterKeyID>{arn}</KMSMasterKeyID>{}",
        algorithm("aws:kms")
    );
    let bucket_key = "<BucketKeyEnabled>true</BucketKeyEnabled>";
    done(&served, set(&served, &rule(&by_key, bucket_key))).await;
    let expected = format!(
        "<ApplyServerSideEncryptionByDefault>{by_key}</ApplyServerSideEncryptionByDefault>\
         {bucket_key}"
    );
    assert_eq!(told(&served).await, expected);
    let written = done(&served, put(&served, "/photos/k", "hello")).await;
    tells_kms(&written, &arn);
    assert_eq!(written.header(BUCKET_KEY), Some("true"));
    let otherwise = put(&served, "/photos/l", "hello").with(ALGORITHM, "AES256");
    let written = done(&served, otherwise).await;
    assert_eq!(written.header(ALGORITHM), Some("aes256"));
    let form = Form::new().signed().post(&served).send(&served).await;
    assert_eq!(form.status, 204, "{form:?}");
    tells_kms(&form, &arn);
    let off = done(&served, ask(&served, "DELETE", "/photos?encryption")).await;
    assert_eq!(off.status, 204);
    assert_eq!(told(&served).await, UNSET);
    let written = done(&served, put(&served, "/photos/k", "hello")).await;
    assert_eq!(written.header(ALGORITHM), Some("aes256"));
    assert_eq!(written.header(KMS_KEY), None);
}

#[tokio::test]
async fn what_cannot_be_a_default_is_refused() {
    let served = Served::new().await;
    let aes = algorithm("AES256");
    let with_key = format!("<KMSMasterKeyID>a</KMSMasterKeyID>{aes}");
    let two = rule(&aes, "").repeat(2);
    let blocked = "<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType>\
                   </BlockedEncryptionTypes>";
    for (rules, status, code, says) in [
        (String::new(), 400, "MalformedXML", ""),
        (two, 400, "MalformedXML", ""),
        ("<Rule></Rule>".to_owned(), 400, "MalformedXML", ""),
        (rule(&algorithm("ROT13"), ""), 400, "MalformedXML", ""),
        (
            rule(&with_key, ""),
            400,
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable",
        ),
        (
            rule(&algorithm("aws:kms:dsse"), ""),
            501,
            "NotImplemented",
            "Dual-layer",
        ),
        (rule(&aes, blocked), 501, "NotImplemented", "Blocking"),
    ] {
        refused(&served, set(&served, &rules), status, code, says).await;
        assert_eq!(told(&served).await, UNSET);
    }
    let nothing = "<BlockedEncryptionTypes><EncryptionType>NONE</EncryptionType>\
                   </BlockedEncryptionTypes>";
    done(&served, set(&served, &rule(&aes, nothing))).await;
}

#[tokio::test]
async fn a_default_key_that_is_not_there_stops_writes() {
    let served = Served::new().await;
    let by_key = format!(
        "<KMSMasterKeyID>alias/none</KMSMasterKeyID>{}",
        algorithm("aws:kms")
    );
    // S3 looks for the key when it is used, not when it is named.
    done(&served, set(&served, &rule(&by_key, ""))).await;
    let write = put(&served, "/photos/k", "hello");
    refused(&served, write, 400, "KMS.NotFoundException", "alias/none").await;
}

#[tokio::test]
async fn ceph_has_no_default_where_none_is_set() {
    let served = Served::with(|options| options.dialect = Dialect::Ceph).await;
    let create = served.client().create_bucket().bucket(BUCKET);
    create.send().await.unwrap();
    let get = || ask(&served, "GET", "/photos?encryption");
    let code = "ServerSideEncryptionConfigurationNotFoundError";
    refused(&served, get(), 404, code, "was not found").await;
    done(&served, set(&served, &rule(&algorithm("AES256"), ""))).await;
    assert_eq!(told(&served).await, UNSET);
}
