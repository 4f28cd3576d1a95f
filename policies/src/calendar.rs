//! Working days (工作日) and the counting of days.
//!
//! Sources: 民法典 201 (the first day does not count), 203 (a period that ends on
//! a statutory holiday ends on the day after it), and the yearly notices of the
//! State Council on holidays and make-up working days (调休).

use crate::file::{CalendarFile, Wrong};
use model::Day;
use std::collections::{BTreeMap, BTreeSet};

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// An ordinary working day.
    Working,
    /// A Saturday or Sunday on which people work (调休上班).
    MakeUp,
    /// A weekend without a notice's word on it.
    Weekend,
    /// Off by a notice: a holiday with the days around it.
    Holiday,
}

/// Holidays and make-up days of the years whose notices are on file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    off: BTreeSet<Day>,
    work: BTreeSet<Day>,
    years: BTreeMap<i32, String>,
    ranks: Ranks,
}

/// Working days counted once, so that the nth after a day is looked up and not walked
/// to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Ranks {
    /// The first day counted.
    first: Option<Day>,
    /// For each day from the first: how many working days there are up to it.
    upto: Vec<u32>,
    /// The working days.
    days: Vec<Day>,
}

/// The years for which working days are counted beforehand; others are walked through.
const COUNTED: std::ops::Range<i32> = 2000..2061;

impl Ranks {
    fn of(calendar: &Calendar) -> Self {
        let first = Day::new(COUNTED.start, 1, 1);
        let mut ranks = Self { first, ..Self::default() };
        let Some(mut day) = first else { return ranks };
        while COUNTED.contains(&day.year()) {
            if calendar.is_working(day) {
                ranks.days.push(day);
            }
            ranks.upto.push(u32::try_from(ranks.days.len()).unwrap_or(u32::MAX));
            day = day.plus(1);
        }
        ranks
    }

    /// The `n`th working day after `start`, where it was counted.
    fn after(&self, start: Day, n: u32) -> Option<Day> {
        let offset = usize::try_from(self.first?.days_until(start)).ok()?;
        let rank = *self.upto.get(offset)? as usize;
        self.days.get(rank + (n as usize).checked_sub(1)?).copied()
    }
}

impl Calendar {
    /// Reads the yearly notices.
    ///
    /// # Errors
    ///
    /// [`Wrong::Calendar`] with what is wrong.
    pub fn of(file: &CalendarFile) -> Result<Self, Wrong> {
        let wrong = |why: String| Wrong::Calendar(why);
        let mut calendar = Self::default();
        for year in &file.years {
            // A notice may begin in the last days of the year before.
            let belongs = |day: Day| {
                day.year() == year.year || (day.year() == year.year - 1 && day.month() == 12)
            };
            for span in &year.off {
                let days = span.split_once('/').and_then(|(from, to)| {
                    let (from, to) = (from.parse::<Day>().ok()?, to.parse::<Day>().ok()?);
                    let n = u32::try_from(from.days_until(to)).ok()?;
                    (belongs(from) && belongs(to)).then(|| (0..=n).map(move |i| from.plus(i)))
                });
                let days = days.ok_or_else(|| wrong(format!("{}: bad span {span}", year.year)))?;
                calendar.off.extend(days);
            }
            for day in &year.work {
                if !day.is_weekend() || !belongs(*day) {
                    return Err(wrong(format!("{day} is no make-up day of {}", year.year)));
                }
                calendar.work.insert(*day);
            }
            if calendar.years.insert(year.year, year.notice.text.clone()).is_some() {
                return Err(wrong(format!("{} is written twice", year.year)));
            }
        }
        if let Some(day) = calendar.off.intersection(&calendar.work).next() {
            return Err(wrong(format!("{day} is both off and worked")));
        }
        calendar.ranks = Ranks::of(&calendar);
        Ok(calendar)
    }

    /// Whether the notice for the day's year is on file. Without it a date is
    /// 预估: weekends are known, holidays are not.
    pub fn knows(&self, day: Day) -> bool {
        self.years.contains_key(&day.year())
    }

    /// What `day` is.
    pub fn kind(&self, day: Day) -> DayKind {
        if self.off.contains(&day) {
            DayKind::Holiday
        } else if self.work.contains(&day) {
            DayKind::MakeUp
        } else if day.is_weekend() {
            DayKind::Weekend
        } else {
            DayKind::Working
        }
    }

