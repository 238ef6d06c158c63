//! The services that speak AWS' JSON 1.1 beside S3, on the same port: the key service and the audit. Verified
//! here, by one verifier that hands out one type; what each operation does stands in `kms` and `cloudtrail`.

mod answer;
mod input;
mod signature;
mod signed;
mod target;
mod values;

pub use answer::JsonAnswer;
pub(crate) use answer::{JsonError, Outcome, told, write};
pub(crate) use input::read;
pub(crate) use signed::{Service, Verified};
pub(crate) use values::{Blob, EpochSeconds};

use std::sync::Arc;

use bytes::Bytes;
use hyper::Response;
use hyper::http::request::Parts;
use s3s::Body;
use stave_store::{Audit, KeyService};

use self::answer::respond;
use self::target::{JsonService, Target};
use crate::options::EndpointOptions;
use crate::query_api::QueryApi;
use crate::server::{BodyFault, Refusal};
use crate::sessions::Sessions;
use crate::signers::Signers;
use crate::{cloudtrail, kms, query_api};

/// The JSON services of an endpoint.
pub(crate) struct Services {
    signers: Signers,
    key_service: Option<Arc<dyn KeyService>>,
    audit: Option<Arc<dyn Audit>>,
    region: String,
    /// IAM and STS, which speak forms and XML at the same place.
    query_api: QueryApi,
}

impl Services {
    pub(crate) fn new(options: &EndpointOptions, sessions: Arc<Sessions>) -> Self {
        Self {
            query_api: QueryApi::new(options, Arc::clone(&sessions)),
            signers: Signers::new(options, sessions),
            key_service: options.key_service.clone(),
            audit: options.audit.clone(),
            region: options.region.clone(),
        }
    }

    /// Answers a request that the guard let through.
    pub(crate) async fn answer<B>(&self, parts: &Parts, body: B) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes, Error = BodyFault>,
    {
        if query_api::is_call(parts) {
            return self.query_api.answer(parts, body).await;
        }
        let answered = self.perform(parts, body).await;
        respond(answered.unwrap_or_else(JsonError::into_answer))
    }

    async fn perform<B>(&self, parts: &Parts, body: B) -> Result<JsonAnswer, JsonError>
    where
        B: http_body::Body<Data = Bytes, Error = BodyFault>,
    {
        let target = Target::of(&parts.headers)?;
        let service = target.service.to_verify(&self.region);
        let call = Verified::verify(service, parts, body, &self.signers).await?;
        let (by, operation, body) = (call.actor(), target.operation.as_str(), call.body());
        match target.service {
            JsonService::Kms => {
                let service = self.key_service.as_deref();
                let service = service.ok_or_else(|| not_offered("key service"))?;
                Ok(kms::dispatch(service, by, operation, body).await)
            }
            JsonService::CloudTrail => {
                let audit = self.audit.as_deref().ok_or_else(|| not_offered("audit"))?;
                Ok(cloudtrail::dispatch(audit, by, operation, body).await)
            }
        }
    }
}

/// Says a refusal of the guard as the service would that was asked.
pub(crate) fn refused(refusal: Refusal, parts: &Parts) -> Response<Body> {
    if query_api::is_call(parts) {
        return query_api::refused(refusal, parts);
    }
    let service = Target::of(&parts.headers).map(|target| target.service);
    respond(JsonError::of_refusal(refusal, service.ok()).into_answer())
}

fn not_offered(what: &str) -> JsonError {
    let message = format!("This endpoint has no {what}.");
    JsonError::new("UnsupportedOperationException", message)
}
