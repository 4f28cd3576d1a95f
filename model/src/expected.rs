//! When something is expected: a month, or a day.

use crate::Day;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A time in a plan: as exact as its owner knows it. Written `2026-12` or `2026-12-15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Expected {
    first: Day,
    exact: bool,
}

/// The text is neither a month nor a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither a month (YYYY-MM) nor a day (YYYY-MM-DD)")]
pub struct ExpectedFault;

impl Expected {
    /// A day that is known.
    pub const fn on(day: Day) -> Self {
        Self { first: day, exact: true }
    }

    /// Some day of the month that `day` lies in.
    pub fn within_month_of(day: Day) -> Self {
        Self { first: day.minus(day.day_of_month() - 1), exact: false }
    }

    /// The first day that it may be.
    pub const fn first(self) -> Day {
        self.first
    }

    /// The last day that it may be.
    pub fn last(self) -> Day {
        if self.exact { self.first } else { self.first.plus_months(1).minus(1) }
    }

    /// Whether a day was named.
    pub const fn is_exact(self) -> bool {
        self.exact
    }

    /// How many days `actual` is off: 0 within the month, negative when earlier.
    pub fn days_off(self, actual: Day) -> i64 {
        if actual < self.first {
            self.first.days_until(actual)
        } else {
            self.last().days_until(actual).max(0)
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.exact {
            self.first.fmt(f)
        } else {
            write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
        }
    }
}

impl FromStr for Expected {
    type Err = ExpectedFault;

    fn from_str(text: &str) -> Result<Self, ExpectedFault> {
        match text.len() {
            7 => format!("{text}-01").parse().map(|first| Self { first, exact: false }),
            _ => text.parse().map(|first| Self { first, exact: true }),
        }
        .map_err(|_| ExpectedFault)
    }
}

impl TryFrom<String> for Expected {
    type Error = ExpectedFault;

    fn try_from(text: String) -> Result<Self, ExpectedFault> {
        text.parse()
    }
}

impl From<Expected> for String {
    fn from(expected: Expected) -> Self {
        expected.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_month_and_a_day_are_read_and_written() {
        for text in ["2026-12", "2026-12-15", "2024-02"] {
            assert_eq!(text.parse::<Expected>().expect("a time").to_string(), text);
        }
        for text in ["", "2026", "2026-13", "2026-2", "2026-12-32", "12-2026"] {
            assert!(text.parse::<Expected>().is_err(), "{text}");
        }
        let february: Expected = "2024-02".parse().expect("a month");
        assert_eq!((february.first(), february.last()), (day("2024-02-01"), day("2024-02-29")));
        assert_eq!(Expected::within_month_of(day("2024-02-17")), february);
    }

    #[test]
    fn off_is_counted_from_the_nearest_end() {
        let december: Expected = "2026-12".parse().expect("a month");
        for (actual, off) in
            [("2026-11-29", -2), ("2026-12-01", 0), ("2026-12-31", 0), ("2027-01-03", 3)]
        {
            assert_eq!(december.days_off(day(actual)), off, "{actual}");
        }
        let exact = Expected::on(day("2026-12-15"));
        assert_eq!((exact.days_off(day("2026-12-14")), exact.days_off(day("2026-12-16"))), (-1, 1));
    }
}
