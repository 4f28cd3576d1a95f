//! What the green channel comes to: how fast it is decided, which promises are kept, how
//! many days it saves, what is owed. Each figure names the cases that it counts.

use model::{District, Ground, OrgId};
use serde::{Deserialize, Serialize};

/// What counts of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its ground.
    pub ground: Ground,
    /// The department asked.
    pub department: OrgId,
    /// Its district.
    pub district: District,
    /// How long its decision took, in milliseconds.
    pub decided: Option<i64>,
    /// Whether that was as promised.
    pub in_time: bool,
    /// Approvals that were given.
    pub given: usize,
    /// Of them as promised.
    pub kept: usize,
    /// Open approvals whose promise is over.
    pub overdue: usize,
    /// Papers that are late and not there.
    pub owed: usize,
    /// Days saved against the ordinary way, once the contract is signed.
    pub saved: Option<i64>,
}

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// 已决定
    Decided,
    /// 按时决定
    InTime,
    /// 办结审批
    Given,
    /// 审批未按承诺
    Missed,
    /// 审批逾期未办
    Overdue,
    /// 容缺逾期
    Owed,
    /// 已完成
    Saved,
}

impl Counts {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Decided,
        Self::InTime,
        Self::Given,
        Self::Missed,
        Self::Overdue,
        Self::Owed,
        Self::Saved,
    ];

    /// The key, as in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::InTime => "in_time",
            Self::Given => "given",
            Self::Missed => "missed",
            Self::Overdue => "overdue",
            Self::Owed => "owed",
            Self::Saved => "saved",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decided => "已决定",
            Self::InTime => "按承诺决定",
            Self::Given => "有办结的审批",
            Self::Missed => "有审批未按承诺",
            Self::Overdue => "有审批逾期未办",
            Self::Owed => "有容缺逾期未补",
            Self::Saved => "已签合同",
        }
    }

    /// The figure of a key.
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|counts| counts.key() == key)
    }

    /// Whether a case is among those that the figure counts.
    pub const fn counts(self, case: &Told) -> bool {
        match self {
            Self::Decided => case.decided.is_some(),
            Self::InTime => case.in_time,
            Self::Given => case.given > 0,
            Self::Missed => case.given > case.kept,
            Self::Overdue => case.overdue > 0,
            Self::Owed => case.owed > 0,
            Self::Saved => case.saved.is_some(),
        }
    }
}

/// What several cases come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Cases.
    pub cases: usize,
    /// Decided ones.
    pub decided: usize,
    /// Of them as promised.
    pub in_time: usize,
    /// The median of what decisions took, in milliseconds.
    pub median: Option<i64>,
    /// Approvals that were given.
    pub given: usize,
    /// Of them as promised.
    pub kept: usize,
    /// Open approvals whose promise is over.
    pub overdue: usize,
    /// Papers that are owed.
    pub owed: usize,
    /// Cases with a contract.
    pub finished: usize,
    /// Days that they saved, together.
    pub saved: i64,
}

impl Measure {
    /// Adds cases up.
    pub fn of<'a>(cases: impl Iterator<Item = &'a Told>) -> Self {
        let mut sum = Self::default();
        let mut took = Vec::new();
        for case in cases {
            sum.cases += 1;
            took.extend(case.decided);
            sum.in_time += usize::from(case.in_time);
            sum.given += case.given;
            sum.kept += case.kept;
            sum.overdue += case.overdue;
            sum.owed += case.owed;
            sum.finished += usize::from(case.saved.is_some());
            sum.saved += case.saved.unwrap_or(0);
        }
        took.sort_unstable();
        sum.decided = took.len();
        sum.median = match took.len() {
            0 => None,
            n if n % 2 == 1 => took.get(n / 2).copied(),
            n => Some((took[n / 2 - 1] + took[n / 2]) / 2),
        };
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(decided: Option<i64>, in_time: bool, given: usize, kept: usize) -> Told {
        Told {
            ground: Ground::City,
            department: "zjj".parse().expect("a key"),
            district: District::Lizhou,
            decided,
            in_time,
            given,
            kept,
            overdue: 0,
            owed: 0,
            saved: decided.map(|ms| ms / 10),
        }
    }

    #[test]
    fn sums_medians_and_the_cases_behind_them() {
        let cases =
            [told(Some(100), true, 2, 1), told(Some(300), false, 1, 1), told(None, false, 0, 0)];
        let sum = Measure::of(cases.iter());
        assert_eq!((sum.cases, sum.decided, sum.in_time), (3, 2, 1));
        assert_eq!((sum.median, sum.given, sum.kept), (Some(200), 3, 2));
        assert_eq!((sum.finished, sum.saved), (2, 40));
        let counted = |counts: Counts| cases.iter().filter(|case| counts.counts(case)).count();
        assert_eq!(counted(Counts::Decided), sum.decided);
        assert_eq!(counted(Counts::InTime), sum.in_time);
        assert_eq!(counted(Counts::Missed), 1);
        assert_eq!(counted(Counts::Saved), sum.finished);
        assert_eq!(Measure::of([].iter()).median, None);
    }
}
