//! Teams: where they are, what they bring, whether they can go.

use model::{ContractorId, Day, Moment, NoSuchChoice, Place, TeamId};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A team of a contractor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Key.
    pub id: TeamId,
    /// Whose it is.
    pub contractor: ContractorId,
    /// Its name within the firm.
    pub name: String,
    /// Where it is kept.
    pub base: Place,
    /// The base in words.
    pub base_name: String,
    /// Where it last said it was.
    pub fix: Option<Fix>,
    /// What it last said about itself.
    pub availability: Availability,
    /// When it said so.
    pub availability_at: Moment,
    /// Machines, by kind.
    pub machines: Vec<Machine>,
    /// People who can go.
    pub people: u32,
}

/// A reported position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// Where.
    pub place: Place,
    /// When, on the server's clock.
    pub at: Moment,
}

/// Machines of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// What they are, such as 挖掘机.
    pub kind: String,
    /// How many.
    pub count: u32,
}

/// What a team says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// 可出动
    Ready,
    /// 执行任务
    OnMission,
    /// 休整
    Resting,
    /// 不可用
    Unavailable,
}

impl Availability {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ready, Self::OnMission, Self::Resting, Self::Unavailable];

    /// The key used in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::OnMission => "on_mission",
            Self::Resting => "resting",
            Self::Unavailable => "unavailable",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "可出动",
            Self::OnMission => "执行任务",
            Self::Resting => "休整",
            Self::Unavailable => "不可用",
        }
    }
}

impl FromStr for Availability {
    type Err = NoSuchChoice;

    fn from_str(text: &str) -> Result<Self, NoSuchChoice> {
        Self::ALL.into_iter().find(|a| a.key() == text).ok_or(NoSuchChoice)
    }
}

impl Team {
    /// Where to count from: the reported position while it is fresh, else the
    /// base. `fresh_after` is the oldest moment that still counts.
    pub fn origin(&self, fresh_after: Moment) -> (Place, Origin) {
        match self.fix {
            Some(fix) if fix.at >= fresh_after => (fix.place, Origin::Reported),
            Some(_) => (self.base, Origin::StaleSoBase),
            None => (self.base, Origin::Base),
        }
    }

    /// `挖掘机 4、装载机 2`.
    pub fn machine_line(&self) -> String {
        let each: Vec<String> =
            self.machines.iter().map(|m| format!("{} {}", m.kind, m.count)).collect();
        each.join("、")
    }
}

/// What a distance was counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A fresh report of the team.
    Reported,
    /// The base: the team never reported.
    Base,
    /// The base: the last report is too old to rely on.
    StaleSoBase,
}

/// Whether a paper that is valid through `until` still holds at `at`.
/// It holds to 24:00 of that day in China, and not a moment longer.
pub fn holds(until: Day, at: Moment) -> bool {
    at < Moment::end_of(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_ends_at_midnight() {
        let until: Day = "2026-07-18".parse().expect("a day");
        let end = Moment::end_of(until);
        assert!(holds(until, Moment::from_ms(end.ms() - 1000)));
        assert!(!holds(until, end));
        assert!(!holds(until, Moment::from_ms(end.ms() + 1000)));
    }
}
