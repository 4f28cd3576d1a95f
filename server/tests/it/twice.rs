//! What stands in the bank's statement is not paid again, whatever was sent or answered; a bank
//! that pays twice is found out; what is sent again has borne interest until then.

use super::site::TestSite;
use super::statement::{FIRMS, Silent, enter, number, page, tendered};
use app::api::desk::BondDesk;
use app::api::{ApiError, MendForm, TenderActForm};
use async_trait::async_trait;
use model::{Actor, Errand, Money};
use policies::bond::{Found, Line, Payment, PaymentState, PieceState};
use server::bank::{Bank, BankFault, NoBank, Order};
use server::store::{Act, Changes, Table};
use std::sync::{Arc, Mutex};

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
/// To which account each bond of [`tendered`] goes back.
const ACCOUNTS: [&str; 3] = ["510501660836000012", "510501660836000012", "510501660836000034"];

/// Writes down what it hears, and refuses the first key of each order where it is told to.
#[derive(Default)]
struct Writes {
    refuses: bool,
    heard: Mutex<Vec<(String, i64)>>,
}

#[async_trait]
impl Bank for Writes {
    async fn pay(&self, order: &Order<'_>) -> Result<String, BankFault> {
        self.heard.lock().expect("heard").push((order.key.to_owned(), order.fen));
        match self.refuses && order.key.ends_with("-r0") {
            true => Err(BankFault::Refused("账户状态异常".into())),
            false => Ok(format!("serial-{}", order.key)),
        }
    }
}

impl Writes {
    /// The orders of this tender that it heard, with how much each was.
    fn heard(&self) -> Vec<(String, i64)> {
        let heard = self.heard.lock().expect("heard");
        let ours = |(key, _): &&(String, i64)| (0..3).any(|n| key.starts_with(&order(n)));
        heard.iter().filter(ours).cloned().collect()
    }
}

fn order(n: usize) -> String {
    format!("bz-{n:024x}-1")
}

fn payment(site: &TestSite, n: usize) -> Payment {
    let mirror = site.site.read();
    (*mirror.payments.get(&order(n)).expect("an order").value).clone()
}

/// Where an order stands, and the money that it is about.
fn stands(site: &TestSite, n: usize) -> (&'static str, PieceState) {
    let state = payment(site, n).state.key();
    let mirror = site.site.read();
    (state, mirror.bonds.get(&format!("bz-{n:024x}")).expect("a bond").pieces[0].state)
}

/// Three bonds that the night of 12 August gave back: 126,000 and 0.35 of interest each.
async fn ordered(site: &TestSite) {
    let notice = tendered(site).await;
    let end = TenderActForm {
        act: "end".into(),
        day: "2026-08-11".into(),
        reason: "规划调整，招标终止".into(),
        ..TenderActForm::default()
    };
    site.site.settle_tender(&site.visitor("centre"), &notice, end).await.expect("ended");
    site.clock.advance_ms(DAY);
    assert!(site.site.do_due().await);
}

/// The statement's row of today for what an order says.
fn row(site: &TestSite, n: usize, serial: &str) -> String {
    let (day, amount) = (site.site.now().day(), payment(site, n).amount());
    let (firm, account, number) = (FIRMS[n].1, ACCOUNTS[n], number(site, n));
    format!("{day},{serial},,\"{amount}\",{firm},{account},退还投标保证金 {number}")
}

fn mend(n: usize) -> MendForm {
    MendForm { id: order(n), reason: "开户行已恢复该账户".into(), account: String::new() }
}

