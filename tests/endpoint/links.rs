//! Links with keys of their own: each does the one thing that it was made for, as often as it may, until its end or its
//! revocation, in the name of whoever made it.

use std::time::Duration;

use futures::future::join_all;
use secrecy::SecretString;
use stave_endpoint::presign::{
    PostKey, PostType, PresignGet, PresignPost, PresignPut, Signer, UrlStyle, presign_get,
    presign_post, presign_put,
};
use stave_model::{
    BucketName, Link, LinkAudience, LinkOutcome, LinkTarget, ObjectKey, UserName, VersionId,
};
use stave_store::{Identities as _, Links as _, NewLink};

use crate::kit::{BUCKET, Served};
use crate::raw::{Answer, Raw};

const MINUTE: Duration = Duration::from_mins(1);

fn bucket() -> BucketName {
    BucketName::parse(BUCKET).unwrap()
}

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

/// A link, and with what its requests are signed.
struct Made {
    link: Link,
    signer: Signer,
}

async fn make(served: &Served, user: &str, target: LinkTarget, max_uses: Option<u32>) -> Made {
    let new = NewLink {
        user: UserName::parse(user).unwrap(),
        title: "for a test".to_owned(),
        target,
        audience: LinkAudience::Computer,
        seconds: 60,
        max_uses,
    };
    let (link, secret) = served.store.make_link(new).await.unwrap();
    let signer = signer(served, &link, secret);
    Made { link, signer }
}

fn signer(served: &Served, link: &Link, secret: SecretString) -> Signer {
    Signer {
        endpoint: served.endpoint.url(),
        region: "us-east-1".to_owned(),
        access_key_id: link.id.clone(),
        secret_access_key: secret,
        session_token: None,
        style: UrlStyle::Path,
    }
}

fn reading(name: &str) -> LinkTarget {
    LinkTarget::Get {
        bucket: bucket(),
        key: key(name),
        version: None,
    }
}

impl Made {
    fn get(&self, name: &str) -> String {
        let get = PresignGet::new(bucket(), key(name), MINUTE);
        presign_get(&get, &self.signer, self.link.created)
            .unwrap()
            .url
    }

    fn put(&self, name: &str) -> String {
        let put = PresignPut::new(bucket(), key(name), MINUTE);
        presign_put(&put, &self.signer, self.link.created)
            .unwrap()
            .url
    }

    async fn outcomes(&self, served: &Served) -> Vec<LinkOutcome> {
        let mut log = served.store.link_log(&self.link.id).await.unwrap();
        log.reverse();
        log.into_iter().map(|visit| visit.outcome).collect()
    }
}

fn request(served: &Served, method: &'static str, url: &str) -> Raw {
    let rest = url.strip_prefix("http://").unwrap();
    let (_, target) = rest.split_once('/').unwrap();
    Raw::new(served, method, &format!("/{target}"))
}

async fn follow(served: &Served, method: &'static str, url: &str) -> Answer {
    request(served, method, url).send(served).await
}

#[track_caller]
fn told(answer: &Answer, message: &str) {
    answer.is_error(403, "AccessDenied");
    assert!(answer.body.contains(message), "{}", answer.body);
}

async fn served() -> Served {
    let served = Served::new().await;
    put(&served, "k", "hello").await;
    served
}

