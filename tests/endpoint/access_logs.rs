//! Requests of a bucket with logging become lines in another bucket, in S3's format and without what signs.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::builders::LoggingEnabledBuilder;
use aws_sdk_s3::types::{
    BucketLoggingStatus, LoggingEnabled, PartitionDateSource, PartitionedPrefix,
    TargetObjectKeyFormat,
};
use stave_endpoint::presign::{PresignGet, Signer, UrlStyle, presign_get};
use stave_model::{AccessKeyId, BucketName, Clock as _, ObjectKey, SystemClock};
use stave_store::{GetObject, ListObjects, ObjectRef, Store as _, read_to_end};

use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served, refused};
use crate::raw::Raw;

/// The bucket that receives logs.
const LOGS: &str = "logs";

/// Serves `photos`, whose log goes to `logs`.
async fn logging(change: impl FnOnce(LoggingEnabledBuilder) -> LoggingEnabledBuilder) -> Served {
    let served = Served::new().await;
    let s3 = served.client();
    s3.create_bucket().bucket(LOGS).send().await.unwrap();
    log_to(&s3, change(LoggingEnabled::builder().target_prefix("of/"))).await;
    served
}

async fn log_to(s3: &Client, enabled: LoggingEnabledBuilder) {
    let enabled = enabled.target_bucket(LOGS).build().unwrap();
    let status = BucketLoggingStatus::builder().logging_enabled(enabled);
    let set = s3.put_bucket_logging().bucket(BUCKET);
    let set = set.bucket_logging_status(status.build());
    set.send().await.unwrap();
}

fn partitioned(by: PartitionDateSource) -> TargetObjectKeyFormat {
    let partitioned = PartitionedPrefix::builder().partition_date_source(by);
    TargetObjectKeyFormat::builder()
        .partitioned_prefix(partitioned.build())
        .build()
}

/// Returns what lies in a bucket, as keys and texts, read from the store itself.
async fn contents(served: &Served, bucket: &str) -> Vec<(String, String)> {
    let bucket = BucketName::parse(bucket).unwrap();
    let list = ListObjects {
        bucket: bucket.clone(),
        prefix: String::new(),
        delimiter: String::new(),
        after: None,
        max_keys: 1_000,
    };
    let page = served.store.list_objects(list).await.unwrap();
    let mut contents = Vec::new();
    for version in page.objects {
        let object = ObjectRef {
            bucket: bucket.clone(),
            key: version.key.clone(),
            version: None,
        };
        let got = served.store.get_object(GetObject::whole(object)).await;
        let got = got.unwrap();
        assert_eq!(
            got.version.headers.content_type.as_deref(),
            Some("text/plain")
        );
        let text = read_to_end(got.body, 1_024 * 1_024).await.unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        contents.push((version.key.as_str().to_owned(), text));
    }
    contents
}

/// Stops the endpoint, and returns the lines that it delivered.
async fn delivered(served: &Served) -> Vec<Vec<String>> {
    served.endpoint.shutdown().await;
    let logs = contents(served, LOGS).await;
    logs.iter()
        .flat_map(|(_, text)| text.lines().map(fields))
        .collect()
}

/// Splits a line as its readers do: at spaces, but not within quotes or brackets.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut until = None;
    for c in line.chars() {
        let field = fields.last_mut().unwrap();
        match (c, until) {
            (' ', None) => fields.push(String::new()),
            ('"', None) => until = Some('"'),
            ('[', None) => until = Some(']'),
            (c, Some(end)) if c == end => until = None,
            (c, _) => field.push(c),
        }
    }
    fields
}

/// Finds the line of an operation.
#[track_caller]
fn line<'l>(lines: &'l [Vec<String>], operation: &str) -> &'l [String] {
    let found = lines.iter().find(|fields| fields[6] == operation);
    let found = found.unwrap_or_else(|| panic!("no {operation} in {lines:?}"));
    assert_eq!(found.len(), 26, "{found:?}");
    found
}

/// Sends the requests whose lines the first test reads.
async fn use_bucket(s3: &Client) {
    let body = ByteStream::from_static(b"hello world");
    let put = s3.put_object().bucket(BUCKET).key("a b/ü.txt").body(body);
    put.send().await.unwrap();
    let get = s3.get_object().bucket(BUCKET).key("a b/ü.txt");
    let got = get.range("bytes=0-4").send().await.unwrap();
    assert_eq!(crate::kit::read(got.body).await, b"hello");
    s3.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    let head = s3.head_object().bucket(BUCKET).key("nothing").send().await;
    assert!(head.is_err());
    let delete = s3.delete_object().bucket(BUCKET).key("a b/ü.txt");
    delete.version_id("null").send().await.unwrap();
}

