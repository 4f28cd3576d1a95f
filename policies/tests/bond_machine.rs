//! Bonds: the machine of their pieces as a page that people can read, and that no
//! sequence of events leaves a day uncovered unnoticed. Run with UPDATE_GOLDEN=1 to write
//! the page anew, and review the change.

use model::{AccountId, BondForm, BondKind, Day, Medium, Moment, Money};
use policies::Law;
use policies::bond::{
    Bond, Cash, Claim, Guarantee, Hold, Need, On, Party, Piece, PieceAct, PieceState, Refusal,
    Warned, What,
};
use proptest::prelude::*;
use std::{env, fs};

mod ledger;

use ledger::{DAYS, Event, Ledger, at, event, happen};

fn day(n: u32) -> Day {
    "2026-07-01".parse::<Day>().expect("a day").plus(n)
}

fn fen(n: i64) -> Money {
    Money::from_fen(n)
}

fn piece(n: u32, form: BondForm, amount: i64, from: u32, until: Option<u32>) -> Piece {
    let what = match form.is_guarantee() {
        true => What::Guarantee(Guarantee {
            number: format!("BH-{n}"),
            issuer: "某银行".into(),
            beneficiary: "市水务集团".into(),
            medium: Medium::Electronic,
            fee: fen(1),
        }),
        false => What::Cash(Cash {
            payer: "甲公司".into(),
            account: model::Personal { key: "pv".into(), seal: "s".into() },
            reference: format!("L{n}"),
        }),
    };
    Piece {
        n,
        form,
        amount: fen(amount),
        from: day(from),
        until: until.map(day),
        what,
        state: PieceState::Offered,
        verified: None,
        claims: vec![],
        asked: None,
        gone: None,
        entered: Moment::start_of(day(from)),
        by: None,
        checked: None,
    }
}

fn claim(on: Day, amount: i64) -> Claim {
    let by = account("a-1");
    Claim { on, amount: fen(amount), reason: "x".into(), by, confirmed: None }
}

fn account(key: &str) -> AccountId {
    key.parse().expect("a key")
}

fn bond(needs: &[(u32, i64)]) -> Bond {
    Bond {
        id: "bz-1".parse().expect("a key"),
        number: "BZ-2026-0001".into(),
        kind: BondKind::Performance,
        owner: "yz-1".parse().expect("a key"),
        owner_name: "市水务集团".into(),
        district: model::District::Lizhou,
        firm: Party {
            org: None,
            name: "甲公司".into(),
            uscc: "91510802MA62500A9R".parse().expect("a code"),
        },
        on: On::Contract { contract: "ht-1".parse().expect("a key"), title: "管道".into() },
        most: fen(100),
        reduced: vec![],
        law: "x".into(),
        basis: None,
        needs: needs.iter().map(|(at, n)| Need { from: day(*at), amount: fen(*n) }).collect(),
        pieces: vec![],
        hold: None,
        verdict: None,
        applications: vec![],
        warned: vec![],
        entered: Moment::start_of(day(0)),
        by: "a-1".parse().expect("a key"),
    }
}

#[test]
fn every_state_and_every_act() {
    let mut page = String::new();
    for (title, form) in [("money", BondForm::Cash), ("guarantee", BondForm::Bank)] {
        page += &format!("{title:<12}");
        for act in PieceAct::ALL {
            page += &format!("{:<11}", act.key());
        }
        page = page.trim_end().to_owned() + "\n";
        for state in PieceState::ALL {
            let piece = Piece { state, ..piece(1, form, 1, 0, None) };
            let mut line = format!("{:<12}", state.key());
            for act in PieceAct::ALL {
                line += &format!("{:<11}", piece.step(act).map_or("·", PieceState::key));
            }
            page += line.trim_end();
            page += "\n";
        }
        page += "\n";
    }
    let path = format!("{}/tests/golden/bond.txt", env!("CARGO_MANIFEST_DIR"));
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &page).expect("the golden file can be written");
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(page, reviewed, "run again with UPDATE_GOLDEN=1 and review the difference");
}

