//! Open data: the API as it describes itself, and the feed under eight writers.

use super::doors::called;
use super::plans::{noticed, plan_form, published};
use super::program::owners;
use super::site::TestSite;
use app::api::desk::{CallDesk, DrawDesk as _, EmergencyDesk as _, MissionDesk as _};
use app::api::{
    AcceptForm, AnswerForm, CallForm, ContractForm, DetermineForm, OralForm, ProgressForm,
    VerifyForm,
};
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use model::{Actor, DispatchId, EmergencyId, Errand};
use policies::plan::{PlanVersion, Stage};
use pool::canon::Seal;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use server::store::{Act, Changes, Table};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

async fn json(test: &TestSite, path: &str) -> Value {
    let answer = test.get(path).await;
    serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{path}: {e}: {}", answer.body))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_of_all_that_there_is() {
    let test = TestSite::demo().await;
    let doc = json(&test, "/v1/openapi.json").await;
    assert!(doc["openapi"].as_str().expect("a version").starts_with("3.1"));
    let described: BTreeSet<&str> =
        doc["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    let doors = server::web::doors(None);
    let all = doors.open_paths().iter().chain(doors.keyed_paths()).copied();
    let served: BTreeSet<&str> = all.filter(|p| p.starts_with("/v1/")).collect();
    assert_eq!(described, served);
    let page = test.get("/v1").await.body;
    assert!(described.iter().all(|path| page.contains(path)), "the page leaves something out");
}

/// Asks everything that the description offers, with good and bad values: no answer is a
/// failure of ours, and each has a status that the description names.
#[tokio::test(flavor = "multi_thread")]
async fn no_question_breaks_the_api() {
    let test = TestSite::demo().await;
    let plan = published(&test).await;
    noticed(&test, &plan).await;
    sent(&test).await;
    let key = owners(&test).await;
    json(&test, "/v1/bulk").await;
    let doc = json(&test, "/v1/openapi.json").await;
    let odd = prop_oneof![
        Just("JH-2026-000001".to_owned()),
        Just("ZB-2026-000001".to_owned()),
        Just("ocds-lutong-JH-2026-000001".to_owned()),
        Just("1".to_owned()),
        Just("-1".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("2026-09".to_owned()),
        Just("公路".to_owned()),
        Just("highway".to_owned()),
        Just("published".to_owned()),
        Just("soonest".to_owned()),
        Just("plans.jsonl".to_owned()),
        Just("highway.works".to_owned()),
        Just(String::new()),
        "\\PC{0,20}",
        "[\\x00-\\x20%&=?#]{0,6}",
    ];
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect()
    };
    let mut runner = TestRunner::deterministic();
    let mut good = 0;
    let all = doc["paths"].as_object().expect("paths").iter().flat_map(|(path, methods)| {
        methods.as_object().expect("methods").iter().map(move |(method, call)| (path, method, call))
    });
    for (path, method, call) in all {
        let statuses: BTreeSet<u16> = call["responses"]
            .as_object()
            .expect("answers")
            .keys()
            .map(|status| status.parse().expect("a status"))
            .collect();
        for _ in 0..120 {
            let mut any = || odd.new_tree(&mut runner).expect("a value").current();
            let mut address = path.clone();
            let mut query = Vec::new();
            let mut once = String::new();
            for parameter in call["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().expect("a name");
                match parameter["in"].as_str() {
                    Some("header") => once = any(),
                    Some("path") => {
                        let mut value = encode(&any());
                        if value.is_empty() {
                            value = "x".into();
                        } else if value.len() == 5 {
                            // No UTF-8 at all.
                            value = "%FF%FE".into();
                        }
                        address = address.replace(&format!("{{{name}}}"), &value);
                    }
                    _ if any().len().is_multiple_of(3) => {}
                    _ => query.push(format!("{name}={}", encode(&any()))),
                }
            }
            if !query.is_empty() {
                address = format!("{address}?{}", query.join("&"));
            }
            // With a good key, a bad one, or none; a body that is nearly right, or is not.
            let mut request = Request::builder().method(method.to_uppercase().as_str());
            let choice = any().len();
            if !choice.is_multiple_of(5) {
                let key = if choice.is_multiple_of(7) { "lutong_0" } else { key.as_str() };
                request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
            }
            if let Ok(value) = HeaderValue::from_str(&once) {
                request = request.header("idempotency-key", value);
            }
            let body = match call.get("requestBody") {
                Some(_) if choice.is_multiple_of(3) => any(),
                Some(_) => {
                    let mut sent = super::program::plan();
                    if choice.is_multiple_of(2) {
                        let fields = sent.as_object_mut().expect("fields");
                        let nth = any().len() % fields.len();
                        let value = fields.values_mut().nth(nth).expect("a field");
                        *value = Value::from(any());
                    }
                    sent.to_string()
                }
                None => String::new(),
            };
            let answer = test.send_body(request.uri(&address), Body::from(body)).await;
            let status = answer.status.as_u16();
            assert!(
                statuses.contains(&status),
                "{method} {address} answered {status}: {}",
                answer.body
            );
            if status == 204 {
                continue;
            }
            let media = answer.headers[header::CONTENT_TYPE].to_str().expect("text");
            let expected = match (status, path.starts_with("/v1/bulk/")) {
                (400.., _) => "application/problem+json",
                (_, true) => "application/x-ndjson",
                _ => "application/json",
            };
            assert_eq!(media, expected, "{method} {address}");
            good += usize::from(status < 300);
        }
    }
    assert!(good > 300, "most calls can be answered: {good}");
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_tell_the_whole_story() {
    let test = TestSite::demo().await;
    let plan = published(&test).await;
    test.clock.advance_ms(40 * 86_400_000);
    noticed(&test, &plan).await;
    let package = json(&test, "/v1/ocds/releases").await;
    let releases = package["releases"].as_array().expect("releases");
    let tags: Vec<&str> = releases.iter().map(|r| r["tag"][0].as_str().expect("a tag")).collect();
    assert_eq!(tags.len(), 3, "{tags:?}");
    assert_eq!(tags.iter().filter(|t| **t == "planning").count(), 1);
    let tender = releases.iter().find(|r| r["tag"][0] == "tender").expect("a tender");
    let related = &tender["relatedProcesses"][0];
    assert_eq!(related["identifier"], "ocds-lutong-JH-2026-000001");
    let record = json(&test, "/v1/ocds/records/ocds-lutong-JH-2026-000001").await;
    let record = &record["records"][0];
    assert_eq!(record["releases"].as_array().expect("releases").len(), 2);
    assert_eq!(record["compiledRelease"]["lutong"]["stage"], "realised");
}

/// A held notice is nobody's business, and its number tells nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_not_public() {
    let test = TestSite::demo().await;
    let plan = published(&test).await;
    noticed(&test, &plan).await;
    let feed = json(&test, "/v1/changes").await;
    assert_eq!(feed["items"].as_array().expect("items").len(), 1);
    assert_eq!(test.get("/v1/notices/ZB-2026-000001").await.status.as_u16(), 404);
    assert_eq!(test.get("/notices/ZB-2026-000001").await.status.as_u16(), 404);
    assert_eq!(json(&test, "/v1/notices").await["total"], 0);
}

/// A team that accepts, arrives and gets its contract, each a minute after the other.
async fn sent(test: &TestSite) -> String {
    let told = called(test).await;
    let (firm, duty) = (test.visitor(&told.firm), test.visitor("duty"));
    let call: DispatchId = told.call.parse().expect("a key");
    test.clock.advance_ms(60_000);
    let yes = AnswerForm { answer: "accept".into(), ..AnswerForm::default() };
    test.site.answer(&firm, &call, yes).await.expect("answered");
    for act in ["depart", "arrive"] {
        test.clock.advance_ms(60_000);
        let form =
            ProgressForm {
                act: act.into(), note: "已到现场".into(), ..ProgressForm::default()
            };
        test.site.progress(&firm, &call, form).await.expect("progress");
    }
    test.clock.advance_ms(60_000);
    let contract = ContractForm {
        signed: "2026-07-18".into(),
        pricing: "unit_price".into(),
        sum: "38.5".into(),
        days: "10".into(),
    };
    test.site.contract(&duty, &call, contract).await.expect("a contract");
    let mirror = test.site.read();
    let publication = mirror.publications.iter().find(|p| p.dispatch == call).expect("public");
    publication.id.to_string()
}

/// A team that went without a tender is public step by step: in the feed, as a record, and
/// as it stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_was_sent_is_open_data() {
    let test = TestSite::demo().await;
    let start = test.site.read().head.seq;
    let id = sent(&test).await;
    let feed = json(&test, &format!("/v1/changes?after={start}")).await;
    let items = feed["items"].as_array().expect("items");
    let told: Vec<(&str, u64)> = items
        .iter()
        .map(|i| (i["kind"].as_str().expect("a kind"), i["version"].as_u64().expect("a number")))
        .collect();
    assert_eq!(told, [("award", 1), ("award", 2), ("award", 3)]);
    assert!(items[0]["url"].as_str().expect("a place").ends_with(&id));
    let award = json(&test, &format!("/v1/awards/{id}")).await;
    assert_eq!(
        (&award["state"], &award["mode"]),
        (&Value::from("on_site"), &Value::from("nearest"))
    );
    assert_eq!(award["contract"]["sum_fen"], 38_500_000);
    assert_eq!(award["determination"]["ceiling_fen"], 80_000_000);
    let package = json(&test, &format!("/v1/ocds/releases?after={start}")).await;
    let releases = package["releases"].as_array().expect("releases");
    let tags: Vec<&str> = releases.iter().map(|r| r["tag"][0].as_str().expect("a tag")).collect();
    assert_eq!(tags, ["award", "awardUpdate", "contract"]);
    assert!(releases[1].get("contracts").is_none(), "told before it was written");
    let record = json(&test, "/v1/ocds/records/ocds-lutong-xq-demo-1").await;
    let record = &record["records"][0];
    // What the feed told one by one is what the record tells at once.
    assert_eq!(record["releases"], package["releases"]);
    assert_eq!(record["compiledRelease"]["contracts"][0]["value"]["amount"], 385_000.0);
    let before = json(&test, "/v1/awards?limit=1").await;
    assert_eq!(before["items"][0]["id"], id);
}

