//! Every operation tried as every role, at the door that a browser uses. The golden
//! page shows who gets in; what is not `open` answered 401 or 403.

use super::site::TestSite;
use app::api::desk::{CallDesk, DrawDesk, EmergencyDesk};
use app::api::{AcceptForm, CallForm, DetermineForm, VerifyForm};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;
use model::EmergencyId;
use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs};

/// One account of each role; the county's is of another district than the case, and
/// the contractor is the one whose team was called.
const WHO: &[(&str, &str)] = &[
    ("public", ""),
    ("admin", "admin"),
    ("duty", "duty"),
    ("commander", "commander"),
    ("department", "jiaotong"),
    ("determiner", "jiaotong-lead"),
    ("centre", "centre"),
    ("owner", "owner"),
    ("contractor", "firm"),
    ("supervisor", "supervisor"),
    ("county", "qingchuan"),
];

/// What the operations are tried on.
pub struct Story {
    pub call: String,
    pub team: String,
    pub firm: String,
    pub draw: String,
}

/// Brings the first demonstration case so far that a team is called and a draw is
/// open.
pub async fn called(site: &TestSite) -> Story {
    let id: EmergencyId = "xq-demo-1".parse().expect("a key");
    let desk = &site.site;
    let form = AcceptForm { urgency: "urgent".into(), ..AcceptForm::default() };
    desk.accept(&site.visitor("duty"), &id, form).await.expect("accepted");
    let form = VerifyForm {
        on_site: "2026-07-18T06:55".into(),
        second: "冯刚".into(),
        findings: "路基缺口约四十米。".into(),
        scope: "K31+180 至 K31+220".into(),
        ..VerifyForm::default()
    };
    desk.verify(&site.visitor("jiaotong"), &id, form).await.expect("verified");
    let yes = ["cause", "immediate", "scope"].map(|q| (q.to_owned(), "yes".to_owned()));
    let form = DetermineForm {
        yes: BTreeMap::from(yes),
        authority: "市交通运输局".into(),
        document: "广交应急〔2026〕1号".into(),
        why: "省道中断，须当日抢通。".into(),
        scope: "K31+180 至 K31+220".into(),
        ceiling: "80".into(),
        finish: "2026-07-28".into(),
        ..DetermineForm::default()
    };
    desk.determine(&site.visitor("jiaotong-lead"), &id, true, form).await.expect("determined");
    let duty = site.visitor("duty");
    let slate = desk.slate(&duty, &id, false).await.expect("a slate");
    let form = CallForm {
        id: "xd-1".into(),
        team: slate.fit.first().expect("somebody may go").team.to_string(),
        commander: "王志远".into(),
        reason: "须就近处置。".into(),
        ..CallForm::default()
    };
    desk.call(&duty, &id, form).await.expect("called");
    let draw = DrawDesk::open(desk, &duty, &id, "xd-2", true).await.expect("a draw");
    let mirror = desk.read();
    let call = mirror.dispatches.iter().find(|d| d.emergency == id).expect("a call");
    Story {
        call: call.id.to_string(),
        team: call.team.to_string(),
        firm: call.contractor.as_str().replace('-', ""),
        draw: draw.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_as_every_role() {
    let mut site = TestSite::demo().await;
    let Story { call, team, firm, draw } = called(&site).await;
    let plan = super::plans::published(&site).await;
    let notice = super::plans::noticed(&site, &plan).await;
    let paths: BTreeSet<&str> = server_fn_paths().map(|(path, _)| path).collect();
    let mut rows: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, login) in WHO {
        let login = if *login == "firm" { &firm } else { *login };
        for path in &paths {
            // Signing in and out would end the round.
            if ["/api/people/sign-in", "/api/people/sign-out"].contains(path) {
                continue;
            }
            if !login.is_empty() {
                site.sign_in(login).await;
            }
            let id = match path.split('/').nth(2) {
                Some("emergency") => "xq-demo-1",
                Some("draw") if *path != "/api/draw/open" => &draw,
                Some("mission") if *path == "/api/mission/team" => &team,
                Some("mission") => &call,
                Some("call") if !["/api/call/slate", "/api/call/nearest"].contains(path) => &call,
                Some("plan") => plan.as_str(),
                Some("notice") => notice.as_str(),
                Some("reserve") if path.ends_with("revision") => "firm-29",
                Some("reserve") => "m-29-1",
                _ => "xq-demo-1",
            };
            let kind = if path.starts_with("/api/dossier/") { "emergency" } else { "plans" };
            // No form is filled in well enough to change anything.
            let fields = format!(
                "token={}&id={id}&into=xq-demo-2&act=close&granted=yes&pass=yes&widen=false\
                 &open_only=true&all=true&subject=&category=&district=&draw=xd-9&link=x\
                 &ask[subject]=&public=yes&back=/&accept=yes\
                 &kind={kind}&key=xq-demo-1&batch=pc-door&form[sheet]=df-door&form[act]=publish&form[id]=xq-door",
                site.token()
            );
            let request = Request::post(*path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin");
            let status = site.send_script(request, Body::from(fields)).await.status;
            let closed = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status);
            assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{path} as {login}");
            rows.entry(path).or_default().push(if closed { "·" } else { "open" });
        }
    }
    let mut page = String::from("# who gets past the door; · answered 401 or 403\n");
    page += &format!("{:<32}", "");
    for (role, _) in WHO {
        page += &format!("{role:<12}");
    }
    page = page.trim_end().to_owned() + "\n";
    for (path, cells) in rows {
        let mut line = format!("{path:<32}");
        for cell in cells {
            line += &format!("{cell:<12}");
        }
        page += &(line.trim_end().to_owned() + "\n");
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/doors.txt");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(golden, &page).expect("the golden file can be written");
    }
    let reviewed = fs::read_to_string(golden).unwrap_or_default();
    assert_eq!(page, reviewed, "run again with UPDATE_GOLDEN=1 and review the difference");
}
