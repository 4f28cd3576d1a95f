//! Which teams may go, in what order, and why each other one may not.
//!
//! Everything that counts about a team is put into a [`Member`] first; the
//! judgement reads nothing else. A decision that is kept with its members can be
//! judged again years later, byte for byte.

use crate::team::{Availability, Origin, holds};
use crate::travel::Road;
use model::{
    Category, ContractorId, Day, District, EmergencyId, Metres, Minutes, Moment, Place, TeamId,
    Uscc,
};
use serde::{Deserialize, Serialize};

/// The version of this judgement. Raised when the same members could come out
/// differently.
pub const ENGINE: &str = "slate/1";

/// What a call asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// For which emergency.
    pub emergency: EmergencyId,
    /// Where.
    pub place: Place,
    /// In which district.
    pub district: District,
    /// Any of these categories will do.
    pub categories: Vec<Category>,
    /// When it is asked.
    pub at: Moment,
    /// The last day of the intended works: papers must hold that long.
    pub planned_finish: Day,
    /// The longest way that is accepted; none when it was widened.
    pub within: Option<Minutes>,
    /// Missions that one firm may have at a time.
    pub capacity: u32,
    /// How travel is estimated.
    pub road: Road,
}

/// Everything about a team that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The team.
    pub team: TeamId,
    /// Its firm.
    pub contractor: ContractorId,
    /// The firm's code; lists are sorted by it.
    pub uscc: Option<Uscc>,
    /// Categories in which the firm is in the reserve.
    pub listed: Vec<Category>,
    /// Categories in which it is suspended or about to be removed.
    pub suspended: Vec<Category>,
    /// The last day of the safety licence.
    pub licence_until: Option<Day>,
    /// The last day of the qualification for each category.
    pub qualified_until: Vec<(Category, Day)>,
    /// The last day of the term in the reserve, by category.
    pub term_until: Vec<(Category, Day)>,
    /// Districts that it serves.
    pub districts: Vec<District>,
    /// Shut out until that day, the day included.
    pub restricted_until: Option<Day>,
    /// What the team says about itself.
    pub availability: Availability,
    /// Where it sets off.
    pub origin: Place,
    /// What that place was taken from.
    pub origin_kind: Origin,
    /// The emergency that holds it.
    pub held_by: Option<EmergencyId>,
    /// Calls that the firm has open.
    pub open_calls: u32,
    /// Its merit, 0–100.
    pub merit: u32,
    /// Calls in the rotation period.
    pub recent_calls: u32,
    /// It was already asked for this emergency and did not go.
    pub tried: bool,
}

/// Why a team may not go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Bar {
    /// Not in the reserve for any of the categories.
    WrongCategory,
    /// Suspended, or in a hearing before removal.
    Suspended,
    /// The term in the reserve ends before the works do.
    TermEnds {
        /// Its last day.
        until: Day,
    },
    /// Shut out.
    Restricted {
        /// Its last day.
        until: Day,
    },
    /// Works need a safety licence, and there is none on file.
    NoLicence,
    /// The safety licence ends before the works do.
    LicenceEnds {
        /// Its last day.
        until: Day,
    },
    /// No qualification for the category on file.
    NoQualification,
    /// The qualification ends before the works do.
    QualificationEnds {
        /// Its last day.
        until: Day,
    },
    /// Does not serve the district.
    OutsideService,
    /// Held by another call.
    Held {
        /// For which emergency.
        emergency: EmergencyId,
    },
    /// Says that it can't go.
    NotReady {
        /// What it says.
        availability: Availability,
    },
    /// The firm has its hands full.
    AtCapacity {
        /// Calls that it has open.
        open: u32,
    },
    /// Was already asked for this emergency.
    AlreadyAsked,
    /// Too far.
    TooFar {
        /// Minutes that it would need.
        minutes: Minutes,
        /// Minutes that are accepted.
        limit: Minutes,
    },
}

impl Bar {
    /// The key of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongCategory => "wrong_category",
            Self::Suspended => "suspended",
            Self::TermEnds { .. } => "term_ends",
            Self::Restricted { .. } => "restricted",
            Self::NoLicence => "no_licence",
            Self::LicenceEnds { .. } => "licence_ends",
            Self::NoQualification => "no_qualification",
            Self::QualificationEnds { .. } => "qualification_ends",
            Self::OutsideService => "outside_service",
            Self::Held { .. } => "held",
            Self::NotReady { .. } => "not_ready",
            Self::AtCapacity { .. } => "at_capacity",
            Self::AlreadyAsked => "already_asked",
            Self::TooFar { .. } => "too_far",
        }
    }

    /// The reason in Chinese, without its particulars.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::WrongCategory => "类别不符",
            Self::Suspended => "暂停或拟清退",
            Self::TermEnds { .. } => "在库期限将于工期内届满",
            Self::Restricted { .. } => "限制期内",
            Self::NoLicence => "无安全生产许可证",
            Self::LicenceEnds { .. } => "安全生产许可证将于工期内到期",
            Self::NoQualification => "无相应资质",
            Self::QualificationEnds { .. } => "资质将于工期内到期",
            Self::OutsideService => "不在服务区域",
            Self::Held { .. } => "执行任务中",
            Self::NotReady { .. } => "自报不可出动",
            Self::AtCapacity { .. } => "同时任务已达上限",
            Self::AlreadyAsked => "本险情已征询过",
            Self::TooFar { .. } => "超出到场时限",
        }
    }
}

