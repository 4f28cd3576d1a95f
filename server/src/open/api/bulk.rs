//! The snapshot in files.

use super::Problem;
use crate::open::bulk::Manifest;
use crate::site::Site;
use app::api::ApiError;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use tower::ServiceExt as _;
use tower_http::services::ServeFile;

/// What is in the snapshot of the day, each file with its SHA-256. The change feed goes on
/// where it ends.
#[utoipa::path(get, path = "/v1/bulk", tag = "bulk", responses(
    (status = 200, description = "The manifest", body = Manifest),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn manifest(State(site): State<Site>) -> Result<Json<Manifest>, Problem> {
    let snapshot = site.snapshot().await.map_err(|fault| {
        tracing::error!(%fault, "the snapshot could not be made");
        ApiError::Broken { ticket: "bulk".into() }
    })?;
    Ok(Json(snapshot.manifest.clone()))
}

/// A file of the snapshot, whole or in part.
#[utoipa::path(get, path = "/v1/bulk/{as_of}/{file}", tag = "bulk", params(
    ("as_of" = i64, Path, description = "The manifest's `as_of`"),
    ("file" = String, Path, description = "Name, such as `plans.jsonl`"),
), responses(
    (status = 200, description = "JSON Lines", body = String, content_type = "application/x-ndjson"),
    (status = 206, description = "The part that was asked for", body = String, content_type = "application/x-ndjson"),
    (status = 404, description = "No such file, or there is a newer snapshot", body = Problem, content_type = "application/problem+json"),
    (status = 416, description = "No such part"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn file(
    State(site): State<Site>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Path((as_of, file)) = path.map_err(|_| Problem::from(ApiError::NotFound))?;
    let seq = as_of.parse().map_err(|_| Problem::from(ApiError::NotFound))?;
    let snapshot = site.snapshot_as_of(seq).ok_or(ApiError::NotFound)?;
    let path = snapshot.path(&file).ok_or(ApiError::NotFound)?;
    let Ok(served) = ServeFile::new(path).oneshot(request).await;
    let mut response = served.into_response();
    let headers = response.headers_mut();
    let media = HeaderValue::from_static("application/x-ndjson");
    headers.insert(header::CONTENT_TYPE, media);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    Ok(response)
}
