//! Gaps in what bonds are covered by: told once each time that one comes near, begins or is none
//! any more, and listed for those who may know of them.

use super::bonds::{entered, verify};
use super::contracts::{act, bond, bond_act, deal, on_bond, paper, require, words};
use super::site::TestSite;
use app::api::desk::{BondDesk, ContractDesk};
use app::api::{AlarmList, BondActForm, ContractActForm, Refused, TenderActForm, Visitor};
use model::{BondId, BondKind, ContractId, Errand, Moment};
use policies::bond::Warned;
use policies::contract::ContractForm;
use server::site::Site;
use std::sync::Arc;

/// A contract until the end of September, of a firm with an account, whose performance bond
/// nothing was given for.
async fn asked(site: &TestSite) -> (ContractId, BondId) {
    let (firm, uscc) = {
        let mirror = site.site.read();
        let org = mirror.orgs.get("firm-01").expect("a firm");
        (org.name.clone(), org.uscc.as_ref().expect("a code").to_string())
    };
    let form = ContractForm { firm, uscc, ..deal() };
    let id = site.site.save_contract(&site.visitor("owner"), form).await.expect("entered");
    act(site, "owner", &id, require("performance", "60", "2026-07-18")).await.expect("asked");
    (id, bond(site, BondKind::Performance).id)
}

/// A guarantee until the end of October is given for it, and verified.
async fn give(site: &TestSite, id: &BondId) {
    let owner = site.visitor("owner");
    let given = paper("60", "2026-07-18", "2026-10-31", &owner.org_name);
    site.site.give(&owner, id, given).await.expect("given");
    on_bond(site, "centre", id, bond_act("verify", 1)).await.expect("looked at");
}

async fn guaranteed(site: &TestSite) -> (ContractId, BondId) {
    let (contract, id) = asked(site).await;
    give(site, &id).await;
    (contract, id)
}

/// What was told so far, the oldest first.
fn told(site: &Site) -> Vec<String> {
    let mirror = site.read();
    let warned = mirror.recent().filter(|entry| entry.errand == Errand::BondWarn);
    let mut notes: Vec<String> = warned.filter_map(|entry| entry.note.clone()).collect();
    notes.reverse();
    notes
}

/// What was told up to that moment, when somebody looks then.
async fn at(site: &TestSite, moment: &str) -> Vec<String> {
    let moment: Moment = moment.parse().expect("a moment");
    site.clock.advance_ms(site.site.now().ms_until(moment));
    assert!(site.site.do_due().await);
    told(&site.site)
}

async fn list(site: &TestSite, by: &Visitor) -> AlarmList {
    site.site.bonds(by, Refused::default(), Refused::default()).await.expect("a page").alarms
}

