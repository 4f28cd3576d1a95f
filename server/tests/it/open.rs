//! Open data: the API as it describes itself, and the feed under eight writers.

use super::plans::{noticed, plan_form, published};
use super::site::TestSite;
use axum::body::Body;
use axum::http::{Request, header};
use model::{Actor, Errand};
use policies::plan::{PlanVersion, Stage};
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
    let open: BTreeSet<&str> =
        doors.open_paths().iter().copied().filter(|p| p.starts_with("/v1/")).collect();
    assert_eq!(described, open);
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
    for (path, methods) in doc["paths"].as_object().expect("paths") {
        let call = &methods["get"];
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
            for parameter in call["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().expect("a name");
                match parameter["in"].as_str() {
                    Some("path") => {
                        let mut value = encode(&any());
                        if value.is_empty() {
                            value = "x".into();
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
            let answer = test.send_body(Request::get(&address), Body::empty()).await;
            let status = answer.status.as_u16();
            assert!(statuses.contains(&status), "{address} answered {status}: {}", answer.body);
            if status == 204 {
                continue;
            }
            let media = answer.headers[header::CONTENT_TYPE].to_str().expect("text");
            let expected =
                if status < 400 { "application/json" } else { "application/problem+json" };
            assert_eq!(media, expected, "{address}");
            good += usize::from(status == 200);
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
}
