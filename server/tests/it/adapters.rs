//! Where the city's system meets others: projects that come in page by page whatever breaks
//! in between, and what goes out by the data standard.

use super::plans::{enter, notice_form, noticed, published};
use super::site::TestSite;
use app::api::Refused;
use app::api::desk::PlanDesk as _;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use server::adapters::approval::HttpApproval;
use server::adapters::feed::Polled;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What the stand-in of somebody else's system holds, and what breaks next.
#[derive(Default)]
pub struct StandIn {
    pub items: Vec<Value>,
    pub page: usize,
    pub breaks: Vec<Break>,
    pub asked: Vec<String>,
}

#[derive(Clone, Copy)]
pub enum Break {
    Down,
    NotJson,
    Huge,
}

#[derive(Deserialize)]
struct Ask {
    cursor: String,
}

async fn answer(
    State(stand_in): State<Arc<Mutex<StandIn>>>,
    headers: HeaderMap,
    Query(ask): Query<Ask>,
) -> Response {
    let mut stand_in = stand_in.lock().expect("the stand-in");
    if headers.get("authorization").is_none_or(|key| key != "Bearer secret") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    stand_in.asked.push(ask.cursor.clone());
    match stand_in.breaks.pop() {
        Some(Break::Down) => return StatusCode::BAD_GATEWAY.into_response(),
        Some(Break::NotJson) => return "<html>维护中</html>".into_response(),
        Some(Break::Huge) => return vec![b' '; 9 * 1024 * 1024].into_response(),
        None => {}
    }
    let from: usize = ask.cursor.parse().unwrap_or(0);
    let until = (from + stand_in.page).min(stand_in.items.len());
    let page = json!({
        "items": &stand_in.items[from.min(until)..until],
        "next": until.to_string(),
        "more": until < stand_in.items.len(),
    });
    Json(page).into_response()
}

fn project(n: usize) -> Value {
    json!({
        "code": format!("2603-510822-04-01-{n:06}"),
        "name": format!("青川县第 {n} 号公路改造"),
        "owner": "市公路管理中心",
        "owner_uscc": "11510800008600019Q",
        "scale": "改造三级公路",
        "investment": "4200.5",
        "region": "510822",
        "approval": "广发改〔2026〕12号",
        "approved": "2026-05-08",
    })
}

/// A stand-in that holds those items, and its address; its key is `secret`.
pub async fn served(items: Vec<Value>) -> (Arc<Mutex<StandIn>>, String) {
    let stand_in = Arc::new(Mutex::new(StandIn { items, page: 7, ..StandIn::default() }));
    let app = Router::new().route("/feed", get(answer)).with_state(Arc::clone(&stand_in));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    (stand_in, format!("http://{address}/feed"))
}

