//! An approval that runs beside the others, and what is said about the case.

use super::Approval;
use crate::{Course, Law, NoReckoning, State, Stop};
use model::{AccountId, ChannelId, Moment, OrgId};
use serde::{Deserialize, Serialize};

/// How an approval stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum TaskState {
    /// 办理中
    Open,
    /// 已批准
    Done {
        /// When.
        at: Moment,
        /// Who.
        by: AccountId,
        /// The number of the document.
        document: String,
    },
    /// 已退回: the owner mends it and hands it in again.
    Returned {
        /// When.
        at: Moment,
        /// Who.
        by: AccountId,
        /// What to mend.
        remark: String,
    },
}

/// One approval of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Key: the case's, with the approval's.
    pub id: String,
    /// The case.
    pub channel: ChannelId,
    /// Which approval.
    pub approval: Approval,
    /// Who gives it.
    pub org: OrgId,
    /// Its name then.
    pub org_name: String,
    /// Since when.
    pub since: Moment,
    /// How it stands.
    pub state: TaskState,
}

/// How pressing an open approval is (红黄绿).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 绿: in good time, or done in time.
    Green,
    /// 黄: most of the promised time is used up.
    Yellow,
    /// 红: the promised time is over.
    Red,
}

impl Urgency {
    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Green => "绿 · 正常",
            Self::Yellow => "黄 · 临期",
            Self::Red => "红 · 逾期",
        }
    }
}

impl Task {
    /// The key of a case's approval.
    pub fn key(channel: &ChannelId, approval: Approval) -> String {
        format!("{channel}-{}", approval.key())
    }

    /// When it was done.
    pub const fn done(&self) -> Option<Moment> {
        match &self.state {
            TaskState::Done { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// When it was decided on, one way or the other.
    const fn ended(&self) -> Option<Moment> {
        match &self.state {
            TaskState::Done { at, .. } | TaskState::Returned { at, .. } => Some(*at),
            TaskState::Open => None,
        }
    }

    /// Its two clocks: the longest time, which a suspended channel does not stop, and the
    /// promise, which it does.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`].
    pub fn course(&self, law: &Law, stops: &[Stop], now: Moment) -> Result<Course, NoReckoning> {
        let rule = self.approval.rule();
        let plain = law.course(rule, self.since, &[], self.ended(), now)?;
        if stops.is_empty() {
            return Ok(plain);
        }
        let stopped = law.course(rule, self.since, stops, self.ended(), now)?;
        Ok(Course { statutory: plain.statutory, promised: stopped.promised })
    }

    /// How pressing it is at `now`, and from when on it would be yellow and red. What
    /// stands still is green.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`].
    pub fn urgency(
        &self,
        law: &Law,
        stops: &[Stop],
        now: Moment,
    ) -> Result<(Urgency, Option<(Moment, Moment)>), NoReckoning> {
        let course = self.course(law, stops, now)?;
        let leg = course.promised.as_ref().unwrap_or(&course.statutory);
        let Some(due) = leg.due else { return Ok((Urgency::Green, None)) };
        let warn = law.warning(self.since, due)?;
        let urgency = match leg.state {
            State::Overdue { .. } | State::Missed { .. } => Urgency::Red,
            State::Running { .. } if now >= warn => Urgency::Yellow,
            State::Running { .. } | State::Kept { .. } | State::Stopped { .. } => Urgency::Green,
        };
        Ok((urgency, Some((warn, due))))
    }
}

/// What a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostKind {
    /// 提问
    Question,
    /// 答复
    Answer,
    /// 临期提醒: 80 % of the promise is used up.
    Nearly,
    /// 逾期提醒
    Overdue,
    /// 督办
    Urge,
}

impl PostKind {
    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Nearly => "nearly",
            Self::Overdue => "overdue",
            Self::Urge => "urge",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Question => "提问",
            Self::Answer => "答复",
            Self::Nearly => "临期提醒",
            Self::Overdue => "逾期提醒",
            Self::Urge => "督办",
        }
    }
}

/// Something said in a case's one thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Key: the case's, with something of its own.
    pub id: String,
    /// The case.
    pub channel: ChannelId,
    /// What it is.
    pub kind: PostKind,
    /// The approval that it is about.
    pub about: Option<Approval>,
    /// The post that it answers.
    pub answers: Option<String>,
    /// When.
    pub at: Moment,
    /// Who, unless it was the system.
    pub by: Option<AccountId>,
    /// In what capacity, or for which organisation.
    pub from: String,
    /// In words.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    fn task(state: TaskState) -> Task {
        Task {
            id: "lt-1-land".into(),
            channel: "lt-1".parse().expect("a key"),
            approval: Approval::Land,
            org: "zrzy".parse().expect("a key"),
            org_name: "市自然资源局".into(),
            since: at("2026-07-06T10:00:00+08:00"),
            state,
        }
    }

    fn color(task: &Task, stops: &[Stop], now: &str) -> Urgency {
        task.urgency(Law::shipped(), stops, at(now)).expect("in force").0
    }

    /// Promised within five working days, until Monday 13 July; 80 % of that are over on
    /// the evening of Saturday the 11th.
    #[test]
    fn yellow_from_eighty_percent_on_red_after_the_promise() {
        let open = task(TaskState::Open);
        assert_eq!(color(&open, &[], "2026-07-11T12:00:00+08:00"), Urgency::Green);
        assert_eq!(color(&open, &[], "2026-07-12T12:00:00+08:00"), Urgency::Yellow);
        assert_eq!(color(&open, &[], "2026-07-13T23:59:59+08:00"), Urgency::Yellow);
        assert_eq!(color(&open, &[], "2026-07-14T00:00:00+08:00"), Urgency::Red);
        let done = |when: &str| {
            let by = "a-1".parse().expect("a key");
            task(TaskState::Done { at: at(when), by, document: "x".into() })
        };
        let later = "2026-08-20T12:00:00+08:00";
        assert_eq!(color(&done("2026-07-13T23:00:00+08:00"), &[], later), Urgency::Green);
        assert_eq!(color(&done("2026-07-14T09:00:00+08:00"), &[], later), Urgency::Red);
    }

    #[test]
    fn a_suspended_channel_stops_the_promise_and_not_the_law() {
        let open = task(TaskState::Open);
        let stop = [Stop { from: "2026-07-08".parse().expect("a day"), until: None }];
        assert_eq!(color(&open, &stop, "2026-07-20T12:00:00+08:00"), Urgency::Green);
        let now = at("2026-07-20T12:00:00+08:00");
        let course = open.course(Law::shipped(), &stop, now).expect("in force");
        assert!(matches!(course.statutory.state, State::Running { .. }));
        let promised = course.promised.expect("promised");
        assert_eq!(promised.state, State::Stopped { left_days: 4 });
    }
}
