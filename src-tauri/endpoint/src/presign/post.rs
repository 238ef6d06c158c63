//! Forms: a browser uploads by one what its policy allows, without a script and without a key.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use stave_model::{BucketName, ObjectKey, Timestamp};

use super::html::html_of;
use super::sign::Life;
use super::url::bucket_url;
use super::{PresignError, Signer};

/// What stands for the name of the file.
const FILE_NAME: &str = "${filename}";

/// Where a form writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostKey {
    /// To this key.
    Exactly(ObjectKey),
    /// To any key that begins so; the file's name follows.
    Below(String),
}

/// Which type a form's file has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostType {
    /// This one.
    Exactly(String),
    /// Any that begins so, such as `image/`.
    Beginning(String),
}

/// A form that writes objects.
#[derive(Debug, Clone)]
pub struct PresignPost {
    /// The bucket.
    pub bucket: BucketName,
    /// Where it writes.
    pub key: PostKey,
    /// How long it lives, in whole seconds.
    pub expires: Duration,
    /// Which type; `None` leaves none.
    pub content_type: Option<PostType>,
    /// How many bytes; `None` takes what S3 takes.
    pub size: Option<RangeInclusive<u64>>,
    /// The status of success: 200, 201 or 204.
    pub success_status: Option<u16>,
}

impl PresignPost {
    /// Makes a form that takes any file.
    pub fn new(bucket: BucketName, key: PostKey, expires: Duration) -> Self {
        Self {
            bucket,
            key,
            expires,
            content_type: None,
            size: None,
            success_status: None,
        }
    }
}

/// A field that the sender fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenField {
    /// Its name.
    pub name: String,
    /// What its value begins with.
    pub beginning: String,
}

/// A form, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostForm {
    /// Where it goes.
    pub url: String,
    /// Its fields, which stand before the file. Whoever has them may send it.
    pub fields: Vec<(String, String)>,
    /// Fields that the sender adds, before the file too.
    pub open: Vec<OpenField>,
    /// The form as a piece of a page.
    pub html: String,
    /// Its exact end.
    pub expires_at: Timestamp,
}

/// Makes a form that writes objects.
pub fn presign_post(
    post: &PresignPost,
    signer: &Signer,
    now: Timestamp,
) -> Result<PostForm, PresignError> {
    let life = Life::of(post.expires, now)?;
    let mut draft = Draft::of(post)?;
    draft.sign(signer, &life);
    let url = bucket_url(signer, &post.bucket)?;
    let Draft { fields, open, .. } = draft;
    Ok(PostForm {
        html: html_of(&url, &fields, &open),
        url,
        fields,
        open,
        expires_at: life.end(),
    })
}

/// The fields of a form and what its policy says of them.
struct Draft {
    fields: Vec<(String, String)>,
    open: Vec<OpenField>,
    conditions: Vec<Value>,
}

impl Draft {
    fn of(post: &PresignPost) -> Result<Self, PresignError> {
        let mut draft = Self {
            fields: Vec::new(),
            open: Vec::new(),
            conditions: vec![json!({"bucket": post.bucket.as_str()})],
        };
        match &post.key {
            PostKey::Exactly(key) => draft.fix("key", key.as_str()),
            PostKey::Below(prefix) => {
                let shortest = format!("{prefix}x");
                ObjectKey::parse(&shortest).map_err(|_| PresignError::Prefix(prefix.clone()))?;
                draft.add("key", &format!("{prefix}{FILE_NAME}"));
                draft.begins("key", prefix);
            }
        }
        match &post.content_type {
            None => {}
            Some(PostType::Exactly(exact)) => draft.fix("Content-Type", exact),
            Some(PostType::Beginning(beginning)) => {
                draft.begins("Content-Type", beginning);
                draft.open.push(OpenField {
                    name: "Content-Type".to_owned(),
                    beginning: beginning.clone(),
                });
            }
        }
        if let Some(status) = post.success_status {
            draft.fix("success_action_status", &status.to_string());
        }
        if let Some(size) = &post.size {
            let (least, most) = (*size.start(), *size.end());
            if least > most {
                return Err(PresignError::Size { least, most });
            }
            let range = json!(["content-length-range", least, most]);
            draft.conditions.push(range);
        }
        Ok(draft)
    }

    fn add(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// Adds a field that must say just this.
    fn fix(&mut self, name: &str, value: &str) {
        self.add(name, value);
        self.conditions.push(json!({name: value}));
    }

    fn begins(&mut self, name: &str, beginning: &str) {
        let field = format!("${name}");
        self.conditions
            .push(json!(["starts-with", field, beginning]));
    }

    fn sign(&mut self, signer: &Signer, life: &Life) {
        let moment = SystemTime::UNIX_EPOCH + life.from;
        let at = DateTime::<Utc>::from(moment);
        let day = at.format("%Y%m%d");
        let id = signer.access_key_id.as_str();
        let scope = format!("{id}/{day}/{}/s3/aws4_request", signer.region);
        self.fix("x-amz-algorithm", "AWS4-HMAC-SHA256");
        self.fix("x-amz-credential", &scope);
        self.fix("x-amz-date", &at.format("%Y%m%dT%H%M%SZ").to_string());
        if let Some(token) = &signer.session_token {
            self.fix("x-amz-security-token", token.expose_secret());
        }
        let end = DateTime::<Utc>::from(moment + life.length);
        let policy = json!({
            "expiration": end.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "conditions": self.conditions,
        });
        let policy = STANDARD.encode(policy.to_string());
        let secret = signer.secret_access_key.expose_secret();
        let key = generate_signing_key(secret, moment, &signer.region, "s3");
        let signature = calculate_signature(key, policy.as_bytes());
        self.add("policy", &policy);
        self.add("x-amz-signature", &signature);
    }
}
