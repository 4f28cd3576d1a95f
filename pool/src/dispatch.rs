//! One call of one team to one emergency (调度单), from the offer to its score.

use crate::score::Evaluation;
use model::{
    AccountId, ContractorId, Day, DispatchId, EmergencyId, Minutes, Moment, Money, Personal, Place,
    Pricing, SelectionId, TeamId,
};
use serde::{Deserialize, Serialize};

/// One call of one team to one emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// Key.
    pub id: DispatchId,
    /// Number as people say it, such as 派〔2026〕0718-02-1.
    pub number: String,
    /// To which emergency.
    pub emergency: EmergencyId,
    /// By which selection.
    pub selection: SelectionId,
    /// The place in the selection's order, from 1.
    pub rank: u32,
    /// Which team.
    pub team: TeamId,
    /// Whose team.
    pub contractor: ContractorId,
    /// Estimated minutes to arrive.
    pub eta: Minutes,
    /// Where it stands.
    pub state: State,
    /// The message could not be delivered; why.
    pub undelivered: Option<String>,
    /// SHA-256 of the token in the link that was sent.
    pub token: String,
    /// Until when the token opens this order.
    pub token_until: Moment,
    /// What happened, oldest first.
    pub log: Vec<Entry>,
    /// The scores of the mission.
    pub evaluations: Vec<Evaluation>,
    /// The contract, once it is written.
    #[serde(default)]
    pub contract: Option<Contract>,
    /// What it came to in the end, once that is settled.
    #[serde(default)]
    pub settlement: Option<Settlement>,
}

/// The contract of a mission: written after the team went (事后补签).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// When it was entered.
    pub at: Moment,
    /// By whom.
    pub by: AccountId,
    /// The day on which it was signed.
    pub signed: Day,
    /// How it is priced.
    pub pricing: Pricing,
    /// The sum, provisional where the price is not fixed.
    pub sum: Money,
    /// Days that the works are planned to take.
    pub days: u32,
}

/// What a mission came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// When it was entered.
    pub at: Moment,
    /// By whom.
    pub by: AccountId,
    /// The settled price.
    pub amount: Money,
    /// Who reviewed it: 财政评审, 审计.
    pub reviewer: String,
    /// What the review came to.
    pub conclusion: String,
}

/// Something that happened on a mission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What, as the key of the act.
    pub act: String,
    /// When the server heard of it.
    pub at: Moment,
    /// When the device says it happened, where that differs.
    pub device_at: Option<Moment>,
    /// Who; nobody for the system, or for a link opened without an account.
    pub by: Option<AccountId>,
    /// Where.
    pub place: Option<Place>,
    /// In their words.
    pub note: String,
    /// For an answer by telephone: number and witness.
    pub phone: Option<ByPhone>,
    /// The key that the phone gave its form, so that one sent twice counts once.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
}

impl Entry {
    /// A line that says no more than what and when.
    pub fn new(act: &str, at: Moment) -> Self {
        Self {
            act: act.into(),
            at,
            device_at: None,
            by: None,
            place: None,
            note: String::new(),
            phone: None,
            key: String::new(),
        }
    }
}

/// How an answer came by telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByPhone {
    /// The number.
    pub number: Personal,
    /// Who spoke at the other end.
    pub spoke_with: Personal,
    /// Who heard it besides the duty officer.
    pub witness: Personal,
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum State {
    /// 已发出，未送达
    Offered,
    /// 待应答
    Delivered {
        /// The last moment for an answer.
        until: Moment,
    },
    /// 已接受
    Accepted,
    /// 在途
    EnRoute,
    /// 已到场
    OnSite,
    /// 已完工
    Finished,
    /// 已验收
    Inspected,
    /// 已评价
    Evaluated,
    /// 已拒绝
    Declined,
    /// 逾时未应答
    Lapsed,
    /// 已撤回
    Withdrawn,
    /// 已召回
    Recalled,
}

/// What someone asks of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The message reached the team.
    Deliver {
        /// The last moment for an answer.
        until: Moment,
    },
    /// The team goes.
    Accept,
    /// The team can't go.
    Decline,
    /// Nobody answered.
    Lapse,
    /// The duty desk takes an open call back.
    Withdraw,
    /// The team sets off.
    Depart,
    /// The team is there.
    Arrive,
    /// The team writes its log.
    Log,
    /// The work is done.
    Finish,
    /// The work is accepted.
    Inspect,
    /// The work must be mended.
    Rework,
    /// The mission is scored.
    Evaluate,
    /// The duty desk calls the team back.
    Recall,
}

/// Why a call stays where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The time for an answer is over.
    #[error("the answer was due by {until}")]
    TooLate {
        /// By when.
        until: Moment,
    },
    /// The time for an answer still runs.
    #[error("the answer is due by {until}")]
    StillOpen {
        /// By when.
        until: Moment,
    },
    /// The act has no place in this state.
    #[error("{act} has no place at {state}")]
    OutOfTurn {
        /// Where it stands.
        state: String,
        /// What was asked.
        act: String,
    },
}

