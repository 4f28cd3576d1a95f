//! Who stops the clock of a return says so once, and somebody else ends it: a person decides
//! whether a bond is forfeit, both sides settle their dispute about retained money. Neither may
//! last for ever (系统默认): when its time is over, what does not go back counts as late again.
//! The time that a decision took, as long as it might, counts against nobody afterwards either.

use super::{Application, Bond, Hold, RetainAct, RetainStage};
use crate::{Course, Law, NoReckoning, State, Stop};
use model::{Day, Moment};

/// The rule that says within what time somebody decides whether a bond is forfeit.
const HOLD: &str = "bond.hold_days";
/// The rule that says how long a dispute about retained money may last.
pub const DISPUTE: &str = "bond.dispute_days";

fn is_over(course: &Course) -> bool {
    matches!(course.statutory.state, State::Overdue { .. })
}

impl Hold {
    /// The limit for deciding, as long as nobody has.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`].
    pub fn deciding(&self, law: &Law, now: Moment) -> Result<Course, NoReckoning> {
        law.course(HOLD, self.at, &[], None, now)
    }

    /// Whether that limit is over. Without a rule there is none.
    pub fn is_overdue(&self, law: &Law, now: Moment) -> bool {
        self.deciding(law, now).is_ok_and(|course| is_over(&course))
    }

    /// The days on which the limit for a return stands still because of it: until the day on
    /// which it was decided, and no longer than that may take.
    fn stop(&self, law: &Law, decided: Option<Day>) -> Stop {
        // Without a rule nothing but the decision ends it.
        let last = self.deciding(law, self.at).ok().and_then(|course| course.statutory.due);
        let most = last.map(|last| last.day().plus(1));
        let until = match (decided, most) {
            (Some(decided), Some(most)) => Some(decided.min(most)),
            (decided, most) => decided.or(most),
        };
        Stop { from: self.at.day(), until }
    }
}

impl Application {
    /// The limit for ending a dispute about it, while there is one.
    ///
    /// # Errors
    ///
    /// [`NoReckoning`].
    pub fn settling(&self, law: &Law, now: Moment) -> Result<Option<Course>, NoReckoning> {
        let disputed = self.last(RetainAct::Dispute);
        let Some(since) = disputed.filter(|_| self.stage == RetainStage::Disputed) else {
            return Ok(None);
        };
        law.course(DISPUTE, since, &[], None, now).map(Some)
    }

    /// Since when a dispute about it should have been over, and how that stands.
    pub fn argued_too_long(&self, law: &Law, now: Moment) -> Option<(Moment, Course)> {
        let course = self.settling(law, now).ok().flatten().filter(is_over)?;
        Some((self.last(RetainAct::Dispute)?, course))
    }
}

impl Bond {
    /// The days on which the limit for its return stands still: those of the hold that was
    /// decided last, and of one that is not decided.
    pub fn stops(&self, law: &Law) -> Vec<Stop> {
        let decided = self.verdict.iter().map(|v| v.hold.stop(law, Some(v.at.day())));
        decided.chain(self.hold.iter().map(|hold| hold.stop(law, None))).collect()
    }

