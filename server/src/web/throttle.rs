//! How often one address may try: signing in, reporting, registering.
//!
//! Counted in memory for each minute. It keeps a script from guessing passwords or
//! flooding the duty desk; it is no defence against many addresses at once, which
//! is the reverse proxy's business.

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Tries of one address in one window.
const TRIES: u32 = 60;
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

/// Counts tries by address.
#[derive(Clone, Default)]
pub struct Throttle {
    tries: Arc<Mutex<HashMap<IpAddr, (Instant, u32)>>>,
    /// The address is the last one that the reverse proxy wrote.
    pub behind_proxy: bool,
}

impl Throttle {
    /// A count that starts at nothing.
    pub fn new(behind_proxy: bool) -> Self {
        Self { behind_proxy, ..Self::default() }
    }

    /// Whether `address` may try once more.
    fn admits(&self, address: IpAddr, now: Instant) -> bool {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= ADDRESSES {
            tries.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
        }
        let (since, count) = tries.entry(address).or_insert((now, 0));
        if now.duration_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        *count <= TRIES
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
    if (sends_files || PATHS.contains(&path))
        && let Some(address) = throttle.address(&request)
        && !throttle.admits(address, Instant::now())
    {
        tracing::warn!(%address, path = request.uri().path(), "too many tries");
        let mut response =
            (StatusCode::TOO_MANY_REQUESTS, "操作过于频繁，请一分钟后再试。").into_response();
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
        assert!((0..TRIES).all(|_| throttle.admits(one, now)));
        assert!(!throttle.admits(one, now));
        assert!(throttle.admits(two, now));
        assert!(throttle.admits(one, now + WINDOW));
    }
}
