//! Gaps that somebody must do something about, and how near each is.

use super::Gap;
use crate::{Law, NotInForce, keys};
use model::Day;
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
