//! The register of tender notices: entered, held against the plans, let go.

use super::plan::{key_of, number_after, org_name, own, version_of};
use crate::chance;
use crate::site::{Site, broken, who};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::{Answer, NoticeDesk};
use app::api::{
    ApiError, NoticeActForm, NoticeFormPage, NoticeLine, NoticePage, NoticesPage, Refused, Visitor,
};
use async_trait::async_trait;
use model::{
    Day, District, Errand, Fault, Faults, Moment, Money, OrgId, OrgKind, PlanId, Target,
    TenderNoticeId, permit,
};
use policies::notice::{
    Holding, LotLead, NoticeContent, NoticeForm, NoticeVersion, ShortReason, Shortfall,
    TenderNotice, lot_leads, objections, shortfalls,
};
use policies::plan::{Act as PlanAct, LEAD, LotRef, Plan, Stage, is_young, restarts};
use policies::{Limit, NoReckoning};
use pool::emergency::{Emergency, Stage as CaseStage};
use std::collections::{BTreeMap, BTreeSet};

/// Notices on one page of the desk.
const PAGE: usize = 50;
/// How often numbers are drawn again when two enter at once.
const TRIES: usize = 8;

/// Lots that a form offers besides those that it holds.
const OFFERED: usize = 200;

fn whose(notice: &TenderNotice) -> Target<'_> {
    Target { org: Some(&notice.owner), district: None }
}

pub(crate) fn notice_line(notice: &TenderNotice) -> NoticeLine {
    NoticeLine {
        id: notice.id.clone(),
        number: notice.number.clone(),
        title: notice.content.title.clone(),
        owner: notice.owner_name.clone(),
        noticed: notice.content.noticed,
        holding: (notice.holding.key().into(), notice.holding.name().into()),
        lead: notice.lead_days(),
    }
}

/// A shortfall as the fault of its field.
fn fault_of(short: &Shortfall) -> Fault {
    let article = short.basis.as_ref().map_or_else(String::new, |basis| {
        let article = basis.article.as_deref().unwrap_or_default();
        format!("（{}{article}）", basis.text)
    });
    Fault::BelowLegal { why: format!("{}{article}", short.text) }
}

/// Writes a notice and, when it is public, the version that it becomes.
fn write(
    changes: &mut Changes,
    before: Option<&Kept<TenderNotice>>,
    next: &TenderNotice,
) -> Result<(), StoreFault> {
    match before {
        Some(seen) => changes.update_numbered(seen, next)?,
        None => changes.create_numbered(next)?,
    };
    if next.out.is_some() {
        changes.create_numbered(&NoticeVersion::of(next))?;
    }
    Ok(())
}

/// What a notice rests on: the plans of its lots as they were read.
struct Plans(BTreeMap<PlanId, Kept<Plan>>);

impl Plans {
    fn leads_from(&self) -> BTreeMap<LotRef, Day> {
        let lots = self.0.values().flat_map(|plan| {
            plan.leads
                .iter()
                .map(|(no, lead)| (LotRef { plan: plan.id.clone(), lot: *no }, lead.from))
        });
        lots.collect()
    }
}

impl Site {
    fn tender_notice_of(&self, id: &TenderNoticeId) -> Answer<Kept<TenderNotice>> {
        self.read().tender_notices.get(id.as_str()).cloned().ok_or(ApiError::NotFound)
    }

    /// Notices that name a plan's lots.
    pub(super) fn notices_of(&self, mirror: &Mirror, plan: &Plan) -> Vec<NoticeLine> {
        let ids: BTreeSet<&TenderNoticeId> = plan.notices.values().flatten().collect();
        let found = ids.into_iter().filter_map(|id| mirror.tender_notices.get(id.as_str()));
        found.map(|notice| notice_line(notice)).collect()
    }

    fn no_reckoning(&self, fault: &NoReckoning) -> ApiError {
        tracing::error!(%fault, "a rule can't be reckoned with");
        ApiError::Broken { ticket: "rule".into() }
    }

