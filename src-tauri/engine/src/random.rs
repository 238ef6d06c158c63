//! The ids of a running system.

use stave_model::Ids;

/// Random ids by the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn random_16(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        // An operating system that has opened the vault, which needs it too, does not stop giving
        // random bytes; an id that could be guessed or met twice must never be handed out instead.
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        bytes
    }
}
