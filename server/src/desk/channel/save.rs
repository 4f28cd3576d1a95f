//! Applications: what a form begins with, and what it comes to.

use super::super::plan::{key_of, number_after, org_name, version_of};
use super::whose;
use crate::chance;
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, ChannelFormPage, ChannelFrom, PaperAsk, Refused, Visitor};
use model::{ChannelId, Errand, Fault, Faults, Moment, OrgKind, Target};
use policies::channel::{
    Act as CaseAct, Approval, Channel, ChannelForm, GROUNDS, Item, ItemState, Origin, PAPERS,
    PaperForm, PaperSaid, Said, Stage,
};
use policies::plan::{PlanContent, Stage as PlanStage};
use pool::emergency::{Emergency, Stage as DangerStage};

/// How often numbers are drawn again when two apply at once.
const TRIES: usize = 8;

/// Whether an emergency may go over into the green channel: it was refused, or its danger
/// is controlled, so that what is left to do is tendered.
pub(in crate::desk) fn is_over(e: &Emergency) -> bool {
    let refused = e.determination.as_ref().is_some_and(|d| !d.granted);
    refused
        || matches!(e.stage, DangerStage::Refused | DangerStage::Controlled)
        || (e.stage == DangerStage::Closed && e.determination.is_some())
}

/// What an emergency says already.
fn form_of_emergency(mirror: &Mirror, e: &Emergency) -> ChannelForm {
    let verified = e.verification.as_ref();
    let determined = e.determination.as_ref();
    let scope = determined.map(|d| d.scope.clone()).filter(|s| !s.is_empty());
    let scope = scope.or_else(|| verified.map(|v| v.scope.clone())).unwrap_or_default();
    let mut why = vec![e.report.description.clone()];
    why.extend(verified.map(|v| format!("现场核查：{}", v.findings)));
    why.extend(determined.filter(|d| !d.granted).map(|d| format!("不予认定：{}", d.why)));
    let why = why.into_iter().filter(|w| !w.trim().is_empty()).collect::<Vec<_>>().join("\n");
    let industry = e.report.kind.industries().first();
    let department = mirror.orgs.iter().find(|org| {
        org.kind == OrgKind::Department
            && industry.is_some_and(|industry| org.industries.contains(industry))
    });
    let ceiling = determined.map(|d| d.ceiling).filter(|c| *c > model::Money::ZERO);
    let evidence = PaperForm {
        state: "here".into(),
        words: format!("险情 {} 现场核查记录", e.number),
        ..PaperForm::default()
    };
    ChannelForm {
        emergency: e.id.to_string(),
        project: e.report.title.clone(),
        why,
        industry: industry.map_or_else(String::new, |i| i.key().into()),
        district: e.report.district.key().into(),
        place: e.report.address.clone(),
        kind: model::LotKind::Works.key().into(),
        scope,
        ceiling: ceiling.map_or_else(String::new, model::Money::wan),
        department: department.map_or_else(String::new, |org| org.id.to_string()),
        papers: [("evidence".to_owned(), evidence)].into(),
        ..ChannelForm::default()
    }
}

/// What a plan says already.
fn form_of_plan(id: &model::PlanId, content: &PlanContent) -> ChannelForm {
    let lot = content.lots.first();
    let approval = match content.approval.trim() {
        "" => PaperForm::default(),
        text => PaperForm { state: "here".into(), words: text.into(), ..PaperForm::default() },
    };
    ChannelForm {
        plan: id.to_string(),
        project: content.project.clone(),
        code: content.code.as_ref().map_or_else(String::new, |c| c.as_str().to_owned()),
        industry: content.industry.key().into(),
        district: content.districts.first().map_or_else(String::new, |d| d.key().into()),
        kind: lot.map_or_else(String::new, |l| l.kind.key().into()),
        scope: content.scale.clone(),
        ceiling: content.estimate().wan(),
        funding: content.funding.key().into(),
        department: content.department.as_ref().map_or_else(String::new, ToString::to_string),
        papers: [("approval".to_owned(), approval)].into(),
        ..ChannelForm::default()
    }
}

/// How the papers of a case are shown again in its form.
fn papers_again(mirror: &Mirror, items: &[Item]) -> std::collections::BTreeMap<String, PaperForm> {
    let form = |item: &Item| {
        let mut form = PaperForm { state: item.state.key().into(), ..PaperForm::default() };
        match &item.state {
            ItemState::Here { reference } | ItemState::Supplied { reference, .. } => {
                form.state = "here".into();
                form.words = reference.clone();
            }
            ItemState::Missing { by, person } => {
                form.by = by.to_string();
                form.person = mirror.reveal(person).to_owned();
            }
            ItemState::Pledged { words, .. } => form.words = words.clone(),
            ItemState::NotNeeded { why } => form.words = why.clone(),
            ItemState::Parallel | ItemState::Kept { .. } | ItemState::False { .. } => {}
        }
        (item.paper.clone(), form)
    };
    items.iter().map(form).collect()
}