    /// The plans that a notice names, each public and its owner's own.
    fn plans_of(&self, content: &NoticeContent, faults: &mut Faults) -> Plans {
        let mirror = self.read();
        let mut plans = BTreeMap::new();
        for lot in &content.lots {
            let plan = mirror.plans.get(lot.plan.as_str());
            let public = plan.and_then(|plan| version_of(&mirror, plan));
            let stands = plan.is_some_and(|p| {
                matches!(p.stage, Stage::Published | Stage::Realised | Stage::Lapsed)
            });
            match plan {
                Some(plan)
                    if stands && public.is_some_and(|v| v.content.lot(lot.lot).is_some()) =>
                {
                    plans.insert(plan.id.clone(), plan.clone());
                }
                _ => faults.note("lots", Fault::NoSuchLot),
            }
        }
        Plans(plans)
    }

    /// Whose notice it is: the visitor's own, or for the trading centre that of the plans
    /// or the one it names.
    fn owner_of(
        &self,
        by: &Visitor,
        plans: &Plans,
        named: &str,
        faults: &mut Faults,
    ) -> Option<OrgId> {
        let owners: BTreeSet<&OrgId> = plans.0.values().map(|plan| &plan.owner).collect();
        if owners.len() > 1 {
            faults.note("lots", Fault::NoSuchLot);
        }
        let planned = owners.into_iter().next().cloned();
        let own = by.actor.org.clone();
        if model::allowed(by.actor.role, Errand::TenderNoticeWrite) == Some(model::Reach::Own) {
            if planned.is_some() && planned != own {
                faults.note("lots", Fault::NoSuchLot);
            }
            return own;
        }
        planned.or_else(|| {
            let id: Option<OrgId> = faults.choice("owner", named);
            let kind = id.as_ref().and_then(|id| Some(self.read().orgs.get(id.as_str())?.kind));
            if id.is_some() && kind != Some(OrgKind::Owner) {
                faults.note("owner", Fault::NotAChoice);
            }
            id
        })
    }

    /// Whether a notice buys about what its plans say: something of its kind, for a sum that
    /// would not restart their leads.
    fn is_as_planned(&self, content: &NoticeContent, plans: &Plans) -> Answer<bool> {
        let mirror = self.read();
        let mut kinds = BTreeSet::new();
        let mut sum = Money::ZERO;
        for lot in &content.lots {
            let plan = plans.0.get(&lot.plan);
            let version = plan.and_then(|plan| version_of(&mirror, plan));
            let Some(planned) = version.and_then(|v| v.content.lot(lot.lot)) else { continue };
            kinds.insert(planned.kind);
            sum = sum.plus(planned.estimate).unwrap_or(Money::from_fen(i64::MAX));
        }
        let law = self.law();
        let far = restarts(&law, sum, content.amount, false, content.noticed)
            .map_err(|e| self.no_rule(&e))?;
        Ok(kinds.contains(&content.kind) && !far.value)
    }

    /// Whether a notice may go out, by what stands on the form beside its content.
    fn holding(
        &self,
        by: &Visitor,
        content: &NoticeContent,
        leads: &[LotLead],
        form: &NoticeForm,
        plans: &Plans,
        faults: &mut Faults,
    ) -> Answer<Holding> {
        if TenderNotice::is_early_enough(content, leads) && self.is_as_planned(content, plans)? {
            return Ok(Holding::Clear);
        }
        let number = form.emergency.trim();
        if !number.is_empty() {
            let mirror = self.read();
            // Where the plans' projects lie, or of the same owner where there is no plan.
            let of_plans: BTreeSet<District> = plans
                .0
                .values()
                .filter_map(|plan| version_of(&mirror, plan))
                .flat_map(|version| version.content.districts.iter().copied())
                .collect();
            let concerns = |e: &Emergency| {
                if plans.0.is_empty() {
                    by.actor.org.is_some() && e.report.reporter.org == by.actor.org
                } else {
                    of_plans.contains(&e.report.district)
                }
            };
            let case = mirror.emergencies.iter().find(|e| e.number == number);
            let determined = case.filter(|e| {
                matches!(e.stage, CaseStage::Determined | CaseStage::Controlled)
                    && e.determination.as_ref().is_some_and(|d| d.granted)
                    && concerns(e)
            });
            let Some(case) = determined else {
                faults.note("emergency", Fault::NotDetermined);
                return Ok(Holding::Clear);
            };
            return Ok(Holding::Freed { emergency: case.id.clone(), number: number.into() });
        }
        if form.short_reason.trim().is_empty() {
            return Ok(Holding::Held { reason: None, words: String::new() });
        }
        let reason = self.plead(&form.short_reason, &form.short_words, content, plans, faults)?;
        Ok(Holding::Held { reason, words: form.short_words.trim().to_owned() })
    }

