//! When a project can be done: the steps as a net of days, gone through three ways.
//!
//! *Legal* takes the least time that the law allows, *green* what is promised, *ordinary*
//! one approval after the other and each step its longest time. The day of a mark is the
//! latest of what its ties ask; the chain of ties that made the finish what it is is the
//! critical path. What happened stands, whatever the ties say, and what it fell short of
//! is told.

use super::{Approval, Step};
use crate::{Law, Limit, NoReckoning, Ruling, Unit};
use model::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Which end of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It begins.
    Start,
    /// It is done.
    End,
}

/// An end of a step: what has a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// The step.
    pub step: Step,
    /// Which end.
    pub side: Side,
}

impl Mark {
    /// A step begins.
    pub const fn start(step: Step) -> Self {
        Self { step, side: Side::Start }
    }

    /// A step is done.
    pub const fn end(step: Step) -> Self {
        Self { step, side: Side::End }
    }

    fn all() -> impl Iterator<Item = Self> {
        Step::ALL.into_iter().flat_map(|step| [Self::start(step), Self::end(step)])
    }
}

/// How a project goes through its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// As fast as the law allows.
    Legal,
    /// As was promised.
    Green,
    /// One after the other, each as long as it may take.
    Ordinary,
}

/// What is known of a project: what has happened, and which days are set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The day it was applied for.
    pub begun: Day,
    /// Today.
    pub today: Day,
    /// Days on which marks were reached, or for which they are set.
    pub marks: BTreeMap<Mark, Day>,
    /// Steps that take no time: their paper is there, not needed, or follows.
    pub skipped: BTreeSet<Step>,
    /// The day from which the lead of its tender plan counts, while nobody has let the
    /// notice go out before it is over.
    pub lead: Option<Day>,
    /// The day of the last clarification that matters for bids.
    pub clarified: Option<Day>,
}

/// How one day follows from another.
#[derive(Debug, Clone, PartialEq, Eq)]
enum By {
    /// The same day.
    Same,
    /// The day after.
    Next,
    /// As a legal minimum says.
    Least(&'static str),
    /// The longest time of a rule, or what is promised for it.
    Most { rule: &'static str, promised: bool },
}

/// Where a tie comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Origins {
    /// The application.
    Begun {
        /// That day.
        day: Day,
    },
    /// The plan of the tender was published.
    Planned {
        /// That day.
        day: Day,
    },
    /// The documents were clarified.
    Clarified {
        /// That day.
        day: Day,
    },
    /// Another mark.
    Mark {
        /// Which.
        mark: Mark,
    },
    /// It happened then, or is set for then.
    Set,
    /// It has not happened until today.
    Today,
}

#[derive(Debug, Clone)]
struct Tie {
    from: Origins,
    to: Mark,
    by: By,
}

/// A tie of the critical path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// From where.
    pub from: Origins,
    /// To which mark.
    pub to: Mark,
    /// The day that it gives.
    pub day: Day,
    /// The rule that it follows, and how many days that is.
    pub rule: Option<(Ruling<u32>, Unit)>,
    /// The rule is a legal minimum.
    pub least: bool,
}

/// A step with its days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// The step.
    pub step: Step,
    /// Its first day.
    pub start: Day,
    /// Its last day.
    pub end: Day,
    /// It is on the critical path.
    pub critical: bool,
    /// It takes no time: the paper is there, not needed, or follows.
    pub skipped: bool,
    /// It is done.
    pub done: bool,
}

/// One way through all steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The steps.
    pub bars: Vec<Bar>,
    /// The day of the contract.
    pub finish: Day,
    /// What made it that day, from the beginning on.
    pub critical: Vec<Link>,
}

impl Route {
    /// The legal minimums on its critical path: those that bind.
    pub fn binding(&self) -> impl Iterator<Item = &Link> {
        self.critical.iter().filter(|link| link.least)
    }

    /// The days of a step.
    pub fn bar(&self, step: Step) -> Option<&Bar> {
        self.bars.iter().find(|bar| bar.step == step)
    }
}

/// Something that happened sooner than the law allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Short {
    /// What.
    pub mark: Mark,
    /// When it happened.
    pub day: Day,
    /// The earliest day.
    pub earliest: Day,
    /// By which rule; none when only the order of the steps asks for it.
    pub rule: Option<Ruling<u32>>,
}

