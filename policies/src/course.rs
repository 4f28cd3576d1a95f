//! A limit under way: the statutory one and the promised one side by side, with the
//! days on which it stood still, and how early or late it is at any instant.
//!
//! A promise is a target. It shortens the longest time for something, never a legal
//! minimum (`file::check_promise` refuses such a file), and missing it is no illegality.

use crate::{Counted, Kind, Law, NoReckoning, Ruling, Unit};
use model::{Day, Moment};
use serde::{Deserialize, Serialize};

/// Days on which a limit stands still: an objection suspends the tender, an expert
/// review does not count. The day it stops on does not count any more; the day it goes
/// on does (系统默认: the law says what does not count, not from which hour).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// The day on which it stops.
    pub from: Day,
    /// The day on which it goes on; open while it stands.
    pub until: Option<Day>,
}

impl Stop {
    /// Whether `day` does not count.
    pub fn covers(self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// How a limit stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Running: so many milliseconds are left.
    Running {
        /// Left.
        left_ms: i64,
    },
    /// Standing still: so many days are left when it goes on.
    Stopped {
        /// Left.
        left_days: u32,
    },
    /// Over and not done: so many milliseconds ago.
    Overdue {
        /// Since.
        by_ms: i64,
    },
    /// Done in time, with so many milliseconds to spare.
    Kept {
        /// To spare.
        early_ms: i64,
    },
    /// Done, so many milliseconds too late.
    Missed {
        /// Too late.
        late_ms: i64,
    },
}

/// One of the two limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// How many days, and on what basis.
    pub days: Ruling<u32>,
    /// Which days those are.
    pub unit: Unit,
    /// Until when (the end of that day); not known while it stands still.
    pub due: Option<Moment>,
    /// How it stands.
    pub state: State,
    /// How it was counted.
    pub trace: Vec<String>,
    /// Holidays on the way are not known yet.
    pub estimated: bool,
}

/// Milliseconds in a day.
const DAY_MS: i64 = 86_400_000;

impl Leg {
    /// How many days, in the unit that they are counted in.
    pub fn amount(&self) -> String {
        self.unit.amount(i64::from(self.days.value))
    }

    /// How it stands, in words. A limit of days ends with a day, so nothing finer is told:
    /// what came at any hour of the day after is a day late.
    pub fn stands(&self) -> String {
        let begun = |ms: i64| (ms.max(0) + DAY_MS - 1) / DAY_MS;
        match self.state {
            State::Running { left_ms } if left_ms < DAY_MS => "今日到期".to_owned(),
            State::Running { left_ms } => format!("余 {} 天", left_ms / DAY_MS),
            State::Overdue { by_ms } => format!("已超 {} 天", begun(by_ms)),
            State::Kept { .. } => "按时".to_owned(),
            State::Missed { late_ms } => format!("迟 {} 天", begun(late_ms)),
            State::Stopped { left_days } => {
                format!("恢复后还有 {}", self.unit.amount(i64::from(left_days)))
            }
        }
    }
}

/// A limit under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// What the law says.
    pub statutory: Leg,
    /// What was promised, where anything was.
    pub promised: Option<Leg>,
}

impl Law {
    /// The days that are promised for what rule `key` gives `most` days, on `day`. Half
    /// of an odd number is rounded down, to at least one day: half of three working days
    /// is one (系统默认, the stricter reading).
    pub fn promised(&self, key: &str, most: u32, day: Day) -> Option<Ruling<u32>> {
        let rule = self.promise_of(key)?;
        let ruling = rule.on(day).ok()?;
        let unit = rule.unit;
        Some(ruling.map(|value| {
            let value = u32::try_from(value).unwrap_or(u32::MAX);
            match unit {
                Unit::Percent => (most.saturating_mul(value) / 100).max(1).min(most),
                _ => value.min(most),
            }
        }))
    }

    /// How the longest time that rule `key` gives stands at `now`, when it began at
    /// `since`, stood still on `stops` and was done at `done`.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`] when the rule has no value on the day it began, or is none that
    /// says the longest time in days.
    pub fn course(
        &self,
        key: &str,
        since: Moment,
        stops: &[Stop],
        done: Option<Moment>,
        now: Moment,
    ) -> Result<Course, NoReckoning> {
        let not_days = || NoReckoning::NotDays(key.to_owned());
        let rule = self.rule(key).ok_or_else(not_days)?;
        let longest = matches!(rule.kind, Kind::Maximum | Kind::Target);
        if !longest || !rule.counts_days() {
            return Err(not_days());
        }
        let day = since.day();
        let ruling = self.figure(key, day)?;
        let most = u32::try_from(ruling.value).map_err(|_| not_days())?;
        // What stopped after it was done stopped nothing.
        let stops: Vec<Stop> = stops
            .iter()
            .copied()
            .filter(|stop| done.is_none_or(|done| stop.from <= done.day()))
            .collect();
        let leg = |days: Ruling<u32>| {
            let counted = self.calendar.count_stopped(day, days.value, rule.unit, &stops);
            leg(days, rule.unit, counted, done, now)
        };
        Ok(Course {
            statutory: leg(ruling.map(|_| most)),
            promised: self.promised(key, most, day).map(leg),
        })
    }
}

