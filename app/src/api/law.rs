//! The rules, and changes to them.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{ApiError, ChangeForm, ChangePage, ChangesPage, ReasonForm};
use crate::law::InForce;
use leptos::prelude::*;
use model::LawChangeId;
use std::collections::BTreeMap;

/// Which rules hold now, and which day it is.
#[server(endpoint = "law/in-force")]
pub async fn law_in_force() -> Result<InForce, ApiError> {
    desks()?.law.in_force().await
}

/// How many cases of the last year each rule was about.
#[server(endpoint = "law/uses")]
pub async fn law_uses() -> Result<BTreeMap<String, u32>, ApiError> {
    desks()?.law.uses().await
}

/// Changes to the rules.
#[server(endpoint = "law/changes")]
pub async fn read_changes() -> Result<ChangesPage, ApiError> {
    desks()?.law.changes(&visitor()).await
}

/// One change whole.
#[server(endpoint = "law/change")]
pub async fn read_change(id: LawChangeId) -> Result<ChangePage, ApiError> {
    desks()?.law.change(&visitor(), &id).await
}

/// Drafts a change.
#[server(endpoint = "law/draft")]
pub async fn draft_change(token: String, form: ChangeForm) -> Result<(), ApiError> {
    let answer = desks()?.law.draft_change(&sender(&token)?, form).await;
    go_on(answer, |id| format!("/rules/changes/{id}"), "/rules/changes#draft")
}

/// Approves a change, or refuses it.
#[server(endpoint = "law/decide")]
pub async fn decide_change(
    token: String,
    id: LawChangeId,
    granted: String,
    form: ReasonForm,
) -> Result<(), ApiError> {
    let (back, form_at) = (format!("/rules/changes/{id}"), format!("/rules/changes/{id}#decide"));
    let approve = granted == "yes";
    let answer = desks()?.law.decide_change(&sender(&token)?, &id, approve, form).await;
    go_on(answer, |()| back, &form_at)
}
