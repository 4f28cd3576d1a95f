//! Programs that act for an organisation: their keys, their scopes, and commands that are
//! carried out once however often they are sent.

use super::site::{Answer, TestSite};
use app::api::ApiKeyForm;
use app::api::desk::AccountDesk as _;
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

const PLANS: &str = "/v1/desk/plans";
const NOTICES: &str = "/v1/desk/notices";

/// A key for an organisation, as the administrator issues it.
async fn key(test: &TestSite, org: &str, scopes: &[&str], until: &str) -> String {
    let form = ApiKeyForm {
        name: "项目管理系统".into(),
        org: org.into(),
        scopes: scopes.iter().map(|scope| ((*scope).into(), "yes".into())).collect(),
        until: until.into(),
    };
    let admin = test.visitor("admin");
    let issued = test.site.add_key(&admin, form).await.expect("issued");
    let shown = test.site.issued(&admin, &issued).await.expect("an answer").expect("shown");
    // To nobody else, and nowhere in the records.
    let nobody = model::Actor { account: None, ..admin.actor.clone() };
    let other = app::api::Visitor { actor: nobody, ..admin };
    assert_eq!(test.site.issued(&other, &issued).await.expect("an answer"), None);
    assert!(!format!("{:?}", test.site.read()).contains(&shown.password));
    shown.password
}

pub async fn owners(test: &TestSite) -> String {
    key(test, "gljt", &["plan_write", "notice_write"], "2027-07-18").await
}

async fn send(
    test: &TestSite,
    method: Method,
    path: &str,
    key: &str,
    once: &str,
    body: &Value,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if !key.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    }
    if !once.is_empty() {
        request = request.header("idempotency-key", once);
    }
    test.send_body(request, Body::from(body.to_string())).await
}

fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{e}: {}", answer.body))
}

pub fn plan() -> Value {
    json!({
        "project": "青川县沙州至姚渡公路改造",
        "scale": "改造三级公路 12 公里",
        "industry": "highway",
        "districts": ["qingchuan"],
        "funding": "budget",
        "investment_fen": 3_000_000_000_i64,
        "contact": "工程科",
        "phone": "0839-3260119",
        "lots": [{
            "name": "施工一标段",
            "content": "路基、路面及桥涵",
            "kind": "works",
            "estimate_fen": 1_260_500_001_i64,
            "method": "open",
            "notice": "2026-09",
        }],
        "submit": true,
    })
}

