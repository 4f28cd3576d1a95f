//! The team's side: calls, answers, progress, teams.

use super::views::{call_view, fact};
use crate::records::Subject;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::desk::{Answer, MissionDesk, public};
use app::api::{
    AnswerForm, ApiError, CallPage, MissionsPage, ProgressForm, TeamForm, TeamView, Visitor,
};
use async_trait::async_trait;
use model::{
    Actor, Datum, DispatchId, Errand, Fault, Faults, Minutes, Moment, Place, Role, Target, TeamId,
};
use policies::keys;
use pool::canon::Seal;
use pool::contractor::Contractor;
use pool::dispatch::{Act as CallAct, Dispatch, Entry, State};
use pool::score;
use pool::team::{Fix, Team};

impl Site {
    fn firm_of(&self, by: &Visitor) -> Answer<Kept<Contractor>> {
        let mirror = self.read();
        let firm = mirror.contractors.iter().find(|c| Some(&c.org) == by.actor.org.as_ref());
        firm.cloned().ok_or(ApiError::NotFound)
    }

    fn permit_call(&self, by: &Visitor, errand: Errand, d: &Dispatch) -> Answer<()> {
        let firm = self.read().contractors.get(d.contractor.as_str()).map(|c| c.org.clone());
        self.permit(by, errand, Target { org: firm.as_ref(), district: None })
    }

    /// The call that a link opens, while the link is good.
    fn linked(&self, token: &str) -> Answer<Kept<Dispatch>> {
        let seal = Seal::of(token.as_bytes()).to_string();
        let found = self.read().dispatches.iter().find(|d| d.token == seal).cloned();
        found.filter(|d| self.now() <= d.token_until).ok_or(ApiError::LinkExpired)
    }

    fn call_page(&self, by: &Visitor, d: &Dispatch) -> Answer<CallPage> {
        let mirror = self.read();
        let e = mirror.emergencies.get(d.emergency.as_str()).ok_or(ApiError::NotFound)?;
        let facts = match &e.determination {
            Some(det) if det.granted => vec![
                fact("认定文号", det.document.clone()),
                fact("工程范围", det.scope.clone()),
                fact("费用上限", format!("{} 元", det.ceiling)),
            ],
            _ => vec![fact("认定", "口头令，暂定认定")],
        };
        let now = self.now();
        let score_items = score::ITEMS
            .iter()
            .zip(keys::SCORE)
            .map(|((key, name), rule)| {
                Ok(((*key).to_owned(), (*name).to_owned(), self.figure(rule, now)?))
            })
            .collect::<Answer<Vec<_>>>()?;
        Ok(CallPage {
            call: call_view(self, &mirror, by, d).ok_or(ApiError::NotFound)?,
            description: e.report.description.clone(),
            facts,
            score_items,
            files: self.files_view(&mirror, by, &Subject::Dispatch(d.id.clone())),
            now,
        })
    }

    async fn answer_as(
        &self,
        by: &Visitor,
        keep_for: &Visitor,
        call: &Dispatch,
        form: AnswerForm,
    ) -> Answer<()> {
        let mut faults = Faults::new();
        let accept = form.answer == "accept";
        let reason =
            if accept { String::new() } else { faults.reason("reason", &form.reason, 2, 200) };
        if !faults.is_empty() {
            return Err(self.refuse(keep_for, &form, faults).await);
        }
        let line = Entry {
            by: by.actor.account.clone(),
            note: reason,
            device_at: device_moment(&form.device_ms, call, self.now()),
            key: form.key.clone(),
            ..Entry::new("", self.now())
        };
        let act = if accept { CallAct::Accept } else { CallAct::Decline };
        self.step_call(&by.actor, Errand::CallAnswer, &call.id, act, line, |_, _| {}).await
    }
}

/// The device's own time, where it sent one that can be: not before the call was made,
/// and not in the future.
fn device_moment(raw: &str, call: &Dispatch, now: Moment) -> Option<Moment> {
    let at = raw.trim().parse().ok().map(Moment::from_ms)?;
    let offered = call.moment_of("offer")?;
    (offered <= at && at <= now.plus(Minutes(5))).then_some(at)
}

/// A place that may be left out.
fn optional_place(faults: &mut Faults, lon: &str, lat: &str, datum: &str) -> Option<Place> {
    if lon.trim().is_empty() && lat.trim().is_empty() {
        return None;
    }
    let datum = Datum::of_form(datum);
    faults.place(lon, lat, datum)
}