/// Money is replaced by a guarantee: not before the guarantee covers every day.
#[test]
fn no_day_is_left_between_one_form_and_another() {
    let mut bond = bond(&[(0, 100), (90, 0)]);
    bond.pieces =
        vec![piece(1, BondForm::Cash, 100, 0, None), piece(2, BondForm::Bank, 100, 31, Some(89))];
    bond.step(1, PieceAct::Verify, day(0)).expect("goes");
    let refused = bond.clone().step(1, PieceAct::Order, day(30));
    assert!(matches!(refused, Err(Refusal::Uncovers { .. })), "not verified: {refused:?}");
    bond.step(2, PieceAct::Verify, day(30)).expect("goes");
    let refused = bond.clone().step(1, PieceAct::Order, day(30));
    let Err(Refusal::Uncovers { gap }) = refused else { panic!("{refused:?}") };
    assert_eq!((gap.from, gap.until, gap.short), (day(30), Some(day(30)), fen(100)));
    bond.step(1, PieceAct::Order, day(31)).expect("goes");
    assert_eq!(bond.gaps(), []);
    assert!(bond.clone().step(2, PieceAct::Release, day(60)).is_err());
    bond.step(2, PieceAct::Release, day(90)).expect("nothing is required any more");
}

/// Nobody knows when the work will be accepted: a guarantee until it is to be takes the place
/// of money, and that it ends some day is told.
#[test]
fn what_has_no_end_yet_is_replaced_until_it_is_foreseen_to_end() {
    let mut bond = bond(&[(0, 100)]);
    bond.pieces =
        vec![piece(1, BondForm::Cash, 100, 0, None), piece(2, BondForm::Bank, 100, 0, Some(80))];
    for n in [1, 2] {
        bond.step(n, PieceAct::Verify, day(0)).expect("goes");
    }
    assert!(bond.clone().step(1, PieceAct::Order, day(10)).is_err());
    let short = bond.clone().replace(1, PieceAct::Order, day(10), day(81));
    let Err(Refusal::Uncovers { gap }) = short else { panic!("{short:?}") };
    assert_eq!(gap.from, day(81));
    let words = Refusal::Uncovers { gap }.words();
    assert!(words.starts_with(&format!("解除后 {} 起缺少担保 ", day(81))), "{words}");
    // Late already, it must last until today at least.
    assert!(bond.clone().replace(1, PieceAct::Order, day(81), day(70)).is_err());
    // Where the end is known, each day until then counts.
    let mut ends = bond.clone();
    ends.require_until(day(90));
    assert!(ends.replace(1, PieceAct::Order, day(10), day(20)).is_err());
    bond.replace(1, PieceAct::Order, day(10), day(80)).expect("goes");
    let alarms = bond.alarms(Law::shipped(), day(10)).expect("in force");
    assert_eq!(alarms.iter().map(|a| a.gap.from).collect::<Vec<_>>(), [day(81)]);
}

#[test]
fn money_that_somebody_thinks_forfeit_stays() {
    let mut bond = bond(&[(0, 100), (10, 0)]);
    bond.pieces = vec![piece(1, BondForm::Cash, 100, 0, None)];
    bond.step(1, PieceAct::Verify, day(0)).expect("goes");
    assert_eq!(bond.clone().step(1, PieceAct::Forfeit, day(11)), Err(Refusal::NotHeld));
    bond.hold = Some(Hold {
        ground: "b7_refused".into(),
        facts: "拒绝签订合同".into(),
        at: Moment::start_of(day(11)),
        by: "a-1".parse().expect("a key"),
        heard: vec![],
    });
    assert_eq!(bond.clone().step(1, PieceAct::Order, day(11)), Err(Refusal::Held));
    bond.step(1, PieceAct::Forfeit, day(11)).expect("goes");
}

#[test]
fn a_guarantee_that_ends_too_soon_is_told_sixty_thirty_and_seven_days_before() {
    let mut bond = bond(&[(0, 100), (365, 0)]);
    bond.pieces = vec![piece(1, BondForm::Bank, 100, 0, Some(200))];
    bond.step(1, PieceAct::Verify, day(0)).expect("goes");
    let warned = |today: u32| {
        let alarms = bond.alarms(Law::shipped(), day(today)).expect("in force");
        assert_eq!(alarms.len(), 1, "{today}");
        alarms[0].warned
    };
    for (today, expected) in [
        (0, Warned::Early),
        (139, Warned::Early),
        (140, Warned::Far),
        (169, Warned::Far),
        (170, Warned::Near),
        (193, Warned::Last),
        (200, Warned::Last),
        (201, Warned::Now),
    ] {
        assert_eq!(warned(today), expected, "day {today}");
    }
    assert_eq!(bond.alarms(Law::shipped(), day(365)).map(|a| a.len()), Ok(0));
}

