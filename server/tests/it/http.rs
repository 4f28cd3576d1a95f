//! The guard at the door: who comes in, from where, and what every answer carries.

use super::site::TestSite;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;
use model::{Minutes, Role};
use server::demo;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_another_site_is_refused() {
    let mut site = TestSite::demo().await;
    site.sign_in("duty").await;
    let form = || {
        Request::post("/api/people/sign-out")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    };
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://elsewhere.test"),
    ] {
        let answer = site.send_body(form().header(name, value), Body::empty()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    // Neither header: no browser of today; refused as well.
    assert_eq!(site.send_body(form(), Body::empty()).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_the_session_s_token_does_nothing() {
    let mut site = TestSite::demo().await;
    site.sign_in("duty").await;
    let before = site.site.read().head.seq;
    for token in ["", "00000000000000000000000000000000"] {
        let fields = format!("token={token}&id=xq-demo-1&form[urgency]=urgent&form[note]=");
        let answer = site.post("/api/emergency/accept", &fields).await;
        assert!(answer.location.is_some_and(|l| l.contains("__err=")));
    }
    assert_eq!(site.site.read().head.seq, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_passwords_lock_the_account_for_a_while() {
    let mut site = TestSite::demo().await;
    for _ in 0..5 {
        let answer =
            site.post("/api/people/sign-in", "form[login]=duty&form[password]=wrong").await;
        assert!(answer.cookie.is_none());
    }
    let right = format!("form[login]=duty&form[password]={}", demo::PASSWORD);
    assert!(site.post("/api/people/sign-in", &right).await.cookie.is_none());
    site.clock.advance(Minutes(15));
    site.sign_in("duty").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_the_shift_and_with_signing_out() {
    let mut site = TestSite::demo().await;
    site.sign_in("duty").await;
    assert!(site.get("/board").await.body.contains("处置中"));
    site.clock.advance(Minutes(12 * 60));
    site.clock.advance_ms(1);
    assert!(site.get("/board").await.body.contains("请重新登录"));

    site.sign_in("duty").await;
    site.submit("/api/people/sign-out", "").await;
    assert!(site.get("/board").await.body.contains("请重新登录"));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_never_leads_away_from_the_site() {
    let site = TestSite::demo().await;
    for (next, expected) in [
        ("/journal", "/journal"),
        ("https://elsewhere.test", "/board"),
        ("//elsewhere.test", "/board"),
    ] {
        let fields =
            format!("form[login]=duty&form[password]={}&form[next]={next}", demo::PASSWORD);
        let answer = site.post("/api/people/sign-in", &fields).await;
        assert_eq!(answer.location.as_deref(), Some(expected));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_hardened() {
    let site = TestSite::demo().await;
    let page = site.get("/").await;
    let text = |name: &str| page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    assert!(text("content-security-policy").contains("script-src 'nonce-"));
    assert!(!text("content-security-policy").contains("unsafe-inline"));
    assert_eq!(text("cache-control"), "no-store");
    assert_eq!(text("x-content-type-options"), "nosniff");
    assert_eq!(text("x-frame-options"), "DENY");
    assert!(!text("x-request-id").is_empty());
    let cookie = site
        .post("/api/people/sign-in", &format!("form[login]=duty&form[password]={}", demo::PASSWORD))
        .await
        .cookie
        .expect("signed in");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_is_closed_to_those_who_may_not_see_the_board() {
    let mut site = TestSite::demo().await;
    assert_eq!(site.get("/live").await.status, StatusCode::UNAUTHORIZED);
    site.sign_in("firm01").await;
    assert_eq!(site.get("/live").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_installation_has_one_administrator_who_must_change_the_password() {
    let site = TestSite::fresh().await;
    let mirror = site.site.read();
    let accounts: Vec<_> = mirror.accounts.iter().collect();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0].role, Role::Admin);
    assert!(accounts[0].must_change);
}

/// To a script a refusal says by its status what it is; nothing of it is a 500.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_it_is() {
    let mut site = TestSite::demo().await;
    let ask = |path: &'static str, fields: &'static str| {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        (request, Body::from(fields))
    };
    let (request, body) = ask("/api/emergency/page", "id=xq-demo-1");
    assert_eq!(site.send_script(request, body).await.status, StatusCode::UNAUTHORIZED);
    site.sign_in("firm01").await;
    let (request, body) = ask("/api/emergency/page", "id=xq-demo-1");
    assert_eq!(site.send_script(request, body).await.status, StatusCode::FORBIDDEN);
    site.sign_in("duty").await;
    let (request, body) = ask("/api/emergency/page", "id=xq-none");
    assert_eq!(site.send_script(request, body).await.status, StatusCode::NOT_FOUND);
    let (request, body) = ask("/api/emergency/page", "id=%2F..%2F");
    assert!(site.send_script(request, body).await.status.is_client_error());
}

/// Server functions that anyone may call without a session, because they are for
/// the public or check a key of their own. Everything else must refuse.
const OPEN: &[&str] = &[
    "/api/emergency/fresh-id",
    "/api/emergency/receipt",
    "/api/emergency/report",
    "/api/law/in-force",
    "/api/law/uses",
    "/api/mission/answer-by-token",
    "/api/mission/by-token",
    "/api/people/draft",
    "/api/people/me",
    "/api/people/sign-in",
    "/api/public/directory",
    "/api/public/home",
    "/api/public/publication",
    "/api/public/publications",
    "/api/reserve/place",
    "/api/reserve/register",
];

/// Routes beside pages and server functions that ask for no session.
const OPEN_ROUTES: &[(&str, &str)] = &[
    ("/bonds", "what bonds came to, in sums"),
    ("/contracts", "contracts that were made public"),
    ("/files/{id}/public", "what has been published of a photo"),
    ("/files/{table}/{key}", "photos of a danger that anyone reports; the desk asks whose it is"),
    ("/gateway/receipt", "the message gateway, with its key"),
    ("/healthz", "the program runs"),
    ("/journal/head", "to hold the journal against later"),
    ("/journal/heads.txt", "to hold the journal against later"),
    ("/law/{file}", "the rules, for browsers to judge by"),
    ("/map/districts.svg", "drawings"),
    ("/map/towns.svg", "drawings"),
    ("/notices", "the public portal"),
    ("/notices.atom", "the public portal"),
    ("/notices/{number}", "the public portal"),
    ("/plans", "the public portal"),
    ("/plans.atom", "the public portal"),
    ("/plans.csv", "the public portal"),
    ("/plans.ics", "the public portal"),
    ("/plans.jsonl", "the public portal"),
    ("/plans.xlsx", "the public portal"),
    ("/plans/calendar", "the public portal"),
    ("/plans/map", "the public portal"),
    ("/plans/month/{month}", "the public portal"),
    ("/plans/quality", "the public portal"),
    ("/plans/{number}", "the public portal"),
    ("/plans/{number}/{version}", "the public portal"),
    ("/readyz", "the database answers"),
    ("/v1", "open data"),
    ("/v1/awards", "open data"),
    ("/v1/awards/{id}", "open data"),
    ("/v1/bulk", "open data"),
    ("/v1/bulk/{as_of}/{file}", "open data"),
    ("/v1/changes", "open data"),
    ("/v1/draws", "open data"),
    ("/v1/notices", "open data"),
    ("/v1/notices/{number}", "open data"),
    ("/v1/ocds/extension/extension.json", "open data"),
    ("/v1/ocds/extension/release-schema.json", "open data"),
    ("/v1/ocds/records/{ocid}", "open data"),
    ("/v1/ocds/releases", "open data"),
    ("/v1/ocds/reserve", "open data"),
    ("/v1/openapi.json", "open data"),
    ("/v1/oral-orders", "open data"),
    ("/v1/plans", "open data"),
    ("/v1/plans/{number}", "open data"),
    ("/v1/plans/{number}/versions/{version}", "open data"),
    ("/v1/reserve", "open data"),
    ("/v1/standard", "open data"),
    ("/rules/deadline.ics", "a public limit for a calendar"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_our_own_is_closed_unless_listed() {
    let doors = server::web::doors(None);
    let open: BTreeSet<&str> = doors.open_paths().iter().copied().collect();
    assert_eq!(open, OPEN_ROUTES.iter().map(|(path, _)| *path).collect());

    let site = TestSite::demo().await;
    for closed in ["/live", "/journal/export.csv", "/journal/export.jsonl", "/files/f-1"] {
        assert_eq!(site.get(closed).await.status, StatusCode::UNAUTHORIZED, "{closed}");
    }
}

/// Every endpoint is closed unless it is listed: asked by the public, each answers
/// with a refusal, and nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_is_closed_unless_listed() {
    let site = TestSite::demo().await;
    let paths: BTreeSet<&str> = server_fn_paths().map(|(path, _)| path).collect();
    assert!(OPEN.iter().all(|open| paths.contains(open)), "an open endpoint is gone: {paths:?}");
    let before = site.site.read().head.seq;
    for path in paths.iter().filter(|path| !OPEN.contains(path)) {
        // Enough fields for any of them to get past its own reading of the form.
        let fields = "token=&id=xq-demo-1&into=xq-demo-2&act=close&granted=yes&pass=yes&widen=false\
                      &open_only=true&subject=&form[reason]=reason&form[urgency]=urgent\
                      &form[answer]=accept&form[act]=depart&form[availability]=ready&draw=xd-x";
        let answer = site.post(path, fields).await;
        let refused = answer.status == StatusCode::FOUND
            && answer.location.as_deref().is_some_and(|l| l.contains("__err="));
        assert!(refused, "{path} answered {} {:?}", answer.status, answer.location);
    }
    assert_eq!(site.site.read().head.seq, before, "something was written");
}
