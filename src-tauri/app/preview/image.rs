//! Pictures, known by their first bytes.

/// A type of picture that carries no script and needs no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageType {
    Png,
    Jpeg,
    Gif,
    Webp,
    Bmp,
    Avif,
}

impl ImageType {
    /// Recognises a picture.
    pub fn of(beginning: &[u8]) -> Option<Self> {
        let at = |offset: usize, magic: &[u8]| {
            beginning
                .get(offset..)
                .is_some_and(|rest| rest.starts_with(magic))
        };
        let known = [
            (at(0, b"\x89PNG\r\n\x1a\n"), Self::Png),
            (at(0, b"\xff\xd8\xff"), Self::Jpeg),
            (at(0, b"GIF87a") || at(0, b"GIF89a"), Self::Gif),
            (at(0, b"RIFF") && at(8, b"WEBP"), Self::Webp),
            // Behind the two letters of a bitmap stand its size and four bytes of nothing.
            (at(0, b"BM") && at(6, &[0; 4]), Self::Bmp),
            (at(4, b"ftypavif") || at(4, b"ftypavis"), Self::Avif),
        ];
        known
            .into_iter()
            .find(|(is, _)| *is)
            .map(|(_, image)| image)
    }

    /// Returns the type that it is served as.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Avif => "image/avif",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        let check = |bytes: &[u8], expected| assert_eq!(ImageType::of(bytes), expected);
        check(b"\x89PNG\r\n\x1a\n....", Some(ImageType::Png));
        check(b"\xff\xd8\xff\xe0", Some(ImageType::Jpeg));
        check(b"GIF89a..", Some(ImageType::Gif));
        check(b"RIFF\x10\0\0\0WEBPVP8 ", Some(ImageType::Webp));
        check(b"BM\x10\0\0\0\0\0\0\0", Some(ImageType::Bmp));
        check(b"\0\0\0\x20ftypavif", Some(ImageType::Avif));
    }

    #[test]
    fn nothing_that_can_carry_a_script_is_a_picture() {
        for bytes in [
            &b"<svg xmlns=\"http://www.w3.org/2000/svg\">"[..],
            b"<?xml version=\"1.0\"?><svg/>",
            b"<!doctype html>",
            b"%PDF-1.7",
            b"BM is how this text begins",
            b"",
        ] {
            assert_eq!(ImageType::of(bytes), None, "{bytes:?}");
        }
    }
}
