//! When a bid bond goes back, and what it waits for until then.

use super::Placing;
use crate::{Course, Law, NoReckoning, NotInForce, Stop, keys};
use model::{Day, Minutes, Moment};
use serde::{Deserialize, Serialize};

/// Something that happened, and when it became known here. Limits count from the first; what
/// the system does by itself, from the later of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// When it happened.
    pub at: Moment,
    /// When it was entered.
    pub known: Moment,
}

impl Noted {
    /// Something that was known when it happened.
    pub const fn at(at: Moment) -> Self {
        Self { at, known: at }
    }
}

/// What has happened in a tender, as far as its bonds wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Events {
    /// Government procurement other than tendered works.
    pub procurement: bool,
    /// When the award notice went out.
    pub awarded: Option<Noted>,
    /// When the contract was signed.
    pub signed: Option<Noted>,
    /// When the tender was ended without an award.
    pub ended: Option<Noted>,
    /// The last day on which bids are valid.
    pub valid_until: Day,
}

/// Why a bid bond goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The bid was withdrawn before the deadline (条例 35).
    Withdrawn,
    /// The tender was ended (条例 31).
    Ended,
    /// The bid is not valid any more, and was not chosen.
    Expired,
    /// Others were chosen, and this bidder is no candidate.
    NotPlaced,
    /// The contract is signed (条例 57).
    Signed,
}

impl Because {
    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Withdrawn => "截止前撤回投标",
            Self::Ended => "招标终止",
            Self::Expired => "投标有效期届满",
            Self::NotPlaced => "未入选中标候选人，中标通知书已发出",
            Self::Signed => "合同已签订",
        }
    }

    const fn rule(self, procurement: bool, placing: Placing) -> &'static str {
        match self {
            Self::Withdrawn => "tender.t15",
            Self::Ended | Self::Expired => "bond.ended",
            Self::NotPlaced if procurement => "procurement.bond_loser",
            Self::NotPlaced => "bond.loser",
            Self::Signed if procurement && matches!(placing, Placing::Winner) => {
                "procurement.bond_winner"
            }
            Self::Signed => "tender.t14",
        }
    }
}

/// A bid bond that goes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Why.
    pub because: Because,
    /// Since when.
    pub since: Moment,
    /// Its statutory and its promised limit.
    pub course: Course,
    /// When the system orders the bank to pay it back: in the night after.
    pub runs: Moment,
}

/// What a bond that stays waits for, in Chinese.
pub const fn waits_for(placing: Placing, events: &Events) -> &'static str {
    match (events.awarded, placing) {
        (None, _) => "等待定标（中标通知书发出）",
        (Some(_), Placing::Winner) => "等待签订合同",
        (Some(_), _) => "等待中标人签订合同（中标人放弃时可能递补）",
    }
}

/// When the system orders what goes back for that reason to be paid: in the night after it
/// happened, or after it was entered, where that came later. Who enters something wrong has
/// until then to say so.
///
/// # Errors
///
/// [`NotInForce`] when there is no hour for that.
pub fn runs(law: &Law, since: Noted) -> Result<Moment, NotInForce> {
    let day = since.at.max(since.known).day();
    let minutes = law.figure(keys::RETURN_RUN, day)?.value;
    Ok(Moment::start_of(day.plus(1)).plus(Minutes(u32::try_from(minutes).unwrap_or(0))))
}

/// The same for money that an owner pays itself: treasuries pay on working days.
///
/// # Errors
///
/// [`NotInForce`] when there is no hour for that.
pub fn runs_on_working_day(law: &Law, since: Noted) -> Result<Moment, NotInForce> {
    let day = since.at.max(since.known).day();
    let minutes = law.figure(keys::RETURN_RUN, day)?.value;
    let day = law.calendar.working_days_after(day, 1);
    Ok(Moment::start_of(day).plus(Minutes(u32::try_from(minutes).unwrap_or(0))))
}

/// Why and since when a bid bond goes back: of several grounds, the first. None while it
/// stays.
pub fn ground(
    placing: Placing,
    withdrawn: Option<Noted>,
    events: &Events,
    now: Moment,
) -> Option<(Because, Noted)> {
    let over = Moment::end_of(events.valid_until);
    let unplaced = match (placing, events.procurement) {
        // 采购条例 33: everybody but the winner after the award notice.
        (Placing::Bidder, _) | (Placing::Candidate, true) => events.awarded,
        _ => None,
    };
    // Only who was chosen while its bid was valid is still bound by it.
    let chosen = placing == Placing::Winner && events.awarded.is_some();
    let expired = (!chosen && over <= now).then_some(Noted::at(over));
    [
        (Because::Withdrawn, withdrawn),
        (Because::Ended, events.ended),
        (Because::Expired, expired),
        (Because::NotPlaced, unplaced),
        (Because::Signed, events.signed),
    ]
    .into_iter()
    .filter_map(|(because, since)| since.map(|since| (because, since)))
    .filter(|(_, since)| since.at <= now)
    .min_by_key(|(_, since)| since.at)
}

