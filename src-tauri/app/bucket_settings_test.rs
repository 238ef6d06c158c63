//! The settings of a bucket over a real vault.

use stave_model::{
    BucketConfig, BucketConfigKind, BucketName, CannedAcl, LogKeyFormat, Logging, RoutingRule,
    Versioning, Website,
};

use super::{read, set_logging, set_tags, set_website};
use crate::args::window_user;
use crate::testing::{BUCKET, Kit, bucket};
use crate::views::{BucketSettings, LoggingView, OwnershipView, PayerView, TagView, WebsiteView};

async fn settings(kit: &Kit) -> BucketSettings {
    read(&*kit.store, &bucket(), Some(9_000)).await.unwrap()
}

fn tag(key: &str, value: &str) -> TagView {
    TagView {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

fn logs_to(target: &str, prefix: &str) -> LoggingView {
    LoggingView::from(Logging {
        target_bucket: BucketName::parse(target).unwrap(),
        target_prefix: prefix.to_owned(),
        grants: Vec::new(),
        key_format: LogKeyFormat::PartitionedByEvent,
    })
}

fn pages(index: &str, error: Option<&str>) -> WebsiteView {
    WebsiteView::Pages {
        index_suffix: index.to_owned(),
        error_key: error.map(str::to_owned),
        rules: 0,
    }
}

#[tokio::test]
async fn a_new_bucket_has_what_s3_says() {
    let kit = Kit::new(Versioning::Off).await;
    let found = settings(&kit).await;
    assert_eq!(
        found,
        BucketSettings {
            tags: Vec::new(),
            ownership: OwnershipView::BucketOwnerEnforced,
            payer: PayerView::BucketOwner,
            logging: None,
            website: None,
            website_url: "http://photos.s3-website.localhost:9000/".to_owned(),
        }
    );
    let off = read(&*kit.store, &bucket(), None).await.unwrap();
    assert_eq!(off.website_url, "");
}

#[tokio::test]
async fn tags_are_set_and_removed() {
    let kit = Kit::new(Versioning::Off).await;
    let given = vec![tag("team", "harbour"), tag("cost", "12")];
    set_tags(&*kit.store, &bucket(), given).await.unwrap();
    let expected = [tag("cost", "12"), tag("team", "harbour")];
    assert_eq!(settings(&kit).await.tags, expected);
    set_tags(&*kit.store, &bucket(), Vec::new()).await.unwrap();
    assert_eq!(settings(&kit).await.tags, []);
    let refused = set_tags(&*kit.store, &bucket(), vec![tag("aws:x", "")]).await;
    assert_eq!(refused.unwrap_err().code, "invalid_tags");
}

#[tokio::test]
async fn logs_go_to_a_bucket_that_exists() {
    let kit = Kit::new(Versioning::Off).await;
    let refused = set_logging(&*kit.store, &bucket(), Some(logs_to("nowhere", ""))).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code, "invalid_target_bucket");
    assert_eq!(refused.message, "There is no bucket nowhere.");
    let wanted = logs_to(BUCKET, "logs/");
    set_logging(&*kit.store, &bucket(), Some(wanted.clone()))
        .await
        .unwrap();
    assert_eq!(settings(&kit).await.logging, Some(wanted));
    set_logging(&*kit.store, &bucket(), None).await.unwrap();
    assert_eq!(settings(&kit).await.logging, None);
}

#[tokio::test]
async fn whom_logs_are_given_to_is_kept() {
    let kit = Kit::new(Versioning::Off).await;
    let grants = CannedAcl::LogDeliveryWrite
        .written_out(&window_user(), &window_user())
        .grants;
    let known = Logging {
        target_bucket: bucket(),
        target_prefix: String::new(),
        grants: grants.clone(),
        key_format: LogKeyFormat::Simple,
    };
    let config = BucketConfig::Logging(known.clone());
    kit.store
        .put_bucket_config(&bucket(), config)
        .await
        .unwrap();
    set_logging(&*kit.store, &bucket(), Some(logs_to(BUCKET, "x/")))
        .await
        .unwrap();
    let kept = kit
        .store
        .bucket_config(&bucket(), BucketConfigKind::Logging)
        .await
        .unwrap();
    let expected = Logging {
        target_prefix: "x/".to_owned(),
        key_format: LogKeyFormat::PartitionedByEvent,
        ..known
    };
    assert_eq!(kept, Some(BucketConfig::Logging(expected)));
}

#[tokio::test]
async fn a_site_keeps_the_redirects_that_were_set_elsewhere() {
    let kit = Kit::new(Versioning::Off).await;
    let rule = RoutingRule {
        if_key_prefix: Some("old/".to_owned()),
        replace_key_prefix: Some("new/".to_owned()),
        ..RoutingRule::default()
    };
    let config = BucketConfig::Website(Website::Pages {
        index_suffix: "index.html".to_owned(),
        error_key: None,
        rules: vec![rule],
    });
    kit.store
        .put_bucket_config(&bucket(), config)
        .await
        .unwrap();
    let wanted = pages("home.html", Some("404.html"));
    set_website(&*kit.store, &bucket(), Some(wanted))
        .await
        .unwrap();
    let expected = WebsiteView::Pages {
        index_suffix: "home.html".to_owned(),
        error_key: Some("404.html".to_owned()),
        rules: 1,
    };
    assert_eq!(settings(&kit).await.website, Some(expected));
    set_website(&*kit.store, &bucket(), None).await.unwrap();
    assert_eq!(settings(&kit).await.website, None);
}

#[tokio::test]
async fn a_site_that_cannot_work_is_refused_by_its_field() {
    let kit = Kit::new(Versioning::Off).await;
    let elsewhere = |host: &str, protocol: Option<&str>| WebsiteView::RedirectAll {
        host: host.to_owned(),
        protocol: protocol.map(str::to_owned),
    };
    for (website, code) in [
        (pages("", None), "invalid_index"),
        (pages("a/index.html", None), "invalid_index"),
        (pages("index.html", Some("")), "invalid_error_page"),
        (elsewhere("", None), "invalid_host"),
        (elsewhere("http://example.org", None), "invalid_host"),
        (elsewhere("example.org/x", None), "invalid_host"),
        (elsewhere("a@example.org", None), "invalid_host"),
        (elsewhere("example.org", Some("ftp")), "invalid_protocol"),
    ] {
        let refused = set_website(&*kit.store, &bucket(), Some(website)).await;
        assert_eq!(refused.unwrap_err().code, code);
    }
    let good = elsewhere("example.org:8080", Some("https"));
    set_website(&*kit.store, &bucket(), Some(good.clone()))
        .await
        .unwrap();
    assert_eq!(settings(&kit).await.website, Some(good));
}
