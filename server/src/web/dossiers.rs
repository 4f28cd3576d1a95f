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

fn refused(error: &ApiError) -> Response {
    (error.status(), text::error(error)).into_response()
}

fn kind_of(kind: &str) -> Result<CaseKind, ApiError> {
    kind.parse().map_err(|_| ApiError::NotFound)
}

async fn page(
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    Path((kind, key)): Path<(String, String)>,
) -> Response {
    let by = visitor.map_or_else(public, |Extension(visitor)| visitor);
    let made = match kind_of(&kind) {
        Ok(kind) => site.dossier_html(&by, kind, &key).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(html) => {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, html).into_response()
        }
        Err(error) => refused(&error),
    }
}

async fn package(
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    Path((kind, key)): Path<(String, String)>,
) -> Response {
    let by = visitor.map_or_else(public, |Extension(visitor)| visitor);
    let made = match kind_of(&kind) {
        Ok(kind) => site.dossier_zip(&by, kind, &key).await,
        Err(error) => Err(error),
    };
    match made {
        Ok((name, file)) => {
            let headers = [
                (header::CONTENT_TYPE, "application/zip".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ];
            let stream = ReaderStream::new(tokio::fs::File::from_std(file));
            (headers, Body::from_stream(stream)).into_response()
        }
        Err(error) => refused(&error),
    }
}
