//! Pre-signed links, with the same as a QR code and as a command.

use std::time::Duration;

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use secrecy::SecretString;
use stave_endpoint::presign::{PresignError, PresignGet, Signer, UrlStyle, presign_get};
use stave_model::{AccessKeyId, AccessKeyStatus, Clock as _, SystemClock};
use stave_store::{AccessKeys, GetObject, ObjectRef};

use crate::args::window_user;
use crate::errors::{Answer, Failure};
use crate::session::Session;
use crate::views::ShareLink;

/// A code of this many pixels a side fits the dialog; it is drawn as vectors and scales.
const QR_SIDE: u32 = 240;

/// Makes a link that reads an object for `expires`.
pub async fn link(session: &Session, object: ObjectRef, expires: Duration) -> Answer<ShareLink> {
    let endpoint = session.gate.endpoint().await?;
    // A link to what is not there would only fail at whoever gets it.
    session
        .store
        .head_object(GetObject::whole(object.clone()))
        .await?;
    let (access_key_id, secret_access_key) = signing_key(&*session.access_keys).await?;
    let signer = Signer {
        endpoint: endpoint.url(),
        region: endpoint.region().to_owned(),
        access_key_id,
        secret_access_key,
        session_token: None,
        style: UrlStyle::Path,
    };
    let name = file_name(object.key.as_str()).to_owned();
    let get = PresignGet {
        version: object.version,
        ..PresignGet::new(object.bucket, object.key, expires)
    };
    let link = presign_get(&get, &signer, SystemClock.now()).map_err(|error| refused(&error))?;
    Ok(ShareLink {
        qr_svg: qr(&link.url),
        curl: format!("curl -fL -o {} {}", quoted(&name), quoted(&link.url)),
        expires: link.expires_at.as_millis(),
        url: link.url,
    })
}

/// Returns the oldest active key of the vault's owner: the link dies with it.
async fn signing_key(access_keys: &dyn AccessKeys) -> Answer<(AccessKeyId, SecretString)> {
    let owner = window_user();
    let keys = access_keys.list_access_keys().await?;
    let usable =
        |key: &&stave_model::AccessKey| key.user == owner && key.status == AccessKeyStatus::Active;
    let key = keys.iter().find(usable).ok_or_else(|| {
        Failure::refused(
            "no_access_key",
            "there is no active access key to sign with",
            "Add or turn on a key of admin under Developer.",
        )
    })?;
    let (key, secret) = access_keys.access_key_secret(&key.id).await?;
    Ok((key.id, secret))
}

/// Says why a link was not made.
pub fn refused(error: &PresignError) -> Failure {
    let hint = match error {
        PresignError::Lifetime(_) => "Choose an end between one second and seven days from now.",
        PresignError::Header(_) => "Choose another header.",
        PresignError::CustomerKey => "Download it here, and give it away as a file.",
        PresignError::Prefix(_) => "Choose a prefix that keys can begin with.",
        PresignError::Size { .. } => "Make the largest size larger, or the least smaller.",
        PresignError::Endpoint(_) | PresignError::Parameters(_) | PresignError::Signing(_) => {
            "Try again."
        }
    };
    Failure::new("link_refused", error.to_string(), "", hint)
}

/// Draws a code; empty where the link is longer than any code.
pub fn qr(url: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(url, EcLevel::L) else {
        return String::new();
    };
    code.render::<svg::Color>()
        .min_dimensions(QR_SIDE, QR_SIDE)
        .build()
}

/// Names a file after the end of a key.
pub fn file_name(key: &str) -> &str {
    let key = key.trim_end_matches('/');
    let name = key.rsplit('/').next().unwrap_or(key);
    if name.is_empty() { "object" } else { name }
}

/// Quotes a word for a POSIX shell.
pub fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(quoted("a'; rm -rf ~; '"), r"'a'\''; rm -rf ~; '\'''");
    }

    #[test]
    fn a_link_is_drawn() {
        assert!(qr("http://127.0.0.1:9000/photos/a.jpg").contains("<svg"));
        assert_eq!(qr(&"x".repeat(5_000)), "");
    }

    #[test]
    fn the_file_is_named_after_the_end_of_the_key() {
        assert_eq!(file_name("a/b c.txt"), "b c.txt");
        assert_eq!(file_name("a/b/"), "b");
        assert_eq!(file_name("///"), "object");
    }
}
