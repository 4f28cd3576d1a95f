//! Kinds of files that may be handed in, told by their content and never by their
//! name.

use serde::{Deserialize, Serialize};

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// A photo.
    Jpeg,
    /// A picture or a screenshot.
    Png,
    /// A document.
    Pdf,
}

impl Media {
    /// How many first bytes tell the kind.
    pub const TELLING: usize = 8;

    /// The kind that the first bytes say; `None` for anything else.
    pub fn of(first: &[u8]) -> Option<Self> {
        if first.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if first.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if first.starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else {
            None
        }
    }

    /// The media type (RFC 2046).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }

    /// What the name of such a file ends in.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }

    /// Whether a browser can show it within a page.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_kind() {
        for (first, kind) in [
            (&b"\xff\xd8\xff\xe1 Exif"[..], Some(Media::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0", Some(Media::Png)),
            (b"%PDF-1.7", Some(Media::Pdf)),
            (b"MZ\x90\0", None),
            (b"%PDX-1.7", None),
            (b"<svg xmlns=", None),
            (b"\xff\xd8", None),
            (b"", None),
        ] {
            assert_eq!(Media::of(first), kind, "{first:?}");
        }
    }
}
