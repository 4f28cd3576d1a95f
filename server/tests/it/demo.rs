//! The demonstration city as people look at it: the screens that need a person have something to
//! show, and what they show can be gone on with.

use super::site::TestSite;
use app::api::desk::{BondDesk as _, ContractDesk as _};
use app::api::{ContractsAsk, MendForm, Refused, StatementForm};
use model::District;
use policies::bond::{Difference, Found, PaymentState, PieceState};
use server::adapters::feed::Polled;
use server::adapters::treasury::DemoTreasury;
use server::demo;

/// With its plans, contracts and bonds.
async fn city() -> TestSite {
    let test = TestSite::demo().await;
    let (store, now) = (&test.site.store, test.site.now());
    demo::plans::seed(store, now, 120).await.expect("plans");
    demo::contracts::seed(store, now).await.expect("contracts");
    test
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_was_read_in_and_leaves_two_lines_to_a_person() {
    let test = city().await;
    let centre = test.visitor("centre");
    let page =
        test.site.statement(&centre, Refused::default(), Refused::default()).await.expect("a page");
    // What needs a person stands first.
    let open: Vec<&Found> =
        page.lines.iter().map(|line| &line.found).filter(|found| found.is_open()).collect();
    let [Found::Unknown, Found::Differs { what, .. }] = open.as_slice() else { panic!("{open:?}") };
    assert_eq!(what, &[Difference::Account]);
    let is = |of: fn(&Found) -> bool| page.lines.iter().filter(|line| of(&line.found)).count();
    assert!(is(|found| matches!(found, Found::Order { .. })) > 5);
    assert!(is(|found| matches!(found, Found::Piece { .. })) > 5);
    // The bank has every order that counts as paid.
    assert_eq!(page.unseen, []);
    let (last, paid) = {
        let mirror = test.site.read();
        let last = mirror.bank_lines.iter().map(|line| line.day).max().expect("a day");
        let paid = mirror.payments.iter().filter_map(|payment| match &payment.state {
            PaymentState::Paid { receipt } => Some((receipt.at.day(), payment.line.is_some())),
            _ => None,
        });
        (last, paid.collect::<Vec<_>>())
    };
    assert!(paid.iter().all(|(day, seen)| *seen == (*day <= last)), "{paid:?}");

    // Pasted once more, a line of it says nothing new.
    let line = &page.lines[0];
    let text = format!(
        "交易日期,流水号,收入金额,支出金额,对方户名,对方账号,摘要\n{},{},\"{}\",,{},1,保证金",
        line.day, line.serial, line.amount, line.other
    );
    let head = test.site.read().head.seq;
    test.site.enter_statement(&centre, StatementForm { text }).await.expect("read in");
    assert_eq!(test.site.read().head.seq, head);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bank_refused_one_order_and_the_statement_tells_the_right_account() {
    let test = city().await;
    let page = test
        .site
        .bonds(&test.visitor("centre"), Refused::default(), Refused::default())
        .await
        .expect("a page");
    let stuck: Vec<_> = page.payments.iter().filter(|view| view.payment.is_stuck()).collect();
    assert_eq!(stuck.len(), 1);
    let order = &stuck[0].payment;
    let state = |test: &TestSite| {
        let mirror = test.site.read();
        let bond = mirror.bonds.get(order.bond.as_str()).expect("a bond");
        bond.piece(order.piece).expect("a piece").state
    };
    assert_eq!(state(&test), PieceState::Returning);
    let account = {
        let mirror = test.site.read();
        let of_bond =
            |found: &Found| matches!(found, Found::Differs { bond, .. } if *bond == order.bond);
        let line = mirror.bank_lines.iter().find(|line| of_bond(&line.found)).expect("a line");
        assert_ne!(mirror.reveal(&line.account), mirror.reveal(&order.account));
        mirror.reveal(&line.account).to_owned()
    };
    let mend = MendForm {
        id: order.id.to_string(),
        account,
        reason: "登记时账号末位有误，按银行流水更正".into(),
    };
    test.site.pay_again(&test.visitor("centre2"), mend).await.expect("mended");
    assert!(test.site.pay_due().await);
    assert_eq!(state(&test), PieceState::Returned);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_treasury_sends_two_payments_that_stay_odd_and_then_nothing() {
    let test = city().await;
    let treasury = DemoTreasury::beside(&test.site);
    assert_eq!(test.site.poll_treasury(&treasury).await.expect("written"), Polled::Done);
    let ask = ContractsAsk::default();
    let page = test.site.contracts(&test.visitor("centre"), ask).await.expect("a page");
    let odd = page.treasury.expect("a treasury").odd;
    let whys: Vec<&str> = odd.iter().map(|odd| odd.why.as_str()).collect();
    let [contract, amount] = whys.as_slice() else { panic!("{whys:?}") };
    assert!(contract.starts_with("台账没有合同"), "{contract}");
    assert!(amount.starts_with("支付") && amount.contains("应付款"), "{amount}");
    assert!(odd.iter().all(|odd| odd.waits && odd.stands.is_none()), "{odd:?}");
    // Nor is there any news on another day, when the program was started anew.
    let head = test.site.read().head.seq;
    test.clock.advance_ms(86_400_000);
    let later = DemoTreasury::beside(&test.site);
    assert_eq!(test.site.poll_treasury(&later).await.expect("written"), Polled::Done);
    assert_eq!(test.site.read().head.seq, head);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_countys_owner_builds_in_its_county() {
    let test = city().await;
    let mirror = test.site.read();
    let county = |owner: &str| match owner {
        "cxny" => Some(District::Cangxi),
        "qcjt" => Some(District::Qingchuan),
        _ => None,
    };
    for version in mirror.plan_versions.iter() {
        let content = &version.content;
        if let Some(county) = county(version.owner.as_str()) {
            assert!(content.districts.iter().all(|d| *d == county), "{}", content.project);
        }
    }
    for contract in mirror.contracts.iter() {
        let county = county(contract.owner.as_str());
        assert!(county.is_none_or(|county| contract.district == county), "{}", contract.title);
    }
    let elsewhere = mirror.plan_versions.iter().any(|version| version.owner.as_str() == "nyzx");
    assert!(elsewhere, "fields are levelled in other counties, too");
}
