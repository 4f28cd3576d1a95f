//! Contracts: the machine as a page that people can read, what changes come to, what may be
//! asked, and when it goes back. Run with UPDATE_GOLDEN=1 to write the page anew, and review
//! the change.

use model::{BondForm, BondKind, CreditLevel, Day, FirmSize, LotKind, Moment, Money, Personal};
use policies::Law;
use policies::bond::{
    Application, Bond, Claim, Firm, Hold, NoBond, On, Party, Piece, PieceState, RetainAct,
    RetainEntry, RetainStage, What, Withheld,
};
use policies::contract::{
    Act, Bill, Change, Contract, ContractForm, Done, Part, Settlement, Stage, asked, back, due_of,
    grown, needs_of_parts, overlaps, owed, publishing, returning, signing,
};
use proptest::prelude::*;
use std::{env, fs};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn at(text: &str) -> Moment {
    text.parse().expect("a moment")
}

fn yuan(n: i64) -> Money {
    Money::from_yuan(n).expect("an amount")
}

fn account() -> Personal {
    Personal { key: "pv".into(), seal: "s".into() }
}

fn contract() -> Contract {
    Contract {
        id: "ht-1".parse().expect("a key"),
        number: "HT-2026-000001".into(),
        notice: None,
        title: "取水管道更换".into(),
        owner: "yz-1".parse().expect("a key"),
        owner_name: "市水务集团".into(),
        district: model::District::Lizhou,
        firm: Party {
            org: None,
            name: "甲公司".into(),
            uscc: "91510802MA62500A9R".parse().expect("a code"),
        },
        who: Firm { size: FirmSize::Small, credit: CreditLevel::C, failings: false },
        kind: LotKind::Works,
        procurement: false,
        government: true,
        price: yuan(1_000_000),
        awarded: Some(day("2026-03-02")),
        signed: day("2026-03-20"),
        ends: day("2026-09-30"),
        pays: 0,
        account: account(),
        stage: Stage::Running,
        changes: vec![],
        bills: vec![],
        completed: None,
        settlement: None,
        ended: None,
        published: None,
        evaluation: None,
        entered: at("2026-03-20T10:00:00+08:00"),
        by: "a-1".parse().expect("a key"),
    }
}

fn done(text: &str, known: &str) -> Done {
    Done { day: day(text), known: at(known), by: "a-1".parse().expect("a key"), words: "x".into() }
}

fn change(more: i64, less: i64) -> Change {
    Change {
        day: day("2026-05-01"),
        more: yuan(more),
        less: yuan(less),
        ends: None,
        reason: "x".into(),
        approval: String::new(),
        entered: at("2026-05-01T10:00:00+08:00"),
        by: "a-1".parse().expect("a key"),
    }
}

fn bond(kind: BondKind, pieces: Vec<Piece>) -> Bond {
    Bond {
        id: "bz-1".parse().expect("a key"),
        number: "BZ-2026-000001".into(),
        kind,
        owner: "yz-1".parse().expect("a key"),
        owner_name: "市水务集团".into(),
        district: model::District::Lizhou,
        firm: contract().firm,
        on: On::Contract { contract: "ht-1".parse().expect("a key"), title: "x".into() },
        most: yuan(30_000),
        reduced: vec![],
        law: "x".into(),
        basis: None,
        needs: vec![],
        pieces,
        hold: None,
        verdict: None,
        applications: vec![],
        warned: vec![],
        entered: at("2026-03-20T10:00:00+08:00"),
        by: "a-1".parse().expect("a key"),
    }
}

fn withheld(n: u32, amount: i64, due: &str) -> Piece {
    Piece {
        n,
        form: BondForm::Cash,
        amount: yuan(amount),
        from: day("2026-10-09"),
        until: None,
        what: What::Withheld(Withheld {
            milestone: "缺陷责任期届满".into(),
            due: day(due),
            account: account(),
        }),
        state: PieceState::Held,
        verified: None,
        claims: vec![],
        asked: None,
        gone: None,
        entered: at("2026-10-09T10:00:00+08:00"),
        by: None,
        checked: None,
    }
}

