//! Organisations and accounts, for the administrator.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{AccountForm, AccountsPage, ApiError, ApiKeyForm, Issued, OrgForm};
use leptos::prelude::*;
use model::{AccountId, DraftId};

/// All organisations and accounts.
#[server(endpoint = "accounts/list")]
pub async fn read_accounts() -> Result<AccountsPage, ApiError> {
    desks()?.accounts.accounts(&visitor()).await
}

/// Adds an organisation.
#[server(endpoint = "accounts/add-org")]
pub async fn add_org(token: String, form: OrgForm) -> Result<(), ApiError> {
    let answer = desks()?.accounts.add_org(&sender(&token)?, form).await;
    go_on(answer, |()| "/accounts".into(), "/accounts#add-org")
}

/// Opens an account; its one-time password is shown once.
#[server(endpoint = "accounts/add")]
pub async fn add_account(token: String, form: AccountForm) -> Result<(), ApiError> {
    let answer = desks()?.accounts.add_account(&sender(&token)?, form).await;
    go_on(answer, |issued| format!("/accounts?issued={issued}"), "/accounts#add")
}

/// Opens an account that a program acts by; its key is shown once.
#[server(endpoint = "accounts/add-key")]
pub async fn add_key(token: String, form: ApiKeyForm) -> Result<(), ApiError> {
    let answer = desks()?.accounts.add_key(&sender(&token)?, form).await;
    go_on(answer, |issued| format!("/accounts?issued={issued}"), "/accounts#add-key")
}

/// What the visitor has just issued.
#[server(endpoint = "accounts/issued")]
pub async fn read_issued(id: DraftId) -> Result<Option<Issued>, ApiError> {
    desks()?.accounts.issued(&visitor(), &id).await
}

/// Resets, closes or opens an account, by `act`.
#[server(endpoint = "accounts/keep")]
pub async fn keep_account(token: String, id: AccountId, act: String) -> Result<(), ApiError> {
    let answer = desks()?.accounts.keep_account(&sender(&token)?, &id, &act).await;
    let done = |issued: &Option<DraftId>| match issued {
        Some(issued) => format!("/accounts?issued={issued}"),
        None => "/accounts".into(),
    };
    go_on(answer, done, "/accounts")
}
