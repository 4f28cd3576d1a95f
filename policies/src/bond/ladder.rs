//! What comes off a bond, for whom, and why: each rung is shown with whether it holds. The
//! most favourable one counts; they are not added up.

use crate::{Law, NotInForce, Ruling, keys};
use model::{BasisPoints, BondKind, CreditLevel, Day, FirmSize, Money};
use serde::{Deserialize, Serialize};

/// Who gives the bond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firm {
    /// How large it is.
    pub size: FirmSize,
    /// Its credit level.
    pub credit: CreditLevel,
    /// It has a record of broken faith (失信记录) that still counts.
    pub failings: bool,
}

/// What the bond is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Paid for by the government.
    pub government: bool,
    /// Its estimate or price, where it is known.
    pub amount: Option<Money>,
}

/// A ground for a reduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// A small or medium firm without a bad record.
    SmeClean,
    /// Credit level A.
    A,
    /// Credit level B.
    B,
    /// A small project of the government, and a firm without a bad record.
    Small,
    /// Everybody.
    Other,
}

impl Rung {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::SmeClean, Self::A, Self::B, Self::Small, Self::Other];

    const fn key(self) -> &'static str {
        match self {
            Self::SmeClean => "sme_clean",
            Self::A => "a",
            Self::B => "b",
            Self::Small => "small",
            Self::Other => "other",
        }
    }

    /// The rule that says how much comes off a bond of that kind; none where this ground
    /// counts for nothing.
    pub(super) fn rule(self, kind: BondKind) -> Option<String> {
        let topic = match kind {
            BondKind::Bid => "reduce",
            BondKind::Performance => "reduce_performance",
            BondKind::Retention => "reduce_retention",
            // What is asked for wages is set by the labour department, case by case.
            BondKind::Wages => return None,
        };
        let counts = self != Self::Small || kind == BondKind::Bid;
        counts.then(|| format!("bond.{topic}.{}", self.key()))
    }

    /// Whether it holds for that firm and that project.
    fn holds(self, law: &Law, firm: Firm, project: Project, day: Day) -> Result<bool, NotInForce> {
        if firm.failings {
            return Ok(self == Self::Other);
        }
        Ok(match self {
            Self::SmeClean => firm.size.is_sme(),
            Self::A => firm.credit == CreditLevel::A,
            Self::B => firm.credit == CreditLevel::B,
            Self::Small => {
                let most = Money::from_fen(law.figure(keys::SMALL_PROJECT, day)?.value);
                project.government && project.amount.is_some_and(|a| a <= most)
            }
            Self::Other => true,
        })
    }
}

/// One rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which.
    pub rung: Rung,
    /// What it takes off.
    pub off: Ruling<BasisPoints>,
    /// Whether it holds here.
    pub holds: bool,
}

/// What comes off a bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// All rungs.
    pub steps: Vec<Step>,
    /// The one that counts; none for a kind of bond that has no ladder.
    pub counts: Option<Ruling<BasisPoints>>,
}

impl Ladder {
    /// What is asked of a bond of at most `most`: rounded down to the fen.
    pub fn asked(&self, most: Money) -> Money {
        let off = self.counts.as_ref().map_or(0, |off| off.value.0);
        most.share_floor(BasisPoints(10_000_u32.saturating_sub(off)))
    }
}

/// The keys of all rules that are read here.
pub(super) fn rules() -> Vec<String> {
    let of = |kind: &BondKind| {
        let kind = *kind;
        Rung::ALL.into_iter().filter_map(move |rung| rung.rule(kind))
    };
    BondKind::ALL.iter().flat_map(of).collect()
}

