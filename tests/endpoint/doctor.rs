//! The Link Doctor over a real vault: each prepared fault is named by its cause, with what was expected and what was
//! found.

use std::fmt::Write as _;
use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use stave_endpoint::doctor::{Cause, Diagnosis};
use stave_endpoint::presign::{
    PostForm, PostKey, PresignGet, PresignPost, PresignPut, Presigned, Signer, UrlStyle,
    presign_get, presign_post, presign_put,
};
use stave_model::{
    AccessKeyId, AccessKeyStatus, Clock as _, LinkAudience, LinkTarget, ObjectKey, SystemClock,
    Timestamp, UserName,
};
use stave_store::{AccessKeys as _, Identities as _, Links as _, NewLink, NewSession, Visitor};

use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served};
use crate::raw::Raw;

/// The key of the object that links here are to.
const KEY: &str = "a b/ü+1.txt";

struct Clinic {
    served: Served,
}

impl Clinic {
    async fn new() -> Self {
        let served = Served::new().await;
        for key in [KEY, "k"] {
            let put = served.client().put_object().bucket(BUCKET).key(key);
            put.body(b"hello".to_vec().into()).send().await.unwrap();
        }
        Self { served }
    }

    fn signer(&self) -> Signer {
        Signer {
            endpoint: self.served.endpoint.url(),
            region: "us-east-1".to_owned(),
            access_key_id: AccessKeyId::parse(ADMIN_KEY).unwrap(),
            secret_access_key: SECRET.into(),
            session_token: None,
            style: UrlStyle::Path,
        }
    }

    fn get(&self, key: &str) -> String {
        self.get_at(key, 0)
    }

    /// Makes a link of so many seconds ago, for an hour.
    fn get_at(&self, key: &str, seconds_ago: i64) -> String {
        link_by(key, &self.signer(), ago(seconds_ago))
    }

    fn put(&self, content_type: &str) -> Presigned {
        let mut put = PresignPut::new(bucket(), ObjectKey::parse("up").unwrap(), HOUR);
        put.content_type = Some(content_type.to_owned());
        presign_put(&put, &self.signer(), ago(0)).unwrap()
    }

    async fn diagnose(&self, text: &str) -> Diagnosis {
        let diagnosis = self.served.endpoint.diagnose(text).await;
        let told = format!("{diagnosis:?}");
        assert!(!told.contains(SECRET), "a secret is told: {told}");
        diagnosis
    }

    /// Expects a cause, and these words in what is said of it, of what was expected and of what was found.
    async fn finds(&self, text: &str, cause: Cause, [says, expected, found]: [&str; 3]) {
        let diagnosis = self.diagnose(text).await;
        assert_eq!(diagnosis.cause, cause, "{text}\n{diagnosis:#?}");
        let first = &diagnosis.findings[0];
        assert_eq!(first.ok, Some(false), "{diagnosis:#?}");
        assert!(first.sentence.contains(says), "{says}: {diagnosis:#?}");
        let holds =
            |told: &Option<String>, words: &str| told.as_ref().is_some_and(|t| t.contains(words));
        assert!(
            holds(&first.expected, expected),
            "{expected}: {diagnosis:#?}"
        );
        assert!(holds(&first.found, found), "{found}: {diagnosis:#?}");
        assert!(
            first.cure.is_some() && diagnosis.verdict.contains(says),
            "{diagnosis:#?}"
        );
    }

    async fn is_fine(&self, text: &str) -> Diagnosis {
        let diagnosis = self.diagnose(text).await;
        assert_eq!(diagnosis.cause, Cause::Fine, "{text}\n{diagnosis:#?}");
        assert!(
            diagnosis.findings.iter().all(|f| f.ok == Some(true)),
            "{diagnosis:#?}"
        );
        diagnosis
    }
}

