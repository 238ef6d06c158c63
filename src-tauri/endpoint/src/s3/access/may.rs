//! What operations ask for beside what they are: the source of a copy, a form, one of many deletes.

use hyper::HeaderMap;
use s3s::S3Result;
use stave_model::Permission;
use stave_store::ObjectRef;

use super::actions::actions_of;
use super::needs::{Need, Version};
use super::policies::{Asking, BucketPolicy, Circumstances, Say};
use super::{Asks, Rights, Standing, denied};
use crate::s3::query::Query;
use crate::s3::verified::Caller;

impl Rights {
    /// Lets a caller read an object, the source of a copy say, or fails.
    pub(in crate::s3) async fn may_read(
        &self,
        caller: &Caller,
        object: &ObjectRef,
    ) -> S3Result<()> {
        let version = Version::of(object.version.as_ref());
        let asks = Asks {
            need: Need::Object(Permission::Read),
            actions: actions_of("GetObject", version).ok_or_else(denied)?,
            circumstances: Circumstances::Caller,
            key: Some(object.key.as_str()),
            version: object.version.as_ref().map(stave_model::VersionId::as_str),
            upload: None,
        };
        self.check(caller, &object.bucket, &asks).await.map(|_| ())
    }

    /// Lets a caller write an object by a form, or fails. `headers` are what its fields stand for.
    pub(in crate::s3) async fn may_post(
        &self,
        caller: &Caller,
        object: &ObjectRef,
        headers: &HeaderMap,
    ) -> S3Result<()> {
        let asks = Asks {
            need: Need::Bucket(Permission::Write),
            actions: actions_of("PostObject", Version::Latest).ok_or_else(denied)?,
            circumstances: Circumstances::Request {
                headers,
                query: &Query::parse(""),
            },
            key: Some(object.key.as_str()),
            version: None,
            upload: None,
        };
        self.check(caller, &object.bucket, &asks).await.map(|_| ())
    }

    /// Lets a caller encrypt an object otherwise, or fails.
    pub(in crate::s3) async fn may_reencrypt(
        &self,
        caller: &Caller,
        object: &ObjectRef,
    ) -> S3Result<()> {
        let asks = Asks {
            need: Need::Owner,
            actions: actions_of("UpdateObjectEncryption", Version::Latest).ok_or_else(denied)?,
            circumstances: Circumstances::Caller,
            key: Some(object.key.as_str()),
            version: None,
            upload: None,
        };
        self.check(caller, &object.bucket, &asks).await.map(|_| ())
    }

    /// Lets a caller delete one of many objects, or fails.
    pub(in crate::s3) async fn may_delete(
        &self,
        caller: &Caller,
        standing: Standing,
        policy: Option<&BucketPolicy>,
        object: &ObjectRef,
    ) -> S3Result<()> {
        let version = Version::of(object.version.as_ref());
        let actions = actions_of("DeleteObject", version).ok_or_else(denied)?;
        let says = match policy {
            None => Say::Nothing,
            Some(policy) => {
                let asking = Asking {
                    user: caller.user(),
                    actions: actions.names,
                    object: Some(object),
                    circumstances: Circumstances::Caller,
                };
                self.ask(policy, &asking).await
            }
        };
        match (says, standing, version) {
            (Say::No, _, _)
            | (Say::Nothing, Standing::Stranger, _)
            // Who may write may delete, but a single version for ever only the owner does.
            | (Say::Nothing, Standing::Guest, Version::Named) => Err(denied()),
            (Say::Yes, _, _) | (Say::Nothing, Standing::Owner | Standing::Guest, _) => Ok(()),
        }
    }
}
