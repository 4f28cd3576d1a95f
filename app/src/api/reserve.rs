//! The reserve: applications, changes, standing.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{ApiError, PlaceForm, PlacePage, PlacesPage, RevisionForm, RevisionPage};
use leptos::prelude::*;
use model::{ContractorId, MembershipId};

/// Places and changes that wait for a decision; or all places.
#[server(endpoint = "reserve/places")]
pub async fn places(all: bool) -> Result<PlacesPage, ApiError> {
    desks()?.reserve.places(&visitor(), all).await
}

/// One place.
#[server(endpoint = "reserve/place")]
pub async fn place(id: MembershipId) -> Result<PlacePage, ApiError> {
    desks()?.reserve.place(&visitor(), &id).await
}

/// Decides on a place, replies, or objects.
#[server(endpoint = "reserve/decide")]
pub async fn decide(token: String, id: MembershipId, form: PlaceForm) -> Result<(), ApiError> {
    let answer = desks()?.reserve.decide(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("/places/{id}"), &format!("/places/{id}"))
}

/// A firm's changes that wait, field by field.
#[server(endpoint = "reserve/revision")]
pub async fn read_revision(id: ContractorId) -> Result<RevisionPage, ApiError> {
    desks()?.reserve.revision(&visitor(), &id).await
}

/// Accepts the changes that wait (`accept` is `yes`), or sends them back.
#[server(endpoint = "reserve/decide-revision")]
pub async fn decide_revision(
    token: String,
    id: ContractorId,
    accept: String,
    form: RevisionForm,
) -> Result<(), ApiError> {
    let desk = desks()?.reserve;
    let answer = desk.decide_revision(&sender(&token)?, &id, accept == "yes", form).await;
    go_on(answer, |()| "/places".into(), &format!("/revisions/{id}"))
}
