//! Step clocks: when each step of an emergency is due.

use crate::{Law, NotInForce, Ruling, Unit, keys};
use model::{Minutes, Moment, Urgency};
use serde::{Deserialize, Serialize};

/// A step with a clock, in the order of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The report is taken in hand.
    Accept,
    /// Two people verify on site.
    Verify,
    /// The authority determines.
    Determine,
    /// A team is called.
    Select,
    /// The team answers.
    Answer,
    /// The team arrives.
    Arrive,
    /// A contract is written.
    Contract,
    /// Skipped procedures are made up.
    Paperwork,
    /// The call is made public.
    Publish,
    /// The finished work is accepted.
    Inspect,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Accept,
        Self::Verify,
        Self::Determine,
        Self::Select,
        Self::Answer,
        Self::Arrive,
        Self::Contract,
        Self::Paperwork,
        Self::Publish,
        Self::Inspect,
    ];

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "受理",
            Self::Verify => "现场核查",
            Self::Determine => "认定",
            Self::Select => "选队",
            Self::Answer => "队伍应答",
            Self::Arrive => "队伍到场",
            Self::Contract => "补签合同",
            Self::Paperwork => "补办手续",
            Self::Publish => "结果公开",
            Self::Inspect => "验收",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Verify => "verify",
            Self::Determine => "determine",
            Self::Select => "select",
            Self::Answer => "answer",
            Self::Arrive => "arrive",
            Self::Contract => "contract",
            Self::Paperwork => "paperwork",
            Self::Publish => "publish",
            Self::Inspect => "inspect",
        }
    }

    /// The key of the rule that gives the step's time.
    pub fn rule(self, urgency: Urgency) -> String {
        format!("clock.{}.{}", self.key(), urgency.key())
    }
}

/// A clock that runs: from when, until when, and on what basis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueClock {
    /// Which step.
    pub step: Step,
    /// When it began.
    pub since: Moment,
    /// The last moment in time, included.
    pub due: Ruling<Moment>,
    /// From when on it is nearly due.
    pub warn: Moment,
}

/// How a clock stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// In good time.
    Running,
    /// Most of the time is used up.
    Nearly,
    /// Too late.
    Overdue,
}

impl DueClock {
    /// Starts the clock of `step` at `since`.
    ///
    /// # Errors
    ///
    /// [`NotInForce`] when the rule has no value on that day.
    pub fn start(
        law: &Law,
        step: Step,
        urgency: Urgency,
        since: Moment,
    ) -> Result<Self, NotInForce> {
        let key = step.rule(urgency);
        let due = law.due(&key, since)?;
        let warn = law.warning(since, due.value)?;
        Ok(Self { step, since, due, warn })
    }

    /// How it stands at `now`.
    pub fn state(&self, now: Moment) -> ClockState {
        if now > self.due.value {
            ClockState::Overdue
        } else if now >= self.warn {
            ClockState::Nearly
        } else {
            ClockState::Running
        }
    }
}

impl Law {
    /// From when on a clock that runs from `since` until `due` is nearly due.
    ///
    /// # Errors
    ///
    /// [`NotInForce`] when the share has no value on that day.
    pub fn warning(&self, since: Moment, due: Moment) -> Result<Moment, NotInForce> {
        let percent = self.figure(keys::WARN_PERCENT, since.day())?.value;
        Ok(Moment::from_ms(since.ms() + since.ms_until(due) / 100 * percent))
    }

    /// The last moment within the period that rule `key` gives from `since`.
    ///
    /// Minutes and hours run through nights and holidays. Days and working days
    /// leave out the first day and end at 24:00 of the last one (民法典 201, 203).
    ///
    /// # Errors
    ///
    /// [`NotInForce`] when the rule has no value on that day.
    pub fn due(&self, key: &str, since: Moment) -> Result<Ruling<Moment>, NotInForce> {
        let day = since.day();
        let ruling = self.figure(key, day)?;
        let unit = self.rule(key).map_or(Unit::Minutes, |rule| rule.unit);
        Ok(ruling.map(|n| {
            let n = u32::try_from(n).unwrap_or(u32::MAX);
            match unit {
                Unit::WorkingDays => last_of(self.calendar.working_days_after(day, n)),
                Unit::Days => last_of(self.calendar.natural_days_after(day, n)),
                Unit::Hours => since.plus(Minutes(n.saturating_mul(60))),
                _ => since.plus(Minutes(n)),
            }
        }))
    }
}

/// The last millisecond before 24:00 of `day`: still in time.
fn last_of(day: model::Day) -> Moment {
    Moment::from_ms(Moment::end_of(day).ms() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    fn start(step: Step, urgency: Urgency, since: &str) -> DueClock {
        DueClock::start(Law::shipped(), step, urgency, at(since)).expect("in force")
    }

    #[test]
    fn a_critical_answer_is_due_after_a_quarter_of_an_hour() {
        let clock = start(Step::Answer, Urgency::Critical, "2026-07-18T07:57:00+08:00");
        assert_eq!(clock.due.value, at("2026-07-18T08:12:00+08:00"));
        assert_eq!(clock.state(at("2026-07-18T08:08:59+08:00")), ClockState::Running);
        assert_eq!(clock.state(at("2026-07-18T08:09:00+08:00")), ClockState::Nearly);
        assert_eq!(clock.state(clock.due.value), ClockState::Nearly);
        assert_eq!(clock.state(Moment::from_ms(clock.due.value.ms() + 1)), ClockState::Overdue);
    }

    #[test]
    fn working_days_step_over_the_national_day() {
        let clock = start(Step::Publish, Urgency::Critical, "2022-09-29T23:59:59+08:00");
        assert_eq!(clock.due.value, at("2022-10-09T23:59:59.999+08:00"));
    }

    #[test]
    fn the_day_of_the_act_is_the_day_in_china() {
        // 29 September 16:30 UTC is already the 30th in Guangyuan.
        let clock = start(Step::Publish, Urgency::Critical, "2022-09-29T16:30:00Z");
        assert_eq!(clock.due.value.day().to_string(), "2022-10-10");
    }
}
