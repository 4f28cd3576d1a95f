//! 居民身份号码: the number of an identity card (GB 11643-1999).

use crate::Day;
use std::str::FromStr;

/// A valid identity card number, in capitals. It names a person: keep it aside as
/// [`crate::Personal`] and show it masked.
#[derive(Clone, PartialEq, Eq)]
pub struct IdCard(String);

/// Why a text is no identity card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdCardFault {
    /// Not seventeen digits and a check character.
    #[error("not 17 digits and a check character")]
    Shape,
    /// The date of birth does not exist.
    #[error("no such date of birth")]
    Born,
    /// The check character does not match: most often a typing slip.
    #[error("the check character does not match")]
    Check,
}

/// Weights of the first seventeen digits.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character for each remainder of 11.
const CHECKS: &[u8; 11] = b"10X98765432";

impl IdCard {
    /// The number as public pages may show it: district and last four places.
    pub fn masked(&self) -> String {
        format!("{}********{}", &self.0[..6], &self.0[14..])
    }

    /// The number itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Never in a log.
impl std::fmt::Debug for IdCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl FromStr for IdCard {
    type Err = IdCardFault;

    fn from_str(text: &str) -> Result<Self, IdCardFault> {
        let number = text.trim().to_ascii_uppercase();
        let bytes = number.as_bytes();
        if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
            return Err(IdCardFault::Shape);
        }
        let digits = |at: std::ops::Range<usize>| number[at].parse::<u32>().unwrap_or(0);
        let year = i32::try_from(digits(6..10)).unwrap_or(0);
        if year < 1900 || Day::new(year, digits(10..12), digits(12..14)).is_none() {
            return Err(IdCardFault::Born);
        }
        let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
        if CHECKS[sum as usize % 11] != bytes[17] {
            return Err(IdCardFault::Check);
        }
        Ok(Self(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        let read = |text: &str| text.parse::<IdCard>().map(|card| card.masked());
        assert_eq!(read("510802198501010016").as_deref(), Ok("510802********0016"));
        assert_eq!(read("510822199202290011").as_deref(), Ok("510822********0011"));
        for (text, fault) in [
            // The check character is right, the 29 February 1990 never was.
            ("510822199002290017", IdCardFault::Born),
            ("510802198501010017", IdCardFault::Check),
            ("51080219850101001", IdCardFault::Shape),
            ("51080219850101001Y", IdCardFault::Check),
            ("5108021985O1010016", IdCardFault::Shape),
            ("身份证", IdCardFault::Shape),
        ] {
            assert_eq!(read(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn it_is_not_written_to_a_log() {
        let card: IdCard = "510802198501010016".parse().expect("a card");
        assert_eq!(format!("{card:?}"), "510802********0016");
        assert_eq!(card.as_str(), "510802198501010016");
    }
}