#[test]
fn every_state_and_every_act() {
    let mut page = format!("{:<12}", "");
    for act in Act::ALL {
        page += &format!("{:<11}", act.key());
    }
    page = page.trim_end().to_owned() + "\n";
    for stage in Stage::ALL {
        let contract = Contract { stage, ..contract() };
        let mut line = format!("{:<12}", stage.key());
        for act in Act::ALL {
            line += &format!("{:<11}", contract.step(act).map_or("·", Stage::key));
        }
        page += line.trim_end();
        page += "\n";
    }
    let path = format!("{}/tests/golden/contract.txt", env!("CARGO_MANIFEST_DIR"));
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &page).expect("the golden file can be written");
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(page, reviewed, "run again with UPDATE_GOLDEN=1 and review the difference");
}

#[test]
fn small_steps_add_up_and_what_is_taken_out_makes_no_room() {
    let law = Law::shipped();
    let with = |changes: Vec<Change>| Contract { changes, ..contract() };
    let grown_by = |contract: &Contract, more| grown(law, contract, yuan(more)).expect("in force");
    assert!(!grown_by(&contract(), 100_000).needs_approval(), "a tenth to the fen");
    let fen = grown(law, &contract(), Money::from_fen(10_000_001)).expect("in force");
    assert!(fen.needs_approval(), "a fen more");
    let twice = with(vec![change(60_000, 0), change(0, 500_000)]);
    assert!(grown_by(&twice, 40_001).needs_approval());
    assert!(!grown_by(&twice, 40_001).too_much(), "works have no such limit");
    let bought = Contract { procurement: true, ..twice };
    assert!(!grown_by(&bought, 40_000).too_much());
    let most = grown_by(&bought, 40_001);
    assert!(most.too_much());
    let basis = most.most.and_then(|most| most.basis).expect("a law");
    assert!(basis.line().contains("政府采购法"), "{}", basis.line());
    assert_eq!(bought.price_now(), yuan(560_000));
}

#[test]
fn what_is_owed_to_small_firms_is_owed_within_thirty_or_sixty_days() {
    let law = Law::shipped();
    let due = |pays, size, on: &str| {
        let who = Firm { size, ..contract().who };
        due_of(law, &Contract { pays, who, ..contract() }, day(on)).expect("in force").to_string()
    };
    use FirmSize::{Large, Micro};
    assert_eq!(due(0, Micro, "2026-03-31"), "2026-04-30");
    assert_eq!(due(60, Micro, "2026-03-31"), "2026-06-01", "30 and 31 May are a weekend");
    // Agreed for longer with a small firm, it is the law's most all the same.
    assert_eq!(due(90, Micro, "2026-03-31"), "2026-06-01");
    assert_eq!(due(90, Large, "2026-03-31"), "2026-06-29");
    let bill = Bill {
        n: 1,
        what: "进度款".into(),
        delivered: day("2026-03-31"),
        amount: yuan(100_000),
        due: day("2026-04-30"),
        paid: None,
        entered: at("2026-03-31T10:00:00+08:00"),
        by: "a-1".parse().expect("a key"),
    };
    let owed_on = |contract: &Contract, on: &str| {
        owed(law, contract, &bill, day(on)).expect("in force").map(|(n, i)| (n, i.value))
    };
    assert_eq!(owed_on(&contract(), "2026-04-30"), None);
    // 100,000 × 0.05 % × 10 days.
    assert_eq!(owed_on(&contract(), "2026-05-10"), Some((10, yuan(500))));
    let large = Contract { who: Firm { size: Large, ..contract().who }, ..contract() };
    assert_eq!(owed_on(&large, "2026-05-10"), None);
}

