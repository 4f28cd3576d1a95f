//! Interest on money that was held: the bank's rate for demand deposits of each day
//! (银行同期存款利息). The day on which it came counts, the day on which it goes back does
//! not. Exact to the last step, then rounded to the nearest fen, as banks do.

use super::{Piece, What};
use crate::{Law, NotInForce, Ruling, keys};
use model::{Day, Money};
use serde::{Deserialize, Serialize};

/// Days with one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first of them.
    pub from: Day,
    /// How many.
    pub days: u32,
    /// Hundredths of a percent a year.
    pub rate: Ruling<i64>,
}

/// Interest, and how it was worked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interest {
    /// The amount.
    pub amount: Money,
    /// The days of each rate.
    pub periods: Vec<Period>,
    /// Into how many days a year is divided.
    pub year: Ruling<i64>,
}

impl Interest {
    /// All days that counted.
    pub fn days(&self) -> u32 {
        self.periods.iter().map(|period| period.days).sum()
    }
}

/// Interest on `held` from the day it came to the day it goes back.
///
/// # Errors
///
/// [`NotInForce`] when there is no rate on one of the days.
pub fn deposit_interest(
    law: &Law,
    held: Money,
    came: Day,
    goes: Day,
) -> Result<Interest, NotInForce> {
    let year = law.figure(keys::INTEREST_YEAR, came)?;
    let mut periods: Vec<Period> = Vec::new();
    // Days on which the rate changed divide the time.
    let changes = law.rule(keys::DEPOSIT_RATE).map_or(&[][..], |rule| &rule.values);
    let mut from = came;
    while from < goes {
        let next = changes.iter().map(|f| f.from).filter(|day| *day > from).min();
        let to = next.map_or(goes, |next| next.min(goes));
        let days = u32::try_from(from.days_until(to)).unwrap_or(0);
        periods.push(Period { from, days, rate: law.figure(keys::DEPOSIT_RATE, from)? });
        from = to;
    }
    let points = |p: &Period| i128::from(p.days) * i128::from(p.rate.value);
    let whole = i128::from(held.fen()) * periods.iter().map(points).sum::<i128>();
    let parts = 10_000 * i128::from(year.value.max(1));
    let fen = (2 * whole + parts).div_euclid(2 * parts);
    let amount = Money::from_fen(i64::try_from(fen).unwrap_or(i64::MAX));
    Ok(Interest { amount, periods, year })
}

impl Piece {
    /// The interest on what is left of it, if it goes back on that day. What was kept back
    /// bears none: it never lay on an account of the firm's.
    ///
    /// # Errors
    ///
    /// [`NotInForce`] when there is no rate on one of the days.
    pub fn interest(&self, law: &Law, goes: Day) -> Result<Money, NotInForce> {
        match &self.what {
            What::Cash(_) => {
                deposit_interest(law, self.left(), self.from, goes).map(|interest| interest.amount)
            }
            What::Withheld(_) | What::Guarantee(_) => Ok(Money::ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn of(yuan: i64, came: &str, goes: &str) -> Interest {
        let held = Money::from_yuan(yuan).expect("an amount");
        deposit_interest(Law::shipped(), held, day(came), day(goes)).expect("in force")
    }

    /// 800,000 yuan for 30 days at 0.05 %: 33.33 yuan.
    #[test]
    fn the_first_day_counts_and_the_last_does_not() {
        let interest = of(800_000, "2026-07-01", "2026-07-31");
        assert_eq!((interest.days(), interest.amount), (30, Money::from_fen(3_333)));
        assert_eq!(of(800_000, "2026-07-01", "2026-07-01").amount, Money::ZERO);
        assert_eq!(of(800_000, "2026-07-01", "2026-07-02").days(), 1);
    }

    #[test]
    fn a_change_of_the_rate_divides_the_time() {
        let interest = of(1_000_000, "2025-05-18", "2025-05-23");
        let periods: Vec<_> = interest.periods.iter().map(|p| (p.days, p.rate.value)).collect();
        assert_eq!(periods, [(2, 10), (3, 5)]);
        // (2 × 0.1 % + 3 × 0.05 %) of a million, by 360: 9.72 yuan.
        assert_eq!(interest.amount, Money::from_fen(972));
    }

    #[test]
    fn days_without_a_rate_have_no_answer() {
        let held = Money::from_fen(100);
        let early = deposit_interest(Law::shipped(), held, day("2011-01-01"), day("2026-01-01"));
        assert!(early.is_err());
    }

    proptest! {
        /// Day by day with the rate looked up for each: the same to the fen.
        #[test]
        fn the_same_as_adding_up_days(
            fen in 0i64..10_000_000_000, start in 0u32..5_000, days in 0u32..900,
        ) {
            let law = Law::shipped();
            let came = day("2012-07-06").plus(start);
            let rates = law.rule(keys::DEPOSIT_RATE).expect("on file");
            let mut sum = 0i128;
            for n in 0..days {
                let on = came.plus(n);
                let rate = rates.values.iter().rfind(|f| f.from <= on).expect("a rate");
                sum += i128::from(fen) * i128::from(rate.value);
            }
            // In 3,600,000ths of a fen, rounded to the nearest.
            let (fen_whole, rest) = (sum / 3_600_000, sum % 3_600_000);
            let expected = fen_whole + i128::from(rest * 2 >= 3_600_000);
            let interest = deposit_interest(law, Money::from_fen(fen), came, came.plus(days))
                .expect("in force");
            prop_assert_eq!(i128::from(interest.amount.fen()), expected);
            prop_assert_eq!(interest.days(), days);
        }
    }
}
