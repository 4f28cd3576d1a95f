//! Contracts and what secures them, through their desk: asked for, given, replaced without a
//! day between, given back; retained money asked back, and deemed to be agreed to.

use super::bidder::looked_at;
use super::channel::noticed;
use super::site::TestSite;
use app::api::desk::{Answer, BondDesk, ContractDesk, PeopleDesk};
use app::api::{
    ApiError, BondActForm, ContractActForm, ContractsAsk, GiveForm, PartForm, Refused,
    TenderActForm,
};
use model::{BondId, BondKind, ContractId, Money, Uscc};
use policies::State;
use policies::bond::{
    BidBondForm, GivenForm, PaymentState, PieceState, Purpose, Refusal, RetainStage, Tenths,
    Warned, pleas_shown,
};
use policies::contract::{ContractForm, Stage};

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
pub const FIRM: &str = "四川甲建设有限公司";
const CODE: &str = "91510802MA62500A9R";

/// A contract of 12 million without a tender, signed today by its owner; the firm is small.
pub fn deal() -> ContractForm {
    ContractForm {
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
    }
}

pub async fn act(site: &TestSite, who: &str, id: &ContractId, form: ContractActForm) -> Answer<()> {
    site.site.act_on_contract(&site.visitor(who), id, form).await
}

pub async fn on_bond(site: &TestSite, who: &str, id: &BondId, form: BondActForm) -> Answer<()> {
    site.site.act_on_bond(&site.visitor(who), id, form).await
}

pub fn bond_act(act: &str, n: u32) -> BondActForm {
    BondActForm {
        act: act.into(),
        n: n.to_string(),
        words: "经查与事实相符，同意办理".into(),
        ..BondActForm::default()
    }
}

pub fn require(kind: &str, wan: &str, day: &str) -> ContractActForm {
    ContractActForm {
        act: "require".into(),
        kind: kind.into(),
        amount: wan.into(),
        day: day.into(),
        ..ContractActForm::default()
    }
}

pub fn words(act: &str, day: &str) -> ContractActForm {
    ContractActForm {
        act: act.into(),
        day: day.into(),
        words: "按文件办理".into(),
        ..ContractActForm::default()
    }
}

fn cash(wan: &str, reference: &str) -> GiveForm {
    let given = GivenForm {
        form: "cash".into(),
        amount: wan.into(),
        from: "2026-07-18".into(),
        payer: FIRM.into(),
        account: "510501660836000012".into(),
        reference: reference.into(),
        ..GivenForm::default()
    };
    GiveForm { gives: "yes".into(), given }
}

pub fn paper(wan: &str, from: &str, until: &str, owner: &str) -> GiveForm {
    let given = GivenForm {
        form: "bank".into(),
        from: from.into(),
        until: until.into(),
        number: format!("BH-{from}-{until}"),
        issuer: "某银行广元分行".into(),
        beneficiary: owner.into(),
        medium: "electronic".into(),
        fee: "600".into(),
        ..cash(wan, "").given
    };
    GiveForm { gives: "yes".into(), given }
}

async fn faults(site: &TestSite, answer: Answer<()>) -> Vec<String> {
    let Err(ApiError::Draft(draft)) = answer else { panic!("{answer:?}") };
    for who in ["owner", "centre", "centre2", "duty"] {
        if let Ok((_, faults)) = site.site.draft(&site.visitor(who), &draft).await {
            let mut fields: Vec<String> =
                faults.iter().map(|(field, _)| field.to_owned()).collect();
            fields.sort();
            return fields;
        }
    }
    panic!("nobody's draft")
}

/// The bond of a kind.
pub fn bond(site: &TestSite, kind: BondKind) -> policies::bond::Bond {
    let mirror = site.site.read();
    let found = mirror.bonds.iter().find(|bond| bond.kind == kind).expect("a bond");
    (*found.value).clone()
}

fn states(site: &TestSite, kind: BondKind) -> Vec<PieceState> {
    bond(site, kind).pieces.iter().map(|piece| piece.state).collect()
}

async fn night(site: &TestSite) {
    assert!(site.site.do_due().await);
    assert!(site.site.pay_due().await);
}

/// How many bonds are looked at again at every act, since something is due about them.
fn waiting(site: &TestSite) -> usize {
    let now = site.site.now();
    site.site.dues.lock().expect("the book").waiting(now)
}

/// A contract with a performance bond of half of what the law allows, in money.
pub async fn secured(site: &TestSite) -> (ContractId, String) {
    let owner = site.visitor("owner");
    let id = site.site.save_contract(&owner, deal()).await.expect("entered");
    act(site, "owner", &id, require("performance", "60", "2026-07-18")).await.expect("asked");
    let bond = bond(site, BondKind::Performance);
    site.site.give(&site.visitor("centre"), &bond.id, cash("60", "L-1")).await.expect("given");
    on_bond(site, "owner", &bond.id, bond_act("verify", 1)).await.expect("looked at");
    (id, bond.owner_name)
}

/// The `n`th contract, with something delivered at its signing for each amount, in 万元.
pub async fn billed(site: &TestSite, n: u32, wan: &[&str]) -> ContractId {
    let form = ContractForm { key: format!("ht-{n:024x}"), ..deal() };
    let id = site.site.save_contract(&site.visitor("owner"), form).await.expect("entered");
    for amount in wan {
        bill(site, &id, amount).await;
    }
    id
}

