//! Tender plans: drafted by owners, checked and published by the trading centre.

mod approved;
mod lapse;
mod publish;
mod view;

use crate::chance;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, StoreFault, Table};
use app::api::desk::{Answer, PlanDesk};
use app::api::{
    ApiError, PlanActForm, PlanFormPage, PlanPage, PlansAsk, PlansPage, Refused, Visitor,
};
use async_trait::async_trait;
use model::{Errand, Fault, Faults, OrgKind, PlanId, Target};
use policies::plan::{Act as PlanAct, Draft, DraftState, Plan, PlanContent, PlanForm};

pub(super) use publish::{number_after, version_of};
pub(crate) use view::org_name;

/// Whose record a plan is.
fn whose(plan: &Plan) -> Target<'_> {
    Target { org: Some(&plan.owner), district: None }
}

impl Site {
    pub(super) fn plan_of(&self, id: &PlanId) -> Answer<Kept<Plan>> {
        self.read().plans.get(id.as_str()).cloned().ok_or(ApiError::NotFound)
    }

    /// What a form says, sound; or what is wrong with it.
    fn read_plan_form(
        &self,
        form: &PlanForm,
        plan: Option<&Plan>,
        public: Option<&PlanContent>,
    ) -> Result<PlanContent, Faults> {
        let used: Vec<_> = plan.map(|p| p.used().collect()).unwrap_or_default();
        let mut faults = Faults::new();
        let content = match form.read(used) {
            Ok(content) => Some(content),
            Err(wrong) => {
                faults.extend(wrong);
                None
            }
        };
        if let Some(department) = content.as_ref().and_then(|c| c.department.as_ref()) {
            let kind = self.read().orgs.get(department.as_str()).map(|org| org.kind);
            if kind != Some(OrgKind::Department) {
                faults.note("department", Fault::NotAChoice);
            }
        }
        if let Some((plan, content)) = plan.zip(content.as_ref())
            && plan.lost(content).next().is_some()
        {
            faults.note("lots", Fault::LotNoticed);
        }
        if let Some(public) = public {
            faults.reason("reason", &form.reason, 4, 500);
            if content.as_ref() == Some(public) {
                faults.note("project", Fault::Unchanged);
            }
        }
        match content {
            Some(content) if faults.is_empty() => Ok(content),
            _ => Err(faults),
        }
    }

    /// What a form comes to whose key a plan has already: that plan, when it says the same
    /// (handed in, when that is what is new); else another plan, so that nothing is lost.
    async fn came_again(&self, by: &Visitor, key: PlanId, form: PlanForm) -> Answer<PlanId> {
        let known = self.plan_of(&key)?;
        let said = form.read([]).ok();
        let same = known.owner == whose_new(by)?
            && known.number.is_none()
            && known.draft.as_ref().map(|d| &d.content) == said.as_ref();
        if !same {
            return self.save_plan(by, None, PlanForm { key: String::new(), ..form }).await;
        }
        if form.then == "submit" && known.step(PlanAct::Submit).is_ok() {
            let submit = PlanActForm { act: "submit".into(), ..PlanActForm::default() };
            self.act_on_plan(by, &key, submit).await?;
        }
        Ok(key)
    }

    /// Changes the draft of a plan and nothing else.
    async fn step_draft(
        &self,
        by: &Visitor,
        errand: Errand,
        plan: &Kept<Plan>,
        act: PlanAct,
        note: &str,
        state: DraftState,
    ) -> Answer<()> {
        let mut next = (*plan.value).clone();
        next.stage = plan.step(act).map_err(ApiError::Plan)?;
        if let Some(draft) = &mut next.draft {
            draft.state = state;
        }
        let mut changes = Changes::new();
        changes.update(plan, &next).map_err(broken)?;
        let entry = Act::new(&by.actor, errand, Table::Plan, plan.id.as_str());
        let entry = entry.note(format!("{}：{note}", act.name()));
        self.store.commit(changes, entry, self.now()).await.map_err(broken)?;
        Ok(())
    }

