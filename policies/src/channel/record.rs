//! A case of the green channel, and where it stands.

use super::{Application, Approval, Facts, Item, ItemState, Mark, Origin, Step, Task, TaskState};
use crate::Stop;
use crate::notice::{Holding, TenderNotice};
use model::{AccountId, ChannelId, Day, Moment, Money, OrgId, TenderNoticeId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 待决定
    Applied,
    /// 不予开通
    Refused,
    /// 已撤回
    Withdrawn,
    /// 已开通
    Open,
    /// 已暂停
    Suspended,
    /// 已完成: the contract is signed.
    Finished,
    /// 已期满
    Expired,
    /// 已撤销
    Revoked,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Applied,
        Self::Refused,
        Self::Withdrawn,
        Self::Open,
        Self::Suspended,
        Self::Finished,
        Self::Expired,
        Self::Revoked,
    ];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Open => "open",
            Self::Suspended => "suspended",
            Self::Finished => "finished",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "待决定",
            Self::Refused => "不予开通",
            Self::Withdrawn => "已撤回",
            Self::Open => "已开通",
            Self::Suspended => "已暂停",
            Self::Finished => "已完成",
            Self::Expired => "已期满",
            Self::Revoked => "已撤销",
        }
    }

    /// The stage of a key.
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.key() == key)
    }

    /// Whether what was to follow is still owed: also after the end.
    pub const fn owes(self) -> bool {
        matches!(self, Self::Open | Self::Suspended | Self::Finished | Self::Expired)
    }

    /// Whether its clocks run.
    pub const fn runs(self) -> bool {
        matches!(self, Self::Open | Self::Suspended)
    }
}

/// What is done with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Change the application and hand it in again.
    Edit,
    /// Withdraw it.
    Withdraw,
    /// Give the department's opinion.
    Opine,
    /// Open the channel.
    Grant,
    /// Refuse.
    Refuse,
    /// Suspend.
    Suspend,
    /// Let it go on.
    Resume,
    /// Change scope, ceiling or end.
    Extend,
    /// Supply a paper that was missing.
    Supply,
    /// Check what was promised.
    Check,
    /// Name the tender notice.
    Link,
    /// Record the award.
    Award,
    /// Record the contract.
    Contract,
    /// Let it end because its time is over.
    Expire,
    /// Take it back.
    Revoke,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Edit,
        Self::Withdraw,
        Self::Opine,
        Self::Grant,
        Self::Refuse,
        Self::Suspend,
        Self::Resume,
        Self::Extend,
        Self::Supply,
        Self::Check,
        Self::Link,
        Self::Award,
        Self::Contract,
        Self::Expire,
        Self::Revoke,
    ];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Withdraw => "withdraw",
            Self::Opine => "opine",
            Self::Grant => "grant",
            Self::Refuse => "refuse",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Extend => "extend",
            Self::Supply => "supply",
            Self::Check => "check",
            Self::Link => "link",
            Self::Award => "award",
            Self::Contract => "contract",
            Self::Expire => "expire",
            Self::Revoke => "revoke",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edit => "修改申请",
            Self::Withdraw => "撤回申请",
            Self::Opine => "出具意见",
            Self::Grant => "开通",
            Self::Refuse => "不予开通",
            Self::Suspend => "暂停",
            Self::Resume => "恢复",
            Self::Extend => "变更范围、限价或期限",
            Self::Supply => "补齐材料",
            Self::Check => "核查承诺",
            Self::Link => "关联招标公告",
            Self::Award => "登记定标",
            Self::Contract => "登记合同",
            Self::Expire => "期满终止",
            Self::Revoke => "撤销",
        }
    }
}

/// What a department says of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: AccountId,
    /// For which department.
    pub org_name: String,
    /// It agrees.
    pub agrees: bool,
    /// In words.
    pub words: String,
}

/// Within what a channel is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What it covers.
    pub scope: String,
    /// The most that it may cost.
    pub ceiling: Money,
    /// The last day.
    pub ends: Day,
}

/// A decision on a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// When.
    pub at: Moment,
    /// Who; nobody when a rule did.
    pub by: Option<AccountId>,
    /// What was decided.
    pub act: Act,
    /// Why; for a refusal, what to change.
    pub reason: String,
    /// The terms from then on.
    pub terms: Option<Terms>,
    /// The edition of the rules that it was decided by.
    pub law: String,
}

/// The contract that it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// When it was signed.
    pub signed: Day,
    /// For how much.
    pub amount: Money,
    /// With whom.
    pub firm: String,
    /// When it was entered.
    pub entered: Moment,
    /// Who entered it.
    pub by: AccountId,
}

