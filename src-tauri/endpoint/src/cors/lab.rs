//! The lab: what rules would answer a page, without a page. It asks the code that answers real requests, and
//! says in words what that decided and what the browser would make of it.

use std::fmt::Write as _;

use hyper::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, HeaderValue, ORIGIN,
};
use hyper::{HeaderMap, StatusCode};
use stave_model::{Cors, CorsMethod, Preflight};

use super::answer;

/// A request of a page, to be tried out.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// The origin of the page.
    pub origin: &'q str,
    /// The method.
    pub method: &'q str,
    /// The headers that the page sets: `name` or `name: value`.
    pub headers: &'q [String],
    /// What the page asks for.
    pub url: &'q str,
}

/// What would become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lab {
    /// Whether the page could send its request and read the answer.
    pub allowed: bool,
    /// The rule that decides, from 0.
    pub rule: Option<usize>,
    /// What decides, in words.
    pub sentence: String,
    /// What the browser's console would say; nothing where it is allowed.
    pub browser: String,
    /// Whether the browser would ask beforehand: it does for all that a form could not send.
    pub asks_beforehand: bool,
    /// The answer to what it asks beforehand.
    pub preflight: LabAnswer,
    /// What rules add to the answer to the request itself.
    pub actual: Vec<(String, String)>,
    /// The same, for a terminal.
    pub curl: String,
    /// Why rules do not let it in: those before the rule that decides, or all.
    pub misses: Vec<LabMiss>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabAnswer {
    /// The status.
    pub status: u16,
    /// The headers that rules make.
    pub headers: Vec<(String, String)>,
}

/// A rule that does not let it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabMiss {
    /// The number of the rule, from 0.
    pub rule: usize,
    /// Why.
    pub reason: String,
}

/// Tries a request of a page out on rules; `None` where the bucket has none.
pub fn lab(cors: Option<&Cors>, question: &Question<'_>) -> Lab {
    let method = normal_method(question.method);
    let named = named_headers(question.headers);
    let asks_beforehand = !is_simple_method(&method) || !named.is_empty();
    let asked_headers = headers_of(question.origin, &method, &named);
    let asked = answer::asked(&asked_headers);
    let told = asked
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|asked| answer::preflight(cors, asked));
    let preflight = match &told {
        Ok(headers) => LabAnswer {
            status: StatusCode::OK.as_u16(),
            headers: headers.told(),
        },
        Err(refusal) => LabAnswer {
            status: refusal.status.as_u16(),
            headers: Vec::new(),
        },
    };
    let actual = match (&asked, cors) {
        (Ok(asked), Some(cors)) if told.is_ok() => {
            answer::request(cors, asked.origin, asked.method).map(|headers| headers.told())
        }
        _ => None,
    };
    let allowed = actual.is_some();
    let (sentence, rule, misses) = match &asked {
        Ok(asked) => judged(cors, asked),
        Err(refusal) => (refusal.message.clone().into_owned(), None, Vec::new()),
    };
    Lab {
        allowed,
        rule,
        sentence,
        browser: if allowed {
            String::new()
        } else {
            console(question, asks_beforehand)
        },
        asks_beforehand,
        preflight,
        actual: actual.unwrap_or_default(),
        curl: curl(question, &method, &named, asks_beforehand),
        misses,
    }
}

/// Says in a sentence what decides.
pub(super) fn sentence(cors: Option<&Cors>, asked: &Preflight<'_>) -> String {
    judged(cors, asked).0
}

fn judged(cors: Option<&Cors>, asked: &Preflight<'_>) -> (String, Option<usize>, Vec<LabMiss>) {
    let Some(cors) = cors else {
        let none = "The bucket has no CORS rules, so that no page of another origin comes in.";
        return (none.to_owned(), None, Vec::new());
    };
    let judgement = cors.judge(asked);
    let misses = judgement.misses.iter().map(|miss| LabMiss {
        rule: miss.at,
        reason: miss.to_string(),
    });
    let misses = misses.collect();
    let Some(allowed) = &judgement.allowed else {
        let nearest = judgement.nearest().map(ToString::to_string);
        let nearest = nearest.unwrap_or_default();
        return (format!("No rule matches: {nearest}."), None, misses);
    };
    let mut text = format!(
        "Rule {} lets it in: {} may {}",
        allowed.at + 1,
        allowed.pattern,
        asked.method.as_str()
    );
    if !asked.headers.is_empty() {
        let _ = write!(text, " with {}", asked.headers.join(", "));
    }
    text.push('.');
    (text, Some(allowed.at), misses)
}

