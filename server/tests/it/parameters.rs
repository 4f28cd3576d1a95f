//! No dead parameter, the server's part: a story is lived through by the rules as they
//! are, and once more with each parameter moved; each must leave its trace. What the
//! rules decide by themselves is moved in `policies/tests/no_hidden_parameter.rs`.

use super::doors::called;
use super::site::TestSite;
use app::api::desk::{
    CallDesk, ChannelDesk, DossierDesk, DrawDesk, EmergencyDesk, LawDesk, MissionDesk, ReserveDesk,
};
use app::api::{
    AcceptForm, AnswerForm, CaseKind, ContractForm, OralForm, PlaceForm, ProgressForm, ReasonForm,
    ReportForm, TeamForm,
};
use model::{DispatchId, EmergencyId, MembershipId, Minutes};
use policies::Law;
use serde_json::Value;
use server::law_book::LawBook;
use std::fmt::Write as _;

/// Rules that the server decides by, and no function of the rules' own crate.
const BY_THE_SERVER: &[&str] = &[
    "channel.decide",
    "channel.item",
    "channel.opinion",
    "channel.term",
    "clock.call_second",
    "clock.call_voice",
    "clock.oral_order",
    "clock.publish.statutory",
    "clock.reveal",
    "clock.settle",
    "determine.department_limit",
    "determine.leader_limit",
    "dossier.kept",
    "privacy.message_days",
    "privacy.reporter_months",
    "reserve.",
    "score.",
];

const DAY: u32 = 24 * 60;

fn key<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().expect("a key")
}

fn report(id: &str, urgency: &str) -> ReportForm {
    ReportForm {
        id: id.into(),
        title: "临溪乡省道又断".into(),
        kind: "traffic".into(),
        urgency: urgency.into(),
        district: "chaotian".into(),
        address: "临溪乡 S205 K31+900".into(),
        lon: "106.0117".into(),
        lat: "32.5595".into(),
        name: "匿名甲".into(),
        phone: "13900001234".into(),
        ..ReportForm::default()
    }
}

fn reason(text: &str) -> ReasonForm {
    ReasonForm { reason: text.into() }
}

