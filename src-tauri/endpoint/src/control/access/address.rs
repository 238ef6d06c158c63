//! How a link is used: its URL, or its form. Made anew whenever it is asked for, of what the vault keeps.

use std::time::Duration;

use secrecy::SecretString;
use stave_model::{Link, LinkTarget};

use super::LinkAddress;
use crate::presign::{
    PostKey, PostType, PresignError, PresignGet, PresignPost, PresignPut, Presigned, Signer,
    UrlStyle, presign_get, presign_post, presign_put,
};

/// The most bytes that S3 takes by a form.
const FORM_BYTES_MAX: u64 = 5 << 30;

/// The endpoint that addresses are made for.
pub(super) struct Place<'p> {
    /// Its URL.
    pub endpoint: &'p str,
    /// Its region.
    pub region: &'p str,
    /// Whether it answers now.
    pub served: bool,
}

/// Returns how a link is used.
pub(super) fn address(
    link: &Link,
    secret: SecretString,
    place: &Place<'_>,
) -> Result<LinkAddress, PresignError> {
    let signer = Signer {
        endpoint: place.endpoint.to_owned(),
        region: place.region.to_owned(),
        access_key_id: link.id.clone(),
        secret_access_key: secret,
        session_token: None,
        style: UrlStyle::Path,
    };
    let lasts_ms = link.expires.as_millis() - link.created.as_millis();
    let expires = Duration::from_millis(u64::try_from(lasts_ms).unwrap_or_default());
    let served = place.served;
    match &link.target {
        LinkTarget::Get {
            bucket,
            key,
            version,
        } => {
            let get = PresignGet {
                version: version.clone(),
                ..PresignGet::new(bucket.clone(), key.clone(), expires)
            };
            Ok(of_url(presign_get(&get, &signer, link.created)?, served))
        }
        LinkTarget::Put {
            bucket,
            key,
            content_type,
            ..
        } => {
            let put = PresignPut {
                content_type: content_type.clone(),
                ..PresignPut::new(bucket.clone(), key.clone(), expires)
            };
            Ok(of_url(presign_put(&put, &signer, link.created)?, served))
        }
        LinkTarget::Post { .. } => of_form(link, expires, &signer, served),
    }
}

fn of_url(signed: Presigned, served: bool) -> LinkAddress {
    LinkAddress {
        url: signed.url,
        headers: signed.headers,
        fields: Vec::new(),
        open_fields: Vec::new(),
        html: None,
        served,
    }
}

fn of_form(
    link: &Link,
    expires: Duration,
    signer: &Signer,
    served: bool,
) -> Result<LinkAddress, PresignError> {
    let bucket = link.target.bucket().clone();
    let key = PostKey::Below(link.target.key().to_owned());
    let mut post = PresignPost::new(bucket, key, expires);
    if let LinkTarget::Post {
        content_type,
        min_bytes,
        max_bytes,
        ..
    } = &link.target
    {
        post.content_type = content_type.clone().map(PostType::Beginning);
        post.size = match max_bytes {
            None if *min_bytes == 0 => None,
            most => Some(*min_bytes..=most.unwrap_or(FORM_BYTES_MAX)),
        };
    }
    let form = presign_post(&post, signer, link.created)?;
    let open = form.open.into_iter();
    Ok(LinkAddress {
        url: form.url,
        headers: Vec::new(),
        fields: form.fields,
        open_fields: open.map(|field| (field.name, field.beginning)).collect(),
        html: Some(form.html),
        served,
    })
}
