//! A session ends by time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use stave_engine::EngineOptions;
use stave_model::{Clock, SystemClock, Timestamp};

use super::{ROOT, allow_role, assume, role, s3, sts};
use crate::iam::{EVERYTHING, Key, done, refused};
use crate::kit::{self, Served};

/// The system's clock, and how far a test put it on.
#[derive(Debug, Default)]
struct PutOn(AtomicI64);

impl Clock for PutOn {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now().as_millis();
        Timestamp::from_millis(now + self.0.load(Ordering::SeqCst))
    }
}

#[tokio::test]
async fn a_session_is_refused_from_its_end_on() {
    let clock = Arc::new(PutOn::default());
    let engine = EngineOptions {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ..EngineOptions::default()
    };
    let served = Served::over(engine, |_| {}).await;
    role(&served, "reader", ROOT, "{}").await;
    allow_role(&served, "reader", EVERYTHING).await;
    let asked = [("DurationSeconds", "900")];
    let session = Key::of(&assume(&served, &Key::owner(), "reader", &asked).await);
    let client = s3(&served, &session);
    clock.0.store(890_000, Ordering::SeqCst);
    done(&sts(&served, &session, "GetCallerIdentity", &[]).await);
    client
        .create_bucket()
        .bucket("in-time")
        .send()
        .await
        .unwrap();
    clock.0.store(901_000, Ordering::SeqCst);
    let answer = sts(&served, &session, "GetCallerIdentity", &[]).await;
    refused(&answer, 403, "ExpiredToken");
    let late = client.create_bucket().bucket("too-late").send().await;
    kit::refused(late, 400, "ExpiredToken");
}
