//! The way of a request: the guard, then S3 or a service of JSON; on the way back what every answer carries, then the log.

use std::net::IpAddr;
use std::sync::Arc;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, EXPECT, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use s3s::Body;
use s3s::service::S3Service;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use super::answer::{Refusal, finish, finish_json};
use super::body::PacedBody;
use super::chunks::{Form, SmallChunks};
use super::log::{Entry, LoggedBody, error_code};
use super::notes::Notes;
use super::pace::Pace;
use super::page::finish_page;
use crate::access_logs::{AccessLogs, Record};
use crate::cors::{self, CorsGate, Refusals};
use crate::guard::{Guard, Passage};
use crate::json::{self, Services};
use crate::options::{EndpointOptions, Limits, StartError};
use crate::s3;
use crate::sessions::Sessions;

/// Answers requests.
pub(crate) struct Front {
    guard: Guard,
    service: S3Service,
    forms: s3::Forms,
    websites: s3::Websites,
    services: Services,
    cors: CorsGate,
    limits: Limits,
    access_logs: Arc<AccessLogs>,
}

impl Front {
    pub(crate) fn new(
        options: EndpointOptions,
        port: u16,
        sessions: Arc<Sessions>,
        access_logs: Arc<AccessLogs>,
    ) -> Result<Self, StartError> {
        let limits = options.limits.clone();
        let guard = Guard::new(&options, port)?;
        let forms = s3::Forms::new(&options, guard.hosts(), Arc::clone(&sessions));
        let services = Services::new(&options, Arc::clone(&sessions));
        let store = Arc::clone(&options.store);
        let cors = CorsGate::new(Arc::clone(&store));
        let service = s3::service(options, guard.hosts(), sessions);
        Ok(Self {
            guard,
            websites: s3::Websites::new(store, service.clone(), port),
            service,
            forms,
            services,
            cors,
            limits,
            access_logs,
        })
    }

    /// Returns what CORS rules kept out.
    pub(crate) fn cors_refusals(&self) -> Arc<Refusals> {
        self.cors.refusals()
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Answers one request; every request has an answer.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        pace: Arc<Pace>,
        remote: IpAddr,
    ) -> Response<LoggedBody> {
        let ambiguous = pace.begin();
        let notes = Arc::new(Notes::new(remote, request.headers()));
        let mut entry = Entry::begin(request.method(), request.uri());
        let uri = request.uri().clone();
        let (parts, body) = request.into_parts();
        let record = Record::begin(&parts, &self.guard.hosts(), remote);
        // No `100 Continue` goes before the answer to a request without a body. Clients that wait for one take
        // the next answer on the connection for it, and then wait for ever.
        let unasked = body.is_end_stream() && parts.headers.contains_key(EXPECT);
        let body = PacedBody::new(body, Arc::clone(&pace), &self.limits);
        let mut cors = match self.guard.bucket_of_page(&parts) {
            Some(bucket) => self.cors.lets_in(&bucket, &parts).await,
            None => None,
        };
        let checked = if ambiguous {
            Err(Guard::ambiguous_length())
        } else {
            let invited = cors.is_some();
            self.guard.check(&parts, invited)
        };
        let is_page = matches!(checked, Ok(Passage::Page { .. }));
        let is_json = self.guard.is_json(&parts);
        let response = match checked {
            Ok(Passage::Preflight { bucket }) => {
                let asked = self.cors.preflight(bucket.as_ref(), &parts).await;
                asked.map_or_else(Refusal::into_response, |allowed| {
                    cors = Some(allowed);
                    cors::answered()
                })
            }
            Ok(passage) => {
                let passed = self.pass(passage, parts, body);
                Arc::clone(&notes).scope(passed).await
            }
            Err(refusal) if is_json => json::refused(refusal, &parts),
            Err(refusal) => refusal.into_response(),
        };
        let code = error_code(&response);
        let mut response = if is_json {
            finish_json(response, notes.request_id())
        } else if is_page {
            finish_page(response, notes.request_id())
        } else {
            finish(response, notes.request_id(), &uri)
        };
        if let Some(cors) = cors {
            cors.tell(response.headers_mut());
        }
        if pace.ends() || unasked {
            // Said, so that no client sends its next request into a connection that closes.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        if let Some(record) = record {
            entry.file(&self.access_logs, record, &response, code);
        }
        let status = response.status();
        response.map(|body| LoggedBody::new(body, entry, status, notes, pace))
    }

    /// Leads a request that was let through to where it is answered.
    async fn pass(&self, passage: Passage, mut parts: Parts, body: PacedBody) -> Response<Body> {
        match passage {
            Passage::Request => {
                Guard::complete(&mut parts.headers);
                let body = match Form::of(&parts.headers) {
                    Some(form) => Body::http_body(SmallChunks::new(body, form)),
                    None => Body::http_body(body),
                };
                self.serve(Request::from_parts(parts, body)).await
            }
            Passage::Form { foreign } => {
                let body = Body::http_body(body);
                let posted = self.forms.post(&parts, body, foreign);
                // The signer prints what it signs at its trace level.
                let posted = posted.with_subscriber(NoSubscriber::default()).await;
                posted.unwrap_or_else(Refusal::into_response)
            }
            Passage::Json => self.services.answer(&parts, body).await,
            Passage::Page { bucket } => self.websites.answer(&bucket, &parts).await,
            // Answered before, by its headers alone.
            Passage::Preflight { .. } => cors::answered(),
        }
    }

    async fn serve(&self, request: Request<Body>) -> Response<Body> {
        // s3s prints whole requests at its debug level, with what signs them: none of it may reach a log.
        let served = self
            .service
            .call(request)
            .with_subscriber(NoSubscriber::default());
        served.await.unwrap_or_else(|_| {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Refusal::new(status, "InternalError", "The answer could not be written.")
                .into_response()
        })
    }
}
