//! The way of a request: the guard, then S3 or a service of JSON; on the way back what every answer carries, then the log.

use std::sync::Arc;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, EXPECT, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode, Version};
use s3s::Body;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use super::answer::{Closes, Refusal, finish, finish_json};
use super::body::PacedBody;
use super::chunks::{self, SmallChunks};
use super::log::{Entry, LoggedBody, error_code};
use super::notes::{Notes, Way, note_decision, note_operation};
use super::pace::Pace;
use super::page::finish_page;
use crate::access_logs::{AccessLogs, Record};
use crate::cors::{self, CorsGate, Refusals};
use crate::guard::{Framing, Guard, Hosts, Passage};
use crate::inspector::{Draft, Inspector, Story};
use crate::json::{self, Services};
use crate::options::{EndpointOptions, Limits};
use crate::s3;
use crate::sessions::Sessions;

/// Answers requests.
pub(crate) struct Front {
    guard: Guard,
    service: s3::Service,
    forms: s3::Forms,
    websites: s3::Websites,
    services: Services,
    cors: CorsGate,
    limits: Limits,
    access_logs: Arc<AccessLogs>,
    inspector: Arc<Inspector>,
}

/// In whose words an answer is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    S3,
    Json,
    Page,
}

impl Front {
    pub(crate) fn new(
        options: EndpointOptions,
        hosts: Hosts,
        sessions: Arc<Sessions>,
        access_logs: Arc<AccessLogs>,
    ) -> Self {
        let limits = options.limits.clone();
        let inspector = Arc::clone(&options.inspector);
        let port = hosts.port();
        let guard = Guard::new(&options, hosts);
        let forms = s3::Forms::new(&options, guard.hosts(), Arc::clone(&sessions));
        let services = Services::new(&options, Arc::clone(&sessions));
        let store = Arc::clone(&options.store);
        let cors = CorsGate::new(Arc::clone(&store));
        let service = s3::service(options, guard.hosts(), sessions);
        Self {
            guard,
            websites: s3::Websites::new(store, service.clone(), port),
            service,
            forms,
            services,
            cors,
            limits,
            access_logs,
            inspector,
        }
    }

    /// Returns what no CORS rule let in.
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
        way: Way,
    ) -> Response<LoggedBody> {
        let framing = pace.begin();
        let story = self.inspector.is_on().then(Story::default);
        let notes = Arc::new(Notes::new(way, request.headers(), story));
        let mut entry = Entry::begin(request.method(), request.uri());
        let (uri, version) = (request.uri().clone(), request.version());
        let (parts, body) = request.into_parts();
        let hosts = self.guard.hosts();
        let record = Record::begin(&parts, &hosts, way.remote);
        let draft = Draft::begin(&self.inspector, &parts, &hosts, way, notes.request_id());
        // No `100 Continue` goes before the answer to a request without a body. Clients that wait for one take
        // the next answer on the connection for it, and then wait for ever.
        let unasked = body.is_end_stream() && parts.headers.contains_key(EXPECT);
        let body = PacedBody::new(body, Arc::clone(&pace), notes.received(), &self.limits);
        // Boxed: it holds all that a request goes through, and is moved several times on its way.
        let answering = Box::pin(self.decide(framing, parts, body));
        let (response, form) = Arc::clone(&notes).scope(answering).await;
        let code = error_code(&response);
        // A body that was read and is wrong may not have been as long as its head said either.
        let wrong_body = response.status() == StatusCode::BAD_REQUEST && notes.received_bytes() > 0;
        let ends = wrong_body || response.extensions().get::<Closes>().is_some();
        let mut response = match form {
            Form::S3 => finish(response, notes.request_id(), &uri),
            Form::Json => finish_json(response, notes.request_id()),
            Form::Page => finish_page(response, notes.request_id()),
        };
        if ends || pace.ends() || unasked {
            // Said, so that no client sends its next request into a connection that closes.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        if ends {
            pace.refuse();
        }
        if version == Version::HTTP_10 {
            // A connection of that version has one request, and ends with the answer.
            *response.version_mut() = version;
        }
        if let Some(draft) = draft {
            entry.inspect(draft, code.clone());
        }
        if let Some(record) = record {
            entry.file(&self.access_logs, record, &response, code);
        }
        let status = response.status();
        response.map(|body| LoggedBody::new(body, entry, status, notes, pace))
    }

    /// Lets a request through to where it is answered, or refuses it.
    async fn decide(
        &self,
        framing: Framing,
        parts: Parts,
        body: PacedBody,
    ) -> (Response<Body>, Form) {
        let mut cors = match self.guard.bucket_of_page(&parts) {
            Some(bucket) => self.cors.lets_in(&bucket, &parts).await,
            None => None,
        };
        let invited = cors.is_some();
        let checked = framing
            .check()
            .and_then(|()| self.guard.check(&parts, invited));
        let form = match &checked {
            Ok(Passage::Page { .. }) => Form::Page,
            _ if self.guard.is_json(&parts) => Form::Json,
            _ => Form::S3,
        };
        let mut response = match checked {
            Ok(Passage::Preflight { bucket }) => {
                note_operation("preflight");
                let asked = self.cors.preflight(bucket.as_ref(), &parts).await;
                asked.map_or_else(Refusal::into_response, |allowed| {
                    cors = Some(allowed);
                    cors::answered()
                })
            }
            Ok(passage) => self.pass(passage, parts, body).await,
            Err(refusal) => {
                note_decision(|| refusal.message.to_string());
                if form == Form::Json {
                    json::refused(refusal, &parts)
                } else {
                    refusal.into_response()
                }
            }
        };
        if let Some(cors) = cors {
            cors.tell(response.headers_mut());
        }
        (response, form)
    }

    /// Leads a request that was let through to where it is answered.
    async fn pass(&self, passage: Passage, mut parts: Parts, body: PacedBody) -> Response<Body> {
        match passage {
            Passage::Request => {
                Guard::complete(&mut parts.headers);
                let body = match chunks::Form::of(&parts.headers) {
                    Some(form) => Body::http_body(SmallChunks::new(body, form)),
                    None => Body::http_body(body),
                };
                self.serve(Request::from_parts(parts, body)).await
            }
            Passage::Form { foreign } => {
                note_operation("PostObject");
                let body = Body::http_body(body);
                let posted = self.forms.post(&parts, body, foreign);
                // The signer prints what it signs at its trace level.
                let posted = posted.with_subscriber(NoSubscriber::default()).await;
                posted.unwrap_or_else(Refusal::into_response)
            }
            Passage::Json => self.services.answer(&parts, body).await,
            Passage::Page { bucket } => {
                note_operation("website");
                self.websites.answer(&bucket, &parts).await
            }
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
