//! Credit: the span within which a sanction lies, and an owner's points. The system
//! proposes; a person decides, after the other side was heard.

use crate::{Law, NotInForce, Ruling, keys};
use model::{AccountId, CreditId, Day, Moment, OrgId};
use serde::{Deserialize, Serialize};

/// Articles of 招标投标法 that take away the right to bid or to act for a time.
pub const BANS: [&str; 4] = ["50", "53", "54", "60"];

/// What an owner loses points for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lapse {
    /// Not published in time.
    Publish,
    /// Bonds not returned in time.
    Refund,
    /// Evaded tendering.
    Evade,
    /// Left an objection unanswered.
    Silent,
    /// Did not publish a contract.
    Contract,
    /// Published no plan.
    Unplanned,
}

impl Lapse {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Publish, Self::Refund, Self::Evade, Self::Silent, Self::Contract, Self::Unplanned];

    const fn key(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Refund => "refund",
            Self::Evade => "evade",
            Self::Silent => "silent",
            Self::Contract => "contract",
            Self::Unplanned => "unplanned",
        }
    }

    fn rule(self) -> String {
        format!("credit.owner.{}", self.key())
    }
}

/// What an owner's points call for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Nothing.
    None,
    /// A reminder.
    Remind,
    /// A talk, and it is made known.
    Talk,
}

/// The keys of all rules that are read here, but those of [`keys`].
pub fn rules() -> Vec<String> {
    let bans = BANS
        .iter()
        .flat_map(|article| ["least", "most"].map(|end| format!("credit.ban{article}.{end}")));
    bans.chain(Lapse::ALL.map(Lapse::rule)).collect()
}

/// The shortest and the longest time, in months, for which that article takes the
/// right away.
///
/// # Errors
///
/// [`NotInForce`].
pub fn ban(law: &Law, article: &str, day: Day) -> Result<(Ruling<i64>, Ruling<i64>), NotInForce> {
    let end = |end| law.figure(&format!("credit.ban{article}.{end}"), day);
    Ok((end("least")?, end("most")?))
}

/// An owner's points after these lapses (each as often as it happened), never below
/// nought, and what they call for.
///
/// # Errors
///
/// [`NotInForce`].
pub fn owner_points(law: &Law, lapses: &[Lapse], day: Day) -> Result<(i64, Measure), NotInForce> {
    let mut points = law.figure(keys::OWNER_BASE, day)?.value;
    for lapse in lapses {
        points -= law.figure(&lapse.rule(), day)?.value;
    }
    let points = points.max(0);
    let measure = if points < law.figure(keys::OWNER_TALK, day)?.value {
        Measure::Talk
    } else if points < law.figure(keys::OWNER_REMIND, day)?.value {
        Measure::Remind
    } else {
        Measure::None
    };
    Ok((points, measure))
}

/// The points that an owner loses for a lapse.
///
/// # Errors
///
/// [`NotInForce`].
pub fn deduction(law: &Law, lapse: Lapse, day: Day) -> Result<Ruling<i64>, NotInForce> {
    law.figure(&lapse.rule(), day)
}

/// Something that is proposed for a credit record. Nothing goes on one by itself: the
/// other side is heard, and a person decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Key.
    pub id: CreditId,
    /// Whose record.
    pub subject: OrgId,
    /// The subject's name then.
    pub subject_name: String,
    /// What happened, in a few words.
    pub event: String,
    /// The record that it comes from: its kind, key and number.
    pub source: (String, String, String),
    /// What was found.
    pub findings: String,
    /// When it was proposed.
    pub at: Moment,
    /// By whom.
    pub by: AccountId,
    /// Until when the other side may state its case.
    pub until: Moment,
    /// What it says.
    pub statement: Option<Statement>,
    /// What was decided.
    pub verdict: Option<Verdict>,
}

/// What somebody says before something goes on their record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: AccountId,
    /// In their words.
    pub words: String,
}

/// Whether it goes on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: AccountId,
    /// It does.
    pub recorded: bool,
    /// Why.
    pub reason: String,
}

/// Why a proposal stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unheard {
    /// The other side still has time to state its case.
    #[error("the statement is awaited")]
    Awaited,
    /// Its time for that is over.
    #[error("too late for a statement")]
    TooLate,
    /// It was decided already.
    #[error("decided")]
    Decided,
    /// Whoever proposed it does not decide on it.
    #[error("the same person")]
    SamePerson,
}

impl Unheard {
    /// In Chinese.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Awaited => "陈述申辩期未满，当事人也还没有陈述，不能决定。",
            Self::TooLate => "陈述申辩期已满。",
            Self::Decided => "已经作出决定。",
            Self::SamePerson => "提出建议的人不能作决定，请由他人办理。",
        }
    }
}

impl Proposal {
    /// Whether a statement may be made at `now`.
    ///
    /// # Errors
    ///
    /// [`Unheard`].
    pub fn may_state(&self, now: Moment) -> Result<(), Unheard> {
        match &self.verdict {
            Some(_) => Err(Unheard::Decided),
            None if now > self.until => Err(Unheard::TooLate),
            None => Ok(()),
        }
    }

    /// Whether `by` may decide at `now`: after a statement, or when the time for one is
    /// over.
    ///
    /// # Errors
    ///
    /// [`Unheard`].
    pub fn may_decide(&self, by: &AccountId, now: Moment) -> Result<(), Unheard> {
        if self.verdict.is_some() {
            Err(Unheard::Decided)
        } else if *by == self.by {
            Err(Unheard::SamePerson)
        } else if self.statement.is_none() && now <= self.until {
            Err(Unheard::Awaited)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> Day {
        "2026-07-18".parse().expect("a day")
    }

    #[test]
    fn spans_of_the_law() {
        for (article, least, most) in
            [("50", 12, 24), ("53", 12, 24), ("54", 12, 36), ("60", 24, 60)]
        {
            let (from, to) = ban(Law::shipped(), article, day()).expect("in force");
            assert_eq!((from.value, to.value), (least, most), "{article}");
        }
    }

    #[test]
    fn points_go_down_to_a_reminder_and_a_talk() {
        let points =
            |lapses: &[Lapse]| owner_points(Law::shipped(), lapses, day()).expect("in force");
        use Lapse::{Evade, Publish, Silent};
        assert_eq!(points(&[]), (100, Measure::None));
        assert_eq!(points(&[Evade]), (80, Measure::None));
        assert_eq!(points(&[Evade, Publish]), (75, Measure::Remind));
        assert_eq!(points(&[Evade, Evade]), (60, Measure::Remind));
        assert_eq!(points(&[Evade, Evade, Silent]), (50, Measure::Talk));
        assert_eq!(points(&[Evade; 9]), (0, Measure::Talk));
    }

    #[test]
    fn who_proposed_it_never_decides() {
        let at = |hour| Moment::at(day(), hour, 0);
        let proposal = Proposal {
            id: "xy-1".parse().expect("a key"),
            subject: "yz-1".parse().expect("a key"),
            subject_name: "市水务集团".into(),
            event: "未按时退还保证金".into(),
            source: ("bond".into(), "bz-1".into(), "BZ-2026-0001".into()),
            findings: "逾期 3 日".into(),
            at: at(8),
            by: "a-1".parse().expect("a key"),
            until: at(12),
            statement: None,
            verdict: None,
        };
        let may = |who: &str, hour| proposal.may_decide(&who.parse().expect("a key"), at(hour));
        assert_eq!(may("a-1", 13), Err(Unheard::SamePerson));
        assert_eq!(may("a-2", 12), Err(Unheard::Awaited));
        assert_eq!(may("a-2", 13), Ok(()));
    }
}
