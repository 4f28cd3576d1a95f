//! Who may go: nobody is left out, the order does not depend on the order of the
//! input, and a paper that ends takes its team out at that very moment.

use model::{Category, Day, Discipline, District, Industry, Metres, Minutes, Moment, Place, Uscc};
use pool::selection::Decision;
use pool::slate::{Ask, Bar, Member, judge};
use pool::team::{Availability, Origin};
use pool::travel::Road;
use proptest::prelude::*;
use std::collections::BTreeSet;

const ROAD: Category = Category { industry: Industry::Highway, discipline: Discipline::Works };
const DYKE: Category = Category { industry: Industry::Water, discipline: Discipline::Works };

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn ask(at: Moment) -> Ask {
    Ask {
        emergency: "xq-1".parse().expect("a key"),
        place: District::Qingchuan.seat(),
        district: District::Qingchuan,
        categories: vec![ROAD],
        at,
        planned_finish: at.day(),
        within: Some(Minutes(120)),
        capacity: 2,
        road: Road { muster: Minutes(20), terrain_percent: 160, speed_kmh: 40 },
    }
}

fn fit_member(n: usize) -> Member {
    let uscc = Uscc::with_check(&format!("91510822MA62{n:05}")).expect("from the alphabet");
    Member {
        team: format!("t-{n:03}").parse().expect("a key"),
        contractor: format!("c-{n:03}").parse().expect("a key"),
        uscc: Some(uscc),
        listed: vec![ROAD],
        suspended: vec![],
        licence_until: Some(day("2027-12-31")),
        qualified_until: vec![(ROAD, day("2027-12-31"))],
        term_until: vec![(ROAD, day("2027-12-31"))],
        districts: District::ALL.to_vec(),
        restricted_until: None,
        availability: Availability::Ready,
        origin: District::Qingchuan.seat(),
        origin_kind: Origin::Base,
        held_by: None,
        open_calls: 0,
        merit: 80,
        recent_calls: 0,
        tried: false,
    }
}

fn noon() -> Moment {
    "2026-07-18T12:00:00+08:00".parse().expect("a moment")
}

fn codes(ask: &Ask, member: Member) -> Vec<&'static str> {
    judge(ask, &[member]).out.iter().flat_map(|u| u.bars.iter().map(Bar::code)).collect()
}

#[test]
fn every_bar_alone_keeps_a_team_out() {
    let base = fit_member(1);
    assert_eq!(judge(&ask(noon()), std::slice::from_ref(&base)).fit.len(), 1);
    let day_of = noon().day();
    let far = Place::from_e6(106_541_100, 32_237_600).expect("a place");
    let with = |change: fn(&mut Member, Day, Place)| {
        let mut member = base.clone();
        change(&mut member, day_of, far);
        codes(&ask(noon()), member)
    };
    assert_eq!(with(|m, _, _| m.listed = vec![DYKE]), ["wrong_category"]);
    assert_eq!(with(|m, _, _| (m.listed, m.suspended) = (vec![], vec![ROAD])), ["suspended"]);
    assert_eq!(with(|m, d, _| m.term_until = vec![(ROAD, d.minus(1))]), ["term_ends"]);
    assert_eq!(with(|m, d, _| m.restricted_until = Some(d)), ["restricted"]);
    assert_eq!(with(|m, _, _| m.licence_until = None), ["no_licence"]);
    assert_eq!(with(|m, d, _| m.licence_until = Some(d.minus(1))), ["licence_ends"]);
    assert_eq!(with(|m, _, _| m.qualified_until = vec![]), ["no_qualification"]);
    assert_eq!(
        with(|m, d, _| m.qualified_until = vec![(ROAD, d.minus(1))]),
        ["qualification_ends"]
    );
    assert_eq!(with(|m, _, _| m.districts = vec![District::Cangxi]), ["outside_service"]);
    assert_eq!(with(|m, _, _| m.held_by = Some("xq-2".parse().expect("a key"))), ["held"]);
    assert_eq!(with(|m, _, _| m.availability = Availability::Resting), ["not_ready"]);
    assert_eq!(with(|m, _, _| m.open_calls = 2), ["at_capacity"]);
    assert_eq!(with(|m, _, _| m.tried = true), ["already_asked"]);
    assert_eq!(with(|m, _, far| m.origin = far), ["too_far"]);
}

