//! The reserve as it counts for one emergency, judged.

use crate::site::{Site, broken};
use crate::store::{Mirror, StoreFault};
use app::api::ApiError;
use app::api::desk::Answer;
use model::{AccountId, Category, Discipline, Minutes, Moment, SelectionId, TeamId};
use policies::{Step, keys};
use pool::canon::Seal;
use pool::dispatch::{Dispatch, State};
use pool::emergency::Emergency;
use pool::membership::Stage as Place;
use pool::score;
use pool::selection::{Decision, Mode, Selection};
use pool::slate::{Ask, Member};
use pool::team::Team;
use pool::travel::Road;

impl Site {
    pub(super) fn figure(&self, key: &str, now: Moment) -> Answer<u32> {
        let ruling = self.law().figure(key, now.day()).map_err(|e| self.no_rule(&e))?;
        Ok(u32::try_from(ruling.value).unwrap_or(u32::MAX))
    }

    /// What a call for this emergency asks for.
    fn ask(&self, e: &Emergency, widen: bool, now: Moment) -> Answer<Ask> {
        let arrive =
            self.law().due(&Step::Arrive.rule(e.urgency), now).map_err(|e| self.no_rule(&e))?.value;
        let within = u32::try_from(now.ms_until(arrive) / 60_000).unwrap_or(u32::MAX);
        Ok(Ask {
            emergency: e.id.clone(),
            place: e.report.place,
            district: e.report.district,
            categories: e
                .report
                .kind
                .industries()
                .iter()
                .map(|&industry| Category { industry, discipline: Discipline::Works })
                .collect(),
            at: now,
            planned_finish: e.determination.as_ref().map_or(now.day(), |d| d.planned_finish),
            within: (!widen).then_some(Minutes(within)),
            capacity: self.figure(keys::CAPACITY, now)?,
            road: Road {
                muster: Minutes(self.figure(keys::MUSTER, now)?),
                terrain_percent: self.figure(keys::TERRAIN_PERCENT, now)?,
                speed_kmh: self.figure(keys::SPEED, now)?,
            },
        })
    }

    /// Everything that counts about each team of the reserve.
    fn members(&self, mirror: &Mirror, e: &Emergency, now: Moment) -> Answer<Vec<Member>> {
        let fresh = now.minus(Minutes(self.figure(keys::POSITION_FRESH, now)?));
        let months = |n: u32| now.minus(Minutes(n * 30 * 24 * 60));
        let scored_since = months(self.figure(keys::SCORE_MONTHS, now)?);
        let called_since = months(self.figure(keys::ROTATION_MONTHS, now)?);
        let start = self.figure(keys::START_SCORE, now)?;
        Ok(mirror
            .teams
            .iter()
            .map(|team| member(mirror, e, team, fresh, scored_since, called_since, start))
            .collect())
    }

    pub(super) fn decision(&self, mirror: &Mirror, e: &Emergency, widen: bool) -> Answer<Decision> {
        let now = self.now();
        Ok(Decision::new(self.ask(e, widen, now)?, self.members(mirror, e, now)?))
    }

    /// A choice that begins now, resting on `decision`.
    pub(super) fn selection(
        &self,
        mirror: &Mirror,
        id: SelectionId,
        e: &Emergency,
        by: AccountId,
        decision: &Decision,
        mode: Mode,
    ) -> Answer<Selection> {
        let list = decision.canonical().map_err(|e| broken(e.into()))?;
        let before = mirror.selections.iter().filter(|s| s.emergency == e.id).count();
        Ok(Selection {
            id,
            emergency: e.id.clone(),
            case: e.number.clone(),
            round: u32::try_from(before).unwrap_or(0) + 1,
            at: decision.ask.at,
            by,
            list_hash: Seal::of(list.as_bytes()),
            list,
            mode,
            order: vec![],
            called: 0,
            ended: None,
        })
    }

    /// A stored decision can't be read: the record was changed.
    pub(super) fn corrupt(&self, fault: &serde_json::Error) -> ApiError {
        broken(StoreFault::Corrupt { record: "selection".into(), why: fault.to_string() })
    }
}

/// The open call that holds a team.
pub(super) fn holder<'a>(mirror: &'a Mirror, team: &TeamId) -> Option<&'a Dispatch> {
    mirror.dispatches.iter().map(|d| &**d).find(|d| d.team == *team && d.state.holds_team())
}

fn member(
    mirror: &Mirror,
    e: &Emergency,
    team: &Team,
    fresh: Moment,
    scored_since: Moment,
    called_since: Moment,
    start: u32,
) -> Member {
    let firm = mirror.contractors.get(team.contractor.as_str());
    let (mut listed, mut suspended, mut term_until) = (vec![], vec![], vec![]);
    for m in mirror.memberships.iter().filter(|m| m.contractor == team.contractor) {
        match &m.stage {
            Place::Listed { until, .. } => {
                listed.push(m.category);
                term_until.push((m.category, *until));
            }
            Place::Suspended { .. } | Place::Hearing { .. } => suspended.push(m.category),
            _ => {}
        }
    }
    let papers = firm.and_then(|f| f.certificates.as_ref());
    let (origin, origin_kind) = team.origin(fresh);
    let of_team = |d: &&Dispatch| d.team == team.id;
    let calls: Vec<&Dispatch> = mirror.dispatches.iter().map(|d| &**d).filter(of_team).collect();
    let offered = |d: &Dispatch| d.moment_of("offer");
    Member {
        team: team.id.clone(),
        contractor: team.contractor.clone(),
        uscc: firm.and_then(|f| f.basics.as_ref()).map(|b| b.uscc.clone()),
        listed,
        suspended,
        licence_until: papers.and_then(|p| p.licence.as_ref()).map(|l| l.until),
        qualified_until: papers
            .map(|p| p.qualifications.iter().map(|q| (q.category, q.paper.until)).collect())
            .unwrap_or_default(),
        term_until,
        districts: firm
            .and_then(|f| f.service.as_ref())
            .map(|s| s.districts.clone())
            .unwrap_or_default(),
        restricted_until: firm.and_then(|f| f.restricted_until),
        availability: team.availability,
        origin,
        origin_kind,
        held_by: holder(mirror, &team.id).map(|d| d.emergency.clone()),
        open_calls: mirror
            .dispatches
            .iter()
            .filter(|d| d.contractor == team.contractor && d.state.holds_team())
            .count()
            .try_into()
            .unwrap_or(u32::MAX),
        merit: score::merit(calls.iter().map(|d| d.evaluations.as_slice()), scored_since, start),
        recent_calls: calls
            .iter()
            .filter(|d| d.state.is_engaged() && offered(d).is_some_and(|at| at >= called_since))
            .count()
            .try_into()
            .unwrap_or(u32::MAX),
        tried: calls.iter().any(|d| {
            d.emergency == e.id
                && matches!(d.state, State::Declined | State::Lapsed | State::Withdrawn)
        }),
    }
}
