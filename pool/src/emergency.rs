//! An emergency (险情): what was reported, what was verified, who determined it to
//! be emergency work, and where the case stands.

use model::{
    AccountId, Datum, Day, District, EmergencyId, Minutes, Moment, Money, OrgId, Personal, Place,
    Role, Urgency, WorkKind,
};
use serde::{Deserialize, Serialize};

/// A danger that was reported, with everything that became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// Key.
    pub id: EmergencyId,
    /// Number as people say it, such as 险〔2026〕0718-02.
    pub number: String,
    /// What was reported.
    pub report: Report,
    /// Where the case stands.
    pub stage: Stage,
    /// How fast it must be dealt with. The reporter proposes, the duty officer
    /// sets it on taking the case in hand.
    pub urgency: Urgency,
    /// Taken in hand.
    pub accepted: Option<Stamp>,
    /// Verified on site.
    pub verification: Option<Verification>,
    /// A commander's oral order, which opens a provisional determination.
    pub oral_order: Option<OralOrder>,
    /// Determined to be emergency work, or not.
    pub determination: Option<Determination>,
    /// The provisional determination ran out unconfirmed.
    pub unconfirmed_since: Option<Moment>,
    /// The danger is controlled: the scope is frozen.
    pub controlled: Option<Stamp>,
    /// Closed.
    pub closed: Option<Stamp>,
    /// The case that this one was joined to.
    pub merged_into: Option<EmergencyId>,
}

/// What was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// One line.
    pub title: String,
    /// What is seen.
    pub description: String,
    /// Kind of work.
    pub kind: WorkKind,
    /// District.
    pub district: District,
    /// Where, in words: town, road and chainage, landmark.
    pub address: String,
    /// Where, on the map.
    pub place: Place,
    /// The datum that the coordinates were entered in.
    pub datum: Datum,
    /// People trapped or in danger now; zero is none known.
    pub people_in_danger: u32,
    /// When it was seen.
    pub seen: Moment,
    /// When the report came in.
    pub received: Moment,
    /// Who reported.
    pub reporter: Reporter,
}

/// Who reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporter {
    /// In what capacity.
    pub role: Role,
    /// The account, if signed in.
    pub account: Option<AccountId>,
    /// The organisation, if any.
    pub org: Option<OrgId>,
    /// A name, if given.
    pub name: Option<Personal>,
    /// A phone, if given.
    pub phone: Option<Personal>,
}

/// Somebody did something at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: AccountId,
    /// In their words.
    pub note: String,
}

/// What two people found on site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// When it was entered.
    pub at: Moment,
    /// When they were on site.
    pub on_site: Moment,
    /// Who entered it, the first of the two.
    pub by: AccountId,
    /// The second.
    pub second: Personal,
    /// Whether the second saw it by video: allowed at night.
    pub second_remote: bool,
    /// What they found.
    pub findings: String,
    /// The damaged part, the only ground that the work may cover.
    pub scope: String,
}

/// A commander's oral order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OralOrder {
    /// When it was entered.
    pub at: Moment,
    /// When it was given.
    pub given: Moment,
    /// Who recorded it.
    pub by: AccountId,
    /// Who gave it.
    pub commander: String,
    /// The telephone or radio over which it was given.
    pub channel: Personal,
    /// Its words.
    pub words: String,
    /// The last moment for writing it down as a determination.
    pub confirm_by: Moment,
}

/// The decision whether this is emergency work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Determination {
    /// When.
    pub at: Moment,
    /// Who entered it.
    pub by: AccountId,
    /// For which authority.
    pub authority: String,
    /// Number of the document.
    pub document: String,
    /// Yes or no.
    pub granted: bool,
    /// Questions answered yes.
    pub yes: Vec<String>,
    /// Reasons for going on in spite of a reference item: (question, reason).
    pub reasons: Vec<(String, String)>,
    /// Whether tendering would be compulsory at that estimate, in words.
    pub tender: String,
    /// Why it is unsuitable for tendering (招标投标法 66); for a refusal, why not.
    pub why: String,
    /// The damaged part that the work may cover.
    pub scope: String,
    /// The most that it may cost.
    pub ceiling: Money,
    /// The last day of the intended works.
    pub planned_finish: Day,
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 待受理
    Reported,
    /// 核查中
    Accepted,
    /// 暂定认定
    Provisional,
    /// 已认定
    Determined,
    /// 不予认定
    Refused,
    /// 险情控制
    Controlled,
    /// 已归档
    Closed,
    /// 已合并
    Merged,
    /// 不受理
    Dismissed,
}

/// What someone asks of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Take in hand.
    Accept,
    /// Turn away a report that is none.
    Dismiss,
    /// Join to another case.
    Merge,
    /// Enter what was found on site.
    Verify,
    /// Record an oral order.
    OralOrder,
    /// Determine.
    Determine,
    /// Refuse.
    Refuse,
    /// Say that the danger is controlled.
    Control,
    /// Close.
    Close,
}

