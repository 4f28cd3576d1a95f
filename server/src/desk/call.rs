//! Choosing teams and calling them: the duty desk's side.

use super::offer::TRIES;
use super::slate::holder;
use super::views::{call_view, candidate, card, tally, unfit};
use crate::chance;
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Mirror, StoreFault, Table};
use app::api::desk::{Answer, CallDesk};
use app::api::{
    ApiError, CallForm, ContractForm, EvaluateForm, PhoneAnswerForm, ReasonForm, SettlementForm,
    SlatePage, Visitor,
};
use async_trait::async_trait;
use model::{DispatchId, EmergencyId, Errand, Fault, Faults, SelectionId, TeamId};
use policies::keys;
use pool::dispatch::{Act as CallAct, ByPhone, Entry, State};
use pool::score::{self, Evaluation, Veto};
use pool::selection::{Decision, Mode, Selection};

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
            .filter_map(|key| self.law().figure(key, now.day()).ok())
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
            open_calls: mirror
                .dispatches
                .iter()
                .filter(|d| d.emergency == e.id && d.state.holds_team())
                .filter_map(|d| call_view(self, &mirror, by, d))
                .collect(),
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
                        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
                        let id = selection_id.clone();
                        let mut selection =
                            self.selection(&mirror, id, &e, account, &decision, mode)?;
                        selection.order = order;
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
                        .rules([decision.engine, self.law_note()]);
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
        let line =
            Entry { by: by.actor.account.clone(), note: reason, ..Entry::new("", self.now()) };
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
        let line =
            Entry { by: by.actor.account.clone(), note: reason, ..Entry::new("", self.now()) };
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
        let line =
            Entry { by: by.actor.account.clone(), note: reason, ..Entry::new("", self.now()) };
        self.step_call(&by.actor, Errand::MissionInspect, id, act, line, |_, _| {}).await
    }

    async fn contract(&self, by: &Visitor, id: &DispatchId, form: ContractForm) -> Answer<()> {
        self.put_contract(by, id, form).await
    }

    async fn settle(&self, by: &Visitor, id: &DispatchId, form: SettlementForm) -> Answer<()> {
        self.put_settlement(by, id, form).await
    }

    async fn evaluate(&self, by: &Visitor, id: &DispatchId, form: EvaluateForm) -> Answer<()> {
        let (_, case) = self.call_of(id)?;
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
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let evaluation = Evaluation {
            at: now,
            by: account.clone(),
            role: by.actor.role,
            points,
            vetoes: Veto::ALL.into_iter().filter(|v| form.vetoes.contains_key(v.key())).collect(),
            note: note.clone(),
        };
        let total = evaluation.total();
        for _ in 0..TRIES {
            let (call, _) = self.call_of(id)?;
            if call.evaluations.iter().any(|x| x.role == by.actor.role) {
                return Err(ApiError::Stale);
            }
            let mut next = (*call.value).clone();
            next.state = call.state.step(CallAct::Evaluate, now).map_err(ApiError::Dispatch)?;
            next.evaluations.push(evaluation.clone());
            next.log.push(Entry {
                by: Some(account.clone()),
                note: format!("{total} 分 {note}"),
                ..Entry::new("evaluate", now)
            });
            let mut changes = Changes::new();
            changes.update(&call, &next).map_err(broken)?;
            let act = Act::new(&by.actor, Errand::MissionEvaluate, Table::Dispatch, id.as_str())
                .note(format!("{total} 分"))
                .rules(keys::SCORE.iter().map(ToString::to_string))
                .rules([self.law_note()]);
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(()),
                Err(StoreFault::Stale { .. }) => self.store.catch_up().await.map_err(broken)?,
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
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
