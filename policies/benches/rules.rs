//! Limits a second, looked up against walked day by day; and the replay of a year of
//! cases by two editions of the rules.
//!
//! `make bench`; read the ratios within one run, not the times.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use model::{Day, Moment, Money, Urgency};
use policies::tender::{Object, tender_size};
use policies::{Calendar, Law, Step, Stop};

fn main() {
    divan::main();
}

fn first() -> Day {
    "2022-01-01".parse().expect("a day")
}

/// A thousand days to count from.
fn starts() -> Vec<Day> {
    (0..1_000).map(|i| first().plus(i)).collect()
}

/// What a person does with a calendar in hand.
fn walked(calendar: &Calendar, start: Day, n: u32) -> Day {
    let (mut day, mut left) = (start, n);
    while left > 0 {
        day = day.plus(1);
        left -= u32::from(calendar.is_working(day));
    }
    day
}

/// Thirty working days from each.
#[divan::bench]
fn limits_looked_up(bencher: Bencher) {
    let (calendar, starts) = (&Law::shipped().calendar, starts());
    bencher
        .counter(ItemsCount::new(starts.len()))
        .bench(|| starts.iter().map(|s| calendar.working_days_after(*s, black_box(30))).max());
}

#[divan::bench]
fn limits_walked(bencher: Bencher) {
    let (calendar, starts) = (&Law::shipped().calendar, starts());
    bencher
        .counter(ItemsCount::new(starts.len()))
        .bench(|| starts.iter().map(|s| walked(calendar, *s, black_box(30))).max());
}

/// With the count that people are shown.
#[divan::bench]
fn limits_with_their_count(bencher: Bencher) {
    let (calendar, starts) = (&Law::shipped().calendar, starts());
    bencher
        .counter(ItemsCount::new(starts.len()))
        .bench(|| starts.iter().map(|s| calendar.count_working(*s, black_box(30)).day).max());
}

/// A case as far as the rules care.
struct Case {
    urgency: Urgency,
    begun: Moment,
    ceiling: Money,
}

fn cases() -> Vec<Case> {
    (0..10_000u32)
        .map(|i| Case {
            urgency: Urgency::ALL[i as usize % Urgency::ALL.len()],
            begun: Moment::at(first().plus(200 + i % 365), i % 24, i % 60),
            ceiling: Money::from_fen(i64::from(i) * 100_000),
        })
        .collect()
}

/// Every step clock, the size, and two limits with a stop.
fn judge(law: &Law, case: &Case) -> i64 {
    let clocks = Step::ALL
        .iter()
        .filter_map(|step| law.due(&step.rule(case.urgency), case.begun).ok())
        .map(|due| due.value.ms());
    let day = case.begun.day();
    let size = tender_size(law, Object::Works, Some(case.ceiling), &[], day);
    let stops = [Stop { from: day.plus(2), until: Some(day.plus(5)) }];
    let courses = ["tender.t17", "tender.t18"]
        .iter()
        .filter_map(|key| law.course(key, case.begun, &stops, None, case.begun).ok())
        .filter_map(|course| course.statutory.due)
        .map(Moment::ms);
    clocks.chain(courses).fold(0, i64::wrapping_add) + i64::from(size.is_ok())
}

#[divan::bench(sample_count = 20)]
fn replay_of_10_000_cases(bencher: Bencher) {
    let (law, cases) = (Law::shipped(), cases());
    bencher.bench(|| cases.iter().map(|case| judge(law, case)).fold(0, i64::wrapping_add));
}

#[divan::bench(sample_count = 20)]
fn replay_of_10_000_cases_by_two_editions(bencher: Bencher) {
    let law = Law::shipped();
    let text = "[[change]]\nrule = 'tender.t18'\n[change.value]\nfrom = '2027-01-01'\nvalue = 20\n\
                status = 'statutory'\nsource = { text = 'x' }\n";
    let (tried, cases) = (law.tried("x", text).expect("sound"), cases());
    bencher.bench(|| cases.iter().filter(|case| judge(law, case) != judge(&tried, case)).count());
}
