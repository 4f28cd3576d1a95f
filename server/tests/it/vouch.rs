//! Guarantees are asked about at whoever issued them: what fits is verified by that, what does
//! not waits for a person, and an issuer that keeps silent has said nothing.

use super::channel::noticed;
use super::site::TestSite;
use app::api::desk::{BondDesk, ContractDesk};
use app::api::{BondActForm, ContractActForm, GiveForm};
use async_trait::async_trait;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use model::{BondId, BondKind, Day, Errand, Money};
use policies::bond::{BidBondForm, Bond, GivenForm, PieceState, Told, Validity};
use policies::contract::ContractForm;
use serde_json::{Value, json};
use server::issuer::{Ask, DemoIssuers, HttpIssuers, IssuerFault, Issuers};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::Notify;

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;
const FIRM: &str = "四川甲建设有限公司";
const CODE: &str = "91510802MA62500A9R";

/// What issuers say by number. Of what is not there, they say nothing.
#[derive(Default)]
struct StandIn {
    says: Mutex<BTreeMap<String, Option<Told>>>,
    asked: Mutex<usize>,
}

impl StandIn {
    fn say(&self, told: Told) {
        self.says.lock().expect("says").insert(told.number.clone(), Some(told));
    }

    fn asked(&self) -> usize {
        *self.asked.lock().expect("asked")
    }
}

