//! Where a plan stands, and what may be done with it there.

use super::{Lead, LotNo, PlanContent, Restart};
use model::{AccountId, Moment, OrgId, PlanId, TenderNoticeId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where a plan stands towards the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 未发布: nobody but its owner and the trading centre sees it.
    Unpublished,
    /// 已发布
    Published,
    /// 已实施: each of its lots has its notice.
    Realised,
    /// 已撤回
    Withdrawn,
    /// 已失效: its time ran out without a notice.
    Lapsed,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Unpublished, Self::Published, Self::Realised, Self::Withdrawn, Self::Lapsed];

    /// The key used in links.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unpublished => "unpublished",
            Self::Published => "published",
            Self::Realised => "realised",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unpublished => "未发布",
            Self::Published => "已发布",
            Self::Realised => "已实施",
            Self::Withdrawn => "已撤回",
            Self::Lapsed => "已失效",
        }
    }

    /// The stage of a key.
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.key() == key)
    }
}

/// Something that is done with a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Write its draft.
    Write,
    /// Throw the draft away.
    Discard,
    /// Hand the draft in.
    Submit,
    /// Send the draft back.
    Return,
    /// Publish the draft.
    Publish,
    /// Withdraw the plan.
    Withdraw,
    /// Note that all its lots have their notices.
    Realise,
    /// Note that a notice was cancelled, and a lot has none any more.
    Reopen,
    /// Note that its time has run out.
    Lapse,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Write,
        Self::Discard,
        Self::Submit,
        Self::Return,
        Self::Publish,
        Self::Withdraw,
        Self::Realise,
        Self::Reopen,
        Self::Lapse,
    ];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Discard => "discard",
            Self::Submit => "submit",
            Self::Return => "return",
            Self::Publish => "publish",
            Self::Withdraw => "withdraw",
            Self::Realise => "realise",
            Self::Reopen => "reopen",
            Self::Lapse => "lapse",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Write => "编制",
            Self::Discard => "放弃草稿",
            Self::Submit => "提交核对",
            Self::Return => "退回",
            Self::Publish => "发布",
            Self::Withdraw => "撤回",
            Self::Realise => "实施",
            Self::Reopen => "恢复",
            Self::Lapse => "失效",
        }
    }
}

/// Where a draft stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum DraftState {
    /// 编制中
    Open,
    /// 待核对
    Submitted {
        /// Since when.
        since: Moment,
        /// By whom.
        by: AccountId,
    },
    /// 已退回
    Returned {
        /// Since when.
        since: Moment,
        /// What to mend.
        remark: String,
    },
}

impl DraftState {
    /// The key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Submitted { .. } => "submitted",
            Self::Returned { .. } => "returned",
        }
    }

    /// The Chinese name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open => "编制中",
            Self::Submitted { .. } => "待核对",
            Self::Returned { .. } => "已退回",
        }
    }
}

/// What is to be published next: the first version of a plan, or a change to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What it will say.
    pub content: PlanContent,
    /// Why it changes; empty for the first version.
    pub reason: String,
    /// Its owner says that the scope changes.
    pub scope_changed: bool,
    /// Where it stands.
    pub state: DraftState,
}

/// A tender plan. What it says towards the public is in its last [`PlanVersion`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Key.
    pub id: PlanId,
    /// The number that it was first published under, `JH-2026-000017`.
    pub number: Option<String>,
    /// Whose it is.
    pub owner: OrgId,
    /// Where it stands.
    pub stage: Stage,
    /// What is to be published next.
    pub draft: Option<Draft>,
    /// How many versions are public.
    pub versions: u32,
    /// When it was first published.
    pub published: Option<Moment>,
    /// From when the lead of each lot counts.
    pub leads: BTreeMap<LotNo, Lead>,
    /// The notices of each lot.
    pub notices: BTreeMap<LotNo, BTreeSet<TenderNoticeId>>,
    /// Numbers of lots that it had once; no other lot takes one of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub retired: BTreeSet<LotNo>,
    /// The sheet that it came with, where it came with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
}

