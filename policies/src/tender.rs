//! Must it be tendered (是否必须招标), and may it go without (能否不招标)? The answer
//! comes with the way to it: each question, what was answered, the article, and the
//! paper that is still missing.
//!
//! Below the size is not “exempt”: nothing was compulsory there to be exempted from.

use crate::{Citation, Law, NotInForce, Ruling, Standing, keys};
use model::{BasisPoints, Day, Money};
use serde::{Deserialize, Serialize};

/// The gate of the exemptions.
pub const EXEMPT: &str = "exempt";

/// What is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    /// 施工.
    Works,
    /// 重要设备、材料.
    Goods,
    /// 勘察、设计、监理.
    Services,
}

impl Object {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Works, Self::Goods, Self::Services];

    /// As in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Goods => "goods",
            Self::Services => "services",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Works => "施工",
            Self::Goods => "重要设备、材料",
            Self::Services => "勘察、设计、监理",
        }
    }

    /// The rule of the size from which it must be tendered.
    pub const fn threshold(self) -> &'static str {
        match self {
            Self::Works => keys::TENDER_WORKS,
            Self::Goods => keys::TENDER_GOODS,
            Self::Services => keys::TENDER_SERVICES,
        }
    }
}

/// Whose money it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "funds", rename_all = "snake_case")]
pub enum Funds {
    /// Budget funds: how much, and what share of the investment.
    Budget {
        /// Amount, where it is known.
        amount: Option<Money>,
        /// Share of the investment, where it is known.
        share: Option<BasisPoints>,
    },
    /// Funds of state enterprises or institutions that hold or dominate.
    StateHeld,
    /// Loans or aid of international organisations or foreign governments.
    Foreign,
    /// Others, but for large infrastructure or public utilities on the list of 843号.
    PublicUtility,
    /// Others.
    Other,
}

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// What is bought.
    pub object: Object,
    /// Whose money; not known yet is `None`.
    pub funds: Option<Funds>,
    /// The estimate of this contract; zero counts as not known.
    pub estimate: Option<Money>,
    /// Estimates of what else of the same kind the same project buys, and could be
    /// bought together.
    pub others: Vec<Money>,
    /// Exemptions that are claimed, by the keys of their questions.
    pub claims: Vec<String>,
    /// Those of them whose paper is there.
    pub papers: Vec<String>,
}

/// What it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Outside the scope of compulsory tendering.
    OutOfScope,
    /// In its scope, below its size.
    Below,
    /// Compulsory, and exempt with a paper.
    Exempt,
    /// Compulsory.
    Compulsory,
    /// Can't be said yet; counts as compulsory until it can.
    Open,
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not known.
    Unknown,
}

/// One question on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: Answered,
    /// What the answer rests on.
    pub because: String,
    /// What stands behind the question.
    pub standing: Standing,
    /// Where it is written.
    pub basis: Option<Citation>,
    /// What is still needed to answer it, or to make the answer hold.
    pub missing: Option<String>,
}

/// The answer and the way to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What it comes to.
    pub outcome: Outcome,
    /// The questions, in the order in which they were asked.
    pub steps: Vec<Step>,
}

/// Judges a purchase by the rules of `day`.
///
/// # Errors
///
/// [`NotInForce`] when a threshold has no value then.
pub fn must_tender(law: &Law, purchase: &Purchase, day: Day) -> Result<Verdict, NotInForce> {
    let mut steps = Vec::new();
    let scope = scope(law, purchase.funds, day)?;
    let in_scope = scope.answer;
    steps.push(scope);
    if in_scope == Answered::No {
        return Ok(Verdict { outcome: Outcome::OutOfScope, steps });
    }
    let size = size(law, purchase, day)?;
    let large = size.answer;
    steps.push(size);
    if large == Answered::No {
        let outcome = if in_scope == Answered::Yes { Outcome::Below } else { Outcome::Open };
        return Ok(Verdict { outcome, steps });
    }
    let mut exempt = false;
    for question in law.questions(EXEMPT, day) {
        let claimed = purchase.claims.contains(&question.id);
        let paper = purchase.papers.contains(&question.id);
        if !claimed {
            continue;
        }
        exempt |= paper;
        steps.push(Step {
            question: question.text.clone(),
            answer: if paper { Answered::Yes } else { Answered::Unknown },
            because: if paper {
                "主张此情形，证据齐备"
            } else {
                "主张此情形，尚无证据"
            }
            .into(),
            standing: question.standing,
            basis: Some(question.source.clone()),
            missing: question.evidence.clone().filter(|_| !paper),
        });
    }
    // Scope and size are the first two; nothing was claimed beside them.
    if steps.len() == 2 {
        let texts = law.questions(EXEMPT, day).next();
        steps.push(Step {
            question: "有法定可以不招标的情形".into(),
            answer: Answered::No,
            because: "没有主张任何一种".into(),
            standing: Standing::Statutory,
            basis: texts.map(|q| q.source.clone()),
            missing: None,
        });
    }
    let known = in_scope == Answered::Yes && large == Answered::Yes;
    let outcome = match (exempt, known) {
        (true, true) => Outcome::Exempt,
        (false, true) => Outcome::Compulsory,
        (_, false) => Outcome::Open,
    };
    Ok(Verdict { outcome, steps })
}