/// Writes a method as `fetch` sends it: of these, and of no others, in capitals.
fn normal_method(method: &str) -> String {
    let capitals = method.trim().to_ascii_uppercase();
    if CorsMethod::parse(&capitals).is_some() || capitals == "OPTIONS" {
        capitals
    } else {
        method.trim().to_owned()
    }
}

fn is_simple_method(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "POST")
}

/// Returns the names that a browser asks for: those that no form could send, in lower case and in order.
fn named_headers(headers: &[String]) -> Vec<String> {
    let split = headers.iter().map(|header| {
        let (name, value) = header.split_once(':').unwrap_or((header, ""));
        (name.trim().to_ascii_lowercase(), value.trim())
    });
    let asked = split
        .filter(|(name, value)| !name.is_empty() && !is_own(name) && !is_safelisted(name, value));
    let mut names: Vec<String> = asked.map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    names
}

/// Headers that the browser alone sets: a page that does is not heard.
/// <https://fetch.spec.whatwg.org/#forbidden-request-header>
fn is_own(name: &str) -> bool {
    const OWN: [&str; 20] = [
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    ];
    OWN.contains(&name) || name.starts_with("proxy-") || name.starts_with("sec-")
}

/// Headers that are sent without asking, some only with the values that a form could send.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>
fn is_safelisted(name: &str, value: &str) -> bool {
    let essence = value.split(';').next().unwrap_or_default().trim();
    match name {
        "accept" | "accept-language" | "content-language" => value.len() <= 128,
        "content-type" => [
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "text/plain",
        ]
        .iter()
        .any(|simple| essence.eq_ignore_ascii_case(simple)),
        "range" => value.strip_prefix("bytes=").is_some_and(|range| {
            let (from, to) = range.split_once('-').unwrap_or_default();
            let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
            !from.is_empty() && digits(from) && digits(to)
        }),
        _ => false,
    }
}

/// Writes what the browser asks beforehand; what cannot stand in a header is left out, and missed.
fn headers_of(origin: &str, method: &str, named: &[String]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set(ORIGIN, origin.trim());
    set(ACCESS_CONTROL_REQUEST_METHOD, method);
    if !named.is_empty() {
        set(ACCESS_CONTROL_REQUEST_HEADERS, &named.join(","));
    }
    headers
}

/// Says what Chromium says: a refusal carries no header that would let the page read it.
fn console(question: &Question<'_>, asks_beforehand: bool) -> String {
    let response = if asks_beforehand {
        "Response to preflight request doesn't pass access control check: "
    } else {
        ""
    };
    format!(
        "Access to fetch at '{}' from origin '{}' has been blocked by CORS policy: {response}No \
         'Access-Control-Allow-Origin' header is present on the requested resource.",
        question.url,
        question.origin.trim()
    )
}

fn curl(question: &Question<'_>, method: &str, named: &[String], asks_beforehand: bool) -> String {
    let origin = quoted(&format!("Origin: {}", question.origin.trim()));
    let url = quoted(question.url);
    if !asks_beforehand {
        return format!("curl -i -X {} -H {origin} {url}", quoted(method));
    }
    let asked = quoted(&format!("Access-Control-Request-Method: {method}"));
    let mut line = format!("curl -i -X OPTIONS -H {origin} -H {asked}");
    if !named.is_empty() {
        let list = format!("Access-Control-Request-Headers: {}", named.join(","));
        let _ = write!(line, " -H {}", quoted(&list));
    }
    let _ = write!(line, " {url}");
    line
}

