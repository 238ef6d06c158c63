//! Changes to a request that is right, each of which makes it another one. What a signature does not cover
//! (a header that nobody signed, the host of a form) and what means the same (spaces at the end of a value,
//! another order of parameters) is no change.

use super::message::Message;
use super::sign::{Chunk, Trailer, body_of};
use super::valid::{Inner, Valid, form_of};

/// The fields of a form, in their order.
type Fields = Vec<(String, String)>;

/// A request that must be refused, and what was changed.
pub struct Mutant {
    pub what: String,
    pub message: Message,
}

/// Collects the mutants of one request.
struct Mutants<'v> {
    valid: &'v Valid,
    all: Vec<Mutant>,
}

/// Returns every mutant of a request; `other_key` is the id of a key of somebody else.
pub fn mutants(valid: &Valid, other_key: &str) -> Vec<Mutant> {
    let all = Vec::new();
    let mut mutants = Mutants { valid, all };
    mutants.methods();
    mutants.paths();
    match &valid.inner {
        Inner::Form(fields, file) => mutants.form(fields, file, other_key),
        Inner::Whole => {
            mutants.head(other_key);
            mutants.payload();
        }
        Inner::Open => mutants.head(other_key),
        Inner::Chunks(chunks, None) => {
            mutants.authorization(other_key);
            mutants.chunks(chunks, None);
        }
        Inner::Chunks(chunks, Some(trailer)) => {
            mutants.headers();
            mutants.chunks(chunks, Some(trailer));
            mutants.trailer(chunks, trailer);
        }
    }
    // What a change leaves as it is was none.
    mutants.all.retain(|mutant| mutant.message != valid.message);
    mutants.all
}