impl State {
    /// The key of the state.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Delivered { .. } => "delivered",
            Self::Accepted => "accepted",
            Self::EnRoute => "en_route",
            Self::OnSite => "on_site",
            Self::Finished => "finished",
            Self::Inspected => "inspected",
            Self::Evaluated => "evaluated",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
            Self::Recalled => "recalled",
        }
    }

    /// The Chinese name of the state.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offered => "已发出",
            Self::Delivered { .. } => "待应答",
            Self::Accepted => "已接受",
            Self::EnRoute => "在途",
            Self::OnSite => "已到场",
            Self::Finished => "已完工",
            Self::Inspected => "已验收",
            Self::Evaluated => "已评价",
            Self::Declined => "已拒绝",
            Self::Lapsed => "未应答",
            Self::Withdrawn => "已撤回",
            Self::Recalled => "已召回",
        }
    }

    /// Whether the call holds its team: from the offer to the end of the work.
    /// The schema's unique index on a held team lists the same states.
    pub const fn holds_team(self) -> bool {
        matches!(
            self,
            Self::Offered | Self::Delivered { .. } | Self::Accepted | Self::EnRoute | Self::OnSite
        )
    }

    /// Whether something is still to come of it, besides its score.
    pub const fn is_open(self) -> bool {
        self.holds_team() || matches!(self, Self::Finished)
    }

    /// Whether the team went, or is bound to.
    pub const fn is_engaged(self) -> bool {
        matches!(
            self,
            Self::Accepted
                | Self::EnRoute
                | Self::OnSite
                | Self::Finished
                | Self::Inspected
                | Self::Evaluated
        )
    }

    /// The state after `act` at `now`. This table is the whole machine.
    ///
    /// # Errors
    ///
    /// [`Refusal`] when the act has no place, or comes too early or too late.
    pub fn step(self, act: Act, now: Moment) -> Result<Self, Refusal> {
        use State::{
            Accepted, Declined, Delivered, EnRoute, Evaluated, Finished, Inspected, Lapsed,
            Offered, OnSite, Recalled, Withdrawn,
        };
        match (self, act) {
            (Offered, Act::Deliver { until }) => Ok(Delivered { until }),
            (Delivered { until }, Act::Accept | Act::Decline) if now > until => {
                Err(Refusal::TooLate { until })
            }
            (Delivered { until }, Act::Lapse) if now <= until => Err(Refusal::StillOpen { until }),
            // An answer proves delivery, so it may come before the receipt does.
            (Offered | Delivered { .. }, Act::Accept) => Ok(Accepted),
            (Offered | Delivered { .. }, Act::Decline) => Ok(Declined),
            (Delivered { .. }, Act::Lapse) => Ok(Lapsed),
            (Offered | Delivered { .. }, Act::Withdraw) => Ok(Withdrawn),
            (Accepted, Act::Depart) => Ok(EnRoute),
            (EnRoute, Act::Arrive) => Ok(OnSite),
            (EnRoute | OnSite, Act::Log) => Ok(self),
            (OnSite, Act::Finish) => Ok(Finished),
            (Finished, Act::Inspect) => Ok(Inspected),
            (Finished, Act::Rework) => Ok(OnSite),
            (Inspected | Evaluated, Act::Evaluate) => Ok(Evaluated),
            (Accepted | EnRoute | OnSite, Act::Recall) => Ok(Recalled),
            (state, act) => {
                Err(Refusal::OutOfTurn { state: state.key().into(), act: act.key().into() })
            }
        }
    }
}

impl Act {
    /// The key of the act.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Deliver { .. } => "deliver",
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Lapse => "lapse",
            Self::Withdraw => "withdraw",
            Self::Depart => "depart",
            Self::Arrive => "arrive",
            Self::Log => "log",
            Self::Finish => "finish",
            Self::Inspect => "inspect",
            Self::Rework => "rework",
            Self::Evaluate => "evaluate",
            Self::Recall => "recall",
        }
    }
}

impl Dispatch {
    /// When an act was first done on this call.
    pub fn moment_of(&self, act: &str) -> Option<Moment> {
        self.log.iter().find(|entry| entry.act == act).map(|entry| entry.at)
    }
}

/// The Chinese name of an act in a mission's log.
pub fn act_name(key: &str) -> &'static str {
    match key {
        "offer" => "发出调度",
        "deliver" => "消息送达",
        "undelivered" => "消息未送达",
        "accept" => "接受",
        "decline" => "拒绝",
        "lapse" => "逾时未应答",
        "withdraw" => "撤回",
        "depart" => "出发",
        "arrive" => "到场",
        "log" => "日志",
        "finish" => "完工",
        "inspect" => "验收",
        "rework" => "返工",
        "evaluate" => "评价",
        "recall" => "召回",
        "contract" => "签订合同",
        "settle" => "结算",
        _ => "记录",
    }
}