/// Quotes a word for a shell where it needs it.
fn quoted(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&b);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cors::read_cors;

    const URL: &str = "http://127.0.0.1:9000/photos/k";

    fn rules() -> Cors {
        read_cors(
            r#"[{"AllowedOrigins": ["https://app.example"], "AllowedMethods": ["GET"]},
                {"AllowedOrigins": ["http://localhost:5173"], "AllowedMethods": ["GET", "PUT"],
                 "AllowedHeaders": ["content-type"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 60}]"#,
        )
        .unwrap()
    }

    fn ask(origin: &str, method: &str, headers: &[&str]) -> Lab {
        let headers: Vec<String> = headers.iter().map(|&h| h.to_owned()).collect();
        let question = Question {
            origin,
            method,
            headers: &headers,
            url: URL,
        };
        lab(Some(&rules()), &question)
    }

    #[test]
    fn what_is_allowed_is_told_with_its_rule_and_all_headers() {
        let lab = ask(
            "http://localhost:5173",
            "put",
            &["Content-Type: image/png", "Accept: */*"],
        );
        assert!(lab.allowed && lab.asks_beforehand, "{lab:?}");
        assert_eq!(lab.rule, Some(1));
        assert_eq!(
            lab.sentence,
            "Rule 2 lets it in: http://localhost:5173 may PUT with content-type."
        );
        assert_eq!(lab.browser, "");
        assert_eq!(lab.preflight.status, 200);
        let told = |headers: &[(String, String)], name: &str| {
            let found = headers.iter().find(|(n, _)| n == name);
            found.map(|(_, value)| value.clone())
        };
        let allow = |name: &str| told(&lab.preflight.headers, &format!("access-control-{name}"));
        assert_eq!(
            allow("allow-origin").as_deref(),
            Some("http://localhost:5173")
        );
        assert_eq!(allow("allow-headers").as_deref(), Some("content-type"));
        assert_eq!(allow("max-age").as_deref(), Some("60"));
        let exposed = told(&lab.actual, "access-control-expose-headers");
        assert_eq!(exposed.as_deref(), Some("ETag"));
        assert_eq!(lab.misses.len(), 1);
        assert_eq!(lab.misses[0].rule, 0);
        assert_eq!(
            lab.curl,
            "curl -i -X OPTIONS -H 'Origin: http://localhost:5173' \
             -H 'Access-Control-Request-Method: PUT' \
             -H 'Access-Control-Request-Headers: content-type' http://127.0.0.1:9000/photos/k"
        );
    }

    #[test]
    fn what_is_not_is_told_rule_by_rule_and_as_the_browser_would() {
        let lab = ask("http://localhost:5174", "PUT", &["content-type"]);
        assert!(!lab.allowed);
        assert_eq!(lab.rule, None);
        assert_eq!(
            lab.sentence,
            "No rule matches: the origin's port is 5174, rule 2 says 5173."
        );
        let reasons: Vec<&str> = lab.misses.iter().map(|miss| miss.reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "the origin is http://localhost:5174, rule 1 says https://app.example",
                "the origin's port is 5174, rule 2 says 5173",
            ]
        );
        assert_eq!(lab.preflight.status, 403);
        assert_eq!(lab.preflight.headers, []);
        assert_eq!(lab.actual, []);
        assert_eq!(
            lab.browser,
            "Access to fetch at 'http://127.0.0.1:9000/photos/k' from origin \
             'http://localhost:5174' has been blocked by CORS policy: Response to preflight request \
             doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present \
             on the requested resource."
        );
    }

    #[test]
    fn a_simple_request_is_not_asked_about_beforehand() {
        for headers in [
            &[][..],
            &["accept: text/html", "Host: x", "sec-ch-ua: y"],
            &["content-type: text/plain;charset=utf-8"],
            &["range: bytes=0-99"],
        ] {
            let lab = ask("http://localhost:5173", "GET", headers);
            assert!(lab.allowed && !lab.asks_beforehand, "{headers:?}");
            assert_eq!(lab.preflight.status, 200);
        }
        for headers in [
            &["content-type"][..],
            &["range: bytes=-5"],
            &["x-amz-acl: private"],
        ] {
            assert!(
                ask("http://localhost:5173", "GET", headers).asks_beforehand,
                "{headers:?}"
            );
        }
        let lab = ask("https://other.example", "GET", &[]);
        assert_eq!(
            lab.curl,
            "curl -i -X GET -H 'Origin: https://other.example' http://127.0.0.1:9000/photos/k"
        );
        assert!(!lab.browser.contains("preflight"), "{}", lab.browser);
    }

    #[test]
    fn what_no_rule_can_allow_is_refused_as_the_endpoint_refuses_it() {
        let lab = ask("http://localhost:5173", "patch", &[]);
        assert_eq!((lab.allowed, lab.preflight.status), (false, 400));
        assert_eq!(lab.sentence, "Invalid Access-Control-Request-Method: patch");
        let lab = ask("http://a\nb", "GET", &[]);
        assert_eq!((lab.allowed, lab.preflight.status), (false, 400));
        let question = Question {
            origin: "http://a.example",
            method: "GET",
            headers: &[],
            url: "it's",
        };
        let lab = super::lab(None, &question);
        assert_eq!((lab.allowed, lab.preflight.status), (false, 403));
        assert!(lab.sentence.starts_with("The bucket has no CORS rules"));
        assert!(lab.curl.ends_with(r"'it'\''s'"), "{}", lab.curl);
    }
}
