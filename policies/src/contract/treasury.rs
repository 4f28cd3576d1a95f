//! Which bill of a contract a payment of the treasury (国库支付) is for. A payment that no one
//! bill surely answers to is left to a person: a bill that wrongly counts as paid hides that
//! somebody waits for money.

use super::{Bill, BillPaid, Contract};
use crate::bond::{plain, tight};
use model::{Day, Moment, Money};
use std::collections::HashMap;

/// Something that the treasury has paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreasuryPayment {
    /// Its number, without blanks.
    pub serial: String,
    /// The number of the contract.
    pub contract: String,
    /// The place of the bill among the contract's, where it was given.
    pub bill: Option<u32>,
    /// To whom.
    pub payee: String,
    /// How much.
    pub amount: Money,
    /// On which day.
    pub day: Day,
}

/// Why nothing counts as paid by a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// No contract has that number.
    NoContract(String),
    /// It went to somebody other than the contract's firm.
    Payee {
        /// To whom.
        said: String,
        /// The firm.
        known: String,
    },
    /// It is to be paid some day.
    Future(Day),
    /// The contract has no bill at that place.
    NoBill(u32),
    /// No bill of that amount is to be paid.
    NoneOf(Money),
    /// Several bills of that amount are to be paid, and none was named.
    Several {
        /// The amount.
        amount: Money,
        /// Their places.
        bills: Vec<u32>,
    },
    /// The bill is of another amount.
    Amount {
        /// Its place.
        n: u32,
        /// What was paid.
        said: Money,
        /// What was to be paid.
        known: Money,
    },
    /// It was paid before anything was delivered.
    Early {
        /// The bill's place.
        n: u32,
        /// When it was paid.
        day: Day,
        /// When it was delivered.
        delivered: Day,
    },
    /// The bill was paid already, under another serial.
    Paid {
        /// Its place.
        n: u32,
        /// That serial.
        serial: String,
    },
    /// The serial stands already, for another amount.
    Serial(PaidBill),
}

impl Mismatch {
    /// Whether the payment may answer to a bill later, of itself or when the register is
    /// completed or corrected. Where it is unclear which bill is meant, or another payment
    /// stands in the way, a person has to say so.
    pub fn may_pass(&self, payment: &TreasuryPayment) -> bool {
        match self {
            Self::NoContract(_)
            | Self::Future(_)
            | Self::NoBill(_)
            | Self::NoneOf(_)
            | Self::Amount { .. }
            | Self::Early { .. } => true,
            // Of equal instalments the next is paid before its bill is entered: what names no
            // bill was only likened to the one before. A bill for what is delivered later is
            // still not taken for it ([`Self::Early`]).
            Self::Paid { .. } => payment.bill.is_none(),
            Self::Payee { .. } | Self::Several { .. } | Self::Serial(_) => false,
        }
    }

    /// In Chinese.
    pub fn words(&self) -> String {
        match self {
            Self::NoContract(number) => format!("台账没有合同 {number}"),
            Self::Payee { said, known } => format!("收款人“{said}”不是承包人“{known}”"),
            Self::Future(day) => format!("支付日 {day} 在将来"),
            Self::NoBill(n) => format!("合同没有应付款 {n}"),
            Self::NoneOf(amount) => format!("没有金额为 {amount} 元的未付应付款"),
            Self::Several { amount, bills } => {
                let bills: Vec<String> = bills.iter().map(ToString::to_string).collect();
                let bills = bills.join("、");
                format!("应付款 {bills} 都是 {amount} 元，须注明是哪一笔")
            }
            Self::Amount { n, said, known } => {
                format!("支付 {said} 元，应付款 {n} 为 {known} 元")
            }
            Self::Early { n, day, delivered } => {
                format!("支付日 {day} 早于应付款 {n} 的交付日 {delivered}")
            }
            Self::Paid { n, serial } => format!("应付款 {n} 已按流水号 {serial} 支付"),
            Self::Serial(PaidBill { contract, n, amount }) => {
                format!("该流水号已登记在 {contract} 应付款 {n}，{amount} 元")
            }
        }
    }
}

/// The bill that a payment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched {
    /// Its place among the contract's.
    pub n: u32,
}

impl Matched {
    /// The contract with that bill paid by the treasury's own word.
    pub fn paid(self, contract: &Contract, payment: &TreasuryPayment, known: Moment) -> Contract {
        let mut next = contract.clone();
        for bill in next.bills.iter_mut().filter(|bill| bill.n == self.n) {
            let serial = payment.serial.clone();
            bill.paid = Some(BillPaid { day: payment.day, serial, known, by: None });
        }
        next
    }
}

