//! Tender plans (招标计划): the lead before the notice, what restarts it, and when a
//! plan has lapsed.

use crate::{Law, NotInForce, Ruling, keys};
use model::{Day, Money};

/// Whether a change of the estimate restarts the lead of a plan: more than the given
/// share of what it was, up or down. A slip of dates does not; lots that were merged do,
/// whatever the sum.
///
/// # Errors
///
/// [`NotInForce`].
pub fn restarts(
    law: &Law,
    before: Money,
    after: Money,
    merged: bool,
    day: Day,
) -> Result<Ruling<bool>, NotInForce> {
    let limit = law.figure(keys::PLAN_CHANGE, day)?;
    let (before, after) = (i128::from(before.fen()), i128::from(after.fen()));
    let far = |percent: i64| (after - before).abs() * 100 > before.abs() * i128::from(percent);
    Ok(limit.map(|percent| merged || far(percent)))
}

/// The last day on which a plan that was published on `published` may still lead to a
/// notice; afterwards its owner is reminded and it lapses.
///
/// # Errors
///
/// [`NotInForce`].
pub fn lapses_after(law: &Law, published: Day) -> Result<Ruling<Day>, NotInForce> {
    let months = law.figure(keys::PLAN_LAPSE, published)?;
    Ok(months.map(|n| published.plus_months(u32::try_from(n).unwrap_or(0))))
}

/// Whether a project is young enough, on the day of its notice, to plead that there was
/// no time for a plan.
///
/// # Errors
///
/// [`NotInForce`].
pub fn is_young(law: &Law, approved: Day, notice: Day) -> Result<Ruling<bool>, NotInForce> {
    let months = law.figure(keys::PLAN_YOUNG, notice)?;
    Ok(months.map(|n| notice < approved.plus_months(u32::try_from(n).unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limit;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn thirty_days_are_enough_and_twenty_nine_are_not() {
        let earliest = Law::shipped().reckon("plan.lead", day("2026-06-01")).expect("in force");
        assert_eq!(earliest.limit.value, Limit::NotBefore { day: day("2026-07-01") });
    }

    #[test]
    fn a_change_of_more_than_a_fifth_restarts() {
        let wan = |n: i64| Money::from_yuan(n * 10_000).expect("an amount");
        let fen = Money::from_fen;
        let law = Law::shipped();
        let restarts = |before, after, merged| {
            restarts(law, before, after, merged, day("2026-07-18")).expect("in force").value
        };
        assert!(!restarts(wan(100), wan(120), false));
        assert!(restarts(wan(100), fen(wan(120).fen() + 1), false));
        assert!(!restarts(wan(100), wan(80), false));
        assert!(restarts(wan(100), fen(wan(80).fen() - 1), false));
        assert!(restarts(wan(100), wan(100), true));
        // From nothing to something is more than any share.
        assert!(restarts(Money::ZERO, fen(1), false));
    }

    #[test]
    fn half_a_year_and_a_month() {
        let law = Law::shipped();
        let lapses = |from: &str| lapses_after(law, day(from)).expect("in force").value;
        assert_eq!(lapses("2025-08-31"), day("2026-02-28"));
        let young = |approved: &str, notice: &str| {
            is_young(law, day(approved), day(notice)).expect("in force").value
        };
        assert!(young("2026-06-18", "2026-07-17") && !young("2026-06-18", "2026-07-18"));
    }
}
