//! What bonds came to in a year, against the year before (成效): money that did not have to
//! lie anywhere, days saved, guarantees and what they cost, and who pays back late.

use model::{BasisPoints, BondKind, Day, Money, OrgId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How a bond goes back: the money, or the guarantee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// When the ground for it arose.
    pub since: Day,
    /// The last day by law.
    pub due: Day,
    /// The last day as promised, where anything was.
    pub promised: Option<Day>,
    /// When the money was back, or the guarantee released.
    pub done: Option<Day>,
}

/// What counts of one bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is for.
    pub kind: BondKind,
    /// In whose favour.
    pub owner: OrgId,
    /// That one's name.
    pub owner_name: String,
    /// When it was entered: that decides the year.
    pub day: Day,
    /// The most that the law allows.
    pub most: Money,
    /// What was asked.
    pub asked: Money,
    /// Given in money, and verified.
    pub cash: Money,
    /// Given as guarantees, and verified.
    pub guarantee: Money,
    /// What the guarantees cost the firm.
    pub fee: Money,
    /// How it goes back, once there is a ground.
    pub back: Option<Back>,
}

/// Tenths of a day, printed `3.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tenths(pub i64);

/// What the bonds entered in a year came to, up to a day of it and as they stood on that
/// day: what went back later does not count yet. Only the amounts given have no day of
/// their own; they are as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Year {
    /// Which.
    pub year: i32,
    /// How many bonds.
    pub bonds: usize,
    /// The most that the law allows for them.
    pub most: Money,
    /// What was asked.
    pub asked: Money,
    /// What was not asked though the law allows it.
    pub reduced: Money,
    /// Guarantees instead of money: at most what was asked.
    pub replaced: Money,
    /// Money that is back: at most what was asked and no guarantee stands for. Money that
    /// a guarantee took the place of is counted there.
    pub returned: Money,
    /// Guarantees among all that was given, in amount; rounded down.
    pub guarantee_share: BasisPoints,
    /// What guarantees cost.
    pub fee: Money,
    /// What they cost of their amount; rounded down.
    pub fee_share: BasisPoints,
    /// Bonds that go back, or went.
    pub backs: usize,
    /// From the ground to the day on which it was back, of those that are; to the nearest
    /// tenth, none when none is.
    pub mean_days: Option<Tenths>,
    /// From the day on which it was back to the last day by law, of those that are;
    /// negative when they were late.
    pub mean_saved: Option<Tenths>,
    /// Back after the last day, or not back though it is over.
    pub late: usize,
}

/// How an owner gives back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerLate {
    /// Who.
    pub owner: OrgId,
    /// Its name, as in the latest of these bonds.
    pub name: String,
    /// Bonds that go back, or went this year.
    pub backs: usize,
    /// Of them late.
    pub late: usize,
    /// Of those still not back.
    pub open_late: usize,
    /// Later than was promised, and not late by law.
    pub unkept: usize,
    /// From the ground to the day on which it was back, of those that are.
    pub mean_days: Option<Tenths>,
}

/// A year against the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    /// This year, up to today.
    pub this: Year,
    /// The year before, up to the same day.
    pub before: Year,
    /// This year, by what bonds are for; all of them.
    pub kinds: Vec<(BondKind, Year)>,
    /// How each owner gives back, the worst first. What is open counts in whatever year it
    /// was entered, or a late return would be forgotten at New Year; owners with nothing to
    /// give back are left out.
    pub owners: Vec<OwnerLate>,
    /// What was released in each month of this year up to now (1–12): by the day of entry
    /// what was reduced or replaced, by the day on which it was back what was returned. That
    /// may be a bond of an earlier year, which the year itself does not count.
    pub months: Vec<(u32, Money)>,
}

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let tenths = self.0.unsigned_abs();
        write!(f, "{sign}{}.{}", tenths / 10, tenths % 10)
    }
}

fn total(amounts: impl Iterator<Item = Money>) -> Money {
    let fen: i128 = amounts.map(|amount| i128::from(amount.fen())).sum();
    // Beyond all money there is.
    Money::from_fen(i64::try_from(fen).unwrap_or(if fen < 0 { i64::MIN } else { i64::MAX }))
}

