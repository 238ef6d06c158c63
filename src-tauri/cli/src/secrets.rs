//! Secrets on their way in: from a terminal, standard input, a file, the environment or the
//! keychain, never from the command line, which other users may see.

use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use stave_store::CustomerKey;

use crate::args::SecretPlace;
use crate::connect::variable;
use crate::failure::{Exit, Failure, Outcome};
use crate::prompt;

/// The most that is read of a file with a secret or a policy.
const FILE_MAX_BYTES: u64 = 1024 * 1024;

/// How long a customer's key is.
const KEY_BYTES: usize = 32;

/// Reads a key of a customer's own.
pub async fn customer_key(place: &SecretPlace) -> Outcome<CustomerKey> {
    match place {
        SecretPlace::Standard => of_bytes(&standard_input()?, "standard input"),
        SecretPlace::Variable(name) => match variable(name) {
            Some(text) => of_bytes(text.as_bytes(), "the environment"),
            None => Err(unread("The variable of the environment is not set.")
                .cure("Set it to the key in base64 or as 64 hexadecimal digits.")
                .into()),
        },
        SecretPlace::Keychain(name) => of_keychain(name.clone()).await,
        SecretPlace::File(path) => {
            // Whoever writes the key where its place belongs is not shown it in an error.
            if path
                .to_str()
                .is_some_and(|text| parse(text.as_bytes()).is_some())
                && !path.exists()
            {
                return Err(
                    unread("That is a key itself, and other users can see it here.")
                        .cure(
                            "Put it into a file, and take another key for what is to stay secret.",
                        )
                        .into(),
                );
            }
            of_bytes(
                read_file(path)?.expose_secret(),
                &path.display().to_string(),
            )
        }
    }
}

async fn of_keychain(name: String) -> Outcome<CustomerKey> {
    let asked = tokio::task::spawn_blocking(move || stave_engine::customer_key(&name)).await;
    let asked = asked.map_err(|lost| unread("The keychain gave no answer.").because(&lost))?;
    match asked {
        Ok(Some(key)) => Ok(CustomerKey::new(*key)),
        Ok(None) => Err(unread("The keychain has no key of that name.")
            .cure("Keep one in the window, or name a file with the key.")
            .into()),
        Err(error) => Err(unread("")
            .because(&error)
            .cure("Start or unlock the keychain, or name a file with the key.")
            .into()),
    }
}

fn of_bytes(bytes: &[u8], place: &str) -> Outcome<CustomerKey> {
    parse(bytes).map(CustomerKey::new).ok_or_else(|| {
        unread(format!("What {place} holds is not a key of 32 bytes."))
            .cure("Write it as 32 bytes, in base64 (44 characters) or as 64 hexadecimal digits.")
            .into()
    })
}

/// Reads a key: its 32 bytes, or them in base64 or as hexadecimal digits.
fn parse(bytes: &[u8]) -> Option<[u8; KEY_BYTES]> {
    if let Ok(key) = bytes.try_into() {
        return Some(key);
    }
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let key = match text.len() {
        64 => from_hex(text)?,
        _ => STANDARD.decode(text).ok()?,
    };
    key.try_into().ok()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: char| {
        digit
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let digits: Option<Vec<u8>> = text.chars().map(digit).collect();
    let pairs = digits?;
    Some(pairs.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn unread(why: impl Into<String>) -> Failure {
    Failure::new(Exit::Usage, "Cannot read the key of your own.").why(why)
}

/// Reads bytes that may be secret from a file, or from standard input where it is `-`.
pub fn bytes_of(path: &Path) -> Outcome<SecretSlice<u8>> {
    if path == Path::new("-") {
        return standard_input().map(SecretSlice::from);
    }
    read_file(path)
}

/// Reads text from a file, or from standard input where it is `-`.
pub fn text_of(path: &Path) -> Outcome<String> {
    let bytes = bytes_of(path)?;
    String::from_utf8(bytes.expose_secret().to_vec()).map_err(|_| {
        Failure::new(Exit::Usage, format!("Cannot read {}.", path.display()))
            .why("It is not text.")
            .cure("Name a file of UTF-8 text.")
            .into()
    })
}

fn read_file(path: &Path) -> Outcome<SecretSlice<u8>> {
    let refused =
        |failure: Failure| failure.cure("Name a file that you may read, or - for standard input.");
    let what = || Failure::new(Exit::Usage, format!("Cannot read {}.", path.display()));
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(FILE_MAX_BYTES + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() as u64 > FILE_MAX_BYTES => {
            Err(refused(what().why("It has more than 1 MiB.")).into())
        }
        Ok(_) => Ok(SecretSlice::from(bytes)),
        Err(error) => Err(refused(what().because(&error)).into()),
    }
}

fn standard_input() -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    let limited = std::io::stdin().lock().take(FILE_MAX_BYTES);
    let read = std::io::BufReader::new(limited).read_to_end(&mut bytes);
    read.map_err(|error| {
        Failure::new(Exit::Usage, "Cannot read standard input.")
            .because(&error)
            .cure("Send the bytes by a pipe.")
    })?;
    Ok(bytes)
}

/// Asks a person for a secret; without one reads the next line of standard input.
pub fn asked(question: &str) -> Outcome<SecretString> {
    if prompt::is_possible() {
        return prompt::passphrase(question);
    }
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    let line = SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned());
    match read {
        Ok(length) if length > 0 && !line.expose_secret().is_empty() => Ok(line),
        Ok(_) => Err(missing(question)
            .why("Standard input has no further line.")
            .into()),
        Err(error) => Err(missing(question).because(&error).into()),
    }
}

/// Asks for a new secret, twice where a person types it.
pub fn asked_twice(question: &str) -> Outcome<SecretString> {
    let first = asked(question)?;
    if !prompt::is_possible() {
        return Ok(first);
    }
    let second = asked("The same once more: ")?;
    if first.expose_secret() == second.expose_secret() {
        return Ok(first);
    }
    Err(Failure::new(Exit::Usage, "Nothing was changed.")
        .why("The two differ.")
        .cure("Start again and type the same one twice.")
        .into())
}

fn missing(question: &str) -> Failure {
    let what = question.trim_end_matches([':', ' ']);
    Failure::new(Exit::Usage, format!("Not given: {what}."))
        .cure("Type it at a terminal, or send it by a pipe, a line each.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_bytes_or_base64_or_hexadecimal() {
        assert_eq!(parse(&[7; 32]), Some([7; 32]));
        let base64 = b"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n";
        assert_eq!(parse(base64), Some([1; 32]));
        assert_eq!(parse("0A".repeat(32).as_bytes()), Some([10; 32]));
        for text in ["", "AQEB", &"x".repeat(64), &"é".repeat(32)] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
