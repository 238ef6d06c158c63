//! What the endpoint knows: its own names, keys, links, policies and objects.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use stave_model::{
    AccessKeyId, AccessKeyStatus, BucketName, Clock as _, LINK_ID_PREFIX, Link, LinkTarget,
    ObjectKey, SystemClock, VersionId,
};
use stave_store::{Error, GetObject, Identities, ObjectRef, Result};

use super::surroundings::{
    Address, Deed, KeyState, Known, KnownKey, LinkState, Permission, Place, Presence, Scheme,
    Surroundings,
};
use super::words::Diagnosis;
use crate::endpoint::Endpoint;
use crate::options::EndpointOptions;
use crate::s3::{Decided, Simulation, Simulator};
use crate::sessions::Sessions;

/// How the id of a session's key begins.
const SESSION_ID_PREFIX: &str = "ASIA";

/// Names by which every endpoint is reached.
const NAMES: [&str; 4] = ["127.0.0.1", "localhost", "[::1]", "s3.localhost"];

impl Endpoint {
    /// Finds what is wrong with a link, a request or an answer, with all that this endpoint knows.
    pub async fn diagnose(&self, text: &str) -> Diagnosis {
        let schemes: &[Scheme] = match self.tls_sha256() {
            Some(_) => &[Scheme::Http, Scheme::Https],
            None => &[Scheme::Http],
        };
        let addresses = addresses(self.options(), schemes, self.port());
        by_options(text, self.options(), self.sessions(), addresses).await
    }
}

/// Finds what is wrong with a link, a request or an answer while nothing is served: as an endpoint of these options
/// on this port would.
pub async fn diagnose_unserved(text: &str, options: &EndpointOptions, port: u16) -> Diagnosis {
    let addresses = addresses(options, &[Scheme::Http], port);
    by_options(text, options, &Sessions::default(), addresses).await
}

async fn by_options(
    text: &str,
    options: &EndpointOptions,
    sessions: &Sessions,
    addresses: Vec<Address>,
) -> Diagnosis {
    let known = OwnKnown {
        options,
        sessions,
        simulator: Simulator::new(
            Arc::clone(&options.store),
            options.identities.clone(),
            options.object_ownership,
        ),
    };
    let surroundings = Surroundings {
        now: SystemClock.now(),
        region: &options.region,
        addresses,
        known: &known,
    };
    super::diagnose(text, &surroundings).await
}

fn addresses(options: &EndpointOptions, schemes: &[Scheme], port: u16) -> Vec<Address> {
    let further = options.hosts.iter().map(String::as_str);
    let names: Vec<&str> = NAMES.into_iter().chain(further).collect();
    let of = |scheme: &Scheme| {
        let scheme = *scheme;
        names.iter().map(move |name| Address {
            scheme,
            host: name.to_ascii_lowercase(),
            port,
        })
    };
    schemes.iter().flat_map(of).collect()
}

struct OwnKnown<'e> {
    options: &'e EndpointOptions,
    sessions: &'e Sessions,
    simulator: Simulator,
}