    async fn discard(&self, by: &Visitor, plan: &Kept<Plan>) -> Answer<()> {
        let mut next = (*plan.value).clone();
        next.stage = plan.step(PlanAct::Discard).map_err(ApiError::Plan)?;
        next.draft = None;
        let mut changes = Changes::new();
        if plan.number.is_none() {
            changes.remove(plan).map_err(broken)?;
        } else {
            changes.update(plan, &next).map_err(broken)?;
        }
        let entry = Act::new(&by.actor, Errand::PlanWrite, Table::Plan, plan.id.as_str());
        let entry = entry.note(PlanAct::Discard.name());
        self.store.commit(changes, entry, self.now()).await.map_err(broken)?;
        Ok(())
    }
}

#[async_trait]
impl PlanDesk for Site {
    async fn plans(&self, by: &Visitor, ask: PlansAsk) -> Answer<PlansPage> {
        self.permit(by, Errand::PlanRead, own(by))?;
        Ok(self.plans_page(by, &ask))
    }

    async fn plan(&self, by: &Visitor, id: &PlanId) -> Answer<PlanPage> {
        self.permit(by, Errand::PlanRead, own(by))?;
        let plan = self.plan_of(id)?;
        self.permit(by, Errand::PlanRead, whose(&plan))?;
        self.plan_page(by, &plan)
    }

    async fn plan_form(
        &self,
        by: &Visitor,
        id: Option<&PlanId>,
        code: &str,
        refused: Refused<PlanForm>,
    ) -> Answer<PlanFormPage> {
        self.permit(by, Errand::PlanWrite, own(by))?;
        let plan = id.map(|id| self.plan_of(id)).transpose()?;
        if let Some(plan) = &plan {
            self.permit(by, Errand::PlanWrite, whose(plan))?;
            plan.step(PlanAct::Write).map_err(ApiError::Plan)?;
        }
        Ok(self.plan_form_page(plan.as_deref(), code, refused))
    }

    async fn save_plan(&self, by: &Visitor, id: Option<&PlanId>, form: PlanForm) -> Answer<PlanId> {
        self.permit(by, Errand::PlanWrite, own(by))?;
        let now = self.now();
        let plan = id.map(|id| self.plan_of(id)).transpose()?;
        let public = plan.as_ref().and_then(|plan| self.public_content(plan));
        if let Some(plan) = &plan {
            self.permit(by, Errand::PlanWrite, whose(plan))?;
            plan.step(PlanAct::Write).map_err(ApiError::Plan)?;
        }
        let content = match self.read_plan_form(&form, plan.as_deref(), public.as_ref()) {
            Ok(content) => content,
            Err(faults) => return Err(self.refuse(by, &form, faults).await),
        };
        let submits = form.then == "submit";
        let state = match by.actor.account.clone() {
            Some(account) if submits => DraftState::Submitted { since: now, by: account },
            _ => DraftState::Open,
        };
        let draft = Draft {
            content,
            reason: if public.is_some() { form.reason.trim().into() } else { String::new() },
            scope_changed: public.is_some() && form.scope_changed == "yes",
            state,
        };
        let note = draft.content.project.clone();
        let mut changes = Changes::new();
        let key = match &plan {
            Some(plan) => {
                let mut next = (*plan.value).clone();
                next.draft = Some(draft);
                changes.update(plan, &next).map_err(broken)?;
                plan.id.clone()
            }
            None => {
                let plan = self.new_plan(by, draft, None, key_of(&form.key, "zp"))?;
                changes.create(&plan).map_err(broken)?;
                plan.id
            }
        };
        let what = if submits { PlanAct::Submit } else { PlanAct::Write };
        let act = Act::new(&by.actor, Errand::PlanWrite, Table::Plan, key.as_str())
            .note(format!("{}：{note}", what.name()))
            .rules([self.law_note()]);
        match self.store.commit(changes, act, now).await {
            Ok(_) => Ok(key),
            // A new plan of that key is there already: the same form came twice, or its
            // page was gone back to.
            Err(StoreFault::Exists(_)) if plan.is_none() && !form.key.is_empty() => {
                self.came_again(by, key, form).await
            }
            Err(fault) => Err(broken(fault)),
        }
    }