/// Something is delivered on that day, for so many 万元.
pub async fn bill(site: &TestSite, id: &ContractId, wan: &str) {
    let bill = ContractActForm { amount: wan.into(), ..words("bill", "2026-07-18") };
    act(site, "owner", id, bill).await.expect("entered");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_is_reduced_replaced_without_a_gap_and_goes_back_when_the_work_is_accepted() {
    let site = TestSite::demo().await;
    let owner = site.visitor("owner");
    let id = site.site.save_contract(&owner, deal()).await.expect("entered");
    let again = site.site.save_contract(&owner, deal()).await.expect("counts once");
    assert_eq!((id.clone(), site.site.read().contracts.len()), (again, 1));
    // The law allows 120, a small firm without a bad record gives half.
    let more = require("performance", "60.000001", "2026-07-18");
    assert_eq!(faults(&site, act(&site, "owner", &id, more).await).await, ["amount"]);
    let other = require("reputation", "1", "2026-07-18");
    assert_eq!(faults(&site, act(&site, "owner", &id, other).await).await, ["kind"]);
    act(&site, "owner", &id, require("performance", "60", "2026-07-18")).await.expect("asked");
    let twice = require("performance", "1", "2026-07-18");
    assert_eq!(faults(&site, act(&site, "owner", &id, twice).await).await, ["kind"]);
    let before = bond(&site, BondKind::Performance);
    assert_eq!(before.reduced, ["无失信记录的中小微企业减免履约保证金"]);
    let list = site.site.contracts(&site.visitor("duty"), ContractsAsk::default()).await;
    let line = &list.expect("a page").contracts[0];
    assert_eq!(line.alarm.as_ref().map(|alarm| alarm.warned), Some(Warned::Now));

    // Money first; nobody looks at what they entered themselves.
    site.site.give(&site.visitor("centre"), &before.id, cash("60", "L-1")).await.expect("given");
    let own = on_bond(&site, "centre", &before.id, bond_act("verify", 1)).await;
    assert_eq!(faults(&site, own).await, ["n"]);
    on_bond(&site, "owner", &before.id, bond_act("verify", 1)).await.expect("looked at");
    assert_eq!(bond(&site, BondKind::Performance).gaps(), []);
    // One transfer counts once, for whichever bond.
    let centre = site.visitor("centre");
    let other = cash("60", "L-1");
    let wages = require("wages", "36", "2026-07-18");
    act(&site, "owner", &id, wages).await.expect("asked");
    let wages = bond(&site, BondKind::Wages);
    let twice = site.site.give(
        &centre,
        &wages.id,
        GiveForm { given: GivenForm { amount: "36".into(), ..other.given }, ..other },
    );
    assert_eq!(faults(&site, twice.await).await, ["reference"]);

    // A guarantee in its place: too short, then long enough, from tomorrow on.
    let name = before.owner_name.clone();
    let give = |form| site.site.give(&owner, &before.id, form);
    let short = give(paper("60", "2026-07-19", "2026-09-29", &name)).await;
    assert_eq!(faults(&site, short).await, ["until"]);
    give(paper("60", "2026-07-19", "2026-10-31", &name)).await.expect("given");
    let early = on_bond(&site, "owner", &before.id, bond_act("replace", 1)).await;
    assert_eq!(faults(&site, early).await, ["n"], "nobody has looked at the guarantee");
    on_bond(&site, "centre", &before.id, bond_act("verify", 2)).await.expect("looked at");
    let today = on_bond(&site, "owner", &before.id, bond_act("replace", 1)).await;
    assert_eq!(faults(&site, today).await, ["n"], "it begins tomorrow");
    site.clock.advance_ms(DAY);
    on_bond(&site, "owner", &before.id, bond_act("replace", 1)).await.expect("replaced");
    night(&site).await;
    use PieceState::{Held, Released, Returned};
    assert_eq!(states(&site, BondKind::Performance), [Returned, Held]);
    assert_eq!(bond(&site, BondKind::Performance).gaps().len(), 1, "it ends some day");
    let page = site.site.contract(&owner, &id, Refused::default()).await.expect("a page");
    let view = page.bonds.iter().find(|b| b.bond.kind == BondKind::Performance).expect("it");
    assert_eq!(view.alarms, [], "but after the work is to be done");

    // Accepted: released in the night after.
    site.clock.advance_ms(60 * DAY); // 17 September
    let late = words("complete", "2026-09-18");
    assert_eq!(faults(&site, act(&site, "owner", &id, late).await).await, ["day"]);
    act(&site, "owner", &id, words("complete", "2026-09-16")).await.expect("accepted");
    night(&site).await;
    assert_eq!(states(&site, BondKind::Performance), [Returned, Held], "not before the night");
    assert_eq!(
        site.site.next_due().max(site.site.now()),
        site.site.next_due(),
        "something is to come"
    );
    site.clock.advance_ms(20 * HOUR); // 18 September, 03:00
    night(&site).await;
    assert_eq!(states(&site, BondKind::Performance), [Returned, Released]);
    let done = site.site.contract(&owner, &id, Refused::default()).await.expect("a page");
    assert_eq!(done.contract.stage, Stage::Completed);
    let view = done.bonds.iter().find(|b| b.bond.kind == BondKind::Performance).expect("it");
    assert_eq!(
        view.returning.as_ref().map(|course| course.statutory.stands()),
        Some("按时".into())
    );
}

/// Money is back when the bank has paid it, not when that was ordered: the contract's page, the
/// sums and the cases count by one clock.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_ordered_in_time_is_late_when_the_bank_was() {
    let site = TestSite::demo().await;
    let (id, _) = secured(&site).await;
    site.clock.advance_ms(DAY); // 19 July
    act(&site, "owner", &id, words("complete", "2026-07-19")).await.expect("accepted");
    let publish = ContractActForm { act: "publish".into(), ..ContractActForm::default() };
    act(&site, "owner", &id, publish).await.expect("public");
    let returning = async || {
        let page = site.site.contract(&site.visitor("owner"), &id, Refused::default()).await;
        let bonds = page.expect("a page").bonds;
        let found = bonds.into_iter().find(|b| b.bond.kind == BondKind::Performance);
        found.and_then(|bond| bond.returning).expect("a limit").statutory
    };
    site.clock.advance_ms(DAY);
    assert!(site.site.do_due().await);
    assert_eq!(states(&site, BondKind::Performance), [PieceState::Returning]);
    // By 16 August, a Sunday: the Monday after.
    assert_eq!(returning().await.due.map(|due| due.day().to_string()), Some("2026-08-17".into()));
    assert!(matches!(returning().await.state, State::Running { .. }));
    site.clock.advance_ms(40 * DAY); // 29 August
    assert!(site.site.pay_due().await);
    assert_eq!(states(&site, BondKind::Performance), [PieceState::Returned]);
    assert_eq!(returning().await.stands(), "迟 12 天");
    let sums = site.site.public_bonds();
    assert_eq!((sums.measures.this.late, sums.measures.this.mean_saved), (1, Some(Tenths(-120))));
    let case = sums.cases.first().expect("half of it was not asked");
    assert_eq!(case.saved, Some(Tenths(-120)));
    let words = "履约保证金 2026-08-29 退还，比法定期限迟 12 日";
    assert!(case.how.iter().any(|how| how == words), "{:?}", case.how);
    let page = site.get("/bonds").await.body;
    assert!(page.contains("比法定期限平均迟退 12.0 日"));
    // One precision for sums under each other.
    assert!(page.contains("600,000.00 元") && !page.contains("60 万元"));
}

