//! Purchases that look split (化整为零): of one owner, at one place, of one kind, close
//! together, each below the size from which tendering is compulsory and together not.
//!
//! What is found is a clue (线索) for a person, never a finding against anybody.

use crate::bond::SharedPayer;
use crate::tender::Object;
use crate::{Law, NotInForce, Ruling, keys};
use model::{AccountId, ClueId, Day, District, LotKind, Moment, Money, OrgId, TenderNoticeId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that was bought, or is to be, without a compulsory tender.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Purchase {
    /// The day of it.
    pub day: Day,
    /// The kind of record, and its key.
    pub record: (String, String),
    /// Its number and title.
    pub title: String,
    /// Who buys.
    pub owner: OrgId,
    /// Where.
    pub district: District,
    /// Where there, in words.
    pub place: String,
    /// What.
    pub kind: LotKind,
    /// For how much.
    pub amount: Money,
}

/// Purchases that together pass the size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The purchases, the oldest first.
    pub members: Vec<Purchase>,
    /// What they come to.
    pub sum: Money,
    /// The size from which tendering is compulsory.
    pub threshold: Ruling<Money>,
    /// The days within which they lie.
    pub window: Ruling<u32>,
}

/// A finding that a person looks at (线索).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clue {
    /// Key: it follows from what was found.
    pub id: ClueId,
    /// When it was found, or had another purchase added.
    pub found: Moment,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// What people said of it, the oldest first.
    pub verdicts: Vec<ClueVerdict>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Purchases that look split.
    Split(Box<Split>),
    /// One payer behind several bidders of a tender (招标投标法实施条例 40(六)).
    Payer(PayerLead),
}

/// One payer behind several bidders of a tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayerLead {
    /// The notice of the tender.
    pub notice: TenderNoticeId,
    /// Its number and title.
    pub title: String,
    /// Who tenders.
    pub owner: OrgId,
    /// Who paid for whom; accounts are masked.
    pub shared: SharedPayer,
}

/// What somebody said of a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClueVerdict {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: AccountId,
    /// It goes to whoever investigates; else there is nothing in it.
    pub forwarded: bool,
    /// Why.
    pub reason: String,
}

impl Clue {
    /// Whether somebody has yet to say what it comes to: nobody has, or another purchase
    /// was added since.
    pub fn is_open(&self) -> bool {
        self.verdicts.last().is_none_or(|verdict| verdict.at < self.found)
    }
}

/// The object of a kind of lot, as the thresholds name them.
pub const fn object_of(kind: LotKind) -> Object {
    match kind {
        LotKind::Works => Object::Works,
        LotKind::Goods => Object::Goods,
        LotKind::Services => Object::Services,
    }
}

