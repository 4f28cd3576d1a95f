//! Emergencies: report, verify, determine.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{
    AcceptForm, ApiError, Board, DetermineForm, EmergencyCard, EmergencyPage, OralForm, ReasonForm,
    ReceiptPage, ReportForm, VerifyForm,
};
use leptos::prelude::*;
use model::{EmergencyId, Moment};

/// A key for a report that is about to be written.
#[server(endpoint = "emergency/fresh-id")]
pub async fn fresh_report_id() -> Result<String, ApiError> {
    desks()?.emergencies.fresh_id().await
}

/// Reports a danger. The public may, without an account.
#[server(endpoint = "emergency/report")]
pub async fn report_emergency(token: String, form: ReportForm) -> Result<(), ApiError> {
    let visitor = sender(&token)?;
    let official = visitor.actor.account.is_some();
    let answer = desks()?.emergencies.report(&visitor, form).await;
    let done = |id: &EmergencyId| {
        if official { format!("/emergencies/{id}") } else { format!("/reported/{id}") }
    };
    go_on(answer, done, "/report")
}

/// A report as whoever holds its key may see it.
#[server(endpoint = "emergency/receipt")]
pub async fn receipt(id: EmergencyId) -> Result<ReceiptPage, ApiError> {
    desks()?.emergencies.receipt(&visitor(), &id).await
}

/// Emergencies that the visitor may see, and the moment as of which.
#[server(endpoint = "emergency/list")]
pub async fn emergencies(open_only: bool) -> Result<(Vec<EmergencyCard>, Moment), ApiError> {
    desks()?.emergencies.list(&visitor(), open_only).await
}

/// One emergency whole.
#[server(endpoint = "emergency/page")]
pub async fn read_emergency(id: EmergencyId) -> Result<EmergencyPage, ApiError> {
    desks()?.emergencies.page(&visitor(), &id).await
}

/// Takes a report in hand.
#[server(endpoint = "emergency/accept")]
pub async fn accept_emergency(
    token: String,
    id: EmergencyId,
    form: AcceptForm,
) -> Result<(), ApiError> {
    let answer = desks()?.emergencies.accept(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/emergencies/{id}"), &format!("/emergencies/{id}#accept"))
}

/// Turns away, controls or closes.
#[server(endpoint = "emergency/end")]
pub async fn end_emergency(
    token: String,
    id: EmergencyId,
    act: String,
    form: ReasonForm,
) -> Result<(), ApiError> {
    let answer = desks()?.emergencies.end(&sender(&token)?, &id, &act, form).await;
    go_on(answer, |()| format!("/emergencies/{id}"), &format!("/emergencies/{id}#{act}"))
}

/// Joins a report to another of the same danger.
#[server(endpoint = "emergency/merge")]
pub async fn merge_emergency(
    token: String,
    id: EmergencyId,
    into: EmergencyId,
) -> Result<(), ApiError> {
    let answer = desks()?.emergencies.merge(&sender(&token)?, &id, &into).await;
    go_on(answer, |()| format!("/emergencies/{into}"), &format!("/emergencies/{id}"))
}

/// Enters what two people found on site.
#[server(endpoint = "emergency/verify")]
pub async fn verify_emergency(
    token: String,
    id: EmergencyId,
    form: VerifyForm,
) -> Result<(), ApiError> {
    let answer = desks()?.emergencies.verify(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/emergencies/{id}"), &format!("/emergencies/{id}#verify"))
}

/// Records a commander's oral order.
#[server(endpoint = "emergency/oral")]
pub async fn record_oral_order(
    token: String,
    id: EmergencyId,
    form: OralForm,
) -> Result<(), ApiError> {
    let answer = desks()?.emergencies.oral_order(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/emergencies/{id}"), &format!("/emergencies/{id}#oral"))
}

/// Determines, or refuses (`granted` is `yes` or `no`).
#[server(endpoint = "emergency/determine")]
pub async fn determine_emergency(
    token: String,
    id: EmergencyId,
    granted: String,
    form: DetermineForm,
) -> Result<(), ApiError> {
    let desk = desks()?.emergencies;
    let answer = desk.determine(&sender(&token)?, &id, granted == "yes", form).await;
    go_on(answer, |()| format!("/emergencies/{id}"), &format!("/emergencies/{id}#determine"))
}

/// The live board.
#[server(endpoint = "emergency/board")]
pub async fn read_board() -> Result<Board, ApiError> {
    desks()?.emergencies.board(&visitor()).await
}
