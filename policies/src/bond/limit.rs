//! The most that a bond may be, and what comes back late. Shares are rounded down to the
//! fen, so that rounding never passes a cap.

use crate::{Law, NotInForce, Ruling, Standing, keys};
use model::{BasisPoints, Day, Money};
use serde::{Deserialize, Serialize};

/// What a bid bond is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bid {
    /// Buildings and municipal works (房屋建筑、市政施工).
    Building,
    /// Other works.
    Works,
    /// Goods for works.
    Goods,
    /// Survey and design.
    Survey,
    /// Other services for works: supervision, consulting.
    Service,
    /// Government procurement other than tendered works.
    Procurement,
}

impl Bid {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Building, Self::Works, Self::Goods, Self::Survey, Self::Service, Self::Procurement];

    /// As in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Works => "works",
            Self::Goods => "goods",
            Self::Survey => "survey",
            Self::Service => "service",
            Self::Procurement => "procurement",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Building => "房屋建筑、市政施工",
            Self::Works => "其他施工",
            Self::Goods => "工程货物",
            Self::Survey => "勘察、设计",
            Self::Service => "监理等其他工程服务",
            Self::Procurement => "政府采购（货物、服务）",
        }
    }

    const fn rate(self) -> &'static str {
        match self {
            Self::Procurement => keys::BID_RATE_PROCUREMENT,
            _ => keys::BID_RATE,
        }
    }

    const fn caps(self) -> &'static [&'static str] {
        match self {
            Self::Building => &[keys::BID_CAP_WORKS, keys::BID_CAP_BUILDING],
            Self::Works | Self::Goods => &[keys::BID_CAP_WORKS],
            Self::Survey => &[keys::BID_CAP_SURVEY],
            Self::Service | Self::Procurement => &[],
        }
    }
}

/// What may be asked at most, and what each step of it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Most {
    /// The amount.
    pub amount: Money,
    /// What it was worked out from: each with the amount that it allows.
    pub steps: Vec<Ruling<Money>>,
}

