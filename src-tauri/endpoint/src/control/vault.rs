//! The vault's own life, as far as a terminal asks a running process for it.

use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::messages::{Failure, Response, Secret};

/// What is asked of the vault.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "vault", rename_all = "kebab-case", deny_unknown_fields)]
pub enum VaultRequest {
    /// Is it locked, and what opens it?
    Status,
    /// Lock it. The endpoint stays, and answers that the vault is locked.
    Lock,
    /// Unlock it.
    Unlock {
        /// By what.
        by: UnlockBy,
    },
    /// Set or change the passphrase.
    ChangePassphrase {
        /// The present one, where there is one.
        #[serde(default)]
        current: Option<Secret>,
        /// The new one.
        next: Secret,
    },
    /// Make a new root key, and new recovery words with it.
    RotateRoot {
        /// The present passphrase, where there is one.
        #[serde(default)]
        passphrase: Option<Secret>,
    },
    /// Make new recovery words for the present root key.
    RenewWords,
    /// Prove that these words open the vault; nothing changes.
    Drill {
        /// The words, in their order.
        words: Secret,
    },
    /// Read and authenticate every body. Not an error where that is in progress.
    ScrubStart,
    /// How far is it?
    ScrubStatus,
}

/// What unlocks a vault.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum UnlockBy {
    /// The keychain of the system.
    Keychain,
    /// The key file that the process was started with.
    KeyFile,
    /// A passphrase.
    Passphrase {
        /// It.
        passphrase: Secret,
    },
    /// The recovery words.
    Words {
        /// They, in their order.
        words: Secret,
    },
}

impl fmt::Debug for UnlockBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keychain => "Keychain",
            Self::KeyFile => "KeyFile",
            Self::Passphrase { .. } => "Passphrase(…)",
            Self::Words { .. } => "Words(…)",
        })
    }
}

/// The state of a vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultInfo {
    /// Whether it is locked.
    pub locked: bool,
    /// What opens it: `keychain`, `key-file`, `passphrase`, `words`.
    pub ways_in: Vec<String>,
    /// Whether a scrub is in progress.
    pub scrubbing: bool,
}

/// How far a scrub is; of the last one, where none is in progress.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScrubInfo {
    /// Whether it is in progress.
    pub running: bool,
    /// How many bodies were read.
    pub checked: u64,
    /// How many there are, once that is known.
    pub total: Option<u64>,
    /// What is damaged, in words; at most 100.
    pub damaged: Vec<String>,
    /// Why it ended before its end.
    pub failed: Option<String>,
}

/// Does what is asked of the vault: the process that has it open.
#[async_trait]
pub trait VaultControl: Send + Sync + 'static {
    /// Tells the state of the vault.
    async fn status(&self) -> Result<VaultInfo, Failure>;
    /// Locks it.
    async fn lock(&self) -> Result<(), Failure>;
    /// Unlocks it.
    async fn unlock(&self, by: UnlockBy) -> Result<(), Failure>;
    /// Sets or changes the passphrase.
    async fn change_passphrase(
        &self,
        current: Option<SecretString>,
        next: SecretString,
    ) -> Result<(), Failure>;
    /// Makes a new root key; returns the new recovery words.
    async fn rotate_root(&self, passphrase: Option<SecretString>) -> Result<SecretString, Failure>;
    /// Makes new recovery words and returns them.
    async fn renew_words(&self) -> Result<SecretString, Failure>;
    /// Proves that words open the vault.
    async fn drill(&self, words: SecretString) -> Result<(), Failure>;
    /// Begins a scrub, where none is in progress.
    async fn start_scrub(&self) -> Result<(), Failure>;
    /// Tells how far the scrub is.
    async fn scrub_status(&self) -> Result<ScrubInfo, Failure>;
}

/// Answers what is asked of the vault.
pub(super) async fn answer(
    vault: &dyn VaultControl,
    request: VaultRequest,
) -> Result<Response, Failure> {
    match request {
        VaultRequest::Status => Ok(Response::Vault(vault.status().await?)),
        VaultRequest::Lock => done(vault.lock().await),
        VaultRequest::Unlock { by } => done(vault.unlock(by).await),
        VaultRequest::ChangePassphrase { current, next } => {
            let current = current.map(Secret::into_inner);
            done(vault.change_passphrase(current, next.into_inner()).await)
        }
        VaultRequest::RotateRoot { passphrase } => {
            let passphrase = passphrase.map(Secret::into_inner);
            Ok(words(vault.rotate_root(passphrase).await?))
        }
        VaultRequest::RenewWords => Ok(words(vault.renew_words().await?)),
        VaultRequest::Drill { words } => done(vault.drill(words.into_inner()).await),
        VaultRequest::ScrubStart => done(vault.start_scrub().await),
        VaultRequest::ScrubStatus => Ok(Response::Scrub(vault.scrub_status().await?)),
    }
}

fn done(outcome: Result<(), Failure>) -> Result<Response, Failure> {
    outcome.map(|()| Response::Done)
}

