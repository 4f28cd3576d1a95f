//! Reading.

use super::Problem;
use super::command::{Named, named};
use super::parts::{
    ChangeList, ChangePart, Cursor, NoticeAsk, NoticeList, NoticePart, PlanAsk, PlanList, PlanPart,
};
use crate::open::{Release, ask, ocds, spelled};
use crate::site::Site;
use app::api::ApiError;
use app::portal::Ask;
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use policies::notice::NoticeVersion;
use serde_json::Value;
use std::sync::Arc;

/// Items of an answer when nothing is said.
const USUAL: usize = 100;
/// How often one answer looks further for a release.
const STEPS: usize = 20;
/// Items of an answer at most.
const MOST: usize = 1_000;

pub(super) type Asked<T> = Result<Query<T>, QueryRejection>;

/// What was asked, or that it can't be read.
pub(super) fn asked<T>(query: Asked<T>) -> Result<T, Problem> {
    let unread = |_| Problem::new(StatusCode::BAD_REQUEST, "fields", "查询参数不是有效的编码。");
    query.map(|Query(ask)| ask).map_err(unread)
}

/// How many items an answer may have.
pub(super) fn limit(text: &str) -> Result<usize, Problem> {
    match text {
        "" => Ok(USUAL),
        text => match text.parse() {
            Ok(n @ 1..=MOST) => Ok(n),
            _ => Err(Problem::fields(&["limit"])),
        },
    }
}

impl Site {
    fn plan_number(&self, key: &str) -> Option<String> {
        self.read().plans.get(key)?.value.number.clone()
    }

    fn notice_version(&self, number: &str) -> Option<Arc<NoticeVersion>> {
        let mirror = self.read();
        let id = mirror.notice_numbers.get(number)?;
        let notice = mirror.tender_notices.get(id.as_str())?;
        let key = NoticeVersion::key(&notice.value.id, notice.value.versions);
        Some(Arc::clone(&mirror.notice_versions.get(&key)?.value))
    }
}

