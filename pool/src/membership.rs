//! A firm's place in the reserve for one category, from application to removal.

use model::{Category, ContractorId, Day, MembershipId, Moment};
use serde::{Deserialize, Serialize};

/// A firm's place in the reserve for one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Key.
    pub id: MembershipId,
    /// Whose.
    pub contractor: ContractorId,
    /// For what.
    pub category: Category,
    /// Where it stands.
    pub stage: Stage,
    /// Objections handed in while it was published.
    pub objections: Vec<Objection>,
}

/// An objection to an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// When.
    pub at: Moment,
    /// What it says.
    pub text: String,
    /// What became of it.
    pub answer: Option<String>,
}

/// A remark on a field, sent back with a returned application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Which field or section.
    pub field: String,
    /// What to mend.
    pub text: String,
}

/// Where a membership stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Stage {
    /// 待初审
    Applied {
        /// Since when.
        since: Moment,
    },
    /// 退回补正
    Returned {
        /// Since when.
        since: Moment,
        /// What to mend.
        remarks: Vec<Remark>,
    },
    /// 公示中
    Published {
        /// Since when.
        since: Moment,
        /// The last moment of the period.
        until: Moment,
    },
    /// 在库
    Listed {
        /// Since when.
        since: Moment,
        /// The last day of the term.
        until: Day,
    },
    /// 暂停
    Suspended {
        /// Since when.
        since: Moment,
        /// Why.
        reason: String,
        /// The last day of the term, which goes on running.
        until: Day,
    },
    /// 拟清退，陈述申辩期
    Hearing {
        /// Since when.
        since: Moment,
        /// Why it is to be removed.
        reason: String,
        /// Until when it may reply.
        reply_until: Moment,
        /// Its reply.
        reply: Option<String>,
        /// The last day of the term.
        until: Day,
    },
    /// 已清退
    Removed {
        /// Since when.
        since: Moment,
        /// Why.
        reason: String,
    },
}

/// What someone asks of a membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Apply again after a return.
    Resubmit,
    /// Send back with remarks.
    Return {
        /// What to mend.
        remarks: Vec<Remark>,
    },
    /// Publish the intended entry.
    Publish {
        /// The last moment of the period.
        until: Moment,
    },
    /// Enter after the publicity has run out.
    Enter {
        /// The last day of the term.
        until: Day,
    },
    /// Suspend.
    Suspend {
        /// Why.
        reason: String,
    },
    /// Resume.
    Resume,
    /// Give notice of removal.
    Notice {
        /// Why.
        reason: String,
        /// Until when it may reply.
        reply_until: Moment,
    },
    /// Reply to the notice.
    Reply {
        /// What it says.
        text: String,
    },
    /// Drop the intended removal.
    Drop,
    /// Remove.
    Remove,
}

/// Why a membership stays where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The publicity still runs.
    #[error("published until {until}")]
    StillPublished {
        /// Until when.
        until: Moment,
    },
    /// An objection has no answer yet.
    #[error("an objection has no answer yet")]
    OpenObjection,
    /// The time for a reply still runs, and none has come.
    #[error("a reply may come until {until}")]
    ReplyOpen {
        /// Until when.
        until: Moment,
    },
    /// The time for a reply has run out.
    #[error("a reply could come until {until}")]
    ReplyClosed {
        /// Until when.
        until: Moment,
    },
    /// The act has no place in this state.
    #[error("{act} has no place at {stage}")]
    OutOfTurn {
        /// Where it stands.
        stage: String,
        /// What was asked.
        act: String,
    },
}

impl Stage {
    /// The key of the state.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Applied { .. } => "applied",
            Self::Returned { .. } => "returned",
            Self::Published { .. } => "published",
            Self::Listed { .. } => "listed",
            Self::Suspended { .. } => "suspended",
            Self::Hearing { .. } => "hearing",
            Self::Removed { .. } => "removed",
        }
    }

    /// The Chinese name of the state.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Applied { .. } => "待初审",
            Self::Returned { .. } => "退回补正",
            Self::Published { .. } => "公示中",
            Self::Listed { .. } => "在库",
            Self::Suspended { .. } => "暂停",
            Self::Hearing { .. } => "拟清退",
            Self::Removed { .. } => "已清退",
        }
    }
}

impl Act {
    /// The key of the act.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Resubmit => "resubmit",
            Self::Return { .. } => "return",
            Self::Publish { .. } => "publish",
            Self::Enter { .. } => "enter",
            Self::Suspend { .. } => "suspend",
            Self::Resume => "resume",
            Self::Notice { .. } => "notice",
            Self::Reply { .. } => "reply",
            Self::Drop => "drop",
            Self::Remove => "remove",
        }
    }
}

impl Membership {
    /// The stage after `act` at `now`. This table is the whole machine.
    ///
    /// # Errors
    ///
    /// [`Refusal`] when the act has no place, or comes too early or too late.
    pub fn step(&self, act: Act, now: Moment) -> Result<Stage, Refusal> {
        use Stage::{Applied, Hearing, Listed, Published, Removed, Returned, Suspended};
        match (self.stage.clone(), act) {
            (Returned { .. }, Act::Resubmit) => Ok(Applied { since: now }),
            (Applied { .. } | Published { .. }, Act::Return { remarks }) => {
                Ok(Returned { since: now, remarks })
            }
            (Applied { .. }, Act::Publish { until }) => Ok(Published { since: now, until }),
            (Published { until, .. }, Act::Enter { .. }) if now <= until => {
                Err(Refusal::StillPublished { until })
            }
            (Published { .. }, Act::Enter { .. })
                if self.objections.iter().any(|o| o.answer.is_none()) =>
            {
                Err(Refusal::OpenObjection)
            }
            (Published { .. }, Act::Enter { until }) => Ok(Listed { since: now, until }),
            (Listed { until, .. }, Act::Suspend { reason }) => {
                Ok(Suspended { since: now, reason, until })
            }
            (Suspended { until, .. }, Act::Resume) => Ok(Listed { since: now, until }),
            (
                Listed { until, .. } | Suspended { until, .. },
                Act::Notice { reason, reply_until },
            ) => Ok(Hearing { since: now, reason, reply_until, reply: None, until }),
            (Hearing { reply_until, .. }, Act::Reply { .. }) if now > reply_until => {
                Err(Refusal::ReplyClosed { until: reply_until })
            }
            (Hearing { since, reason, reply_until, until, .. }, Act::Reply { text }) => {
                Ok(Hearing { since, reason, reply_until, reply: Some(text), until })
            }
            (Hearing { reply: None, reply_until, .. }, Act::Remove) if now <= reply_until => {
                Err(Refusal::ReplyOpen { until: reply_until })
            }
            (Hearing { reason, .. }, Act::Remove) => Ok(Removed { since: now, reason }),
            (Hearing { until, .. }, Act::Drop) => Ok(Listed { since: now, until }),
            (stage, act) => {
                Err(Refusal::OutOfTurn { stage: stage.key().into(), act: act.key().into() })
            }
        }
    }
}