impl Mutants<'_> {
    fn add(&mut self, what: impl Into<String>, change: impl FnOnce(&mut Message)) {
        let mut message = self.valid.message.clone();
        change(&mut message);
        let what = what.into();
        self.all.push(Mutant { what, message });
    }

    fn target(&mut self, what: &str, target: String) {
        self.add(format!("{what}: {target}"), |message| {
            message.target = target;
        });
    }

    fn methods(&mut self) {
        for method in ["GET", "HEAD", "PUT", "POST", "DELETE"] {
            self.add(format!("method {method}"), |message| {
                method.clone_into(&mut message.method);
            });
        }
    }

    fn paths(&mut self) {
        let (path, query) = split(&self.valid.message.target);
        // The last slash may stand behind a bucket or not; a form goes to the bucket either way.
        for at in 1..path.len() {
            let (before, rest) = path.split_at(at);
            let (letter, after) = rest.split_at(1);
            if letter == "/" {
                continue;
            }
            let other = next(letter);
            // Each place in one of three ways.
            let path = match at % 3 {
                0 => format!("{before}{other}{after}"),
                1 => format!("{before}{after}"),
                _ => format!("{before}{other}{letter}{after}"),
            };
            self.target("path", format!("{path}{query}"));
        }
        for end in ["x", "/x", "%00", "%2F.."] {
            self.target("path", format!("{path}{end}{query}"));
        }
    }

    /// Changes what a head signs, be it in `Authorization` or in the query.
    fn head(&mut self, other_key: &str) {
        self.parameters();
        self.headers();
        if self.valid.message.header("authorization").is_empty() {
            self.link(other_key);
        } else {
            self.authorization(other_key);
        }
    }

    fn parameters(&mut self) {
        let (path, query) = split(&self.valid.message.target);
        let pairs: Vec<&str> = query.split(['?', '&']).filter(|p| !p.is_empty()).collect();
        let write = |pairs: &[String]| match pairs {
            [] => path.to_owned(),
            pairs => format!("{path}?{}", pairs.join("&")),
        };
        let owned: Vec<String> = pairs.iter().map(|p| (*p).to_owned()).collect();
        for (at, pair) in pairs.iter().enumerate() {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let mut replace = |other: String| {
                let mut pairs = owned.clone();
                pairs[at] = other;
                self.target("parameter", write(&pairs));
            };
            replace(format!("{name}={value}1"));
            replace(format!("{name}=1{value}"));
            replace(format!("{name}x={value}"));
            replace(format!("x{name}={value}"));
            replace(format!("{pair}&{name}=1{value}"));
            if let Some(shorter) = value.get(1..) {
                replace(format!("{name}={shorter}"));
            }
            let mut pairs = owned.clone();
            pairs.remove(at);
            self.target("without a parameter", write(&pairs));
        }
        for further in [
            "versionId=null",
            "acl",
            "prefix=x",
            "x-id=GetObject",
            "response-content-type=text%2Fhtml",
        ] {
            let mut pairs = owned.clone();
            pairs.push(further.to_owned());
            self.target("further parameter", write(&pairs));
        }
    }

    fn headers(&mut self) {
        let headers = self.valid.message.headers.clone();
        for (name, value) in headers.iter().filter(|(name, _)| name != "authorization") {
            for at in [0, value.len() / 2, value.len() - 1] {
                let other = replaced(value, at);
                self.add(format!("{name}: {other}"), |message| {
                    message.set(name, &other);
                });
            }
            self.add(format!("{name}: more"), |message| {
                message.set(name, &format!("{value}1"));
            });
            self.add(format!("without {name}"), |message| {
                message.headers.retain(|(n, _)| n != name);
            });
            if name != "x-amz-meta-unused" {
                self.add(format!("{name} twice"), |message| {
                    message.headers.push((name.clone(), value.clone()));
                });
            }
        }
        let port = self
            .valid
            .message
            .header("host")
            .rsplit(':')
            .next()
            .unwrap()
            .to_owned();
        for host in ["localhost", "s3.localhost", "[::1]", "evil.example"] {
            self.add(format!("host {host}"), |message| {
                message.set("host", &format!("{host}:{port}"));
            });
        }
        for (name, value) in [
            ("x-amz-meta-evil", "1"),
            ("x-amz-acl", "public-read"),
            ("x-amz-tagging", "a=b"),
            ("x-amz-copy-source", "/photos/there"),
            ("x-amz-website-redirect-location", "http://evil.example/"),
            ("x-amz-security-token", "token"),
        ] {
            self.add(format!("further header {name}"), |message| {
                message.headers.push((name.to_owned(), value.to_owned()));
            });
        }
        let stamp = self.valid.message.header("x-amz-date").to_owned();
        if !stamp.is_empty() {
            for at in [3, 7, 10, 12, 14] {
                let other = replaced(&stamp, at);
                self.add(format!("x-amz-date {other}"), |message| {
                    message.set("x-amz-date", &other);
                });
            }
            for form in ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", ""] {
                self.add(format!("payload {form}"), |message| {
                    message.set("x-amz-content-sha256", form);
                });
            }
        }
    }

    fn authorization(&mut self, other_key: &str) {
        let value = self.valid.message.header("authorization").to_owned();
        let mut with = |what: &str, other: String| {
            self.add(format!("{what}: {other}"), |message| {
                message.set("authorization", &other);
            });
        };
        let (before, signature) = value.rsplit_once('=').unwrap();
        for at in (0..signature.len()).step_by(2) {
            with("signature", format!("{before}={}", flipped(signature, at)));
        }
        with("no signature", format!("{before}="));
        with("half a signature", format!("{before}={}", &signature[..32]));
        for (what, part, other) in scope_changes(other_key) {
            with(what, value.replacen(part, &other, 1));
        }
        with("another algorithm", value.replacen("HMAC", "ECDSA", 1));
        with("without host", value.replacen("host;", "", 1));
        with(
            "one name more",
            value.replacen("SignedHeaders=", "SignedHeaders=accept;", 1),
        );
        with("version 2", "AWS ADMINKEY:c2lnbmF0dXJl".to_owned());
        self.add("without authorization", |message| {
            message.headers.retain(|(name, _)| name != "authorization");
        });
    }

    fn link(&mut self, other_key: &str) {
        let target = self.valid.message.target.clone();
        let (before, signature) = target.rsplit_once('=').unwrap();
        for at in (0..signature.len()).step_by(2) {
            self.target("signature", format!("{before}={}", flipped(signature, at)));
        }
        for (what, part, other) in scope_changes(other_key) {
            let part = part.replace('/', "%2F");
            let other = other.replace('/', "%2F");
            self.target(what, target.replacen(&part, &other, 1));
        }
        for (part, other) in [
            ("X-Amz-Expires=600", "X-Amz-Expires=6000"),
            ("X-Amz-Expires=600", "X-Amz-Expires=604800"),
            ("X-Amz-Expires=600", "X-Amz-Expires=604801"),
            ("X-Amz-Expires=600", "X-Amz-Expires=0"),
            ("X-Amz-Expires=600", "X-Amz-Expires=-1"),
            ("HMAC-SHA256", "ECDSA-P256-SHA256"),
            ("X-Amz-Signature", "x-amz-signature"),
            ("X-Amz-Signature", "Signature"),
            ("SignedHeaders=", "SignedHeaders=accept%3B"),
            ("?", "?AWSAccessKeyId=ADMINKEY&"),
        ] {
            self.target("link", target.replacen(part, other, 1));
        }
    }

    fn payload(&mut self) {
        let body = self.valid.message.body.clone();
        for at in 0..body.len() {
            self.add(format!("byte {at} of the body"), |message| {
                message.body[at] ^= 1;
            });
        }
        for at in [0, 1, body.len() / 2, body.len() - 1] {
            self.add(format!("body cut at {at}"), |message| {
                message.body.truncate(at);
            });
        }
        self.add("body longer", |message| message.body.push(b'x'));
        self.add("body twice", |message| {
            message.body.extend_from_slice(&body);
        });
    }

    fn with_chunks(
        &mut self,
        what: impl Into<String>,
        trailer: Option<&Trailer>,
        chunks: &[Chunk],
        change: impl FnOnce(&mut Vec<Chunk>),
    ) {
        let mut chunks = chunks.to_vec();
        change(&mut chunks);
        self.add(what, |message| message.body = body_of(&chunks, trailer));
    }

    fn chunks(&mut self, chunks: &[Chunk], trailer: Option<&Trailer>) {
        for n in 0..chunks.len() {
            self.chunk(n, chunks, trailer);
        }
        self.all_chunks(chunks, trailer);
    }

    /// Changes one chunk.
    fn chunk(&mut self, n: usize, chunks: &[Chunk], trailer: Option<&Trailer>) {
        let chunk = &chunks[n];
        for at in (0..chunk.signature.len()).step_by(8) {
            let signature = flipped(&chunk.signature, at);
            let what = format!("signature of chunk {n}");
            self.with_chunks(what, trailer, chunks, |chunks| {
                chunks[n].signature = signature;
            });
        }
        for at in [0, 1, chunk.data.len() / 2, chunk.data.len().wrapping_sub(1)] {
            if at < chunk.data.len() {
                let what = format!("byte {at} of chunk {n}");
                self.with_chunks(what, trailer, chunks, |chunks| {
                    chunks[n].data[at] ^= 1;
                });
            }
        }
        self.sizes(n, chunks, trailer);
        self.with_chunks(format!("without chunk {n}"), trailer, chunks, |chunks| {
            chunks.remove(n);
        });
        self.with_chunks(format!("chunk {n} twice"), trailer, chunks, |chunks| {
            chunks.insert(n, chunks[n].clone());
        });
        let what = format!("chunk {n} without a signature");
        self.with_chunks(what, trailer, chunks, |chunks| {
            chunks[n].signature.clear();
        });
    }

    /// Changes how the chunks stand to one another.
    fn all_chunks(&mut self, chunks: &[Chunk], trailer: Option<&Trailer>) {
        self.with_chunks("chunks in another order", trailer, chunks, |chunks| {
            chunks.swap(0, 1);
        });
        self.with_chunks("signatures in another order", trailer, chunks, |chunks| {
            let first = std::mem::take(&mut chunks[0].signature);
            chunks[0].signature = std::mem::replace(&mut chunks[1].signature, first);
        });
        self.with_chunks("the last chunk first", trailer, chunks, |chunks| {
            chunks.rotate_right(1);
        });
        self.with_chunks("no chunk", trailer, chunks, Vec::clear);
        self.with_chunks("two chunks in one", trailer, chunks, |chunks| {
            let second = chunks.remove(1);
            chunks[0].data.extend(second.data);
            chunks[0].size = format!("{:x}", chunks[0].data.len());
        });
        self.add("not in chunks", |message| {
            message.body = chunks.iter().flat_map(|chunk| chunk.data.clone()).collect();
        });
        for cut in [1, 3, 20, 70] {
            self.add(format!("cut by {cut}"), |message| {
                let length = message.body.len() - cut;
                message.body.truncate(length);
            });
        }
    }

    fn sizes(&mut self, n: usize, chunks: &[Chunk], trailer: Option<&Trailer>) {
        let length = chunks[n].data.len();
        let mut sizes = vec![
            format!("{:x}", length + 1),
            "-1".to_owned(),
            "zz".to_owned(),
        ];
        if length > 0 {
            sizes.extend([format!("{:x}", length - 1), "0".to_owned(), String::new()]);
        }
        for size in sizes {
            self.with_chunks(
                format!("size {size} of chunk {n}"),
                trailer,
                chunks,
                |chunks| {
                    chunks[n].size = size;
                },
            );
        }
    }

    fn trailer(&mut self, chunks: &[Chunk], trailer: &Trailer) {
        let mut with = |what: &str, change: &dyn Fn(&mut Trailer)| {
            let mut other = trailer.clone();
            change(&mut other);
            self.with_chunks(what, Some(&other), chunks, |_| {});
        };
        for at in (0..64).step_by(4) {
            with("signature of the trailer", &|trailer| {
                trailer.signature = flipped(&trailer.signature, at);
            });
        }
        for at in 0..trailer.value.len() {
            with("value of the trailer", &|trailer| {
                trailer.value = replaced(&trailer.value, at);
            });
        }
        with("name of the trailer", &|trailer| {
            "x-amz-checksum-sha1".clone_into(&mut trailer.name);
        });
        with("no signature of the trailer", &|trailer| {
            trailer.signature.clear();
        });
        with("no value of the trailer", &|trailer| trailer.value.clear());
        self.add("without the trailer", |message| {
            message.body = body_of(chunks, None);
        });
    }

    fn form(&mut self, fields: &[(String, String)], file: &[u8], other_key: &str) {
        let mut with = |what: String, change: &dyn Fn(&mut Fields)| {
            let mut fields = fields.to_vec();
            change(&mut fields);
            self.add(what, |message| message.body = form_of(&fields, file));
        };
        for (n, (name, value)) in fields.iter().enumerate() {
            let places: Vec<usize> = match name.as_str() {
                "x-amz-signature" => (0..value.len()).step_by(2).collect(),
                "policy" => (0..value.len()).step_by(37).collect(),
                _ => (0..value.len()).step_by(7).collect(),
            };
            for at in places {
                let other = match name.as_str() {
                    "x-amz-signature" => flipped(value, at),
                    _ => replaced(value, at),
                };
                with(format!("{name} {other}"), &|fields| {
                    fields[n].1.clone_from(&other);
                });
            }
            with(format!("{name} longer"), &|fields| fields[n].1.push('x'));
            with(format!("{name} empty"), &|fields| fields[n].1.clear());
            with(format!("without {name}"), &|fields| {
                fields.remove(n);
            });
        }
        for (what, part, other) in scope_changes(other_key) {
            with(what.to_owned(), &|fields| {
                for (name, value) in fields {
                    if name == "x-amz-credential" {
                        *value = value.replacen(part, &other, 1);
                    }
                }
            });
        }
        for (name, value) in [
            ("key", "smuggled"),
            ("acl", "public-read"),
            ("tagging", "<Tagging><TagSet/></Tagging>"),
            ("x-amz-meta-evil", "1"),
            ("content-disposition", "inline"),
            ("success_action_redirect", "http://evil.example/"),
            ("x-amz-website-redirect-location", "http://evil.example/"),
            ("x-amz-storage-class", "GLACIER"),
            ("x-amz-security-token", "token"),
            ("signature", "c2lnbmF0dXJl"),
        ] {
            with(format!("further {name}"), &|fields| {
                fields.insert(0, (name.to_owned(), value.to_owned()));
            });
        }
        self.file(fields, file);
    }

    fn file(&mut self, fields: &[(String, String)], file: &[u8]) {
        let mut files: Vec<Vec<u8>> = (0..file.len())
            .map(|at| {
                let mut other = file.to_vec();
                other[at] ^= 1;
                other
            })
            .collect();
        files.push(Vec::new());
        files.push(file[1..].to_vec());
        files.push([file, b"x"].concat());
        files.push(file.repeat(20));
        for other in files {
            self.add("file", |message| message.body = form_of(fields, &other));
        }
    }
}

