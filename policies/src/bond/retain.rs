//! How retained money comes back (建质〔2017〕138号 第十、十一条): applied for, verified within
//! fourteen days, asked for once more in writing (催告) when nobody answers, and agreed to by
//! silence fourteen days after that was served. That something was written is not enough: the
//! owner signs for it here, or whoever asks enters when and how it reached the owner.

use crate::{Course, Law, NoReckoning, Stop};
use model::{AccountId, Day, Moment, Money};
use serde::{Deserialize, Serialize};

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 待核实
    Applied,
    /// 已催告
    Reminded,
    /// 有争议
    Disputed,
    /// 核实无异议
    Agreed,
    /// 视同认可
    Deemed,
    /// 已返还
    Paid,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Applied, Self::Reminded, Self::Disputed, Self::Agreed, Self::Deemed, Self::Paid];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Reminded => "reminded",
            Self::Disputed => "disputed",
            Self::Agreed => "agreed",
            Self::Deemed => "deemed",
            Self::Paid => "paid",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "待核实",
            Self::Reminded => "已催告",
            Self::Disputed => "有争议",
            Self::Agreed => "核实无异议",
            Self::Deemed => "视同认可",
            Self::Paid => "已返还",
        }
    }
}

/// What is done with an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The firm asks once more.
    Remind,
    /// That reaches the owner; its moment is that of service, not of the entry.
    Serve,
    /// The owner agrees.
    Agree,
    /// The owner does not agree.
    Dispute,
    /// The dispute is over.
    Settle,
    /// Silence counts as consent.
    Deem,
    /// It is paid back.
    Pay,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Remind,
        Self::Serve,
        Self::Agree,
        Self::Dispute,
        Self::Settle,
        Self::Deem,
        Self::Pay,
    ];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Serve => "serve",
            Self::Agree => "agree",
            Self::Dispute => "dispute",
            Self::Settle => "settle",
            Self::Deem => "deem",
            Self::Pay => "pay",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Remind => "催告",
            Self::Serve => "催告送达",
            Self::Agree => "核实同意",
            Self::Dispute => "提出异议",
            Self::Settle => "争议解决",
            Self::Deem => "视同认可",
            Self::Pay => "返还",
        }
    }
}

/// How a reminder reached the owner, where the owner did not sign for it here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Handed over and signed for.
    Hand,
    /// By the post's express mail.
    Post,
    /// Electronically, where the contract says that this will do.
    Electronic,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hand, Self::Post, Self::Electronic];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Post => "post",
            Self::Electronic => "electronic",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hand => "当面签收",
            Self::Post => "EMS 邮寄",
            Self::Electronic => "电子送达（合同约定）",
        }
    }
}

/// Something that was said or done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What.
    pub act: Act,
    /// When.
    pub at: Moment,
    /// By whom; nobody when a rule did it.
    pub by: Option<AccountId>,
    /// In words.
    pub words: String,
}

/// An application for retained money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// The piece that it is about.
    pub piece: u32,
    /// What is asked for.
    pub asked: Money,
    /// What is paid: less than asked where a dispute ended so.
    pub granted: Money,
    /// When it was received.
    pub received: Moment,
    /// Where it stands.
    pub stage: Stage,
    /// What was said and done, the oldest first.
    pub log: Vec<Entry>,
}

/// Rules that give its limits.
const VERIFY: &str = "bond.retention_verify";
const SILENCE: &str = "bond.retention_silence";
const PAY: &str = "bond.retention_pay";
const SERVE: &str = "bond.serve_days";

impl Application {
    /// Where it stands after `act`. This table is the whole machine.
    pub const fn step(&self, act: Act) -> Option<Stage> {
        match (self.stage, act) {
            (Stage::Applied, Act::Remind) => Some(Stage::Reminded),
            (Stage::Reminded, Act::Serve) => Some(Stage::Reminded),
            (Stage::Applied | Stage::Reminded, Act::Agree) => Some(Stage::Agreed),
            (Stage::Applied | Stage::Reminded, Act::Dispute) => Some(Stage::Disputed),
            (Stage::Disputed, Act::Settle) => Some(Stage::Agreed),
            (Stage::Reminded, Act::Deem) => Some(Stage::Deemed),
            (Stage::Agreed | Stage::Deemed, Act::Pay) => Some(Stage::Paid),
            _ => None,
        }
    }

