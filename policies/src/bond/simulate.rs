//! What another ladder of reductions would have come to (减免试算): the same bonds, asked for
//! again with other values in the rungs. It changes no rule; it is for those who set the
//! values, before they are set.

use super::ladder::{Firm, Ladder, Project, Rung, ladder};
use crate::{Law, NotInForce};
use model::{BasisPoints, BondKind, Day, Money};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A bond that was asked for, or might have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What it is for.
    pub kind: BondKind,
    /// Who gives it.
    pub firm: Firm,
    /// What it is about.
    pub project: Project,
    /// The most that the law allows for it.
    pub most: Money,
    /// The day whose rules hold.
    pub day: Day,
    /// How many days it lay.
    pub held: u32,
}

/// What rungs would take off instead, by the key of their rule (`bond.reduce.b`). A key that
/// is no rung's changes nothing, and more than the whole is the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Draft(pub BTreeMap<String, BasisPoints>);

/// What all cases come to by one ladder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// What is asked, together.
    pub asked: Money,
    /// Cases of which nothing is asked.
    pub waived: usize,
    /// Fen times the days that they lay.
    pub money_days: i128,
}

/// One rung by both ladders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RungOutcome {
    /// Of which kind of bond.
    pub kind: BondKind,
    /// Which.
    pub rung: Rung,
    /// The key of its rule.
    pub rule: String,
    /// What its rule is about.
    pub label: String,
    /// What it takes off on the latest day of the cases of that kind; by its last value on
    /// file where there are none.
    pub now: BasisPoints,
    /// What it would take off.
    pub then: BasisPoints,
    /// Cases in which it is the one that counts.
    pub decided_now: usize,
    /// Cases in which it would be.
    pub decided_then: usize,
}

/// Both ladders side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// How many cases.
    pub cases: usize,
    /// By the law.
    pub now: Side,
    /// By the draft.
    pub then: Side,
    /// Each rung of each kind that has any, in their order.
    pub by_rung: Vec<RungOutcome>,
    /// Cases of which another amount would be asked.
    pub moved: usize,
}

impl Draft {
    /// The rungs of that kind of bond with the keys of their rules: what a draft may name.
    pub fn rungs(kind: BondKind) -> Vec<(Rung, String)> {
        Rung::ALL.into_iter().filter_map(|rung| Some((rung, rung.rule(kind)?))).collect()
    }

    /// What that rung would take off instead, where the draft says so.
    fn off(&self, rule: &str) -> Option<BasisPoints> {
        self.0.get(rule).map(|off| BasisPoints(off.0.min(10_000)))
    }

    /// The ladder with the draft's values in it.
    fn applied(&self, now: &Ladder) -> Ladder {
        let mut steps = now.steps.clone();
        for step in &mut steps {
            if let Some(off) = self.off(&step.off.rule) {
                step.off.value = off;
            }
        }
        // Of equals, the first: as in the ladder of the law.
        let held = steps.iter().rev().filter(|step| step.holds);
        let counts = held.max_by_key(|step| step.off.value.0).map(|step| step.off.clone());
        Ladder { steps, counts }
    }
}

impl Outcome {
    /// How much less would be asked; negative when it would be more.
    pub fn freed(&self) -> Money {
        Money::from_fen(self.now.asked.fen().saturating_sub(self.then.asked.fen()))
    }
}

/// Sums on their way to a [`Side`].
#[derive(Default)]
struct Sum {
    asked: i128,
    waived: usize,
    money_days: i128,
}

impl Sum {
    fn add(&mut self, asked: Money, held: u32) {
        let fen = i128::from(asked.fen());
        self.asked += fen;
        self.waived += usize::from(fen == 0);
        self.money_days += fen * i128::from(held);
    }

    fn side(&self) -> Side {
        // No amount is negative: what does not fit is beyond all money there is.
        let asked = Money::from_fen(i64::try_from(self.asked).unwrap_or(i64::MAX));
        Side { asked, waived: self.waived, money_days: self.money_days }
    }
}

