//! Signing in and out.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{ApiError, PasswordForm, Refused, SignInForm, Visitor};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

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

/// What was typed, as JSON, and what is wrong with it; nothing without a draft, and nothing of one
/// that was swept away or is somebody else's: that leaves a fresh form, and no page without one.
pub async fn typed(
    id: Option<model::DraftId>,
) -> Result<Option<(String, model::Faults)>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    match draft(id).await {
        Err(ApiError::NotFound) => Ok(None),
        draft => draft.map(Some),
    }
}

/// A form as it was refused, or a fresh one.
pub async fn refused<T: Serialize + DeserializeOwned + Default>(
    id: Option<model::DraftId>,
) -> Result<Refused<T>, ApiError> {
    let Some((fields, faults)) = typed(id).await? else { return Ok(Refused::default()) };
    // A draft of another form leaves this one fresh, and its faults are none of this one's.
    Ok(typed_into(&fields).map_or_else(Refused::default, |form| Refused { form, faults }))
}

/// What was typed, where it was typed into that form: a page may have several, and a form makes
/// do without fields that it misses.
fn typed_into<T: Serialize + DeserializeOwned>(fields: &str) -> Option<T> {
    let typed: Value = serde_json::from_str(fields).ok()?;
    let form: T = serde_json::from_value(typed.clone()).ok()?;
    let known = serde_json::to_value(&form).ok()?;
    let (Some(typed), Some(known)) = (typed.as_object(), known.as_object()) else {
        return Some(form);
    };
    typed.keys().all(|field| known.contains_key(field)).then_some(form)
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

#[cfg(test)]
mod tests {
    use super::typed_into;
    use crate::api::{ClearForm, MendForm, StatementForm};

    #[test]
    fn what_was_typed_into_one_form_shows_in_no_other() {
        let clear = ClearForm { id: "yh-1".into(), reason: "费".into() };
        let kept = serde_json::to_string(&clear).expect("a draft");
        assert_eq!(typed_into(&kept), Some(clear));
        assert_eq!(typed_into::<StatementForm>(&kept), None);
        // A form that has grown since takes what was typed before.
        let grown = MendForm { id: "yh-1".into(), reason: "费".into(), ..MendForm::default() };
        assert_eq!(typed_into(&kept), Some(grown));
        assert_eq!(typed_into::<ClearForm>("no draft"), None);
    }
}
