//! What is typed about a bid bond, and what it says.

use super::{Firm, Guarantee};
use model::{BondForm, BondKind, CreditLevel, Day, Fault, Faults, FirmSize, Medium, Money, Uscc};
use serde::{Deserialize, Serialize};

/// A bid bond, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BidBondForm {
    /// A key of the form's own: sent twice, it counts once.
    pub key: String,
    /// What the bond is for.
    pub kind: String,
    /// The firm's name.
    pub firm: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// How large it is.
    pub size: String,
    /// Its credit level.
    pub credit: String,
    /// It has a record of broken faith.
    pub failings: String,
    /// In what it is given.
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
    /// The last day on which bids are valid.
    pub valid_until: String,
}

/// What was given, read from a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
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

/// A bid bond that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BidBond {
    /// The firm's name.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: Uscc,
    /// Who it is, for reductions.
    pub firm: Firm,
    /// In what the bond is given.
    pub form: BondForm,
    /// How much.
    pub amount: Money,
    /// From which day on.
    pub from: Day,
    /// What was given.
    pub given: Given,
    /// The last day on which bids are valid.
    pub valid_until: Day,
}

impl BidBondForm {
    /// Reads it. `owner` is in whose favour it must be, `most` the most that may be asked,
    /// `today` the last day on which money can have come.
    ///
    /// # Errors
    ///
    /// What is wrong, field by field.
    pub fn read(&self, owner: &str, most: Money, today: Day) -> Result<BidBond, Faults> {
        let mut faults = Faults::new();
        // Four bonds are legal, and here it is about one of them.
        match self.kind.parse::<BondKind>() {
            Ok(BondKind::Bid) => {}
            Ok(_) => faults.note("kind", Fault::NotAChoice),
            Err(_) if self.kind.trim().is_empty() => faults.note("kind", Fault::Missing),
            Err(_) => {
                let why = "只能收取投标、履约、工程质量、农民工工资四种保证金（《保障中小企业款项支付条例》第十三条）".into();
                faults.note("kind", Fault::AgainstRule { why });
            }
        }
        let name = faults.reason("firm", &self.firm, 4, 80);
        let uscc = faults.uscc("uscc", &self.uscc);
        let size = faults.choice::<FirmSize>("size", &self.size);
        let credit = faults.choice::<CreditLevel>("credit", &self.credit);
        let form = faults.choice::<BondForm>("form", &self.form);
        let amount = faults.wan("amount", &self.amount);
        if amount.is_some_and(|amount| amount > most) {
            let why =
                format!("超过法定最高额 {most} 元，多收的应当退回（招标投标法实施条例第六十六条）");
            faults.note("amount", Fault::AgainstRule { why });
        }
        let from = faults.day("from", &self.from);
        let valid_until = faults.day("valid_until", &self.valid_until);
        let given = match form {
            Some(BondForm::Cash) => {
                if from.is_some_and(|from| from > today) {
                    faults.note("from", Fault::InFuture);
                }
                let payer = faults.reason("payer", &self.payer, 2, 80);
                let account: String = self.account.chars().filter(|c| !c.is_whitespace()).collect();
                let digits = account.bytes().all(|b| b.is_ascii_digit() || b == b'-');
                if account.is_empty() {
                    faults.note("account", Fault::Missing);
                } else if !digits || !(8..=40).contains(&account.len()) {
                    let why = "账号是 8 至 40 位数字".into();
                    faults.note("account", Fault::AgainstRule { why });
                }
                let reference = faults.text("reference", &self.reference, 60);
                Some(Given::Cash { payer, account, reference })
            }
            Some(_) => self.guarantee(&mut faults, owner, from, valid_until),
            None => None,
        };
        match (uscc, size, credit, form, amount, from, valid_until, given) {
            (
                Some(uscc),
                Some(size),
                Some(credit),
                Some(form),
                Some(amount),
                Some(from),
                Some(valid_until),
                Some(given),
            ) if faults.is_empty() => {
                let firm = Firm { size, credit, failings: self.failings == "yes" };
                Ok(BidBond { name, uscc, firm, form, amount, from, given, valid_until })
            }
            _ => Err(faults),
        }
    }

