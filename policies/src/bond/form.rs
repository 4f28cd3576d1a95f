//! What is typed about a bid bond, and what it says.

use super::{Asks, Firm, Given, GivenForm, Most, only_four};
use crate::Law;
use model::{BondKind, CreditLevel, Day, Fault, Faults, FirmSize, Money, Uscc};
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
    /// The last day on which bids are valid.
    pub valid_until: String,
    /// Nothing is asked of it, and nothing was given.
    pub waived: String,
    /// What was given.
    pub given: GivenForm,
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
    /// The last day on which bids are valid.
    pub valid_until: Day,
    /// What was given; nothing where nothing is asked.
    pub given: Option<Given>,
}

/// What a bid bond must answer to.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The rules.
    pub law: &'a Law,
    /// In whose favour it must be.
    pub owner: &'a str,
    /// The most that may be asked.
    pub most: &'a Most,
    /// What the same firm gave for it before.
    pub before: Money,
    /// The day of the notice.
    pub noticed: Day,
    /// The last day for bids.
    pub deadline: Day,
    /// Until when bids are valid, where another bidder's bond says so already.
    pub valid_until: Option<Day>,
    /// The last day on which money can have come.
    pub today: Day,
}

impl BidBondForm {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// What is wrong, field by field.
    pub fn read(&self, terms: &Terms<'_>) -> Result<BidBond, Faults> {
        let mut faults = Faults::new();
        // Four bonds are legal, and here it is about one of them.
        match self.kind.parse::<BondKind>() {
            Ok(BondKind::Bid) => {}
            Ok(_) => faults.note("kind", Fault::NotAChoice),
            Err(_) if self.kind.trim().is_empty() => faults.note("kind", Fault::Missing),
            Err(_) => {
                let why = only_four(terms.law, terms.today);
                faults.note("kind", Fault::AgainstRule { why });
            }
        }
        let name = faults.reason("firm", &self.firm, 4, 80);
        let uscc = faults.uscc("uscc", &self.uscc);
        let size = faults.choice::<FirmSize>("size", &self.size);
        let credit = faults.choice::<CreditLevel>("credit", &self.credit);
        let valid_until = faults.day("valid_until", &self.valid_until);
        match (valid_until, terms.valid_until) {
            (Some(valid), _) if valid < terms.deadline => {
                faults.note("valid_until", Fault::NotAfter { day: terms.deadline });
            }
            // One tender, one validity.
            (Some(valid), Some(other)) if valid != other => {
                let why = format!("本次招标的投标有效期至 {other}");
                faults.note("valid_until", Fault::AgainstRule { why });
            }
            _ => {}
        }
        let given = match self.waived.as_str() {
            "yes" => None,
            _ => {
                let why = "保函有效期应与投标有效期一致（招标投标法实施条例第二十六条）";
                let asks = Asks {
                    firm: &name,
                    owner: terms.owner,
                    authority: None,
                    most: terms.most,
                    given: terms.before,
                    opened: terms.noticed,
                    today: terms.today,
                    lasts: valid_until.map(|valid| (valid, why)),
                };
                self.given.read(&mut faults, &asks)
            }
        };
        match (uscc, size, credit, valid_until) {
            (Some(uscc), Some(size), Some(credit), Some(valid_until)) if faults.is_empty() => {
                let firm = Firm { size, credit, failings: self.failings == "yes" };
                Ok(BidBond { name, uscc, firm, valid_until, given })
            }
            _ => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cash() -> BidBondForm {
        BidBondForm {
            kind: "bid".into(),
            firm: "四川利州水务建设有限公司".into(),
            uscc: "91510802MA62500A9R".into(),
            size: "large".into(),
            credit: "b".into(),
            valid_until: "2026-09-30".into(),
            given: GivenForm {
                form: "cash".into(),
                amount: "20".into(),
                from: "2026-07-01".into(),
                payer: "四川利州水务建设有限公司".into(),
                account: "510501660836000012".into(),
                reference: "L1".into(),
                ..GivenForm::default()
            },
            ..BidBondForm::default()
        }
    }

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn read(form: BidBondForm) -> Result<BidBond, Vec<String>> {
        let most = Most { amount: Money::from_fen(20_000_000), steps: vec![] };
        let terms = Terms {
            law: Law::shipped(),
            owner: "市水务集团",
            most: &most,
            before: Money::ZERO,
            noticed: day("2026-06-01"),
            deadline: day("2026-07-10"),
            valid_until: Some(day("2026-09-30")),
            today: day("2026-07-18"),
        };
        form.read(&terms)
            .map_err(|faults| faults.iter().map(|(field, _)| field.to_owned()).collect())
    }

    #[test]
    fn what_is_wrong_is_said_by_field() {
        assert!(read(cash()).is_ok());
        let with = |given: GivenForm| BidBondForm { given, ..cash() };
        for (form, field) in [
            (BidBondForm { kind: "reputation".into(), ..cash() }, "kind"),
            (BidBondForm { kind: "performance".into(), ..cash() }, "kind"),
            (BidBondForm { valid_until: "2026-07-09".into(), ..cash() }, "valid_until"),
            (BidBondForm { valid_until: "2026-10-01".into(), ..cash() }, "valid_until"),
            (with(GivenForm { amount: "20.000001".into(), ..cash().given }), "amount"),
            (with(GivenForm { payer: "别家公司".into(), ..cash().given }), "payer"),
        ] {
            assert_eq!(read(form), Err(vec![field.to_owned()]));
        }
        assert!(read(BidBondForm::default()).is_err());
    }

    #[test]
    fn where_nothing_is_asked_nothing_is_given() {
        let waived = BidBondForm { waived: "yes".into(), given: GivenForm::default(), ..cash() };
        assert_eq!(read(waived).expect("fine").given, None);
    }
}