fn step<T>(question: &str, ruling: &Ruling<T>, answer: Answered, because: String) -> Step {
    Step {
        question: question.into(),
        answer,
        because,
        standing: ruling.standing,
        basis: ruling.basis.clone(),
        missing: None,
    }
}

/// First: is it of a kind that must be tendered at all?
fn scope(law: &Law, funds: Option<Funds>, day: Day) -> Result<Step, NotInForce> {
    const ASKED: &str = "属于必须招标的项目范围";
    let amount_from = law.figure(keys::FUND_AMOUNT, day)?;
    let share_from = law.figure(keys::FUND_SHARE, day)?;
    let say = |answer, because: &str| step(ASKED, &amount_from, answer, because.into());
    let article = |text: &str, number: &str, article: &str| {
        let number = Some(number.to_owned());
        let article = (!article.is_empty()).then(|| article.to_owned());
        Some(Citation { text: text.into(), number, article, note: None, described: false })
    };
    let order = |at: &str| article("必须招标的工程项目规定", "国家发展改革委令第16号", at);
    Ok(match funds {
        None => Step {
            missing: Some("资金来源".into()), ..say(Answered::Unknown, "资金来源未填")
        },
        Some(Funds::Budget { amount, share }) => {
            let reaches = |known: Option<i64>, from: i64| known.map(|n| n >= from);
            let large = reaches(amount.map(Money::fen), amount_from.value);
            let much = reaches(share.map(|s| i64::from(s.0)), share_from.value);
            // The kinds of Art. 2 and 3 stand side by side: to miss one is not to miss all.
            let only = |because: &str| Step {
                missing: Some("是否另有国有资金控股或主导、是否属843号文所列项目".into()),
                ..say(Answered::Unknown, because)
            };
            match (large, much) {
                (Some(true), Some(true)) => say(Answered::Yes, "使用预算资金，金额与比例均达到"),
                (Some(false), _) => only("预算资金未达到金额起点，但还可能属于其他各类"),
                (_, Some(false)) => only("预算资金未达到占投资额比例起点，但还可能属于其他各类"),
                _ => Step {
                    missing: Some("预算资金金额及占投资额比例".into()),
                    ..say(Answered::Unknown, "预算资金的金额或比例未填")
                },
            }
        }
        Some(Funds::StateHeld) => Step {
            basis: order("第二条第（二）项"),
            ..say(Answered::Yes, "使用国有企业事业单位资金，且占控股或者主导地位")
        },
        Some(Funds::Foreign) => Step {
            basis: order("第三条"),
            ..say(Answered::Yes, "使用国际组织或者外国政府贷款、援助资金")
        },
        Some(Funds::PublicUtility) => Step {
            basis: article(
                "必须招标的基础设施和公用事业项目范围规定",
                "发改法规规〔2018〕843号",
                "",
            ),
            ..say(Answered::Yes, "关系社会公共利益、公众安全的大型基础设施、公用事业项目")
        },
        Some(Funds::Other) => say(Answered::No, "不属于上述任何一类"),
    })
}

/// What a contract's size says about tendering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenderSize {
    /// From the threshold on: compulsory, so an exemption is needed.
    Compulsory,
    /// Below: not compulsory, and so not “exempt” either.
    Below,
    /// No estimate yet: counts as compulsory until there is one.
    Unknown,
}

/// Judges an estimate, with what could be bought together, against the thresholds of
/// 16号令 Art. 5. Zero counts as not known.
///
/// # Errors
///
/// [`NotInForce`] when no threshold holds on `day`.
pub fn tender_size(
    law: &Law,
    object: Object,
    estimate: Option<Money>,
    others: &[Money],
    day: Day,
) -> Result<Ruling<TenderSize>, NotInForce> {
    let threshold = law.figure(object.threshold(), day)?;
    let own = estimate.filter(|m| *m > Money::ZERO);
    let all = together(own, others);
    Ok(threshold.map(|fen| {
        if all.fen() >= fen {
            TenderSize::Compulsory
        } else if own.is_none() {
            TenderSize::Unknown
        } else {
            TenderSize::Below
        }
    }))
}

/// The sum. What is too large to be added up is large enough.
fn together(own: Option<Money>, others: &[Money]) -> Money {
    let sum = others.iter().try_fold(own.unwrap_or_default(), |sum, m| sum.plus(*m));
    sum.unwrap_or(Money::from_fen(i64::MAX))
}

