//! Uploads by HTML form: what a policy allows comes in, and nothing else.

use aws_sdk_s3::types::Tag;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stave_model::{BucketConfig, BucketName, CannedAcl, ObjectOwnership, UserName};
use stave_store::Store as _;
use stave_tests::server::{ACCESS_KEY_ID, SECRET as SERVER_SECRET, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::form::{END, Form, post_of};
use crate::kit::{ADMIN_KEY, BUCKET, SECRET, Served, read, refused};
use crate::raw::{Answer, Raw};

/// Posts a form and expects that it made the object `k`.
async fn taken(served: &Served, form: &Form) -> Answer {
    let answer = form.post(served).send(served).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    answer
}

/// Posts a form and expects a refusal that left nothing.
async fn is_refused(served: &Served, form: &Form, status: u16, code: &str) -> Answer {
    let answer = form.post(served).send(served).await;
    answer.is_error(status, code);
    let listed = served
        .client()
        .list_objects_v2()
        .bucket(BUCKET)
        .send()
        .await;
    assert_eq!(listed.unwrap().key_count(), Some(0), "{code}");
    answer
}

async fn stored(served: &Served, key: &str) -> Vec<u8> {
    let got = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key(key)
        .send()
        .await;
    read(got.unwrap().body).await
}

async fn legacy() -> Served {
    let served = Served::with(|options| options.legacy_form_signatures = true).await;
    let create = served.client().create_bucket().bucket(BUCKET);
    create.send().await.unwrap();
    served
}

#[tokio::test]
async fn a_signed_form_makes_an_object_with_all_that_it_says() {
    let served = Served::new().await;
    let tags = "<Tagging><TagSet><Tag><Key>place</Key><Value>sea</Value></Tag></TagSet></Tagging>";
    let form = Form::new()
        .allowed("acl", "private")
        .allowed("Content-Type", "image/png")
        .allowed("Cache-Control", "max-age=60")
        .allowed("Content-Disposition", "attachment")
        .allowed("x-amz-meta-place", "sea")
        .allowed("x-amz-storage-class", "STANDARD_IA")
        .allowed("x-amz-checksum-crc32", "NhCmhg==")
        .allowed("tagging", tags)
        .with("x-ignore-button", "Send")
        .signed();
    let answer = taken(&served, &form).await;
    assert_eq!(answer.body, "");
    // The MD5 of `hello`.
    let etag = "\"5d41402abc4b2a76b9719d911017c592\"";
    assert_eq!(answer.header("etag"), Some(etag));
    let location = format!("{}/photos/k", served.endpoint.url());
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(answer.header("x-amz-checksum-crc32"), Some("nhcmhg=="));
    assert_eq!(
        answer.header("x-amz-server-side-encryption"),
        Some("aes256")
    );
    assert_eq!(answer.header("x-amz-version-id"), None);
    let got = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(got.content_type(), Some("image/png"));
    assert_eq!(got.cache_control(), Some("max-age=60"));
    assert_eq!(got.content_disposition(), Some("attachment"));
    assert_eq!(got.metadata().unwrap()["place"], "sea");
    assert_eq!(got.storage_class().unwrap().as_str(), "STANDARD_IA");
    assert_eq!(read(got.body).await, b"hello");
    let tags = served
        .client()
        .get_object_tagging()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await;
    let place = Tag::builder().key("place").value("sea").build().unwrap();
    assert_eq!(tags.unwrap().tag_set(), [place]);
}

#[tokio::test]
async fn a_bucket_with_versions_tells_the_version() {
    let served = Served::new().await;
    let bucket = BucketName::parse(BUCKET).unwrap();
    let on = stave_model::Versioning::Enabled;
    served
        .store
        .put_bucket_versioning(&bucket, on)
        .await
        .unwrap();
    let first = taken(&served, &Form::new().signed()).await;
    let second = taken(&served, &Form::new().signed()).await;
    let id = |answer: &Answer| answer.header("x-amz-version-id").unwrap().to_owned();
    assert_ne!(id(&first), id(&second));
}

#[tokio::test]
async fn the_bucket_may_stand_in_the_host() {
    let served = Served::new().await;
    let host = format!("photos.s3.localhost:{}", served.endpoint.port());
    let post = post_of(&served, "/").replaced("host", &host);
    let answer = post.body(Form::new().signed().body()).send(&served).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let location = format!("http://{host}/k");
    assert_eq!(answer.header("location"), Some(location.as_str()));
}

#[tokio::test]
async fn success_is_told_as_the_form_asks() {
    let served = Served::new().await;
    for (asked, status) in [
        ("200", 200),
        ("201", 201),
        ("204", 204),
        ("404", 204),
        ("", 204),
    ] {
        let form = Form::new().allowed("success_action_status", asked).signed();
        let answer = form.post(&served).send(&served).await;
        assert_eq!(answer.status, status, "{asked:?}");
        assert_eq!(answer.body.is_empty(), status != 201, "{asked:?}");
    }
    let form = Form::new()
        .replaced("key", "a b/é&c")
        .allowed("success_action_status", "201")
        .signed();
    let answer = form.post(&served).send(&served).await;
    assert_eq!(answer.header("content-type"), Some("application/xml"));
    let url = served.endpoint.url();
    let document = format!(
        "<PostResponse><Location>{url}/photos/a%20b/%C3%A9%26c</Location><Bucket>photos</Bucket>\
         <Key>a b/é&amp;c</Key><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag>\
         </PostResponse>"
    );
    assert!(answer.body.ends_with(&document), "{}", answer.body);
}

#[tokio::test]
async fn success_may_lead_elsewhere() {
    let served = Served::new().await;
    let told = "bucket=photos&key=a%20b&etag=%225d41402abc4b2a76b9719d911017c592%22";
    for (asked, expected) in [
        (
            "http://app.example/done",
            Some(format!("http://app.example/done?{told}")),
        ),
        (
            "https://app.example/?a=1",
            Some(format!("https://app.example/?a=1&{told}")),
        ),
        ("javascript:alert(1)", None),
        ("/done", None),
        ("no url", None),
    ] {
        let form = Form::new()
            .replaced("key", "a b")
            .allowed("success_action_redirect", asked)
            .allowed("success_action_status", "200")
            .signed();
        let answer = form.post(&served).send(&served).await;
        match expected {
            Some(location) => {
                assert_eq!(answer.status, 303, "{asked}");
                assert_eq!(
                    answer.header("location"),
                    Some(location.to_lowercase().as_str())
                );
            }
            None => assert_eq!(answer.status, 200, "{asked}"),
        }
    }
}

#[tokio::test]
async fn the_name_of_the_file_stands_where_the_form_says() {
    let served = Served::new().await;
    for (file_name, expected) in [
        ("a.txt", "in/a.txt"),
        ("dir/b.txt", "in/b.txt"),
        ("C:\\dir\\c.txt", "in/c.txt"),
        ("é ü.txt", "in/é ü.txt"),
    ] {
        let mut form = Form::new()
            .replaced("key", "in/${filename}")
            .condition(json!(["starts-with", "$key", "in/"]))
            .signed();
        form.file_name = file_name.to_owned();
        taken(&served, &form).await;
        assert_eq!(stored(&served, expected).await, b"hello");
    }
    // A policy speaks of the whole key: the name of the file cannot lead out of it.
    let mut form = Form::new()
        .replaced("key", "${filename}")
        .condition(json!(["starts-with", "$key", "in/"]))
        .signed();
    form.file_name = "in/out.txt".to_owned();
    form.post(&served)
        .send(&served)
        .await
        .is_error(403, "AccessDenied");
}

/// A field, its value, a condition as the policy writes it, and whether the form comes in.
const CONDITIONS: [(&str, &str, &str, bool); 20] = [
    (META, "one", r#"{"x-amz-meta-a": "one"}"#, true),
    (META, "One", r#"{"x-amz-meta-a": "one"}"#, false),
    (META, "one", r#"["eq", "$x-amz-meta-a", "one"]"#, true),
    (META, "one ", r#"["eq", "$x-amz-meta-a", "one"]"#, false),
    (
        "X-Amz-Meta-A",
        "one",
        r#"["EQ", "$x-amz-META-a", "one"]"#,
        true,
    ),
    (
        META,
        "one",
        r#"["starts-with", "$x-amz-meta-a", "o"]"#,
        true,
    ),
    (META, "one", r#"["starts-with", "$x-amz-meta-a", ""]"#, true),
    (
        META,
        "one",
        r#"["starts-with", "$x-amz-meta-a", "n"]"#,
        false,
    ),
    (
        META,
        "one",
        r#"["Starts-With", "$X-Amz-Meta-A", "on"]"#,
        true,
    ),
    (
        META,
        "one",
        r#"["starts-with", "$x-amz-meta-b", ""]"#,
        false,
    ),
    (
        TYPE,
        "image/png",
        r#"["starts-with", "$Content-Type", "image/"]"#,
        true,
    ),
    (
        TYPE,
        "image/png,image/gif",
        r#"["starts-with", "$Content-Type", "image/"]"#,
        true,
    ),
    (
        TYPE,
        "image/png, text/html",
        r#"["starts-with", "$Content-Type", "image/"]"#,
        false,
    ),
    (
        TYPE,
        "image/a,b",
        r#"["eq", "$Content-Type", "image/a,b"]"#,
        true,
    ),
    (OWN, "one", r#"["content-length-range", 5, 5]"#, true),
    (OWN, "one", r#"["content-length-range", "0", "5"]"#, true),
    (OWN, "one", r#"{"bucket": "photos"}"#, true),
    (OWN, "one", r#"{"bucket": "others"}"#, false),
    (OWN, "one", r#"["starts-with", "$key", "k"]"#, true),
    ("submit", "Send", r#"["starts-with", "$key", "k"]"#, false),
];

const META: &str = "x-amz-meta-a";
const TYPE: &str = "Content-Type";
/// A field that no policy need name.
const OWN: &str = "x-ignore-a";

#[tokio::test]
async fn each_condition_lets_in_what_it_says() {
    let served = Served::new().await;
    for (name, value, condition, allowed) in CONDITIONS {
        let parsed: Value = serde_json::from_str(condition).unwrap();
        let form = Form::new().with(name, value).condition(parsed).signed();
        let answer = form.post(&served).send(&served).await;
        let status = if allowed { 204 } else { 403 };
        assert_eq!(
            answer.status, status,
            "{name}={value} {condition}: {answer:?}"
        );
        if !allowed {
            answer.is_error(403, "AccessDenied");
            let said = answer.body.contains("Invalid according to Policy: ");
            assert!(said, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_policy_may_escape_a_dollar_sign() {
    let served = Served::new().await;
    let form = Form::new()
        .replaced("key", "$k")
        .condition(json!(["eq", "$key", "ESCAPED"]));
    let form = form.signed_as_text(|text| text.replace("ESCAPED", "\\$k"));
    taken(&served, &form).await;
    assert_eq!(stored(&served, "$k").await, b"hello");
}

impl Form {
    /// Signs it, with the text of its policy changed first.
    fn signed_as_text(self, change: impl FnOnce(String) -> String) -> Self {
        let now = chrono::Utc::now();
        let day = now.format("%Y%m%d").to_string();
        let scope = format!("{ADMIN_KEY}/{day}/us-east-1/s3/aws4_request");
        let form = self
            .allowed("x-amz-algorithm", "AWS4-HMAC-SHA256")
            .allowed("x-amz-credential", &scope)
            .allowed("x-amz-date", &now.format("%Y%m%dT%H%M%SZ").to_string());
        let text = String::from_utf8(STANDARD.decode(form.policy()).unwrap()).unwrap();
        let policy = STANDARD.encode(change(text));
        form.signed_over(&policy, SECRET)
    }
}

#[tokio::test]
async fn what_a_policy_does_not_name_does_not_come_in() {
    let served = Served::new().await;
    for (name, value) in [
        ("acl", "private"),
        ("Content-Type", "text/html"),
        ("success_action_redirect", "http://evil.example/"),
        ("x-amz-meta-a", "one"),
        ("submit", "Send"),
    ] {
        let form = Form::new().with(name, value).signed();
        let answer = is_refused(&served, &form, 403, "AccessDenied").await;
        let said = format!("Extra input fields: {}", name.to_lowercase());
        assert!(answer.body.contains(&said), "{answer:?}");
    }
    let mut without_bucket = Form::new();
    without_bucket.conditions.remove(0);
    is_refused(&served, &without_bucket.signed(), 403, "AccessDenied").await;
    let elsewhere = Form::new().with("bucket", "others").signed();
    is_refused(&served, &elsewhere, 403, "AccessDenied").await;
}

#[tokio::test]
async fn a_policy_that_is_over_lets_nothing_in() {
    let served = Served::new().await;
    let mut form = Form::new();
    form.expiration = "2020-02-29T12:00:00.000Z".to_owned();
    let answer = is_refused(&served, &form.signed(), 403, "AccessDenied").await;
    assert!(
        answer
            .body
            .contains("Invalid according to Policy: Policy expired.")
    );
}

#[tokio::test]
async fn a_policy_that_is_none_is_refused() {
    let served = Served::new().await;
    let end = "\"expiration\": \"2100-01-01T00:00:00Z\"";
    let cases = [
        String::new(),
        "no json".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        format!("{{{end}}}"),
        format!("{{{end}, \"CONDITIONS\": []}}"),
        format!("{{{end}, \"conditions\": {{}}}}"),
        "{\"conditions\": []}".to_owned(),
        "{\"EXPIRATION\": \"2100-01-01T00:00:00Z\", \"conditions\": []}".to_owned(),
        "{\"expiration\": \"tomorrow\", \"conditions\": []}".to_owned(),
        "{\"expiration\": \"2100-01-01 00:00:00Z\", \"conditions\": []}".to_owned(),
        "{\"expiration\": \"2100-01-01T00:00:00+00:00\", \"conditions\": []}".to_owned(),
        "{\"expiration\": 4102444800, \"conditions\": []}".to_owned(),
    ];
    let conditions = [
        "{}",
        "{\"key\": \"k\", \"acl\": \"private\"}",
        "{\"key\": 1}",
        "[]",
        "\"key\"",
        "[\"eq\", \"$key\"]",
        "[\"eq\", \"key\", \"k\"]",
        "[\"eq\", \"$key\", 1]",
        "[\"ends-with\", \"$key\", \"k\"]",
        "[\"content-length-range\", 0]",
        "[\"content-length-range\", -1, 5]",
        "[\"content-length-range\", 0, \"five\"]",
        "[\"content-length-range\", 0, 1.5]",
    ];
    let conditions = conditions.map(|one| format!("{{{end}, \"conditions\": [{one}]}}"));
    for policy in cases.into_iter().chain(conditions) {
        let form = Form::new().signed_as_text(|_| policy.clone());
        let answer = form.post(&served).send(&served).await;
        assert_eq!(answer.status, 400, "{policy}: {answer:?}");
        answer.is_error(400, "InvalidPolicyDocument");
    }
    let form = Form::new().signed().replaced("policy", "***");
    let policy = "***";
    let form = form
        .without("policy")
        .without("x-amz-signature")
        .signed_over(policy, SECRET);
    is_refused(&served, &form, 400, "InvalidPolicyDocument").await;
}

#[tokio::test]
async fn a_form_is_signed_by_a_key_that_is_there_and_over_its_policy() {
    let served = Served::new().await;
    let unknown = Form::new().signed_with("NOBODYSKEY", SECRET);
    is_refused(&served, &unknown, 403, "InvalidAccessKeyId").await;
    let wrong = Form::new().signed_with(ADMIN_KEY, "another secret");
    is_refused(&served, &wrong, 403, "SignatureDoesNotMatch").await;
    let mut other = Form::new().signed();
    let mut more = other.clone();
    more.expiration = "2100-01-01T00:00:00Z".to_owned();
    other = other.replaced("policy", &more.policy());
    is_refused(&served, &other, 403, "SignatureDoesNotMatch").await;
    for name in [
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-signature",
        "policy",
    ] {
        let form = Form::new().signed().without(name);
        let answer = is_refused(&served, &form, 400, "InvalidArgument").await;
        let said = "Bucket POST must contain a field named '";
        assert!(answer.body.contains(said), "{answer:?}");
    }
    for (name, value) in [
        ("x-amz-algorithm", "AWS4-HMAC-SHA512"),
        ("x-amz-credential", "ADMINKEY"),
        (
            "x-amz-credential",
            "ADMINKEY/20200101/eu-west-1/s3/aws4_request",
        ),
        (
            "x-amz-credential",
            "ADMINKEY/20200101/us-east-1/ec2/aws4_request",
        ),
        ("x-amz-credential", "ADMINKEY/20200101/us-east-1/s3/aws4"),
        (
            "x-amz-credential",
            "ADMINKEY/2020/us-east-1/s3/aws4_request",
        ),
        ("x-amz-date", "20200101T000000Z"),
        ("x-amz-date", "yesterday"),
    ] {
        let form = Form::new().signed().replaced(name, value);
        is_refused(&served, &form, 400, "InvalidArgument").await;
    }
    let token = Form::new().allowed("x-amz-security-token", "t").signed();
    is_refused(&served, &token, 400, "InvalidToken").await;
}

#[tokio::test]
async fn forms_of_version_2_are_taken_where_the_setting_is() {
    let served = Served::new().await;
    let form = Form::new().signed_formerly(ADMIN_KEY, SECRET);
    let answer = is_refused(&served, &form, 400, "InvalidRequest").await;
    assert!(
        answer.body.contains("--legacy-form-signatures"),
        "{answer:?}"
    );
    let served = legacy().await;
    taken(&served, &form).await;
    assert_eq!(stored(&served, "k").await, b"hello");
    // And a form of today as before.
    taken(&served, &Form::new().signed()).await;
}

#[tokio::test]
async fn forms_of_version_2_are_verified_too() {
    let served = legacy().await;
    let unknown = Form::new().signed_formerly("NOBODYSKEY", SECRET);
    is_refused(&served, &unknown, 403, "InvalidAccessKeyId").await;
    let wrong = Form::new().signed_formerly(ADMIN_KEY, "another secret");
    is_refused(&served, &wrong, 403, "SignatureDoesNotMatch").await;
    for name in ["AWSAccessKeyId", "signature", "policy"] {
        let form = Form::new().signed_formerly(ADMIN_KEY, SECRET).without(name);
        is_refused(&served, &form, 400, "InvalidArgument").await;
    }
    let uncovered = Form::new()
        .with("acl", "private")
        .signed_formerly(ADMIN_KEY, SECRET);
    is_refused(&served, &uncovered, 403, "AccessDenied").await;
    let both = Form::new().signed().with("AWSAccessKeyId", ADMIN_KEY);
    is_refused(&served, &both, 400, "InvalidArgument").await;
    // The setting opens nothing but forms.
    let get = Raw::new(&served, "GET", "/photos").with("authorization", "AWS ADMINKEY:c2ln");
    get.send(&served).await.is_error(400, "InvalidRequest");
}

#[tokio::test]
async fn a_form_that_nobody_signed_needs_a_bucket_that_is_everyones() {
    let served = Served::new().await;
    is_refused(&served, &Form::new(), 403, "AccessDenied").await;
    let bucket = BucketName::parse(BUCKET).unwrap();
    let admin = UserName::parse("admin").unwrap();
    let acl = CannedAcl::PublicReadWrite.written_out(&admin, &admin);
    let set = served
        .store
        .put_bucket_config(&bucket, BucketConfig::Acl(acl))
        .await;
    set.unwrap();
    // Lists do not count where the bucket's owner owns everything.
    is_refused(&served, &Form::new(), 403, "AccessDenied").await;
    let lists = BucketConfig::Ownership(ObjectOwnership::ObjectWriter);
    served
        .store
        .put_bucket_config(&bucket, lists)
        .await
        .unwrap();
    taken(&served, &Form::new()).await;
    assert_eq!(stored(&served, "k").await, b"hello");
}

#[tokio::test]
async fn a_key_of_another_user_posts_where_its_user_may_write() {
    let served = Served::new().await;
    let bob = served.user("bob").await;
    let form = Form::new().signed_with("BOBKEY", SECRET);
    is_refused(&served, &form, 403, "AccessDenied").await;
    bob.create_bucket().bucket("bobs").send().await.unwrap();
    let mut form = Form::new();
    form.conditions[0] = json!({"bucket": "bobs"});
    let body = form.signed_with("BOBKEY", SECRET).body();
    let answer = post_of(&served, "/bobs").body(body).send(&served).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let missing = Form::new().signed().post(&served);
    let missing = Raw {
        target: "/nowhere".to_owned(),
        ..missing
    };
    // The policy is for `photos`, wherever the form is sent.
    missing.send(&served).await.is_error(403, "AccessDenied");
    let mut form = Form::new();
    form.conditions[0] = json!({"bucket": "nowhere"});
    let nowhere = post_of(&served, "/nowhere").body(form.signed().body());
    nowhere.send(&served).await.is_error(404, "NoSuchBucket");
}

#[tokio::test]
async fn a_page_of_another_site_posts_by_a_signed_policy_alone() {
    let served = Served::new().await;
    let bucket = BucketName::parse(BUCKET).unwrap();
    let admin = UserName::parse("admin").unwrap();
    let acl = CannedAcl::PublicReadWrite.written_out(&admin, &admin);
    let lists = BucketConfig::Ownership(ObjectOwnership::ObjectWriter);
    for config in [BucketConfig::Acl(acl), lists] {
        served
            .store
            .put_bucket_config(&bucket, config)
            .await
            .unwrap();
    }
    for (name, value) in [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let post = Form::new().post(&served).with(name, value);
        let answer = post.send(&served).await;
        answer.is_error(403, "AccessForbidden");
        let wrong = Form::new()
            .signed_with(ADMIN_KEY, "another secret")
            .post(&served);
        let answer = wrong.with(name, value).send(&served).await;
        answer.is_error(403, "SignatureDoesNotMatch");
    }
    let listed = served
        .client()
        .list_objects_v2()
        .bucket(BUCKET)
        .send()
        .await;
    assert_eq!(listed.unwrap().key_count(), Some(0));
    let post = Form::new()
        .signed()
        .post(&served)
        .with("origin", "http://app.example");
    let answer = post.send(&served).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    // It may write; what it is answered it may not read.
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        Some("same-origin")
    );
}

#[tokio::test]
async fn a_file_is_as_long_as_the_policy_says() {
    let served = Served::new().await;
    let ranged = |least: u64, most: u64| {
        let range = json!(["content-length-range", least, most]);
        Form::new().condition(range).signed()
    };
    let small = is_refused(&served, &ranged(6, 10), 400, "EntityTooSmall").await;
    assert!(
        small
            .body
            .contains("<ProposedSize>5</ProposedSize><MinSizeAllowed>6</MinSizeAllowed>")
    );
    let large = is_refused(&served, &ranged(0, 4), 400, "EntityTooLarge").await;
    assert!(large.body.contains("<MaxSizeAllowed>4</MaxSizeAllowed>"));
    let both = Form::new()
        .condition(json!(["content-length-range", 0, 10]))
        .condition(json!(["content-length-range", 6, 20]))
        .signed();
    is_refused(&served, &both, 400, "EntityTooSmall").await;
    let huge = ranged(0, 1_000_000).file(vec![b'x'; 1_000_001]);
    is_refused(&served, &huge, 400, "EntityTooLarge").await;
    taken(&served, &ranged(5, 5)).await;
    taken(&served, &ranged(0, 0).file("")).await;
    let exact = ranged(1_000_000, 1_000_000).file(vec![b'x'; 1_000_000]);
    taken(&served, &exact).await;
    assert_eq!(stored(&served, "k").await.len(), 1_000_000);
}

#[tokio::test]
async fn what_the_form_says_of_its_file_must_be_true() {
    let served = Served::new().await;
    let wrong = Form::new()
        .allowed("x-amz-checksum-crc32", "AAAAAA==")
        .signed();
    is_refused(&served, &wrong, 400, "BadDigest").await;
    let none = Form::new()
        .allowed("x-amz-checksum-sha256", "sailor")
        .signed();
    is_refused(&served, &none, 400, "InvalidRequest").await;
    let class = Form::new().allowed("x-amz-storage-class", "COLD").signed();
    is_refused(&served, &class, 400, "InvalidStorageClass").await;
    let tags = Form::new().allowed("tagging", "<Tagging>").signed();
    is_refused(&served, &tags, 400, "MalformedXML").await;
    let twice = "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag>\
                 <Tag><Key>a</Key><Value>2</Value></Tag></TagSet></Tagging>";
    let tags = Form::new().allowed("tagging", twice).signed();
    is_refused(&served, &tags, 400, "InvalidTag").await;
    let key = Form::new().replaced("key", &"k".repeat(1_025)).signed();
    is_refused(&served, &key, 400, "KeyTooLongError").await;
    let key = Form::new().replaced("key", "").signed();
    is_refused(&served, &key, 400, "InvalidArgument").await;
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let served = Served::new().await;
    let post = |content_type: &str, body: &[u8]| {
        Raw::new(&served, "POST", "/photos")
            .with("content-type", content_type)
            .body(body)
    };
    let typed = "multipart/form-data; boundary=boundary";
    let form = Form::new().signed();
    let text = String::from_utf8(form.body()).unwrap();
    let cases = [
        ("multipart/form-data", text.clone(), "MalformedPOSTRequest"),
        (
            "multipart/form-data; boundary=other",
            text.clone(),
            "MalformedPOSTRequest",
        ),
        (typed, String::new(), "MalformedPOSTRequest"),
        (
            typed,
            "--boundary\r\n\r\n\r\n--boundary--\r\n".to_owned(),
            "MalformedPOSTRequest",
        ),
        (
            typed,
            text.replace("form-data; name=\"key\"", "form-data"),
            "MalformedPOSTRequest",
        ),
        (
            typed,
            text.replace("\r\n--boundary--", ""),
            "MalformedPOSTRequest",
        ),
        (
            typed,
            text.replace("boundary--", "boundary"),
            "MalformedPOSTRequest",
        ),
        (
            typed,
            text.replace("name=\"file\"", "name=\"photo\""),
            "InvalidArgument",
        ),
        (typed, "--boundary--\r\n".to_owned(), "InvalidArgument"),
    ];
    for (content_type, body, code) in cases {
        let answer = post(content_type, body.as_bytes()).send(&served).await;
        assert_eq!(answer.status, 400, "{content_type} {body:?}: {answer:?}");
        answer.is_error(400, code);
    }
}

#[tokio::test]
async fn a_form_that_says_too_much_or_goes_elsewhere_is_refused() {
    let served = Served::new().await;
    let form = Form::new().signed();
    let long = Form::new().with("x-ignore-a", &"a".repeat(20_480)).signed();
    is_refused(&served, &long, 400, "MaxPostPreDataLengthExceededError").await;
    let twice = Form::new().with("KEY", "other").signed();
    is_refused(&served, &twice, 400, "InvalidArgument").await;
    is_refused(
        &served,
        &Form::new().without("key").signed(),
        400,
        "InvalidArgument",
    )
    .await;
    let two = form.post(&served).signed().send(&served).await;
    two.is_error(400, "InvalidArgument");
    let to_a_key = post_of(&served, "/photos/k").body(form.body());
    to_a_key
        .send(&served)
        .await
        .is_error(405, "MethodNotAllowed");
    let to_nothing = post_of(&served, "/").body(form.body());
    to_nothing
        .send(&served)
        .await
        .is_error(405, "MethodNotAllowed");
}

#[tokio::test]
async fn what_stands_behind_the_file_is_ignored() {
    let served = Served::new().await;
    let form = Form::new().signed();
    let after =
        b"\r\n--boundary\r\nContent-Disposition: form-data; name=\"acl\"\r\n\r\npublic-read";
    let body = [
        &form.beginning(),
        form.file.as_slice(),
        after,
        END,
        b"epilogue",
    ]
    .concat();
    let answer = post_of(&served, "/photos").body(body).send(&served).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    assert_eq!(stored(&served, "k").await, b"hello");
    let much = [
        &form.beginning(),
        form.file.as_slice(),
        END,
        b" ".repeat(30_000).as_slice(),
    ]
    .concat();
    let answer = post_of(&served, "/photos").body(much).send(&served).await;
    answer.is_error(400, "MaxPostPreDataLengthExceededError");
}

#[tokio::test]
async fn a_connection_goes_on_behind_a_form() {
    let served = Served::new().await;
    let mut post = Form::new().signed().post(&served);
    post.headers.retain(|(name, _)| name != "connection");
    let get = Raw::new(&served, "GET", "/photos/k").signed();
    let mut stream = TcpStream::connect(served.host()).await.unwrap();
    stream
        .write_all(&[post.bytes(), get.bytes()].concat())
        .await
        .unwrap();
    let mut answers = Vec::new();
    stream.read_to_end(&mut answers).await.unwrap();
    let answers = String::from_utf8(answers).unwrap();
    assert!(answers.starts_with("HTTP/1.1 204"), "{answers}");
    assert!(answers.contains("HTTP/1.1 200"), "{answers}");
    assert!(answers.ends_with("hello"), "{answers}");
}

/// The file is neither held in memory nor written to the disk in the clear.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_large_file_passes_through_a_small_memory() {
    const PIECES: usize = 64;
    let server = tokio::task::spawn_blocking(Server::start).await.unwrap();
    let host = server.url().strip_prefix("http://").unwrap().to_owned();
    let client = stave_tests::client::client(server.url(), ACCESS_KEY_ID, SERVER_SECRET);
    client
        .create_bucket()
        .bucket("photos")
        .send()
        .await
        .unwrap();
    let before = server.status_kib("VmRSS");
    let form = Form::new().signed_with(ACCESS_KEY_ID, SERVER_SECRET);
    let piece = b"a line that stands in the clear\n".repeat(32 * 1_024);
    let beginning = form.beginning();
    let length = beginning.len() + PIECES * piece.len() + END.len();
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let head = format!(
        "POST /photos HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n\
         content-type: multipart/form-data; boundary=boundary\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&beginning).await.unwrap();
    for _ in 0..PIECES {
        stream.write_all(&piece).await.unwrap();
    }
    stream.write_all(END).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    let grew = server.status_kib("VmHWM").saturating_sub(before);
    assert!(grew < 24 * 1_024, "grew by {grew} KiB for a file of 64 MiB");
    let head = client
        .head_object()
        .bucket("photos")
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_length(), Some(64 * 1_024 * 1_024));
}

#[tokio::test]
async fn a_post_that_is_no_form_is_told_what_a_bucket_takes() {
    let served = Served::new().await;
    let post = Raw::new(&served, "POST", "/photos").body("key=k").signed();
    let answer = post.send(&served).await;
    answer.is_error(412, "PreconditionFailed");
    let missing = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await;
    refused(missing, 404, "NoSuchKey");
}
