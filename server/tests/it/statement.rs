//! The bank's statement against what is on record; one payer behind several bidders; whoever
//! gives back late; what everybody may see of all that.

use super::channel::noticed;
use super::site::TestSite;
use app::api::desk::{Answer, BondDesk, ContractDesk, PeopleDesk, SuperviseDesk};
use app::api::{
    ApiError, BondActForm, ClearForm, ContractActForm, GiveForm, PartForm, Refused, SimulateAsk,
    StatementForm, StatementPage, TenderActForm, VerdictForm,
};
use async_trait::async_trait;
use model::{BondId, ContractId, Fault, Money, TenderNoticeId};
use policies::bond::{BidBondForm, Difference, Found, GivenForm, PieceState};
use policies::contract::ContractForm;
use policies::split::Finding;
use server::bank::{Bank, BankFault, Order};
use std::collections::BTreeMap;
use std::sync::Arc;

const DAY: i64 = 86_400_000;
pub(super) const FIRMS: [(&str, &str); 3] = [
    ("91510802MA62500A9R", "四川甲建设有限公司"),
    ("91510822MA62500B7K", "四川乙建设有限公司"),
    ("91510824MA625C1D2F", "四川丙建设有限公司"),
];

/// Hears each order, and says nothing.
pub(super) struct Silent;

#[async_trait]
impl Bank for Silent {
    async fn pay(&self, _: &Order<'_>) -> Result<String, BankFault> {
        Err(BankFault::Unknown("超时".into()))
    }
}

fn bid(n: usize, account: &str) -> BidBondForm {
    BidBondForm {
        key: format!("bz-{n:024x}"),
        kind: "bid".into(),
        firm: FIRMS[n].1.into(),
        uscc: FIRMS[n].0.into(),
        size: "large".into(),
        credit: "b".into(),
        valid_until: "2026-11-30".into(),
        given: GivenForm {
            form: "cash".into(),
            amount: "12.6".into(),
            from: "2026-08-10".into(),
            payer: FIRMS[n].1.into(),
            account: account.into(),
            reference: format!("L-{n}"),
            ..GivenForm::default()
        },
        ..BidBondForm::default()
    }
}

/// Three bids of 126,000 each, two of which came from one account.
pub(super) async fn tendered(site: &TestSite) -> TenderNoticeId {
    let notice = noticed(site, "2026-07-18", "1260").await;
    site.clock.advance_ms(24 * DAY); // 11 August, the last day for bids
    for (n, account) in
        ["510501660836000012", "510501660836000012", "510501660836000034"].into_iter().enumerate()
    {
        let form = bid(n, account);
        site.site.enter_bid_bond(&site.visitor("centre"), &notice, form).await.expect("entered");
        let verify = TenderActForm {
            act: "verify".into(),
            bond: format!("bz-{n:024x}"),
            reason: "与银行流水相符".into(),
            ..TenderActForm::default()
        };
        let centre2 = site.visitor("centre2");
        site.site.settle_tender(&centre2, &notice, verify).await.expect("verified");
    }
    notice
}

pub(super) async fn enter(site: &TestSite, rows: &[&str]) -> Answer<()> {
    let head = "交易日期,流水号,收入金额,支出金额,对方户名,对方账号,摘要";
    let text = std::iter::once(head).chain(rows.iter().copied()).collect::<Vec<_>>().join("\n");
    site.site.enter_statement(&site.visitor("centre"), StatementForm { text }).await
}

pub(super) async fn page(site: &TestSite) -> StatementPage {
    site.site
        .statement(&site.visitor("centre"), Refused::default(), Refused::default())
        .await
        .expect("a page")
}

