//! What is typed about money or a guarantee that was given, and what it says.

use super::kinds::is_authority;
use super::{Guarantee, Most};
use crate::Question;
use model::{BondForm, Day, Fault, Faults, Medium, Money};
use serde::{Deserialize, Serialize};

/// Money or a guarantee, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GivenForm {
    /// In what form.
    pub form: String,
    /// How much, in 万元.
    pub amount: String,
    /// The first day: that on which the money came, or a guarantee begins.
    pub from: String,
    /// A guarantee's last day.
    pub until: String,
    /// Whose account the money came from.
    pub payer: String,
    /// That account's number.
    pub account: String,
    /// The bank's number of the transfer.
    pub reference: String,
    /// A guarantee's number.
    pub number: String,
    /// Who stands for it.
    pub issuer: String,
    /// In whose favour.
    pub beneficiary: String,
    /// On what it is written.
    pub medium: String,
    /// What it costs, in 元: amounts of guarantees are in 万元, their fees are not.
    pub fee: String,
}

/// What it must answer to.
#[derive(Debug, Clone, Copy)]
pub struct Asks<'a> {
    /// Who gives it.
    pub firm: &'a str,
    /// In whose favour.
    pub owner: &'a str,
    /// The rule by which it may be in favour of an authority instead.
    pub authority: Option<&'a Question>,
    /// The most that may be asked.
    pub most: &'a Most,
    /// What the same firm gave for it before.
    pub given: Money,
    /// No money for it can have come before that day.
    pub opened: Day,
    /// Nor after this one.
    pub today: Day,
    /// The last day that a guarantee must cover, and why.
    pub lasts: Option<(Day, &'a str)>,
}

/// What was given, read from a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// In what form.
    pub form: BondForm,
    /// How much.
    pub amount: Money,
    /// From which day on.
    pub from: Day,
    /// What it is.
    pub what: GivenWhat,
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenWhat {
    /// Money.
    Cash {
        /// Whose account it came from.
        payer: String,
        /// That account's number.
        account: String,
        /// The bank's number of the transfer.
        reference: String,
    },
    /// A guarantee until that day.
    Guarantee(Guarantee, Day),
}

/// A name without what is written now one way and now another: blanks, and brackets of
/// either width.
pub fn plain(name: &str) -> String {
    let bracket = |c: char| match c {
        '(' => '（',
        ')' => '）',
        c => c,
    };
    name.chars().filter(|c| !c.is_whitespace()).map(bracket).collect()
}

