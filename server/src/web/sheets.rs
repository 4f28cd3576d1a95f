//! Sheets of tender plans: the template goes out, filled ones come in.

use super::doors::Doors;
use super::files::{first_token, same_form};
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

/// What Excel calls its own.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The page that sheets come from.
const PAGE: &str = "/desk/plans/import";

/// The routes of sheets.
pub fn doors(doors: Doors) -> Doors {
    doors
        .closed(PAGE, post(take).layer(DefaultBodyLimit::max(SHEET_BYTES)))
        .closed("/desk/plans/template.xlsx", get(blank))
}

async fn blank() -> Response {
    match tokio::task::spawn_blocking(template).await {
        Ok(Ok(bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, XLSX),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"plans.xlsx\""),
            ];
            (headers, bytes).into_response()
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn take(
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let by = visitor.map_or_else(public, |Extension(visitor)| visitor);
    let taken = match form {
        Ok(form) => receive(&site, &by, form).await,
        Err(_) => Err(Refused::Code("foreign")),
    };
    let next = match taken {
        Ok(batch) => format!("/desk/plans?batch={batch}"),
        Err(Refused::Code(code)) => format!("{PAGE}?file={code}"),
        Err(Refused::Error(ApiError::Draft(id))) => format!("{PAGE}?draft={id}"),
        Err(Refused::Error(ApiError::Forbidden)) => format!("{PAGE}?file=forbidden"),
        Err(Refused::Error(_)) => format!("{PAGE}?file=broken"),
    };
    Redirect::to(&next).into_response()
}

enum Refused {
    Code(&'static str),
    Error(ApiError),
}

async fn receive(site: &Site, by: &Visitor, mut form: Multipart) -> Result<String, Refused> {
    let broken_off = |e: MultipartError| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refused::Code("long"),
        _ => Refused::Code("broken"),
    };
    let token = first_token(&mut form).await.map_err(broken_off)?;
    if !same_form(token.as_deref(), by) {
        return Err(Refused::Code("foreign"));
    }
    let field = form.next_field().await.map_err(broken_off)?.ok_or(Refused::Code("broken"))?;
    let name = field.file_name().unwrap_or_default().to_owned();
    let bytes = field.bytes().await.map_err(broken_off)?;
    site.take_sheet(by, &name, bytes.to_vec()).await.map_err(Refused::Error)
}
