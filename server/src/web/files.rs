//! `/files/…`: files go in by plain multipart forms, and come out to those who may
//! see them.

use super::doors::Doors;
use crate::desk::{FILE_BYTES, NotTaken};
use crate::records::Subject;
use crate::site::Site;
use app::api::desk::public;
use app::api::{ApiError, Visitor};
use app::text;
use axum::Extension;
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use futures::StreamExt as _;
use model::{AttachmentId, Fault};
use std::io;

/// The largest form with files: several photos at once.
const FORM_BYTES: usize = 6 * FILE_BYTES as usize;
/// The hidden field that ties a form to its session comes first and is short.
const TOKEN_BYTES: usize = 200;

/// The routes of files. Whoever reports a danger may add photos without an account.
pub fn doors(doors: Doors) -> Doors {
    doors
        .open("/files/{table}/{key}", post(take).layer(DefaultBodyLimit::max(FORM_BYTES)))
        .closed("/files/{id}", get(original))
        .open("/files/{id}/public", get(public_picture))
}

/// Why the form was refused, as the page will say it.
fn code(refused: &NotTaken) -> &'static str {
    match refused {
        NotTaken::Fault(Fault::FileTooLong { .. }) => "long",
        NotTaken::Fault(Fault::TooManyFiles { .. }) => "many",
        NotTaken::Fault(_) => "kind",
        NotTaken::Broken(ApiError::ForeignForm | ApiError::SignedOut) => "foreign",
        NotTaken::Broken(ApiError::Forbidden) => "forbidden",
        NotTaken::Broken(_) => "broken",
    }
}

async fn take(
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    Path((table, key)): Path<(String, String)>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let by = visitor.map_or_else(public, |Extension(visitor)| visitor);
    let Some(subject) = Subject::of(&table, &key) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let back = match (&subject, by.actor.account.is_some()) {
        (Subject::Emergency(id), true) => format!("/emergencies/{id}"),
        (Subject::Emergency(id), false) => format!("/reported/{id}"),
        (Subject::Dispatch(id), _) => format!("/missions/{id}"),
        (Subject::Contractor(_), _) => "/profile/certificates".to_owned(),
        (Subject::Channel(id), _) => format!("/desk/channels/{id}"),
    };
    let taken = match form {
        Ok(form) => receive(&site, &by, &subject, form).await,
        Err(_) => Err(NotTaken::Broken(ApiError::ForeignForm)),
    };
    let next = match taken {
        Ok(()) => format!("{back}#files"),
        Err(refused) => format!("{back}?file={}#files", code(&refused)),
    };
    Redirect::to(&next).into_response()
}

async fn receive(
    site: &Site,
    by: &Visitor,
    subject: &Subject,
    mut form: Multipart,
) -> Result<(), NotTaken> {
    site.admit_files(by, subject)?;
    let broken_off = |e: MultipartError| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            NotTaken::Fault(Fault::FileTooLong { mib: FORM_BYTES as u64 >> 20 })
        }
        _ => NotTaken::Broken(ApiError::Unreachable),
    };
    // The token stands before the files, so that a foreign form sends none.
    let token = first_token(&mut form).await.map_err(broken_off)?;
    if !same_form(token.as_deref(), by) {
        return Err(NotTaken::Broken(ApiError::ForeignForm));
    }
    let mut arrived = Vec::new();
    while let Some(field) = form.next_field().await.map_err(broken_off)? {
        let name = field.file_name().unwrap_or_default().to_owned();
        let pieces = field.map(|piece| piece.map_err(io::Error::other)).boxed();
        arrived.extend(site.take_file(&name, pieces).await?);
    }
    site.add_files(by, subject, arrived).await
}

/// The token that a form with files begins with.
pub(super) async fn first_token(form: &mut Multipart) -> Result<Option<String>, MultipartError> {
    Ok(match form.next_field().await? {
        Some(field) if field.name() == Some("token") => short(field).await,
        _ => None,
    })
}

/// Whether a form came from a page of the visitor's session.
pub(super) fn same_form(token: Option<&str>, by: &Visitor) -> bool {
    token == Some(by.form_token.as_str())
}

/// A short text field; nothing when it is longer.
pub(super) async fn short(mut field: Field<'_>) -> Option<String> {
    let mut text = Vec::new();
    while let Some(piece) = field.chunk().await.ok()? {
        text.extend_from_slice(&piece);
        if text.len() > TOKEN_BYTES {
            return None;
        }
    }
    String::from_utf8(text).ok()
}

/// What browsers may do with a file of ours: show it, nothing else.
const CLOSED: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

async fn original(
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    Path(id): Path<AttachmentId>,
) -> Response {
    let by = visitor.map_or_else(public, |Extension(visitor)| visitor);
    match site.original(&by, &id).await {
        Ok((file, pieces)) => {
            let headers = [
                (header::CONTENT_TYPE, file.media.media_type()),
                (header::CONTENT_SECURITY_POLICY, CLOSED),
                (header::CACHE_CONTROL, "private, no-store"),
            ];
            let mut response = (headers, Body::from_stream(pieces)).into_response();
            response.headers_mut().insert(header::CONTENT_LENGTH, file.size.into());
            if !file.media.is_picture() {
                let save = HeaderValue::from_static("attachment; filename=\"document.pdf\"");
                response.headers_mut().insert(header::CONTENT_DISPOSITION, save);
            }
            response
        }
        Err(error) => refused(&error),
    }
}

async fn public_picture(State(site): State<Site>, Path(id): Path<AttachmentId>) -> Response {
    match site.public_picture(&id).await {
        Ok((media, copy)) => (
            [
                (header::CONTENT_TYPE, media.media_type()),
                (header::CONTENT_SECURITY_POLICY, CLOSED),
                // It may be taken down again.
                (header::CACHE_CONTROL, "public, max-age=300"),
            ],
            copy,
        )
            .into_response(),
        Err(error) => refused(&error),
    }
}

fn refused(error: &ApiError) -> Response {
    (error.status(), text::error(error)).into_response()
}
