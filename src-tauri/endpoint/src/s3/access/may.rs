//! What operations ask for beside what they are: the source of a copy, a form, one of many deletes.

use hyper::HeaderMap;
use s3s::S3Result;
use stave_model::{BucketName, Permission};
use stave_store::ObjectRef;

use super::actions::actions_of;
use super::bearer::Bearer;
use super::circumstances::Circumstances;
use super::laws::{Laws, Say};
use super::needs::{Need, Version};
use super::policies::BucketPolicy;
use super::told::{Ruling, Why};
use super::{Asks, Rights, Standing, denied};
use crate::server::{note_decision, note_operation};

impl Rights {
    /// Lets the caller read an object, the source of a copy say, or fails.
    pub(in crate::s3) async fn may_read(&self, object: &ObjectRef) -> S3Result<()> {
        let version = Version::of(object.version.as_ref());
        let need = Need::Object(Permission::Read);
        let asks = asks(need, "GetObject", version, Circumstances::Caller, object)?;
        self.check(&object.bucket, &asks).await.map(|_| ())
    }

    /// Lets the caller write an object by a form, or fails. `headers` are what its fields stand for.
    pub(in crate::s3) async fn may_post(
        &self,
        object: &ObjectRef,
        headers: &HeaderMap,
    ) -> S3Result<()> {
        note_operation("PostObject");
        let need = Need::Bucket(Permission::Write);
        let form = Circumstances::Form { headers };
        let asks = asks(need, "PostObject", Version::Latest, form, object)?;
        self.check(&object.bucket, &asks).await.map(|_| ())
    }

    /// Lets the caller encrypt an object otherwise, or fails.
    pub(in crate::s3) async fn may_reencrypt(&self, object: &ObjectRef) -> S3Result<()> {
        let operation = "UpdateObjectEncryption";
        note_operation(operation);
        let latest = Version::Latest;
        let asks = asks(
            Need::Owner,
            operation,
            latest,
            Circumstances::Caller,
            object,
        )?;
        self.check(&object.bucket, &asks).await.map(|_| ())
    }

    /// Reads once what decides about many objects that the caller wants to delete.
    pub(in crate::s3) async fn deleting(
        &self,
        bucket: &BucketName,
        standing: Standing,
    ) -> S3Result<Deleting<'_>> {
        let bearer = self.bearer_of_request().await?;
        Ok(Deleting {
            rights: self,
            standing,
            policy: self.policy_for(&bearer, bucket).await?,
            bearer,
        })
    }
}

fn asks<'r>(
    need: Need,
    operation: &str,
    version: Version,
    circumstances: Circumstances<'r>,
    object: &'r ObjectRef,
) -> S3Result<Asks<'r>> {
    let actions = actions_of(operation, version).ok_or_else(denied)?;
    Ok(Asks {
        need,
        actions: actions.names,
        on: actions.on,
        circumstances,
        key: Some(object.key.as_str()),
        version: object.version.as_ref().map(stave_model::VersionId::as_str),
        upload: None,
    })
}

/// What decides about many objects that the caller wants to delete.
pub(in crate::s3) struct Deleting<'r> {
    rights: &'r Rights,
    standing: Standing,
    bearer: Bearer,
    policy: Option<BucketPolicy>,
}

impl Deleting<'_> {
    /// Lets the caller delete one of the objects, or fails.
    pub(in crate::s3) async fn may(&self, object: &ObjectRef) -> S3Result<()> {
        let version = Version::of(object.version.as_ref());
        let asks = asks(
            Need::Owner,
            "DeleteObject",
            version,
            Circumstances::Caller,
            object,
        )?;
        let laws = Laws {
            bearer: &self.bearer,
            bucket: self.policy.as_ref(),
        };
        let (say, question) = self.rights.say(&laws, &object.bucket, &asks).await?;
        let standing = Some(self.standing);
        let (standing, why, action) = match (say, self.standing, version) {
            (Say::No(action, by), _, _) => (None, Why::Statement(by), action),
            (Say::OutOfBounds(action), _, _) => (None, Why::OutOfBounds, action),
            (Say::Yes(action, by), _, _) => (standing, Why::Statement(by), action),
            (Say::Blocked(action) | Say::Nothing(action), Standing::Owner, _) => {
                (standing, Why::Owner, action)
            }
            // Who may write may delete, but a single version for ever only the owner does.
            (Say::Blocked(action) | Say::Nothing(action), Standing::Guest, Version::Latest) => {
                (standing, Why::List, action)
            }
            (Say::Blocked(action) | Say::Nothing(action), _, _) => (None, Why::Nobody, action),
        };
        let ruling = Ruling::new(standing, why, action, question);
        note_decision(|| ruling.sentence(&laws));
        ruling.into_standing(&laws).map(drop)
    }
}
