//! The access log tells of every request, and no level of any log tells a secret.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stave_endpoint::presign::{PresignGet, Signer, UrlStyle, presign_get};
use stave_model::{AccessKeyId, BucketName, Clock as _, ObjectKey, SystemClock};
use tracing_subscriber::fmt::MakeWriter;

use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served};
use crate::raw::Raw;

/// What was logged by this test's thread, on which its endpoint runs as well.
#[derive(Clone, Default)]
pub struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    /// Returns what was logged.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Logged {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Logs everything there is while the guard lives.
pub fn log_everything() -> (Logged, tracing::subscriber::DefaultGuard) {
    let logged = Logged::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(logged.clone())
        .finish();
    (logged, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn every_request_is_told_with_its_outcome() {
    let served = Served::new().await;
    let (logged, _guard) = log_everything();
    let put = Raw::new(&served, "PUT", "/photos/k").body("hello").signed();
    let put = put.send(&served).await;
    let get = Raw::new(&served, "GET", "/photos/k?versionId=null").signed();
    get.send(&served).await;
    let refused = Raw::new(&served, "GET", "/photos").send(&served).await;
    let log = logged.text();
    let access: Vec<&str> = log
        .lines()
        .filter(|l| l.contains("stave::access"))
        .collect();
    assert_eq!(access.len(), 3, "{log}");
    let tells = |line: &str, words: &[&str]| {
        for word in words {
            assert!(line.contains(word), "no {word} in {line}");
        }
    };
    let id = |answer: &crate::raw::Answer| {
        let id = answer.header("x-amz-request-id").unwrap();
        format!("request_id={}", id.to_ascii_uppercase())
    };
    let words = [
        "INFO",
        "method=PUT",
        "path=/photos/k",
        "status=200",
        "user=admin",
    ];
    tells(access[0], &words);
    tells(access[0], &[&id(&put), "duration_ms="]);
    tells(
        access[1],
        &["path=/photos/k?versionId=null", "status=200", "bytes=5"],
    );
    tells(access[2], &["status=403", &id(&refused)]);
}

#[tokio::test]
async fn no_log_tells_what_signs() {
    let served = Served::new().await;
    let put = Raw::new(&served, "PUT", "/photos/k").body("hello").signed();
    let mut wrong = put.clone();
    wrong.target = "/photos/l".to_owned();
    let signer = Signer {
        session_token: None,
        endpoint: served.endpoint.url(),
        region: "us-east-1".to_owned(),
        access_key_id: AccessKeyId::parse(ADMIN_KEY).unwrap(),
        secret_access_key: SECRET.into(),
        style: UrlStyle::Path,
    };
    let bucket = BucketName::parse(BUCKET).unwrap();
    let key = ObjectKey::parse("k").unwrap();
    let get = PresignGet::new(bucket, key, Duration::from_mins(1));
    let (logged, _guard) = log_everything();
    let link = presign_get(&get, &signer, SystemClock.now()).unwrap();
    let signature = link.url.rsplit("X-Amz-Signature=").next().unwrap();
    assert_eq!(put.send(&served).await.status, 200);
    let target = link.url.replace(&served.endpoint.url(), "");
    let followed = Raw::new(&served, "GET", &target).send(&served).await;
    assert_eq!(followed.status, 200);
    assert_eq!(wrong.send(&served).await.status, 403);
    let log = logged.text();
    assert!(log.contains("path=/photos/k"), "{log}");
    for secret in [
        SECRET,
        signature,
        &put.signature(),
        "AWS4-HMAC",
        "Authorization",
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