fn notes(site: &TestSite) -> Vec<String> {
    site.site.read().recent().filter_map(|entry| entry.note.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_at_the_counter_is_not_sent_when_a_bank_comes() {
    let mut site = TestSite::demo().await;
    site.site.bank = Arc::new(NoBank);
    ordered(&site).await;
    assert!(site.site.pay_due().await);
    assert_eq!(stands(&site, 0), ("ordered", PieceState::Returning));
    enter(&site, &[&row(&site, 0, "S-0")]).await.expect("read in");
    assert_eq!(stands(&site, 0), ("paid", PieceState::Returned));
    assert_eq!(stands(&site, 1), ("ordered", PieceState::Returning));
    let said = notes(&site).into_iter().find(|note| note.contains("S-0")).expect("a note");
    assert!(said.contains("据此认定已付款（原待发送）"), "{said}");

    let bank = Arc::new(Writes::default());
    site.site.bank = bank.clone();
    for _ in 0..3 {
        assert!(site.site.pay_due().await);
        site.clock.advance_ms(2 * HOUR);
    }
    let keys: Vec<String> = bank.heard().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [format!("{}-r0", order(1)), format!("{}-r0", order(2))]);
    assert_eq!(stands(&site, 1), ("paid", PieceState::Returned));
}

/// An order as it was written before a statement settled what it found.
async fn unsettled(site: &TestSite, n: usize, serial: &str, state: PaymentState) {
    let now = site.site.now();
    let seen = site.site.read().payments.get(&order(n)).expect("an order").clone();
    let mut found = (*seen.value).clone();
    found.line = Some(Line { serial: serial.into(), day: now.day(), read: now });
    found.state = state;
    let mut changes = Changes::new();
    changes.update(&seen, &found).expect("JSON");
    let act = Act::new(&Actor::SYSTEM, Errand::StatementEnter, Table::Payment, order(n));
    site.site.store.commit(changes, act, now).await.expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_before_and_left_unpaid_is_settled_without_the_bank() {
    let mut site = TestSite::demo().await;
    let bank = Arc::new(Writes::default());
    site.site.bank = bank.clone();
    ordered(&site).await;
    let refused = PaymentState::Refused { at: site.site.now(), why: "户名不符".into() };
    unsettled(&site, 0, "S-0", PaymentState::Ordered).await;
    unsettled(&site, 1, "S-1", refused.clone()).await;
    assert_eq!(stands(&site, 1), ("refused", PieceState::Returning));
    assert!(site.site.pay_due().await);
    for n in 0..3 {
        assert_eq!(stands(&site, n), ("paid", PieceState::Returned));
    }
    let keys: Vec<String> = bank.heard().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [format!("{}-r0", order(2))]);
    let PaymentState::Paid { receipt } = payment(&site, 0).state else { panic!("not paid") };
    assert_eq!(receipt.serial, "S-0");
    let said = notes(&site).into_iter().find(|note| note.contains("S-1")).expect("a note");
    assert!(said.contains("据此认定已付款（原银行退回）"), "{said}");
    assert!(site.site.read().open_payments().all(|payment| !payment.is_unsettled()));

    // Nor is a bank needed for that.
    let mut site = TestSite::demo().await;
    site.site.bank = Arc::new(NoBank);
    ordered(&site).await;
    unsettled(&site, 0, "S-0", refused).await;
    assert!(site.site.pay_due().await);
    assert_eq!(stands(&site, 0), ("paid", PieceState::Returned));
    assert_eq!(stands(&site, 1), ("ordered", PieceState::Returning));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_at_the_counter_before_the_bank_was_told_is_found() {
    let mut site = TestSite::demo().await;
    site.site.bank = Arc::new(NoBank);
    ordered(&site).await;
    let counter = row(&site, 0, "S-0");
    site.clock.advance_ms(2 * DAY);
    site.site.bank = Arc::new(Silent);
    assert!(site.site.pay_due().await);
    assert_eq!(stands(&site, 0), ("sent", PieceState::Returning));
    enter(&site, &[&counter]).await.expect("read in");
    assert_eq!(stands(&site, 0), ("paid", PieceState::Returned));
    let bank = Arc::new(Writes::default());
    site.site.bank = bank.clone();
    site.clock.advance_ms(2 * HOUR);
    assert!(site.site.pay_due().await);
    assert!(bank.heard().iter().all(|(key, _)| !key.starts_with(&order(0))), "{:?}", bank.heard());
    assert_eq!(bank.heard().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_of_the_sum_before_it_was_sent_again_is_found() {
    let mut site = TestSite::demo().await;
    let bank = Arc::new(Writes { refuses: true, ..Writes::default() });
    site.site.bank = bank.clone();
    ordered(&site).await;
    assert!(site.site.pay_due().await);
    let old = [row(&site, 0, "S-0"), row(&site, 1, "S-1")];
    site.clock.advance_ms(30 * DAY);
    let centre = site.visitor("centre");
    for n in 0..2 {
        site.site.pay_again(&centre, mend(n)).await.expect("again");
    }
    assert_eq!(payment(&site, 0).before, [Money::from_fen(12_600_035)]);
    // The one was paid at the counter while it was refused, and is not paid the new sum, too.
    enter(&site, &[&old[0]]).await.expect("read in");
    assert_eq!(stands(&site, 0), ("paid", PieceState::Returned));
    let said = notes(&site).into_iter().find(|note| note.contains("S-0")).expect("a note");
    assert!(said.contains("按重新发送前的金额 126,000.35 元付款"), "{said}");
    assert!(site.site.pay_due().await);
    let again: Vec<String> =
        bank.heard().into_iter().map(|(key, _)| key).filter(|key| key.ends_with("-r1")).collect();
    assert_eq!(again, [format!("{}-r1", order(1))]);
    // The other one was paid under its new key by then: that is one too many.
    enter(&site, &[&old[1]]).await.expect("read in");
    let lines = page(&site).await.lines;
    let found = &lines.iter().find(|line| line.serial == "S-1").expect("a line").found;
    let serial = format!("serial-{}-r1", order(1));
    assert_eq!(*found, Found::Twice { payment: payment(&site, 1).id, serial });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_and_paid_all_the_same_is_not_sent_again() {
    let mut site = TestSite::demo().await;
    let bank = Arc::new(Writes { refuses: true, ..Writes::default() });
    site.site.bank = bank.clone();
    ordered(&site).await;
    assert!(site.site.pay_due().await);
    assert_eq!(stands(&site, 0), ("refused", PieceState::Returning));
    assert!(payment(&site, 0).is_stuck());
    enter(&site, &[&row(&site, 0, "S-0")]).await.expect("read in");
    assert_eq!(stands(&site, 0), ("paid", PieceState::Returned));
    assert!(!payment(&site, 0).is_stuck(), "nothing to send again");
    let again = site.site.pay_again(&site.visitor("centre"), mend(0)).await;
    assert_eq!(again, Err(ApiError::Stale));
    site.site.pay_again(&site.visitor("centre"), mend(1)).await.expect("the other one goes");
    assert!(site.site.pay_due().await);
    let again: Vec<String> =
        bank.heard().into_iter().map(|(key, _)| key).filter(|key| key.ends_with("-r1")).collect();
    assert_eq!(again, [format!("{}-r1", order(1))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_has_borne_interest_until_then() {
    let mut site = TestSite::demo().await;
    let bank = Arc::new(Writes { refuses: true, ..Writes::default() });
    site.site.bank = bank.clone();
    ordered(&site).await;
    assert!(site.site.pay_due().await);
    let first = payment(&site, 0);
    assert_eq!((first.state.key(), first.interest), ("refused", Money::from_fen(35)));
    site.clock.advance_ms(30 * DAY); // 11 September
    site.site.pay_again(&site.visitor("centre"), mend(0)).await.expect("again");
    assert!(site.site.pay_due().await);
    let paid = payment(&site, 0);
    // 32 days since 10 August: 126,000 × 0.05 % × 32 / 360 = 5.60 yuan.
    assert_eq!((paid.state.key(), paid.interest), ("paid", Money::from_fen(560)));
    assert_eq!((paid.principal, paid.ordered), (first.principal, first.ordered));
    let told: Vec<(String, i64)> =
        bank.heard().into_iter().filter(|(key, _)| key.starts_with(&order(0))).collect();
    let (one, two) = (format!("{}-r0", order(0)), format!("{}-r1", order(0)));
    assert_eq!(told, [(one, 12_600_035), (two, 12_600_560)]);
    let said = notes(&site).into_iter().find(|note| note.contains("重新发送")).expect("a note");
    assert!(said.contains("利息计至 2026-09-11，由 0.35 元改为 5.60 元"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_transfer_for_one_order_is_told_as_paid_twice() {
    let mut site = TestSite::demo().await;
    site.site.bank = Arc::new(Writes::default());
    ordered(&site).await;
    assert!(site.site.pay_due().await);
    let serial = format!("serial-{}-r0", order(0));
    let (receipt, second) = (row(&site, 0, &serial), row(&site, 0, "S-5"));
    let found = async |serial: &str| {
        let lines = page(&site).await.lines;
        let line = lines.into_iter().find(|line| line.serial == serial).expect("a line");
        (line.found, line.number)
    };
    enter(&site, &[&receipt]).await.expect("read in");
    assert!(matches!(found(&serial).await.0, Found::Order { .. }), "its own receipt");
    // The next statement overlaps, and brings one transfer more.
    enter(&site, &[&receipt, &second]).await.expect("read in");
    assert!(matches!(found(&serial).await.0, Found::Order { .. }), "the same line is no second");
    let twice = Found::Twice { payment: payment(&site, 0).id, serial: serial.clone() };
    assert_eq!(found("S-5").await, (twice, number(&site, 0)));
    assert_eq!(page(&site).await.lines[0].serial, "S-5", "it stands first");
    assert!(notes(&site)[0].contains("1 行待查，其中 1 行疑似重复付款"), "{:?}", notes(&site)[0]);
    let line = payment(&site, 0).line.expect("seen");
    assert_eq!(line.serial, serial, "the order keeps its own");
    site.sign_in("centre").await;
    let shown = site.get("/desk/bonds/statement").await.body;
    assert!(shown.contains(&format!("疑似重复付款，流水 {serial} 已付过")), "{shown}");
}
