//! The draw: published vectors, an independent verifier in Python, every changed
//! byte found, and every order equally likely.

use model::{Category, Discipline, District, Industry, Minutes, Moment, Uscc};
use pool::canon::Seal;
use pool::draw::{self, Mismatch, Record};
use pool::selection::{Decision, DrawFault, Lot, Mode, Part, Selection};
use pool::slate::{Ask, Member};
use pool::team::{Availability, Origin};
use pool::travel::Road;
use std::io::Write as _;
use std::process::Command;

const ROAD: Category = Category { industry: Industry::Highway, discipline: Discipline::Works };

fn now() -> Moment {
    "2026-07-18T08:00:00+08:00".parse().expect("a moment")
}

fn decision(teams: usize) -> Decision {
    let until = "2027-12-31".parse().expect("a day");
    let members = (1..=teams)
        .map(|n| Member {
            team: format!("t-{n:02}").parse().expect("a key"),
            contractor: format!("c-{n:02}").parse().expect("a key"),
            uscc: Uscc::with_check(&format!("91510822MA62{n:05}")).ok(),
            listed: vec![ROAD],
            suspended: vec![],
            licence_until: Some(until),
            qualified_until: vec![(ROAD, until)],
            term_until: vec![],
            districts: vec![District::Qingchuan],
            restricted_until: None,
            // One in four stays at home: it must not be drawn.
            availability: if n % 4 == 0 { Availability::Resting } else { Availability::Ready },
            origin: District::Qingchuan.seat(),
            origin_kind: Origin::Base,
            held_by: None,
            open_calls: 0,
            merit: 80,
            recent_calls: 0,
            tried: false,
        })
        .collect();
    let ask = Ask {
        emergency: "xq-1".parse().expect("a key"),
        place: District::Qingchuan.seat(),
        district: District::Qingchuan,
        categories: vec![ROAD],
        at: now(),
        planned_finish: now().day(),
        within: None,
        capacity: 2,
        road: Road { muster: Minutes(20), terrain_percent: 160, speed_kmh: 40 },
    };
    Decision::new(ask, members)
}

fn open(teams: usize) -> Selection {
    let list = decision(teams).canonical().expect("no fractions");
    Selection {
        id: "xd-1".parse().expect("a key"),
        emergency: "xq-1".parse().expect("a key"),
        case: "险〔2026〕0718-01".into(),
        round: 1,
        at: now(),
        by: "a-duty".parse().expect("a key"),
        list_hash: Seal::of(list.as_bytes()),
        list,
        mode: Mode::Draw {
            operator_org: "fgw".parse().expect("a key"),
            operator: None,
            witness: None,
            reveal_by: None,
            seed: None,
            void: None,
        },
        order: vec![],
        called: 0,
        ended: None,
    }
}

fn lot(selection: &Selection, who: &str, org: &str, nonce: Seal) -> Lot {
    Lot {
        by: who.parse().expect("a key"),
        org: org.parse().expect("a key"),
        org_name: org.to_owned(),
        at: now(),
        commitment: draw::commitment(&selection.id, selection.list_hash, nonce),
        kept: None,
        nonce: None,
    }
}

const A: Seal = Seal([1; 32]);
const B: Seal = Seal([2; 32]);

fn committed() -> Selection {
    let selection = open(12);
    let (a, b) = (lot(&selection, "a-duty", "fgw", A), lot(&selection, "a-sup", "sjj", B));
    let limit = now().plus(Minutes(10));
    selection
        .commit(Part::Operator, a, limit)
        .and_then(|s| s.commit(Part::Witness, b, limit))
        .expect("both commit")
}

fn drawn() -> Selection {
    committed()
        .reveal(Part::Operator, A, now())
        .and_then(|s| s.reveal(Part::Witness, B, now()))
        .expect("both reveal")
}

#[test]
fn the_published_vector_holds() {
    let record = drawn().record().expect("a finished draw");
    assert_eq!(draw::verify(&record), []);
    assert_eq!(
        record.order,
        include_str!("golden/draw-order.txt").split_whitespace().collect::<Vec<_>>(),
        "{}",
        record.order.join(" ")
    );
    assert_eq!(record.entrants.len(), 9);
}