/// Changes to who signs for what. Each part stands once.
fn scope_changes(other_key: &str) -> [(&'static str, &'static str, String); 8] {
    [
        ("another's key", "ADMINKEY", other_key.to_owned()),
        ("no key", "ADMINKEY", "NOSUCHKEY".to_owned()),
        ("key in lower case", "ADMINKEY", "adminkey".to_owned()),
        ("another region", "/us-east-1/", "/eu-west-1/".to_owned()),
        ("another service", "/s3/", "/sts/".to_owned()),
        ("another end", "/aws4_request", "/aws5_request".to_owned()),
        ("another day", "/20", "/19".to_owned()),
        ("a part more", "/s3/", "/s3/s3/".to_owned()),
    ]
}

fn split(target: &str) -> (&str, &str) {
    target.split_at(target.find('?').unwrap_or(target.len()))
}

/// Returns another letter or digit than the one given.
fn next(letter: &str) -> &'static str {
    if letter == "q" { "w" } else { "q" }
}

/// Puts another character at one place.
fn replaced(text: &str, at: usize) -> String {
    let other = match &text[at..=at] {
        digit if digit.chars().all(|c| c.is_ascii_digit() && c != '9') => "9",
        letter => next(letter),
    };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

/// Turns the lowest bit of one hex digit.
fn flipped(hex: &str, at: usize) -> String {
    let digit = u8::from_str_radix(&hex[at..=at], 16).unwrap() ^ 1;
    format!("{}{digit:x}{}", &hex[..at], &hex[at + 1..])
}
