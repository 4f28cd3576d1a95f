//! Sheets of plans and notices: the templates go out, filled ones come in.

use super::doors::Doors;
use super::files::{first_token, same_form, short};
use crate::desk::{SHEET_BYTES, template};
use crate::site::Site;
use app::api::desk::public;
use app::api::{ApiError, Visitor};
use axum::Extension;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use policies::sheet::SheetKind;

/// What Excel calls its own.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The routes of sheets.
pub fn doors(doors: Doors) -> Doors {
    let take = |kind| {
        let answer = move |site, visitor, form| take(kind, site, visitor, form);
        post(answer).layer(DefaultBodyLimit::max(SHEET_BYTES))
    };
    doors
        .closed("/desk/plans/import", take(SheetKind::Plans))
        .closed("/desk/plans/template.xlsx", get(|| blank(SheetKind::Plans, "plans.xlsx")))
        .closed("/desk/notices/import", take(SheetKind::Notices))
        .closed("/desk/notices/template.xlsx", get(|| blank(SheetKind::Notices, "notices.xlsx")))
}

async fn blank(kind: SheetKind, name: &str) -> Response {
    match tokio::task::spawn_blocking(move || template(kind)).await {
        Ok(Ok(bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, XLSX.to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            ];
            (headers, bytes).into_response()
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn take(
    kind: SheetKind,
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let by = visitor.map_or_else(public, |Extension(visitor)| visitor);
    let taken = match form {
        Ok(form) => receive(&site, &by, kind, form).await,
        Err(_) => Err(Refused::Code("foreign")),
    };
    let page = format!("{}/import", kind.path());
    let next = match taken {
        Ok(done) => done,
        Err(Refused::Code(code)) => format!("{page}?file={code}"),
        Err(Refused::Error(ApiError::Draft(id))) => format!("{page}?draft={id}"),
        Err(Refused::Error(ApiError::Forbidden)) => format!("{page}?file=forbidden"),
        Err(Refused::Error(_)) => format!("{page}?file=broken"),
    };
    Redirect::to(&next).into_response()
}

enum Refused {
    Code(&'static str),
    Error(ApiError),
}

async fn receive(
    site: &Site,
    by: &Visitor,
    kind: SheetKind,
    mut form: Multipart,
) -> Result<String, Refused> {
    let broken_off = |e: MultipartError| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refused::Code("long"),
        _ => Refused::Code("broken"),
    };
    let token = first_token(&mut form).await.map_err(broken_off)?;
    if !same_form(token.as_deref(), by) {
        return Err(Refused::Code("foreign"));
    }
    let mut field = form.next_field().await.map_err(broken_off)?.ok_or(Refused::Code("broken"))?;
    let mut key = None;
    if field.name() == Some("key") {
        key = short(field).await;
        field = form.next_field().await.map_err(broken_off)?.ok_or(Refused::Code("broken"))?;
    }
    let name = field.file_name().unwrap_or_default().to_owned();
    let bytes = field.bytes().await.map_err(broken_off)?;
    site.take_sheet(by, kind, &key.unwrap_or_default(), &name, bytes.to_vec())
        .await
        .map_err(Refused::Error)
}