/// The share that `part` is of `whole`, rounded down; of nothing, none.
fn share(part: Money, whole: Money) -> BasisPoints {
    if whole <= Money::ZERO {
        return BasisPoints(0);
    }
    let exact = i128::from(part.fen().max(0)) * 10_000 / i128::from(whole.fen());
    BasisPoints(u32::try_from(exact).unwrap_or(u32::MAX))
}

/// To the nearest tenth, halves up.
fn mean(days: impl Iterator<Item = i64>) -> Option<Tenths> {
    let add = |(n, sum): (i128, i128), day: i64| (n + 1, sum + i128::from(day));
    let (n, sum) = days.fold((0, 0), add);
    if n == 0 {
        return None;
    }
    let tenths = (20 * sum + n).div_euclid(2 * n);
    i64::try_from(tenths).ok().map(Tenths)
}

impl Back {
    /// As it stood on `until`; nothing when it had no ground by then.
    fn known(self, until: Day) -> Option<Self> {
        let done = self.done.filter(|done| *done <= until);
        (self.since <= until || done.is_some()).then_some(Self { done, ..self })
    }

    fn is_late(self, until: Day) -> bool {
        self.done.unwrap_or(until) > self.due
    }

    /// Later than was promised, and not late by law.
    fn is_unkept(self, until: Day) -> bool {
        let at = self.done.unwrap_or(until);
        !self.is_late(until) && self.promised.is_some_and(|promised| at > promised)
    }

    fn days(self) -> Option<i64> {
        // Given back before there was a ground: it took no day.
        self.done.map(|done| self.since.days_until(done).max(0))
    }

    /// From the day on which it was back to the last day by law; negative when it was late.
    pub fn saved(self) -> Option<i64> {
        self.done.map(|done| done.days_until(self.due))
    }
}

/// From the day on which each was back to the last day by law, on average: the measure of a
/// year, of fewer bonds.
pub fn mean_saved(backs: &[Back]) -> Option<Tenths> {
    mean(backs.iter().filter_map(|back| back.saved()))
}

impl Fact {
    fn reduced(&self) -> Money {
        let asked = self.asked.fen().max(0);
        Money::from_fen(self.most.fen().saturating_sub(asked).max(0))
    }

    fn replaced(&self) -> Money {
        self.guarantee.min(self.asked).max(Money::ZERO)
    }

    fn returned(&self, until: Day) -> Money {
        if self.back.and_then(|back| back.known(until)?.done).is_none() {
            return Money::ZERO;
        }
        let lay = self.asked.fen().saturating_sub(self.replaced().fen());
        Money::from_fen(self.cash.fen().min(lay).max(0))
    }
}

impl Year {
    /// The money that was released (释放资金): what was reduced, what guarantees replaced and
    /// what was returned, of the bonds of the year. A sum counts once: what was reduced was
    /// never given, what was replaced is not money, what was returned was money. So it is
    /// never more than the most that the law allows, or what was given where that is more.
    pub fn released(&self) -> Money {
        total([self.reduced, self.replaced, self.returned].into_iter())
    }

    /// Adds up the bonds of the year of `until`, up to that day.
    fn of<'a>(facts: impl Iterator<Item = &'a Fact>, until: Day) -> Self {
        let year = until.year();
        let facts: Vec<&Fact> =
            facts.filter(|fact| fact.day.year() == year && fact.day <= until).collect();
        let backs: Vec<Back> = facts.iter().filter_map(|fact| fact.back?.known(until)).collect();
        let guarantee = total(facts.iter().map(|fact| fact.guarantee));
        let given = total(facts.iter().flat_map(|fact| [fact.cash, fact.guarantee]));
        let fee = total(facts.iter().map(|fact| fact.fee));
        Self {
            year,
            bonds: facts.len(),
            most: total(facts.iter().map(|fact| fact.most)),
            asked: total(facts.iter().map(|fact| fact.asked)),
            reduced: total(facts.iter().map(|fact| fact.reduced())),
            replaced: total(facts.iter().map(|fact| fact.replaced())),
            returned: total(facts.iter().map(|fact| fact.returned(until))),
            guarantee_share: share(guarantee, given),
            fee,
            fee_share: share(fee, guarantee),
            backs: backs.len(),
            mean_days: mean(backs.iter().filter_map(|back| back.days())),
            mean_saved: mean_saved(&backs),
            late: backs.iter().filter(|back| back.is_late(until)).count(),
        }
    }
}