#[tokio::test]
async fn each_request_of_the_bucket_is_a_line() {
    let served = logging(|enabled| enabled).await;
    let host = served.host();
    use_bucket(&served.client()).await;
    let lines = delivered(&served).await;
    let put = line(&lines, "REST.PUT.OBJECT");
    assert_eq!(put[..2], ["admin", "photos"]);
    assert_eq!(put[2].len(), "06/Feb/2019:00:00:38 +0000".len());
    assert_eq!(put[3..5], ["127.0.0.1", "admin"]);
    assert_eq!(put[5].len(), 16);
    assert_eq!(put[7], "a%2520b/%25C3%25BC.txt");
    let request = "PUT /photos/a%20b/%C3%BC.txt?x-id=PutObject HTTP/1.1";
    assert_eq!(put[8..13], [request, "200", "-", "-", "11"]);
    assert_eq!(put[15], "-");
    assert!(put[16].starts_with("aws-sdk-rust/"), "{}", put[16]);
    assert_eq!(put[18].len(), 64);
    assert_eq!(
        put[19..],
        ["SigV4", "-", "AuthHeader", &host, "-", "-", "-"]
    );

    let get = line(&lines, "REST.GET.OBJECT");
    assert_eq!(get[9..13], ["206", "-", "5", "11"]);
    assert!(get[13].parse::<u64>().is_ok() && get[14].parse::<u64>().is_ok());
    let list = line(&lines, "REST.GET.BUCKET");
    assert_eq!((list[7].as_str(), list[9].as_str()), ("-", "200"));
    let head = line(&lines, "REST.HEAD.OBJECT");
    assert_eq!(head[9..13], ["404", "NoSuchKey", "-", "-"]);
    let delete = line(&lines, "REST.DELETE.OBJECT");
    assert_eq!((delete[9].as_str(), delete[17].as_str()), ("204", "null"));
}

#[tokio::test]
async fn a_refused_request_is_a_line_with_its_code() {
    let served = logging(|enabled| enabled).await;
    let get = served.client().get_object().bucket(BUCKET).key("nothing");
    refused(get.send().await, 404, "NoSuchKey");
    let unsigned = Raw::new(&served, "DELETE", "/photos/k").send(&served).await;
    unsigned.is_error(403, "AccessDenied");
    let lines = delivered(&served).await;
    let get = line(&lines, "REST.GET.OBJECT");
    assert_eq!(get[9..11], ["404", "NoSuchKey"]);
    let delete = line(&lines, "REST.DELETE.OBJECT");
    assert_eq!(delete[4], "-");
    assert_eq!(delete[9..11], ["403", "AccessDenied"]);
    assert_eq!(delete[19..22], ["-", "-", "-"]);
    let id = unsigned.header("x-amz-request-id").unwrap();
    assert_eq!(delete[5].to_ascii_lowercase(), id);
}

#[tokio::test]
async fn a_link_is_logged_without_what_signs_it() {
    let served = logging(|enabled| enabled).await;
    let put = Raw::new(&served, "PUT", "/photos/k").body("hello").signed();
    put.send(&served).await;
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
    let link = presign_get(&get, &signer, SystemClock.now()).unwrap().url;
    let (_, signature) = link.split_once("X-Amz-Signature=").unwrap();
    let signature = signature.split('&').next().unwrap();
    let target = link.replace(&served.endpoint.url(), "");
    // A page that a link opened names that link where it asks for more.
    let follow = Raw::new(&served, "GET", &target).with("referer", &link);
    assert_eq!(follow.send(&served).await.status, 200);
    let lines = delivered(&served).await;
    let get = line(&lines, "REST.GET.OBJECT");
    assert_eq!(get[21], "QueryString");
    assert_eq!(get[4], "admin");
    for field in [&get[8], &get[15]] {
        assert!(field.contains("X-Amz-Signature=REDACTED"), "{field}");
        assert!(field.contains("X-Amz-Credential=REDACTED"), "{field}");
        assert!(field.contains("X-Amz-Expires=60"), "{field}");
    }
    for (_, text) in contents(&served, LOGS).await {
        assert!(
            !text.contains(signature) && !text.contains(ADMIN_KEY),
            "{text}"
        );
    }
}

#[tokio::test]
async fn no_client_breaks_a_line() {
    let served = logging(|enabled| enabled).await;
    let agent = "a\" 200 - \"\t\u{85}\u{2028}b";
    let get = Raw::new(&served, "GET", "/photos/k").with("user-agent", agent);
    get.with("referer", "[\"").send(&served).await;
    let lines = delivered(&served).await;
    let get = line(&lines, "REST.GET.OBJECT");
    assert_eq!(get[15..17], ["[%22", "a%22 200 - %22%09%C2%85%E2%80%A8b"]);
}

