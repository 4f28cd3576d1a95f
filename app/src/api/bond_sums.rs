//! What bonds came to, another ladder tried on them, and the bank's statement.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{ApiError, Refused};
use leptos::prelude::*;
use model::{Day, DraftId, Moment, Money};
use policies::bond::{Found, Measures, Outcome, RungOutcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What bonds came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondMeasuresPage {
    /// This year against the one before.
    pub measures: Measures,
    /// Today.
    pub today: Day,
    /// Whether the visitor tries another ladder.
    pub may_simulate: bool,
}

/// Which values of the ladder are tried: what each rung takes off, in percent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SimulateAsk {
    /// By the rung's rule, with `-` for `.`.
    pub rungs: BTreeMap<String, String>,
}

/// A rung of the ladder, with what is tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RungAsk {
    /// The name of its field.
    pub name: String,
    /// As typed.
    pub typed: String,
    /// What was typed is no share.
    pub wrong: bool,
    /// What it came to.
    pub rung: RungOutcome,
}

/// Another ladder, tried on the bonds of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatePage {
    /// The first day of that year.
    pub from: Day,
    /// Its last.
    pub today: Day,
    /// Bonds of which it is not known who gave them.
    pub left: usize,
    /// The rungs.
    pub rungs: Vec<RungAsk>,
    /// What it came to.
    pub outcome: Outcome,
}

/// A bank's statement, as pasted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatementForm {
    /// The rows, with their headings.
    pub text: String,
}

/// What an open line of the statement was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClearForm {
    /// The line.
    pub id: String,
    /// What it was, and what was done.
    pub reason: String,
}

/// What somebody found out about a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearedView {
    /// What it was, and what was done.
    pub words: String,
    /// When that was said.
    pub at: Moment,
    /// By whom.
    pub by: String,
}

/// A line of the bank's statement, with what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankLineView {
    /// Its key.
    pub id: String,
    /// The bank's number of the transfer.
    pub serial: String,
    /// Its day.
    pub day: Day,
    /// How much.
    pub amount: Money,
    /// It came in.
    pub incoming: bool,
    /// Whose account the other one is.
    pub other: String,
    /// That one's number, masked.
    pub account: String,
    /// What it is.
    pub found: Found,
    /// The number of the bond that it belongs to.
    pub number: String,
    /// What somebody found out, where it was open.
    pub cleared: Option<ClearedView>,
}

/// The bank's statement against what is on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementPage {
    /// The last lines, those that need somebody before.
    pub lines: Vec<BankLineView>,
    /// How many lines were read in, and when the last ones were.
    pub read: (usize, Option<Moment>),
    /// Orders that are paid by their receipt and stand in no statement: number, day, amount.
    pub unseen: Vec<(String, Day, Money)>,
    /// How many lines need somebody.
    pub open: usize,
    /// The form.
    pub form: Refused<StatementForm>,
    /// The form that says what a line was.
    pub clear: Refused<ClearForm>,
}

/// What bonds came to.
#[server(endpoint = "bond/measures")]
pub async fn read_bond_measures() -> Result<BondMeasuresPage, ApiError> {
    desks()?.bonds.bond_measures(&visitor()).await
}

/// Another ladder, tried on the bonds of a year.
#[server(endpoint = "bond/simulate")]
pub async fn try_ladder(ask: SimulateAsk) -> Result<SimulatePage, ApiError> {
    desks()?.bonds.try_ladder(&visitor(), ask).await
}

/// The bank's statement against what is on record.
#[server(endpoint = "bond/statement")]
pub async fn read_statement(draft: Option<DraftId>) -> Result<StatementPage, ApiError> {
    let form = super::refused(draft.clone()).await?;
    let clear = super::refused(draft).await?;
    desks()?.bonds.statement(&visitor(), form, clear).await
}

/// Reads a statement in.
#[server(endpoint = "bond/statement-enter")]
pub async fn enter_statement(token: String, form: StatementForm) -> Result<(), ApiError> {
    let answer = desks()?.bonds.enter_statement(&sender(&token)?, form).await;
    go_on(answer, |()| "/desk/bonds/statement".to_owned(), "/desk/bonds/statement#enter")
}

/// Says what an open line of it was.
#[server(endpoint = "bond/statement-clear")]
pub async fn clear_line(token: String, form: ClearForm) -> Result<(), ApiError> {
    let answer = desks()?.bonds.clear_line(&sender(&token)?, form).await;
    go_on(answer, |()| "/desk/bonds/statement#lines".to_owned(), "/desk/bonds/statement#lines")
}