    /// Reads why a notice should go out in spite of its short lead.
    fn plead(
        &self,
        key: &str,
        words: &str,
        content: &NoticeContent,
        plans: &Plans,
        faults: &mut Faults,
    ) -> Answer<Option<ShortReason>> {
        let reason: Option<ShortReason> = faults.choice("short_reason", key);
        faults.reason("short_words", words, 6, 500);
        if reason == Some(ShortReason::Young) {
            let mirror = self.read();
            for plan in plans.0.values() {
                let approved = version_of(&mirror, plan).and_then(|v| v.content.approved);
                // A plan that does not say when it was approved can't be shown to be young.
                let young = match approved {
                    Some(approved) => {
                        is_young(&self.law(), approved, content.noticed)
                            .map_err(|e| self.no_rule(&e))?
                            .value
                    }
                    None => false,
                };
                if !young {
                    faults.note("short_reason", Fault::NotYoung);
                }
            }
        }
        Ok(reason)
    }

    /// Lots of public plans that still wait for their notice, or are in `kept`.
    fn open_lots(
        &self,
        by: &Visitor,
        kept: &BTreeSet<LotRef>,
        only: Option<&PlanId>,
    ) -> Vec<(String, String, Day)> {
        let law = self.law();
        let mirror = self.read();
        let own_only =
            model::allowed(by.actor.role, Errand::TenderNoticeWrite) == Some(model::Reach::Own);
        let mut lots = Vec::new();
        // What the form holds already is never left out, however many there are.
        let first: BTreeSet<&PlanId> = kept.iter().map(|lot| &lot.plan).collect();
        let held = first.iter().filter_map(|id| mirror.plans.get(id.as_str()));
        for plan in held.chain(mirror.plans.iter().filter(|plan| !first.contains(&plan.id))) {
            let mine = !own_only || by.actor.org.as_ref() == Some(&plan.owner);
            let asked = only.is_none_or(|id| *id == plan.id);
            let Some(version) = version_of(&mirror, plan).filter(|_| mine) else { continue };
            for lot in &version.content.lots {
                let key = LotRef { plan: plan.id.clone(), lot: lot.no };
                let waits = matches!(plan.stage, Stage::Published | Stage::Lapsed)
                    && plan.notices.get(&lot.no).is_none_or(BTreeSet::is_empty);
                let offered = kept.contains(&key) || (waits && asked);
                if !offered {
                    continue;
                }
                let Some(lead) = plan.leads.get(&lot.no) else { continue };
                let earliest = match law.reckon(LEAD, lead.from).map(|r| r.limit.value) {
                    Ok(Limit::NotBefore { day }) => day,
                    _ => lead.from,
                };
                let name = format!("{} {} · {}", version.number, version.content.project, lot.name);
                lots.push((key.to_string(), name, earliest));
                if lots.len() >= kept.len() + OFFERED {
                    return lots;
                }
            }
        }
        lots
    }

