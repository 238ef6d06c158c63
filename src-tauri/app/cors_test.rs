//! CORS rules over a real vault.

use stave_model::Versioning;

use super::{RefusedPage, allow, check, json_of, lab, put, read};
use crate::testing::{Kit, bucket};
use crate::views::{CorsQuestion, CorsRuleView};

const VITE: &str = r#"{"CORSRules": [{"ID": "vite", "AllowedOrigins": ["http://localhost:5173"],
    "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["content-type"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 60}]}"#;

fn vite() -> CorsRuleView {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    CorsRuleView {
        id: "vite".to_owned(),
        origins: texts(&["http://localhost:5173"]),
        methods: texts(&["GET", "PUT"]),
        headers: texts(&["content-type"]),
        exposed: texts(&["ETag"]),
        max_age: Some(60),
    }
}

fn question(json: Option<&str>, origin: &str, method: &str) -> CorsQuestion {
    CorsQuestion {
        bucket: "photos".to_owned(),
        json: json.map(str::to_owned),
        origin: origin.to_owned(),
        method: method.to_owned(),
        headers: Vec::new(),
        key: "a b.jpg".to_owned(),
    }
}

const ENDPOINT: &str = "http://127.0.0.1:9000";

#[tokio::test]
async fn rules_are_set_read_and_removed() {
    let kit = Kit::new(Versioning::Off).await;
    let none = read(&*kit.store, &bucket()).await.unwrap();
    assert_eq!((none.rules.len(), none.json.as_str()), (0, ""));
    put(&*kit.store, &bucket(), VITE).await.unwrap();
    let told = read(&*kit.store, &bucket()).await.unwrap();
    assert_eq!(told.rules, [vite()]);
    assert!(told.json.contains("\n  \"CORSRules\": ["), "{}", told.json);
    assert_eq!(json_of(told.rules).unwrap(), told.json);
    put(&*kit.store, &bucket(), " ").await.unwrap();
    let none = read(&*kit.store, &bucket()).await.unwrap();
    assert_eq!(none.json, "");
}

#[tokio::test]
async fn what_cannot_be_set_is_told_with_its_line() {
    let kit = Kit::new(Versioning::Off).await;
    let wrong = "[{\"AllowedOrigins\": [\"*\"],\n\"AllowedMethods\": [\"PATCH\"]}]";
    let found = check(wrong);
    assert!(!found.valid);
    assert_eq!(found.problems[0].line, Some(2), "{:?}", found.problems);
    let refused = put(&*kit.store, &bucket(), wrong).await.unwrap_err();
    assert_eq!(refused.code, "invalid_cors");
    assert!(!check(&" [".repeat(40_000)).valid);
    assert!(check(VITE).valid && check("").valid);
    let unknown = CorsRuleView {
        methods: vec!["PATCH".to_owned()],
        ..vite()
    };
    assert_eq!(json_of(vec![unknown]).unwrap_err().code, "invalid_argument");
}

#[tokio::test]
async fn the_lab_asks_what_is_set_or_a_draft() {
    let kit = Kit::new(Versioning::Off).await;
    let ask = |json, origin, method| lab(&*kit.store, question(json, origin, method), ENDPOINT);
    let nothing = ask(None, "http://localhost:5173", "PUT").await.unwrap();
    assert!(!nothing.allowed && nothing.rule.is_none());
    assert!(nothing.browser.contains("CORS"), "{}", nothing.browser);
    let draft = ask(Some(VITE), "http://localhost:5173", "PUT").await;
    let draft = draft.unwrap();
    assert!(draft.allowed, "{}", draft.sentence);
    assert_eq!((draft.rule, draft.browser.as_str()), (Some(0), ""));
    assert_eq!(draft.preflight.status, 200);
    let origin = draft.preflight.headers.iter();
    let mut origin =
        origin.filter(|one| one.name.eq_ignore_ascii_case("access-control-allow-origin"));
    assert_eq!(origin.next().unwrap().value, "http://localhost:5173");
    assert!(
        draft
            .curl
            .contains("http://127.0.0.1:9000/photos/a%20b.jpg"),
        "{}",
        draft.curl
    );
    let port = ask(Some(VITE), "http://localhost:5174", "PUT")
        .await
        .unwrap();
    assert!(!port.allowed && port.misses[0].rule == 0);
    assert!(port.sentence.contains("5174"), "{}", port.sentence);
    let broken = ask(Some("{"), "http://localhost:5173", "PUT").await;
    assert_eq!(broken.unwrap_err().code, "invalid_cors");
    let long = ask(None, &"o".repeat(3_000), "PUT").await;
    assert_eq!(long.unwrap_err().code, "invalid_argument");
}

#[tokio::test]
async fn what_was_refused_makes_a_rule_that_is_not_set_yet() {
    let kit = Kit::new(Versioning::Off).await;
    let page = |origin: &str, method: &str| RefusedPage {
        origin: origin.to_owned(),
        method: method.to_owned(),
        headers: vec!["content-type".to_owned()],
    };
    let drafted = allow(
        &*kit.store,
        &bucket(),
        &page("http://localhost:3000", "PUT"),
    )
    .await;
    let json = drafted.unwrap().json;
    let drafted = check(&json);
    assert_eq!(drafted.rules[0].origins, ["http://localhost:3000"]);
    assert_eq!(drafted.rules[0].methods, ["PUT"]);
    let set = read(&*kit.store, &bucket()).await.unwrap();
    assert_eq!(set.json, "");
    for (origin, method, code) in [
        ("null", "PUT", "cors_not_widened"),
        ("http://*", "PUT", "cors_not_widened"),
        ("http://localhost:3000", "BREW", "invalid_argument"),
    ] {
        let refused = allow(&*kit.store, &bucket(), &page(origin, method)).await;
        assert_eq!(refused.unwrap_err().code, code, "{origin} {method}");
    }
}
