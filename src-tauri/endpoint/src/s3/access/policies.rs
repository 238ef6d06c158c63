//! What the policy of a bucket says of a request.

use hyper::HeaderMap;
use s3s::{S3Result, s3_error};
use stave_model::{
    ACCOUNT, BucketConfig, BucketConfigKind, BucketName, ObjectOwnership, PublicAccessBlock,
    UserName, user_arn,
};
use stave_policy::{Context, Kind, Policy, Principal, Request, Verdict, evaluate};
use stave_store::ObjectRef;

use super::{Rights, is_admin};
use crate::s3::query::Query;
use crate::s3::tagging::tags_of_header;
use crate::server::actor;

/// The most bytes of a policy.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>
pub(in crate::s3) const POLICY_MAX_BYTES: usize = 20 * 1024;

/// Headers that are condition keys by their own names, `s3:` before them.
const HEADERS: [&str; 16] = [
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
    "if-match",
    "if-none-match",
];

/// Parameters of a query that are condition keys, and the names that they have as such.
const PARAMETERS: [(&str, &str); 4] = [
    ("prefix", "s3:prefix"),
    ("delimiter", "s3:delimiter"),
    ("max-keys", "s3:max-keys"),
    ("versionId", "s3:VersionId"),
];

/// Under which circumstances something is asked for. Written out only for a policy.
#[derive(Clone, Copy)]
pub(super) enum Circumstances<'r> {
    /// Those of the caller alone.
    Caller,
    /// Those of a request.
    Request {
        headers: &'r HeaderMap,
        query: &'r Query<'r>,
    },
    /// Those of a listing of what begins so.
    Listing { prefix: &'r str },
}

impl Circumstances<'_> {
    fn context(self) -> Context {
        match self {
            Self::Caller => of_caller(),
            Self::Request { headers, query } => of_request(headers, query),
            Self::Listing { prefix } => of_caller().with("s3:prefix", prefix),
        }
    }
}

/// Returns what a request says that conditions can ask for.
fn of_request(headers: &HeaderMap, query: &Query<'_>) -> Context {
    let mut context = of_caller();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    for name in HEADERS {
        if let Some(value) = text(name) {
            context.add(&format!("s3:{name}"), value.trim_start_matches('/'));
        }
    }
    if let Some(referer) = text("referer") {
        context.add("aws:Referer", referer);
    }
    for (parameter, key) in PARAMETERS {
        if let Some(value) = query.text(parameter) {
            context.add(key, value);
        }
    }
    // Tags that are malformed are refused by the operation; to a policy they are none.
    for (name, value) in tags_of_header(headers).unwrap_or_default().iter() {
        context.add(&format!("s3:RequestObjectTag/{name}"), value);
        context.add("s3:RequestObjectTagKeys", name);
    }
    if actor().user.is_some() {
        let in_header = headers.contains_key("authorization");
        let auth_type = if in_header {
            "REST-HEADER"
        } else {
            "REST-QUERY-STRING"
        };
        context.add("s3:authType", auth_type);
        context.add("s3:signatureversion", "AWS4-HMAC-SHA256");
    }
    context
}

/// Returns what holds of who asks and when, whatever they ask for.
fn of_caller() -> Context {
    let (actor, now) = (actor(), chrono::Utc::now());
    let mut context = Context::new()
        .with("aws:SecureTransport", "false")
        .with(
            "aws:CurrentTime",
            now.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        )
        .with("aws:EpochTime", now.timestamp().to_string())
        .with("s3:ResourceAccount", ACCOUNT)
        .with("aws:ResourceAccount", ACCOUNT);
    if let Some(address) = actor.source_ip {
        context.add("aws:SourceIp", address.to_string());
    }
    if let Some(agent) = actor.user_agent {
        context.add("aws:UserAgent", agent);
    }
    match actor.user {
        Some(user) => {
            context.add("aws:username", user.as_str());
            context.add("aws:userid", user.as_str());
            context.add("aws:PrincipalArn", user_arn(&user));
            context.add("aws:PrincipalAccount", ACCOUNT);
            context.add("aws:PrincipalType", "User");
        }
        None => context.add("aws:PrincipalType", "Anonymous"),
    }
    context
}

/// What a policy says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Say {
    /// It denies.
    No,
    /// It allows.
    Yes,
    /// It says nothing.
    Nothing,
}

/// The policy of a bucket, and how far it counts.
pub(in crate::s3) struct BucketPolicy {
    bucket: BucketName,
    policy: Policy,
    /// Whether a condition asks for the tags that an object has.
    asks_for_tags: bool,
    /// Whether what it gives the public counts for nobody outside the account.
    restricted: bool,
}

