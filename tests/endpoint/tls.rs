//! TLS on the port of the endpoint, beside plain HTTP, and a share on the network for links alone.
//! Another loopback address stands for the network.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use stave_endpoint::presign::{PresignGet, Signer, UrlStyle, presign_get};
use stave_endpoint::{NetworkShare, ShareError, TlsIdentity};
use stave_model::{
    BucketName, Clock as _, LinkAudience, LinkTarget, ObjectKey, SystemClock, Timestamp, UserName,
};
use stave_store::{Links as _, NewLink};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served, read};
use crate::raw::{Answer, Raw, read_all, send};

async fn secure() -> (Served, TlsIdentity) {
    let identity = TlsIdentity::generate(&["127.0.0.2".to_owned()]).unwrap();
    let tls = identity.clone();
    let served = Served::with(|options| options.tls = Some(tls)).await;
    let made = served.client().create_bucket().bucket(BUCKET).send().await;
    made.unwrap();
    (served, identity)
}

/// Connects as a program does that trusts one certificate and checks the name in it.
async fn connect(
    host: &str,
    name: &str,
    trusted: &TlsIdentity,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let pem = trusted.certificate_pem();
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(host).await.unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await
}

/// Sends a request by TLS and reads until the other side closes.
async fn ask(stream: TlsStream<TcpStream>, request: &[u8]) -> Answer {
    let mut stream = stream;
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    Answer::parse(&answer)
}

fn in_seconds(seconds: i64) -> Timestamp {
    Timestamp::from_millis(SystemClock.now().as_millis() + seconds * 1_000)
}

#[tokio::test]
async fn one_port_speaks_both() {
    let (served, identity) = secure().await;
    assert_eq!(served.endpoint.tls_sha256(), Some(identity.sha256()));
    let get = || Raw::new(&served, "GET", "/photos").signed();
    assert_eq!(get().send(&served).await.status, 200);
    for name in ["127.0.0.1", "localhost", "photos.s3.localhost"] {
        let stream = connect(&served.host(), name, &identity).await.unwrap();
        assert_eq!(ask(stream, &get().bytes()).await.status, 200, "{name}");
    }
    let elsewhere = connect(&served.host(), "evil.example", &identity).await;
    assert!(elsewhere.is_err(), "the certificate is for our names alone");
}

#[tokio::test]
async fn an_application_reads_and_writes_by_tls() {
    let (served, identity) = secure().await;
    let trust = TrustStore::empty().with_pem_certificate(identity.certificate_pem());
    let context = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .unwrap();
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let http = Builder::new()
        .tls_provider(provider)
        .tls_context(context)
        .build_https();
    let url = format!("https://localhost:{}", served.endpoint.port());
    let config = served.config(ADMIN_KEY, SECRET).endpoint_url(url);
    let config = config.http_client(http).force_path_style(true).build();
    let s3 = aws_sdk_s3::Client::from_conf(config);
    let body = crate::kit::bytes(300_000);
    let put = s3.put_object().bucket(BUCKET).key("k");
    put.body(body.clone().into()).send().await.unwrap();
    let got = s3
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(read(got.body).await, body);
}

#[tokio::test]
async fn tls_is_turned_on_renewed_and_off_without_a_restart() {
    let served = Served::new().await;
    assert_eq!(served.endpoint.tls_sha256(), None);
    let (first, second) = (
        TlsIdentity::generate(&[]).unwrap(),
        TlsIdentity::generate(&[]).unwrap(),
    );
    assert!(connect(&served.host(), "localhost", &first).await.is_err());
    served.endpoint.set_tls(Some(&first)).unwrap();
    assert!(connect(&served.host(), "localhost", &first).await.is_ok());
    served.endpoint.set_tls(Some(&second)).unwrap();
    assert!(connect(&served.host(), "localhost", &first).await.is_err());
    assert!(connect(&served.host(), "localhost", &second).await.is_ok());
    served.endpoint.set_tls(None).unwrap();
    assert!(connect(&served.host(), "localhost", &second).await.is_err());
    let get = Raw::new(&served, "GET", "/photos").signed();
    assert_eq!(get.send(&served).await.status, 200);
}

#[tokio::test]
async fn a_handshake_that_does_not_end_is_given_up() {
    let identity = TlsIdentity::generate(&[]).unwrap();
    let served = Served::with(|options| {
        options.tls = Some(identity);
        options.limits.handshake_time = Duration::from_millis(200);
    })
    .await;
    let mut stream = TcpStream::connect(served.host()).await.unwrap();
    // The type of a record, and nothing more.
    stream.write_all(&[0x16]).await.unwrap();
    let end = tokio::time::timeout(Duration::from_secs(20), read_all(&mut stream)).await;
    assert_eq!(end.unwrap(), b"");
}

