//! The gate of the determination (认定): is it 抢险救灾, and would it have had to
//! be tendered?
//!
//! 招标投标法 66 asks two things: that it is emergency work, and that it is
//! unsuitable for tendering. 川办发〔2020〕37号 Art. 4 says when it is.

use crate::{Citation, Finding, Law, Standing, Weight};
use model::{BondKind, Day};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One question that must be answered before a determination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The gate that asks it.
    pub gate: String,
    /// Key.
    pub id: String,
    /// The question, as the source puts it.
    pub text: String,
    /// `block`: must be answered yes. `warn`: a yes needs a written reason.
    pub weight: Weight,
    /// What stands behind it.
    #[serde(rename = "status")]
    pub standing: Standing,
    /// The first day on which it is asked.
    pub from: Day,
    /// The last day on which it is asked, where it was written anew after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// The kinds of bond that it is about; all of them where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<BondKind>,
    /// The paper that a yes must rest on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Where it is written.
    pub source: Citation,
}

impl Question {
    /// Whether it is asked on `day`.
    pub fn is_asked(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Whether it is about that kind of bond.
    pub fn is_about(&self, kind: BondKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// The gate of the determination.
pub const DETERMINE: &str = "determine";

/// The answers to the questions, by key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// Questions answered yes.
    pub yes: Vec<String>,
    /// Reasons written for going on in spite of a reference item.
    pub reasons: BTreeMap<String, String>,
}

/// What the answers come to on `day`: nothing to add, things to give a reason
/// for, or things that forbid a determination.
pub fn determination_findings(law: &Law, answers: &Answers, day: Day) -> Vec<Finding> {
    law.questions(DETERMINE, day)
        .filter_map(|q| {
            let yes = answers.yes.contains(&q.id);
            let reasoned = answers.reasons.get(&q.id).is_some_and(|r| !r.trim().is_empty());
            let weight = match q.weight {
                Weight::Block if !yes => Weight::Block,
                Weight::Warn if yes && !reasoned => Weight::Warn,
                Weight::Warn if yes => Weight::Note,
                _ => return None,
            };
            Some(Finding {
                code: q.id.clone(),
                weight,
                text: q.text.clone(),
                standing: q.standing,
                basis: Some(q.source.clone()),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> Day {
        "2026-07-18".parse().expect("a day")
    }

    #[test]
    fn all_three_conditions_are_needed_at_once() {
        let law = Law::shipped();
        let all = ["cause", "immediate", "scope"];
        for missing in 0..8u8 {
            let yes: Vec<String> = all
                .iter()
                .enumerate()
                .filter(|(i, _)| missing & (1 << i) == 0)
                .map(|(_, id)| (*id).to_owned())
                .collect();
            let answers = Answers { yes, ..Answers::default() };
            let blocked = determination_findings(law, &answers, day())
                .iter()
                .filter(|f| f.weight == Weight::Block)
                .count();
            assert_eq!(blocked, missing.count_ones() as usize);
        }
    }

    #[test]
    fn a_reference_item_is_passed_only_with_a_reason() {
        let yes = ["cause", "immediate", "scope", "n2"].map(String::from).to_vec();
        let mut answers = Answers { yes, ..Answers::default() };
        let weights = |a: &Answers| -> Vec<Weight> {
            determination_findings(Law::shipped(), a, day()).iter().map(|f| f.weight).collect()
        };
        assert_eq!(weights(&answers), [Weight::Warn]);
        answers.reasons.insert("n2".into(), "河道当夜即有漫堤可能".into());
        assert_eq!(weights(&answers), [Weight::Note]);
    }
}
