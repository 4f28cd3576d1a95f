//! What a firm sees of the bid bonds that it gave, and that it sees no others; by when a
//! contract has to be signed; links that lead nowhere.

use super::channel::noticed;
use super::site::TestSite;
use app::api::desk::{Answer, BondDesk};
use app::api::{ApiError, OwnBond, PleaForm, Refused, TenderActForm, TenderBondsPage};
use model::{Actor, Errand, TenderNoticeId, Uscc};
use policies::State;
use policies::bond::{BidBondForm, GivenForm, PaymentState, PieceState, Refusal};
use pool::membership::{Membership, Stage};
use server::store::{Act, Changes, Table};
use std::collections::BTreeSet;

const DAY: i64 = 86_400_000;

/// Firms of the reserve that bid here; of the last, no department has seen any papers yet.
const FIRMS: [&str; 3] = ["firm-01", "firm-02", "firm-29"];

/// Name and code of a firm.
fn firm(site: &TestSite, id: &str) -> (String, String) {
    let mirror = site.site.read();
    let org = mirror.orgs.get(id).expect("a firm");
    (org.name.clone(), org.uscc.as_ref().expect("a code").to_string())
}

fn act(act: &str) -> TenderActForm {
    TenderActForm { act: act.into(), ..TenderActForm::default() }
}

async fn settle(site: &TestSite, who: &str, id: &TenderNoticeId, form: TenderActForm) {
    let settled = site.site.settle_tender(&site.visitor(who), id, form).await;
    settled.expect("settled");
}

/// A tender on its last day for bids, with a bond in money of each of these firms.
async fn tendered(site: &TestSite) -> TenderNoticeId {
    let notice = noticed(site, "2026-07-18", "1260").await;
    site.clock.advance_ms(24 * DAY); // 11 August
    for (n, id) in FIRMS.into_iter().enumerate() {
        let (name, uscc) = firm(site, id);
        let form = BidBondForm {
            key: format!("bz-{n:024x}"),
            kind: "bid".into(),
            firm: name.clone(),
            uscc,
            size: "large".into(),
            credit: "c".into(),
            valid_until: "2026-11-30".into(),
            given: GivenForm {
                form: "cash".into(),
                amount: "25.2".into(),
                from: "2026-08-10".into(),
                payer: name,
                account: format!("51050166083600001{n:03}"),
                reference: format!("L-{n}"),
                ..GivenForm::default()
            },
            ..BidBondForm::default()
        };
        let entered = site.site.enter_bid_bond(&site.visitor("centre"), &notice, form).await;
        entered.expect("entered");
        let verify = TenderActForm {
            bond: format!("bz-{n:024x}"),
            reason: "与银行流水相符".into(),
            ..act("verify")
        };
        settle(site, "centre2", &notice, verify).await;
    }
    notice
}

/// A department has looked at a firm's papers, which name that code.
pub async fn looked_at(site: &TestSite, id: &str, code: &Uscc) {
    let now = site.site.now();
    let mut changes = Changes::new();
    {
        let mirror = site.site.read();
        let firm = mirror.contractors.get(id).expect("a firm");
        let mut papers = (*firm.value).clone();
        papers.basics.as_mut().expect("a profile").uscc = code.clone();
        changes.update(firm, &papers).expect("a change");
        let place = mirror.memberships.iter().find(|place| place.contractor == firm.id);
        let place = place.expect("a place");
        let stage = Stage::Listed { since: now, until: now.day().plus(400) };
        let next = Membership { stage, ..(*place.value).clone() };
        changes.update(place, &next).expect("a change");
    }
    let act = Act::new(&Actor::SYSTEM, Errand::Found, Table::Contractor, id);
    site.site.store.commit(changes, act, now).await.expect("written");
}

async fn own(site: &TestSite, login: &str) -> Vec<OwnBond> {
    let list = site
        .site
        .bonds(&site.visitor(login), Refused::default(), Refused::default())
        .await
        .expect("a list");
    assert!(list.tenders.is_empty() && list.payments.is_empty(), "{login}: nobody else's");
    list.own.expect("a firm's list")
}