#[test]
fn what_may_be_asked_is_the_law_s_most_less_what_comes_off() {
    let law = Law::shipped();
    let of =
        |contract: &Contract, kind| asked(law, contract, kind).map(|s| (s.most.value, s.asked));
    assert_eq!(of(&contract(), BondKind::Performance), Ok((yuan(100_000), yuan(50_000))));
    assert_eq!(of(&contract(), BondKind::Wages), Ok((yuan(30_000), yuan(30_000))));
    assert!(of(&contract(), BondKind::Retention).is_err(), "nothing is retained before the end");
    assert!(of(&contract(), BondKind::Bid).is_err());
    let amount = yuan(1_020_000);
    let done = done("2026-10-09", "2026-10-09T10:00:00+08:00");
    let settled = Contract { settlement: Some(Settlement { amount, done }), ..contract() };
    assert_eq!(of(&settled, BondKind::Retention), Ok((yuan(30_600), yuan(15_300))));
    let failed = Contract { who: Firm { failings: true, ..settled.who }, ..settled };
    assert_eq!(of(&failed, BondKind::Retention), Ok((yuan(30_600), yuan(30_600))));
}

#[test]
fn a_performance_bond_and_retained_money_never_stand_side_by_side() {
    let mut performance = bond(BondKind::Performance, vec![]);
    performance.require(day("2026-03-20"), yuan(50_000));
    let clash = |from: &str| overlaps(&[&performance], BondKind::Retention, day(from));
    assert_eq!(clash("2026-10-01"), Some(day("2026-10-01")), "it has no end yet");
    let mut performance = performance.clone();
    performance.require_until(day("2026-09-28"));
    let clash = |from: &str| overlaps(&[&performance], BondKind::Retention, day(from));
    assert_eq!(clash("2026-09-28"), Some(day("2026-09-28")));
    assert_eq!(clash("2026-09-29"), None);
    let mut retained = bond(BondKind::Retention, vec![]);
    retained.require(day("2026-10-09"), yuan(1));
    let clash = overlaps(&[&retained], BondKind::Performance, day("2026-09-01"));
    assert_eq!(clash, Some(day("2026-10-09")), "nor the other way round");
    assert_eq!(overlaps(&[&retained], BondKind::Wages, day("2026-09-01")), None);
}

#[test]
fn a_performance_bond_that_still_lies_stands_beside_what_is_retained() {
    let clash = |piece: Piece, from: &str| {
        let mut performance = bond(BondKind::Performance, vec![piece]);
        performance.require(day("2026-03-20"), yuan(50_000));
        performance.require_until(day("2026-09-28"));
        overlaps(&[&performance], BondKind::Retention, day(from)).map(|day| day.to_string())
    };
    let piece =
        |state| Piece { from: day("2026-03-20"), state, ..withheld(1, 50_000, "2027-01-01") };
    let on = "2026-10-09";
    use PieceState::{Held, Offered, Refused, Returned};
    for state in [Held, Offered] {
        assert_eq!(clash(piece(state), on).as_deref(), Some(on), "{state:?}: it is there");
        let ends = |until: &str| Piece { until: Some(day(until)), ..piece(state) };
        assert_eq!(clash(ends("2026-10-08"), on), None, "{state:?}: not any more");
        assert_eq!(clash(ends(on), on).as_deref(), Some(on), "{state:?}: until then");
    }
    assert_eq!(clash(piece(Refused), on), None);
    // It was there until the day on which it went.
    let back = || Piece { gone: Some(day("2026-10-05")), ..piece(Returned) };
    assert_eq!(clash(back(), "2026-10-04").as_deref(), Some("2026-10-04"));
    assert_eq!(clash(back(), "2026-10-05"), None);
    let all = Claim {
        on: day("2026-09-01"),
        amount: yuan(50_000),
        reason: "x".into(),
        by: "a-1".parse().expect("a key"),
        confirmed: None,
    };
    assert_eq!(clash(Piece { claims: vec![all], ..piece(Held) }, on), None, "nothing is left");
}

#[test]
fn wages_and_retention_are_asked_for_works_only() {
    let law = Law::shipped();
    let amount = yuan(1_000_000);
    let done = done("2026-10-09", "2026-10-09T10:00:00+08:00");
    let settled = Contract { settlement: Some(Settlement { amount, done }), ..contract() };
    for kind in [LotKind::Goods, LotKind::Services] {
        let bought = Contract { kind, ..settled.clone() };
        let why = |kind| match asked(law, &bought, kind) {
            Err(NoBond::NotFor { why }) => why,
            other => format!("{other:?}"),
        };
        assert!(why(BondKind::Wages).ends_with("第三十二条）"), "{}", why(BondKind::Wages));
        let retention = why(BondKind::Retention);
        assert!(retention.contains("138号") && retention.ends_with("第二条）"), "{retention}");
        assert!(asked(law, &bought, BondKind::Performance).is_ok());
    }
    for kind in [BondKind::Wages, BondKind::Retention] {
        assert!(asked(law, &settled, kind).is_ok(), "{kind:?} of works");
    }
}

