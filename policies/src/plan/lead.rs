//! The lead before the notice: from which day it counts for each lot, what restarts it,
//! and when a plan has lapsed.

use super::{Lot, LotNo, PlanContent};
use crate::{Law, NotInForce, Ruling, keys};
use model::{Day, LotKind, Money};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rule of the lead: how long a plan stands before its notice.
pub const LEAD: &str = "plan.lead";

/// From when the lead of one lot counts, and what the lot was then. Later changes are
/// held against this, not against the change before: five small steps are one large one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    /// The day.
    pub from: Day,
    /// The estimate that it began with.
    pub estimate: Money,
    /// What the lot bought then.
    pub kind: LotKind,
}

/// Why the lead of a lot begins anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Restart {
    /// The lot is new.
    New,
    /// Its estimate is too far from what it was.
    Estimate {
        /// What it was when the lead began.
        before: Money,
    },
    /// It buys something else.
    Kind,
    /// It took in another lot.
    Merged,
    /// Its owner, or whoever checked it, says that the scope has changed.
    Scope,
    /// The plan had lapsed.
    Revived,
}

impl Restart {
    /// In Chinese.
    pub fn words(&self) -> String {
        match self {
            Self::New => "新列标段".into(),
            Self::Estimate { before } => format!("估算价变化超过规定比例（原 {before} 元）"),
            Self::Kind => "招标内容的类别改变".into(),
            Self::Merged => "合并了其他标段".into(),
            Self::Scope => "招标范围有实质变化".into(),
            Self::Revived => "计划曾失效，重新公开".into(),
        }
    }
}

/// The leads of a plan after a version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leads {
    /// Of each lot.
    pub of: BTreeMap<LotNo, Lead>,
    /// The lots whose lead begins anew.
    pub restarted: Vec<(LotNo, Restart)>,
}

/// The leads of all lots of `next` when it is published on `day`, and which of them begin
/// anew. `before` are the leads so far, `declared` says that the scope has changed. A
/// slip of dates changes nothing.
///
/// # Errors
///
/// [`NotInForce`].
pub fn leads(
    law: &Law,
    before: &BTreeMap<LotNo, Lead>,
    next: &PlanContent,
    declared: bool,
    day: Day,
) -> Result<Leads, NotInForce> {
    // Lots that are gone may have gone into one whose estimate has grown.
    let gone = before.keys().any(|no| next.lot(*no).is_none());
    let mut leads = Leads::default();
    for lot in &next.lots {
        let kept = before.get(&lot.no);
        let why = match kept {
            None => Some(Restart::New),
            Some(lead) => restart(law, lead, lot, gone, declared, day)?,
        };
        let lead = match (kept, &why) {
            (Some(lead), None) => lead.clone(),
            _ => Lead { from: day, estimate: lot.estimate, kind: lot.kind },
        };
        leads.of.insert(lot.no, lead);
        leads.restarted.extend(why.map(|why| (lot.no, why)));
    }
    Ok(leads)
}

fn restart(
    law: &Law,
    lead: &Lead,
    lot: &Lot,
    gone: bool,
    declared: bool,
    day: Day,
) -> Result<Option<Restart>, NotInForce> {
    let merged = gone && lot.estimate > lead.estimate;
    let far = restarts(law, lead.estimate, lot.estimate, merged, day)?.value;
    Ok(if declared {
        Some(Restart::Scope)
    } else if lead.kind != lot.kind {
        Some(Restart::Kind)
    } else if merged {
        Some(Restart::Merged)
    } else {
        far.then_some(Restart::Estimate { before: lead.estimate })
    })
}

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