async fn page(site: &TestSite, who: &str, id: &TenderNoticeId) -> Answer<TenderBondsPage> {
    let (entry, act) = (Refused::default(), Refused::default());
    site.site.tender_bonds(&site.visitor(who), id, entry, act).await
}

async fn award(site: &TestSite, id: &TenderNoticeId) {
    let (_, winner) = firm(site, FIRMS[1]);
    let award = TenderActForm { day: "2026-08-20".into(), winner, ..act("award") };
    settle(site, "centre", id, award).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firm_sees_its_own_bid_bonds_and_no_others() {
    let mut site = TestSite::demo().await;
    let notice = tendered(&site).await;
    let codes = |bonds: &[OwnBond]| -> Vec<String> {
        bonds.iter().map(|bond| bond.view.bond.firm.uscc.to_string()).collect()
    };
    let (name, code) = firm(&site, FIRMS[0]);
    let (other, _) = firm(&site, FIRMS[1]);
    assert_eq!(codes(&own(&site, "firm01").await), std::slice::from_ref(&code));
    assert_eq!(own(&site, "firm03").await, [], "it did not bid");
    // Anybody may register with any code: whoever only says so learns nothing, neither before
    // the bids are opened nor after.
    assert_eq!(own(&site, "firm29").await, []);
    let whole = page(&site, "firm01", &notice).await;
    assert!(matches!(whole, Err(ApiError::Forbidden)), "{whole:?}");
    let sums = site.site.bond_measures(&site.visitor("firm01")).await;
    assert!(matches!(sums, Err(ApiError::Forbidden)), "{sums:?}");

    site.clock.advance_ms(9 * DAY); // 20 August
    assert_eq!(own(&site, "firm29").await, [], "opened");
    award(&site, &notice).await;
    let waits = own(&site, "firm02").await;
    assert_eq!(
        (waits[0].view.release.is_none(), waits[0].view.waits.as_str()),
        (true, "等待签订合同")
    );
    site.clock.advance_ms(DAY);
    assert!(site.site.do_due().await);
    assert!(site.site.pay_due().await);
    let back = own(&site, "firm01").await;
    assert_eq!(codes(&back), [code]);
    let view = &back[0].view;
    assert_eq!(view.bond.pieces[0].state, PieceState::Returned);
    assert!(view.release.is_some());
    assert_eq!(view.payments.len(), 1);
    assert!(matches!(view.payments[0].payment.state, PaymentState::Paid { .. }));
    assert!(!view.payments[0].account.contains("5105"), "masked");

    // The page: its own, with the receipt, and no link that it may not follow.
    site.sign_in("firm01").await;
    let shown = site.get("/desk/bonds").await;
    assert_eq!(shown.status, 200);
    for has in ["本企业的投标保证金", name.as_str(), "付款，流水"] {
        assert!(shown.body.contains(has), "{has}");
    }
    for not in
        [other.as_str(), "51050166083600001", "/desk/bonds/measures", "/desk/bonds/statement"]
    {
        assert!(!shown.body.contains(not), "{not}");
    }
}

/// Registered with another's code, and reviewed with one's own: what counts is what was reviewed.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_only_typed_shows_nobody_s_bids() {
    let site = TestSite::demo().await;
    tendered(&site).await;
    let typed: Uscc = firm(&site, "firm-29").1.parse().expect("a code");
    let reviewed = Uscc::with_check("91510802MA6209999").expect("a code");
    looked_at(&site, "firm-29", &reviewed).await;
    assert_eq!(own(&site, "firm29").await, [], "sealed");
    site.clock.advance_ms(9 * DAY); // 20 August
    assert_eq!(own(&site, "firm29").await, [], "opened");
    looked_at(&site, "firm-29", &typed).await;
    let found = own(&site, "firm29").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].view.bond.firm.uscc, typed);
}

const SAYS: &str = "撤销函不是本公司出具，公章系伪造，已报案";

/// What is sent of a firm's case on the bond of that bidder.
fn fields(n: usize, reason: &str) -> String {
    format!("form[bond]=bz-{n:024x}&form[reason]={reason}")
}

fn plea(n: usize, reason: &str) -> PleaForm {
    PleaForm { bond: format!("bz-{n:024x}"), reason: reason.into() }
}