#[test]
fn all_reasons_are_given_not_only_the_first() {
    let member = Member {
        licence_until: None,
        districts: vec![],
        availability: Availability::Unavailable,
        ..fit_member(1)
    };
    assert_eq!(codes(&ask(noon()), member), ["no_licence", "outside_service", "not_ready"]);
}

#[test]
fn a_licence_ends_at_midnight_and_not_a_second_later() {
    let last = day("2026-07-18");
    let member = Member { licence_until: Some(last), ..fit_member(1) };
    let end = Moment::end_of(last);
    let at = |ms: i64| Moment::from_ms(end.ms() + ms);
    assert_eq!(judge(&ask(at(-1000)), std::slice::from_ref(&member)).fit.len(), 1);
    assert_eq!(codes(&ask(at(0)), member.clone()), ["licence_ends"]);
    assert_eq!(codes(&ask(at(1000)), member), ["licence_ends"]);
}

#[test]
fn a_licence_must_last_through_the_works() {
    let member = Member { licence_until: Some(day("2026-07-29")), ..fit_member(1) };
    let works = Ask { planned_finish: day("2026-07-30"), ..ask(noon()) };
    assert_eq!(codes(&works, member), ["licence_ends"]);
}

#[test]
fn soonest_first_then_merit_then_fewest_calls_then_key() {
    let near = District::Qingchuan.seat();
    let there = Place::from_e6(105_483_300, 32_669_600).expect("a place");
    let member =
        |n, origin, merit, recent_calls| Member { origin, merit, recent_calls, ..fit_member(n) };
    let members = [
        member(1, there, 99, 0),
        member(2, near, 80, 0),
        member(3, near, 90, 3),
        member(4, near, 90, 1),
        member(5, near, 90, 1),
    ];
    let slate = judge(&ask(noon()), &members);
    let order: Vec<&str> = slate.fit.iter().map(|c| c.team.as_str()).collect();
    assert_eq!(order, ["t-004", "t-005", "t-003", "t-002", "t-001"]);
    assert!(slate.fit[4].away > Metres(20_000));
}

fn member() -> impl Strategy<Value = Member> {
    let place = (104_700_000i32..106_700_000, 31_600_000i32..32_900_000)
        .prop_map(|(x, y)| Place::from_e6(x, y).expect("a place"));
    (0usize..500, place, 0u32..101, 0u32..6, prop::option::of(0u32..40), any::<bool>(), 0u32..3)
        .prop_map(|(n, origin, merit, recent_calls, licence, ready, open_calls)| Member {
            origin,
            merit,
            recent_calls,
            open_calls,
            licence_until: licence.map(|d| day("2026-07-01").plus(d)),
            availability: if ready { Availability::Ready } else { Availability::Resting },
            ..fit_member(n)
        })
}

proptest! {
    #[test]
    fn nobody_is_left_out(members in prop::collection::vec(member(), 0..60)) {
        let slate = judge(&ask(noon()), &members);
        prop_assert_eq!(slate.fit.len() + slate.out.len(), members.len());
        prop_assert!(slate.out.iter().all(|u| !u.bars.is_empty()));
        let named: BTreeSet<_> =
            slate.fit.iter().map(|c| &c.team).chain(slate.out.iter().map(|u| &u.team)).collect();
        let asked: BTreeSet<_> = members.iter().map(|m| &m.team).collect();
        prop_assert_eq!(named, asked);
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(
        members in prop::collection::hash_map(0usize..500, member(), 0..40),
        seed in any::<u64>(),
    ) {
        let members: Vec<Member> = members
            .into_iter()
            .map(|(n, m)| Member { team: fit_member(n).team, uscc: fit_member(n).uscc, ..m })
            .collect();
        let mut shuffled = members.clone();
        shuffled.sort_by_key(|m| {
            m.team.as_str().bytes().fold(seed, |h, b| h.wrapping_mul(31).wrapping_add(b.into()))
        });
        let (a, b) = (Decision::new(ask(noon()), members), Decision::new(ask(noon()), shuffled));
        prop_assert_eq!(a.canonical(), b.canonical());
    }

    #[test]
    fn a_kept_decision_replays_byte_for_byte(members in prop::collection::vec(member(), 0..40)) {
        let decision = Decision::new(ask(noon()), members);
        let text = decision.canonical().expect("no fractions");
        let read: Decision = serde_json::from_str(&text).expect("a decision");
        prop_assert!(read.replays());
        prop_assert_eq!(read.canonical(), Ok(text));
    }
}
