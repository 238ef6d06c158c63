//! The vault that the matrix is asked of: who is in it, and what each may.

use aws_credential_types::Credentials;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use stave_model::{
    AccessKeyId, BucketConfig, BucketConfigKind, BucketName, IdentityKind, LinkAudience,
    LinkTarget, ObjectKey, PublicAccessBlock, UserName,
};
use stave_store::{
    CreateBucket, Identities as _, Links as _, NewIdentity, NewLink, NewSession,
    SessionCredentials, Store as _,
};

use super::operations::Operation;
use super::oracle::{Law, Who};
use crate::form::Form;
use crate::kit::{ADMIN_KEY, SECRET, Served};
use crate::raw::{Answer, Raw};

const DELETE: &str = "<Delete><Object><Key>gone</Key></Object></Delete>";

/// A vault with a bucket of ann's, an object and an upload in it.
pub struct World {
    pub served: Served,
    pub upload: String,
    link: Credentials,
    bounded: Option<Credentials>,
    away: Option<Credentials>,
    admin_away: Option<Credentials>,
    role: Credentials,
}

fn photos() -> BucketName {
    BucketName::parse("photos").unwrap()
}

fn user(name: &str) -> UserName {
    UserName::parse(name).unwrap()
}

fn identity_policy(statements: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn everything() -> Value {
    json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" })
}

impl World {
    pub async fn new() -> Self {
        let served = Served::empty().await;
        for name in ["ann", "nobody", "all", "exact", "other", "denied", "named"] {
            served.powerless(name).await;
        }
        let bucket = CreateBucket {
            bucket: photos(),
            owner: user("ann"),
            acl: None,
            ownership: None,
        };
        served.store.create_bucket(bucket).await.unwrap();
        let s3 = served.client();
        let put = s3.put_object().bucket("photos").key("k").send();
        put.await.unwrap();
        let begun = s3.create_multipart_upload().bucket("photos").key("parts");
        let upload = begun.send().await.unwrap().upload_id.unwrap();
        let role = NewIdentity {
            name: user("role"),
            kind: IdentityKind::Role,
            description: String::new(),
            trust: Some(
                r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#
                    .to_owned(),
            ),
            session_secs: None,
        };
        served.store.create_identity(role).await.unwrap();
        let all = identity_policy(&everything());
        served.allow("all", "all", &all).await;
        served.allow("role", "all", &all).await;
        let link = link(&served).await;
        let role = session(&served, "role", None).await;
        Self {
            served,
            upload,
            link,
            bounded: None,
            away: None,
            admin_away: None,
            role,
        }
    }

    /// Gives each user and session what they are to have for an operation.
    pub async fn prepare(&mut self, operation: &Operation) {
        let exactly = json!({ "Effect": "Allow", "Action": operation.actions, "Resource": "*" });
        let but = json!({ "Effect": "Allow", "NotAction": operation.actions, "Resource": "*" });
        let not = json!({ "Effect": "Deny", "Action": operation.actions, "Resource": "*" });
        let (exactly, but) = (identity_policy(&exactly), identity_policy(&but));
        let denied = identity_policy(&json!([everything(), not]));
        let served = &self.served;
        served.allow("exact", "p", &exactly).await;
        served.allow("other", "p", &but).await;
        served.allow("denied", "p", &denied).await;
        self.bounded = Some(session(served, "role", Some(exactly)).await);
        self.away = Some(session(served, "role", Some(but.clone())).await);
        self.admin_away = Some(session(served, "admin", Some(but)).await);
    }

    /// Sets what the bucket says of an operation.
    pub async fn rule(&self, law: Law, operation: &Operation) {
        let named = json!({ "AWS": "arn:aws:iam::000000000000:user/named" });
        let statement = |effect: &str, principal: &Value, condition: Value| {
            json!({
                "Effect": effect, "Principal": principal, "Action": operation.actions,
                "Resource": ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"], "Condition": condition,
            })
        };
        let from = |range: &str| json!({ "IpAddress": { "aws:SourceIp": range } });
        let everyone = json!("*");
        let statement = match law {
            Law::None => None,
            Law::Allow => Some(statement("Allow", &named, json!({}))),
            Law::Deny => Some(statement("Deny", &everyone, json!({}))),
            Law::IfHere => Some(statement("Allow", &named, from("127.0.0.0/8"))),
            Law::IfElsewhere => Some(statement("Allow", &named, from("10.0.0.0/8"))),
            Law::Public | Law::Blocked => Some(statement("Allow", &everyone, json!({}))),
        };
        let store = &self.served.store;
        let blocks = law != Law::Public;
        let block = PublicAccessBlock {
            block_acls: blocks,
            ignore_acls: blocks,
            block_policy: blocks,
            restrict_buckets: blocks,
        };
        let block = BucketConfig::PublicAccess(block);
        store.put_bucket_config(&photos(), block).await.unwrap();
        if let Some(statement) = statement {
            let policy = identity_policy(&statement);
            let policy = BucketConfig::Policy(policy);
            store.put_bucket_config(&photos(), policy).await.unwrap();
        } else {
            let kind = BucketConfigKind::Policy;
            store.delete_bucket_config(&photos(), kind).await.unwrap();
        }
    }

    fn credentials(&self, who: Who) -> Option<Credentials> {
        let stored = |id: &str| Some(Credentials::new(id, SECRET, None, None, "test"));
        match who {
            Who::Admin => stored(ADMIN_KEY),
            Who::Owner => stored("ANNKEY"),
            Who::Nobody => stored("NOBODYKEY"),
            Who::All => stored("ALLKEY"),
            Who::Exact => stored("EXACTKEY"),
            Who::Other => stored("OTHERKEY"),
            Who::Denied => stored("DENIEDKEY"),
            Who::Named => stored("NAMEDKEY"),
            Who::Role => Some(self.role.clone()),
            Who::Bounded => self.bounded.clone(),
            Who::Away => self.away.clone(),
            Who::AdminAway => self.admin_away.clone(),
            Who::Link => Some(self.link.clone()),
            Who::Anonymous => None,
        }
    }

    /// Asks, and returns whether it was let in.
    pub async fn is_let_in(&self, who: Who, operation: &Operation) -> Result<bool, String> {
        let credentials = self.credentials(who);
        let request = if operation.name == "PostObject" {
            self.form(credentials.as_ref())
        } else {
            let request = self.request(operation);
            match &credentials {
                Some(credentials) => request.signed_by(credentials),
                None => request,
            }
        };
        verdict(operation, &request.send(&self.served).await)
    }

    fn form(&self, credentials: Option<&Credentials>) -> Raw {
        let form = Form::new().replaced("key", "posted");
        let form = match credentials {
            None => form,
            Some(by) => {
                let form = match by.session_token() {
                    Some(token) => form.allowed("x-amz-security-token", token),
                    None => form,
                };
                form.signed_with(by.access_key_id(), by.secret_access_key())
            }
        };
        form.post(&self.served)
    }

    fn request(&self, operation: &Operation) -> Raw {
        let mut raw = Raw::new(&self.served, operation.method, &operation.target);
        if operation.name.contains("Copy") {
            raw = raw.with("x-amz-copy-source", "/photos/k");
        }
        if operation.name == "GetObjectAttributes" {
            raw = raw.with("x-amz-object-attributes", "ETag");
        }
        let body = match operation.name {
            "DeleteObjects" => DELETE,
            "CreateBucket" | "CopyObject" | "UploadPartCopy" | "CreateMultipartUpload" => "",
            _ => "<x/>",
        };
        if matches!(operation.name, "DeleteObjects" | "UpdateObjectEncryption") {
            let digest = STANDARD.encode(Sha256::digest(body));
            raw = raw.with("x-amz-checksum-sha256", &digest);
        }
        if matches!(operation.method, "PUT" | "POST") {
            raw = raw.body(body);
        }
        raw
    }
}

/// Tells a refusal from everything else that can be said of a request that was let in.
fn verdict(operation: &Operation, answer: &Answer) -> Result<bool, String> {
    let denies = answer.body.contains("<Code>AccessDenied</Code>");
    match answer.status {
        403 if denies || operation.method == "HEAD" => Ok(false),
        200 if operation.name == "DeleteObjects" => Ok(!denies),
        403 | 500.. if !answer.body.contains("<Code>NotImplemented</Code>") => {
            Err(format!("{} {}", answer.status, answer.body))
        }
        _ => Ok(true),
    }
}

async fn link(served: &Served) -> Credentials {
    let new = NewLink {
        user: user("admin"),
        title: String::new(),
        target: LinkTarget::Get {
            bucket: photos(),
            key: ObjectKey::parse("k").unwrap(),
            version: None,
        },
        audience: LinkAudience::Computer,
        seconds: 3_600,
        max_uses: None,
    };
    let (link, secret) = served.store.make_link(new).await.unwrap();
    credentials(&link.id, secret.expose_secret(), None)
}

async fn session(served: &Served, identity: &str, policy: Option<String>) -> Credentials {
    let new = NewSession {
        identity: user(identity),
        name: "matrix".to_owned(),
        issued_by: user("admin"),
        seconds: 3_600,
        policy,
    };
    let SessionCredentials {
        session,
        secret,
        token,
    } = served.store.begin_session(new).await.unwrap();
    let token = token.expose_secret().to_owned();
    credentials(&session.id, secret.expose_secret(), Some(token))
}

fn credentials(id: &AccessKeyId, secret: &str, token: Option<String>) -> Credentials {
    Credentials::new(id.as_str(), secret, token, None, "test")
}
