//! Gaps that somebody must do something about, and how near each is.

use super::Gap;
use crate::{Law, NotInForce, keys};
use model::{Day, Moment, Money};
use serde::{Deserialize, Serialize};

/// How near a gap is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warned {
    /// It ends before it may, at some time.
    Early,
    /// Within the widest of the three warnings.
    Far,
    /// Within the middle one.
    Near,
    /// Within the last one.
    Last,
    /// It is there.
    Now,
}

impl Warned {
    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Early => "early",
            Self::Far => "far",
            Self::Near => "near",
            Self::Last => "last",
            Self::Now => "now",
        }
    }

    /// The rule that says how many days before a gap this is; none where no number does.
    pub const fn rule(self) -> Option<&'static str> {
        match self {
            Self::Far => Some(keys::WARN_FAR),
            Self::Near => Some(keys::WARN_NEAR),
            Self::Last => Some(keys::WARN_LAST),
            Self::Early | Self::Now => None,
        }
    }
}

/// A gap that somebody must do something about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// How near it is.
    pub warned: Warned,
    /// The gap.
    pub gap: Gap,
}

/// The gaps that are there or to come, with how near each is.
///
/// # Errors
///
/// [`NotInForce`] when there are no warning times on that day.
pub fn alarms(
    law: &Law,
    gaps: impl IntoIterator<Item = Gap>,
    today: Day,
) -> Result<Vec<Alarm>, NotInForce> {
    let within = |key| law.figure(key, today).map(|days| days.value);
    let (far, near, last) =
        (within(keys::WARN_FAR)?, within(keys::WARN_NEAR)?, within(keys::WARN_LAST)?);
    let ahead = gaps.into_iter().filter(|gap| gap.until.is_none_or(|until| today <= until));
    let alarm = |gap: Gap| {
        // On the last day that is covered, nought days are left.
        let left = today.days_until(gap.from) - 1;
        let warned = match left {
            left if left < 0 => Warned::Now,
            left if left <= last => Warned::Last,
            left if left <= near => Warned::Near,
            left if left <= far => Warned::Far,
            _ => Warned::Early,
        };
        Alarm { warned, gap }
    };
    Ok(ahead.map(alarm).collect())
}

/// Of the alarms of a contract's bond, those that somebody must do something about: that a
/// guarantee ends some day after the work is to be done is none yet.
pub fn pressing(mut alarms: Vec<Alarm>, ends: Day) -> Vec<Alarm> {
    alarms.retain(|alarm| alarm.warned != Warned::Early || alarm.gap.from <= ends);
    alarms
}

/// A warning that was written down. The same gap is one that begins on the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// How near the gap was.
    pub warned: Warned,
    /// Its first day.
    pub from: Day,
    /// How much was lacking.
    pub short: Money,
    /// When it was written down.
    pub at: Moment,
}

/// What there is to be told of a bond's gaps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// All warnings that stand from now on, one a gap.
    pub stand: Vec<Warning>,
    /// Gaps that are new, nearer than they were told to be, or wider.
    pub news: Vec<Alarm>,
    /// Warnings of gaps that are none any more. Should one come back, it is told again.
    pub over: Vec<Warning>,
}

/// What there is to be told, after what was told before; none when that is nothing. Whoever
/// looks again after several warning times has passed hears the nearest only.
pub fn watch(alarms: &[Alarm], before: &[Warning], at: Moment) -> Option<Watched> {
    let mut found = Watched::default();
    for alarm in alarms {
        let (warned, from, short) = (alarm.warned, alarm.gap.from, alarm.gap.short);
        let known = before.iter().find(|told| told.from == from);
        if let Some(known) = known.filter(|told| told.warned >= warned && told.short >= short) {
            found.stand.push(*known);
        } else {
            found.stand.push(Warning { warned, from, short, at });
            found.news.push(alarm.clone());
        }
    }
    let there = |told: &Warning| alarms.iter().any(|alarm| alarm.gap.from == told.from);
    found.over = before.iter().filter(|told| !there(told)).copied().collect();
    (!found.news.is_empty() || !found.over.is_empty()).then_some(found)
}