/// A case of the green channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Key.
    pub id: ChannelId,
    /// Its number, `LT-2026-0007`.
    pub number: String,
    /// Whose it is.
    pub owner: OrgId,
    /// The owner's name then.
    pub owner_name: String,
    /// What it was made from.
    pub origin: Origin,
    /// When it was first handed in.
    pub begun: Moment,
    /// When it was last handed in: the clock of the decision runs from then.
    pub applied: Moment,
    /// What is asked for.
    pub application: Application,
    /// Its papers.
    pub items: Vec<Item>,
    /// Where it stands.
    pub stage: Stage,
    /// What the department says.
    pub opinion: Option<Opinion>,
    /// Within what it is open.
    pub terms: Option<Terms>,
    /// When it was opened.
    pub opened: Option<Moment>,
    /// Decisions, the oldest first.
    pub decisions: Vec<Decision>,
    /// Days on which it was suspended.
    pub stops: Vec<Stop>,
    /// Its tender notice.
    pub notice: Option<TenderNoticeId>,
    /// The day of the award.
    pub award: Option<Day>,
    /// The contract.
    pub contract: Option<Contract>,
}

/// The act has no place here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Refusal {
    /// Not at this stage.
    #[error("{act:?} has no place at {stage:?}")]
    OutOfTurn {
        /// Where it stands.
        stage: Stage,
        /// What was asked.
        act: Act,
    },
    /// Its approvals are not given any more.
    #[error("no approvals at {stage:?}")]
    Over {
        /// Where it stands.
        stage: Stage,
    },
    /// The department has not said anything, and still has time.
    #[error("the department's opinion is awaited")]
    NoOpinion,
    /// An approval that must come before the notice is not there.
    #[error("approvals are open: {names:?}")]
    ApprovalsOpen {
        /// Which.
        names: Vec<String>,
    },
    /// Papers still follow.
    #[error("papers are missing: {names:?}")]
    PapersMissing {
        /// Which.
        names: Vec<String>,
    },
}

impl Refusal {
    /// In Chinese.
    pub fn words(&self) -> String {
        match self {
            Self::OutOfTurn { stage, act } => {
                format!("绿色通道{}，此时不能{}。", stage.name(), act.name())
            }
            Self::Over { stage } => format!("绿色通道{}，不再办理并联审批。", stage.name()),
            Self::NoOpinion => "行业部门尚未出具意见，意见时限未到，暂不能决定。".into(),
            Self::ApprovalsOpen { names } => {
                format!("{}尚未办结，不得发布招标公告。", names.join("、"))
            }
            Self::PapersMissing { names } => {
                format!("{}尚未补齐，不能恢复。", names.join("、"))
            }
        }
    }
}

impl Channel {
    /// Where the case stands after `act`. This table is the whole machine.
    ///
    /// # Errors
    ///
    /// [`Refusal::OutOfTurn`].
    pub fn step(&self, act: Act) -> Result<Stage, Refusal> {
        use Stage::{Applied, Expired, Finished, Open, Refused, Revoked, Suspended, Withdrawn};
        match (self.stage, act) {
            (Applied | Refused, Act::Edit) => Ok(Applied),
            (Applied | Refused, Act::Withdraw) => Ok(Withdrawn),
            (Applied, Act::Opine) => Ok(Applied),
            (Applied, Act::Grant) => Ok(Open),
            (Applied, Act::Refuse) => Ok(Refused),
            (Open, Act::Suspend) => Ok(Suspended),
            (Suspended, Act::Resume) => Ok(Open),
            (Open | Suspended, Act::Extend) => Ok(self.stage),
            // What was owed is owed after the end, too.
            (Open | Suspended | Finished | Expired, Act::Supply | Act::Check) => Ok(self.stage),
            (Open, Act::Link) => Ok(Open),
            // The tender goes on while the channel is suspended, without its promises; what
            // was done on the last days may be entered after them.
            (Open | Suspended | Expired, Act::Award) => Ok(self.stage),
            (Open | Suspended | Expired, Act::Contract) => Ok(Finished),
            (Open | Suspended, Act::Expire) => Ok(Expired),
            (Open | Suspended, Act::Revoke) => Ok(Revoked),
            (stage, act) => Err(Refusal::OutOfTurn { stage, act }),
        }
    }

