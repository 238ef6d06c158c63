//! What comes from the network: links and nothing else. A key, a browser without a link, a call of a service
//! and a web site stay outside, whoever sent them.

use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use stave_model::AccessKeyId;

use super::is_form;
use crate::server::{Refusal, is_link};

/// Lets in what says that a link signed it. Whether one did is verified as ever.
pub(super) fn check(parts: &Parts) -> Result<(), Refusal> {
    let is_form = is_form(parts) || is_preflight_of_form(parts);
    if parts.headers.contains_key(AUTHORIZATION) || !(is_form || names_link(parts)) {
        return Err(refused());
    }
    Ok(())
}

pub(super) fn refused() -> Refusal {
    Refusal::new(
        StatusCode::FORBIDDEN,
        "AccessDenied",
        "This address answers to links alone, as long as it is shared.",
    )
}

/// What a browser asks before it sends a form names no link: that stands in the form.
fn is_preflight_of_form(parts: &Parts) -> bool {
    let method = parts.headers.get("access-control-request-method");
    parts.method == Method::OPTIONS && method.is_some_and(|method| method == "POST")
}

/// Returns whether the query names the key of a link, once.
fn names_link(parts: &Parts) -> bool {
    let pairs = parts.uri.query().unwrap_or_default().split('&');
    let mut credentials = pairs.filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let name = percent_decode_str(name).decode_utf8_lossy();
        (name == "X-Amz-Credential").then_some(value)
    });
    let (Some(credential), None) = (credentials.next(), credentials.next()) else {
        return false;
    };
    let credential = percent_decode_str(credential).decode_utf8_lossy();
    let id = credential.split('/').next().unwrap_or_default();
    AccessKeyId::parse(id).is_ok_and(|id| is_link(&id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    #[track_caller]
    fn lets_in(method: &str, target: &str, headers: &[(&str, &str)], expected: bool) {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(check(&parts).is_ok(), expected, "{method} {target}");
    }

    const LINK: &str =
        "/b/k?X-Amz-Credential=STAVELINK0%2F20260101%2Fus-east-1%2Fs3%2Faws4_request";

    #[test]
    fn links_and_forms_are_let_in() {
        lets_in("GET", LINK, &[], true);
        lets_in("PUT", LINK, &[], true);
        lets_in("OPTIONS", LINK, &[], true);
        lets_in(
            "POST",
            "/b",
            &[("content-type", "multipart/form-data; boundary=x")],
            true,
        );
        lets_in(
            "OPTIONS",
            "/b",
            &[("access-control-request-method", "POST")],
            true,
        );
    }

    #[test]
    fn everything_else_stays_outside() {
        lets_in("GET", "/b/k", &[], false);
        lets_in(
            "GET",
            "/b/k?X-Amz-Credential=ADMINKEY%2F20260101",
            &[],
            false,
        );
        lets_in(
            "GET",
            "/b/k?X-Amz-Credential=ADMINKEY/STAVELINK0",
            &[],
            false,
        );
        lets_in(
            "GET",
            &format!("{LINK}&X-Amz-Credential=ADMINKEY"),
            &[],
            false,
        );
        lets_in(
            "GET",
            LINK,
            &[("authorization", "AWS4-HMAC-SHA256 x")],
            false,
        );
        lets_in(
            "POST",
            "/",
            &[("x-amz-target", "TrentService.ListKeys")],
            false,
        );
        lets_in(
            "OPTIONS",
            "/b",
            &[("access-control-request-method", "PUT")],
            false,
        );
    }
}