/// The bill of `contract` that `payment` is for: the one that it names, else the only one of
/// exactly its amount that is to be paid.
///
/// Whether its serial stands already is for [`Serials`] to say, before.
///
/// # Errors
///
/// [`Mismatch`] when there is no such bill, or more than one.
pub fn match_payment(
    contract: &Contract,
    payment: &TreasuryPayment,
    today: Day,
) -> Result<Matched, Mismatch> {
    if plain(&payment.payee) != plain(&contract.firm.name) {
        let (said, known) = (payment.payee.clone(), contract.firm.name.clone());
        return Err(Mismatch::Payee { said, known });
    }
    if payment.day > today {
        return Err(Mismatch::Future(payment.day));
    }
    let bill = match payment.bill {
        Some(n) => contract.bills.iter().find(|b| b.n == n).ok_or(Mismatch::NoBill(n))?,
        None => only_of(contract, payment.amount)?,
    };
    let n = bill.n;
    if let Some(paid) = &bill.paid {
        return Err(Mismatch::Paid { n, serial: paid.serial.clone() });
    }
    if bill.amount != payment.amount {
        return Err(Mismatch::Amount { n, said: payment.amount, known: bill.amount });
    }
    if payment.day < bill.delivered {
        return Err(Mismatch::Early { n, day: payment.day, delivered: bill.delivered });
    }
    Ok(Matched { n })
}

/// The bill that a payment of `amount` is about when it names none. Where none of that amount
/// is open, the one that it was most likely meant for, so that the reason tells what is wrong.
fn only_of(contract: &Contract, amount: Money) -> Result<&Bill, Mismatch> {
    let open: Vec<&Bill> = contract.bills.iter().filter(|bill| bill.paid.is_none()).collect();
    let fit: Vec<&Bill> = open.iter().copied().filter(|bill| bill.amount == amount).collect();
    if fit.len() > 1 {
        let bills = fit.iter().map(|bill| bill.n).collect();
        return Err(Mismatch::Several { amount, bills });
    }
    let paid = contract.bills.iter().find(|bill| bill.amount == amount);
    let lone = open.first().copied().filter(|_| open.len() == 1);
    fit.first().copied().or(paid).or(lone).ok_or(Mismatch::NoneOf(amount))
}

/// A bill that stands as paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidBill {
    /// The number of its contract.
    pub contract: String,
    /// Its place among the contract's.
    pub n: u32,
    /// How much.
    pub amount: Money,
}

/// The bills that stand as paid, by the serial under which they were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Serials(HashMap<String, Vec<PaidBill>>);

