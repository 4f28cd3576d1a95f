//! Civil days (自然日), as the law counts them: no hour, no zone.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A civil day in China. Written `2026-07-18`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(NaiveDate);

/// The text is no day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the calendar (YYYY-MM-DD)")]
pub struct DayFault;

impl Day {
    /// The day of that year, month (1–12) and day of month, if there is one.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    pub(crate) const fn from_date(date: NaiveDate) -> Self {
        Self(date)
    }

    pub(crate) const fn date(self) -> NaiveDate {
        self.0
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The month, 1–12.
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// The day of the month, 1–31.
    pub fn day_of_month(self) -> u32 {
        self.0.day()
    }

    /// `n` days later; the last day of the calendar if that passes its end.
    #[must_use]
    pub fn plus(self, n: u32) -> Self {
        Self(self.0.checked_add_days(Days::new(n.into())).unwrap_or(NaiveDate::MAX))
    }

    /// `n` months later, on the last day of the month where it is shorter.
    #[must_use]
    pub fn plus_months(self, n: u32) -> Self {
        Self(self.0.checked_add_months(Months::new(n)).unwrap_or(NaiveDate::MAX))
    }

    /// `n` days earlier; the first day of the calendar if that passes its start.
    #[must_use]
    pub fn minus(self, n: u32) -> Self {
        Self(self.0.checked_sub_days(Days::new(n.into())).unwrap_or(NaiveDate::MIN))
    }

    /// Days from `self` to `later`; negative when `later` is earlier.
    pub fn days_until(self, later: Self) -> i64 {
        (later.0 - self.0).num_days()
    }

    /// Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        self.0.weekday().number_from_monday() > 5
    }

    /// Monday is 1, Sunday 7.
    pub fn weekday(self) -> u32 {
        self.0.weekday().number_from_monday()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = DayFault;

    fn from_str(text: &str) -> Result<Self, DayFault> {
        // Only the full form: `2026-7-1` is a typing slip worth asking about.
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(DayFault);
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self).map_err(|_| DayFault)
    }
}

impl TryFrom<String> for Day {
    type Error = DayFault;

    fn try_from(text: String) -> Result<Self, DayFault> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_days_are_read() {
        assert_eq!("2024-02-29".parse::<Day>().ok(), Day::new(2024, 2, 29));
        for text in ["2026-02-29", "2026-7-1", "20260701", "2026-07-01 ", ""] {
            assert_eq!(text.parse::<Day>(), Err(DayFault), "{text:?}");
        }
    }

    #[test]
    fn months_end_on_their_last_day() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        assert_eq!(day("2024-02-29").plus_months(24), day("2026-02-28"));
        assert_eq!(day("2026-07-18").plus_months(24), day("2028-07-18"));
    }

    #[test]
    fn days_are_counted_without_the_first() {
        let june = Day::new(2026, 6, 1).expect("a day");
        assert_eq!(june.days_until(june.plus(20)), 20);
        assert_eq!(june.plus(20).minus(20), june);
    }
}
