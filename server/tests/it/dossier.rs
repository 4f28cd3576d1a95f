//! The file of a case: whole, checked, taken along with a manifest, and nobody else's.

use super::channel;
use super::doors::called;
use super::site::TestSite;
use app::api::desk::DossierDesk;
use app::api::{ApiError, CaseKind};
use axum::http::StatusCode;
use pool::canon::Seal;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

/// The files of a package by their names, each held against the manifest.
fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut files = BTreeMap::new();
    for n in 0..archive.len() {
        let mut file = archive.by_index(n).expect("a file");
        let name = file.name().expect("a name").into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("its content");
        files.insert(name, content);
    }
    let manifest = files.remove("manifest.sha256").expect("a manifest");
    let manifest = String::from_utf8(manifest).expect("text");
    let listed: BTreeMap<&str, &str> =
        manifest.lines().filter_map(|line| line.split_once("  ").map(|(h, n)| (n, h))).collect();
    assert_eq!(listed.len(), files.len(), "{listed:?}");
    for (name, content) in &files {
        assert_eq!(Seal::of(content).to_string(), listed[name.as_str()], "{name}");
    }
    files
}

async fn package(site: &TestSite, who: &str, kind: CaseKind, key: &str) -> Vec<u8> {
    let (_, mut file) =
        site.site.dossier_zip(&site.visitor(who), kind, key).await.expect("a package");
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).expect("bytes");
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_s_file_says_what_is_missing_and_goes_along_whole() {
    let site = TestSite::demo().await;
    let id = channel::opened(&site).await;
    let file = site
        .site
        .dossier(&site.visitor("supervisor"), CaseKind::Channel, id.as_str())
        .await
        .expect("a file");
    assert_eq!(file.number, "LT-2026-000001");
    let missing: Vec<&str> =
        file.checks.iter().filter(|c| !c.done).map(|c| c.what.as_str()).collect();
    assert_eq!(
        missing,
        [
            "项目审批文件",
            "容缺材料补齐",
            "承诺核查",
            "招标公告",
            "候选人公示",
            "定标",
            "合同",
            "文件"
        ]
    );
    assert_eq!(file.editions, [site.site.law().short()]);
    let parts: Vec<&str> = file.parts.iter().map(|p| p.title.as_str()).collect();
    for part in ["申请", "决定", "并联审批", "办理路线", "材料", "办理日志"] {
        assert!(parts.contains(&part), "{parts:?}");
    }
    let files = unpacked(&package(&site, "supervisor", CaseKind::Channel, id.as_str()).await);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let rules = format!("rules/{}.json", site.site.law().short());
    for name in [
        "index.html",
        "records/channel.json",
        "records/task-approval.json",
        "journal.jsonl",
        &rules,
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    let page = String::from_utf8(files["index.html"].clone()).expect("text");
    assert!(page.contains("LT-2026-000001") && !page.contains("<script"));
    // The rules that decided are those of the hash that the journal names.
    let law = policies::Law::from_json(std::str::from_utf8(&files[rules.as_str()]).expect("text"));
    assert_eq!(law.expect("rules").to_json().expect("JSON"), site.site.law().text());
    // The chain itself goes only to those who may read it.
    let own = unpacked(&package(&site, "owner", CaseKind::Channel, id.as_str()).await);
    assert!(!own.contains_key("journal.jsonl"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_s_file_holds_who_was_called_and_what_is_still_to_come() {
    let site = TestSite::demo().await;
    let told = called(&site).await;
    let key = site.site.read().dispatches.get(&told.call).expect("a call").emergency.clone();
    let duty = site.visitor("duty");
    let file = site.site.dossier(&duty, CaseKind::Emergency, key.as_str()).await.expect("a file");
    let titles: Vec<&str> = file.parts.iter().map(|p| p.title.as_str()).collect();
    for title in ["上报", "现场核查", "认定", "时限", "经过", "公开", "办理日志"]
    {
        assert!(titles.contains(&title), "{titles:?}");
    }
    assert!(titles.iter().any(|t| t.starts_with("选队")));
    assert!(titles.iter().any(|t| t.starts_with("调度单")));
    let missing: Vec<&str> =
        file.checks.iter().filter(|c| !c.done).map(|c| c.what.as_str()).collect();
    assert!(missing.contains(&"结算") && !missing.contains(&"认定文件"), "{missing:?}");
    unpacked(&package(&site, "duty", CaseKind::Emergency, key.as_str()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_kept_fifteen_years_and_read_by_those_who_may() {
    let mut site = TestSite::demo().await;
    let plan = super::plans::published(&site).await;
    let id = channel::opened(&site).await;
    let revoke = app::api::ChannelActForm {
        act: "revoke".into(),
        reason: "项目取消".into(),
        ..Default::default()
    };
    let desk = &site.site;
    app::api::desk::ChannelDesk::act_on_channel(desk, &site.visitor("centre"), &id, revoke)
        .await
        .expect("revoked");
    let file = desk.dossier(&site.visitor("owner"), CaseKind::Channel, id.as_str()).await;
    let file = file.expect("a file");
    assert_eq!(file.kept_until.map(|d| d.to_string()).as_deref(), Some("2041-07-18"));
    assert!(file.kept.contains("政府采购法"));
    let of_plan = desk.dossier(&site.visitor("owner"), CaseKind::Plan, plan.as_str()).await;
    assert!(of_plan.expect("a file").kept_until.is_none(), "the plan is open");
    let firm = desk.dossier(&site.visitor("firm01"), CaseKind::Channel, id.as_str()).await;
    assert_eq!(firm.map(|_| ()), Err(ApiError::Forbidden));
    // Over HTTP: closed to visitors without a session, refused to whoever may not.
    let at = format!("/dossiers/channel/{id}/file.zip");
    assert_eq!(site.get(&at).await.status, StatusCode::UNAUTHORIZED);
    site.sign_in("firm01").await;
    assert_eq!(site.get(&at).await.status, StatusCode::FORBIDDEN);
    site.sign_in("owner").await;
    let answer = site.get(&at).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.headers["content-disposition"].to_str().is_ok_and(|v| v.contains(".zip")));
    let page = site.get(&format!("/dossiers/channel/{id}/file.html")).await;
    assert!(page.status == StatusCode::OK && page.body.contains("LT-2026-000001"));
    assert_eq!(site.get("/dossiers/nothing/x/file.zip").await.status, StatusCode::NOT_FOUND);
}
