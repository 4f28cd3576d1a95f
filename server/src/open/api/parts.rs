//! What the API's answers are made of. Amounts are whole fen; days are civil days in
//! China, moments UTC.

use policies::notice::{Holding, NoticeVersion};
use policies::plan::{Lot, PlanVersion};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A lot of a plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LotPart {
    /// Its number within the plan.
    pub number: u16,
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
    /// Month or day of the opening, where it is known.
    pub opening: Option<String>,
}

impl LotPart {
    fn of(lot: &Lot) -> Self {
        Self {
            number: lot.no.0,
            name: lot.name.clone(),
            content: lot.content.clone(),
            kind: lot.kind.key().into(),
            estimate_fen: lot.estimate.fen(),
            method: lot.method.key().into(),
            notice: lot.notice.to_string(),
            opening: lot.opening.map(|o| o.to_string()),
        }
    }
}

/// A public version of a plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanPart {
    /// Number.
    pub number: String,
    /// Which version.
    pub version: u32,
    /// Entry of the journal that published it.
    pub seq: i64,
    /// When it was published (UTC).
    pub at: String,
    /// `published`, `realised`, `withdrawn` or `lapsed`.
    pub stage: String,
    /// Why it differs from the version before.
    pub reason: String,
    /// Key of the owner.
    pub owner: String,
    /// Name of the owner.
    pub owner_name: String,
    /// Project.
    pub project: String,
    /// Project code (项目代码).
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
    /// All lots together, in fen.
    pub estimate_fen: i64,
    /// Number of the approval.
    pub approval: String,
    /// Office to ask.
    pub contact: String,
    /// Its telephone.
    pub phone: String,
    /// Lots.
    pub lots: Vec<LotPart>,
    /// The page for people.
    pub url: String,
}

impl PlanPart {
    /// The part of a version.
    pub fn of(base: &str, version: &PlanVersion) -> Self {
        let content = &version.content;
        Self {
            number: version.number.clone(),
            version: version.version,
            seq: version.seq,
            at: version.at.to_string(),
            stage: version.stage.key().into(),
            reason: version.reason.clone(),
            owner: version.owner.to_string(),
            owner_name: version.owner_name.clone(),
            project: content.project.clone(),
            code: content.code.as_ref().map(|c| c.as_str().to_owned()),
            scale: content.scale.clone(),
            industry: content.industry.key().into(),
            districts: content.districts.iter().map(|d| d.key().to_owned()).collect(),
            funding: content.funding.key().into(),
            investment_fen: content.investment.fen(),
            estimate_fen: content.estimate().fen(),
            approval: content.approval.clone(),
            contact: content.contact.clone(),
            phone: content.phone.clone(),
            lots: content.lots.iter().map(LotPart::of).collect(),
            url: format!("{base}/plans/{}", version.number),
        }
    }
}

/// A page of plans.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanList {
    /// How many fit in all: exact, and the same on every page of one `as_of`.
    pub total: usize,
    /// As of which entry of the journal.
    pub as_of: i64,
    /// Give it as `after`, with `as_of`, for the next page; none on the last. A text: it
    /// may be larger than what some programs hold exactly as a number.
    pub next: Option<String>,
    /// This page.
    pub items: Vec<PlanPart>,
}

/// A public version of a notice.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticePart {
    /// Number.
    pub number: String,
    /// Which version.
    pub version: u32,
    /// Entry of the journal that published it.
    pub seq: i64,
    /// When (UTC).
    pub at: String,
    /// What is tendered.
    pub title: String,
    /// Key of the owner.
    pub owner: String,
    /// Name of the owner.
    pub owner_name: String,
    /// Project code.
    pub code: Option<String>,
    /// Key of the trade.
    pub industry: String,
    /// `works`, `goods` or `services`.
    pub kind: String,
    /// `open` or `invited`.
    pub method: String,
    /// The most that it may cost, or the estimate, in fen.
    pub amount_fen: i64,
    /// Numbers of the plans that it came from, with the lot: `JH-2026-000017/1`.
    pub lots: Vec<String>,
    /// Day of the notice.
    pub noticed: String,
    /// First day of the documents.
    pub documents_from: String,
    /// Last day of the documents.
    pub documents_until: String,
    /// Last day for bids.
    pub deadline: String,
    /// First and last day of the documents of a prequalification, and the last for
    /// applications; none without one.
    pub prequalification: Option<(String, String, String)>,
    /// Day of the last clarification.
    pub clarified: Option<String>,
    /// Day of the evaluation report.
    pub evaluated: Option<String>,
    /// First day of the publicity of the candidates.
    pub publicity_from: Option<String>,
    /// Its last day.
    pub publicity_until: Option<String>,
    /// Days that the plan stood before; none when there was none.
    pub lead_days: Option<i64>,
    /// `clear`, `released`, `freed` or `cancelled`.
    pub holding: String,
    /// Why it was early, where it was let go.
    pub early_because: Option<String>,
    /// The page for people.
    pub url: String,
}