#[tokio::test]
async fn a_page_is_of_the_same_origin_by_the_same_scheme_alone() {
    let (served, identity) = secure().await;
    let from = |scheme: &str| {
        let origin = format!("{scheme}://{}", served.host());
        Raw::new(&served, "GET", "/photos")
            .with("origin", &origin)
            .signed()
            .bytes()
    };
    let host = served.host();
    let stream = || connect(&host, "localhost", &identity);
    assert_eq!(
        ask(stream().await.unwrap(), &from("https")).await.status,
        200
    );
    assert_eq!(
        ask(stream().await.unwrap(), &from("http")).await.status,
        403
    );
    assert_eq!(send(&served, &from("http")).await.status, 200);
    assert_eq!(send(&served, &from("https")).await.status, 403);
}

async fn shared() -> (Served, TlsIdentity, NetworkShare) {
    let (served, identity) = secure().await;
    let address = "127.0.0.2:0".parse().unwrap();
    let share = served
        .endpoint
        .share_on_network(address, in_seconds(60), &identity)
        .await
        .unwrap();
    (served, identity, share)
}

/// Sends a request to the share.
async fn ask_share(share: &NetworkShare, identity: &TlsIdentity, request: &Raw) -> Answer {
    let host = share.address().to_string();
    let stream = connect(&host, "127.0.0.2", identity).await.unwrap();
    ask(stream, &request.bytes()).await
}

#[tokio::test]
async fn the_network_gets_nothing_but_links() {
    let (served, identity, share) = shared().await;
    let host = share.address().to_string();
    let at_share = |method, target: &str| Raw::new(&served, method, target).replaced("host", &host);
    let scope = "20260101%2Fus-east-1%2Fs3%2Faws4_request";
    let link = |id: &str| format!("/photos/k?X-Amz-Credential={id}%2F{scope}&X-Amz-Signature=0");
    let form = "multipart/form-data; boundary=x";
    for (name, request) in [
        ("signed", at_share("GET", "/photos").signed()),
        (
            "signed write",
            at_share("PUT", "/photos/k").body("x").signed(),
        ),
        ("anonymous", at_share("GET", "/photos/k")),
        ("another key's link", at_share("GET", &link(ADMIN_KEY))),
        (
            "service",
            at_share("POST", "/").with("x-amz-target", "TrentService.ListKeys"),
        ),
        (
            "preflight",
            at_share("OPTIONS", "/photos/k")
                .with("origin", "http://a.example")
                .with("access-control-request-method", "GET"),
        ),
        (
            "unsigned form",
            crate::form::Form::new()
                .post(&served)
                .replaced("host", &host),
        ),
        (
            "form of another key",
            crate::form::Form::new()
                .signed()
                .post(&served)
                .replaced("host", &host),
        ),
        (
            "form with a signed head",
            at_share("POST", "/photos")
                .with("content-type", form)
                .signed(),
        ),
    ] {
        let answer = ask_share(&share, &identity, &request).await;
        assert_eq!(answer.status, 403, "{name}: {answer:?}");
    }
    // What names a link is looked at: this one is none that was made.
    let unknown = at_share("GET", &link("STAVELINK0000"));
    let unknown = ask_share(&share, &identity, &unknown).await;
    assert!(unknown.status >= 400, "{unknown:?}");
    assert!(!unknown.body.contains("links alone"), "{unknown:?}");
    let listed = served
        .client()
        .list_objects_v2()
        .bucket(BUCKET)
        .send()
        .await;
    assert_eq!(listed.unwrap().key_count(), Some(0));
}

#[tokio::test]
async fn the_network_knows_one_host_and_no_plain_http() {
    let (served, identity, share) = shared().await;
    let port = share.address().port();
    for host in [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        "127.0.0.2".to_owned(),
        served.host(),
        format!("photos.s3-website.localhost:{port}"),
        format!("evil.example:{port}"),
    ] {
        let get = Raw::new(&served, "GET", "/photos/k").replaced("host", &host);
        let answer = ask_share(&share, &identity, &get).await;
        answer.is_error(403, "AccessDenied");
        assert!(!answer.body.contains("links alone"), "{host}: {answer:?}");
    }
    let mut plain = TcpStream::connect(share.address()).await.unwrap();
    let get = Raw::new(&served, "GET", "/photos/k").bytes();
    plain.write_all(&get).await.unwrap();
    let mut answer = Vec::new();
    // Closed or reset, but not answered.
    let _ = plain.read_to_end(&mut answer).await;
    assert_eq!(answer, b"");
}