/// Why a case stays where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Verify first.
    #[error("not verified yet")]
    NotVerified,
    /// An oral order is for 特急 alone.
    #[error("an oral order needs the highest urgency")]
    NotCritical,
    /// The provisional determination must be confirmed or refused first.
    #[error("not confirmed yet")]
    NotConfirmed,
    /// Teams are still called or at work.
    #[error("{open} calls are still open")]
    CallsOpen {
        /// How many.
        open: u32,
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

/// Why the reserve can't be called for a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoCall {
    /// Only a determined emergency may call the reserve.
    #[error("not determined to be emergency work")]
    NotDetermined,
    /// The oral order was not confirmed in writing in time.
    #[error("the oral order was not confirmed in time")]
    Unconfirmed,
    /// The danger is controlled, so the ground for skipping a tender is gone.
    #[error("the danger is controlled")]
    Controlled,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Reported,
        Self::Accepted,
        Self::Provisional,
        Self::Determined,
        Self::Refused,
        Self::Controlled,
        Self::Closed,
        Self::Merged,
        Self::Dismissed,
    ];

    /// The key of the state.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Accepted => "accepted",
            Self::Provisional => "provisional",
            Self::Determined => "determined",
            Self::Refused => "refused",
            Self::Controlled => "controlled",
            Self::Closed => "closed",
            Self::Merged => "merged",
            Self::Dismissed => "dismissed",
        }
    }

    /// The Chinese name of the state.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reported => "待受理",
            Self::Accepted => "核查中",
            Self::Provisional => "暂定认定",
            Self::Determined => "已认定",
            Self::Refused => "不予认定",
            Self::Controlled => "险情控制",
            Self::Closed => "已归档",
            Self::Merged => "已合并",
            Self::Dismissed => "不受理",
        }
    }

    /// Whether something is still to be done.
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Reported
                | Self::Accepted
                | Self::Provisional
                | Self::Determined
                | Self::Controlled
        )
    }
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Accept,
        Self::Dismiss,
        Self::Merge,
        Self::Verify,
        Self::OralOrder,
        Self::Determine,
        Self::Refuse,
        Self::Control,
        Self::Close,
    ];

    /// The key of the act.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Dismiss => "dismiss",
            Self::Merge => "merge",
            Self::Verify => "verify",
            Self::OralOrder => "oral",
            Self::Determine => "determine",
            Self::Refuse => "refuse",
            Self::Control => "control",
            Self::Close => "close",
        }
    }
}

impl Emergency {
    /// A case as it begins: reported, and nothing more.
    pub fn reported(id: EmergencyId, number: String, report: Report, urgency: Urgency) -> Self {
        Self {
            id,
            number,
            report,
            stage: Stage::Reported,
            urgency,
            accepted: None,
            verification: None,
            oral_order: None,
            determination: None,
            unconfirmed_since: None,
            controlled: None,
            closed: None,
            merged_into: None,
        }
    }

    /// The stage after `act`. This table is the whole machine. `open_calls` is
    /// how many calls are not ended.
    ///
    /// # Errors
    ///
    /// [`Refusal`] when the act has no place, or something must come first.
    pub fn step(&self, act: Act, open_calls: u32) -> Result<Stage, Refusal> {
        use Stage::{
            Accepted, Closed, Controlled, Determined, Dismissed, Merged, Provisional, Refused,
            Reported,
        };
        let verified = self.verification.is_some();
        let critical = self.urgency == Urgency::Critical;
        let confirmed = self.determination.is_some();
        match (self.stage, act) {
            (Reported, Act::Accept) => Ok(Accepted),
            (Reported, Act::Dismiss) => Ok(Dismissed),
            (Reported | Accepted, Act::Merge) => Ok(Merged),
            // Once verified there is nothing to verify again.
            (Accepted | Provisional | Controlled, Act::Verify) if !verified => Ok(self.stage),
            (Accepted, Act::OralOrder) if !critical => Err(Refusal::NotCritical),
            (Accepted, Act::OralOrder) => Ok(Provisional),
            (Accepted | Provisional, Act::Determine | Act::Refuse) if !verified => {
                Err(Refusal::NotVerified)
            }
            (Accepted | Provisional, Act::Determine) => Ok(Determined),
            (Accepted | Provisional, Act::Refuse) => Ok(Refused),
            (Provisional | Determined, Act::Control) => Ok(Controlled),
            // Controlled within the 24 hours: the paper still has to follow.
            (Controlled, Act::Determine | Act::Refuse) if confirmed => self.out_of_turn(act),
            (Controlled, Act::Determine | Act::Refuse) if !verified => Err(Refusal::NotVerified),
            (Controlled, Act::Determine | Act::Refuse) => Ok(Controlled),
            (Controlled, Act::Close) if !confirmed => Err(Refusal::NotConfirmed),
            (Controlled | Refused, Act::Close) if open_calls > 0 => {
                Err(Refusal::CallsOpen { open: open_calls })
            }
            (Controlled | Refused, Act::Close) => Ok(Closed),
            _ => self.out_of_turn(act),
        }
    }

    fn out_of_turn(&self, act: Act) -> Result<Stage, Refusal> {
        Err(Refusal::OutOfTurn { stage: self.stage.key().into(), act: act.key().into() })
    }

    /// Whether the reserve may be called at `now`.
    ///
    /// # Errors
    ///
    /// [`NoCall`] with the reason why not.
    pub fn may_call(&self, now: Moment) -> Result<(), NoCall> {
        match self.stage {
            Stage::Determined => Ok(()),
            Stage::Provisional => {
                let late = self.oral_order.as_ref().is_none_or(|order| now > order.confirm_by);
                if late { Err(NoCall::Unconfirmed) } else { Ok(()) }
            }
            Stage::Controlled => Err(NoCall::Controlled),
            _ => Err(NoCall::NotDetermined),
        }
    }

    /// Minutes since the report came in, for lists.
    pub fn age(&self, now: Moment) -> Minutes {
        let ms = self.report.received.ms_until(now).max(0);
        Minutes(u32::try_from(ms / 60_000).unwrap_or(u32::MAX))
    }
}
