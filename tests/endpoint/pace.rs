//! Peers that are slow, stop, expect, or have nothing more to say.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::primitives::ByteStream;
use aws_sigv4::http_request::SignableBody;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::kit::{BUCKET, Served, bytes, refused};
use crate::raw::{Answer, Raw, read_all};

/// Short enough to wait for, long enough for a busy machine.
const SHORT: Duration = Duration::from_millis(300);

async fn connect(served: &Served) -> TcpStream {
    TcpStream::connect(served.host()).await.unwrap()
}

/// Reads one answer's head and as much of its body as its length tells; the connection stays open.
async fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4_096];
        let read = stream.read(&mut chunk).await.unwrap();
        assert_ne!(read, 0, "closed after {}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&chunk[..read]);
        if !bytes.windows(4).any(|w| w == b"\r\n\r\n") {
            continue;
        }
        let answer = Answer::parse(&bytes);
        let length = answer.header("content-length").and_then(|l| l.parse().ok());
        if answer.status == 100 || answer.body.len() >= length.unwrap_or(0) {
            return answer;
        }
    }
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let served = Served::with(|options| options.limits.head_time = SHORT).await;
    let mut slow = connect(&served).await;
    slow.write_all(b"GET /photos HTTP/1.1\r\nHost:")
        .await
        .unwrap();
    assert!(read_all(&mut slow).await.is_empty());
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let served = Served::with(|options| options.limits.idle_time = SHORT).await;
    let mut silent = connect(&served).await;
    let closed = read_all(&mut silent).await;
    assert!(!String::from_utf8_lossy(&closed).contains("200"));
}

#[tokio::test]
async fn an_idle_connection_waits_longer_than_a_head_may_take() {
    let served = Served::with(|options| {
        options.limits.head_time = SHORT;
        options.limits.idle_time = SHORT * 20;
    })
    .await;
    let mut stream = connect(&served).await;
    let mut request = Raw::new(&served, "GET", "/photos");
    request.headers.retain(|(name, _)| name != "connection");
    let request = request.signed().bytes();
    stream.write_all(&request).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.status, 404);
    let mut byte = [0];
    let quiet = tokio::time::timeout(SHORT * 3, stream.peek(&mut byte)).await;
    assert!(quiet.is_err(), "closed, or said something");
    stream.write_all(&request).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.status, 404);
}

#[tokio::test]
async fn a_body_that_stands_still_is_given_up() {
    let served = Served::with(|options| options.limits.idle_time = SHORT).await;
    served
        .client()
        .create_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    let put = Raw::new(&served, "PUT", "/photos/k").with("content-length", "10");
    let mut put = put.signed_over(&SignableBody::UnsignedPayload, SystemTime::now());
    put.body = b"hello".to_vec();
    put.send(&served).await.is_error(400, "RequestTimeout");
    let get = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await;
    refused(get, 404, "NoSuchKey");
}

#[tokio::test]
async fn a_body_that_drips_is_given_up() {
    let served = Served::with(|options| options.limits.idle_time = SHORT).await;
    served
        .client()
        .create_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    let put = Raw::new(&served, "PUT", "/photos/k").with("content-length", "1000000");
    let put = put.signed_over(&SignableBody::UnsignedPayload, SystemTime::now());
    let mut stream = connect(&served).await;
    stream.write_all(&put.bytes()).await.unwrap();
    let (mut from, mut to) = stream.split();
    let mut tick = tokio::time::interval(SHORT / 6);
    let drip = async {
        // Ends when the other side has closed.
        while to.write_all(b"x").await.is_ok() {
            tick.tick().await;
        }
    };
    let answer = async {
        let mut answer = vec![0; 4_096];
        let read = from.read(&mut answer).await.unwrap();
        answer.truncate(read);
        Answer::parse(&answer)
    };
    let answer = tokio::select! {
        answer = answer => answer,
        () = drip => panic!("closed without an answer"),
    };
    answer.is_error(400, "RequestTimeout");
}

