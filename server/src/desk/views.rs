//! From records to what pages show.

use super::price::{may_contract, may_settle};
use crate::site::{Site, who};
use crate::store::Mirror;
use app::api::{CallView, CandidateView, ClockView, EmergencyCard, Fact, LogLine, Visitor};
use model::{Errand, Moment, Target, Urgency, permit};
use policies::{DueClock, Law, Step, keys};
use pool::dispatch::{self, Dispatch, State};
use pool::emergency::{Emergency, Stage};
use pool::score;
use pool::selection::{Decision, Mode, Selection};
use pool::slate::{Bar, Candidate, Unfit};
use pool::team::{Origin, Team};

/// A named fact.
pub fn fact(label: &str, text: impl Into<String>) -> Fact {
    Fact { label: label.into(), text: text.into() }
}

/// A step's clock as pages show it.
pub fn clock_view(law: &Law, step: Step, urgency: Urgency, since: Moment) -> Option<ClockView> {
    let clock = DueClock::start(law, step, urgency, since).ok()?;
    Some(ClockView {
        label: step.name().into(),
        since,
        due: clock.due.value,
        warn: clock.warn,
        standing: clock.due.standing,
        basis: clock.due.basis.map_or(clock.due.label, |basis| basis.line()),
    })
}

/// The team's name with its firm's.
pub fn team_name(mirror: &Mirror, team: &str) -> String {
    let Some(team) = mirror.teams.get(team) else { return team.to_owned() };
    let firm = mirror.contractors.get(team.contractor.as_str());
    format!("{} {}", firm.map_or("", |firm| firm.shown_name()), team.name)
}

/// The calls of an emergency, newest first.
pub fn calls_of<'a>(mirror: &'a Mirror, emergency: &'a str) -> Vec<&'a Dispatch> {
    let mut calls: Vec<&Dispatch> = mirror
        .dispatches
        .iter()
        .filter(|d| d.emergency.as_str() == emergency)
        .map(|d| &**d)
        .collect();
    calls.sort_by(|a, b| (b.moment_of("offer"), &b.number).cmp(&(a.moment_of("offer"), &a.number)));
    calls
}

/// The clock that matters now for a case.
fn case_clock(law: &Law, mirror: &Mirror, e: &Emergency) -> Option<ClockView> {
    let at = |step, since| clock_view(law, step, e.urgency, since);
    match e.stage {
        Stage::Reported => at(Step::Accept, e.report.received),
        Stage::Accepted => match &e.verification {
            None => at(Step::Verify, e.accepted.as_ref()?.at),
            Some(verification) => at(Step::Determine, verification.at),
        },
        Stage::Provisional | Stage::Determined => {
            let calls = calls_of(mirror, e.id.as_str());
            if let Some(open) = calls.iter().find(|d| d.state.is_open()) {
                return call_clock(law, e, open);
            }
            let since = match (&e.determination, &e.oral_order) {
                (Some(d), _) => d.at,
                (None, Some(order)) => order.at,
                (None, None) => return None,
            };
            if calls.iter().any(|d| d.state.is_engaged()) { None } else { at(Step::Select, since) }
        }
        _ => None,
    }
}

/// The clock that matters now for a call.
pub fn call_clock(law: &Law, e: &Emergency, d: &Dispatch) -> Option<ClockView> {
    let at = |step, act| clock_view(law, step, e.urgency, d.moment_of(act)?);
    match d.state {
        State::Delivered { until } => {
            let mut clock = at(Step::Answer, "deliver")?;
            clock.due = until;
            Some(clock)
        }
        State::Accepted | State::EnRoute => at(Step::Arrive, "accept"),
        State::OnSite if d.contract.is_none() => at(Step::Contract, "arrive"),
        State::Finished => at(Step::Inspect, "finish"),
        State::Inspected | State::Evaluated if d.contract.is_none() => at(Step::Contract, "arrive"),
        State::Inspected | State::Evaluated if d.settlement.is_none() => {
            settlement_clock(law, d.moment_of("inspect")?)
        }
        _ => None,
    }
}

/// The clock of the settlement, which is the same whatever the urgency was.
fn settlement_clock(law: &Law, since: Moment) -> Option<ClockView> {
    let due = law.due(keys::SETTLE, since).ok()?;
    Some(ClockView {
        label: due.label.clone(),
        since,
        warn: law.warning(since, due.value).ok()?,
        due: due.value,
        standing: due.standing,
        basis: due.basis.map_or(due.label, |basis| basis.line()),
    })
}

