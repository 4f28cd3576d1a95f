//! What the treasury says that it has paid for contracts: bills that are paid by it once,
//! whatever breaks in between, and what is left to people.

use super::adapters::{Break, StandIn, served};
use super::contracts::{FIRM, act, bill, billed};
use super::site::TestSite;
use app::api::desk::ContractDesk as _;
use app::api::{ContractActForm, ContractsAsk, TreasuryView};
use async_trait::async_trait;
use model::{ContractId, Errand};
use policies::contract::{BillPaid, Contract};
use serde_json::{Value, json};
use server::adapters::feed::{Feed, FeedFault, Page, Polled, Refused};
use server::adapters::treasury::{HttpTreasury, Treasury};
use server::site::Site;
use server::store::{Entry, Kept};
use std::sync::{Arc, Mutex};

fn contract(site: &Site, id: &ContractId) -> Kept<Contract> {
    site.read().contracts.get(id.as_str()).expect("a contract").clone()
}

/// Under which serials the bills of a contract are paid.
fn paid(site: &Site, id: &ContractId) -> Vec<Option<String>> {
    contract(site, id).bills.iter().map(|b| b.paid.as_ref().map(|p| p.serial.clone())).collect()
}

fn feed(site: &Site) -> Kept<Feed> {
    site.read().feeds.get("treasury").expect("a feed").clone()
}

/// What was written down of the treasury, the newest first.
fn acts(site: &Site) -> Vec<Arc<Entry>> {
    let of_treasury = |entry: &&Arc<Entry>| entry.errand == Errand::TreasuryRead;
    site.read().recent().filter(of_treasury).cloned().collect()
}

fn payment(serial: &str, contract: &str, bill: Option<u32>, yuan: &str) -> Value {
    json!({
        "serial": serial,
        "contract": contract,
        "bill": bill,
        "payee": FIRM,
        "amount": yuan,
        "paid": "2026-07-18",
    })
}

async fn treasury(items: Vec<Value>) -> (Arc<Mutex<StandIn>>, HttpTreasury) {
    let (stand_in, address) = served(items).await;
    (stand_in, HttpTreasury::new(address, "secret".into()).expect("a client"))
}

async fn poll(site: &Site, treasury: &dyn Treasury) -> Polled {
    site.poll_treasury(treasury).await.expect("written")
}

/// A person enters what was paid for a bill.
async fn by_hand(test: &TestSite, id: &ContractId, n: u32, serial: &str) {
    let form = ContractActForm {
        act: "pay".into(),
        n: n.to_string(),
        day: "2026-07-18".into(),
        serial: serial.into(),
        ..ContractActForm::default()
    };
    act(test, "owner", id, form).await.expect("entered");
}

async fn shown(test: &TestSite, who: &str) -> Option<TreasuryView> {
    let page = test.site.contracts(&test.visitor(who), ContractsAsk::default()).await;
    page.expect("a page").treasury
}

/// Says the same whatever it is asked.
struct Again(Page);

