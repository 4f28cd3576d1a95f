//! The rules, and reckoning with them.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::desks;
use super::{ApiError, ReckonPage, RulesPage};
use leptos::prelude::*;

/// All rules, by topic; only those that say `words`.
#[server(endpoint = "law/rules")]
pub async fn read_rules(#[server(default)] words: String) -> Result<RulesPage, ApiError> {
    desks()?.law.rules(&words).await
}

/// What a rule comes to for a day; nothing yet when either is empty.
#[server(endpoint = "law/reckon")]
pub async fn reckon(
    #[server(default)] rule: String,
    #[server(default)] day: String,
) -> Result<ReckonPage, ApiError> {
    desks()?.law.reckon(&rule, &day).await
}
