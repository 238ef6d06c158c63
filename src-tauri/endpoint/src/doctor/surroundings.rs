//! What a diagnosis may ask: the time, the names of the endpoint, and what is known of keys, links and objects.

use async_trait::async_trait;
use secrecy::SecretString;
use stave_model::{Timestamp, UserName};
use stave_store::Result;

/// How a request travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// By TLS.
    Https,
}

impl Scheme {
    /// Returns its name in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// Returns the port that a URL leaves out.
    pub(super) fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// A name and a port by which the endpoint is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// How it is spoken to there.
    pub scheme: Scheme,
    /// The name, in lower case and without the port.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// What surrounds a request.
#[derive(Clone)]
pub struct Surroundings<'s> {
    /// The time.
    pub now: Timestamp,
    /// The region of the endpoint.
    pub region: &'s str,
    /// Where it is reached.
    pub addresses: Vec<Address>,
    /// What is known.
    pub known: &'s dyn Known,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The bucket.
    pub bucket: String,
    /// The key, or nothing.
    pub key: String,
    /// The version; `None` is the latest.
    pub version: Option<String>,
}

/// What somebody wants to do.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Who.
    pub user: UserName,
    /// By which method.
    pub method: String,
    /// To what.
    pub place: Place,
}

/// A key that signs.
#[derive(Debug, Clone)]
pub struct KnownKey {
    /// Whose it is.
    pub user: UserName,
    /// Its secret; `None` where the request does not bring what opens it.
    pub secret: Option<SecretString>,
    /// Whether it still signs.
    pub state: KeyState,
}

/// Whether a key still signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyState {
    /// It does.
    Active,
    /// It is that of a session, and its token came with it.
    Session,
    /// It is that of a session, whose token did not come with it.
    TokenMissing,
    /// It is that of a session, and another token came with it.
    TokenWrong,
    /// It is turned off.
    Disabled,
    /// It was removed.
    Deleted,
    /// Its session has ended.
    Expired {
        /// When, where that is known.
        at: Option<Timestamp>,
    },
    /// It is that of a link.
    Link(LinkState),
}

/// What became of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkState {
    /// Its id.
    pub id: String,
    /// `GET`, `PUT` or `POST`.
    pub method: String,
    /// What it is for; `None` where that is not told.
    pub place: Option<Place>,
    /// Its end.
    pub expires: Timestamp,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// How often it was used.
    pub uses: u64,
    /// How often it may be.
    pub max_uses: Option<u64>,
}

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The bucket is not.
    NoBucket,
    /// The object is not.
    NoKey,
    /// That version is not.
    NoVersion,
    /// Its latest version marks a deletion.
    Deleted,
    /// It is.
    There,
    /// That cannot be told.
    Unknown,
}

/// Whether somebody may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Whether.
    pub allowed: bool,
    /// Why: which statement of which policy decides.
    pub sentence: String,
}

/// What is known of keys and objects. An error means that it cannot be told, not that there is none.
#[async_trait]
pub trait Known: Send + Sync {
    /// Returns the key of an id: a stored one, a session's, a link's. `token` is what came with it.
    async fn key(&self, id: &str, token: Option<&SecretString>) -> Result<Option<KnownKey>>;
    /// Returns whether something is there.
    async fn object(&self, place: &Place) -> Result<Presence>;
    /// Returns whether somebody may; `None` where that cannot be told.
    async fn may(&self, deed: &Deed) -> Result<Option<Permission>>;
}
