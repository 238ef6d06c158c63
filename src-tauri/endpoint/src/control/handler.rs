//! The answers that every running process gives, window or headless.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use stave_model::{AccessKey, AccessKeyId, AccessKeyStatus, Actor, NameError, UserName, Via};
use stave_store::{
    AccessKeys, Audit, Error, Identities, KeyService, KeyUsage, Links, NewAccessKey,
};

use super::access::{AccessDesk, AccessRequest, answer_access};
use super::messages::{
    BucketUsageInfo, Failure, FailureCode, KeyInfo, KeyStatus, KeyUsageInfo, Request, Response,
    StatusInfo, VersionUsageInfo,
};
use super::server::ControlHandler;
use super::simulate::answer_simulation;
use super::vault::VaultControl;
use super::{audit, vault};
use crate::Endpoint;

/// The owner of the vault: whoever reaches the socket is the same user of the machine.
const OWNER: &str = "admin";

/// Answers for a vault that this process has open.
pub struct LocalControl {
    access_keys: Arc<dyn AccessKeys>,
    vault: Option<Arc<dyn VaultControl>>,
    audit: Option<Arc<dyn Audit>>,
    key_service: Option<Arc<dyn KeyService>>,
    people: Option<(Arc<dyn Identities>, Arc<dyn Links>)>,
    vault_id: String,
    vault_dir: String,
    endpoint: RwLock<Option<Arc<Endpoint>>>,
}

impl LocalControl {
    /// Makes a handler for a vault whose endpoint is not started yet.
    pub fn new(access_keys: Arc<dyn AccessKeys>, vault_id: String, vault_dir: String) -> Self {
        Self {
            access_keys,
            vault: None,
            audit: None,
            key_service: None,
            people: None,
            vault_id,
            vault_dir,
            endpoint: RwLock::new(None),
        }
    }

    /// Adds who answers what is asked of the vault's own life.
    #[must_use]
    pub fn with_vault(mut self, vault: Arc<dyn VaultControl>) -> Self {
        self.vault = Some(vault);
        self
    }

    /// Adds the audit.
    #[must_use]
    pub fn with_audit(mut self, audit: Arc<dyn Audit>) -> Self {
        self.audit = Some(audit);
        self
    }

    /// Adds the key service.
    #[must_use]
    pub fn with_key_service(mut self, key_service: Arc<dyn KeyService>) -> Self {
        self.key_service = Some(key_service);
        self
    }

    /// Adds users, roles, sessions and links.
    #[must_use]
    pub fn with_people(mut self, identities: Arc<dyn Identities>, links: Arc<dyn Links>) -> Self {
        self.people = Some((identities, links));
        self
    }

    /// Tells which endpoint runs now; `None` while it is turned off.
    pub fn set_endpoint(&self, endpoint: Option<Arc<Endpoint>>) {
        *self
            .endpoint
            .write()
            .unwrap_or_else(PoisonError::into_inner) = endpoint;
    }

    fn endpoint(&self) -> Option<Arc<Endpoint>> {
        let endpoint = self.endpoint.read().unwrap_or_else(PoisonError::into_inner);
        endpoint.clone()
    }

    async fn answer(&self, request: Request) -> Result<Response, Failure> {
        match request {
            Request::Status => Ok(Response::Status(self.status())),
            Request::Session { user } => self.session(user.as_deref()),
            Request::AccessKeysList => {
                let keys = self.access_keys.list_access_keys().await?;
                let keys = keys.iter().map(key_info).collect();
                Ok(Response::AccessKeys { keys })
            }
            Request::AccessKeysAdd {
                user,
                access_key_id,
                secret_access_key,
            } => {
                let id = access_key_id.as_deref().map(AccessKeyId::parse);
                self.add_access_key(NewAccessKey {
                    user: UserName::parse(&user)?,
                    id: id.transpose()?,
                    secret: secret_access_key.map(super::Secret::into_inner),
                })
                .await
            }
            Request::AccessKeysSetStatus {
                access_key_id,
                status,
            } => {
                let id = AccessKeyId::parse(&access_key_id)?;
                let status = match status {
                    KeyStatus::Active => AccessKeyStatus::Active,
                    KeyStatus::Inactive => AccessKeyStatus::Inactive,
                };
                self.access_keys.set_access_key_status(&id, status).await?;
                Ok(Response::Done)
            }
            Request::AccessKeysDelete { access_key_id } => {
                let id = AccessKeyId::parse(&access_key_id)?;
                self.access_keys.delete_access_key(&id).await?;
                Ok(Response::Done)
            }
            Request::KeyUsage { key } => self.key_usage(&key).await,
            Request::Vault(request) => {
                let vault = self.vault.as_deref().ok_or_else(not_offered)?;
                vault::answer(vault, request).await
            }
            Request::Audit(request) => {
                let audit = self.audit.as_deref().ok_or_else(not_offered)?;
                audit::answer(audit, UserName::parse(OWNER)?, request).await
            }
            Request::Access(request) => self.access(request).await,
            Request::Diagnose { text } => {
                let diagnosis = self.serving()?.diagnose(&text).await;
                Ok(Response::Diagnosed(diagnosis))
            }
            Request::Simulate(asked) => {
                let told = answer_simulation(&self.serving()?.simulator(), asked).await;
                told.map(Response::Simulated)
            }
        }
    }

