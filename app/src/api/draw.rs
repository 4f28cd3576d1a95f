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

/// Commits to a number that the browser keeps; without a commitment the system
/// takes a number and keeps it.
#[server(endpoint = "draw/commit")]
pub async fn commit_lot(
    token: String,
    id: SelectionId,
    #[server(default)] commitment: String,
) -> Result<(), ApiError> {
    let answer = desks()?.draws.commit(&sender(&token)?, &id, &commitment).await;
    go_on(answer, |()| format!("/draws/{id}"), &format!("/draws/{id}"))
}

/// Shows the number, unless the system keeps it.
#[server(endpoint = "draw/reveal")]
pub async fn reveal_lot(
    token: String,
    id: SelectionId,
    #[server(default)] nonce: String,
) -> Result<(), ApiError> {
    let answer = desks()?.draws.reveal(&sender(&token)?, &id, &nonce).await;
    go_on(answer, |()| format!("/draws/{id}"), &format!("/draws/{id}"))
}
