//! Bonds of bidders through their desk: who waits for what, what goes back in the night,
//! and that a bank that loses answers pays once.

use super::channel::noticed;
use super::site::TestSite;
use app::api::desk::{Answer, BondDesk};
use app::api::{ApiError, MendForm, Refused, TenderActForm, TenderBondsPage};
use async_trait::async_trait;
use model::{BondId, Money, TenderNoticeId};
use policies::bond::{BidBondForm, GivenForm, Payment, PaymentState, PieceState, Warned};
use server::bank::{Bank, BankFault, Order};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;

/// Firms that bid: code and name.
const FIRMS: [(&str, &str); 4] = [
    ("91510802MA62500A9R", "四川甲建设有限公司"),
    ("91510822MA62500B7K", "四川乙建设有限公司"),
    ("91510824MA625C1D2F", "四川丙建设有限公司"),
    ("91510812MA6255TX58", "四川丁建设有限公司"),
];

/// A firm that has given nothing yet.
const NEW: &str = "91510811MA6256QY07";

fn cash(n: usize) -> BidBondForm {
    BidBondForm {
        key: format!("bz-{n:024x}"),
        kind: "bid".into(),
        firm: FIRMS[n].1.into(),
        uscc: FIRMS[n].0.into(),
        size: "large".into(),
        credit: "c".into(),
        valid_until: "2026-11-30".into(),
        given: GivenForm {
            form: "cash".into(),
            amount: "25.2".into(),
            from: "2026-08-10".into(),
            payer: FIRMS[n].1.into(),
            account: format!("51050166083600001{n:03}"),
            reference: format!("L-{n}"),
            ..GivenForm::default()
        },
        ..BidBondForm::default()
    }
}

fn paper(n: usize, owner: &str) -> BidBondForm {
    let given = GivenForm {
        form: "bank".into(),
        number: "BH-2026-7".into(),
        issuer: "某银行广元分行".into(),
        beneficiary: owner.into(),
        medium: "electronic".into(),
        until: "2026-11-30".into(),
        fee: "126".into(),
        ..cash(n).given
    };
    BidBondForm { given, ..cash(n) }
}

/// A tender of 12.6 million on the last day for bids, with three bonds in money and one
/// guarantee, of which nobody has looked at anything yet.
pub async fn entered(site: &TestSite) -> TenderNoticeId {
    let notice = noticed(site, "2026-07-18", "1260").await;
    site.clock.advance_ms(24 * DAY); // 11 August
    for n in 0..3 {
        enter(site, &notice, cash(n)).await.expect("entered");
    }
    let owner = page(site, &notice).await.owner;
    enter(site, &notice, paper(3, &owner)).await.expect("entered");
    notice
}

/// The same, and the money has been found on the account.
async fn tendered(site: &TestSite) -> TenderNoticeId {
    let notice = entered(site).await;
    for n in 0..3 {
        verify(site, &notice, n).await.expect("verified");
    }
    notice
}

fn on(n: usize, act: &str) -> TenderActForm {
    TenderActForm {
        act: act.into(),
        bond: format!("bz-{n:024x}"),
        reason: "与银行流水相符".into(),
        ..TenderActForm::default()
    }
}

/// Somebody else than who entered it looks at what was given.
pub async fn verify(site: &TestSite, id: &TenderNoticeId, n: usize) -> Answer<()> {
    site.site.settle_tender(&site.visitor("centre2"), id, on(n, "verify")).await
}

/// What happens by itself, payments with it.
async fn night(site: &TestSite) {
    assert!(site.site.do_due().await);
    assert!(site.site.pay_due().await);
}

async fn enter(site: &TestSite, id: &TenderNoticeId, form: BidBondForm) -> Answer<BondId> {
    site.site.enter_bid_bond(&site.visitor("centre"), id, form).await
}

async fn page(site: &TestSite, id: &TenderNoticeId) -> TenderBondsPage {
    let (entry, act) = (Refused::default(), Refused::default());
    site.site.tender_bonds(&site.visitor("centre"), id, entry, act).await.expect("a page")
}

async fn settle(site: &TestSite, id: &TenderNoticeId, form: TenderActForm) -> Answer<()> {
    site.site.settle_tender(&site.visitor("centre"), id, form).await
}

