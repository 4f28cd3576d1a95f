//! What is required against what is provided, day by day, and where that leaves a gap.

use model::{Day, Money};
use serde::{Deserialize, Serialize};

/// From that day on so much is required, until the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The first day.
    pub from: Day,
    /// How much; nothing when it is not required any more.
    pub amount: Money,
}

/// So much is provided on these days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The first day.
    pub from: Day,
    /// The last day; none while it has no end.
    pub until: Option<Day>,
    /// How much.
    pub amount: Money,
}

/// Days on which neither changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first day.
    pub from: Day,
    /// The last day; none when it goes on for good.
    pub until: Option<Day>,
    /// Required.
    pub required: Money,
    /// Provided.
    pub provided: Money,
}

/// Days on which less is provided than is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The first day.
    pub from: Day,
    /// The last day; none when it goes on for good.
    pub until: Option<Day>,
    /// The most that is lacking on one of them.
    pub short: Money,
}

fn sum(amounts: impl Iterator<Item = Money>) -> Money {
    // Beyond all money there is; what is lacking must not come out as plenty.
    Money::from_fen(amounts.fold(0, |all, amount| all.saturating_add(amount.fen())))
}

/// Required and provided over time, from the first need on; neighbours differ.
/// `needs` stand in the order of their days.
pub fn picture(needs: &[Need], covers: &[Cover]) -> Vec<Span> {
    let Some(first) = needs.first().map(|need| need.from) else { return vec![] };
    let starts = covers.iter().map(|c| c.from);
    let ends = covers.iter().filter_map(|c| c.until).map(|day| day.plus(1));
    let mut days: Vec<Day> = needs.iter().map(|n| n.from).chain(starts).chain(ends).collect();
    days.retain(|day| *day >= first);
    days.sort_unstable();
    days.dedup();
    let mut spans: Vec<Span> = Vec::new();
    for day in days {
        let need = needs.iter().rev().find(|need| need.from <= day);
        let required = need.map_or(Money::ZERO, |need| need.amount);
        let holds = |c: &&Cover| c.from <= day && c.until.is_none_or(|until| day <= until);
        let provided = sum(covers.iter().filter(holds).map(|c| c.amount));
        if let Some(last) = spans.last_mut() {
            if (last.required, last.provided) == (required, provided) {
                continue;
            }
            last.until = Some(day.minus(1));
        }
        spans.push(Span { from: day, until: None, required, provided });
    }
    spans
}

/// Where less is provided than is required; days in a row are one gap.
pub fn gaps(needs: &[Need], covers: &[Cover]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    for span in picture(needs, covers).iter().filter(|s| s.provided < s.required) {
        let short = Money::from_fen(span.required.fen() - span.provided.fen());
        let goes_on = |gap: &&mut Gap| gap.until.is_some_and(|until| until.plus(1) == span.from);
        match gaps.last_mut().filter(goes_on) {
            Some(gap) => {
                gap.until = span.until;
                gap.short = gap.short.max(short);
            }
            None => gaps.push(Gap { from: span.from, until: span.until, short }),
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: u32) -> Day {
        "2026-07-01".parse::<Day>().expect("a day").plus(n)
    }

    fn cover(from: u32, until: Option<u32>, fen: i64) -> Cover {
        Cover { from: day(from), until: until.map(day), amount: Money::from_fen(fen) }
    }

    fn need(from: u32, fen: i64) -> Need {
        Need { from: day(from), amount: Money::from_fen(fen) }
    }

    #[test]
    fn one_form_follows_another_without_a_gap_or_with_one() {
        let needs = [need(0, 100), need(60, 0)];
        assert_eq!(gaps(&needs, &[cover(0, Some(29), 100), cover(30, Some(59), 100)]), []);
        let one_day = Gap { from: day(30), until: Some(day(30)), short: Money::from_fen(100) };
        assert_eq!(gaps(&needs, &[cover(0, Some(29), 100), cover(31, None, 100)]), [one_day]);
    }

    #[test]
    fn a_guarantee_that_ends_before_it_may_leaves_a_gap() {
        let gap = Gap { from: day(40), until: None, short: Money::from_fen(30) };
        let covers = [cover(0, Some(39), 100), cover(0, None, 70)];
        assert_eq!(gaps(&[need(0, 100)], &covers), [gap]);
        assert_eq!(gaps(&[], &covers), []);
    }

    proptest! {
        /// Against a look at each day by itself.
        #[test]
        fn the_same_as_looking_at_each_day(
            needs in proptest::collection::vec((0u32..40, 0i64..5), 1..5),
            covers in proptest::collection::vec((0u32..40, 0u32..20, 0i64..5, any::<bool>()), 0..6),
        ) {
            let mut needs: Vec<Need> = needs.iter().map(|(at, fen)| need(*at, *fen)).collect();
            needs.sort_by_key(|n| n.from);
            needs.dedup_by_key(|n| n.from);
            let covers: Vec<Cover> = covers
                .iter()
                .map(|(at, n, fen, ends)| cover(*at, ends.then_some(at + n), *fen))
                .collect();
            let gaps = gaps(&needs, &covers);
            let spans = picture(&needs, &covers);
            for n in 0..80 {
                let on = day(n);
                let need = needs.iter().rfind(|need| need.from <= on);
                let required = need.map_or(0, |need| need.amount.fen());
                let provided: i64 = covers
                    .iter()
                    .filter(|c| c.from <= on && c.until.is_none_or(|u| on <= u))
                    .map(|c| c.amount.fen())
                    .sum();
                let within = |from: Day, until: Option<Day>| {
                    from <= on && until.is_none_or(|until| on <= until)
                };
                let found: Vec<&Gap> = gaps.iter().filter(|g| within(g.from, g.until)).collect();
                prop_assert_eq!(found.len(), usize::from(provided < required));
                if let Some(gap) = found.first() {
                    prop_assert!(gap.short.fen() >= required - provided);
                }
                let span: Vec<&Span> = spans.iter().filter(|s| within(s.from, s.until)).collect();
                if on >= needs[0].from {
                    prop_assert_eq!(span.len(), 1);
                    let both = (span[0].required.fen(), span[0].provided.fen());
                    prop_assert_eq!(both, (required, provided));
                }
            }
        }
    }
}