/// Days by a rule.
pub type Span = (Ruling<u32>, Unit);

/// What binds a step: the least that it must take, the most that it may, and what is
/// promised for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// The step.
    pub step: Step,
    /// The least.
    pub least: Option<Span>,
    /// The most; of the publicity, until it begins.
    pub most: Option<Span>,
    /// The promise.
    pub promised: Option<Span>,
}

/// The three ways of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePlan {
    /// As fast as the law allows.
    pub legal: Route,
    /// As was promised.
    pub green: Route,
    /// The ordinary way, from the same beginning.
    pub ordinary: Route,
    /// Days between the finish of the ordinary way and that of the promised one.
    pub saved: i64,
    /// What came too soon.
    pub short: Vec<Short>,
    /// What binds each step, by the rules of the day on which it begins as promised.
    pub bounds: Vec<Bounds>,
}

/// Reckons a project's days.
///
/// # Errors
///
/// [`NoReckoning`] when a rule has no value on the day it is asked for.
pub fn case_plan(law: &Law, facts: &Facts) -> Result<CasePlan, NoReckoning> {
    let (legal, short) = walk(law, facts, Way::Legal)?;
    let (green, _) = walk(law, facts, Way::Green)?;
    let (ordinary, _) = walk(law, facts, Way::Ordinary)?;
    let saved = green.finish.days_until(ordinary.finish);
    let bounds = green.bars.iter().map(|bar| bounds(law, bar)).collect::<Result<_, _>>()?;
    Ok(CasePlan { legal, green, ordinary, saved, short, bounds })
}

/// What binds a step that begins when its bar does.
fn bounds(law: &Law, bar: &Bar) -> Result<Bounds, NoReckoning> {
    let (step, day) = (bar.step, bar.start);
    let least = step.shortest().map(|rule| law.reckon(rule, day)).transpose()?;
    let span =
        |promised: bool| step.longest().map(|rule| most(law, rule, promised, day)).transpose();
    let (longest, kept) = (span(false)?, span(true)?);
    Ok(Bounds {
        step,
        least: least.map(|r| (r.limit.map(|_| r.days), r.unit)),
        // Where nothing is promised, the rule itself comes back.
        promised: kept
            .filter(|(ruling, _)| longest.as_ref().is_some_and(|(l, _)| l.rule != ruling.rule)),
        most: longest,
    })
}

/// What ties the marks together, each before what follows from it.
fn ties(facts: &Facts, way: Way) -> Vec<Tie> {
    use Step::{
        Approval as Project, Award, Contract, Design, Documents, Evaluation, Land, Notice, Opening,
        Publicity,
    };
    let mut ties = Vec::new();
    let begun = Origins::Begun { day: facts.begun };
    let mut tie = |from: Origins, to: Mark, by: By| ties.push(Tie { from, to, by });
    let after = |step: Step| Origins::Mark { mark: Mark::end(step) };
    let from = |step: Step| Origins::Mark { mark: Mark::start(step) };
    // What takes as long as it takes: no time by law, what was promised, or the longest.
    let lasts = |step: Step| match (way, step.longest()) {
        _ if facts.skipped.contains(&step) => By::Same,
        (Way::Legal, _) | (_, None) => By::Same,
        (Way::Green, Some(rule)) => By::Most { rule, promised: true },
        (Way::Ordinary, Some(rule)) => By::Most { rule, promised: false },
    };
    tie(begun, Mark::start(Project), By::Same);
    match way {
        Way::Ordinary => {
            tie(after(Project), Mark::start(Land), By::Same);
            tie(after(Land), Mark::start(Design), By::Same);
        }
        Way::Legal | Way::Green => {
            tie(begun, Mark::start(Land), By::Same);
            tie(begun, Mark::start(Design), By::Same);
        }
    }
    for approval in Approval::ALL {
        tie(from(approval.step()), Mark::end(approval.step()), lasts(approval.step()));
    }
    tie(after(Project), Mark::start(Notice), By::Same);
    tie(after(Design), Mark::start(Notice), By::Same);
    tie(from(Notice), Mark::end(Notice), lasts(Notice));
    if let Some(day) = facts.lead {
        tie(Origins::Planned { day }, Mark::end(Notice), By::Least(crate::plan::LEAD));
    }
    tie(after(Notice), Mark::start(Documents), By::Same);
    tie(from(Documents), Mark::end(Documents), By::Least("tender.t1"));
    tie(from(Documents), Mark::start(Opening), By::Least("tender.t3"));
    tie(after(Documents), Mark::start(Opening), By::Same);
    if let Some(day) = facts.clarified.filter(|_| way != Way::Ordinary) {
        tie(Origins::Clarified { day }, Mark::start(Opening), By::Least("tender.t4"));
    }
    tie(from(Opening), Mark::end(Opening), By::Same);
    tie(after(Opening), Mark::start(Evaluation), By::Same);
    tie(from(Evaluation), Mark::end(Evaluation), lasts(Evaluation));
    tie(after(Evaluation), Mark::start(Publicity), lasts(Publicity));
    tie(from(Publicity), Mark::end(Publicity), By::Least("tender.t11"));
    tie(after(Publicity), Mark::start(Award), By::Next);
    tie(from(Award), Mark::end(Award), lasts(Award));
    tie(after(Award), Mark::start(Contract), By::Same);
    tie(after(Land), Mark::start(Contract), By::Same);
    tie(from(Contract), Mark::end(Contract), lasts(Contract));
    ties
}