#[tokio::test]
async fn logs_are_written_while_the_endpoint_runs() {
    let often = |options: &mut stave_endpoint::EndpointOptions| {
        options.limits.access_log_interval = Duration::from_millis(20);
    };
    let served = Served::with(often).await;
    let s3 = served.client();
    for bucket in [BUCKET, LOGS] {
        s3.create_bucket().bucket(bucket).send().await.unwrap();
    }
    log_to(&s3, LoggingEnabled::builder().target_prefix("")).await;
    let arrives = async {
        while contents(&served, LOGS).await.is_empty() {
            s3.list_objects_v2().bucket(BUCKET).send().await.unwrap();
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), arrives).await;
    assert!(in_time.is_ok());
}

#[tokio::test]
async fn a_bucket_without_logging_leaves_nothing() {
    let served = Served::new().await;
    let s3 = served.client();
    s3.create_bucket().bucket(LOGS).send().await.unwrap();
    use_bucket(&s3).await;
    assert_eq!(delivered(&served).await, Vec::<Vec<String>>::new());
    assert_eq!(contents(&served, BUCKET).await, []);
}

/// Returns the only key that was delivered, with each digit as 9 and each letter of its end as A.
async fn pattern_of_key(served: &Served) -> String {
    served.endpoint.shutdown().await;
    let logs = contents(served, LOGS).await;
    assert_eq!(logs.len(), 1, "{logs:?}");
    let (start, end) = logs[0].0.rsplit_once('-').unwrap();
    let start = start.replace(|c: char| c.is_ascii_digit(), "9");
    let end = end.replace(|c: char| "0123456789ABCDEF".contains(c), "A");
    format!("{start}-{end}")
}

#[tokio::test]
async fn a_simple_key_is_prefix_time_and_chance() {
    let served = logging(|enabled| enabled).await;
    use_bucket(&served.client()).await;
    let key = pattern_of_key(&served).await;
    assert_eq!(key, "of/9999-99-99-99-99-99-AAAAAAAAAAAAAAAA");
}

#[tokio::test]
async fn a_partitioned_key_has_folders() {
    let format = partitioned(PartitionDateSource::DeliveryTime);
    let served = logging(|enabled| enabled.target_object_key_format(format)).await;
    use_bucket(&served.client()).await;
    let key = pattern_of_key(&served).await;
    assert_eq!(
        key,
        "of/admin/us-east-9/photos/9999/99/99/9999-99-99-99-99-99-AAAAAAAAAAAAAAAA"
    );

    let format = partitioned(PartitionDateSource::EventTime);
    let served = logging(|enabled| enabled.target_object_key_format(format)).await;
    use_bucket(&served.client()).await;
    served.endpoint.shutdown().await;
    // Two objects where midnight passed meanwhile.
    for (key, _) in contents(&served, LOGS).await {
        assert!(key.starts_with("of/admin/us-east-1/photos/20"), "{key}");
        assert!(key.contains("-00-00-00-"), "{key}");
    }
}

#[tokio::test]
async fn a_target_that_is_gone_or_anothers_harms_nothing() {
    let served = logging(|enabled| enabled).await;
    let s3 = served.client();
    s3.delete_bucket().bucket(LOGS).send().await.unwrap();
    use_bucket(&s3).await;
    let bob = served.user("bob").await;
    bob.create_bucket().bucket(LOGS).send().await.unwrap();
    use_bucket(&s3).await;
    assert_eq!(delivered(&served).await, Vec::<Vec<String>>::new());
}

#[tokio::test]
async fn a_stop_survives_a_target_that_is_gone() {
    let served = logging(|enabled| enabled).await;
    let s3 = served.client();
    use_bucket(&s3).await;
    s3.delete_bucket().bucket(LOGS).send().await.unwrap();
    served.endpoint.shutdown().await;
    assert_eq!(contents(&served, BUCKET).await, []);
}

#[tokio::test]
async fn a_bucket_has_no_line_of_the_one_before_it() {
    let served = Served::new().await;
    let s3 = served.client();
    s3.create_bucket().bucket(LOGS).send().await.unwrap();
    use_bucket(&s3).await;
    s3.delete_bucket().bucket(BUCKET).send().await.unwrap();
    s3.create_bucket().bucket(BUCKET).send().await.unwrap();
    log_to(&s3, LoggingEnabled::builder().target_prefix("")).await;
    let lines = delivered(&served).await;
    line(&lines, "REST.PUT.LOGGING_STATUS");
    assert!(lines.iter().all(|line| line[6] != "REST.PUT.OBJECT"));
}
