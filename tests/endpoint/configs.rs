//! What is set for a bucket: who pays, acceleration, logging, the web site; and what no store here has.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::builders::RedirectBuilder;
use aws_sdk_s3::types::{
    AccelerateConfiguration, BucketAccelerateStatus, BucketCannedAcl, BucketLoggingStatus,
    ErrorDocument, IndexDocument, LoggingEnabled, ObjectCannedAcl, PartitionDateSource,
    PartitionedPrefix, Payer, Protocol, Redirect, RedirectAllRequestsTo, RequestCharged,
    RequestPayer, RequestPaymentConfiguration, RoutingRule, TargetObjectKeyFormat,
    WebsiteConfiguration,
};

use crate::kit::{BUCKET, Served, refused};
use crate::raw::Raw;

#[tokio::test]
async fn a_guest_says_that_they_pay() {
    let lists = |options: &mut stave_endpoint::EndpointOptions| {
        options.object_ownership = stave_model::ObjectOwnership::ObjectWriter;
    };
    let served = Served::with(lists).await;
    let (ann, bob) = (served.user("ann").await, served.user("bob").await);
    let create = ann.create_bucket().bucket(BUCKET);
    let create = create.acl(BucketCannedAcl::PublicRead);
    create.send().await.unwrap();
    let put = ann.put_object().bucket(BUCKET).key("k");
    let put = put.acl(ObjectCannedAcl::PublicRead);
    put.send().await.unwrap();
    let payer = || ann.get_bucket_request_payment().bucket(BUCKET).send();
    assert_eq!(payer().await.unwrap().payer(), Some(&Payer::BucketOwner));
    let requester = RequestPaymentConfiguration::builder().payer(Payer::Requester);
    let set = ann.put_bucket_request_payment().bucket(BUCKET);
    let set = set.request_payment_configuration(requester.build().unwrap());
    set.send().await.unwrap();
    assert_eq!(payer().await.unwrap().payer(), Some(&Payer::Requester));
    let get = |s3: &Client| s3.get_object().bucket(BUCKET).key("k");
    refused(get(&bob).send().await, 403, "AccessDenied");
    let pays = get(&bob).request_payer(RequestPayer::Requester);
    let charged = pays.send().await.unwrap();
    let charged = charged.request_charged().map(RequestCharged::as_str);
    assert_eq!(charged, Some("requester"));
    let own = get(&ann).send().await.unwrap();
    assert_eq!(own.request_charged(), None);
    let unsigned = Raw::new(&served, "GET", "/photos/k").with("x-amz-request-payer", "requester");
    unsigned.send(&served).await.is_error(403, "AccessDenied");
    let odd = Raw::new(&served, "PUT", "/photos?requestPayment")
        .body("<RequestPaymentConfiguration><Payer>Nobody</Payer></RequestPaymentConfiguration>");
    let odd = odd.signed().send(&served).await;
    odd.is_error(400, "MalformedXML");
}

#[tokio::test]
async fn acceleration_is_kept_and_told() {
    let served = Served::new().await;
    let s3 = served.client();
    let get = || {
        s3.get_bucket_accelerate_configuration()
            .bucket(BUCKET)
            .send()
    };
    assert_eq!(get().await.unwrap().status(), None);
    let set = |bucket: &str, status| {
        let configuration = AccelerateConfiguration::builder().status(status).build();
        let set = s3.put_bucket_accelerate_configuration().bucket(bucket);
        set.accelerate_configuration(configuration).send()
    };
    for status in [
        BucketAccelerateStatus::Enabled,
        BucketAccelerateStatus::Suspended,
    ] {
        set(BUCKET, status.clone()).await.unwrap();
        assert_eq!(get().await.unwrap().status(), Some(&status));
    }
    let odd = set(BUCKET, BucketAccelerateStatus::from("Fast")).await;
    refused(odd, 400, "MalformedXML");
    s3.create_bucket().bucket("with.dot").send().await.unwrap();
    let dotted = set("with.dot", BucketAccelerateStatus::Enabled).await;
    refused(dotted, 400, "InvalidRequest");
}

fn logging(target: &str) -> LoggingEnabled {
    let format = PartitionedPrefix::builder()
        .partition_date_source(PartitionDateSource::EventTime)
        .build();
    let format = TargetObjectKeyFormat::builder().partitioned_prefix(format);
    LoggingEnabled::builder()
        .target_bucket(target)
        .target_prefix("logs/")
        .target_object_key_format(format.build())
        .build()
        .unwrap()
}

#[tokio::test]
async fn logs_go_to_a_bucket_of_the_same_owner() {
    let served = Served::new().await;
    let s3 = served.client();
    s3.create_bucket().bucket("archive").send().await.unwrap();
    let set = |enabled: Option<LoggingEnabled>| {
        let status = BucketLoggingStatus::builder().set_logging_enabled(enabled);
        let set = s3.put_bucket_logging().bucket(BUCKET);
        set.bucket_logging_status(status.build()).send()
    };
    let get = || async {
        let got = s3.get_bucket_logging().bucket(BUCKET).send().await.unwrap();
        got.logging_enabled().cloned()
    };
    assert_eq!(get().await, None);
    set(Some(logging("archive"))).await.unwrap();
    assert_eq!(get().await, Some(logging("archive")));
    let nowhere = set(Some(logging("nowhere"))).await;
    refused(nowhere, 400, "InvalidTargetBucketForLogging");
    let bob = served.user("bob").await;
    bob.create_bucket().bucket("bobs-own").send().await.unwrap();
    let others = set(Some(logging("bobs-own"))).await;
    refused(others, 400, "InvalidTargetBucketForLogging");
    assert_eq!(get().await, Some(logging("archive")));
    set(None).await.unwrap();
    assert_eq!(get().await, None);
}