/// The same day of the year before. The 29th of February counts as the 28th, both ways: at
/// the end of February, all of February counts.
pub fn year_before(today: Day) -> Day {
    let year = today.year() - 1;
    let same = match (today.month(), today.day_of_month()) {
        (2, 28..) => Day::new(year, 2, 29).or_else(|| Day::new(year, 2, 28)),
        (month, day) => Day::new(year, month, day),
    };
    // There is one but in the first year of the calendar.
    same.unwrap_or(today)
}

fn owners(facts: &[Fact], today: Day) -> Vec<OwnerLate> {
    let mut runs: BTreeMap<&OrgId, Vec<(&Fact, Back)>> = BTreeMap::new();
    for fact in facts {
        let Some(back) = fact.back.and_then(|back| back.known(today)) else { continue };
        if back.done.is_none_or(|done| done.year() == today.year()) {
            runs.entry(&fact.owner).or_default().push((fact, back));
        }
    }
    let mut owners: Vec<OwnerLate> = Vec::new();
    for (owner, runs) in runs {
        // One that was renamed goes by its latest name.
        let name = runs.iter().map(|(fact, _)| (fact.day, &fact.owner_name)).max();
        let late: Vec<Back> =
            runs.iter().map(|(_, back)| *back).filter(|back| back.is_late(today)).collect();
        owners.push(OwnerLate {
            owner: owner.clone(),
            name: name.map_or_else(String::new, |(_, name)| name.clone()),
            backs: runs.len(),
            late: late.len(),
            open_late: late.iter().filter(|back| back.done.is_none()).count(),
            unkept: runs.iter().filter(|(_, back)| back.is_unkept(today)).count(),
            mean_days: mean(runs.iter().filter_map(|(_, back)| back.days())),
        });
    }
    owners.sort_by(|a, b| {
        let open = b.open_late.cmp(&a.open_late);
        // late / backs, multiplied out; nobody here has none.
        let share = (b.late * a.backs).cmp(&(a.late * b.backs));
        open.then(share).then_with(|| (&a.name, &a.owner).cmp(&(&b.name, &b.owner)))
    });
    owners
}

fn months(facts: &[Fact], today: Day) -> Vec<(u32, Money)> {
    let of = |month: u32| {
        let within = |day: Day| day <= today && (day.year(), day.month()) == (today.year(), month);
        let entered = facts.iter().filter(|fact| within(fact.day));
        let done = |fact: &&Fact| fact.back.and_then(|back| back.done).is_some_and(within);
        let back = facts.iter().filter(done).map(|fact| fact.returned(today));
        total(entered.flat_map(|fact| [fact.reduced(), fact.replaced()]).chain(back))
    };
    (1..=today.month()).map(|month| (month, of(month))).collect()
}

