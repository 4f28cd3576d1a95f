//! What everybody may see, and the journal.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, visitor};
use super::{
    ApiError, Directory, HomePage, JournalAsk, JournalPage, PublicationPage, PublicityPage,
};
use leptos::prelude::*;
use model::PublicationId;

/// The front page.
#[server(endpoint = "public/home")]
pub async fn home() -> Result<HomePage, ApiError> {
    desks()?.public.home().await
}

/// PublicityPage, newest first.
#[server(endpoint = "public/publications")]
pub async fn publications() -> Result<PublicityPage, ApiError> {
    desks()?.public.publications().await
}

/// One publication whole.
#[server(endpoint = "public/publication")]
pub async fn publication(id: PublicationId) -> Result<PublicationPage, ApiError> {
    desks()?.public.publication(&id).await
}

/// The reserve's public directory.
#[server(endpoint = "public/directory")]
pub async fn read_directory(
    category: String,
    district: String,
    #[server(default)] level: String,
) -> Result<Directory, ApiError> {
    desks()?.public.directory(&category, &district, &level).await
}

/// The journal, newest first.
#[server(endpoint = "journal/page")]
pub async fn journal(#[server(default)] ask: JournalAsk) -> Result<JournalPage, ApiError> {
    desks()?.public.journal(&visitor(), ask).await
}