/// An emergency in a list.
pub fn card(site: &Site, mirror: &Mirror, e: &Emergency) -> EmergencyCard {
    let calls = calls_of(mirror, e.id.as_str());
    let line = calls.iter().find(|d| d.state.is_open()).or(calls.first()).map(|d| {
        let undelivered = if d.undelivered.is_some() { "（未送达）" } else { "" };
        format!("{} {}{undelivered}", team_name(mirror, d.team.as_str()), d.state.name())
    });
    EmergencyCard {
        id: e.id.clone(),
        number: e.number.clone(),
        title: e.report.title.clone(),
        kind: e.report.kind,
        urgency: e.urgency,
        stage: e.stage,
        district: e.report.district,
        address: e.report.address.clone(),
        place: e.report.place,
        people_in_danger: e.report.people_in_danger,
        received: e.report.received,
        clock: case_clock(&site.law(), mirror, e),
        call: line,
    }
}

/// Most pressing first: urgency, then people in danger, then the oldest.
pub fn by_pressure(a: &EmergencyCard, b: &EmergencyCard) -> std::cmp::Ordering {
    (!a.stage.is_open(), a.urgency, b.people_in_danger, a.received, &a.id).cmp(&(
        !b.stage.is_open(),
        b.urgency,
        a.people_in_danger,
        b.received,
        &b.id,
    ))
}

/// How a team was chosen, in words.
pub fn mode_name(selection: Option<&Selection>) -> String {
    match selection.map(|s| &s.mode) {
        Some(Mode::Nearest { override_reason: None, .. }) => "就近指定".into(),
        Some(Mode::Nearest { override_reason: Some(_), .. }) => "就近指定（改派）".into(),
        Some(Mode::Draw { .. }) => format!("随机抽取第 {} 轮", selection.map_or(1, |s| s.round)),
        None => "—".into(),
    }
}

/// A mission's log as pages show it.
pub fn call_log(mirror: &Mirror, d: &Dispatch) -> Vec<LogLine> {
    d.log
        .iter()
        .map(|entry| LogLine {
            at: entry.at,
            device_at: entry.device_at.filter(|at| at.ms().abs_diff(entry.at.ms()) > 60_000),
            what: match &entry.phone {
                Some(_) => format!("{}（电话代答）", dispatch::act_name(&entry.act)),
                None => dispatch::act_name(&entry.act).to_owned(),
            },
            who: who(mirror, entry.by.as_ref()),
            note: entry.note.clone(),
        })
        .collect()
}

/// A call as pages show it to this visitor.
pub fn call_view(site: &Site, mirror: &Mirror, by: &Visitor, d: &Dispatch) -> Option<CallView> {
    let e = mirror.emergencies.get(d.emergency.as_str())?;
    let selection = mirror.selections.get(d.selection.as_str());
    let score = (!d.evaluations.is_empty())
        .then(|| score::merit([d.evaluations.as_slice()], Moment::from_ms(0), 0));
    Some(CallView {
        id: d.id.clone(),
        number: d.number.clone(),
        emergency: e.id.clone(),
        emergency_number: e.number.clone(),
        title: e.report.title.clone(),
        urgency: e.urgency,
        address: format!("{} {}", e.report.district.name(), e.report.address),
        place: e.report.place,
        team: d.team.clone(),
        team_name: team_name(mirror, d.team.as_str()),
        rank: d.rank,
        eta: d.eta,
        mode: mode_name(selection.map(|s| &**s)),
        selection: d.selection.clone(),
        state: d.state,
        undelivered: d.undelivered.clone(),
        clock: call_clock(&site.law(), e, d),
        log: call_log(mirror, d),
        score,
        acts: call_acts(mirror, by, e, d),
    })
}

