//! The reserve: profiles, applications, standing.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{
    ApiError, BasicsForm, CertificatesForm, ContactsForm, PlaceForm, PlacePage, PlaceView,
    ProfilePage, RegisterForm, ServiceForm, TeamEditForm,
};
use leptos::prelude::*;
use model::MembershipId;

/// Opens an account for a firm; signing in comes next.
#[server(endpoint = "reserve/register")]
pub async fn register(form: RegisterForm) -> Result<(), ApiError> {
    go_on(desks()?.reserve.register(form).await, |()| "/sign-in?next=/profile".into(), "/apply")
}

/// One's own profile.
#[server(endpoint = "reserve/profile")]
pub async fn read_profile() -> Result<ProfilePage, ApiError> {
    desks()?.reserve.profile(&visitor()).await
}

/// Saves 企业信息.
#[server(endpoint = "reserve/basics")]
pub async fn save_basics(token: String, form: BasicsForm) -> Result<(), ApiError> {
    let answer = desks()?.reserve.save_basics(&sender(&token)?, form).await;
    go_on(answer, |()| "/profile/contacts".into(), "/profile/basics")
}

/// Saves 值守联系人.
#[server(endpoint = "reserve/contacts")]
pub async fn save_contacts(token: String, form: ContactsForm) -> Result<(), ApiError> {
    let answer = desks()?.reserve.save_contacts(&sender(&token)?, form).await;
    go_on(answer, |()| "/profile/certificates".into(), "/profile/contacts")
}

/// Saves 资质与许可证.
#[server(endpoint = "reserve/certificates")]
pub async fn save_certificates(token: String, form: CertificatesForm) -> Result<(), ApiError> {
    let answer = desks()?.reserve.save_certificates(&sender(&token)?, form).await;
    go_on(answer, |()| "/profile/service".into(), "/profile/certificates")
}

/// Saves 类别、区域与承诺.
#[server(endpoint = "reserve/service")]
pub async fn save_service(token: String, form: ServiceForm) -> Result<(), ApiError> {
    let answer = desks()?.reserve.save_service(&sender(&token)?, form).await;
    go_on(answer, |()| "/profile/teams".into(), "/profile/service")
}

/// Saves a team.
#[server(endpoint = "reserve/team")]
pub async fn save_team(token: String, form: TeamEditForm) -> Result<(), ApiError> {
    let answer = desks()?.reserve.save_team(&sender(&token)?, form).await;
    go_on(answer, |()| "/profile".into(), "/profile/teams")
}

/// Hands the application in.
#[server(endpoint = "reserve/apply")]
pub async fn hand_in(token: String) -> Result<(), ApiError> {
    let answer = desks()?.reserve.apply(&sender(&token)?).await;
    go_on(answer, |()| "/profile".into(), "/profile")
}

/// Places that wait for a decision, or all.
#[server(endpoint = "reserve/places")]
pub async fn places(all: bool) -> Result<Vec<PlaceView>, ApiError> {
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