async fn put(served: &Served, name: &str, body: &'static str) {
    let put = served.client().put_object().bucket(BUCKET).key(name);
    put.body(body.as_bytes().to_vec().into())
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_revoked_link_is_refused_on_its_next_request() {
    let served = served().await;
    let made = make(&served, "admin", reading("k"), None).await;
    let url = made.get("k");
    let answer = follow(&served, "GET", &url).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello"));
    served.store.revoke_link(&made.link.id).await.unwrap();
    told(
        &follow(&served, "GET", &url).await,
        "This link was revoked.",
    );
    assert_eq!(
        made.outcomes(&served).await,
        [LinkOutcome::Used, LinkOutcome::Revoked]
    );
    let log = served.store.link_log(&made.link.id).await.unwrap();
    assert!(log.iter().all(|visit| visit.source_ip.is_some()));
    served.store.forget_link(&made.link.id).await.unwrap();
    follow(&served, "GET", &url)
        .await
        .is_error(403, "InvalidAccessKeyId");
}

#[tokio::test]
async fn a_link_of_n_uses_is_refused_on_the_next_one_also_when_all_come_at_once() {
    let served = served().await;
    let made = make(&served, "admin", reading("k"), Some(2)).await;
    let url = made.get("k");
    assert_eq!(follow(&served, "GET", &url).await.status, 200);
    assert_eq!(follow(&served, "GET", &url).await.status, 200);
    let third = follow(&served, "GET", &url).await;
    told(&third, "This link was used as often as it may be.");
    let (used, up) = (LinkOutcome::Used, LinkOutcome::UsedUp);
    assert_eq!(made.outcomes(&served).await, [used, used, up]);

    let made = make(&served, "admin", reading("k"), Some(3)).await;
    let url = made.get("k");
    let answers = join_all((0..8).map(|_| follow(&served, "GET", &url))).await;
    let opened = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(opened.count(), 3);
    let outcomes = made.outcomes(&served).await;
    let count = |wanted| outcomes.iter().filter(|one| **one == wanted).count();
    assert_eq!((count(used), count(up)), (3, 5));
}

#[tokio::test]
async fn a_link_does_nothing_but_what_it_was_made_for() {
    let served = served().await;
    put(&served, "other", "secret").await;
    let made = make(&served, "admin", reading("k"), None).await;
    // Whoever has its secret still reads no other object with it, and writes none.
    told(
        &follow(&served, "GET", &made.get("other")).await,
        "it names another object",
    );
    told(
        &follow(&served, "PUT", &made.put("k")).await,
        "its method is another",
    );
    let mut versioned = PresignGet::new(bucket(), key("k"), MINUTE);
    versioned.version = Some(VersionId::Null);
    let versioned = presign_get(&versioned, &made.signer, made.link.created).unwrap();
    told(
        &follow(&served, "GET", &versioned.url).await,
        "it names another version",
    );
    let mut shown = PresignGet::new(bucket(), key("k"), MINUTE);
    shown.response_content_disposition = Some("attachment".to_owned());
    let shown = presign_get(&shown, &made.signer, made.link.created).unwrap();
    let answer = follow(&served, "GET", &shown.url).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-disposition"), Some("attachment"));
    // What is added to its URL is not signed.
    let more = follow(&served, "GET", &format!("{}&acl", made.get("k"))).await;
    more.is_error(403, "SignatureDoesNotMatch");
    let header = follow(&served, "HEAD", &made.get("k")).await;
    assert_eq!(header.status, 403);
    let mismatch = LinkOutcome::Mismatch;
    assert_eq!(
        made.outcomes(&served).await,
        [mismatch, mismatch, mismatch, LinkOutcome::Used]
    );
    // Its key opens nothing but S3's links: no call of a service.
    let call = Raw::new(&served, "GET", "/").signed();
    assert_eq!(call.send(&served).await.status, 200);
}

#[tokio::test]
async fn a_link_to_write_takes_its_type_and_its_size() {
    let served = served().await;
    let target = LinkTarget::Put {
        bucket: bucket(),
        key: key("new.png"),
        content_type: Some("image/png".to_owned()),
        max_bytes: Some(5),
    };
    let made = make(&served, "admin", target, Some(1)).await;
    let url = made.put("new.png");
    let put = |content_type: &str, body: &str| {
        request(&served, "PUT", &url)
            .with("content-type", content_type)
            .body(body)
    };
    let html = put("text/html", "hello").send(&served).await;
    told(&html, "its Content-Type is another");
    let long = put("image/png", "hello!").send(&served).await;
    told(&long, "its body is longer");
    let copied = put("image/png", "");
    let copied = copied.with("x-amz-copy-source", "photos/k");
    assert_eq!(copied.send(&served).await.status, 403);
    assert_eq!(put("image/png", "hello").send(&served).await.status, 200);
    let again = put("image/png", "hello").send(&served).await;
    told(&again, "used as often as it may be");
    let stored = served.client().get_object().bucket(BUCKET).key("new.png");
    let stored = stored.send().await.unwrap();
    assert_eq!(stored.content_type(), Some("image/png"));
}

/// Writes a form as a browser would.
fn form(served: &Served, fields: &[(String, String)], file: &str) -> Raw {
    let mut body = String::new();
    for (name, value) in fields {
        let part =
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.push_str(&part);
    }
    let last = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n{file}\r\n--edge--\r\n"
    );
    body.push_str(&last);
    Raw::new(served, "POST", "/photos")
        .with("content-type", "multipart/form-data; boundary=edge")
        .body(body)
}

