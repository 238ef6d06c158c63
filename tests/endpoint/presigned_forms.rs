//! Links with fixed headers and upload forms: accepted as they were made, refused when bent.

use std::time::Duration;

use stave_endpoint::presign::{
    PostForm, PostKey, PostType, PresignError, PresignPost, PresignPut, Presigned, Signer,
    UrlStyle, presign_post, presign_put,
};
use stave_model::{AccessKeyId, BucketName, Clock as _, ObjectKey, SystemClock, Timestamp};

use crate::form::{END, post_of};
use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served, read};
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

fn bucket() -> BucketName {
    BucketName::parse(BUCKET).unwrap()
}

fn key(key: &str) -> ObjectKey {
    ObjectKey::parse(key).unwrap()
}

fn now() -> Timestamp {
    SystemClock.now()
}

const MINUTE: Duration = Duration::from_mins(1);

/// Puts `body` by a link, with these headers.
async fn put(served: &Served, link: &Presigned, headers: &[(&str, &str)], body: &str) -> Answer {
    let (_, target) = link.url.split_once(&served.host()).unwrap();
    let mut request = Raw::new(served, "PUT", target).body(body);
    for (name, value) in headers {
        request = request.with(name, value);
    }
    request.send(served).await
}

fn fixed_link(served: &Served) -> Presigned {
    let mut fixed = PresignPut::new(bucket(), key("k"), MINUTE);
    fixed.content_type = Some("image/png".to_owned());
    fixed.content_length = Some(5);
    fixed.fixed = [
        ("x-amz-server-side-encryption", "AES256"),
        ("X-Amz-Checksum-Crc32", "NhCmhg=="),
        ("x-amz-meta-place", "sea"),
    ]
    .map(|(n, v)| (n.to_owned(), v.to_owned()))
    .to_vec();
    presign_put(&fixed, &signer(served, UrlStyle::Path), now()).unwrap()
}

/// Returns the headers that a sender adds by hand.
fn sent_with(link: &Presigned) -> Vec<(&str, &str)> {
    let headers = link.headers.iter().map(|(n, v)| (n.as_str(), v.as_str()));
    headers.filter(|(n, _)| *n != "content-length").collect()
}

#[tokio::test]
async fn a_link_fixes_the_headers_of_an_upload() {
    let served = Served::new().await;
    let link = fixed_link(&served);
    let told: Vec<(&str, &str)> = link
        .headers
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("content-type", "image/png"),
            ("content-length", "5"),
            ("x-amz-server-side-encryption", "AES256"),
            ("x-amz-checksum-crc32", "NhCmhg=="),
            ("x-amz-meta-place", "sea"),
        ]
    );
    let sent = sent_with(&link);
    for bent in 0..sent.len() {
        let mut headers = sent.clone();
        let (name, _) = headers.remove(bent);
        let without = put(&served, &link, &headers, "hello").await;
        without.is_error(403, "SignatureDoesNotMatch");
        headers.push((name, "other"));
        let other = put(&served, &link, &headers, "hello").await;
        other.is_error(403, "SignatureDoesNotMatch");
    }
}

#[tokio::test]
async fn an_upload_by_a_link_is_of_the_fixed_size_and_bytes() {
    let served = Served::new().await;
    let link = fixed_link(&served);
    let sent = sent_with(&link);
    let longer = put(&served, &link, &sent, "hello!").await;
    longer.is_error(403, "SignatureDoesNotMatch");
    let mut more = sent.clone();
    more.push(("x-amz-acl", "private"));
    put(&served, &link, &more, "hello")
        .await
        .is_error(403, "AccessDenied");
    // Five other bytes: the signature holds, the checksum does not.
    put(&served, &link, &sent, "hallo")
        .await
        .is_error(400, "BadDigest");
    let good = put(&served, &link, &sent, "hello").await;
    assert_eq!(good.status, 200, "{good:?}");
    let got = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(got.content_type(), Some("image/png"));
    assert_eq!(got.metadata().unwrap()["place"], "sea");
    assert_eq!(read(got.body).await, b"hello");
}

#[tokio::test]
async fn no_link_fixes_what_it_must_not() {
    let served = Served::new().await;
    let signer = signer(&served, UrlStyle::Path);
    let of = |fixed: &[(&str, &str)]| {
        let mut put = PresignPut::new(bucket(), key("k"), MINUTE);
        put.content_type = Some("text/plain".to_owned());
        put.fixed = fixed
            .iter()
            .map(|&(n, v)| (n.to_owned(), v.to_owned()))
            .collect();
        presign_put(&put, &signer, now())
    };
    let customer = of(&[("x-amz-server-side-encryption-customer-key", "c2VjcmV0")]);
    assert!(matches!(customer, Err(PresignError::CustomerKey)));
    for (name, value) in [
        ("host", "evil"),
        ("authorization", "x"),
        ("content-type", "a/b"),
        ("x-amz-date", "x"),
    ] {
        let made = of(&[(name, value)]);
        assert!(
            matches!(made, Err(PresignError::Header(n)) if n == name),
            "{name}"
        );
    }
    let mut elsewhere = signer.clone();
    for endpoint in ["127.0.0.1:9000", "ftp://127.0.0.1", "http://"] {
        endpoint.clone_into(&mut elsewhere.endpoint);
        let put = PresignPut::new(bucket(), key("k"), MINUTE);
        let made = presign_put(&put, &elsewhere, now());
        assert!(matches!(made, Err(PresignError::Endpoint(_))), "{endpoint}");
    }
    "https://192.168.1.20:9443".clone_into(&mut elsewhere.endpoint);
    let put = PresignPut::new(bucket(), key("k"), MINUTE);
    let secure = presign_put(&put, &elsewhere, now()).unwrap();
    assert!(
        secure
            .url
            .starts_with("https://192.168.1.20:9443/photos/k?"),
        "{}",
        secure.url
    );
}

