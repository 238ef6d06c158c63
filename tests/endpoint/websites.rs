//! Buckets as web sites, on a host of their own.

use aws_sdk_s3::types::ObjectCannedAcl;
use stave_model::{BucketConfig, BucketName, ObjectOwnership, RoutingRule, Website};
use stave_store::Store as _;

use crate::kit::{BUCKET, Served};
use crate::raw::{Answer, Raw};

/// Serves the bucket `photos` as a site with some pages, all but one of them everyone's.
async fn site(website: Website) -> Served {
    let served = Served::new().await;
    let bucket = BucketName::parse(BUCKET).unwrap();
    let lists = BucketConfig::Ownership(ObjectOwnership::ObjectWriter);
    for config in [lists, BucketConfig::Website(website)] {
        served
            .store
            .put_bucket_config(&bucket, config)
            .await
            .unwrap();
    }
    for (key, acl) in [
        ("index.html", ObjectCannedAcl::PublicRead),
        ("a b/index.html", ObjectCannedAcl::PublicRead),
        ("error.html", ObjectCannedAcl::PublicRead),
        ("private.html", ObjectCannedAcl::Private),
    ] {
        let put = served
            .client()
            .put_object()
            .bucket(BUCKET)
            .key(key)
            .acl(acl);
        let put = put
            .content_type("text/html")
            .body(key.as_bytes().to_vec().into());
        put.send().await.unwrap();
    }
    served
}

fn pages(error_key: Option<&str>, rules: Vec<RoutingRule>) -> Website {
    Website::Pages {
        index_suffix: "index.html".to_owned(),
        error_key: error_key.map(str::to_owned),
        rules,
    }
}

fn ask(served: &Served, method: &'static str, target: &str) -> Raw {
    let host = format!("photos.s3-website.localhost:{}", served.endpoint.port());
    Raw::new(served, method, target).replaced("host", &host)
}

async fn get(served: &Served, target: &str) -> Answer {
    ask(served, "GET", target).send(served).await
}

fn own(served: &Served, path: &str) -> String {
    let port = served.endpoint.port();
    format!("http://photos.s3-website.localhost:{port}{path}")
}

#[tokio::test]
async fn a_page_is_an_object_that_everyone_may_read() {
    let served = site(pages(None, Vec::new())).await;
    for (target, body) in [
        ("/", "index.html"),
        ("/index.html", "index.html"),
        ("/a%20b/", "a b/index.html"),
        ("/index.html?x=1", "index.html"),
    ] {
        let answer = get(&served, target).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, body),
            "{target}: {answer:?}"
        );
        assert_eq!(answer.header("content-type"), Some("text/html"));
        assert!(answer.header("etag").is_some());
        assert!(answer.header("x-amz-request-id").is_some());
        // It has an origin of its own, so its scripts may run.
        assert_eq!(answer.header("content-security-policy"), None);
    }
    let folder = get(&served, "/a%20b").await;
    assert_eq!(
        (folder.status, folder.header("location")),
        (302, Some("/a%20b/"))
    );
    let head = ask(&served, "HEAD", "/").send(&served).await;
    assert_eq!(
        (head.status, head.header("content-length")),
        (200, Some("10"))
    );
    assert_eq!(head.body, "");
    let range = ask(&served, "GET", "/")
        .with("range", "bytes=0-4")
        .send(&served)
        .await;
    assert_eq!((range.status, range.body.as_str()), (206, "index"));
    let etag = get(&served, "/").await.header("etag").unwrap().to_owned();
    let known = ask(&served, "GET", "/")
        .with("if-none-match", &etag)
        .send(&served)
        .await;
    assert_eq!((known.status, known.body.as_str()), (304, ""));
}

