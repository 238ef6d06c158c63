//! The URL of a link, made anew from its key and the moment at which it was made: it is kept nowhere.

use std::time::Duration;

use secrecy::SecretString;
use stave_endpoint::presign::{
    PostForm, PostKey, PostType, PresignGet, PresignPost, PresignPut, Signer, UrlStyle,
    presign_get, presign_post, presign_put,
};
use stave_model::{Link, LinkTarget};

use crate::errors::Answer;
use crate::sharing::{file_name, quoted, refused};
use crate::views::{HeaderView, LinkForm};

/// The most bytes that S3 takes in one request.
const LARGEST: u64 = 5 * 1024 * 1024 * 1024;

/// A link as it is given out.
#[derive(Default)]
pub struct Written {
    pub url: String,
    pub curl: String,
    pub form: Option<LinkForm>,
}

/// Writes a link that leads through a door.
pub fn write(link: &Link, secret: &SecretString, door: &str, region: &str) -> Answer<Written> {
    let signer = Signer {
        endpoint: door.to_owned(),
        region: region.to_owned(),
        access_key_id: link.id.clone(),
        secret_access_key: secret.clone(),
        session_token: None,
        style: UrlStyle::Path,
    };
    match &link.target {
        LinkTarget::Get {
            bucket,
            key,
            version,
        } => {
            let get = PresignGet {
                version: version.clone(),
                ..PresignGet::new(bucket.clone(), key.clone(), life(link))
            };
            let url = presign_get(&get, &signer, link.created);
            let url = url.map_err(|error| refused(&error))?.url;
            let name = quoted(file_name(key.as_str()));
            Ok(plain(format!("curl -fL -o {name} {}", quoted(&url)), url))
        }
        LinkTarget::Put {
            bucket,
            key,
            content_type,
            ..
        } => {
            let put = PresignPut {
                content_type: content_type.clone(),
                ..PresignPut::new(bucket.clone(), key.clone(), life(link))
            };
            let written = presign_put(&put, &signer, link.created);
            let written = written.map_err(|error| refused(&error))?;
            let mut curl = format!("curl -fT {}", quoted(file_name(key.as_str())));
            for (name, value) in &written.headers {
                let header = quoted(&format!("{name}: {value}"));
                curl = format!("{curl} -H {header}");
            }
            let curl = format!("{curl} {}", quoted(&written.url));
            Ok(plain(curl, written.url))
        }
        LinkTarget::Post { .. } => form(link, &signer),
    }
}

/// The exact length that its URL is signed for.
fn life(link: &Link) -> Duration {
    let millis = link.expires.as_millis() - link.created.as_millis();
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

fn plain(curl: String, url: String) -> Written {
    Written {
        curl,
        url,
        form: None,
    }
}

fn form(link: &Link, signer: &Signer) -> Answer<Written> {
    let LinkTarget::Post {
        bucket,
        prefix,
        content_type,
        min_bytes,
        max_bytes,
    } = &link.target
    else {
        return Ok(Written::default());
    };
    let below = PostKey::Below(prefix.clone());
    let bounded = *min_bytes > 0 || max_bytes.is_some();
    let post = PresignPost {
        content_type: content_type.clone().map(PostType::Beginning),
        size: bounded.then(|| *min_bytes..=max_bytes.unwrap_or(LARGEST)),
        ..PresignPost::new(bucket.clone(), below, life(link))
    };
    let form = presign_post(&post, signer, link.created);
    let form = form.map_err(|error| refused(&error))?;
    Ok(Written {
        curl: form_curl(&form),
        url: form.url.clone(),
        form: Some(LinkForm {
            url: form.url,
            fields: HeaderView::all(form.fields),
            html: form.html,
        }),
    })
}

/// Writes a form as a command; what the sender fills stands there as it begins.
fn form_curl(form: &PostForm) -> String {
    let open = form
        .open
        .iter()
        .map(|field| (&field.name, &field.beginning));
    let fields = form.fields.iter().map(|(name, value)| (name, value));
    let mut curl = "curl -f".to_owned();
    for (name, value) in fields.chain(open) {
        let field = quoted(&format!("{name}={value}"));
        curl = format!("{curl} --form-string {field}");
    }
    format!("{curl} -F file=@FILE {}", quoted(&form.url))
}