/// The next day after `today` on which one of the gaps is nearer than it is now, or over.
///
/// # Errors
///
/// [`NotInForce`] when there are no warning times on that day.
pub fn nearer(law: &Law, gaps: &[Gap], today: Day) -> Result<Option<Day>, NotInForce> {
    let mut before = vec![0];
    for key in [keys::WARN_FAR, keys::WARN_NEAR, keys::WARN_LAST] {
        // On the last day that is covered, nought days are left.
        let days = u32::try_from(law.figure(key, today)?.value).unwrap_or(0);
        before.push(days.saturating_add(1));
    }
    let days = gaps.iter().flat_map(|gap| {
        let over = gap.until.map(|until| until.plus(1));
        before.iter().map(move |days| gap.from.minus(*days)).chain(over)
    });
    Ok(days.filter(|day| *day > today).min())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u32) -> Day {
        "2026-07-01".parse::<Day>().expect("a day").plus(n)
    }

    fn gap(from: u32, until: Option<u32>, fen: i64) -> Gap {
        Gap { from: day(from), until: until.map(day), short: Money::from_fen(fen) }
    }

    fn on(n: u32, gaps: &[Gap]) -> Vec<Alarm> {
        alarms(Law::shipped(), gaps.iter().copied(), day(n)).expect("in force")
    }

    fn at(n: u32) -> Moment {
        Moment::start_of(day(n))
    }

    /// What is written down when somebody looks on these days.
    fn told(days: impl IntoIterator<Item = (u32, Vec<Gap>)>) -> Vec<(u32, Vec<Warned>, usize)> {
        let mut stand = Vec::new();
        let mut told = Vec::new();
        for (n, gaps) in days {
            if let Some(found) = watch(&on(n, &gaps), &stand, at(n)) {
                stand = found.stand;
                let news = found.news.iter().map(|alarm| alarm.warned).collect();
                told.push((n, news, found.over.len()));
            }
        }
        told
    }

    #[test]
    fn each_time_is_told_once_and_the_nearest_alone_after_a_sleep() {
        let gaps = [gap(101, Some(120), 30)];
        let every = told((0..130).map(|n| (n, gaps.to_vec())));
        let expected = [
            (0, vec![Warned::Early], 0),
            (40, vec![Warned::Far], 0),
            (70, vec![Warned::Near], 0),
            (93, vec![Warned::Last], 0),
            (101, vec![Warned::Now], 0),
            (121, vec![], 1),
        ];
        assert_eq!(every, expected);
        let asleep = told([0, 95, 96, 119].map(|n| (n, gaps.to_vec())));
        let expected =
            [(0, vec![Warned::Early], 0), (95, vec![Warned::Last], 0), (119, vec![Warned::Now], 0)];
        assert_eq!(asleep, expected);
    }

    #[test]
    fn another_day_a_wider_gap_and_one_that_comes_back_are_told_again() {
        let (near, moved) = (gap(50, None, 30), gap(80, None, 30));
        let wider = gap(50, None, 31);
        let seen = told([
            (30, vec![near]),
            // Extended, not by enough: another gap, and the first is none any more.
            (31, vec![moved]),
            (32, vec![]),
            (33, vec![near]),
            (34, vec![wider]),
            // Less is lacking: nothing that nobody knows.
            (35, vec![near]),
        ]);
        let expected = [
            (30, vec![Warned::Near], 0),
            (31, vec![Warned::Far], 1),
            (32, vec![], 1),
            (33, vec![Warned::Near], 0),
            (34, vec![Warned::Near], 0),
        ];
        assert_eq!(seen, expected);
    }

    /// Nothing changes on a day that nobody was told to look on.
    #[test]
    fn between_two_days_of_looking_nothing_is_nearer() {
        let gaps = [gap(20, Some(30), 1), gap(75, Some(75), 1), gap(101, None, 1)];
        let mut next = nearer(Law::shipped(), &gaps, day(0)).expect("in force");
        for n in 1..130 {
            let today = next == Some(day(n));
            assert!(today || on(n, &gaps) == on(n - 1, &gaps), "{n}");
            if today {
                next = nearer(Law::shipped(), &gaps, day(n)).expect("in force");
            }
        }
        assert_eq!(next, None, "the last one goes on for good");
    }

    #[test]
    fn what_ends_after_the_work_is_to_be_done_is_no_alarm_yet() {
        let early = on(0, &[gap(101, None, 1)]);
        assert_eq!(early.len(), 1);
        assert_eq!(pressing(early.clone(), day(100)), []);
        assert_eq!(pressing(early.clone(), day(101)), early);
        let far = on(60, &[gap(101, None, 1)]);
        assert_eq!(pressing(far.clone(), day(0)), far);
    }
}