/// The day that a tie gives, from the day it comes from.
fn follow(law: &Law, by: &By, day: Day) -> Result<Day, NoReckoning> {
    Ok(match by {
        By::Same => day,
        By::Next => day.plus(1),
        By::Least(rule) => match law.reckon(rule, day)?.limit.value {
            Limit::NotBefore { day } | Limit::RunsUntil { day, .. } => day,
            Limit::NotAfter { .. } => return Err(NoReckoning::NotDays((*rule).into())),
        },
        By::Most { rule, promised } => {
            let (days, unit) = most(law, rule, *promised, day)?;
            match unit {
                Unit::WorkingDays => law.calendar.working_days_after(day, days.value),
                _ => law.calendar.natural_days_after(day, days.value),
            }
        }
    })
}

/// How long something may take by a rule, or by what is promised for it, from `day` on.
fn most(
    law: &Law,
    rule: &str,
    promised: bool,
    day: Day,
) -> Result<(Ruling<u32>, Unit), NoReckoning> {
    let not_days = || NoReckoning::NotDays(rule.to_owned());
    let unit = law.rule(rule).ok_or_else(not_days)?.unit;
    let ruling = law.figure(rule, day)?;
    let longest = u32::try_from(ruling.value).map_err(|_| not_days())?;
    let kept = promised.then(|| law.promised(rule, longest, day)).flatten();
    Ok((kept.unwrap_or_else(|| ruling.map(|_| longest)), unit))
}

impl Origins {
    /// Its day, where it is no mark.
    fn day(self, days: &BTreeMap<Mark, Day>) -> Option<Day> {
        match self {
            Self::Begun { day } | Self::Planned { day } | Self::Clarified { day } => Some(day),
            Self::Mark { mark } => days.get(&mark).copied(),
            Self::Set | Self::Today => None,
        }
    }
}

