//! A contract on the register, and its machine.

use super::{Bill, Change};
use crate::bond::{Firm, Party, Project};
use crate::{Course, Law, NoReckoning, Stop};
use model::{
    AccountId, ContractId, Day, District, LotKind, Moment, Money, OrgId, Personal, TenderNoticeId,
};
use serde::{Deserialize, Serialize};

/// Where a contract stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 履行中
    Running,
    /// 已竣工验收
    Completed,
    /// 已结算
    Settled,
    /// 已解除
    Ended,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Running, Self::Completed, Self::Settled, Self::Ended];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Settled => "settled",
            Self::Ended => "ended",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "履行中",
            Self::Completed => "已竣工验收",
            Self::Settled => "已结算",
            Self::Ended => "已解除",
        }
    }
}

/// What is done with a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Price or time is changed by an addition to it.
    Change,
    /// Something was delivered that is to be paid.
    Bill,
    /// The work was accepted.
    Complete,
    /// What it came to in the end is agreed.
    Settle,
    /// It is ended before it was carried out.
    End,
    /// It is made public.
    Publish,
    /// How it was carried out is scored.
    Evaluate,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Change,
        Self::Bill,
        Self::Complete,
        Self::Settle,
        Self::End,
        Self::Publish,
        Self::Evaluate,
    ];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Bill => "bill",
            Self::Complete => "complete",
            Self::Settle => "settle",
            Self::End => "end",
            Self::Publish => "publish",
            Self::Evaluate => "evaluate",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Change => "变更",
            Self::Bill => "登记应付款",
            Self::Complete => "竣工验收",
            Self::Settle => "结算",
            Self::End => "解除",
            Self::Publish => "公开",
            Self::Evaluate => "履约评价",
        }
    }
}

/// The act has no place where the contract stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{act:?} has no place at {stage:?}")]
pub struct OutOfTurn {
    /// Where it stands.
    pub stage: Stage,
    /// What was asked.
    pub act: Act,
}

impl OutOfTurn {
    /// In Chinese.
    pub fn words(self) -> String {
        format!("合同{}，此时不能{}。", self.stage.name(), self.act.name())
    }
}

/// Something that happened to a contract, and when that was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The day.
    pub day: Day,
    /// When it was entered.
    pub known: Moment,
    /// By whom.
    pub by: AccountId,
    /// The paper that says so, or why.
    pub words: String,
}

/// What a contract came to in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// How much (工程价款结算总额).
    pub amount: Money,
    /// When, and by which paper.
    pub done: Done,
}

/// When a contract was made public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: AccountId,
}

/// How a contract was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Of a hundred.
    pub score: u32,
    /// In words.
    pub words: String,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: AccountId,
}

/// A contract on the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// Key.
    pub id: ContractId,
    /// Its number, `HT-2026-000001`.
    pub number: String,
    /// The tender that it comes from, where it does.
    pub notice: Option<TenderNoticeId>,
    /// What it is about.
    pub title: String,
    /// Who buys.
    pub owner: OrgId,
    /// That one's name.
    pub owner_name: String,
    /// Where.
    pub district: District,
    /// Who sells.
    pub firm: Party,
    /// Who that is, for reductions and for terms of payment.
    pub who: Firm,
    /// What is bought.
    pub kind: LotKind,
    /// Government procurement other than tendered works.
    pub procurement: bool,
    /// Paid for by the government.
    pub government: bool,
    /// For how much.
    pub price: Money,
    /// The day of the award notice, where there was one.
    pub awarded: Option<Day>,
    /// The day on which it was signed.
    pub signed: Day,
    /// The day by which it is to be carried out, as agreed first.
    pub ends: Day,
    /// Within so many days after delivery the owner pays.
    pub pays: u32,
    /// The firm's account, as agreed: what is retained goes back there.
    pub account: Personal,
    /// Where it stands.
    pub stage: Stage,
    /// What was changed, the oldest first.
    pub changes: Vec<Change>,
    /// What was delivered and is paid, or is to be.
    pub bills: Vec<Bill>,
    /// That the work was accepted.
    pub completed: Option<Done>,
    /// What it came to.
    pub settlement: Option<Settlement>,
    /// That it was ended early.
    pub ended: Option<Done>,
    /// That it is public.
    pub published: Option<Published>,
    /// How it was carried out.
    pub evaluation: Option<Evaluation>,
    /// When it was entered.
    pub entered: Moment,
    /// By whom.
    pub by: AccountId,
}

