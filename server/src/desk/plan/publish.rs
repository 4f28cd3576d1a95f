//! What makes a new public version of a plan: publishing, withdrawing, its notices.

use super::whose;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, Visitor};
use model::{Actor, Errand, Moment};
use policies::plan::{
    Act as PlanAct, DraftState, LotNo, Plan, PlanContent, PlanVersion, Refusal, Restart, Stage,
    leads,
};
use std::collections::BTreeMap;

/// How often numbers are drawn again when two publish at once.
const TRIES: usize = 8;

/// The number after the highest of its year: `JH-2026-000017`.
pub(in crate::desk) fn number_after<T>(
    taken: &BTreeMap<String, T>,
    prefix: &str,
    now: Moment,
    nth: u32,
) -> String {
    let head = format!("{prefix}-{}-", now.day().year());
    // `:` follows `9`, so that the range ends with the year.
    let last = taken.range(head.clone()..format!("{head}:")).next_back();
    let last = last.and_then(|(number, _)| number.strip_prefix(&head)?.parse::<u32>().ok());
    format!("{head}{:06}", last.unwrap_or(0) + nth)
}

impl Site {
    /// What is public of a plan.
    pub(in crate::desk) fn public_version(&self, plan: &Plan) -> Option<Kept<PlanVersion>> {
        version_of(&self.read(), plan).cloned()
    }

    pub(super) fn public_content(&self, plan: &Plan) -> Option<PlanContent> {
        self.public_version(plan).map(|version| version.content.clone())
    }

