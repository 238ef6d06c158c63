//! Pages of other origins, as a browser sends their requests.

use aws_sdk_s3::types::{CorsConfiguration, CorsRule};
use stave_endpoint::cors::{Question, lab, widen};
use stave_model::{BucketConfig, BucketConfigKind, BucketName};
use stave_store::Store as _;

use crate::kit::{Served, refused};
use crate::raw::{Answer, Raw};

const APP: &str = "http://app.example:5173";

fn rule(origins: &[&str], methods: &[&str], headers: &[&str]) -> CorsRule {
    let texts = |texts: &[&str]| Some(texts.iter().map(|&t| t.to_owned()).collect());
    CorsRule::builder()
        .set_allowed_origins(texts(origins))
        .set_allowed_methods(texts(methods))
        .set_allowed_headers(texts(headers))
        .expose_headers("etag")
        .max_age_seconds(600)
        .build()
        .unwrap()
}

async fn allow(served: &Served, rules: Vec<CorsRule>) {
    let cors = CorsConfiguration::builder().set_cors_rules(Some(rules));
    let put = served.client().put_bucket_cors().bucket("photos");
    let put = put.cors_configuration(cors.build().unwrap());
    put.send().await.unwrap();
}

/// What a browser asks before `method` with these headers.
async fn preflight(served: &Served, origin: &str, method: &str, headers: &str) -> Answer {
    let mut ask = Raw::new(served, "OPTIONS", "/photos/k")
        .with("origin", origin)
        .with("access-control-request-method", method);
    if !headers.is_empty() {
        ask = ask.with("access-control-request-headers", headers);
    }
    ask.send(served).await
}

fn told<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.header(&format!("access-control-{name}"))
}

#[tokio::test]
async fn rules_are_told_as_they_were_set() {
    let served = Served::new().await;
    let s3 = served.client();
    let get = || s3.get_bucket_cors().bucket("photos").send();
    refused(get().await, 404, "NoSuchCORSConfiguration");
    let rules = vec![
        rule(&[APP, "https://*.example"], &["GET", "PUT"], &["x-amz-*"]),
        rule(&["*"], &["HEAD"], &[]),
    ];
    allow(&served, rules.clone()).await;
    let got = get().await.unwrap();
    let first = &got.cors_rules()[0];
    assert_eq!(first.allowed_origins(), [APP, "https://*.example"]);
    assert_eq!(first.allowed_methods(), ["GET", "PUT"]);
    assert_eq!(first.allowed_headers(), ["x-amz-*"]);
    assert_eq!(first.expose_headers(), ["etag"]);
    assert_eq!(first.max_age_seconds(), Some(600));
    assert_eq!(got.cors_rules().len(), 2);
    for bad in [
        rule(&["*.*"], &["GET"], &[]),
        rule(&["*"], &["OPTIONS"], &[]),
        rule(&["*"], &["GET"], &["a*b*"]),
    ] {
        let cors = CorsConfiguration::builder().cors_rules(bad).build();
        let put = s3.put_bucket_cors().bucket("photos");
        let put = put.cors_configuration(cors.unwrap()).send().await;
        refused(put, 400, "InvalidRequest");
    }
    let kept = get().await.unwrap();
    assert_eq!(kept.cors_rules()[0], rules[0]);
    assert_eq!(kept.cors_rules()[1].allowed_methods(), ["HEAD"]);
    let delete = || s3.delete_bucket_cors().bucket("photos").send();
    delete().await.unwrap();
    delete().await.unwrap();
    refused(get().await, 404, "NoSuchCORSConfiguration");
}

#[tokio::test]
async fn a_browser_is_told_beforehand_what_the_first_matching_rule_allows() {
    let served = Served::new().await;
    allow(
        &served,
        vec![
            rule(&[APP], &["GET", "PUT"], &["content-type", "x-amz-*"]),
            rule(&["*"], &["GET"], &["*"]),
        ],
    )
    .await;
    let named = preflight(&served, APP, "PUT", "Content-Type,X-Amz-Acl").await;
    assert_eq!(named.status, 200, "{named:?}");
    assert_eq!(told(&named, "allow-origin"), Some(APP));
    assert_eq!(told(&named, "allow-methods"), Some("get, put"));
    assert_eq!(
        told(&named, "allow-headers"),
        Some("content-type, x-amz-acl")
    );
    assert_eq!(told(&named, "allow-credentials"), Some("true"));
    assert_eq!(told(&named, "max-age"), Some("600"));
    assert_eq!(told(&named, "expose-headers"), Some("etag"));
    assert_eq!(
        named.header("vary"),
        Some("origin, access-control-request-headers, access-control-request-method")
    );
    let any = preflight(&served, "http://else.example", "GET", "range").await;
    assert_eq!(any.status, 200);
    assert_eq!(told(&any, "allow-origin"), Some("*"));
    assert_eq!(told(&any, "allow-credentials"), None);
    for (origin, method, headers) in [
        ("http://else.example", "PUT", ""),
        (APP, "DELETE", ""),
        (APP, "PUT", "authorization"),
    ] {
        let no = preflight(&served, origin, method, headers).await;
        no.is_error(403, "AccessForbidden");
        assert_eq!(told(&no, "allow-origin"), None);
    }
}

