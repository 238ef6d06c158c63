//! The audit, looked up over the wire.

use serde_json::{Value, json};

use super::{Signer, document, kms, kms_as, lookup, make_key, refused, unsigned};
use crate::kit::{SECRET, Served};

#[tokio::test]
async fn a_refusal_is_found_with_who_what_and_why() {
    let served = Served::empty().await;
    served.user("bea").await;
    let key = make_key(&served).await;
    let seal =
        json!({"KeyId": key, "Plaintext": "c2VjcmV0LXRleHQ=", "EncryptionContext": {"room": "7"}});
    let bea = Signer::of("BEAKEY", SECRET);
    let answer = kms_as(&served, &bea, "Encrypt", seal).await;
    refused(&answer, 400, "AccessDeniedException");
    let wanted =
        json!({"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "Encrypt"}]});
    let found = document(&lookup(&served, wanted).await);
    let events = found["Events"].as_array().unwrap();
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!(event["EventName"], "Encrypt");
    assert_eq!(event["EventSource"], "kms.amazonaws.com");
    assert_eq!(event["Username"], "bea");
    assert_eq!(event["AccessKeyId"], "BEAKEY");
    let record: Value = serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(record["errorCode"], "AccessDenied", "{record}");
    assert_eq!(record["sourceIPAddress"], "127.0.0.1");
    assert_eq!(
        record["requestParameters"]["encryptionContext"]["room"],
        "7"
    );
    let request_id = answer.header("x-amzn-requestid").unwrap();
    let told = record["requestID"].as_str().unwrap();
    assert!(told.eq_ignore_ascii_case(request_id), "{told}");
    let text = record.to_string();
    assert!(
        !text.contains("c2VjcmV0") && !text.contains("secret-text"),
        "{text}"
    );
}

#[tokio::test]
async fn events_come_newest_first_by_the_page() {
    let served = Served::empty().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.insert(0, make_key(&served).await);
    }
    let mut resources = Vec::new();
    let mut token = Value::Null;
    loop {
        let input = json!({
            "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "CreateKey"}],
            "MaxResults": 2,
            "NextToken": token,
        });
        let page = document(&lookup(&served, input).await);
        for event in page["Events"].as_array().unwrap() {
            let name = event["Resources"][0]["ResourceName"]
                .as_str()
                .unwrap_or_default();
            resources.push(name.rsplit('/').next().unwrap().to_owned());
        }
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(resources[..3], made);
}

#[tokio::test]
async fn the_audit_is_for_the_owner_and_by_either_name() {
    let served = Served::empty().await;
    served.user("bea").await;
    let long = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";
    let call = unsigned(&served, long, "{}");
    let bea = Signer::of("BEAKEY", SECRET).to("cloudtrail");
    let answer = bea.sign(call.clone()).send(&served).await;
    refused(&answer, 400, "AccessDeniedException");
    let owner = Signer::owner().to("cloudtrail");
    document(&owner.sign(call).send(&served).await);
    let trails = unsigned(&served, "CloudTrail_20131101.DescribeTrails", "{}");
    let answer = owner.sign(trails).send(&served).await;
    refused(&answer, 400, "UnsupportedOperationException");
    document(&kms(&served, "ListAliases", json!({})).await);
}
