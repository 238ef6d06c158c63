//! Who may do what: the one decision. What a policy denies nobody may, be it one of the bucket, of an identity or of a
//! session; of a bucket's policy alone the owner of the bucket can always mend what it denies. Nobody does more in a
//! session than its policy allows. Else the owner of the vault may do everything, the owner of a bucket everything in
//! it but read what others own there; everyone else, signed or not, what a policy or access control lists give
//! them, and lists count only where the bucket's ownership setting lets them.

mod actions;
mod bearer;
mod circumstances;
mod laws;
mod lists;
mod may;
mod needs;
mod policies;
mod rights;
mod ruling;
mod simulate;
mod told;

pub(super) use policies::POLICY_MAX_BYTES;
pub(super) use rights::{Ground, Rights};
pub use simulate::{
    Access, AccessOf, Decided, DecidedBy, SimulateError, Simulated, Simulation, Simulator, Step,
    known_operations, simulate_actions,
};

use hyper::header::HeaderValue;
use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Error, S3Result, s3_error};
use stave_model::UserName;

use self::actions::{On, actions_of};
use self::circumstances::Circumstances;
use self::laws::Laws;
use self::needs::{Need, Version, need_of};
use super::convert::bucket_name;
use super::query::Query;
use super::verified::{Caller, Verbatim};
use crate::dialect::Dialect;
use crate::server::{note_decision, note_operation};

/// The first user of a vault, who owns it.
pub(super) const ADMIN: &str = "admin";

/// Decides before an operation reads its input.
pub(super) struct Authority {
    rights: Rights,
    dialect: Dialect,
}

impl Authority {
    pub(super) fn new(rights: Rights, dialect: Dialect) -> Self {
        Self { rights, dialect }
    }
}

#[async_trait::async_trait]
impl S3Access for Authority {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        let caller = cx.extensions_mut().get::<Caller>().cloned();
        let caller = caller.ok_or_else(denied)?;
        let verbatim = cx.extensions_mut().get::<Verbatim>().cloned();
        let verbatim = verbatim.ok_or_else(denied)?;
        let uri = cx.uri().clone();
        let operation = cx.s3_op().name();
        note_operation(operation.to_owned());
        let query = Query::parse(uri.query().unwrap_or_default());
        let version = Version::of(query.text("versionId"));
        let need = need_of(operation, version).ok_or_else(denied)?;
        let actions = actions_of(operation, version).ok_or_else(denied)?;
        let asks = Asks {
            need,
            actions: actions.names,
            on: actions.on,
            circumstances: Circumstances::Request {
                headers: &verbatim.headers,
                query: &query,
            },
            key: cx.s3_path().get_object_key(),
            version: query.text("versionId"),
            upload: query.text("uploadId"),
        };
        let bucket = cx
            .s3_path()
            .get_bucket_name()
            .map(bucket_name)
            .transpose()?;
        let (Some(bucket), false) = (&bucket, need == Need::Signature) else {
            let shows_nothing = self.dialect == Dialect::Ceph && operation == "ListBuckets";
            if caller.user().is_none() && shows_nothing {
                return Ok(());
            }
            return self.rights.check_account(bucket.as_ref(), &asks).await;
        };
        let standing = self.rights.check(bucket, &asks).await?;
        let header = |name: &str| cx.headers().get(name).map(HeaderValue::as_bytes);
        if let Some(expected) = header("x-amz-expected-bucket-owner") {
            self.rights.is_owned_by(bucket, expected).await?;
        }
        if standing == Standing::Guest {
            let agrees = header("x-amz-request-payer") == Some(b"requester");
            self.rights.pays(&caller, bucket, agrees, cx).await?;
        }
        cx.extensions_mut().insert(standing);
        Ok(())
    }
}

/// What a request asks for.
pub(super) struct Asks<'r> {
    need: Need,
    /// The actions of policies: all must be allowed.
    actions: &'r [&'r str],
    on: On,
    circumstances: Circumstances<'r>,
    key: Option<&'r str>,
    version: Option<&'r str>,
    upload: Option<&'r str>,
}

/// By what right a caller was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The bucket's owner, or the vault's.
    Owner,
    /// Someone whom a list or a policy lets in.
    Guest,
    /// Someone whom only a policy can let in, object by object.
    Stranger,
}

impl Rights {
    /// Lets a caller do something in a bucket, or fails.
    async fn check(&self, bucket: &stave_model::BucketName, asks: &Asks<'_>) -> S3Result<Standing> {
        let bearer = self.bearer_of_request().await?;
        let policy = self.policy_for(&bearer, bucket).await?;
        let laws = Laws {
            bearer: &bearer,
            bucket: policy.as_ref(),
        };
        let ruling = self.rule(&laws, bucket, asks).await?;
        note_decision(|| ruling.sentence(&laws));
        ruling.into_standing(&laws)
    }

    /// Lets a caller do what is done to no bucket that is there, or fails.
    async fn check_account(
        &self,
        bucket: Option<&stave_model::BucketName>,
        asks: &Asks<'_>,
    ) -> S3Result<()> {
        let bearer = self.bearer_of_request().await?;
        let laws = Laws {
            bearer: &bearer,
            bucket: None,
        };
        let ruling = Self::rule_account(&laws, bucket, asks);
        note_decision(|| ruling.sentence(&laws));
        ruling.into_standing(&laws).map(drop)
    }
}

fn allowed(is: bool) -> S3Result<()> {
    is.then_some(()).ok_or_else(denied)
}

/// Returns whether a user owns the vault.
pub(super) fn is_admin(user: &UserName) -> bool {
    user.as_str() == ADMIN
}

/// S3's refusal.
pub(super) fn denied() -> S3Error {
    s3_error!(AccessDenied, "Access Denied")
}