#[tokio::test]
async fn what_a_browser_asks_wrongly_is_told_as_such() {
    let served = Served::new().await;
    let options = || Raw::new(&served, "OPTIONS", "/photos/k");
    options().send(&served).await.is_error(400, "BadRequest");
    for method in ["", "put", "TRACE"] {
        let asked = preflight(&served, APP, method, "").await;
        asked.is_error(400, "BadRequest");
    }
    let two = options().with("origin", APP).with("origin", "http://b");
    two.send(&served).await.is_error(400, "BadRequest");
    let unset = preflight(&served, APP, "GET", "").await;
    unset.is_error(403, "AccessForbidden");
    assert!(unset.body.contains("CORS is not enabled"), "{unset:?}");
    let nowhere = Raw::new(&served, "OPTIONS", "/nowhere/k")
        .with("origin", APP)
        .with("access-control-request-method", "GET");
    nowhere.send(&served).await.is_error(403, "AccessForbidden");
    let list = Raw::new(&served, "OPTIONS", "/")
        .with("origin", APP)
        .with("access-control-request-method", "GET");
    list.send(&served).await.is_error(403, "AccessForbidden");
}

#[tokio::test]
async fn a_page_that_a_rule_lets_in_reads_answers_and_errors_and_no_other_does() {
    let served = Served::new().await;
    allow(&served, vec![rule(&[APP], &["GET", "PUT"], &["*"])]).await;
    let ask = |method, target: &str, origin: &str| {
        Raw::new(&served, method, target)
            .with("origin", origin)
            .with("sec-fetch-site", "cross-site")
            .with("sec-fetch-mode", "cors")
    };
    let put = ask("PUT", "/photos/new", APP).body("bytes").signed();
    let put = put.send(&served).await;
    assert_eq!(put.status, 200, "{put:?}");
    assert_eq!(told(&put, "allow-origin"), Some(APP));
    let got = ask("GET", "/photos/new", APP).signed().send(&served).await;
    assert_eq!((got.status, got.body.as_str()), (200, "bytes"));
    assert_eq!(told(&got, "allow-origin"), Some(APP));
    let missing = ask("GET", "/photos/missing", APP).signed();
    let missing = missing.send(&served).await;
    missing.is_error(404, "NoSuchKey");
    assert_eq!(told(&missing, "allow-origin"), Some(APP));
    let unsigned = ask("GET", "/photos/new", APP).send(&served).await;
    unsigned.is_error(403, "AccessDenied");
    assert_eq!(told(&unsigned, "allow-origin"), Some(APP));
    let malformed = ask("GET", "/photos/new", APP).with("authorization", "AWS4 nonsense");
    let malformed = malformed.send(&served).await;
    assert_eq!(malformed.status, 400);
    assert_eq!(told(&malformed, "allow-origin"), Some(APP));

    for (method, target, origin) in [
        ("GET", "/photos/new", "http://evil.example"),
        ("GET", "/photos/new", "null"),
        ("DELETE", "/photos/new", APP),
        ("GET", "/", APP),
        ("POST", "/", APP),
    ] {
        let refused = ask(method, target, origin).signed().send(&served).await;
        refused.is_error(403, "AccessForbidden");
        assert_eq!(told(&refused, "allow-origin"), None, "{method} {target}");
    }
    // Without an origin there is nothing that a rule could name: an image, or a form of old.
    let embedded = Raw::new(&served, "GET", "/photos/new")
        .with("sec-fetch-site", "cross-site")
        .signed();
    embedded
        .send(&served)
        .await
        .is_error(403, "AccessForbidden");
    // Who comes from nowhere else is told nothing of it.
    let own = Raw::new(&served, "GET", "/photos/new").signed();
    assert_eq!(told(&own.send(&served).await, "allow-origin"), None);
}