/// The first day on which the owner of a plan that lapses after `last` is reminded.
///
/// # Errors
///
/// [`NotInForce`].
pub fn reminds_from(law: &Law, last: Day) -> Result<Ruling<Day>, NotInForce> {
    let days = law.figure(keys::PLAN_REMIND, last)?;
    Ok(days.map(|n| last.minus(u32::try_from(n).unwrap_or(0))))
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
    fn wan(n: i64) -> Money {
        Money::from_yuan(n * 10_000).expect("an amount")
    }

    fn lot(no: u16, estimate: i64) -> Lot {
        Lot {
            no: LotNo(no),
            name: "一标段".into(),
            content: "路基路面".into(),
            kind: LotKind::Works,
            estimate: wan(estimate),
            method: model::TenderMethod::Open,
            notice: "2026-12".parse().expect("a month"),
            opening: None,
        }
    }

    fn plan(lots: Vec<Lot>) -> PlanContent {
        PlanContent {
            project: "县道改造".into(),
            code: None,
            scale: "12 公里".into(),
            industry: model::Industry::Highway,
            districts: [model::District::Qingchuan].into(),
            funding: model::Funding::Budget,
            investment: wan(5_000),
            approval: String::new(),
            approved: None,
            lots,
            contact: "工程科".into(),
            phone: "0839-3260119".into(),
            department: None,
        }
    }

    /// Publishes one version after the other, the days apart, and says which lots began
    /// anew each time.
    fn story(versions: &[(Vec<Lot>, bool)]) -> Vec<Vec<(u16, Restart)>> {
        let mut so_far = BTreeMap::new();
        let mut told = Vec::new();
        for (i, (lots, declared)) in versions.iter().enumerate() {
            let on = day("2026-06-01").plus(10 * u32::try_from(i).expect("few"));
            let Leads { of: next, restarted } =
                leads(Law::shipped(), &so_far, &plan(lots.clone()), *declared, on)
                    .expect("in force");
            for (no, lead) in &next {
                let anew = restarted.iter().any(|(r, _)| r == no);
                assert_eq!(lead.from == on, anew, "lot {no:?}");
            }
            so_far = next;
            told.push(restarted.into_iter().map(|(no, why)| (no.0, why)).collect());
        }
        told
    }

    #[test]
    fn only_the_lot_that_changed_begins_anew() {
        let told = story(&[
            (vec![lot(1, 500), lot(2, 300)], false),
            (vec![lot(1, 500), lot(2, 400)], false),
            (vec![lot(1, 500), lot(2, 400), lot(3, 90)], false),
            (vec![lot(1, 500), lot(2, 400), lot(3, 90)], true),
        ]);
        assert_eq!(told[0], [(1, Restart::New), (2, Restart::New)]);
        assert_eq!(told[1], [(2, Restart::Estimate { before: wan(300) })]);
        assert_eq!(told[2], [(3, Restart::New)]);
        assert_eq!(told[3].len(), 3);
    }

    #[test]
    fn a_slip_of_dates_changes_nothing() {
        let mut later = lot(1, 500);
        later.notice = "2027-03".parse().expect("a month");
        assert!(story(&[(vec![lot(1, 500)], false), (vec![later], false)])[1].is_empty());
    }

    #[test]
    fn small_steps_add_up() {
        let told = story(&[
            (vec![lot(1, 500)], false),
            (vec![lot(1, 550)], false),
            (vec![lot(1, 600)], false),
            (vec![lot(1, 601)], false),
        ]);
        assert!(told[1].is_empty() && told[2].is_empty());
        assert_eq!(told[3], [(1, Restart::Estimate { before: wan(500) })]);
    }

    #[test]
    fn a_lot_that_takes_in_another_begins_anew_however_small() {
        let told = story(&[(vec![lot(1, 500), lot(2, 30)], false), (vec![lot(1, 530)], false)]);
        assert_eq!(told[1], [(1, Restart::Merged)]);
        // One that was dropped takes nothing from the others.
        let told = story(&[(vec![lot(1, 500), lot(2, 30)], false), (vec![lot(1, 500)], false)]);
        assert!(told[1].is_empty());
    }

    #[test]
    fn what_is_bought_counts() {
        let goods = Lot { kind: LotKind::Goods, ..lot(1, 500) };
        assert_eq!(
            story(&[(vec![lot(1, 500)], false), (vec![goods], false)])[1],
            [(1, Restart::Kind)]
        );
    }
}