fn award() -> TenderActForm {
    TenderActForm {
        act: "award".into(),
        day: "2026-08-20".into(),
        winner: FIRMS[0].0.into(),
        candidates: vec![FIRMS[1].0.into()],
        ..TenderActForm::default()
    }
}

fn sign() -> TenderActForm {
    TenderActForm { act: "sign".into(), day: "2026-09-01".into(), ..TenderActForm::default() }
}

/// Where the first piece of each firm's bond stands.
fn states(site: &TestSite) -> Vec<PieceState> {
    let mirror = site.site.read();
    let of = |uscc: &str| {
        let bond = mirror.bonds.iter().find(|b| b.firm.uscc.to_string() == uscc);
        bond.expect("a bond").pieces[0].state
    };
    FIRMS.iter().map(|(uscc, _)| of(uscc)).collect()
}

async fn faults(site: &TestSite, answer: Result<(), ApiError>) -> Vec<String> {
    let Err(ApiError::Draft(draft)) = answer else { panic!("{answer:?}") };
    let visitor = site.visitor("centre");
    let (_, faults) =
        app::api::desk::PeopleDesk::draft(&site.site, &visitor, &draft).await.expect("a draft");
    faults.iter().map(|(field, _)| field.to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_chosen_goes_back_at_night_and_the_rest_after_the_contract() {
    let site = TestSite::demo().await;
    let notice = tendered(&site).await;
    let before = page(&site, &notice).await;
    // 2 % of 12.6 million; nobody here has a favour.
    assert_eq!(before.most.amount, Money::from_fen(25_200_000));
    assert_eq!(before.bonds.len(), 4);
    let alarms: usize = before.bonds.iter().map(|bond| bond.alarms.len()).sum();
    assert_eq!(alarms, 1, "the guarantee is not verified yet");
    assert_eq!(before.bonds[3].alarms[0].warned, Warned::Now);
    verify(&site, &notice, 3).await.expect("verified");
    site.clock.advance_ms(9 * DAY); // 20 August
    settle(&site, &notice, award()).await.expect("awarded");
    night(&site).await;
    use PieceState::{Held, Released, Returned};
    assert_eq!(states(&site), [Held, Held, Held, Held], "not before the night");
    // The house sleeps through the due time, and does it when it wakes.
    site.clock.advance_ms(DAY); // 21 August, 07:00
    night(&site).await;
    assert_eq!(states(&site), [Held, Held, Returned, Released]);
    let paid = {
        let mirror = site.site.read();
        let id: BondId = format!("bz-{:024x}", 2).parse().expect("a key");
        let key = Payment::key(&id, 1).expect("a key");
        (*mirror.payments.get(key.as_str()).expect("an order").value).clone()
    };
    // 10 to 21 August are 11 days: 252,000 × 0.05 % × 11 / 360 = 3.85 yuan.
    assert_eq!((paid.principal.fen(), paid.interest.fen()), (25_200_000, 385));
    assert_eq!(
        (paid.payee.as_str(), site.site.read().reveal(&paid.account)),
        (FIRMS[2].1, "51050166083600001002")
    );
    assert!(matches!(paid.state, PaymentState::Paid { .. }));
    // The candidate may still be chosen, should the winner refuse.
    let waits = page(&site, &notice).await;
    assert_eq!(waits.bonds[1].waits, "等待中标人签订合同（中标人放弃时可能递补）");
    site.clock.advance_ms(11 * DAY); // 1 September
    settle(&site, &notice, sign()).await.expect("signed");
    site.clock.advance_ms(20 * HOUR); // 2 September, 03:00
    night(&site).await;
    assert_eq!(states(&site), [Returned, Returned, Returned, Released]);
    assert_eq!(site.site.read().payments.len(), 3);
    let done = site
        .site
        .bonds(&site.visitor("duty"), Refused::default(), Refused::default())
        .await
        .expect("a page");
    assert_eq!((done.kept, done.tenders[0].returned), ((4, 4), 4));
    assert!(done.payments.iter().all(|p| !p.account.contains("5105")), "masked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_before_the_deadline_and_an_end_without_an_award() {
    let site = TestSite::demo().await;
    let notice = tendered(&site).await;
    let withdraw = |n: usize, day: &str| TenderActForm { day: day.into(), ..on(n, "withdraw") };
    let early = withdraw(0, "2026-07-17");
    assert_eq!(faults(&site, settle(&site, &notice, early).await).await, ["day"], "no notice yet");
    settle(&site, &notice, withdraw(0, "2026-08-11")).await.expect("withdrawn");
    let twice = withdraw(0, "2026-08-11");
    assert_eq!(faults(&site, settle(&site, &notice, twice).await).await, ["bond"]);
    site.clock.advance_ms(DAY);
    let late = withdraw(1, "2026-08-12");
    assert_eq!(faults(&site, settle(&site, &notice, late).await).await, ["day"]);
    night(&site).await;
    use PieceState::{Held, Offered, Returned};
    assert_eq!(states(&site), [Returned, Held, Held, Offered]);
    let back = GivenForm { reference: "L-7".into(), amount: "1".into(), ..cash(0).given };
    let back = BidBondForm { given: back, ..cash(0) };
    let back = enter(&site, &notice, back).await.map(|_| ());
    assert_eq!(faults(&site, back).await, ["uscc"], "it does not bid any more");
    // Who withdrew wins nothing.
    let absent = TenderActForm { day: "2026-08-12".into(), ..award() };
    assert_eq!(faults(&site, settle(&site, &notice, absent).await).await, ["winner"]);
    let end = TenderActForm {
        act: "end".into(),
        day: "2026-08-12".into(),
        reason: "规划调整，招标终止".into(),
        ..TenderActForm::default()
    };
    settle(&site, &notice, end).await.expect("ended");
    site.clock.advance_ms(DAY);
    night(&site).await;
    assert_eq!(states(&site), [Returned, Returned, Returned, Offered]);
    let over = TenderActForm { day: "2026-08-13".into(), winner: FIRMS[1].0.into(), ..award() };
    let over = TenderActForm { candidates: vec![], ..over };
    assert_eq!(faults(&site, settle(&site, &notice, over).await).await, ["day"]);
}

/// Four eyes, one transfer, one guarantee: in whichever tender it is shown again.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_given_twice_and_nobody_verifies_what_he_entered() {
    let site = TestSite::demo().await;
    let notice = entered(&site).await;
    use PieceState::{Held, Offered, Refused};
    assert_eq!(states(&site), [Offered; 4]);
    let own = settle(&site, &notice, on(0, "verify")).await;
    assert_eq!(faults(&site, own).await, ["bond"]);
    let waits = page(&site, &notice).await;
    assert!(
        waits.bonds.iter().all(|bond| bond.alarms[0].warned == Warned::Now),
        "it covers nothing"
    );
    verify(&site, &notice, 0).await.expect("verified");
    let refuse = site.site.settle_tender(&site.visitor("centre2"), &notice, on(3, "refuse")).await;
    refuse.expect("refused");
    assert_eq!(states(&site), [Held, Offered, Offered, Refused]);
    let other = noticed(&site, "2026-08-11", "900").await;
    let key = |n: usize| format!("bz-{n:024x}");
    let with = |n: usize, given: GivenForm| BidBondForm { key: key(n), given, ..cash(1) };
    let again =
        with(10, GivenForm { amount: "18".into(), from: "2026-08-11".into(), ..cash(1).given });
    let again = BidBondForm { valid_until: "2026-12-30".into(), ..again };
    let refused = enter(&site, &other, again.clone()).await.map(|_| ());
    assert_eq!(faults(&site, refused).await, ["reference"], "the money lies for the first tender");
    // What was refused does not count: the same guarantee, put right, and short money, topped up.
    let owner = page(&site, &notice).await.owner;
    enter(&site, &notice, paper(3, &owner)).await.expect("once more");
    let shown = page(&site, &notice).await;
    let pieces: Vec<PieceState> = shown.bonds[3].bond.pieces.iter().map(|p| p.state).collect();
    assert_eq!(pieces, [Refused, Offered]);
    let full = BidBondForm {
        key: key(11),
        given: GivenForm { reference: "L-9".into(), ..cash(0).given },
        ..cash(0)
    };
    let full = enter(&site, &notice, full).await.map(|_| ());
    assert_eq!(faults(&site, full).await, ["amount"]);
    // The form's key stands for something else: both are entered.
    let fresh = BidBondForm {
        key: key(0),
        given: GivenForm { reference: "L-8".into(), ..again.given },
        ..again
    };
    let id = enter(&site, &other, fresh).await.expect("entered");
    assert_ne!(id.to_string(), key(0));
}

/// Until the last day for bids is over, only the centre knows who bids, and how many.
#[tokio::test(flavor = "multi_thread")]
async fn who_bids_is_told_nobody_before_the_bids_are_opened() {
    let site = TestSite::demo().await;
    let notice = tendered(&site).await;
    let seen = async |login: &str| {
        let (entry, act) = (Refused::default(), Refused::default());
        let page = site.site.tender_bonds(&site.visitor(login), &notice, entry, act).await;
        let list =
            site.site.bonds(&site.visitor(login), Refused::default(), Refused::default()).await;
        (page.expect("a page").bonds.len(), list.expect("a list").tenders.len())
    };
    assert_eq!(seen("centre").await, (4, 1));
    for login in ["owner", "duty", "supervisor", "zhujian"] {
        assert_eq!(seen(login).await, (0, 0), "{login}");
    }
    let notes: Vec<String> =
        site.site.read().recent().filter_map(|entry| entry.note.clone()).collect();
    assert!(!notes.iter().any(|note| note.contains("甲建设")), "{notes:?}");
    site.clock.advance_ms(DAY);
    assert_eq!(seen("owner").await, (4, 1));
}

/// The index of evidence does not take two bonds without any for the same.
#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_bidders_may_have_to_give_nothing() {
    let site = TestSite::demo().await;
    let notice = noticed(&site, "2026-07-18", "1260").await;
    site.clock.advance_ms(24 * DAY);
    for n in 0..3 {
        let given = GivenForm::default();
        let waived = BidBondForm { size: "small".into(), waived: "yes".into(), given, ..cash(n) };
        enter(&site, &notice, waived).await.expect("entered");
    }
    assert_eq!(page(&site, &notice).await.bonds.len(), 3);
    // Nor two of which everything was refused.
    let small = |n: usize| BidBondForm { key: String::new(), ..cash(n) };
    let other = noticed(&site, "2026-08-11", "1260").await;
    for n in 0..2 {
        let given = GivenForm { from: "2026-08-11".into(), ..cash(n).given };
        let form = BidBondForm { valid_until: "2026-12-30".into(), given, ..small(n) };
        let id = enter(&site, &other, form).await.expect("entered");
        let refuse = TenderActForm { bond: id.to_string(), ..on(n, "refuse") };
        let refused = site.site.settle_tender(&site.visitor("centre2"), &other, refuse).await;
        refused.expect("refused");
    }
}

/// Between midnight and two, the job waits for two o'clock and not for its next look.
#[tokio::test(flavor = "multi_thread")]
async fn the_night_is_awaited_within_it() {
    let site = TestSite::demo().await;
    let notice = tendered(&site).await;
    site.clock.advance_ms(9 * DAY); // 20 August, 07:00
    settle(&site, &notice, award()).await.expect("awarded");
    site.clock.advance_ms(18 * HOUR + 55 * MINUTE); // 21 August, 01:55
    night(&site).await;
    let two = "2026-08-21T02:00:00+08:00".parse().expect("a moment");
    assert_eq!((site.site.next_due(), states(&site)[2]), (two, PieceState::Held));
    site.clock.advance_ms(5 * MINUTE);
    night(&site).await;
    assert_eq!(states(&site)[2], PieceState::Returned);
}

/// Who does not agree to a longer time gets its money when the old one is over.
#[tokio::test(flavor = "multi_thread")]
async fn a_longer_time_binds_those_who_agree() {
    let site = TestSite::demo().await;
    let notice = tendered(&site).await;
    verify(&site, &notice, 3).await.expect("verified");
    let extend = |day: &str| TenderActForm {
        act: "extend".into(),
        day: day.into(),
        reason: "书面通知第 3 号".into(),
        candidates: vec![FIRMS[2].0.into()],
        ..TenderActForm::default()
    };
    assert_eq!(faults(&site, settle(&site, &notice, extend("2026-11-30")).await).await, ["day"]);
    settle(&site, &notice, extend("2026-12-31")).await.expect("extended");
    let shown = page(&site, &notice).await;
    // The guarantee ends with the old time: that is a gap to come.
    let gaps: Vec<usize> = shown.bonds.iter().map(|bond| bond.alarms.len()).collect();
    assert_eq!(gaps, [0, 0, 0, 1]);
    site.clock.advance_ms(113 * DAY); // 2 December
    night(&site).await;
    use PieceState::{Held, Returned};
    assert_eq!(states(&site), [Held, Held, Returned, Held]);
    site.clock.advance_ms(31 * DAY);
    night(&site).await;
    assert!(states(&site).iter().all(|state| *state != Held));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_and_nobody_else_enters_anything() {
    let site = TestSite::demo().await;
    let notice = tendered(&site).await;
    // Sent twice, it counts once.
    enter(&site, &notice, cash(0)).await.expect("the same");
    assert_eq!(site.site.read().bonds.len(), 4);
    let other = BidBondForm { key: format!("bz-{:024x}", 9), ..cash(0) };
    let refused = enter(&site, &notice, other).await.map(|_| ());
    assert_eq!(refused, Ok(()), "the same transfer of the same firm");
    assert_eq!(site.site.read().bonds.len(), 4);
    let of = |n: usize, given: GivenForm| BidBondForm {
        key: String::new(),
        uscc: NEW.into(),
        given,
        ..cash(n)
    };
    let more = of(1, GivenForm { amount: "25.200001".into(), ..cash(1).given });
    assert_eq!(faults(&site, enter(&site, &notice, more).await.map(|_| ())).await, ["amount"]);
    let soon = BidBondForm { valid_until: "2026-08-10".into(), ..of(1, cash(1).given) };
    let soon = enter(&site, &notice, soon).await.map(|_| ());
    assert_eq!(faults(&site, soon).await, ["valid_until"]);
    let nothing = BidBondForm { waived: "yes".into(), ..of(1, GivenForm::default()) };
    let nothing = enter(&site, &notice, nothing).await.map(|_| ());
    assert_eq!(faults(&site, nothing).await, ["waived"], "it has to give the whole");
    let small =
        BidBondForm { size: "small".into(), waived: "yes".into(), ..of(1, GivenForm::default()) };
    enter(&site, &notice, small).await.expect("a small firm without a bad record gives nothing");
    let who = ["owner", "duty", "zhujian"];
    for login in who {
        let visitor = site.visitor(login);
        let entered = site.site.enter_bid_bond(&visitor, &notice, cash(1)).await;
        assert_eq!(entered, Err(ApiError::Forbidden), "{login}");
        let settled = site.site.settle_tender(&visitor, &notice, award()).await;
        assert_eq!(settled, Err(ApiError::Forbidden), "{login}");
    }
    // Dates that can't be, firms that did not bid, a contract before its award.
    site.clock.advance_ms(9 * DAY); // 20 August
    let wrong = [
        (TenderActForm { day: "2026-08-21".into(), ..award() }, "day"),
        (TenderActForm { day: "2026-08-10".into(), ..award() }, "day"),
        (TenderActForm { winner: "12510800452260014W".into(), ..award() }, "winner"),
        (TenderActForm { candidates: vec![FIRMS[0].0.into()], ..award() }, "candidates"),
        (TenderActForm { day: "2026-08-20".into(), ..sign() }, "day"),
    ];
    for (form, field) in wrong {
        assert_eq!(faults(&site, settle(&site, &notice, form).await).await, [field]);
    }
}

/// A bank that pays each key at most once, and answers as it likes.
#[derive(Default)]
struct Moody {
    /// What it did with each key.
    done: Mutex<BTreeMap<String, Result<i64, String>>>,
    /// How it answers the next orders; well, when nothing is left.
    moods: Mutex<Vec<Mood>>,
}

#[derive(Clone, Copy)]
enum Mood {
    /// Paid, but the answer is lost.
    Lost,
    /// It never heard of it.
    Deaf,
    /// Refused for good.
    Refuses,
}

#[async_trait]
impl Bank for Moody {
    async fn pay(&self, order: &Order<'_>) -> Result<String, BankFault> {
        let mood = self.moods.lock().expect("moods").pop();
        if matches!(mood, Some(Mood::Deaf)) {
            return Err(BankFault::Unknown("不通".into()));
        }
        let mut done = self.done.lock().expect("done");
        let did = done.entry(order.key.to_owned()).or_insert_with(|| match mood {
            Some(Mood::Refuses) => Err("户名不符".into()),
            _ => Ok(order.fen),
        });
        match (did.clone(), mood) {
            (_, Some(Mood::Lost)) => Err(BankFault::Unknown("超时".into())),
            (Ok(_), _) => Ok(format!("serial-{}", order.key)),
            (Err(why), _) => Err(BankFault::Refused(why)),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_loses_answers_pays_once() {
    let mut site = TestSite::demo().await;
    let bank = Arc::new(Moody::default());
    site.site.bank = bank.clone();
    let notice = tendered(&site).await;
    site.clock.advance_ms(9 * DAY);
    settle(&site, &notice, award()).await.expect("awarded");
    // From the end: it never hears, then pays without an answer, then answers.
    *bank.moods.lock().expect("moods") = vec![Mood::Lost, Mood::Deaf];
    site.clock.advance_ms(DAY);
    for _ in 0..4 {
        site.site.do_due().await;
        site.site.pay_due().await;
        site.clock.advance_ms(2 * HOUR);
    }
    assert_eq!(states(&site)[2], PieceState::Returned);
    let paid: Vec<i64> =
        bank.done.lock().expect("done").values().filter_map(|d| d.clone().ok()).collect();
    assert_eq!(paid, [25_200_385]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bank_refuses_waits_for_a_person_and_goes_under_a_new_key() {
    let mut site = TestSite::demo().await;
    let bank = Arc::new(Moody::default());
    site.site.bank = bank.clone();
    let notice = tendered(&site).await;
    site.clock.advance_ms(9 * DAY);
    settle(&site, &notice, award()).await.expect("awarded");
    *bank.moods.lock().expect("moods") = vec![Mood::Refuses];
    site.clock.advance_ms(DAY);
    for _ in 0..3 {
        site.site.do_due().await;
        site.site.pay_due().await;
        site.clock.advance_ms(2 * HOUR);
    }
    assert_eq!(states(&site)[2], PieceState::Returning, "nobody sends it again by itself");
    let centre = site.visitor("centre");
    let shown =
        site.site.bonds(&centre, Refused::default(), Refused::default()).await.expect("a page");
    assert!(shown.may_mend && shown.payments[0].payment.is_stuck());
    let id = shown.payments[0].payment.id.clone();
    let mend = |account: &str| MendForm {
        id: id.to_string(),
        account: account.into(),
        reason: "与开户行核对，账号输错一位".into(),
    };
    let duty = site.site.pay_again(&site.visitor("duty"), mend("")).await;
    assert_eq!(duty, Err(ApiError::Forbidden));
    // Who typed the account does not replace it.
    let own = site.site.pay_again(&centre, mend("51050166083600001999")).await;
    assert_eq!(faults(&site, own).await, ["account"]);
    let other = site.visitor("centre2");
    site.site.pay_again(&other, mend("51050166083600001999")).await.expect("again");
    night(&site).await;
    assert_eq!(states(&site)[2], PieceState::Returned);
    let keys: Vec<String> = bank.done.lock().expect("done").keys().cloned().collect();
    assert_eq!(keys, [format!("{id}-r0"), format!("{id}-r1")]);
    let mirror = site.site.read();
    let paid = mirror.payments.get(id.as_str()).expect("an order");
    assert_eq!(mirror.reveal(&paid.account), "51050166083600001999");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bidder_may_lose_stays_until_somebody_else_has_decided() {
    let site = TestSite::demo().await;
    let notice = tendered(&site).await;
    let hold = |n: usize, ground: &str| TenderActForm {
        ground: ground.into(),
        reason: "开标后来函撤销投标文件，见收文登记".into(),
        ..on(n, "hold")
    };
    let early = settle(&site, &notice, hold(2, "b7_withdrawn")).await;
    assert_eq!(faults(&site, early).await, ["ground"], "until the deadline anybody may withdraw");
    site.clock.advance_ms(9 * DAY); // 20 August
    let other = settle(&site, &notice, hold(2, "b8_breach")).await;
    assert_eq!(faults(&site, other).await, ["ground"], "that is no ground for a bid bond");
    settle(&site, &notice, hold(2, "b7_withdrawn")).await.expect("said");
    let twice = settle(&site, &notice, hold(2, "b7_withdrawn")).await;
    assert_eq!(faults(&site, twice).await, ["ground"]);
    // What the bidder says to that is entered by somebody else than who said it.
    let reply =
        || TenderActForm { reason: "公章系他人伪造，已报案".into(), ..on(2, "reply") };
    assert_eq!(faults(&site, settle(&site, &notice, reply()).await).await, ["reason"]);
    let second = site.visitor("centre2");
    site.site.settle_tender(&second, &notice, reply()).await.expect("heard");
    let seen = page(&site, &notice).await.bonds[2].clone();
    assert_eq!(seen.bond.hold.map(|hold| hold.heard.len()), Some(1));
    let due = seen.deciding.and_then(|course| course.statutory.due);
    assert_eq!(due.map(|due| due.day().to_string()).as_deref(), Some("2026-09-10"));
    let list =
        site.site.bonds(&second, Refused::default(), Refused::default()).await.expect("a page");
    assert_eq!(list.tenders[0].undecided, (1, 0));
    settle(&site, &notice, award()).await.expect("awarded");
    site.clock.advance_ms(20 * DAY); // 9 September
    night(&site).await;
    use PieceState::{Forfeited, Held, Offered, Returned};
    assert_eq!(states(&site), [Held, Held, Held, Offered]);
    let late = |site: &TestSite| {
        site.site.read().credits.iter().filter(|c| c.event == "未及时退还保证金").count()
    };
    assert_eq!(late(&site), 0, "nobody is late with what may be forfeit");
    let own = settle(&site, &notice, on(2, "forfeit")).await;
    assert!(matches!(own, Err(ApiError::Forbidden)), "{own:?}");
    let decide = |n: usize, act: &str| TenderActForm {
        reason: "来函由他人冒名，本人从未撤销投标".into(),
        ..on(n, act)
    };
    let duty = site.visitor("duty");
    let unheard = site.site.settle_tender(&duty, &notice, decide(2, "free")).await;
    assert!(matches!(unheard, Err(ApiError::Draft(_))), "without what was said: {unheard:?}");
    let heard = format!("bz-{:024x}=1", 2);
    let free = TenderActForm { heard, ..decide(2, "free") };
    site.site.settle_tender(&duty, &notice, free).await.expect("decided");
    night(&site).await;
    assert_eq!(states(&site), [Held, Held, Returned, Offered], "at once: it is due");
    // It was decided in time: the days that this took are nobody's lateness.
    let release = page(&site, &notice).await.bonds[2].release.clone().expect("it went back");
    let due = release.course.statutory.due.map(|due| due.day().to_string());
    let stands = release.course.statutory.stands();
    assert_eq!((due.as_deref(), stands.as_str()), (Some("2026-09-14"), "按时"));
    let owners = site.site.bond_measures(&duty).await.expect("a page").measures.owners;
    let back_late: usize = owners.iter().map(|owner| owner.late - owner.open_late).sum();
    assert_eq!((back_late, late(&site)), (0, 0));
    let again = site.site.settle_tender(&duty, &notice, decide(2, "forfeit")).await;
    assert!(again.is_err(), "it is decided: {again:?}");

    // The winner refuses to sign: its money is kept, and that of the candidate goes back when
    // its own turn comes.
    let owner = site.visitor("owner");
    site.site.settle_tender(&owner, &notice, hold(0, "b7_refused")).await.expect("said");
    site.site.settle_tender(&duty, &notice, decide(0, "forfeit")).await.expect("decided");
    settle(&site, &notice, TenderActForm { day: "2026-09-09".into(), ..sign() })
        .await
        .expect("signed");
    site.clock.advance_ms(DAY);
    night(&site).await;
    assert_eq!(states(&site), [Forfeited, Returned, Returned, Offered]);
    let verdict = page(&site, &notice).await.bonds[0].bond.verdict.clone();
    assert!(verdict.is_some_and(|verdict| verdict.forfeit && verdict.hold.by != verdict.by));
}
