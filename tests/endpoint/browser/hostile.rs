//! A hostile page against a bucket in which everyone may do everything who is no web page: so nothing but the port's
//! own guard stands before it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use stave_endpoint::presign::{PresignGet, PresignPut, presign_get, presign_put};

use crate::pages::{PageServer, page, visit};
use crate::setting::{MINUTES, Setting, now, place};

/// One white pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4,
    0x89, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xff, 0xff, 0xff,
    0x7f, 0x00, 0x09, 0xfb, 0x03, 0xfd, 0x05, 0x43, 0x45, 0xca, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

async fn open_bucket() -> Setting {
    let setting = Setting::new();
    setting.bucket("open").await;
    setting.open("open").await;
    let style = b"#probe { color: rgb(1, 2, 3) }";
    for (key, content_type, body) in [
        ("secret.txt", "text/plain", &b"the secret"[..]),
        ("pixel.png", "image/png", PIXEL),
        (
            "spy.js",
            "text/javascript",
            b"globalThis.stolen = 'the secret';",
        ),
        ("style.css", "text/css", style),
        ("film.webm", "video/webm", b"a film"),
        ("events", "text/event-stream", b"data: the secret\n\n"),
    ] {
        setting.put("open", key, content_type, body).await;
    }
    setting
}

/// Sends a request as a program does that nobody signed it for.
fn as_a_program(setting: &Setting, method: &str, target: &str, body: &str) -> u16 {
    let host = setting.server.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    write!(
        stream,
        "{method} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// The ways of `hostile.js`, each of which ends in nothing.
pub async fn tries_everything() {
    let setting = open_bucket().await;
    // It is the page that is refused: a program comes in without a key.
    assert_eq!(as_a_program(&setting, "GET", "/open/secret.txt", ""), 200);
    assert_eq!(as_a_program(&setting, "PUT", "/open/mine", "mine"), 200);
    assert_eq!(as_a_program(&setting, "DELETE", "/open/mine", ""), 204);
    let before = setting.everything().await;
    let pages = PageServer::start(include_str!("hostile.js"));
    let url = setting.server.url();
    let signer = setting.signer();
    let get = |key: &str| {
        let (bucket, key) = place("open", key);
        let get = PresignGet::new(bucket, key, MINUTES);
        presign_get(&get, &signer, now()).unwrap().url
    };
    let (bucket, key) = place("open", "put");
    let put = presign_put(&PresignPut::new(bucket, key, MINUTES), &signer, now());
    let parameters = json!({
        "bucket": format!("{url}/open"),
        "endpoint": url,
        "links": {
            "get": get("secret.txt"), "image": get("pixel.png"), "script": get("spy.js"),
            "put": put.unwrap().url,
        },
    });
    let mut lax = parameters.clone();
    lax["bucket"] = json!(format!("{}/open", pages.origin("localhost")));
    let seen = visit(&json!({ "url": pages.origin("127.0.0.1"), "parameters": lax }));
    let read = seen["answer"]["fetch"].as_str().unwrap();
    assert!(
        read.starts_with("read: <!doctype html>"),
        "the page reads what it may: {read}"
    );
    for host in ["127.0.0.1", "localhost", "evil.test"] {
        let seen = visit(&json!({ "url": pages.origin(host), "parameters": parameters }));
        let answer = seen["answer"].as_object().unwrap();
        assert_eq!(answer.len(), 33, "{answer:#?}");
        for (way, outcome) in answer {
            let outcome = outcome.as_str().unwrap();
            assert!(!outcome.starts_with("read"), "{way} from {host}: {outcome}");
        }
        assert_eq!(setting.everything().await, before, "{host}");
    }
}

/// A page whose name leads to this machine, on the port of the endpoint: to the browser it is of the same origin.
pub async fn rebinds() {
    let setting = open_bucket().await;
    let before = setting.everything().await;
    let (_, port) = setting.server.url().rsplit_once(':').unwrap();
    let origin = format!("http://evil.test:{port}");
    let ask = |method: &str, target: &str| {
        let name = format!("{method} {target}");
        json!({ "name": name, "url": format!("{origin}{target}"), "method": method })
    };
    let mut write = ask("PUT", "/open/put");
    write["body"] = json!("hostile");
    let mut form = ask("POST", "/open");
    form["body"] = json!("hostile");
    form["fields"] = json!([["key", "form"]]);
    let requests = [
        ask("GET", "/open/secret.txt"),
        ask("GET", "/open?list-type=2"),
        ask("GET", "/"),
        write,
        form,
        ask("DELETE", "/open/secret.txt"),
        ask("OPTIONS", "/open/secret.txt"),
    ];
    let html = page(include_str!("app.js"));
    let there = format!("{origin}/page");
    let seen = visit(&json!({ "url": there, "html": html, "parameters": requests }));
    let answer = seen["answer"].as_object().unwrap();
    assert_eq!(answer.len(), 7, "{seen:#}");
    for (name, outcome) in answer {
        assert_eq!(outcome["status"], json!(403), "{name}: {seen:#}");
        let told = outcome["text"].as_str().unwrap_or_default();
        assert!(
            told.contains("does not answer to that host name"),
            "{name}: {told}"
        );
        assert!(!told.contains("the secret"), "{name}: {told}");
        assert_eq!(outcome["etag"], Value::Null, "{name}");
    }
    assert_eq!(setting.everything().await, before);
}
