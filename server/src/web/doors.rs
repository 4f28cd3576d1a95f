//! Routes of our own, each with who may knock. Pages and server functions are
//! Leptos's; whatever else the site answers to goes through here, and is closed to
//! visitors without a session unless it says otherwise.

use crate::open::api::Problem;
use crate::site::Site;
use app::api::Visitor;
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

/// Routes, and which of them are open.
#[derive(Default)]
pub struct Doors {
    router: Router<Site>,
    open: Vec<&'static str>,
    keyed: Vec<&'static str>,
}

impl Doors {
    /// A route for those who are signed in. What they may do there, the desk behind
    /// it decides.
    pub fn closed(mut self, path: &'static str, answer: MethodRouter<Site>) -> Self {
        self.router = self.router.route(path, answer.layer(from_fn(signed_in)));
        self
    }

    /// A route for programs that come with a key. What they may do there, its scopes and
    /// the desk behind it decide.
    pub fn keyed(mut self, path: &'static str, answer: MethodRouter<Site>) -> Self {
        self.router = self.router.route(path, answer.layer(from_fn(with_key)));
        self.keyed.push(path);
        self
    }

    /// A route for anyone: public, or with a key of its own. Listed in
    /// `tests/it/http.rs`, with the reason.
    pub fn open(mut self, path: &'static str, answer: MethodRouter<Site>) -> Self {
        self.router = self.router.route(path, answer);
        self.open.push(path);
        self
    }

    /// Paths that anyone may ask for.
    pub fn open_paths(&self) -> &[&'static str] {
        &self.open
    }

    /// Paths for programs.
    pub fn keyed_paths(&self) -> &[&'static str] {
        &self.keyed
    }

    /// The routes, to be served.
    pub fn into_router(self) -> Router<Site> {
        self.router
    }
}

async fn signed_in(request: Request, next: Next) -> Response {
    match request.extensions().get::<Visitor>() {
        Some(visitor) if visitor.actor.account.is_some() => next.run(request).await,
        _ => (StatusCode::UNAUTHORIZED, "请先登录。").into_response(),
    }
}

async fn with_key(request: Request, next: Next) -> Response {
    match request.extensions().get::<Visitor>() {
        Some(visitor) if visitor.scopes.is_some() => next.run(request).await,
        _ => {
            let said = "需要有效的接口令牌（Authorization: Bearer …）。";
            let problem = Problem::new(StatusCode::UNAUTHORIZED, "no-key", said);
            ([(header::WWW_AUTHENTICATE, "Bearer")], problem).into_response()
        }
    }
}