    /// Hands in the drafts of several plans in one act.
    pub(super) async fn submit_plans(&self, by: &Visitor, plans: Vec<Kept<Plan>>) -> Answer<()> {
        let now = self.now();
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let Some(first) = plans.first() else { return Ok(()) };
        let mut changes = Changes::new();
        for plan in &plans {
            self.permit(by, Errand::PlanWrite, whose(plan))?;
            let mut next = (*plan.value).clone();
            next.stage = plan.step(PlanAct::Submit).map_err(ApiError::Plan)?;
            if let Some(draft) = &mut next.draft {
                draft.state = DraftState::Submitted { since: now, by: account.clone() };
            }
            changes.update(plan, &next).map_err(broken)?;
        }
        let act = Act::new(&by.actor, Errand::PlanWrite, Table::Plan, first.id.as_str())
            .note(format!("提交核对，共 {} 项", plans.len()));
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    /// Publishes the drafts of plans that were handed in, in one act.
    pub(super) async fn publish_plans(
        &self,
        by: &Visitor,
        plans: Vec<Kept<Plan>>,
        scope_changed: bool,
    ) -> Answer<()> {
        let Some(first) = plans.first().map(|p| p.id.clone()) else { return Ok(()) };
        for _ in 0..TRIES {
            let now = self.now();
            let mut changes = Changes::new();
            let mut named = Vec::new();
            let mut nth = 0;
            for plan in &plans {
                let mut next = (*plan.value).clone();
                next.stage = plan.step(PlanAct::Publish).map_err(ApiError::Plan)?;
                let Some(draft) = next.draft.take() else { continue };
                // A notice may have come since the draft was written.
                if plan.lost(&draft.content).next().is_some() {
                    let refusal = Refusal { stage: plan.stage, draft: None, act: PlanAct::Publish };
                    return Err(ApiError::Plan(refusal));
                }
                let declared = scope_changed || draft.scope_changed;
                let revived = plan.stage == Stage::Lapsed;
                let none = BTreeMap::new();
                let before = if revived { &none } else { &plan.leads };
                let mut made = leads(&self.law(), before, &draft.content, declared, now.day())
                    .map_err(|e| self.no_rule(&e))?;
                if revived {
                    made.restarted.iter_mut().for_each(|(_, why)| *why = Restart::Revived);
                }
                if next.number.is_none() {
                    nth += 1;
                    next.number = Some(number_after(&self.read().plan_numbers, "JH", now, nth));
                }
                next.published = next.published.or(Some(now));
                next.retired.extend(plan.leads.keys().filter(|no| !made.of.contains_key(no)));
                next.leads = made.of;
                if next.is_realised(&draft.content) {
                    next.stage = Stage::Realised;
                }
                let version =
                    self.version(&mut next, (draft.content, draft.reason, made.restarted), now);
                named.push(format!("{} {}", version.number, version.content.project));
                changes.update(plan, &next).map_err(broken)?;
                changes.create_numbered(&version).map_err(broken)?;
            }
            let act = Act::new(&by.actor, Errand::PlanCheck, Table::Plan, first.as_str())
                .note(match named.as_slice() {
                    [one] => format!("发布：{one}"),
                    many => format!("发布，共 {} 项", many.len()),
                })
                .rules([self.law_note()]);
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(()),
                // Two published at once and drew one number: draw again.
                Err(StoreFault::Taken { .. }) => self.store.catch_up().await.map_err(broken)?,
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }

    /// The next version of a plan, which is counted in it.
    fn version(
        &self,
        plan: &mut Plan,
        (content, reason, restarted): (PlanContent, String, Vec<(LotNo, Restart)>),
        now: Moment,
    ) -> PlanVersion {
        plan.versions += 1;
        let mirror = self.read();
        let owner = mirror.orgs.get(plan.owner.as_str());
        // On its first day every lot is new; that is no news.
        let first = plan.versions == 1;
        PlanVersion {
            id: PlanVersion::key(&plan.id, plan.versions),
            plan: plan.id.clone(),
            number: plan.number.clone().unwrap_or_default(),
            seq: 0,
            version: plan.versions,
            at: now,
            owner: plan.owner.clone(),
            owner_name: owner.map_or_else(String::new, |org| org.name.clone()),
            stage: plan.stage,
            reason,
            restarted: if first { vec![] } else { restarted },
            content,
        }
    }

    /// Adds to `changes` that a plan stands elsewhere now, with the version that says so.
    pub(in crate::desk) fn restage_within(
        &self,
        changes: &mut Changes,
        plan: &Kept<Plan>,
        mut next: Plan,
        act: PlanAct,
        reason: &str,
        now: Moment,
    ) -> Answer<()> {
        next.stage = plan.step(act).map_err(ApiError::Plan)?;
        let content = self.public_content(plan).ok_or(ApiError::NotFound)?;
        let version = self.version(&mut next, (content, reason.to_owned(), vec![]), now);
        changes.update(plan, &next).map_err(broken)?;
        changes.create_numbered(&version).map_err(broken)?;
        Ok(())
    }

    /// Moves a plan to another stage.
    pub(super) async fn restage(
        &self,
        by: &Visitor,
        errand: Errand,
        plan: &Kept<Plan>,
        act: PlanAct,
        reason: &str,
    ) -> Answer<()> {
        self.restage_as(&by.actor, errand, plan, act, reason).await
    }

    pub(super) async fn restage_as(
        &self,
        actor: &Actor,
        errand: Errand,
        plan: &Kept<Plan>,
        act: PlanAct,
        reason: &str,
    ) -> Answer<()> {
        let now = self.now();
        let mut changes = Changes::new();
        self.restage_within(&mut changes, plan, (*plan.value).clone(), act, reason, now)?;
        let entry = Act::new(actor, errand, Table::Plan, plan.id.as_str())
            .note(format!("{}：{reason}", act.name()))
            .rules([self.law_note()]);
        self.store.commit(changes, entry, now).await.map_err(broken)?;
        Ok(())
    }
}

/// The version of a plan that is public.
pub(in crate::desk) fn version_of<'a>(
    mirror: &'a Mirror,
    plan: &Plan,
) -> Option<&'a Kept<PlanVersion>> {
    if plan.stage == Stage::Unpublished {
        return None;
    }
    mirror.plan_versions.get(&PlanVersion::key(&plan.id, plan.versions))
}
