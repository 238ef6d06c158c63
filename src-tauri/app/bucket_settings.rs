//! What is set for a bucket: read whole for its page, written section by section.

#[cfg(test)]
#[path = "bucket_settings_test.rs"]
mod bucket_settings_test;

use http::uri::Authority;
use stave_model::{
    BucketConfig, BucketConfigKind, BucketName, Logging, ObjectKey, ObjectOwnership, Payer, Tags,
    Website,
};
use stave_store::{Result, Store};

use crate::errors::{Answer, Failure};
use crate::views::{BucketSettings, LoggingView, TagView, WebsiteView};

/// The label between a bucket and the host on which its web site answers.
const WEBSITE_LABEL: &str = "s3-website";

/// Reads what is set; `port` is that of the endpoint, `None` while it is off.
pub async fn read(
    store: &dyn Store,
    bucket: &BucketName,
    port: Option<u16>,
) -> Result<BucketSettings> {
    // Asked first, so that a bucket that is gone is told as such.
    store.head_bucket(bucket).await?;
    let mut found = BucketSettings {
        tags: Vec::new(),
        ownership: ObjectOwnership::default().into(),
        payer: Payer::default().into(),
        logging: None,
        website: None,
        website_url: website_url(bucket, port),
    };
    for kind in SHOWN {
        if let Some(config) = store.bucket_config(bucket, kind).await? {
            note(&mut found, config);
        }
    }
    Ok(found)
}

/// The kinds that the page shows.
const SHOWN: [BucketConfigKind; 5] = [
    BucketConfigKind::Tagging,
    BucketConfigKind::Ownership,
    BucketConfigKind::RequestPayment,
    BucketConfigKind::Logging,
    BucketConfigKind::Website,
];

fn note(found: &mut BucketSettings, config: BucketConfig) {
    match config {
        BucketConfig::Tagging(tags) => found.tags = TagView::all(&tags),
        BucketConfig::Ownership(ownership) => found.ownership = ownership.into(),
        BucketConfig::RequestPayment(payer) => found.payer = payer.into(),
        BucketConfig::Logging(logging) => found.logging = Some(logging.into()),
        BucketConfig::Website(website) => found.website = Some(website.into()),
        BucketConfig::Acl(_)
        | BucketConfig::Accelerate(_)
        | BucketConfig::Encryption(_)
        | BucketConfig::Cors(_)
        | BucketConfig::Policy(_)
        | BucketConfig::PublicAccess(_) => {}
    }
}

fn website_url(bucket: &BucketName, port: Option<u16>) -> String {
    port.map_or_else(String::new, |port| {
        format!("http://{bucket}.{WEBSITE_LABEL}.localhost:{port}/")
    })
}

/// Sets the bucket's own tags; none removes them.
pub async fn set_tags(store: &dyn Store, bucket: &BucketName, tags: Vec<TagView>) -> Answer<()> {
    let tags = Tags::of_bucket(TagView::pairs(tags))?;
    if tags.is_empty() {
        let kind = BucketConfigKind::Tagging;
        return Ok(store.delete_bucket_config(bucket, kind).await?);
    }
    let config = BucketConfig::Tagging(tags);
    Ok(store.put_bucket_config(bucket, config).await?)
}

/// Sets where access logs go. Whom they are given to is set elsewhere, and kept.
pub async fn set_logging(
    store: &dyn Store,
    bucket: &BucketName,
    logging: Option<LoggingView>,
) -> Answer<()> {
    let kind = BucketConfigKind::Logging;
    let Some(logging) = logging else {
        return Ok(store.delete_bucket_config(bucket, kind).await?);
    };
    let target_bucket = BucketName::parse(&logging.target_bucket)
        .map_err(|error| Failure::new(TARGET_BUCKET, error.to_string(), "", "Choose a bucket."))?;
    if store.head_bucket(&target_bucket).await.is_err() {
        let message = format!("there is no bucket {target_bucket}");
        return Err(Failure::refused(
            TARGET_BUCKET,
            &message,
            "Choose a bucket.",
        ));
    }
    let grants = match store.bucket_config(bucket, kind).await? {
        Some(BucketConfig::Logging(known)) => known.grants,
        _ => Vec::new(),
    };
    let config = BucketConfig::Logging(Logging {
        target_bucket,
        target_prefix: prefix(logging.target_prefix)?,
        grants,
        key_format: logging.key_format.into(),
    });
    Ok(store.put_bucket_config(bucket, config).await?)
}

/// The codes by which the page finds the field that an error is about.
const TARGET_BUCKET: &str = "invalid_target_bucket";
const TARGET_PREFIX: &str = "invalid_target_prefix";
const INDEX: &str = "invalid_index";
const ERROR_PAGE: &str = "invalid_error_page";
const HOST: &str = "invalid_host";
const PROTOCOL: &str = "invalid_protocol";

/// How long a log's prefix may be in bytes: the rest of a key is the time and a random end.
const PREFIX_MAX: usize = 800;

fn prefix(text: String) -> Answer<String> {
    if text.len() <= PREFIX_MAX && !text.contains('\0') {
        return Ok(text);
    }
    let message = format!("a prefix of logs has at most {PREFIX_MAX} bytes");
    Err(Failure::refused(TARGET_PREFIX, &message, "Shorten it."))
}

/// Makes a bucket a web site, or no longer one. Redirect rules are set elsewhere, and kept as long
/// as objects are pages.
pub async fn set_website(
    store: &dyn Store,
    bucket: &BucketName,
    website: Option<WebsiteView>,
) -> Answer<()> {
    let kind = BucketConfigKind::Website;
    let website = match website {
        None => return Ok(store.delete_bucket_config(bucket, kind).await?),
        Some(WebsiteView::RedirectAll { host, protocol }) => Website::RedirectAll {
            host: host_name(&host)?,
            protocol: protocol.map(scheme).transpose()?,
        },
        Some(WebsiteView::Pages {
            index_suffix,
            error_key,
            ..
        }) => Website::Pages {
            index_suffix: index(index_suffix)?,
            error_key: error_key.map(error_page).transpose()?,
            rules: match store.bucket_config(bucket, kind).await? {
                Some(BucketConfig::Website(Website::Pages { rules, .. })) => rules,
                _ => Vec::new(),
            },
        },
    };
    let config = BucketConfig::Website(website);
    Ok(store.put_bucket_config(bucket, config).await?)
}

/// An index page's name is put behind a folder's, so it has no slash of its own.
fn index(suffix: String) -> Answer<String> {
    if suffix.contains('/') || ObjectKey::parse(&suffix).is_err() {
        return Err(Failure::refused(
            INDEX,
            "the name of an index page has at least one character and no slash",
            "index.html is usual.",
        ));
    }
    Ok(suffix)
}

fn error_page(key: String) -> Answer<String> {
    match ObjectKey::parse(&key) {
        Ok(_) => Ok(key),
        Err(error) => Err(Failure::new(
            ERROR_PAGE,
            error.to_string(),
            "",
            "Name an object, or leave it empty.",
        )),
    }
}

/// Checks the name of a host, with a port where it has one.
fn host_name(text: &str) -> Answer<String> {
    if !text.contains('@') && text.parse::<Authority>().is_ok() {
        return Ok(text.to_owned());
    }
    Err(Failure::refused(
        HOST,
        "this is not the name of a host",
        "Write it without a scheme and without a path: www.example.org",
    ))
}

fn scheme(text: String) -> Answer<String> {
    if text == "http" || text == "https" {
        return Ok(text);
    }
    Err(Failure::refused(
        PROTOCOL,
        "a redirect goes by http or https",
        "Choose one of the two.",
    ))
}
