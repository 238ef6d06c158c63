//! Credentials as they are told, once.

use secrecy::ExposeSecret as _;
use stave_store::SessionCredentials;

use crate::query_api::xml::Xml;

/// Writes the element `Credentials`.
pub(super) fn told(made: &SessionCredentials) -> Xml {
    let inner = Xml::new()
        .text("AccessKeyId", made.session.id.as_str())
        .text("SecretAccessKey", made.secret.expose_secret())
        .text("SessionToken", made.token.expose_secret())
        .moment("Expiration", made.session.expires);
    Xml::new().nested("Credentials", &inner)
}