    /// The paper of that key.
    pub fn item(&self, paper: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.paper == paper)
    }

    /// Approvals that the channel brings.
    pub fn approvals(&self) -> impl Iterator<Item = Approval> + '_ {
        let runs = |a: &Approval| {
            self.item(a.key()).is_some_and(|item| matches!(item.state, ItemState::Parallel))
        };
        Approval::ALL.into_iter().filter(runs)
    }

    /// Whether a notice may go out: the approvals that must come before it are there
    /// (招标投标法 9).
    ///
    /// # Errors
    ///
    /// [`Refusal::ApprovalsOpen`].
    pub fn may_notice(&self, tasks: &[Task]) -> Result<(), Refusal> {
        let open = |approval: &Approval| {
            let task = tasks.iter().find(|task| task.approval == *approval);
            task.is_none_or(|task| task.done().is_none())
        };
        let names: Vec<String> = self
            .approvals()
            .filter(|a| a.precedes_notice())
            .filter(open)
            .map(|a| a.step().name().to_owned())
            .collect();
        if names.is_empty() { Ok(()) } else { Err(Refusal::ApprovalsOpen { names }) }
    }

    /// Whether it may go on after it was suspended: nothing is owed beyond its day.
    ///
    /// # Errors
    ///
    /// [`Refusal::PapersMissing`].
    pub fn may_resume(&self, today: Day) -> Result<(), Refusal> {
        let owed = self.items.iter().filter(|i| i.due().is_some_and(|by| by < today));
        let names: Vec<String> = owed.map(|item| item.name.clone()).collect();
        if names.is_empty() { Ok(()) } else { Err(Refusal::PapersMissing { names }) }
    }

    /// What is known of its days. `lead` is the day from which the lead of its plan counts.
    pub fn facts(
        &self,
        tasks: &[Task],
        notice: Option<&TenderNotice>,
        lead: Option<Day>,
        today: Day,
    ) -> Facts {
        let mut marks = BTreeMap::new();
        let parallel: BTreeSet<Approval> = self.approvals().collect();
        for task in tasks {
            marks.insert(Mark::start(task.approval.step()), task.since.day());
            if let TaskState::Done { at, .. } = task.state {
                marks.insert(Mark::end(task.approval.step()), at.day());
            }
        }
        // What takes no time took none on the first day.
        let skipped: BTreeSet<Step> = Approval::ALL
            .into_iter()
            .filter(|a| !parallel.contains(a))
            .map(Approval::step)
            .collect();
        for step in &skipped {
            marks.insert(Mark::start(*step), self.applied.day());
            marks.insert(Mark::end(*step), self.applied.day());
        }
        let mut set = |mark: Mark, day: Option<Day>| {
            if let Some(day) = day {
                marks.insert(mark, day);
            }
        };
        let told = notice.map(|notice| &notice.content);
        set(Mark::end(Step::Notice), told.map(|n| n.noticed));
        set(Mark::start(Step::Documents), told.map(|n| n.documents_from));
        set(Mark::end(Step::Documents), told.map(|n| n.documents_until));
        set(Mark::start(Step::Opening), told.map(|n| n.deadline));
        set(Mark::end(Step::Opening), told.map(|n| n.deadline));
        set(Mark::end(Step::Evaluation), told.and_then(|n| n.evaluated));
        set(Mark::start(Step::Publicity), told.and_then(|n| n.publicity_from));
        set(Mark::end(Step::Publicity), told.and_then(|n| n.publicity_until));
        set(Mark::end(Step::Award), self.award);
        set(Mark::end(Step::Contract), self.contract.as_ref().map(|c| c.signed));
        // Whoever may has let the notice go out before the lead was over.
        let freed = notice
            .is_some_and(|n| matches!(n.holding, Holding::Released { .. } | Holding::Freed { .. }));
        Facts {
            begun: self.applied.day(),
            today,
            marks,
            skipped,
            lead: lead.filter(|_| !freed),
            clarified: told.and_then(|n| n.clarified),
        }
    }

    /// When it came to an end: its last decision, or its contract. Of one that was withdrawn
    /// or refused, at the earliest when it was last handed in.
    pub fn ended(&self) -> Option<Moment> {
        let over = !self.stage.runs() && self.stage != Stage::Applied;
        let decided = self.decisions.last().map(|d| d.at);
        let contract = self.contract.as_ref().map(|c| c.entered);
        over.then(|| decided.max(contract).map_or(self.applied, |at| at.max(self.applied)))
    }

    /// How long its decision took, once there is one.
    pub fn decided_after(&self) -> Option<i64> {
        let decided = self
            .decisions
            .iter()
            .find(|d| matches!(d.act, Act::Grant | Act::Refuse) && d.at >= self.applied)?;
        Some(self.applied.ms_until(decided.at))
    }
}
