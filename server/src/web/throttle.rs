//! How often one address may try: signing in, reporting, registering; and how often it
//! may ask the API and for downloads.
//!
//! Counted in memory for each minute. It keeps a script from guessing passwords or
//! flooding the duty desk; it is no defence against many addresses at once, which
//! is the reverse proxy's business.

use crate::open::api::Problem;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// What strangers may try.
    Try,
    /// Questions to the API, and feeds.
    Ask,
    /// Downloads of everything that a question finds, and of the snapshot.
    Fetch,
}

impl Kind {
    /// How often in one window.
    const fn most(self) -> u32 {
        match self {
            Self::Try => 60,
            Self::Ask => 600,
            Self::Fetch => 30,
        }
    }
}

/// Feeds, which cost more than a page.
const ASKED: [&str; 3] = ["/plans.atom", "/plans.ics", "/notices.atom"];
/// Downloads, which cost more than that.
const FETCHED: [&str; 3] = ["/plans.csv", "/plans.jsonl", "/plans.xlsx"];

/// The window.
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses remembered; beyond that, those whose window is over are forgotten.
const ADDRESSES: usize = 10_000;

/// What strangers may ask for, and must not ask for all the time.
const PATHS: [&str; 4] = [
    "/api/people/sign-in",
    "/api/emergency/report",
    "/api/reserve/register",
    "/api/mission/answer-by-token",
];

/// When a window began for an address, and how often it tried since.
type Tries = HashMap<(IpAddr, Kind), (Instant, u32)>;

/// Counts tries by address.
#[derive(Clone, Default)]
pub struct Throttle {
    tries: Arc<Mutex<Tries>>,
    /// The address is the last one that the reverse proxy wrote.
    pub behind_proxy: bool,
}

impl Throttle {
    /// A count that starts at nothing.
    pub fn new(behind_proxy: bool) -> Self {
        Self { behind_proxy, ..Self::default() }
    }

    /// Whether `address` may try or ask once more.
    fn admits(&self, address: IpAddr, kind: Kind, now: Instant) -> bool {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= ADDRESSES {
            tries.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
        }
        let (since, count) = tries.entry((address, kind)).or_insert((now, 0));
        if now.duration_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        *count <= kind.most()
    }

    fn address(&self, request: &Request) -> Option<IpAddr> {
        if self.behind_proxy {
            let forwarded = request.headers().get("x-forwarded-for")?.to_str().ok()?;
            return forwarded.rsplit(',').next()?.trim().parse().ok();
        }
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
        Some(peer.0.ip())
    }
}

/// Refuses an address that tries too often.
pub async fn throttle(
    axum::extract::State(throttle): axum::extract::State<Throttle>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let sends_files = request.method() == Method::POST && path.starts_with("/files/");
    let kind = if sends_files || PATHS.contains(&path) {
        Some(Kind::Try)
    } else if path.starts_with("/v1/bulk") || FETCHED.contains(&path) {
        Some(Kind::Fetch)
    } else if path.starts_with("/v1/") || ASKED.contains(&path) {
        Some(Kind::Ask)
    } else {
        None
    };
    if let Some(kind) = kind
        && let Some(address) = throttle.address(&request)
        && !throttle.admits(address, kind, Instant::now())
    {
        tracing::warn!(%address, path = request.uri().path(), "too many tries");
        const SAID: &str = "操作过于频繁，请一分钟后再试。";
        let mut response = match kind {
            Kind::Try => (StatusCode::TOO_MANY_REQUESTS, SAID).into_response(),
            Kind::Ask | Kind::Fetch => {
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", SAID).into_response()
            }
        };
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        return response;
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_let_in_again_after_the_window() {
        let throttle = Throttle::new(false);
        let now = Instant::now();
        let (one, two) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        let may = |who, now| throttle.admits(who, Kind::Try, now);
        assert!((0..Kind::Try.most()).all(|_| may(one, now)));
        assert!(!may(one, now));
        assert!(may(two, now));
        assert!(throttle.admits(one, Kind::Ask, now), "asking is counted apart");
        assert!(may(one, now + WINDOW));
    }
}