    /// Whether people work on `day`.
    pub fn is_working(&self, day: Day) -> bool {
        matches!(self.kind(day), DayKind::Working | DayKind::MakeUp)
    }

    /// The `n`th working day after `start`; `start` itself is not counted.
    /// `n` = 0 is `start`.
    pub fn working_days_after(&self, start: Day, n: u32) -> Day {
        if let Some(day) = self.ranks.after(start, n) {
            return day;
        }
        let mut day = start;
        let mut left = n;
        while left > 0 {
            day = day.plus(1);
            if self.is_working(day) {
                left -= 1;
            }
        }
        day
    }

    /// The last day of a period of `n` natural days that begins after `start`,
    /// moved forward to a working day where it ends on a day off (民法典 203).
    pub fn natural_days_after(&self, start: Day, n: u32) -> Day {
        self.roll(start.plus(n))
    }

    /// `day`, or the first working day after it.
    pub fn roll(&self, mut day: Day) -> Day {
        while !self.is_working(day) {
            day = day.plus(1);
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Law;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn working_days() {
        let calendar = &Law::shipped().calendar;
        for (start, n, end) in [
            ("2022-09-29", 3, "2022-10-09"),
            ("2022-01-28", 3, "2022-02-07"),
            ("2022-04-29", 3, "2022-05-07"),
            ("2022-09-30", 30, "2022-11-16"),
            ("2022-09-30", 15, "2022-10-26"),
            ("2023-09-28", 3, "2023-10-09"),
            ("2024-02-09", 3, "2024-02-20"),
            ("2025-01-27", 30, "2025-03-17"),
            ("2026-02-13", 3, "2026-02-25"),
        ] {
            assert_eq!(calendar.working_days_after(day(start), n), day(end), "{start} +{n}");
        }
    }

    #[test]
    fn natural_days_roll_over_days_off() {
        let calendar = &Law::shipped().calendar;
        for (start, n, end) in [
            ("2022-09-27", 10, "2022-10-08"),
            ("2022-04-27", 3, "2022-05-05"),
            ("2022-06-15", 20, "2022-07-05"),
            ("2022-09-02", 30, "2022-10-08"),
            ("2022-12-30", 3, "2023-01-03"),
            ("2022-01-26", 5, "2022-02-07"),
            ("2025-09-28", 10, "2025-10-09"),
            ("2026-02-10", 10, "2026-02-24"),
            ("2022-09-30", 3, "2022-10-08"),
            ("2026-07-06", 3, "2026-07-09"),
        ] {
            assert_eq!(calendar.natural_days_after(day(start), n), day(end), "{start} +{n}");
        }
    }

    /// Beyond the years that were counted beforehand it is walked.
    #[test]
    fn the_end_of_the_counted_years_is_no_end() {
        let calendar = &Law::shipped().calendar;
        for (start, n, end) in [
            ("2060-12-30", 1, "2060-12-31"),
            ("2060-12-30", 2, "2061-01-03"),
            ("1999-12-31", 1, "2000-01-03"),
            ("1999-12-30", 0, "1999-12-30"),
            ("2062-03-03", 5, "2062-03-10"),
        ] {
            assert_eq!(calendar.working_days_after(day(start), n), day(end), "{start} +{n}");
        }
    }

    #[test]
    fn a_year_without_notice_is_an_estimate() {
        let calendar = &Law::shipped().calendar;
        assert!(calendar.knows(day("2026-12-31")) && !calendar.knows(day("2027-01-01")));
    }

    proptest! {
        #[test]
        fn the_nth_working_day_has_n_working_days_up_to_it(offset in 0u32..1_700, n in 1u32..60) {
            let calendar = &Law::shipped().calendar;
            let start = day("2022-01-01").plus(offset);
            let end = calendar.working_days_after(start, n);
            let span = u32::try_from(start.days_until(end)).expect("later");
            let worked = (1..=span).filter(|i| calendar.is_working(start.plus(*i))).count();
            prop_assert!(calendar.is_working(end));
            prop_assert_eq!(worked, n as usize);
        }
    }
}