/// A draw is open data when it is over, with the record that anybody checks it by; while it
/// runs there is nothing to see.
#[tokio::test(flavor = "multi_thread")]
async fn a_draw_that_is_over_is_open_data() {
    let test = TestSite::demo().await;
    let before = json(&test, "/v1/draws").await["total"].as_u64().expect("a number");
    let told = called(&test).await;
    let draw = told.draw.parse().expect("a key");
    let (duty, supervisor) = (test.visitor("duty"), test.visitor("supervisor"));
    for by in [&duty, &supervisor] {
        test.site.commit(by, &draw, "").await.expect("committed");
    }
    assert_eq!(json(&test, "/v1/draws").await["total"], before);
    for by in [&duty, &supervisor] {
        test.site.reveal(by, &draw, "").await.expect("shown");
    }
    let list = json(&test, "/v1/draws?limit=1").await;
    assert_eq!(list["total"], before + 1);
    let one = &list["items"][0];
    assert_eq!(one["id"], told.draw.as_str());
    assert!(one["record"].is_object() && one["order"].as_array().is_some_and(|o| !o.is_empty()));
    assert_eq!(list["next"].is_null(), before == 0);
    let late = json(&test, "/v1/oral-orders").await;
    assert_eq!(late["total"], late["items"].as_array().map(Vec::len).expect("a list"));
}

