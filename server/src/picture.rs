//! Public copies of pictures: the picture and nothing about who took it, where and
//! with what.

use bytes::Bytes;
use img_parts::jpeg::Jpeg;
use img_parts::png::Png;
use model::Media;

/// The content without what cameras and programs write beside the picture; `None`
/// when it is no whole picture of that kind. A document has no public copy: what is
/// written in it can't be told from what is written about it.
pub fn public_copy(media: Media, content: Bytes) -> Option<Bytes> {
    match media {
        Media::Jpeg => bare_jpeg(&content).map(Bytes::from),
        Media::Png => {
            let mut png = Png::from_bytes(content).ok()?;
            png.chunks_mut().retain(|chunk| PNG_SHOWN.contains(&chunk.kind()));
            Some(png.encoder().bytes())
        }
        Media::Pdf => None,
    }
}

/// Whether the content is a whole file of its kind, and not only begins like one.
pub fn is_whole(media: Media, content: &Bytes) -> bool {
    match media {
        Media::Jpeg => Jpeg::from_bytes(content.clone()).is_ok_and(|j| j.dimensions().is_some()),
        Media::Png => Png::from_bytes(content.clone()).is_ok_and(|p| p.dimensions().is_some()),
        Media::Pdf => {
            let tail = &content[content.len().saturating_sub(2048)..];
            tail.windows(5).any(|w| w == b"%%EOF")
        }
    }
}

/// Chunks without which a PNG does not look the same.
const PNG_SHOWN: [[u8; 4]; 12] = [
    *b"IHDR", *b"PLTE", *b"IDAT", *b"IEND", *b"tRNS", *b"gAMA", *b"cHRM", *b"sRGB", *b"iCCP",
    *b"sBIT", *b"pHYs", *b"bKGD",
];

/// Markers of a JPEG (ITU-T T.81, table B.1).
mod marker {
    pub const TEM: u8 = 0x01;
    pub const RST0: u8 = 0xd0;
    pub const RST7: u8 = 0xd7;
    pub const EOI: u8 = 0xd9;
    pub const SOS: u8 = 0xda;
    pub const APP0: u8 = 0xe0;
    pub const APP1: u8 = 0xe1;
    pub const APP2: u8 = 0xe2;
    pub const APP14: u8 = 0xee;
    pub const APP15: u8 = 0xef;
    pub const COM: u8 = 0xfe;
}

/// The picture of a JPEG and nothing else: segments between scans are looked at, too,
/// and what follows the end of the picture (a second one, a film) is cut off.
fn bare_jpeg(content: &[u8]) -> Option<Vec<u8>> {
    let mut out = content.get(..2).filter(|soi| *soi == b"\xff\xd8")?.to_vec();
    let mut at = 2;
    loop {
        // Fill bytes may stand before a marker.
        let mut next = *content.get(at)?;
        if next != 0xff {
            return None;
        }
        while next == 0xff {
            at += 1;
            next = *content.get(at)?;
        }
        at += 1;
        match next {
            marker::EOI => {
                out.extend([0xff, marker::EOI]);
                return Some(out);
            }
            marker::TEM | marker::RST0..=marker::RST7 => out.extend([0xff, next]),
            _ => {
                let length: [u8; 2] = content.get(at..at + 2)?.try_into().ok()?;
                let end = at + usize::from(u16::from_be_bytes(length)).max(2);
                let segment = content.get(at..end)?;
                let text = &segment[2..];
                if next == marker::APP1
                    && let Some(turned) = text.strip_prefix(b"Exif\0\0").and_then(orientation)
                {
                    // A picture that was taken upright must stay upright.
                    let exif = only_orientation(turned);
                    let length = u16::try_from(exif.len() + 8).ok()?;
                    out.extend([0xff, marker::APP1]);
                    out.extend(length.to_be_bytes());
                    out.extend_from_slice(b"Exif\0\0");
                    out.extend(exif);
                } else if shows(next, text) {
                    out.extend([0xff, next]);
                    out.extend_from_slice(segment);
                }
                at = end;
                if next == marker::SOS {
                    let coded = entropy(&content[at..]);
                    out.extend_from_slice(&content[at..at + coded]);
                    at += coded;
                }
            }
        }
    }
}

/// How many bytes of coded data follow: up to a marker that is no restart.
fn entropy(data: &[u8]) -> usize {
    let ends = |pair: &[u8]| {
        pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xff | marker::RST0..=marker::RST7)
    };
    data.windows(2).position(ends).unwrap_or(data.len())
}

/// Whether a segment is part of the picture. Of the application segments only the
/// frame (JFIF), the colour profile and Adobe's colour transform are.
fn shows(marker: u8, text: &[u8]) -> bool {
    match marker {
        marker::APP0 => text.starts_with(b"JFIF\0"),
        marker::APP2 => text.starts_with(b"ICC_PROFILE\0"),
        marker::APP14 => text.starts_with(b"Adobe"),
        marker::APP1..=marker::APP15 | marker::COM => false,
        _ => true,
    }
}