fn site(rules: Vec<RoutingRule>) -> WebsiteConfiguration {
    let index = IndexDocument::builder().suffix("index.html");
    let error = ErrorDocument::builder().key("error.html");
    WebsiteConfiguration::builder()
        .index_document(index.build().unwrap())
        .error_document(error.build().unwrap())
        .set_routing_rules((!rules.is_empty()).then_some(rules))
        .build()
}

fn rule(change: impl FnOnce(RedirectBuilder) -> Redirect) -> RoutingRule {
    let condition = aws_sdk_s3::types::Condition::builder().key_prefix_equals("old/");
    RoutingRule::builder()
        .condition(condition.build())
        .redirect(change(Redirect::builder()))
        .build()
}

#[tokio::test]
async fn a_web_site_is_kept_as_it_was_set() {
    let served = Served::new().await;
    let s3 = served.client();
    let get = || s3.get_bucket_website().bucket(BUCKET).send();
    refused(get().await, 404, "NoSuchWebsiteConfiguration");
    let set = |site: WebsiteConfiguration| {
        let set = s3.put_bucket_website().bucket(BUCKET);
        set.website_configuration(site).send()
    };
    let moved = rule(|redirect| {
        let redirect = redirect.replace_key_prefix_with("new/");
        redirect
            .http_redirect_code("302")
            .protocol(Protocol::Https)
            .build()
    });
    set(site(vec![moved.clone()])).await.unwrap();
    let got = get().await.unwrap();
    assert_eq!(
        got.index_document().map(IndexDocument::suffix),
        Some("index.html")
    );
    assert_eq!(
        got.error_document().map(ErrorDocument::key),
        Some("error.html")
    );
    assert_eq!(got.routing_rules(), [moved]);
    let all = RedirectAllRequestsTo::builder().host_name("example.org");
    let all = all.protocol(Protocol::Http).build().unwrap();
    let redirects = WebsiteConfiguration::builder().redirect_all_requests_to(all.clone());
    set(redirects.build()).await.unwrap();
    let got = get().await.unwrap();
    assert_eq!(got.redirect_all_requests_to(), Some(&all));
    assert_eq!(got.index_document(), None);
    let delete = Raw::new(&served, "DELETE", "/photos?website").signed();
    assert_eq!(delete.send(&served).await.status, 204);
    refused(get().await, 404, "NoSuchWebsiteConfiguration");
}

#[tokio::test]
async fn a_web_site_that_cannot_be_is_refused() {
    let served = Served::new().await;
    let s3 = served.client();
    let index = |suffix: &str| {
        let index = IndexDocument::builder().suffix(suffix).build().unwrap();
        WebsiteConfiguration::builder()
            .index_document(index)
            .build()
    };
    let all = RedirectAllRequestsTo::builder().host_name("example.org");
    let all = all.build().unwrap();
    let mut both = site(Vec::new());
    both.redirect_all_requests_to = Some(all);
    let redirect = |code: &'static str| rule(|r| r.http_redirect_code(code).build());
    let twice = rule(|r| r.replace_key_with("a").replace_key_prefix_with("b").build());
    let scheme = rule(|r| r.protocol(Protocol::from("gopher")).build());
    let nothing = rule(RedirectBuilder::build);
    for (site, code) in [
        (WebsiteConfiguration::builder().build(), "InvalidArgument"),
        (index(""), "InvalidArgument"),
        (index("a/b"), "InvalidArgument"),
        (both, "InvalidRequest"),
        (site(vec![redirect("300")]), "InvalidRequest"),
        (site(vec![redirect("200")]), "InvalidRequest"),
        (site(vec![twice]), "InvalidRequest"),
        (site(vec![scheme]), "InvalidRequest"),
        (site(vec![nothing]), "MalformedXML"),
        (site(vec![redirect("302"); 51]), "InvalidRequest"),
    ] {
        let set = s3.put_bucket_website().bucket(BUCKET);
        let set = set.website_configuration(site.clone()).send().await;
        assert!(set.is_err(), "{site:?}");
        refused(set, 400, code);
    }
    let get = s3.get_bucket_website().bucket(BUCKET).send().await;
    refused(get, 404, "NoSuchWebsiteConfiguration");
}

#[tokio::test]
async fn of_reports_there_are_none() {
    let served = Served::new().await;
    for name in ["inventory", "analytics", "metrics", "intelligent-tiering"] {
        let ask = |method, target: String| Raw::new(&served, method, &target).signed();
        let list = ask("GET", format!("/photos?{name}")).send(&served).await;
        assert_eq!(list.status, 200, "{name}: {list:?}");
        assert!(list.body.contains("<IsTruncated>false</IsTruncated>"));
        let one = format!("/photos?{name}&id=a");
        for method in ["GET", "DELETE"] {
            let answer = ask(method, one.clone()).send(&served).await;
            answer.is_error(404, "NoSuchConfiguration");
        }
        let put = Raw::new(&served, "PUT", &one).body("<A/>").signed();
        let put = put.send(&served).await;
        assert!(put.status == 400 || put.status == 501, "{name}: {put:?}");
        let nowhere = ask("GET", format!("/nowhere?{name}")).send(&served).await;
        nowhere.is_error(404, "NoSuchBucket");
    }
}
