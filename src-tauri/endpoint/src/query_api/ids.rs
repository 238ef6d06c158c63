//! The ids that IAM has beside names: the same for as long as an identity lives, and another when its name is given
//! again. They are made of what is kept of it, so that nothing more has to be kept.

use sha2::{Digest as _, Sha256};
use stave_model::{Identity, IdentityKind};

/// The alphabet of ids, 32 characters: five bits each.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The characters after the four that tell the kind, as AWS' ids have them.
const LENGTH: usize = 17;

/// Returns the id of a user (`AIDA…`) or a role (`AROA…`).
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
pub(super) fn unique_id(identity: &Identity) -> String {
    let prefix = match identity.kind {
        IdentityKind::User => "AIDA",
        IdentityKind::Role => "AROA",
    };
    let made_of = format!(
        "{prefix}/{}/{}",
        identity.created.as_millis(),
        identity.name
    );
    let digest = Sha256::digest(made_of.as_bytes());
    let letters = digest.iter().take(LENGTH);
    let letters = letters.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    prefix.chars().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use stave_model::{Timestamp, UserName};

    fn identity(kind: IdentityKind, created: i64) -> Identity {
        Identity {
            name: UserName::parse("ana").unwrap(),
            kind,
            created: Timestamp::from_millis(created),
            description: String::new(),
            trust: None,
            session_secs: None,
        }
    }

    #[test]
    fn an_id_is_of_one_life_of_one_identity() {
        let id = unique_id(&identity(IdentityKind::User, 1));
        assert_eq!(id.len(), 21);
        assert!(id.starts_with("AIDA"));
        assert_eq!(id, unique_id(&identity(IdentityKind::User, 1)));
        assert_ne!(id, unique_id(&identity(IdentityKind::User, 2)));
        assert!(unique_id(&identity(IdentityKind::Role, 1)).starts_with("AROA"));
    }
}
