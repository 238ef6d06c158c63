//! The one encoding of everything that is authenticated and not sealed.

/// A list of fields as bytes: each field is its length (4 bytes, big-endian) and its content, the
/// first is a label that names the kind of list. Two different lists never have the same bytes.
pub(crate) struct Fields(Vec<u8>);

impl Fields {
    pub(crate) fn new(label: &str) -> Self {
        Self(Vec::new()).bytes(label.as_bytes())
    }

    pub(crate) fn bytes(mut self, field: &[u8]) -> Self {
        let length = u32::try_from(field.len()).expect("no field is longer than a key of 1 KiB");
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(field);
        self
    }

    pub(crate) fn text(self, field: &str) -> Self {
        self.bytes(field.as_bytes())
    }

    pub(crate) fn u16(self, field: u16) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    pub(crate) fn u32(self, field: u32) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    pub(crate) fn u64(self, field: u64) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    pub(crate) fn i64(self, field: i64) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_length_and_content() {
        let encoded = Fields::new("ab").u16(1).i64(-1).text("").finish();
        assert_eq!(
            hex::encode(encoded),
            "000000026162\
             000000020001\
             00000008ffffffffffffffff\
             00000000"
        );
    }

    #[test]
    fn a_border_between_two_fields_cannot_move() {
        let one = Fields::new("l").text("ab").text("c").finish();
        let other = Fields::new("l").text("a").text("bc").finish();
        assert_ne!(one, other);
    }
}