proptest! {
    /// Whatever happens, on each day either enough is there or an alarm says so; letting go
    /// never made it worse; what is done is what may be done, and what is refused changes
    /// nothing.
    #[test]
    fn no_day_is_uncovered_unnoticed(events in proptest::collection::vec((0usize..4, event()), 1..40)) {
        let law = Law::shipped();
        let mut bond = bond(&[(0, 100)]);
        let mut ledger = Ledger::new(100);
        let mut today = 0;
        for (wait, event) in events {
            today += wait;
            let on = at(today);
            let before = bond.clone();
            let may = ledger.allows(event, today);
            let done = happen(&mut bond, event, today);
            prop_assert_eq!(done.is_ok(), may, "{:?} on {}: {:?} {:?}", event, on, done, before);
            match done {
                Ok(()) => ledger.note(event, today),
                Err(_) => prop_assert_eq!(&before, &bond),
            }
            // Asked for, it is all there still.
            if let Event::Ask { .. } | Event::Answer { yes: false, .. } = event {
                prop_assert_eq!(bond.picture(), before.picture());
            }
            // What is to come, as things stand, is told beforehand too.
            let alarms = bond.alarms(law, on).expect("in force");
            for d in today..DAYS {
                let then = at(d);
                let told = alarms.iter().any(|a| {
                    a.gap.from <= then && a.gap.until.is_none_or(|until| then <= until)
                });
                prop_assert_eq!(told, ledger.lack(ledger.have(d)) > 0, "day {} of {:?}", d, bond.picture());
            }
            let lacking = ledger.lack(ledger.have(today)) > 0;
            prop_assert_eq!(alarms.iter().any(|a| a.warned == Warned::Now), lacking);
        }
    }
}

#[test]
fn a_claim_takes_nothing_out_until_somebody_else_confirmed_it() {
    let mut bond = bond(&[(0, 100), (20, 0)]);
    bond.pieces = vec![Piece { state: PieceState::Held, ..piece(1, BondForm::Cash, 100, 0, None) }];
    let (own, other) = (account("a-1"), account("a-2"));
    assert_eq!(bond.answer_claim(1, &other, true, day(1)), Err(Refusal::NoClaim));
    assert_eq!(
        bond.ask_claim(1, claim(day(1), 101), day(1)),
        Err(Refusal::TooMuch { left: fen(100) })
    );
    bond.ask_claim(1, claim(day(1), 30), day(1)).expect("a claim");
    assert_eq!(bond.ask_claim(1, claim(day(1), 1), day(1)), Err(Refusal::ClaimWaits));
    assert_eq!(bond.pieces[0].left(), fen(100));
    for yes in [true, false] {
        assert_eq!(bond.answer_claim(1, &own, yes, day(2)), Err(Refusal::OwnClaim));
    }
    // Refused, nothing is gone; confirmed, it is.
    bond.answer_claim(1, &other, false, day(2)).expect("an answer");
    assert_eq!((bond.pieces[0].left(), bond.pieces[0].asked.clone()), (fen(100), None));
    bond.ask_claim(1, claim(day(2), 30), day(2)).expect("a claim");
    bond.answer_claim(1, &other, true, day(3)).expect("an answer");
    assert_eq!(bond.pieces[0].left(), fen(70));
    assert_eq!(bond.pieces[0].claims[0].confirmed, Some(other));
    // What nobody confirmed does not keep the rest back.
    bond.ask_claim(1, claim(day(4), 70), day(4)).expect("a claim");
    bond.step(1, PieceAct::Order, day(20)).expect("goes back");
    assert_eq!((bond.pieces[0].left(), bond.pieces[0].asked.clone()), (fen(70), None));
}
