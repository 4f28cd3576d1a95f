//! What a bond may be at most, and what is asked of whom.

use crate::law::Edition;
use model::{BondKind, CreditLevel, Day, Fault, Faults, FirmSize, Money};
use policies::Ruling;
use policies::bond::{self, Bid, Firm, Ladder, NoBond, Project};
use serde::{Deserialize, Serialize};

/// What is asked, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Which bond: `bid`, `performance`, `retention`, `wages`, `late`.
    pub what: String,
    /// What is tendered ([`Bid`]).
    pub bid: String,
    /// How large the firm is ([`FirmSize`]).
    pub size: String,
    /// Its credit level ([`CreditLevel`]).
    pub credit: String,
    /// It has a record of broken faith: `yes` or nothing.
    pub failings: String,
    /// The government pays: `yes` or nothing.
    pub government: String,
    /// The amount it is a share of, in 万元.
    pub amount: String,
    /// Days late.
    pub late: String,
    /// The day whose rules count.
    pub day: String,
}

/// The bonds that can be asked about: key, name, what it is a share of.
pub const WHAT: [(&str, &str, &str); 5] = [
    ("bid", "投标保证金", "招标项目估算价（政府采购为项目预算）"),
    ("performance", "履约保证金", "中标合同金额"),
    ("retention", "工程质量保证金", "工程价款结算总额"),
    ("wages", "农民工工资保证金", "施工合同额"),
    ("late", "逾期付款利息（合同未约定的）", "逾期支付的金额"),
];

/// One line of the reckoning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The rule and the amount that it comes to.
    pub ruling: Ruling<Money>,
    /// Its figure, with the unit.
    pub figure: String,
}

/// What is asked of a firm after reductions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The amount.
    pub amount: Money,
    /// Every ground, whether it holds, and which one counts.
    pub ladder: Ladder,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The most that may be asked, or what is owed.
    pub most: Money,
    /// What it was worked out from.
    pub lines: Vec<Line>,
    /// What is asked of this firm, where reductions were asked about.
    pub asked: Option<Asked>,
    /// What nobody may do, whatever the amount.
    pub never: Vec<(String, String)>,
}

/// The calculator with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// As typed.
    pub ask: Ask,
    /// What is wrong with it.
    pub faults: Faults,
    /// The answer; none for an empty question.
    pub answer: Option<Answer>,
    /// By which rules.
    pub law: String,
    /// Of which day: what was typed, or today.
    pub day: String,
}

/// What a question comes to, or what is wrong with it.
pub fn answer(law: &Edition, ask: &Ask, today: Day) -> Result<Option<Answer>, Faults> {
    if ask.what.is_empty() && ask.amount.trim().is_empty() {
        return Ok(None);
    }
    let mut faults = Faults::new();
    if !WHAT.iter().any(|(key, ..)| *key == ask.what) {
        faults.note("what", if ask.what.is_empty() { Fault::Missing } else { Fault::NotAChoice });
    }
    let amount = faults.wan("amount", &ask.amount);
    let day = match ask.day.trim() {
        "" => Some(today),
        typed => faults.day("day", typed),
    };
    let mut pick = |name: &str, typed: &str, known: bool| {
        if typed.is_empty() {
            faults.note(name, Fault::Missing);
        } else if !known {
            faults.note(name, Fault::NotAChoice);
        }
    };
    let bid = Bid::ALL.into_iter().find(|b| b.key() == ask.bid);
    let size = ask.size.parse::<FirmSize>().ok();
    let credit = ask.credit.parse::<CreditLevel>().ok();
    if ask.what == "bid" {
        pick("bid", &ask.bid, bid.is_some());
    }
    // Reductions are asked about by saying how large the firm is.
    if !ask.size.is_empty() || !ask.credit.is_empty() {
        pick("size", &ask.size, size.is_some());
        pick("credit", &ask.credit, credit.is_some());
    }
    let late = (ask.what == "late").then(|| faults.count("late", &ask.late, 1, 36_500));
    let (Some(day), Some(amount), true) = (day, amount, faults.is_empty()) else {
        return Err(faults);
    };
    let line = |ruling: Ruling<Money>| {
        let figure = law.figure(&ruling.rule, day).map_or_else(
            |_| String::new(),
            |f| law.rule(&ruling.rule).map_or_else(String::new, |r| r.unit.amount(f.value)),
        );
        Line { ruling, figure }
    };
    let fault = |no: NoBond| match no {
        NoBond::NoBase => Faults::one("amount", Fault::Missing),
        NoBond::NotInForce(_) => Faults::one("day", Fault::NotInForce),
        NoBond::NotFor { why } => Faults::one("what", Fault::AgainstRule { why }),
    };
    let one = |ruling: Ruling<Money>| (ruling.value, vec![line(ruling)]);
    let base = Some(amount);
    let (most, lines) = match (ask.what.as_str(), bid) {
        ("bid", Some(bid)) => {
            let most = bond::bid_bond(law, bid, base, day).map_err(fault)?;
            (most.amount, most.steps.into_iter().map(line).collect())
        }
        ("performance", _) => {
            let procurement = bid == Some(Bid::Procurement);
            one(bond::performance_bond(law, procurement, base, day).map_err(fault)?)
        }
        ("retention", _) => one(bond::retention(law, base, day).map_err(fault)?),
        ("wages", _) => one(bond::wages_bond(law, base, day).map_err(fault)?),
        _ => {
            let interest = bond::late_interest(law, amount, late.unwrap_or_default(), day);
            one(interest.map_err(|e| fault(e.into()))?)
        }
    };
    let kind = ask.what.parse::<BondKind>().ok();
    let asked = match (kind, size.zip(credit)) {
        (Some(kind), Some((size, credit))) => {
            let firm = Firm { size, credit, failings: ask.failings == "yes" };
            let project = Project { government: ask.government == "yes", amount: base };
            let ladder = bond::ladder(law, kind, firm, project, day);
            let ladder = ladder.map_err(|e| fault(e.into()))?;
            // Of a kind that has none, nothing comes off by a rule of ours.
            let any = !ladder.steps.is_empty();
            any.then(|| Asked { amount: ladder.asked(most), ladder })
        }
        _ => None,
    };
    let never = law.questions("bond", day).map(|q| (q.text.clone(), q.source.line())).collect();
    Ok(Some(Answer { most, lines, asked, never }))
}