/// A team that went on an oral order is told of again when that is written down: once, as
/// what it is, in the feed as in the record.
#[tokio::test(flavor = "multi_thread")]
async fn a_determination_that_came_late_is_told_once() {
    let test = TestSite::demo().await;
    let (desk, duty) = (&test.site, test.visitor("duty"));
    let start = desk.read().head.seq;
    let id: EmergencyId = "xq-demo-1".parse().expect("a key");
    let urgent = AcceptForm { urgency: "critical".into(), ..AcceptForm::default() };
    desk.accept(&duty, &id, urgent).await.expect("accepted");
    let order = OralForm {
        commander: "王志远".into(),
        channel: "0839-3260000".into(),
        given: "2026-07-18T06:59".into(),
        words: "立即抢通。".into(),
    };
    desk.oral_order(&duty, &id, order).await.expect("recorded");
    let slate = desk.slate(&duty, &id, false).await.expect("a slate");
    let form = CallForm {
        id: "xd-1".into(),
        team: slate.fit.first().expect("somebody may go").team.to_string(),
        commander: "王志远".into(),
        reason: "须就近处置。".into(),
        ..CallForm::default()
    };
    CallDesk::call(desk, &duty, &id, form).await.expect("called");
    let (call, firm) = {
        let mirror = desk.read();
        let call = mirror.dispatches.iter().find(|d| d.emergency == id).expect("a call").clone();
        (call.id.clone(), call.contractor.as_str().replace('-', ""))
    };
    test.clock.advance_ms(60_000);
    let yes = AnswerForm { answer: "accept".into(), ..AnswerForm::default() };
    desk.answer(&test.visitor(&firm), &call, yes).await.expect("answered");
    test.clock.advance_ms(60_000);
    let form = VerifyForm {
        on_site: "2026-07-18T07:01".into(),
        second: "冯刚".into(),
        findings: "路基缺口约四十米。".into(),
        scope: "K31+180 至 K31+220".into(),
        ..VerifyForm::default()
    };
    desk.verify(&test.visitor("jiaotong"), &id, form).await.expect("verified");
    let yes = ["cause", "immediate", "scope"].map(|q| (q.to_owned(), "yes".to_owned()));
    let form = DetermineForm {
        yes: yes.into(),
        authority: "市交通运输局".into(),
        document: "广交应急〔2026〕1号".into(),
        why: "省道中断，须当日抢通。".into(),
        scope: "K31+180 至 K31+220".into(),
        ceiling: "80".into(),
        finish: "2026-07-28".into(),
        ..DetermineForm::default()
    };
    desk.determine(&test.visitor("jiaotong-lead"), &id, true, form).await.expect("determined");
    let package = json(&test, &format!("/v1/ocds/releases?after={start}")).await;
    let releases = package["releases"].as_array().expect("releases");
    let told: Vec<(&str, bool)> = releases
        .iter()
        .map(|r| (r["tag"][0].as_str().expect("a tag"), r["lutong"]["determination"].is_null()))
        .collect();
    assert_eq!(told, [("award", true), ("awardUpdate", false)]);
    let record = json(&test, "/v1/ocds/records/ocds-lutong-xq-demo-1").await;
    assert_eq!(record["records"][0]["releases"], package["releases"]);
}

