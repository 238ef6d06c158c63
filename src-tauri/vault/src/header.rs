//! Header.

/// Returns the sealed length of a body of this length.
pub fn sealed_len(plaintext_len: u64) -> u64 {
    let _ = plaintext_len;
    todo!()
}