/// With retention of two parts, after the work was accepted and settled.
async fn retained(site: &TestSite) -> (ContractId, BondId) {
    let (id, _) = secured(site).await;
    site.clock.advance_ms(DAY); // 19 July
    act(site, "owner", &id, words("complete", "2026-07-19")).await.expect("accepted");
    site.clock.advance_ms(DAY);
    night(site).await;
    assert_eq!(states(site, BondKind::Performance), [PieceState::Returned]);
    let amount = "1200".into();
    let settle = ContractActForm { amount, ..words("settle", "2026-07-20") };
    act(site, "owner", &id, settle).await.expect("settled");
    let part = |name: &str, share: &str, due: &str| PartForm {
        name: name.into(),
        share: share.into(),
        due: due.into(),
    };
    let retain = |wan: &str, day: &str, parts: Vec<PartForm>| ContractActForm {
        act: "retain".into(),
        amount: wan.into(),
        day: day.into(),
        parts,
        ..ContractActForm::default()
    };
    let both =
        || vec![part("满一个月", "40", "2026-08-20"), part("缺陷责任期届满", "60", "2027-07-19")];
    // 3 % is 36; a small firm without a bad record gives half.
    let over = retain("18.000001", "2026-07-20", both());
    assert_eq!(faults(site, act(site, "owner", &id, over).await).await, ["amount"]);
    let beside = retain("18", "2026-07-19", both());
    assert_eq!(faults(site, act(site, "owner", &id, beside).await).await, ["day"]);
    let uneven = vec![part("满一个月", "50", "2026-08-20"), part("届满", "60", "2027-07-19")];
    let uneven = retain("18", "2026-07-20", uneven);
    assert_eq!(faults(site, act(site, "owner", &id, uneven).await).await, ["parts.0.share"]);
    let long = retain("18", "2026-07-20", vec![part("届满", "100", "2028-07-20")]);
    assert_eq!(faults(site, act(site, "owner", &id, long).await).await, ["parts.0.due"]);
    act(site, "owner", &id, retain("18", "2026-07-20", both())).await.expect("retained");
    let bond = bond(site, BondKind::Retention);
    let amounts: Vec<i64> = bond.pieces.iter().map(|piece| piece.amount.fen() / 100).collect();
    assert_eq!(amounts, [72_000, 108_000]);
    assert_eq!(bond.gaps(), []);
    (id, bond.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn retained_money_is_asked_back_asked_again_and_deemed_to_be_agreed_to() {
    let site = TestSite::demo().await;
    let (_, id) = retained(&site).await;
    let early = on_bond(&site, "centre", &id, bond_act("apply", 1)).await;
    assert_eq!(faults(&site, early).await, ["n"], "not before its day");
    site.clock.advance_ms(31 * DAY); // 20 August, a Thursday
    on_bond(&site, "centre", &id, bond_act("apply", 1)).await.expect("asked");
    let twice = on_bond(&site, "centre", &id, bond_act("apply", 1)).await;
    assert_eq!(faults(&site, twice).await, ["n"]);
    let soon = on_bond(&site, "centre", &id, bond_act("remind", 1)).await;
    assert_eq!(faults(&site, soon).await, ["n"], "fourteen days are not over");
    site.clock.advance_ms(15 * DAY); // 4 September
    on_bond(&site, "centre", &id, bond_act("remind", 1)).await.expect("asked again");
    on_bond(&site, "owner", &id, bond_act("receive", 1)).await.expect("signed for");
    site.clock.advance_ms(14 * DAY); // 18 September, the last day
    night(&site).await;
    let stage = |site: &TestSite| bond(site, BondKind::Retention).applications[0].stage;
    assert_eq!(stage(&site), RetainStage::Reminded);
    // The site sleeps over the midnight; it is deemed from then on, and paid on the Monday.
    site.clock.advance_ms(DAY); // 19 September, a Saturday
    night(&site).await;
    assert_eq!(stage(&site), RetainStage::Deemed);
    assert_eq!(states(&site, BondKind::Retention)[0], PieceState::Held, "not at the weekend");
    let two = "2026-09-20T02:00:00+08:00".parse::<model::Moment>().expect("a moment");
    let next = site.site.next_due();
    // 20 September 2026 is worked, ahead of the holidays.
    assert!(next <= two, "{}", next.stamp());
    site.clock.advance_ms(DAY);
    night(&site).await;
    assert_eq!(states(&site, BondKind::Retention), [PieceState::Returned, PieceState::Held]);
    assert_eq!(stage(&site), RetainStage::Paid);
    let mirror = site.site.read();
    let paid = mirror.payments.iter().find(|p| p.purpose == Purpose::Retention).expect("an order");
    assert_eq!((paid.principal, paid.interest), (Money::from_fen(7_200_000), Money::ZERO));
    assert_eq!(mirror.reveal(&paid.account), "510501660836000077", "as the contract says");
    assert!(matches!(paid.state, PaymentState::Paid { .. }));
}

/// What was written is nothing until it is served: by whom it is addressed to, or by proof.
#[tokio::test(flavor = "multi_thread")]
async fn silence_counts_from_the_day_of_service() {
    let site = TestSite::demo().await;
    let (contract, id) = retained(&site).await;
    site.clock.advance_ms(31 * DAY); // 20 August
    on_bond(&site, "centre", &id, bond_act("apply", 1)).await.expect("asked");
    let soon = on_bond(&site, "owner", &id, bond_act("receive", 1)).await;
    assert_eq!(faults(&site, soon).await, ["n"], "there is nothing to sign for");
    site.clock.advance_ms(15 * DAY); // 4 September
    on_bond(&site, "centre", &id, bond_act("remind", 1)).await.expect("asked again");
    site.clock.advance_ms(26 * DAY); // 30 September
    night(&site).await;
    let now = |site: &TestSite| bond(site, BondKind::Retention).applications[0].clone();
    assert_eq!(now(&site).stage, RetainStage::Reminded, "written, and not served");
    // The owner sees it at once, wherever it looks; others see that it was reminded.
    let seen = |who: &'static str| {
        let visitor = site.visitor(who);
        let (site, contract) = (&site, &contract);
        async move {
            let list = site.site.contracts(&visitor, ContractsAsk::default()).await;
            let page = site.site.contract(&visitor, contract, Refused::default()).await;
            let line = list.expect("a page").contracts.into_iter().find(|l| l.id == *contract);
            let bonds = page.expect("a page").bonds;
            let own = bonds.into_iter().find_map(|bond| bond.reminder);
            assert_eq!(line.and_then(|line| line.reminder), own);
            own.map(|reminder| (reminder.mine, reminder.until.map(|day| day.to_string())))
        }
    };
    assert_eq!(seen("owner").await, Some((true, None)));
    assert_eq!(seen("duty").await, Some((false, None)));

    let serve = |day: &str, how: &str| BondActForm {
        day: day.into(),
        how: how.into(),
        ..bond_act("serve", 1)
    };
    let tell = |form| on_bond(&site, "centre", &id, form);
    assert_eq!(faults(&site, tell(serve("2026-09-28", "")).await).await, ["how"]);
    let early = tell(serve("2026-09-03", "post")).await;
    assert_eq!(faults(&site, early).await, ["day"], "before it stood before the owner");
    let over = tell(serve("2026-09-15", "post")).await;
    assert_eq!(faults(&site, over).await, ["day"], "it would be agreed to in the same moment");
    let stale = tell(serve("2026-09-22", "post")).await;
    assert_eq!(faults(&site, stale).await, ["day"], "half of its time for an answer is over");
    assert_eq!(faults(&site, tell(serve("2026-10-01", "post")).await).await, ["day"]);
    let other = on_bond(&site, "owner", &id, serve("2026-09-28", "post")).await;
    assert!(matches!(other, Err(ApiError::Forbidden)), "it signs, or says nothing: {other:?}");
    tell(serve("2026-09-28", "post")).await.expect("shown");
    let twice = on_bond(&site, "owner", &id, bond_act("receive", 1)).await;
    assert_eq!(faults(&site, twice).await, ["n"], "once is enough");
    assert_eq!(seen("owner").await, Some((true, Some("2026-10-12".to_owned()))));
    let served = now(&site).log.pop().expect("an entry");
    assert_eq!(served.at.day().to_string(), "2026-09-28");
    assert!(served.words.contains("EMS 邮寄"), "{}", served.words);
    site.clock.advance_ms(12 * DAY); // 12 October, the last day
    night(&site).await;
    assert_eq!(now(&site).stage, RetainStage::Reminded);
    site.clock.advance_ms(DAY);
    night(&site).await;
    assert_eq!(now(&site).stage, RetainStage::Deemed);
    assert_eq!(seen("owner").await, None);
}

/// Nobody escapes being late by arguing, or by leaving the decision to others, for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_nobody_decides_about_stops_no_clock_for_ever() {
    let site = TestSite::demo().await;
    let (name, uscc) = {
        let mirror = site.site.read();
        let org = mirror.orgs.get("firm-01").expect("a firm");
        (org.name.clone(), org.uscc.as_ref().expect("a code").to_string())
    };
    let form = ContractForm { firm: name, uscc, ..deal() };
    let contract = site.site.save_contract(&site.visitor("owner"), form).await.expect("entered");
    act(&site, "owner", &contract, require("performance", "60", "2026-07-18"))
        .await
        .expect("asked");
    let kept = bond(&site, BondKind::Performance);
    let (id, owner) = (kept.id.clone(), kept.owner.clone());
    let given = paper("60", "2026-07-18", "2026-12-31", &kept.owner_name);
    site.site.give(&site.visitor("firm01"), &id, given).await.expect("given");
    on_bond(&site, "owner", &id, bond_act("verify", 1)).await.expect("looked at");
    let early = on_bond(&site, "firm01", &id, bond_act("reply", 0)).await;
    assert!(early.is_err(), "there is nothing to reply to: {early:?}");
    let hold = BondActForm {
        ground: "b8_breach".into(),
        words: "承包人擅自停工，经催告仍不复工".into(),
        ..bond_act("hold", 0)
    };
    on_bond(&site, "owner", &id, hold).await.expect("said");
    act(&site, "owner", &contract, words("end", "2026-07-18")).await.expect("ended");

    // The firm is heard; whoever decides reads that, and by when.
    let reply = BondActForm {
        words: "停工是因为发包人未付进度款，有往来函件".into(),
        ..bond_act("reply", 0)
    };
    let other = on_bond(&site, "owner", &id, reply.clone()).await;
    assert!(matches!(other, Err(ApiError::Forbidden)), "{other:?}");
    on_bond(&site, "firm01", &id, reply.clone()).await.expect("heard");
    on_bond(&site, "centre", &id, reply.clone()).await.expect("a letter came, too");
    let duty = site.visitor("duty");
    let page = site.site.bond(&duty, &id, Refused::default(), Refused::default()).await;
    let page = page.expect("a page");
    let heard = page.view.bond.hold.as_ref().map(|hold| hold.heard.len());
    let due = page.view.deciding.as_ref().and_then(|c| c.statutory.due);
    let due = due.map(|due| due.day().to_string());
    assert_eq!((heard, due.as_deref()), (Some(2), Some("2026-08-07")));
    assert!(page.may.decide && !page.may.reply);

    let line = || async {
        let list = site.site.contracts(&duty, ContractsAsk::default()).await.expect("a page");
        list.contracts.iter().find(|l| l.id == contract).map(|line| line.undecided)
    };
    let late = || async {
        let owners = site.site.bond_measures(&duty).await.expect("a page").measures.owners;
        owners.iter().find(|o| o.owner == owner).map(|owner| (owner.late, owner.open_late))
    };
    let proposed = || {
        let mirror = site.site.read();
        let found = mirror.credits.iter().filter(|c| c.event == "未及时退还保证金");
        found.map(|c| c.findings.clone()).collect::<Vec<String>>()
    };
    site.clock.advance_ms(20 * DAY); // 7 August, the last day for deciding
    night(&site).await;
    assert_eq!((line().await, late().await), (Some((1, 0)), None));
    site.clock.advance_ms(DAY); // past it, and its return is not late yet
    night(&site).await;
    assert_eq!((line().await, late().await), (Some((1, 1)), Some((0, 0))));
    assert_eq!(proposed(), Vec::<String>::new());
    // Four weeks, of which none was over before it was held: they run from there on.
    site.clock.advance_ms(27 * DAY); // 4 September
    night(&site).await;
    assert_eq!((late().await, proposed().len()), (Some((0, 0)), 0));
    site.clock.advance_ms(DAY);
    night(&site).await;
    assert_eq!(late().await, Some((1, 1)));
    let found = proposed();
    assert_eq!(found.len(), 1);
    assert_eq!(waiting(&site), 0, "what was proposed is not looked at again");
    assert!(found[0].contains("2026-07-18 提出的不予退还逾期未决定"), "{}", found[0]);
    assert_eq!(states(&site, BondKind::Performance), [PieceState::Held], "it still stays");
    let why = BondActForm {
        words: "停工有据，是发包人未付进度款".into(), ..bond_act("free", 0)
    };
    // On a page that showed none, or not all, of what the firm said.
    for shown in [String::new(), format!("{id}=1"), "x=2".into()] {
        let unheard =
            on_bond(&site, "duty", &id, BondActForm { heard: shown, ..why.clone() }).await;
        assert!(matches!(unheard, Err(ApiError::Draft(_))), "{unheard:?}");
    }
    let why = BondActForm { heard: pleas_shown([&page.view.bond]), ..why };
    on_bond(&site, "duty", &id, why).await.expect("decided");
    night(&site).await;
    assert_eq!(states(&site, BondKind::Performance), [PieceState::Released]);
    assert_eq!((line().await, late().await), (Some((0, 0)), Some((1, 0))));
    let page = site.site.bond(&duty, &id, Refused::default(), Refused::default()).await;
    let returning = page.expect("a page").view.returning.map(|course| course.statutory.stands());
    assert_eq!(returning.as_deref(), Some("迟 1 天"), "by what went beyond the limit");
    let verdict = bond(&site, BondKind::Performance).verdict.expect("a verdict");
    assert_eq!(verdict.hold.heard.len(), 2, "what was said stays with it");
    let after = on_bond(&site, "centre", &id, reply).await;
    assert_eq!(after, Err(ApiError::Bond(Refusal::NotHeld)), "it is decided, and told so");
}