/// What is asked of all `cases` by the law, and what would be by `draft`.
///
/// # Errors
///
/// [`NotInForce`] when a rung has no value on the day of a case.
pub fn simulate(law: &Law, cases: &[Case], draft: &Draft) -> Result<Outcome, NotInForce> {
    let (mut now, mut then) = (Sum::default(), Sum::default());
    let mut decided: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut moved = 0;
    for case in cases {
        let by_law = ladder(law, case.kind, case.firm, case.project, case.day)?;
        let by_draft = draft.applied(&by_law);
        // A share of less than nothing would be more than the most.
        let most = case.most.max(Money::ZERO);
        let (is, would_be) = (by_law.asked(most), by_draft.asked(most));
        now.add(is, case.held);
        then.add(would_be, case.held);
        moved += usize::from(is != would_be);
        if let Some(off) = by_law.counts {
            decided.entry(off.rule).or_default().0 += 1;
        }
        if let Some(off) = by_draft.counts {
            decided.entry(off.rule).or_default().1 += 1;
        }
    }
    let by_rung = by_rung(law, cases, draft, &decided)?;
    Ok(Outcome { cases: cases.len(), now: now.side(), then: then.side(), by_rung, moved })
}

fn by_rung(
    law: &Law,
    cases: &[Case],
    draft: &Draft,
    decided: &BTreeMap<String, (usize, usize)>,
) -> Result<Vec<RungOutcome>, NotInForce> {
    let mut rungs = Vec::new();
    for kind in BondKind::ALL.iter().copied() {
        let last = cases.iter().filter(|case| case.kind == kind).map(|case| case.day).max();
        for (rung, rule) in Draft::rungs(kind) {
            let on_file = law.rule(&rule);
            let value = match last {
                Some(day) => Some(law.figure(&rule, day)?.value),
                None => on_file.and_then(|found| found.values.last()).map(|figure| figure.value),
            };
            let (Some(on_file), Some(value)) = (on_file, value) else { continue };
            let now = BasisPoints(u32::try_from(value).unwrap_or(0));
            let then = draft.off(&rule).unwrap_or(now);
            let (decided_now, decided_then) = decided.get(&rule).copied().unwrap_or_default();
            let label = on_file.label.clone();
            rungs.push(RungOutcome {
                kind,
                rung,
                rule,
                label,
                now,
                then,
                decided_now,
                decided_then,
            });
        }
    }
    Ok(rungs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{CreditLevel, FirmSize};
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    const LARGE: Firm =
        Firm { size: FirmSize::Large, credit: CreditLevel::Unrated, failings: false };
    const BIG: Project = Project { government: true, amount: Some(Money::from_fen(9_000_000_000)) };

    fn case(kind: BondKind, firm: Firm, most: i64, held: u32) -> Case {
        let most = Money::from_fen(most);
        Case { kind, firm, project: BIG, most, day: day("2026-07-18"), held }
    }

    fn draft(values: &[(&str, u32)]) -> Draft {
        Draft(values.iter().map(|(rule, off)| ((*rule).to_owned(), BasisPoints(*off))).collect())
    }

    fn run(cases: &[Case], draft: &Draft) -> Outcome {
        simulate(Law::shipped(), cases, draft).expect("in force")
    }

    fn row<'a>(outcome: &'a Outcome, rule: &str) -> &'a RungOutcome {
        outcome.by_rung.iter().find(|row| row.rule == rule).expect("a rung")
    }

    #[test]
    fn both_ladders_side_by_side() {
        let small = Firm { size: FirmSize::Small, ..LARGE };
        let a = Firm { credit: CreditLevel::A, ..LARGE };
        let b = Firm { credit: CreditLevel::B, ..LARGE };
        let failed = Firm { credit: CreditLevel::A, failings: true, ..small };
        let cases = [
            case(BondKind::Bid, b, 1_000_001, 10),
            case(BondKind::Bid, small, 800_000, 20),
            case(BondKind::Performance, a, 1_000_000, 100),
            case(BondKind::Bid, failed, 100_000, 3),
            case(BondKind::Wages, a, 70_000, 1),
        ];
        let draft = draft(&[
            ("bond.reduce.b", 8_000),
            ("bond.reduce.sme_clean", 4_000),
            ("bond.reduce.other", 1_000),
            ("bond.reduce_performance.a", 12_000),
            ("bond.reduce_wages.a", 10_000),
        ]);
        let outcome = run(&cases, &draft);
        // 500,000 + 0 + 500,000 + 100,000 + 70,000.
        let now = Side { asked: Money::from_fen(1_170_000), waived: 1, money_days: 55_370_000 };
        // 200,000 + 480,000 + 0 + 90,000 + 70,000.
        let then = Side { asked: Money::from_fen(840_000), waived: 1, money_days: 11_940_000 };
        assert_eq!((outcome.now, outcome.then), (now, then));
        assert_eq!((outcome.cases, outcome.moved), (5, 4));
        assert_eq!(outcome.freed(), Money::from_fen(330_000));
        let of = |rule: &str| {
            let row = row(&outcome, rule);
            (row.now.0, row.then.0, row.decided_now, row.decided_then)
        };
        assert_eq!(of("bond.reduce.b"), (5_000, 8_000, 1, 1));
        assert_eq!(of("bond.reduce.sme_clean"), (10_000, 4_000, 1, 1));
        assert_eq!(of("bond.reduce.a"), (10_000, 10_000, 0, 0));
        assert_eq!(of("bond.reduce_performance.a"), (5_000, 10_000, 1, 1));
        assert_eq!(of("bond.reduce_retention.b"), (2_000, 2_000, 0, 0));
        assert_eq!(row(&outcome, "bond.reduce.b").label, "信用 B 级企业减免投标保证金");
    }

    /// A small firm of level A: what it is stands first, until it takes off less.
    #[test]
    fn of_equals_the_first_counts() {
        let firm = Firm { size: FirmSize::Small, credit: CreditLevel::A, failings: false };
        let cases = [case(BondKind::Bid, firm, 100, 1)];
        let decided = |values: &[(&str, u32)]| {
            let outcome = run(&cases, &draft(values));
            let then = |rule| row(&outcome, rule).decided_then;
            assert_eq!(row(&outcome, "bond.reduce.sme_clean").decided_now, 1);
            (then("bond.reduce.sme_clean"), then("bond.reduce.a"))
        };
        assert_eq!(decided(&[]), (1, 0));
        assert_eq!(decided(&[("bond.reduce.a", 12_000)]), (1, 0));
        assert_eq!(decided(&[("bond.reduce.sme_clean", 9_999)]), (0, 1));
    }

    #[test]
    fn a_draft_may_make_it_dearer() {
        let cases = [case(BondKind::Bid, Firm { credit: CreditLevel::A, ..LARGE }, 100, 1)];
        let outcome = run(&cases, &draft(&[("bond.reduce.a", 0)]));
        assert_eq!(outcome.freed(), Money::from_fen(-100));
    }

    #[test]
    fn without_cases_there_are_the_rungs() {
        let outcome = run(&[], &Draft::default());
        assert_eq!((outcome.cases, outcome.moved, outcome.now), (0, 0, Side::default()));
        let rules: Vec<&str> = outcome.by_rung.iter().map(|row| row.rule.as_str()).collect();
        assert_eq!(rules, crate::bond::rules());
        assert!(Draft::rungs(BondKind::Wages).is_empty());
    }

    #[test]
    fn each_case_has_the_rules_of_its_day() {
        let later = "[[change]]\nrule = 'bond.reduce.b'\n[change.value]\nfrom = '2027-01-01'\n\
                     value = 3000\nstatus = 'default'\n";
        let law = Law::shipped().amended("a.toml", later).expect("sound");
        let b = Firm { credit: CreditLevel::B, ..LARGE };
        let early = case(BondKind::Bid, b, 10_000, 0);
        let late = Case { day: day("2027-02-01"), ..early };
        let of = |cases: &[Case]| {
            let outcome = simulate(&law, cases, &Draft::default()).expect("in force");
            (outcome.now.asked.fen(), row(&outcome, "bond.reduce.b").now.0)
        };
        assert_eq!(of(&[late, early]), (12_000, 3_000));
        assert_eq!(of(&[early]), (5_000, 5_000));
        assert_eq!(of(&[]), (0, 3_000));
        let before = Case { day: day("2010-01-01"), ..early };
        assert!(simulate(&law, &[early, before], &Draft::default()).is_err());
    }

    fn any_case() -> impl Strategy<Value = Case> {
        (
            (0usize..4, 0usize..4, 0usize..5, any::<bool>()),
            (any::<bool>(), proptest::option::of(0i64..2_000_000_000)),
            (0i64..1_000_000_000_000, 0u32..1_000),
        )
            .prop_map(|(who, about, (most, held))| {
                let (kind, size, credit, failings) = who;
                let (government, amount) = about;
                let firm =
                    Firm { size: FirmSize::ALL[size], credit: CreditLevel::ALL[credit], failings };
                let project = Project { government, amount: amount.map(Money::from_fen) };
                Case { project, ..case(BondKind::ALL[kind], firm, most, held) }
            })
    }

    fn any_draft() -> impl Strategy<Value = Draft> {
        proptest::collection::btree_map(0usize..13, 0u32..=10_000, 0..14).prop_map(|values| {
            let rules = crate::bond::rules();
            let named = |(n, off): (usize, u32)| (rules[n].clone(), BasisPoints(off));
            Draft(values.into_iter().map(named).collect())
        })
    }

    proptest! {
        /// Taking more off is dearer for nobody, and nothing passes the law's most.
        #[test]
        fn more_off_is_never_dearer(
            case in any_case(), draft in any_draft(), which in 0usize..13, more in 0u32..=10_000,
        ) {
            let rule = &crate::bond::rules()[which];
            let by_law = Law::shipped().figure(rule, case.day).expect("in force").value;
            let by_law = u32::try_from(by_law).expect("a share");
            let off = draft.0.get(rule).map_or(by_law, |off| off.0);
            let mut raised = draft.clone();
            raised.0.insert(rule.clone(), BasisPoints((off + more).min(10_000)));
            let (low, high) = (run(&[case], &draft), run(&[case], &raised));
            prop_assert!(high.then.asked <= low.then.asked);
            prop_assert!(high.then.money_days <= low.then.money_days);
            prop_assert_eq!(high.now, low.now);
            prop_assert!(Money::ZERO <= high.then.asked && low.then.asked <= case.most);
        }

        /// Nothing drafted, nothing moved.
        #[test]
        fn an_empty_draft_changes_nothing(
            cases in proptest::collection::vec(any_case(), 0..8),
        ) {
            let outcome = run(&cases, &Draft::default());
            prop_assert_eq!(outcome.now, outcome.then);
            prop_assert_eq!((outcome.moved, outcome.freed()), (0, Money::ZERO));
            for row in &outcome.by_rung {
                prop_assert_eq!((row.now, row.decided_now), (row.then, row.decided_then));
            }
        }

        /// Against a try of every rung that holds: the least that any of them asks.
        #[test]
        fn the_same_as_trying_every_rung(
            cases in proptest::collection::vec(any_case(), 0..8), draft in any_draft(),
        ) {
            let outcome = run(&cases, &draft);
            let (mut asked, mut days) = (0i128, 0i128);
            let (mut waived, mut moved, mut laddered) = (0usize, 0usize, 0usize);
            for case in &cases {
                let Case { kind, firm, project, day, .. } = *case;
                let ladder = ladder(Law::shipped(), kind, firm, project, day).expect("in force");
                let most = i128::from(case.most.fen());
                let (mut is, mut would_be) = (most, most);
                for step in ladder.steps.iter().filter(|step| step.holds) {
                    let now = step.off.value.0;
                    let then = draft.0.get(&step.off.rule).map_or(now, |off| off.0);
                    is = is.min(most * i128::from(10_000 - now) / 10_000);
                    would_be = would_be.min(most * i128::from(10_000 - then) / 10_000);
                }
                asked += would_be;
                days += would_be * i128::from(case.held);
                waived += usize::from(would_be == 0);
                moved += usize::from(is != would_be);
                laddered += usize::from(kind != BondKind::Wages);
            }
            prop_assert_eq!(i128::from(outcome.then.asked.fen()), asked);
            prop_assert_eq!((outcome.then.money_days, outcome.then.waived), (days, waived));
            prop_assert_eq!((outcome.cases, outcome.moved), (cases.len(), moved));
            let rows = &outcome.by_rung;
            let decided = |of: fn(&RungOutcome) -> usize| rows.iter().map(of).sum::<usize>();
            prop_assert_eq!(decided(|row| row.decided_now), laddered);
            prop_assert_eq!(decided(|row| row.decided_then), laddered);
        }
    }
}