#[test]
fn python_agrees() {
    let check = |record: &Record| {
        let mut file = std::env::temp_dir();
        file.push(format!("lutong-draw-{}.json", std::process::id()));
        std::fs::File::create(&file)
            .and_then(|mut f| f.write_all(&serde_json::to_vec(record).expect("JSON")))
            .expect("a temporary file");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/verify/draw.py");
        let out = Command::new("python3").arg(script).arg(&file).output().expect("python3");
        let _ = std::fs::remove_file(&file);
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    };
    let mut record = drawn().record().expect("a finished draw");
    assert_eq!(check(&record), "ok");
    record.order.swap(0, 1);
    assert_eq!(check(&record), "order");
}

#[test]
fn every_changed_part_is_found() {
    let record = drawn().record().expect("a finished draw");
    let with = |change: fn(&mut Record)| {
        let mut record = record.clone();
        change(&mut record);
        draw::verify(&record)
    };
    assert_eq!(with(|r| r.algorithm.push('x')), [Mismatch::Algorithm]);
    assert!(with(|r| r.list = r.list.replace("t-01", "t-99")).contains(&Mismatch::List));
    assert!(with(|r| r.operator.nonce.0[0] ^= 1).contains(&Mismatch::Operator));
    assert!(with(|r| r.witness.nonce.0[31] ^= 1).contains(&Mismatch::Witness));
    assert_eq!(with(|r| r.witness.org = r.operator.org.clone()), [Mismatch::SameOrg]);
    assert!(with(|r| r.seed.0[5] ^= 4).contains(&Mismatch::Seed));
    assert!(with(|r| r.case.push('0')).contains(&Mismatch::Seed));
    assert!(with(|r| r.round += 1).contains(&Mismatch::Seed));
    assert!(with(|r| drop(r.entrants.pop())).contains(&Mismatch::Entrants));
    assert_eq!(with(|r| r.order.reverse()), [Mismatch::Order]);
}

#[test]
fn nobody_draws_alone_or_out_of_turn() {
    let limit = now().plus(Minutes(10));
    let selection = open(6);
    let mine = lot(&selection, "a-duty", "fgw", A);
    let half = selection.clone().commit(Part::Operator, mine.clone(), limit).expect("first");

    let same_org = lot(&selection, "a-other", "fgw", B);
    assert_eq!(half.clone().commit(Part::Witness, same_org, limit).err(), Some(DrawFault::SameOrg));
    assert_eq!(
        half.clone().commit(Part::Operator, mine, limit).err(),
        Some(DrawFault::AlreadyCommitted)
    );
    assert_eq!(half.reveal(Part::Operator, A, now()).err(), Some(DrawFault::NotCommitted));
    assert_eq!(committed().reveal(Part::Operator, B, now()).err(), Some(DrawFault::WrongNonce));
    let late = Moment::from_ms(limit.ms() + 1);
    assert_eq!(committed().reveal(Part::Operator, A, late).err(), Some(DrawFault::TooLate));
    assert_eq!(drawn().reveal(Part::Operator, A, now()).err(), Some(DrawFault::NotOpen));
}

#[test]
fn a_round_without_a_number_is_void_and_names_who_kept_it_back() {
    let half = committed().reveal(Part::Operator, A, now()).expect("one reveals");
    let limit = now().plus(Minutes(10));
    assert_eq!(half.clone().void(limit).err(), Some(DrawFault::NotOpen));
    let void = half.void(Moment::from_ms(limit.ms() + 1)).expect("too late");
    assert!(matches!(void.mode, Mode::Draw { void: Some(missing), .. } if missing == "sjj"));
}

#[test]
fn every_team_is_first_equally_often() {
    // 9 entrants, 9 000 draws: χ² with 8 degrees of freedom, 0.1 % at 26.1.
    let items: Vec<usize> = (0..9).collect();
    let mut first = [0i64; 9];
    for n in 0..9_000u32 {
        first[draw::order(Seal::of(&n.to_be_bytes()), items.clone())[0]] += 1;
    }
    let chi2: i64 = first.iter().map(|n| (n - 1000) * (n - 1000)).sum();
    assert!(chi2 < 26_100, "{first:?}");
}
