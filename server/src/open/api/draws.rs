//! Draws that are over, with the record that anybody can check again; and oral orders that
//! were not confirmed in time.

use super::Problem;
use super::award_parts::AwardAsk;
use super::read::{Asked, asked, limit};
use super::sent::cursor;
use crate::site::Site;
use app::api::desk::{DrawDesk as _, PublicDesk as _, public};
use axum::Json;
use axum::extract::State;
use model::{Moment, SelectionId};
use pool::selection::Mode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A draw that is over.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DrawPart {
    /// Key.
    pub id: String,
    /// Number of the emergency.
    pub case: String,
    /// What happened.
    pub title: String,
    /// Which round, from 1.
    pub round: u32,
    /// When the list was frozen (UTC).
    pub frozen: String,
    /// SHA-256 of the list of all teams with what was found for or against each.
    pub list_hash: String,
    /// Who could be drawn, in the order of the list.
    pub entrants: Vec<String>,
    /// The teams in the order that was drawn; empty for a void round.
    pub order: Vec<String>,
    /// Whose number was missing, when the round came to nothing.
    pub void: Option<String>,
    /// The record by which the draw can be checked again.
    #[schema(value_type = Option<Object>)]
    pub record: Option<Value>,
    /// The page for people.
    pub url: String,
}

/// A page of draws.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DrawList {
    /// How many there are.
    pub total: usize,
    /// Give it as `before` for the next page; none on the last.
    pub next: Option<String>,
    /// This page, the newest first.
    pub items: Vec<DrawPart>,
}

/// An oral order whose written confirmation did not come in time.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OralOrderPart {
    /// Number of the emergency.
    pub case: String,
    /// What happened.
    pub title: String,
    /// Key of the district.
    pub district: String,
    /// Who gave it.
    pub commander: String,
    /// When (UTC).
    pub given: String,
    /// Until when it was to be confirmed (UTC).
    pub due: String,
    /// When it was confirmed in the end (UTC).
    pub confirmed: Option<String>,
}

/// Oral orders that were not confirmed in time.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OralOrderList {
    /// How many there are.
    pub total: usize,
    /// All of them, the newest first.
    pub items: Vec<OralOrderPart>,
}

/// Draws that are over, the newest first.
#[utoipa::path(get, path = "/v1/draws", tag = "reserve", params(AwardAsk), responses(
    (status = 200, description = "A page of them", body = DrawList),
    (status = 400, description = "A parameter can't be read", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn draws(
    State(site): State<Site>,
    query: Asked<AwardAsk>,
) -> Result<Json<DrawList>, Problem> {
    let ask = asked(query)?;
    let limit = limit(ask.limit.as_deref().unwrap_or_default())?;
    let before = match ask.before.as_deref().unwrap_or_default() {
        "" => None,
        text => Some(cursor(text).ok_or_else(|| Problem::fields(&["before"]))?),
    };
    let mut over: Vec<(Moment, SelectionId)> = {
        let mirror = site.read();
        let is_over = |mode: &Mode| matches!(mode, Mode::Draw { seed, void, .. } if seed.is_some() || void.is_some());
        let all = mirror.selections.iter().filter(|s| is_over(&s.mode));
        all.map(|s| (s.at, s.id.clone())).collect()
    };
    over.sort_by(|a, b| (b.0, b.1.as_str()).cmp(&(a.0, a.1.as_str())));
    let total = over.len();
    let older = |(at, id): &&(Moment, SelectionId)| {
        before.as_ref().is_none_or(|(last, key)| (*at, id.as_str()) < (*last, key.as_str()))
    };
    let mut page: Vec<_> = over.iter().filter(older).take(limit + 1).collect();
    let more = page.len() > limit;
    page.truncate(limit);
    let next = page.last().filter(|_| more).map(|(at, id)| format!("{}.{id}", at.ms()));
    let mut items = Vec::with_capacity(page.len());
    for (_, id) in page {
        // As everybody sees it.
        let draw = site.page(&public(), id).await?;
        items.push(DrawPart {
            id: draw.id.to_string(),
            case: draw.case,
            title: draw.title,
            round: draw.round,
            frozen: draw.frozen.to_string(),
            list_hash: draw.list_hash,
            entrants: draw.entrants,
            order: draw.order,
            void: draw.void,
            record: draw.record.and_then(|text| serde_json::from_str(&text).ok()),
            url: format!("{}/draws/{}", site.settings.public_url, draw.id),
        });
    }
    Ok(Json(DrawList { total, next, items }))
}

/// Oral orders whose written confirmation did not come in time, the newest first.
#[utoipa::path(get, path = "/v1/oral-orders", tag = "reserve", responses(
    (status = 200, description = "All of them", body = OralOrderList),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn oral_orders(State(site): State<Site>) -> Result<Json<OralOrderList>, Problem> {
    let found = site.publications().await?.unconfirmed;
    let part = |o: app::api::Unconfirmed| OralOrderPart {
        case: o.number,
        title: o.title,
        district: o.district.key().into(),
        commander: o.commander,
        given: o.given.to_string(),
        due: o.due.to_string(),
        confirmed: o.confirmed.map(|at| at.to_string()),
    };
    let items: Vec<OralOrderPart> = found.into_iter().map(part).collect();
    Ok(Json(OralOrderList { total: items.len(), items }))
}
