//! The reserve, and the teams that were sent without a tender.

use super::Problem;
use super::award_parts::{AwardAsk, AwardList, AwardPart, MemberAsk, MemberList, MemberPart};
use super::command::{Named, named};
use super::read::{Asked, asked, limit};
use crate::site::Site;
use app::api::desk::PublicDesk as _;
use axum::Json;
use axum::extract::State;
use model::{Category, District, Moment};

/// Teams that were sent without a tender, the newest first.
#[utoipa::path(get, path = "/v1/awards", tag = "reserve", params(AwardAsk), responses(
    (status = 200, description = "A page of them", body = AwardList),
    (status = 400, description = "A parameter can't be read", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn awards(
    State(site): State<Site>,
    query: Asked<AwardAsk>,
) -> Result<Json<AwardList>, Problem> {
    let ask = asked(query)?;
    let limit = limit(ask.limit.as_deref().unwrap_or_default())?;
    let before = match ask.before.as_deref().unwrap_or_default() {
        "" => None,
        text => Some(cursor(text).ok_or_else(|| Problem::fields(&["before"]))?),
    };
    let (total, mut found) = site.awards(limit + 1, before);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| {
        let published = last.moment_of("accept").unwrap_or(last.at);
        format!("{}.{}", published.ms(), last.publication)
    });
    let base = &site.settings.public_url;
    let items = found.iter().map(|award| AwardPart::of(base, award)).collect();
    Ok(Json(AwardList { total, next, items }))
}

pub(super) fn cursor(text: &str) -> Option<(Moment, String)> {
    let (ms, id) = text.split_once('.')?;
    Some((Moment::from_ms(ms.parse().ok()?), id.to_owned()))
}

/// One team that was sent without a tender.
#[utoipa::path(get, path = "/v1/awards/{id}", tag = "reserve",
    params(("id" = String, Path, description = "Key of the publication")), responses(
    (status = 200, description = "The call as it stands", body = AwardPart),
    (status = 404, description = "No such publication", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn award(State(site): State<Site>, path: Named) -> Result<Json<AwardPart>, Problem> {
    let award = site.award(&named(path)?)?;
    Ok(Json(AwardPart::of(&site.settings.public_url, &award)))
}

/// The firms of the reserve.
#[utoipa::path(get, path = "/v1/reserve", tag = "reserve", params(MemberAsk), responses(
    (status = 200, description = "All that fit", body = MemberList),
    (status = 400, description = "A parameter can't be read", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn reserve(
    State(site): State<Site>,
    query: Asked<MemberAsk>,
) -> Result<Json<MemberList>, Problem> {
    let ask = asked(query)?;
    let category = ask.category.unwrap_or_default();
    let district = ask.district.unwrap_or_default();
    let mut wrong = Vec::new();
    if !category.is_empty() && category.parse::<Category>().is_err() {
        wrong.push("category");
    }
    if !district.is_empty() && district.parse::<District>().is_err() {
        wrong.push("district");
    }
    if !wrong.is_empty() {
        return Err(Problem::fields(&wrong));
    }
    let found = site.directory(&category, &district, "").await?;
    let base = &site.settings.public_url;
    let part = |entry: app::api::DirectoryEntry| MemberPart {
        uscc: entry.uscc,
        name: entry.name,
        places: entry.categories,
        qualifications: entry.qualifications,
        districts: entry.districts,
        teams: entry.teams,
        merit: entry.merit,
        url: format!("{base}/reserve"),
    };
    let items: Vec<MemberPart> = found.entries.into_iter().map(part).collect();
    Ok(Json(MemberList { total: items.len(), items }))
}