/// Goes through all marks in their order.
fn walk(law: &Law, facts: &Facts, way: Way) -> Result<(Route, Vec<Short>), NoReckoning> {
    let ties = ties(facts, way);
    let mut days: BTreeMap<Mark, Day> = BTreeMap::new();
    let mut made: BTreeMap<Mark, Link> = BTreeMap::new();
    let mut short = Vec::new();
    for mark in Mark::all() {
        let mut latest: Option<(Day, &Tie, Day)> = None;
        for tie in ties.iter().filter(|tie| tie.to == mark) {
            let Some(from) = tie.from.day(&days) else { continue };
            let day = follow(law, &tie.by, from)?;
            if latest.is_none_or(|(best, ..)| day > best) {
                latest = Some((day, tie, from));
            }
        }
        let Some((asked, tie, from)) = latest else { continue };
        let known = facts.marks.get(&mark).copied().filter(|_| way != Way::Ordinary);
        let today = (way != Way::Ordinary).then_some(facts.today);
        let happened = known.filter(|day| *day <= facts.today);
        // What is done has begun, whether or not anybody said when.
        let ended = match (way, mark.side) {
            (Way::Legal | Way::Green, Side::Start) => {
                facts.marks.get(&Mark::end(mark.step)).copied().filter(|day| *day <= facts.today)
            }
            _ => None,
        };
        let (day, origin) = match (happened, known, today) {
            (Some(day), ..) => (day, (day != asked).then_some(Origins::Set)),
            (None, Some(set), _) if set > asked => (set, Some(Origins::Set)),
            (None, _, Some(today)) if today > asked && ended.is_none() => {
                (today, Some(Origins::Today))
            }
            _ => (asked, None),
        };
        let (day, origin) = match ended {
            Some(end) if day > end => (end, Some(Origins::Set)),
            _ => (day, origin),
        };
        let rule = match &tie.by {
            By::Least(rule) => {
                let reckoned = law.reckon(rule, from)?;
                Some((reckoned.limit.map(|_| reckoned.days), reckoned.unit))
            }
            By::Most { rule, promised } => Some(most(law, rule, *promised, from)?),
            By::Same | By::Next => None,
        };
        let least = matches!(tie.by, By::Least(_));
        if happened.or(ended).is_some_and(|day| day < asked) {
            let rule = rule.clone().map(|(ruling, _)| ruling);
            let mark = if happened.is_some() { mark } else { Mark::end(mark.step) };
            short.push(Short { mark, day, earliest: asked, rule });
        }
        let link = match origin {
            Some(from) => Link { from, to: mark, day, rule: None, least: false },
            None => Link { from: tie.from, to: mark, day, rule, least },
        };
        days.insert(mark, day);
        made.insert(mark, link);
    }
    let last = Mark::end(Step::Contract);
    let critical = trace(&made, last);
    let on_path: BTreeSet<Step> = critical.iter().map(|link| link.to.step).collect();
    let bars = Step::ALL.into_iter().filter_map(|step| {
        let end = facts.marks.get(&Mark::end(step)).filter(|day| **day <= facts.today);
        Some(Bar {
            step,
            start: *days.get(&Mark::start(step))?,
            end: *days.get(&Mark::end(step))?,
            critical: on_path.contains(&step),
            skipped: facts.skipped.contains(&step),
            done: end.is_some() && way != Way::Ordinary,
        })
    });
    let route = Route {
        bars: bars.collect(),
        finish: days.get(&last).copied().unwrap_or(facts.begun),
        critical,
    };
    Ok((route, short))
}

