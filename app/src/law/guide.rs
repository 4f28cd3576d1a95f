//! Must it be tendered, and may it go without?

use crate::law::Edition;
use model::{BasisPoints, Day, Fault, Faults, Money};
use policies::tender::{EXEMPT, Funds, Object, Purchase, Verdict, must_tender};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is asked, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What is bought ([`Object`]).
    pub object: String,
    /// Whose money ([`FUNDS`]).
    pub funds: String,
    /// Budget funds, in 万元.
    pub amount: String,
    /// Their share of the investment, in percent.
    pub share: String,
    /// The estimate of this contract, in 万元.
    pub estimate: String,
    /// Estimates of what could be bought together with it, in 万元, apart by `、` or
    /// spaces.
    pub others: String,
    /// Exemptions: `claimed` or `paper`, by the key of the question.
    pub claims: BTreeMap<String, String>,
    /// The day whose rules count.
    pub day: String,
}

/// Whose money: key and name.
pub const FUNDS: [(&str, &str); 5] = [
    ("budget", "预算资金"),
    ("state", "国有企业事业单位资金，且占控股或者主导地位"),
    ("foreign", "国际组织或者外国政府贷款、援助资金"),
    ("utility", "其他资金，但属大型基础设施、公用事业（843号文所列）"),
    ("other", "其他资金"),
];

/// The guide with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// As typed.
    pub ask: Ask,
    /// What is wrong with it.
    pub faults: Faults,
    /// The answer; none for an empty question.
    pub answer: Option<Verdict>,
    /// Exemptions that may be claimed: key, text, the paper that it takes, source.
    pub exemptions: Vec<(String, String, String, String)>,
    /// By which rules.
    pub law: String,
    /// Of which day: what was typed, or today.
    pub day: String,
}

/// A percentage with up to two decimals, in basis points.
fn percent(faults: &mut Faults, raw: &str) -> Option<BasisPoints> {
    let raw = raw.trim().trim_end_matches(['%', '％']);
    if raw.is_empty() {
        return None;
    }
    // The same spelling as money: percent with two decimals are hundredths.
    let points = Money::parse_yuan(raw).ok().and_then(|m| u32::try_from(m.fen()).ok());
    let points = points.filter(|p| *p <= 10_000);
    if points.is_none() {
        faults.note("share", Fault::OutOfRange { min: 0, max: 100 });
    }
    points.map(BasisPoints)
}

/// What a question comes to, or what is wrong with it.
pub fn answer(law: &Edition, ask: &Ask, today: Day) -> Result<Option<Verdict>, Faults> {
    if ask.object.is_empty() && ask.funds.is_empty() && ask.estimate.trim().is_empty() {
        return Ok(None);
    }
    let mut faults = Faults::new();
    let object = Object::ALL.into_iter().find(|o| o.key() == ask.object);
    if object.is_none() {
        let fault = if ask.object.is_empty() { Fault::Missing } else { Fault::NotAChoice };
        faults.note("object", fault);
    }
    let mut money =
        |name: &str, raw: &str| (!raw.trim().is_empty()).then(|| faults.wan(name, raw)).flatten();
    let amount = money("amount", &ask.amount);
    let estimate = money("estimate", &ask.estimate);
    let apart = |c: char| c.is_whitespace() || matches!(c, '、' | '；' | ';');
    let others: Vec<Money> =
        ask.others.split(apart).filter_map(|raw| money("others", raw)).collect();
    let share = percent(&mut faults, &ask.share);
    let funds = match ask.funds.as_str() {
        "" => None,
        "budget" => Some(Funds::Budget { amount, share }),
        "state" => Some(Funds::StateHeld),
        "foreign" => Some(Funds::Foreign),
        "utility" => Some(Funds::PublicUtility),
        "other" => Some(Funds::Other),
        _ => {
            faults.note("funds", Fault::NotAChoice);
            None
        }
    };
    let day = match ask.day.trim() {
        "" => Some(today),
        typed => faults.day("day", typed),
    };
    let (Some(object), Some(day), true) = (object, day, faults.is_empty()) else {
        return Err(faults);
    };
    let of = |said: &[&str]| {
        let chosen = ask.claims.iter().filter(|(_, v)| said.contains(&v.as_str()));
        chosen.map(|(key, _)| key.clone()).collect()
    };
    let (claims, papers) = (of(&["claimed", "paper"]), of(&["paper"]));
    let purchase = Purchase { object, funds, estimate, others, claims, papers };
    match must_tender(law, &purchase, day) {
        Ok(verdict) => Ok(Some(verdict)),
        Err(_) => Err(Faults::one("day", Fault::NotInForce)),
    }
}

/// The guide with its answer.
pub fn page(law: &Edition, ask: Ask, today: Day) -> Page {
    let day = match ask.day.trim() {
        "" => today.to_string(),
        typed => typed.to_owned(),
    };
    let (answer, faults) = match answer(law, &ask, today) {
        Ok(answer) => (answer, Faults::new()),
        Err(faults) => (None, faults),
    };
    let exemptions = law
        .questions(EXEMPT, today)
        .map(|q| {
            let evidence = q.evidence.clone().unwrap_or_default();
            (q.id.clone(), q.text.clone(), evidence, q.source.line())
        })
        .collect();
    Page { ask, faults, answer, exemptions, law: law.short(), day }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policies::Law;
    use policies::tender::Outcome;

    fn judged(ask: Ask) -> Result<Option<Outcome>, Faults> {
        let law = Edition::of(Law::shipped().clone()).expect("an edition");
        answer(&law, &ask, "2026-07-18".parse().expect("a day")).map(|v| v.map(|v| v.outcome))
    }

    fn ask(funds: &str, estimate: &str, others: &str) -> Ask {
        Ask {
            object: "works".into(),
            funds: funds.into(),
            estimate: estimate.into(),
            others: others.into(),
            ..Ask::default()
        }
    }

    #[test]
    fn typed_as_people_type() {
        assert_eq!(judged(ask("state", "400", "")), Ok(Some(Outcome::Compulsory)));
        assert_eq!(judged(ask("state", "250", "100、50")), Ok(Some(Outcome::Compulsory)));
        assert_eq!(judged(ask("state", "250", "100 49.99")), Ok(Some(Outcome::Below)));
        assert_eq!(judged(ask("other", "9000", "")), Ok(Some(Outcome::OutOfScope)));
        assert_eq!(judged(ask("", "400", "")), Ok(Some(Outcome::Open)));
        assert_eq!(judged(Ask::default()), Ok(None));
        let budget = Ask { amount: "200".into(), share: "10%".into(), ..ask("budget", "400", "") };
        assert_eq!(judged(budget.clone()), Ok(Some(Outcome::Compulsory)));
        let small = Ask { share: "9.99".into(), ..budget.clone() };
        assert_eq!(judged(small), Ok(Some(Outcome::Open)));
        let wrong = Ask { share: "101".into(), ..budget };
        assert!(judged(wrong).is_err_and(|f| f.of("share").is_some()));
        assert!(judged(ask("state", "x", "")).is_err_and(|f| f.of("estimate").is_some()));
    }

    #[test]
    fn an_exemption_counts_with_its_paper() {
        let claim = |said: &str| Ask {
            claims: BTreeMap::from([("e66_emergency".to_owned(), said.to_owned())]),
            ..ask("state", "900", "")
        };
        assert_eq!(judged(claim("claimed")), Ok(Some(Outcome::Compulsory)));
        assert_eq!(judged(claim("paper")), Ok(Some(Outcome::Exempt)));
    }
}
