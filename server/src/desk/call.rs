//! Choosing teams and calling them: the duty desk's side.

use super::views::{calls_of, candidate, card, tally, unfit};
use crate::chance;
use crate::records::{Channel, Notice, NoticeState};
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::{Answer, CallDesk};
use app::api::{
    ApiError, CallForm, ContractForm, EvaluateForm, PhoneAnswerForm, ReasonForm, SettlementForm,
    SlatePage, Visitor,
};
use async_trait::async_trait;
use model::{
    Category, Discipline, DispatchId, EmergencyId, Errand, Fault, Faults, Minutes, Moment,
    SelectionId, TeamId,
};
use policies::{Step, keys};
use pool::canon::Seal;
use pool::dispatch::{Act as CallAct, ByPhone, Dispatch, Entry, State};
use pool::emergency::Emergency;
use pool::membership::Stage as Place;
use pool::score::{self, Evaluation, Veto};
use pool::selection::{Decision, Mode, Selection};
use pool::slate::{Ask, Member};
use pool::team::Team;
use pool::travel::Road;

/// The link in a message works this long after the call.
const LINK: Minutes = Minutes(3 * 24 * 60);
/// How often a lost race for a team is run again with the next one.
const TRIES: u32 = 10;

impl Site {
    pub(super) fn figure(&self, key: &str, now: Moment) -> Answer<u32> {
        let ruling = self.law.figure(key, now.day()).map_err(|e| self.no_rule(&e))?;
        Ok(u32::try_from(ruling.value).unwrap_or(u32::MAX))
    }

