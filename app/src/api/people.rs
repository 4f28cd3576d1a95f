//! Signing in and out.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{ApiError, PasswordForm, Refused, SignInForm, Visitor};
use leptos::prelude::*;
use serde::de::DeserializeOwned;

/// Who looks at the page; `None` for the public.
#[server(endpoint = "people/me")]
pub async fn me() -> Result<Option<Visitor>, ApiError> {
    let visitor = visitor();
    Ok(visitor.actor.account.is_some().then_some(visitor))
}

/// Signs in and goes on.
#[server(endpoint = "people/sign-in")]
pub async fn sign_in(form: SignInForm) -> Result<(), ApiError> {
    let session = desks()?.people.sign_in(form).await?;
    set_cookie(&session.cookie)?;
    leptos_axum::redirect(&session.next);
    Ok(())
}

/// Signs out.
#[server(endpoint = "people/sign-out")]
pub async fn sign_out(token: String) -> Result<(), ApiError> {
    let cookie = desks()?.people.sign_out(&sender(&token)?, &cookies()).await?;
    set_cookie(&cookie)?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Changes one's own password.
#[server(endpoint = "people/password")]
pub async fn change_password(token: String, form: PasswordForm) -> Result<(), ApiError> {
    let answer = desks()?.people.change_password(&sender(&token)?, &cookies(), form).await;
    go_on(answer, |()| "/account?done=1".into(), "/account")
}

/// A refused form, as JSON, with its faults.
#[server(endpoint = "people/draft")]
pub async fn draft(id: model::DraftId) -> Result<(String, model::Faults), ApiError> {
    desks()?.people.draft(&visitor(), &id).await
}

/// A form as it was refused, or a fresh one.
pub async fn refused<T: DeserializeOwned + Default>(
    id: Option<model::DraftId>,
) -> Result<Refused<T>, ApiError> {
    let Some(id) = id else { return Ok(Refused::default()) };
    // A draft that was swept away, or somebody else's, leaves a fresh form.
    let (fields, faults) = match draft(id).await {
        Err(ApiError::NotFound) => return Ok(Refused::default()),
        draft => draft?,
    };
    // A draft of another form than this page's shows as a fresh one.
    let form = serde_json::from_str(&fields).unwrap_or_default();
    Ok(Refused { form, faults })
}

#[cfg(feature = "ssr")]
fn cookies() -> String {
    use_context::<http::request::Parts>()
        .and_then(|parts| Some(parts.headers.get(http::header::COOKIE)?.to_str().ok()?.to_owned()))
        .unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn set_cookie(cookie: &str) -> Result<(), ApiError> {
    let broken = || ApiError::Broken { ticket: "cookie".into() };
    let value = http::HeaderValue::from_str(cookie).map_err(|_| broken())?;
    let response = use_context::<leptos_axum::ResponseOptions>().ok_or_else(broken)?;
    response.append_header(http::header::SET_COOKIE, value);
    Ok(())
}