/// The chain of links that ends at `last`.
fn trace(made: &BTreeMap<Mark, Link>, last: Mark) -> Vec<Link> {
    let mut chain = Vec::new();
    let mut at = Some(last);
    while let Some(link) = at.and_then(|mark| made.get(&mark)) {
        chain.push(link.clone());
        at = match link.from {
            Origins::Mark { mark } => Some(mark),
            _ => None,
        };
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    /// Applied for on 4 September 2026, nothing there yet, nothing done.
    fn facts(begun: &str) -> Facts {
        Facts {
            begun: day(begun),
            today: day(begun),
            marks: BTreeMap::new(),
            skipped: BTreeSet::new(),
            lead: None,
            clarified: None,
        }
    }

    fn plan(facts: &Facts) -> CasePlan {
        case_plan(Law::shipped(), facts).expect("in force")
    }

    fn rules(route: &Route) -> Vec<&str> {
        route.binding().filter_map(|l| l.rule.as_ref()).map(|(r, _)| r.rule.as_str()).collect()
    }

    /// By hand: notice on Friday 4 September; bids 20 days later, the 24th; the holidays
    /// of Mid-Autumn are the 25th to the 27th, so a publicity from the 24th on runs to the
    /// 27th and over to Monday the 28th; award and contract on the 29th.
    #[test]
    fn the_fastest_legal_way_over_a_holiday() {
        let plan = plan(&facts("2026-09-04"));
        let bar = |step| plan.legal.bar(step).map(|bar| (bar.start, bar.end)).expect("there");
        assert_eq!(bar(Step::Documents), (day("2026-09-04"), day("2026-09-09")));
        assert_eq!(bar(Step::Opening), (day("2026-09-24"), day("2026-09-24")));
        assert_eq!(bar(Step::Publicity), (day("2026-09-24"), day("2026-09-28")));
        assert_eq!(plan.legal.finish, day("2026-09-29"));
        assert_eq!(rules(&plan.legal), ["tender.t3", "tender.t11"]);
    }

    /// Five working days for the approvals at once, two for the notice, and so on.
    #[test]
    fn the_promised_way_saves_what_the_ordinary_one_takes() {
        let plan = plan(&facts("2026-07-06"));
        let bar = |step| plan.green.bar(step).map(|bar| (bar.start, bar.end)).expect("there");
        assert_eq!(bar(Step::Approval), (day("2026-07-06"), day("2026-07-13")));
        assert_eq!(bar(Step::Land), bar(Step::Approval));
        assert_eq!(bar(Step::Notice), (day("2026-07-13"), day("2026-07-15")));
        assert_eq!(bar(Step::Opening).0, day("2026-08-04"));
        assert_eq!(bar(Step::Evaluation).1, day("2026-08-05"));
        assert_eq!(bar(Step::Publicity), (day("2026-08-05"), day("2026-08-10")));
        assert_eq!(bar(Step::Award), (day("2026-08-11"), day("2026-08-12")));
        assert_eq!(plan.green.finish, day("2026-08-19"));
        assert_eq!(plan.saved, plan.green.finish.days_until(plan.ordinary.finish));
        assert!(plan.saved > 60, "{}", plan.saved);
        let bound = |step| plan.bounds.iter().find(|b| b.step == step).expect("there");
        let days = |span: &Option<Span>| span.as_ref().map(|(ruling, _)| ruling.value);
        let of = |step| {
            let b = bound(step);
            (days(&b.least), days(&b.most), days(&b.promised))
        };
        assert_eq!(of(Step::Approval), (None, Some(20), Some(5)));
        assert_eq!(of(Step::Opening), (Some(20), None, None));
        assert_eq!(of(Step::Publicity), (Some(3), Some(3), Some(0)));
        assert_eq!(of(Step::Contract), (None, Some(30), Some(7)));
    }

    #[test]
    fn the_lead_of_a_plan_binds_until_somebody_lets_the_notice_go() {
        let mut planned = facts("2026-07-06");
        planned.lead = Some(day("2026-07-01"));
        let held = plan(&planned);
        assert_eq!(rules(&held.legal)[0], "plan.lead");
        let notice = held.legal.bar(Step::Notice).expect("there");
        assert_eq!(notice.end, day("2026-07-31"));
        planned.lead = None;
        assert_eq!(rules(&plan(&planned).legal), ["tender.t3", "tender.t11"]);
    }

    /// Documents from 1 September, bids set for the 21st; clarified on the 10th, so the
    /// bids can't be opened before the 25th.
    #[test]
    fn a_late_clarification_moves_everything_behind_it() {
        let mut set = facts("2026-09-01");
        set.today = day("2026-09-10");
        for (mark, on) in [
            (Mark::end(Step::Approval), "2026-09-01"),
            (Mark::end(Step::Design), "2026-09-01"),
            (Mark::end(Step::Notice), "2026-09-01"),
            (Mark::start(Step::Documents), "2026-09-01"),
            (Mark::start(Step::Opening), "2026-09-21"),
        ] {
            set.marks.insert(mark, day(on));
        }
        let before = plan(&set);
        assert_eq!(before.legal.bar(Step::Opening).expect("there").start, day("2026-09-21"));
        set.clarified = Some(day("2026-09-10"));
        let after = plan(&set);
        assert_eq!(after.legal.bar(Step::Opening).expect("there").start, day("2026-09-25"));
        assert!(rules(&after.legal).contains(&"tender.t4"));
        assert!(after.green.finish > before.green.finish);
        assert_eq!(after.short, []);
    }

    /// The use of land holds up the contract, and nothing before it.
    #[test]
    fn land_is_settled_before_the_contract() {
        let mut late = facts("2026-07-06");
        late.marks.insert(Mark::end(Step::Land), day("2026-11-20"));
        let (with, without) = (plan(&late), plan(&facts("2026-07-06")));
        let notice = |plan: &CasePlan| plan.legal.bar(Step::Notice).expect("there").end;
        assert_eq!(notice(&with), notice(&without));
        assert_eq!(with.legal.finish, day("2026-11-20"));
    }

    #[test]
    fn what_came_too_soon_is_told() {
        let mut rash = facts("2026-09-01");
        rash.today = day("2026-10-20");
        for step in [Step::Approval, Step::Design, Step::Notice] {
            rash.marks.insert(Mark::end(step), day("2026-09-01"));
        }
        rash.marks.insert(Mark::start(Step::Documents), day("2026-09-01"));
        rash.marks.insert(Mark::end(Step::Documents), day("2026-09-07"));
        rash.marks.insert(Mark::start(Step::Opening), day("2026-09-20"));
        let told = plan(&rash).short;
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].day, told[0].earliest), (day("2026-09-20"), day("2026-09-21")));
        assert_eq!(told[0].rule.as_ref().map(|r| r.rule.as_str()), Some("tender.t3"));
        // A notice before the project was approved.
        rash.marks.insert(Mark::end(Step::Approval), day("2026-09-05"));
        rash.marks.insert(Mark::start(Step::Opening), day("2026-09-21"));
        let told = plan(&rash).short;
        assert_eq!((told[0].mark, told[0].earliest), (Mark::end(Step::Notice), day("2026-09-05")));
    }

    /// Days off of 2026 and the first days of 2027, written down by hand: what is counted
    /// with here is not the calendar under test.
    fn works(on: chrono::NaiveDate) -> bool {
        use chrono::Datelike;
        let at = |m, d| chrono::NaiveDate::from_ymd_opt(on.year(), m, d).expect("a day");
        let spans = [
            ((1, 1), (1, 3)),
            ((2, 15), (2, 23)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((6, 19), (6, 21)),
            ((9, 25), (9, 27)),
            ((10, 1), (10, 7)),
        ];
        let made_up = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)];
        let of_2026 = on.year() == 2026;
        if of_2026 && made_up.iter().any(|(m, d)| at(*m, *d) == on) {
            return true;
        }
        let off =
            of_2026 && spans.iter().any(|((m, d), (n, e))| (at(*m, *d)..=at(*n, *e)).contains(&on));
        !off && on.weekday().number_from_monday() <= 5
    }

    fn plain(day: Day) -> chrono::NaiveDate {
        day.to_string().parse().expect("a day")
    }

    /// The end of a period that must run out, in days and rolled on.
    fn run_out(from: Day, n: u64) -> chrono::NaiveDate {
        let mut end = plain(from) + chrono::Days::new(n);
        while !works(end) {
            end = end + chrono::Days::new(1);
        }
        end
    }

    /// The latest finish over all paths, each gone through by itself from where it begins.
    fn longest(law: &Law, facts: &Facts, way: Way) -> Day {
        let ties = ties(facts, way);
        let fixed = |mark: Mark| {
            let known = facts.marks.get(&mark).copied().filter(|_| way != Way::Ordinary);
            known.filter(|day| *day <= facts.today)
        };
        let ended = |mark: Mark| match mark.side {
            Side::Start => fixed(Mark::end(mark.step)),
            Side::End => None,
        };
        let within = |mark: Mark, day: Day| ended(mark).map_or(day, |end| day.min(end));
        // Where every path so far has come to.
        let mut paths: Vec<(Mark, Day)> = Vec::new();
        for mark in Mark::all() {
            // What ended before it is said to have begun has begun by then.
            if let Some(day) = fixed(mark) {
                paths.push((mark, within(mark, day)));
                continue;
            }
            if way != Way::Ordinary {
                let today = Some(facts.today).filter(|_| ended(mark).is_none());
                let own = today.into_iter().chain(facts.marks.get(&mark).copied());
                paths.extend(own.map(|day| (mark, within(mark, day))));
            }
            for tie in ties.iter().filter(|tie| tie.to == mark) {
                if let Origins::Begun { day }
                | Origins::Planned { day }
                | Origins::Clarified { day } = tie.from
                {
                    let day = follow(law, &tie.by, day).expect("in force");
                    paths.push((mark, within(mark, day)));
                }
            }
        }
        let last = Mark::end(Step::Contract);
        let mut finish = None;
        while let Some((mark, day)) = paths.pop() {
            if mark == last {
                finish = finish.max(Some(day));
            }
            let on = |tie: &&Tie| tie.from == Origins::Mark { mark } && fixed(tie.to).is_none();
            for tie in ties.iter().filter(on) {
                let next = follow(law, &tie.by, day).expect("in force");
                paths.push((tie.to, within(tie.to, next)));
            }
        }
        finish.expect("a finish")
    }

    fn any_facts() -> impl Strategy<Value = Facts> {
        let mark = (0usize..20, 0u32..90);
        (
            0u32..300,
            0u32..60,
            prop::collection::vec(mark, 0..5),
            prop::collection::btree_set(0usize..3, 0..3),
            prop::option::of(0u32..40),
            prop::option::of(0u32..60),
        )
            .prop_map(|(begun, passed, marks, skipped, lead, clarified)| {
                let begun = day("2026-01-01").plus(begun);
                let all: Vec<Mark> = Mark::all().collect();
                Facts {
                    begun,
                    today: begun.plus(passed),
                    marks: marks.into_iter().map(|(m, n)| (all[m], begun.plus(n))).collect(),
                    skipped: skipped.into_iter().map(|n| Step::ALL[n]).collect(),
                    lead: lead.map(|n| begun.minus(n)),
                    clarified: clarified.map(|n| begun.plus(n)),
                }
            })
    }

    proptest! {
        /// However the days fall: no way lets anything come sooner than its legal minimum.
        #[test]
        fn no_step_ends_before_its_legal_minimum(mut facts in any_facts()) {
            facts.marks.retain(|_, day| *day > facts.today);
            let plan = plan(&facts);
            prop_assert_eq!(&plan.short, &[]);
            for route in [&plan.legal, &plan.green, &plan.ordinary] {
                let bar = |step| route.bar(step).expect("there");
                let documents = bar(Step::Documents);
                prop_assert!(plain(documents.end) >= run_out(documents.start, 5));
                let bids = plain(bar(Step::Opening).start);
                prop_assert!(bids >= plain(documents.start) + chrono::Days::new(20));
                prop_assert!(bids >= plain(documents.end));
                let publicity = bar(Step::Publicity);
                prop_assert!(plain(publicity.end) >= run_out(publicity.start, 3));
                prop_assert!(bar(Step::Award).start > publicity.end);
                prop_assert!(bar(Step::Notice).start >= bar(Step::Approval).end);
                prop_assert!(bar(Step::Contract).end >= bar(Step::Award).end);
                if let Some(lead) = facts.lead {
                    let earliest = plain(lead) + chrono::Days::new(30);
                    prop_assert!(plain(bar(Step::Notice).end) >= earliest);
                }
            }
            if let Some(clarified) = facts.clarified {
                for route in [&plan.legal, &plan.green] {
                    let bids = plain(route.bar(Step::Opening).expect("there").start);
                    prop_assert!(bids >= plain(clarified) + chrono::Days::new(15));
                }
            }
        }

        #[test]
        fn the_critical_path_is_the_longest(facts in any_facts()) {
            let law = Law::shipped();
            let plan = plan(&facts);
            for (way, route) in [
                (Way::Legal, &plan.legal),
                (Way::Green, &plan.green),
                (Way::Ordinary, &plan.ordinary),
            ] {
                prop_assert_eq!(route.finish, longest(law, &facts, way));
                let last = route.critical.last().expect("a path");
                prop_assert_eq!((last.to, last.day), (Mark::end(Step::Contract), route.finish));
                for pair in route.critical.windows(2) {
                    prop_assert_eq!(pair[1].from, Origins::Mark { mark: pair[0].to });
                }
            }
        }

        /// A promise never shortens what the law asks; the ordinary way is never faster.
        #[test]
        fn legal_green_ordinary(mut facts in any_facts()) {
            facts.marks.clear();
            facts.clarified = None;
            facts.today = facts.begun;
            let plan = plan(&facts);
            for step in Step::ALL {
                let end = |route: &Route| route.bar(step).expect("there").end;
                prop_assert!(end(&plan.legal) <= end(&plan.green));
                prop_assert!(end(&plan.green) <= end(&plan.ordinary));
            }
            prop_assert!(plan.saved >= 0);
        }
    }
}