/// A team that may go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The team.
    pub team: TeamId,
    /// Its firm.
    pub contractor: ContractorId,
    /// Estimated minutes to arrive.
    pub minutes: Minutes,
    /// Straight-line distance.
    pub away: Metres,
    /// Its merit.
    pub merit: u32,
    /// Calls in the rotation period.
    pub recent_calls: u32,
    /// What its place was taken from.
    pub origin: Origin,
}

/// A team that may not go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfit {
    /// The team.
    pub team: TeamId,
    /// Its firm.
    pub contractor: ContractorId,
    /// All reasons, not only the first.
    pub bars: Vec<Bar>,
    /// Estimated minutes to arrive, all the same.
    pub minutes: Minutes,
}

/// The whole reserve, judged for one call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Slate {
    /// Who may go: soonest first, then merit, then fewest calls, then key.
    pub fit: Vec<Candidate>,
    /// Who may not: by key.
    pub out: Vec<Unfit>,
}

/// Judges every member.
///
/// `fit` and `out` together are exactly `members`.
pub fn judge(ask: &Ask, members: &[Member]) -> Slate {
    let mut slate = Slate::default();
    for member in members {
        let away = member.origin.distance(ask.place);
        let minutes = ask.road.minutes(away);
        let bars = bars(ask, member, minutes);
        let (team, contractor) = (member.team.clone(), member.contractor.clone());
        if bars.is_empty() {
            slate.fit.push(Candidate {
                team,
                contractor,
                minutes,
                away,
                merit: member.merit,
                recent_calls: member.recent_calls,
                origin: member.origin_kind,
            });
        } else {
            slate.out.push(Unfit { team, contractor, bars, minutes });
        }
    }
    slate.fit.sort_by(|a, b| {
        (a.minutes, b.merit, a.recent_calls, &a.team).cmp(&(
            b.minutes,
            a.merit,
            b.recent_calls,
            &b.team,
        ))
    });
    slate.out.sort_by(|a, b| a.team.cmp(&b.team));
    slate
}

fn bars(ask: &Ask, member: &Member, minutes: Minutes) -> Vec<Bar> {
    let mut bars = Vec::new();
    let finish = Moment::from_ms(Moment::end_of(ask.planned_finish).ms() - 1);
    // A paper must hold now, and through the last day of the works.
    let lasts = |until: Day| holds(until, ask.at) && holds(until, finish);
    let wanted = |categories: &[Category]| -> Vec<Category> {
        ask.categories.iter().copied().filter(|c| categories.contains(c)).collect()
    };

    let listed = wanted(&member.listed);
    if listed.is_empty() {
        let suspended = !wanted(&member.suspended).is_empty();
        bars.push(if suspended { Bar::Suspended } else { Bar::WrongCategory });
    } else {
        bars.extend(paper_bars(member, &listed, lasts));
    }
    if let Some(until) = member.restricted_until
        && holds(until, ask.at)
    {
        bars.push(Bar::Restricted { until });
    }
    if !member.districts.contains(&ask.district) {
        bars.push(Bar::OutsideService);
    }
    if let Some(emergency) = &member.held_by {
        bars.push(Bar::Held { emergency: emergency.clone() });
    }
    if member.availability != Availability::Ready {
        bars.push(Bar::NotReady { availability: member.availability });
    }
    if member.open_calls >= ask.capacity {
        bars.push(Bar::AtCapacity { open: member.open_calls });
    }
    if member.tried {
        bars.push(Bar::AlreadyAsked);
    }
    if let Some(limit) = ask.within
        && minutes > limit
    {
        bars.push(Bar::TooFar { minutes, limit });
    }
    bars
}

/// What is wrong with the papers, for the listed category that comes off best.
fn paper_bars(member: &Member, listed: &[Category], lasts: impl Fn(Day) -> bool) -> Vec<Bar> {
    let day_for = |days: &[(Category, Day)], category: Category| {
        days.iter().filter(|(c, _)| *c == category).map(|(_, day)| *day).max()
    };
    listed
        .iter()
        .map(|&category| {
            let mut bars = Vec::new();
            if let Some(until) = day_for(&member.term_until, category).filter(|d| !lasts(*d)) {
                bars.push(Bar::TermEnds { until });
            }
            if category.discipline == model::Discipline::Works {
                match member.licence_until {
                    None => bars.push(Bar::NoLicence),
                    Some(until) if !lasts(until) => bars.push(Bar::LicenceEnds { until }),
                    Some(_) => {}
                }
            }
            match day_for(&member.qualified_until, category) {
                None => bars.push(Bar::NoQualification),
                Some(until) if !lasts(until) => bars.push(Bar::QualificationEnds { until }),
                Some(_) => {}
            }
            bars
        })
        .min_by_key(Vec::len)
        .unwrap_or_default()
}

impl Slate {
    /// How many teams each reason keeps out, most first, then by key.
    pub fn tally(&self) -> Vec<(Bar, u32)> {
        let mut counts: Vec<(Bar, u32)> = Vec::new();
        for bar in self.out.iter().flat_map(|unfit| &unfit.bars) {
            match counts.iter_mut().find(|(b, _)| b.code() == bar.code()) {
                Some((_, n)) => *n += 1,
                None => counts.push((bar.clone(), 1)),
            }
        }
        counts.sort_by(|a, b| (b.1, a.0.code()).cmp(&(a.1, b.0.code())));
        counts
    }
}