/// What comes off a bond of that kind.
///
/// # Errors
///
/// [`NotInForce`] when a rung has no value on that day.
pub fn ladder(
    law: &Law,
    kind: BondKind,
    firm: Firm,
    project: Project,
    day: Day,
) -> Result<Ladder, NotInForce> {
    let mut steps = Vec::new();
    for rung in Rung::ALL {
        let Some(rule) = rung.rule(kind) else { continue };
        let off = law.figure(&rule, day)?.map(|bp| BasisPoints(u32::try_from(bp).unwrap_or(0)));
        steps.push(Step { rung, off, holds: rung.holds(law, firm, project, day)? });
    }
    // Of equals, the first: what a firm is stands before what the project is.
    let held = steps.iter().rev().filter(|step| step.holds);
    let counts = held.max_by_key(|step| step.off.value.0).map(|step| step.off.clone());
    Ok(Ladder { steps, counts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> Day {
        "2026-07-18".parse().expect("a day")
    }

    fn of(kind: BondKind, firm: Firm, project: Project) -> Ladder {
        ladder(Law::shipped(), kind, firm, project, day()).expect("in force")
    }

    const LARGE: Firm =
        Firm { size: FirmSize::Large, credit: CreditLevel::Unrated, failings: false };
    const BIG: Project = Project { government: true, amount: Some(Money::from_fen(9_000_000_000)) };

    #[test]
    fn who_a_firm_is_takes_off() {
        let asked = |firm| of(BondKind::Bid, firm, BIG).asked(Money::from_fen(5_000_001)).fen();
        assert_eq!(asked(LARGE), 5_000_001);
        assert_eq!(asked(Firm { size: FirmSize::Small, ..LARGE }), 0);
        assert_eq!(asked(Firm { credit: CreditLevel::A, ..LARGE }), 0);
        assert_eq!(asked(Firm { credit: CreditLevel::B, ..LARGE }), 2_500_000);
        assert_eq!(asked(Firm { credit: CreditLevel::C, ..LARGE }), 5_000_001);
    }

    #[test]
    fn a_bad_record_takes_every_favour_away() {
        let firm = Firm { size: FirmSize::Micro, credit: CreditLevel::A, failings: true };
        let small = Project { government: true, amount: Some(Money::from_fen(1)) };
        let ladder = of(BondKind::Bid, firm, small);
        assert_eq!(ladder.asked(Money::from_fen(100)).fen(), 100);
        assert_eq!(ladder.steps.iter().filter(|s| s.holds).count(), 1);
    }

    /// Ten million yuan is still small; an amount that is not known is not.
    #[test]
    fn a_small_project_of_the_government_asks_for_nothing() {
        let asked = |government, amount: Option<i64>| {
            let project = Project { government, amount: amount.map(Money::from_fen) };
            of(BondKind::Bid, LARGE, project).asked(Money::from_fen(100)).fen()
        };
        assert_eq!(asked(true, Some(1_000_000_000)), 0);
        assert_eq!(asked(true, Some(1_000_000_001)), 100);
        assert_eq!(asked(true, None), 100);
        assert_eq!(asked(false, Some(1)), 100);
    }

    #[test]
    fn each_kind_has_a_ladder_of_its_own() {
        let b = Firm { credit: CreditLevel::B, ..LARGE };
        let asked = |kind| of(kind, b, BIG).asked(Money::from_fen(10_000)).fen();
        assert_eq!(
            BondKind::ALL.iter().map(|k| asked(*k)).collect::<Vec<_>>(),
            [5_000, 8_000, 8_000, 10_000]
        );
    }

    proptest! {
        /// Nothing is ever asked above the most, and no favour makes it dearer.
        #[test]
        fn a_favour_never_makes_it_dearer(
            fen in 0i64..1_000_000_000_000, size in 0usize..4, credit in 0usize..5, kind in 0usize..4,
        ) {
            let kind = BondKind::ALL[kind];
            let most = Money::from_fen(fen);
            let firm = |failings| Firm {
                size: FirmSize::ALL[size], credit: CreditLevel::ALL[credit], failings,
            };
            let clean = of(kind, firm(false), BIG).asked(most);
            let failed = of(kind, firm(true), BIG).asked(most);
            prop_assert!(clean <= failed && failed <= most);
        }
    }
}