impl Contract {
    /// Where it stands after `act`. This table is the whole machine.
    ///
    /// # Errors
    ///
    /// [`OutOfTurn`].
    pub const fn step(&self, act: Act) -> Result<Stage, OutOfTurn> {
        let (stage, act) = (self.stage, act);
        match (stage, act) {
            (Stage::Running, Act::Change) => Ok(Stage::Running),
            (Stage::Running, Act::Complete) => Ok(Stage::Completed),
            (Stage::Running, Act::End) => Ok(Stage::Ended),
            (Stage::Completed, Act::Settle) => Ok(Stage::Settled),
            (_, Act::Bill) => Ok(stage),
            (_, Act::Publish) if self.published.is_none() => Ok(stage),
            (Stage::Completed | Stage::Settled | Stage::Ended, Act::Evaluate)
                if self.evaluation.is_none() =>
            {
                Ok(stage)
            }
            _ => Err(OutOfTurn { stage, act }),
        }
    }

    /// What it is to cost with all changes.
    pub fn price_now(&self) -> Money {
        let changes: i64 = self.changes.iter().map(|change| change.more.fen()).sum();
        let less: i64 = self.changes.iter().map(|change| change.less.fen()).sum();
        Money::from_fen(self.price.fen().saturating_add(changes).saturating_sub(less))
    }

    /// The day by which it is to be carried out, with all changes.
    pub fn ends_now(&self) -> Day {
        self.changes.iter().rev().find_map(|change| change.ends).unwrap_or(self.ends)
    }

    /// What it is about, as far as reductions care.
    pub const fn project(&self) -> Project {
        Project { government: self.government, amount: Some(self.price) }
    }

    /// Since when nothing secures its being carried out any more: it was, or it was ended.
    pub fn over(&self) -> Option<&Done> {
        self.completed.as_ref().or(self.ended.as_ref())
    }
}

/// The limit within which it had to be signed after the award; none where there was none.
///
/// # Errors
///
/// [`NoReckoning`].
pub fn signing(law: &Law, contract: &Contract, now: Moment) -> Result<Option<Course>, NoReckoning> {
    let Some(awarded) = contract.awarded else { return Ok(None) };
    signing_after(law, awarded, Some(contract.signed), now).map(Some)
}

/// The same where the award notice went out on that day, signed or not (招标投标法 46).
///
/// # Errors
///
/// [`NoReckoning`].
pub fn signing_after(
    law: &Law,
    awarded: Day,
    signed: Option<Day>,
    now: Moment,
) -> Result<Course, NoReckoning> {
    let done = signed.map(Moment::start_of);
    law.course("tender.t13", Moment::start_of(awarded), &[], done, now)
}

/// The limit within which it must be public.
///
/// # Errors
///
/// [`NoReckoning`].
pub fn publishing(law: &Law, contract: &Contract, now: Moment) -> Result<Course, NoReckoning> {
    let rule = match contract.procurement {
        true => "procurement.publish_contract",
        false => "contract.publish",
    };
    let done = contract.published.as_ref().map(|published| published.at);
    law.course(rule, Moment::start_of(contract.signed), &[], done, now)
}

/// The limit within which its being carried out must be scored; none before it was.
///
/// # Errors
///
/// [`NoReckoning`].
pub fn evaluating(
    law: &Law,
    contract: &Contract,
    now: Moment,
) -> Result<Option<Course>, NoReckoning> {
    let Some(completed) = &contract.completed else { return Ok(None) };
    let done = contract.evaluation.as_ref().map(|evaluation| evaluation.at);
    law.course("contract.evaluate", Moment::start_of(completed.day), &[], done, now).map(Some)
}

/// The limit within which a performance bond goes back; none before its time. It stands still
/// on `stops` ([`crate::bond::Bond::stops`]).
///
/// # Errors
///
/// [`NoReckoning`].
pub fn returning(
    law: &Law,
    contract: &Contract,
    stops: &[Stop],
    done: Option<Moment>,
    now: Moment,
) -> Result<Option<Course>, NoReckoning> {
    let Some(over) = contract.over() else { return Ok(None) };
    let since = Moment::start_of(over.day);
    law.course("contract.performance_return", since, stops, done, now).map(Some)
}
