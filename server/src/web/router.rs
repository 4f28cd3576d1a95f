//! All routes of the site.

use super::doors::Doors;
use super::live::Closing;
use super::throttle::{Throttle, throttle};
use super::{dossiers, files, guard, live, map, portal, sheets};
use crate::desk::Format;
use crate::open::api;
use crate::site::Site;
use crate::time::TestClock;
use app::api::desk::{LawDesk as _, public};
use app::api::{JournalAsk, Visitor};
use app::law::deadline::{Ask, ics};
use app::{App, shell};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::services::ServeDir;

/// The largest form. Files have routes of their own.
const FORM_BYTES: usize = 256 * 1024;

/// What a site needs besides itself to be served.
pub struct Extras {
    /// Where Trunk put the front end: holds `pkg/`.
    pub site_root: PathBuf,
    /// Turns true when the program goes down, so that feeds end.
    pub closing: watch::Receiver<bool>,
    /// A reverse proxy that we trust stands in front, and writes `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// A clock that tests may move over HTTP; never in a real installation.
    pub test_clock: Option<Arc<TestClock>>,
}

/// All routes of the site.
pub fn router(site: Site, extras: Extras) -> Router {
    let options = LeptosOptions::builder()
        .output_name("app")
        .site_root(extras.site_root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .build();
    let routes = generate_route_list(App);
    let desks = site.desks();
    let pages = Router::new()
        .leptos_routes_with_context(&options, routes, move || provide_context(desks.clone()), {
            let options = options.clone();
            move || shell(options.clone())
        })
        .fallback(leptos_axum::file_and_error_handler_with_context::<LeptosOptions, _>(
            {
                let desks = site.desks();
                move || provide_context(desks.clone())
            },
            shell,
        ))
        .with_state(options)
        .layer(from_fn_with_state(guard::PATIENCE, guard::in_time));

    let pkg = Router::new()
        .fallback_service(ServeDir::new(extras.site_root.join("pkg")).precompressed_br())
        .layer(from_fn(revalidate));

    let own = doors(extras.test_clock)
        .into_router()
        .with_state(site.clone())
        .layer(Extension(Closing(extras.closing)));

    let small = SizeAbove::new(512).and(NotForContentType::SSE).and(NotForContentType::IMAGES);
    Router::new()
        .nest("/pkg", pkg)
        .merge(own)
        .merge(pages)
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(from_fn_with_state(Throttle::new(extras.behind_proxy), throttle))
        .layer(from_fn(guard::mean_it))
        .layer(from_fn_with_state(site.clone(), guard::identify))
        .layer(from_fn_with_state(site.clone(), guard::same_site))
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new().compress_when(small))
        .layer(from_fn_with_state(site, guard::harden))
        .layer(from_fn(guard::log))
}

/// The routes that are neither pages nor server functions.
pub fn doors(test_clock: Option<Arc<TestClock>>) -> Doors {
    let doors = Doors::default()
        .open("/healthz", get(|| async { "ok" }))
        .open("/readyz", get(ready))
        .open("/map/districts.svg", get(|| picture(map::districts())))
        .open("/map/towns.svg", get(|| picture(map::towns())))
        .open("/rules/deadline.ics", get(deadline))
        .open("/law/{file}", get(law_text))
        .open("/journal/head", get(head))
        .open("/journal/heads.txt", get(heads))
        .closed("/journal/export.jsonl", get(export_lines))
        .closed("/journal/export.csv", get(export_table))
        .closed("/live", get(live::live))
        .open("/gateway/receipt", post(receipt));
    let doors = portal::doors(dossiers::doors(sheets::doors(files::doors(doors))));
    let doors = api::doors(doors);
    let Some(clock) = test_clock else { return doors };
    let advance = move |Path(ms): Path<i64>| async move { clock.advance_ms(ms) };
    doors.open("/test/clock/{ms}", post(advance))
}

/// Names in `/pkg` carry no hash, so browsers ask each time whether they changed.
async fn revalidate(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

async fn ready(State(site): State<Site>) -> Response {
    match site.store.ping().await {
        Ok(()) => "ready".into_response(),
        Err(fault) => {
            tracing::error!(%fault, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "database").into_response()
        }
    }
}

async fn picture(svg: &'static str) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")],
        svg,
    )
}

/// The journal's head, for whoever keeps it to check against later.
async fn head(State(site): State<Site>) -> impl IntoResponse {
    let head = site.read().head;
    Json(serde_json::json!({ "seq": head.seq, "hash": head.hash.to_string() }))
}

/// A limit, for a calendar program.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    rule: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    law: String,
    #[serde(default)]
    stopped: String,
    #[serde(default)]
    resumed: String,
}

/// The text of an edition of the rules, `<hash>.json`: it never changes.
async fn law_text(State(site): State<Site>, Path(file): Path<String>) -> Response {
    let hash = file.strip_suffix(".json").unwrap_or_default();
    match site.edition(hash).await {
        Ok(law) if !hash.is_empty() => {
            let headers = [
                (header::CONTENT_TYPE, "application/json; charset=utf-8"),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, law.text().to_owned()).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn deadline(State(site): State<Site>, Query(asked): Query<Asked>) -> Response {
    let law = site.edition(&asked.law).await.ok();
    let ask =
        Ask { rule: asked.rule, day: asked.day, stopped: asked.stopped, resumed: asked.resumed };
    match law.and_then(|law| ics(&law, &ask)) {
        Some(text) => {
            let headers = [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"deadline.ics\""),
            ];
            (headers, text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The heads of all days.
async fn heads(State(site): State<Site>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], site.heads_text())
}

async fn export_lines(
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    Query(ask): Query<JournalAsk>,
) -> Response {
    export(&site, visitor, &ask, Format::Lines, "application/x-ndjson", "journal.jsonl").await
}

async fn export_table(
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    Query(ask): Query<JournalAsk>,
) -> Response {
    export(&site, visitor, &ask, Format::Table, "text/csv; charset=utf-8", "journal.csv").await
}

async fn export(
    site: &Site,
    visitor: Option<Extension<Visitor>>,
    ask: &JournalAsk,
    format: Format,
    media: &'static str,
    name: &str,
) -> Response {
    let by = visitor.map_or_else(public, |Extension(visitor)| visitor);
    match site.journal_export(&by, ask, format).await {
        Ok(text) => {
            let save = format!("attachment; filename=\"{name}\"");
            let headers = [
                (header::CONTENT_TYPE, media.to_owned()),
                (header::CONTENT_DISPOSITION, save),
                (header::CACHE_CONTROL, "private, no-store".to_owned()),
            ];
            (headers, text).into_response()
        }
        Err(error) => (error.status(), app::text::error(&error)).into_response(),
    }
}

/// A receipt of the message gateway.
#[derive(Deserialize)]
struct Receipt {
    id: String,
    #[serde(default)]
    failed: Option<String>,
}

async fn receipt(
    State(site): State<Site>,
    headers: HeaderMap,
    Query(receipt): Query<Receipt>,
) -> StatusCode {
    let key = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "))
        .unwrap_or_default();
    // Hashes are compared, so that time tells nothing about the key.
    let same = pool::canon::Seal::of(key.as_bytes())
        == pool::canon::Seal::of(site.settings.gateway_key.as_bytes());
    if site.settings.gateway_key.is_empty() || !same {
        return StatusCode::UNAUTHORIZED;
    }
    match site.receipt_came(&receipt.id, receipt.failed).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(app::api::ApiError::NotFound) => StatusCode::NOT_FOUND,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