/// The calculator with its answer.
pub fn page(law: &Edition, ask: Ask, today: Day) -> Page {
    let day = match ask.day.trim() {
        "" => today.to_string(),
        typed => typed.to_owned(),
    };
    let (answer, faults) = match answer(law, &ask, today) {
        Ok(answer) => (answer, Faults::new()),
        Err(faults) => (None, faults),
    };
    Page { ask, faults, answer, law: law.short(), day }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policies::Law;

    fn ask(what: &str, bid: &str, amount: &str) -> Ask {
        Ask {
            what: what.into(),
            bid: bid.into(),
            amount: amount.into(),
            late: "10".into(),
            ..Ask::default()
        }
    }

    fn answered(ask: Ask) -> Result<Option<Answer>, Faults> {
        let law = Edition::of(Law::shipped().clone()).expect("an edition");
        answer(&law, &ask, "2026-07-18".parse().expect("a day"))
    }

    #[test]
    fn amounts_are_in_wan() {
        let most = |what, bid, amount| {
            answered(ask(what, bid, amount)).expect("fine").expect("an answer").most.fen()
        };
        // 50 typed for a guarantee is 500 000 yuan.
        assert_eq!(most("bid", "works", "2500"), 50_000_000);
        assert_eq!(most("performance", "works", "100"), 10_000_000);
        assert_eq!(most("performance", "procurement", "100"), 10_000_000);
        assert_eq!(most("retention", "", "100"), 3_000_000);
        assert_eq!(most("wages", "", "100"), 3_000_000);
        assert_eq!(most("late", "", "100"), 500_000);
    }

    #[test]
    fn nothing_comes_off_a_bond_without_a_ladder() {
        let firm = Ask { size: "small".into(), credit: "a".into(), ..ask("wages", "", "100") };
        assert_eq!(answered(firm).expect("fine").expect("an answer").asked, None);
    }

    #[test]
    fn a_reduction_is_shown_with_what_it_rests_on() {
        let firm = |failings: &str| Ask {
            size: "large".into(),
            credit: "b".into(),
            failings: failings.into(),
            ..ask("bid", "building", "9000")
        };
        let answer = answered(firm("")).expect("fine").expect("an answer");
        assert_eq!(answer.most.fen(), 50_000_000);
        assert_eq!(answer.lines.len(), 3);
        let asked = answer.asked.expect("a reduction");
        assert_eq!(asked.amount.fen(), 25_000_000);
        assert_eq!(asked.ladder.counts.expect("counts").rule, "bond.reduce.b");
        assert_eq!(asked.ladder.steps.len(), 5, "what does not hold is shown, too");
        assert!(answer.never.iter().any(|(text, _)| text.contains("现金")));
        let failed = answered(firm("yes")).expect("fine").expect("an answer");
        assert_eq!(failed.asked.expect("a ladder").amount.fen(), 50_000_000);
    }

    #[test]
    fn what_is_wrong_is_said_by_field() {
        let field = |ask: Ask, field: &str| answered(ask).is_err_and(|f| f.of(field).is_some());
        assert!(field(ask("bid", "", "100"), "bid"));
        assert!(field(Ask { size: "z".into(), ..ask("bid", "works", "100") }, "size"));
        assert!(field(Ask { size: "small".into(), ..ask("bid", "works", "100") }, "credit"));
        assert!(field(ask("bid", "works", ""), "amount"));
        assert!(field(ask("bid", "works", "0"), "amount"));
        assert!(field(ask("deposit", "works", "1"), "what"));
        assert!(answered(Ask::default()).is_ok_and(|a| a.is_none()));
    }
}
