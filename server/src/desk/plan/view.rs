//! Plans as the desk's pages show them.

use super::publish::version_of;
use super::{own, whose};
use crate::chance;
use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::desk::Answer;
use app::api::{
    LeadLine, PlanFormPage, PlanLine, PlanPage, PlansAsk, PlansPage, Refused, VersionLine, Visitor,
};
use model::{Day, Errand, OrgId, OrgKind, permit};
use policies::plan::{
    Act as PlanAct, LEAD, Lead, Leads, LotNo, Plan, PlanContent, PlanForm, Stage, difference, leads,
};
use policies::{Law, Limit};
use std::collections::BTreeMap;

/// Plans on one page of the desk.
const PAGE: usize = 50;

/// States that the desk filters by.
const STATES: [&str; 5] = ["drafts", "waiting", "returned", "public", "due"];

fn is_in(site: &Site, plan: &Plan, state: &str) -> bool {
    let draft = plan.draft.as_ref().map(|d| d.state.key());
    match state {
        "drafts" => draft == Some("open"),
        "waiting" => draft == Some("submitted"),
        "returned" => draft == Some("returned"),
        "public" => plan.stage != Stage::Unpublished,
        "due" => site.lapses_soon(plan).is_some(),
        _ => true,
    }
}

/// The name of an organisation.
pub(crate) fn org_name(mirror: &Mirror, id: &OrgId) -> String {
    mirror.orgs.get(id.as_str()).map_or_else(String::new, |org| org.name.clone())
}

/// The earliest day of a notice for a lead that counts from a day.
fn earliest(law: &Law, from: Day) -> Day {
    match law.reckon(LEAD, from).map(|r| r.limit.value) {
        Ok(Limit::NotBefore { day }) => day,
        _ => from,
    }
}

impl Site {
    pub(super) fn plans_page(&self, by: &Visitor, ask: &PlansAsk) -> PlansPage {
        let mirror = self.read();
        let mine = |plan: &Plan| {
            permit(&by.actor, Errand::PlanRead, whose(plan)).is_ok()
                // What an owner has not handed in is nobody else's business.
                && (by.actor.org.as_ref() == Some(&plan.owner)
                    || plan.stage != Stage::Unpublished
                    || plan.draft.as_ref().is_some_and(|d| d.state.key() == "submitted"))
        };
        let of_batch =
            |plan: &Plan| ask.batch.is_empty() || plan.batch.as_deref() == Some(&ask.batch);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut plans = Vec::new();
        let mut total = 0;
        for plan in mirror.plans.iter().filter(|p| mine(p) && of_batch(p)) {
            for state in STATES.into_iter().filter(|state| is_in(self, plan, state)) {
                *counts.entry(state.to_owned()).or_default() += 1;
            }
            if is_in(self, plan, &ask.state) {
                total += 1;
                if plan.id.as_str() > ask.after.as_str() && plans.len() <= PAGE {
                    plans.push(plan.clone());
                }
            }
        }
        let more = plans.len() > PAGE;
        plans.truncate(PAGE);
        let next = plans.last().filter(|_| more).map(|plan| plan.id.clone());
        let lines = plans.iter().map(|plan| self.plan_line(&mirror, plan)).collect();
        let may = |errand| permit(&by.actor, errand, own(by)).is_ok();
        PlansPage {
            plans: lines,
            total,
            counts,
            next,
            may_write: may(Errand::PlanWrite),
            may_check: may(Errand::PlanCheck),
        }
    }

    fn plan_line(&self, mirror: &Mirror, plan: &Kept<Plan>) -> PlanLine {
        let public = version_of(mirror, plan).map(|version| &version.content);
        let content = plan.draft.as_ref().map(|d| &d.content).or(public);
        let notice = content.and_then(PlanContent::first_notice);
        PlanLine {
            id: plan.id.clone(),
            number: plan.number.clone(),
            project: content.map_or_else(String::new, |c| c.project.clone()),
            owner: org_name(mirror, &plan.owner),
            stage: plan.stage,
            draft: plan
                .draft
                .as_ref()
                .map(|d| (d.state.key().to_owned(), d.state.name().to_owned())),
            lots: content.map_or(0, |c| c.lots.len()),
            estimate: content.map(PlanContent::estimate).unwrap_or_default(),
            notice: notice.map_or_else(String::new, |n| n.to_string()),
            lapses: self.lapses_soon(plan),
        }
    }