    /// Ties a notice that goes out to its plans, and unties what it does not name any
    /// more; plans whose lots all have notices are realised by that.
    fn tie(
        &self,
        changes: &mut Changes,
        before: Option<&TenderNotice>,
        after: &TenderNotice,
        judged: &Plans,
        now: Moment,
    ) -> Answer<()> {
        let tied = |notice: &TenderNotice| {
            if notice.holding.goes_out() { notice.content.lots.clone() } else { BTreeSet::new() }
        };
        let (old, new) = (before.map(tied).unwrap_or_default(), tied(after));
        let touched: BTreeSet<&PlanId> = old.union(&new).map(|lot| &lot.plan).collect();
        for id in touched {
            // As it was judged: if it has changed since, the commit refuses.
            let plan = match judged.0.get(id) {
                Some(plan) => plan.clone(),
                None => self.plan_of(id)?,
            };
            let mut next = (*plan.value).clone();
            for lot in old.iter().filter(|lot| lot.plan == *id) {
                if let Some(ids) = next.notices.get_mut(&lot.lot) {
                    ids.remove(&after.id);
                }
            }
            for lot in new.iter().filter(|lot| lot.plan == *id) {
                next.notices.entry(lot.lot).or_default().insert(after.id.clone());
            }
            next.notices.retain(|_, ids| !ids.is_empty());
            if next.notices == plan.notices {
                changes.rests_on(&plan);
                continue;
            }
            let content = self.public_version(&plan).map(|v| v.content.clone());
            let realised = content.is_some_and(|content| next.is_realised(&content));
            let act = match plan.stage {
                Stage::Published | Stage::Lapsed if realised => Some(PlanAct::Realise),
                Stage::Realised if !realised => Some(PlanAct::Reopen),
                _ => None,
            };
            match act {
                Some(act) => {
                    let why = format!("招标公告 {}", after.number);
                    self.restage_within(changes, &plan, next, act, &why, now)?;
                }
                None => {
                    changes.update(&plan, &next).map_err(broken)?;
                }
            }
        }
        Ok(())
    }
}

#[async_trait]
impl NoticeDesk for Site {
    async fn notices(&self, by: &Visitor, held: bool, before: &str) -> Answer<NoticesPage> {
        self.permit(by, Errand::PlanRead, own(by))?;
        let mirror = self.read();
        let may_see =
            |n: &&Kept<TenderNotice>| permit(&by.actor, Errand::PlanRead, whose(n)).is_ok();
        let is_held = |n: &TenderNotice| matches!(n.holding, Holding::Held { .. });
        let (mut total, mut waiting) = (0, 0);
        let mut page = Vec::new();
        for id in mirror.notice_numbers.values().rev() {
            let notice = mirror.tender_notices.get(id.as_str()).filter(may_see);
            let Some(notice) = notice else { continue };
            waiting += usize::from(is_held(notice));
            if held && !is_held(notice) {
                continue;
            }
            total += 1;
            if (before.is_empty() || notice.number.as_str() < before) && page.len() <= PAGE {
                page.push(notice_line(notice));
            }
        }
        let more = page.len() > PAGE;
        page.truncate(PAGE);
        Ok(NoticesPage {
            next: page.last().filter(|_| more).map(|line| line.number.clone()),
            notices: page,
            total,
            held: waiting,
            may_write: permit(&by.actor, Errand::TenderNoticeWrite, own(by)).is_ok(),
        })
    }

    async fn notice(&self, by: &Visitor, id: &TenderNoticeId) -> Answer<NoticePage> {
        self.permit(by, Errand::PlanRead, own(by))?;
        let notice = self.tender_notice_of(id)?;
        self.permit(by, Errand::PlanRead, whose(&notice))?;
        let mirror = self.read();
        let name_of = |lot: &LotRef| {
            let plan = mirror.plans.get(lot.plan.as_str());
            let version = plan.and_then(|plan| version_of(&mirror, plan));
            let named = version.and_then(|v| {
                let found = v.content.lot(lot.lot)?;
                Some(format!("{} {} · {}", v.number, v.content.project, found.name))
            });
            (lot.to_string(), named.unwrap_or_else(|| lot.to_string()))
        };
        let released_by = match &notice.holding {
            Holding::Released { by, .. } => who(&mirror, Some(by)),
            _ => String::new(),
        };
        let open = notice.may_change("").is_ok();
        let law = self.law();
        let lead = law.figure(LEAD, notice.content.noticed);
        Ok(NoticePage {
            line: notice_line(&notice),
            content: notice.content.clone(),
            holding: notice.holding.clone(),
            released_by,
            leads: notice.leads.clone(),
            lots: notice.content.lots.iter().map(name_of).collect(),
            out: notice.out,
            revision: notice.revision,
            reason: notice.reason.clone(),
            may_write: open && permit(&by.actor, Errand::TenderNoticeWrite, whose(&notice)).is_ok(),
            may_release: notice.may_release().is_ok()
                && permit(&by.actor, Errand::TenderNoticeRelease, whose(&notice)).is_ok(),
            objections: objections(&law, &notice.content).unwrap_or_default(),
            lead_rule: lead.ok(),
            law: law.short(),
        })
    }