/// What was public of a plan from one moment until the next version. It never changes;
/// its hash goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanVersion {
    /// Key: the plan's, with the version's number.
    pub id: String,
    /// The plan.
    pub plan: PlanId,
    /// Its number.
    pub number: String,
    /// The number of the journal's entry that published it.
    pub seq: i64,
    /// Which version, from 1.
    pub version: u32,
    /// When it was published.
    pub at: Moment,
    /// The owner's key.
    pub owner: OrgId,
    /// The owner's name then.
    pub owner_name: String,
    /// Where the plan stands with it.
    pub stage: Stage,
    /// Why it differs from the version before.
    pub reason: String,
    /// Lots whose lead begins anew with it.
    pub restarted: Vec<(LotNo, Restart)>,
    /// What it says.
    pub content: PlanContent,
}

impl PlanVersion {
    /// The key of a version.
    pub fn key(plan: &PlanId, version: u32) -> String {
        format!("{plan}-v{version}")
    }
}

/// The act has no place here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{act:?} has no place at {stage:?} with a draft {draft:?}")]
pub struct Refusal {
    /// Where the plan stands.
    pub stage: Stage,
    /// Where its draft stands, if there is one.
    pub draft: Option<String>,
    /// What was asked.
    pub act: Act,
}

impl Refusal {
    /// In Chinese.
    pub fn words(&self) -> String {
        let draft = match self.draft.as_deref() {
            Some("submitted") => "，有待核对的草稿",
            Some(_) => "，有未提交的草稿",
            None => "",
        };
        format!("计划{}{draft}，此时不能{}。", self.stage.name(), self.act.name())
    }
}

impl Plan {
    /// Where the plan stands after `act`.
    ///
    /// # Errors
    ///
    /// [`Refusal`] when it has no place here.
    pub fn step(&self, act: Act) -> Result<Stage, Refusal> {
        use Stage::{Lapsed, Published, Realised, Unpublished, Withdrawn};
        let draft = self.draft.as_ref().map(|d| &d.state);
        let no = || {
            let draft = draft.map(|d| d.key().to_owned());
            Err(Refusal { stage: self.stage, draft, act })
        };
        let submitted = matches!(draft, Some(DraftState::Submitted { .. }));
        match (act, self.stage) {
            // What has its notices is changed by changing those; what was withdrawn
            // begins anew as another plan.
            (Act::Write | Act::Submit | Act::Publish, Realised | Withdrawn) => no(),
            (Act::Write, stage) if !submitted => Ok(stage),
            (Act::Submit, stage) if draft.is_some() && !submitted => Ok(stage),
            (Act::Discard, stage) if draft.is_some() && !submitted => Ok(stage),
            (Act::Return, stage) if submitted => Ok(stage),
            (Act::Publish, Unpublished | Published | Lapsed) if submitted => Ok(Published),
            // Lots with a notice are tendered already: first the notice is cancelled.
            (Act::Withdraw, Published | Lapsed) if draft.is_none() && self.notices.is_empty() => {
                Ok(Withdrawn)
            }
            (Act::Realise, Published | Lapsed) => Ok(Realised),
            (Act::Reopen, Realised) => Ok(Published),
            (Act::Lapse, Published) => Ok(Lapsed),
            _ => no(),
        }
    }

    /// Numbers that its lots have or had.
    pub fn used(&self) -> impl Iterator<Item = LotNo> + '_ {
        self.leads.keys().chain(&self.retired).copied()
    }

    /// Lots with a notice that `content` leaves out.
    pub fn lost<'a>(&'a self, content: &'a PlanContent) -> impl Iterator<Item = LotNo> + 'a {
        self.notices.keys().copied().filter(|no| content.lot(*no).is_none())
    }

    /// Whether each of `lots` has a notice.
    pub fn is_realised(&self, content: &PlanContent) -> bool {
        content.lots.iter().all(|lot| self.notices.get(&lot.no).is_some_and(|n| !n.is_empty()))
    }

    /// The last day from which the time of the plan counts: the earliest lead of a lot
    /// that has no notice yet.
    pub fn waits_from(&self) -> Option<model::Day> {
        let open = |no: &LotNo| self.notices.get(no).is_none_or(BTreeSet::is_empty);
        self.leads.iter().filter(|(no, _)| open(no)).map(|(_, lead)| lead.from).min()
    }
}