/// Makes a link by some key, for an hour.
fn link_by(key: &str, signer: &Signer, at: Timestamp) -> String {
    let get = PresignGet::new(bucket(), ObjectKey::parse(key).unwrap(), HOUR);
    presign_get(&get, signer, at).unwrap().url
}

const HOUR: Duration = Duration::from_hours(1);

fn bucket() -> stave_model::BucketName {
    stave_model::BucketName::parse(BUCKET).unwrap()
}

fn ago(seconds: i64) -> Timestamp {
    Timestamp::from_millis(SystemClock.now().as_millis() - seconds * 1_000)
}

fn curl(url: &str) -> String {
    format!("curl '{url}'")
}

#[tokio::test]
async fn what_works_is_found_well() {
    let clinic = Clinic::new().await;
    let link = clinic.get(KEY);
    let diagnosis = clinic.is_fine(&link).await;
    assert_eq!(
        diagnosis.verdict,
        "Nothing is wrong with this link: admin signed it, and it works."
    );
    clinic.is_fine(&curl(&link)).await;
    clinic.is_fine(&format!("See <{link}> for it")).await;
    let put = clinic.put("image/png");
    clinic
        .is_fine(&format!(
            "curl -T x -H 'Content-Type: image/png' '{}'",
            put.url
        ))
        .await;
    // A link tells neither its method nor what must be sent with it.
    let told = clinic.diagnose(&put.url).await;
    assert_eq!(told.cause, Cause::Fine, "{told:#?}");
    assert!(
        told.findings
            .iter()
            .any(|f| f.sentence.contains("must send content-type: image/png")),
        "{told:#?}"
    );
    let signed = Raw::new(&clinic.served, "PUT", "/photos/new")
        .body("hello")
        .signed();
    let text = String::from_utf8(signed.bytes()).unwrap();
    clinic.is_fine(&text).await;
    assert_eq!(signed.send(&clinic.served).await.status, 200);
}

#[tokio::test]
async fn a_time_that_is_wrong_is_named_with_its_size() {
    let clinic = Clinic::new().await;
    let late = clinic.get_at("k", 2 * 3_600 + 30);
    clinic
        .finds(
            &late,
            Cause::Expired,
            ["It ended 1 hour ago", "before ", "UTC"],
        )
        .await;
    let early = clinic.get_at("k", -2 * 3_600 - 30);
    clinic
        .finds(
            &early,
            Cause::NotYet,
            ["It begins in 2 hours", "after ", "UTC"],
        )
        .await;
    let long = clinic
        .get("k")
        .replace("X-Amz-Expires=3600", "X-Amz-Expires=999999");
    clinic
        .finds(
            &long,
            Cause::QueryChanged,
            [
                "a life of 999999 seconds, and was signed for 3600",
                "X-Amz-Expires=3600",
                "999999",
            ],
        )
        .await;
    let at = std::time::SystemTime::now() - Duration::from_mins(40);
    let body = aws_sigv4::http_request::SignableBody::Bytes(b"");
    let slow = Raw::new(&clinic.served, "GET", "/photos/k").signed_over(&body, at);
    let text = String::from_utf8(slow.bytes()).unwrap();
    clinic
        .finds(
            &text,
            Cause::ClockSkew,
            ["40 minutes behind", "15 minutes", "UTC"],
        )
        .await;
    let document = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message>\
        <RequestTime>20260101T100000Z</RequestTime><ServerTime>2026-01-01T12:00:00Z</ServerTime></Error>";
    clinic
        .finds(
            document,
            Cause::ClockSkew,
            ["2 hours behind", "12:00:00", "10:00:00"],
        )
        .await;
}