/// What can be seen of a story by these rules.
async fn story(law: Law) -> String {
    let site = TestSite::demo().await;
    let desk = &site.site;
    desk.law.put(law).expect("the rules");
    let (duty, lead) = (site.visitor("duty"), site.visitor("jiaotong-lead"));
    let mut said = String::new();
    macro_rules! say {
        ($($text:tt)*) => { writeln!(said, $($text)*).expect("text") };
    }

    // A team far from home reports where it is, and is listed by that for a while.
    let away = TeamForm {
        availability: "ready".into(),
        lon: "105.99".into(),
        lat: "32.55".into(),
        ..TeamForm::default()
    };
    desk.report_team(&duty, &key("t-01-1"), away).await.expect("reported");
    site.clock.advance(Minutes(20));
    let case: EmergencyId = key("xq-demo-1");
    let slate = desk.slate(&duty, &case, true).await.expect("a slate");
    for team in slate.fit.iter().chain(&slate.out) {
        let (minutes, merit, calls) = (team.minutes.0, &team.merit, team.recent_calls);
        say!("{} {minutes} {merit} {calls} {} {:?}", team.team, team.origin, team.bars);
    }
    desk.report(&duty, report("xq-near", "critical")).await.expect("reported");
    let page = EmergencyDesk::page(desk, &lead, &case).await.expect("a page");
    say!("{} nearby; {}", page.nearby.len(), page.authority_hint);
    let far = ReportForm { lon: "106.0300".into(), ..report("xq-far", "urgent") };
    desk.report(&duty, far).await.expect("reported");
    site.clock.advance(Minutes(60));
    desk.report(&duty, report("xq-late", "urgent")).await.expect("reported");
    for id in ["xq-near", "xq-far", "xq-late"] {
        let page = EmergencyDesk::page(desk, &duty, &key(id)).await.expect("a page");
        say!("{} nearby", page.nearby.len());
    }

    // An oral order waits for its confirmation.
    let near: EmergencyId = key("xq-near");
    let accept = AcceptForm { urgency: "critical".into(), ..AcceptForm::default() };
    desk.accept(&duty, &near, accept).await.expect("accepted");
    let order = OralForm {
        commander: "王志远".into(),
        channel: "0839-3260000".into(),
        given: "2026-07-18T08:10".into(),
        words: "立即抢通。".into(),
    };
    desk.oral_order(&duty, &near, order).await.expect("recorded");
    say!(
        "{:?}",
        desk.read()
            .emergencies
            .get("xq-near")
            .and_then(|e| e.oral_order.as_ref().map(|o| o.confirm_by))
    );

    // A team is called, a draw is open, the team goes and finishes.
    let told = called(&site).await;
    {
        let mirror = desk.read();
        // Their keys are drawn, so their order is chance.
        let line = |n: &server::store::Kept<server::records::Notice>| {
            format!("{:?} {:?}", n.channel, n.state)
        };
        let mut notices: Vec<String> = mirror.notices.iter().map(line).collect();
        notices.sort();
        say!("{notices:?}");
    }
    let draw = key(&told.draw);
    desk.commit(&duty, &draw, "").await.expect("committed");
    desk.commit(&site.visitor("supervisor"), &draw, "").await.expect("committed");
    let page = DrawDesk::page(desk, &duty, &draw).await.expect("a draw");
    say!("{:?}", page.reveal_by);
    let call: DispatchId = key(&told.call);
    let firm = site.visitor(&told.firm);
    let yes = AnswerForm { answer: "accept".into(), ..AnswerForm::default() };
    desk.answer(&firm, &call, yes).await.expect("answered");
    for act in ["depart", "arrive", "finish"] {
        let form = ProgressForm {
            act: act.into(),
            note: "按要求完成。".into(),
            lon: "106.0117".into(),
            lat: "32.5591".into(),
            ..ProgressForm::default()
        };
        desk.progress(&firm, &call, form).await.expect("progress");
    }
    let contract = ContractForm {
        signed: "2026-07-18".into(),
        pricing: model::Pricing::ALL[0].key().into(),
        sum: "40".into(),
        days: "10".into(),
    };
    desk.contract(&duty, &call, contract).await.expect("a contract");
    let department = site.visitor("jiaotong");
    desk.inspect(&department, &call, true, reason("符合要求")).await.expect("accepted");
    let page = MissionDesk::call(desk, &duty, &call).await.expect("a page");
    say!("{:?} {:?}", page.call.clock.map(|c| c.due), page.score_items);
    for publication in desk.read().publications.iter().filter(|p| p.dispatch == call) {
        say!("{:?}", publication.statutory_due);
    }
    say!("{:?}", desk.uses().await.expect("uses"));

    // A firm is published, listed, and told that it is to go.
    let place: MembershipId = key("m-29-1");
    let decide = |act: &str| PlaceForm {
        act: act.into(),
        reason: "材料齐全".into(),
        ..PlaceForm::default()
    };
    let stage = || format!("{:?}", desk.read().memberships.get("m-29-1").map(|m| m.stage.clone()));
    let trade =
        desk.read().memberships.get("m-29-1").map(|m| m.category.industry).expect("a place");
    let reviewer = {
        let mirror = desk.read();
        let of = |a: &&server::store::Kept<server::people::Account>| {
            a.role == model::Role::Department
                && mirror.orgs.get(a.org.as_str()).is_some_and(|o| o.industries.contains(&trade))
        };
        mirror.accounts.iter().find(of).map(|a| a.login.clone()).expect("a department")
    };
    let reviewer = site.visitor(&reviewer);
    desk.decide(&reviewer, &place, decide("publish")).await.expect("published");
    say!("{}", stage());
    site.clock.advance(Minutes(12 * DAY));
    desk.do_due().await;
    say!("{}", stage());
    desk.decide(&reviewer, &place, decide("notice")).await.expect("noticed");
    say!("{}", stage());

    // The green channel: the last days that it takes, its clocks, how long files are kept.
    let owner = site.visitor("owner");
    let first = desk.now().day();
    for (ends, by) in [(180, 5), (181, 5), (10, 30), (10, 31)] {
        let mut form = super::channel::form();
        form.ends = first.plus(ends).to_string();
        for paper in ["land", "budget"] {
            form.papers.get_mut(paper).expect("a paper").by = first.plus(by).to_string();
        }
        say!("{}", desk.save_channel(&owner, None, form).await.is_ok());
    }
    let channel = desk.read().channel_numbers.values().next().cloned().expect("a channel");
    let page = ChannelDesk::channel(desk, &owner, &channel).await.expect("a page");
    say!("{:?}", page.clocks.iter().map(|c| c.due).collect::<Vec<_>>());
    let file = desk.dossier(&owner, CaseKind::Channel, channel.as_str()).await.expect("a file");
    say!("{}", file.kept);

    // What is over goes.
    let end = reason("与前一件相同");
    desk.end(&duty, &key("xq-far"), "dismiss", end).await.expect("dismissed");
    let today = site.site.now().day();
    let rule = |key: &str| {
        let value = Law::shipped().figure(key, today).expect("in force").value;
        u32::try_from(value).expect("small")
    };
    let days = rule("privacy.message_days");
    let later = today.plus_months(rule("privacy.reporter_months")).plus(1);
    let all = u32::try_from(today.days_until(later)).expect("later");
    for (from, to) in [(0, days - 13), (days - 13, days + 1), (days + 1, all - 1), (all - 1, all)] {
        site.clock.advance(Minutes((to - from) * DAY));
        desk.do_due().await;
        let mirror = desk.read();
        let kept = mirror.emergencies.get("xq-far").and_then(|e| e.report.reporter.name.clone());
        let name = kept.map(|name| mirror.reveal(&name).to_owned());
        say!("{} messages, {name:?}", mirror.notices.len());
    }
    said
}