fn words(words: SecretString) -> Response {
    Response::RecoveryWords {
        words: words.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{FailureCode, Request};
    use secrecy::ExposeSecret as _;
    use std::sync::Mutex;

    /// Writes down what it is asked, and opens by one passphrase.
    #[derive(Default)]
    struct Notebook(Mutex<Vec<String>>);

    impl Notebook {
        fn note(&self, line: impl Into<String>) {
            self.0.lock().unwrap().push(line.into());
        }
    }

    #[async_trait]
    impl VaultControl for Notebook {
        async fn status(&self) -> Result<VaultInfo, Failure> {
            Ok(VaultInfo {
                locked: true,
                ways_in: vec!["passphrase".to_owned()],
                scrubbing: false,
            })
        }

        async fn lock(&self) -> Result<(), Failure> {
            self.note("lock");
            Ok(())
        }

        async fn unlock(&self, by: UnlockBy) -> Result<(), Failure> {
            match by {
                UnlockBy::Passphrase { passphrase }
                    if passphrase.clone().into_inner().expose_secret() == "sesame" =>
                {
                    self.note("unlock");
                    Ok(())
                }
                _ => Err(Failure {
                    code: FailureCode::WrongSecret,
                    message: "not that".to_owned(),
                }),
            }
        }

        async fn change_passphrase(
            &self,
            current: Option<SecretString>,
            next: SecretString,
        ) -> Result<(), Failure> {
            let current = current.map(|secret| secret.expose_secret().to_owned());
            self.note(format!("change {current:?} to {}", next.expose_secret()));
            Ok(())
        }

        async fn rotate_root(
            &self,
            passphrase: Option<SecretString>,
        ) -> Result<SecretString, Failure> {
            self.note(format!("rotate, {}", passphrase.is_some()));
            Ok("new words".to_owned().into())
        }

        async fn renew_words(&self) -> Result<SecretString, Failure> {
            Ok("other words".to_owned().into())
        }

        async fn drill(&self, words: SecretString) -> Result<(), Failure> {
            self.note(format!("drill {}", words.expose_secret()));
            Ok(())
        }

        async fn start_scrub(&self) -> Result<(), Failure> {
            self.note("scrub");
            Ok(())
        }

        async fn scrub_status(&self) -> Result<ScrubInfo, Failure> {
            Ok(ScrubInfo {
                running: true,
                checked: 3,
                ..ScrubInfo::default()
            })
        }
    }

    async fn asked(notebook: &Notebook, line: &str) -> String {
        let request = match serde_json::from_str(line).unwrap() {
            Request::Vault(request) => request,
            other => panic!("not {other:?}"),
        };
        let answer = answer(notebook, request).await;
        serde_json::to_string(&answer.unwrap_or_else(Response::Failed)).unwrap()
    }

    #[tokio::test]
    async fn each_request_is_a_line_and_reaches_the_vault() {
        let notebook = Notebook::default();
        for (line, expected) in [
            (
                r#"{"request":"vault","vault":"status"}"#,
                r#"{"response":"vault","locked":true,"ways_in":["passphrase"],"scrubbing":false}"#,
            ),
            (
                r#"{"request":"vault","vault":"lock"}"#,
                r#"{"response":"done"}"#,
            ),
            (
                r#"{"request":"vault","vault":"unlock","by":{"kind":"passphrase","passphrase":"sesame"}}"#,
                r#"{"response":"done"}"#,
            ),
            (
                r#"{"request":"vault","vault":"unlock","by":{"kind":"keychain"}}"#,
                r#"{"response":"failed","code":"wrong-secret","message":"not that"}"#,
            ),
            (
                r#"{"request":"vault","vault":"change-passphrase","next":"n"}"#,
                r#"{"response":"done"}"#,
            ),
            (
                r#"{"request":"vault","vault":"rotate-root","passphrase":"sesame"}"#,
                r#"{"response":"recovery-words","words":"new words"}"#,
            ),
            (
                r#"{"request":"vault","vault":"renew-words"}"#,
                r#"{"response":"recovery-words","words":"other words"}"#,
            ),
            (
                r#"{"request":"vault","vault":"drill","words":"a b"}"#,
                r#"{"response":"done"}"#,
            ),
            (
                r#"{"request":"vault","vault":"scrub-start"}"#,
                r#"{"response":"done"}"#,
            ),
            (
                r#"{"request":"vault","vault":"scrub-status"}"#,
                r#"{"response":"scrub","running":true,"checked":3,"total":null,"damaged":[],"failed":null}"#,
            ),
        ] {
            assert_eq!(asked(&notebook, line).await, expected, "{line}");
        }
        let noted = notebook.0.into_inner().unwrap();
        let expected = [
            "lock",
            "unlock",
            "change None to n",
            "rotate, true",
            "drill a b",
            "scrub",
        ];
        assert_eq!(noted, expected);
    }

    #[test]
    fn what_is_none_is_refused_and_secrets_are_not_shown() {
        for line in [
            r#"{"request":"vault","vault":"open"}"#,
            r#"{"request":"vault","vault":"unlock","by":{"kind":"force"}}"#,
            r#"{"request":"vault","vault":"drill"}"#,
        ] {
            assert!(serde_json::from_str::<Request>(line).is_err(), "{line}");
        }
        let line = r#"{"request":"vault","vault":"unlock","by":{"kind":"words","words":"sesame"}}"#;
        let request: Request = serde_json::from_str(line).unwrap();
        assert!(!format!("{request:?}").contains("sesame"));
    }
}
