//! Previews of untrusted objects, over a real vault.

use http::{Request, StatusCode};
use stave_model::Versioning;

use super::Previews;
use crate::testing::{Kit, object};
use crate::views::{PreviewKind, PreviewView};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand the rest of it";

async fn preview(kit: &Kit, previews: &Previews, bytes: &[u8]) -> PreviewView {
    kit.put("a", bytes).await;
    previews.of(object("a"), &*kit.store).await.unwrap()
}

fn request(url: &str, range: Option<&str>) -> Request<Vec<u8>> {
    let mut request = Request::builder().uri(url);
    if let Some(range) = range {
        request = request.header("range", range);
    }
    request.body(Vec::new()).unwrap()
}

#[tokio::test]
async fn what_is_shown_depends_on_the_bytes_alone() {
    let (kit, previews) = (Kit::new(Versioning::Off).await, Previews::default());
    let text = preview(&kit, &previews, b"plain text").await;
    assert_eq!(
        (text.kind, text.text.as_deref()),
        (PreviewKind::Text, Some("plain text"))
    );
    let image = preview(&kit, &previews, PNG).await;
    assert_eq!((image.kind, image.text), (PreviewKind::Image, None));
    let bytes = preview(&kit, &previews, b"\0\x01\x02").await;
    assert_eq!(bytes.kind, PreviewKind::Hex);
    let script = preview(&kit, &previews, b"<svg onload='alert(1)'/>").await;
    assert_eq!(script.kind, PreviewKind::Text);
    let empty = preview(&kit, &previews, b"").await;
    assert_eq!(
        (empty.kind, empty.text.as_deref()),
        (PreviewKind::Text, Some(""))
    );
    let long = preview(&kit, &previews, &vec![b'x'; 70_000]).await;
    assert_eq!((long.truncated, long.text.unwrap().len()), (true, 65_536));
}

#[tokio::test]
async fn a_picture_is_served_whole_or_in_ranges_and_as_nothing_else() {
    let (kit, previews) = (Kit::new(Versioning::Off).await, Previews::default());
    let url = preview(&kit, &previews, PNG).await.url;
    let whole = previews.serve(&request(&url, None), &*kit.store).await;
    assert_eq!((whole.status(), &whole.body()[..]), (StatusCode::OK, PNG));
    assert_eq!(whole.headers()["content-type"], "image/png");
    assert_eq!(whole.headers()["x-content-type-options"], "nosniff");
    assert_eq!(
        whole.headers()["content-security-policy"],
        "sandbox; default-src 'none'"
    );
    let part = previews
        .serve(&request(&url, Some("bytes=1-3")), &*kit.store)
        .await;
    assert_eq!(
        (part.status(), &part.body()[..]),
        (StatusCode::PARTIAL_CONTENT, &b"PNG"[..])
    );
    let beyond = previews
        .serve(&request(&url, Some("bytes=999-")), &*kit.store)
        .await;
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
}

#[tokio::test]
async fn nothing_is_served_without_a_ticket() {
    let (kit, previews) = (Kit::new(Versioning::Off).await, Previews::default());
    kit.put("secret", PNG).await;
    for url in [
        "stave-object://localhost/1",
        "stave-object://localhost/photos/secret",
        "stave-object://localhost/",
    ] {
        let answer = previews.serve(&request(url, None), &*kit.store).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{url}");
    }
}