    async fn act_on_plan(&self, by: &Visitor, id: &PlanId, form: PlanActForm) -> Answer<()> {
        self.permit(by, errand_of(&form.act)?, own(by))?;
        let plan = self.plan_of(id)?;
        let now = self.now();
        let mut faults = Faults::new();
        match form.act.as_str() {
            "submit" => {
                self.permit(by, Errand::PlanWrite, whose(&plan))?;
                let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
                let state = DraftState::Submitted { since: now, by: account };
                let write = Errand::PlanWrite;
                self.step_draft(by, write, &plan, PlanAct::Submit, "", state).await
            }
            "discard" => {
                self.permit(by, Errand::PlanWrite, whose(&plan))?;
                self.discard(by, &plan).await
            }
            "return" => {
                self.permit(by, Errand::PlanCheck, whose(&plan))?;
                let remark = faults.reason("reason", &form.reason, 4, 500);
                if !faults.is_empty() {
                    return Err(self.refuse(by, &form, faults).await);
                }
                let state = DraftState::Returned { since: now, remark: remark.clone() };
                let check = Errand::PlanCheck;
                self.step_draft(by, check, &plan, PlanAct::Return, &remark, state).await
            }
            "publish" => {
                self.permit(by, Errand::PlanCheck, whose(&plan))?;
                self.publish_plans(by, vec![plan], form.scope_changed == "yes").await
            }
            "withdraw" => {
                self.permit(by, Errand::PlanWrite, whose(&plan))?;
                let reason = faults.reason("reason", &form.reason, 4, 500);
                if !faults.is_empty() {
                    return Err(self.refuse(by, &form, faults).await);
                }
                self.restage(by, Errand::PlanWrite, &plan, PlanAct::Withdraw, &reason).await
            }
            _ => Err(ApiError::ForeignForm),
        }
    }

    async fn act_on_batch(&self, by: &Visitor, batch: &str, form: PlanActForm) -> Answer<()> {
        self.permit(by, errand_of(&form.act)?, own(by))?;
        let plans: Vec<Kept<Plan>> = {
            let mirror = self.read();
            mirror.plans.iter().filter(|p| p.batch.as_deref() == Some(batch)).cloned().collect()
        };
        let ready = |act: PlanAct| {
            let plans = plans.iter().filter(|p| p.step(act).is_ok());
            plans.cloned().collect::<Vec<_>>()
        };
        let first = plans.first().ok_or(ApiError::NotFound)?;
        match form.act.as_str() {
            "submit" => {
                self.permit(by, Errand::PlanWrite, whose(first))?;
                self.submit_plans(by, ready(PlanAct::Submit)).await
            }
            "publish" => {
                self.permit(by, Errand::PlanCheck, whose(first))?;
                self.publish_plans(by, ready(PlanAct::Publish), false).await
            }
            _ => Err(ApiError::ForeignForm),
        }
    }
}

/// What somebody does who does that with a plan.
fn errand_of(act: &str) -> Answer<Errand> {
    match act {
        "submit" | "discard" | "withdraw" => Ok(Errand::PlanWrite),
        "return" | "publish" => Ok(Errand::PlanCheck),
        _ => Err(ApiError::ForeignForm),
    }
}

/// Whose a new plan is.
fn whose_new(by: &Visitor) -> Answer<model::OrgId> {
    by.actor.org.clone().ok_or(ApiError::Forbidden)
}

/// The key that a form brings, if it is one of ours; else a new one.
pub(super) fn key_of(brought: &str, prefix: &str) -> String {
    let drawn = brought.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
    match drawn {
        Some(rest) if rest.len() == 24 && rest.bytes().all(|b| b.is_ascii_hexdigit()) => {
            brought.to_owned()
        }
        _ => chance::key(prefix),
    }
}

/// One's own organisation.
pub(super) fn own(by: &Visitor) -> Target<'_> {
    Target { org: by.actor.org.as_ref(), district: None }
}

impl Site {
    pub(super) fn new_plan(
        &self,
        by: &Visitor,
        draft: Draft,
        batch: Option<String>,
        key: String,
    ) -> Answer<Plan> {
        Ok(Plan {
            id: key.parse().map_err(|_| ApiError::NotFound)?,
            number: None,
            owner: whose_new(by)?,
            stage: policies::plan::Stage::Unpublished,
            draft: Some(draft),
            versions: 0,
            published: None,
            leads: Default::default(),
            notices: Default::default(),
            retired: Default::default(),
            batch,
        })
    }
}