/// The words of a place, without what people put between them.
fn place_key(place: &str) -> String {
    place.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

/// Two descriptions of one place: one is within the other, or most of what is said is
/// common to both.
fn same_place(a: &str, b: &str) -> bool {
    let (a, b) = (place_key(a), place_key(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    if a.contains(&b) || b.contains(&a) {
        return true;
    }
    let pairs = |text: &str| -> std::collections::BTreeSet<(char, char)> {
        let chars: Vec<char> = text.chars().collect();
        chars.windows(2).map(|w| (w[0], w[1])).collect()
    };
    let (a, b) = (pairs(&a), pairs(&b));
    let common = a.intersection(&b).count();
    let fewer = a.len().min(b.len());
    // Half of the shorter description, in pairs of characters.
    fewer > 0 && common * 2 >= fewer
}

/// Finds what looks split among `purchases`: each of them lies below the size by itself.
/// A purchase is in at most one finding, the earliest that it belongs to.
///
/// # Errors
///
/// [`NotInForce`].
pub fn splits(law: &Law, purchases: &[Purchase]) -> Result<Vec<Split>, NotInForce> {
    let mut groups: BTreeMap<(&OrgId, District, LotKind), Vec<&Purchase>> = BTreeMap::new();
    for purchase in purchases {
        let size = size_of(law, purchase.kind, purchase.day)?;
        if purchase.amount > Money::ZERO && purchase.amount < size.value {
            let key = (&purchase.owner, purchase.district, purchase.kind);
            groups.entry(key).or_default().push(purchase);
        }
    }
    let mut found = Vec::new();
    for mut group in groups.into_values() {
        group.sort();
        let mut free: Vec<&Purchase> = group;
        while !free.is_empty() {
            let first = free.remove(0);
            let window = law.figure(keys::SPLIT_WINDOW, first.day)?;
            let days = u32::try_from(window.value).unwrap_or(u32::MAX);
            let last = first.day.plus(days);
            let near = |p: &&Purchase| p.day <= last && same_place(&p.place, &first.place);
            let members: Vec<&Purchase> =
                std::iter::once(first).chain(free.iter().copied().filter(near)).collect();
            let sum = members.iter().try_fold(Money::ZERO, |sum, p| sum.plus(p.amount));
            let sum = sum.unwrap_or(Money::from_fen(i64::MAX));
            let threshold = size_of(law, first.kind, first.day)?;
            if members.len() > 1 && sum >= threshold.value {
                free.retain(|p| !members.contains(p));
                let members = members.into_iter().cloned().collect();
                found.push(Split { members, sum, threshold, window: window.map(|_| days) });
            }
        }
    }
    found.sort_by(|a, b| a.members.first().cmp(&b.members.first()));
    Ok(found)
}

fn size_of(law: &Law, kind: LotKind, day: Day) -> Result<Ruling<Money>, NotInForce> {
    Ok(law.figure(object_of(kind).threshold(), day)?.map(Money::from_fen))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn purchase(n: usize, day: &str, wan: i64) -> Purchase {
        Purchase {
            day: day.parse().expect("a day"),
            record: ("channel".into(), format!("lt-{n}")),
            title: format!("LT-2026-{n:04}"),
            owner: "gljt".parse().expect("a key"),
            district: District::Qingchuan,
            place: "青川县沙州镇 G543 K66+300".into(),
            kind: LotKind::Works,
            amount: Money::from_yuan(wan * 10_000).expect("an amount"),
        }
    }

    fn found(purchases: &[Purchase]) -> Vec<Vec<String>> {
        let splits = splits(Law::shipped(), purchases).expect("in force");
        splits.into_iter().map(|s| s.members.into_iter().map(|m| m.record.1).collect()).collect()
    }

    #[test]
    fn two_below_the_size_that_come_to_it_are_a_clue() {
        let (a, b) = (purchase(1, "2026-03-01", 250), purchase(2, "2026-08-28", 150));
        assert_eq!(found(&[b.clone(), a.clone()]), [["lt-1", "lt-2"]]);
        // One yuan less, one day more.
        let less = Purchase { amount: Money::from_yuan(1_499_999).expect("m"), ..b.clone() };
        assert!(found(&[a.clone(), less]).is_empty());
        let later = Purchase { day: "2026-08-29".parse().expect("a day"), ..b.clone() };
        assert!(found(&[a.clone(), later]).is_empty());
        // Somebody else's, elsewhere, something else, or large enough by itself.
        for other in [
            Purchase { owner: "sw".parse().expect("a key"), ..b.clone() },
            Purchase { district: District::Jiange, ..b.clone() },
            Purchase { place: "乔庄镇东河大桥".into(), ..b.clone() },
            Purchase { kind: LotKind::Goods, ..b.clone() },
            Purchase { amount: Money::from_yuan(4_000_000).expect("m"), ..b.clone() },
        ] {
            assert!(found(&[a.clone(), other]).is_empty());
        }
    }

    #[test]
    fn a_place_is_the_same_however_it_is_written() {
        for (a, b, same) in [
            ("G543 K66+300", "青川县沙州镇G543 K66+300松树潭", true),
            ("南河街道二水厂取水口", "二水厂取水口（南河）", true),
            ("南河街道二水厂取水口", "东坝街道老鹰嘴", false),
            ("", "", false),
        ] {
            assert_eq!(same_place(a, b), same, "{a} / {b}");
        }
    }

    proptest! {
        /// Held against all subsets: whatever window of like purchases passes the size is
        /// in some clue.
        #[test]
        fn no_window_that_passes_is_left_out(
            days in prop::collection::vec((0u32..400, 1i64..399), 1..9),
        ) {
            let start: Day = "2026-01-01".parse().expect("a day");
            let all: Vec<Purchase> = days
                .iter()
                .enumerate()
                .map(|(n, (day, wan))| Purchase { day: start.plus(*day), ..purchase(n, "2026-01-01", *wan) })
                .collect();
            let told = splits(Law::shipped(), &all).expect("in force");
            let in_clue = |p: &Purchase| told.iter().any(|s| s.members.contains(p));
            for first in &all {
                let window: Vec<&Purchase> = all
                    .iter()
                    .filter(|p| p.day >= first.day && p.day <= first.day.plus(180))
                    .collect();
                let sum: i64 = window.iter().map(|p| p.amount.fen()).sum();
                if window.len() > 1 && sum >= 400_000_000 {
                    prop_assert!(window.iter().any(|p| in_clue(p)));
                }
            }
            for split in &told {
                let sum: i64 = split.members.iter().map(|p| p.amount.fen()).sum();
                prop_assert_eq!(sum, split.sum.fen());
                prop_assert!(sum >= 400_000_000 && split.members.len() > 1);
            }
        }
    }
}