#[async_trait]
impl Issuers for StandIn {
    async fn look_up(&self, ask: &Ask<'_>) -> Result<Option<Told>, IssuerFault> {
        *self.asked.lock().expect("asked") += 1;
        let said = self.says.lock().expect("says").get(ask.number).cloned();
        said.ok_or_else(|| IssuerFault("不通".into()))
    }
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn guarantee(number: &str, wan: &str, until: &str, beneficiary: &str) -> GivenForm {
    GivenForm {
        form: "bank".into(),
        amount: wan.into(),
        from: "2026-07-18".into(),
        until: until.into(),
        number: number.into(),
        issuer: "某银行广元分行".into(),
        beneficiary: beneficiary.into(),
        medium: "electronic".into(),
        fee: "600".into(),
        ..GivenForm::default()
    }
}

/// A contract's bond of 600,000 yuan, and a guarantee of as much that waits for somebody to look
/// at it.
async fn offered(site: &TestSite) -> BondId {
    let owner = site.visitor("owner");
    let deal = ContractForm {
        key: format!("ht-{:024x}", 1),
        title: "城区第二水厂取水管道更换施工".into(),
        firm: FIRM.into(),
        uscc: CODE.into(),
        size: "small".into(),
        credit: "c".into(),
        kind: "works".into(),
        government: "yes".into(),
        price: "1200".into(),
        signed: "2026-07-18".into(),
        ends: "2026-09-30".into(),
        account: "510501660836000077".into(),
        ..ContractForm::default()
    };
    let contract = site.site.save_contract(&owner, deal).await.expect("entered");
    let require = ContractActForm {
        act: "require".into(),
        kind: "performance".into(),
        amount: "60".into(),
        day: "2026-07-18".into(),
        ..ContractActForm::default()
    };
    site.site.act_on_contract(&owner, &contract, require).await.expect("asked");
    let (id, beneficiary) = {
        let mirror = site.site.read();
        let bond = mirror.bonds.iter().find(|bond| bond.kind == BondKind::Performance);
        let bond = bond.expect("a bond");
        (bond.id.clone(), bond.owner_name.clone())
    };
    let given = guarantee("BH-1", "60", "2026-10-31", &beneficiary);
    let give = GiveForm { gives: "yes".into(), given };
    site.site.give(&site.visitor("centre"), &id, give).await.expect("given");
    id
}

/// The same, with issuers that can be asked.
async fn with_issuers() -> (TestSite, Arc<StandIn>, BondId) {
    let mut site = TestSite::demo().await;
    let issuers = Arc::new(StandIn::default());
    site.site.issuers = issuers.clone();
    let id = offered(&site).await;
    (site, issuers, id)
}

/// Something that a person does with the guarantee.
async fn act(site: &TestSite, id: &BondId, act: &str, day: &str) {
    let form = BondActForm {
        act: act.into(),
        n: "1".into(),
        day: day.into(),
        words: "经查与开立机构答复相符".into(),
        ..BondActForm::default()
    };
    site.site.act_on_bond(&site.visitor("owner"), id, form).await.expect("done");
}

fn bond(site: &TestSite, id: &BondId) -> Bond {
    let mirror = site.site.read();
    (*mirror.bonds.get(id.as_str()).expect("a bond").value).clone()
}

/// What its issuer has to say for all to fit.
fn told(site: &TestSite, id: &BondId) -> Told {
    let bond = bond(site, id);
    Told::of(&bond, &bond.pieces[0]).expect("a guarantee")
}

/// What did not fit; none while nobody has answered.
fn differs(site: &TestSite, id: &BondId) -> Option<Vec<String>> {
    bond(site, id).pieces[0].checked.clone().map(|checked| checked.differs)
}

fn note(site: &TestSite) -> (Errand, String) {
    let mirror = site.site.read();
    let last = mirror.recent().next().expect("an act");
    (last.errand, last.note.clone().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_issuer_confirms_is_verified_and_covers() {
    let (site, issuers, id) = with_issuers().await;
    assert_eq!(bond(&site, &id).gaps()[0].from, day("2026-07-18"), "it covers nothing yet");
    issuers.say(told(&site, &id));
    assert!(site.site.vouch_due().await);
    let after = bond(&site, &id);
    let piece = &after.pieces[0];
    assert_eq!((piece.state, differs(&site, &id)), (PieceState::Held, Some(vec![])));
    assert_eq!(after.gaps()[0].from, day("2026-11-01"), "until it ends");
    let found = piece.verified.as_ref().expect("verified");
    assert_eq!((found.by.as_ref(), found.note.as_str()), (None, "开立机构接口核验一致"));
    let said = format!("{} 保函接口核验一致", after.number);
    assert_eq!(note(&site), (Errand::GuaranteeVouch, said));
    site.clock.advance_ms(DAY);
    assert!(site.site.vouch_due().await);
    assert_eq!(issuers.asked(), 1, "answered once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_in_the_other_unit_waits_for_a_person() {
    let (site, issuers, id) = with_issuers().await;
    let right = told(&site, &id);
    let amount = Money::from_fen(right.amount.fen() / 10_000);
    issuers.say(Told { amount, ..right });
    assert!(site.site.vouch_due().await);
    let after = bond(&site, &id);
    assert_eq!((after.pieces[0].state, &after.pieces[0].verified), (PieceState::Offered, &None));
    assert_eq!(after.gaps()[0].from, day("2026-07-18"), "it covers nothing");
    let said = "金额：登记 600,000.00 元，开立机构 60.00 元，可能把万元与元弄混";
    assert_eq!(differs(&site, &id), Some(vec![said.to_owned()]));
    assert_eq!(note(&site).1, format!("{} 保函接口核验有出入：1 处，由人核对", after.number));
    assert!(site.site.vouch_due().await);
    assert_eq!(issuers.asked(), 1, "answered is answered");
    act(&site, &id, "refuse", "").await;
    assert_eq!(bond(&site, &id).pieces[0].state, PieceState::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_says_nothing_and_is_asked_again() {
    let (site, issuers, id) = with_issuers().await;
    let head = site.site.read().head.seq;
    for _ in 0..2 {
        assert!(site.site.vouch_due().await);
        assert_eq!(issuers.asked(), 1, "not twice at once");
    }
    // After two minutes, then after four more.
    for (minutes, asked) in [(1, 1), (1, 2), (3, 2), (1, 3)] {
        site.clock.advance_ms(minutes * MINUTE);
        assert!(site.site.vouch_due().await);
        assert_eq!(issuers.asked(), asked);
    }
    assert_eq!(site.site.read().head.seq, head, "nothing was written");
    assert!(bond(&site, &id).pieces[0].is_unasked());
    // There is none of that number: a person has the last word all the same.
    issuers.says.lock().expect("says").insert("BH-1".into(), None);
    site.clock.advance_ms(8 * MINUTE);
    assert!(site.site.vouch_due().await);
    assert_eq!(differs(&site, &id), Some(vec!["无此保函".to_owned()]));
    assert_eq!(bond(&site, &id).pieces[0].state, PieceState::Offered);
    assert!(site.site.vouch_due().await);
    assert!(site.site.pauses.lock().expect("pauses").is_empty(), "what is answered waits no more");
    act(&site, &id, "verify", "").await;
    assert_eq!(bond(&site, &id).pieces[0].state, PieceState::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_time_is_asked_about_again() {
    let (site, issuers, id) = with_issuers().await;
    issuers.say(told(&site, &id));
    assert!(site.site.vouch_due().await);
    let found = bond(&site, &id).pieces[0].verified.clone();
    act(&site, &id, "extend", "2026-12-31").await;
    assert!(bond(&site, &id).pieces[0].is_unasked());
    // The issuer knows of no longer time: what was verified stays, and somebody has to look.
    assert!(site.site.vouch_due().await);
    let said = "到期日：登记 2026-12-31，开立机构 2026-10-31";
    assert_eq!(differs(&site, &id), Some(vec![said.to_owned()]));
    act(&site, &id, "extend", "2027-01-31").await;
    issuers.say(told(&site, &id));
    assert!(site.site.vouch_due().await);
    assert_eq!((differs(&site, &id), issuers.asked()), (Some(vec![]), 3));
    let after = bond(&site, &id);
    let piece = &after.pieces[0];
    assert_eq!((piece.state, &piece.verified), (PieceState::Held, &found));
}

/// An issuer that answers when it is let.
struct Slow {
    told: Told,
    asked: Notify,
    go: Notify,
}

#[async_trait]
impl Issuers for Slow {
    async fn look_up(&self, _: &Ask<'_>) -> Result<Option<Told>, IssuerFault> {
        self.asked.notify_one();
        self.go.notified().await;
        Ok(Some(self.told.clone()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_faster_is_not_overruled() {
    let (mut site, _, id) = with_issuers().await;
    let slow = Slow { told: told(&site, &id), asked: Notify::new(), go: Notify::new() };
    let slow = Arc::new(slow);
    site.site.issuers = slow.clone();
    let asking = site.site.clone();
    let asking = tokio::spawn(async move { asking.vouch_due().await });
    slow.asked.notified().await;
    act(&site, &id, "verify", "").await;
    let found = bond(&site, &id).pieces[0].verified.clone();
    assert!(found.as_ref().is_some_and(|found| found.by.is_some()));
    slow.go.notify_one();
    assert!(asking.await.expect("it ends"), "it rests on what was there");
    assert_eq!(differs(&site, &id), None);
    // Asked about what is there now, the person's word stays.
    slow.go.notify_one();
    assert!(site.site.vouch_due().await);
    assert_eq!(differs(&site, &id), Some(vec![]));
    assert_eq!(bond(&site, &id).pieces[0].verified, found);
}

/// Until the bids are opened, the journal names no bidder (招标投标法 22).
#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_told_in_the_piece_alone() {
    let mut site = TestSite::demo().await;
    let issuers = Arc::new(StandIn::default());
    site.site.issuers = issuers.clone();
    let notice = noticed(&site, "2026-07-18", "1260").await;
    site.clock.advance_ms(24 * DAY); // 11 August, the last day for bids
    let owner = {
        let mirror = site.site.read();
        mirror.tender_notices.get(notice.as_str()).expect("a notice").owner_name.clone()
    };
    let form = BidBondForm {
        key: format!("bz-{:024x}", 1),
        kind: "bid".into(),
        firm: FIRM.into(),
        uscc: CODE.into(),
        size: "large".into(),
        credit: "c".into(),
        valid_until: "2026-11-30".into(),
        given: guarantee("BH-2", "25.2", "2026-11-30", &owner),
        ..BidBondForm::default()
    };
    let centre = site.visitor("centre");
    let id = site.site.enter_bid_bond(&centre, &notice, form).await.expect("entered");
    issuers.say(Told { applicant: "四川乙建设有限公司".into(), ..told(&site, &id) });
    assert!(site.site.vouch_due().await);
    let said = format!("申请人：登记 {FIRM}，开立机构 四川乙建设有限公司");
    assert_eq!(differs(&site, &id), Some(vec![said]));
    let mirror = site.site.read();
    let mut notes = mirror.recent().filter_map(|entry| entry.note.clone());
    assert!(!notes.any(|note| note.contains("甲建设") || note.contains("乙建设")));
}

async fn answer(headers: HeaderMap, Json(ask): Json<Value>) -> Response {
    if headers.get("authorization").is_none_or(|key| key != "Bearer secret") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let number = ask["number"].as_str().unwrap_or_default();
    if ask != json!({ "number": number, "issuer": "某银行广元分行" }) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let amount = if number == "BH-6" { "二十" } else { "20" };
    let said = json!({
        "number": number, "issuer": "某银行广元分行", "applicant": FIRM,
        "beneficiary": "市水务集团", "amount_wan": amount, "fee_yuan": "50",
        "from": "2026-07-01", "until": "2026-10-01", "state": "valid",
    });
    match number {
        "BH-2" => (StatusCode::NOT_FOUND, Json(json!({ "number": number }))).into_response(),
        "BH-7" => StatusCode::NOT_FOUND.into_response(),
        "BH-3" => StatusCode::BAD_GATEWAY.into_response(),
        "BH-4" => "<html>维护中</html>".into_response(),
        "BH-5" => vec![b' '; 65 * 1024].into_response(),
        _ => Json(said).into_response(),
    }
}

/// Only what was agreed on is an answer.
#[tokio::test(flavor = "multi_thread")]
async fn over_http_a_bad_answer_is_none() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/guarantees", listener.local_addr().expect("an address"));
    let service = Router::new().route("/guarantees", post(answer));
    tokio::spawn(async move { axum::serve(listener, service).await });
    let issuers = HttpIssuers::new(url.clone(), "secret".into()).expect("a client");
    let entered = Told {
        number: "BH-1".into(),
        issuer: "某银行广元分行".into(),
        applicant: FIRM.into(),
        beneficiary: "市水务集团".into(),
        amount: Money::from_fen(20_000_000),
        fee: Some(Money::from_fen(5_000)),
        from: day("2026-07-01"),
        until: day("2026-10-01"),
        validity: Validity::Valid,
    };
    let ask = |number| Ask { number, issuer: &entered.issuer, entered: &entered };
    assert_eq!(issuers.look_up(&ask("BH-1")).await, Ok(Some(entered.clone())));
    assert_eq!(issuers.look_up(&ask("BH-2")).await, Ok(None));
    for number in ["BH-3", "BH-4", "BH-5", "BH-6", "BH-7"] {
        assert!(issuers.look_up(&ask(number)).await.is_err(), "{number}");
    }
    let stranger = HttpIssuers::new(url, "another".into()).expect("a client");
    assert!(stranger.look_up(&ask("BH-1")).await.is_err());
    // The demonstration's agrees to its own numbers, and to no others.
    assert!(DemoIssuers.look_up(&ask("BH-1")).await.is_err());
    assert_eq!(DemoIssuers.look_up(&ask("YZ-1")).await, Ok(Some(entered.clone())));
    let other = Told { amount: Money::from_fen(2_000), ..entered.clone() };
    assert_eq!(DemoIssuers.look_up(&ask("YC-1")).await, Ok(Some(other)));
}