    pub(super) fn plan_page(&self, by: &Visitor, plan: &Kept<Plan>) -> Answer<PlanPage> {
        let today = self.now().day();
        let law = self.law();
        let own_plan = by.actor.org.as_ref() == Some(&plan.owner);
        let public = self.public_version(plan).map(|v| v.content.clone());
        let seen = own_plan || plan.draft.as_ref().is_some_and(|d| d.state.key() == "submitted");
        let draft = plan.draft.clone().filter(|_| seen);
        let leads = match &draft {
            Some(d) => leads(&law, &plan.leads, &d.content, d.scope_changed, today)
                .map_err(|e| self.no_rule(&e))?,
            None => Leads { of: plan.leads.clone(), restarted: vec![] },
        };
        let content = draft.as_ref().map(|d| &d.content).or(public.as_ref());
        let line = |no: &LotNo, lead: &Lead| {
            let lot = content.and_then(|c| c.lot(*no));
            let earliest = earliest(&law, lead.from);
            LeadLine {
                lot: *no,
                name: lot.map_or_else(String::new, |l| l.name.clone()),
                from: lead.from,
                earliest,
                planned: lot.map_or_else(String::new, |l| l.notice.to_string()),
                too_early: lot.is_some_and(|l| l.notice.last() < earliest),
            }
        };
        let errand_of = |act: PlanAct| match act {
            PlanAct::Write | PlanAct::Discard | PlanAct::Submit | PlanAct::Withdraw => {
                Errand::PlanWrite
            }
            PlanAct::Return | PlanAct::Publish => Errand::PlanCheck,
            PlanAct::Realise | PlanAct::Reopen | PlanAct::Lapse => Errand::PlanLapse,
        };
        let may = |act: &PlanAct| {
            plan.step(*act).is_ok() && permit(&by.actor, errand_of(*act), whose(plan)).is_ok()
        };
        let mirror = self.read();
        let versions = (1..=plan.versions).rev().filter_map(|n| {
            let key = policies::plan::PlanVersion::key(&plan.id, n);
            let v = mirror.plan_versions.get(&key)?;
            Some(VersionLine {
                version: v.value.version,
                at: v.at,
                stage: v.stage,
                reason: v.reason.clone(),
            })
        });
        let department = content.and_then(|c| c.department.as_ref());
        Ok(PlanPage {
            id: plan.id.clone(),
            number: plan.number.clone(),
            owner: org_name(&mirror, &plan.owner),
            stage: plan.stage,
            difference: match (&public, &draft) {
                (Some(before), Some(d)) => difference(before, &d.content),
                _ => vec![],
            },
            restarts: if public.is_some() { leads.restarted } else { vec![] },
            leads: leads.of.iter().map(|(no, lead)| line(no, lead)).collect(),
            versions: versions.collect(),
            notices: self.notices_of(&mirror, plan),
            may: PlanAct::ALL.into_iter().filter(may).collect(),
            lapses: self.lapses(plan),
            department: department.map_or_else(String::new, |id| org_name(&mirror, id)),
            approved: Self::approved_line(
                &mirror,
                draft.as_ref().map(|d| &d.content).or(public.as_ref()),
            ),
            law: law.short(),
            content: public,
            draft,
        })
    }

    pub(super) fn plan_form_page(
        &self,
        plan: Option<&Plan>,
        code: &str,
        refused: Refused<PlanForm>,
    ) -> PlanFormPage {
        let public = plan.and_then(|p| self.public_version(p));
        let fresh = refused.faults.is_empty() && refused.form == PlanForm::default();
        let form = match plan {
            Some(plan) if fresh => {
                let draft = plan.draft.as_ref();
                let content = draft.map(|d| &d.content).or(public.as_ref().map(|v| &v.content));
                let form = PlanForm {
                    reason: draft.map_or_else(String::new, |d| d.reason.clone()),
                    scope_changed: draft
                        .filter(|d| d.scope_changed)
                        .map_or_else(String::new, |_| "yes".into()),
                    ..content.map(PlanForm::of).unwrap_or_default()
                };
                Refused { form, ..Refused::default() }
            }
            None if fresh => Refused { form: self.form_of_code(code), ..Refused::default() },
            _ => refused,
        };
        let form = match plan {
            None if form.form.key.is_empty() => {
                Refused { form: PlanForm { key: chance::key("zp"), ..form.form }, ..form }
            }
            _ => form,
        };
        let asked = !code.trim().is_empty() && self.approved_project(code).is_none();
        let mirror = self.read();
        let departments = mirror.orgs.iter().filter(|org| org.kind == OrgKind::Department);
        PlanFormPage {
            id: plan.map(|p| p.id.clone()),
            public: public.is_some(),
            form,
            departments: departments.map(|o| (o.id.to_string(), o.name.clone())).collect(),
            platform: Self::platform_line(&mirror),
            unknown: asked.then(|| code.trim().to_owned()),
        }
    }
}
