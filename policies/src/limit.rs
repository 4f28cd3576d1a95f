//! What a rule of time comes to for a day: when at the earliest, when at the latest,
//! until when it runs, and how that was counted.

use crate::{Counted, Kind, Law, NotInForce, Ruling, Unit, keys};
use model::{Day, Minutes, Moment};
use serde::{Deserialize, Serialize};

/// What a rule of time says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub enum Limit {
    /// The later act may stand on this day at the earliest.
    NotBefore {
        /// The earliest day.
        day: Day,
    },
    /// Done by the end of this day at the latest.
    NotAfter {
        /// The last day, until 24:00.
        day: Day,
        /// The working day by which it is practically due; the same, unless the last
        /// day for something was counted back to a day off.
        practical: Day,
    },
    /// A period that must run out; what comes after is possible from the next day.
    RunsUntil {
        /// Its last day, until 24:00.
        day: Day,
        /// The first day after it.
        next: Day,
    },
}

/// What a rule of time comes to, with its basis and the count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoning {
    /// What it says, and on what basis.
    pub limit: Ruling<Limit>,
    /// How many days.
    pub days: u32,
    /// Which days.
    pub unit: Unit,
    /// How it was counted, in words.
    pub trace: Vec<String>,
    /// When offices close on the last day for something: what needs a counter is due by
    /// then (民法典 203).
    pub closes: Option<Ruling<Moment>>,
    /// Holidays on the way are not known yet.
    pub estimated: bool,
}

/// Why a rule can't be reckoned with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReckoning {
    /// It has no value on that day.
    #[error(transparent)]
    NotInForce(#[from] NotInForce),
    /// It does not count days.
    #[error("{0} does not count days")]
    NotDays(String),
}

impl Law {
    /// When offices stop their business on `day`.
    ///
    /// # Errors
    ///
    /// [`NotInForce`] when no time is on file for that day.
    pub fn closes(&self, day: Day) -> Result<Ruling<Moment>, NotInForce> {
        let end = self.figure(keys::BUSINESS_END, day)?;
        let minutes = |n: i64| Minutes(u32::try_from(n).unwrap_or(0));
        Ok(end.map(|n| Moment::start_of(day).plus(minutes(n))))
    }

    /// What rule `key` comes to when its event is on `anchor`: the day of the earlier
    /// act, of the notice, or of the deadline that is counted back from. The value in
    /// force on that day is the one that counts.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`] when the rule has no value then, or does not count days.
    pub fn reckon(&self, key: &str, anchor: Day) -> Result<Reckoning, NoReckoning> {
        let ruling = self.figure(key, anchor)?;
        let not_days = || NoReckoning::NotDays(key.to_owned());
        let rule = self.rule(key).ok_or_else(not_days)?;
        let days = u32::try_from(ruling.value).map_err(|_| not_days())?;
        let forward = |n| match rule.unit {
            Unit::Days => Ok(self.calendar.count_natural(anchor, n)),
            Unit::WorkingDays => Ok(self.calendar.count_working(anchor, n)),
            _ => Err(not_days()),
        };
        let (limit, counted): (Limit, Counted) = match (rule.kind, rule.unit) {
            (Kind::MinimumDistance, Unit::Days) => {
                let counted = self.calendar.count_apart(anchor, days);
                (Limit::NotBefore { day: counted.day }, counted)
            }
            (Kind::MinimumPeriod, _) => {
                let counted = forward(days)?;
                let limit = Limit::RunsUntil { day: counted.day, next: counted.day.plus(1) };
                (limit, counted)
            }
            (Kind::Maximum | Kind::Target, _) => {
                let counted = forward(days)?;
                (Limit::NotAfter { day: counted.day, practical: counted.day }, counted)
            }
            (Kind::DeadlineBefore, Unit::Days) => {
                let counted = self.calendar.count_back(anchor, days);
                (Limit::NotAfter { day: counted.day, practical: counted.practical() }, counted)
            }
            _ => return Err(not_days()),
        };
        let closes = match &limit {
            Limit::NotAfter { practical, .. } => self.closes(*practical).ok(),
            _ => None,
        };
        Ok(Reckoning {
            closes,
            limit: ruling.map(|_| limit),
            days,
            unit: rule.unit,
            trace: counted.lines(),
            estimated: counted.estimated,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn says(key: &str, anchor: &str) -> Limit {
        Law::shipped().reckon(key, day(anchor)).expect("in force").limit.value
    }

    #[test]
    fn each_kind_has_its_boundary() {
        // Issued on 1 June: the bids may be opened from the 21st.
        assert_eq!(says("tender.t3", "2026-06-01"), Limit::NotBefore { day: day("2026-06-21") });
        // Published on Monday 6 July for three days: until Thursday 24:00, award from
        // Friday.
        assert_eq!(
            says("tender.t11", "2026-07-06"),
            Limit::RunsUntil { day: day("2026-07-09"), next: day("2026-07-10") }
        );
        // Published before the National Day: over the holidays.
        assert_eq!(
            says("tender.t11", "2022-09-30"),
            Limit::RunsUntil { day: day("2022-10-08"), next: day("2022-10-09") }
        );
        let by = |d: &str| Limit::NotAfter { day: day(d), practical: day(d) };
        assert_eq!(says("tender.t13", "2022-09-02"), by("2022-10-08"));
        assert_eq!(says("tender.t17", "2022-09-29"), by("2022-10-09"));
        assert_eq!(says("tender.t18", "2025-01-27"), by("2025-03-17"));
        assert_eq!(
            says("tender.t6", "2026-07-21"),
            Limit::NotAfter { day: day("2026-07-11"), practical: day("2026-07-10") }
        );
    }

    #[test]
    fn what_needs_a_counter_is_due_when_it_closes() {
        let law = Law::shipped();
        let closes = |key: &str, on: &str| {
            law.reckon(key, day(on)).expect("in force").closes.map(|c| c.value.stamp())
        };
        assert_eq!(closes("tender.t17", "2022-09-30").as_deref(), Some("2022-10-10 17:30"));
        // Counted back onto a Saturday: on the Friday.
        assert_eq!(closes("tender.t6", "2026-07-21").as_deref(), Some("2026-07-10 17:30"));
        assert_eq!(closes("tender.t3", "2026-06-01"), None);
    }

    #[test]
    fn a_day_before_the_law_has_no_answer() {
        let early = Law::shipped().reckon("tender.t11", day("2012-01-31"));
        assert!(matches!(early, Err(NoReckoning::NotInForce(_))));
        let other = Law::shipped().reckon("reserve.capacity", day("2026-07-18"));
        assert!(matches!(other, Err(NoReckoning::NotDays(_))));
    }

    /// Every rule of the topics that calculators offer can be reckoned with, and
    /// each has its source.
    #[test]
    fn every_offered_rule_answers() {
        let law = Law::shipped();
        let offered: Vec<_> = law.rules().filter(|r| law.offers(r)).collect();
        assert_eq!(offered.len(), 42);
        for rule in offered {
            let reckoned = law.reckon(&rule.id, day("2026-07-18"));
            let reckoned = reckoned.unwrap_or_else(|e| panic!("{}: {e}", rule.id));
            assert!(reckoned.limit.basis.is_some(), "{}", rule.id);
        }
    }
}
