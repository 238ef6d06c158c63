//! Links over a real vault, opened over the socket of a real endpoint.

use std::sync::Arc;

use stave_endpoint::{Endpoint, EndpointOptions, PortChoice};
use stave_model::{AccessKeyId, Versioning};
use stave_store::{AccessKeys, Links as _};

use super::{Doors, Linking, forget, log};
use crate::testing::http::{ask, form_of};
use crate::testing::{Kit, bucket};
use crate::views::{
    Diagnosis, LinkAudienceView, LinkKind, LinkOutcomeView, LinkRequest, LinkStateView, LinkView,
};

/// A vault with an endpoint.
struct Served {
    kit: Kit,
    endpoint: Endpoint,
}

impl Served {
    async fn new() -> Self {
        let kit = Kit::new(Versioning::Off).await;
        let access_keys: Arc<dyn AccessKeys> = Arc::new(kit.local.clone());
        let options = EndpointOptions {
            identities: Some(Arc::new(kit.local.clone())),
            links: Some(Arc::new(kit.local.clone())),
            ..EndpointOptions::new(Arc::clone(&kit.store), access_keys, PortChoice::Any)
        };
        let endpoint = Endpoint::start(options).await.unwrap();
        Self { kit, endpoint }
    }

    fn linking(&self) -> Linking<'_> {
        Linking {
            links: &self.kit.local,
            store: &*self.kit.store,
            doors: Doors {
                computer: Some(self.endpoint.url()),
                network: None,
                region: self.endpoint.region().to_owned(),
            },
        }
    }

    async fn make(&self, asked: LinkRequest) -> LinkView {
        self.linking().make(asked).await.unwrap()
    }

    async fn refused(&self, asked: LinkRequest) -> String {
        let refused = self.linking().make(asked).await;
        refused.err().expect("the link is refused").code
    }

    /// Reads a link again.
    async fn told(&self, id: &str) -> LinkView {
        let links = self.linking().list().await.unwrap();
        let found = links.into_iter().find(|link| link.id == id);
        found.expect("the link is listed")
    }

    async fn revoke(&self, link: &LinkView) {
        self.kit.local.revoke_link(&id_of(link)).await.unwrap();
    }
}

fn id_of(link: &LinkView) -> AccessKeyId {
    AccessKeyId::parse(&link.id).unwrap()
}