/// Public plans, searched and filtered.
#[utoipa::path(get, path = "/v1/plans", tag = "plans", params(PlanAsk), responses(
    (status = 200, description = "A page of plans", body = PlanList),
    (status = 400, description = "A parameter can't be read", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn plans(
    State(site): State<Site>,
    query: Asked<PlanAsk>,
) -> Result<Json<PlanList>, Problem> {
    let ask = asked(query)?;
    let limit = limit(ask.limit.as_deref().unwrap_or_default())?;
    let ask = Ask {
        q: ask.q.unwrap_or_default(),
        district: ask.district.unwrap_or_default(),
        industry: ask.industry.unwrap_or_default(),
        kind: ask.kind.unwrap_or_default(),
        funding: ask.funding.unwrap_or_default(),
        stage: ask.stage.unwrap_or_default(),
        owner: ask.owner.unwrap_or_default(),
        month: ask.month.unwrap_or_default(),
        least: ask.least.unwrap_or_default(),
        order: ask.order.unwrap_or_default(),
        as_of: ask.as_of.unwrap_or_default(),
        after: ask.after.unwrap_or_default(),
    };
    let (query, wrong) = ask::read(&ask);
    if !wrong.is_empty() {
        return Err(Problem::fields(&wrong));
    }
    let (total, mut found, as_of) = site.find_plans(&query, limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(key, _)| key.to_string());
    let base = &site.settings.public_url;
    let items = found.iter().map(|(_, version)| PlanPart::of(base, version)).collect();
    Ok(Json(PlanList { total, as_of, next, items }))
}

/// One plan as it stands.
#[utoipa::path(get, path = "/v1/plans/{number}", tag = "plans",
    params(("number" = String, Path, description = "Number, `JH-2026-000017`")), responses(
    (status = 200, description = "The plan", body = PlanPart),
    (status = 404, description = "No such plan", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn plan(State(site): State<Site>, path: Named) -> Result<Json<PlanPart>, Problem> {
    let number = named(path)?;
    let found = site.public_plan(&number, None)?;
    Ok(Json(PlanPart::of(&site.settings.public_url, &found.version)))
}

/// A version in the spelling that its SHA-256 is of.
#[utoipa::path(get, path = "/v1/plans/{number}/versions/{version}", tag = "plans",
    params(
        ("number" = String, Path, description = "Number"),
        ("version" = u32, Path, description = "Which version, from 1"),
    ), responses(
    (status = 200, description = "The version, canonical JSON; `etag` holds its SHA-256", body = Object),
    (status = 404, description = "No such version", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn plan_version(
    State(site): State<Site>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, Problem> {
    let Path((number, version)) = path.map_err(|_| Problem::from(ApiError::NotFound))?;
    let n = version.parse().map_err(|_| Problem::from(ApiError::NotFound))?;
    let found = site.public_plan(&number, Some(n))?;
    let (text, hash) = spelled(&found.version)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::ETAG, format!("\"{hash}\"")),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
    ];
    Ok((headers, text).into_response())
}

/// Public notices, the newest first.
#[utoipa::path(get, path = "/v1/notices", tag = "notices", params(NoticeAsk), responses(
    (status = 200, description = "A page of notices", body = NoticeList),
    (status = 400, description = "A parameter can't be read", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn notices(
    State(site): State<Site>,
    query: Asked<NoticeAsk>,
) -> Result<Json<NoticeList>, Problem> {
    let ask = asked(query)?;
    let found =
        site.public_notices(&ask.q.unwrap_or_default(), &ask.before.unwrap_or_default()).await?;
    let base = &site.settings.public_url;
    let number = |key: &str| site.plan_number(key);
    let items = found
        .notices
        .iter()
        .filter_map(|line| site.notice_version(&line.number))
        .map(|version| NoticePart::of(base, &version, &number))
        .collect();
    Ok(Json(NoticeList { total: found.total, next: found.next, items }))
}

/// One notice as it stands.
#[utoipa::path(get, path = "/v1/notices/{number}", tag = "notices",
    params(("number" = String, Path, description = "Number, `ZB-2026-000017`")), responses(
    (status = 200, description = "The notice", body = NoticePart),
    (status = 404, description = "No such notice", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn notice(State(site): State<Site>, path: Named) -> Result<Json<NoticePart>, Problem> {
    let number = named(path)?;
    let version = site.notice_version(&number).ok_or(ApiError::NotFound)?;
    let of_plan = |key: &str| site.plan_number(key);
    Ok(Json(NoticePart::of(&site.settings.public_url, &version, &of_plan)))
}

/// The part of the feed that is asked for, and from where.
pub(super) async fn changed(
    site: &Site,
    query: Asked<Cursor>,
) -> Result<(crate::open::Changed, i64), Problem> {
    let cursor = asked(query)?;
    let limit = limit(&cursor.limit)?;
    let after = match cursor.after.as_str() {
        "" => 0,
        text => match text.parse() {
            Ok(after @ 0..) => after,
            _ => return Err(Problem::fields(&["after"])),
        },
    };
    Ok((site.changes_after(after, limit).await?, after))
}

/// What became public, in the order of the journal, after a cursor.
#[utoipa::path(get, path = "/v1/changes", tag = "changes", params(Cursor), responses(
    (status = 200, description = "A part of the feed", body = ChangeList),
    (status = 400, description = "A parameter can't be read", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn changes(
    State(site): State<Site>,
    query: Asked<Cursor>,
) -> Result<Json<ChangeList>, Problem> {
    let (found, _) = changed(&site, query).await?;
    let base = &site.settings.public_url;
    let part = |release: &Release| {
        let (kind, number, version, url) = match release {
            Release::Plan(v) => {
                let url = format!("{base}/v1/plans/{}/versions/{}", v.number, v.version);
                ("plan", v.number.clone(), v.version, url)
            }
            Release::Notice(v) => {
                let url = format!("{base}/v1/notices/{}", v.notice.number);
                ("notice", v.notice.number.clone(), v.notice.versions, url)
            }
            Release::Award(award) => {
                let url = format!("{base}/v1/awards/{}", award.publication);
                ("award", award.case.number.clone(), award.version, url)
            }
        };
        let at = release.at().to_string();
        ChangePart { seq: release.seq(), at, kind: kind.into(), number, version, url }
    };
    let items = found.releases.iter().map(part).collect();
    Ok(Json(ChangeList { items, next: found.next, head: found.head }))
}

/// The same feed as OCDS releases.
#[utoipa::path(get, path = "/v1/ocds/releases", tag = "ocds", params(Cursor), responses(
    (status = 200, description = "A release package (OCDS 1.1); `links.next` goes on", body = Object),
    (status = 204, description = "Nothing found; the `link` header says where to go on"),
    (status = 400, description = "A parameter can't be read", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn releases(State(site): State<Site>, query: Asked<Cursor>) -> Result<Response, Problem> {
    let limit = query.as_ref().map_or_else(|_| String::new(), |Query(ask)| ask.limit.clone());
    let limit = if limit.is_empty() { limit } else { format!("&limit={limit}") };
    let (mut found, after) = changed(&site, query).await?;
    // A package holds at least one release: on to where there is one, or to the end.
    for _ in 0..STEPS {
        if !found.releases.is_empty() || found.next >= found.head {
            break;
        }
        let on = site.changes_after(found.next, 1).await?;
        if on.next == found.next {
            break;
        }
        found = on;
    }
    if found.releases.is_empty() {
        let next = format!("</v1/ocds/releases?after={}{limit}>; rel=\"next\"", found.next);
        return Ok((StatusCode::NO_CONTENT, [(header::LINK, next)]).into_response());
    }
    let path = format!("/v1/ocds/releases?after={after}{limit}");
    let mut package = site.release_package(&path, &found.releases);
    let base = &site.settings.public_url;
    package["links"] = serde_json::json!({ "next": format!("{base}/v1/ocds/releases?after={}{limit}", found.next) });
    Ok(Json(package).into_response())
}

/// The reserve as OCDS releases, by our profile: a process for each category, an award for
/// each place in it.
#[utoipa::path(get, path = "/v1/ocds/reserve", tag = "ocds", responses(
    (status = 200, description = "A release package (OCDS 1.1)", body = Object),
    (status = 204, description = "Nobody is in the reserve"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn reserve_releases(State(site): State<Site>) -> Response {
    let package = site.reserve_package();
    // A package holds at least one release.
    if package["releases"].as_array().is_none_or(Vec::is_empty) {
        return StatusCode::NO_CONTENT.into_response();
    }
    Json(package).into_response()
}

/// A contracting process as an OCDS record.
#[utoipa::path(get, path = "/v1/ocds/records/{ocid}", tag = "ocds",
    params(("ocid" = String, Path, description = "`ocds-lutong-` and the number of a plan or notice, or the key of an emergency")), responses(
    (status = 200, description = "A record package (OCDS 1.1)", body = Object),
    (status = 404, description = "No such process", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn record(State(site): State<Site>, path: Named) -> Result<Json<Value>, Problem> {
    Ok(Json(site.record_package(&named(path)?)?))
}

/// Our OCDS extension.
#[utoipa::path(get, path = "/v1/ocds/extension/extension.json", tag = "ocds",
    responses((status = 200, description = "The extension", body = Object),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json")))]
pub async fn extension(State(site): State<Site>) -> Json<Value> {
    Json(ocds::extension(&site.settings.public_url))
}

/// The schema of our OCDS extension.
#[utoipa::path(get, path = "/v1/ocds/extension/release-schema.json", tag = "ocds",
    responses((status = 200, description = "The schema", body = Object),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json")))]
pub async fn extension_schema() -> Json<Value> {
    Json(ocds::extension_schema())
}