#[tokio::test]
async fn a_host_that_is_another_is_named_by_what_was_signed() {
    let clinic = Clinic::new().await;
    let port = clinic.served.endpoint.port();
    let link = clinic.get(KEY);
    let local = link.replace("127.0.0.1", "localhost");
    let signed = format!("127.0.0.1:{port}");
    clinic
        .finds(
            &local,
            Cause::Host,
            [
                "It was signed for the host 127.0.0.1",
                &signed,
                "localhost:",
            ],
        )
        .await;
    let elsewhere = link.replace(&signed, "files.example");
    clinic
        .finds(
            &elsewhere,
            Cause::Host,
            ["is opened at files.example", &signed, "files.example"],
        )
        .await;
}

#[tokio::test]
async fn a_port_or_a_scheme_that_is_another_is_named() {
    let clinic = Clinic::new().await;
    let port = clinic.served.endpoint.port();
    let signed = format!("127.0.0.1:{port}");
    let link = clinic.get(KEY);
    let mut moved = clinic.signer();
    moved.endpoint = "http://127.0.0.1:9000".to_owned();
    let moved = link_by("k", &moved, ago(0));
    let opened = moved.replace("127.0.0.1:9000", &signed);
    clinic
        .finds(
            &opened,
            Cause::Port,
            ["It was signed for the port 9000", "127.0.0.1:9000", &signed],
        )
        .await;
    if port != 9000 {
        clinic
            .finds(
                &moved,
                Cause::Port,
                ["It goes to the port 9000", &signed, "127.0.0.1:9000"],
            )
            .await;
    }
    let tls = link.replace("http://", "https://");
    clinic
        .finds(
            &tls,
            Cause::Scheme,
            ["It is opened by https", "http://", "https://"],
        )
        .await;
}

#[tokio::test]
async fn a_bucket_in_the_other_place_is_named() {
    let clinic = Clinic::new().await;
    let port = clinic.served.endpoint.port();
    let signed = format!("127.0.0.1:{port}");
    let link = clinic.get(KEY);
    let style = link.replace(
        &format!("{signed}/photos"),
        &format!("photos.s3.localhost:{port}"),
    );
    clinic
        .finds(
            &style,
            Cause::Style,
            [
                "the bucket in the other place",
                &format!("{signed}/photos"),
                "photos.s3.localhost",
            ],
        )
        .await;
    let mut virtual_host = clinic.signer();
    virtual_host.style = UrlStyle::VirtualHost;
    let link = link_by("k", &virtual_host, ago(0));
    clinic.is_fine(&link).await;
    let style = link
        .replace("photos.s3.localhost", "127.0.0.1")
        .replace("/k?", "/photos/k?");
    clinic
        .finds(
            &style,
            Cause::Style,
            [
                "the bucket in the other place",
                "photos.s3.localhost",
                "127.0.0.1",
            ],
        )
        .await;
}

#[tokio::test]
async fn a_link_that_was_mangled_on_its_way_is_mended_and_named() {
    let clinic = Clinic::new().await;
    let link = clinic.get(KEY);
    let html = link.replace('&', "&amp;");
    clinic
        .finds(
            &html,
            Cause::HtmlEscaped,
            ["&amp; stands where & belongs", "&", "&amp;"],
        )
        .await;
    let (start, end) = link.split_at(link.len() - 90);
    let broken = format!("{start}\n{end}");
    clinic
        .finds(
            &broken,
            Cause::BrokenLine,
            ["A line break stands in the link", "one line", "2 lines"],
        )
        .await;
    let cut = &link[..link.len() - 24];
    clinic
        .finds(
            cut,
            Cause::Truncated,
            ["its signature is cut off", "64 hex digits", "40 of 64"],
        )
        .await;
    let lost = link.split("&X-Amz-Signature").next().unwrap();
    clinic
        .finds(
            lost,
            Cause::Truncated,
            ["the signature is missing", "64 hex digits", "0 of 64"],
        )
        .await;
}

