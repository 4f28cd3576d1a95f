//! What answers about the reserve and its calls are made of.

use crate::open::Award;
use crate::open::ocds::ocid;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The decision by which no tender was needed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeterminationPart {
    /// The authority.
    pub authority: String,
    /// Number of the document.
    pub document: String,
    /// When (UTC).
    pub at: String,
    /// Why the work is unsuitable for tendering.
    pub why: String,
    /// The damaged part that the work may cover.
    pub scope: String,
    /// The most that it may cost, in fen.
    pub ceiling_fen: i64,
}

/// The contract of a call, written after the team went.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ContractPart {
    /// How it is priced.
    pub pricing: String,
    /// The sum, in fen; provisional where the price is not fixed.
    pub sum_fen: i64,
    /// The day on which it was signed.
    pub signed: String,
    /// What it came to, in fen, once that was settled.
    pub settled_fen: Option<i64>,
    /// Who reviewed the settlement.
    pub reviewer: Option<String>,
    /// What the review came to.
    pub conclusion: Option<String>,
}

/// A team that was sent without a tender.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AwardPart {
    /// Key of the publication.
    pub id: String,
    /// Number of the emergency.
    pub case: String,
    /// Its process in OCDS.
    pub ocid: String,
    /// What happened.
    pub title: String,
    /// Key of the district.
    pub district: String,
    /// Which step, from 1.
    pub version: u32,
    /// When it was taken (UTC).
    pub at: String,
    /// The decision; none while an oral order stands for it.
    pub determination: Option<DeterminationPart>,
    /// Unified social credit code of the firm.
    pub uscc: String,
    /// The firm.
    pub firm: String,
    /// The team.
    pub team: String,
    /// `nearest` or `draw`.
    pub mode: String,
    /// Why the nearest went and no lots were drawn.
    pub reason: Option<String>,
    /// SHA-256 of the list of all teams with what was found for or against each.
    pub list_hash: String,
    /// `accepted`, `on_site`, `finished`, `inspected` or `recalled`.
    pub state: String,
    /// When the team accepted (UTC).
    pub accepted: Option<String>,
    /// When it arrived (UTC).
    pub arrived: Option<String>,
    /// The contract, once it was written.
    pub contract: Option<ContractPart>,
    /// The page for people.
    pub url: String,
}

impl AwardPart {
    /// The part of a call.
    pub fn of(base: &str, award: &Award) -> Self {
        let (mode, reason) = award.mode();
        let moment = |act: &str| award.moment_of(act).map(|at| at.to_string());
        let settled = award.settlement();
        Self {
            id: award.publication.to_string(),
            case: award.case.number.clone(),
            ocid: ocid(award.case.id.as_str()),
            title: award.case.report.title.clone(),
            district: award.case.report.district.key().into(),
            version: award.version,
            at: award.at.to_string(),
            determination: award.determination().map(|d| DeterminationPart {
                authority: d.authority.clone(),
                document: d.document.clone(),
                at: d.at.to_string(),
                why: d.why.clone(),
                scope: d.scope.clone(),
                ceiling_fen: d.ceiling.fen(),
            }),
            uscc: award.firm.1.clone(),
            firm: award.firm.0.clone(),
            team: award.team.clone(),
            mode: mode.into(),
            reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
            list_hash: award.selection.list_hash.to_string(),
            state: award.state().into(),
            accepted: moment("accept"),
            arrived: moment("arrive"),
            contract: award.contract().map(|contract| ContractPart {
                pricing: contract.pricing.key().into(),
                sum_fen: contract.sum.fen(),
                signed: contract.signed.to_string(),
                settled_fen: settled.map(|s| s.amount.fen()),
                reviewer: settled.map(|s| s.reviewer.clone()),
                conclusion: settled.map(|s| s.conclusion.clone()),
            }),
            url: format!("{base}/publicity/{}", award.publication),
        }
    }
}

/// A page of teams that were sent without a tender.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AwardList {
    /// How many there are.
    pub total: usize,
    /// Give it as `before` for the next page; none on the last.
    pub next: Option<String>,
    /// This page, the newest first.
    pub items: Vec<AwardPart>,
}

/// A firm of the reserve.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberPart {
    /// Unified social credit code.
    pub uscc: String,
    /// Name.
    pub name: String,
    /// Its places: category and where each stands, in words.
    pub places: Vec<(String, String)>,
    /// Qualifications with their levels.
    pub qualifications: String,
    /// Districts that it serves.
    pub districts: String,
    /// Teams.
    pub teams: u32,
    /// Merit.
    pub merit: u32,
    /// The page for people.
    pub url: String,
}

/// The reserve.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberList {
    /// How many firms.
    pub total: usize,
    /// All of them, the highest merit first.
    pub items: Vec<MemberPart>,
}

/// What is asked of awards.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AwardAsk {
    /// The `next` of the page before.
    pub before: Option<String>,
    /// How many, 1 to 1000; 100 when nothing is said.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 1000)]
    pub limit: Option<String>,
}

/// What is asked of the reserve.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct MemberAsk {
    /// Key of a category, such as `highway.works`.
    pub category: Option<String>,
    /// Key of a district.
    pub district: Option<String>,
}