    fn guarantee(
        &self,
        faults: &mut Faults,
        owner: &str,
        from: Option<Day>,
        valid_until: Option<Day>,
    ) -> Option<Given> {
        let until = faults.day("until", &self.until);
        if let Some((from, until)) = from.zip(until)
            && until < from
        {
            faults.note("until", Fault::NotAfter { day: from });
        }
        // 条例 26: as long as bids are valid.
        if let Some((until, valid)) = until.zip(valid_until)
            && until < valid
        {
            let why = format!("保函须覆盖到投标有效期 {valid}（招标投标法实施条例第二十六条）");
            faults.note("until", Fault::BelowLegal { why });
        }
        let number = faults.text("number", &self.number, 60);
        let issuer = faults.reason("issuer", &self.issuer, 4, 80);
        let beneficiary = faults.reason("beneficiary", &self.beneficiary, 2, 80);
        if !beneficiary.is_empty() && beneficiary != owner {
            let why = format!("受益人应为招标人“{owner}”");
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
        Some(Given::Guarantee(guarantee, until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: &str = "市水务集团";

    fn cash() -> BidBondForm {
        BidBondForm {
            kind: "bid".into(),
            firm: "四川利州水务建设有限公司".into(),
            uscc: "91510802MA62500A9R".into(),
            size: "large".into(),
            credit: "b".into(),
            form: "cash".into(),
            amount: "20".into(),
            from: "2026-07-01".into(),
            payer: "四川利州水务建设有限公司".into(),
            account: "5105 0166 0836 0000 1234".into(),
            reference: "L20260701-0007".into(),
            valid_until: "2026-09-30".into(),
            ..BidBondForm::default()
        }
    }

    fn paper() -> BidBondForm {
        BidBondForm {
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

    fn read(form: BidBondForm) -> Result<BidBond, Faults> {
        form.read(OWNER, Money::from_fen(20_000_000), "2026-07-18".parse().expect("a day"))
    }

    /// 50 in 万元 is a guarantee of half a million; 50 in 元 is its fee.
    #[test]
    fn amounts_are_in_wan_and_fees_in_yuan() {
        let bond = read(BidBondForm { amount: "20".into(), ..paper() }).expect("fine");
        assert_eq!(bond.amount.fen(), 20_000_000);
        let Given::Guarantee(guarantee, _) = bond.given else { panic!("a guarantee") };
        assert_eq!(guarantee.fee.fen(), 5_000);
        assert!(read(cash()).is_ok());
    }

    #[test]
    fn what_is_wrong_is_said_by_field() {
        let fields = |form: BidBondForm| -> Vec<String> {
            let faults = read(form).expect_err("refused");
            faults.iter().map(|(field, _)| field.to_owned()).collect()
        };
        for (form, field) in [
            (BidBondForm { kind: "reputation".into(), ..cash() }, "kind"),
            (BidBondForm { kind: "performance".into(), ..cash() }, "kind"),
            (BidBondForm { amount: "20.000001".into(), ..cash() }, "amount"),
            (BidBondForm { from: "2026-07-19".into(), ..cash() }, "from"),
            (BidBondForm { account: "abc".into(), ..cash() }, "account"),
            (BidBondForm { until: "2026-09-29".into(), ..paper() }, "until"),
            (BidBondForm { beneficiary: "市交投集团".into(), ..paper() }, "beneficiary"),
            (BidBondForm { fee: "五十".into(), ..paper() }, "fee"),
        ] {
            assert_eq!(fields(form), [field]);
        }
        assert!(fields(BidBondForm::default()).len() > 6);
    }
}