#[tokio::test]
async fn what_no_rule_lets_in_is_kept_for_the_owner_and_one_step_lets_it_in() {
    let served = Served::new().await;
    let mut news = served.endpoint.watch_cors_refusals();
    preflight(&served, APP, "PUT", "Content-Type").await;
    let kept = served.endpoint.cors_refusals();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let refusal = &kept[0];
    assert_eq!(news.recv().await.unwrap(), *refusal);
    assert_eq!(
        (refusal.bucket.as_str(), refusal.key.as_str()),
        ("photos", "k")
    );
    assert_eq!(
        (refusal.origin.as_str(), refusal.method.as_str()),
        (APP, "PUT")
    );
    assert_eq!(refusal.headers, ["content-type"]);
    assert_eq!(
        refusal.sentence,
        "The bucket has no CORS rules, so that no page of another origin comes in."
    );
    let wider = widen(None, &refusal.refused()).unwrap();
    let bucket = BucketName::parse("photos").unwrap();
    let put = served
        .store
        .put_bucket_config(&bucket, BucketConfig::Cors(wider));
    put.await.unwrap();
    let now = preflight(&served, APP, "PUT", "Content-Type").await;
    assert_eq!(now.status, 200, "{now:?}");
}

#[tokio::test]
async fn it_is_kept_why_no_rule_lets_a_page_in() {
    let served = Served::new().await;
    allow(&served, vec![rule(&[APP], &["PUT"], &[])]).await;
    preflight(&served, APP, "DELETE", "").await;
    preflight(&served, "http://app.example:5174", "PUT", "").await;
    let fetch = Raw::new(&served, "GET", "/photos/a%20b")
        .with("origin", APP)
        .with("sec-fetch-site", "cross-site")
        .with("sec-fetch-mode", "cors");
    fetch.send(&served).await.is_error(403, "AccessForbidden");
    let form = Raw::new(&served, "GET", "/photos/form")
        .with("origin", APP)
        .with("sec-fetch-mode", "navigate");
    form.send(&served).await.is_error(403, "AccessForbidden");
    let nowhere = Raw::new(&served, "OPTIONS", "/nowhere/k")
        .with("origin", APP)
        .with("access-control-request-method", "GET");
    nowhere.send(&served).await.is_error(403, "AccessForbidden");
    let told: Vec<(String, String)> = served
        .endpoint
        .cors_refusals()
        .into_iter()
        .map(|refusal| (refusal.key, refusal.sentence))
        .collect();
    let expected = [
        ("k", "There is no bucket nowhere."),
        (
            "a b",
            "No rule matches: the method is GET, rule 1 allows PUT.",
        ),
        (
            "k",
            "No rule matches: the origin's port is 5174, rule 1 says 5173.",
        ),
        (
            "k",
            "No rule matches: the method is DELETE, rule 1 allows PUT.",
        ),
    ];
    let expected = expected.map(|(key, sentence)| (key.to_owned(), sentence.to_owned()));
    assert_eq!(told, expected);
}

#[tokio::test]
async fn the_lab_answers_as_the_endpoint_does() {
    let served = Served::new().await;
    let rules = vec![
        rule(&[APP], &["GET", "PUT"], &["content-type"]),
        rule(&["https://*.example"], &["GET"], &["*"]),
    ];
    allow(&served, rules).await;
    let bucket = BucketName::parse("photos").unwrap();
    let set = served
        .store
        .bucket_config(&bucket, BucketConfigKind::Cors)
        .await;
    let Ok(Some(BucketConfig::Cors(cors))) = set else {
        panic!("rules were set")
    };
    for (origin, method, headers) in [
        (APP, "PUT", "content-type"),
        (APP, "PUT", "x-other"),
        (APP, "DELETE", ""),
        ("https://a.example", "GET", "x-any"),
        ("http://a.example", "GET", "x-any"),
        ("null", "GET", "x-any"),
        (APP, "PATCH", ""),
    ] {
        let answer = preflight(&served, origin, method, headers).await;
        let headers: Vec<String> = headers.split(',').map(str::to_owned).collect();
        let question = Question {
            origin,
            method,
            headers: &headers,
            url: "http://127.0.0.1/photos/k",
        };
        let lab = lab(Some(&cors), &question);
        assert_eq!(lab.preflight.status, answer.status, "{origin} {method}");
        assert_eq!(lab.allowed, answer.status == 200, "{origin} {method}");
        for (name, value) in &lab.preflight.headers {
            assert_eq!(
                answer.header(name),
                Some(value.to_lowercase().as_str()),
                "{name}"
            );
        }
        let told = answer.head.matches("access-control-").count();
        let shown = lab
            .preflight
            .headers
            .iter()
            .filter(|(n, _)| n.starts_with("access-control-"));
        // `Vary` names two of them.
        let named = if lab.allowed { 2 } else { 0 };
        assert_eq!(shown.count() + named, told, "{answer:?}");
    }
}