    async fn notice_form(
        &self,
        by: &Visitor,
        id: Option<&TenderNoticeId>,
        plan: Option<&PlanId>,
        refused: Refused<NoticeForm>,
    ) -> Answer<NoticeFormPage> {
        self.permit(by, Errand::TenderNoticeWrite, own(by))?;
        let notice = id.map(|id| self.tender_notice_of(id)).transpose()?;
        if let Some(notice) = &notice {
            self.permit(by, Errand::TenderNoticeWrite, whose(notice))?;
        }
        let fresh = refused.faults.is_empty() && refused.form == NoticeForm::default();
        let mut kept: BTreeSet<LotRef> =
            refused.form.lots.keys().filter_map(|lot| lot.parse().ok()).collect();
        let form = match &notice {
            Some(notice) if fresh => {
                kept.extend(notice.content.lots.iter().cloned());
                Refused { form: NoticeForm::of(&notice.content), ..Refused::default() }
            }
            None if fresh => Refused { form: self.form_for(plan), ..Refused::default() },
            _ => refused,
        };
        let mut form = form;
        if notice.is_none() && form.form.key.is_empty() {
            form.form.key = chance::key("zb");
        }
        let lots = self.open_lots(by, &kept, plan);
        let mirror = self.read();
        let all =
            model::allowed(by.actor.role, Errand::TenderNoticeWrite) == Some(model::Reach::City);
        let owners = mirror.orgs.iter().filter(|org| all && org.kind == OrgKind::Owner);
        Ok(NoticeFormPage {
            id: notice.as_ref().map(|n| n.id.clone()),
            out: notice.is_some_and(|n| n.out.is_some()),
            form,
            lots,
            owners: owners.map(|org| (org.id.to_string(), org.name.clone())).collect(),
        })
    }

