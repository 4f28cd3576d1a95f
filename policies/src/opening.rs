//! Opening and evaluation: may the bids be opened, is the committee a proper one, how
//! many candidates may there be.

use crate::{Finding, Law, NotInForce, Ruling, Weight, keys};
use model::Day;

fn finding(ruling: Ruling<i64>, text: String) -> Finding {
    Finding {
        code: ruling.rule,
        weight: Weight::Block,
        text,
        standing: ruling.standing,
        basis: ruling.basis,
    }
}

/// Whether the bids of so many bidders may be opened; with fewer the tender begins anew.
///
/// # Errors
///
/// [`NotInForce`].
pub fn may_open(law: &Law, bidders: u32, day: Day) -> Result<Ruling<bool>, NotInForce> {
    Ok(law.figure(keys::BIDDERS, day)?.map(|least| i64::from(bidders) >= least))
}

/// What is wrong with an evaluation committee of so many members, so many of them
/// experts: too few, an even number, too few experts.
///
/// # Errors
///
/// [`NotInForce`].
pub fn committee(
    law: &Law,
    members: u32,
    experts: u32,
    day: Day,
) -> Result<Vec<Finding>, NotInForce> {
    let least = law.figure(keys::COMMITTEE, day)?;
    let of_three = law.figure(keys::EXPERTS, day)?;
    let mut found = Vec::new();
    let (members, experts) = (i64::from(members), i64::from(experts));
    if members < least.value || members % 2 == 0 {
        let text = format!("成员须为 {} 人以上单数，现为 {members} 人", least.value);
        found.push(finding(least, text));
    }
    if experts * 3 < members * of_three.value {
        let text = format!("专家不足三分之{}：{members} 人中 {experts} 人", of_three.value);
        found.push(finding(of_three, text));
    }
    Ok(found)
}

/// Whether so many candidates may be named.
///
/// # Errors
///
/// [`NotInForce`].
pub fn may_name(law: &Law, candidates: u32, day: Day) -> Result<Ruling<bool>, NotInForce> {
    let most = law.figure(keys::CANDIDATES, day)?;
    Ok(most.map(|most| (1..=most).contains(&i64::from(candidates))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> Day {
        "2026-07-18".parse().expect("a day")
    }

    #[test]
    fn fewer_than_three_are_not_opened() {
        let open = |n| may_open(Law::shipped(), n, day()).expect("in force").value;
        assert_eq!([open(0), open(2), open(3), open(9)], [false, false, true, true]);
    }

    #[test]
    fn five_or_more_odd_and_two_thirds_experts() {
        let wrong = |members, experts| {
            let found = committee(Law::shipped(), members, experts, day()).expect("in force");
            found.into_iter().map(|f| f.code).collect::<Vec<_>>()
        };
        assert!(wrong(5, 4).is_empty());
        assert!(wrong(9, 6).is_empty());
        assert_eq!(wrong(5, 3), [keys::EXPERTS]);
        assert_eq!(wrong(6, 4), [keys::COMMITTEE]);
        assert_eq!(wrong(3, 1), [keys::COMMITTEE, keys::EXPERTS]);
    }

    #[test]
    fn one_to_three_candidates() {
        let named = |n| may_name(Law::shipped(), n, day()).expect("in force").value;
        assert_eq!([named(0), named(1), named(3), named(4)], [false, true, true, false]);
    }
}