/// What is in the snapshot is what the change feed told until then, file by file as the
/// manifest says; a part of a file can be fetched again.
#[tokio::test(flavor = "multi_thread")]
async fn the_snapshot_holds_what_its_manifest_says() {
    let test = TestSite::demo().await;
    sent(&test).await;
    let plan = published(&test).await;
    test.clock.advance_ms(40 * 86_400_000);
    noticed(&test, &plan).await;
    let manifest = json(&test, "/v1/bulk").await;
    let mut lines = std::collections::BTreeMap::new();
    for file in manifest["files"].as_array().expect("files") {
        let path = file["url"].as_str().expect("a place").replace("http://site.test", "");
        let answer = test.get(&path).await;
        assert_eq!(file["sha256"], Seal::of(answer.body.as_bytes()).to_string());
        assert_eq!(file["bytes"], answer.body.len());
        assert_eq!(file["lines"], answer.body.lines().count());
        lines.insert(file["name"].as_str().expect("a name").to_owned(), answer.body);
        let part = Request::get(&path).header(header::RANGE, "bytes=0-9");
        assert_eq!(test.send_body(part, Body::empty()).await.status, 206);
    }
    let feed = json(&test, "/v1/changes?limit=1000").await;
    let of = |kind: &str| {
        feed["items"].as_array().expect("items").iter().filter(|i| i["kind"] == kind).count()
    };
    assert_eq!(lines["plans.jsonl"].lines().count(), of("plan"));
    assert_eq!(lines["notices.jsonl"].lines().count(), of("notice"));
    // Demonstration records were laid down without a story, and are in the snapshot only.
    assert!(lines["awards.jsonl"].lines().count() >= of("award"));
    assert_eq!(
        lines["releases.jsonl"].lines().count(),
        lines["plans.jsonl"].lines().count()
            + lines["notices.jsonl"].lines().count()
            + lines["awards.jsonl"].lines().count()
    );
    // It stays as it is until the day is over, and then makes room for the next.
    published(&test).await;
    assert_eq!(json(&test, "/v1/bulk").await, manifest);
    test.clock.advance_ms(86_400_000);
    let next = json(&test, "/v1/bulk").await;
    assert!(next["as_of"].as_i64() > manifest["as_of"].as_i64());
    let old = format!("/v1/bulk/{}/plans.jsonl", manifest["as_of"]);
    assert_eq!(test.get(&old).await.status, 404);
}