    async fn save_notice(
        &self,
        by: &Visitor,
        id: Option<&TenderNoticeId>,
        mut form: NoticeForm,
    ) -> Answer<TenderNoticeId> {
        self.permit(by, Errand::TenderNoticeWrite, own(by))?;
        let before = id.map(|id| self.tender_notice_of(id)).transpose()?;
        if let Some(before) = &before {
            self.permit(by, Errand::TenderNoticeWrite, whose(before))?;
            before.may_change("更正").map_err(ApiError::TenderNotice)?;
        }
        for _ in 0..TRIES {
            let now = self.now();
            let mut faults = Faults::new();
            let next = match form.read() {
                Ok(content) => {
                    self.judged(by, before.as_ref(), content, &form, &mut faults, now)?
                }
                Err(wrong) => {
                    faults.extend(wrong);
                    None
                }
            };
            let Some((next, plans)) = next.filter(|_| faults.is_empty()) else {
                return Err(self.refuse(by, &form, faults).await);
            };
            let mut changes = Changes::new();
            let unfit = self.against_channel(&mut changes, &next);
            if !unfit.is_empty() {
                return Err(self.refuse(by, &form, unfit).await);
            }
            write(&mut changes, before.as_ref(), &next).map_err(broken)?;
            if !next.holding.goes_out() {
                for plan in plans.0.values() {
                    changes.rests_on(plan);
                }
            }
            self.tie(&mut changes, before.as_deref(), &next, &plans, now)?;
            let act = Act::new(
                &by.actor,
                Errand::TenderNoticeWrite,
                Table::TenderNotice,
                next.id.as_str(),
            )
            .note(format!("{} {}：{}", next.number, next.content.title, next.holding.name()))
            .rules([self.law_note()]);
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(next.id),
                Err(StoreFault::Taken { .. }) => self.store.catch_up().await.map_err(broken)?,
                // A new notice of that key is there already: the same form came twice, or
                // its page was gone back to and says something else now.
                Err(StoreFault::Exists(_)) if before.is_none() && !form.key.is_empty() => {
                    let known = self.tender_notice_of(&next.id)?;
                    if known.owner == next.owner && known.content == next.content {
                        return Ok(next.id);
                    }
                    form.key.clear();
                }
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }

    async fn act_on_notice(
        &self,
        by: &Visitor,
        id: &TenderNoticeId,
        form: NoticeActForm,
    ) -> Answer<()> {
        let errand = match form.act.as_str() {
            "release" => Errand::TenderNoticeRelease,
            _ => Errand::TenderNoticeWrite,
        };
        self.permit(by, errand, own(by))?;
        let notice = self.tender_notice_of(id)?;
        let now = self.now();
        let mut faults = Faults::new();
        let mut next = (*notice.value).clone();
        let mut plans = Plans(BTreeMap::new());
        let mut changes = Changes::new();
        let errand = match form.act.as_str() {
            "plead" => {
                self.permit(by, Errand::TenderNoticeWrite, whose(&notice))?;
                if !matches!(notice.holding, Holding::Held { .. }) {
                    let state = notice.holding.key().to_owned();
                    let refusal = policies::notice::Refusal { state, act: "填写理由".into() };
                    return Err(ApiError::TenderNotice(refusal));
                }
                let mut read = Faults::new();
                plans = self.plans_of(&notice.content, &mut read);
                let reason = self.plead(
                    &form.short_reason,
                    &form.reason,
                    &notice.content,
                    &plans,
                    &mut read,
                )?;
                for (field, fault) in read.iter() {
                    let field = if field == "short_words" { "reason" } else { field };
                    faults.note(field, fault.clone());
                }
                next.holding = Holding::Held { reason, words: form.reason.trim().to_owned() };
                Errand::TenderNoticeWrite
            }
            "release" => {
                self.permit(by, Errand::TenderNoticeRelease, whose(&notice))?;
                let reason = notice.may_release().map_err(ApiError::TenderNotice)?;
                let opinion = faults.reason("reason", &form.reason, 4, 500);
                // Its plans may have changed while it was held.
                let mut stale = Faults::new();
                plans = self.plans_of(&notice.content, &mut stale);
                if !stale.is_empty() {
                    return Err(ApiError::Stale);
                }
                next.leads = lot_leads(&self.law(), &notice.content, &plans.leads_from())
                    .map_err(|e| self.no_reckoning(&e))?;
                let Holding::Held { words, .. } = &notice.holding else {
                    return Err(ApiError::Stale);
                };
                next.holding = Holding::Released {
                    reason,
                    words: words.clone(),
                    by: by.actor.account.clone().ok_or(ApiError::SignedOut)?,
                    since: now,
                    opinion,
                };
                next.out = next.out.or(Some(now));
                Errand::TenderNoticeRelease
            }
            "cancel" => {
                self.permit(by, Errand::TenderNoticeWrite, whose(&notice))?;
                notice.may_change("撤销").map_err(ApiError::TenderNotice)?;
                let reason = faults.reason("reason", &form.reason, 4, 500);
                if let Some(channel) = self.signed_channel(&mut changes, id) {
                    let why = format!("绿色通道 {channel} 已登记合同");
                    faults.note("reason", Fault::AgainstRule { why });
                }
                next.holding = Holding::Cancelled { since: now, reason };
                Errand::TenderNoticeWrite
            }
            _ => return Err(ApiError::ForeignForm),
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        next.changed = now;
        next.versions += u32::from(next.out.is_some());
        write(&mut changes, Some(&notice), &next).map_err(broken)?;
        self.tie(&mut changes, Some(&notice), &next, &plans, now)?;
        let act = Act::new(&by.actor, errand, Table::TenderNotice, id.as_str())
            .note(format!("{} {}", next.number, next.holding.name()))
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}

impl Site {
    /// A form with what a plan says already.
    fn form_for(&self, plan: Option<&PlanId>) -> NoticeForm {
        let today = self.now().day().to_string();
        let mirror = self.read();
        let plan = plan.and_then(|id| mirror.plans.get(id.as_str()));
        let Some(version) = plan.and_then(|plan| version_of(&mirror, plan)) else {
            return NoticeForm {
                noticed: today.clone(),
                documents_from: today,
                ..Default::default()
            };
        };
        let content = &version.content;
        let code = content.code.as_ref().map_or_else(String::new, |c| c.as_str().to_owned());
        let lot = content.lots.first();
        NoticeForm {
            title: content.project.clone(),
            code,
            industry: content.industry.key().into(),
            kind: lot.map_or_else(String::new, |l| l.kind.key().into()),
            method: lot.map_or_else(String::new, |l| l.method.key().into()),
            amount: lot.map_or_else(String::new, |l| l.estimate.wan()),
            noticed: today.clone(),
            documents_from: today,
            ..NoticeForm::default()
        }
    }

    /// What is wrong with a new notice, without entering it.
    pub(super) fn judge_notice(&self, by: &Visitor, form: &NoticeForm) -> Answer<Faults> {
        let mut faults = Faults::new();
        match form.read() {
            Ok(content) => {
                self.judged(by, None, content, form, &mut faults, self.now())?;
            }
            Err(wrong) => faults.extend(wrong),
        }
        Ok(faults)
    }

    /// The notice that a sound form comes to; what the law says against it is noted.
    fn judged(
        &self,
        by: &Visitor,
        before: Option<&Kept<TenderNotice>>,
        content: NoticeContent,
        form: &NoticeForm,
        faults: &mut Faults,
        now: Moment,
    ) -> Answer<Option<(TenderNotice, Plans)>> {
        let law = self.law();
        for short in shortfalls(&law, &content).map_err(|e| self.no_reckoning(&e))? {
            faults.note(&short.field, fault_of(&short));
        }
        let plans = self.plans_of(&content, faults);
        let leads =
            lot_leads(&law, &content, &plans.leads_from()).map_err(|e| self.no_reckoning(&e))?;
        if let Some(before) = before {
            if plans.0.values().any(|plan| plan.owner != before.owner) {
                faults.note("lots", Fault::NoSuchLot);
            }
            // What it went out by stays, while its day, its lots and its sum are the same.
            let same = before.out.is_some()
                && before.content.noticed == content.noticed
                && before.content.lots == content.lots
                && before.content.kind == content.kind
                && before.content.amount == content.amount;
            let (leads, holding) = if same {
                (before.leads.clone(), before.holding.clone())
            } else {
                let judged = self.holding(by, &content, &leads, form, &plans, faults)?;
                // Nothing new was said: what was said before still holds.
                let silent = matches!(judged, Holding::Held { reason: None, .. });
                let held = matches!(before.holding, Holding::Held { .. });
                (leads, if silent && held { before.holding.clone() } else { judged })
            };
            if before.out.is_some() {
                faults.reason("reason", &form.reason, 4, 500);
                if !holding.goes_out() {
                    faults.note("noticed", Fault::HeldAgain);
                }
            }
            let out = before.out.or_else(|| holding.goes_out().then_some(now));
            let next = TenderNotice {
                changed: now,
                content,
                leads,
                holding,
                out,
                versions: before.versions + u32::from(out.is_some()),
                revision: before.revision + u32::from(before.out.is_some()),
                reason: form.reason.trim().to_owned(),
                ..(*before.value).clone()
            };
            return Ok(Some((next, plans)));
        }
        let holding = self.holding(by, &content, &leads, form, &plans, faults)?;
        let Some(owner) = self.owner_of(by, &plans, &form.owner, faults) else { return Ok(None) };
        let mirror = self.read();
        let next = TenderNotice {
            id: key_of(&form.key, "zb").parse().map_err(|_| ApiError::NotFound)?,
            number: number_after(&mirror.notice_numbers, "ZB", now, 1),
            owner_name: org_name(&mirror, &owner),
            owner,
            seq: 0,
            entered: now,
            changed: now,
            content,
            leads,
            out: holding.goes_out().then_some(now),
            versions: u32::from(holding.goes_out()),
            holding,
            revision: 0,
            reason: String::new(),
        };
        Ok(Some((next, plans)))
    }
}