/// A paper as it was said to stand; names of people go aside.
fn item_of(changes: &mut Changes, said: PaperSaid, by: &Visitor, now: Moment) -> Answer<Item> {
    let state = match said.said {
        Said::Here(reference) => ItemState::Here { reference },
        Said::Parallel => ItemState::Parallel,
        Said::Missing { by, person } => ItemState::Missing { by, person: seal(changes, &person) },
        Said::Pledged(words) => ItemState::Pledged {
            words,
            by: by.actor.account.clone().ok_or(ApiError::SignedOut)?,
            at: now,
        },
        Said::NotNeeded(why) => ItemState::NotNeeded { why },
    };
    Ok(Item { paper: said.paper, name: said.name, state })
}

impl Site {
    /// The emergency that a form comes from: one's own, refused or over.
    fn emergency_for(&self, by: &Visitor, id: &str) -> Answer<Option<Kept<Emergency>>> {
        if id.trim().is_empty() {
            return Ok(None);
        }
        let e = self.read().emergencies.get(id).cloned().ok_or(ApiError::NotFound)?;
        let target = Target { org: e.report.reporter.org.as_ref(), district: None };
        self.permit(by, Errand::EmergencyRead, target)?;
        if !is_over(&e) {
            return Err(ApiError::NotFound);
        }
        Ok(Some(e))
    }

    /// What the form says that it comes from.
    fn origin_of(&self, by: &Visitor, form: &ChannelForm, faults: &mut Faults) -> Answer<Origin> {
        if let Some(e) = self.emergency_for(by, &form.emergency)? {
            return Ok(Origin::Emergency { id: e.id.clone(), number: e.number.clone() });
        }
        if form.plan.trim().is_empty() {
            return Ok(Origin::New);
        }
        let mirror = self.read();
        let plan = mirror.plans.get(form.plan.trim());
        let plan = plan.filter(|plan| by.actor.org.as_ref() == Some(&plan.owner));
        let named = plan.and_then(|plan| Some((plan.id.clone(), plan.number.clone()?, plan.stage)));
        match named {
            Some((id, number, PlanStage::Published | PlanStage::Lapsed)) => {
                Ok(Origin::Plan { id, number })
            }
            _ => {
                faults.note("project", Fault::NoSuchLot);
                Ok(Origin::New)
            }
        }
    }

    pub(super) fn channel_form_page(
        &self,
        by: &Visitor,
        id: Option<&ChannelId>,
        from: &ChannelFrom,
        refused: Refused<ChannelForm>,
    ) -> Answer<ChannelFormPage> {
        let case = id.map(|id| self.channel_of(id)).transpose()?;
        if let Some(case) = &case {
            self.permit(by, Errand::ChannelApply, whose(case))?;
            case.step(CaseAct::Edit).map_err(ApiError::Channel)?;
        }
        let fresh = refused.faults.is_empty() && refused.form == ChannelForm::default();
        let mut form = refused;
        let emergency = if fresh { from.emergency.as_str() } else { form.form.emergency.as_str() };
        let emergency = match &case {
            None => self.emergency_for(by, emergency)?,
            Some(_) => None,
        };
        let mirror = self.read();
        let plan_key = if fresh { from.plan.as_str() } else { form.form.plan.as_str() };
        let plan = mirror.plans.get(plan_key).filter(|p| by.actor.org.as_ref() == Some(&p.owner));
        let version = plan.and_then(|plan| version_of(&mirror, plan));
        if fresh {
            form.form = match (&case, &emergency, version) {
                (Some(case), ..) => ChannelForm {
                    papers: papers_again(&mirror, &case.items),
                    ..ChannelForm::of(&case.application)
                },
                (None, Some(e), _) => form_of_emergency(&mirror, e),
                (None, None, Some(version)) => form_of_plan(&version.plan, &version.content),
                (None, None, None) => ChannelForm::default(),
            };
        }
        if case.is_none() && form.form.key.is_empty() {
            form.form.key = chance::key("lt");
        }
        let today = self.now().day();
        let law = self.law();
        let grounds = law
            .questions(GROUNDS, today)
            .map(|q| (q.id.clone(), q.text.clone(), q.evidence.clone().unwrap_or_default()));
        let papers = law.questions(PAPERS, today).map(|q| PaperAsk {
            paper: q.id.clone(),
            name: q.text.clone(),
            weight: q.weight,
            parallel: q.id.parse::<Approval>().is_ok(),
            basis: q.source.line(),
            standing: q.standing,
        });
        let origin = match (&case, &emergency, version) {
            (Some(case), ..) if case.origin != Origin::New => case.origin.words(),
            (None, Some(e), _) => format!("由险情 {} 转入", e.number),
            (None, None, Some(version)) => format!("由招标计划 {} 转入", version.number),
            _ => String::new(),
        };
        let last = case.as_ref().filter(|case| case.stage == Stage::Refused);
        let last = last.and_then(|case| case.decisions.last());
        Ok(ChannelFormPage {
            id: case.as_ref().map(|case| case.id.clone()),
            origin,
            grounds: grounds.collect(),
            papers: papers.collect(),
            departments: departments(&mirror),
            refused: last.map_or_else(String::new, |decision| decision.reason.clone()),
            form,
        })
    }

