//! One payer behind several bidders. Bid bonds of different bidders that come out of one
//! account are treated as collusion (招标投标法实施条例第四十条第（六）项:
//! 不同投标人的投标保证金从同一单位或者个人的账户转出). What is found here is only a lead
//! (线索) for a person, never a finding against anybody.

use super::given::{plain, tight};
use model::{Day, Money, Uscc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Money that came in for a bidder's bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The bidder.
    pub firm: Uscc,
    /// Its name.
    pub firm_name: String,
    /// Whose account it came from.
    pub payer: String,
    /// That account's number.
    pub account: String,
    /// The bank's number of the transfer.
    pub reference: String,
    /// The day on which it came.
    pub day: Day,
    /// How much.
    pub amount: Money,
}

/// What transfers have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// 同一账号
    Account,
    /// 同一户名
    Name,
}

impl Shared {
    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "同一账号",
            Self::Name => "同一户名",
        }
    }
}

/// Transfers for different bidders that have the payer in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedPayer {
    /// By what the payer is known to be the same.
    pub by: Shared,
    /// The transfers, by bidder and number.
    pub members: Vec<Transfer>,
}

/// Where a transfer stands among others. Beyond bidder and number, only so that the order
/// in which they come never matters.
type Place<'a> = (&'a Uscc, &'a str, Day, Money, &'a str, &'a str, &'a str);

fn place(transfer: &Transfer) -> Place<'_> {
    let Transfer { firm, firm_name, payer, account, reference, day, amount } = transfer;
    (firm, reference, *day, *amount, account, payer, firm_name)
}

/// The number of the account, however its digits are grouped.
fn account(transfer: &Transfer) -> String {
    tight(&transfer.account).replace('-', "")
}

/// The payer's exact name: a branch, or a name that is merely alike, is somebody else.
fn payer(transfer: &Transfer) -> String {
    plain(&transfer.payer)
}

/// Those that have the same key, where they are of at least two bidders. `sorted` is by
/// bidder; what has no key has nothing in common with anything.
fn groups<'a>(sorted: &[&'a Transfer], key: fn(&Transfer) -> String) -> Vec<Vec<&'a Transfer>> {
    let mut groups: BTreeMap<String, Vec<&'a Transfer>> = BTreeMap::new();
    for &transfer in sorted {
        let key = key(transfer);
        if !key.is_empty() {
            groups.entry(key).or_default().push(transfer);
        }
    }
    let several = |members: &Vec<&Transfer>| match members.as_slice() {
        [first, .., last] => first.firm != last.firm,
        _ => false,
    };
    groups.into_values().filter(several).collect()
}