/// What bonds came to in the year of `today`, against the one before.
pub fn measures(facts: &[Fact], today: Day) -> Measures {
    let of_kind =
        |kind: &BondKind| (*kind, Year::of(facts.iter().filter(|fact| fact.kind == *kind), today));
    Measures {
        this: Year::of(facts.iter(), today),
        before: Year::of(facts.iter(), year_before(today)),
        kinds: BondKind::ALL.iter().map(of_kind).collect(),
        owners: owners(facts, today),
        months: months(facts, today),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    /// A bond of which nothing was asked or given; of `owner`, whose name is its key.
    fn fact(kind: BondKind, owner: &str, on: &str) -> Fact {
        Fact {
            kind,
            owner: owner.parse().expect("a key"),
            owner_name: owner.to_owned(),
            day: day(on),
            most: Money::ZERO,
            asked: Money::ZERO,
            cash: Money::ZERO,
            guarantee: Money::ZERO,
            fee: Money::ZERO,
            back: None,
        }
    }

    /// With amounts: most, asked, cash, guarantee, fee.
    fn sums(fact: Fact, fen: [i64; 5]) -> Fact {
        let [most, asked, cash, guarantee, fee] = fen.map(Money::from_fen);
        Fact { most, asked, cash, guarantee, fee, ..fact }
    }

    fn back(since: &str, due: &str, done: Option<&str>) -> Option<Back> {
        Some(Back { since: day(since), due: day(due), promised: None, done: done.map(day) })
    }

    fn by_hand() -> Vec<Fact> {
        let (bid, shui) = (BondKind::Bid, "shui");
        let mut facts = vec![
            sums(fact(bid, "jiao", "2026-01-10"), [800, 800, 800, 0, 0]),
            sums(fact(bid, "jiao", "2026-03-05"), [800, 0, 0, 0, 0]),
            sums(fact(BondKind::Performance, shui, "2026-03-20"), [1000, 500, 0, 500, 7]),
            // Money first, then a guarantee for most of it: only the rest counts as returned.
            sums(fact(BondKind::Retention, shui, "2026-05-01"), [300, 300, 200, 200, 3]),
            sums(fact(bid, "jiao", "2025-02-02"), [400, 400, 400, 0, 0]),
            // After the same day of the year before; it came back this year.
            sums(fact(bid, "jiao", "2025-07-19"), [999, 999, 999, 0, 0]),
            // Back, but not yet on the same day of the year before.
            sums(fact(bid, shui, "2025-03-01"), [100, 100, 100, 0, 0]),
        ];
        facts[0].back = back("2026-02-01", "2026-02-06", Some("2026-02-04"));
        facts[2].back = back("2026-06-01", "2026-06-11", None);
        facts[3].back = back("2026-06-10", "2026-06-24", Some("2026-06-25"));
        facts[4].back = back("2025-07-01", "2025-07-06", Some("2025-07-18"));
        facts[5].back = back("2026-01-02", "2026-01-07", Some("2026-01-05"));
        facts[6].back = back("2025-07-10", "2025-07-15", Some("2025-07-20"));
        facts
    }

    #[test]
    fn a_year_against_the_one_before() {
        let measures = measures(&by_hand(), day("2026-07-18"));
        let this = Year {
            year: 2026,
            bonds: 4,
            most: Money::from_fen(2_900),
            asked: Money::from_fen(1_600),
            reduced: Money::from_fen(1_300),
            replaced: Money::from_fen(700),
            returned: Money::from_fen(900),
            guarantee_share: BasisPoints(4_117),
            fee: Money::from_fen(10),
            fee_share: BasisPoints(142),
            backs: 3,
            mean_days: Some(Tenths(90)),
            mean_saved: Some(Tenths(5)),
            late: 2,
        };
        assert_eq!(measures.this, this);
        assert_eq!(this.released(), Money::from_fen(2_900));
        let before = Year {
            year: 2025,
            bonds: 2,
            most: Money::from_fen(500),
            asked: Money::from_fen(500),
            reduced: Money::ZERO,
            replaced: Money::ZERO,
            returned: Money::from_fen(400),
            guarantee_share: BasisPoints(0),
            fee: Money::ZERO,
            fee_share: BasisPoints(0),
            backs: 2,
            mean_days: Some(Tenths(170)),
            mean_saved: Some(Tenths(-120)),
            late: 2,
        };
        assert_eq!(measures.before, before);
        let kinds: Vec<_> = measures.kinds.iter().map(|(kind, year)| (*kind, year.bonds)).collect();
        assert_eq!(
            kinds,
            [
                (BondKind::Bid, 2),
                (BondKind::Performance, 1),
                (BondKind::Retention, 1),
                (BondKind::Wages, 0),
            ]
        );
        let months: Vec<_> = measures.months.iter().map(|(n, sum)| (*n, sum.fen())).collect();
        assert_eq!(months, [(1, 999), (2, 800), (3, 1_800), (4, 0), (5, 200), (6, 100), (7, 0)]);
    }

    #[test]
    fn who_gives_back_late_stands_first() {
        let late = |name: &str, counts: [usize; 3], mean_days: i64| OwnerLate {
            owner: name.parse().expect("a key"),
            name: name.to_owned(),
            backs: counts[0],
            late: counts[1],
            open_late: counts[2],
            unkept: 0,
            mean_days: Some(Tenths(mean_days)),
        };
        let mut facts = by_hand();
        let found = measures(&facts, day("2026-07-18")).owners;
        assert_eq!(found, [late("shui", [2, 2, 1], 150), late("jiao", [2, 0, 0], 30)]);
        // One of an earlier year that is still not back is not forgotten.
        facts[4].back = back("2025-07-01", "2025-07-06", None);
        facts[0].owner_name = "jiao-new".into();
        let found = measures(&facts, day("2026-07-18")).owners;
        assert_eq!(found[0], late("shui", [2, 2, 1], 150));
        assert_eq!((found[1].backs, found[1].late, found[1].open_late), (3, 1, 1));
        assert_eq!(found[1].name, "jiao-new");
        // The last day itself is in time.
        let found = measures(&by_hand()[2..3], day("2026-06-11")).owners;
        assert_eq!((found[0].backs, found[0].late, found[0].mean_days), (1, 0, None));
        assert_eq!(measures(&by_hand()[2..3], day("2026-05-31")).owners, []);
    }

    /// A promise is no law: who passes it alone is told, and not as late.
    #[test]
    fn a_promise_that_was_not_kept_is_counted_apart() {
        let mut facts = by_hand();
        let promise = |fact: &mut Fact, on: &str| {
            let promised = Some(day(on));
            fact.back = fact.back.map(|back| Back { promised, ..back });
        };
        // Back on 4 February, by law until the 6th.
        promise(&mut facts[0], "2026-02-03");
        // Late by law: counted there, and not twice.
        promise(&mut facts[3], "2026-06-17");
        // Back on the last day that was promised.
        promise(&mut facts[5], "2026-01-05");
        let counts = |today: &str| -> Vec<(String, usize, usize)> {
            let owners = measures(&facts, day(today)).owners;
            owners.into_iter().map(|owner| (owner.name, owner.late, owner.unkept)).collect()
        };
        assert_eq!(counts("2026-07-18"), [("shui".to_owned(), 2, 0), ("jiao".to_owned(), 0, 1)]);
        // Not back: the promise is over first, and the law's last day after it.
        promise(&mut facts[2], "2026-06-04");
        let open = |today: &str| {
            let found = measures(&facts[2..3], day(today)).owners;
            (found[0].late, found[0].unkept)
        };
        assert_eq!(open("2026-06-04"), (0, 0));
        assert_eq!(open("2026-06-11"), (0, 1));
        assert_eq!(open("2026-06-12"), (1, 0));
    }

    #[test]
    fn the_end_of_february_is_the_end_of_february() {
        for (today, before) in [
            ("2024-02-29", "2023-02-28"),
            ("2024-02-28", "2023-02-28"),
            ("2025-02-28", "2024-02-29"),
            ("2025-02-27", "2024-02-27"),
            ("2025-03-01", "2024-03-01"),
            ("2026-02-28", "2025-02-28"),
            ("2026-12-31", "2025-12-31"),
        ] {
            assert_eq!(year_before(day(today)), day(before), "{today}");
        }
        let days = ["2024-01-01", "2024-02-28", "2024-02-29", "2024-03-01"];
        let facts: Vec<Fact> = days.iter().map(|on| fact(BondKind::Bid, "jiao", on)).collect();
        let bonds = |today: &str| {
            let measures = measures(&facts, day(today));
            (measures.before.bonds, measures.this.bonds)
        };
        assert_eq!(bonds("2025-02-27"), (1, 0));
        assert_eq!(bonds("2025-02-28"), (3, 0));
        assert_eq!(bonds("2025-03-01"), (4, 0));
        assert_eq!(bonds("2024-02-29"), (0, 3));
        assert_eq!(bonds("2026-02-28"), (0, 0));
    }

    #[test]
    fn tenths_and_shares() {
        for (tenths, text) in
            [(35, "3.5"), (0, "0.0"), (-5, "-0.5"), (-120, "-12.0"), (100, "10.0")]
        {
            assert_eq!(Tenths(tenths).to_string(), text);
        }
        let means: [(&[i64], Option<i64>); 5] = [
            (&[], None),
            (&[1, 2], Some(15)),
            (&[1, 1, 2], Some(13)),
            (&[0, 0, -1], Some(-3)),
            // 3.25 days: half a tenth goes up.
            (&[3, 3, 3, 4], Some(33)),
        ];
        for (days, expected) in means {
            assert_eq!(mean(days.iter().copied()), expected.map(Tenths), "{days:?}");
        }
        assert_eq!(share(Money::from_fen(5), Money::ZERO), BasisPoints(0));
        assert_eq!(share(Money::from_fen(2), Money::from_fen(3)), BasisPoints(6_666));
        assert_eq!(share(Money::from_fen(i64::MAX), Money::from_fen(1)), BasisPoints(u32::MAX));
    }

    const START: &str = "2024-01-15";

    fn any_fact() -> impl Strategy<Value = Fact> {
        let back = (0u32..200, 0u32..30, proptest::option::of(0u32..400));
        let fen = || 0i64..1_000;
        (
            (0usize..4, 0usize..3, 0u32..900),
            (fen(), fen(), fen(), fen(), fen()),
            proptest::option::of(back),
        )
            .prop_map(|((kind, owner, at), (most, asked, cash, guarantee, fee), back)| {
                let plain = fact(BondKind::ALL[kind], &format!("o-{owner}"), START);
                let entered = plain.day.plus(at);
                // Some have been renamed, some share a name.
                let owner_name = format!("单位{}", (owner as u32 + at) % 3);
                let back = back.map(|(since, due, done)| {
                    let since = entered.plus(since);
                    let done = done.map(|done| entered.plus(done));
                    Back { since, due: since.plus(due), promised: None, done }
                });
                let plain = Fact { owner_name, day: entered, back, ..plain };
                sums(plain, [most, asked, cash, guarantee, fee])
            })
    }

    fn any_facts() -> impl Strategy<Value = Vec<Fact>> {
        proptest::collection::vec(any_fact(), 0..20)
    }

    /// Twice the same, in another order.
    fn shuffled() -> impl Strategy<Value = (Vec<Fact>, Vec<Fact>)> {
        any_facts().prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle()))
    }

    fn given(fact: &Fact) -> i64 {
        fact.cash.fen() + fact.guarantee.fen()
    }

    proptest! {
        #[test]
        fn kinds_add_up_to_the_year(facts in any_facts(), at in 0u32..1_000) {
            let Measures { this, kinds, .. } = measures(&facts, day(START).plus(at));
            let years = || kinds.iter().map(|(_, year)| year);
            let count = |of: fn(&Year) -> usize| years().map(of).sum::<usize>();
            prop_assert_eq!(count(|year| year.bonds), this.bonds);
            prop_assert_eq!(count(|year| year.backs), this.backs);
            prop_assert_eq!(count(|year| year.late), this.late);
            let sum = |of: fn(&Year) -> Money| total(years().map(of));
            prop_assert_eq!(sum(|year| year.most), this.most);
            prop_assert_eq!(sum(|year| year.asked), this.asked);
            prop_assert_eq!(sum(|year| year.reduced), this.reduced);
            prop_assert_eq!(sum(|year| year.replaced), this.replaced);
            prop_assert_eq!(sum(|year| year.returned), this.returned);
            prop_assert_eq!(sum(|year| year.fee), this.fee);
            prop_assert_eq!(sum(Year::released), this.released());
        }

        #[test]
        fn the_order_of_facts_is_nothing(
            (facts, shuffled) in shuffled(), at in 0u32..1_000,
        ) {
            let today = day(START).plus(at);
            prop_assert_eq!(measures(&facts, today), measures(&shuffled, today));
        }

        /// No fen of a bond is released twice.
        #[test]
        fn a_sum_counts_once(facts in any_facts(), at in 0u32..1_000) {
            let today = day(START).plus(at);
            let mut most = 0;
            for fact in &facts {
                let parts = [fact.reduced(), fact.replaced(), fact.returned(today)];
                prop_assert!(parts.iter().all(|part| *part >= Money::ZERO));
                let bound = fact.most.fen().max(given(fact));
                prop_assert!(total(parts.into_iter()).fen() <= bound);
                if fact.day.year() == today.year() && fact.day <= today {
                    most += bound;
                }
            }
            prop_assert!(measures(&facts, today).this.released().fen() <= most);
        }

        /// The months are the year, and what came back of earlier ones.
        #[test]
        fn months_add_up(facts in any_facts(), at in 0u32..1_000) {
            let today = day(START).plus(at);
            let Measures { this, months, .. } = measures(&facts, today);
            let earlier = facts.iter().filter(|fact| {
                let done = fact.back.and_then(|back| back.done);
                fact.day.year() < today.year()
                    && done.is_some_and(|done| done.year() == today.year() && done <= today)
            });
            let returned = earlier.map(|fact| fact.returned(today));
            prop_assert_eq!(
                total(months.iter().map(|(_, sum)| *sum)),
                total(returned.chain([this.released()]))
            );
        }
    }
}