    /// What a call for this emergency asks for.
    fn ask(&self, e: &Emergency, widen: bool, now: Moment) -> Answer<Ask> {
        let arrive =
            self.law.due(&Step::Arrive.rule(e.urgency), now).map_err(|e| self.no_rule(&e))?.value;
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

    /// Puts the next call of a selection into `changes`, passing over teams that
    /// are held elsewhere by now. `None` when the order has run out.
    pub(super) fn next_offer(
        &self,
        changes: &mut Changes,
        mirror: &Mirror,
        e: &Emergency,
        selection: &mut Selection,
    ) -> Answer<Option<Dispatch>> {
        let now = self.now();
        let decision = selection.decision().map_err(|e| self.corrupt(&e))?;
        while let Some(team) = selection.order.get(selection.called as usize).cloned() {
            selection.called += 1;
            if holder(mirror, &team).is_some() {
                continue;
            }
            let Some(fit) = decision.slate.fit.iter().find(|c| c.team == team) else { continue };
            let token = chance::token();
            let count = calls_of(mirror, e.id.as_str()).len() + 1;
            let dispatch = Dispatch {
                id: chance::key("pq").parse().map_err(|_| ApiError::NotFound)?,
                number: format!("{}-{count}", e.number.replacen('险', "派", 1)),
                emergency: e.id.clone(),
                selection: selection.id.clone(),
                rank: selection.called,
                team: team.clone(),
                contractor: fit.contractor.clone(),
                eta: fit.minutes,
                state: State::Offered,
                undelivered: None,
                token: Seal::of(token.as_bytes()).to_string(),
                token_until: now.plus(LINK),
                log: vec![entry("offer", now)],
                evaluations: vec![],
                contract: None,
                settlement: None,
            };
            changes.create(&dispatch).map_err(broken)?;
            self.put_notices(changes, mirror, e, &dispatch, &token)?;
            return Ok(Some(dispatch));
        }
        selection.ended = Some("名单用尽".into());
        Ok(None)
    }

    fn put_notices(
        &self,
        changes: &mut Changes,
        mirror: &Mirror,
        e: &Emergency,
        d: &Dispatch,
        token: &str,
    ) -> Answer<()> {
        let Some(firm) = mirror.contractors.get(d.contractor.as_str()) else { return Ok(()) };
        let answer = self.figure(&Step::Answer.rule(e.urgency), self.now())?;
        let text = format!(
            "【绿通】{}：请出动。{}（{} {}），约 {} 分钟。收到后 {answer} 分钟内答复：{}/go/{token}",
            super::views::team_name(mirror, d.team.as_str()),
            e.report.title,
            e.report.district.name(),
            e.report.address,
            d.eta.0,
            self.settings.public_url,
        );
        let spoken = format!(
            "绿通调度通知：{}，请出动。{}。请打开短信中的链接答复，或致电值班室。",
            super::views::team_name(mirror, d.team.as_str()),
            e.report.title,
        );
        let (text, spoken) = (seal(changes, &text), seal(changes, &spoken));
        let now = self.now();
        let due = |key: &str| self.law.due(key, now).map_err(|e| self.no_rule(&e));
        let (voice, second) = (due(keys::CALL_VOICE)?.value, due(keys::CALL_SECOND)?.value);
        // The first is told at once; who stays silent is telephoned, then the second
        // is told the same two ways. What got its answer meanwhile is not sent.
        let ways = [(Channel::Sms, &text), (Channel::Voice, &spoken)];
        let times = [[now, voice], [second, second]];
        for (contact, times) in firm.contacts.iter().zip(times) {
            for ((channel, text), not_before) in ways.into_iter().zip(times) {
                let notice = Notice {
                    id: chance::key("nt").parse().map_err(|_| ApiError::NotFound)?,
                    dispatch: d.id.clone(),
                    to: contact.phone.clone(),
                    text: text.clone(),
                    at: now,
                    channel,
                    state: NoticeState::Waiting { not_before },
                    tries: 0,
                };
                changes.create(&notice).map_err(broken)?;
            }
        }
        Ok(())
    }

    pub(super) fn corrupt(&self, fault: &serde_json::Error) -> ApiError {
        broken(StoreFault::Corrupt { record: "selection".into(), why: fault.to_string() })
    }

    pub(super) fn call_of(&self, id: &DispatchId) -> Answer<(Kept<Dispatch>, Kept<Emergency>)> {
        let mirror = self.read();
        let call = mirror.dispatches.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
        let case = mirror.emergencies.get(call.emergency.as_str()).cloned();
        Ok((call, case.ok_or(ApiError::NotFound)?))
    }

    /// Steps a call and, when it ended without the team going, calls the next one
    /// of its selection: all in one act.
    pub(super) async fn step_call(
        &self,
        actor: &model::Actor,
        errand: Errand,
        id: &DispatchId,
        act: CallAct,
        mut line: Entry,
        seals: impl Fn(&mut Changes, &mut Entry) + Send + Sync,
    ) -> Answer<()> {
        line.act = act.key().into();
        for _ in 0..TRIES {
            let now = self.now();
            let (call, case) = self.call_of(id)?;
            let mut next = (*call.value).clone();
            next.state = call.state.step(act, now).map_err(ApiError::Dispatch)?;
            let mut changes = Changes::new();
            let mut entry = Entry { at: now, ..line.clone() };
            seals(&mut changes, &mut entry);
            let note = entry.note.clone();
            next.log.push(entry);
            changes.update(&call, &next).map_err(broken)?;
            if !matches!(next.state, State::Offered | State::Delivered { .. }) {
                self.spare_notices(&mut changes, id, now)?;
            }
            // A call that never arrived and is taken back goes to the next team, too.
            let unheard = next.state == State::Withdrawn && call.undelivered.is_some();
            let passes = unheard || matches!(next.state, State::Declined | State::Lapsed);
            if passes {
                self.pass_on(&mut changes, &case, &call.selection, now)?;
            }
            if matches!(act, CallAct::Accept) {
                self.put_publication(&mut changes, &next, &case, now)?;
            }
            let mut done = Act::new(actor, errand, Table::Dispatch, id.as_str());
            if !note.is_empty() {
                done = done.note(note);
            }
            if let Some(at) = line.device_at {
                done = done.happened(at);
            }
            match self.store.commit(changes, done, now).await {
                Ok(_) => return Ok(()),
                // The substitute was taken at this very moment: try the next one.
                Err(StoreFault::Taken { .. }) if passes => {
                    self.store.catch_up().await.map_err(broken)?;
                }
                // A receipt or a message came in between: the act is decided anew, on
                // the call as it is now.
                Err(StoreFault::Stale { .. }) => self.store.catch_up().await.map_err(broken)?,
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }

    /// The call has its answer: what was still to be sent is not.
    fn spare_notices(&self, changes: &mut Changes, id: &DispatchId, now: Moment) -> Answer<()> {
        let mirror = self.read();
        let waits =
            |n: &&Kept<Notice>| n.dispatch == *id && matches!(n.state, NoticeState::Waiting { .. });
        for notice in mirror.notices.iter().filter(waits) {
            let state = NoticeState::Spared { since: now };
            let next = Notice { state, ..(*notice.value).clone() };
            changes.update(notice, &next).map_err(broken)?;
        }
        Ok(())
    }

    fn pass_on(
        &self,
        changes: &mut Changes,
        case: &Kept<Emergency>,
        selection: &SelectionId,
        now: Moment,
    ) -> Answer<()> {
        let mirror = self.read();
        let Some(selection) = mirror.selections.get(selection.as_str()) else { return Ok(()) };
        if selection.ended.is_some() {
            return Ok(());
        }
        let mut next = (*selection.value).clone();
        if case.may_call(now).is_ok() {
            changes.rests_on(case);
            self.next_offer(changes, &mirror, case, &mut next)?;
        } else {
            next.ended = Some("险情已不能再派新队".into());
        }
        changes.update(selection, &next).map_err(broken)?;
        Ok(())
    }
}

/// A line of a mission's log, to be filled in.
pub(super) fn entry(act: &str, at: Moment) -> Entry {
    Entry {
        act: act.into(),
        at,
        device_at: None,
        by: None,
        place: None,
        note: String::new(),
        phone: None,
    }
}

/// The open call that holds a team.
fn holder<'a>(mirror: &'a Mirror, team: &TeamId) -> Option<&'a Dispatch> {
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

#[async_trait]
impl CallDesk for Site {
    async fn slate(&self, by: &Visitor, id: &EmergencyId, widen: bool) -> Answer<SlatePage> {
        let e = self.emergency(id)?;
        self.permit_case(by, Errand::CandidatesRead, &e)?;
        let now = self.now();
        let mirror = self.read();
        let decision = self.decision(&mirror, &e, widen)?;
        let rules = [keys::MUSTER, keys::TERRAIN_PERCENT, keys::SPEED, keys::CAPACITY];
        let basis = rules
            .iter()
            .filter_map(|key| self.law.figure(key, now.day()).ok())
            .map(|f| format!("{} {}", f.label, f.value))
            .collect::<Vec<_>>()
            .join("；");
        Ok(SlatePage {
            card: card(self, &mirror, &e),
            fit: decision.slate.fit.iter().map(|c| candidate(&mirror, c)).collect(),
            out: decision.slate.out.iter().map(|u| unfit(&mirror, u)).collect(),
            tally: tally(&decision),
            may_call: self.permit_quiet(by, Errand::CallNearest, &e),
            may_draw: self.permit_quiet(by, Errand::DrawOperate, &e),
            open_draw: super::draw::open_draw(&mirror, &e).map(|s| s.id.clone()),
            no_call: e.may_call(now).err(),
            within: decision.ask.within,
            fresh_id: chance::key("xd"),
            basis: vec![format!(
                "到场时间为估算（直线距离 × 山区系数）。{basis}（系统默认·待主管部门确认）；评判程序 {}",
                decision.engine
            )],
            now,
        })
    }

    async fn call(&self, by: &Visitor, id: &EmergencyId, form: CallForm) -> Answer<()> {
        let e = self.emergency(id)?;
        self.permit_case(by, Errand::CallNearest, &e)?;
        let selection_id: SelectionId = form.id.parse().map_err(|_| ApiError::ForeignForm)?;
        for _ in 0..TRIES {
            let now = self.now();
            let e = self.emergency(id)?;
            e.may_call(now).map_err(ApiError::NoCall)?;
            let (changes, act) = {
                let mirror = self.read();
                if mirror.get::<Selection>(selection_id.as_str()).is_some() {
                    return Ok(());
                }
                let decision = self.decision(&mirror, &e, form.widen == "yes")?;
                match self.read_call(&mirror, &decision, &form)? {
                    Err(faults) => (Err(faults), None),
                    Ok((order, mode)) => {
                        let list = decision.canonical().map_err(|e| broken(e.into()))?;
                        let rounds =
                            mirror.selections.iter().filter(|s| s.emergency == e.id).count();
                        let mut selection = Selection {
                            id: selection_id.clone(),
                            emergency: e.id.clone(),
                            case: e.number.clone(),
                            round: u32::try_from(rounds).unwrap_or(0) + 1,
                            at: now,
                            by: by.actor.account.clone().ok_or(ApiError::SignedOut)?,
                            list_hash: Seal::of(list.as_bytes()),
                            list,
                            mode,
                            order,
                            called: 0,
                            ended: None,
                        };
                        let mut changes = Changes::new();
                        changes.rests_on(&e);
                        let called = self.next_offer(&mut changes, &mirror, &e, &mut selection)?;
                        let Some(called) = called else { return Err(ApiError::NoCandidate) };
                        changes.create(&selection).map_err(broken)?;
                        let act = Act::new(
                            &by.actor,
                            Errand::CallNearest,
                            Table::Dispatch,
                            called.id.as_str(),
                        )
                        .note(form.reason.trim())
                        .rules([decision.engine]);
                        (Ok(changes), Some(act))
                    }
                }
            };
            let changes = match changes {
                Ok(changes) => changes,
                Err(faults) => return Err(self.refuse(by, &form, faults).await),
            };
            let Some(act) = act else { return Err(ApiError::Stale) };
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(()),
                Err(StoreFault::Taken { .. }) => self.store.catch_up().await.map_err(broken)?,
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }

    async fn recall(&self, by: &Visitor, id: &DispatchId, form: ReasonForm) -> Answer<()> {
        let (call, case) = self.call_of(id)?;
        self.permit_case(by, Errand::CallRecall, &case)?;
        let mut faults = Faults::new();
        let reason = faults.reason("reason", &form.reason, 4, 500);
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let open = matches!(call.state, State::Offered | State::Delivered { .. });
        let act = if open { CallAct::Withdraw } else { CallAct::Recall };
        let line = Entry { by: by.actor.account.clone(), note: reason, ..entry("", self.now()) };
        self.step_call(&by.actor, Errand::CallRecall, id, act, line, |_, _| {}).await
    }

    async fn phone_answer(
        &self,
        by: &Visitor,
        id: &DispatchId,
        form: PhoneAnswerForm,
    ) -> Answer<()> {
        let (_, case) = self.call_of(id)?;
        self.permit_case(by, Errand::CallAnswerByPhone, &case)?;
        let mut faults = Faults::new();
        let number = faults.phone("number", &form.number);
        let spoke_with = faults.text("spoke_with", &form.spoke_with, 40);
        let witness = faults.text("witness", &form.witness, 40);
        let accept = form.answer == "accept";
        let reason =
            if accept { String::new() } else { faults.reason("reason", &form.reason, 2, 200) };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let act = if accept { CallAct::Accept } else { CallAct::Decline };
        let line = Entry { by: by.actor.account.clone(), note: reason, ..entry("", self.now()) };
        self.step_call(&by.actor, Errand::CallAnswerByPhone, id, act, line, move |changes, line| {
            line.phone = Some(ByPhone {
                number: seal(changes, &number),
                spoke_with: seal(changes, &spoke_with),
                witness: seal(changes, &witness),
            });
        })
        .await
    }

    async fn inspect(
        &self,
        by: &Visitor,
        id: &DispatchId,
        pass: bool,
        form: ReasonForm,
    ) -> Answer<()> {
        let (_, case) = self.call_of(id)?;
        self.permit_case(by, Errand::MissionInspect, &case)?;
        let mut faults = Faults::new();
        let reason = faults.reason("reason", &form.reason, 4, 500);
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let act = if pass { CallAct::Inspect } else { CallAct::Rework };
        let line = Entry { by: by.actor.account.clone(), note: reason, ..entry("", self.now()) };
        self.step_call(&by.actor, Errand::MissionInspect, id, act, line, |_, _| {}).await
    }

    async fn contract(&self, by: &Visitor, id: &DispatchId, form: ContractForm) -> Answer<()> {
        self.put_contract(by, id, form).await
    }

    async fn settle(&self, by: &Visitor, id: &DispatchId, form: SettlementForm) -> Answer<()> {
        self.put_settlement(by, id, form).await
    }

    async fn evaluate(&self, by: &Visitor, id: &DispatchId, form: EvaluateForm) -> Answer<()> {
        let (call, case) = self.call_of(id)?;
        self.permit_case(by, Errand::MissionEvaluate, &case)?;
        let now = self.now();
        let mut faults = Faults::new();
        let mut points = Vec::new();
        for ((key, _), rule) in score::ITEMS.iter().zip(keys::SCORE) {
            let most = self.figure(rule, now)?;
            let raw = form.points.get(*key).map_or("", String::as_str);
            points.push(faults.count(&format!("points.{key}"), raw, 0, most));
        }
        let note = faults.optional_text("note", &form.note, 500);
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let mut next = (*call.value).clone();
        next.state = call.state.step(CallAct::Evaluate, now).map_err(ApiError::Dispatch)?;
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        if call.evaluations.iter().any(|x| x.role == by.actor.role) {
            return Err(ApiError::Stale);
        }
        let evaluation = Evaluation {
            at: now,
            by: account.clone(),
            role: by.actor.role,
            points,
            vetoes: Veto::ALL.into_iter().filter(|v| form.vetoes.contains_key(v.key())).collect(),
            note: note.clone(),
        };
        let total = evaluation.total();
        next.evaluations.push(evaluation);
        next.log.push(Entry {
            by: Some(account),
            note: format!("{total} 分 {note}"),
            ..entry("evaluate", now)
        });
        let mut changes = Changes::new();
        changes.update(&call, &next).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::MissionEvaluate, Table::Dispatch, id.as_str())
            .note(format!("{total} 分"))
            .rules(keys::SCORE.iter().map(ToString::to_string));
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}

impl Site {
    /// Reads the call form against the slate as it is now: the order of teams, or
    /// what is wrong with the form.
    fn read_call(
        &self,
        mirror: &Mirror,
        decision: &Decision,
        form: &CallForm,
    ) -> Answer<Result<(Vec<TeamId>, Mode), Faults>> {
        let mut faults = Faults::new();
        let commander = faults.text("commander", &form.commander, 40);
        let reason = faults.reason("reason", &form.reason, 4, 300);
        let team: Option<TeamId> = faults.choice("team", &form.team);
        let override_reason = faults.optional_text("override_reason", &form.override_reason, 300);
        let fit: Vec<TeamId> = decision.slate.fit.iter().map(|c| c.team.clone()).collect();
        let first = fit.first().cloned().ok_or(ApiError::NoCandidate)?;
        if let Some(team) = &team {
            if !fit.contains(team) {
                if let Some(call) = holder(mirror, team) {
                    let holder = mirror
                        .emergencies
                        .get(call.emergency.as_str())
                        .map_or_else(String::new, |e| e.number.clone());
                    return Err(ApiError::TeamTaken { holder });
                }
                return Err(ApiError::NotACandidate);
            }
            if *team != first && override_reason.is_empty() {
                faults.note("override_reason", Fault::ReasonNeeded);
            }
        }
        let Some(team) = team.filter(|_| faults.is_empty()) else { return Ok(Err(faults)) };
        let overridden = (team != first).then_some(override_reason);
        let mut order = vec![team.clone()];
        order.extend(fit.into_iter().filter(|t| *t != team));
        Ok(Ok((order, Mode::Nearest { commander, reason, override_reason: overridden })))
    }
}