/// A dispute about retained money lasts as long as it may; then the sums say that it is not back.
#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_that_lasts_counts_in_the_end() {
    let site = TestSite::demo().await;
    let (_, id) = retained(&site).await;
    site.clock.advance_ms(31 * DAY); // 20 August
    on_bond(&site, "centre", &id, bond_act("apply", 1)).await.expect("asked");
    on_bond(&site, "owner", &id, bond_act("dispute", 1)).await.expect("disputed");
    let late = || async {
        let duty = site.visitor("duty");
        let kinds = site.site.bond_measures(&duty).await.expect("a page").measures.kinds;
        kinds.iter().find(|(kind, _)| *kind == BondKind::Retention).map(|(_, year)| year.late)
    };
    site.clock.advance_ms(90 * DAY); // 18 November, the last day
    night(&site).await;
    assert_eq!(late().await, Some(0));
    site.clock.advance_ms(DAY);
    night(&site).await;
    assert_eq!(late().await, Some(1));
    let none = site.site.read().credits.iter().all(|c| c.event != "未及时退还保证金");
    assert!(none, "no side ends a dispute alone");
    assert_eq!(waiting(&site), 0, "nor does anybody look at it again at every act");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_ends_with_less_and_a_guarantee_frees_the_rest() {
    let site = TestSite::demo().await;
    let (_, id) = retained(&site).await;
    site.clock.advance_ms(31 * DAY); // 20 August
    on_bond(&site, "centre", &id, bond_act("apply", 1)).await.expect("asked");
    on_bond(&site, "owner", &id, bond_act("dispute", 1)).await.expect("disputed");
    let settle = |wan: &str| BondActForm { amount: wan.into(), ..bond_act("settle", 1) };
    let more = on_bond(&site, "centre", &id, settle("7.200001")).await;
    assert_eq!(faults(&site, more).await, ["amount"]);
    let own = on_bond(&site, "owner", &id, settle("1")).await;
    assert!(matches!(own, Err(ApiError::Forbidden)), "not by one side: {own:?}");
    on_bond(&site, "centre", &id, settle("7")).await.expect("settled");
    site.clock.advance_ms(DAY); // Friday
    night(&site).await;
    use PieceState::{Held, Released, Returned};
    let kept = bond(&site, BondKind::Retention);
    assert_eq!(kept.pieces[0].state, Returned);
    assert_eq!(kept.pieces[0].left(), Money::from_fen(7_000_000));
    // The rest: a guarantee until it may be asked for, then the money at once.
    let owner = site.visitor("owner");
    let short = paper("10.8", "2026-08-21", "2027-07-17", &kept.owner_name);
    assert_eq!(faults(&site, site.site.give(&owner, &id, short).await).await, ["until"]);
    let long = paper("10.8", "2026-08-21", "2027-07-18", &kept.owner_name);
    site.site.give(&owner, &id, long).await.expect("given");
    on_bond(&site, "centre", &id, bond_act("verify", 3)).await.expect("looked at");
    on_bond(&site, "owner", &id, bond_act("replace", 2)).await.expect("replaced");
    night(&site).await;
    assert_eq!(states(&site, BondKind::Retention), [Returned, Returned, Held]);
    assert_eq!(bond(&site, BondKind::Retention).gaps(), []);
    // Nothing is required any more: it goes by itself.
    site.clock.advance_ms(333 * DAY); // 20 July 2027
    night(&site).await;
    assert_eq!(states(&site, BondKind::Retention), [Returned, Returned, Released]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_retained_while_the_performance_bond_still_lies() {
    let site = TestSite::demo().await;
    let (id, _) = secured(&site).await;
    let performance = bond(&site, BondKind::Performance).id;
    let hold = BondActForm { ground: "b8_breach".into(), ..bond_act("hold", 0) };
    on_bond(&site, "owner", &performance, hold).await.expect("said");
    act(&site, "owner", &id, words("complete", "2026-07-18")).await.expect("accepted");
    let settle = ContractActForm { amount: "1200".into(), ..words("settle", "2026-07-18") };
    act(&site, "owner", &id, settle).await.expect("settled");
    site.clock.advance_ms(2 * DAY); // 20 July
    night(&site).await;
    let retain = || ContractActForm {
        act: "retain".into(),
        amount: "18".into(),
        day: "2026-07-20".into(),
        parts: vec![PartForm {
            name: "缺陷责任期届满".into(),
            share: "100".into(),
            due: "2027-07-18".into(),
        }],
        ..ContractActForm::default()
    };
    // Not required any more, and there all the same until it is decided.
    assert_eq!(states(&site, BondKind::Performance), [PieceState::Held]);
    let beside = act(&site, "owner", &id, retain()).await;
    assert_eq!(faults(&site, beside).await, ["day"]);
    on_bond(&site, "duty", &performance, bond_act("free", 0)).await.expect("decided");
    night(&site).await;
    assert_eq!(states(&site, BondKind::Performance), [PieceState::Returned]);
    act(&site, "owner", &id, retain()).await.expect("one after the other");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_for_goods_secures_neither_wages_nor_defects() {
    let site = TestSite::demo().await;
    let owner = site.visitor("owner");
    let form = ContractForm { kind: "goods".into(), ..deal() };
    let id = site.site.save_contract(&owner, form).await.expect("entered");
    let page = site.site.contract(&owner, &id, Refused::default()).await.expect("a page");
    let asked: Vec<BondKind> = page.secured.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(asked, [BondKind::Performance]);
    let never: Vec<BondKind> = page.never.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(never, [BondKind::Wages, BondKind::Retention]);
    let wages = act(&site, "owner", &id, require("wages", "1", "2026-07-18")).await;
    let Err(ApiError::Draft(draft)) = wages else { panic!("{wages:?}") };
    let (_, wrong) = site.site.draft(&owner, &draft).await.expect("a draft");
    let said = format!("{:?}", wrong.of("kind"));
    assert!(said.contains("第三十二条"), "{said}");
    act(&site, "owner", &id, words("complete", "2026-07-18")).await.expect("accepted");
    let settle = ContractActForm { amount: "1200".into(), ..words("settle", "2026-07-18") };
    act(&site, "owner", &id, settle).await.expect("settled");
    let retain = ContractActForm {
        act: "retain".into(),
        amount: "18".into(),
        day: "2026-07-18".into(),
        parts: vec![PartForm {
            name: "质保期届满".into(),
            share: "100".into(),
            due: "2027-07-17".into(),
        }],
        ..ContractActForm::default()
    };
    assert_eq!(faults(&site, act(&site, "owner", &id, retain).await).await, ["amount"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guarantee_of_wages_is_in_favour_of_the_authority_or_of_the_owner() {
    let site = TestSite::demo().await;
    let owner = site.visitor("owner");
    let id = site.site.save_contract(&owner, deal()).await.expect("entered");
    act(&site, "owner", &id, require("wages", "36", "2026-07-18")).await.expect("asked");
    let wages = bond(&site, BondKind::Wages);
    let page = site.site.bond(&owner, &wages.id, Refused::default(), Refused::default()).await;
    let page = page.expect("a page");
    assert!(page.authority.is_some_and(|rule| rule.standing == policies::Standing::Default));
    assert_eq!(page.give.form.given.beneficiary, "", "nobody is guessed");
    let limit = page.view.limit.expect("what it rests on");
    assert!(limit.most.basis.is_some() && limit.off.is_none());
    let give = |until: &str, to: &str| paper("36", "2026-07-18", until, to);
    let other = site.site.give(&owner, &wages.id, give("2026-10-31", "市交投集团")).await;
    assert_eq!(faults(&site, other).await, ["beneficiary"]);
    let authority = give("2026-10-31", "广元市利州区人力资源和社会保障局");
    site.site.give(&owner, &wages.id, authority).await.expect("given");
    let owners = give("2026-11-30", &wages.owner_name);
    site.site.give(&owner, &wages.id, owners).await.expect("given");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_thinks_forfeit_stays_until_somebody_else_has_decided() {
    let site = TestSite::demo().await;
    let (id, _) = secured(&site).await;
    let bond_id = bond(&site, BondKind::Performance).id;
    let hold = |ground: &str| BondActForm {
        ground: ground.into(),
        words: "承包人擅自停工，经催告仍不复工".into(),
        ..bond_act("hold", 0)
    };
    let none = on_bond(&site, "owner", &bond_id, hold("b99")).await;
    assert_eq!(faults(&site, none).await, ["ground"]);
    // Each kind of bond has its own grounds: in the form, and when one comes back.
    for other in ["b10_defects", "b14_arrears"] {
        let other = on_bond(&site, "owner", &bond_id, hold(other)).await;
        assert_eq!(faults(&site, other).await, ["ground"]);
    }
    let owner = site.visitor("owner");
    let page = site.site.bond(&owner, &bond_id, Refused::default(), Refused::default()).await;
    let offered: Vec<String> =
        page.expect("a page").grounds.into_iter().map(|(key, ..)| key).collect();
    assert_eq!(offered, ["b8_breach"]);
    on_bond(&site, "owner", &bond_id, hold("b8_breach")).await.expect("said");
    act(&site, "owner", &id, words("end", "2026-07-18")).await.expect("ended");
    site.clock.advance_ms(2 * DAY);
    night(&site).await;
    assert_eq!(states(&site, BondKind::Performance), [PieceState::Held]);
    let own = on_bond(&site, "owner", &bond_id, bond_act("forfeit", 0)).await;
    assert!(matches!(own, Err(ApiError::Forbidden)), "{own:?}");
    let why = BondActForm {
        words: "停工有据，是发包人未付进度款".into(), ..bond_act("free", 0)
    };
    on_bond(&site, "duty", &bond_id, why).await.expect("decided");
    night(&site).await;
    assert_eq!(states(&site, BondKind::Performance), [PieceState::Returned], "at once: it is due");

    let other = ContractForm { key: format!("ht-{:024x}", 2), ..deal() };
    let second = site.site.save_contract(&site.visitor("owner"), other).await.expect("entered");
    act(&site, "owner", &second, require("performance", "60", "2026-07-20")).await.expect("asked");
    let other = |site: &TestSite| {
        let mirror = site.site.read();
        mirror.bonds.iter().find(|b| b.id != bond_id).map(|b| b.id.clone())
    };
    let found = other(&site).expect("another one");
    let form = GiveForm {
        given: GivenForm { from: "2026-07-19".into(), ..cash("60", "L-2").given },
        ..cash("60", "L-2")
    };
    site.site.give(&site.visitor("centre"), &found, form).await.expect("given");
    on_bond(&site, "owner", &found, bond_act("verify", 1)).await.expect("looked at");
    on_bond(&site, "owner", &found, hold("b8_breach")).await.expect("said");
    on_bond(&site, "duty", &found, bond_act("forfeit", 0)).await.expect("decided");
    let mirror = site.site.read();
    let bond = mirror.bonds.get(found.as_str()).expect("it");
    assert_eq!(bond.pieces[0].state, PieceState::Forfeited);
    assert!(bond.verdict.as_ref().is_some_and(|v| v.forfeit) && bond.hold.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_of_a_tender_names_its_winner_and_frees_its_bidders() {
    let site = TestSite::demo().await;
    let notice = noticed(&site, "2026-07-18", "1260").await;
    site.clock.advance_ms(24 * DAY); // 11 August
    let bid = BidBondForm {
        kind: "bid".into(),
        firm: FIRM.into(),
        uscc: CODE.into(),
        size: "large".into(),
        credit: "c".into(),
        valid_until: "2026-11-30".into(),
        given: GivenForm {
            amount: "25.2".into(),
            from: "2026-08-10".into(),
            ..cash("1", "L-9").given
        },
        ..BidBondForm::default()
    };
    let bid =
        site.site.enter_bid_bond(&site.visitor("centre"), &notice, bid).await.expect("entered");
    let verify = TenderActForm {
        act: "verify".into(),
        bond: bid.to_string(),
        reason: "与银行流水相符".into(),
        ..TenderActForm::default()
    };
    site.site.settle_tender(&site.visitor("centre2"), &notice, verify).await.expect("verified");
    let form = ContractForm {
        notice: notice.to_string(),
        signed: "2026-08-20".into(),
        ends: "2027-01-31".into(),
        size: "large".into(),
        ..deal()
    };
    let early = site.site.save_contract(&site.visitor("owner"), form.clone()).await.map(|_| ());
    assert_eq!(faults(&site, early).await, ["notice", "signed"], "nobody was chosen yet");
    site.clock.advance_ms(9 * DAY); // 20 August
    let award = TenderActForm {
        act: "award".into(),
        day: "2026-08-20".into(),
        winner: CODE.into(),
        ..TenderActForm::default()
    };
    site.site.settle_tender(&site.visitor("centre"), &notice, award).await.expect("awarded");
    let owner = site.visitor("owner");
    let page = site.site.contract_form(&owner, Some(&notice), Refused::default()).await;
    assert_eq!(page.expect("a form").form.form.uscc, CODE, "the winner stands there");
    let other = ContractForm { uscc: "91510822MA62500B7K".into(), ..form.clone() };
    let other = site.site.save_contract(&owner, other).await.map(|_| ());
    assert_eq!(faults(&site, other).await, ["uscc"]);
    site.site.save_contract(&owner, form.clone()).await.expect("entered");
    let key = format!("ht-{:024x}", 3);
    let twice = ContractForm { key, price: "1201".into(), ..form };
    let twice = site.site.save_contract(&owner, twice).await.map(|_| ());
    assert_eq!(faults(&site, twice).await, ["notice"], "one tender, one contract");
    site.clock.advance_ms(20 * HOUR);
    night(&site).await;
    assert_eq!(states(&site, BondKind::Bid), [PieceState::Returned]);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_bills_and_firms_see_only_their_own() {
    let site = TestSite::demo().await;
    let id = site.site.save_contract(&site.visitor("owner"), deal()).await.expect("entered");
    let change = |amount: &str, approval: &str| ContractActForm {
        amount: amount.into(),
        approval: approval.into(),
        ..words("change", "2026-07-18")
    };
    let bare = act(&site, "owner", &id, change("", "")).await;
    assert_eq!(faults(&site, bare).await, ["amount"], "nothing changes");
    act(&site, "owner", &id, change("100", "")).await.expect("changed");
    let over = act(&site, "owner", &id, change("20.000001", "")).await;
    assert_eq!(faults(&site, over).await, ["approval"]);
    act(&site, "owner", &id, change("20.000001", "广发改〔2026〕31号")).await.expect("changed");
    let bill = ContractActForm { amount: "30".into(), ..words("bill", "2026-07-18") };
    act(&site, "owner", &id, bill).await.expect("entered");
    let publish = ContractActForm { act: "publish".into(), ..ContractActForm::default() };
    act(&site, "owner", &id, publish.clone()).await.expect("public");
    let again = act(&site, "owner", &id, publish).await;
    assert!(matches!(again, Err(ApiError::Contract(_))), "{again:?}");
    site.clock.advance_ms(40 * DAY);
    let page = site.site.contract(&site.visitor("duty"), &id, Refused::default()).await;
    let page = page.expect("a page");
    let (days, interest) = page.owed[0].late.clone().expect("late");
    // Due on 17 August; it is 27 August: 300,000 × 0.05 % × 10.
    assert_eq!((days, interest.value), (10, Money::from_fen(150_000)));
    assert!(page.account.starts_with('*') && page.account.ends_with("0077"), "{}", page.account);
    // A firm of the reserve that has nothing to do with it.
    let firm = site.visitor("firm01");
    let list = site.site.contracts(&firm, ContractsAsk::default()).await.expect("a page");
    assert_eq!(list.all.0, 0);
    let other = site.site.contract(&firm, &id, Refused::default()).await;
    assert!(matches!(other, Err(ApiError::Forbidden)), "{other:?}");
    // Its own it sees, and gives for; who it is, it can't look at itself.
    let (name, uscc) = {
        let mirror = site.site.read();
        let org = mirror.orgs.get("firm-01").expect("a firm");
        (org.name.clone(), org.uscc.as_ref().expect("a code").to_string())
    };
    let own = ContractForm {
        key: format!("ht-{:024x}", 4),
        firm: name.clone(),
        uscc,
        signed: "2026-08-27".into(),
        ends: "2026-12-31".into(),
        ..deal()
    };
    let own = site.site.save_contract(&site.visitor("owner"), own).await.expect("entered");
    act(&site, "owner", &own, require("performance", "60", "2026-08-27")).await.expect("asked");
    let found = bond(&site, BondKind::Performance);
    let given = paper("60", "2026-08-27", "2027-01-31", &found.owner_name);
    site.site.give(&firm, &found.id, given).await.expect("given by the firm itself");
    let looked = on_bond(&site, "firm01", &found.id, bond_act("verify", 1)).await;
    assert!(matches!(looked, Err(ApiError::Forbidden)), "{looked:?}");
    let list = site.site.contracts(&firm, ContractsAsk::default()).await.expect("a page");
    assert_eq!((list.all.0, list.contracts[0].offered), (1, 1));
}

/// A firm acts on its contracts once a department has looked at its papers, under the code that
/// they name. Until then the centre does.
#[tokio::test(flavor = "multi_thread")]
async fn a_firm_that_nobody_has_looked_at_acts_through_the_centre() {
    let site = TestSite::demo().await;
    let typed = {
        let mirror = site.site.read();
        mirror.orgs.get("firm-29").and_then(|org| org.uscc.clone()).expect("a code")
    };
    let form = ContractForm { uscc: typed.to_string(), ..deal() };
    let id = site.site.save_contract(&site.visitor("owner"), form).await.expect("entered");
    act(&site, "owner", &id, require("performance", "60", "2026-07-18")).await.expect("asked");
    let kept = bond(&site, BondKind::Performance);
    assert_eq!(kept.firm.org.as_ref().map(|org| org.as_str()), Some("firm-29"), "it is stored");
    let firm = site.visitor("firm29");
    // The contracts and the gaps that it is shown; whether it may open the contract and the bond.
    let seen = async || {
        let list = site.site.contracts(&firm, ContractsAsk::default()).await.expect("a page");
        let gaps = site
            .site
            .bonds(&firm, Refused::default(), Refused::default())
            .await
            .expect("a page")
            .alarms;
        let page = site.site.contract(&firm, &id, Refused::default()).await;
        let bond = site.site.bond(&firm, &kept.id, Refused::default(), Refused::default()).await;
        (list.all.0, gaps.all, page.is_ok(), bond.is_ok())
    };
    let given = |until: &str| paper("60", "2026-07-18", until, &kept.owner_name);
    let refused = async || {
        let given = site.site.give(&firm, &kept.id, given("2027-01-31")).await;
        assert!(matches!(given, Err(ApiError::Forbidden)), "{given:?}");
        for name in ["reply", "apply", "remind", "serve"] {
            let done = on_bond(&site, "firm29", &kept.id, bond_act(name, 1)).await;
            assert!(matches!(done, Err(ApiError::Forbidden)), "{name}: {done:?}");
        }
    };
    assert_eq!(seen().await, (0, 0, false, false));
    refused().await;
    let other = Uscc::with_check("91510802MA6209999").expect("a code");
    looked_at(&site, "firm-29", &other).await;
    assert_eq!(seen().await, (0, 0, false, false), "its papers name another code");
    refused().await;
    let centre = site.visitor("centre");
    site.site.give(&centre, &kept.id, given("2026-12-31")).await.expect("given by the centre");

    looked_at(&site, "firm-29", &typed).await;
    assert_eq!(seen().await, (1, 1, true, true));
    site.site.give(&firm, &kept.id, given("2027-01-31")).await.expect("given by the firm");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_takes_two_people() {
    let site = TestSite::demo().await;
    secured(&site).await;
    let id = bond(&site, BondKind::Performance).id;
    let claim = |wan: &str| BondActForm {
        amount: wan.into(),
        day: "2026-07-18".into(),
        ..bond_act("claim", 1)
    };
    let left = |site: &TestSite| bond(site, BondKind::Performance).pieces[0].left();
    let more = on_bond(&site, "owner", &id, claim("60.000001")).await;
    assert_eq!(faults(&site, more).await, ["amount"]);
    on_bond(&site, "owner", &id, claim("20")).await.expect("asked");
    assert_eq!(left(&site), Money::from_fen(60_000_000), "nothing is gone yet");
    let own = on_bond(&site, "owner", &id, bond_act("claim_yes", 1)).await;
    assert_eq!(faults(&site, own).await, ["n"], "not by who asked for it");
    let second = on_bond(&site, "owner", &id, claim("1")).await;
    assert_eq!(faults(&site, second).await, ["amount"], "one at a time");
    let firm = on_bond(&site, "firm01", &id, bond_act("claim_no", 1)).await;
    assert!(matches!(firm, Err(ApiError::Forbidden)), "{firm:?}");
    on_bond(&site, "centre", &id, bond_act("claim_no", 1)).await.expect("refused");
    assert_eq!(left(&site), Money::from_fen(60_000_000));
    on_bond(&site, "owner", &id, claim("20")).await.expect("asked again");
    on_bond(&site, "centre", &id, bond_act("claim_yes", 1)).await.expect("confirmed");
    assert_eq!(left(&site), Money::from_fen(40_000_000));
    let none = on_bond(&site, "centre", &id, bond_act("claim_yes", 1)).await;
    assert_eq!(faults(&site, none).await, ["n"]);
}
