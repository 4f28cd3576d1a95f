//! Days counted out, and how: what a civil servant checks on a calendar by hand.
//!
//! The first day does not count (民法典 201); a limit that ends on a day off ends on
//! the working day after it (民法典 203); a least distance between two acts is not
//! moved. Counting back never gives more time than there is: where the last day for
//! something falls on a day off, the working day before it is the practical one.

use crate::calendar::DayKind;
use crate::{Calendar, Stop, Unit};
use model::Day;
use serde::{Deserialize, Serialize};

/// A day that was counted out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The day.
    pub day: Day,
    /// A year on the way has no published notice: holidays in it are not known
    /// (预估).
    pub estimated: bool,
    /// How it was counted, step by step.
    pub trace: Vec<Counting>,
}

/// One step of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Counting {
    /// The day from which is counted; it does not count itself.
    From {
        /// That day.
        day: Day,
    },
    /// Days off within the span, passed over.
    Off {
        /// The first.
        from: Day,
        /// The last.
        to: Day,
    },
    /// A weekend day on which people work, counted.
    MakeUp {
        /// That day.
        day: Day,
    },
    /// Days on which the limit stood still.
    Stopped {
        /// The first.
        from: Day,
        /// The last.
        to: Day,
    },
    /// The count ended on a day off and was moved on.
    Forward {
        /// Where it ended.
        from: Day,
        /// Where it was moved to.
        to: Day,
    },
    /// The count ended on a day off; the working day before is the practical one.
    Back {
        /// Where it ended.
        from: Day,
        /// The working day before.
        to: Day,
    },
    /// No notice is on file for that year.
    Unknown {
        /// The year.
        year: i32,
    },
}

impl Counting {
    /// The step in words.
    pub fn line(self) -> String {
        match self {
            Self::From { day } => format!("{day} 当日不计入（民法典第二百零一条）"),
            Self::Off { from, to } if from == to => format!("{from} 休息，不计"),
            Self::Off { from, to } => format!("{from} 至 {to} 休息，不计"),
            Self::Stopped { from, to } if from == to => format!("{from} 中止，不计"),
            Self::Stopped { from, to } => format!("{from} 至 {to} 中止，不计"),
            Self::MakeUp { day } => format!("{day} 调休上班，计入"),
            Self::Forward { from, to } => {
                format!("末日 {from} 为休息日，顺延至 {to}（民法典第二百零三条）")
            }
            Self::Back { from, to } => {
                format!("截止日 {from} 为休息日，实际应在 {to} 前办理")
            }
            Self::Unknown { year } => format!("{year} 年放假安排未录入，按周末预估"),
        }
    }
}

impl Calendar {
    /// The `n`th working day after `start`.
    pub fn count_working(&self, start: Day, n: u32) -> Counted {
        let mut trace = vec![Counting::From { day: start }];
        let (mut day, mut left) = (start, n);
        let mut off: Option<(Day, Day)> = None;
        while left > 0 {
            day = day.plus(1);
            if self.is_working(day) {
                trace.extend(off.take().map(|(from, to)| Counting::Off { from, to }));
                if self.kind(day) == DayKind::MakeUp {
                    trace.push(Counting::MakeUp { day });
                }
                left -= 1;
            } else {
                off = Some((off.map_or(day, |(from, _)| from), day));
            }
        }
        self.counted(start, day, trace)
    }

    /// The last day of a limit of `n` days after `start` that stands still on the days
    /// of `stops`.
    ///
    /// # Errors
    ///
    /// How many days are left, when a stop that is still open is reached before the end.
    pub fn count_stopped(
        &self,
        start: Day,
        n: u32,
        unit: Unit,
        stops: &[Stop],
    ) -> Result<Counted, u32> {
        let reached = |day: Day| stops.iter().any(|stop| stop.until.is_none() && stop.from <= day);
        let still = |day: Day| stops.iter().any(|stop| stop.covers(day));
        let counts = |day: Day| match unit {
            Unit::WorkingDays => self.is_working(day) && !still(day),
            _ => !still(day),
        };
        let counted = match unit {
            Unit::WorkingDays => self.count_working(start, n),
            _ => self.count_natural(start, n),
        };
        if !stops.iter().any(|stop| stop.from <= counted.day) {
            return Ok(counted);
        }
        let mut trace = vec![Counting::From { day: start }];
        let (mut day, mut left) = (start, n);
        // Days that did not count, one after the other for one reason.
        let mut idle: Option<(bool, Day, Day)> = None;
        let told = |(stopped, from, to): (bool, Day, Day)| match stopped {
            true => Counting::Stopped { from, to },
            false => Counting::Off { from, to },
        };
        while left > 0 {
            day = day.plus(1);
            if reached(day) {
                return Err(left);
            }
            if counts(day) {
                trace.extend(idle.take().map(told));
                if unit == Unit::WorkingDays && self.kind(day) == DayKind::MakeUp {
                    trace.push(Counting::MakeUp { day });
                }
                left -= 1;
            } else {
                let stopped = still(day);
                let same = idle.is_some_and(|(before, ..)| before == stopped);
                let from = idle.filter(|_| same).map_or(day, |(_, from, _)| from);
                trace.extend(idle.take().filter(|_| !same).map(told));
                idle = Some((stopped, from, day));
            }
        }
        // A limit in natural days that ends on a day off goes on to a working day.
        let end = day;
        while unit != Unit::WorkingDays && (still(day) || !self.is_working(day)) {
            day = day.plus(1);
            if reached(day) {
                return Err(0);
            }
        }
        if day != end {
            trace.push(Counting::Forward { from: end, to: day });
        }
        Ok(self.counted(start, day, trace))
    }