    /// What of it waits for somebody's word, a hold or disputes: how many there are, and how
    /// many of them for too long.
    pub fn undecided(&self, law: &Law, now: Moment) -> (usize, usize) {
        let held = self.hold.iter().map(|hold| hold.is_overdue(law, now));
        let disputed = self.applications.iter().filter(|a| a.stage == RetainStage::Disputed);
        let over = held.chain(disputed.map(|a| a.argued_too_long(law, now).is_some()));
        over.fold((0, 0), |(all, late), over| (all + 1, late + usize::from(over)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bond::{Events, Noted, Placing, Plea, RetainEntry, release};
    use model::Money;

    fn at(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    fn hold(heard: Vec<Plea>) -> Hold {
        Hold {
            ground: "b7_withdrawn".into(),
            facts: "开标后来函撤销投标文件".into(),
            at: at("2026-07-20T10:00:00+08:00"),
            by: "a-1".parse().expect("a key"),
            heard,
        }
    }

    #[test]
    fn a_hold_is_decided_within_working_days_and_overdue_after_the_last_of_them() {
        let law = Law::shipped();
        let last = at("2026-08-10T23:59:59+08:00");
        let course = hold(vec![]).deciding(law, last).expect("in force");
        // A Monday, and three weeks of five days.
        assert_eq!(
            course.statutory.due.map(|due| due.day().to_string()).as_deref(),
            Some("2026-08-10")
        );
        assert!(!hold(vec![]).is_overdue(law, last));
        assert!(hold(vec![]).is_overdue(law, at("2026-08-11T00:00:00+08:00")));
        let bare = Law::read(&[], "id = 'c'\ntitle = 'c'\n").expect("sound");
        assert!(!hold(vec![]).is_overdue(&bare, at("2030-01-01T00:00:00+08:00")));
    }

    #[test]
    fn a_hold_stops_a_return_until_it_is_decided_and_no_longer_than_that_may_take() {
        let law = Law::shipped();
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let events = Events {
            procurement: false,
            awarded: Some(Noted::at(at("2026-07-20T10:00:00+08:00"))),
            signed: None,
            ended: None,
            valid_until: day("2026-09-30"),
        };
        let now = at("2026-08-18T09:00:00+08:00");
        for (decided, due, stands) in [
            (Some("2026-07-20"), "2026-07-27", "按时"),
            // The last day for that; it counts again itself.
            (Some("2026-08-10"), "2026-08-14", "按时"),
            // Five days after the last one, a Saturday: the Monday after.
            (Some("2026-08-20"), "2026-08-17", "迟 3 天"),
            (None, "2026-08-17", "已超 1 天"),
        ] {
            let stops = [hold(vec![]).stop(law, decided.map(day))];
            let done = decided.map(|day| at(&format!("{day}T12:00:00+08:00")));
            let back = release(law, Placing::Bidder, None, &events, &stops, done, now);
            let leg = back.expect("in force").expect("goes back").course.statutory;
            let found = leg.due.map(|due| due.day().to_string()).unwrap_or_default();
            assert_eq!((found.as_str(), leg.stands().as_str()), (due, stands), "{decided:?}");
        }
        let bare = Law::read(&[], "id = 'c'\ntitle = 'c'\n").expect("sound");
        assert_eq!(hold(vec![]).stop(&bare, None).until, None);
        let decided = Some(day("2026-12-01"));
        assert_eq!(hold(vec![]).stop(&bare, decided).until, decided);
    }

    #[test]
    fn a_dispute_lasts_as_long_as_it_may_and_its_end_ends_that() {
        let law = Law::shipped();
        let entry =
            |act, when: &str| RetainEntry { act, at: at(when), by: None, words: "x".into() };
        let mut application = Application {
            piece: 1,
            asked: Money::from_fen(100),
            granted: Money::from_fen(100),
            received: at("2026-07-01T10:00:00+08:00"),
            stage: RetainStage::Disputed,
            log: vec![entry(RetainAct::Dispute, "2026-07-10T09:00:00+08:00")],
        };
        let (within, over) = (at("2026-10-08T23:59:59+08:00"), at("2026-10-09T00:00:00+08:00"));
        assert_eq!(application.argued_too_long(law, within), None);
        let found = application.argued_too_long(law, over).expect("too long");
        assert_eq!(found.0, at("2026-07-10T09:00:00+08:00"));
        application.stage = RetainStage::Agreed;
        application.log.push(entry(RetainAct::Settle, "2026-12-01T09:00:00+08:00"));
        assert_eq!(application.argued_too_long(law, over), None);
        assert_eq!(application.settling(law, over), Ok(None));
    }

    /// Holds of before had no such field.
    #[test]
    fn an_old_hold_can_be_read() {
        let plea = Plea {
            at: at("2026-07-21T10:00:00+08:00"),
            by: "a-2".parse().expect("a key"),
            words: "从未撤销".into(),
        };
        let whole = hold(vec![plea]);
        let mut text = serde_json::to_value(&whole).expect("JSON");
        assert_eq!(serde_json::from_value::<Hold>(text.clone()).expect("a hold"), whole);
        text.as_object_mut().expect("an object").remove("heard");
        assert_eq!(serde_json::from_value::<Hold>(text).expect("a hold").heard, []);
    }
}