#[tokio::test]
async fn a_link_takes_forms_below_its_prefix_and_of_its_size() {
    let served = served().await;
    let target = LinkTarget::Post {
        bucket: bucket(),
        prefix: "in/".to_owned(),
        content_type: Some("image/".to_owned()),
        min_bytes: 2,
        max_bytes: Some(5),
    };
    let made = make(&served, "admin", target, Some(2)).await;
    let signed = |below: &str| {
        let mut post = PresignPost::new(bucket(), PostKey::Below(below.to_owned()), MINUTE);
        post.content_type = Some(PostType::Beginning(String::new()));
        post.size = Some(0..=100);
        presign_post(&post, &made.signer, made.link.created).unwrap()
    };
    let fields = |below: &str, name: &str, content_type: &str| {
        let mut fields = signed(below).fields;
        fields.retain(|(n, _)| n != "key" && !n.eq_ignore_ascii_case("content-type"));
        fields.push(("key".to_owned(), name.to_owned()));
        fields.push(("Content-Type".to_owned(), content_type.to_owned()));
        fields
    };
    let send = |fields: Vec<(String, String)>, file: &'static str| {
        let form = form(&served, &fields, file);
        let served = &served;
        async move { form.send(served).await }
    };
    let out = send(fields("", "out/a.png", "image/png"), "abc").await;
    told(&out, "it names a key elsewhere");
    let html = send(fields("in/", "in/a.png", "text/html"), "abc").await;
    told(&html, "its Content-Type is another");
    let right = send(fields("in/", "in/a.png", "image/png"), "abc").await;
    assert_eq!(right.status, 204, "{right:?}");
    // The policy would take more than the link does.
    let long = send(fields("in/", "in/b.png", "image/png"), "abcdef").await;
    long.is_error(400, "EntityTooLarge");
    let up = send(fields("in/", "in/c.png", "image/png"), "abc").await;
    told(&up, "used as often as it may be");
}

#[tokio::test]
async fn a_link_may_no_more_than_whoever_made_it() {
    let served = served().await;
    served.user("ada").await;
    let read = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
        "Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}}"#;
    served.allow("ada", "read", read).await;
    let made = make(&served, "ada", reading("k"), None).await;
    let url = made.get("k");
    assert_eq!(follow(&served, "GET", &url).await.status, 200);
    let ada = UserName::parse("ada").unwrap();
    let read = stave_model::PolicyName::parse("read").unwrap();
    let removed = served.store.delete_identity_policy(&ada, &read);
    removed.await.unwrap();
    let answer = follow(&served, "GET", &url).await;
    told(&answer, "because no identity-based policy allows");
}

#[tokio::test]
async fn what_a_wrong_signature_asks_for_is_not_counted_and_told_nothing() {
    let served = served().await;
    let made = make(&served, "admin", reading("k"), Some(1)).await;
    served.store.revoke_link(&made.link.id).await.unwrap();
    let url = made.get("k");
    let (before, _) = url.split_once("X-Amz-Signature=").unwrap();
    let wrong = format!("{before}X-Amz-Signature={}", "0".repeat(64));
    let answer = follow(&served, "GET", &wrong).await;
    answer.is_error(403, "SignatureDoesNotMatch");
    assert!(!answer.body.contains("revoked"));
    assert_eq!(made.outcomes(&served).await, []);
}
