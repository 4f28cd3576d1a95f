//! What an owner asks for.

use model::{
    Day, District, EmergencyId, Funding, Ground, Industry, LotKind, Money, OrgId, PlanId,
    ProjectCode,
};
use serde::{Deserialize, Serialize};

/// What an application was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Origin {
    /// Written anew.
    New,
    /// An emergency that was refused, or whose danger is over: everything entered came along.
    Emergency {
        /// The case.
        id: EmergencyId,
        /// Its number.
        number: String,
    },
    /// A tender plan.
    Plan {
        /// The plan.
        id: PlanId,
        /// Its number.
        number: String,
    },
}

impl Origin {
    /// In Chinese.
    pub fn words(&self) -> String {
        match self {
            Self::New => "直接申请".into(),
            Self::Emergency { number, .. } => format!("由险情 {number} 转入"),
            Self::Plan { number, .. } => format!("由招标计划 {number} 转入"),
        }
    }
}

/// An application for the green channel. Its papers are [`super::Item`]s beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// The project.
    pub project: String,
    /// Its code, where it has one already.
    pub code: Option<ProjectCode>,
    /// Which of the four grounds.
    pub ground: Ground,
    /// Why that is so, and why the ordinary way is too slow.
    pub why: String,
    /// Its trade.
    pub industry: Industry,
    /// Where it lies.
    pub district: District,
    /// Where there: town, road, works.
    pub place: String,
    /// What is bought.
    pub kind: LotKind,
    /// What it covers, and nothing else.
    pub scope: String,
    /// The most that it may cost.
    pub ceiling: Money,
    /// Whose money.
    pub funding: Funding,
    /// Until when the channel is asked for.
    pub ends: Day,
    /// The department whose opinion is asked.
    pub department: OrgId,
}