pub(super) fn number(site: &TestSite, n: usize) -> String {
    let mirror = site.site.read();
    mirror.bonds.get(&format!("bz-{n:024x}")).expect("a bond").number.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_settles_what_the_bank_never_answered_and_tells_what_does_not_fit() {
    let mut site = TestSite::demo().await;
    site.site.bank = Arc::new(Silent);
    let notice = tendered(&site).await;
    let end = TenderActForm {
        act: "end".into(),
        day: "2026-08-11".into(),
        reason: "规划调整，招标终止".into(),
        ..TenderActForm::default()
    };
    site.site.settle_tender(&site.visitor("centre"), &notice, end).await.expect("ended");
    site.clock.advance_ms(DAY);
    assert!(site.site.do_due().await && site.site.pay_due().await);
    let state = |n: usize| {
        let mirror = site.site.read();
        let payment = mirror.payments.get(&format!("bz-{n:024x}-1")).expect("an order");
        (payment.state.key(), payment.amount())
    };
    assert_eq!(state(0), ("sent", Money::from_fen(12_600_035)));
    // What is wrong is told by row and column, and nothing of it is read in.
    let wrong = enter(&site, &["2026-13-01,S1,,1,x,1,y", "2026-08-12,,1,,x,1,y"]).await;
    let Err(ApiError::Draft(draft)) = wrong else { panic!("{wrong:?}") };
    let (_, faults) = site.site.draft(&site.visitor("centre"), &draft).await.expect("a draft");
    let fields: Vec<&str> = faults.iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["row.2.交易日期", "row.3.流水号"]);
    assert_eq!(page(&site).await.lines.len(), 0);

    let (zero, one) = (number(&site, 0), number(&site, 1));
    let paid = format!(
        "2026-08-12,S-0,,\"126,000.35\",{},510501660836000012,退还投标保证金 {zero}",
        FIRMS[0].1
    );
    // The second order's number with the amount of nobody's.
    let odd =
        format!("2026-08-12,S-1,,126000.00,{},510501660836000012,退还投标保证金 {one}", FIRMS[1].1);
    let came = format!("2026-08-10,L-0,126000.00,,{},510501660836000012,投标保证金", FIRMS[0].1);
    let other =
        "2026-08-10,L-2,126000.00,,广元市某商贸有限公司,510501660836000034,投标保证金".to_owned();
    let rows = [paid.as_str(), odd.as_str(), came.as_str(), other.as_str()];
    enter(&site, &rows).await.expect("read in");
    assert_eq!((state(0).0, state(1).0), ("paid", "sent"));
    let returned = |n: usize| {
        let mirror = site.site.read();
        mirror.bonds.get(&format!("bz-{n:024x}")).expect("a bond").pieces[0].state
    };
    assert_eq!((returned(0), returned(1)), (PieceState::Returned, PieceState::Returning));
    let found: BTreeMap<String, Found> =
        page(&site).await.lines.into_iter().map(|line| (line.serial, line.found)).collect();
    assert!(matches!(found["S-0"], Found::Order { .. }));
    assert_eq!(found["S-1"], Found::Unknown);
    assert!(matches!(found["L-0"], Found::Piece { .. }));
    let Found::Differs { what, .. } = &found["L-2"] else { panic!("{:?}", found["L-2"]) };
    assert_eq!(what, &[Difference::Payer]);
    // Read in again with one line more: only that is new, and nothing is paid anew.
    let late = "2026-08-12,S-9,,5.00,广元市某商贸有限公司,1,手续费".to_owned();
    enter(&site, &[paid.as_str(), odd.as_str(), late.as_str()]).await.expect("read in");
    assert_eq!(page(&site).await.read.0, 5);
    let paid_again = site.site.read().payments.iter().filter(|p| p.line.is_some()).count();
    assert_eq!(paid_again, 1);
    let denied =
        site.site.statement(&site.visitor("duty"), Refused::default(), Refused::default()).await;
    assert!(matches!(denied, Err(ApiError::Forbidden)), "{denied:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_says_what_a_line_was_that_fits_nothing_once_and_for_good() {
    let mut site = TestSite::demo().await;
    let rows = [
        "2026-07-17,S-1,,5.00,本行,,手续费",
        "2026-07-16,S-2,,8.00,本行,,手续费",
        "2026-07-15,S-3,,8.00,本行,,手续费",
    ];
    enter(&site, &rows).await.expect("read in");
    let first = page(&site).await;
    assert_eq!(first.open, 3);
    let line = |serial: &str| {
        let line = first.lines.iter().find(|line| line.serial == serial);
        line.expect("a line").id.clone()
    };
    let clear = |serial: &str, reason: &str| ClearForm { id: line(serial), reason: reason.into() };
    let centre = site.visitor("centre");
    let short = site.site.clear_line(&centre, clear("S-1", "费")).await;
    assert!(matches!(short, Err(ApiError::Draft(_))), "{short:?}");
    let denied = site.site.clear_line(&site.visitor("duty"), clear("S-1", "手续费")).await;
    assert!(matches!(denied, Err(ApiError::Forbidden)), "{denied:?}");
    // Somebody else who has not heard of it yet can't clear it up as well.
    let beside = site.site.store.beside().await.expect("a second store");
    site.site.clear_line(&centre, clear("S-1", "银行扣收的手续费")).await.expect("cleared");
    let mut other = site.site.clone();
    other.store = beside;
    let late = other.clear_line(&site.visitor("centre2"), clear("S-1", "另一种说法")).await;
    assert!(matches!(late, Err(ApiError::Stale)), "{late:?}");

    let now = page(&site).await;
    assert_eq!((now.open, now.lines[0].serial.as_str()), (2, "S-2"), "what is open stands first");
    let cleared = now.lines[2].cleared.as_ref().expect("cleared");
    assert_eq!(cleared.words, "银行扣收的手续费");
    assert!(!cleared.by.is_empty());
    // What the bank said stays as it was.
    assert_eq!(now.lines[2].found, Found::Unknown);
    let again = site.site.clear_line(&centre, clear("S-1", "银行扣收的手续费")).await;
    assert!(matches!(again, Err(ApiError::Stale)), "{again:?}");

    // The form of a page without script: told what is wrong by its own line.
    site.sign_in("centre").await;
    let fields = format!("form[id]={}&form[reason]=费", line("S-2"));
    let back = site.submit("/api/bond/statement-clear", &fields).await.location.expect("back");
    let shown = site.get(back.split('#').next().expect("a path")).await.body;
    // Neither the other open line nor the form that reads statements in.
    for (has, times) in
        [("<details open", 1), ("处需要修改", 1), ("：银行扣收的手续费", 1), ("2 行待查", 1)]
    {
        assert_eq!(shown.matches(has).count(), times, "{has}: {back}");
    }
}

/// Where a line is at odds with an order or an entry, two people have seen that.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_clears_up_what_came_of_their_own_work() {
    let site = TestSite::demo().await;
    tendered(&site).await;
    let other = "2026-08-10,L-2,126000.00,,广元市某商贸有限公司,510501660836000034,投标保证金";
    enter(&site, &[other]).await.expect("read in");
    let line = page(&site).await.lines[0].clone();
    assert!(matches!(line.found, Found::Differs { .. }), "{:?}", line.found);
    let clear = || ClearForm {
        id: line.id.clone(),
        reason: "由投标人的母公司代付，已补说明".into(),
    };
    let own = site.site.clear_line(&site.visitor("centre"), clear()).await;
    let Err(ApiError::Draft(draft)) = own else { panic!("{own:?}") };
    let (_, faults) = site.site.draft(&site.visitor("centre"), &draft).await.expect("a draft");
    let said: Vec<_> = faults.iter().collect();
    assert_eq!(said, [("reason", &Fault::SamePerson)]);
    site.site.clear_line(&site.visitor("centre2"), clear()).await.expect("cleared");
    assert_eq!(page(&site).await.open, 0);
    // Who paid may be said in it: that stands in no note.
    let head = site.site.read().head.seq;
    let last = site.site.store.entries(head - 1, 1).await.expect("the journal");
    let note = last[0].0.note.as_deref().expect("a note");
    assert!(note.ends_with("已查明"), "{note}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_statements_read_in_at_once_no_line_is_lost() {
    let mut site = TestSite::demo().await;
    let beside = site.site.store.beside().await.expect("a second store");
    let rows: Vec<String> =
        (1..4).map(|n| format!("2026-07-17,S-{n},,5.00,广元市某商贸有限公司,1,手续费")).collect();
    enter(&site, &[&rows[0], &rows[1]]).await.expect("read in");
    // The other one has not heard of that yet: one of its lines is there already.
    site.site.store = beside;
    assert_eq!(page(&site).await.lines.len(), 0);
    enter(&site, &[&rows[1], &rows[2]]).await.expect("read in");
    let mut serials: Vec<String> =
        page(&site).await.lines.into_iter().map(|line| line.serial).collect();
    serials.sort();
    assert_eq!(serials, ["S-1", "S-2", "S-3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_payer_behind_two_bidders_is_a_lead_once_the_bids_are_opened() {
    let site = TestSite::demo().await;
    tendered(&site).await;
    assert!(site.site.do_due().await);
    let leads = |site: &TestSite| -> Vec<_> {
        let mirror = site.site.read();
        let payers = mirror.clues.iter().filter_map(|clue| match &clue.finding {
            Finding::Payer(lead) => Some((clue.id.clone(), lead.clone())),
            Finding::Split(_) => None,
        });
        payers.collect()
    };
    assert_eq!(leads(&site), [], "who bids is nobody's business yet");
    site.clock.advance_ms(DAY);
    assert!(site.site.do_due().await);
    assert!(site.site.do_due().await, "and told once");
    let found = leads(&site);
    assert_eq!(found.len(), 1);
    let (id, lead) = &found[0];
    let names: Vec<&str> = lead.shared.members.iter().map(|m| m.firm_name.as_str()).collect();
    assert_eq!(names, [FIRMS[0].1, FIRMS[1].1]);
    assert!(lead.shared.members.iter().all(|m| m.account.starts_with("****")), "masked");
    let html = {
        let mut site = site;
        site.sign_in("duty").await;
        let shown = site.get("/desk/clues").await.body;
        let drop = VerdictForm {
            act: "drop".into(),
            reason: "两家同属一个财务共享中心，已核实".into(),
            ..VerdictForm::default()
        };
        let duty = site.visitor("duty");
        site.site.decide_clue(&duty, id, drop).await.expect("decided");
        shown
    };
    assert!(html.contains("同一账号") && html.contains(FIRMS[1].1), "{html}");
}

fn words(act: &str, day: &str) -> ContractActForm {
    ContractActForm {
        act: act.into(),
        day: day.into(),
        words: "按文件办理".into(),
        ..ContractActForm::default()
    }
}

/// A public contract, carried out and settled, with money kept back that may be asked for soon.
async fn retained(site: &TestSite) -> (ContractId, BondId) {
    let owner = site.visitor("owner");
    let deal = ContractForm {
        title: "G543 边坡治理施工".into(),
        firm: FIRMS[0].1.into(),
        uscc: FIRMS[0].0.into(),
        size: "small".into(),
        credit: "c".into(),
        kind: "works".into(),
        price: "1200".into(),
        signed: "2026-07-18".into(),
        ends: "2026-09-30".into(),
        account: "510501660836000077".into(),
        ..ContractForm::default()
    };
    let id = site.site.save_contract(&owner, deal).await.expect("entered");
    let act = |form| site.site.act_on_contract(&owner, &id, form);
    act(ContractActForm { act: "publish".into(), ..ContractActForm::default() })
        .await
        .expect("public");
    let require = ContractActForm {
        act: "require".into(),
        kind: "performance".into(),
        amount: "60".into(),
        day: "2026-07-18".into(),
        ..ContractActForm::default()
    };
    act(require).await.expect("asked");
    let performance = {
        let mirror = site.site.read();
        let bond = mirror.bonds.iter().next().expect("a bond");
        (bond.id.clone(), bond.owner_name.clone())
    };
    let given = GivenForm {
        form: "insurance".into(),
        amount: "60".into(),
        from: "2026-07-18".into(),
        until: "2026-10-31".into(),
        number: "BX-1".into(),
        issuer: "某财产保险公司".into(),
        beneficiary: performance.1.clone(),
        medium: "electronic".into(),
        fee: "1200".into(),
        ..GivenForm::default()
    };
    site.site
        .give(&owner, &performance.0, GiveForm { gives: "yes".into(), given })
        .await
        .expect("given");
    let verify = BondActForm {
        act: "verify".into(),
        n: "1".into(),
        words: "已向保险公司查验".into(),
        ..BondActForm::default()
    };
    let centre = site.visitor("centre");
    site.site.act_on_bond(&centre, &performance.0, verify).await.expect("verified");
    act(words("complete", "2026-07-18")).await.expect("accepted");
    let amount = "1200".into();
    act(ContractActForm { amount, ..words("settle", "2026-07-18") }).await.expect("settled");
    // Nothing is kept back while the guarantee stands.
    site.clock.advance_ms(2 * DAY); // 20 July, a Monday
    assert!(site.site.do_due().await);
    let part =
        PartForm {
            name: "缺陷责任期届满".into(), share: "100".into(), due: "2026-07-21".into()
        };
    let retain = ContractActForm {
        act: "retain".into(),
        amount: "18".into(),
        day: "2026-07-20".into(),
        parts: vec![part],
        ..ContractActForm::default()
    };
    act(retain).await.expect("kept back");
    let mirror = site.site.read();
    let bond = mirror.bonds.iter().find(|b| b.id != performance.0).expect("it").id.clone();
    drop(mirror);
    (id, bond)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_late_is_proposed_to_lose_points_and_is_public() {
    let site = TestSite::demo().await;
    let (_, bond) = retained(&site).await;
    site.clock.advance_ms(DAY); // 21 July
    let apply = BondActForm {
        act: "apply".into(),
        n: "1".into(),
        words: "缺陷责任期届满".into(),
        ..BondActForm::default()
    };
    site.site.act_on_bond(&site.visitor("centre"), &bond, apply).await.expect("asked");
    let proposals = |site: &TestSite| -> Vec<(String, String)> {
        let mirror = site.site.read();
        let of = mirror.credits.iter().filter(|p| p.source.0 == "bond");
        of.map(|p| (p.event.clone(), p.findings.clone())).collect()
    };
    site.clock.advance_ms(14 * DAY); // 4 August, the last day
    assert!(site.site.do_due().await);
    assert_eq!(proposals(&site), []);
    site.clock.advance_ms(DAY);
    assert!(site.site.do_due().await);
    assert!(site.site.do_due().await, "and proposed once");
    let found = proposals(&site);
    assert_eq!(found.len(), 1);
    assert!(found[0].1.contains("拟扣 5 分"), "{}", found[0].1);
    // A person decides, after the owner was heard.
    let id = site.site.read().credits.iter().find(|p| p.source.0 == "bond").expect("it").id.clone();
    let verdict =
        VerdictForm {
            act: "record".into(), reason: "逾期属实".into(), ..VerdictForm::default()
        };
    let duty = site.visitor("duty");
    let early = site.site.decide_credit(&duty, &id, verdict.clone()).await;
    assert!(matches!(early, Err(ApiError::Credit(_))), "{early:?}");
    site.clock.advance_ms(10 * DAY);
    site.site.decide_credit(&duty, &id, verdict).await.expect("decided");

    let public = site.get("/bonds").await;
    assert_eq!(public.status, 200);
    assert!(public.body.contains("市公路管理中心"), "late, by name");
    assert!(public.body.contains("履约保证金以保函、保险替代现金 600,000.00 元"), "a case");
    assert!(!public.body.contains("510501660836000077"));
    let contracts = site.get("/contracts").await.body;
    assert!(contracts.contains("G543 边坡治理施工") && contracts.contains("公开率 100%"));

    let sums = site.site.bond_measures(&site.visitor("supervisor")).await.expect("a page").measures;
    // 1.2 million by law, half of it asked, all of that by insurance; 360,000 of retention by
    // law, half of that asked.
    assert_eq!(sums.this.reduced, Money::from_fen(60_000_000 + 18_000_000));
    assert_eq!(sums.this.replaced, Money::from_fen(60_000_000));
    assert_eq!((sums.this.late, sums.owners[0].open_late), (1, 1));
    // Another ladder: small firms give all of it.
    let rungs = BTreeMap::from([("bond-reduce_performance-sme_clean".to_owned(), "0".to_owned())]);
    let tried = site.site.try_ladder(&duty, SimulateAsk { rungs }).await.expect("a page");
    assert_eq!(tried.outcome.freed(), Money::from_fen(-60_000_000));
    assert_eq!((tried.outcome.cases, tried.outcome.moved), (2, 1));
    let odd = BTreeMap::from([("bond-reduce_performance-b".to_owned(), "110".to_owned())]);
    let odd = site.site.try_ladder(&duty, SimulateAsk { rungs: odd }).await.expect("a page");
    assert_eq!(odd.rungs.iter().filter(|rung| rung.wrong).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_say_nothing_of_bids_that_are_not_opened() {
    let site = TestSite::demo().await;
    tendered(&site).await;
    let bonds = |site: &TestSite| site.site.public_bonds().measures.this.bonds;
    assert_eq!(bonds(&site), 0);
    site.clock.advance_ms(DAY);
    assert_eq!(bonds(&site), 3);
}
