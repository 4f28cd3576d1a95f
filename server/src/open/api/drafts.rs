//! What programs send: plans and notices as they are drafted, amounts in whole fen.

use model::Money;
use policies::notice::{NoticeForm, TenderNotice};
use policies::plan::{DraftState, LotForm, Plan, PlanForm};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A lot of a plan, as it is drafted.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LotIn {
    /// Its number, where the plan has it already; a new lot gets the next one.
    #[serde(default)]
    pub number: Option<u16>,
    /// Name.
    pub name: String,
    /// What is tendered.
    pub content: String,
    /// `works`, `goods` or `services`.
    pub kind: String,
    /// Estimate of the contract, in fen.
    pub estimate_fen: i64,
    /// `open` or `invited`.
    pub method: String,
    /// Month (`2026-12`) or day of the notice.
    pub notice: String,
    /// Month or day of the opening.
    #[serde(default)]
    pub opening: Option<String>,
}

/// A plan, as it is drafted.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanIn {
    /// Project.
    pub project: String,
    /// Project code (项目代码).
    #[serde(default)]
    pub code: Option<String>,
    /// Scale and content.
    pub scale: String,
    /// Key of the trade.
    pub industry: String,
    /// Keys of the districts.
    pub districts: Vec<String>,
    /// Key of the funding.
    pub funding: String,
    /// Total investment, in fen.
    pub investment_fen: i64,
    /// Number of the approval.
    #[serde(default)]
    pub approval: String,
    /// Day of the approval.
    #[serde(default)]
    pub approved: Option<String>,
    /// Office to ask.
    pub contact: String,
    /// Its telephone.
    pub phone: String,
    /// Key of the department that supervises.
    #[serde(default)]
    pub department: Option<String>,
    /// Lots.
    pub lots: Vec<LotIn>,
    /// Why it changes; needed when it is public already.
    #[serde(default)]
    pub reason: String,
    /// Whether the scope changes.
    #[serde(default)]
    pub scope_changed: bool,
    /// Hand it in at once.
    #[serde(default)]
    pub submit: bool,
}

impl PlanIn {
    /// The form that says the same.
    pub fn into_form(self) -> PlanForm {
        let yes = |is: bool| if is { "yes".to_owned() } else { String::new() };
        let lot = |(i, lot): (usize, LotIn)| {
            let form = LotForm {
                no: lot.number.map_or_else(String::new, |no| no.to_string()),
                name: lot.name,
                content: lot.content,
                kind: lot.kind,
                estimate: Money::from_fen(lot.estimate_fen).wan(),
                method: lot.method,
                notice: lot.notice,
                opening: lot.opening.unwrap_or_default(),
                counts: true,
            };
            (i.to_string(), form)
        };
        PlanForm {
            key: String::new(),
            project: self.project,
            code: self.code.unwrap_or_default(),
            scale: self.scale,
            industry: self.industry,
            districts: self.districts.into_iter().map(|d| (d, yes(true))).collect(),
            funding: self.funding,
            investment: Money::from_fen(self.investment_fen).wan(),
            approval: self.approval,
            approved: self.approved.unwrap_or_default(),
            lots: self.lots.into_iter().enumerate().map(lot).collect(),
            contact: self.contact,
            phone: self.phone,
            department: self.department.unwrap_or_default(),
            reason: self.reason,
            scope_changed: yes(self.scope_changed),
            then: if self.submit { "submit".into() } else { String::new() },
        }
    }
}

/// A notice, as it is entered.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeIn {
    /// What is tendered.
    pub title: String,
    /// Project code.
    #[serde(default)]
    pub code: Option<String>,
    /// Key of the trade.
    pub industry: String,
    /// `works`, `goods` or `services`.
    pub kind: String,
    /// `open` or `invited`.
    pub method: String,
    /// The most that it may cost, or the estimate, in fen.
    pub amount_fen: i64,
    /// Planned lots: `JH-2026-000017/1`.
    #[serde(default)]
    pub lots: Vec<String>,
    /// Key of the owner, when the trading centre enters a notice without a plan.
    #[serde(default)]
    pub owner: String,
    /// Day of the notice.
    pub noticed: String,
    /// First day of the documents of a prequalification; none without one.
    #[serde(default)]
    pub prequal_from: Option<String>,
    /// Their last day.
    #[serde(default)]
    pub prequal_until: Option<String>,
    /// Day of the last clarification of them.
    #[serde(default)]
    pub prequal_clarified: Option<String>,
    /// Last day for applications.
    #[serde(default)]
    pub applications: Option<String>,
    /// First day of the documents.
    pub documents_from: String,
    /// Last day of the documents.
    pub documents_until: String,
    /// Day of the last clarification.
    #[serde(default)]
    pub clarified: Option<String>,
    /// Last day for bids.
    pub deadline: String,
    /// Day of the evaluation report.
    #[serde(default)]
    pub evaluated: Option<String>,
    /// First day of the publicity.
    #[serde(default)]
    pub publicity_from: Option<String>,
    /// Last day of the publicity.
    #[serde(default)]
    pub publicity_until: Option<String>,
    /// Whether it asks that a supervising firm was chosen first.
    #[serde(default)]
    pub supervisor_first: bool,
    /// Key of the reason for a lead that is too short.
    #[serde(default)]
    pub short_reason: String,
    /// That reason in words.
    #[serde(default)]
    pub short_words: String,
    /// Number of the emergency that frees it.
    #[serde(default)]
    pub emergency: String,
    /// Why it is corrected; needed when it is public already.
    #[serde(default)]
    pub reason: String,
}