async fn stand_in(projects: Vec<Value>) -> (Arc<Mutex<StandIn>>, HttpApproval) {
    let (stand_in, address) = served(projects).await;
    (stand_in, HttpApproval::new(address, "secret".into()).expect("a client"))
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_come_page_by_page_whatever_breaks() {
    let test = TestSite::demo().await;
    let (stand_in, platform) = stand_in((0..30).map(project).collect()).await;
    stand_in.lock().expect("it").breaks = vec![Break::Down, Break::Huge, Break::NotJson];
    let mut polled = Vec::new();
    for _ in 0..12 {
        polled.push(test.site.poll_approval(&platform).await.expect("written"));
    }
    let failed = polled.iter().filter(|p| **p == Polled::Failed).count();
    assert_eq!((failed, polled.iter().filter(|p| **p == Polled::More).count()), (3, 4));
    assert_eq!(test.site.read().projects.len(), 30);
    // Nothing new is no act; and what failed was said once for each cause.
    let head = test.site.read().head.seq;
    test.site.poll_approval(&platform).await.expect("written");
    assert_eq!(test.site.read().head.seq, head);
    let acts = test.site.read().recent().filter(|e| e.errand == model::Errand::ProjectTake).count();
    assert_eq!(acts, 3 + 5, "three causes, five pages");
    // A project that changed comes again; the same again changes nothing.
    {
        let mut held = stand_in.lock().expect("it");
        let mut changed = project(3);
        changed["investment"] = json!("5000");
        held.items.extend([changed, project(4)]);
    }
    test.site.poll_approval(&platform).await.expect("written");
    let mirror = test.site.read();
    assert_eq!(mirror.projects.len(), 30);
    let of = |code: &str| mirror.projects.get(code).expect("a project").clone();
    assert_eq!(of("2603-510822-04-01-000003").investment.wan(), "5000");
    assert_eq!(of("2603-510822-04-01-000004").version, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_is_kept_aside_and_holds_nothing_up() {
    let test = TestSite::demo().await;
    let mut odd = project(1);
    odd["code"] = json!("2603-51");
    let mut odder = project(2);
    odder["investment"] = json!(["4200"]);
    let (_, platform) = stand_in(vec![odd, project(3), odder, json!("x")]).await;
    test.site.poll_approval(&platform).await.expect("written");
    let mirror = test.site.read();
    assert_eq!(mirror.projects.len(), 1);
    let feed = mirror.feeds.get("approval").expect("a feed");
    let named: Vec<&str> = feed.refused.iter().map(|odd| odd.name.as_str()).collect();
    assert_eq!(named, ["2603-51", "2603-510822-04-01-000002", "?"]);
}

/// Two programs that ask at once: one of them writes the page.
#[tokio::test(flavor = "multi_thread")]
async fn two_that_ask_at_once_take_each_page_once() {
    let test = TestSite::demo().await;
    let (_, platform) = stand_in((0..14).map(project).collect()).await;
    let other = server::site::Site {
        store: test.site.store.beside().await.expect("a second program"),
        ..test.site.clone()
    };
    for _ in 0..4 {
        let both = tokio::join!(test.site.poll_approval(&platform), other.poll_approval(&platform));
        assert!(both.0.is_ok() || both.1.is_ok());
        test.site.store.catch_up().await.expect("caught up");
        other.store.catch_up().await.expect("caught up");
    }
    let mirror = test.site.read();
    assert_eq!(mirror.projects.len(), 14);
    assert!(mirror.projects.iter().all(|project| project.version == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_begins_with_what_was_approved() {
    let test = TestSite::demo().await;
    let (_, platform) = stand_in(vec![project(1)]).await;
    test.site.poll_approval(&platform).await.expect("written");
    let owner = test.visitor("owner");
    let code = "2603-510822-04-01-000001";
    let page = test.site.plan_form(&owner, None, code, Refused::default()).await.expect("a form");
    let form = page.form.form;
    assert_eq!(
        (form.project.as_str(), form.investment.as_str()),
        ("青川县第 1 号公路改造", "4200.5")
    );
    assert!(form.districts.contains_key("qingchuan"));
    // Sent twice, it is one plan.
    let form = policies::plan::PlanForm {
        key: form.key,
        code: code.into(),
        investment: "4000".into(),
        ..super::plans::plan_form()
    };
    let id = test.site.save_plan(&owner, None, form.clone()).await.expect("saved");
    assert_eq!(test.site.save_plan(&owner, None, form.clone()).await.expect("saved"), id);
    assert_eq!(test.site.read().plans.len(), 1);
    // Gone back to and handed in, it is handed in; with another name it is another plan.
    let draft = policies::plan::PlanForm {
        key: "zp-0123456789abcdef01234567".into(),
        then: String::new(),
        ..form.clone()
    };
    let first = test.site.save_plan(&owner, None, draft.clone()).await.expect("saved");
    let submit = policies::plan::PlanForm { then: "submit".into(), ..draft.clone() };
    assert_eq!(test.site.save_plan(&owner, None, submit).await.expect("handed in"), first);
    let state = |id: &model::PlanId| {
        test.site.read().plans.get(id.as_str()).and_then(|p| Some(p.draft.as_ref()?.state.key()))
    };
    assert_eq!(state(&first), Some("submitted"));
    let renamed =
        policies::plan::PlanForm { project: "旺苍县东河防洪治理".into(), ..draft };
    assert_ne!(test.site.save_plan(&owner, None, renamed).await.expect("saved"), first);
    assert_eq!(test.site.read().plans.len(), 3);
    let page = test.site.plan(&owner, &id).await.expect("a page");
    let facts = page.approved.expect("what was approved").facts;
    let differ: Vec<&str> =
        facts.iter().filter(|(.., differs)| *differs).map(|(label, ..)| label.as_str()).collect();
    assert_eq!(differ, ["项目名称", "总投资", "审批文号", "审批日期"]);
    let other = "2603-510822-04-01-999999";
    let page = test.site.plan_form(&owner, None, other, Refused::default()).await.expect("a form");
    assert_eq!(page.unknown.as_deref(), Some(other));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hand_over_keeps_to_the_standard() {
    let test = TestSite::demo().await;
    let plan = published(&test).await;
    test.clock.advance_ms(40 * 86_400_000);
    noticed(&test, &plan).await;
    let sent: Value = serde_json::from_str(&test.get("/v1/standard").await.body).expect("JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let notice = &sent["TENDER_ANN"][0];
    assert_eq!(sent["TENDER_ANN"].as_array().expect("notices").len(), 1);
    let tender = text(&notice["TENDER_PROJECT_CODE"]);
    assert_eq!(tender.len(), 20);
    assert_eq!(sent["TENDER_PROJECT"][0]["TENDER_PROJECT_CODE"], tender.as_str());
    // Sections of the plan and of its notice carry the same codes.
    let sections: Vec<String> = sent["SECTION"]
        .as_array()
        .expect("sections")
        .iter()
        .take(2)
        .map(|section| text(&section["BID_SECTION_CODE"]))
        .collect();
    assert_eq!(text(&notice["BID_SECTION_CODES"]), sections.join(";"));
    assert!(sections.iter().all(|code| code.len() == 23 && code.starts_with(&tender)));
    let deals: Vec<model::DealCode> = text(&notice["UNIFIED_DEAL_CODES"])
        .split(';')
        .map(|code| code.parse().expect("a deal's code"))
        .collect();
    assert_eq!(deals.len(), 2);
    assert!(deals.iter().all(|code| code.checks() && code.to_string().len() == 40));
    assert_ne!(deals[0].serial, deals[1].serial);
    assert_eq!(sent["SECTION"][0]["CONTRACT_RECKON_PRICE"], "12000000.000000");
    assert_eq!(text(&notice["BID_DOC_REFER_END_TIME"]).len(), 14);
    assert_eq!(sent["PROJECT"][0]["REGION_CODE"], "510822");
}

/// A notice of two plans is handed over once for each, and no two lots share a code.
#[tokio::test(flavor = "multi_thread")]
async fn lots_of_two_plans_keep_apart() {
    let test = TestSite::demo().await;
    let (one, two) = (published(&test).await, published(&test).await);
    test.clock.advance_ms(40 * 86_400_000);
    let today = test.site.now().day().to_string();
    let mut form = notice_form(&one, &today);
    form.lots = [(format!("{one}/1"), "yes".into()), (format!("{two}/1"), "yes".into())].into();
    enter(&test, form).await.expect("entered");
    let sent: Value = serde_json::from_str(&test.get("/v1/standard").await.body).expect("JSON");
    let notices = sent["TENDER_ANN"].as_array().expect("notices");
    assert_eq!(notices.len(), 2);
    for code in ["TENDER_PROJECT_CODE", "BID_SECTION_CODES", "UNIFIED_DEAL_CODES"] {
        assert_ne!(notices[0][code], notices[1][code], "{code}");
    }
}
