//! Calling teams, and the team's side of it.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{
    AnswerForm, ApiError, CallForm, CallPage, ContractForm, EvaluateForm, MissionsPage,
    PhoneAnswerForm, ProgressForm, ReasonForm, SettlementForm, SlatePage, TeamForm,
};
use leptos::prelude::*;
use model::{DispatchId, EmergencyId, TeamId};

/// Which teams may go, and why each other one may not.
#[server(endpoint = "call/slate")]
pub async fn slate(id: EmergencyId, widen: bool) -> Result<SlatePage, ApiError> {
    desks()?.calls.slate(&visitor(), &id, widen).await
}

/// Calls teams by a commander's order.
#[server(endpoint = "call/nearest")]
pub async fn call_nearest(token: String, id: EmergencyId, form: CallForm) -> Result<(), ApiError> {
    let back = format!(
        "/emergencies/{id}/candidates{}#call",
        if form.widen == "yes" { "?widen=yes" } else { "" }
    );
    let answer = desks()?.calls.call(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/emergencies/{id}#calls"), &back)
}

/// Takes back an open call, or calls a team back.
#[server(endpoint = "call/recall")]
pub async fn recall(token: String, id: DispatchId, form: ReasonForm) -> Result<(), ApiError> {
    let answer = desks()?.calls.recall(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/missions/{id}"), &format!("/missions/{id}#recall"))
}

/// Records an answer that came by telephone.
#[server(endpoint = "call/phone-answer")]
pub async fn phone_answer(
    token: String,
    id: DispatchId,
    form: PhoneAnswerForm,
) -> Result<(), ApiError> {
    let answer = desks()?.calls.phone_answer(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/missions/{id}"), &format!("/missions/{id}#phone"))
}

/// Accepts the finished work, or sends it back (`pass` is `yes` or `no`).
#[server(endpoint = "call/inspect")]
pub async fn inspect(
    token: String,
    id: DispatchId,
    pass: String,
    form: ReasonForm,
) -> Result<(), ApiError> {
    let answer = desks()?.calls.inspect(&sender(&token)?, &id, pass == "yes", form).await;
    go_on(answer, |()| format!("/missions/{id}"), &format!("/missions/{id}#inspect"))
}

/// Scores a mission.
#[server(endpoint = "call/evaluate")]
pub async fn evaluate(token: String, id: DispatchId, form: EvaluateForm) -> Result<(), ApiError> {
    let answer = desks()?.calls.evaluate(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/missions/{id}"), &format!("/missions/{id}#evaluate"))
}

/// Records a mission's contract.
#[server(endpoint = "call/contract")]
pub async fn record_contract(
    token: String,
    id: DispatchId,
    form: ContractForm,
) -> Result<(), ApiError> {
    let answer = desks()?.calls.contract(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/missions/{id}"), &format!("/missions/{id}#contract"))
}

/// Records what a mission came to.
#[server(endpoint = "call/settle")]
pub async fn record_settlement(
    token: String,
    id: DispatchId,
    form: SettlementForm,
) -> Result<(), ApiError> {
    let answer = desks()?.calls.settle(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/missions/{id}"), &format!("/missions/{id}#settle"))
}

/// A firm's calls and teams.
#[server(endpoint = "mission/list")]
pub async fn missions() -> Result<MissionsPage, ApiError> {
    desks()?.missions.missions(&visitor()).await
}

/// One call.
#[server(endpoint = "mission/page")]
pub async fn mission(id: DispatchId) -> Result<CallPage, ApiError> {
    desks()?.missions.call(&visitor(), &id).await
}

/// The call that a link opens. Reading changes nothing: preview robots open links.
#[server(endpoint = "mission/by-token")]
pub async fn mission_by_token(link: String) -> Result<CallPage, ApiError> {
    desks()?.missions.by_token(&link).await
}

/// Answers a call, signed in.
#[server(endpoint = "mission/answer")]
pub async fn answer(token: String, id: DispatchId, form: AnswerForm) -> Result<(), ApiError> {
    let answer = desks()?.missions.answer(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/missions/{id}"), &format!("/missions/{id}#decline"))
}

/// Answers a call by its link. The link is the key, so no session is asked for.
#[server(endpoint = "mission/answer-by-token")]
pub async fn answer_by_token(link: String, form: AnswerForm) -> Result<(), ApiError> {
    let answer = desks()?.missions.answer_by_token(&link, form).await;
    go_on(answer, |()| format!("/go/{link}"), &format!("/go/{link}#decline"))
}

/// Reports progress.
#[server(endpoint = "mission/progress")]
pub async fn progress(token: String, id: DispatchId, form: ProgressForm) -> Result<(), ApiError> {
    let answer = desks()?.missions.progress(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/missions/{id}"), &format!("/missions/{id}#progress"))
}

/// A team's word on itself.
#[server(endpoint = "mission/team")]
pub async fn report_team(token: String, id: TeamId, form: TeamForm) -> Result<(), ApiError> {
    let answer = desks()?.missions.report_team(&sender(&token)?, &id, form).await;
    go_on(answer, |()| "/missions".into(), &format!("/missions?team={id}#{id}"))
}
