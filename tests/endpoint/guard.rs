//! What is refused before anyone is asked who they are, each with S3's document of an error.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::SignableBody;

use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served, refused};
use crate::raw::{Raw, send};

/// Signed as it should be: what is refused below is refused for its one fault.
fn get(served: &Served) -> Raw {
    Raw::new(served, "GET", "/photos").signed()
}

#[tokio::test]
async fn a_request_without_a_fault_passes() {
    let served = Served::new().await;
    assert_eq!(get(&served).send(&served).await.status, 200);
}

#[tokio::test]
async fn a_host_that_is_not_ours_is_refused() {
    let served = Served::new().await;
    let port = served.endpoint.port();
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("127.0.0.1:{}", port ^ 1),
        "192.168.0.1".to_owned(),
        format!("192.168.0.1:{port}"),
        format!("0.0.0.0:{port}"),
    ] {
        let get = Raw::new(&served, "GET", "/photos")
            .replaced("host", &host)
            .signed();
        get.send(&served).await.is_error(403, "AccessDenied");
    }
    let none = send(&served, b"GET /photos HTTP/1.0\r\n\r\n").await;
    none.is_error(400, "InvalidRequest");
    let absolute = format!("http://evil.example:{port}/photos");
    let absolute = Raw::new(&served, "GET", &absolute).bytes();
    send(&served, &absolute)
        .await
        .is_error(400, "InvalidRequest");
}

#[tokio::test]
async fn a_page_of_another_site_is_refused_whatever_it_does() {
    let served = Served::new().await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("origin", "http://localhost:1"),
    ] {
        for method in ["GET", "HEAD", "PUT", "POST", "DELETE"] {
            let request = Raw::new(&served, method, "/photos")
                .with(name, value)
                .signed();
            let answer = request.send(&served).await;
            assert_eq!(answer.status, 403, "{method} {name}: {value}");
            assert_eq!(answer.header("access-control-allow-origin"), None);
            if method != "HEAD" {
                answer.is_error(403, "AccessForbidden");
            }
        }
    }
    let own = served.endpoint.url();
    let same = Raw::new(&served, "GET", "/photos")
        .with("origin", &own)
        .signed();
    assert_eq!(same.send(&served).await.status, 200);
}

