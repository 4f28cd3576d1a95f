//! The portal: search held against a plain scan of the records, counts that stay while
//! somebody turns pages, downloads that are what the list shows, pages that can be kept.

use super::plans::{plan_form, published};
use super::site::TestSite;
use app::api::PlanActForm;
use app::api::desk::PlanDesk;
use app::portal::Ask;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use model::{District, Industry, LotKind, PlanId};
use policies::plan::{LotForm, PlanForm, PlanVersion, Stage};
use pool::canon::Seal;
use proptest::prelude::*;
use server::open::{Order, PlanIndex, PlanQuery, haystack, tags, words};
use server::site::Site;
use std::collections::BTreeSet;
use std::sync::Arc;

const PLACES: [&str; 5] = ["青川县沙州", "旺苍县东河", "剑阁下寺", "苍溪陵江", "朝天曾家"];
const WORKS: [&str; 5] = ["公路改造", "防洪治理", "农村公路", "中医院迁建", "ＣＢＤ管网 改造"];

fn act(key: &str) -> PlanActForm {
    PlanActForm { act: key.into(), ..PlanActForm::default() }
}

fn form(i: usize) -> PlanForm {
    let mut form = plan_form();
    form.project = format!("{}{}工程第{i}期", PLACES[i % 5], WORKS[i / 5 % 5]);
    form.industry = Industry::ALL[i % Industry::ALL.len()].key().into();
    form.districts = [(District::ALL[i % 8].key().into(), "yes".into())].into();
    let lot = form.lots.get_mut("0").expect("a lot");
    lot.kind = LotKind::ALL[i % 3].key().into();
    lot.notice = format!("2026-{:02}", 8 + i % 4);
    form
}

/// Publishes so many plans, each in an act of its own.
async fn many(site: &Site, by: &TestSite, from: usize, to: usize) -> Vec<PlanId> {
    let mut ids = Vec::new();
    for i in from..to {
        let id = site.save_plan(&by.visitor("owner"), None, form(i)).await.expect("saved");
        site.act_on_plan(&by.visitor("centre"), &id, act("publish")).await.expect("published");
        ids.push(id);
    }
    ids
}

/// What a question finds by looking at every version, newest first.
fn scan(site: &Site, query: &PlanQuery) -> Vec<String> {
    let mirror = site.read();
    let as_of = query.as_of.unwrap_or(mirror.head.seq);
    let words = words(&query.text);
    let mut wanted = BTreeSet::new();
    let mut want = |kind: &str, key: Option<&str>| {
        wanted.extend(key.map(|key| format!("{kind}:{key}")));
    };
    want("district", query.district.map(District::key));
    want("industry", query.industry.map(Industry::key));
    want("kind", query.kind.map(LotKind::key));
    want("stage", query.stage.map(Stage::key));
    want("month", query.month.as_deref());
    let mut found: Vec<Arc<PlanVersion>> = Vec::new();
    for plan in mirror.plans.iter() {
        let version = (1..=plan.versions).rev().find_map(|n| {
            let kept = mirror.plan_versions.get(&PlanVersion::key(&plan.id, n))?;
            (kept.value.seq <= as_of).then(|| Arc::clone(&kept.value))
        });
        found.extend(version.filter(|v| {
            let text = haystack(v);
            words.iter().all(|word| text.contains(word.as_str())) && tags(v).is_superset(&wanted)
        }));
    }
    found.sort_by(|a, b| (b.seq, &b.number).cmp(&(a.seq, &a.number)));
    found.into_iter().map(|v| v.id.clone()).collect()
}

