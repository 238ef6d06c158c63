//! Links with keys of their own: made, listed with the URL made anew, revoked, forgotten.

#[cfg(test)]
#[path = "links_test.rs"]
mod links_test;

use stave_endpoint::presign::LONGEST;
use stave_model::{
    AccessKeyId, BucketName, Clock as _, Link, LinkAudience, LinkState, LinkTarget, ObjectKey,
    SystemClock, VersionId,
};
use stave_store::{GetObject, Links, NewLink, ObjectRef, Store};

use crate::args::window_user;
use crate::errors::{Answer, Failure};
use crate::link_urls::{self, Written};
use crate::sharing::qr;
use crate::views::{LinkKind, LinkOpening, LinkRequest, LinkView};

/// The longest title in characters.
const TITLE_MAX: usize = 200;

/// The longest content type, or beginning of one.
const CONTENT_TYPE_MAX: usize = 255;

/// Where links lead today.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doors {
    /// The endpoint; `None` while it is off.
    pub computer: Option<String>,
    /// The share on the network; `None` while there is none.
    pub network: Option<String>,
    /// The region that signatures name.
    pub region: String,
}

impl Doors {
    /// Returns the door that a link for somebody leads through.
    fn of(&self, audience: LinkAudience) -> Option<&str> {
        match audience {
            LinkAudience::Computer => self.computer.as_deref(),
            LinkAudience::Network => self.network.as_deref(),
        }
    }

    /// Fails where a link for somebody would lead nowhere.
    fn is_open(&self, audience: LinkAudience) -> Answer<()> {
        if self.of(audience).is_some() {
            return Ok(());
        }
        Err(match audience {
            LinkAudience::Computer => Failure::refused(
                "endpoint_off",
                "the endpoint is off",
                "Turn it on: a link or a tool needs it to reach the vault.",
            ),
            LinkAudience::Network => Failure::refused(
                "not_shared",
                "nothing is open to the network",
                "Open it for a while, and make the link again.",
            ),
        })
    }
}

/// What the page of links stands on.
pub struct Linking<'a> {
    pub links: &'a dyn Links,
    pub store: &'a dyn Store,
    pub doors: Doors,
}

impl Linking<'_> {
    /// Makes a link.
    pub async fn make(&self, asked: LinkRequest) -> Answer<LinkView> {
        let audience = asked.audience.into();
        self.doors.is_open(audience)?;
        let new = NewLink {
            user: window_user(),
            title: title(&asked.title)?,
            seconds: seconds(asked.expires_seconds)?,
            max_uses: uses(asked.max_uses)?,
            audience,
            target: target(asked)?,
        };
        self.leads_somewhere(&new.target).await?;
        let (link, secret) = self.links.make_link(new).await?;
        self.view(link, &secret)
    }

    /// Lists all links, newest first.
    pub async fn list(&self) -> Answer<Vec<LinkView>> {
        let mut views = Vec::new();
        for link in self.links.list_links().await? {
            // One that was forgotten meanwhile is not there any more.
            let Ok((link, secret)) = self.links.link(&link.id).await else {
                continue;
            };
            views.push(self.view(link, &secret)?);
        }
        Ok(views)
    }

    /// A link to what is not there would only fail at whoever gets it.
    async fn leads_somewhere(&self, target: &LinkTarget) -> Answer<()> {
        match target {
            LinkTarget::Get {
                bucket,
                key,
                version,
            } => {
                let object = ObjectRef {
                    bucket: bucket.clone(),
                    key: key.clone(),
                    version: version.clone(),
                };
                let get = GetObject::whole(object);
                self.store.head_object(get).await?;
            }
            LinkTarget::Put { bucket, .. } | LinkTarget::Post { bucket, .. } => {
                self.store.head_bucket(bucket).await?;
            }
        }
        Ok(())
    }

    fn view(&self, link: Link, secret: &secrecy::SecretString) -> Answer<LinkView> {
        let written = match self.doors.of(link.audience) {
            Some(door) => link_urls::write(&link, secret, door, &self.doors.region)?,
            None => Written::default(),
        };
        let state = link.state(SystemClock.now());
        let qr_svg = drawn(&written, state);
        Ok(LinkView {
            kind: LinkKind::from(&link.target),
            bucket: link.target.bucket().as_str().to_owned(),
            key: link.target.key().to_owned(),
            version_id: version(&link.target),
            created: link.created.as_millis(),
            expires: link.expires.as_millis(),
            max_uses: link.max_uses,
            uses: link.uses,
            last_used: link.last_used.map(stave_model::Timestamp::as_millis),
            revoked: link.revoked.map(stave_model::Timestamp::as_millis),
            state: state.into(),
            audience: link.audience.into(),
            user: link.user.as_str().to_owned(),
            id: link.id.as_str().to_owned(),
            title: link.title,
            url: written.url,
            curl: written.curl,
            qr_svg,
            form: written.form,
        })
    }
}

