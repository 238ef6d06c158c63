//! Pre-signed links: made by us or by the SDK, used without a key until their end.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use stave_endpoint::presign::{
    PresignError, PresignGet, PresignPut, Presigned, Signer, UrlStyle, presign_get, presign_put,
};
use stave_model::{
    AccessKeyId, AccessKeyStatus, BucketName, Clock as _, ObjectKey, SystemClock, Timestamp,
    VersionId,
};
use stave_store::AccessKeys as _;

use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served};
use crate::raw::{Answer, Raw};

fn signer(served: &Served, style: UrlStyle) -> Signer {
    Signer {
        endpoint: served.endpoint.url(),
        region: served.endpoint.region().to_owned(),
        access_key_id: AccessKeyId::parse(ADMIN_KEY).unwrap(),
        secret_access_key: SECRET.into(),
        session_token: None,
        style,
    }
}

fn get_of(key: &str, seconds: u64) -> PresignGet {
    let bucket = BucketName::parse(BUCKET).unwrap();
    PresignGet::new(
        bucket,
        ObjectKey::parse(key).unwrap(),
        Duration::from_secs(seconds),
    )
}

fn put_of(key: &str, content_type: Option<&str>) -> PresignPut {
    PresignPut {
        content_type: content_type.map(str::to_owned),
        ..PresignPut::new(
            BucketName::parse(BUCKET).unwrap(),
            ObjectKey::parse(key).unwrap(),
            Duration::from_mins(1),
        )
    }
}

/// Makes a request of a link, as a program without a key would.
fn follow(served: &Served, method: &'static str, url: &str) -> Raw {
    let (host, target) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    Raw::new(served, method, &format!("/{target}")).replaced("host", host)
}

async fn get(served: &Served, link: &Presigned) -> Answer {
    follow(served, "GET", &link.url).send(served).await
}

async fn served_with(key: &str) -> Served {
    let served = Served::new().await;
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key(key)
        .body(ByteStream::from_static(b"hello"));
    put.send().await.unwrap();
    served
}

fn now() -> Timestamp {
    SystemClock.now()
}

#[tokio::test]
async fn a_link_reads_the_object_in_either_style() {
    let served = served_with("a b/ü+?&.txt").await;
    for style in [UrlStyle::Path, UrlStyle::VirtualHost] {
        let link = presign_get(&get_of("a b/ü+?&.txt", 60), &signer(&served, style), now());
        let link = link.unwrap();
        let port = served.endpoint.port();
        let begin = match style {
            UrlStyle::Path => format!("http://127.0.0.1:{port}/photos/a%20b/%C3%BC%2B%3F%26.txt?"),
            UrlStyle::VirtualHost => {
                format!("http://photos.s3.localhost:{port}/a%20b/%C3%BC%2B%3F%26.txt?")
            }
        };
        assert!(link.url.starts_with(&begin), "{}", link.url);
        let answer = get(&served, &link).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, "hello"),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_link_ends_when_it_says() {
    let served = served_with("k").await;
    let signer = signer(&served, UrlStyle::Path);
    let ago = |seconds: i64| Timestamp::from_millis(now().as_millis() - seconds * 1_000);
    let made = ago(100);
    let past = presign_get(&get_of("k", 60), &signer, made).unwrap();
    assert_eq!(past.expires_at.as_millis(), made.as_secs() * 1_000 + 60_000);
    let answer = get(&served, &past).await;
    answer.is_error(403, "AccessDenied");
    assert!(answer.body.contains("Request has expired"), "{answer:?}");
    let open = presign_get(&get_of("k", 200), &signer, made).unwrap();
    assert_eq!(get(&served, &open).await.status, 200);
    let week = presign_get(&get_of("k", 604_800), &signer, ago(604_000)).unwrap();
    assert_eq!(get(&served, &week).await.status, 200);
    let early = presign_get(&get_of("k", 60), &signer, ago(-3_600)).unwrap();
    get(&served, &early)
        .await
        .is_error(403, "RequestTimeTooSkewed");
}

#[tokio::test]
async fn a_link_lives_a_second_to_a_week() {
    let served = served_with("k").await;
    let signer = signer(&served, UrlStyle::Path);
    for seconds in [0, 604_801] {
        let made = presign_get(&get_of("k", seconds), &signer, now());
        assert!(matches!(made, Err(PresignError::Lifetime(_))), "{seconds}");
    }
    let link = presign_get(&get_of("k", 60), &signer, now()).unwrap();
    for expires in ["-1", "604801", "99999999999", "soon", ""] {
        let url = link
            .url
            .replace("X-Amz-Expires=60", &format!("X-Amz-Expires={expires}"));
        let answer = follow(&served, "GET", &url).send(&served).await;
        answer.is_error(400, "AuthorizationQueryParametersError");
    }
    let over = link.url.replace("X-Amz-Expires=60", "X-Amz-Expires=0");
    let answer = follow(&served, "GET", &over).send(&served).await;
    answer.is_error(403, "AccessDenied");
}

#[tokio::test]
async fn a_link_is_good_for_what_it_was_made_for() {
    let served = served_with("k").await;
    let signer = signer(&served, UrlStyle::Path);
    let link = presign_get(&get_of("k", 60), &signer, now()).unwrap();
    let other_key = link.url.replace("/photos/k?", "/photos/l?");
    let longer = link.url.replace("X-Amz-Expires=60", "X-Amz-Expires=600");
    let more = format!("{}&response-content-type=text%2Fhtml", link.url);
    let other_host = link.url.replace("127.0.0.1", "localhost");
    for url in [other_key, longer, more, other_host] {
        let answer = follow(&served, "GET", &url).send(&served).await;
        answer.is_error(403, "SignatureDoesNotMatch");
    }
    let delete = follow(&served, "DELETE", &link.url).send(&served).await;
    delete.is_error(403, "SignatureDoesNotMatch");
    let twice = format!("{}&X-Amz-Expires=60", link.url);
    let twice = follow(&served, "GET", &twice).send(&served).await;
    twice.is_error(400, "AuthorizationQueryParametersError");
    let unsigned = follow(&served, "GET", &link.url).with("x-amz-checksum-mode", "ENABLED");
    unsigned.send(&served).await.is_error(403, "AccessDenied");
    assert_eq!(get(&served, &link).await.status, 200);
}

#[tokio::test]
async fn a_link_dies_with_its_key() {
    let served = served_with("k").await;
    let link = presign_get(&get_of("k", 60), &signer(&served, UrlStyle::Path), now()).unwrap();
    assert_eq!(get(&served, &link).await.status, 200);
    let id = AccessKeyId::parse(ADMIN_KEY).unwrap();
    let off = served
        .store
        .set_access_key_status(&id, AccessKeyStatus::Inactive);
    off.await.unwrap();
    get(&served, &link)
        .await
        .is_error(403, "InvalidAccessKeyId");
}

#[tokio::test]
async fn a_link_may_say_how_the_answer_is_to_be_shown() {
    let served = served_with("k").await;
    let mut link = get_of("k", 60);
    link.response_content_disposition = Some("attachment; filename=\"a b.txt\"".to_owned());
    link.response_content_type = Some("text/plain".to_owned());
    let link = presign_get(&link, &signer(&served, UrlStyle::Path), now()).unwrap();
    let answer = get(&served, &link).await;
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"a b.txt\"")
    );
    assert_eq!(answer.header("content-type"), Some("text/plain"));
}