#[tokio::test]
async fn what_stands_round_a_link_is_not_taken_for_it() {
    let clinic = Clinic::new().await;
    let link = clinic.get(KEY);
    let said = format!("Look ({link}).");
    clinic
        .finds(
            &said,
            Cause::TrailingText,
            ["which is not of the link", "64 hex digits", ")."],
        )
        .await;
    let bare = format!("curl {link}");
    clinic
        .finds(
            &bare,
            Cause::Unquoted,
            ["ends the command at the first &", "'", "X-Amz-"],
        )
        .await;
    let dateless = link.replace("X-Amz-Date=", "X-Amz-Dat=");
    clinic
        .finds(
            &dateless,
            Cause::QueryMissing,
            ["X-Amz-Date is missing", "X-Amz-Date", "nothing"],
        )
        .await;
    let nonsense = clinic.diagnose("please help").await;
    assert_eq!(nonsense.cause, Cause::Unreadable);
}

#[tokio::test]
async fn a_path_that_is_written_in_another_way_is_named() {
    let clinic = Clinic::new().await;
    let link = clinic.get(KEY);
    assert!(link.contains("/a%20b/%C3%BC%2B1.txt?"), "{link}");
    let twice = link.replace("/a%20b/%C3%BC%2B1.txt", "/a%2520b/%25C3%25BC%252B1.txt");
    clinic
        .finds(
            &twice,
            Cause::DoubleEncoded,
            ["percent-encoded twice", "/photos/a b/ü+1.txt", "%20"],
        )
        .await;
    let whole = link.replace('%', "%25");
    clinic
        .finds(
            &whole,
            Cause::DoubleEncoded,
            ["percent-encoded twice", "%2F", "%252F"],
        )
        .await;
    let spaced = clinic.get("a b");
    let plus = spaced.replace("a%20b", "a+b");
    clinic
        .finds(
            &plus,
            Cause::WronglyEncoded,
            [
                "a plus stands where a space was signed",
                "/photos/a b",
                "/photos/a+b",
            ],
        )
        .await;
}

#[tokio::test]
async fn letters_and_slashes_that_are_written_in_another_way_are_named() {
    let clinic = Clinic::new().await;
    let latin = clinic.get("ü.txt").replace("%C3%BC", "%FC");
    clinic
        .finds(
            &latin,
            Cause::WronglyEncoded,
            ["encoded as Latin-1", "ü.txt", ".txt"],
        )
        .await;
    let decomposed = clinic.get("ü.txt").replace("%C3%BC", "u%CC%88");
    clinic
        .finds(
            &decomposed,
            Cause::UnicodeForm,
            ["decomposed (NFD)", "ü.txt", "u\u{308}.txt"],
        )
        .await;
    let slash = clinic.get("k").replace("/k?", "/k/?");
    clinic
        .finds(
            &slash,
            Cause::Path,
            ["a slash stands at its end", "/photos/k", "/photos/k/"],
        )
        .await;
    let behind = clinic.get("k").replace("/photos/", "/s3/photos/");
    clinic
        .finds(
            &behind,
            Cause::Path,
            ["put a folder before the path", "/photos/k", "/s3/photos/k"],
        )
        .await;
    let harmless = clinic.get("dir/k").replace("dir/k", "dir%2Fk");
    clinic
        .finds(
            &harmless,
            Cause::NoObject,
            ["There is no s3://photos/dir/k", "dir/k", "nothing"],
        )
        .await;
}

