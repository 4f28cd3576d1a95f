//! Looking after others: approvals that are due, clues, proposals for credit records.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{ApiError, SupervisionPage};
use leptos::prelude::*;
use model::{ClueId, CreditId, Moment};
use policies::channel::Measure;
use policies::credit::Proposal;
use policies::split::Clue;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Figures of one value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureRow {
    /// The key that cases are asked for by.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The figures.
    pub measure: Measure,
}

/// What the green channel comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasuresPage {
    /// All cases together.
    pub all: Measure,
    /// By dimension: the name that cases are asked for by, its title, its rows.
    pub by: Vec<(String, String, Vec<MeasureRow>)>,
    /// The promise for a decision, in words.
    pub promise: String,
}

/// A clue with the names in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClueLine {
    /// The clue.
    pub clue: Clue,
    /// The owner.
    pub owner: String,
    /// Who said what of it.
    pub names: BTreeMap<String, String>,
}

/// Clues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CluesPage {
    /// Those that wait first, then the newest.
    pub clues: Vec<ClueLine>,
    /// May say what they come to.
    pub may_decide: bool,
}

/// A proposal with what the visitor may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditLine {
    /// The proposal.
    pub proposal: Proposal,
    /// Who proposed it, by name.
    pub proposer: String,
    /// Who decided, by name.
    pub decider: String,
    /// May state its case.
    pub may_state: bool,
    /// May decide now.
    pub may_decide: bool,
}

/// Proposals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditsPage {
    /// Those that wait first, then the newest.
    pub credits: Vec<CreditLine>,
    /// As of when.
    pub now: Moment,
}

/// What somebody says of a clue or a proposal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VerdictForm {
    /// The record that it is about.
    pub about: String,
    /// `forward`, `drop`, `state`, `record` or `spare`.
    pub act: String,
    /// In words.
    pub reason: String,
}

/// Approvals of all departments.
#[server(endpoint = "supervise/page")]
pub async fn read_supervision() -> Result<SupervisionPage, ApiError> {
    desks()?.supervise.supervision(&visitor()).await
}

/// What the green channel comes to.
#[server(endpoint = "supervise/measures")]
pub async fn read_measures() -> Result<MeasuresPage, ApiError> {
    desks()?.supervise.measures(&visitor()).await
}

/// Clues.
#[server(endpoint = "supervise/clues")]
pub async fn read_clues() -> Result<CluesPage, ApiError> {
    desks()?.supervise.clues(&visitor()).await
}

/// Says what a clue comes to.
#[server(endpoint = "supervise/clue")]
pub async fn decide_clue(token: String, id: ClueId, form: VerdictForm) -> Result<(), ApiError> {
    let answer = desks()?.supervise.decide_clue(&sender(&token)?, &id, form).await;
    go_on(answer, |()| "/desk/clues".into(), &format!("/desk/clues#{id}"))
}

/// Proposals for credit records.
#[server(endpoint = "supervise/credits")]
pub async fn read_credits() -> Result<CreditsPage, ApiError> {
    desks()?.supervise.credits(&visitor()).await
}

/// States one's case, or decides.
#[server(endpoint = "supervise/credit")]
pub async fn decide_credit(token: String, id: CreditId, form: VerdictForm) -> Result<(), ApiError> {
    let answer = desks()?.supervise.decide_credit(&sender(&token)?, &id, form).await;
    go_on(answer, |()| "/desk/credits".into(), &format!("/desk/credits#{id}"))
}