const WRITERS: usize = 8;
const EACH: usize = 1_250;

/// Eight writers, ten thousand changes, a reader who goes away and comes back: nothing
/// is skipped, nothing comes twice, and all in the order of the journal.
#[tokio::test(flavor = "multi_thread")]
async fn the_feed_neither_skips_nor_repeats() {
    let test = TestSite::demo().await;
    let site = test.site.clone();
    let start = site.read().head.seq;
    let content = plan_form().read([]).expect("sound");
    let over = Arc::new(AtomicBool::new(false));
    let writers = (0..WRITERS).map(|writer| {
        let (site, content) = (site.clone(), content.clone());
        tokio::spawn(async move {
            for n in 0..EACH {
                let version = PlanVersion {
                    id: format!("zp-hammer-{writer}-{n}-v1"),
                    plan: format!("zp-hammer-{writer}-{n}").parse().expect("a key"),
                    number: format!("JH-2026-{:06}", writer * EACH + n),
                    seq: 0,
                    version: 1,
                    at: site.now(),
                    owner: "gljt".parse().expect("a key"),
                    owner_name: "市公路管理中心".into(),
                    stage: Stage::Published,
                    reason: String::new(),
                    restarted: vec![],
                    content: content.clone(),
                };
                let mut changes = Changes::new();
                changes.create_numbered(&version).expect("a change");
                let act =
                    Act::new(&Actor::SYSTEM, Errand::Found, Table::Plan, version.plan.as_str());
                site.store.commit(changes, act, site.now()).await.expect("written");
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let reader = {
        let (site, over) = (site.clone(), Arc::clone(&over));
        tokio::spawn(async move {
            let mut seen: Vec<(i64, String)> = Vec::new();
            let mut cursor = start;
            let mut round = 0usize;
            loop {
                let ended = over.load(Ordering::SeqCst);
                round += 1;
                let part = site.changes_after(cursor, 1 + round * 7 % 90).await.expect("a part");
                // Every third answer is lost on the way: the reader asks again from the
                // cursor that it knows.
                if round.is_multiple_of(3) {
                    continue;
                }
                let nothing = part.releases.is_empty();
                for release in part.releases {
                    let server::open::Release::Plan(version) = release else { continue };
                    seen.push((version.seq, version.id.clone()));
                }
                cursor = part.next;
                if nothing && ended {
                    return seen;
                }
                tokio::task::yield_now().await;
            }
        })
    };
    for writer in writers {
        writer.await.expect("written");
    }
    over.store(true, Ordering::SeqCst);
    let seen = reader.await.expect("read");
    assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0), "out of order or twice");
    let ids: BTreeSet<&String> = seen.iter().map(|(_, id)| id).collect();
    assert_eq!((seen.len(), ids.len()), (WRITERS * EACH, WRITERS * EACH));
    // A second program reads the same records in, however many pieces that takes.
    let other = site.store.beside().await.expect("a second program");
    assert_eq!(other.read().plan_versions.len(), site.read().plan_versions.len());
}
