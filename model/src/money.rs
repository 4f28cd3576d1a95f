//! Money in whole fen (分), and shares of it in basis points.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in fen. One yuan is 100 fen; nothing smaller exists here.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Money(i64);

/// A share in basis points: 1 is 0.01 %, 10 000 is the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BasisPoints(pub u32);

/// Why a text is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyFault {
    /// Not digits with at most one decimal point.
    #[error("not an amount")]
    NotANumber,
    /// Finer than one fen.
    #[error("finer than one fen")]
    TooFine,
    /// Beyond what an `i64` of fen holds.
    #[error("amount too large")]
    TooLarge,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount given in fen.
    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// An amount given in whole yuan (元). `None` when it does not fit.
    pub const fn from_yuan(yuan: i64) -> Option<Self> {
        match yuan.checked_mul(100) {
            Some(fen) => Some(Self(fen)),
            None => None,
        }
    }

    /// The amount in fen.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Reads an amount that a person typed in yuan, such as `1,234.5`.
    ///
    /// # Errors
    ///
    /// [`MoneyFault`] when the text is no non-negative amount of whole fen.
    pub fn parse_yuan(text: &str) -> Result<Self, MoneyFault> {
        Self::parse_scaled(text, 2)
    }

    /// Reads an amount that a person typed in 万元 (10 000 yuan), such as `46.2`.
    ///
    /// # Errors
    ///
    /// [`MoneyFault`] when the text is no non-negative amount of whole fen.
    pub fn parse_wan(text: &str) -> Result<Self, MoneyFault> {
        Self::parse_scaled(text, 6)
    }

    fn parse_scaled(text: &str, digits: usize) -> Result<Self, MoneyFault> {
        let text: String = text.trim().chars().filter(|c| !matches!(c, ',' | '，')).collect();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(part) {
            return Err(MoneyFault::NotANumber);
        }
        let part = part.trim_end_matches('0');
        if part.len() > digits {
            return Err(MoneyFault::TooFine);
        }
        let fen = format!("{whole}{part:0<digits$}");
        fen.parse().map(Self).map_err(|_| MoneyFault::TooLarge)
    }

    /// The amount in 万元 as a person types it, without grouping: `1260.5`.
    pub fn wan(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        let text = format!("{sign}{whole}.{part:06}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// `share` of this amount, rounded **down** to the fen, so that a cap is
    /// never passed by rounding. Negative amounts round towards minus infinity.
    pub fn share_floor(self, share: BasisPoints) -> Self {
        let exact = i128::from(self.0) * i128::from(share.0);
        // A share of at most 429 497 times an `i64` fits `i128`; only a share
        // above the whole could leave `i64`, and then the cap is what is held.
        let fen = exact.div_euclid(10_000);
        Self(i64::try_from(fen).unwrap_or(if fen < 0 { i64::MIN } else { i64::MAX }))
    }

    /// The sum, or `None` when it does not fit.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

impl fmt::Display for Money {
    /// `1,234.56` (yuan).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        let yuan = (fen / 100).to_string();
        let mut grouped = String::new();
        for (i, digit) in yuan.chars().enumerate() {
            if i > 0 && (yuan.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{grouped}.{:02}", fen % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn yuan_and_wan_are_read_exactly() {
        for (text, fen) in [("1", 100), ("1,234.5", 123_450), ("0.01", 1), ("12.30", 1_230)] {
            assert_eq!(Money::parse_yuan(text), Ok(Money(fen)), "{text}");
        }
        assert_eq!(Money::parse_wan("46.2"), Ok(Money(46_200_000)));
        assert_eq!(Money::parse_wan("50"), Ok(Money(50_000_000)));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        use MoneyFault::*;
        for (text, fault) in [
            ("", NotANumber),
            ("-1", NotANumber),
            ("1.2.3", NotANumber),
            ("十", NotANumber),
            ("0.001", TooFine),
            ("99999999999999999999", TooLarge),
        ] {
            assert_eq!(Money::parse_yuan(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_cap_is_not_passed_by_rounding() {
        assert_eq!(Money(101).share_floor(BasisPoints(300)), Money(3)); // 3.03
        assert_eq!(Money(-101).share_floor(BasisPoints(300)), Money(-4));
    }

    proptest! {
        #[test]
        fn wan_and_reading_agree(fen in 0i64..i64::MAX) {
            prop_assert_eq!(Money::parse_wan(&Money(fen).wan()), Ok(Money(fen)));
        }

        #[test]
        fn printing_and_reading_agree(fen in 0i64..i64::MAX) {
            prop_assert_eq!(Money::parse_yuan(&Money(fen).to_string()), Ok(Money(fen)));
        }

        #[test]
        fn a_share_is_the_largest_that_fits(fen in 0i64..1_000_000_000_000, bp in 0u32..=10_000) {
            let share = i128::from(Money(fen).share_floor(BasisPoints(bp)).fen());
            let exact = i128::from(fen) * i128::from(bp);
            prop_assert!(share * 10_000 <= exact && exact < (share + 1) * 10_000);
        }
    }
}
