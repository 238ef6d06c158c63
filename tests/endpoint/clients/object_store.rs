//! object_store: the crate by which Rust's data tools reach S3.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as TcpConnector;
use hyper_util::rt::TokioExecutor;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum, S3CopyIfNotExists};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    HttpResponse, HttpResponseBody, HttpService,
};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, ClientOptions, Error, GetOptions, GetRange, ObjectStore,
    ObjectStoreExt as _, PutMode, PutMultipartOptions, PutOptions, PutPayload, RetryConfig,
    UpdateVersion,
};
use stave_tests::files::bytes;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server, succeed};

use crate::client;

const PART: usize = 5 * 1024 * 1024;

/// The crate's own transport brings a TLS library that nothing else here needs: this one speaks HTTP alone.
#[derive(Debug)]
struct Plain;

impl HttpConnector for Plain {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Ok(HttpClient::new(PlainService(client)))
    }
}

#[derive(Debug)]
struct PlainService(Client<TcpConnector, HttpRequestBody>);

#[async_trait]
impl HttpService for PlainService {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.request(request).await;
        let answer = answer.map_err(|e| HttpError::new(HttpErrorKind::Connect, e))?;
        Ok(answer.map(|body| {
            HttpResponseBody::new(body.map_err(|e| HttpError::new(HttpErrorKind::Interrupted, e)))
        }))
    }
}

/// Makes a bucket and a store on it that tries nothing twice.
fn store(server: &Server, bucket: &str) -> Option<AmazonS3> {
    let maker = client("s5cmd")?;
    let mut make = server.command(&maker.to_string_lossy());
    let make = make.env("S3_ENDPOINT_URL", server.url());
    succeed(make.args(["mb", &format!("s3://{bucket}")]));
    let built = AmazonS3Builder::new()
        .with_endpoint(server.url())
        .with_bucket_name(bucket)
        .with_region("us-east-1")
        .with_access_key_id(ACCESS_KEY_ID)
        .with_secret_access_key(SECRET)
        .with_allow_http(true)
        .with_checksum_algorithm(Checksum::SHA256)
        .with_copy_if_not_exists(S3CopyIfNotExists::Multipart)
        .with_http_connector(Plain)
        .with_retry(RetryConfig {
            max_retries: 0,
            ..RetryConfig::default()
        })
        .build();
    Some(built.expect("a store"))
}

/// Returns the path that is this key: the other way of making one encodes it.
fn path(key: &str) -> Path {
    Path::parse(key).expect("a path")
}

async fn read(store: &AmazonS3, path: &Path) -> Bytes {
    let got = store.get(path).await.expect("an object");
    got.bytes().await.expect("its bytes")
}

#[tokio::test]
async fn object_store_writes_reads_and_describes() {
    let server = Server::start();
    let Some(store) = store(&server, "objects") else {
        return;
    };
    let path = path("a b+c/ü%/file.txt");
    let attributes = Attributes::from_iter([
        (Attribute::ContentType, "text/plain"),
        (Attribute::CacheControl, "no-store"),
        (Attribute::Metadata("colour".into()), "blue"),
    ]);
    let options = PutOptions {
        attributes: attributes.clone(),
        ..PutOptions::default()
    };
    let put = store
        .put_opts(&path, "hello world".into(), options)
        .await
        .expect("a put");
    let tag = "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"";
    assert_eq!(put.e_tag.as_deref(), Some(tag));
    let got = store.get(&path).await.expect("an object");
    assert_eq!(got.attributes, attributes);
    assert_eq!(got.meta.location, path);
    assert_eq!(got.meta.size, 11);
    assert_eq!(got.bytes().await.expect("its bytes"), "hello world");
    assert_eq!(store.head(&path).await.expect("a head").size, 11);

    let ranges = store.get_ranges(&path, &[0..1, 4..7, 10..11]).await;
    assert_eq!(ranges.expect("ranges"), ["h", "o w", "d"]);
    let options = GetOptions {
        range: Some(GetRange::Suffix(3)),
        ..GetOptions::default()
    };
    let got = store.get_opts(&path, options).await.expect("a suffix");
    assert_eq!(got.range, 8..11);
    assert_eq!(got.bytes().await.expect("its bytes"), "rld");
    let missing = store.get(&Path::from("missing")).await;
    assert!(
        matches!(missing, Err(Error::NotFound { .. })),
        "{missing:?}"
    );
    store.delete(&path).await.expect("a delete");
    let missing = store.head(&path).await;
    assert!(
        matches!(missing, Err(Error::NotFound { .. })),
        "{missing:?}"
    );
}

