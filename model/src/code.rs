//! 统一社会信用代码: the unified social credit code of GB 32100-2015.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A valid unified social credit code, in capitals.
///
/// Eighteen characters: registering authority, kind, six digits of district,
/// nine characters of the body, one check character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc(String);

/// Why a text is no unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum UsccFault {
    /// Not eighteen characters.
    #[error("not 18 characters")]
    Length,
    /// A character outside the alphabet (I, O, S, V, Z are not in it).
    #[error("a character outside the alphabet")]
    Character,
    /// Places 3–8, the district, are not all digits.
    #[error("the district part is not digits")]
    Region,
    /// The check character does not match: most often a typing slip.
    #[error("the check character does not match")]
    Check,
}

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl Uscc {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Seventeen characters with the check character that belongs to them.
    pub fn with_check(body: &str) -> Result<Self, UsccFault> {
        let check = check_char(body.as_bytes())?;
        format!("{body}{check}").parse()
    }
}

/// The check character for the first seventeen characters.
///
/// Source: GB 32100-2015, annex; weights are powers of 3 modulo 31.
fn check_char(body: &[u8]) -> Result<char, UsccFault> {
    if body.len() != 17 {
        return Err(UsccFault::Length);
    }
    let mut weight = 1;
    let mut sum = 0;
    for byte in body {
        let value = ALPHABET.iter().position(|a| a == byte).ok_or(UsccFault::Character)?;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    Ok(char::from(ALPHABET[(31 - sum % 31) % 31]))
}

impl FromStr for Uscc {
    type Err = UsccFault;

    /// Accepts lower case, full-width characters and surrounding blanks.
    fn from_str(text: &str) -> Result<Self, UsccFault> {
        let code: String = text
            .trim()
            .chars()
            .map(|c| match c {
                // Full-width forms stand at a fixed distance from ASCII.
                '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
                other => other,
            })
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if code.chars().count() != 18 {
            return Err(UsccFault::Length);
        }
        if !code.bytes().all(|b| ALPHABET.contains(&b)) {
            return Err(UsccFault::Character);
        }
        let bytes = code.as_bytes();
        if !bytes[2..8].iter().all(u8::is_ascii_digit) {
            return Err(UsccFault::Region);
        }
        if check_char(&bytes[..17])? != char::from(bytes[17]) {
            return Err(UsccFault::Check);
        }
        Ok(Self(code))
    }
}

impl TryFrom<String> for Uscc {
    type Error = UsccFault;

    fn try_from(text: String) -> Result<Self, UsccFault> {
        text.parse()
    }
}

impl From<Uscc> for String {
    fn from(code: Uscc) -> Self {
        code.0
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VALID: [&str; 7] = [
        "91510802MA62500A9R",
        "91510822MA62500B7K",
        "91510824MA625C1D2F",
        "91510812MA6255TX58",
        "91510823MA62X01Y4U",
        "11510800008600019Q",
        "12510800452260014W",
    ];

    #[test]
    fn vectors() {
        for code in VALID {
            assert_eq!(code.parse::<Uscc>().map(String::from).as_deref(), Ok(code));
        }
        use UsccFault::*;
        for (text, fault) in [
            ("91510802MA62500A9Q", Check),
            ("91510802MI62500A9R", Character),
            ("9151080XMA62500A9R", Region),
            ("510800000012345", Length),
            ("", Length),
            ("测91510802MA62500A9", Character),
        ] {
            assert_eq!(text.parse::<Uscc>(), Err(fault), "{text}");
        }
    }

    #[test]
    fn small_letters_and_full_width_are_understood() {
        let wide = "９１５１０８０２ｍａ６２５００ａ９ｒ";
        assert_eq!(wide.parse::<Uscc>().map(String::from).as_deref(), Ok(VALID[0]));
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_always_noticed(
            body in "9[1-3]5108[0-2][0-9][0-9A-HJ-NPQRTUWXY]{9}",
            at in 0usize..18,
            other in 0usize..31,
        ) {
            let code = Uscc::with_check(&body).expect("from the alphabet").0;
            let mut bytes = code.clone().into_bytes();
            bytes[at] = ALPHABET[other];
            let changed = String::from_utf8(bytes).expect("ASCII");
            prop_assert_eq!(changed.parse::<Uscc>().is_ok(), changed == code);
        }
    }
}