fn notice(lot: &str, noticed: &str) -> Value {
    let day: model::Day = noticed.parse().expect("a day");
    json!({
        "title": "沙州至姚渡公路改造施工招标",
        "industry": "highway",
        "kind": "works",
        "method": "open",
        "amount_fen": 1_260_500_001_i64,
        "lots": [lot],
        "noticed": noticed,
        "documents_from": noticed,
        "documents_until": day.plus(9).to_string(),
        "deadline": day.plus(24).to_string(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_goes_from_program_to_program() {
    let test = TestSite::demo().await;
    let owner = owners(&test).await;
    let centre = key(&test, "jyzx", &["plan_check"], "2027-07-18").await;
    let made = send(&test, Method::POST, PLANS, &owner, "p-1", &plan()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let state = read(&made);
    assert_eq!((&state["stage"], &state["draft"]), (&json!("unpublished"), &json!("submitted")));
    let path = made.location.expect("a place");
    let publish = json!({ "act": "publish" });
    let acts = format!("{path}/acts");
    // What an organisation may not do, its program may not do either.
    let refused = send(&test, Method::POST, &acts, &owner, "p-2", &publish).await;
    assert_eq!(refused.status, 403);
    let done = send(&test, Method::POST, &acts, &centre, "c-1", &publish).await;
    assert_eq!((done.status.as_u16(), &read(&done)["number"]), (200, &json!("JH-2026-000001")));
    let public = read(&test.get("/v1/plans/JH-2026-000001").await);
    assert_eq!(public["lots"][0]["estimate_fen"], 1_260_500_001_i64);
    // And its notice, by the numbers that are public; too early, so it is held.
    let sent = notice("JH-2026-000001/1", "2026-07-30");
    let held = send(&test, Method::POST, NOTICES, &owner, "n-1", &sent).await;
    assert_eq!(held.status, 201, "{}", held.body);
    let state = read(&held);
    assert_eq!((&state["holding"], &state["public"]), (&json!("held"), &json!(false)));
    assert_eq!(state["leads"]["JH-2026-000001/1"], 12);
    // The journal says who: the program's own account.
    let mirror = test.site.read();
    let entry = mirror.recent().next().expect("an entry");
    let account = entry.account.as_ref().expect("an account");
    let account = mirror.accounts.get(account.as_str()).expect("an account");
    assert!(account.login.starts_with("api-"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_carried_out_once_however_often_it_is_sent() {
    let test = TestSite::demo().await;
    let owner = owners(&test).await;
    let plan = plan();
    let sends = (0..8).map(|_| send(&test, Method::POST, PLANS, &owner, "one", &plan));
    let answers = futures::future::join_all(sends).await;
    let ids: std::collections::BTreeSet<String> =
        answers.iter().map(|answer| read(answer)["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert!(answers.iter().all(|answer| answer.status == 201));
    let replayed = answers.iter().filter(|a| a.headers.contains_key("idempotent-replayed"));
    assert_eq!(replayed.count(), 7);
    assert_eq!(test.site.read().plans.len(), 1);
    // The same key for something else is a mistake of the program's, and is told so.
    let mut other = plan.clone();
    other["project"] = json!("旺苍县东河防洪治理");
    let reused = send(&test, Method::POST, PLANS, &owner, "one", &other).await;
    assert_eq!((reused.status.as_u16(), &read(&reused)["type"]), (422, &json!("/v1#key-reused")));
    // A refused command was not carried out: mended, it may use its key again.
    let mut wrong = plan.clone();
    wrong["lots"][0]["estimate_fen"] = json!(-5);
    let refused = send(&test, Method::POST, PLANS, &owner, "two", &wrong).await;
    assert_eq!(read(&refused)["fields"], json!(["lots.0.estimate_fen"]), "{}", refused.body);
    assert_eq!(send(&test, Method::POST, PLANS, &owner, "two", &plan).await.status, 201);
    // Another program's keys are its own.
    let second = owners(&test).await;
    assert_eq!(send(&test, Method::POST, PLANS, &second, "one", &plan).await.status, 201);
    assert_eq!(test.site.read().plans.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_is_sent_again_is_answered_as_it_was() {
    let test = TestSite::demo().await;
    let owner = owners(&test).await;
    let made = send(&test, Method::POST, PLANS, &owner, "a", &plan()).await;
    let path = made.location.expect("a place");
    // Taken back, and gone: sent again it is still gone, and no failure.
    let mut open = plan();
    open["submit"] = json!(false);
    let rewritten = send(&test, Method::PUT, &path, &owner, "b", &open).await;
    assert_eq!(rewritten.status, 409, "what was handed in waits for the centre");
    let centre = key(&test, "jyzx", &["plan_check"], "2027-07-18").await;
    let back = json!({ "act": "return", "reason": "建设地点不全" });
    let acts = format!("{path}/acts");
    let returned = send(&test, Method::POST, &acts, &centre, "a", &back).await;
    assert_eq!(returned.status, 200, "{}", returned.body);
    let state = read(&send(&test, Method::GET, &path, &owner, "", &Value::Null).await);
    assert_eq!((&state["draft"], &state["remark"]), (&json!("returned"), &json!("建设地点不全")));
    let gone = json!({ "act": "discard" });
    for _ in 0..2 {
        let answer = send(&test, Method::POST, &acts, &owner, "c", &gone).await;
        assert_eq!(read(&answer)["stage"], "discarded", "{}", answer.body);
    }
    assert_eq!(send(&test, Method::POST, &acts, &owner, "d", &gone).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_what_it_is_for_and_no_longer_than_it_is_good() {
    let mut test = TestSite::demo().await;
    let narrow = key(&test, "gljt", &["notice_write"], "2026-07-19").await;
    assert_eq!(send(&test, Method::POST, PLANS, &narrow, "k", &plan()).await.status, 403);
    for nobody in ["", "lutong_0000", "x"] {
        let answer = send(&test, Method::POST, PLANS, nobody, "k", &plan()).await;
        assert_eq!((answer.status.as_u16(), &read(&answer)["type"]), (401, &json!("/v1#no-key")));
    }
    // A person's cookie counts for nothing here, so no page can send commands with it.
    test.sign_in("owner").await;
    assert_eq!(send(&test, Method::POST, PLANS, "", "k", &plan()).await.status, 401);
    let good = json!({});
    assert_eq!(send(&test, Method::POST, NOTICES, &narrow, "k", &good).await.status, 400);
    test.clock.advance_ms(2 * 86_400_000);
    assert_eq!(send(&test, Method::POST, NOTICES, &narrow, "k", &good).await.status, 401);
    // Taken back, it opens nothing at once.
    let owner = owners(&test).await;
    assert_eq!(send(&test, Method::POST, PLANS, &owner, "k", &plan()).await.status, 201);
    let account = test.site.program(&owner).expect("a program").actor.account.expect("its account");
    let admin = test.visitor("admin");
    test.site.keep_account(&admin, &account, "close").await.expect("closed");
    assert_eq!(send(&test, Method::POST, PLANS, &owner, "l", &plan()).await.status, 401);
    // No scope goes beyond the organisation's own reach.
    let form = ApiKeyForm {
        name: "x".into(),
        org: "gljt".into(),
        scopes: [("plan_check".into(), "yes".into())].into(),
        until: "2027-01-01".into(),
    };
    assert!(test.site.add_key(&admin, form).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_is_told_by_its_name() {
    let test = TestSite::demo().await;
    let owner = owners(&test).await;
    let mut odd = plan();
    odd["colour"] = json!("red");
    let answer = send(&test, Method::POST, PLANS, &owner, "o", &odd).await;
    assert_eq!(answer.status, 400);
    assert!(read(&answer)["detail"].as_str().expect("words").contains("colour"));
    assert_eq!(send(&test, Method::POST, PLANS, &owner, "", &plan()).await.status, 400);
    let mut odd = plan();
    odd["districts"] = json!(["mianyang"]);
    let answer = send(&test, Method::POST, PLANS, &owner, "o", &odd).await;
    assert_eq!(read(&answer)["errors"][0]["field"], "districts");
    let unknown = notice("JH-2026-999999/1", "2026-09-01");
    let answer = send(&test, Method::POST, NOTICES, &owner, "o2", &unknown).await;
    assert_eq!(read(&answer)["fields"], json!(["lots"]));
}
