//! What every request passes: who it is, whether it may come from there, and the
//! headers that every answer carries.

use crate::desk::{session_cookie, session_key};
use crate::site::Site;
use app::api::ApiError;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::{Duration, Instant};
use tracing::Instrument as _;

/// Whether programs knock there: they come with a key, and cookies count for nothing.
fn is_for_programs(path: &str) -> bool {
    path.starts_with("/v1/")
}

/// How long a page may take. The slowest take seconds; what is not done by then never will be.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Answers for a page that does not end, instead of leaving its reader before an empty window.
/// What is sent may have been done by then, and waits.
pub async fn in_time(State(within): State<Duration>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let path = request.uri().path().to_owned();
    tokio::time::timeout(within, next.run(request)).await.unwrap_or_else(|_| {
        tracing::error!(path, "a page was not done in time");
        let again = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
        (StatusCode::SERVICE_UNAVAILABLE, again, "这一页没有及时生成，请重新打开。").into_response()
    })
}

/// Finds the visitor of a request, by the session cookie, or by a program's key.
pub async fn identify(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    if is_for_programs(request.uri().path()) {
        let program = bearer(request.headers()).and_then(|key| site.program(key));
        if let Some(program) = program {
            request.extensions_mut().insert(program);
        }
    } else if let Some(cookie) = cookie(request.headers())
        && let Some(visitor) = site.visitor(&cookie)
    {
        request.extensions_mut().insert(SessionKey(session_key(&cookie)));
        request.extensions_mut().insert(visitor);
    }
    next.run(request).await
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// The key of the session that a request came with.
#[derive(Debug, Clone)]
pub struct SessionKey(pub String);

fn cookie(headers: &HeaderMap) -> Option<String> {
    session_cookie(headers.get(header::COOKIE)?.to_str().ok()?).map(ToOwned::to_owned)
}

/// Refuses to act for another site's page. `/gateway/` and `/v1/` are called by machines
/// with keys of their own and no cookies.
pub async fn same_site(State(site): State<Site>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    let machines = path.starts_with("/gateway/") || is_for_programs(path);
    if reads || machines || from_here(&site, request.headers()) {
        return next.run(request).await;
    }
    tracing::warn!(path = request.uri().path(), "a form from another site was refused");
    (StatusCode::FORBIDDEN, "请在本站页面上提交。").into_response()
}

fn from_here(site: &Site, headers: &HeaderMap) -> bool {
    let text = |name: &header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(fetch) = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok()) {
        return matches!(fetch, "same-origin" | "none");
    }
    // An old browser: the Origin must be the public address or the host asked for.
    match text(&header::ORIGIN) {
        Some(origin) => {
            let host = text(&header::HOST).unwrap_or_default();
            origin == site.settings.public_url
                || origin.split_once("://").is_some_and(|(_, asked)| asked == host)
        }
        None => false,
    }
}

/// One line a request in the log, under an id that the answer carries too.
pub async fn log(request: Request, next: Next) -> Response {
    let id = crate::chance::token()[..12].to_owned();
    let span = tracing::info_span!(
        "request",
        id,
        method = %request.method(),
        path = request.uri().path(),
    );
    async {
        let begun = Instant::now();
        let mut response = next.run(request).await;
        let ms = begun.elapsed().as_millis();
        tracing::info!(status = response.status().as_u16(), ms, "answered");
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-request-id", value);
        }
        response
    }
    .instrument(span)
    .await
}

/// Headers that narrow what a browser will do with our pages.
pub async fn harden(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(
        header::HeaderName::from_static("permissions-policy"),
        "geolocation=(self), camera=(self), microphone=()",
    );
    set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    if site.settings.https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// Gives the refusals of server functions the status that they mean. Without this
/// they all come as 500, which is for what broke.
pub async fn mean_it(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let refused = response.status() == StatusCode::INTERNAL_SERVER_ERROR
        && response.headers().contains_key("serverfnerror");
    if !refused {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, 64 * 1024).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(error) = serde_json::from_slice::<ApiError>(&bytes) {
        parts.status = error.status();
    }
    Response::from_parts(parts, bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use tower::ServiceExt as _;

    /// What is answered by something that ends at once, or only after it was given up.
    async fn status(how: Method, ends: bool, within: Duration) -> StatusCode {
        let page = async move || match ends {
            true => StatusCode::OK,
            // Long after the others have been given up.
            false => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                StatusCode::ACCEPTED
            }
        };
        let pages = Router::new().fallback(page).layer(from_fn_with_state(within, in_time));
        let request = Request::builder().method(how).uri("/");
        let request = request.body(Body::empty()).expect("a request");
        pages.oneshot(request).await.expect("an answer").status()
    }

    #[tokio::test]
    async fn a_page_that_never_ends_is_answered_for() {
        assert_eq!(status(Method::GET, true, PATIENCE).await, StatusCode::OK);
        let soon = Duration::from_millis(1);
        assert_eq!(status(Method::GET, false, soon).await, StatusCode::SERVICE_UNAVAILABLE);
        // What is sent may have been done by then.
        assert_eq!(status(Method::POST, false, soon).await, StatusCode::ACCEPTED);
    }
}
