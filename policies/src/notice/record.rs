//! A notice on the register, and whether it may go out.

use super::{LotLead, NoticeContent};
use model::{AccountId, EmergencyId, Moment, OrgId, TenderNoticeId};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Why a notice comes sooner after its plan than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortReason {
    /// 应急
    Emergency,
    /// 立项不足一月急需
    Young,
    /// 上级临时下达
    Ordered,
    /// 其他
    Other,
}

impl ShortReason {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Emergency, Self::Young, Self::Ordered, Self::Other];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Young => "young",
            Self::Ordered => "ordered",
            Self::Other => "other",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Emergency => "应急",
            Self::Young => "立项不足一月急需",
            Self::Ordered => "上级临时下达",
            Self::Other => "其他",
        }
    }
}

impl FromStr for ShortReason {
    type Err = model::NoSuchChoice;

    fn from_str(text: &str) -> Result<Self, model::NoSuchChoice> {
        Self::ALL.iter().copied().find(|r| r.key() == text).ok_or(model::NoSuchChoice)
    }
}

/// Whether a notice may go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Holding {
    /// 已登记: its plans stood long enough.
    Clear,
    /// 暂缓: they did not, and nobody has let it go.
    Held {
        /// Why it should go in spite of that; nothing yet.
        reason: Option<ShortReason>,
        /// In words.
        words: String,
    },
    /// 已准许: somebody who may has let it go.
    Released {
        /// Why it is early.
        reason: ShortReason,
        /// In words.
        words: String,
        /// Who let it go.
        by: AccountId,
        /// When.
        since: Moment,
        /// What they said to it.
        opinion: String,
    },
    /// 应急免予: a determination frees it.
    Freed {
        /// The emergency.
        emergency: EmergencyId,
        /// Its number.
        number: String,
    },
    /// 已撤销
    Cancelled {
        /// When.
        since: Moment,
        /// Why.
        reason: String,
    },
}

impl Holding {
    /// The key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Held { .. } => "held",
            Self::Released { .. } => "released",
            Self::Freed { .. } => "freed",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// The Chinese name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Clear => "已登记",
            Self::Held { .. } => "暂缓",
            Self::Released { .. } => "已准许",
            Self::Freed { .. } => "应急免予",
            Self::Cancelled { .. } => "已撤销",
        }
    }

    /// Whether the notice may go out.
    pub const fn goes_out(&self) -> bool {
        matches!(self, Self::Clear | Self::Released { .. } | Self::Freed { .. })
    }
}

/// A notice on the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderNotice {
    /// Key.
    pub id: TenderNoticeId,
    /// Its number on the register, `ZB-2026-000017`.
    pub number: String,
    /// Whose it is.
    pub owner: OrgId,
    /// The owner's name when it was entered.
    pub owner_name: String,
    /// The number of the journal's entry that last changed it.
    pub seq: i64,
    /// When it was entered.
    pub entered: Moment,
    /// When it last changed.
    pub changed: Moment,
    /// What it says.
    pub content: NoticeContent,
    /// How long its planned lots stood before it.
    pub leads: Vec<LotLead>,
    /// Whether it may go out.
    pub holding: Holding,
    /// When it went out first.
    pub out: Option<Moment>,
    /// How many public versions there are.
    pub versions: u32,
    /// How often it was corrected after that.
    pub revision: u32,
    /// Why it was last corrected.
    pub reason: String,
}

/// What was public of a notice from one entry of the journal until the next version. It
/// never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeVersion {
    /// Key: the notice's, with the version's number.
    pub id: String,
    /// The number of the journal's entry that published it.
    pub seq: i64,
    /// The notice as it was then.
    pub notice: TenderNotice,
}

impl NoticeVersion {
    /// The key of a version.
    pub fn key(notice: &TenderNoticeId, version: u32) -> String {
        format!("{notice}-v{version}")
    }

    /// The version that a notice is now.
    pub fn of(notice: &TenderNotice) -> Self {
        Self { id: Self::key(&notice.id, notice.versions), seq: 0, notice: notice.clone() }
    }
}

/// The act has no place here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("a notice that is {state} can't be {act}")]
pub struct Refusal {
    /// Where it stands.
    pub state: String,
    /// What was asked, in Chinese.
    pub act: String,
}

impl Refusal {
    /// In Chinese.
    pub fn words(&self) -> String {
        let state = match self.state.as_str() {
            "clear" => "已登记，无须准许",
            "held" => "暂缓中，尚未填写提前公告的理由",
            "released" => "已准许",
            "freed" => "因应急免予",
            _ => "已撤销",
        };
        format!("公告{state}，此时不能{}。", self.act)
    }
}

impl TenderNotice {
    /// Whether its plans stood long enough: each lot, and at least one.
    pub fn is_early_enough(content: &NoticeContent, leads: &[LotLead]) -> bool {
        !content.lots.is_empty()
            && leads.len() == content.lots.len()
            && leads.iter().all(|lead| lead.is_enough(content.noticed))
    }

    /// The days that its plan stood, where it had one: of the lot that stood least.
    pub fn lead_days(&self) -> Option<i64> {
        self.leads.iter().map(|lead| lead.days).min()
    }

    /// Whether it can still be changed.
    ///
    /// # Errors
    ///
    /// [`Refusal`] when it was cancelled.
    pub fn may_change(&self, act: &str) -> Result<(), Refusal> {
        match self.holding {
            Holding::Cancelled { .. } => {
                Err(Refusal { state: self.holding.key().into(), act: act.into() })
            }
            _ => Ok(()),
        }
    }

    /// Whether somebody may let it go: it is held, and says why it should.
    ///
    /// # Errors
    ///
    /// [`Refusal`] when it is not.
    pub fn may_release(&self) -> Result<ShortReason, Refusal> {
        match &self.holding {
            Holding::Held { reason: Some(reason), .. } => Ok(*reason),
            held => Err(Refusal { state: held.key().into(), act: "准许".into() }),
        }
    }
}