#[tokio::test]
async fn parameters_that_changed_are_named() {
    let clinic = Clinic::new().await;
    let link = clinic.get(KEY);
    let counted = format!("{link}&utm_source=news&utm_medium=mail");
    clinic
        .finds(
            &counted,
            Cause::QueryAdded,
            [
                "utm_source, utm_medium came in",
                "no utm_source",
                "utm_medium",
            ],
        )
        .await;
    let shown = format!("{link}&response-content-type=text%2Fhtml");
    clinic
        .finds(
            &shown,
            Cause::QueryAdded,
            [
                "response-content-type came in",
                "no response-content-type",
                "response-content-type",
            ],
        )
        .await;
    let s3 = clinic.served.client();
    let get = s3.get_object().bucket(BUCKET).key("k");
    let by_sdk = get
        .presigned(PresigningConfig::expires_in(HOUR).unwrap())
        .await
        .unwrap();
    let by_sdk = by_sdk.uri().to_owned();
    clinic.is_fine(&by_sdk).await;
    assert!(by_sdk.contains("x-id=GetObject"), "{by_sdk}");
    let dropped = by_sdk
        .replace("?x-id=GetObject&", "?")
        .replace("&x-id=GetObject", "");
    clinic
        .finds(
            &dropped,
            Cause::QueryMissing,
            [
                "x-id=GetObject was signed and is gone",
                "x-id=GetObject",
                "no x-id",
            ],
        )
        .await;
}

#[tokio::test]
async fn methods_and_headers_that_changed_are_named() {
    let clinic = Clinic::new().await;
    let link = clinic.get(KEY);
    let put_by_get = format!("curl -T file '{link}'");
    clinic
        .finds(
            &put_by_get,
            Cause::Method,
            ["It was signed for GET, and is used by PUT", "GET", "PUT"],
        )
        .await;
    let put = clinic.put("image/png");
    let url = &put.url;
    let missing = format!("curl -X PUT --data-binary @x -H 'Content-Type: text/plain' '{url}'");
    clinic
        .finds(
            &missing,
            Cause::HeaderChanged,
            [
                "was signed as image/png, and is sent as text/plain",
                "image/png",
                "text/plain",
            ],
        )
        .await;
    let missing = format!("curl -T x '{url}'");
    clinic
        .finds(
            &missing,
            Cause::HeaderMissing,
            [
                "content-type was signed as image/png, and is not sent",
                "image/png",
                "no content-type",
            ],
        )
        .await;
    let unsigned =
        format!("curl -T x -H 'Content-Type: image/png' -H 'x-amz-acl: private' '{url}'");
    clinic
        .finds(
            &unsigned,
            Cause::HeaderUnsigned,
            [
                "x-amz-acl is sent and was not signed",
                "x-amz-acl among",
                "x-amz-acl beside",
            ],
        )
        .await;
}

#[tokio::test]
async fn bodies_and_two_things_at_once_that_changed_are_named() {
    let clinic = Clinic::new().await;
    let link = clinic.get(KEY);
    let mut fixed = PresignPut::new(bucket(), ObjectKey::parse("sse").unwrap(), HOUR);
    fixed.fixed = vec![(
        "x-amz-server-side-encryption".to_owned(),
        "AES256".to_owned(),
    )];
    let fixed = presign_put(&fixed, &clinic.signer(), ago(0)).unwrap();
    let plain = format!("curl -T x '{}'", fixed.url);
    clinic
        .finds(
            &plain,
            Cause::HeaderMissing,
            [
                "x-amz-server-side-encryption was signed as AES256",
                "AES256",
                "no x-amz",
            ],
        )
        .await;
    let signed = Raw::new(&clinic.served, "PUT", "/photos/new")
        .body("hello")
        .signed();
    let text = String::from_utf8(signed.bytes())
        .unwrap()
        .replace("hello", "hallo");
    clinic
        .finds(
            &text,
            Cause::BodyChanged,
            ["The body is not the one", "2cf24dba", "5 bytes"],
        )
        .await;
    // Two faults at once: another host, and what counts clicks.
    let both = format!("{}&utm_source=news", link.replace("127.0.0.1", "localhost"));
    let diagnosis = clinic.diagnose(&both).await;
    let wrong = diagnosis
        .findings
        .iter()
        .filter(|f| f.ok == Some(false))
        .count();
    assert_eq!((diagnosis.cause, wrong), (Cause::Host, 2), "{diagnosis:#?}");
}