/// Finds transfers for at least two bidders that come out of one account, or in one payer's
/// name. The same transfers are told once, by the account.
pub fn shared_payers(transfers: &[Transfer]) -> Vec<SharedPayer> {
    let mut sorted: Vec<&Transfer> = transfers.iter().collect();
    sorted.sort_by(|a, b| place(a).cmp(&place(b)));
    let accounts = groups(&sorted, account);
    let mut names = groups(&sorted, payer);
    names.retain(|members| !accounts.contains(members));
    let told = |by: Shared, members: Vec<&Transfer>| SharedPayer {
        by,
        members: members.into_iter().cloned().collect(),
    };
    let accounts = accounts.into_iter().map(|members| told(Shared::Account, members));
    let names = names.into_iter().map(|members| told(Shared::Name, members));
    let mut found: Vec<SharedPayer> = accounts.chain(names).collect();
    found.sort_by(|a, b| {
        let (first, second) = (a.members.first().map(place), b.members.first().map(place));
        first.cmp(&second).then(a.by.cmp(&b.by))
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const FIRMS: [&str; 3] = ["91510802MA62500A9R", "91510822MA62500B7K", "91510824MA625C1D2F"];

    fn transfer(firm: usize, payer: &str, account: &str, reference: &str) -> Transfer {
        Transfer {
            firm: FIRMS[firm].parse().expect("a code"),
            firm_name: format!("投标人{firm}"),
            payer: payer.into(),
            account: account.into(),
            reference: reference.into(),
            day: "2026-07-18".parse().expect("a day"),
            amount: Money::from_fen(20_000_000),
        }
    }

    fn told(transfers: &[Transfer]) -> Vec<(Shared, Vec<String>)> {
        let by_reference = |shared: SharedPayer| {
            let members: Vec<String> =
                shared.members.into_iter().map(|member| member.reference).collect();
            (shared.by, members)
        };
        shared_payers(transfers).into_iter().map(by_reference).collect()
    }

    fn references(all: &[&str]) -> Vec<String> {
        all.iter().map(|reference| (*reference).to_owned()).collect()
    }

    #[test]
    fn only_the_same_name_is_the_same() {
        let name = "四川甲建设有限公司";
        for (a, b, same) in [
            (name, name, true),
            (name, " 四川甲建设 有限公司\u{3000}", true),
            ("四川(甲)建设有限公司 ", "四川（甲）建设有限公司", true),
            (name, "四川甲建设有限公司广元分公司", false),
            (name, "四川甲建设", false),
            (name, "四川甲建设有限责任公司", false),
            (name, "四川（甲）建设有限公司", false),
            ("", "", false),
            (" ", "\u{3000}", false),
        ] {
            let told = told(&[transfer(0, a, "51050001", "L1"), transfer(1, b, "51050002", "L2")]);
            let expected =
                if same { vec![(Shared::Name, references(&["L1", "L2"]))] } else { vec![] };
            assert_eq!(told, expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn only_the_same_number_is_the_same() {
        for (a, b, same) in [
            ("5105 0166", "5105-0166", true),
            ("51050166", "51050167", false),
            ("51050166", "0051050166", false),
            ("", "", false),
            (" ", "-", false),
        ] {
            let told = told(&[transfer(0, "甲公司", a, "L1"), transfer(1, "乙公司", b, "L2")]);
            let expected =
                if same { vec![(Shared::Account, references(&["L1", "L2"]))] } else { vec![] };
            assert_eq!(told, expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn one_bidder_alone_is_no_lead() {
        let all = ["L1", "L2", "L3"].map(|reference| transfer(0, "甲公司", "5105", reference));
        assert!(told(&all).is_empty());
    }

    #[test]
    fn the_same_transfers_are_told_once() {
        let mut all = vec![
            transfer(1, "甲公司", "5105", "L2"),
            transfer(0, "甲公司", "5105", "L3"),
            transfer(0, "甲公司", "5105", "L1"),
        ];
        let account = (Shared::Account, references(&["L1", "L3", "L2"]));
        assert_eq!(told(&all), std::slice::from_ref(&account));
        // By its name it pays for one more: that is told besides.
        all.push(transfer(2, "甲公司", "5106", "L0"));
        let name = (Shared::Name, references(&["L1", "L3", "L2", "L0"]));
        assert_eq!(told(&all), [account, name]);
        assert_eq!([Shared::Account, Shared::Name].map(Shared::name), ["同一账号", "同一户名"]);
    }

    /// Which firm, account and payer (0 is none of them), how they are written, and where
    /// the transfer stands in another order.
    type Seed = (usize, usize, usize, usize, u32);

    fn transfer_of(n: usize, seed: Seed) -> Transfer {
        let (firm, account, payer, style, _) = seed;
        let accounts = [
            ["", " ", "-"],
            ["51050166", "5105 0166", "5105-0166"],
            ["51050167", "5105 0167", "5105-0167"],
            ["151050166", "15105 0166", "15105-0166"],
        ];
        let payers = [
            ["", " ", "\u{3000}"],
            ["四川（甲）建设有限公司", "四川(甲)建设有限公司 ", "四川 (甲）建设有限公司"],
            ["四川甲建设有限公司", " 四川甲建设有限公司", "四川甲建设 有限公司"],
            ["四川甲建设", "四川甲建设 ", "四川 甲建设"],
        ];
        transfer(firm, payers[payer][style], accounts[account][style], &format!("L{n:02}"))
    }

    proptest! {
        /// Held against a look at each transfer with each other one, which knows who is who.
        #[test]
        fn the_same_as_looking_at_each_pair(
            seeds in prop::collection::vec(
                (0usize..3, 0usize..4, 0usize..4, 0usize..3, any::<u32>()),
                0..10,
            ),
        ) {
            let mut expected: BTreeSet<(Shared, Vec<String>)> = BTreeSet::new();
            for by in [Shared::Account, Shared::Name] {
                let mark = |seed: &Seed| match by {
                    Shared::Account => seed.1,
                    Shared::Name => seed.2,
                };
                for seed in &seeds {
                    let same = |n: &usize| mark(&seeds[*n]) == mark(seed);
                    let mut members: Vec<usize> = (0..seeds.len()).filter(same).collect();
                    let alone = members.iter().all(|n| seeds[*n].0 == seed.0);
                    if mark(seed) == 0 || alone {
                        continue;
                    }
                    members.sort_by_key(|n| (seeds[*n].0, *n));
                    let members: Vec<String> =
                        members.iter().map(|n| format!("L{n:02}")).collect();
                    if !expected.contains(&(Shared::Account, members.clone())) {
                        expected.insert((by, members));
                    }
                }
            }

            let all: Vec<Transfer> =
                seeds.iter().enumerate().map(|(n, seed)| transfer_of(n, *seed)).collect();
            let found = told(&all);
            prop_assert_eq!(found.len(), expected.len());
            prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);

            let shared = shared_payers(&all);
            let first = |shared: &SharedPayer| {
                let member = &shared.members[0];
                (member.firm.clone(), member.reference.clone(), shared.by)
            };
            prop_assert!(shared.windows(2).all(|two| first(&two[0]) < first(&two[1])));

            let mut other: Vec<(u32, Transfer)> =
                seeds.iter().map(|seed| seed.4).zip(all).collect();
            other.sort_by_key(|(at, _)| *at);
            let other: Vec<Transfer> = other.into_iter().map(|(_, transfer)| transfer).collect();
            prop_assert_eq!(shared_payers(&other), shared);
        }
    }
}