fn leg(
    days: Ruling<u32>,
    unit: Unit,
    counted: Result<Counted, u32>,
    done: Option<Moment>,
    now: Moment,
) -> Leg {
    let counted = match counted {
        Ok(counted) => counted,
        Err(left_days) => {
            let state = State::Stopped { left_days };
            return Leg { days, unit, due: None, state, trace: vec![], estimated: false };
        }
    };
    let due = Moment::from_ms(Moment::end_of(counted.day).ms() - 1);
    let state = match done {
        Some(at) if at <= due => State::Kept { early_ms: at.ms_until(due) },
        Some(at) => State::Missed { late_ms: due.ms_until(at) },
        None if now <= due => State::Running { left_ms: now.ms_until(due) },
        None => State::Overdue { by_ms: due.ms_until(now) },
    };
    let trace = counted.lines();
    Leg { days, unit, due: Some(due), state, trace, estimated: counted.estimated }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn at(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    fn ends(course: &Course) -> (Option<Day>, Option<Day>) {
        let day = |leg: &Leg| leg.due.map(Moment::day);
        (day(&course.statutory), course.promised.as_ref().and_then(day))
    }

    fn course(key: &str, since: &str, stops: &[Stop], now: &str) -> Course {
        Law::shipped().course(key, at(since), stops, None, at(now)).expect("in force")
    }

    /// 受理 3 → 1.5 working days, rounded down to 1; 处理 30 → 15.
    #[test]
    fn half_of_three_is_one_and_half_of_thirty_fifteen() {
        let noon = "2022-09-30T12:00:00+08:00";
        let both = ends(&course("tender.t17", noon, &[], noon));
        assert_eq!(both, (Some(day("2022-10-10")), Some(day("2022-10-08"))));
        let both = ends(&course("tender.t18", noon, &[], noon));
        assert_eq!(both, (Some(day("2022-11-16")), Some(day("2022-10-26"))));
    }

    #[test]
    fn days_on_which_it_stands_still_do_not_count() {
        // Received on Monday 6 July; suspended on Tuesday, goes on on Friday the 10th.
        let since = "2026-07-06T10:00:00+08:00";
        let stop = |until: Option<&str>| [Stop { from: day("2026-07-07"), until: until.map(day) }];
        let gone_on = course("tender.t17", since, &stop(Some("2026-07-10")), since);
        assert_eq!(ends(&gone_on), (Some(day("2026-07-14")), Some(day("2026-07-10"))));
        let standing = course("tender.t17", since, &stop(None), "2026-07-09T10:00:00+08:00");
        assert_eq!(standing.statutory.state, State::Stopped { left_days: 3 });
        assert_eq!(standing.statutory.due, None);
        // One that begins after the end changes nothing.
        let later = [Stop { from: day("2026-07-20"), until: None }];
        let untouched = course("tender.t17", since, &later, since);
        assert_eq!(untouched.statutory.due.map(Moment::day), Some(day("2026-07-09")));
    }

    #[test]
    fn the_count_says_what_stood_still_and_what_was_off() {
        let since = "2026-07-10T10:00:00+08:00";
        let stop = [Stop { from: day("2026-07-13"), until: Some(day("2026-07-18")) }];
        let lines = course("tender.t17", since, &stop, since).statutory.trace;
        assert_eq!(
            lines,
            [
                "2026-07-10 当日不计入（民法典第二百零一条）",
                "2026-07-11 至 2026-07-12 休息，不计",
                "2026-07-13 至 2026-07-17 中止，不计",
                "2026-07-18 至 2026-07-19 休息，不计",
            ]
        );
        let since = "2022-09-02T10:00:00+08:00";
        let stop = [Stop { from: day("2022-09-05"), until: Some(day("2022-09-06")) }];
        let lines = course("tender.t13", since, &stop, since).statutory.trace;
        assert_eq!(lines[2], "末日 2022-10-03 为休息日，顺延至 2022-10-08（民法典第二百零三条）");
        // Done before it stopped: nothing stood still.
        let law = Law::shipped();
        let (since, done) = (at("2026-07-06T10:00:00+08:00"), at("2026-07-07T10:00:00+08:00"));
        let open = [Stop { from: day("2026-07-08"), until: None }];
        let kept = law.course("tender.t17", since, &open, Some(done), done).expect("in force");
        assert!(matches!(kept.statutory.state, State::Kept { .. }));
    }

    #[test]
    fn early_and_late_to_the_millisecond() {
        let law = Law::shipped();
        let since = at("2026-07-06T10:00:00+08:00");
        let end = Moment::from_ms(Moment::end_of(day("2026-07-09")).ms() - 1);
        let state = |done: Option<Moment>, now: Moment| {
            let course = law.course("tender.t17", since, &[], done, now).expect("in force");
            course.statutory.state
        };
        let later = Moment::from_ms(end.ms() + 1);
        assert_eq!(state(None, end), State::Running { left_ms: 0 });
        assert_eq!(state(None, later), State::Overdue { by_ms: 1 });
        assert_eq!(state(Some(end), later), State::Kept { early_ms: 0 });
        assert_eq!(state(Some(later), later), State::Missed { late_ms: 1 });
    }

    /// Whole days, from the first moment of the day after on; working days say that they are.
    #[test]
    fn a_limit_of_days_is_told_in_days() {
        let law = Law::shipped();
        let since = at("2026-07-06T10:00:00+08:00");
        let said = |done: Option<&str>, now: &str| {
            let course = law.course("tender.t17", since, &[], done.map(at), at(now));
            let leg = course.expect("in force").statutory;
            (leg.amount(), leg.stands())
        };
        let told = |words: &str| ("3 个工作日".to_owned(), words.to_owned());
        assert_eq!(said(None, "2026-07-07T23:00:00+08:00"), told("余 2 天"));
        assert_eq!(said(None, "2026-07-09T23:59:59+08:00"), told("今日到期"));
        assert_eq!(said(None, "2026-07-10T00:00:00+08:00"), told("已超 1 天"));
        assert_eq!(said(None, "2026-07-12T00:00:01+08:00"), told("已超 3 天"));
        let later = "2026-07-30T09:00:00+08:00";
        assert_eq!(said(Some("2026-07-09T10:00:00+08:00"), later), told("按时"));
        for hour in ["00:00:00", "23:59:59"] {
            let done = format!("2026-07-10T{hour}+08:00");
            assert_eq!(said(Some(&done), later), told("迟 1 天"), "{hour}");
        }
        let stop = [Stop { from: day("2026-07-07"), until: None }];
        let still = law.course("tender.t17", since, &stop, None, since).expect("in force");
        assert_eq!(still.statutory.stands(), "恢复后还有 3 个工作日");
        let plain = law.course("tender.t13", since, &[], None, since).expect("in force");
        assert_eq!(plain.statutory.amount(), "30 日");
    }

    #[test]
    fn minimums_have_no_course() {
        let now = at("2026-07-06T10:00:00+08:00");
        for key in ["tender.t3", "tender.t11", "tender.t6", "reserve.capacity"] {
            let refused = Law::shipped().course(key, now, &[], None, now);
            assert!(matches!(refused, Err(NoReckoning::NotDays(_))), "{key}");
        }
    }

    proptest! {
        /// Over all rules: no promise is about a minimum, none is later than the law's
        /// limit, and no stop brings anything forward.
        #[test]
        fn a_promise_never_passes_the_law(
            offset in 0u32..1_700, from in 0u32..40, length in 0u32..40, open in any::<bool>(),
        ) {
            let law = Law::shipped();
            let start = day("2022-06-30").plus(offset);
            let since = Moment::at(start, 9, 0);
            let from = start.plus(from);
            let stops = [Stop { from, until: (!open).then(|| from.plus(length)) }];
            for rule in law.rules() {
                if let Some(promise) = law.promise_of(&rule.id) {
                    prop_assert_eq!(rule.kind, Kind::Maximum);
                    prop_assert_eq!(promise.kind, Kind::Target);
                }
                let Ok(plain) = law.course(&rule.id, since, &[], None, since) else { continue };
                let Ok(stopped) = law.course(&rule.id, since, &stops, None, since) else { continue };
                if let Some(promised) = &plain.promised {
                    prop_assert!(promised.due <= plain.statutory.due);
                }
                if let (Some(a), Some(b)) = (stopped.statutory.due, plain.statutory.due) {
                    prop_assert!(a >= b, "{}: {a} {b}", rule.id);
                }
                if let (Some(p), Some(s)) =
                    (stopped.promised.and_then(|p| p.due), stopped.statutory.due)
                {
                    prop_assert!(p <= s);
                }
            }
        }
    }
}
