//! Who signed a form. What is signed is its policy, which says the rest.

use std::time::{Duration, SystemTime};

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use stave_model::{Link, UserName};
use subtle::ConstantTimeEq as _;

use super::Forms;
use super::fields::{Fields, invalid_argument};
use crate::guard::{is_amz_date, refuse_scope};
use crate::server::{Refusal, note_string_to_sign, note_verified};
use crate::signers::SignedBy;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// How a form is signed.
enum Signed<'f> {
    /// By signature version 4.
    Now {
        credential: &'f str,
        signature: &'f str,
    },
    /// By signature version 2, which AWS has retired.
    Formerly { id: &'f str, signature: &'f str },
}

/// A form whose signature is right: who made it, and the policy as it was signed.
pub(super) struct Verified<'f> {
    pub(super) user: UserName,
    pub(super) policy: &'f str,
    /// The link that signed it; `None` where another key did.
    pub(super) link: Option<Box<Link>>,
}

impl Forms {
    /// Verifies the signature of a form; `None` for one that carries none.
    pub(super) async fn verify<'f>(
        &self,
        fields: &'f Fields,
    ) -> Result<Option<Verified<'f>>, Refusal> {
        let Some(signed) = self.read_signature(fields)? else {
            return Ok(None);
        };
        let policy = fields.demand("policy", "policy")?;
        let id = match &signed {
            Signed::Now { credential, .. } => credential.split('/').next().unwrap_or_default(),
            Signed::Formerly { id, .. } => id,
        };
        let token = fields.get("x-amz-security-token").map(SecretString::from);
        note_string_to_sign(|| policy.to_owned());
        let found = self.keys.find(id, token.as_ref()).await?;
        let secret = found.secret.expose_secret();
        let (expected, signature) = match signed {
            Signed::Now {
                credential,
                signature,
            } => (self.calculate(credential, secret, policy)?, signature),
            Signed::Formerly { signature, .. } => (calculate_formerly(secret, policy), signature),
        };
        let right = bool::from(expected.as_bytes().ct_eq(signature.as_bytes()));
        let user = right.then(note_verified).flatten();
        let user = user.ok_or_else(|| {
            Refusal::new(
                StatusCode::FORBIDDEN,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. \
                 Check your key and signing method.",
            )
        })?;
        self.keys.note_use(&found.id, &found.by);
        let link = match found.by {
            SignedBy::Link(link) => Some(link),
            SignedBy::Key | SignedBy::Process | SignedBy::Session(_) => None,
        };
        Ok(Some(Verified { user, policy, link }))
    }

    fn read_signature<'f>(&self, fields: &'f Fields) -> Result<Option<Signed<'f>>, Refusal> {
        let has = |name| fields.get(name).is_some();
        let marks = [
            "x-amz-algorithm",
            "x-amz-credential",
            "x-amz-date",
            "x-amz-signature",
        ];
        let now = marks.into_iter().any(has);
        let formerly = has("awsaccesskeyid") || has("signature");
        if formerly && !self.legacy_signatures {
            return Err(version_2());
        }
        if formerly && now {
            let message = "Only one auth mechanism allowed; the form carries the fields of two.";
            return Err(invalid_argument(message, "signature", ""));
        }
        if formerly {
            fields.demand("policy", "policy")?;
            return Ok(Some(Signed::Formerly {
                id: fields.demand("awsaccesskeyid", "AWSAccessKeyId")?,
                signature: fields.demand("signature", "signature")?,
            }));
        }
        if !now && !has("policy") {
            return Ok(None);
        }
        fields.demand("policy", "policy")?;
        self.read_now(fields).map(Some)
    }

    fn read_now<'f>(&self, fields: &'f Fields) -> Result<Signed<'f>, Refusal> {
        let algorithm = fields.demand("x-amz-algorithm", "X-Amz-Algorithm")?;
        if algorithm != ALGORITHM {
            let message = "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"";
            return Err(invalid_argument(message, "X-Amz-Algorithm", algorithm));
        }
        let credential = fields.demand("x-amz-credential", "X-Amz-Credential")?;
        refuse_scope(credential, &self.region, "InvalidArgument")?;
        let date = fields.demand("x-amz-date", "X-Amz-Date")?;
        let signed_day = credential.split('/').nth(1).unwrap_or_default();
        if !is_amz_date(date) || !date.starts_with(signed_day) {
            let message = "X-Amz-Date must be yyyyMMdd'T'HHmmss'Z', of the day in X-Amz-Credential";
            return Err(invalid_argument(message, "X-Amz-Date", date));
        }
        let signature = fields.demand("x-amz-signature", "X-Amz-Signature")?;
        Ok(Signed::Now {
            credential,
            signature,
        })
    }

    fn calculate(&self, credential: &str, secret: &str, policy: &str) -> Result<String, Refusal> {
        let day = credential.split('/').nth(1).unwrap_or_default();
        let day = NaiveDate::parse_from_str(day, "%Y%m%d").map_err(|_| {
            let message = "The date of the credential is none.";
            invalid_argument(message, "X-Amz-Credential", credential)
        })?;
        let seconds = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        let day = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        let key = generate_signing_key(secret, SystemTime::UNIX_EPOCH + day, &self.region, "s3");
        Ok(calculate_signature(key, policy.as_bytes()))
    }
}

fn calculate_formerly(secret: &str, policy: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes())
        .expect("this code takes keys of every length");
    mac.update(policy.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

fn version_2() -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "InvalidRequest",
        "The authorization mechanism you have provided is not supported. Please use \
         AWS4-HMAC-SHA256, as every present SDK does; for a program that cannot, start \
         `stave serve --legacy-form-signatures`.",
    )
}