#[tokio::test]
async fn a_sender_that_goes_away_leaves_nothing() {
    let served = Served::new().await;
    let put = Raw::new(&served, "PUT", "/photos/k").with("content-length", "100000");
    let mut put = put.signed_over(&SignableBody::UnsignedPayload, SystemTime::now());
    put.body = bytes(50_000);
    let mut stream = connect(&served).await;
    stream.write_all(&put.bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    read_all(&mut stream).await;
    let get = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await;
    refused(get, 404, "NoSuchKey");
}

/// A PUT that asks whether it may send its body.
fn expecting(served: &Served, target: &str) -> Raw {
    let put = Raw::new(served, "PUT", target)
        .with("expect", "100-continue")
        .with("content-length", "5");
    let mut put = put.signed_over(&SignableBody::UnsignedPayload, SystemTime::now());
    put.headers.retain(|(name, _)| name != "connection");
    put
}

#[tokio::test]
async fn a_body_is_asked_for_before_it_is_read() {
    let served = Served::new().await;
    let mut stream = connect(&served).await;
    stream
        .write_all(&expecting(&served, "/photos/k").bytes())
        .await
        .unwrap();
    assert_eq!(read_answer(&mut stream).await.status, 100);
    stream.write_all(b"hello").await.unwrap();
    assert_eq!(read_answer(&mut stream).await.status, 200);
    let got = served
        .client()
        .get_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(got.content_length(), Some(5));
}

#[tokio::test]
async fn a_refusal_does_not_ask_for_the_body() {
    let served = Served::new().await;
    let mut missing = connect(&served).await;
    missing
        .write_all(&expecting(&served, "/missing/k").bytes())
        .await
        .unwrap();
    let answer = read_answer(&mut missing).await;
    answer.is_error(404, "NoSuchBucket");
    assert_eq!(answer.header("connection"), Some("close"));
    let upload = "/photos/k?partNumber=1&uploadId=missing";
    let mut missing = connect(&served).await;
    missing
        .write_all(&expecting(&served, upload).bytes())
        .await
        .unwrap();
    read_answer(&mut missing)
        .await
        .is_error(404, "NoSuchUpload");
    served
        .client()
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .send()
        .await
        .unwrap();
    let head = Raw::new(&served, "PUT", "/photos/k").with("if-none-match", "*");
    let head = head
        .with("expect", "100-continue")
        .with("content-length", "5");
    let head = head.signed_over(&SignableBody::UnsignedPayload, SystemTime::now());
    let mut present = connect(&served).await;
    present.write_all(&head.bytes()).await.unwrap();
    read_answer(&mut present)
        .await
        .is_error(412, "PreconditionFailed");
    let mut anonymous = expecting(&served, "/photos/k");
    anonymous
        .headers
        .retain(|(name, _)| name != "authorization");
    let mut stream = connect(&served).await;
    stream.write_all(&anonymous.bytes()).await.unwrap();
    read_answer(&mut stream).await.is_error(403, "AccessDenied");
}

/// hyper asks for no body where there is none, and the AWS CLI would wait for the question on the next request.
#[tokio::test]
async fn an_empty_body_that_waits_to_be_asked_ends_the_connection() {
    let served = Served::new().await;
    let put = Raw::new(&served, "PUT", "/photos/empty")
        .with("expect", "100-continue")
        .with("content-length", "0");
    let mut put = put.signed_over(&SignableBody::UnsignedPayload, SystemTime::now());
    put.headers.retain(|(name, _)| name != "connection");
    let mut stream = connect(&served).await;
    stream.write_all(&put.bytes()).await.unwrap();
    let answer = Answer::parse(&read_all(&mut stream).await);
    assert_eq!(
        (answer.status, answer.header("connection")),
        (200, Some("close"))
    );
}

#[tokio::test]
async fn a_refused_sender_gets_to_read_why() {
    let served = Served::new().await;
    let mut put = Raw::new(&served, "PUT", "/missing/k").body(bytes(20_000_000));
    put = put.signed_over(&SignableBody::UnsignedPayload, SystemTime::now());
    let mut stream = connect(&served).await;
    // All of it is sent before anything is read: a reset would lose the answer.
    stream.write_all(&put.bytes()).await.unwrap();
    let answer = Answer::parse(&read_all(&mut stream).await);
    answer.is_error(404, "NoSuchBucket");
    assert_eq!(answer.header("connection"), Some("close"));
}

#[tokio::test]
async fn more_requests_than_there_is_room_for_wait() {
    let served = Served::with(|options| options.limits.connections = 2).await;
    let create = served.client().create_bucket().bucket(BUCKET);
    create.send().await.unwrap();
    // Busy: each is asked for its body, and does not send it.
    let mut busy = Vec::new();
    for target in ["/photos/a", "/photos/b"] {
        let mut stream = connect(&served).await;
        let put = expecting(&served, target).bytes();
        stream.write_all(&put).await.unwrap();
        assert_eq!(read_answer(&mut stream).await.status, 100);
        busy.push(stream);
    }
    let waiting = Raw::new(&served, "GET", "/photos").signed();
    let waiting = waiting.send(&served);
    tokio::pin!(waiting);
    let early = tokio::time::timeout(SHORT, waiting.as_mut()).await;
    assert!(early.is_err(), "answered without room");
    busy.pop();
    assert_eq!(waiting.await.status, 200);
}

#[tokio::test]
async fn an_idle_connection_makes_room_for_a_new_one() {
    let served = Served::with(|options| options.limits.connections = 2).await;
    let mut idle = Vec::new();
    for _ in 0..5 {
        let mut stream = connect(&served).await;
        let mut get = Raw::new(&served, "GET", "/photos");
        get.headers.retain(|(name, _)| name != "connection");
        let get = get.signed().bytes();
        stream.write_all(&get).await.unwrap();
        assert_eq!(read_answer(&mut stream).await.status, 404);
        idle.push(stream);
    }
    // The first gave way; the last is still open.
    assert!(read_all(&mut idle[0]).await.is_empty());
    let mut byte = [0];
    let open = tokio::time::timeout(SHORT, idle[4].peek(&mut byte)).await;
    assert!(open.is_err(), "closed, or said something");
}

#[tokio::test]
async fn a_shutdown_lets_requests_in_progress_end() {
    let served = Served::new().await;
    let body = bytes(3_000_000);
    let s3 = served.client();
    let put = s3
        .put_object()
        .bucket(BUCKET)
        .key("k")
        .body(body.clone().into());
    put.send().await.unwrap();
    let put = Raw::new(&served, "PUT", "/photos/l").with("content-length", "10");
    let put = put.signed_over(&SignableBody::UnsignedPayload, SystemTime::now());
    let mut stream = connect(&served).await;
    stream.write_all(&put.bytes()).await.unwrap();
    stream.write_all(b"hello").await.unwrap();
    let mut asked = connect(&served).await;
    asked
        .write_all(&expecting(&served, "/photos/m").bytes())
        .await
        .unwrap();
    // Asked for its body: so this request is in progress, and the one before it as well.
    assert_eq!(read_answer(&mut asked).await.status, 100);
    let shutdown = served.endpoint.shutdown();
    let finish = async {
        asked.write_all(b"hello").await.unwrap();
        assert_eq!(read_answer(&mut asked).await.status, 200);
        stream.write_all(b"world").await.unwrap();
        assert_eq!(read_answer(&mut stream).await.status, 200);
    };
    tokio::join!(shutdown, finish);
    assert!(TcpStream::connect(served.host()).await.is_err());
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let served = Served::with(|options| options.limits.shutdown_time = SHORT).await;
    served
        .client()
        .create_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    let put = Raw::new(&served, "PUT", "/photos/k").with("content-length", "10");
    let put = put.signed_over(&SignableBody::UnsignedPayload, SystemTime::now());
    let mut stream = connect(&served).await;
    stream.write_all(&put.bytes()).await.unwrap();
    served.endpoint.shutdown().await;
    // Cut off: closed without an answer, or reset.
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer).await;
    assert!(read.is_err() || answer.is_empty(), "{answer:?}");
}

#[tokio::test]
async fn many_answers_come_over_one_connection() {
    let served = Served::new().await;
    let put = served.client().put_object().bucket(BUCKET).key("k");
    put.body(ByteStream::from_static(b"hello"))
        .send()
        .await
        .unwrap();
    let mut stream = connect(&served).await;
    for _ in 0..20 {
        let mut get = Raw::new(&served, "GET", "/photos/k");
        get.headers.retain(|(name, _)| name != "connection");
        stream.write_all(&get.signed().bytes()).await.unwrap();
        let answer = read_answer(&mut stream).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "hello"));
    }
}