#[test]
fn limits_of_a_contract() {
    let law = Law::shipped();
    let now = at("2026-03-25T10:00:00+08:00");
    let due = |course: policies::Course| course.statutory.due.map(|due| due.day().to_string());
    let signed = signing(law, &contract(), now).expect("in force").expect("there was an award");
    assert_eq!(due(signed).as_deref(), Some("2026-04-01"));
    let public = publishing(law, &contract(), now).expect("in force");
    assert_eq!(due(public).as_deref(), Some("2026-03-31"), "seven working days");
    let bought = Contract { procurement: true, ..contract() };
    let public = publishing(law, &bought, now).expect("in force");
    assert_eq!(due(public).as_deref(), Some("2026-03-24"), "two in procurement");
    assert_eq!(returning(law, &contract(), &[], None, now), Ok(None));
    let completed = Some(done("2026-09-28", "2026-09-28T17:00:00+08:00"));
    let over = Contract { completed, ..contract() };
    let course = returning(law, &over, &[], None, now).expect("in force").expect("runs");
    let promised =
        course.promised.as_ref().and_then(|leg| leg.due).map(|due| due.day().to_string());
    assert_eq!(due(course).as_deref(), Some("2026-10-26"));
    // Five days after 28 September lie within the holidays, which end with the 7th.
    assert_eq!(promised.as_deref(), Some("2026-10-08"));
}

/// A performance bond goes in the night after the acceptance was entered; retained money on
/// the working day after it was agreed to.
#[test]
fn what_goes_back_and_when() {
    let law = Law::shipped();
    let now = at("2026-12-31T10:00:00+08:00");
    let runs = |contract: &Contract, bond: &Bond| -> Vec<(u32, String)> {
        let backs = back(law, contract, bond, now).expect("in force");
        backs.into_iter().map(|back| (back.n, back.runs.stamp())).collect()
    };
    let paid =
        Piece { what: withheld(1, 1, "2027-01-01").what, ..withheld(1, 50_000, "2027-01-01") };
    let performance = bond(BondKind::Performance, vec![paid]);
    assert_eq!(runs(&contract(), &performance), []);
    // Accepted on the 28th, entered on the 30th.
    let completed = Some(done("2026-09-28", "2026-09-30T17:00:00+08:00"));
    let over = Contract { completed, ..contract() };
    assert_eq!(runs(&over, &performance), [(1, at("2026-10-01T02:00:00+08:00").stamp())]);
    let hold = Hold {
        ground: "b8_breach".into(),
        facts: "x".into(),
        at: now,
        by: "a-1".parse().expect("a key"),
        heard: vec![],
    };
    let held = Bond { hold: Some(hold), ..performance.clone() };
    assert_eq!(runs(&over, &held), []);
    let wages = Bond { kind: BondKind::Wages, ..performance };
    assert_eq!(runs(&over, &wages), [], "a person sees first that they were paid");

    let mut retained = bond(BondKind::Retention, vec![withheld(1, 15_300, "2026-10-20")]);
    assert_eq!(runs(&over, &retained), [], "nobody asked");
    let mut asked_for = |stage, act, when: &str| {
        let entry = RetainEntry { act, at: at(when), by: None, words: String::new() };
        retained.applications = vec![Application {
            piece: 1,
            asked: yuan(15_300),
            granted: yuan(15_000),
            received: at("2026-09-20T10:00:00+08:00"),
            stage,
            log: vec![entry],
        }];
        let backs = back(law, &over, &retained, now).expect("in force");
        let found = backs.first().map(|back| (back.runs, back.granted));
        found.map(|(runs, granted)| (runs.stamp(), granted))
    };
    use RetainStage::{Agreed, Disputed, Reminded};
    assert_eq!(asked_for(Reminded, RetainAct::Remind, "2026-09-30T10:00:00+08:00"), None);
    assert_eq!(asked_for(Disputed, RetainAct::Dispute, "2026-09-30T10:00:00+08:00"), None);
    // Agreed on the last day before the holidays: the next working day is the 8th.
    let agreed = asked_for(Agreed, RetainAct::Agree, "2026-09-30T10:00:00+08:00");
    assert_eq!(agreed, Some((at("2026-10-08T02:00:00+08:00").stamp(), Some(yuan(15_000)))));
}

