//! What is to be paid for what was delivered, by when, and what is owed for being late.

use super::Contract;
use crate::bond::late_interest;
use crate::{Law, Limit, NoReckoning, NotInForce, Ruling};
use model::{AccountId, Day, Moment, Money};
use serde::{Deserialize, Serialize};

/// That something was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillPaid {
    /// The day.
    pub day: Day,
    /// The number under which the treasury paid it.
    pub serial: String,
    /// When that was read.
    pub known: Moment,
    /// Who entered it; nobody where the treasury's own system said so.
    pub by: Option<AccountId>,
}

/// Something that was delivered and is to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// Its place among the contract's, from 1.
    pub n: u32,
    /// What.
    pub what: String,
    /// The day on which it was delivered or accepted.
    pub delivered: Day,
    /// How much.
    pub amount: Money,
    /// The last day on which it is to be paid.
    pub due: Day,
    /// That it was.
    pub paid: Option<BillPaid>,
    /// When it was entered.
    pub entered: Moment,
    /// By whom.
    pub by: AccountId,
}

/// The most days within which a firm is paid, where that was agreed, and where it was not; of
/// firms that are no small or medium ones the law does not say so.
const AGREED: &str = "bond.payment_agreed";
const ORDINARY: &str = "bond.payment";

/// The longest time, in days, that may be agreed for paying a small or medium firm.
///
/// # Errors
///
/// [`NotInForce`].
pub fn longest(law: &Law, day: Day) -> Result<u32, NotInForce> {
    Ok(u32::try_from(law.figure(AGREED, day)?.value).unwrap_or(0))
}

/// The last day on which what was delivered on `delivered` is to be paid. What was agreed
/// holds, but for a small or medium firm never longer than the law allows.
///
/// # Errors
///
/// [`NoReckoning`].
pub fn due_of(law: &Law, contract: &Contract, delivered: Day) -> Result<Day, NoReckoning> {
    let within = |key: &str| match law.reckon(key, delivered)?.limit.value {
        Limit::NotAfter { day, .. } => Ok(day),
        _ => Err(NoReckoning::NotDays(key.to_owned())),
    };
    let agreed = match contract.pays {
        0 => within(ORDINARY)?,
        days => law.calendar.natural_days_after(delivered, days),
    };
    match contract.who.size.is_sme() {
        true => Ok(agreed.min(within(AGREED)?)),
        false => Ok(agreed),
    }
}

/// Interest that is owed for a bill that is late on `today`, or was paid late: to small and
/// medium firms the law gives it where nothing was agreed.
///
/// # Errors
///
/// [`NotInForce`].
pub fn owed(
    law: &Law,
    contract: &Contract,
    bill: &Bill,
    today: Day,
) -> Result<Option<(u32, Ruling<Money>)>, NotInForce> {
    let until = bill.paid.as_ref().map_or(today, |paid| paid.day);
    let late = u32::try_from(bill.due.days_until(until)).unwrap_or(0);
    if late == 0 || !contract.who.size.is_sme() {
        return Ok(None);
    }
    late_interest(law, bill.amount, late, bill.due).map(|interest| Some((late, interest)))
}