impl Serials {
    /// Those of `contracts`.
    pub fn of<'a>(contracts: impl IntoIterator<Item = &'a Contract>) -> Self {
        let mut serials = Self::default();
        for contract in contracts {
            for bill in &contract.bills {
                if let Some(paid) = &bill.paid {
                    serials.note(&paid.serial, contract, bill.n, bill.amount);
                }
            }
        }
        serials
    }

    /// One more.
    pub fn note(&mut self, serial: &str, contract: &Contract, n: u32, amount: Money) {
        let bill = PaidBill { contract: contract.number.clone(), n, amount };
        self.0.entry(tight(serial)).or_default().push(bill);
    }

    /// The bills that were paid under a serial: more than one, where a person entered one
    /// payment for several.
    pub fn under(&self, serial: &str) -> &[PaidBill] {
        self.0.get(&tight(serial)).map_or(&[], Vec::as_slice)
    }

    /// Whether a payment stands already: it comes again, or a person was faster.
    ///
    /// # Errors
    ///
    /// [`Mismatch::Serial`] when its serial stands for another amount.
    pub fn know(&self, payment: &TreasuryPayment) -> Result<bool, Mismatch> {
        let bills = self.under(&payment.serial);
        let Some(first) = bills.first() else { return Ok(false) };
        let all = bills.iter().try_fold(Money::ZERO, |sum, bill| sum.plus(bill.amount));
        let stands = |bill: &PaidBill| bill.amount == payment.amount;
        if all == Some(payment.amount) || bills.iter().any(stands) {
            return Ok(true);
        }
        Err(Mismatch::Serial(first.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stage;
    use super::*;
    use crate::bond::{Firm, Party};
    use model::{CreditLevel, District, FirmSize, LotKind, Personal};

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn yuan(n: i64) -> Money {
        Money::from_yuan(n).expect("an amount")
    }

    fn bill(n: u32, amount: i64, delivered: &str, serial: Option<&str>) -> Bill {
        let entered = Moment::start_of(day(delivered));
        let paid = serial.map(|serial| BillPaid {
            day: day("2026-06-20"),
            serial: serial.into(),
            known: entered,
            by: None,
        });
        Bill {
            n,
            what: "进度款".into(),
            delivered: day(delivered),
            amount: yuan(amount),
            due: day(delivered).plus(30),
            paid,
            entered,
            by: "a-1".parse().expect("a key"),
        }
    }

    fn contract(bills: Vec<Bill>) -> Contract {
        Contract {
            id: "ht-1".parse().expect("a key"),
            number: "HT-2026-000001".into(),
            notice: None,
            title: "取水管道更换".into(),
            owner: "yz-1".parse().expect("a key"),
            owner_name: "市水务集团".into(),
            district: District::Lizhou,
            firm: Party {
                org: None,
                name: "四川甲（水务）建设有限公司".into(),
                uscc: "91510802MA62500A9R".parse().expect("a code"),
            },
            who: Firm { size: FirmSize::Small, credit: CreditLevel::C, failings: false },
            kind: LotKind::Works,
            procurement: false,
            government: true,
            price: yuan(12_000_000),
            awarded: None,
            signed: day("2026-03-20"),
            ends: day("2026-09-30"),
            pays: 0,
            account: Personal { key: "pv".into(), seal: "s".into() },
            stage: Stage::Running,
            changes: vec![],
            bills,
            completed: None,
            settlement: None,
            ended: None,
            published: None,
            evaluation: None,
            entered: Moment::start_of(day("2026-03-20")),
            by: "a-1".parse().expect("a key"),
        }
    }

    fn payment(bill: Option<u32>, amount: i64, on: &str) -> TreasuryPayment {
        TreasuryPayment {
            serial: "GK-7".into(),
            contract: "HT-2026-000001".into(),
            bill,
            // Written with blanks and brackets of the other width.
            payee: "四川甲(水务) 建设有限公司".into(),
            amount: yuan(amount),
            day: day(on),
        }
    }

    /// Bills: 1 of 100 paid; 2 of 100, 3 of 200, 4 and 5 of 300 open.
    fn running() -> Contract {
        contract(vec![
            bill(1, 100, "2026-06-01", Some("GK-1")),
            bill(2, 100, "2026-07-01", None),
            bill(3, 200, "2026-07-10", None),
            bill(4, 300, "2026-07-01", None),
            bill(5, 300, "2026-07-01", None),
        ])
    }

    #[test]
    fn a_payment_finds_its_bill_or_says_why_not() {
        let contract = running();
        let today = day("2026-07-18");
        for (named, amount, on, found) in [
            (Some(2), 100, "2026-07-18", Ok(2)),
            (Some(5), 300, "2026-07-01", Ok(5)),
            // The only one of that amount that is open.
            (None, 100, "2026-07-02", Ok(2)),
            (None, 200, "2026-07-10", Ok(3)),
            (None, 300, "2026-07-18", Err("应付款 4、5 都是 300.00 元，须注明是哪一笔")),
            (None, 400, "2026-07-18", Err("没有金额为 400.00 元的未付应付款")),
            (Some(6), 100, "2026-07-18", Err("合同没有应付款 6")),
            (Some(0), 100, "2026-07-18", Err("合同没有应付款 0")),
            (Some(3), 100, "2026-07-18", Err("支付 100.00 元，应付款 3 为 200.00 元")),
            (Some(1), 100, "2026-07-18", Err("应付款 1 已按流水号 GK-1 支付")),
            (None, 200, "2026-07-09", Err("支付日 2026-07-09 早于应付款 3 的交付日 2026-07-10")),
            (None, 200, "2026-07-19", Err("支付日 2026-07-19 在将来")),
        ] {
            let payment = payment(named, amount, on);
            let got = match_payment(&contract, &payment, today);
            let got = got.map(|matched| matched.n).map_err(|why| why.words());
            assert_eq!(got, found.map_err(str::to_owned), "{payment:?}");
        }
        let payee = "四川乙建设有限公司".to_owned();
        let other = TreasuryPayment { payee, ..payment(Some(2), 100, "2026-07-18") };
        let why = match_payment(&contract, &other, today).map_err(|why| why.words());
        let words = "收款人“四川乙建设有限公司”不是承包人“四川甲（水务）建设有限公司”";
        assert_eq!(why, Err(words.to_owned()));
    }

    #[test]
    fn without_a_bill_of_that_amount_the_reason_names_what_there_is() {
        let today = day("2026-07-18");
        let one = bill(1, 100, "2026-07-01", None);
        let why = |bills| match_payment(&contract(bills), &payment(None, 120, "2026-07-18"), today);
        let (said, known) = (yuan(120), yuan(100));
        assert_eq!(why(vec![one.clone()]), Err(Mismatch::Amount { n: 1, said, known }));
        let paid = bill(2, 120, "2026-06-01", Some("GK-2"));
        let serial = "GK-2".to_owned();
        assert_eq!(why(vec![one, paid]), Err(Mismatch::Paid { n: 2, serial }));
        assert_eq!(why(vec![]), Err(Mismatch::NoneOf(said)));
    }

    #[test]
    fn what_the_register_may_catch_up_with_is_tried_again_and_what_is_unclear_is_not() {
        let contract = running();
        let today = day("2026-07-18");
        for (named, amount, on, again) in [
            (Some(6), 100, "2026-07-18", true),  // its bill is not entered yet
            (None, 400, "2026-07-18", true),     // nor this one's
            (Some(3), 100, "2026-07-18", true),  // the bill's amount may be wrong
            (None, 200, "2026-07-09", true),     // its day of delivery may be
            (None, 200, "2026-07-19", true),     // the day comes
            (None, 300, "2026-07-18", false),    // one of two alike
            (Some(1), 100, "2026-07-18", false), // paid under another serial
        ] {
            let payment = payment(named, amount, on);
            let why = match_payment(&contract, &payment, today).expect_err("no bill");
            assert_eq!(why.may_pass(&payment), again, "{why:?}");
        }
        let plain = payment(None, 100, "2026-07-18");
        assert!(Mismatch::NoContract("HT-2026-000009".into()).may_pass(&plain));
        let (said, known) = ("乙".into(), "甲".into());
        assert!(!Mismatch::Payee { said, known }.may_pass(&plain));
        let first = PaidBill { contract: "HT-2026-000001".into(), n: 1, amount: yuan(100) };
        assert!(!Mismatch::Serial(first).may_pass(&plain));
    }

    /// The second month is paid before its bill stands, and looks like the first's once more.
    #[test]
    fn of_equal_instalments_the_next_is_awaited() {
        let today = day("2026-07-18");
        let second = payment(None, 100, "2026-07-18");
        let first = bill(1, 100, "2026-06-01", Some("GK-1"));
        let of = |bills| match_payment(&contract(bills), &second, today);
        let why = of(vec![first.clone()]).expect_err("paid");
        assert_eq!(why, Mismatch::Paid { n: 1, serial: "GK-1".into() });
        assert!(why.may_pass(&second));
        let next = bill(2, 100, "2026-07-18", None);
        assert_eq!(of(vec![first.clone(), next]), Ok(Matched { n: 2 }));
        // Nor is it for what was delivered after it was paid.
        let early = of(vec![first, bill(2, 100, "2026-07-19", None)]);
        assert!(matches!(early, Err(Mismatch::Early { n: 2, .. })), "{early:?}");
    }

    #[test]
    fn a_matched_bill_is_paid_by_nobody_here() {
        let (before, payment) = (running(), payment(Some(2), 100, "2026-07-17"));
        let known = Moment::start_of(day("2026-07-18"));
        let after = Matched { n: 2 }.paid(&before, &payment, known);
        let paid = BillPaid { day: payment.day, serial: "GK-7".into(), known, by: None };
        assert_eq!(after.bills[1].paid, Some(paid));
        let mut back = after;
        back.bills[1].paid = None;
        assert_eq!(back, before);
    }

    #[test]
    fn a_serial_stands_for_one_bill_or_for_all_that_were_entered_under_it() {
        let serials = Serials::of(&[contract(vec![
            bill(1, 100, "2026-06-01", Some("GK- 7")),
            bill(2, 50, "2026-06-01", Some("GK-7")),
            bill(3, 10, "2026-06-01", None),
        ])]);
        let know = |amount| serials.know(&payment(None, amount, "2026-07-18"));
        for amount in [100, 50, 150] {
            assert_eq!(know(amount), Ok(true), "{amount}");
        }
        let first = PaidBill { contract: "HT-2026-000001".into(), n: 1, amount: yuan(100) };
        assert_eq!(know(10), Err(Mismatch::Serial(first)));
        let other = TreasuryPayment { serial: "GK-8".into(), ..payment(None, 10, "2026-07-18") };
        assert_eq!(serials.know(&other), Ok(false));
    }
}