impl NoticeIn {
    /// The form that says the same; `lot` tells how the desk names a lot.
    pub fn into_form(self, lot: impl Fn(&str) -> String) -> NoticeForm {
        NoticeForm {
            key: String::new(),
            owner: self.owner,
            title: self.title,
            code: self.code.unwrap_or_default(),
            industry: self.industry,
            kind: self.kind,
            method: self.method,
            amount: Money::from_fen(self.amount_fen).wan(),
            lots: self.lots.iter().map(|named| (lot(named), "yes".into())).collect(),
            noticed: self.noticed,
            prequal_from: self.prequal_from.unwrap_or_default(),
            prequal_until: self.prequal_until.unwrap_or_default(),
            prequal_clarified: self.prequal_clarified.unwrap_or_default(),
            applications: self.applications.unwrap_or_default(),
            documents_from: self.documents_from,
            documents_until: self.documents_until,
            clarified: self.clarified.unwrap_or_default(),
            deadline: self.deadline,
            evaluated: self.evaluated.unwrap_or_default(),
            publicity_from: self.publicity_from.unwrap_or_default(),
            publicity_until: self.publicity_until.unwrap_or_default(),
            supervisor_first: if self.supervisor_first { "yes".into() } else { String::new() },
            short_reason: self.short_reason,
            short_words: self.short_words,
            emergency: self.emergency,
            reason: self.reason,
        }
    }
}

/// What is done with a plan or a notice.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActIn {
    /// Plans: `submit`, `discard`, `withdraw`, for the trading centre `publish` and
    /// `return`. Notices: `plead`, `cancel`.
    pub act: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Notices: key of the reason for a lead that is too short.
    #[serde(default)]
    pub short_reason: String,
    /// Plans: whether the scope changes.
    #[serde(default)]
    pub scope_changed: bool,
}

/// Where a plan stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanState {
    /// Key.
    pub id: String,
    /// Number, once it is public.
    pub number: Option<String>,
    /// `unpublished`, `published`, `realised`, `withdrawn` or `lapsed`; `discarded` when it
    /// is gone.
    pub stage: String,
    /// `open`, `submitted` or `returned`; none when there is no draft.
    pub draft: Option<String>,
    /// Why the draft was sent back.
    pub remark: Option<String>,
    /// Public versions.
    pub versions: u32,
    /// The page for people.
    pub url: String,
}

impl PlanState {
    /// Where a plan stands, for whoever may see its draft or not.
    pub fn of(base: &str, plan: &Plan, sees_draft: bool) -> Self {
        let draft = plan.draft.as_ref().filter(|_| sees_draft);
        Self {
            id: plan.id.to_string(),
            number: plan.number.clone(),
            stage: plan.stage.key().into(),
            draft: draft.map(|d| d.state.key().to_owned()),
            remark: draft.and_then(|d| match &d.state {
                DraftState::Returned { remark, .. } => Some(remark.clone()),
                _ => None,
            }),
            versions: plan.versions,
            url: format!("{base}/desk/plans/{}", plan.id),
        }
    }

    /// Of a plan whose draft its owner has in hand.
    pub fn elsewhere(base: &str, id: &str) -> Self {
        let gone = Self::gone(base, id);
        Self { stage: "unpublished".into(), url: format!("{base}/desk/plans/{id}"), ..gone }
    }

    /// Of a plan that was discarded before it was public.
    pub fn gone(base: &str, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            number: None,
            stage: "discarded".into(),
            draft: None,
            remark: None,
            versions: 0,
            url: format!("{base}/desk/plans"),
        }
    }
}

/// Where a notice stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeState {
    /// Key.
    pub id: String,
    /// Number.
    pub number: String,
    /// `clear`, `held`, `released`, `freed` or `cancelled`.
    pub holding: String,
    /// Whether it is public.
    pub public: bool,
    /// Days that each planned lot stood before, by the lot.
    pub leads: BTreeMap<String, i64>,
    /// Public versions.
    pub versions: u32,
    /// The page for people.
    pub url: String,
}

impl NoticeState {
    /// Where a notice stands; `named` tells how the API names a lot.
    pub fn of(base: &str, notice: &TenderNotice, named: impl Fn(&str) -> String) -> Self {
        let leads = notice.leads.iter().map(|l| (named(&l.lot.to_string()), l.days));
        Self {
            id: notice.id.to_string(),
            number: notice.number.clone(),
            holding: notice.holding.key().into(),
            public: notice.out.is_some(),
            leads: leads.collect(),
            versions: notice.versions,
            url: format!("{base}/desk/notices/{}", notice.id),
        }
    }
}
