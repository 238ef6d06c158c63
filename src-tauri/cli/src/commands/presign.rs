//! `stave presign`: a link that works without a key until its end.

use std::time::Duration;

use serde::Serialize;
use stave_endpoint::control::USUAL_ENDPOINT;
use stave_endpoint::presign::{
    PresignGet, PresignPut, Presigned, Signer, UrlStyle, presign_get, presign_put,
};
use stave_engine::{ADMIN, Engine, LocalStore};
use stave_model::{AccessKeyId, AccessKeyStatus, Clock as _, ObjectKey, SystemClock};
use stave_store::AccessKeys as _;

use crate::args::Presign;
use crate::connect::{Credential, OpenVault, close, named_endpoint, open_vault, session};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::shown::{local_time, rfc3339};

/// A link in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "link")]
struct LinkLine<'a> {
    url: &'a str,
    method: &'static str,
    expires: String,
    endpoint: &'a str,
    served: bool,
    dies_with_process: bool,
}

/// What signs a link, and how long that holds.
struct Signing {
    signer: Signer,
    /// Whether something answers at the address now.
    served: bool,
    /// Whether the key lives in the memory of the serving process alone.
    in_memory: bool,
}

/// Makes a link.
pub async fn presign(context: &mut Context, args: Presign) -> Outcome {
    let key = args.place.key().map_err(|error| {
        Failure::new(
            Exit::Usage,
            format!("Cannot make a link to {}.", args.place),
        )
        .because(&error)
        .cure("Write s3://bucket/key.")
    })?;
    let signing = signing(context).await?;
    let link = sign(&args, key, &signing.signer).map_err(|error| {
        Failure::new(
            Exit::Usage,
            format!("Cannot make a link to {}.", args.place),
        )
        .because(&error)
        .cure("Choose --expires from 1s to 7d.")
    })?;
    print(context, &args, &signing, &link)
}

fn sign(
    args: &Presign,
    key: ObjectKey,
    signer: &Signer,
) -> Result<Presigned, stave_endpoint::presign::PresignError> {
    let (bucket, expires) = (args.place.bucket.clone(), args.expires);
    let now = SystemClock.now();
    if args.put {
        let put = PresignPut {
            content_type: args.content_type.clone(),
            ..PresignPut::new(bucket, key, expires)
        };
        return presign_put(&put, signer, now);
    }
    let get = PresignGet {
        version: args.version_id.clone(),
        response_content_disposition: args.save_as.as_deref().map(attachment),
        ..PresignGet::new(bucket, key, expires)
    };
    presign_get(&get, signer, now)
}

/// Names the file under which a browser saves an object (RFC 6266); quotes and beyond-ASCII letters
/// go by the extended form.
fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| match c {
            ' '..='~' if c != '"' && c != '\\' => c,
            _ => '_',
        })
        .collect();
    if plain == name {
        return format!("attachment; filename=\"{plain}\"");
    }
    let extended: String = name
        .bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(b).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}")
}

async fn signing(context: &Context) -> Outcome<Signing> {
    if let Some(credential) = named_endpoint(&context.global)? {
        return Ok(Signing {
            signer: signer(credential)?,
            served: true,
            in_memory: false,
        });
    }
    match open_vault(&context.global).await? {
        OpenVault::Elsewhere(found) => Ok(Signing {
            signer: signer(session(&found).await?)?,
            served: true,
            in_memory: true,
        }),
        OpenVault::Here(engine) => {
            let signer = stored_signer(&engine).await;
            close(engine).await;
            Ok(Signing {
                signer: signer?,
                served: false,
                in_memory: false,
            })
        }
    }
}

fn signer(credential: Credential) -> Outcome<Signer> {
    let access_key_id = AccessKeyId::parse(&credential.access_key_id).map_err(|error| {
        Failure::new(Exit::Usage, "Cannot make a link.")
            .because(&error)
            .cure("Check AWS_ACCESS_KEY_ID.")
    })?;
    Ok(Signer {
        endpoint: credential.endpoint_url,
        region: credential.region,
        access_key_id,
        secret_access_key: credential.secret_access_key,
        session_token: credential.session_token,
        style: UrlStyle::Path,
    })
}

/// Signs by the first active access key of the vault's first user.
async fn stored_signer(engine: &std::sync::Arc<Engine>) -> Outcome<Signer> {
    let store = LocalStore::new(std::sync::Arc::clone(engine));
    let keys = store.list_access_keys().await;
    let keys = keys.map_err(cannot("list the access keys"))?;
    let key = keys
        .into_iter()
        .find(|key| key.user.as_str() == ADMIN && key.status == AccessKeyStatus::Active)
        .ok_or_else(|| {
            Failure::new(Exit::NotFound, "Cannot make a link.")
                .why(format!("{ADMIN} has no active access key to sign it."))
                .cure("Add one with `stave access-keys add`.")
        })?;
    let shown = store.access_key_secret(&key.id).await;
    let (key, secret) = shown.map_err(cannot("read an access key"))?;
    Ok(Signer {
        endpoint: USUAL_ENDPOINT.to_owned(),
        region: stave_endpoint::DEFAULT_REGION.to_owned(),
        access_key_id: key.id,
        secret_access_key: secret,
        session_token: None,
        style: UrlStyle::Path,
    })
}

fn print(context: &mut Context, args: &Presign, signing: &Signing, link: &Presigned) -> Outcome {
    let entry = LinkLine {
        url: &link.url,
        method: if args.put { "PUT" } else { "GET" },
        expires: rfc3339(link.expires_at),
        endpoint: &signing.signer.endpoint,
        served: signing.served,
        dies_with_process: signing.in_memory,
    };
    context.output.result(&entry, &link.url)?;
    context.output.flush()?;
    let ends = local_time(link.expires_at);
    context.output.remark(format_args!(
        "Works until {ends} ({}).",
        rfc3339(link.expires_at)
    ));
    if !signing.served {
        context.output.remark(format_args!(
            "Nothing serves this vault now: the link works while `stave serve` has it at {}.",
            signing.signer.endpoint
        ));
    }
    if signing.in_memory && args.expires > Duration::ZERO {
        context.output.remark(
            "It is signed by a key that only the serving process has, and ends with that process.",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_to_save_as_cannot_break_out_of_its_quotes() {
        for (name, expected) in [
            ("a b.txt", "attachment; filename=\"a b.txt\""),
            (
                "a\"b.txt",
                "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt",
            ),
            (
                "\u{fc}.txt",
                "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%BC.txt",
            ),
        ] {
            assert_eq!(attachment(name), expected);
        }
    }
}