/// Draws the code of a link that a telephone could open: it is large, and of no use for any other.
fn drawn(written: &Written, state: LinkState) -> String {
    if state != LinkState::Live || written.form.is_some() || written.url.is_empty() {
        return String::new();
    }
    qr(&written.url)
}

fn version(target: &LinkTarget) -> Option<String> {
    match target {
        LinkTarget::Get { version, .. } => version.as_ref().map(|one| one.as_str().to_owned()),
        LinkTarget::Put { .. } | LinkTarget::Post { .. } => None,
    }
}

/// Removes a link that opens no more, and its log.
pub async fn forget(links: &dyn Links, id: &AccessKeyId) -> Answer<()> {
    let (link, _) = links.link(id).await?;
    if link.state(SystemClock.now()) == LinkState::Live {
        return Err(Failure::refused(
            "link_live",
            "a link that still works is not forgotten",
            "Revoke it first.",
        ));
    }
    Ok(links.forget_link(id).await?)
}

/// Tells who came by a link, newest first.
pub async fn log(links: &dyn Links, id: &AccessKeyId) -> Answer<Vec<LinkOpening>> {
    let visits = links.link_log(id).await?;
    Ok(visits.into_iter().map(LinkOpening::from).collect())
}

fn title(text: &str) -> Answer<String> {
    let text = text.trim();
    if text.chars().count() <= TITLE_MAX && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    let message = format!("a title has at most {TITLE_MAX} characters, and is one line");
    Err(Failure::refused("invalid_title", &message, "Shorten it."))
}

fn seconds(seconds: u32) -> Answer<u32> {
    if (1..=LONGEST.as_secs()).contains(&u64::from(seconds)) {
        return Ok(seconds);
    }
    Err(Failure::refused(
        "invalid_expiry",
        "a link lives 1 second to 7 days",
        "Choose an end between one second and seven days from now.",
    ))
}

fn uses(most: Option<u32>) -> Answer<Option<u32>> {
    if most != Some(0) {
        return Ok(most);
    }
    Err(Failure::refused(
        "invalid_uses",
        "a link that may never be used is none",
        "Allow one use at least, or set no limit.",
    ))
}

fn target(asked: LinkRequest) -> Answer<LinkTarget> {
    let bucket = BucketName::parse(&asked.bucket)?;
    let content_type = asked.content_type.map(content_type).transpose()?;
    Ok(match asked.kind {
        LinkKind::Get => LinkTarget::Get {
            bucket,
            key: ObjectKey::parse(&asked.key)?,
            version: asked
                .version_id
                .as_deref()
                .map(VersionId::parse)
                .transpose()?,
        },
        LinkKind::Put => LinkTarget::Put {
            bucket,
            key: ObjectKey::parse(&asked.key)?,
            content_type,
            max_bytes: asked.max_bytes,
        },
        LinkKind::Post => {
            let min_bytes = asked.min_bytes.unwrap_or_default();
            sizes(min_bytes, asked.max_bytes)?;
            LinkTarget::Post {
                bucket,
                prefix: prefix(asked.key_prefix.unwrap_or_default())?,
                content_type,
                min_bytes,
                max_bytes: asked.max_bytes,
            }
        }
    })
}

fn content_type(text: String) -> Answer<String> {
    let visible = |byte: u8| (b' '..=b'~').contains(&byte);
    if !text.is_empty() && text.len() <= CONTENT_TYPE_MAX && text.bytes().all(visible) {
        return Ok(text);
    }
    Err(Failure::refused(
        "invalid_content_type",
        "this is no type of content",
        "Write one such as image/png, or leave it empty.",
    ))
}

fn sizes(least: u64, most: Option<u64>) -> Answer<()> {
    if most.is_none_or(|most| least <= most) {
        return Ok(());
    }
    Err(Failure::refused(
        "invalid_sizes",
        "the least size is above the largest",
        "Make the largest larger, or the least smaller.",
    ))
}

/// A prefix is the beginning of a key, so that a key with one more letter must be one.
fn prefix(text: String) -> Answer<String> {
    ObjectKey::parse(&format!("{text}x"))?;
    Ok(text)
}