#[tokio::test]
async fn a_scope_or_a_form_of_signature_that_is_not_taken_is_named() {
    let clinic = Clinic::new().await;
    let mut far = clinic.signer();
    far.region = "eu-west-1".to_owned();
    let far = link_by("k", &far, ago(0));
    clinic
        .finds(
            &far,
            Cause::Region,
            ["for the region eu-west-1", "us-east-1", "eu-west-1"],
        )
        .await;
    let body = aws_sigv4::http_request::SignableBody::Bytes(b"");
    let now = std::time::SystemTime::now();
    let sts =
        Raw::new(&clinic.served, "GET", "/photos/k").signed_in(&body, now, "us-east-1", "sts");
    let sts = String::from_utf8(sts.bytes()).unwrap();
    clinic
        .finds(&sts, Cause::Service, ["for the service sts", "s3", "sts"])
        .await;
    let cut = clinic.get("k").replace("%2Fs3%2Faws4_request", "");
    clinic
        .finds(
            &cut,
            Cause::Scope,
            ["The credential is not", "aws4_request", ADMIN_KEY],
        )
        .await;
    let old = "http://127.0.0.1:9000/photos/k?AWSAccessKeyId=ADMINKEY&Expires=1&Signature=abc";
    clinic
        .finds(
            old,
            Cause::SigV2,
            ["signed by version 2", "AWS4-HMAC-SHA256", "version 2"],
        )
        .await;
}

#[tokio::test]
async fn a_signature_that_is_missing_or_of_another_secret_is_named() {
    let clinic = Clinic::new().await;
    let url = format!("{}/photos/k", clinic.served.endpoint.url());
    clinic
        .finds(
            &url,
            Cause::Unsigned,
            ["Nobody signed it", "X-Amz-Signature", "neither"],
        )
        .await;
    let mut other = clinic.signer();
    other.secret_access_key = "another secret of forty characters, or so".into();
    let other = link_by("k", &other, ago(0));
    clinic
        .finds(
            &other,
            Cause::Signature,
            [
                "another secret signed it",
                "the secret of this key",
                "another one",
            ],
        )
        .await;
    let aws = "https://photos.s3.eu-central-1.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&\
        X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Feu-central-1%2Fs3%2Faws4_request&\
        X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&\
        X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    clinic
        .finds(
            aws,
            Cause::Expired,
            ["on 2013-05-25 00:00:00 UTC", "before 2013-05-25", "UTC"],
        )
        .await;
}

#[tokio::test]
async fn a_key_that_signs_no_more_is_named() {
    let clinic = Clinic::new().await;
    let served = &clinic.served;
    served.user("ada").await;
    let mut ada = clinic.signer();
    ada.access_key_id = AccessKeyId::parse("ADAKEY").unwrap();
    let link = link_by("k", &ada, ago(0));
    clinic
        .finds(
            &link,
            Cause::Denied,
            ["", "ada may GET s3://photos/k", "denied"],
        )
        .await;
    let off = served
        .store
        .set_access_key_status(&ada.access_key_id, AccessKeyStatus::Inactive);
    off.await.unwrap();
    clinic
        .finds(
            &link,
            Cause::KeyDisabled,
            ["ADAKEY of ada is turned off", "an active key", "off"],
        )
        .await;
    served
        .store
        .delete_access_key(&ada.access_key_id)
        .await
        .unwrap();
    clinic
        .finds(
            &link,
            Cause::KeyUnknown,
            ["ADAKEY is not known here", "an access key", "ADAKEY"],
        )
        .await;
    let document = "<Error><Code>InvalidAccessKeyId</Code><Message>No.</Message>\
        <AWSAccessKeyId>ADAKEY</AWSAccessKeyId></Error>";
    clinic
        .finds(
            document,
            Cause::KeyUnknown,
            ["does not know the access key", "active key", "ADAKEY"],
        )
        .await;
}

