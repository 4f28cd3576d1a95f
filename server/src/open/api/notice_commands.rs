//! Commands on notices.

use super::Problem;
use super::command::{By, Command, Named, Once, Refused, Sent, named, replayed};
use super::drafts::{ActIn, NoticeIn, NoticeState};
use crate::site::Site;
use app::api::desk::{Answer, NoticeDesk as _};
use app::api::{ApiError, NoticeActForm, Visitor};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use model::{Errand, Target, TenderNoticeId};

impl Site {
    /// A notice by number or key.
    fn notice_id(&self, named: &str) -> Answer<TenderNoticeId> {
        let known = self.read().notice_numbers.get(named).cloned();
        known.or_else(|| named.parse().ok()).ok_or(ApiError::NotFound)
    }

    fn notice_state(&self, by: &Visitor, id: &str) -> Answer<NoticeState> {
        let own = Target { org: by.actor.org.as_ref(), district: None };
        self.permit(by, Errand::PlanRead, own)?;
        let mirror = self.read();
        let notice = mirror.tender_notices.get(id).ok_or(ApiError::NotFound)?;
        let whose = Target { org: Some(&notice.owner), district: None };
        self.permit(by, Errand::PlanRead, whose)?;
        let number = |lot: &str| {
            let known = lot.split_once('/').and_then(|(plan, no)| {
                let number = mirror.plans.get(plan)?.number.as_ref()?;
                Some(format!("{number}/{no}"))
            });
            known.unwrap_or_else(|| lot.to_owned())
        };
        Ok(NoticeState::of(&self.settings.public_url, notice, number))
    }

    /// How the desk names a lot that the API names by its plan's number.
    pub(crate) fn lot_key(&self, lot: &str) -> String {
        let known = lot.split_once('/').and_then(|(number, no)| {
            let id = self.read().plan_numbers.get(number)?.clone();
            Some(format!("{id}/{no}"))
        });
        known.unwrap_or_else(|| lot.to_owned())
    }
}

/// Enters a tender notice: it goes out, or is held when its plans stood too short.
#[utoipa::path(post, path = "/v1/desk/notices", tag = "commands", request_body = NoticeIn,
    params(Once),
    security(("key" = [])), responses(
    (status = 201, description = "Entered; `location` is where it stands", body = NoticeState),
    Refused,
))]
pub async fn enter_notice(
    State(site): State<Site>,
    by: By,
    headers: HeaderMap,
    body: Sent,
) -> Result<Response, Problem> {
    let command = Command::read(&site, by, &headers, "POST notices", body)?;
    let notice: NoticeIn = command.parsed()?;
    let by = &command.by;
    let form = notice.into_form(|lot| site.lot_key(lot));
    let act =
        |acting: Site| async move { Ok(acting.save_notice(by, None, form).await?.to_string()) };
    let (id, again) = command.carry_out(&site, act).await?;
    let state = site.notice_state(by, &id)?;
    let location = [(header::LOCATION, format!("/v1/desk/notices/{id}"))];
    Ok(replayed(again, (StatusCode::CREATED, location, Json(state)).into_response()))
}

/// Where a notice stands.
#[utoipa::path(get, path = "/v1/desk/notices/{notice}", tag = "commands",
    params(("notice" = String, Path, description = "Number or key")),
    security(("key" = [])), responses(
    (status = 200, description = "Where it stands", body = NoticeState),
    Refused,
))]
pub async fn notice(
    State(site): State<Site>,
    Extension(by): By,
    path: Named,
) -> Result<Json<NoticeState>, Problem> {
    let id = site.notice_id(&named(path)?)?;
    Ok(Json(site.notice_state(&by, id.as_str())?))
}

/// Corrects a notice.
#[utoipa::path(put, path = "/v1/desk/notices/{notice}", tag = "commands", request_body = NoticeIn,
    params(("notice" = String, Path, description = "Number or key"),
        Once),
    security(("key" = [])), responses(
    (status = 200, description = "Where it stands", body = NoticeState),
    Refused,
))]
pub async fn correct_notice(
    State(site): State<Site>,
    by: By,
    headers: HeaderMap,
    path: Named,
    body: Sent,
) -> Result<Response, Problem> {
    let name = named(path)?;
    let command = Command::read(&site, by, &headers, &format!("PUT notices {name}"), body)?;
    let id = site.notice_id(&name)?;
    let notice: NoticeIn = command.parsed()?;
    let by = &command.by;
    let form = notice.into_form(|lot| site.lot_key(lot));
    let act = |acting: Site| async move {
        Ok(acting.save_notice(by, Some(&id), form).await?.to_string())
    };
    let (id, again) = command.carry_out(&site, act).await?;
    Ok(replayed(again, Json(site.notice_state(by, &id)?).into_response()))
}

/// Gives the reason why a held notice should go out, or cancels a notice.
#[utoipa::path(post, path = "/v1/desk/notices/{notice}/acts", tag = "commands", request_body = ActIn,
    params(("notice" = String, Path, description = "Number or key"),
        Once),
    security(("key" = [])), responses(
    (status = 200, description = "Where it stands", body = NoticeState),
    Refused,
))]
pub async fn act_on_notice(
    State(site): State<Site>,
    by: By,
    headers: HeaderMap,
    path: Named,
    body: Sent,
) -> Result<Response, Problem> {
    let name = named(path)?;
    let command = Command::read(&site, by, &headers, &format!("POST notices {name} acts"), body)?;
    let id = site.notice_id(&name)?;
    let sent: ActIn = command.parsed()?;
    let form =
        NoticeActForm { act: sent.act, short_reason: sent.short_reason, reason: sent.reason };
    let by = &command.by;
    let act = |acting: Site| async move {
        acting.act_on_notice(by, &id, form).await?;
        Ok(id.to_string())
    };
    let (id, again) = command.carry_out(&site, act).await?;
    Ok(replayed(again, Json(site.notice_state(by, &id)?).into_response()))
}