/// A number that others write down too, without blanks.
pub fn tight(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl GivenForm {
    /// Reads it; what is wrong goes to `faults`, field by field.
    pub fn read(&self, faults: &mut Faults, asks: &Asks<'_>) -> Option<Given> {
        let form = faults.choice::<BondForm>("form", &self.form);
        let amount = faults.wan("amount", &self.amount);
        if amount == Some(Money::ZERO) {
            faults.note("amount", Fault::NotMoney);
        }
        let most = asks.most.amount.fen();
        if amount.is_some_and(|a| a.fen().saturating_add(asks.given.fen()) > most) {
            let mut why = asks.most.passed();
            if asks.given > Money::ZERO {
                why += &format!("，此前已缴 {} 元", asks.given);
            }
            faults.note("amount", Fault::AgainstRule { why });
        }
        let from = faults.day("from", &self.from);
        let what = match form {
            Some(BondForm::Cash) => self.cash(faults, asks, from),
            Some(_) => self.guarantee(faults, asks, from),
            None => None,
        };
        Some(Given { form: form?, amount: amount?, from: from?, what: what? })
    }

    fn cash(&self, faults: &mut Faults, asks: &Asks<'_>, from: Option<Day>) -> Option<GivenWhat> {
        if from.is_some_and(|from| from > asks.today) {
            faults.note("from", Fault::InFuture);
        } else if from.is_some_and(|from| from < asks.opened) {
            let why = format!("早于 {}，那时还不能缴纳", asks.opened);
            faults.note("from", Fault::AgainstRule { why });
        }
        let payer = faults.reason("payer", &self.payer, 2, 80);
        if !payer.is_empty() && !asks.firm.is_empty() && plain(&payer) != plain(asks.firm) {
            let why =
                "须从缴纳人自己的基本账户转出，别人代缴的不能登记（招标投标法实施条例第二十六条）";
            faults.note("payer", Fault::AgainstRule { why: why.into() });
        }
        let account = faults.account("account", &self.account);
        let reference = tight(&faults.text("reference", &self.reference, 60));
        Some(GivenWhat::Cash { payer, account: account?, reference })
    }

    fn guarantee(
        &self,
        faults: &mut Faults,
        asks: &Asks<'_>,
        from: Option<Day>,
    ) -> Option<GivenWhat> {
        let until = faults.day("until", &self.until);
        if let Some((from, until)) = from.zip(until)
            && until < from
        {
            faults.note("until", Fault::NotAfter { day: from });
        }
        if let Some((until, (least, why))) = until.zip(asks.lasts)
            && until < least
        {
            faults.note("until", Fault::BelowLegal { why: format!("保函须覆盖到 {least}：{why}") });
        }
        let number = tight(&faults.text("number", &self.number, 60));
        let issuer = plain(&faults.reason("issuer", &self.issuer, 4, 80));
        let beneficiary = faults.reason("beneficiary", &self.beneficiary, 2, 80);
        let owners = plain(&beneficiary) == plain(asks.owner);
        let authority = asks.authority.filter(|_| is_authority(&beneficiary));
        if !beneficiary.is_empty() && !owners && authority.is_none() {
            let mut why = format!("受益人应为“{}”", asks.owner);
            if let Some(rule) = asks.authority {
                let (said, standing) = (rule.source.line(), rule.standing.name());
                why += &format!("，或者属地人力资源和社会保障局（{said}；{standing}）");
            }
            faults.note("beneficiary", Fault::AgainstRule { why });
        }
        let medium = faults.choice::<Medium>("medium", &self.medium);
        let fee = match Money::parse_yuan(&self.fee) {
            Ok(fee) => Some(fee),
            Err(_) if self.fee.trim().is_empty() => Some(Money::ZERO),
            Err(_) => {
                faults.note("fee", Fault::NotMoney);
                None
            }
        };
        let (until, medium, fee) = (until?, medium?, fee?);
        let guarantee = Guarantee { number, issuer, beneficiary, medium, fee };
        Some(GivenWhat::Guarantee(guarantee, until))
    }
}

#[cfg(test)]
mod tests {
    use super::super::authority_of;
    use super::*;
    use crate::Law;
    use model::BondKind;

    const OWNER: &str = "市水务集团";

    fn cash() -> GivenForm {
        GivenForm {
            form: "cash".into(),
            amount: "20".into(),
            from: "2026-07-01".into(),
            payer: "四川利州(水务)建设有限公司".into(),
            account: "5105 0166 0836 0000 1234".into(),
            reference: "L20260701-0007".into(),
            ..GivenForm::default()
        }
    }

    fn paper() -> GivenForm {
        GivenForm {
            form: "bank".into(),
            until: "2026-09-30".into(),
            number: "BH-1".into(),
            issuer: "某银行广元分行".into(),
            beneficiary: OWNER.into(),
            medium: "electronic".into(),
            fee: "50".into(),
            ..cash()
        }
    }

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn read(form: &GivenForm, given: i64) -> Result<Given, Vec<String>> {
        let most = Most { amount: Money::from_fen(20_000_000), steps: vec![] };
        let asks = Asks {
            firm: "四川利州（水务）建设有限公司",
            owner: OWNER,
            authority: None,
            most: &most,
            given: Money::from_fen(given),
            opened: day("2026-06-01"),
            today: day("2026-07-18"),
            lasts: Some((day("2026-09-30"), "投标有效期")),
        };
        let mut faults = Faults::new();
        let read = form.read(&mut faults, &asks);
        let fields: Vec<String> = faults.iter().map(|(field, _)| field.to_owned()).collect();
        read.filter(|_| fields.is_empty()).ok_or(fields)
    }

    /// 20 in 万元 is a guarantee of two hundred thousand; 50 in 元 is its fee.
    #[test]
    fn amounts_are_in_wan_and_fees_in_yuan() {
        let given = read(&paper(), 0).expect("fine");
        assert_eq!(given.amount.fen(), 20_000_000);
        let GivenWhat::Guarantee(guarantee, _) = given.what else { panic!("a guarantee") };
        assert_eq!(guarantee.fee.fen(), 5_000);
        let GivenWhat::Cash { account, .. } = read(&cash(), 0).expect("fine").what else {
            panic!("money")
        };
        assert_eq!(account, "51050166083600001234");
    }

    #[test]
    fn a_guarantee_of_wages_may_be_in_favour_of_the_authority() {
        let most = Most { amount: Money::from_fen(20_000_000), steps: vec![] };
        let rule = authority_of(Law::shipped(), BondKind::Wages, day("2026-07-18"));
        let wrong = |beneficiary: &str, authority| {
            let asks = Asks {
                firm: "四川利州（水务）建设有限公司",
                owner: OWNER,
                authority,
                most: &most,
                given: Money::ZERO,
                opened: day("2026-06-01"),
                today: day("2026-07-18"),
                lasts: None,
            };
            let mut faults = Faults::new();
            GivenForm { beneficiary: beneficiary.into(), ..paper() }.read(&mut faults, &asks);
            faults.iter().map(|(field, fault)| format!("{field} {fault:?}")).collect::<String>()
        };
        assert!(rule.is_some());
        assert_eq!(wrong("利州区人力资源和社会保障局", rule), "");
        assert_eq!(wrong(OWNER, rule), "");
        // Neither: both are named, with what the rule stands on.
        let neither = wrong("市交投集团", rule);
        assert!(neither.starts_with("beneficiary") && neither.contains(OWNER), "{neither}");
        assert!(neither.contains("65号") && neither.contains("待主管部门确认"), "{neither}");
        // What is not about wages is in favour of the owner alone.
        assert!(wrong("利州区人力资源和社会保障局", None).starts_with("beneficiary"));
    }

    #[test]
    fn what_is_wrong_is_said_by_field() {
        for (form, field) in [
            (GivenForm { amount: "20.000001".into(), ..cash() }, "amount"),
            (GivenForm { amount: "0".into(), ..cash() }, "amount"),
            (GivenForm { from: "2026-07-19".into(), ..cash() }, "from"),
            (GivenForm { from: "2026-05-31".into(), ..cash() }, "from"),
            (GivenForm { account: "abc".into(), ..cash() }, "account"),
            (GivenForm { payer: "四川别家建设有限公司".into(), ..cash() }, "payer"),
            (GivenForm { until: "2026-09-29".into(), ..paper() }, "until"),
            (GivenForm { beneficiary: "市交投集团".into(), ..paper() }, "beneficiary"),
            (GivenForm { fee: "五十".into(), ..paper() }, "fee"),
        ] {
            assert_eq!(read(&form, 0), Err(vec![field.to_owned()]));
        }
        // What was given before counts.
        assert_eq!(read(&cash(), 1), Err(vec!["amount".to_owned()]));
        assert!(read(&GivenForm::default(), 0).is_err());
    }
}
