//! The portal over HTTP: the same for everybody, without script, with an ETag.

use super::doors::Doors;
use super::sheets::XLSX;
use crate::open::{read, spelled};
use crate::site::Site;
use app::api::ApiError;
use app::portal::{self, Ask};
use app::text;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use model::Expected;
use serde::Deserialize;
use tokio_util::io::ReaderStream;

/// What a browser may do with such a page: show it and send its forms back here.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const HTML: &str = "text/html; charset=utf-8";
const ATOM: &str = "application/atom+xml; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const ICS: &str = "text/calendar; charset=utf-8";

/// The routes of the portal.
pub fn doors(doors: Doors) -> Doors {
    doors
        .open("/plans", get(list))
        .open("/plans/{number}", get(plan))
        .open("/plans/{number}/{version}", get(version))
        .open("/plans/map", get(map))
        .open("/plans/calendar", get(calendar))
        .open("/plans/month/{month}", get(month))
        .open("/plans/quality", get(quality))
        .open("/bonds", get(bonds))
        .open("/contracts", get(contracts))
        .open("/plans.atom", get(feed))
        .open("/plans.ics", get(events))
        .open("/plans.csv", get(csv))
        .open("/plans.jsonl", get(lines))
        .open("/plans.xlsx", get(sheet))
        .open("/notices", get(notices))
        .open("/notices/{number}", get(notice))
        .open("/notices.atom", get(notice_feed))
}

/// What such a page depends on: the program, the rules, the day, and the last act that
/// changed something public. It is the same until one of them changes.
fn tag(site: &Site) -> String {
    let seq = site.read().public_seq;
    let day = site.now().day();
    format!("\"{}-{}-{day}-{seq}\"", site.settings.build, site.law().short())
}

/// The same of a page that any act may change.
fn tag_of_all(site: &Site) -> String {
    let seq = site.read().head.seq;
    let day = site.now().day();
    format!("\"{}-{}-{day}-all-{seq}\"", site.settings.build, site.law().short())
}

/// An answer that may be kept and asked about. A reader who has it already gets 304, and
/// then nothing is read or written for it.
async fn page(
    site: &Site,
    asked: &HeaderMap,
    media: &'static str,
    text: impl Future<Output = Result<String, ApiError>>,
) -> Response {
    // Taken before the text, so that it is never newer than that.
    tagged(tag(site), asked, media, text).await
}

