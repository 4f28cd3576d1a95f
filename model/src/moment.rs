//! Moments on the server's clock, to the millisecond, and spans in minutes.

use crate::Day;
use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// China keeps one time all year: UTC+8, no summer time since 1991.
const BEIJING_SECONDS_EAST: i32 = 8 * 3600;

/// A moment in time, in whole milliseconds since 1970 (UTC).
///
/// Written in UTC, `2026-07-18T00:05:12.345Z`, so that text order is time order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(i64);

/// A span in whole minutes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Minutes(pub u32);

/// The text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a moment (RFC 3339)")]
pub struct MomentFault;

impl Moment {
    /// The years that a moment may name. Outside them it is a slip, and year
    /// arithmetic could overflow.
    const RANGE_MS: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

    /// A moment given in milliseconds since 1970, held inside years 1–9999.
    pub fn from_ms(ms: i64) -> Self {
        Self(ms.clamp(*Self::RANGE_MS.start(), *Self::RANGE_MS.end()))
    }

    /// Milliseconds since 1970 (UTC).
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Midnight at the start of `day` in China.
    pub fn start_of(day: Day) -> Self {
        let midnight = day.date().and_time(chrono::NaiveTime::MIN).and_utc();
        Self::from_ms(midnight.timestamp_millis() - i64::from(BEIJING_SECONDS_EAST) * 1000)
    }

    /// 24:00 of `day` in China: the first moment that no longer belongs to it.
    pub fn end_of(day: Day) -> Self {
        Self::start_of(day.plus(1))
    }

    /// `hour`:`minute` of `day` in China; hours beyond 23 run on into later days.
    pub fn at(day: Day, hour: u32, minute: u32) -> Self {
        Self::start_of(day).plus(Minutes(hour * 60 + minute))
    }

    /// The civil day in China.
    pub fn day(self) -> Day {
        Day::from_date(self.beijing().date_naive())
    }

    /// `span` later.
    #[must_use]
    pub fn plus(self, span: Minutes) -> Self {
        Self::from_ms(self.0 + i64::from(span.0) * 60_000)
    }

    /// `span` earlier.
    #[must_use]
    pub fn minus(self, span: Minutes) -> Self {
        Self::from_ms(self.0 - i64::from(span.0) * 60_000)
    }

    /// Milliseconds from `self` to `later`; negative when `later` is earlier.
    pub const fn ms_until(self, later: Self) -> i64 {
        later.0 - self.0
    }

    /// `23:59`, in China.
    pub fn clock(self) -> String {
        let t = self.beijing();
        format!("{:02}:{:02}", t.hour(), t.minute())
    }

    /// `2026-07-18 07:57`, in China.
    pub fn stamp(self) -> String {
        format!("{} {}", self.day(), self.clock())
    }

    fn utc(self) -> DateTime<Utc> {
        // `from_ms` keeps every moment within what chrono can hold.
        DateTime::UNIX_EPOCH
            .checked_add_signed(TimeDelta::milliseconds(self.0))
            .unwrap_or(DateTime::UNIX_EPOCH)
    }

    fn beijing(self) -> DateTime<FixedOffset> {
        let east = FixedOffset::east_opt(BEIJING_SECONDS_EAST).expect("UTC+8 is an offset");
        self.utc().with_timezone(&east)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl FromStr for Moment {
    type Err = MomentFault;

    fn from_str(text: &str) -> Result<Self, MomentFault> {
        let ms = DateTime::parse_from_rfc3339(text).map_err(|_| MomentFault)?.timestamp_millis();
        if Self::RANGE_MS.contains(&ms) { Ok(Self(ms)) } else { Err(MomentFault) }
    }
}

impl TryFrom<String> for Moment {
    type Error = MomentFault;

    fn try_from(text: String) -> Result<Self, MomentFault> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_day_turns_at_midnight_in_china() {
        let last: Moment = "2026-07-17T15:59:59.999Z".parse().expect("a moment");
        assert_eq!(last.day().to_string(), "2026-07-17");
        assert_eq!(Moment::from_ms(last.ms() + 1).day().to_string(), "2026-07-18");
        assert_eq!(Moment::end_of(last.day()).ms(), last.ms() + 1);
        assert_eq!(last.stamp(), "2026-07-17 23:59");
    }

    proptest! {
        #[test]
        fn text_round_trips_and_keeps_order(a in 0i64..4_102_444_800_000, b in 0i64..4_102_444_800_000) {
            let (a, b) = (Moment::from_ms(a), Moment::from_ms(b));
            prop_assert_eq!(a.to_string().parse::<Moment>(), Ok(a));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }
}