async fn held(site: &TestSite, notice: &TenderNoticeId, n: usize) {
    let hold = TenderActForm {
        bond: format!("bz-{n:024x}"),
        ground: "b7_withdrawn".into(),
        reason: "开标后来函撤销投标文件，见收文登记".into(),
        ..act("hold")
    };
    settle(site, "owner", notice, hold).await;
}

/// Before it is decided whether a bond is forfeit, its firm is heard: by itself, and nobody else
/// in its place.
#[tokio::test(flavor = "multi_thread")]
async fn a_firm_states_its_case_on_its_own_bid_bond() {
    let site = TestSite::demo().await;
    let notice = tendered(&site).await;
    site.clock.advance_ms(9 * DAY); // 20 August
    let early = site.site.plead(&site.visitor("firm01"), plea(0, SAYS)).await;
    assert_eq!(early, Err(ApiError::Bond(Refusal::NotHeld)), "there is nothing to reply to");
    for n in [0, 2] {
        held(&site, &notice, n).await;
    }
    let ground = own(&site, "firm01").await[0].ground.clone().expect("a ground");
    assert!(ground.1.contains("第三十五条"), "{ground:?}");
    // Neither another firm, nor one that only says that it is that firm, nor the centre here.
    for (who, n) in [("firm02", 0), ("firm29", 2), ("centre", 0)] {
        let denied = site.site.plead(&site.visitor(who), plea(n, SAYS)).await;
        assert!(matches!(denied, Err(ApiError::NotFound)), "{who}: {denied:?}");
    }
    let denied = site.site.plead(&site.visitor("owner"), plea(0, SAYS)).await;
    assert!(matches!(denied, Err(ApiError::Forbidden)), "{denied:?}");
}

/// The page has the form, says what is wrong, and keeps what was typed.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_a_plea_says_what_is_wrong() {
    let mut site = TestSite::demo().await;
    let notice = tendered(&site).await;
    site.clock.advance_ms(9 * DAY); // 20 August
    held(&site, &notice, 0).await;
    site.sign_in("firm01").await;
    assert!(site.get("/desk/bonds").await.body.contains("投标截止后撤销投标文件"));
    let short = site.submit("/api/bond/plead", &fields(0, "不是")).await;
    let back = short.location.expect("back to the form");
    let shown = site.get(back.split('#').next().expect("a path")).await.body;
    assert!(shown.contains("<details open") && shown.contains("不是</textarea>"), "{back}");
    let done = site.submit("/api/bond/plead", &fields(0, SAYS)).await;
    assert_eq!(done.location.as_deref(), Some("/desk/bonds#own"));
    let heard = {
        let mirror = site.site.read();
        let bond = mirror.bonds.get(&format!("bz-{:024x}", 0)).expect("a bond");
        let hold = bond.hold.as_ref().expect("a hold");
        hold.heard.iter().map(|plea| plea.words.clone()).collect::<Vec<_>>()
    };
    assert_eq!(heard, [SAYS]);
}

/// The form of the decision says which pleas were seen, and one that was not seen stops it.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_without_what_the_firm_said() {
    let mut site = TestSite::demo().await;
    let notice = tendered(&site).await;
    site.clock.advance_ms(9 * DAY); // 20 August
    held(&site, &notice, 0).await;
    let firm = site.visitor("firm01");
    site.site.plead(&firm, plea(0, SAYS)).await.expect("heard");
    site.sign_in("duty").await;
    let decider = site.get(&format!("/desk/bonds/tender/{notice}")).await.body;
    let one = format!("bz-{:024x}=1", 0);
    assert!(decider.contains(SAYS));
    assert!(decider.contains(&format!("name=\"form[heard]\" value=\"{one}\"")));
    site.site.plead(&firm, plea(0, "报案回执另行送达")).await.expect("heard");
    let free = |heard: String| TenderActForm {
        bond: format!("bz-{:024x}", 0),
        reason: "来函由他人冒名，投标人从未撤销投标".into(),
        heard,
        ..act("free")
    };
    let unheard = site.site.settle_tender(&site.visitor("duty"), &notice, free(one)).await;
    assert!(matches!(unheard, Err(ApiError::Draft(_))), "{unheard:?}");
    settle(&site, "duty", &notice, free(format!("bz-{:024x}=2", 0))).await;
    // Whoever still has the form open is told, though its page has none any more.
    site.sign_in("firm01").await;
    let late = site.submit("/api/bond/plead", &fields(0, "还要说明一点")).await;
    let back = late.location.expect("back");
    let (_, why) = back.split_once('?').expect("an error");
    let told = site.get(&format!("/desk/bonds?{why}")).await.body;
    assert!(told.contains("没有待决定的不予退还"), "{back}");
}