#[async_trait]
impl Treasury for Again {
    async fn paid(&self, _: &str, _: usize) -> Result<Page, FeedFault> {
        Ok(self.0.clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_is_marked_once() {
    let test = TestSite::demo().await;
    let site = &test.site;
    let id = billed(&test, 1, &["30", "50"]).await;
    let number = contract(site, &id).number.clone();
    let first = payment("GK-1", &number, None, "300000.00");
    let (held, treasury) = treasury(vec![first.clone()]).await;
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    let day = "2026-07-18".parse().expect("a day");
    let by_treasury = BillPaid { day, serial: "GK-1".into(), known: site.now(), by: None };
    let after = contract(site, &id);
    assert_eq!((&after.bills[0].paid, &after.bills[1].paid), (&Some(by_treasury), &None));
    assert_eq!(acts(site)[0].note.as_deref(), Some("接收国库支付 1 笔，未能对上 0 笔"));

    // Somebody was faster with the second; the first comes again.
    by_hand(&test, &id, 2, "GK-2").await;
    let before = contract(site, &id);
    let second = payment("GK-2", &number, None, "500000");
    held.lock().expect("it").items.extend([first.clone(), second]);
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    assert_eq!(contract(site, &id).version, before.version);
    assert_eq!((feed(site).cursor.as_str(), feed(site).refused.len()), ("3", 0));

    // No news is no act, nor is the last page once more.
    let head = site.read().head.seq;
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    let again = Again(Page { items: vec![first], next: "3".into(), more: true });
    assert_eq!(poll(site, &again).await, Polled::Done);
    assert_eq!(site.read().head.seq, head);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_answers_to_nothing_is_kept_aside_and_holds_nothing_up() {
    let test = TestSite::demo().await;
    let site = &test.site;
    let one = billed(&test, 1, &["30", "50", "20"]).await;
    let two = billed(&test, 2, &["30"]).await;
    let number = |id: &ContractId| contract(site, id).number.clone();
    assert_eq!(shown(&test, "centre").await, None, "no treasury");
    let (_, treasury) = treasury(vec![
        payment("GK-1", &number(&one), None, "300000"),
        payment("GK-2", &number(&one), None, "999999.99"),
        payment("GK-3", &number(&one), Some(2), "400000"),
        payment("GK-4", "HT-2026-999999", None, "300000"),
        json!("x"),
        payment("GK-5", &number(&one), Some(3), "200000"),
        payment("GK-6", &number(&two), None, "300000"),
    ])
    .await;
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    let some = |serial: &str| Some(serial.to_owned());
    assert_eq!(paid(site, &one), [some("GK-1"), None, some("GK-5")]);
    assert_eq!(paid(site, &two), [some("GK-6")]);
    // One act for all of it.
    let acts = acts(site);
    assert_eq!(acts.len(), 1);
    assert_eq!(acts[0].note.as_deref(), Some("接收国库支付 3 笔，未能对上 4 笔"));
    assert_eq!(acts[0].changes.len(), 3, "two contracts and the feed");
    let kept = feed(site);
    let kept: Vec<(&str, &str)> =
        kept.refused.iter().take(3).map(|odd| (odd.name.as_str(), odd.why.as_str())).collect();
    assert_eq!(
        kept,
        [
            ("GK-2", "没有金额为 999,999.99 元的未付应付款"),
            ("GK-3", "支付 400,000.00 元，应付款 2 为 500,000.00 元"),
            ("GK-4", "台账没有合同 HT-2026-999999"),
        ]
    );

    // The trading centre sees it; an owner would see what others are paid.
    let view = shown(&test, "centre").await.expect("a treasury");
    let serials: Vec<&str> = view.odd.iter().map(|odd| odd.serial.as_str()).collect();
    assert_eq!(serials, ["GK-2", "GK-3", "GK-4", "?"]);
    assert_eq!((view.at, view.failing), (Some(site.now()), None));
    assert_eq!(shown(&test, "owner").await, None);
    by_hand(&test, &one, 2, "GK-3").await;
    let view = shown(&test, "centre").await.expect("a treasury");
    let stands: Vec<bool> = view.odd.iter().map(|odd| odd.stands.is_some()).collect();
    assert_eq!(stands, [false, true, false, false]);
    let number = number(&one);
    assert_eq!(view.odd[1].stands, Some((one, number, 2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_said_once_and_asked_again_from_where_it_was() {
    let test = TestSite::demo().await;
    let site = &test.site;
    let id = billed(&test, 1, &["30"]).await;
    let number = contract(site, &id).number.clone();
    let (held, treasury) = treasury(vec![payment("GK-1", &number, Some(1), "300000")]).await;
    held.lock().expect("it").breaks = vec![Break::Down, Break::Down];
    let since = site.now();
    assert_eq!(poll(site, &treasury).await, Polled::Failed);
    test.clock.advance_ms(60_000);
    assert_eq!(poll(site, &treasury).await, Polled::Failed);
    assert_eq!(acts(site).len(), 1, "said once");
    let failing = Some((since, "对方答复 502".to_owned()));
    assert_eq!((feed(site).cursor.as_str(), &feed(site).failing), ("", &failing));
    let view = shown(&test, "centre").await.expect("a treasury");
    assert_eq!((view.at, view.failing), (None, failing));
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    assert_eq!(held.lock().expect("it").asked, ["", "", ""]);
    assert_eq!(paid(site, &id), [Some("GK-1".to_owned())]);
    assert_eq!((feed(site).cursor.as_str(), &feed(site).failing), ("1", &None));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_goes_on_from_the_cursor() {
    let test = TestSite::demo().await;
    let id = billed(&test, 1, &["30", "50"]).await;
    let number = contract(&test.site, &id).number.clone();
    let (held, treasury) = treasury(vec![
        payment("GK-1", &number, None, "300000"),
        payment("GK-2", &number, None, "500000"),
    ])
    .await;
    held.lock().expect("it").page = 1;
    assert_eq!(poll(&test.site, &treasury).await, Polled::More);
    let store = test.site.store.beside().await.expect("another program");
    let later = Site { store, ..test.site.clone() };
    assert_eq!(poll(&later, &treasury).await, Polled::Done);
    assert_eq!(held.lock().expect("it").asked, ["", "1"]);
    assert_eq!(paid(&later, &id), [Some("GK-1".to_owned()), Some("GK-2".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_too_soon_is_marked_once_its_bill_stands() {
    let test = TestSite::demo().await;
    let site = &test.site;
    let one = billed(&test, 1, &["30"]).await;
    let number = contract(site, &one).number.clone();
    let several = payment("GK-9", &number, None, "200000");
    let soon = payment("GK-2", &number, None, "500000");
    let (held, treasury) = treasury(vec![soon.clone(), several, json!("x")]).await;
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    let waiting = |site: &Site| -> Vec<String> {
        let waits = |odd: &&Refused| odd.item.is_some();
        feed(site).refused.iter().filter(waits).map(|odd| odd.name.clone()).collect()
    };
    assert_eq!(waiting(site), ["GK-2", "GK-9"], "not what can't be read");
    let view = shown(&test, "centre").await.expect("a treasury");
    let waits: Vec<bool> = view.odd.iter().map(|odd| odd.waits).collect();
    assert_eq!(waits, [true, true, false]);

    // Nothing new is no act, however often it is tried; nor that it comes once more.
    let head = site.read().head.seq;
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    let again = Again(Page { items: vec![soon], next: "3".into(), more: false });
    assert_eq!(poll(site, &again).await, Polled::Done);
    assert_eq!((site.read().head.seq, waiting(site).len()), (head, 2));

    // The owner was late with the bills. Of two alike nobody knows which was paid.
    for wan in ["50", "20", "20"] {
        bill(&test, &one, wan).await;
    }
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    let some = |serial: &str| Some(serial.to_owned());
    assert_eq!(paid(site, &one), [None, some("GK-2"), None, None]);
    assert_eq!(acts(site)[0].note.as_deref(), Some("接收国库支付 1 笔，未能对上 1 笔"));
    let kept = feed(site);
    let words = "应付款 3、4 都是 200,000.00 元，须注明是哪一笔";
    let of_two = Refused { name: "GK-9".into(), why: words.into(), item: None };
    assert_eq!(kept.refused[0], of_two);
    assert_eq!(kept.refused.len(), 2, "GK-2 is not among them any more: {:?}", kept.refused);
    // A person has to say which; that one of the two is paid otherwise decides nothing.
    assert_eq!(waiting(site), [""; 0]);
    by_hand(&test, &one, 3, "GK-7").await;
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    assert_eq!(paid(site, &one)[3], None);
    assert_eq!(held.lock().expect("it").asked.last().map(String::as_str), Some("3"));
}

/// Equal instalments: the second is paid before its bill is entered, and its payment fits the
/// first, which is paid. One that names that bill does not wait.
#[tokio::test(flavor = "multi_thread")]
async fn of_equal_instalments_the_next_waits_for_its_bill() {
    let test = TestSite::demo().await;
    let site = &test.site;
    let id = billed(&test, 1, &["30"]).await;
    let number = contract(site, &id).number.clone();
    let (_, treasury) = treasury(vec![
        payment("GK-1", &number, None, "300000"),
        payment("GK-2", &number, None, "300000"),
        payment("GK-3", &number, Some(1), "300000"),
    ])
    .await;
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    let kept = feed(site);
    let kept: Vec<(&str, &str, bool)> = kept
        .refused
        .iter()
        .map(|odd| (odd.name.as_str(), odd.why.as_str(), odd.item.is_some()))
        .collect();
    let words = "应付款 1 已按流水号 GK-1 支付";
    assert_eq!(kept, [("GK-2", words, true), ("GK-3", words, false)]);
    bill(&test, &id, "30").await;
    assert_eq!(poll(site, &treasury).await, Polled::Done);
    let some = |serial: &str| Some(serial.to_owned());
    assert_eq!(paid(site, &id), [some("GK-1"), some("GK-2")]);
    assert_eq!(feed(site).refused.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_survives_the_program_and_a_day_to_come() {
    let test = TestSite::demo().await;
    let id = billed(&test, 1, &["30"]).await;
    let number = contract(&test.site, &id).number.clone();
    let mut tomorrow = payment("GK-1", &number, Some(1), "300000");
    tomorrow["paid"] = json!("2026-07-19");
    let (_, treasury) = treasury(vec![tomorrow]).await;
    assert_eq!(poll(&test.site, &treasury).await, Polled::Done);
    assert_eq!(paid(&test.site, &id), [None]);
    test.clock.advance_ms(86_400_000);
    let store = test.site.store.beside().await.expect("another program");
    let later = Site { store, ..test.site.clone() };
    assert_eq!(poll(&later, &treasury).await, Polled::Done);
    assert_eq!(paid(&later, &id), [Some("GK-1".to_owned())]);
    assert_eq!(feed(&later).refused, []);
}