/// The orientation (tag 0x0112) within EXIF data, when it is not the usual one.
fn orientation(exif: &[u8]) -> Option<u8> {
    let little = match exif.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes: [u8; 2] = exif.get(at..at + 2)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let four = |at: usize| {
        let bytes: [u8; 4] = exif.get(at..at + 4)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let first = usize::try_from(four(4)?).ok()?;
    let entries = usize::from(two(first)?);
    (0..entries.min(200))
        .map(|i| first + 2 + i * 12)
        .find(|at| two(*at) == Some(0x0112))
        .and_then(|at| u8::try_from(two(at + 8)?).ok())
        .filter(|turned| (2..=8).contains(turned))
}

/// EXIF data that says how to turn the picture, and nothing else.
fn only_orientation(turned: u8) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    exif.extend([0, turned, 0, 0, 0, 0, 0, 0]);
    exif
}

#[cfg(test)]
mod tests {
    use super::*;
    use img_parts::ImageEXIF as _;
    use img_parts::jpeg::{JpegSegment, markers};

    /// A JPEG of one grey pixel.
    const PIXEL: &[u8] = include_bytes!("../tests/it/golden/pixel.jpg");

    fn taken_with(exif: &'static [u8]) -> Bytes {
        let mut jpeg = Jpeg::from_bytes(Bytes::from_static(PIXEL)).expect("a picture");
        jpeg.set_exif(Some(Bytes::from_static(exif)));
        let note = Bytes::from_static(b"taken by somebody");
        jpeg.segments_mut().insert(1, JpegSegment::new_with_contents(markers::COM, note));
        jpeg.encoder().bytes()
    }

    fn holds(bytes: &Bytes, what: &[u8]) -> bool {
        bytes.windows(what.len()).any(|w| w == what)
    }

    #[test]
    fn nothing_of_the_camera_is_left() {
        let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPS 32.4 105.8";
        let original = taken_with(exif);
        assert!(holds(&original, b"GPS 32.4") && holds(&original, b"somebody"));
        let copy = public_copy(Media::Jpeg, original).expect("a copy");
        assert!(!holds(&copy, b"GPS") && !holds(&copy, b"somebody"));
        assert!(is_whole(Media::Jpeg, &copy));
        // How it is turned stays.
        let exif = Jpeg::from_bytes(copy).expect("a picture").exif().expect("some");
        assert_eq!(orientation(&exif), Some(6));
    }

    #[test]
    fn a_picture_that_stands_as_usual_has_no_exif_at_all() {
        let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x01\0\0\0\0\0\0\0";
        let copy = public_copy(Media::Jpeg, taken_with(exif)).expect("a copy");
        assert!(Jpeg::from_bytes(copy).expect("a picture").exif().is_none());
    }

    /// Phones put a second picture or a film behind the first, with its own EXIF; and
    /// segments may stand between scans.
    #[test]
    fn nothing_behind_or_within_the_picture_is_left() {
        let mut content = PIXEL.to_vec();
        content.extend_from_slice(&taken_with(b"II*\0\x08\0\0\0\0\0GPS behind"));
        let copy = public_copy(Media::Jpeg, content.into()).expect("a copy");
        assert_eq!(copy, public_copy(Media::Jpeg, Bytes::from_static(PIXEL)).expect("a copy"));
        assert!(!holds(&copy, b"GPS"));

        let end = PIXEL.len() - 2;
        let mut content = PIXEL[..end].to_vec();
        content.extend_from_slice(b"\xff\xe1\0\x0eExif\0\0GPS in");
        content.extend_from_slice(&PIXEL[end..]);
        let copy = public_copy(Media::Jpeg, content.into()).expect("a copy");
        assert!(!holds(&copy, b"GPS"));
        assert_eq!(copy, public_copy(Media::Jpeg, Bytes::from_static(PIXEL)).expect("a copy"));
    }

    #[test]
    fn what_only_begins_like_a_picture_is_none() {
        assert!(!is_whole(Media::Jpeg, &Bytes::from_static(b"\xff\xd8\xff\xe0 nothing")));
        assert!(!is_whole(Media::Png, &Bytes::from_static(b"\x89PNG\r\n\x1a\n")));
        assert!(!is_whole(Media::Pdf, &Bytes::from_static(b"%PDF-1.7 and no end")));
        assert!(public_copy(Media::Jpeg, Bytes::from_static(b"\xff\xd8\xff")).is_none());
    }

    /// Broken EXIF is everybody's to send.
    #[test]
    fn broken_exif_is_read_without_harm() {
        for exif in [
            &b""[..],
            b"II*\0",
            b"II*\0\xff\xff\xff\xff",
            b"MM\0*\0\0\0\x08\xff\xff",
            b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0",
        ] {
            assert_eq!(orientation(exif), None);
        }
    }
}
