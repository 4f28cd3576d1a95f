//! Scores of finished missions (履约评价), and what they add up to.

use model::{AccountId, Moment, Role};
use serde::{Deserialize, Serialize};

/// One party's score of one mission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: AccountId,
    /// In what capacity.
    pub role: Role,
    /// Points by item, in the order of [`ITEMS`].
    pub points: Vec<u32>,
    /// Items that bring the whole to nothing, if any.
    pub vetoes: Vec<Veto>,
    /// In their words.
    pub note: String,
}

/// Something that brings a score to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Veto {
    /// 责任事故
    Accident,
    /// 转包、违法分包
    Subcontracted,
    /// 虚报工程量
    FalseQuantities,
}

impl Veto {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Accident, Self::Subcontracted, Self::FalseQuantities];

    /// The key used in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Accident => "accident",
            Self::Subcontracted => "subcontracted",
            Self::FalseQuantities => "false_quantities",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accident => "发生责任事故",
            Self::Subcontracted => "转包或违法分包",
            Self::FalseQuantities => "虚报工程量",
        }
    }
}

/// The items of a score: key and Chinese name. What each is worth stands in the
/// policy files under `score.<key>`.
pub const ITEMS: [(&str, &str); 7] = [
    ("response", "响应时间"),
    ("presence", "人员设备到位"),
    ("schedule", "工期"),
    ("quality", "质量"),
    ("safety", "安全文明"),
    ("records", "资料与结算"),
    ("cooperation", "配合度"),
];

impl Evaluation {
    /// The points of this score, 0–100.
    pub fn total(&self) -> u32 {
        if self.vetoes.is_empty() { self.points.iter().sum() } else { 0 }
    }
}

/// A team's merit: the mean of its missions' totals within the period, rounded
/// down; `start` when it has none. A mission scored by several parties counts
/// once, with the mean of its scores.
pub fn merit<'a>(
    missions: impl IntoIterator<Item = &'a [Evaluation]>,
    since: Moment,
    start: u32,
) -> u32 {
    let (mut sum, mut count) = (0u64, 0u64);
    for evaluations in missions {
        let fresh: Vec<u64> =
            evaluations.iter().filter(|e| e.at >= since).map(|e| e.total().into()).collect();
        if !fresh.is_empty() {
            sum += fresh.iter().sum::<u64>() / fresh.len() as u64;
            count += 1;
        }
    }
    sum.checked_div(count).map_or(start, |mean| u32::try_from(mean).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluation(at: i64, points: &[u32], vetoes: Vec<Veto>) -> Evaluation {
        Evaluation {
            at: Moment::from_ms(at),
            by: "a-1".parse().expect("a key"),
            role: Role::Owner,
            points: points.to_vec(),
            vetoes,
            note: String::new(),
        }
    }

    #[test]
    fn a_veto_leaves_nothing() {
        let points = [20, 15, 15, 20, 15, 10, 5];
        assert_eq!(evaluation(0, &points, vec![]).total(), 100);
        assert_eq!(evaluation(0, &points, vec![Veto::Accident]).total(), 0);
    }

    #[test]
    fn merit_counts_missions_within_the_period() {
        let old = [evaluation(10, &[10], vec![])];
        let two = [evaluation(100, &[90], vec![]), evaluation(100, &[81], vec![])];
        let one = [evaluation(200, &[60], vec![])];
        let missions = [&old[..], &two[..], &one[..]];
        assert_eq!(merit(missions, Moment::from_ms(100), 80), (85 + 60) / 2);
        assert_eq!(merit([&old[..]], Moment::from_ms(100), 80), 80);
    }
}
