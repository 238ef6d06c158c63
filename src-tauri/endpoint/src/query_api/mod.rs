//! IAM and STS, spoken as AWS' Query protocol is: a form by POST, signed by version 4, answered in XML. Who asks is
//! verified by the verifier of the JSON services; what they may is asked of their policies, here as everywhere.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html> ·
//! <https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html>

mod answer;
mod call;
mod errors;
mod iam;
mod ids;
mod may;
mod paging;
mod params;
mod service;
mod sts;
mod xml;

use std::sync::Arc;

use bytes::Bytes;
use hyper::Response;
use hyper::header::CONTENT_TYPE;
use hyper::http::request::Parts;
use s3s::Body;
use stave_store::{AccessKeys, Identities};

use self::answer::{Document, Fault, Outcome, respond, told};
use self::call::Call;
use self::params::Params;
use self::service::QueryService;
use crate::json::Verified;
use crate::options::EndpointOptions;
use crate::server::{BodyFault, Refusal, note_operation};
use crate::sessions::Sessions;
use crate::signers::Signers;

/// The one form of a body.
const FORM: &str = "application/x-www-form-urlencoded";

/// IAM and STS of an endpoint.
pub(crate) struct QueryApi {
    signers: Signers,
    access_keys: Arc<dyn AccessKeys>,
    identities: Option<Arc<dyn Identities>>,
}

impl QueryApi {
    pub(crate) fn new(options: &EndpointOptions, sessions: Arc<Sessions>) -> Self {
        Self {
            signers: Signers::new(options, sessions),
            access_keys: Arc::clone(&options.access_keys),
            identities: options.identities.clone(),
        }
    }

    /// Answers a request that the guard let through.
    pub(crate) async fn answer<B>(&self, parts: &Parts, body: B) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes, Error = BodyFault>,
    {
        let service = QueryService::of(&parts.headers);
        let performed = match service {
            Ok(service) => self.perform(service, parts, body).await,
            Err(_) => Err(self.no_service(parts, body).await),
        };
        respond(performed.unwrap_or_else(|fault| fault.into_document(service.ok())))
    }

    async fn perform<B>(&self, service: QueryService, parts: &Parts, body: B) -> Outcome<Document>
    where
        B: http_body::Body<Data = Bytes, Error = BodyFault>,
    {
        let verified = Verified::verify(service.to_verify(), parts, body, &self.signers).await?;
        let params = Params::parse(verified.body())?;
        let action = params.action(service)?;
        note_operation(action.to_owned());
        let identities = self
            .identities
            .as_deref()
            .ok_or_else(|| Fault::unsupported("The keeping of users and roles"))?;
        // What is done is recorded in the caller's name.
        let identities = identities.identities_for(verified.actor().clone());
        let call = Call::new(
            identities.as_ref(),
            self.access_keys.as_ref(),
            verified.actor(),
            &params,
        )?;
        let answer = match service {
            QueryService::Iam => iam::perform(&call, action).await?,
            QueryService::Sts => sts::perform(&call, action).await?,
        };
        Ok(told(service, action, answer))
    }

    /// Says why a request to no service here is refused: it is not signed, or for something else.
    async fn no_service<B>(&self, parts: &Parts, body: B) -> Fault
    where
        B: http_body::Body<Data = Bytes, Error = BodyFault>,
    {
        // The verifier words what is wrong with the head; nothing that is signed for another service passes it.
        let iam = QueryService::Iam.to_verify();
        match Verified::verify(iam, parts, body, &self.signers).await {
            Err(error) => error.into(),
            Ok(_) => Fault::invalid_action("The request names no service of this endpoint."),
        }
    }
}

/// Tells a call of the Query protocol by the type of its body.
pub(crate) fn is_call(parts: &Parts) -> bool {
    let content_type = parts.headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    content_type.is_some_and(|text| {
        let text = text.split(';').next().unwrap_or_default();
        text.trim().eq_ignore_ascii_case(FORM)
    })
}

/// Says a refusal of the guard as IAM or STS would.
pub(crate) fn refused(refusal: Refusal, parts: &Parts) -> Response<Body> {
    let service = QueryService::of(&parts.headers).ok();
    respond(Fault::from(refusal).into_document(service))
}