/// Who asks a policy, for what, and under which circumstances.
pub(super) struct Asking<'a> {
    pub(super) user: Option<&'a UserName>,
    pub(super) actions: &'a [&'a str],
    /// The object; `None` asks for the bucket itself.
    pub(super) object: Option<&'a ObjectRef>,
    pub(super) circumstances: Circumstances<'a>,
}

impl Rights {
    /// Returns the policy of a bucket; `None` where it has none. One that cannot be read any more lets nobody in.
    pub(in crate::s3) async fn policy(
        &self,
        bucket: &BucketName,
    ) -> S3Result<Option<BucketPolicy>> {
        let found = self.config(bucket, BucketConfigKind::Policy).await?;
        let Some(BucketConfig::Policy(json)) = found else {
            return Ok(None);
        };
        let policy = Policy::parse(&json, Kind::Resource).map_err(|error| {
            tracing::error!(%bucket, %error, "the policy of a bucket cannot be read");
            s3_error!(InternalError, "The policy of the bucket cannot be read.")
        })?;
        let restricted = policy.is_public() && self.public_access(bucket).await?.restrict_buckets;
        Ok(Some(BucketPolicy {
            bucket: bucket.clone(),
            policy,
            asks_for_tags: json.to_ascii_lowercase().contains("existingobjecttag"),
            restricted,
        }))
    }

    /// Returns what is blocked of the public in a bucket. A bucket where it was never set blocks everything, as at
    /// AWS, unless lists count in it.
    pub(in crate::s3) async fn public_access(
        &self,
        bucket: &BucketName,
    ) -> S3Result<PublicAccessBlock> {
        let found = self.config(bucket, BucketConfigKind::PublicAccess).await?;
        match found {
            Some(BucketConfig::PublicAccess(block)) => Ok(block),
            _ => Ok(unset_public_access(self.ownership(bucket).await?)),
        }
    }

    /// Asks a policy.
    pub(super) async fn ask(&self, policy: &BucketPolicy, asking: &Asking<'_>) -> Say {
        let mut context = asking.circumstances.context();
        if let (Some(object), true) = (asking.object, policy.asks_for_tags) {
            // Of an object that is not there there are no tags.
            let tags = self.store.object_tags(object.clone()).await;
            for (name, value) in tags.map(|(_, tags)| tags).unwrap_or_default().iter() {
                context.add(&format!("s3:ExistingObjectTag/{name}"), value);
            }
        }
        policy.say(asking, &context)
    }
}

/// Returns what is blocked of the public in a bucket where it was never set.
fn unset_public_access(ownership: ObjectOwnership) -> PublicAccessBlock {
    let all = ownership == ObjectOwnership::BucketOwnerEnforced;
    PublicAccessBlock {
        block_acls: all,
        ignore_acls: all,
        block_policy: all,
        restrict_buckets: all,
    }
}

impl BucketPolicy {
    fn say(&self, asking: &Asking<'_>, context: &Context) -> Say {
        let principal = match asking.user {
            Some(user) => Principal::User {
                arn: user_arn(user),
                account: ACCOUNT.to_owned(),
            },
            None => Principal::Anonymous,
        };
        let resource = match asking.object {
            Some(object) => format!("arn:aws:s3:::{}/{}", self.bucket, object.key.as_str()),
            None => format!("arn:aws:s3:::{}", self.bucket),
        };
        let says = asking.actions.iter().map(|action| {
            let request = Request::new(
                principal.clone(),
                *action,
                resource.clone(),
                context.clone(),
            );
            let request = match asking.user {
                Some(user) => request.with_canonical_user(user.as_str()),
                None => request,
            };
            self.one(asking.user, evaluate(&[&self.policy], &request))
        });
        let says: Vec<Say> = says.collect();
        if says.contains(&Say::No) {
            Say::No
        } else if !says.is_empty() && says.iter().all(|say| *say == Say::Yes) {
            Say::Yes
        } else {
            Say::Nothing
        }
    }

    fn one(&self, user: Option<&UserName>, verdict: Verdict) -> Say {
        match verdict {
            Verdict::Denied { .. } => Say::No,
            Verdict::Allowed { .. } if user.is_none() && self.restricted => Say::Nothing,
            Verdict::Allowed { .. } => Say::Yes,
            // The account is its owner; its other users have no policies of their own yet.
            Verdict::AllowedForAccount { .. } if user.is_some_and(is_admin) => Say::Yes,
            Verdict::AllowedForAccount { .. } | Verdict::Silent => Say::Nothing,
        }
    }
}