/// Second: does it reach the size, with what could be bought together?
fn size(law: &Law, purchase: &Purchase, day: Day) -> Result<Step, NotInForce> {
    let threshold = law.figure(purchase.object.threshold(), day)?;
    let judged = tender_size(law, purchase.object, purchase.estimate, &purchase.others, day)?;
    let from = Money::from_fen(threshold.value);
    let question = format!("{}达到 {} 元（含本数）", threshold.label, from);
    let own = purchase.estimate.filter(|m| *m > Money::ZERO);
    let all = together(own, &purchase.others);
    let say = |answer, because: String| step(&question, &threshold, answer, because);
    Ok(match (judged.value, own) {
        (TenderSize::Compulsory, Some(own)) if own >= from => {
            say(Answered::Yes, format!("单项 {own} 元"))
        }
        (TenderSize::Compulsory, _) => {
            say(Answered::Yes, format!("同一项目可合并采购，合计 {all} 元"))
        }
        (TenderSize::Below, Some(own)) if purchase.others.is_empty() => {
            say(Answered::No, format!("单项 {own} 元"))
        }
        (TenderSize::Below, _) => say(Answered::No, format!("可合并采购的合计 {all} 元")),
        (TenderSize::Unknown, _) => Step {
            missing: Some("单项合同估算价".into()),
            ..say(Answered::Unknown, "估算价未填".into())
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> Day {
        "2026-07-18".parse().expect("a day")
    }

    fn yuan(n: i64) -> Money {
        Money::from_yuan(n).expect("an amount")
    }

    fn purchase(object: Object, estimate: Option<i64>) -> Purchase {
        Purchase {
            object,
            funds: Some(Funds::StateHeld),
            estimate: estimate.map(yuan),
            others: vec![],
            claims: vec![],
            papers: vec![],
        }
    }

    fn judge(purchase: &Purchase) -> Verdict {
        must_tender(Law::shipped(), purchase, day()).expect("in force")
    }

    #[test]
    fn sizes_include_their_own_number() {
        use Object::{Goods, Services, Works};
        use Outcome::{Below, Compulsory, Open};
        for (object, estimate, expected) in [
            (Works, Some(4_000_000), Compulsory),
            (Works, Some(3_999_999), Below),
            (Goods, Some(2_000_000), Compulsory),
            (Goods, Some(1_999_999), Below),
            (Services, Some(1_000_000), Compulsory),
            (Services, Some(999_999), Below),
            (Works, None, Open),
            (Works, Some(0), Open),
        ] {
            let verdict = judge(&purchase(object, estimate));
            assert_eq!(verdict.outcome, expected, "{object:?} {estimate:?}");
        }
    }

    #[test]
    fn lots_that_could_be_bought_together_count_together() {
        let mut split = purchase(Object::Works, Some(2_500_000));
        split.others = vec![yuan(1_500_000)];
        let verdict = judge(&split);
        assert_eq!(verdict.outcome, Outcome::Compulsory);
        assert!(verdict.steps[1].because.contains("合计 4,000,000.00"));
        split.others = vec![yuan(1_499_999)];
        assert_eq!(judge(&split).outcome, Outcome::Below);
    }

    #[test]
    fn budget_funds_count_by_amount_and_share_at_once() {
        let with = |amount: Option<i64>, share: Option<u32>| {
            let amount = amount.map(yuan);
            let funds = Some(Funds::Budget { amount, share: share.map(BasisPoints) });
            judge(&Purchase { funds, ..purchase(Object::Works, Some(5_000_000)) }).outcome
        };
        assert_eq!(with(Some(2_000_000), Some(1_000)), Outcome::Compulsory);
        // Another of the kinds may still hold.
        assert_eq!(with(Some(1_999_999), Some(9_000)), Outcome::Open);
        assert_eq!(with(Some(2_000_000), Some(999)), Outcome::Open);
        assert_eq!(with(Some(2_000_000), None), Outcome::Open);
        let unknown = Purchase { funds: None, ..purchase(Object::Works, Some(5_000_000)) };
        assert_eq!(judge(&unknown).outcome, Outcome::Open);
    }

    #[test]
    fn an_exemption_needs_its_paper_and_below_is_none() {
        let mut claimed = purchase(Object::Works, Some(9_000_000));
        claimed.claims = vec!["e66_emergency".into()];
        let verdict = judge(&claimed);
        assert_eq!(verdict.outcome, Outcome::Compulsory);
        assert_eq!(
            verdict.steps[2].missing.as_deref(),
            Some("抢险救灾认定文件，及不适宜招标的理由")
        );
        claimed.papers = claimed.claims.clone();
        assert_eq!(judge(&claimed).outcome, Outcome::Exempt);
        claimed.estimate = Some(yuan(90_000));
        assert_eq!(judge(&claimed).outcome, Outcome::Below);
    }

    proptest! {
        /// More money never frees from tendering, whatever is bought beside it.
        #[test]
        fn more_is_never_less_compulsory(
            a in 1i64..10_000_000, more in 0i64..10_000_000,
            others in prop::collection::vec(0i64..3_000_000, 0..4),
        ) {
            let mut one = purchase(Object::Works, Some(a));
            one.others = others.into_iter().map(yuan).collect();
            let two = Purchase { estimate: Some(yuan(a + more)), ..one.clone() };
            if judge(&one).outcome == Outcome::Compulsory {
                prop_assert_eq!(judge(&two).outcome, Outcome::Compulsory);
            }
        }
    }
}
