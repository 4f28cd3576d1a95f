//! `/live`: the journal as server-sent events, for boards.
//!
//! Each event's id is the entry's number. A board opens the feed after the entry
//! that its page was as of; the browser itself comes back with `Last-Event-ID`.
//! The cursor is what makes the feed gap-free; the wake-up is only a wake-up.

use super::guard::SessionKey;
use crate::site::Site;
use app::api::Visitor;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use model::{Errand, Target};
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;

/// Where to begin.
#[derive(Deserialize)]
pub struct From {
    after: Option<i64>,
}

/// Tells open feeds that the program is going down.
#[derive(Clone)]
pub struct Closing(pub watch::Receiver<bool>);

/// The feed.
pub async fn live(
    State(site): State<Site>,
    visitor: Option<Extension<Visitor>>,
    session: Option<Extension<SessionKey>>,
    Extension(closing): Extension<Closing>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Response {
    let (Some(Extension(visitor)), Some(Extension(SessionKey(session)))) = (visitor, session)
    else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let own = Target { org: visitor.actor.org.as_ref(), district: visitor.actor.district };
    if site.permit(&visitor, Errand::BoardRead, own).is_err() {
        return StatusCode::FORBIDDEN.into_response();
    }
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()?.parse().ok());
    let cursor = last.or(from.after).unwrap_or_else(|| site.read().head.seq);
    let feed = Feed { site, visitor, session, cursor, ready: VecDeque::new(), closing: closing.0 };
    let heartbeat = KeepAlive::new().interval(Duration::from_secs(15)).text("还在");
    let mut response =
        Sse::new(stream::unfold(feed, Feed::next)).keep_alive(heartbeat).into_response();
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

struct Feed {
    site: Site,
    visitor: Visitor,
    session: String,
    cursor: i64,
    ready: VecDeque<Event>,
    closing: watch::Receiver<bool>,
}

impl Feed {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let mut grown = self.site.store.watch();
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((Ok(event), self));
            }
            if *self.closing.borrow() || !self.signed_in() {
                return None;
            }
            grown.mark_unchanged();
            if self.read_on().await {
                continue;
            }
            tokio::select! {
                changed = grown.changed() => if changed.is_err() { return None },
                closed = self.closing.changed() => if closed.is_err() { return None },
            }
        }
    }

    fn signed_in(&self) -> bool {
        let now = self.site.now();
        self.site.read().sessions.get(&self.session).is_some_and(|s| !s.ended && s.until >= now)
    }

    /// Takes up what came after the cursor; says whether there was anything.
    async fn read_on(&mut self) -> bool {
        let recent = {
            let mirror = self.site.read();
            mirror.recent_after(self.cursor).map(|entries| {
                entries
                    .into_iter()
                    .map(|e| (e.seq, crate::desk::visible(&mirror, &self.visitor, &e)))
                    .collect::<Vec<_>>()
            })
        };
        let entries = match recent {
            Some(entries) => entries,
            // Away for long: the database has what the memory no longer holds.
            None => match self.site.store.entries(self.cursor, 500).await {
                Ok(entries) => {
                    let mirror = self.site.read();
                    entries
                        .iter()
                        .map(|(e, _)| (e.seq, crate::desk::visible(&mirror, &self.visitor, e)))
                        .collect()
                }
                Err(fault) => {
                    tracing::error!(%fault, "the feed could not read the journal");
                    return false;
                }
            },
        };
        let Some((last, _)) = entries.last().copied() else { return false };
        let now = self.site.now().ms();
        for (seq, visible) in entries {
            if visible {
                let data = format!("{{\"seq\":{seq},\"now\":{now}}}");
                self.ready.push_back(Event::default().id(seq.to_string()).data(data));
            }
        }
        self.cursor = last;
        true
    }
}