/// Sends a form as a browser does.
async fn send(
    served: &Served,
    form: &PostForm,
    change: Option<(&str, &str)>,
    file: &str,
) -> Answer {
    let mut fields = form.fields.clone();
    if let Some((name, value)) = change {
        fields.retain(|(n, _)| n != name);
        fields.push((name.to_owned(), value.to_owned()));
    }
    let mut body = String::new();
    for (name, value) in fields {
        body.extend([
            "--boundary\r\nContent-Disposition: form-data; name=\"",
            &name,
            "\"\r\n\r\n",
            &value,
            "\r\n",
        ]);
    }
    body.extend([
        "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n",
        file,
    ]);
    let target = form.url.split_once("://").unwrap().1;
    let (host, path) = target.split_once('/').unwrap();
    let post = post_of(served, &format!("/{path}")).replaced("host", host);
    post.body([body.as_bytes(), END].concat())
        .send(served)
        .await
}

/// Makes a form for small images.
fn images(served: &Served) -> PostForm {
    let mut post = PresignPost::new(bucket(), PostKey::Below("up/".to_owned()), MINUTE);
    post.content_type = Some(PostType::Beginning("image/".to_owned()));
    post.size = Some(2..=5);
    post.success_status = Some(201);
    presign_post(&post, &signer(served, UrlStyle::Path), now()).unwrap()
}

fn typed(form: &PostForm, content_type: &str) -> PostForm {
    let mut form = form.clone();
    let field = ("Content-Type".to_owned(), content_type.to_owned());
    form.fields.push(field);
    form
}

#[tokio::test]
async fn a_form_takes_what_its_policy_says_and_nothing_else() {
    let served = Served::new().await;
    let form = images(&served);
    assert_eq!(form.open.len(), 1);
    assert_eq!(form.open[0].name, "Content-Type");
    let image = typed(&form, "image/png");
    let good = send(&served, &image, None, "hello").await;
    assert_eq!(good.status, 201, "{good:?}");
    let got = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("up/a.png")
        .send()
        .await
        .unwrap();
    assert_eq!(got.content_type(), Some("image/png"));
    assert_eq!(read(got.body).await, b"hello");
    let hidden = "<input type=\"hidden\" name=\"key\" value=\"up/${filename}\">";
    assert!(form.html.contains(hidden), "{}", form.html);
}

#[tokio::test]
async fn a_form_that_is_bent_leaves_nothing() {
    let served = Served::new().await;
    let form = images(&served);
    let image = typed(&form, "image/png");
    send(&served, &image, None, "hello!")
        .await
        .is_error(400, "EntityTooLarge");
    send(&served, &image, None, "h")
        .await
        .is_error(400, "EntityTooSmall");
    send(&served, &typed(&form, "text/html"), None, "hello")
        .await
        .is_error(403, "AccessDenied");
    send(&served, &form, None, "hello")
        .await
        .is_error(403, "AccessDenied");
    for (name, value) in [
        ("key", "else/a.png"),
        ("acl", "public-read"),
        ("success_action_status", "200"),
    ] {
        let bent = send(&served, &image, Some((name, value)), "hello").await;
        bent.is_error(403, "AccessDenied");
    }
    let policy = Some((
        "policy",
        "eyJleHBpcmF0aW9uIjoiMjEwMC0wMS0wMVQwMDowMDowMFoiLCJjb25kaXRpb25zIjpbXX0=",
    ));
    send(&served, &image, policy, "hello")
        .await
        .is_error(403, "SignatureDoesNotMatch");
    let listed = served
        .client()
        .list_objects_v2()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.key_count(), Some(0));
}

#[tokio::test]
async fn a_form_for_one_key_goes_to_a_bucket_in_either_style_until_its_end() {
    let served = Served::new().await;
    for style in [UrlStyle::Path, UrlStyle::VirtualHost] {
        let mut post = PresignPost::new(bucket(), PostKey::Exactly(key("a b/ü.txt")), MINUTE);
        post.content_type = Some(PostType::Exactly("text/plain".to_owned()));
        let signer = signer(&served, style);
        let form = presign_post(&post, &signer, now()).unwrap();
        let sent = send(&served, &form, None, "hello").await;
        assert_eq!(sent.status, 204, "{style:?} {sent:?}");
        let ended = Timestamp::from_millis(now().as_millis() - 61_000);
        let late = presign_post(&post, &signer, ended).unwrap();
        send(&served, &late, None, "hello")
            .await
            .is_error(403, "AccessDenied");
    }
    let got = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("a b/ü.txt")
        .send()
        .await;
    assert_eq!(read(got.unwrap().body).await, b"hello");
}

#[tokio::test]
async fn a_form_that_could_take_nothing_is_not_made() {
    let served = Served::new().await;
    let signer = signer(&served, UrlStyle::Path);
    let any = PresignPost::new(bucket(), PostKey::Below(String::new()), MINUTE);
    let of = |change: &dyn Fn(&mut PresignPost)| {
        let mut post = any.clone();
        change(&mut post);
        presign_post(&post, &signer, now())
    };
    assert!(of(&|_| {}).is_ok());
    let size = of(&|post| post.size = Some(std::ops::RangeInclusive::new(5, 4)));
    assert!(matches!(
        size,
        Err(PresignError::Size { least: 5, most: 4 })
    ));
    let prefix = of(&|post| post.key = PostKey::Below("k".repeat(1_024)));
    assert!(matches!(prefix, Err(PresignError::Prefix(_))));
    let days = of(&|post| post.expires = Duration::from_hours(7 * 24 + 1));
    assert!(matches!(days, Err(PresignError::Lifetime(_))));
}