#[tokio::test(flavor = "multi_thread")]
async fn each_time_before_a_guarantee_ends_is_told_once() {
    let site = TestSite::demo().await;
    let (_, id) = guaranteed(&site).await;
    assert_eq!(at(&site, "2026-08-31T23:50:00+08:00").await, Vec::<String>::new());
    let far = at(&site, "2026-09-01T00:00:00+08:00").await;
    assert_eq!(far.len(), 1, "{far:?}");
    assert!(far[0].contains("2026-11-01 起将缺少担保") && far[0].contains("60 天"), "{far:?}");
    // Neither again, nor by a program that has just begun, nor by another one beside it.
    assert_eq!(at(&site, "2026-09-01T07:00:00+08:00").await.len(), 1);
    let beside = Site {
        store: site.site.store.beside().await.expect("a second store"),
        dues: Arc::default(),
        ..site.site.clone()
    };
    let stands = |site: &Site| site.read().bonds.get(id.as_str()).expect("it").warned.clone();
    let head = site.site.read().head.seq;
    assert!(beside.do_due().await);
    assert_eq!((beside.read().head.seq, stands(&beside).len()), (head, 1));
    assert_eq!(at(&site, "2026-09-30T23:59:00+08:00").await.len(), 1);
    let near = at(&site, "2026-10-01T00:00:00+08:00").await;
    assert!(near.len() == 2 && near[1].contains("30 天"), "{near:?}");
    // The other one has not heard of that yet, and loses.
    beside.do_due().await;
    beside.store.catch_up().await.expect("caught up");
    assert_eq!((told(&beside).as_slice(), stands(&beside)), (&near[1..], stands(&site.site)));
    assert_eq!(at(&site, "2026-10-23T12:00:00+08:00").await.len(), 2);
    let last = at(&site, "2026-10-24T00:00:00+08:00").await;
    assert!(last.len() == 3 && last[2].contains("7 天"), "{last:?}");
    assert_eq!(at(&site, "2026-10-31T23:00:00+08:00").await.len(), 3);
    let there = at(&site, "2026-11-01T00:00:00+08:00").await;
    assert!(there.len() == 4 && there[3].contains("2026-11-01 起缺少担保"), "{there:?}");
    assert_eq!(at(&site, "2026-12-24T12:00:00+08:00").await.len(), 4);
    let warned = stands(&site.site);
    assert_eq!((warned.len(), warned[0].warned), (1, Warned::Now));
    let mirror = site.site.read();
    let entry = mirror.recent().find(|entry| entry.errand == Errand::BondWarn).expect("an entry");
    assert!(entry.rules.iter().any(|rule| rule.starts_with("law:")), "{:?}", entry.rules);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sleep_the_nearest_is_told_and_after_an_extension_nothing() {
    let site = TestSite::demo().await;
    let (_, id) = guaranteed(&site).await;
    let slept = at(&site, "2026-10-26T07:00:00+08:00").await;
    assert!(slept.len() == 1 && slept[0].contains("7 天"), "{slept:?}");
    let longer = BondActForm { day: "2027-01-31".into(), ..bond_act("extend", 1) };
    on_bond(&site, "owner", &id, longer).await.expect("extended");
    let over = at(&site, "2026-10-26T08:00:00+08:00").await;
    assert!(over.len() == 2 && over[1].contains("预警解除"), "{over:?}");
    assert_eq!(at(&site, "2026-11-01T00:00:00+08:00").await.len(), 2);
    assert_eq!(at(&site, "2026-12-01T12:00:00+08:00").await.len(), 2);
    // The gap after it is another one.
    let next = at(&site, "2026-12-02T00:00:00+08:00").await;
    assert!(next.len() == 3 && next[2].contains("2027-02-01 起将缺少担保"), "{next:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_before_the_work_does_and_what_was_never_given_are_told_in_the_next_night() {
    let site = TestSite::demo().await;
    let (contract, id) = asked(&site).await;
    assert_eq!(at(&site, "2026-07-18T23:00:00+08:00").await, Vec::<String>::new());
    let none = at(&site, "2026-07-19T00:00:00+08:00").await;
    assert!(none.len() == 1 && none[0].contains("2026-07-18 起缺少担保"), "{none:?}");
    give(&site, &id).await;
    let given = at(&site, "2026-07-19T09:00:00+08:00").await;
    assert!(given.len() == 2 && given[1].contains("预警解除"), "{given:?}");
    // The work takes longer than the guarantee.
    let longer = ContractActForm { ends: "2026-12-31".into(), ..words("change", "2026-07-19") };
    act(&site, "owner", &contract, longer).await.expect("changed");
    let early = at(&site, "2026-07-19T10:00:00+08:00").await;
    assert!(early.len() == 3 && early[2].contains("早于应担保的期限"), "{early:?}");
    assert_eq!(list(&site, &site.visitor("owner")).await.lines[0].alarm.warned, Warned::Early);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_and_a_firm_see_their_own_and_those_who_look_after_all_see_all() {
    let mut site = TestSite::demo().await;
    site.sign_in("duty").await;
    assert!(site.get("/desk/bonds").await.body.contains("没有担保缺口"));
    let (_, id) = guaranteed(&site).await;
    // What ends long after the work is to be done is no alarm.
    assert_eq!(list(&site, &site.visitor("duty")).await, AlarmList::default());
    at(&site, "2026-10-01T00:00:00+08:00").await;
    for login in ["owner", "centre", "duty", "supervisor", "jiaotong", "firm01"] {
        let found = list(&site, &site.visitor(login)).await;
        assert_eq!((found.all, found.lines.len()), (1, 1), "{login}");
        let line = &found.lines[0];
        assert_eq!((&line.bond, line.kind, line.within), (&id, BondKind::Performance, Some(30)));
        assert_eq!((line.alarm.warned, line.alarm.gap.until), (Warned::Near, None));
        assert!(line.told.is_some(), "{login}");
    }
    assert_eq!(list(&site, &site.visitor("firm02")).await.all, 0);
    let mut other = site.visitor("owner");
    other.actor.org = Some("yz-other".parse().expect("a key"));
    assert_eq!(list(&site, &other).await.all, 0);
    // The session of July is over.
    site.sign_in("duty").await;
    let page = site.get("/desk/bonds").await.body;
    let link = format!("/desk/bonds/one/{id}");
    assert!(page.contains("30 天内缺口") && page.contains(&link), "{page}");
}

/// Bid bonds nobody verified: told without a name, listed for the centre alone until the bids
/// are opened, and for nobody once the tender is over.
#[tokio::test(flavor = "multi_thread")]
async fn bid_bonds_are_listed_when_the_bids_are_opened_and_until_they_go_back() {
    let site = TestSite::demo().await;
    let notice = entered(&site).await;
    assert_eq!(at(&site, "2026-08-11T23:00:00+08:00").await, Vec::<String>::new());
    let seen = async |login: &str| list(&site, &site.visitor(login)).await.all;
    assert_eq!((seen("centre").await, seen("owner").await, seen("duty").await), (4, 0, 0));
    let opened = at(&site, "2026-08-12T07:00:00+08:00").await;
    assert_eq!(opened.len(), 4, "{opened:?}");
    assert!(!opened.iter().any(|note| note.contains("建设")), "{opened:?}");
    assert_eq!((seen("centre").await, seen("owner").await, seen("duty").await), (4, 4, 4));
    verify(&site, &notice, 0).await.expect("verified");
    assert_eq!(at(&site, "2026-08-12T08:00:00+08:00").await.len(), 5);
    let found = list(&site, &site.visitor("owner")).await;
    assert_eq!((found.all, found.lines[0].tender.as_ref()), (3, Some(&notice)));
    let end = TenderActForm {
        act: "end".into(),
        day: "2026-08-12".into(),
        reason: "规划调整，招标终止".into(),
        ..TenderActForm::default()
    };
    site.site.settle_tender(&site.visitor("centre"), &notice, end).await.expect("ended");
    assert_eq!(at(&site, "2026-08-12T09:00:00+08:00").await.len(), 8);
    assert_eq!(seen("owner").await, 0);
}