impl Most {
    /// That more was given, in Chinese: the step that allows least, and what it rests on.
    pub fn passed(&self) -> String {
        let Some(step) = self.steps.iter().min_by_key(|step| step.value) else {
            return format!("超过最高额 {} 元", self.amount);
        };
        match &step.basis {
            Some(basis) if step.standing == Standing::Statutory => format!(
                "超过法定最高额 {} 元（{}），多收的应当退回（招标投标法实施条例第六十六条）",
                step.value,
                basis.line()
            ),
            _ => {
                format!("超过最高额 {} 元（{}，{}）", step.value, step.label, step.standing.name())
            }
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoBond {
    /// A rule has no value on that day.
    #[error(transparent)]
    NotInForce(#[from] NotInForce),
    /// Nothing to take a share of: an estimate that is not known passes no cap.
    #[error("there is no amount to take a share of")]
    NoBase,
    /// No bond of that kind may be asked for what is bought.
    #[error("not for what is bought: {why}")]
    NotFor {
        /// Why, in Chinese, with the article.
        why: String,
    },
}

fn base(amount: Option<Money>) -> Result<Money, NoBond> {
    amount.filter(|m| *m > Money::ZERO).ok_or(NoBond::NoBase)
}

fn share(law: &Law, key: &str, of: Money, day: Day) -> Result<Ruling<Money>, NotInForce> {
    let rate = law.figure(key, day)?;
    Ok(rate.map(|bp| of.share_floor(BasisPoints(u32::try_from(bp).unwrap_or(0)))))
}

/// The most that a bid bond may be, before reductions: the lowest of the share and
/// all caps that are about it.
///
/// # Errors
///
/// [`NoBond`].
pub fn bid_bond(law: &Law, bid: Bid, estimate: Option<Money>, day: Day) -> Result<Most, NoBond> {
    let mut steps = vec![share(law, bid.rate(), base(estimate)?, day)?];
    for cap in bid.caps() {
        // A cap that did not exist yet caps nothing.
        if let Ok(cap) = law.figure(cap, day) {
            steps.push(cap.map(Money::from_fen));
        }
    }
    let amount = steps.iter().map(|s| s.value).min().unwrap_or_default();
    Ok(Most { amount, steps })
}

/// The most that a performance bond may be.
///
/// # Errors
///
/// [`NoBond`].
pub fn performance_bond(
    law: &Law,
    procurement: bool,
    price: Option<Money>,
    day: Day,
) -> Result<Ruling<Money>, NoBond> {
    let key = match procurement {
        true => keys::PERFORMANCE_RATE_PROCUREMENT,
        false => keys::PERFORMANCE_RATE,
    };
    Ok(share(law, key, base(price)?, day)?)
}

/// The most that may be retained of a settlement.
///
/// # Errors
///
/// [`NoBond`].
pub fn retention(law: &Law, settlement: Option<Money>, day: Day) -> Result<Ruling<Money>, NoBond> {
    Ok(share(law, keys::RETENTION_RATE, base(settlement)?, day)?)
}

/// The most that may be asked to secure the wages of workers.
///
/// # Errors
///
/// [`NoBond`].
pub fn wages_bond(law: &Law, price: Option<Money>, day: Day) -> Result<Ruling<Money>, NoBond> {
    Ok(share(law, keys::WAGES_RATE, base(price)?, day)?)
}

/// The last day of liability for defects: as is usual, and at most.
///
/// # Errors
///
/// [`NotInForce`].
pub fn defects_until(law: &Law, completed: Day) -> Result<(Ruling<Day>, Ruling<Day>), NotInForce> {
    let until = |key| {
        let months = law.figure(key, completed)?;
        Ok(months.map(|n| completed.plus_months(u32::try_from(n).unwrap_or(0))))
    };
    Ok((until(keys::DEFECT_USUAL)?, until(keys::DEFECT_MOST)?))
}

/// Interest on `amount` that is `days` late, where none was agreed: rounded down.
///
/// # Errors
///
/// [`NotInForce`].
pub fn late_interest(
    law: &Law,
    amount: Money,
    days: u32,
    due: Day,
) -> Result<Ruling<Money>, NotInForce> {
    let daily = law.figure(keys::LATE_INTEREST, due)?;
    Ok(daily.map(|bp| {
        amount.share_floor(BasisPoints(u32::try_from(bp).unwrap_or(0).saturating_mul(days)))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn wan(text: &str) -> Option<Money> {
        Money::parse_wan(text).ok()
    }

    #[test]
    fn the_lowest_cap_holds() {
        let most = |bid, estimate| {
            bid_bond(Law::shipped(), bid, wan(estimate), day("2026-07-18")).map(|m| m.amount)
        };
        let is = |text: &str| Ok(wan(text).expect("an amount"));
        assert_eq!(most(Bid::Works, "3000"), is("60"));
        assert_eq!(most(Bid::Works, "4000"), is("80"));
        assert_eq!(most(Bid::Works, "4000.01"), is("80"));
        assert_eq!(most(Bid::Building, "4000"), is("50"));
        assert_eq!(most(Bid::Survey, "600"), is("10"));
        assert_eq!(most(Bid::Procurement, "9000"), is("180"));
        // 2 % of 1.23 yuan is 2.46 fen: two.
        assert_eq!(most(Bid::Works, "0.000123"), Ok(Money::from_fen(2)));
        assert_eq!(most(Bid::Works, "0"), Err(NoBond::NoBase));
        assert_eq!(
            bid_bond(Law::shipped(), Bid::Works, None, day("2026-07-18")),
            Err(NoBond::NoBase)
        );
    }

    #[test]
    fn performance_retention_and_interest() {
        let (law, on) = (Law::shipped(), day("2026-07-18"));
        let fen = |r: Ruling<Money>| r.value.fen();
        assert_eq!(performance_bond(law, false, wan("100"), on).map(fen), Ok(10_000_000));
        assert_eq!(retention(law, wan("100"), on).map(fen), Ok(3_000_000));
        assert_eq!(wages_bond(law, wan("100"), on).map(fen), Ok(3_000_000));
        assert_eq!(retention(law, Some(Money::from_fen(-1)), on), Err(NoBond::NoBase));
        let late = late_interest(law, wan("100").expect("an amount"), 10, on);
        assert_eq!(late.map(fen), Ok(500_000));
        let (usual, most) = defects_until(law, day("2024-02-29")).expect("in force");
        assert_eq!((usual.value, most.value), (day("2025-02-28"), day("2026-02-28")));
    }

    proptest! {
        /// No bond passes any of its steps.
        #[test]
        fn nothing_passes_a_cap(fen in 1i64..1_000_000_000_000, bid in 0usize..5) {
            let on = day("2026-07-18");
            let most = bid_bond(Law::shipped(), Bid::ALL[bid], Some(Money::from_fen(fen)), on)
                .expect("in force");
            prop_assert!(most.steps.iter().all(|s| most.amount <= s.value));
            prop_assert!(i128::from(most.amount.fen()) * 10_000 <= i128::from(fen) * 200);
        }
    }
}