/// What this visitor may do with a call now.
fn call_acts(mirror: &Mirror, by: &Visitor, e: &Emergency, d: &Dispatch) -> Vec<String> {
    let firm = mirror.contractors.get(d.contractor.as_str()).map(|c| c.org.clone());
    let own =
        |errand| permit(&by.actor, errand, Target { org: firm.as_ref(), district: None }).is_ok();
    let case = |errand| {
        let org = e.report.reporter.org.as_ref();
        permit(&by.actor, errand, Target { org, district: Some(e.report.district) }).is_ok()
    };
    let mut acts = Vec::new();
    let mut add = |may: bool, act: &str| {
        if may {
            acts.push(act.to_owned());
        }
    };
    use State::{Accepted, Delivered, EnRoute, Evaluated, Finished, Inspected, Offered, OnSite};
    match d.state {
        Offered | Delivered { .. } => {
            add(own(Errand::CallAnswer), "answer");
            add(case(Errand::CallAnswerByPhone), "phone");
            add(case(Errand::CallRecall), "withdraw");
        }
        Accepted => {
            add(own(Errand::MissionReport), "depart");
            add(case(Errand::CallRecall), "recall");
        }
        EnRoute => {
            add(own(Errand::MissionReport), "arrive");
            add(own(Errand::MissionReport), "log");
            add(case(Errand::CallRecall), "recall");
        }
        OnSite => {
            add(own(Errand::MissionReport), "log");
            add(own(Errand::MissionReport), "finish");
            add(case(Errand::CallRecall), "recall");
        }
        Finished => add(case(Errand::MissionInspect), "inspect"),
        Inspected | Evaluated => {
            let again = d.evaluations.iter().any(|x| x.role == by.actor.role);
            add(!again && case(Errand::MissionEvaluate), "evaluate");
        }
        _ => {}
    }
    let prices = case(Errand::PriceRecord);
    add(prices && may_contract(d), "contract");
    add(prices && may_settle(d), "settle");
    acts
}

/// A reason in words, with its particulars.
pub fn bar_line(mirror: &Mirror, bar: &Bar) -> String {
    let name = bar.name();
    match bar {
        Bar::TermEnds { until }
        | Bar::Restricted { until }
        | Bar::LicenceEnds { until }
        | Bar::QualificationEnds { until } => format!("{name}（至 {until}）"),
        Bar::Held { emergency } => {
            let number = mirror
                .emergencies
                .get(emergency.as_str())
                .map_or(emergency.as_str(), |e| e.number.as_str());
            format!("{name}（{number}）")
        }
        Bar::NotReady { availability } => format!("{name}（{}）", availability.name()),
        Bar::AtCapacity { open } => format!("{name}（已有 {open} 项）"),
        Bar::TooFar { minutes, limit } => {
            format!("{name}（约 {} 分，限 {} 分）", minutes.0, limit.0)
        }
        Bar::WrongCategory
        | Bar::Suspended
        | Bar::NoLicence
        | Bar::NoQualification
        | Bar::OutsideService
        | Bar::AlreadyAsked => name.to_owned(),
    }
}

fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Reported => "按上报位置估算",
        Origin::Base => "按驻地估算",
        Origin::StaleSoBase => "位置过期，按驻地估算",
    }
}

fn team_facts(mirror: &Mirror, team: &str) -> (String, String, u32) {
    let known: Option<&Team> = mirror.teams.get(team).map(|t| &**t);
    let machines = known.map(Team::machine_line).unwrap_or_default();
    (team_name(mirror, team), machines, known.map_or(0, |t| t.people))
}

/// A team that may go.
pub fn candidate(mirror: &Mirror, c: &Candidate) -> CandidateView {
    let (name, machines, people) = team_facts(mirror, c.team.as_str());
    CandidateView {
        team: c.team.clone(),
        contractor: c.contractor.clone(),
        name,
        machines,
        people,
        minutes: c.minutes,
        away: c.away.name(),
        merit: c.merit,
        recent_calls: c.recent_calls,
        origin: origin_name(c.origin).into(),
        bars: vec![],
    }
}

/// A team that may not go.
pub fn unfit(mirror: &Mirror, u: &Unfit) -> CandidateView {
    let (name, machines, people) = team_facts(mirror, u.team.as_str());
    CandidateView {
        team: u.team.clone(),
        contractor: u.contractor.clone(),
        name,
        machines,
        people,
        minutes: u.minutes,
        away: String::new(),
        merit: 0,
        recent_calls: 0,
        origin: String::new(),
        bars: u.bars.iter().map(|bar| bar_line(mirror, bar)).collect(),
    }
}

/// Reasons with their numbers.
pub fn tally(decision: &Decision) -> Vec<(String, u32)> {
    decision.slate.tally().into_iter().map(|(bar, n)| (bar.name().to_owned(), n)).collect()
}