#[async_trait]
impl MissionDesk for Site {
    async fn missions(&self, by: &Visitor) -> Answer<MissionsPage> {
        let own = Target { org: by.actor.org.as_ref(), district: None };
        self.permit(by, Errand::MissionReport, own)?;
        let firm = self.firm_of(by)?;
        let mirror = self.read();
        let mut calls: Vec<_> =
            mirror.dispatches.iter().filter(|d| d.contractor == firm.id).collect();
        calls.sort_by(|a, b| {
            (b.state.is_open(), b.moment_of("offer"))
                .cmp(&(a.state.is_open(), a.moment_of("offer")))
        });
        let teams = mirror
            .teams
            .iter()
            .filter(|t| t.contractor == firm.id)
            .map(|t| TeamView {
                id: t.id.clone(),
                name: t.name.clone(),
                base: t.base_name.clone(),
                availability: t.availability,
                since: t.availability_at,
                fix: t.fix.map(|fix| (fix.place, fix.at)),
                machines: t.machine_line(),
                people: t.people,
                held_by: mirror
                    .dispatches
                    .iter()
                    .find(|d| d.team == t.id && d.state.holds_team())
                    .map(|d| d.number.clone()),
            })
            .collect();
        Ok(MissionsPage {
            firm: firm.basics.as_ref().map_or_else(|| firm.id.to_string(), |b| b.name.clone()),
            calls: calls.into_iter().filter_map(|d| call_view(self, &mirror, by, d)).collect(),
            teams,
            now: self.now(),
        })
    }

    async fn call(&self, by: &Visitor, id: &DispatchId) -> Answer<CallPage> {
        let (call, case) = self.call_of(id)?;
        // The team's own firm, or whoever may read the case.
        let firm = self.read().contractors.get(call.contractor.as_str()).map(|c| c.org.clone());
        let own = Target { org: firm.as_ref(), district: None };
        if model::permit(&by.actor, Errand::MissionReport, own).is_err() {
            self.permit_case(by, Errand::EmergencyRead, &case)?;
        }
        self.call_page(by, &call)
    }

    async fn by_token(&self, token: &str) -> Answer<CallPage> {
        let call = self.linked(token)?;
        self.call_page(&self.firm_visitor(&call)?, &call)
    }

    async fn answer(&self, by: &Visitor, id: &DispatchId, form: AnswerForm) -> Answer<()> {
        let (call, _) = self.call_of(id)?;
        self.permit_call(by, Errand::CallAnswer, &call)?;
        self.answer_as(by, by, &call, form).await
    }

    async fn answer_by_token(&self, token: &str, form: AnswerForm) -> Answer<()> {
        let call = self.linked(token)?;
        let by = self.firm_visitor(&call)?;
        self.permit_call(&by, Errand::CallAnswer, &call)?;
        self.answer_as(&by, &public(), &call, form).await
    }

    async fn progress(&self, by: &Visitor, id: &DispatchId, form: ProgressForm) -> Answer<()> {
        let (call, _) = self.call_of(id)?;
        self.permit_call(by, Errand::MissionReport, &call)?;
        let act = match form.act.as_str() {
            "depart" => CallAct::Depart,
            "arrive" => CallAct::Arrive,
            "log" => CallAct::Log,
            "finish" => CallAct::Finish,
            _ => return Err(ApiError::NotFound),
        };
        let mut faults = Faults::new();
        let note = match act {
            CallAct::Log | CallAct::Finish => faults.reason("note", &form.note, 4, 1000),
            _ => faults.optional_text("note", &form.note, 1000),
        };
        let place = optional_place(&mut faults, &form.lon, &form.lat, "");
        if act == CallAct::Arrive && place.is_none() && note.chars().count() < 4 {
            faults.note("note", Fault::PlaceOrReason);
        }
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let line = Entry {
            by: by.actor.account.clone(),
            note,
            place,
            device_at: device_moment(&form.device_ms, &call, self.now()),
            key: form.key.clone(),
            ..Entry::new("", self.now())
        };
        self.step_call(&by.actor, Errand::MissionReport, id, act, line, |_, _| {}).await
    }

    async fn report_team(&self, by: &Visitor, id: &TeamId, form: TeamForm) -> Answer<()> {
        let (team, org) = {
            let mirror = self.read();
            let team = mirror.teams.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
            let org = mirror.contractors.get(team.contractor.as_str()).map(|c| c.org.clone());
            (team, org)
        };
        self.permit(by, Errand::TeamReport, Target { org: org.as_ref(), district: None })?;
        let now = self.now();
        let mut faults = Faults::new();
        let availability = faults.choice("availability", &form.availability);
        let place = optional_place(&mut faults, &form.lon, &form.lat, &form.datum);
        let Some(availability) = availability.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let next = Team {
            availability,
            availability_at: now,
            fix: place.map(|place| Fix { place, at: now }).or(team.fix),
            ..(*team.value).clone()
        };
        let mut changes = Changes::new();
        changes.update(&team, &next).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::TeamReport, Table::Team, id.as_str())
            .note(availability.name());
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}

impl Site {
    /// Whoever holds the link acts for the firm that it was sent to, on this one
    /// call.
    fn firm_visitor(&self, call: &Dispatch) -> Answer<Visitor> {
        let mirror = self.read();
        let firm = mirror.contractors.get(call.contractor.as_str()).ok_or(ApiError::NotFound)?;
        Ok(Visitor {
            actor: Actor {
                account: None,
                role: Role::Contractor,
                org: Some(firm.org.clone()),
                district: None,
            },
            ..public()
        })
    }

    /// Calls that wait for an answer whose time is over.
    pub(super) fn lapsed(&self, now: Moment) -> Vec<DispatchId> {
        self.read()
            .dispatches
            .iter()
            .filter(|d| matches!(d.state, State::Delivered { until } if now > until))
            .map(|d| d.id.clone())
            .collect()
    }
}
