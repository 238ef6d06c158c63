//! More peers than there is room for, and slow ones among them: whoever asks for an object still gets it, and
//! what they took comes back when they go. The server is a process of its own, so that what it holds is its
//! own too.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::mutants::message::{Line, Message};
use crate::mutants::sign::Signer;

const SLOW: usize = 200;
const KEPT: usize = 500;
const REQUESTS: usize = 10_000;

/// How many of the kept connections are used at one time.
const WORKERS: usize = 10;

/// What a person waits for an object at most.
const PROMPT: Duration = Duration::from_secs(1);

/// The pace of a slow peer, and of a person.
const BEAT: Duration = Duration::from_millis(200);

/// How long everything together, and the way back to quiet, may take at most.
const PATIENCE: Duration = Duration::from_mins(2);

fn message(signer: &Signer, method: &str, target: &str, body: &[u8]) -> Message {
    let message = Message {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
        body: body.to_vec(),
    };
    signer.head(message, "UNSIGNED-PAYLOAD").0
}

/// Connects, sends the beginning of something and then a byte at a time, until the other side has enough;
/// again and again.
async fn crawl(host: String, beginning: Vec<u8>) {
    loop {
        let mut beat = tokio::time::interval(BEAT);
        let Ok(mut stream) = TcpStream::connect(&host).await else {
            beat.tick().await;
            continue;
        };
        let mut sent = stream.write_all(&beginning).await;
        while sent.is_ok() {
            beat.tick().await;
            // Whoever says nothing at all finds out only by reading that the other side is gone.
            sent = if beginning.is_empty() {
                match stream.try_read(&mut [0]) {
                    Ok(_) => break,
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(()),
                    Err(error) => Err(error),
                }
            } else {
                stream.write_all(b"x").await
            };
        }
    }
}

/// Slow in every place: before the head, within it, and within the body.
fn crawlers(signer: &Signer) -> JoinSet<()> {
    let mut body = message(signer, "PUT", "/photos/slow", b"").bytes();
    let length = b"content-length: 0\r\n\r\n";
    body.truncate(body.len() - length.len());
    body.extend_from_slice(b"content-length: 100000\r\n\r\n");
    let beginnings = [
        Vec::new(),
        b"GET /photos/k HTTP/1.1\r\nx-slow: ".to_vec(),
        body,
    ];
    let mut crawlers = JoinSet::new();
    for n in 0..SLOW {
        let beginning = beginnings[n % beginnings.len()].clone();
        crawlers.spawn(crawl(signer.host.clone(), beginning));
    }
    crawlers
}

/// Asks over many connections in turn, keeping each for the next time.
async fn keep_asking(host: String, get: Message, lines: usize, requests: usize) -> usize {
    let mut lines: Vec<Line> = (0..lines).map(|_| Line::new(&host)).collect();
    let mut served = 0;
    for n in 0..requests {
        let line = n % lines.len();
        let reply = lines[line].ask(&get).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        served += 1;
    }
    served
}

/// Gets an object as a person does: now and then, over a connection of its own, until the crowd has gone.
async fn get_now_and_then(host: String, get: Vec<u8>, gone: Arc<AtomicBool>) -> Vec<Duration> {
    let mut beat = tokio::time::interval(BEAT);
    let mut took = Vec::new();
    while !gone.load(Ordering::Relaxed) {
        beat.tick().await;
        let began = Instant::now();
        let mut stream = TcpStream::connect(&host).await.unwrap();
        stream.write_all(&get).await.unwrap();
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        took.push(began.elapsed());
    }
    took
}

/// How many descriptors a process holds.
fn descriptors(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .count()
}

/// Waits until a process holds no more descriptors than before.
async fn come_back(pid: u32, before: usize) {
    let mut beat = tokio::time::interval(BEAT);
    while descriptors(pid) > before {
        beat.tick().await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_does_not_keep_anyone_waiting() {
    let server = tokio::task::spawn_blocking(Server::start).await.unwrap();
    let host = server.url().strip_prefix("http://").unwrap().to_owned();
    let signer = Signer::new(&host, ACCESS_KEY_ID, SECRET);
    let get = message(&signer, "GET", "/photos/k", b"");
    {
        let mut line = Line::new(&host);
        for (target, body) in [("/photos", &b""[..]), ("/photos/k", b"hello")] {
            let put = message(&signer, "PUT", target, body);
            assert_eq!(line.ask(&put).await.status, 200);
        }
        assert_eq!(line.ask(&get).await.status, 200);
    }
    let (quiet, small) = (descriptors(server.pid()), server.status_kib("VmRSS"));

    let crawlers = crawlers(&signer);
    let mut asking = JoinSet::new();
    for _ in 0..WORKERS {
        let (lines, requests) = (KEPT / WORKERS, REQUESTS / WORKERS);
        asking.spawn(keep_asking(host.clone(), get.clone(), lines, requests));
    }
    let gone = Arc::new(AtomicBool::new(false));
    let now_and_then = get_now_and_then(host.clone(), get.bytes(), Arc::clone(&gone));
    let now_and_then = tokio::spawn(now_and_then);
    let crowd = async {
        let answered: usize = asking.join_all().await.into_iter().sum();
        gone.store(true, Ordering::Relaxed);
        (answered, now_and_then.await.unwrap())
    };
    let (answered, mut took) = tokio::time::timeout(PATIENCE, crowd).await.unwrap();
    let crowded = descriptors(server.pid());
    drop(crawlers);

    assert_eq!(answered, REQUESTS);
    took.sort();
    let middle = took[took.len() / 2];
    assert!(took.len() >= 5 && middle < PROMPT, "{took:?}");
    // 256 connections, and what the server holds without any.
    assert!(crowded <= quiet + 256 + 32, "{crowded}");
    let back = come_back(server.pid(), quiet);
    let back = tokio::time::timeout(PATIENCE, back).await;
    back.unwrap_or_else(|_| panic!("{} descriptors, not {quiet}", descriptors(server.pid())));
    let grew = server.status_kib("VmRSS").saturating_sub(small);
    assert!(grew < 64 * 1_024, "grew by {grew} KiB");
    println!("{took:?}, {crowded} descriptors and {quiet}, {grew} KiB more");
}
