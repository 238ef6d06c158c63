//! Questions to a person, where there is one.

use std::io::{self, IsTerminal as _, Write as _};

use secrecy::SecretString;

use crate::failure::{Exit, Failure, Outcome};

/// Returns whether a person sits at both ends: the question is seen, and the answer can be typed.
pub fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a passphrase, which is not shown.
pub fn passphrase(question: &str) -> Outcome<SecretString> {
    let typed = rpassword::prompt_password(question).map_err(|error| {
        Failure::new(Exit::Vault, "Cannot read the passphrase.")
            .because(&error)
            .cure("Set STAVE_PASSPHRASE, or use --key-file.")
    })?;
    Ok(SecretString::from(typed))
}

/// Asks whether to do something that cannot be undone. Without a person, `--yes` must have said so.
pub fn confirm(consequence: &str) -> Outcome {
    if !is_possible() {
        return Err(Failure::new(Exit::Usage, consequence)
            .why("This cannot be undone, and nobody is there to ask.")
            .cure("Repeat the command with --yes.")
            .into());
    }
    let _ = write!(
        io::stderr().lock(),
        "{consequence} This cannot be undone. Go on? [y/N] "
    );
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    let agreed = matches!(answer.trim(), "y" | "Y" | "yes" | "Yes");
    if read.is_err() || !agreed {
        return Err(Failure::failed("Nothing was deleted.")
            .why("You did not agree.")
            .into());
    }
    Ok(())
}