    async fn key_usage(&self, key: &str) -> Result<Response, Failure> {
        let service = self.key_service.as_deref().ok_or_else(not_offered)?;
        let by = Actor::local(UserName::parse(OWNER)?, Via::Terminal);
        let usage = service.key_usage(&by, key).await?;
        Ok(Response::KeyUsage(usage_info(usage)))
    }

    async fn access(&self, request: AccessRequest) -> Result<Response, Failure> {
        let (identities, links) = self.people.as_ref().ok_or_else(not_offered)?;
        let endpoint = self.endpoint();
        let url = endpoint.as_ref().map(|endpoint| endpoint.url());
        let region = endpoint.as_ref().map(|endpoint| endpoint.region());
        let desk = AccessDesk {
            identities: identities.as_ref(),
            links: links.as_ref(),
            access_keys: self.access_keys.as_ref(),
            endpoint: url.as_deref().unwrap_or(super::USUAL_ENDPOINT),
            region: region.unwrap_or(crate::DEFAULT_REGION),
            served: endpoint.is_some(),
        };
        let answer = answer_access(&desk, request).await?;
        Ok(Response::Access(Box::new(answer)))
    }

    async fn add_access_key(&self, new: NewAccessKey) -> Result<Response, Failure> {
        let (key, secret) = self.access_keys.add_access_key(new).await?;
        Ok(Response::AccessKeyAdded {
            key: key_info(&key),
            secret_access_key: secret.into(),
        })
    }

    fn status(&self) -> StatusInfo {
        let endpoint = self.endpoint();
        let region = endpoint.as_ref().map(|e| e.region().to_owned());
        StatusInfo {
            endpoint: endpoint.map(|e| e.url()),
            region: region.unwrap_or_else(|| crate::DEFAULT_REGION.to_owned()),
            vault_id: self.vault_id.clone(),
            vault_dir: self.vault_dir.clone(),
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Returns the endpoint, or says that it is turned off.
    fn serving(&self) -> Result<Arc<Endpoint>, Failure> {
        self.endpoint().ok_or_else(|| Failure {
            code: FailureCode::EndpointOff,
            message: "the endpoint is turned off in the running process".to_owned(),
        })
    }

    fn session(&self, user: Option<&str>) -> Result<Response, Failure> {
        let endpoint = self.serving()?;
        let user = UserName::parse(user.unwrap_or(OWNER))?;
        let (id, secret) = endpoint.add_session(user);
        Ok(Response::Session {
            endpoint: endpoint.url(),
            region: endpoint.region().to_owned(),
            access_key_id: id.as_str().to_owned(),
            secret_access_key: secret.into(),
        })
    }
}

#[async_trait]
impl ControlHandler for LocalControl {
    async fn handle(&self, request: Request) -> Response {
        self.answer(request).await.unwrap_or_else(Response::Failed)
    }
}

fn not_offered() -> Failure {
    Failure {
        code: FailureCode::NotOffered,
        message: "the running process does not do this".to_owned(),
    }
}

pub(super) fn key_info(key: &AccessKey) -> KeyInfo {
    KeyInfo {
        access_key_id: key.id.as_str().to_owned(),
        user: key.user.as_str().to_owned(),
        status: match key.status {
            AccessKeyStatus::Active => KeyStatus::Active,
            AccessKeyStatus::Inactive => KeyStatus::Inactive,
        },
        created_ms: key.created.as_millis(),
        last_used: key.last_used.clone().map(Into::into),
    }
}

fn usage_info(usage: KeyUsage) -> KeyUsageInfo {
    let version = |of: stave_store::VersionUsage| VersionUsageInfo {
        version: of.version,
        objects: of.objects,
        size_bytes: of.size_bytes,
    };
    let names = usage.default_of.iter();
    KeyUsageInfo {
        versions: usage.versions.into_iter().map(version).collect(),
        default_of: names.map(|bucket| bucket.as_str().to_owned()).collect(),
        buckets: usage
            .buckets
            .into_iter()
            .map(|(bucket, versions)| BucketUsageInfo {
                bucket: bucket.as_str().to_owned(),
                versions,
            })
            .collect(),
    }
}

impl From<NameError> for Failure {
    fn from(error: NameError) -> Self {
        Self {
            code: FailureCode::Invalid,
            message: error.to_string(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::NoSuchAccessKey(_) => FailureCode::NoSuchAccessKey,
            Error::AccessKeyExists(_) => FailureCode::AccessKeyExists,
            Error::Locked => FailureCode::Locked,
            Error::InvalidArgument(_) | Error::InvalidRequest(_) | Error::InvalidPolicy(_) => {
                FailureCode::Invalid
            }
            Error::NoSuchIdentity(_)
            | Error::NoSuchIdentityPolicy { .. }
            | Error::NoSuchLink(_) => FailureCode::NotFound,
            Error::IdentityExists(_) | Error::IdentityInUse { .. } => FailureCode::Conflict,
            // The rest are failures of the vault, whichever they are: none has a remedy of its own here.
            _ => FailureCode::Failed,
        };
        Self {
            code,
            message: error.to_string(),
        }
    }
}