    /// The last day of a limit of `n` natural days after `start`, moved on where it
    /// ends on a day off.
    pub fn count_natural(&self, start: Day, n: u32) -> Counted {
        let mut trace = vec![Counting::From { day: start }];
        let end = start.plus(n);
        let day = self.roll(end);
        if day != end {
            trace.push(Counting::Forward { from: end, to: day });
        }
        self.counted(start, day, trace)
    }

    /// The first day on which a later act may stand at least `n` days after an
    /// earlier one: +19 is too early for 20, +20 is not.
    pub fn count_apart(&self, earlier: Day, n: u32) -> Counted {
        self.counted(earlier, earlier.plus(n), vec![Counting::From { day: earlier }])
    }

    /// The last day for something that is due `n` days before `deadline`, which does
    /// not count itself. The trace warns where that is a day off.
    pub fn count_back(&self, deadline: Day, n: u32) -> Counted {
        let mut trace = vec![Counting::From { day: deadline }];
        let end = deadline.minus(n);
        let mut day = end;
        while !self.is_working(day) {
            day = day.minus(1);
        }
        if day != end {
            trace.push(Counting::Back { from: end, to: day });
        }
        self.counted(day, deadline, trace).at(end)
    }

    fn counted(&self, from: Day, to: Day, mut trace: Vec<Counting>) -> Counted {
        let unknown: Vec<i32> = (from.year()..=to.year())
            .filter(|year| Day::new(*year, 1, 1).is_some_and(|day| !self.knows(day)))
            .collect();
        let estimated = !unknown.is_empty();
        trace.extend(unknown.into_iter().map(|year| Counting::Unknown { year }));
        Counted { day: to, estimated, trace }
    }
}

impl Counted {
    fn at(self, day: Day) -> Self {
        Self { day, ..self }
    }

    /// The working day by which it is practically due, when counted back.
    pub fn practical(&self) -> Day {
        let back = self.trace.iter().find_map(|step| match step {
            Counting::Back { to, .. } => Some(*to),
            _ => None,
        });
        back.unwrap_or(self.day)
    }

    /// How it was counted, in words.
    pub fn lines(&self) -> Vec<String> {
        self.trace.iter().map(|step| step.line()).collect()
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

    fn calendar() -> &'static Calendar {
        &Law::shipped().calendar
    }

    #[test]
    fn the_trace_says_what_was_passed_over() {
        let counted = calendar().count_working(day("2022-09-29"), 3);
        assert_eq!(
            counted.lines(),
            [
                "2022-09-29 当日不计入（民法典第二百零一条）",
                "2022-10-01 至 2022-10-07 休息，不计",
                "2022-10-08 调休上班，计入",
                "2022-10-09 调休上班，计入",
            ]
        );
        assert_eq!(counted.day, day("2022-10-09"));
        let counted = calendar().count_natural(day("2022-09-27"), 10);
        assert_eq!(
            counted.lines(),
            [
                "2022-09-27 当日不计入（民法典第二百零一条）",
                "末日 2022-10-07 为休息日，顺延至 2022-10-08（民法典第二百零三条）",
            ]
        );
    }

    /// 招标文件发出→投标截止 20 日, 招标计划→公告 30 日 (domain: two kinds of minimum).
    #[test]
    fn a_least_distance_is_reached_on_its_last_day_and_not_moved() {
        for (earlier, n, first) in [
            ("2026-06-01", 20, "2026-06-21"),
            ("2022-08-02", 30, "2022-09-01"),
            ("2026-09-05", 20, "2026-09-25"),
        ] {
            assert_eq!(calendar().count_apart(day(earlier), n).day, day(first));
        }
    }

    #[test]
    fn counting_back_leaves_the_deadline_out_and_warns_of_days_off() {
        // Ten days before Tuesday 21 July is Saturday the 11th: Friday in practice.
        let counted = calendar().count_back(day("2026-07-21"), 10);
        assert_eq!((counted.day, counted.practical()), (day("2026-07-11"), day("2026-07-10")));
        let counted = calendar().count_back(day("2026-07-20"), 10);
        assert_eq!((counted.day, counted.practical()), (day("2026-07-10"), day("2026-07-10")));
        // Into the National Day week.
        let counted = calendar().count_back(day("2022-10-14"), 10);
        assert_eq!((counted.day, counted.practical()), (day("2022-10-04"), day("2022-09-30")));
    }

    #[test]
    fn a_year_without_a_notice_is_said() {
        let counted = calendar().count_natural(day("2026-12-20"), 30);
        assert!(counted.estimated);
        assert!(counted.lines().iter().any(|l| l.contains("2027 年放假安排未录入")));
        assert!(!calendar().count_natural(day("2026-12-01"), 20).estimated);
    }

    proptest! {
        /// The counts with a trace are those without.
        #[test]
        fn the_trace_changes_nothing(offset in 0u32..1_700, n in 0u32..=60) {
            let start = day("2022-01-01").plus(offset);
            let calendar = calendar();
            prop_assert_eq!(
                calendar.count_working(start, n).day,
                calendar.working_days_after(start, n)
            );
            prop_assert_eq!(
                calendar.count_natural(start, n).day,
                calendar.natural_days_after(start, n)
            );
        }

        /// There and back: what is due n days before lies n days before, or earlier on
        /// a working day.
        #[test]
        fn counting_back_never_gives_more_time(offset in 60u32..1_700, n in 0u32..=60) {
            let deadline = day("2022-01-01").plus(offset);
            let counted = calendar().count_back(deadline, n);
            prop_assert_eq!(counted.day.plus(n), deadline);
            prop_assert!(counted.practical() <= counted.day);
            prop_assert!(calendar().is_working(counted.practical()));
        }
    }
}