fn asked(kind: LinkKind, key: &str) -> LinkRequest {
    LinkRequest {
        bucket: "photos".to_owned(),
        key: key.to_owned(),
        version_id: None,
        kind,
        expires_seconds: 600,
        max_uses: None,
        title: "for the family".to_owned(),
        audience: LinkAudienceView::Computer,
        content_type: None,
        max_bytes: None,
        min_bytes: None,
        key_prefix: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_is_counted_and_is_refused_once_revoked() {
    let served = Served::new().await;
    served.kit.put("a b.txt", b"hello").await;
    let made = served.make(asked(LinkKind::Get, "a b.txt")).await;
    assert_eq!(made.state, LinkStateView::Live);
    assert!(made.qr_svg.contains("<svg"));
    assert!(
        made.curl
            .starts_with("curl -fL -o 'a b.txt' 'http://127.0.0.1:"),
        "{}",
        made.curl
    );
    let opened = ask("GET", &made.url, &[], b"").await;
    assert_eq!((opened.status, opened.body.as_str()), (200, "hello"));
    let told = served.told(&made.id).await;
    assert_eq!((told.uses, told.url), (1, made.url.clone()));
    assert!(told.last_used.is_some());
    served.revoke(&made).await;
    let refused = ask("GET", &made.url, &[], b"").await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let told = served.told(&made.id).await;
    assert_eq!(told.state, LinkStateView::Revoked);
    assert_eq!(told.qr_svg, "");
    assert_eq!(told.uses, 1);
    let log = log(&served.kit.local, &id_of(&made)).await.unwrap();
    let outcomes: Vec<_> = log.iter().map(|one| (one.outcome, one.status)).collect();
    assert_eq!(
        outcomes,
        [
            (LinkOutcomeView::Revoked, Some(403)),
            (LinkOutcomeView::Used, None)
        ]
    );
    assert_eq!(log[0].source_ip, "127.0.0.1");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_knows_a_revoked_link() {
    let served = Served::new().await;
    served.kit.put("a.txt", b"hello").await;
    let made = served.make(asked(LinkKind::Get, "a.txt")).await;
    let fine = Diagnosis::from(served.endpoint.diagnose(&made.url).await);
    assert_eq!(fine.cause, "", "{}", fine.verdict);
    served.revoke(&made).await;
    let revoked = Diagnosis::from(served.endpoint.diagnose(&made.url).await);
    assert_eq!(revoked.cause, "link-revoked", "{}", revoked.verdict);
    assert_eq!(revoked.findings[0].ok, Some(false));
    let nonsense = Diagnosis::from(served.endpoint.diagnose("good morning").await);
    assert_eq!(nonsense.cause, "unreadable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_one_use_opens_once() {
    let served = Served::new().await;
    served.kit.put("a.txt", b"hello").await;
    let once = LinkRequest {
        max_uses: Some(1),
        ..asked(LinkKind::Get, "a.txt")
    };
    let made = served.make(once).await;
    assert_eq!(ask("GET", &made.url, &[], b"").await.status, 200);
    assert_eq!(ask("GET", &made.url, &[], b"").await.status, 403);
    assert_eq!(served.told(&made.id).await.state, LinkStateView::UsedUp);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_link_takes_what_it_was_made_for() {
    let served = Served::new().await;
    let upload = LinkRequest {
        content_type: Some("text/plain".to_owned()),
        max_bytes: Some(10),
        ..asked(LinkKind::Put, "in/report.txt")
    };
    let made = served.make(upload).await;
    assert!(
        made.curl.contains("-H 'content-type: text/plain'"),
        "{}",
        made.curl
    );
    let typed = [("Content-Type", "text/plain")];
    let other = [("Content-Type", "text/html")];
    let refused = ask("PUT", &made.url, &other, b"hello").await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let large = ask("PUT", &made.url, &typed, b"hello hello hello").await;
    assert!((400..500).contains(&large.status), "{}", large.body);
    assert_eq!(served.kit.get("in/report.txt").await, None);
    let taken = ask("PUT", &made.url, &typed, b"hello").await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(served.kit.get("in/report.txt").await.unwrap(), b"hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_uploads_below_its_prefix() {
    let served = Served::new().await;
    let form = LinkRequest {
        key_prefix: Some("inbox/".to_owned()),
        max_bytes: Some(100),
        min_bytes: Some(1),
        ..asked(LinkKind::Post, "")
    };
    let made = served.make(form).await;
    assert_eq!((made.key.as_str(), made.qr_svg.as_str()), ("inbox/", ""));
    let form = made.form.clone().expect("a form");
    assert!(form.html.contains("<form"), "{}", form.html);
    assert!(made.curl.contains("-F file=@FILE"), "{}", made.curl);
    let (content_type, body) = form_of(&form.fields, "scan.txt", b"hello");
    let headers = [("Content-Type", content_type.as_str())];
    let taken = ask("POST", &form.url, &headers, &body).await;
    assert_eq!(taken.status, 204, "{}", taken.body);
    assert_eq!(served.kit.get("inbox/scan.txt").await.unwrap(), b"hello");
    served.revoke(&made).await;
    let refused = ask("POST", &form.url, &headers, &body).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_link_is_refused() {
    let served = Served::new().await;
    served.kit.put("a.txt", b"hello").await;
    let get = || asked(LinkKind::Get, "a.txt");
    let with = |change: fn(&mut LinkRequest)| {
        let mut asked = get();
        change(&mut asked);
        served.refused(asked)
    };
    assert_eq!(with(|it| it.key = "none".into()).await, "no_such_key");
    assert_eq!(with(|it| it.bucket = "none".into()).await, "no_such_bucket");
    assert_eq!(with(|it| it.bucket = "A".into()).await, "invalid_name");
    assert_eq!(with(|it| it.expires_seconds = 0).await, "invalid_expiry");
    assert_eq!(
        with(|it| it.expires_seconds = 604_801).await,
        "invalid_expiry"
    );
    assert_eq!(with(|it| it.max_uses = Some(0)).await, "invalid_uses");
    assert_eq!(with(|it| it.title = "x".repeat(201)).await, "invalid_title");
    let network = |it: &mut LinkRequest| it.audience = LinkAudienceView::Network;
    assert_eq!(with(network).await, "not_shared");
    let typed = LinkRequest {
        content_type: Some("a\r\nb".to_owned()),
        ..asked(LinkKind::Put, "b.txt")
    };
    assert_eq!(served.refused(typed).await, "invalid_content_type");
    let sizes = LinkRequest {
        min_bytes: Some(2),
        max_bytes: Some(1),
        ..asked(LinkKind::Post, "")
    };
    assert_eq!(served.refused(sizes).await, "invalid_sizes");
    assert_eq!(served.kit.local.list_links().await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_forgotten_once_it_opens_no_more() {
    let served = Served::new().await;
    served.kit.put("a.txt", b"hello").await;
    let made = served.make(asked(LinkKind::Get, "a.txt")).await;
    let links = &served.kit.local;
    let live = forget(links, &id_of(&made)).await.unwrap_err();
    assert_eq!(live.code, "link_live");
    served.revoke(&made).await;
    forget(links, &id_of(&made)).await.unwrap();
    assert!(served.linking().list().await.unwrap().is_empty());
    let gone = forget(links, &id_of(&made)).await.unwrap_err();
    assert_eq!(gone.code, "no_such_link");
    let gone = log(links, &id_of(&made)).await.unwrap_err();
    assert_eq!(gone.code, "no_such_link");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nothing_listens_a_link_has_no_address() {
    let served = Served::new().await;
    served.kit.put("a.txt", b"hello").await;
    let made = served.make(asked(LinkKind::Get, "a.txt")).await;
    let closed = Linking {
        doors: Doors::default(),
        ..served.linking()
    };
    let told = closed.list().await.unwrap();
    assert_eq!(
        (told[0].id.as_str(), told[0].url.as_str()),
        (made.id.as_str(), "")
    );
    let refused = closed.make(asked(LinkKind::Get, "a.txt")).await;
    assert_eq!(refused.err().expect("it is refused").code, "endpoint_off");
    assert_eq!(told[0].bucket, bucket().as_str());
}
