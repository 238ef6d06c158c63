//! Keys that a person keeps for objects of their own (SSE-C): typed, or held by the keychain of this
//! computer. The vault never has them; their names stand in the settings, they themselves do not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use stave_engine::{
    CustomerKeyError, RandomIds, customer_key, forget_customer_key, keep_customer_key,
};
use stave_model::{Clock as _, Ids as _, SystemClock};
use stave_store::CustomerKey;
use tokio::task::spawn_blocking;

use crate::errors::{Answer, Failure};
use crate::settings::{KeptCustomerKey, SettingsFile};
use crate::views::{CustomerKeyGiven, CustomerKeyKept, CustomerKeyView};

/// How long a key is.
const KEY_BYTES: usize = 32;

/// How long a name may be.
const NAME_MAX: usize = 100;

/// How many keys are kept.
const KEPT_MAX: usize = 200;

/// Lists the kept keys by their names.
pub fn list(settings: &SettingsFile) -> Vec<CustomerKeyView> {
    let mut kept = settings.get().customer_keys;
    kept.sort_by(|one, other| one.name.cmp(&other.name));
    kept.into_iter()
        .map(|kept| CustomerKeyView {
            name: kept.name,
            created: kept.created,
        })
        .collect()
}

/// Keeps a key under a name; without one makes it, and tells it this once.
pub async fn keep(
    settings: &SettingsFile,
    name: String,
    typed: Option<SecretString>,
) -> Answer<CustomerKeyKept> {
    check_name(settings, &name)?;
    let key = match &typed {
        Some(typed) => parse(typed)?,
        None => CustomerKey::new(minted()),
    };
    let (entry, kept) = (name.clone(), key.clone());
    in_keychain(move || keep_customer_key(&entry, kept.expose())).await?;
    let created = SystemClock.now().as_millis();
    settings.change(|remembered| {
        let kept = KeptCustomerKey {
            name: name.clone(),
            created,
        };
        remembered.customer_keys.push(kept);
    })?;
    Ok(CustomerKeyKept {
        name,
        key: typed.is_none().then(|| STANDARD.encode(key.expose())),
    })
}

fn check_name(settings: &SettingsFile, name: &str) -> Answer<()> {
    let refuse = |message: &str, hint: &str| {
        Err(Failure::refused("invalid_customer_key_name", message, hint))
    };
    if name.trim() != name || name.is_empty() || name.len() > NAME_MAX {
        return refuse(
            "the name of a key has 1 to 100 characters and no space at either end",
            "Choose another name.",
        );
    }
    let kept = settings.get().customer_keys;
    if kept.iter().any(|kept| kept.name == name) {
        return refuse(
            "a key of this name is kept already",
            "Choose another name, or forget that one first: what is under it is lost without it.",
        );
    }
    if kept.len() >= KEPT_MAX {
        return refuse("there are 200 kept keys", "Forget some first.");
    }
    Ok(())
}

/// Removes a kept key.
pub async fn forget(settings: &SettingsFile, name: String) -> Answer<()> {
    let entry = name.clone();
    in_keychain(move || forget_customer_key(&entry)).await?;
    settings.change(|remembered| remembered.customer_keys.retain(|kept| kept.name != name))
}

/// Returns the key that a request gives.
pub async fn given(given: CustomerKeyGiven) -> Answer<CustomerKey> {
    match given {
        CustomerKeyGiven::Typed { value } => parse(&SecretString::from(value)),
        CustomerKeyGiven::Kept { name } => {
            let entry = name.clone();
            let found = in_keychain(move || customer_key(&entry)).await?;
            found.map(|key| CustomerKey::new(*key)).ok_or_else(|| {
                let message = format!("the keychain has no key {name}");
                Failure::refused(
                    "customer_key_missing",
                    &message,
                    "Type the key, or bring the keychain back from a backup.",
                )
            })
        }
    }
}

/// Reads a key: base64 of 32 bytes, or 64 hexadecimal digits.
fn parse(text: &SecretString) -> Answer<CustomerKey> {
    let text = text.expose_secret().trim();
    let bytes = match text.len() {
        64 => from_hex(text),
        _ => STANDARD.decode(text).ok(),
    };
    let key: Option<[u8; KEY_BYTES]> = bytes.and_then(|bytes| bytes.try_into().ok());
    key.map(CustomerKey::new).ok_or_else(|| {
        Failure::refused(
            "invalid_customer_key",
            "this is not a key of 32 bytes",
            "Write it in base64 (44 characters) or as 64 hexadecimal digits.",
        )
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let digits = digits?;
    Some(
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect(),
    )
}

fn minted() -> [u8; KEY_BYTES] {
    let mut key = [0; KEY_BYTES];
    for half in key.chunks_mut(KEY_BYTES / 2) {
        half.copy_from_slice(&RandomIds.random_16());
    }
    key
}

/// The keychain may ask the person, so it is asked off the runtime.
async fn in_keychain<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CustomerKeyError> + Send + 'static,
) -> Answer<T> {
    let done = spawn_blocking(work).await;
    let done = done.unwrap_or_else(|lost| Err(CustomerKeyError::Failed(Box::new(lost))));
    done.map_err(|error| failure(&error))
}

fn failure(error: &CustomerKeyError) -> Failure {
    let (code, hint) = match error {
        CustomerKeyError::Absent => (
            "keychain_absent",
            "Start the keychain of this computer, or type the key each time.",
        ),
        CustomerKeyError::Locked => ("keychain_locked", "Unlock the keychain, then try again."),
        CustomerKeyError::Malformed
        | CustomerKeyError::Unreliable
        | CustomerKeyError::Failed(_) => ("keychain_failed", "Type the key instead."),
    };
    let why = std::error::Error::source(error).map_or_else(String::new, ToString::to_string);
    Failure::new(code, error.to_string(), why, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<[u8; KEY_BYTES]> {
        parse(&SecretString::from(text))
            .ok()
            .map(|key| *key.expose())
    }

    #[test]
    fn a_key_is_written_in_base64_or_hexadecimal() {
        assert_eq!(
            read(" AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= "),
            Some([1; 32])
        );
        assert_eq!(read(&"fF".repeat(32)), Some([0xff; 32]));
        for text in ["", "AQEB", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_minted_key_is_another_each_time() {
        assert_ne!(minted(), minted());
        assert_ne!(minted()[..16], minted()[16..]);
    }

    #[tokio::test]
    async fn a_name_is_refused_before_the_keychain_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let settings = SettingsFile::read(folder.path().join("settings.json"));
        settings
            .change(|remembered| {
                remembered.customer_keys.push(KeptCustomerKey {
                    name: "tax".to_owned(),
                    created: 7,
                });
            })
            .unwrap();
        for name in ["", " tax", "tax", &"x".repeat(101)] {
            let refused = keep(&settings, name.to_owned(), None).await;
            let code = refused.err().unwrap().code;
            assert_eq!(code, "invalid_customer_key_name", "{name}");
        }
        let listed = list(&settings);
        assert_eq!((listed[0].name.as_str(), listed[0].created), ("tax", 7));
    }
}