#[tokio::test]
async fn a_link_may_name_a_version() {
    let served = served_with("k").await;
    let mut link = get_of("k", 60);
    link.version = Some(VersionId::Null);
    let link = presign_get(&link, &signer(&served, UrlStyle::Path), now()).unwrap();
    assert!(link.url.contains("versionId=null"), "{}", link.url);
    assert_eq!(get(&served, &link).await.status, 200);
}

#[tokio::test]
async fn a_link_writes_the_object() {
    let served = Served::new().await;
    let signer = signer(&served, UrlStyle::VirtualHost);
    let link = presign_put(&put_of("k", Some("text/plain")), &signer, now()).unwrap();
    let put = || follow(&served, "PUT", &link.url).body("hello");
    let other = put().with("content-type", "text/html").send(&served).await;
    other.is_error(403, "SignatureDoesNotMatch");
    put()
        .send(&served)
        .await
        .is_error(403, "SignatureDoesNotMatch");
    let right = put().with("content-type", "text/plain").send(&served).await;
    assert_eq!(right.status, 200, "{right:?}");
    let get = presign_get(&get_of("k", 60), &signer, now()).unwrap();
    let answer = follow(&served, "GET", &get.url).send(&served).await;
    assert_eq!(
        (answer.body.as_str(), answer.header("content-type")),
        ("hello", Some("text/plain"))
    );
}

#[tokio::test]
async fn links_of_the_sdk_work() {
    let served = served_with("k").await;
    let s3 = served.client();
    let config = || PresigningConfig::expires_in(Duration::from_mins(1)).unwrap();
    let get = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .presigned(config())
        .await
        .unwrap();
    let answer = follow(&served, "GET", get.uri()).send(&served).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, "hello"),
        "{answer:?}"
    );
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("l")
        .presigned(config())
        .await
        .unwrap();
    let mut request = follow(&served, "PUT", put.uri());
    for (name, value) in put.headers() {
        request = request.with(name, value);
    }
    let answer = request.body("world").send(&served).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_checksum_that_was_signed_into_a_link_is_verified() {
    let served = Served::new().await;
    // Some SDKs sign the checksum of an empty body into the link: a body that has another is refused.
    let target = "/photos/k?x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32";
    let url = presigned_by_hand(&served, "PUT", target);
    let put = |body: &str| follow(&served, "PUT", &url).body(body);
    put("hello").send(&served).await.is_error(400, "BadDigest");
    let empty = put("").send(&served).await;
    assert_eq!(empty.status, 200, "{empty:?}");
}

#[tokio::test]
async fn metadata_that_was_signed_into_a_link_is_kept_and_unknown_parameters_are_not_routed_on() {
    let served = Served::new().await;
    let target = "/photos/k?x-amz-meta-colour=sky%20blue&x-id=DeleteObject";
    let url = presigned_by_hand(&served, "PUT", target);
    let put = follow(&served, "PUT", &url)
        .body("hello")
        .send(&served)
        .await;
    assert_eq!(put.status, 200, "{put:?}");
    let head = served
        .client()
        .head_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(head.metadata().unwrap()["colour"], "sky blue");
}

/// Signs a target whose query our own links never have.
fn presigned_by_hand(served: &Served, method: &str, target: &str) -> String {
    use aws_sigv4::http_request::{
        PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
        UriPathNormalizationMode, sign,
    };
    let identity = aws_credential_types::Credentials::new(ADMIN_KEY, SECRET, None, None, "test");
    let identity = identity.into();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_mins(1));
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    let params = aws_sigv4::sign::v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("s3")
        .time(SystemTime::now())
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let url = format!("{}{target}", served.endpoint.url());
    let body = SignableBody::UnsignedPayload;
    let signable = SignableRequest::new(method, &url, std::iter::empty(), body).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let params = instructions.params().iter();
    let params: Vec<String> = params
        .map(|(name, value)| format!("{name}={}", value.replace('/', "%2F").replace(';', "%3B")))
        .collect();
    format!("{url}&{}", params.join("&"))
}