#[tokio::test]
async fn object_store_writes_on_conditions() {
    let server = Server::start();
    let Some(store) = store(&server, "conditions") else {
        return;
    };
    let path = Path::from("k");
    let put = |body: &'static str, mode: PutMode| store.put_opts(&path, body.into(), mode.into());
    let first = put("1", PutMode::Create).await.expect("a first write");
    let again = put("x", PutMode::Create).await;
    assert!(
        matches!(again, Err(Error::AlreadyExists { .. })),
        "{again:?}"
    );
    let seen = UpdateVersion {
        e_tag: first.e_tag.clone(),
        version: None,
    };
    put("2", PutMode::Update(seen.clone()))
        .await
        .expect("an update");
    let late = put("x", PutMode::Update(seen)).await;
    assert!(matches!(late, Err(Error::Precondition { .. })), "{late:?}");
    assert_eq!(read(&store, &path).await, "2");
    let options = GetOptions {
        if_match: first.e_tag,
        ..GetOptions::default()
    };
    let other = store.get_opts(&path, options).await;
    assert!(
        matches!(other, Err(Error::Precondition { .. })),
        "{other:?}"
    );
    let options = GetOptions {
        // The tag of "2".
        if_none_match: Some("\"c81e728d9d4c2f636f067f89cc14862c\"".into()),
        ..GetOptions::default()
    };
    let same = store.get_opts(&path, options).await;
    assert!(matches!(same, Err(Error::NotModified { .. })), "{same:?}");

    let copy = Path::from("copy");
    store.copy(&path, &copy).await.expect("a copy");
    assert_eq!(read(&store, &copy).await, "2");
    store
        .rename(&copy, &Path::from("moved"))
        .await
        .expect("a move");
    assert_eq!(read(&store, &Path::from("moved")).await, "2");
    let gone = store.head(&copy).await;
    assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
    // Made by a multipart copy whose completion has the condition.
    let taken = store.copy_if_not_exists(&path, &Path::from("moved")).await;
    assert!(
        matches!(taken, Err(Error::AlreadyExists { .. })),
        "{taken:?}"
    );
    let free = store.copy_if_not_exists(&path, &Path::from("free")).await;
    free.expect("a copy where nothing was");
    assert_eq!(read(&store, &Path::from("free")).await, "2");
}

#[tokio::test]
async fn object_store_uploads_in_parts() {
    let server = Server::start();
    let Some(store) = store(&server, "parts") else {
        return;
    };
    let content = Bytes::from(bytes(5, 2 * PART + 21));
    let path = Path::from("large");
    let attributes = Attributes::from_iter([(Attribute::ContentType, "application/x-large")]);
    let options = PutMultipartOptions {
        attributes: attributes.clone(),
        ..PutMultipartOptions::default()
    };
    let upload = store.put_multipart_opts(&path, options).await;
    let mut upload = upload.expect("an upload");
    let pieces = [0..PART, PART..2 * PART, 2 * PART..content.len()];
    let parts = pieces.map(|piece| upload.put_part(PutPayload::from(content.slice(piece))));
    futures::future::try_join_all(parts)
        .await
        .expect("the parts");
    let done = upload.complete().await.expect("a completion");
    assert!(done.e_tag.expect("a tag").ends_with("-3\""));
    let got = store.get(&path).await.expect("an object");
    assert_eq!(got.attributes, attributes);
    assert!(
        got.bytes().await.expect("its bytes") == content,
        "other bytes"
    );
    let across = store.get_range(&path, 5_242_870..5_242_890).await;
    assert_eq!(across.expect("a range"), content[5_242_870..5_242_890]);

    let gone = Path::from("gone");
    let mut upload = store.put_multipart(&gone).await.expect("an upload");
    upload.put_part("a part".into()).await.expect("a part");
    upload.abort().await.expect("an end");
    let missing = store.head(&gone).await;
    assert!(
        matches!(missing, Err(Error::NotFound { .. })),
        "{missing:?}"
    );
}

#[tokio::test]
async fn object_store_lists_and_deletes_many() {
    let server = Server::start();
    let Some(store) = store(&server, "many") else {
        return;
    };
    let store = Arc::new(store);
    let names: Vec<String> = (0..1_005)
        .map(|number| format!("many/{number:04}"))
        .collect();
    futures::stream::iter(names.clone())
        .map(|name| {
            let store = Arc::clone(&store);
            async move { store.put(&Path::from(name), PutPayload::new()).await }
        })
        .buffer_unordered(16)
        .try_collect::<Vec<_>>()
        .await
        .expect("the puts");
    let unusual = ["a b", "a+b", "é", "日本/🦀", "many deep/er"];
    for name in unusual {
        let put = store.put(&path(name), name.into()).await;
        put.expect("a put");
        assert_eq!(read(&store, &path(name)).await, name);
    }
    let below = Path::from("many");
    let listed: Vec<_> = store
        .list(Some(&below))
        .try_collect()
        .await
        .expect("a listing");
    let found: Vec<String> = listed
        .iter()
        .map(|meta| meta.location.to_string())
        .collect();
    assert_eq!(found, names);
    let after = store.list_with_offset(Some(&below), &Path::from("many/1002"));
    let after: Vec<_> = after.try_collect().await.expect("a listing");
    let after: Vec<&str> = after.iter().map(|meta| meta.location.as_ref()).collect();
    assert_eq!(after, ["many/1003", "many/1004"]);

    let top = store.list_with_delimiter(None).await.expect("a listing");
    let folders: Vec<&str> = top.common_prefixes.iter().map(AsRef::as_ref).collect();
    assert_eq!(folders, ["many", "many deep", "日本"]);
    let files: Vec<&str> = top
        .objects
        .iter()
        .map(|meta| meta.location.as_ref())
        .collect();
    assert_eq!(files, ["a b", "a+b", "é"]);

    let every = store.list(None).map_ok(|meta| meta.location).boxed();
    let deleted: Vec<_> = store
        .delete_stream(every)
        .try_collect()
        .await
        .expect("deletes");
    assert_eq!(deleted.len(), 1_010);
    let left: Vec<_> = store.list(None).try_collect().await.expect("a listing");
    assert_eq!(left, []);
}