    /// Since when it is to be paid: the owner agreed, was silent, or a dispute ended.
    pub fn agreed(&self) -> Option<Moment> {
        let agreed = [Act::Settle, Act::Agree, Act::Deem].into_iter().filter_map(|a| self.last(a));
        agreed.max()
    }

    /// Whether it is to be paid and was not yet.
    pub const fn is_payable(&self) -> bool {
        matches!(self.stage, Stage::Agreed | Stage::Deemed)
    }

    /// When `act` was last done.
    pub fn last(&self, act: Act) -> Option<Moment> {
        self.log.iter().rev().find(|entry| entry.act == act).map(|entry| entry.at)
    }

    /// When somebody first answered it, one way or the other.
    fn answered(&self) -> Option<Moment> {
        let answers = |e: &&Entry| matches!(e.act, Act::Agree | Act::Dispute | Act::Deem);
        self.log.iter().find(answers).map(|entry| entry.at)
    }

    /// The limit for verifying it.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`].
    pub fn verifying(&self, law: &Law, now: Moment) -> Result<Course, NoReckoning> {
        law.course(VERIFY, self.received, &[], self.answered(), now)
    }

    /// Whether the firm may ask once more: the time for verifying is over.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`].
    pub fn may_remind(&self, law: &Law, now: Moment) -> Result<bool, NoReckoning> {
        let due = self.verifying(law, now)?.statutory.due;
        Ok(self.stage == Stage::Applied && due.is_some_and(|due| due < now))
    }

    /// Whether the owner was reminded, and nothing says yet that it heard of that.
    pub fn awaits_service(&self) -> bool {
        self.stage == Stage::Reminded && self.last(Act::Serve).is_none()
    }

    /// Whether whoever asks may enter `day` as that of service: not before the reminder stands
    /// here, where the owner sees it, not to come, soon after it, and while the time for an
    /// answer still runs. Nobody learns of that time only when it is over, or nearly so.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`].
    pub fn may_serve(&self, law: &Law, day: Day, now: Moment) -> Result<bool, NoReckoning> {
        let reminded = self.last(Act::Remind).map(Moment::day);
        let within = reminded.is_some_and(|from| from <= day) && day <= now.day();
        let mut runs = true;
        for rule in [SERVE, SILENCE] {
            let due = law.course(rule, Moment::start_of(day), &[], None, now)?.statutory.due;
            runs &= due.is_some_and(|due| now <= due);
        }
        Ok(self.awaits_service() && within && runs)
    }

    /// The limit after which silence is consent, once the reminder was served.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`].
    pub fn silence(&self, law: &Law, now: Moment) -> Result<Option<Course>, NoReckoning> {
        let Some(served) = self.last(Act::Serve) else { return Ok(None) };
        law.course(SILENCE, served, &[], self.answered(), now).map(Some)
    }

    /// From when on silence is consent; never, while the reminder was not served.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`].
    pub fn deemed_from(&self, law: &Law, now: Moment) -> Result<Option<Moment>, NoReckoning> {
        if self.stage != Stage::Reminded {
            return Ok(None);
        }
        let due = self.silence(law, now)?.and_then(|course| course.statutory.due);
        Ok(due.map(|due| Moment::from_ms(due.ms() + 1)))
    }

