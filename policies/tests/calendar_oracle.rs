//! The calendar against another one, made differently: from the notices' own table,
//! with chrono's dates, as one sorted list of working days that is looked up.

use chrono::{Datelike, NaiveDate, Weekday};
use model::Day;
use policies::Law;

/// Off (the days of a span by month-day), worked; as the yearly notices say it.
const NOTICES: &[(i32, &str, &str)] = &[
    (
        2022,
        "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007 1231-1231",
        "0129 0130 0402 0424 0507 1008 1009",
    ),
    (
        2023,
        "0101-0102 0121-0127 0405-0405 0429-0503 0622-0624 0929-1006",
        "0128 0129 0423 0506 0625 1007 1008",
    ),
    (
        2024,
        "0101-0101 0210-0217 0404-0406 0501-0505 0610-0610 0915-0917 1001-1007",
        "0204 0218 0407 0428 0511 0914 0929 1012",
    ),
    (
        2025,
        "0101-0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
        "0126 0208 0427 0928 1011",
    ),
    (
        2026,
        "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
        "0104 0214 0228 0509 0920 1010",
    ),
];

fn date(year: i32, text: &str) -> NaiveDate {
    let month = text[..2].parse().expect("a month");
    let day = text[2..].parse().expect("a day");
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

/// All working days from 2021-12-01 to 2027-03-31, sorted.
fn working_days() -> Vec<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2021, 12, 1).expect("a date");
    first
        .iter_days()
        .take_while(|d| (d.year(), d.month()) < (2027, 4))
        .filter(|d| {
            let weekend = matches!(d.weekday(), Weekday::Sat | Weekday::Sun);
            let Some((year, off, work)) = NOTICES.iter().find(|(y, ..)| *y == d.year()) else {
                return !weekend;
            };
            let is_off = off.split(' ').any(|span| {
                let (from, to) = span.split_once('-').expect("a span");
                (date(*year, from)..=date(*year, to)).contains(d)
            });
            let is_work = work.split(' ').any(|day| date(*year, day) == *d);
            is_work || (!is_off && !weekend)
        })
        .collect()
}

fn ours(day: NaiveDate) -> Day {
    day.to_string().parse().expect("a day")
}

#[test]
fn every_day_of_five_years_and_sixty_days_on() {
    let calendar = &Law::shipped().calendar;
    let working = working_days();
    let mut day = NaiveDate::from_ymd_opt(2022, 1, 1).expect("a date");
    while day.year() < 2027 {
        let after = working.partition_point(|d| *d <= day);
        for n in 0..=60_usize {
            let expected = if n == 0 { day } else { working[after + n - 1] };
            let n32 = u32::try_from(n).expect("small");
            assert_eq!(calendar.working_days_after(ours(day), n32), ours(expected), "{day} +{n}");
            let end = day + chrono::Days::new(u64::from(n32));
            let rolled = working[working.partition_point(|d| *d < end)];
            assert_eq!(calendar.natural_days_after(ours(day), n32), ours(rolled), "{day} +{n}");
        }
        day = day.succ_opt().expect("a date");
    }
}