#[tokio::test]
async fn a_link_opens_from_the_network_what_it_was_made_for() {
    let (served, identity, share) = shared().await;
    let s3 = served.client();
    let body = ByteStream::from_static(b"hello");
    let put = s3.put_object().bucket(BUCKET).key("k").body(body);
    put.send().await.unwrap();
    let bucket = BucketName::parse(BUCKET).unwrap();
    let key = ObjectKey::parse("k").unwrap();
    let new = NewLink {
        user: UserName::parse("admin").unwrap(),
        title: "for the network".to_owned(),
        target: LinkTarget::Get {
            bucket: bucket.clone(),
            key: key.clone(),
            version: None,
        },
        audience: LinkAudience::Network,
        seconds: 60,
        max_uses: Some(1),
    };
    let (link, secret) = served.store.make_link(new).await.unwrap();
    let signer = Signer {
        endpoint: share.url(),
        region: "us-east-1".to_owned(),
        access_key_id: link.id.clone(),
        secret_access_key: secret,
        session_token: None,
        style: UrlStyle::Path,
    };
    let get = PresignGet::new(bucket, key, Duration::from_mins(1));
    let url = presign_get(&get, &signer, link.created).unwrap().url;
    let target = url.strip_prefix(&share.url()).unwrap();
    let follow = |target: &str| {
        let get = Raw::new(&served, "GET", target);
        get.replaced("host", &share.address().to_string())
    };
    let elsewhere = follow(&target.replace("/photos/k?", "/photos/other?"));
    let elsewhere = ask_share(&share, &identity, &elsewhere).await;
    assert_eq!(elsewhere.status, 403, "{elsewhere:?}");
    let first = ask_share(&share, &identity, &follow(target)).await;
    assert_eq!((first.status, first.body.as_str()), (200, "hello"));
    let second = ask_share(&share, &identity, &follow(target)).await;
    second.is_error(403, "AccessDenied");
}

/// Waits until nobody listens at an address any more.
async fn nobody_listens(address: std::net::SocketAddr) {
    let mut beat = tokio::time::interval(Duration::from_millis(50));
    while TcpStream::connect(address).await.is_ok() {
        beat.tick().await;
    }
}

#[tokio::test]
async fn a_share_ends_when_it_is_told_to() {
    let (served, identity, share) = shared().await;
    let address = share.address();
    assert!(share.is_running() && share.reachable().await);
    assert_eq!(share.sha256(), identity.sha256());
    assert_eq!(share.url(), format!("https://{address}"));
    let taken = served
        .endpoint
        .share_on_network(address, in_seconds(60), &identity)
        .await;
    assert!(matches!(taken, Err(ShareError::Taken(_))), "{taken:?}");
    share.stop().await;
    assert!(!share.is_running() && !share.reachable().await);
    assert!(TcpStream::connect(address).await.is_err());
    // What is on loopback goes on.
    let get = Raw::new(&served, "GET", "/photos").signed();
    assert_eq!(get.send(&served).await.status, 200);
}

#[tokio::test]
async fn a_share_ends_by_itself() {
    let (served, identity) = secure().await;
    let address = "127.0.0.2:0".parse().unwrap();
    let share = |seconds| {
        served
            .endpoint
            .share_on_network(address, in_seconds(seconds), &identity)
    };
    assert!(matches!(share(-1).await, Err(ShareError::Over)));
    let share = share(1).await.unwrap();
    let ended = nobody_listens(share.address());
    tokio::time::timeout(Duration::from_secs(20), ended)
        .await
        .unwrap();
    assert!(!share.is_running());
}

#[tokio::test]
async fn a_share_ends_with_the_endpoint() {
    let (served, _, share) = shared().await;
    let address = share.address();
    served.endpoint.shutdown().await;
    let ended = nobody_listens(address);
    tokio::time::timeout(Duration::from_secs(20), ended)
        .await
        .unwrap();
    assert!(!share.is_running());
}

#[tokio::test]
async fn a_share_has_one_address_that_is_ours() {
    let (served, identity) = secure().await;
    for address in ["0.0.0.0:0", "[::]:0"] {
        let address = address.parse().unwrap();
        let share = served
            .endpoint
            .share_on_network(address, in_seconds(60), &identity);
        assert!(matches!(share.await, Err(ShareError::Unspecified(_))));
    }
    // An address of documentation (RFC 5737): nobody's, so not ours.
    let address = "192.0.2.1:0".parse().unwrap();
    let share = served
        .endpoint
        .share_on_network(address, in_seconds(60), &identity);
    assert!(matches!(share.await, Err(ShareError::NotOurs(_))));
}

#[tokio::test]
async fn another_certificate_at_the_address_is_not_ours() {
    let (served, _, share) = shared().await;
    let address = share.address();
    share.stop().await;
    let other = TlsIdentity::generate(&[]).unwrap();
    let other = served
        .endpoint
        .share_on_network(address, in_seconds(60), &other)
        .await
        .unwrap();
    assert!(other.reachable().await);
    assert!(!share.reachable().await);
}