    pub(super) async fn keep_channel(
        &self,
        by: &Visitor,
        id: Option<&ChannelId>,
        mut form: ChannelForm,
    ) -> Answer<ChannelId> {
        let case = id.map(|id| self.channel_of(id)).transpose()?;
        if let Some(case) = &case {
            self.permit(by, Errand::ChannelApply, whose(case))?;
            case.step(CaseAct::Edit).map_err(ApiError::Channel)?;
        }
        for _ in 0..TRIES {
            let now = self.now();
            let mut faults = Faults::new();
            let read = match form.read(&self.law(), now.day()) {
                Ok(read) => Some(read),
                Err(wrong) => {
                    faults.extend(wrong);
                    None
                }
            };
            let origin = match &case {
                Some(case) => case.origin.clone(),
                None => self.origin_of(by, &form, &mut faults)?,
            };
            if let Some(read) = &read {
                let department =
                    self.read().orgs.get(read.application.department.as_str()).map(|org| org.kind);
                if department != Some(OrgKind::Department) {
                    faults.note("department", Fault::NotAChoice);
                }
            }
            let Some(read) = read.filter(|_| faults.is_empty()) else {
                return Err(self.refuse(by, &form, faults).await);
            };
            let mut changes = Changes::new();
            let items = read
                .papers
                .into_iter()
                .map(|said| item_of(&mut changes, said, by, now))
                .collect::<Answer<Vec<Item>>>()?;
            let next = match &case {
                Some(case) => {
                    // Names that were kept aside for papers that are told anew go.
                    for item in &case.items {
                        if let ItemState::Missing { person, .. } = &item.state {
                            changes.erase(person);
                        }
                    }
                    let next = Channel {
                        applied: now,
                        application: read.application,
                        items,
                        stage: case.step(CaseAct::Edit).map_err(ApiError::Channel)?,
                        opinion: None,
                        ..(*case.value).clone()
                    };
                    changes.update(case, &next).map_err(broken)?;
                    next
                }
                None => {
                    let next =
                        self.new_channel(by, &form.key, origin, read.application, items, now)?;
                    changes.create(&next).map_err(broken)?;
                    next
                }
            };
            let act = Act::new(&by.actor, Errand::ChannelApply, Table::Channel, next.id.as_str())
                .note(format!(
                    "{} {}：{}",
                    next.number,
                    next.application.project,
                    next.origin.words()
                ))
                .rules([self.law_note()]);
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(next.id),
                Err(StoreFault::Taken { index, holder }) if index == "channel_origin" => {
                    let key = holder.split_once(':').map_or(holder.as_str(), |(_, key)| key);
                    let number = self.read().channels.get(key).map(|c| c.number.clone());
                    let why = format!("已转入绿色通道 {}", number.unwrap_or_default());
                    let faults = Faults::one("project", Fault::AgainstRule { why });
                    return Err(self.refuse(by, &form, faults).await);
                }
                Err(StoreFault::Taken { .. }) => self.store.catch_up().await.map_err(broken)?,
                // The same form came twice; or its page was gone back to and says something
                // else now, which is another application.
                Err(StoreFault::Exists(_)) if case.is_none() && !form.key.is_empty() => {
                    let known = self.channel_of(&next.id)?;
                    let same = known.application == next.application
                        && known.items.iter().map(told).eq(next.items.iter().map(told));
                    if known.owner == next.owner && same {
                        return Ok(next.id);
                    }
                    form.key.clear();
                }
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }

    fn new_channel(
        &self,
        by: &Visitor,
        key: &str,
        origin: Origin,
        application: policies::channel::Application,
        items: Vec<Item>,
        now: Moment,
    ) -> Answer<Channel> {
        let mirror = self.read();
        let owner = by.actor.org.clone().ok_or(ApiError::Forbidden)?;
        Ok(Channel {
            id: key_of(key, "lt").parse().map_err(|_| ApiError::NotFound)?,
            number: number_after(&mirror.channel_numbers, "LT", now, 1),
            owner_name: org_name(&mirror, &owner),
            owner,
            origin,
            begun: now,
            applied: now,
            application,
            items,
            stage: Stage::Applied,
            opinion: None,
            terms: None,
            opened: None,
            decisions: vec![],
            stops: vec![],
            notice: None,
            award: None,
            contract: None,
        })
    }
}

/// What a paper says, without times and what is kept aside.
fn told(item: &Item) -> (String, &'static str, String) {
    let words = match &item.state {
        ItemState::Here { reference } => reference.clone(),
        ItemState::Missing { by, .. } => by.to_string(),
        ItemState::Pledged { words, .. } => words.clone(),
        ItemState::NotNeeded { why } => why.clone(),
        _ => String::new(),
    };
    (item.paper.clone(), item.state.key(), words)
}

/// Departments, to choose from.
pub(super) fn departments(mirror: &Mirror) -> Vec<(String, String)> {
    let all = mirror.orgs.iter().filter(|org| org.kind == OrgKind::Department);
    all.map(|org| (org.id.to_string(), org.name.clone())).collect()
}
