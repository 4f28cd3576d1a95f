//! No dead parameter: each one, moved, changes some decision. What only the server
//! decides by is moved there (`server/tests/it/parameters.rs`); the two lists together
//! are all rules.

use model::{BasisPoints, BondKind, CreditLevel, Day, FirmSize, Moment, Money, Urgency};
use policies::channel::{Facts, Item, ItemState, case_plan};
use policies::credit::Lapse;
use policies::tender::{Funds, Object, Purchase};
use policies::{
    DueClock, Law, Step, Stop, bond, contract, credit, opening, plan, severity, split, tender,
};
use serde_json::Value;

/// Rules that no function of this crate decides by.
const BY_THE_SERVER: &[&str] = &[
    "clock.call_second",
    "clock.call_voice",
    "clock.oral_order",
    "clock.publish.statutory",
    "clock.reveal",
    "clock.settle",
    "channel.decide",
    "channel.item",
    "channel.opinion",
    "channel.term",
    "determine.department_limit",
    "determine.leader_limit",
    "dossier.kept",
    "privacy.message_days",
    "privacy.reporter_months",
    "reserve.",
    "score.",
];

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn yuan(n: i64) -> Money {
    Money::from_yuan(n).expect("an amount")
}

/// A day on which each value that a rule has had was in force.
fn days_of(law: &Law) -> Vec<Day> {
    let mut days: Vec<Day> =
        law.rules().flat_map(|rule| rule.values.iter().map(|v| v.from.plus(9))).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Decisions that stand for all that this crate decides, as text.
fn decisions(law: &Law) -> Vec<String> {
    let mut said = Vec::new();
    let since = |day| Moment::at(day, 9, 0);
    for on in days_of(Law::shipped()) {
        let stops = [Stop { from: on.plus(2), until: Some(on.plus(3)) }];
        for rule in law.rules() {
            said.push(format!(
                "{:?}",
                law.reckon(&rule.id, on).map(|r| (
                    r.limit.value,
                    r.trace,
                    r.closes.map(|c| c.value)
                ))
            ));
            let course = law.course(&rule.id, since(on), &stops, None, since(on));
            said.push(format!(
                "{:?}",
                course.map(|c| (c.statutory.due, c.promised.map(|p| p.due)))
            ));
        }
        for step in Step::ALL {
            for urgency in Urgency::ALL {
                let clock = DueClock::start(law, step, *urgency, since(on));
                said.push(format!("{:?}", clock.map(|c| (c.due.value, c.warn))));
            }
        }
        for bid in bond::Bid::ALL {
            for estimate in [yuan(1_000_000), yuan(90_000_000)] {
                let most = bond::bid_bond(law, bid, Some(estimate), on).map(|m| m.amount);
                said.push(format!("{most:?}"));
            }
        }
        for kind in BondKind::ALL {
            for credit in CreditLevel::ALL {
                for (size, wan) in [(FirmSize::Large, 9_000), (FirmSize::Small, 900)] {
                    let firm = bond::Firm { size, credit: *credit, failings: false };
                    let amount = Some(yuan(wan * 10_000));
                    let project = bond::Project { government: true, amount };
                    said.push(format!("{:?}", bond::ladder(law, *kind, firm, project, on)));
                }
            }
        }
        let firm = bond::Firm { size: FirmSize::Large, credit: CreditLevel::C, failings: false };
        let project =
            bond::Project { government: true, amount: Some(Money::from_fen(1_000_000_000)) };
        said.push(format!("{:?}", bond::ladder(law, BondKind::Bid, firm, project, on)));
        said.push(format!("{:?}", bond::deposit_interest(law, yuan(90_000_000), on, on.plus(40))));
        said.push(format!("{:?}", bond::runs(law, bond::Noted::at(since(on)))));
        for left in [8, 9, 31, 32, 61, 62] {
            let gap = bond::Gap { from: on.plus(left), until: None, short: yuan(1) };
            said.push(format!("{:?}", bond::alarms(law, [gap], on)));
        }
        for procurement in [false, true] {
            let most = bond::performance_bond(law, procurement, Some(yuan(100_000)), on);
            said.push(format!("{:?}", most.map(|m| m.value)));
        }
        let kept = bond::retention(law, Some(yuan(100_000)), on).map(|m| m.value);
        let until = bond::defects_until(law, on).map(|(a, b)| (a.value, b.value));
        let late = bond::late_interest(law, yuan(100_000), 3, on).map(|m| m.value);
        said.push(format!("{kept:?} {until:?} {late:?}"));
        said.push(format!("{:?}", contract_of(law, on)));
        said.push(format!("{:?}", plan::lapses_after(law, on).map(|r| r.value)));
        let restarts = plan::restarts(law, yuan(100), yuan(121), false, on).map(|r| r.value);
        said.push(format!("{restarts:?}"));
        said.push(format!("{:?}", plan::reminds_from(law, on).map(|r| r.value)));
        said.push(format!("{:?}", plan::is_young(law, on.minus(40), on).map(|r| r.value)));
        for (deaths, wan) in [(3, 0), (10, 0), (30, 0), (0, 100), (0, 500), (0, 1000)] {
            said.push(format!("{:?}", severity::geological(law, deaths, yuan(wan * 10_000), on)));
        }
        for (dead, moved, rooms) in [
            (200, 0, 0),
            (100, 0, 0),
            (50, 0, 0),
            (0, 2_000_000, 0),
            (0, 1_000_000, 0),
            (0, 500_000, 0),
            (0, 0, 300_000),
            (0, 0, 200_000),
            (0, 0, 100_000),
        ] {
            let step = severity::relief(law, dead, moved, rooms, on).map(|(step, _)| step);
            said.push(format!("{step:?}"));
        }
        let facts = Facts {
            begun: on,
            today: on,
            marks: Default::default(),
            skipped: Default::default(),
            lead: None,
            clarified: None,
        };
        let days = case_plan(law, &facts).map(|p| (p.legal.finish, p.green.finish, p.ordinary));
        said.push(format!("{days:?}"));
        for late in 1..4 {
            let person = model::Personal { key: "pv".into(), seal: "s".into() };
            let state = ItemState::Missing { by: on.minus(1), person };
            let item = Item { paper: "land".into(), name: "land".into(), state };
            let late = Item::late(law, &vec![item; late], on, on).map(|l| l.suspends.value);
            said.push(format!("{late:?}"));
        }
        for apart in [180, 181, 361] {
            let bought = |day: Day, key: &str| split::Purchase {
                day,
                record: ("x".into(), key.into()),
                title: key.into(),
                owner: "yz-1".parse().expect("a key"),
                district: model::District::Lizhou,
                place: "南河".into(),
                kind: model::LotKind::Works,
                amount: yuan(2_000_000),
            };
            let both = [bought(on, "a"), bought(on.plus(apart), "b")];
            said.push(format!("{:?}", split::splits(law, &both).map(|s| s.len())));
        }
        for n in 2..5 {
            let open = opening::may_open(law, n, on).map(|r| r.value);
            said.push(format!("{open:?} {:?}", opening::may_name(law, n, on).map(|r| r.value)));
        }
        for (members, experts) in [(5, 4), (7, 5), (9, 6)] {
            said.push(format!("{:?}", opening::committee(law, members, experts, on)));
        }
        for article in credit::BANS {
            let span = credit::ban(law, article, on).map(|(a, b)| (a.value, b.value));
            said.push(format!("{span:?}"));
        }
        for lapses in [&[Lapse::Evade][..], &[Lapse::Evade; 2], &Lapse::ALL, &[]] {
            said.push(format!("{:?}", credit::owner_points(law, lapses, on)));
        }
        for lapse in Lapse::ALL {
            said.push(format!("{:?}", credit::owner_points(law, &[lapse], on)));
        }
        for object in Object::ALL {
            for estimate in [1_000_000, 2_000_000, 4_000_000] {
                for (amount, share) in [(2_000_000, 1_000), (9_000_000, 5_000)] {
                    let funds = Funds::Budget {
                        amount: Some(yuan(amount)),
                        share: Some(BasisPoints(share)),
                    };
                    let purchase = Purchase {
                        object,
                        funds: Some(funds),
                        estimate: Some(yuan(estimate)),
                        others: vec![],
                        claims: vec![],
                        papers: vec![],
                    };
                    let verdict = tender::must_tender(law, &purchase, on).map(|v| v.outcome);
                    said.push(format!("{verdict:?}"));
                }
            }
        }
    }
    said
}

/// What may be asked for a contract, and when additions to it are too much.
fn contract_of(law: &Law, on: Day) -> impl std::fmt::Debug {
    let contract = contract::Contract {
        id: "ht-1".parse().expect("a key"),
        number: "HT-2026-000001".into(),
        notice: None,
        title: "x".into(),
        owner: "yz-1".parse().expect("a key"),
        owner_name: "x".into(),
        district: model::District::Lizhou,
        firm: bond::Party {
            org: None,
            name: "x".into(),
            uscc: "91510802MA62500A9R".parse().expect("a code"),
        },
        who: bond::Firm { size: FirmSize::Small, credit: CreditLevel::C, failings: false },
        kind: model::LotKind::Works,
        procurement: true,
        government: true,
        price: yuan(100_000),
        awarded: None,
        signed: on,
        ends: on.plus(90),
        pays: 0,
        account: model::Personal { key: "pv".into(), seal: "s".into() },
        stage: contract::Stage::Running,
        changes: vec![],
        bills: vec![],
        completed: None,
        settlement: None,
        ended: None,
        published: None,
        evaluation: None,
        entered: Moment::at(on, 9, 0),
        by: "a-1".parse().expect("a key"),
    };
    let wages = contract::asked(law, &contract, BondKind::Wages).map(|s| s.asked);
    let grown = contract::grown(law, &contract, yuan(1));
    let grown = grown.map(|g| (g.most.map(|most| most.value), g.approval.value));
    (wages, grown, contract::due_of(law, &contract, on), contract::longest(law, on))
}

/// The rules with one value moved, where that is still sound.
fn moved(law: &Law, rule: &str, value: usize, to: impl Fn(i64) -> i64) -> Option<Law> {
    let text = law.to_json().expect("JSON");
    let mut whole: Value = serde_json::from_str(&text).expect("JSON");
    let rules = whole["files"]
        .as_array_mut()
        .expect("files")
        .iter_mut()
        .flat_map(|file| file["rule"].as_array_mut().into_iter().flatten());
    for found in rules.filter(|r| r["id"] == rule) {
        let figure = &mut found["value"][value]["value"];
        let next = to(figure.as_i64().expect("a number"));
        *figure = next.into();
    }
    Law::from_json(&whole.to_string()).ok()
}

#[test]
fn every_parameter_decides_something() {
    let law = Law::shipped();
    let before = decisions(law);
    let mut idle = Vec::new();
    for rule in law.rules() {
        if BY_THE_SERVER.iter().any(|known| rule.id.starts_with(known)) {
            continue;
        }
        for value in 0..rule.values.len() {
            let moves: [fn(i64) -> i64; 3] = [|v| v + 1, |v| v * 2, |v| (v - 1).max(0)];
            let decides = moves.iter().any(|to| {
                moved(law, &rule.id, value, to).is_some_and(|law| decisions(&law) != before)
            });
            if !decides {
                idle.push(format!("{} value {value}", rule.id));
            }
        }
    }
    assert!(idle.is_empty(), "nothing depends on {idle:?}");
}

/// The figures of the law stand in the files, not in code: no rule's file may be left
/// out without some decision falling away.
#[test]
fn a_law_without_its_figures_decides_nothing() {
    let bare = Law::read(&[], "id = 'c'\ntitle = 'c'\n").expect("sound");
    let on = day("2026-07-18");
    assert!(bond::bid_bond(&bare, bond::Bid::Works, Some(yuan(1)), on).is_err());
    assert!(bond::retention(&bare, Some(yuan(1)), on).is_err());
    assert!(plan::lapses_after(&bare, on).is_err());
    assert!(credit::owner_points(&bare, &[], on).is_err());
    assert_eq!(severity::geological(&bare, 99, yuan(1), on), None);
    assert_eq!(severity::relief(&bare, u32::MAX, u32::MAX, u32::MAX, on), None);
    assert!(DueClock::start(&bare, Step::Answer, Urgency::Critical, Moment::at(on, 9, 0)).is_err());
}