#[tokio::test]
async fn what_is_no_page_is_told_as_a_page() {
    let served = site(pages(None, Vec::new())).await;
    // Who may not list is not told what is missing.
    for target in ["/private.html", "/none.html"] {
        let answer = get(&served, target).await;
        assert_eq!(answer.status, 403, "{target}: {answer:?}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        let id = answer.header("x-amz-request-id").unwrap().to_uppercase();
        for part in [
            "<title>403 Forbidden</title>",
            "<h1>403 Forbidden</h1>",
            "<li>Code: AccessDenied</li>",
            "<li>Message: Access Denied</li>",
            &format!("<li>RequestId: {id}</li>"),
        ] {
            assert!(answer.body.contains(part), "{part}: {answer:?}");
        }
    }
    for method in ["PUT", "POST", "DELETE"] {
        let answer = ask(&served, method, "/index.html").send(&served).await;
        assert_eq!(answer.status, 405, "{method}");
        assert!(
            answer.body.contains("<li>Code: MethodNotAllowed</li>"),
            "{answer:?}"
        );
    }
    let port = served.endpoint.port();
    let other = format!("others.s3-website.localhost:{port}");
    let other = Raw::new(&served, "GET", "/").replaced("host", &other);
    let other = other.send(&served).await;
    assert_eq!(other.status, 404);
    assert!(
        other.body.contains("<li>Code: NoSuchBucket</li>"),
        "{other:?}"
    );
    served
        .client()
        .delete_bucket_website()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    let none = get(&served, "/").await;
    assert_eq!(none.status, 404);
    assert!(
        none.body
            .contains("<li>Code: NoSuchWebsiteConfiguration</li>"),
        "{none:?}"
    );
}

#[tokio::test]
async fn a_site_has_an_error_page_of_its_own() {
    let served = site(pages(Some("error.html"), Vec::new())).await;
    let answer = get(&served, "/private.html").await;
    assert_eq!((answer.status, answer.body.as_str()), (403, "error.html"));
    assert_eq!(answer.header("content-type"), Some("text/html"));
    let served = site(pages(Some("private.html"), Vec::new())).await;
    let answer = get(&served, "/none").await;
    assert_eq!(answer.status, 403);
    let said = "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>";
    assert!(answer.body.contains(said), "{answer:?}");
    assert!(!answer.body.contains("private.html</body>"), "{answer:?}");
}

#[tokio::test]
async fn rules_send_elsewhere() {
    let docs = RoutingRule {
        if_key_prefix: Some("docs/".to_owned()),
        replace_key_prefix: Some("a b/".to_owned()),
        ..RoutingRule::default()
    };
    let forbidden = RoutingRule {
        if_error: Some(403),
        host: Some("example.com".to_owned()),
        protocol: Some("https".to_owned()),
        replace_key: Some("login".to_owned()),
        status: Some(307),
        ..RoutingRule::default()
    };
    let served = site(pages(None, vec![docs, forbidden])).await;
    let moved = get(&served, "/docs/index.html").await;
    let place = own(&served, "/a%20b/index.html");
    assert_eq!(
        (moved.status, moved.header("location")),
        (301, Some(place.as_str()))
    );
    let login = get(&served, "/private.html").await;
    let place = "https://example.com/login";
    assert_eq!((login.status, login.header("location")), (307, Some(place)));
    assert_eq!(get(&served, "/").await.status, 200);
    let all = Website::RedirectAll {
        host: "example.com".to_owned(),
        protocol: None,
    };
    let served = site(all).await;
    let moved = get(&served, "/a%20b/c").await;
    let place = "http://example.com/a%20b/c";
    assert_eq!((moved.status, moved.header("location")), (301, Some(place)));
}

#[tokio::test]
async fn a_page_may_say_that_it_stands_elsewhere() {
    let served = site(pages(None, Vec::new())).await;
    let put = served.client().put_object().bucket(BUCKET).key("old.html");
    let put = put
        .acl(ObjectCannedAcl::PublicRead)
        .website_redirect_location("/index.html");
    put.send().await.unwrap();
    let moved = get(&served, "/old.html").await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (301, Some("/index.html"))
    );
    assert_eq!(moved.body, "");
}

#[tokio::test]
async fn other_sites_lead_to_a_page_and_do_not_embed_it() {
    let served = site(pages(None, Vec::new())).await;
    let from = |mode: &str, dest: &str| {
        let get = ask(&served, "GET", "/").with("sec-fetch-site", "cross-site");
        get.with("sec-fetch-mode", mode)
            .with("sec-fetch-dest", dest)
    };
    assert_eq!(from("navigate", "document").send(&served).await.status, 200);
    assert_eq!(from("no-cors", "image").send(&served).await.status, 403);
    assert_eq!(from("navigate", "iframe").send(&served).await.status, 403);
    // What the site itself may do: read itself, and nothing of the endpoint.
    let page = own(&served, "");
    let read = ask(&served, "GET", "/")
        .with("origin", &page)
        .send(&served)
        .await;
    assert_eq!(read.status, 200);
    let reach = Raw::new(&served, "GET", "/photos")
        .with("origin", &page)
        .signed();
    reach.send(&served).await.is_error(403, "AccessForbidden");
}
