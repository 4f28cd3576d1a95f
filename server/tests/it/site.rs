//! A whole site in memory, with a clock that only moves when told. Requests go
//! through the real router, sessions and forms included.

use app::api::Visitor;
use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use model::{Actor, Moment};
use server::bank::DemoBank;
use server::gateway::DemoGateway;
use server::issuer::NoIssuers;
use server::law_book::LawBook;
use server::open::PlanIndex;
use server::site::{Settings, Site};
use server::store::Store;
use server::time::TestClock;
use server::vault::Folder;
use server::web::{Extras, router};
use server::{demo, first};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::timeout;
use tower::ServiceExt as _;

/// So long takes no answer, however busy the machine.
const ENDLESS: Duration = Duration::from_secs(120);

/// A whole site in memory.
pub struct TestSite {
    pub site: Site,
    pub clock: Arc<TestClock>,
    pub app: Router,
    cookie: Option<String>,
    _close: watch::Sender<bool>,
    _files: TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub cookie: Option<String>,
    pub headers: HeaderMap,
    pub body: String,
}

/// A site over that store, with a clock that stands at `now` until it is moved.
pub fn site_over(store: Store, now: Moment, files: &Path) -> (Site, Arc<TestClock>) {
    let clock = Arc::new(TestClock::at(now));
    let site = Site {
        store,
        clock: clock.clone(),
        law: LawBook::shipped().expect("the rules"),
        plans: Arc::new(PlanIndex::new().expect("an index")),
        bulk: Arc::default(),
        quality: Arc::default(),
        notice_texts: Arc::default(),
        secrets: Arc::default(),
        gateway: Arc::new(DemoGateway),
        bank: Arc::new(DemoBank),
        issuers: Arc::new(NoIssuers),
        pauses: Arc::default(),
        vault: Arc::new(Folder::new(files)),
        lapsed: Arc::default(),
        looked: Arc::default(),
        swept: Arc::default(),
        dues: Arc::default(),
        measured: Arc::default(),
        settings: Arc::new(Settings {
            public_url: "http://site.test".into(),
            build: "test".into(),
            gateway_key: "key".into(),
            typst: std::env::var_os("LUTONG_TYPST").map(Into::into),
        }),
    };
    (site, clock)
}

impl TestSite {
    /// The demonstration city on a July morning, nobody signed in.
    pub async fn demo() -> Self {
        let site = Self::empty().await;
        demo::seed(&site.site.store, site.site.now()).await.expect("seeded");
        site
    }

    /// An empty site with its first administrator.
    pub async fn fresh() -> Self {
        let site = Self::empty().await;
        first::administrator(&site.site).await.expect("an administrator");
        site
    }

    async fn empty() -> Self {
        let now: Moment = "2026-07-18T07:00:00+08:00".parse().expect("a moment");
        let files = tempfile::tempdir().expect("a folder");
        let store = Store::open("mem://", None).await.expect("a store");
        let (site, clock) = site_over(store, now, files.path());
        let (close, closing) = watch::channel(false);
        let extras =
            Extras { site_root: "nowhere".into(), closing, behind_proxy: false, test_clock: None };
        let app = router(site.clone(), extras);
        Self { site, clock, app, cookie: None, _close: close, _files: files }
    }

    /// Signs in through the form and keeps the cookie.
    pub async fn sign_in(&mut self, login: &str) {
        let fields = format!("form[login]={login}&form[password]={}", demo::PASSWORD);
        let answer = self.post("/api/people/sign-in", &fields).await;
        let cookie = answer.cookie.unwrap_or_else(|| panic!("{login}: {}", answer.body));
        self.cookie = Some(cookie.split(';').next().expect("a value").to_owned());
    }

    /// The form token of whoever is signed in.
    pub fn token(&self) -> String {
        let value = self.cookie.as_deref().and_then(|c| c.split_once('=')).map(|(_, v)| v);
        value.and_then(|v| self.site.visitor(v)).map(|v| v.form_token).unwrap_or_default()
    }

    /// Whoever signs in by that name, for asking a desk directly.
    pub fn visitor(&self, login: &str) -> Visitor {
        let mirror = self.site.read();
        let account = mirror.accounts.iter().find(|a| a.login == login).expect("an account");
        let org = mirror.orgs.get(account.org.as_str()).expect("an organisation");
        Visitor {
            actor: Actor {
                account: Some(account.id.clone()),
                role: account.role,
                org: Some(org.id.clone()),
                district: org.district,
            },
            name: mirror.reveal(&account.name).to_owned(),
            org_name: org.name.clone(),
            form_token: String::new(),
            must_change: false,
            scopes: None,
        }
    }

    /// Reads a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path)).await
    }

    /// Posts a form as a browser without script does, with the session's token.
    pub async fn submit(&self, path: &str, fields: &str) -> Answer {
        self.post(path, &format!("token={}&{fields}", self.token())).await
    }

    /// Posts a form as it is.
    pub async fn post(&self, path: &str, fields: &str) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send_body(request, Body::from(fields.to_owned())).await
    }

    async fn send(&self, request: Builder) -> Answer {
        self.send_body(request, Body::empty()).await
    }

    /// Sends any request as a browser's form does, with the session's cookie.
    pub async fn send_body(&self, request: Builder, body: Body) -> Answer {
        self.send_as("text/html", request, body).await
    }

    /// Sends any request as a script does, with the session's cookie.
    pub async fn send_script(&self, request: Builder, body: Body) -> Answer {
        self.send_as("application/json", request, body).await
    }

    async fn send_as(&self, accept: &str, request: Builder, body: Body) -> Answer {
        let mut request = request
            .header(header::ACCEPT, accept)
            .header(header::HOST, "site.test")
            .header(header::REFERER, "http://site.test/");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(body).expect("a request");
        let path = request.uri().clone();
        // A page that never ends says which it is, instead of holding up all tests.
        let answer = timeout(ENDLESS, self.answer_to(request)).await;
        answer.unwrap_or_else(|_| panic!("{path} does not end"))
    }

    async fn answer_to(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.expect("an answer");
        let text = |name| {
            response.headers().get(name).and_then(|v| v.to_str().ok()).map(ToOwned::to_owned)
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let (location, cookie) = (text(header::LOCATION), text(header::SET_COOKIE));
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status, location, cookie, headers, body }
    }
}