#[tokio::test]
async fn a_session_whose_token_is_missing_wrong_or_that_was_ended_is_named() {
    let clinic = Clinic::new().await;
    let admin = UserName::parse("admin").unwrap();
    let new = NewSession {
        identity: admin.clone(),
        name: "admin".to_owned(),
        issued_by: admin.clone(),
        seconds: 900,
        policy: None,
    };
    let session = clinic.served.store.begin_session(new).await.unwrap();
    let mut signer = clinic.signer();
    signer.access_key_id = session.session.id.clone();
    signer.secret_access_key = session.secret.clone();
    signer.session_token = Some(session.token.clone());
    let link = link_by("k", &signer, ago(0));
    clinic.is_fine(&link).await;
    let follow = Raw::new(
        &clinic.served,
        "GET",
        link.split_once(&clinic.served.host()).unwrap().1,
    );
    assert_eq!(follow.send(&clinic.served).await.status, 200);
    signer.session_token = None;
    let missing = link_by("k", &signer, ago(0));
    clinic
        .finds(
            &missing,
            Cause::TokenMissing,
            ["X-Amz-Security-Token is not sent", "the token", "no token"],
        )
        .await;
    signer.session_token = Some("another".into());
    let wrong = link_by("k", &signer, ago(0));
    clinic
        .finds(
            &wrong,
            Cause::TokenWrong,
            ["The token is not that", "the token", "another token"],
        )
        .await;
    let mut lasting = clinic.signer();
    lasting.session_token = Some("none needed".into());
    let needless = link_by("k", &lasting, ago(0));
    clinic
        .finds(
            &needless,
            Cause::TokenWrong,
            ["this key has none", "or none", "a token"],
        )
        .await;
}

#[tokio::test]
async fn what_became_of_a_link_is_named() {
    let clinic = Clinic::new().await;
    let store = &clinic.served.store;
    let target = LinkTarget::Get {
        bucket: bucket(),
        key: ObjectKey::parse("k").unwrap(),
        version: None,
    };
    let new = NewLink {
        user: UserName::parse("admin").unwrap(),
        title: "for ada".to_owned(),
        target,
        audience: LinkAudience::Computer,
        seconds: 3_600,
        max_uses: Some(1),
    };
    let (link, secret) = store.make_link(new).await.unwrap();
    let mut signer = clinic.signer();
    signer.access_key_id = link.id.clone();
    signer.secret_access_key = secret;
    let url = link_by("k", &signer, link.created);
    clinic.is_fine(&url).await;
    let other = link_by(KEY, &signer, link.created);
    clinic
        .finds(
            &other,
            Cause::LinkElsewhere,
            [
                "nothing but the link's own",
                "GET s3://photos/k",
                "GET s3://photos/a b",
            ],
        )
        .await;
    store.use_link(&link.id, Visitor::default()).await.unwrap();
    clinic
        .finds(
            &url,
            Cause::LinkUsedUp,
            ["was used 1 times", "fewer than 1", "1 uses"],
        )
        .await;
    store.revoke_link(&link.id).await.unwrap();
    clinic
        .finds(
            &url,
            Cause::LinkRevoked,
            ["The link was revoked on 20", "a live link", "revoked"],
        )
        .await;
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let clinic = Clinic::new().await;
    clinic
        .finds(
            &clinic.get("K"),
            Cause::NoObject,
            ["There is no s3://photos/K", "s3://photos/K", "nothing"],
        )
        .await;
    let get = PresignGet {
        version: Some(stave_model::VersionId::parse("00000000000000000000000000000001").unwrap()),
        ..PresignGet::new(bucket(), ObjectKey::parse("k").unwrap(), HOUR)
    };
    let version = presign_get(&get, &clinic.signer(), ago(0)).unwrap().url;
    clinic
        .finds(
            &version,
            Cause::NoVersion,
            ["has no version 0000", "s3://photos/k", "no such version"],
        )
        .await;
    let nowhere = stave_model::BucketName::parse("nowhere").unwrap();
    let nowhere = PresignGet::new(nowhere, ObjectKey::parse("k").unwrap(), HOUR);
    let nowhere = presign_get(&nowhere, &clinic.signer(), ago(0)).unwrap().url;
    clinic
        .finds(
            &nowhere,
            Cause::NoBucket,
            ["There is no bucket nowhere", "a bucket", "none"],
        )
        .await;
}