#[test]
fn each_part_is_required_until_it_may_be_asked_for() {
    let part = |amount, due: &str| Part { name: "x".into(), amount: yuan(amount), due: day(due) };
    let parts = [part(5_000, "2027-09-28"), part(10_000, "2028-09-28")];
    let needs = needs_of_parts(day("2026-10-09"), &parts);
    let found: Vec<(String, i64)> =
        needs.iter().map(|n| (n.from.to_string(), n.amount.fen() / 100)).collect();
    let expected = [("2026-10-09", 15_000), ("2027-09-28", 10_000), ("2028-09-28", 0)];
    assert_eq!(found, expected.map(|(day, amount)| (day.to_owned(), amount)));
}

#[test]
fn what_is_wrong_with_a_contract_is_said_by_field() {
    let form = || ContractForm {
        title: "取水管道更换".into(),
        firm: "四川甲建设有限公司".into(),
        uscc: "91510802MA62500A9R".into(),
        size: "small".into(),
        credit: "c".into(),
        kind: "works".into(),
        price: "100".into(),
        signed: "2026-03-20".into(),
        ends: "2026-09-30".into(),
        pays: "60".into(),
        account: "510501660836000012".into(),
        ..ContractForm::default()
    };
    let read = |form: ContractForm| {
        let faults = form.read(Some(day("2026-03-02")), 60, day("2026-03-25"));
        faults.map_err(|f| f.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(read(form()).expect("fine").pays, 60);
    for (wrong, field) in [
        (ContractForm { pays: "61".into(), ..form() }, "pays"),
        (ContractForm { signed: "2026-03-01".into(), ..form() }, "signed"),
        (ContractForm { signed: "2026-03-26".into(), ..form() }, "signed"),
        (ContractForm { ends: "2026-03-20".into(), ..form() }, "ends"),
        (ContractForm { price: "0".into(), ..form() }, "price"),
        (ContractForm { account: "x".into(), ..form() }, "account"),
    ] {
        assert_eq!(read(wrong).map(|_| ()), Err(vec![field.to_owned()]));
    }
    let large = ContractForm { size: "large".into(), pays: "90".into(), ..form() };
    assert!(read(large).is_ok());
}

proptest! {
    /// Whatever is changed, a procurement contract that was never refused has not grown by more
    /// than a tenth.
    #[test]
    fn no_row_of_changes_passes_the_limit(
        changes in proptest::collection::vec((0i64..200_000, 0i64..50_000), 0..12)
    ) {
        let law = Law::shipped();
        let mut contract = Contract { procurement: true, ..contract() };
        for (more, less) in changes {
            if !grown(law, &contract, yuan(more)).expect("in force").too_much() {
                contract.changes.push(change(more, less));
            }
        }
        let all: i64 = contract.changes.iter().map(|change| change.more.fen()).sum();
        prop_assert!(all <= yuan(100_000).fen());
    }

    /// On each day exactly those parts are required that may not be asked for yet.
    #[test]
    fn parts_add_up_on_each_day(
        parts in proptest::collection::vec((1i64..9_000, 1u32..800), 0..6),
        on in 0u32..900,
    ) {
        let from = day("2026-10-09");
        let parts: Vec<Part> = parts
            .into_iter()
            .map(|(amount, due)| Part { name: "x".into(), amount: yuan(amount), due: from.plus(due) })
            .collect();
        let mut bond = bond(BondKind::Retention, vec![]);
        bond.needs = needs_of_parts(from, &parts);
        let on = from.plus(on);
        let by_hand: i64 = parts.iter().filter(|p| on < p.due).map(|p| p.amount.fen()).sum();
        prop_assert_eq!(bond.required(on).fen(), by_hand);
    }
}
