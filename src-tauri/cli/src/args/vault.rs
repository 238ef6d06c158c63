//! The words for the vault's own life.

use clap::Subcommand;

/// Works on the vault itself.
#[derive(Debug, Subcommand)]
pub enum VaultCommand {
    /// Show the vault: where it is, what opens it, who has it open
    Status,
    /// List the ways in, and how the keychain answers
    Holders,
    /// Lock the vault that another process has open; its endpoint answers 503 until it is unlocked
    Lock,
    /// Unlock the vault that another process has open
    Unlock,
    /// Set or change the passphrase
    Passphrase,
    /// Make a new root key, and new recovery words: the former open nothing any more
    RotateRoot,
    /// Renew the recovery words, or prove them
    #[command(subcommand)]
    Recovery(RecoveryCommand),
    /// Read and authenticate every body of every version
    Scrub,
}

/// Works on the recovery words.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum RecoveryCommand {
    /// Make new words; the former open nothing any more
    Renew,
    /// Prove that words open the vault, and change nothing; they are asked for, or read from
    /// standard input
    Drill,
}