async fn tagged(
    tag: String,
    asked: &HeaderMap,
    media: &'static str,
    text: impl Future<Output = Result<String, ApiError>>,
) -> Response {
    let known = asked.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let bare = |k: &str| k.trim().trim_start_matches("W/").to_owned();
    let mut response = if known.is_some_and(|known| known.split(',').any(|k| bare(k) == tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match text.await {
            Ok(text) => ([(header::CONTENT_TYPE, media)], text).into_response(),
            Err(error) => return refused(&error),
        }
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn refused(error: &ApiError) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HTML),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (error.status(), headers, portal::missing(&text::error(error))).into_response()
}

async fn list(State(site): State<Site>, asked: HeaderMap, Query(ask): Query<Ask>) -> Response {
    let text = async { site.plan_list(ask).await.map(portal::list) };
    page(&site, &asked, HTML, text).await
}

async fn map(State(site): State<Site>, asked: HeaderMap, Query(ask): Query<Ask>) -> Response {
    let text = async { site.plan_map(ask).await.map(portal::map) };
    page(&site, &asked, HTML, text).await
}

async fn calendar(State(site): State<Site>, asked: HeaderMap, Query(ask): Query<Ask>) -> Response {
    let text = async { site.plan_calendar(ask).await.map(portal::calendar) };
    page(&site, &asked, HTML, text).await
}

async fn month(State(site): State<Site>, asked: HeaderMap, Path(month): Path<String>) -> Response {
    let Ok(month) = month.parse::<Expected>() else { return refused(&ApiError::NotFound) };
    let text = async {
        let (plans, left_out) = site.plan_month(month).await?;
        Ok(portal::month(month, plans, left_out))
    };
    page(&site, &asked, HTML, text).await
}

async fn quality(State(site): State<Site>, asked: HeaderMap) -> Response {
    page(&site, &asked, HTML, async { Ok(portal::quality(site.plan_quality())) }).await
}

async fn bonds(State(site): State<Site>, asked: HeaderMap) -> Response {
    let tag = tag_of_all(&site);
    tagged(tag, &asked, HTML, async { Ok(portal::bonds(site.public_bonds())) }).await
}

/// What is asked for among contracts.
#[derive(Deserialize, Default)]
#[serde(default)]
struct ContractAsk {
    after: String,
}

async fn contracts(
    State(site): State<Site>,
    asked: HeaderMap,
    Query(ask): Query<ContractAsk>,
) -> Response {
    let tag = tag_of_all(&site);
    let text = async { Ok(portal::contracts(site.public_contracts(&ask.after))) };
    tagged(tag, &asked, HTML, text).await
}

async fn plan(State(site): State<Site>, asked: HeaderMap, Path(number): Path<String>) -> Response {
    let text = async { site.public_plan(&number, None).map(portal::plan) };
    page(&site, &asked, HTML, text).await
}

/// `v2` is a page, `v2.json` the version as it is hashed.
async fn version(
    State(site): State<Site>,
    asked: HeaderMap,
    Path((number, version)): Path<(String, String)>,
) -> Response {
    let (name, json) = match version.strip_suffix(".json") {
        Some(name) => (name, true),
        None => (version.as_str(), false),
    };
    let Some(n) = name.strip_prefix('v').and_then(|n| n.parse().ok()) else {
        return refused(&ApiError::NotFound);
    };
    let text = async {
        let found = site.public_plan(&number, Some(n))?;
        if json {
            spelled(&found.version).map(|(text, _)| text)
        } else {
            Ok(portal::version(found))
        }
    };
    page(&site, &asked, if json { JSON } else { HTML }, text).await
}

/// What can't be read of a question. A page says so beside what it found; a file or a feed
/// that left a filter out would say nothing, so it is refused.
fn unread(ask: &Ask) -> Option<Response> {
    let (_, wrong) = read(ask);
    let said = format!("没有看懂：{}。", wrong.join("、"));
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (!wrong.is_empty()).then(|| (StatusCode::BAD_REQUEST, headers, said).into_response())
}

async fn feed(State(site): State<Site>, asked: HeaderMap, Query(ask): Query<Ask>) -> Response {
    if let Some(refused) = unread(&ask) {
        return refused;
    }
    page(&site, &asked, ATOM, site.plan_feed(&ask)).await
}

async fn events(State(site): State<Site>, asked: HeaderMap, Query(ask): Query<Ask>) -> Response {
    if let Some(refused) = unread(&ask) {
        return refused;
    }
    page(&site, &asked, ICS, site.plan_events(&ask)).await
}

fn download(media: &'static str, name: &'static str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}

async fn csv(State(site): State<Site>, Query(ask): Query<Ask>) -> Response {
    if let Some(refused) = unread(&ask) {
        return refused;
    }
    let body = Body::from_stream(site.plans_as_csv(&ask));
    download("text/csv; charset=utf-8", "attachment; filename=\"plans.csv\"", body)
}

async fn lines(State(site): State<Site>, Query(ask): Query<Ask>) -> Response {
    if let Some(refused) = unread(&ask) {
        return refused;
    }
    let body = Body::from_stream(site.plans_as_lines(&ask));
    download("application/x-ndjson", "attachment; filename=\"plans.jsonl\"", body)
}

async fn sheet(State(site): State<Site>, Query(ask): Query<Ask>) -> Response {
    if let Some(refused) = unread(&ask) {
        return refused;
    }
    match site.plans_as_sheet(&ask).await {
        Ok(file) => {
            let body = Body::from_stream(ReaderStream::new(file));
            download(XLSX, "attachment; filename=\"plans.xlsx\"", body)
        }
        Err(error) => refused(&error),
    }
}

/// What is asked for among notices.
#[derive(Deserialize, Default)]
#[serde(default)]
struct NoticeAsk {
    q: String,
    before: String,
}

async fn notices(
    State(site): State<Site>,
    asked: HeaderMap,
    Query(ask): Query<NoticeAsk>,
) -> Response {
    let text = async { site.public_notices(&ask.q, &ask.before).await.map(portal::notices) };
    page(&site, &asked, HTML, text).await
}

async fn notice(
    State(site): State<Site>,
    asked: HeaderMap,
    Path(number): Path<String>,
) -> Response {
    let text = async { site.public_notice(&number).map(portal::notice) };
    page(&site, &asked, HTML, text).await
}

async fn notice_feed(
    State(site): State<Site>,
    asked: HeaderMap,
    Query(ask): Query<NoticeAsk>,
) -> Response {
    let before = match ask.before.as_str() {
        "" => None,
        text => match text.parse() {
            Ok(seq) => Some(seq),
            Err(_) => return (StatusCode::BAD_REQUEST, "没有看懂：before。").into_response(),
        },
    };
    page(&site, &asked, ATOM, async { Ok(site.notice_feed(before)) }).await
}
