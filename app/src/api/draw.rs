//! Drawing lots.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{ApiError, DrawPage};
use leptos::prelude::*;
use model::{EmergencyId, SelectionId};

/// Freezes the list and opens a round; `draw` is the key that it will have.
#[server(endpoint = "draw/open")]
pub async fn open_draw(
    token: String,
    id: EmergencyId,
    draw: String,
    widen: String,
) -> Result<(), ApiError> {
    let answer = desks()?.draws.open(&sender(&token)?, &id, &draw, widen == "yes").await;
    go_on(answer, |id| format!("/draws/{id}"), &format!("/emergencies/{id}/candidates"))
}

/// A draw, as far as it has come.
#[server(endpoint = "draw/page")]
pub async fn read_draw(id: SelectionId) -> Result<DrawPage, ApiError> {
    desks()?.draws.page(&visitor(), &id).await
}

/// Commits to a number.
#[server(endpoint = "draw/commit")]
pub async fn commit_lot(token: String, id: SelectionId) -> Result<(), ApiError> {
    let answer = desks()?.draws.commit(&sender(&token)?, &id).await;
    go_on(answer, |()| format!("/draws/{id}"), &format!("/draws/{id}"))
}

/// Shows the number.
#[server(endpoint = "draw/reveal")]
pub async fn reveal_lot(token: String, id: SelectionId) -> Result<(), ApiError> {
    let answer = desks()?.draws.reveal(&sender(&token)?, &id).await;
    go_on(answer, |()| format!("/draws/{id}"), &format!("/draws/{id}"))
}