/// Whether a bid bond goes back, and by when; `done` when it has. The limit stands still on
/// `stops` ([`super::Bond::stops`]).
///
/// # Errors
///
/// [`NoReckoning`].
pub fn release(
    law: &Law,
    placing: Placing,
    withdrawn: Option<Noted>,
    events: &Events,
    stops: &[Stop],
    done: Option<Moment>,
    now: Moment,
) -> Result<Option<Release>, NoReckoning> {
    let Some((because, since)) = ground(placing, withdrawn, events, now) else { return Ok(None) };
    let rule = because.rule(events.procurement, placing);
    let course = law.course(rule, since.at, stops, done, now)?;
    Ok(Some(Release { because, since: since.at, course, runs: runs(law, since)? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    fn noted(text: &str) -> Option<Noted> {
        Some(Noted::at(at(text)))
    }

    const NOW: &str = "2026-07-31T12:00:00+08:00";

    fn events() -> Events {
        Events {
            procurement: false,
            awarded: noted("2026-07-10T10:00:00+08:00"),
            signed: None,
            ended: None,
            valid_until: "2026-09-30".parse().expect("a day"),
        }
    }

    fn of(placing: Placing, withdrawn: Option<Noted>, events: &Events) -> Option<Release> {
        release(Law::shipped(), placing, withdrawn, events, &[], None, at(NOW)).expect("in force")
    }

    fn due(release: &Release) -> (String, Option<String>) {
        let day = |leg: &crate::Leg| leg.due.map(|due| due.day().to_string()).unwrap_or_default();
        (day(&release.course.statutory), release.course.promised.as_ref().map(day))
    }

    #[test]
    fn who_waits_for_what() {
        let awarded = events();
        let loser = of(Placing::Bidder, None, &awarded).expect("goes back");
        assert_eq!(loser.because, Because::NotPlaced);
        // The next day is a Saturday: promised by the Monday, done in the night all the same.
        assert_eq!(due(&loser), ("2026-07-15".into(), Some("2026-07-13".into())));
        assert_eq!(loser.runs, at("2026-07-11T02:00:00+08:00"));
        assert_eq!(of(Placing::Candidate, None, &awarded), None);
        assert_eq!(of(Placing::Winner, None, &awarded), None);
        assert_eq!(waits_for(Placing::Winner, &awarded), "等待签订合同");
        let signed = Events { signed: noted("2026-07-20T16:00:00+08:00"), ..awarded };
        for placing in [Placing::Candidate, Placing::Winner] {
            let release = of(placing, None, &signed).expect("goes back");
            assert_eq!(release.because, Because::Signed);
            // Five days, the last of them a Saturday: the Monday after.
            assert_eq!(due(&release), ("2026-07-27".into(), Some("2026-07-21".into())));
        }
    }

    #[test]
    fn in_procurement_only_the_winner_waits_for_the_contract() {
        let awarded = Events { procurement: true, ..events() };
        let loser = of(Placing::Candidate, None, &awarded).expect("goes back");
        assert_eq!((loser.because, due(&loser).0.as_str()), (Because::NotPlaced, "2026-07-17"));
        assert_eq!(of(Placing::Winner, None, &awarded), None);
    }

    #[test]
    fn of_several_grounds_the_first_counts() {
        let withdrawn = noted("2026-07-01T09:00:00+08:00");
        let release = of(Placing::Bidder, withdrawn, &events()).expect("goes back");
        assert_eq!((release.because, due(&release).0.as_str()), (Because::Withdrawn, "2026-07-06"));
        let ended = Events { awarded: None, ended: withdrawn, ..events() };
        let release = of(Placing::Winner, None, &ended).expect("goes back");
        assert_eq!(release.because, Because::Ended);
    }

    #[test]
    fn bids_that_are_not_valid_any_more_bind_nobody() {
        let open =
            Events { awarded: None, valid_until: "2026-07-20".parse().expect("a day"), ..events() };
        let release = of(Placing::Bidder, None, &open).expect("goes back");
        assert_eq!(
            (release.because, release.since),
            (Because::Expired, at("2026-07-21T00:00:00+08:00"))
        );
        let later = Events { valid_until: "2026-07-31".parse().expect("a day"), ..open };
        assert_eq!(of(Placing::Bidder, None, &later), None);
        // What has not happened yet does nothing.
        let tomorrow = Events { signed: noted("2026-08-01T09:00:00+08:00"), ..events() };
        assert_eq!(of(Placing::Winner, None, &tomorrow), None);
    }

    #[test]
    fn a_candidate_is_bound_as_long_as_its_bid_is_and_the_winner_until_the_contract() {
        let awarded = Events { valid_until: "2026-07-20".parse().expect("a day"), ..events() };
        let release = of(Placing::Candidate, None, &awarded).expect("goes back");
        assert_eq!(release.because, Because::Expired);
        assert_eq!(of(Placing::Winner, None, &awarded), None);
    }

    /// The limit counts from the event; the night, from the day on which it was entered.
    #[test]
    fn what_is_entered_late_waits_for_the_night_after() {
        let late =
            Noted { at: at("2026-07-10T10:00:00+08:00"), known: at("2026-07-16T09:00:00+08:00") };
        let events = Events { awarded: Some(late), ..events() };
        let release = of(Placing::Bidder, None, &events).expect("goes back");
        assert_eq!(due(&release).0, "2026-07-15");
        assert_eq!(release.runs, at("2026-07-17T02:00:00+08:00"));
    }
}