/// Writes a form as it is sent, with one field changed.
fn sent(form: &PostForm, change: (&str, &str), file: &str) -> String {
    let mut body = String::new();
    let mut fields = form.fields.clone();
    fields.retain(|(name, _)| name != change.0);
    fields.push((change.0.to_owned(), change.1.to_owned()));
    for (name, value) in fields {
        let _ = write!(
            body,
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    let _ = write!(
        body,
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n{file}\r\n--b--\r\n"
    );
    format!(
        "POST /photos HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn what_a_form_may_not_is_named() {
    let clinic = Clinic::new().await;
    let below = PostKey::Below("up/".to_owned());
    let mut post = PresignPost::new(bucket(), below, HOUR);
    post.size = Some(1..=4);
    let form = |at: Timestamp| presign_post(&post, &clinic.signer(), at).unwrap();
    let good = form(ago(0));
    let key = ("key", "up/a");
    clinic.is_fine(&sent(&good, key, "abc")).await;
    clinic
        .finds(
            &sent(&good, key, "hello"),
            Cause::FormSize,
            ["The file has 5 bytes", "1 to 4 bytes", "5 bytes"],
        )
        .await;
    clinic
        .finds(
            &sent(&good, ("key", "else"), "abc"),
            Cause::FormField,
            ["The field key must be up/…, and is else", "up/…", "else"],
        )
        .await;
    clinic
        .finds(
            &sent(&good, ("acl", "public-read"), "abc"),
            Cause::FormField,
            ["The field acl is not allowed", "no acl", "public-read"],
        )
        .await;
    let late = form(ago(7_200));
    clinic
        .finds(
            &sent(&late, key, "abc"),
            Cause::FormExpired,
            ["The form ended 1 hour ago", "before 20", "UTC"],
        )
        .await;
    let policy = ("policy", "eyJ9");
    clinic
        .finds(
            &sent(&good, policy, "abc"),
            Cause::Signature,
            [
                "not of this policy",
                "a signature of the policy",
                "another one",
            ],
        )
        .await;
}

#[tokio::test]
async fn what_a_server_says_that_it_got_is_compared() {
    let clinic = Clinic::new().await;
    let host = clinic.served.host();
    let signed = Raw::new(&clinic.served, "GET", "/photos/k")
        .with("x-amz-acl", "private")
        .signed();
    let header = |name: &str| {
        signed
            .headers
            .iter()
            .find(|(n, _)| n == name)
            .unwrap()
            .1
            .clone()
    };
    let date = header("x-amz-date");
    let hash = header("x-amz-content-sha256");
    let document = |acl: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message>\
             <AWSAccessKeyId>{ADMIN_KEY}</AWSAccessKeyId>\
             <StringToSign>AWS4-HMAC-SHA256\n{date}\n{}/us-east-1/s3/aws4_request\nabc</StringToSign>\
             <SignatureProvided>{}</SignatureProvided>\
             <CanonicalRequest>GET\n/photos/k\n\nhost:{host}\nx-amz-acl:{acl}\n\
             x-amz-content-sha256:{hash}\nx-amz-date:{date}\n\n\
             host;x-amz-acl;x-amz-content-sha256;x-amz-date\n{hash}</CanonicalRequest></Error>",
            &date[..8],
            signed.signature(),
        )
    };
    clinic.is_fine(&document("private")).await;
    clinic
        .finds(
            &document("public-read"),
            Cause::HeaderChanged,
            [
                "x-amz-acl was signed as private, and is sent as public-read",
                "private",
                "public-read",
            ],
        )
        .await;
}