/// The rules with one value moved, where that is still sound.
fn moved(rule: &str, to: impl Fn(i64) -> i64) -> Option<Law> {
    let text = Law::shipped().to_json().expect("JSON");
    let mut whole: Value = serde_json::from_str(&text).expect("JSON");
    let files = whole["files"].as_array_mut().expect("files");
    let rules = files.iter_mut().flat_map(|f| f["rule"].as_array_mut().into_iter().flatten());
    for found in rules.filter(|r| r["id"] == rule) {
        for value in found["value"].as_array_mut().into_iter().flatten() {
            let next = to(value["value"].as_i64().expect("a number"));
            value["value"] = next.into();
        }
    }
    Law::from_json(&whole.to_string()).ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_parameter_of_the_server_decides_something() {
    let before = story(Law::shipped().clone()).await;
    assert_eq!(story(Law::shipped().clone()).await, before, "the story tells itself differently");
    let mut idle = Vec::new();
    let rules = Law::shipped().rules().map(|r| r.id.clone());
    for rule in rules.filter(|id| BY_THE_SERVER.iter().any(|known| id.starts_with(known))) {
        let moves: [fn(i64) -> i64; 4] = [|v| v + 1, |_| 0, |v| v * 2, |_| 100_000];
        let mut decides = false;
        for to in moves {
            let Some(law) = moved(&rule, to) else { continue };
            // A story that can't be lived through by such rules differs, too.
            let after = tokio::spawn(story(law)).await;
            if !after.is_ok_and(|after| after == before) {
                decides = true;
                break;
            }
        }
        if !decides {
            idle.push(rule);
        }
    }
    assert!(idle.is_empty(), "nothing depends on {idle:?}");
}

/// The book is what the story is told by.
#[test]
fn a_book_holds_what_was_put_in() {
    let book = LawBook::shipped().expect("the rules");
    let before = book.now().hash();
    book.put(moved("reserve.few", |v| v + 1).expect("sound")).expect("the rules");
    assert_ne!(book.now().hash(), before);
}
