//! Where Amazon S3 and Ceph's gateway answer differently.

use serde_json::json;
use stave_endpoint::Dialect;
use stave_model::ObjectOwnership;

use crate::form::Form;
use crate::kit::Served;
use crate::raw::{Answer, Raw};

/// A request, and the status and a piece of its answer in AWS's dialect and in Ceph's.
struct Difference {
    request: &'static str,
    header: Option<(&'static str, &'static str)>,
    aws: (u16, &'static str),
    ceph: (u16, &'static str),
}

const fn asks(
    request: &'static str,
    aws: (u16, &'static str),
    ceph: (u16, &'static str),
) -> Difference {
    Difference {
        request,
        header: None,
        aws,
        ceph,
    }
}

const DIFFERENCES: [Difference; 9] = [
    asks(
        "GET /photos?prefix=a%2Bb&encoding-type=url",
        (200, "<Prefix>a%2Bb</Prefix>"),
        (200, "<Prefix>a+b</Prefix>"),
    ),
    asks(
        "GET /photos?list-type=2&continuation-token=",
        (400, "<Code>InvalidArgument</Code>"),
        (200, "<KeyCount>1</KeyCount>"),
    ),
    asks(
        "GET /photos?allow-unordered=true&delimiter=%2F",
        (200, "<Key>k</Key>"),
        (400, "<Code>InvalidArgument</Code>"),
    ),
    asks(
        "GET /photos?list-type=2&allow-unordered=true&delimiter=%2F",
        (200, "<Key>k</Key>"),
        (400, "<Code>InvalidArgument</Code>"),
    ),
    Difference {
        header: Some(("x-amz-checksum-sha256", "bad")),
        ..asks(
            "PUT /photos/new",
            (400, "<Code>InvalidRequest</Code>"),
            (400, "<Code>BadDigest</Code>"),
        )
    },
    asks(
        "GET /photos/k?partNumber=2",
        (416, "<Code>InvalidPartNumber</Code>"),
        (400, "<Code>InvalidPart</Code>"),
    ),
    asks(
        "GET /photos?encryption",
        (200, "<SSEAlgorithm>AES256</SSEAlgorithm>"),
        (
            404,
            "<Code>ServerSideEncryptionConfigurationNotFoundError</Code>",
        ),
    ),
    Difference {
        header: Some(("x-amz-server-side-encryption", "AES256")),
        ..asks(
            "PUT /photos/k?partNumber=1&uploadId=none",
            (400, "<Code>InvalidArgument</Code>"),
            (404, "<Code>NoSuchUpload</Code>"),
        )
    },
    asks("GET /photos", (200, "<Key>k</Key>"), (200, "<Key>k</Key>")),
];

async fn served(dialect: Dialect) -> Served {
    let served = Served::with(|options| options.dialect = dialect).await;
    let s3 = served.client();
    s3.create_bucket().bucket("photos").send().await.unwrap();
    let put = s3.put_object().bucket("photos").key("k");
    put.send().await.unwrap();
    served
}

#[track_caller]
fn says(answer: &Answer, (status, piece): (u16, &str), dialect: Dialect) {
    let fits = answer.status == status && answer.body.contains(piece);
    assert!(fits, "{dialect}: {status} {piece} expected: {answer:?}");
}

#[tokio::test]
async fn each_dialect_answers_in_its_own_way() {
    for dialect in Dialect::ALL {
        let served = served(dialect).await;
        for difference in &DIFFERENCES {
            let (method, target) = difference.request.split_once(' ').unwrap();
            let mut raw = Raw::new(&served, method, target);
            if let Some((name, value)) = difference.header {
                raw = raw.with(name, value).body("x");
            }
            let expected = match dialect {
                Dialect::Aws => difference.aws,
                Dialect::Ceph => difference.ceph,
            };
            says(&raw.signed().send(&served).await, expected, dialect);
        }
    }
}

#[tokio::test]
async fn a_bucket_made_again_with_another_list_gets_it_or_is_refused() {
    for (dialect, status, piece) in [
        (Dialect::Aws, 200, ""),
        (Dialect::Ceph, 409, "BucketAlreadyExists"),
    ] {
        let served = Served::with(|options| {
            options.dialect = dialect;
            options.object_ownership = ObjectOwnership::ObjectWriter;
        })
        .await;
        let make = || Raw::new(&served, "PUT", "/listed");
        let public = || make().with("x-amz-acl", "public-read");
        assert_eq!(make().signed().send(&served).await.status, 200);
        assert_eq!(make().signed().send(&served).await.status, 200);
        says(
            &public().signed().send(&served).await,
            (status, piece),
            dialect,
        );
        let list = Raw::new(&served, "GET", "/listed?acl")
            .signed()
            .send(&served)
            .await;
        assert_eq!(
            list.body.contains("AllUsers"),
            dialect == Dialect::Aws,
            "{list:?}"
        );
    }
}

#[tokio::test]
async fn who_does_not_sign_sees_no_bucket_in_either() {
    let aws = served(Dialect::Aws).await;
    let refused = Raw::new(&aws, "GET", "/").send(&aws).await;
    refused.is_error(403, "AccessDenied");
    let ceph = served(Dialect::Ceph).await;
    let list = Raw::new(&ceph, "GET", "/").send(&ceph).await;
    assert_eq!(list.status, 200, "{list:?}");
    assert!(!list.body.contains("<Bucket>"), "{list:?}");
}

#[tokio::test]
async fn a_field_that_is_not_there_is_an_empty_one_to_ceph() {
    for (dialect, status) in [(Dialect::Aws, 403), (Dialect::Ceph, 204)] {
        let served = served(dialect).await;
        let anything = json!(["starts-with", "$x-amz-meta-place", ""]);
        let form = Form::new().condition(anything).signed();
        let answer = form.post(&served).send(&served).await;
        assert_eq!(answer.status, status, "{dialect}: {answer:?}");
        let something = json!(["starts-with", "$x-amz-meta-place", "s"]);
        let form = Form::new().condition(something).signed();
        let answer = form.post(&served).send(&served).await;
        answer.is_error(403, "AccessDenied");
    }
}

#[tokio::test]
async fn a_link_that_lives_too_long_is_refused_in_each_ones_words() {
    let link = "/photos/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=604801&X-Amz-Signature=0";
    let expected = [
        (Dialect::Aws, 400, "AuthorizationQueryParametersError"),
        (Dialect::Ceph, 403, "AccessDenied"),
    ];
    for (dialect, status, code) in expected {
        let served = served(dialect).await;
        let answer = Raw::new(&served, "GET", link).send(&served).await;
        answer.is_error(status, code);
    }
}
