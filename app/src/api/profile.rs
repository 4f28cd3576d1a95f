//! A firm's own profile.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{
    ApiError, BasicsForm, CertificatesForm, ContactsForm, ProfilePage, RegisterForm, ServiceForm,
    TeamEditForm,
};
use leptos::prelude::*;

/// Opens an account for a firm; signing in comes next.
#[server(endpoint = "reserve/register")]
pub async fn register(form: RegisterForm) -> Result<(), ApiError> {
    go_on(desks()?.profiles.register(form).await, |()| "/sign-in?next=/profile".into(), "/apply")
}

/// One's own profile.
#[server(endpoint = "reserve/profile")]
pub async fn read_profile() -> Result<ProfilePage, ApiError> {
    desks()?.profiles.profile(&visitor()).await
}

/// Saves 企业信息.
#[server(endpoint = "reserve/basics")]
pub async fn save_basics(token: String, form: BasicsForm) -> Result<(), ApiError> {
    let answer = desks()?.profiles.save_basics(&sender(&token)?, form).await;
    go_on(answer, |()| "/profile/contacts".into(), "/profile/basics")
}

/// Saves 值守联系人.
#[server(endpoint = "reserve/contacts")]
pub async fn save_contacts(token: String, form: ContactsForm) -> Result<(), ApiError> {
    let answer = desks()?.profiles.save_contacts(&sender(&token)?, form).await;
    go_on(answer, |()| "/profile/certificates".into(), "/profile/contacts")
}

/// Saves 资质与许可证.
#[server(endpoint = "reserve/certificates")]
pub async fn save_certificates(token: String, form: CertificatesForm) -> Result<(), ApiError> {
    let answer = desks()?.profiles.save_certificates(&sender(&token)?, form).await;
    go_on(answer, |()| "/profile/service".into(), "/profile/certificates")
}

/// Saves 类别、区域与承诺.
#[server(endpoint = "reserve/service")]
pub async fn save_service(token: String, form: ServiceForm) -> Result<(), ApiError> {
    let answer = desks()?.profiles.save_service(&sender(&token)?, form).await;
    go_on(answer, |()| "/profile/teams".into(), "/profile/service")
}

/// Saves a team.
#[server(endpoint = "reserve/team")]
pub async fn save_team(token: String, form: TeamEditForm) -> Result<(), ApiError> {
    let answer = desks()?.profiles.save_team(&sender(&token)?, form).await;
    go_on(answer, |()| "/profile".into(), "/profile/teams")
}

/// Hands the application in.
#[server(endpoint = "reserve/apply")]
pub async fn hand_in(token: String) -> Result<(), ApiError> {
    let answer = desks()?.profiles.apply(&sender(&token)?).await;
    go_on(answer, |()| "/profile".into(), "/profile")
}
