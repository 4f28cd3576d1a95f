//! Explained ranking of a whole reserve against the plainest thing that could be
//! done: sorting by distance. And the nearest ten by index against a scan.
//!
//! `make bench`; read the ratios within one run, not the times.

use divan::{Bencher, black_box};
use model::{Category, Discipline, District, Industry, Metres, Minutes, Moment, Place};
use pool::index::PlaceIndex;
use pool::slate::{Ask, Member, judge};
use pool::team::{Availability, Origin};
use pool::travel::Road;

const SIZES: [usize; 2] = [2_000, 20_000];

fn main() {
    divan::main();
}

/// Numbers that are the same in each run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn place(&mut self) -> Place {
        let lon = 104_600_000 + i32::try_from(self.below(2_150_000)).expect("small");
        let lat = 31_520_000 + i32::try_from(self.below(1_420_000)).expect("small");
        Place::from_e6(lon, lat).expect("a place")
    }
}

const CATEGORY: Category = Category { industry: Industry::Highway, discipline: Discipline::Works };

fn ask() -> Ask {
    let at: Moment = "2026-07-18T07:57:00+08:00".parse().expect("a moment");
    Ask {
        emergency: "xq-1".parse().expect("a key"),
        place: Place::from_e6(105_218_300, 32_383_300).expect("a place"),
        district: District::Qingchuan,
        categories: vec![CATEGORY],
        at,
        planned_finish: at.day().plus(10),
        within: Some(Minutes(240)),
        capacity: 2,
        road: Road { muster: Minutes(20), terrain_percent: 160, speed_kmh: 40 },
    }
}

/// A reserve in which about half may go, the others for one reason or another.
fn members(n: usize) -> Vec<Member> {
    let mut dice = Dice(2026);
    let day = ask().at.day();
    (0..n)
        .map(|i| {
            let until = if dice.below(10) == 0 { day.plus(3) } else { day.plus(400) };
            let listed = if dice.below(5) == 0 { vec![] } else { vec![CATEGORY] };
            let availability =
                if dice.below(8) == 0 { Availability::Resting } else { Availability::Ready };
            Member {
                team: format!("t-{i}").parse().expect("a key"),
                contractor: format!("c-{}", i / 2).parse().expect("a key"),
                uscc: None,
                listed,
                suspended: vec![],
                licence_until: Some(until),
                qualified_until: vec![(CATEGORY, until)],
                term_until: vec![(CATEGORY, day.plus(400))],
                districts: District::ALL.to_vec(),
                restricted_until: None,
                availability,
                origin: dice.place(),
                origin_kind: Origin::Base,
                held_by: None,
                open_calls: u32::try_from(dice.below(3)).expect("small"),
                merit: u32::try_from(60 + dice.below(41)).expect("small"),
                recent_calls: u32::try_from(dice.below(6)).expect("small"),
                tried: false,
            }
        })
        .collect()
}

/// Every team judged, each refusal with its reasons, the others in order.
#[divan::bench(args = SIZES)]
fn explained(bencher: Bencher, n: usize) {
    let (ask, members) = (ask(), members(n));
    bencher.bench_local(|| judge(black_box(&ask), black_box(&members)));
}

/// The baseline: distances, sorted.
#[divan::bench(args = SIZES)]
fn plain_distance(bencher: Bencher, n: usize) {
    let (ask, members) = (ask(), members(n));
    bencher.bench_local(|| {
        let mut all: Vec<(Metres, &Member)> =
            black_box(&members).iter().map(|m| (m.origin.distance(ask.place), m)).collect();
        all.sort_unstable_by(|a, b| (a.0, &a.1.team).cmp(&(b.0, &b.1.team)));
        all.len()
    });
}

/// The ten nearest from an index that is there already.
#[divan::bench(args = SIZES)]
fn nearest_by_index(bencher: Bencher, n: usize) {
    let (ask, members) = (ask(), members(n));
    let index = PlaceIndex::new(members.iter().map(|m| (m.team.clone(), m.origin)));
    bencher.bench_local(|| black_box(&index).nearest(black_box(ask.place), 10));
}

/// The ten nearest by looking at all.
#[divan::bench(args = SIZES)]
fn nearest_by_scan(bencher: Bencher, n: usize) {
    let (ask, members) = (ask(), members(n));
    bencher.bench_local(|| {
        let mut all: Vec<(Metres, &Member)> =
            black_box(&members).iter().map(|m| (m.origin.distance(ask.place), m)).collect();
        let ten = 10.min(all.len().saturating_sub(1));
        all.select_nth_unstable_by(ten, |a, b| (a.0, &a.1.team).cmp(&(b.0, &b.1.team)));
        all.truncate(10);
        all.sort_unstable_by(|a, b| (a.0, &a.1.team).cmp(&(b.0, &b.1.team)));
        all.len()
    });
}
