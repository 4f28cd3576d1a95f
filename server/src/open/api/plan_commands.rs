//! Commands on plans.

use super::Problem;
use super::command::{By, Command, Named, Once, Refused, Sent, named, replayed};
use super::drafts::{ActIn, PlanIn, PlanState};
use crate::site::Site;
use app::api::desk::{Answer, PlanDesk as _};
use app::api::{ApiError, PlanActForm, Visitor};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use model::{Errand, PlanId, Target};

impl Site {
    /// A plan by number or key.
    fn plan_id(&self, named: &str) -> Answer<PlanId> {
        let known = self.read().plan_numbers.get(named).cloned();
        known.or_else(|| named.parse().ok()).ok_or(ApiError::NotFound)
    }

    fn plan_state(&self, by: &Visitor, id: &str) -> Answer<PlanState> {
        let own = Target { org: by.actor.org.as_ref(), district: None };
        self.permit(by, Errand::PlanRead, own)?;
        let plan = self.read().plans.get(id).cloned().ok_or(ApiError::NotFound)?;
        let whose = Target { org: Some(&plan.owner), district: None };
        self.permit(by, Errand::PlanRead, whose)?;
        let own = by.actor.org.as_ref() == Some(&plan.owner);
        let seen = own || plan.draft.as_ref().is_some_and(|d| d.state.key() == "submitted");
        if !seen && plan.number.is_none() {
            return Err(ApiError::NotFound);
        }
        Ok(PlanState::of(&self.settings.public_url, &plan, seen))
    }
}

/// Drafts a plan of one's own organisation.
#[utoipa::path(post, path = "/v1/desk/plans", tag = "commands", request_body = PlanIn,
    params(Once),
    security(("key" = [])), responses(
    (status = 201, description = "Drafted; `location` is where it stands", body = PlanState),
    Refused,
))]
pub async fn draft_plan(
    State(site): State<Site>,
    by: By,
    headers: HeaderMap,
    body: Sent,
) -> Result<Response, Problem> {
    let command = Command::read(&site, by, &headers, "POST plans", body)?;
    let draft: PlanIn = command.parsed()?;
    let by = &command.by;
    let act = |acting: Site| async move {
        Ok(acting.save_plan(by, None, draft.into_form()).await?.to_string())
    };
    let (id, again) = command.carry_out(&site, act).await?;
    let state = plan_after(&site, by, &id)?;
    let location = [(header::LOCATION, format!("/v1/desk/plans/{id}"))];
    Ok(replayed(again, (StatusCode::CREATED, location, Json(state)).into_response()))
}

/// Where a plan stands after a command: it may be gone.
fn plan_after(site: &Site, by: &Visitor, id: &str) -> Answer<PlanState> {
    match site.plan_state(by, id) {
        Err(ApiError::NotFound) if site.read().plans.get(id).is_none() => {
            Ok(PlanState::gone(&site.settings.public_url, id))
        }
        // It is there, but its draft is its owner's business again.
        Err(ApiError::NotFound) => Ok(PlanState::elsewhere(&site.settings.public_url, id)),
        state => state,
    }
}

/// Where a plan stands, its draft included.
#[utoipa::path(get, path = "/v1/desk/plans/{plan}", tag = "commands",
    params(("plan" = String, Path, description = "Number or key")),
    security(("key" = [])), responses(
    (status = 200, description = "Where it stands", body = PlanState),
    Refused,
))]
pub async fn plan(
    State(site): State<Site>,
    Extension(by): By,
    path: Named,
) -> Result<Json<PlanState>, Problem> {
    let id = site.plan_id(&named(path)?)?;
    Ok(Json(site.plan_state(&by, id.as_str())?))
}

/// Writes the draft of a plan anew, or begins a change to a public one.
#[utoipa::path(put, path = "/v1/desk/plans/{plan}", tag = "commands", request_body = PlanIn,
    params(("plan" = String, Path, description = "Number or key"),
        Once),
    security(("key" = [])), responses(
    (status = 200, description = "Where it stands", body = PlanState),
    Refused,
))]
pub async fn write_plan(
    State(site): State<Site>,
    by: By,
    headers: HeaderMap,
    path: Named,
    body: Sent,
) -> Result<Response, Problem> {
    let name = named(path)?;
    let command = Command::read(&site, by, &headers, &format!("PUT plans {name}"), body)?;
    let id = site.plan_id(&name)?;
    let draft: PlanIn = command.parsed()?;
    let by = &command.by;
    let act = |acting: Site| async move {
        Ok(acting.save_plan(by, Some(&id), draft.into_form()).await?.to_string())
    };
    let (id, again) = command.carry_out(&site, act).await?;
    Ok(replayed(again, Json(plan_after(&site, by, &id)?).into_response()))
}

/// Does something with a plan.
#[utoipa::path(post, path = "/v1/desk/plans/{plan}/acts", tag = "commands", request_body = ActIn,
    params(("plan" = String, Path, description = "Number or key"),
        Once),
    security(("key" = [])), responses(
    (status = 200, description = "Where it stands", body = PlanState),
    Refused,
))]
pub async fn act_on_plan(
    State(site): State<Site>,
    by: By,
    headers: HeaderMap,
    path: Named,
    body: Sent,
) -> Result<Response, Problem> {
    let name = named(path)?;
    let command = Command::read(&site, by, &headers, &format!("POST plans {name} acts"), body)?;
    let id = site.plan_id(&name)?;
    let sent: ActIn = command.parsed()?;
    let form = PlanActForm {
        act: sent.act,
        reason: sent.reason,
        scope_changed: if sent.scope_changed { "yes".into() } else { String::new() },
    };
    let by = &command.by;
    let act = |acting: Site| async move {
        acting.act_on_plan(by, &id, form).await?;
        Ok(id.to_string())
    };
    let (id, again) = command.carry_out(&site, act).await?;
    Ok(replayed(again, Json(plan_after(&site, by, &id)?).into_response()))
}
