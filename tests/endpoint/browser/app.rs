//! The page of an application, under the rules that its owner set.

use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::types::CorsRule;
use serde_json::{Value, json};
use stave_endpoint::cors::{Question, lab, read_cors};
use stave_endpoint::presign::{
    PostKey, PostType, PresignGet, PresignPost, PresignPut, presign_get, presign_post, presign_put,
};

use crate::pages::{PageServer, visit};
use crate::setting::{MINUTES, Setting, now, place};

const METHODS: [&str; 4] = ["GET", "PUT", "POST", "HEAD"];
const HEADERS: [&str; 3] = ["content-type", "x-app", "x-amz-meta-place"];

fn rule(origin: &str) -> CorsRule {
    CorsRule::builder()
        .allowed_origins(origin)
        .set_allowed_methods(Some(METHODS.map(str::to_owned).to_vec()))
        .set_allowed_headers(Some(HEADERS.map(str::to_owned).to_vec()))
        .expose_headers("ETag")
        .build()
        .unwrap()
}

/// Uploads by link and by form, reads, and is refused what no rule allows.
pub async fn uses_the_bucket() {
    let setting = Setting::new();
    setting.bucket("photos").await;
    setting.bucket("plain").await;
    let pages = PageServer::start(include_str!("app.js"));
    let origin = pages.origin("localhost");
    setting.allow("photos", rule(&origin)).await;
    let hidden = CorsRule::builder()
        .allowed_origins("*")
        .allowed_methods("GET")
        .build();
    setting.allow("plain", hidden.unwrap()).await;
    setting.put("plain", "a", "text/plain", b"plain").await;
    setting.put("photos", "kept", "text/plain", b"kept").await;
    let requests = requests(&setting).await;
    let seen = visit(&json!({ "url": origin, "parameters": requests }));
    let answer = &seen["answer"];
    check(answer);
    let all = setting.everything().await;
    let of = |name: &str| all.get(name).map(Vec::as_slice);
    assert_eq!(of("photos/put"), Some(&b"by a link"[..]));
    assert_eq!(of("photos/up/file.txt"), Some(&b"by a form"[..]));
    assert_eq!(of("photos/kept"), Some(&b"kept"[..]));
    assert_eq!(of("photos/other"), None);
    assert_eq!(all.len(), 4, "{:?}", all.keys());
    the_lab_says_what_the_console_says(&origin, &requests, &seen);
}

/// What the page is to send, in this order.
async fn requests(setting: &Setting) -> Value {
    let signer = setting.signer();
    let (photos, _) = place("photos", "k");
    let get = |bucket: &str, key: &str| {
        let (bucket, key) = place(bucket, key);
        let get = PresignGet::new(bucket, key, MINUTES);
        presign_get(&get, &signer, now()).unwrap().url
    };
    let put = |key: &str| {
        let (bucket, key) = place("photos", key);
        let mut put = PresignPut::new(bucket, key, MINUTES);
        put.content_type = Some("image/png".to_owned());
        put.fixed = vec![("x-amz-meta-place".to_owned(), "sea".to_owned())];
        presign_put(&put, &signer, now()).unwrap()
    };
    let below = PostKey::Below("up/".to_owned());
    let mut post = PresignPost::new(photos, below, MINUTES);
    post.content_type = Some(PostType::Exactly("text/plain".to_owned()));
    post.size = Some(1..=100);
    let post = presign_post(&post, &signer, now()).unwrap();
    let hour = || PresigningConfig::expires_in(MINUTES).unwrap();
    let head = setting.s3.head_object().bucket("photos").key("put");
    let head = head.presigned(hour()).await.unwrap();
    let delete = setting.s3.delete_object().bucket("photos").key("kept");
    let delete = delete.presigned(hour()).await.unwrap();
    let headers = |link: &stave_endpoint::presign::Presigned| {
        let pairs = link.headers.iter().cloned();
        pairs
            .map(|(n, v)| (n, json!(v)))
            .collect::<serde_json::Map<_, _>>()
    };
    let (link, other) = (put("put"), put("other"));
    let mut other_headers = headers(&other);
    other_headers.insert("x-other".to_owned(), json!("1"));
    json!([
        { "name": "put", "url": link.url, "method": "PUT", "headers": headers(&link), "body": "by a link" },
        { "name": "post", "url": post.url, "method": "POST", "fields": post.fields, "body": "by a form" },
        { "name": "get", "url": get("photos", "put"), "method": "GET", "headers": { "x-app": "1" } },
        { "name": "head", "url": head.uri(), "method": "HEAD" },
        { "name": "missing", "url": get("photos", "missing"), "method": "GET" },
        { "name": "plain", "url": get("plain", "a"), "method": "GET" },
        { "name": "delete", "url": delete.uri(), "method": "DELETE" },
        { "name": "other", "url": other.url, "method": "PUT", "headers": other_headers, "body": "no" },
    ])
}

fn check(answer: &Value) {
    let is = |name: &str, status: u16| {
        assert_eq!(answer[name]["status"], json!(status), "{name}: {answer:#}");
    };
    is("put", 200);
    // The MD5 of `by a link`.
    assert_eq!(
        answer["put"]["etag"],
        json!("\"e568fd41ad973bdd74a1527863bb3432\"")
    );
    is("post", 204);
    is("get", 200);
    assert_eq!(answer["get"]["text"], json!("by a link"));
    is("head", 200);
    is("missing", 404);
    let told = answer["missing"]["text"].as_str().unwrap();
    assert!(told.contains("<Code>NoSuchKey</Code>"), "{told}");
    is("plain", 200);
    assert_eq!(answer["plain"]["text"], json!("plain"));
    assert_eq!(answer["plain"]["etag"], Value::Null, "it is not exposed");
    for refused in ["delete", "other"] {
        assert_eq!(
            answer[refused],
            json!({ "error": "TypeError" }),
            "{refused}"
        );
    }
}

/// The lab's words for the refused requests stand in the console of the browser.
fn the_lab_says_what_the_console_says(origin: &str, requests: &Value, seen: &Value) {
    let rules = json!([{
        "AllowedOrigins": [origin], "AllowedMethods": METHODS, "AllowedHeaders": HEADERS,
    }]);
    let rules = read_cors(&rules.to_string()).unwrap();
    let console: Vec<&str> = seen["console"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for (name, nearest) in [
        (
            "delete",
            "the method is DELETE, rule 1 allows GET, PUT, POST, HEAD",
        ),
        (
            "other",
            "rule 1 does not allow the header x-other; it allows content-type, x-app, x-amz-meta-place",
        ),
    ] {
        let request = requests
            .as_array()
            .unwrap()
            .iter()
            .find(|r| r["name"] == *name);
        let request = request.unwrap();
        let names = request["headers"]
            .as_object()
            .map(|headers| headers.keys().cloned().collect());
        let headers: Vec<String> = names.unwrap_or_default();
        let question = Question {
            origin,
            method: request["method"].as_str().unwrap(),
            headers: &headers,
            url: request["url"].as_str().unwrap(),
        };
        let lab = lab(Some(&rules), &question);
        assert_eq!(lab.sentence, format!("No rule matches: {nearest}."));
        assert!(
            console.iter().any(|said| said.contains(&lab.browser)),
            "{}\n{console:#?}",
            lab.browser
        );
    }
}
