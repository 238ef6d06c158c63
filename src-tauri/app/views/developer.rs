//! The endpoint, access keys, links, snippets, and the app itself.

use std::collections::BTreeMap;

use serde::Serialize;
use stave_model::{AccessKey, AccessKeyStatus, KeyUse};
use ts_rs::TS;

use super::port::TlsView;

/// Whether the endpoint listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndpointState {
    /// It listens.
    On,
    /// It does not.
    Off,
    /// It was to listen and could not.
    Failed,
    /// It listens, and answers that the vault is locked.
    Locked,
}

/// The endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EndpointStatus {
    /// Whether it listens.
    pub state: EndpointState,
    /// Its address; empty while it does not listen.
    pub url: String,
    /// Its port; 0 while it does not listen.
    pub port: u16,
    /// The port that it tries first.
    pub preferred_port: u16,
    /// Who has the preferred port, where that is known.
    pub port_taken_by: Option<String>,
    /// What went wrong; empty where nothing did.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The region that signatures name.
    pub region: String,
    /// Its certificate, where one was made.
    pub tls: Option<TlsView>,
}

impl EndpointStatus {
    /// Returns its address; while it does not listen, the one that it would try first.
    pub fn address(&self) -> String {
        if self.url.is_empty() {
            return format!("http://127.0.0.1:{}", self.preferred_port);
        }
        self.url.clone()
    }
}

/// An access key without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccessKeyView {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// Whether it opens the door.
    pub active: bool,
    /// When it was made.
    pub created: i64,
    /// What it signed last.
    pub last_used: Option<KeyUseView>,
}

/// The last time that a key signed something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "KeyUse")]
pub struct KeyUseView {
    /// When, to the minute.
    pub at: i64,
    /// The service that it signed for, `s3` say.
    pub service: String,
    /// The region that it signed for.
    pub region: String,
}

impl From<KeyUse> for KeyUseView {
    fn from(used: KeyUse) -> Self {
        Self {
            at: used.at.as_millis(),
            service: used.service,
            region: used.region,
        }
    }
}

impl From<AccessKey> for AccessKeyView {
    fn from(key: AccessKey) -> Self {
        Self {
            id: key.id.as_str().to_owned(),
            user: key.user.as_str().to_owned(),
            active: key.status == AccessKeyStatus::Active,
            created: key.created.as_millis(),
            last_used: key.last_used.map(KeyUseView::from),
        }
    }
}

/// An access key and its secret. No `Debug`: secrets stay out of logs.
#[derive(Clone, Serialize, TS)]
pub struct AccessKeySecret {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

/// A piece of configuration or code to copy. No `Debug`: it carries a secret.
#[derive(Clone, Serialize, TS)]
pub struct Snippet {
    /// The tab that it stands on.
    pub tab: String,
    /// What it is, or the file that it goes to.
    pub title: String,
    /// For the highlighting.
    pub language: String,
    /// The text.
    pub code: String,
}

/// A pre-signed link. No `Debug`: who has it may read the object.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShareLink {
    /// The link.
    pub url: String,
    /// Its end.
    pub expires: i64,
    /// The same as a QR code.
    pub qr_svg: String,
    /// The same as a command.
    pub curl: String,
}

/// The app.
#[derive(Debug, Clone, Serialize, TS)]
pub struct AppInfo {
    /// Its version.
    pub version: String,
    /// The folder of the vault.
    pub folder: String,
    /// `linux`, `macos` or `windows`.
    pub platform: String,
}

/// The window's settings, text by name.
pub type Settings = BTreeMap<String, String>;