/// Where a firm's bonds are looked up holds what a walk over all of them finds, also for a
/// program that has just begun.
#[tokio::test(flavor = "multi_thread")]
async fn bonds_are_found_by_the_code_of_their_firm() {
    let site = TestSite::demo().await;
    tendered(&site).await;
    let beside = site.site.store.beside().await.expect("a second store");
    for store in [&site.site.store, &beside] {
        let mirror = store.read();
        assert_eq!(mirror.bonds_of_firm.len(), FIRMS.len());
        for (code, keys) in &mirror.bonds_of_firm {
            let bonds = mirror.bonds.iter().filter(|bond| bond.firm.uscc.as_str() == code);
            let walked: BTreeSet<String> = bonds.map(|bond| bond.id.to_string()).collect();
            assert_eq!((keys, keys.len()), (&walked, 1), "{code}");
        }
    }
}

/// An owner may neither read statements in nor try ladders: it is not sent there.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_shown_a_link_that_leads_nowhere() {
    let mut site = TestSite::demo().await;
    let links = ["/desk/bonds/statement", "/desk/bonds/simulate", "/desk/bonds/measures"];
    for (login, shown) in [
        ("owner", [false, false, true]),
        ("centre", [true, true, true]),
        ("duty", [false, true, true]),
    ] {
        site.sign_in(login).await;
        let body = site.get("/desk/bonds").await.body;
        let measures = site.get("/desk/bonds/measures").await.body;
        for (link, may) in links.into_iter().zip(shown) {
            assert_eq!(body.contains(&format!("href=\"{link}\"")), may, "{login} {link}");
            let leads = site.get(link).await.status;
            assert_eq!(leads == 200, may, "{login} {link}");
        }
        assert_eq!(measures.contains("/desk/bonds/simulate"), shown[1], "{login}");
        assert_eq!(body.contains("在招标公告页登记"), login == "centre", "{login}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_for_signing_is_told_from_the_award_on() {
    let mut site = TestSite::demo().await;
    let notice = tendered(&site).await;
    assert_eq!(page(&site, "owner", &notice).await.expect("a page").signing, None);
    site.clock.advance_ms(9 * DAY); // 20 August
    award(&site, &notice).await;
    let limit = async |site: &TestSite| {
        let page = page(site, "owner", &notice).await.expect("a page");
        page.signing.expect("a limit").statutory
    };
    let open = limit(&site).await;
    assert_eq!((open.days.rule.as_str(), open.days.value), ("tender.t13", 30));
    // 19 September is a Saturday, but the Sunday after it is worked.
    assert_eq!(open.due.map(|due| due.day().to_string()), Some("2026-09-20".into()));
    assert_eq!(open.stands(), "余 31 天");
    site.clock.advance_ms(40 * DAY); // 29 September
    let late = limit(&site).await;
    assert!(matches!(late.state, State::Overdue { .. }));
    site.sign_in("owner").await;
    let body = site.get(&format!("/desk/bonds/tender/{notice}")).await.body;
    for has in ["已超 9 天", "最迟 2026-09-20", "中华人民共和国招标投标法", "第四十六条"]
    {
        assert!(body.contains(has), "{has}");
    }
    let sign = TenderActForm { day: "2026-09-28".into(), ..act("sign") };
    settle(&site, "centre", &notice, sign).await;
    assert_eq!(limit(&site).await.stands(), "迟 8 天");
    // Fields that one of the two forms needs are not said to be left empty at will.
    site.sign_in("centre").await;
    let body = site.get(&format!("/desk/bonds/tender/{notice}")).await.body;
    assert_eq!(body.matches("（现金必填）").count(), 3);
    assert_eq!(body.matches("（保函、保险必填）").count(), 5);
}