#[async_trait]
impl Known for OwnKnown<'_> {
    async fn key(&self, id: &str, token: Option<&SecretString>) -> Result<Option<KnownKey>> {
        let Ok(id) = AccessKeyId::parse(id) else {
            return Ok(None);
        };
        if let Some((user, secret)) = self.sessions.find(id.as_str()) {
            return Ok(Some(KnownKey {
                user,
                secret: Some(secret),
                state: KeyState::Active,
            }));
        }
        if id.as_str().starts_with(LINK_ID_PREFIX) {
            return self.link(&id).await;
        }
        if id.as_str().starts_with(SESSION_ID_PREFIX)
            && let Some(identities) = &self.options.identities
        {
            return session(identities.as_ref(), &id, token).await;
        }
        match self.options.access_keys.access_key_secret(&id).await {
            Ok((key, secret)) => Ok(Some(KnownKey {
                user: key.user,
                secret: Some(secret),
                state: match key.status {
                    AccessKeyStatus::Active => KeyState::Active,
                    AccessKeyStatus::Inactive => KeyState::Disabled,
                },
            })),
            Err(Error::NoSuchAccessKey(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn object(&self, place: &Place) -> Result<Presence> {
        let store = &self.options.store;
        let Ok(bucket) = BucketName::parse(&place.bucket) else {
            return Ok(Presence::NoBucket);
        };
        match store.head_bucket(&bucket).await {
            Ok(_) => {}
            Err(Error::NoSuchBucket(_)) => return Ok(Presence::NoBucket),
            Err(error) => return Err(error),
        }
        let Ok(key) = ObjectKey::parse(&place.key) else {
            return Ok(Presence::NoKey);
        };
        let version = place.version.as_deref().map(VersionId::parse).transpose();
        let Ok(version) = version else {
            return Ok(Presence::NoVersion);
        };
        let object = ObjectRef {
            bucket,
            key,
            version,
        };
        match store.head_object(GetObject::whole(object)).await {
            Ok(_) | Err(Error::CustomerKeyRequired) => Ok(Presence::There),
            Err(Error::NoSuchKey {
                delete_marker: None,
                ..
            }) => Ok(Presence::NoKey),
            Err(Error::NoSuchKey { .. } | Error::IsDeleteMarker { .. }) => Ok(Presence::Deleted),
            Err(Error::NoSuchVersion { .. }) => Ok(Presence::NoVersion),
            Err(_) => Ok(Presence::Unknown),
        }
    }

    async fn may(&self, deed: &Deed) -> Result<Option<Permission>> {
        let place = &deed.place;
        let action = match (deed.method.as_str(), place.key.as_str(), &place.version) {
            ("GET" | "HEAD", "", _) => "s3:ListBucket",
            ("GET" | "HEAD", _, None) => "s3:GetObject",
            ("GET" | "HEAD", _, Some(_)) => "s3:GetObjectVersion",
            ("PUT" | "POST", ..) => "s3:PutObject",
            ("DELETE", _, None) => "s3:DeleteObject",
            ("DELETE", _, Some(_)) => "s3:DeleteObjectVersion",
            _ => return Ok(None),
        };
        let asked = Simulation {
            identity: Some(deed.user.clone()),
            action: action.to_owned(),
            bucket: BucketName::parse(&place.bucket).ok(),
            key: ObjectKey::parse(&place.key).ok(),
            version: place
                .version
                .as_deref()
                .and_then(|v| VersionId::parse(v).ok()),
            context: Vec::new(),
            session_policy: None,
        };
        let decided = self.simulator.simulate(&asked).await.ok();
        Ok(decided.map(|decided| Permission {
            allowed: decided.decided == Decided::Allowed,
            sentence: decided.sentence,
        }))
    }
}

impl OwnKnown<'_> {
    async fn link(&self, id: &AccessKeyId) -> Result<Option<KnownKey>> {
        let Some(links) = &self.options.links else {
            return Ok(None);
        };
        match links.link(id).await {
            Ok((link, secret)) => Ok(Some(KnownKey {
                user: link.user.clone(),
                secret: Some(secret),
                state: KeyState::Link(state_of(&link)),
            })),
            Err(Error::NoSuchLink(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn state_of(link: &Link) -> LinkState {
    let version = match &link.target {
        LinkTarget::Get { version, .. } => version.as_ref().map(|v| v.as_str().to_owned()),
        LinkTarget::Put { .. } | LinkTarget::Post { .. } => None,
    };
    LinkState {
        id: link.id.as_str().to_owned(),
        method: link.target.method().to_owned(),
        place: Some(Place {
            bucket: link.target.bucket().as_str().to_owned(),
            key: link.target.key().to_owned(),
            version,
        }),
        expires: link.expires,
        revoked: link.revoked,
        uses: u64::from(link.uses),
        max_uses: link.max_uses.map(u64::from),
    }
}

/// Returns the key of a session, without its secret where the token does not open it.
async fn session(
    identities: &dyn Identities,
    id: &AccessKeyId,
    token: Option<&SecretString>,
) -> Result<Option<KnownKey>> {
    let state = match token {
        None => KeyState::TokenMissing,
        Some(token) => match identities.session(id, token).await {
            Ok((session, secret)) => {
                return Ok(Some(KnownKey {
                    user: session.identity,
                    secret: Some(secret),
                    state: KeyState::Session,
                }));
            }
            Err(Error::NoSuchSession) => KeyState::TokenWrong,
            Err(Error::SessionExpired) => KeyState::Expired { at: None },
            Err(error) => return Err(error),
        },
    };
    let mut found = None;
    for identity in identities.list_identities().await? {
        let sessions = identities.list_sessions(&identity.name).await?;
        if sessions.iter().any(|session| session.id == *id) {
            found = Some(identity.name);
            break;
        }
    }
    let ended = matches!(state, KeyState::Expired { .. });
    let user = found.or_else(|| {
        // An ended session is listed nowhere, and its token proved that it was one.
        ended.then(|| stave_model::UserName::parse("session").expect("letters are a name"))
    });
    Ok(user.map(|user| KnownKey {
        user,
        secret: None,
        state,
    }))
}
