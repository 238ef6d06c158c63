//! Names: path style and virtual-host style alike.

use crate::kit::{BUCKET, Served};
use crate::raw::Raw;

#[tokio::test]
async fn a_bucket_may_stand_in_the_host() {
    let served = Served::new().await;
    let port = served.endpoint.port();
    for base in ["s3.localhost", "localhost"] {
        let host = format!("photos.{base}:{port}");
        let put = Raw::new(&served, "PUT", "/a/b%20c").replaced("host", &host);
        assert_eq!(put.body("hello").signed().send(&served).await.status, 200);
        let get = Raw::new(&served, "GET", "/photos/a/b%20c")
            .signed()
            .send(&served)
            .await;
        assert_eq!(get.body, "hello");
        let list = Raw::new(&served, "GET", "/?list-type=2").replaced("host", &host);
        let list = list.signed().send(&served).await;
        assert!(list.body.contains("<Key>a/b c</Key>"), "{list:?}");
        let head = Raw::new(&served, "HEAD", "/")
            .replaced("host", &host)
            .signed();
        assert_eq!(head.send(&served).await.status, 200);
        let xml = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
        let put = Raw::new(&served, "PUT", "/?versioning")
            .replaced("host", &host)
            .body(xml);
        assert_eq!(put.signed().send(&served).await.status, 200);
    }
}

#[tokio::test]
async fn every_name_of_the_loopback_serves_path_style() {
    let served = Served::new().await;
    let port = served.endpoint.port();
    for name in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "s3.localhost",
        "LOCALHOST",
    ] {
        let host = format!("{name}:{port}");
        let get = Raw::new(&served, "GET", "/photos")
            .replaced("host", &host)
            .signed();
        assert_eq!(get.send(&served).await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn a_name_that_was_added_is_answered_to() {
    let served = Served::with(|options| options.hosts = vec!["Nas.Home".to_owned()]).await;
    served
        .client()
        .create_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    let port = served.endpoint.port();
    for (host, target) in [("nas.home", "/photos"), ("photos.nas.home", "/")] {
        let get = Raw::new(&served, "GET", target).replaced("host", &format!("{host}:{port}"));
        assert_eq!(get.signed().send(&served).await.status, 200, "{host}");
    }
}