    /// The limit for paying it, once it was agreed to. It stands still on `stops`
    /// ([`super::Bond::stops`]).
    ///
    /// # Errors
    ///
    /// [`NoReckoning`].
    pub fn paying(
        &self,
        law: &Law,
        stops: &[Stop],
        now: Moment,
    ) -> Result<Option<Course>, NoReckoning> {
        let Some(since) = self.agreed() else { return Ok(None) };
        law.course(PAY, since, stops, self.last(Act::Pay), now).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    fn applied(log: &[(Act, &str)], stage: Stage) -> Application {
        let entry = |(act, when): &(Act, &str)| Entry {
            act: *act,
            at: at(when),
            by: None,
            words: String::new(),
        };
        Application {
            piece: 1,
            asked: Money::from_fen(100),
            granted: Money::from_fen(100),
            received: at("2026-07-01T10:00:00+08:00"),
            stage,
            log: log.iter().map(entry).collect(),
        }
    }

    fn day(course: &Course) -> String {
        course.statutory.due.map(|due| due.day().to_string()).unwrap_or_default()
    }

    #[test]
    fn fourteen_days_a_reminder_fourteen_days_consent() {
        let law = Law::shipped();
        let fresh = applied(&[], Stage::Applied);
        let last = at("2026-07-15T23:59:59+08:00");
        assert_eq!(day(&fresh.verifying(law, last).expect("in force")), "2026-07-15");
        assert_eq!(fresh.may_remind(law, last), Ok(false));
        assert_eq!(fresh.may_remind(law, at("2026-07-16T00:00:00+08:00")), Ok(true));
        let reminded = (Act::Remind, "2026-07-20T09:00:00+08:00");
        let served = (Act::Serve, "2026-07-22T16:00:00+08:00");
        let served = applied(&[reminded, served], Stage::Reminded);
        let from = served.deemed_from(law, last).expect("in force");
        assert_eq!(from, Some(at("2026-08-06T00:00:00+08:00")), "from the day of service");
        assert!(!served.awaits_service());
        assert_eq!(fresh.deemed_from(law, last), Ok(None), "nobody asked again");
    }

    /// What was only written moves nothing, however long ago it was.
    #[test]
    fn a_reminder_that_was_not_served_is_never_agreed_to_by_silence() {
        let law = Law::shipped();
        let written = applied(&[(Act::Remind, "2026-07-20T09:00:00+08:00")], Stage::Reminded);
        let years = at("2028-07-20T09:00:00+08:00");
        assert!(written.awaits_service());
        assert_eq!(written.silence(law, years), Ok(None));
        assert_eq!(written.deemed_from(law, years), Ok(None));
        // Which days may be entered: from the reminder on, and each for a few days only.
        let may = |day: &str, now: &str| {
            written.may_serve(law, day.parse().expect("a day"), at(now)).expect("in force")
        };
        let last = "2026-08-03T23:59:59+08:00";
        assert!(!may("2026-07-19", last), "the owner can't have seen it here");
        assert!(may("2026-07-20", "2026-07-23T23:59:59+08:00"), "the last day for entering it");
        assert!(!may("2026-07-20", "2026-07-24T00:00:00+08:00"), "nobody learns of it too late");
        assert!(!may("2026-07-20", last), "no time would be left for an answer");
        assert!(may("2026-07-31", last), "eleven days are left");
        assert!(!may("2026-08-04", last), "to come");
    }

    #[test]
    fn what_was_agreed_to_is_paid_within_fourteen_days() {
        let law = Law::shipped();
        let now = at("2026-09-01T09:00:00+08:00");
        let agreed = applied(&[(Act::Agree, "2026-07-10T09:00:00+08:00")], Stage::Agreed);
        let course = agreed.paying(law, &[], now).expect("in force").expect("runs");
        assert_eq!(day(&course), "2026-07-24");
        // After a dispute, from its end on.
        let settled = applied(
            &[
                (Act::Dispute, "2026-07-10T09:00:00+08:00"),
                (Act::Settle, "2026-08-10T09:00:00+08:00"),
            ],
            Stage::Agreed,
        );
        let course = settled.paying(law, &[], now).expect("in force").expect("runs");
        assert_eq!(day(&course), "2026-08-24");
        assert_eq!(applied(&[], Stage::Applied).paying(law, &[], now), Ok(None));
    }

    /// The machine as a table: state, then what each act leads to.
    #[test]
    fn every_state_and_every_act() {
        let mut table = String::new();
        for stage in Stage::ALL {
            let of = |act| applied(&[], stage).step(act).map_or("·", Stage::key);
            let row: Vec<&str> = Act::ALL.into_iter().map(of).collect();
            table += &format!("{}: {}\n", stage.key(), row.join(" "));
        }
        // remind serve agree dispute settle deem pay
        assert_eq!(
            table,
            "applied: reminded · agreed disputed · · ·\n\
             reminded: · reminded agreed disputed · deemed ·\n\
             disputed: · · · · agreed · ·\n\
             agreed: · · · · · · paid\n\
             deemed: · · · · · · paid\n\
             paid: · · · · · · ·\n"
        );
    }
}