/// All that the index finds, turning pages.
fn turn(index: &PlanIndex, query: &PlanQuery, limit: usize) -> Vec<String> {
    let mut query = query.clone();
    let mut all = Vec::new();
    let mut total = None;
    loop {
        let found = index.find(&query, limit).expect("found");
        assert_eq!(*total.get_or_insert(found.total), found.total, "the count moved");
        query.as_of = Some(found.as_of);
        let Some((last, _)) = found.page.last() else { break };
        query.after = Some(*last);
        all.extend(found.page.into_iter().map(|(_, key)| key));
    }
    assert_eq!(total, Some(all.len()));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_finds_what_a_scan_finds() {
    let test = TestSite::demo().await;
    let site = &test.site;
    let ids = many(site, &test, 0, 30).await;
    site.follow_plans().await.expect("followed");
    // Changes and withdrawals after the first build are followed one by one.
    let owner = test.visitor("owner");
    for id in ids.iter().step_by(4) {
        let withdraw = PlanActForm { reason: "资金未落实".into(), ..act("withdraw") };
        site.act_on_plan(&owner, id, withdraw).await.expect("withdrawn");
        site.follow_plans().await.expect("followed");
    }
    let fresh = PlanIndex::new().expect("an index");
    fresh.follow(&site.store).expect("built");
    let head = site.read().head.seq;
    let texts = [
        "",
        "公路",
        "路",
        "青川县沙州公路",
        "cbd",
        "ＣＢＤ",
        "改造 旺苍",
        "JH-2026-00000",
        "没有",
        "12",
    ];
    let mut asked = 0;
    for text in texts {
        for query in [
            PlanQuery::default(),
            PlanQuery { district: Some(District::Qingchuan), ..PlanQuery::default() },
            PlanQuery { industry: Some(Industry::Highway), ..PlanQuery::default() },
            PlanQuery { kind: Some(LotKind::Goods), ..PlanQuery::default() },
            PlanQuery { stage: Some(Stage::Withdrawn), ..PlanQuery::default() },
            PlanQuery { month: Some("2026-09".into()), ..PlanQuery::default() },
            PlanQuery { as_of: Some(head - 20), ..PlanQuery::default() },
        ] {
            let query = PlanQuery { text: text.into(), ..query };
            let expected = scan(site, &query);
            asked += usize::from(!expected.is_empty());
            assert_eq!(turn(&site.plans, &query, 7), expected, "{query:?}");
            assert_eq!(turn(&fresh, &query, 50), expected, "built anew: {query:?}");
        }
    }
    assert!(asked > 30, "most questions find something: {asked}");
    let soonest = PlanQuery { order: Order::Soonest, ..PlanQuery::default() };
    let by_notice = turn(&site.plans, &soonest, 4);
    let notice = |key: &String| {
        let mirror = site.read();
        mirror.plan_versions.get(key).expect("a version").content.first_notice()
    };
    assert!(by_notice.windows(2).all(|pair| notice(&pair[0]) <= notice(&pair[1])));
    assert_eq!(by_notice.len(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_stay_while_somebody_turns_pages() {
    let test = TestSite::demo().await;
    let site = &test.site;
    many(site, &test, 0, 12).await;
    let query = PlanQuery { text: "公路".into(), ..PlanQuery::default() };
    let (total, page, as_of) = site.find_plans(&query, 3).await.expect("found");
    let before = scan(site, &query);
    many(site, &test, 12, 24).await;
    let next =
        PlanQuery { as_of: Some(as_of), after: page.last().map(|(k, _)| *k), ..query.clone() };
    let (again, rest, _) = site.find_plans(&next, 100).await.expect("found");
    assert_eq!(again, total);
    let seen: Vec<String> = page.iter().chain(&rest).map(|(_, v)| v.id.clone()).collect();
    assert_eq!(seen, before);
    assert!(site.find_plans(&query, 3).await.expect("found").0 > total);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// A word is found exactly where the text contains it.
    #[test]
    fn a_word_is_found_where_it_stands(
        texts in prop::collection::vec("[青川公路桥aB1Ａ 。]{1,12}", 1..6),
        word in "[青川公路桥ab1]{1,5}",
    ) {
        let index = PlanIndex::new().expect("an index");
        let versions: Vec<PlanVersion> = texts.iter().enumerate().map(|(i, text)| {
            let mut form = plan_form();
            form.lots.retain(|row, _| row == "0");
            form.lots.insert("0".into(), LotForm { name: "标".into(), ..form.lots["0"].clone() });
            form.project = format!("项目名称{text}");
            let content = form.read([]).expect("sound");
            PlanVersion {
                id: format!("zp-{i}-v1"),
                plan: format!("zp-{i}").parse().expect("a key"),
                number: format!("JH-2026-{i:06}"),
                seq: 1,
                version: 1,
                at: model::Moment::from_ms(0),
                owner: "yz".parse().expect("a key"),
                owner_name: "业主".into(),
                stage: Stage::Published,
                reason: String::new(),
                restarted: vec![],
                content,
            }
        }).collect();
        index.lay(&versions).expect("laid");
        let query = PlanQuery { text: word.clone(), ..PlanQuery::default() };
        let found: BTreeSet<String> =
            index.find(&query, 100).expect("found").page.into_iter().map(|(_, key)| key).collect();
        let expected: BTreeSet<String> = versions
            .iter()
            .filter(|v| words(&word).iter().all(|w| haystack(v).contains(w.as_str())))
            .map(|v| v.id.clone())
            .collect();
        prop_assert_eq!(found, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_carry_no_script_and_can_be_kept() {
    let test = TestSite::demo().await;
    many(&test.site, &test, 0, 3).await;
    for path in [
        "/plans",
        "/plans?q=%E5%85%AC%E8%B7%AF",
        "/plans/JH-2026-000001",
        "/plans/JH-2026-000001/v1",
        "/plans/JH-2026-000001/v1.json",
        "/plans/map",
        "/plans/calendar?month=2026-09",
        "/plans/month/2026-09",
        "/plans/quality",
        "/plans.atom",
        "/plans.ics",
        "/notices",
        "/notices.atom",
    ] {
        let answer = test.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.body.contains("<script") && !answer.body.contains("style="), "{path}");
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
        assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{path}: {policy}");
        let tag = answer.headers[header::ETAG].clone();
        let request = Request::get(path).header(header::IF_NONE_MATCH, tag.clone());
        let again = test.send_body(request, Body::empty()).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
    }
    // Signing in is no news for the public; a plan is.
    let tag = test.get("/plans").await.headers[header::ETAG].clone();
    let mut test = test;
    test.sign_in("duty").await;
    assert_eq!(test.get("/plans").await.headers[header::ETAG], tag);
    published(&test).await;
    assert_ne!(test.get("/plans").await.headers[header::ETAG], tag);
    for path in [
        "/plans/JH-2026-099999",
        "/plans/JH-2026-000001/v9",
        "/plans/JH-2026-000001/x",
        "/notices/ZB-1",
        "/plans/month/2026",
    ] {
        assert_eq!(test.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let odd = test.get("/plans?district=mars&month=x&after=-1&least=y&q=%00").await;
    assert_eq!(odd.status, StatusCode::OK);
    assert!(odd.body.contains("没有看懂"), "{}", odd.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_s_hash_can_be_reckoned_again() {
    let test = TestSite::demo().await;
    let id = published(&test).await;
    let page = test.get("/plans/JH-2026-000001/v1").await.body;
    let text = test.get("/plans/JH-2026-000001/v1.json").await.body;
    assert!(page.contains(&Seal::of(text.as_bytes()).to_string()));
    assert!(text.contains(id.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn downloads_are_what_the_list_shows() {
    let test = TestSite::demo().await;
    many(&test.site, &test, 0, 20).await;
    let query = "q=%E5%85%AC%E8%B7%AF";
    let ask = Ask { q: "公路".into(), ..Ask::default() };
    let list = test.site.plan_list(ask).await.expect("a list");
    let numbers: Vec<String> = list.plans.iter().map(|p| p.number.clone()).collect();
    assert!(numbers.len() > 3);
    let csv = test.get(&format!("/plans.csv?{query}")).await.body;
    assert!(csv.starts_with("\u{FEFF}计划编号,版本"));
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{FEFF}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    assert_eq!(rows.len(), numbers.len() * 2, "a row each lot");
    let mut of_rows: Vec<String> = rows.iter().map(|r| r[0].to_owned()).collect();
    of_rows.dedup();
    assert_eq!(of_rows, numbers);
    let lines = test.get(&format!("/plans.jsonl?{query}")).await.body;
    let of_lines: Vec<String> = lines
        .lines()
        .map(|l| serde_json::from_str::<PlanVersion>(l).expect("a version").number)
        .collect();
    assert_eq!(of_lines, numbers);
    let sheet = test.get(&format!("/plans.xlsx?{query}")).await;
    assert_eq!(sheet.status, StatusCode::OK);
    assert!(sheet.body.starts_with("PK"));
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_can_be_read() {
    let test = TestSite::demo().await;
    many(&test.site, &test, 0, 3).await;
    let atom = test.get("/plans.atom?q=%E5%85%AC%E8%B7%AF").await.body;
    let feed = atom.parse::<atom_syndication::Feed>().expect("a feed");
    assert_eq!(feed.entries().len(), 3);
    assert!(feed.entries()[0].links()[0].href().starts_with("http://site.test/plans/JH-2026-"));
    let ics = test.get("/plans.ics").await.body;
    assert_eq!(ics.matches("BEGIN:VEVENT").count(), 6, "{ics}");
    assert!(ics.contains("DTSTART;VALUE=DATE:20260801"), "{ics}");
    assert!(ics.lines().all(|line| line.trim_end().len() <= 75));
}