#[tokio::test]
async fn a_header_that_stands_twice_is_refused() {
    let served = Served::new().await;
    let twice = |name: &str| {
        let signed = get(&served).with("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        let (_, value) = signed
            .headers
            .iter()
            .find(|(n, _)| n == name)
            .cloned()
            .unwrap();
        signed.with(name, &value)
    };
    for name in [
        "host",
        "authorization",
        "date",
        "x-amz-date",
        "x-amz-content-sha256",
    ] {
        twice(name)
            .send(&served)
            .await
            .is_error(400, "InvalidRequest");
    }
}

#[tokio::test]
async fn a_body_has_one_length() {
    let served = Served::new().await;
    let put = || Raw::new(&served, "PUT", "/photos/k").body("hello").signed();
    let same = put().with("content-length", "5");
    same.send(&served).await.is_error(400, "InvalidRequest");
    let other = put().with("content-length", "6");
    assert_eq!(other.send(&served).await.status, 400);
    let both = put().with("transfer-encoding", "chunked");
    both.send(&served).await.is_error(400, "InvalidRequest");
    let mut first = put();
    first
        .headers
        .insert(0, ("transfer-encoding".to_owned(), "chunked".to_owned()));
    first.send(&served).await.is_error(400, "InvalidRequest");
    assert_eq!(put().send(&served).await.status, 200);
}

#[tokio::test]
async fn one_form_of_authentication_and_not_two() {
    let served = Served::new().await;
    let link = "/photos?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00";
    let both = Raw::new(&served, "GET", link).signed();
    both.send(&served).await.is_error(400, "InvalidArgument");
}

#[tokio::test]
async fn version_2_is_refused_in_every_form() {
    let served = Served::new().await;
    let header = Raw::new(&served, "GET", "/photos").with("authorization", "AWS ADMINKEY:c2ln");
    header.send(&served).await.is_error(400, "InvalidRequest");
    for query in [
        "Signature=c2ln&AWSAccessKeyId=ADMINKEY&Expires=99",
        "AWSAccessKeyId=ADMINKEY",
    ] {
        let link = Raw::new(&served, "GET", &format!("/photos?{query}"));
        link.send(&served).await.is_error(400, "InvalidRequest");
    }
}

#[tokio::test]
async fn an_authorization_that_is_none_is_refused() {
    let served = Served::new().await;
    let day = "20260101";
    let scope = format!("ADMINKEY/{day}/us-east-1/s3/aws4_request");
    for (authorization, code) in [
        ("Bearer token".to_owned(), "InvalidArgument"),
        ("Basic YTpi".to_owned(), "InvalidArgument"),
        (
            "AWS4-ECDSA-P256-SHA256 Credential=a".to_owned(),
            "InvalidArgument",
        ),
        (
            "AWS4-HMAC-SHA256".to_owned(),
            "AuthorizationHeaderMalformed",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a/b".to_owned(),
            "AuthorizationHeaderMalformed",
        ),
        (
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=x-amz-date, Signature=0"),
            "AuthorizationHeaderMalformed",
        ),
        (
            format!(
                "AWS4-HMAC-SHA256 Credential={scope}, Credential={scope}, SignedHeaders=host, \
                 Signature=0"
            ),
            "AuthorizationHeaderMalformed",
        ),
    ] {
        let request = Raw::new(&served, "GET", "/photos").with("authorization", &authorization);
        let answer = request
            .with("x-amz-date", "20260101T000000Z")
            .send(&served)
            .await;
        assert_eq!(answer.status, 400, "{authorization}: {answer:?}");
        answer.is_error(400, code);
    }
}

#[tokio::test]
async fn another_scope_is_refused() {
    let served = Served::new().await;
    let now = SystemTime::now();
    let scoped = |region: &str, service: &str| {
        let get = Raw::new(&served, "GET", "/photos");
        get.signed_in(&SignableBody::Bytes(b""), now, region, service)
    };
    let region = scoped("eu-central-1", "s3").send(&served).await;
    region.is_error(400, "AuthorizationHeaderMalformed");
    assert!(
        region.body.contains("<Region>us-east-1</Region>"),
        "{region:?}"
    );
    assert_eq!(region.header("x-amz-bucket-region"), Some("us-east-1"));
    for service in ["sts", "execute-api"] {
        let service = scoped("us-east-1", service).send(&served).await;
        service.is_error(400, "AuthorizationHeaderMalformed");
    }
    let mut terminator = get(&served);
    for (_, value) in &mut terminator.headers {
        *value = value.replace("aws4_request", "aws5_request");
    }
    terminator
        .send(&served)
        .await
        .is_error(400, "AuthorizationHeaderMalformed");
}

#[tokio::test]
async fn an_old_or_early_request_is_refused_before_its_signature_is_looked_at() {
    let served = Served::new().await;
    let now = SystemTime::now();
    let hour = Duration::from_hours(1);
    for at in [now - hour, now + hour] {
        let mut request = Raw::new(&served, "GET", "/photos");
        request = request.signed_over(&SignableBody::Bytes(b""), at);
        request
            .send(&served)
            .await
            .is_error(403, "RequestTimeTooSkewed");
    }
}

#[tokio::test]
async fn a_header_that_is_not_signed_is_refused() {
    let served = Served::new().await;
    let unsigned = get(&served)
        .with("x-amz-meta-colour", "blue")
        .send(&served)
        .await;
    unsigned.is_error(403, "AccessDenied");
    let element = "<HeadersNotSigned>x-amz-meta-colour</HeadersNotSigned>";
    assert!(unsigned.body.contains(element), "{unsigned:?}");
    let signed = Raw::new(&served, "GET", "/photos")
        .with("x-amz-meta-colour", "blue")
        .signed();
    let mut missing = signed.clone();
    missing
        .headers
        .retain(|(name, _)| name != "x-amz-meta-colour");
    missing
        .send(&served)
        .await
        .is_error(403, "SignatureDoesNotMatch");
    assert_eq!(signed.send(&served).await.status, 200);
}

#[tokio::test]
async fn a_token_that_no_key_here_has_is_refused() {
    let served = Served::new().await;
    let token = Raw::new(&served, "GET", "/photos")
        .with("x-amz-security-token", "t")
        .signed();
    token.send(&served).await.is_error(400, "InvalidToken");
}

#[tokio::test]
async fn a_changed_request_is_refused() {
    let served = Served::new().await;
    let signed = || {
        Raw::new(&served, "GET", "/photos?prefix=a")
            .with("range", "bytes=0-1")
            .signed()
    };
    assert_eq!(signed().send(&served).await.status, 200);
    let mut method = signed();
    method.method = "DELETE";
    let mut path = signed();
    path.target = "/photo2?prefix=a".to_owned();
    let mut query = signed();
    query.target = "/photos?prefix=b".to_owned();
    let mut further = signed();
    further.target = "/photos?prefix=a&x=1".to_owned();
    let header = signed().replaced("range", "bytes=0-2");
    let host = signed().replaced("host", &format!("localhost:{}", served.endpoint.port()));
    for request in [method, path, query, further, header, host] {
        request
            .send(&served)
            .await
            .is_error(403, "SignatureDoesNotMatch");
    }
    served
        .client()
        .head_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_head_has_limits() {
    let served = Served::with(|options| {
        options.limits.headers = 20;
        options.limits.header_bytes = 2_000;
        options.limits.uri_bytes = 200;
    })
    .await;
    let mut many = Raw::new(&served, "GET", "/photos");
    for n in 0..20 {
        many = many.with(&format!("x-test-{n}"), "x");
    }
    many.send(&served)
        .await
        .is_error(400, "RequestHeaderSectionTooLarge");
    let large = Raw::new(&served, "GET", "/photos").with("x-test", &"x".repeat(2_000));
    large
        .send(&served)
        .await
        .is_error(400, "RequestHeaderSectionTooLarge");
    let long = Raw::new(&served, "GET", &format!("/photos?{}", "x".repeat(200)));
    long.send(&served).await.is_error(414, "InvalidURI");
    // Beyond what we look at, HTTP itself refuses.
    let huge = Raw::new(&served, "GET", "/photos").with("x-test", &"x".repeat(40_000));
    assert_eq!(huge.send(&served).await.status, 431);
}

#[tokio::test]
async fn a_document_has_a_limit() {
    let served = Served::with(|options| options.limits.xml_bytes = 1_000).await;
    let xml = format!("<Delete><!--{}--></Delete>", "x".repeat(1_000));
    let delete = Raw::new(&served, "POST", "/photos?delete")
        .body(xml)
        .signed();
    delete
        .send(&served)
        .await
        .is_error(400, "MaxMessageLengthExceeded");
}

#[tokio::test]
async fn methods_of_other_protocols_are_refused() {
    let served = Served::new().await;
    for method in ["TRACE", "CONNECT", "PATCH", "PROPFIND"] {
        let answer = Raw::new(&served, method, "/photos").send(&served).await;
        assert!(
            answer.status == 405 || answer.status == 400,
            "{method}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_path_that_is_no_utf_8_is_refused() {
    let served = Served::new().await;
    let get = Raw::new(&served, "GET", "/photos/%FF")
        .signed()
        .send(&served)
        .await;
    get.is_error(400, "InvalidURI");
}

#[tokio::test]
async fn a_larger_object_than_s3_takes_is_refused_before_it_is_read() {
    let served = Served::new().await;
    let put = Raw::new(&served, "PUT", "/photos/k").with("content-length", "5368709121");
    let put = put.signed_over(&SignableBody::UnsignedPayload, SystemTime::now());
    put.send(&served).await.is_error(400, "EntityTooLarge");
    let get = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await;
    refused(get, 404, "NoSuchKey");
}

#[tokio::test]
async fn a_request_says_when_it_was_signed() {
    let served = Served::new().await;
    for date in ["", "yesterday", "20260101"] {
        let request = get(&served).replaced("x-amz-date", date);
        request.send(&served).await.is_error(403, "AccessDenied");
    }
    let mut none = get(&served);
    none.headers.retain(|(name, _)| name != "x-amz-date");
    none.send(&served).await.is_error(403, "AccessDenied");
}

#[tokio::test]
async fn the_date_of_http_is_as_good() {
    let served = Served::new().await;
    let request = get(&served);
    let (_, stamp) = request
        .headers
        .iter()
        .find(|(name, _)| name == "x-amz-date")
        .unwrap();
    let at = chrono::NaiveDateTime::parse_from_str(stamp, "%Y%m%dT%H%M%SZ").unwrap();
    let date = at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    // Signed over `date` in the place of `x-amz-date`, by hand.
    let authorization = authorization_over_date(&served, stamp, &date);
    let request = Raw::new(&served, "GET", "/photos")
        .with("date", &date)
        .with("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        .with("authorization", &authorization);
    let request = request.body("");
    assert_eq!(request.send(&served).await.status, 200);
}

fn authorization_over_date(served: &Served, stamp: &str, date: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let canonical = format!(
        "GET\n/photos\n\ndate:{date}\nhost:{}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\n\n\
         date;host;x-amz-content-sha256\nUNSIGNED-PAYLOAD",
        served.host()
    );
    let hash = hex::encode(Sha256::digest(canonical));
    let scope = format!("{}/us-east-1/s3/aws4_request", &stamp[..8]);
    let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hash}");
    let now = SystemTime::now();
    let key = aws_sigv4::sign::v4::generate_signing_key(SECRET, now, "us-east-1", "s3");
    let signature = aws_sigv4::sign::v4::calculate_signature(key, text.as_bytes());
    format!(
        "AWS4-HMAC-SHA256 Credential={ADMIN_KEY}/{scope}, \
         SignedHeaders=date;host;x-amz-content-sha256, Signature={signature}"
    )
}
