//! The port as the window holds it: TLS, the share on the network, what came and what was refused.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::events::{Event, Events};
use crate::keeper::Keeper;
use crate::opening::Environment;
use crate::session::Session;
use crate::settings::SettingsFile;
use crate::testing::http::ask;
use crate::views::TlsView;

/// An open vault with its endpoint, and what the window hears.
struct Rig {
    folder: TempDir,
    keeper: Keeper,
    heard: UnboundedReceiver<Event>,
}

impl Rig {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (keeper, heard) = open(&folder).await;
        Self {
            folder,
            keeper,
            heard,
        }
    }

    /// Ends the app and starts it again.
    async fn again(self) -> Self {
        self.keeper.end().await;
        let (keeper, heard) = open(&self.folder).await;
        Self {
            keeper,
            heard,
            ..self
        }
    }

    fn session(&self) -> Arc<Session> {
        self.keeper.session().unwrap()
    }

    async fn tls(&self) -> Option<TlsView> {
        self.session().gate.status().await.tls
    }

    /// Returns the first event that is wanted, of those that were not yet asked for.
    async fn hears(&mut self, wanted: impl Fn(&Event) -> bool) -> Event {
        let hearing = async {
            loop {
                let event = self.heard.recv().await.expect("the app still tells");
                if wanted(&event) {
                    return event;
                }
            }
        };
        let heard = tokio::time::timeout(Duration::from_secs(30), hearing).await;
        heard.expect("it is told")
    }
}

async fn open(folder: &TempDir) -> (Keeper, UnboundedReceiver<Event>) {
    let key_file = folder.path().join("key");
    let environment = Environment::read(|name| match name {
        "STAVE_PORT" => Some("0".into()),
        "STAVE_KEY_FILE" => Some(key_file.clone().into()),
        _ => None,
    });
    let (tell, heard) = unbounded_channel();
    let keeper = Keeper::new(
        folder.path().join("vault"),
        environment,
        Arc::new(SettingsFile::read(folder.path().join("settings.json"))),
        // Whoever hears may be gone before the app has ended.
        Events::new(move |event| drop(tell.send(event))),
    );
    keeper.open_silently().await;
    (keeper, heard)
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_turned_on_by_a_certificate_that_stays() {
    let rig = Rig::new().await;
    assert_eq!(rig.tls().await, None);
    let session = rig.session();
    let on = session.gate.set_tls(true).await.unwrap().tls.unwrap();
    assert!(on.enabled);
    assert_eq!(on.certificate_sha256.len(), 64);
    let endpoint = session.gate.endpoint().await.unwrap();
    assert_eq!(endpoint.tls_sha256(), Some(on.certificate_sha256.clone()));
    let file = rig.folder.path().join("vault-certificate.pem");
    assert_eq!(on.path, file.display().to_string());
    let pem = std::fs::read_to_string(&file).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    assert!(!pem.contains("PRIVATE"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
    }
    drop((session, endpoint));
    let rig = rig.again().await;
    assert_eq!(rig.tls().await, Some(on.clone()));
    let session = rig.session();
    let endpoint = session.gate.endpoint().await.unwrap();
    assert_eq!(endpoint.tls_sha256(), Some(on.certificate_sha256.clone()));
    let renewed = session.gate.new_certificate().await.unwrap().tls.unwrap();
    assert_ne!(renewed.certificate_sha256, on.certificate_sha256);
    let off = session.gate.set_tls(false).await.unwrap().tls.unwrap();
    assert!(!off.enabled);
    assert_eq!(endpoint.tls_sha256(), None);
    rig.keeper.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_has_an_end_and_can_be_ended() {
    let mut rig = Rig::new().await;
    let session = rig.session();
    for minutes in [0, 24 * 60 + 1] {
        let refused = session.gate.share_on_network(minutes).await.unwrap_err();
        assert_eq!(refused.code, "invalid_minutes");
    }
    assert_eq!(session.gate.network_share().await, None);
    let here = [IpAddr::V4(Ipv4Addr::LOCALHOST)];
    let shared = session.gate.share_on(&here, 5).await.unwrap();
    assert!(shared.address.starts_with("https://127.0.0.1:"));
    assert_eq!(shared.reachable, Some(true), "{}", shared.sentence);
    assert_eq!(shared.addresses, std::slice::from_ref(&shared.address));
    assert_eq!(
        session.gate.doors().await.network,
        Some(shared.address.clone())
    );
    rig.hears(|event| *event == Event::Links).await;
    assert_eq!(session.gate.network_share().await, Some(shared.clone()));
    session.gate.stop_sharing().await;
    assert_eq!(session.gate.network_share().await, None);
    let again = session.gate.share_on(&here, 5).await.unwrap();
    assert_eq!(again.certificate_sha256, shared.certificate_sha256);
    let nowhere = session.gate.share_on(&[], 5).await.unwrap_err();
    assert_eq!(nowhere.code, "no_network");
    session.gate.stop().await.unwrap();
    let off = session.gate.share_on(&here, 5).await.unwrap_err();
    assert_eq!(off.code, "endpoint_off");
    rig.keeper.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_is_kept_and_told() {
    let mut rig = Rig::new().await;
    let session = rig.session();
    let url = session.gate.endpoint().await.unwrap().url();
    let refused = ask("GET", &format!("{url}/photos/a.txt"), &[], b"").await;
    assert_eq!(refused.status, 404, "{}", refused.body);
    rig.hears(|event| *event == Event::Request).await;
    let records = session.gate.inspector().records(None, 10);
    assert_eq!(records.len(), 1);
    assert_eq!(
        (records[0].method.as_str(), records[0].status),
        ("GET", 404)
    );
    session.gate.inspector().clear();
    assert!(session.gate.inspector().records(None, 10).is_empty());
    rig.keeper.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_refused_is_told_at_once() {
    let mut rig = Rig::new().await;
    let session = rig.session();
    let bucket = crate::testing::bucket();
    let create = stave_store::CreateBucket::new(bucket, crate::args::window_user());
    session.store.create_bucket(create).await.unwrap();
    let endpoint = session.gate.endpoint().await.unwrap();
    let asks = [
        ("Origin", "http://localhost:5173"),
        ("Access-Control-Request-Method", "PUT"),
    ];
    let target = format!("{}/photos/a.txt", endpoint.url());
    let refused = ask("OPTIONS", &target, &asks, b"").await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let event = rig
        .hears(|event| matches!(event, Event::CorsRefused(_)))
        .await;
    let Event::CorsRefused(told) = event else {
        unreachable!("nothing else was waited for");
    };
    assert_eq!(told.origin, "http://localhost:5173");
    assert_eq!(
        (told.bucket.as_str(), told.method.as_str()),
        ("photos", "PUT")
    );
    assert_eq!(endpoint.cors_refusals().len(), 1);
    rig.keeper.end().await;
}