impl NoticePart {
    /// The part of a version; `number` tells the numbers of plans.
    pub fn of(
        base: &str,
        version: &NoticeVersion,
        number: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let notice = &version.notice;
        let content = &notice.content;
        let lots = content
            .lots
            .iter()
            .filter_map(|lot| Some(format!("{}/{}", number(lot.plan.as_str())?, lot.lot.0)));
        Self {
            number: notice.number.clone(),
            version: notice.versions,
            seq: version.seq,
            at: notice.changed.to_string(),
            title: content.title.clone(),
            owner: notice.owner.to_string(),
            owner_name: notice.owner_name.clone(),
            code: content.code.as_ref().map(|c| c.as_str().to_owned()),
            industry: content.industry.key().into(),
            kind: content.kind.key().into(),
            method: content.method.key().into(),
            amount_fen: content.amount.fen(),
            lots: lots.collect(),
            noticed: content.noticed.to_string(),
            documents_from: content.documents_from.to_string(),
            documents_until: content.documents_until.to_string(),
            deadline: content.deadline.to_string(),
            prequalification: content.prequalification.as_ref().map(|first| {
                let days = [first.from, first.until, first.applications];
                let [from, until, applications] = days.map(|day| day.to_string());
                (from, until, applications)
            }),
            clarified: content.clarified.map(|day| day.to_string()),
            evaluated: content.evaluated.map(|day| day.to_string()),
            publicity_from: content.publicity_from.map(|day| day.to_string()),
            publicity_until: content.publicity_until.map(|day| day.to_string()),
            lead_days: notice.lead_days(),
            holding: notice.holding.key().into(),
            early_because: match &notice.holding {
                Holding::Released { reason, words, .. } => {
                    Some(format!("{}：{words}", reason.name()))
                }
                Holding::Freed { number, .. } => Some(number.clone()),
                _ => None,
            },
            url: format!("{base}/notices/{}", notice.number),
        }
    }
}

/// A page of notices.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeList {
    /// How many fit in all.
    pub total: usize,
    /// Give it as `before` for the next page; none on the last.
    pub next: Option<String>,
    /// This page, the newest first.
    pub items: Vec<NoticePart>,
}

/// Something that became public.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangePart {
    /// Entry of the journal.
    pub seq: i64,
    /// When (UTC).
    pub at: String,
    /// `plan`, `notice` or `award`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Its version.
    pub version: u32,
    /// Where to read it.
    pub url: String,
}

/// A part of the change feed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangeList {
    /// In the order of the journal.
    pub items: Vec<ChangePart>,
    /// Give it as `after` to go on. It may move on though there are no items.
    pub next: i64,
    /// The last entry of the journal: who has reached it is up to date.
    pub head: i64,
}

/// What is asked of the feed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Cursor {
    /// Only what became public after this entry; 0 is from the beginning.
    #[param(value_type = Option<i64>, minimum = 0)]
    pub after: String,
    /// About how many; entries are never torn apart.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 1000)]
    pub limit: String,
}

/// What is asked of plans.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PlanAsk {
    /// Words, parted by spaces: each must stand in number, project, code, owner, scale,
    /// approval or lots.
    pub q: Option<String>,
    /// Key of a district.
    pub district: Option<String>,
    /// Key of a trade.
    pub industry: Option<String>,
    /// `works`, `goods` or `services`.
    pub kind: Option<String>,
    /// Key of a funding.
    pub funding: Option<String>,
    /// `published`, `realised`, `withdrawn` or `lapsed`.
    pub stage: Option<String>,
    /// Key of an owner.
    pub owner: Option<String>,
    /// Month of an expected notice, `2026-12`.
    pub month: Option<String>,
    /// The least estimate, in 万元.
    pub least: Option<String>,
    /// `newest` or `soonest`.
    pub order: Option<String>,
    /// As of this entry of the journal.
    #[param(value_type = Option<i64>, minimum = 0)]
    pub as_of: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// How many, 1 to 1000; 100 when nothing is said.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 1000)]
    pub limit: Option<String>,
}

/// What is asked of notices.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct NoticeAsk {
    /// Words.
    pub q: Option<String>,
    /// Only numbers before this one.
    pub before: Option<String>,
}
