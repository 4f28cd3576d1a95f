//! The file of a case, to take along: one page, or one package.

use super::doors::Doors;
use crate::site::Site;
use app::api::desk::public;
use app::api::{ApiError, CaseKind, Visitor};
use app::text;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio_util::io::ReaderStream;

/// The page carries its look within itself, and nothing that runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The routes of files.
pub fn doors(doors: Doors) -> Doors {
    doors
        .closed("/dossiers/{kind}/{key}/file.html", get(page))
        .closed("/dossiers/{kind}/{key}/file.zip", get(package))
}

fn refused(error: ApiError) -> Response {
    (error.status(), text::error(&error)).into_response()
}

/// Who asks, and for the file of which kind of case.
fn asked(visitor: Option<Extension<Visitor>>, kind: &str) -> Result<(Visitor, CaseKind), ApiError> {
    let by = visitor.map_or_else(public, |Extension(visitor)| visitor);
    let kind = kind.parse().map_err(|_| ApiError::NotFound)?;
    Ok((by, kind))
}

async fn page(
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    Path(case): Path<(String, String)>,
) -> Response {
    let made = async {
        let (by, kind) = asked(visitor, &case.0)?;
        let html = site.dossier_html(&by, kind, &case.1).await?;
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::CACHE_CONTROL, "no-store"),
        ];
        Ok((headers, html).into_response())
    };
    made.await.unwrap_or_else(refused)
}

async fn package(
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    Path(case): Path<(String, String)>,
) -> Response {
    let made = async {
        let (by, kind) = asked(visitor, &case.0)?;
        let (name, file) = site.dossier_zip(&by, kind, &case.1).await?;
        let headers = [
            (header::CONTENT_TYPE, "application/zip".to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ];
        let stream = ReaderStream::new(tokio::fs::File::from_std(file));
        Ok((headers, Body::from_stream(stream)).into_response())
    };
    made.await.unwrap_or_else(refused)
}
