//! Web pages. Every page in the user's browser can reach the loopback interface; a browser says where a
//! request comes from, and what no CORS rule allows is refused before anyone is asked who they are.

use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, StatusCode};

use crate::server::{Refusal, secure};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

pub(super) fn check(parts: &Parts) -> Result<(), Refusal> {
    if comes_from_elsewhere(&parts.headers) && !is_followed_link(parts) {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "AccessForbidden",
            "CORSResponse: no CORS rule allows this request of a web page.",
        ));
    }
    Ok(())
}

/// A web site is for everyone who comes to see it; its parts are not for other sites to embed.
pub(super) fn check_page(parts: &Parts) -> Result<(), Refusal> {
    if !comes_from_elsewhere(&parts.headers) || is_new_document(parts) {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::FORBIDDEN,
        "AccessForbidden",
        "CORSResponse: no CORS rule allows this request of a web page.",
    ))
}

fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let sites = headers.get_all(SEC_FETCH_SITE);
    let other_site = sites.iter().any(|s| s != "same-origin" && s != "none");
    let host = headers
        .get(HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    // The same host by another scheme is another origin: who answers there need not be us.
    let scheme = if secure() { "https" } else { "http" };
    let own = format!("{scheme}://{host}");
    let origins = headers.get_all(ORIGIN);
    let other_origin = origins
        .iter()
        .any(|o| !o.as_bytes().eq_ignore_ascii_case(own.as_bytes()));
    other_site || other_origin
}

/// A person who follows a pre-signed link in a mail or a chat comes from another site, as a new document:
/// the page that holds the link learns nothing, and the answer is sandboxed.
fn is_followed_link(parts: &Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    is_new_document(parts)
        && query
            .split('&')
            .any(|pair| pair.starts_with("X-Amz-Signature="))
}

/// Returns whether a browser shows the answer as a document by itself.
fn is_new_document(parts: &Parts) -> bool {
    let only = |name: HeaderName, expected: &str| {
        let mut values = parts.headers.get_all(name).iter();
        values.next().is_some_and(|v| v == expected) && values.next().is_none()
    };
    parts.method == Method::GET
        && !parts.headers.contains_key(ORIGIN)
        && only(SEC_FETCH_MODE, "navigate")
        && only(SEC_FETCH_DEST, "document")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    #[track_caller]
    fn check_of(method: &str, target: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", "127.0.0.1:9000");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap().into_parts().0).is_ok()
    }

    #[test]
    fn programs_and_typed_addresses_pass() {
        assert!(check_of("GET", "/b/k", &[]));
        assert!(check_of("GET", "/b/k", &[("sec-fetch-site", "none")]));
        assert!(check_of(
            "GET",
            "/b/k",
            &[("sec-fetch-site", "same-origin")]
        ));
        assert!(check_of(
            "PUT",
            "/b/k",
            &[("origin", "http://127.0.0.1:9000")]
        ));
    }

    #[test]
    fn pages_of_other_sites_do_not() {
        for site in ["cross-site", "same-site", "nonsense"] {
            for method in ["GET", "HEAD", "PUT", "POST", "DELETE"] {
                assert!(!check_of(method, "/b/k", &[("sec-fetch-site", site)]));
            }
        }
        for origin in ["http://evil.example", "null", "http://127.0.0.1:9001", "*"] {
            assert!(!check_of("GET", "/b/k", &[("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn a_signed_link_may_be_followed_and_only_followed() {
        let link = "/b/k?X-Amz-Signature=f00";
        let follows = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        assert!(check_of("GET", link, &follows));
        assert!(!check_of("POST", link, &follows));
        assert!(!check_of("GET", "/b/k", &follows));
        let framed = [follows[0], follows[1], ("sec-fetch-dest", "iframe")];
        assert!(!check_of("GET", link, &framed));
        let fetched = [
            follows[0],
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-dest", "empty"),
        ];
        assert!(!check_of("GET", link, &fetched));
        let from = [
            follows[0],
            follows[1],
            follows[2],
            ("origin", "http://evil.example"),
        ];
        assert!(!check_of("GET", link, &from));
    }
}
